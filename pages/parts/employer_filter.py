"""An employer as a filter: typed as people know it, settled as on the page Employer."""

import polars as pl
import streamlit as st

from loaders import match
from pages.parts import chosen, decision, history
from pages.parts.history import Who
from pages.parts.plain import plain


def draw(at: tuple[str, str]) -> tuple[Who | None, str]:
    """The choice of an employer, none for all; and what to say where it is not settled who."""
    name = st.text_input(
        "Employer", key="employer", bind="query-params", width=220, max_chars=200,
        placeholder="Any employer", help="As a listing says it, e.g. Meta, EY, UC Berkeley.",
    )  # fmt: skip
    if not (name or "").strip():
        return None, ""
    index, kept = history.index(*at), chosen.kept()
    asked = pl.DataFrame(
        {"listing_name": [name], "listing_state": [None]},
        schema={"listing_name": pl.String, "listing_state": pl.String},
    )
    answer = match.decided(asked, index, kept).row(0, named=True)
    if answer["decision"] == "matched":
        return Who(answer["brand"], answer["brand_id"], tuple(answer["employer_ids"])), ""
    offered = decision.candidates(answer, name, None, index)
    if not offered:
        return None, f"{plain(name)}: none observed in these files, nor a name that is near."
    named = {_named(one): one for one in offered}
    picked = st.selectbox(
        "Which one is meant?", list(named), index=None, key="whom", bind="query-params",
        width=300, placeholder=f"{len(named)} names to choose from",
    )  # fmt: skip
    if picked:
        return decision.who(named[picked], index), ""
    asks = answer["decision"] == "choose"
    why = "several employers fit" if asks else "none observed by just this name; others are near"
    return None, f"{plain(name)}: {why}. Say which one is meant."


def _named(candidate: decision.Candidate) -> str:
    return ", ".join(filter(None, (candidate["name"], candidate["place"])))
