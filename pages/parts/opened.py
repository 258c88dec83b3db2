"""A listing opened: who that is and why, its score's parts, what speaks against it, the filings."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from loaders.index import Index
from loaders.schema import FEWEST
from pages.parts import decision, filed_role, history, listing
from pages.parts.plain import counted, plain
from pages.parts.shortlist import View

WEIGHED = (
    "Every part is from 0 to 1, of the employer among all who file for the role that the title "
    f"tells. The score is their weighted mean over the parts that can be told. Fewer than {FEWEST} "
    "cases are unrated, not bad."
)


def settle(joined: pl.DataFrame, index: Index) -> None:
    """Step 2: ask, one name after another, who is meant where several fit."""
    waiting = joined.filter(pl.col("decision").cast(pl.String) == "choose").unique(
        ["listing_name", "listing_state"], maintain_order=True
    )
    if waiting.is_empty():
        st.caption(":material/check: **2 Settle**: no name needs you.")
        return
    many = counted(waiting.height, "name")
    needs = f"**2 Settle**: {many} {'needs' if waiting.height == 1 else 'need'} you"
    at = st.session_state.get("settling", 0) % waiting.height
    # Its label changes with each name that is settled, and would close it.
    still = bool(st.session_state.get("settle_box"))
    with st.expander(
        needs, expanded=still, key="settle_box", on_change="rerun", icon=":material/help:"
    ):
        row = waiting.row(at, named=True)
        decision.settle(row, row["listing_name"], row["listing_state"], index)
        if waiting.height > 1:
            st.button(
                f"Later: the next of {waiting.height:,}", key="settle_later",
                icon=":material/skip_next:", on_click=_later, args=(at + 1,),
            )  # fmt: skip


def _later(at: int) -> None:
    st.session_state["settling"] = at


def draw(row: Mapping[str, Any], view: View) -> None:
    """Why this match, why this place, what speaks against it, and the filings."""
    st.divider()
    listing.visas(row)
    listing.title(row)
    if row["decision"] == "choose":
        st.markdown(":material/help: Not settled: say in step 2 who is meant.")
        return
    name, state = row["listing_name"] or "", row["listing_state"]
    who = decision.draw(row, name, state, view.index, view.choices)
    if not who:
        return
    listing.parts(row, view.weighed)
    listing.speaks(row, view.years)
    st.markdown("##### The filings")
    listing.internship(row)
    told = listing.told(row)
    st.page_link(
        "pages/employers/employer.py", label=f"The whole profile of {plain(who.label)}",
        query_params={"employer": who.label, "id": who.identity} | ({"role": told} if told else {}),
        icon=":material/apartment:",
    )  # fmt: skip
    key = f"{row['listing']}_{row['listing_title']}"
    words = st.text_input(
        "Words in the job title", "" if told else row["listing_title"] or "",
        key=f"title_of_{key}", max_chars=120, placeholder=row["listing_title"], width=420,
        help="Instead of a role: all words must occur in the title as filed.",
    )  # fmt: skip
    wanted = filed_role.asked(told, words)
    history.draw(view.in_use, who, wanted, view.coverage, state=state, key=f"role_of_{key}")
