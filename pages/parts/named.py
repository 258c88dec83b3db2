"""The employer that a name in a box or a link means, where no more than the name is asked."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from loaders import match
from loaders.index import Index
from loaders.sample import lake_in_use
from pages.parts import chosen, decision
from pages.parts.history import Who
from pages.parts.keyed import BY_EVERY_ROW
from pages.parts.plain import plain

_ASKED = {"listing_name": pl.String, "listing_state": pl.String}


@st.cache_data(max_entries=256, show_spinner=False, hash_funcs=BY_EVERY_ROW)
def _answer(
    version: str,  # noqa: ARG001
    path: str,  # noqa: ARG001
    name: str,
    state: str | None,
    kept: pl.DataFrame,
    _index: Index,
) -> dict[str, Any]:
    asked = pl.DataFrame({"listing_name": [name], "listing_state": [state]}, _ASKED)
    return match.decided(asked, _index, kept).row(0, named=True)


def answered(name: str, state: str | None, index: Index) -> Mapping[str, Any]:
    """What the matching answers to a name and the state of the job, as loaders.match.decided."""
    in_use = lake_in_use()
    return _answer(*in_use.at, name, state, chosen.kept(), index)


def decided(name: str, index: Index) -> tuple[Mapping[str, Any], Who | None]:
    """What the matching answers to a name in any state; and whom, where it is sure."""
    answer = answered(name, None, index)
    if answer["decision"] != "matched":
        return answer, None
    return answer, Who(answer["brand"], answer["brand_id"], tuple(answer["employer_ids"]))


def one(name: str, index: Index) -> Who | None:
    """Whom a name means; None, and why, where it does not tell one employer that filed."""
    answer, who = decided(name, index)
    if who:
        return who
    near = decision.candidates(answer, name, None, index)
    same = [candidate for candidate in near if candidate["name"].casefold() == name.casefold()]
    if len(same) == 1:
        return decision.who(same[0], index)
    labels = "; ".join(decision.label(candidate, index) for candidate in near)
    if answer["decision"] == "choose" or any(candidate["begins"] for candidate in near):
        said = f"{name}: {decision.question(near)} Named so or nearly so: {labels}. Put the name "
        said += "that you mean in its place."
    elif answer["decision"] == "not-applicable":
        said = f"{name}: not applicable: {answer['evidence']}."
    else:
        others = f" The nearest names in the files, which may be others: {labels}."
        said = f"{name}: none observed. {answer['evidence']}. {decision.NO_PROOF}"
        said += others if labels else ""
    st.warning(plain(said), icon=":material/search_off:")
    return None


def linked(name: str, index: Index) -> Who | None:
    """The employer that a link names by `id`, as long as the name in the box is its own.

    Namesakes have one name and several ids: a link from a table knows which it means.
    """
    kind, _, known = st.query_params.get("id", "").partition(" ")
    brands = index.brands.filter(brand_id=known) if kind == "brand" else index.brands.clear()
    if brands.height and brands["brand"][0] == name:
        ids = index.members.filter(brand_id=known)["employer_id"]
        return Who(name, known, tuple(ids))
    alone = index.employers.filter(
        pl.col("brand_id").is_null(), employer_id=known if kind == "employer" else ""
    )
    return Who(name, None, (known,)) if name in alone["employer"].to_list() else None


def ranked_as(who: Who, index: Index) -> str:
    """Its name, with what a ranking counts otherwise than its profile.

    Of a campus or a hospital that is the whole system; what a company filed after it was bought
    counts for its owner.
    """
    of_brand = index.members.filter(brand_id=who.brand_id) if who.brand_id else (
        index.members.filter(pl.col("employer_id").is_in(who.employer_ids))
    )  # fmt: skip
    if of_brand.is_empty() or (who.brand_id and of_brand.height == len(who.employer_ids)):
        return who.label
    owners = index.brands.join(of_brand, on="brand_id", how="semi")["brand"].to_list()
    if who.brand_id:
        return f"{owners[0]}, of which {who.label} is a part"
    return f"{who.label}, but for what it filed as a part of {' and '.join(owners)}"


def heading(who: Who, index: Index) -> None:
    """Whom a link names, with its cases and its seat: namesakes have others."""
    theirs = index.members.filter(brand_id=who.brand_id) if who.brand_id else index.employers
    mine = theirs.filter(pl.col("employer_id").is_in(who.employer_ids))
    row = mine.sort("cases", descending=True).row(0, named=True)
    sums = mine.select(pl.col("lca_cases", "perm_cases").sum()).row(0, named=True)
    seat = ", ".join(filter(None, (row["city"], row["state"])))
    st.markdown(f"#### {plain(who.label)}: {decision.cases(sums, index)}")
    st.caption(
        plain(f"The one that the link names{f', of {seat}' if seat and not who.brand_id else ''}.")
    )
