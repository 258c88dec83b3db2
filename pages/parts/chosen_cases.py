"""The filters of the pages that ask for roles, and more beside them."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics import counts, places, shares
from charts.theme import word
from loaders import lake
from loaders.facts import codes
from loaders.sample import LakeInUse
from loaders.schema import SENIORITIES, WAGE_LEVELS
from pages.parts import employer_filter, filters
from pages.parts.cases import Cases


@st.cache_data(max_entries=4, show_spinner=False)
def _places(version: str, path: str) -> list[str]:  # noqa: ARG001
    filings = lake.filings(Path(path))
    small = places.offered(filings, least=counts.FEWEST).collect()["place"].to_list()
    wide = shares.by_metro(filings, codes("metros")).collect()
    return [*wide.filter(pl.col("cases") >= counts.FEWEST)["metro"], *small]


def bar(in_use: LakeInUse, *, most: int | None = None, more: Collection[str] = ()) -> Cases:
    """Draw the filters: roles, those of `more`, state, program and years; what they say.

    `more` is of employer, place, seniority and level. Up to `most` roles. As long as it is not
    settled which employer is meant, the page ends here: a wrong one is worse than no answer.
    """
    at = (in_use.version, str(in_use.path))
    here, set_, unsettled = filters.offered(*at), dict[str, Any](), ""
    found = _places(*at) if "place" in more else []
    filters.unknown_in_link(here)
    for key, known in (("place", found), ("seniority", map(word, SENIORITIES)),
                       ("level", map(word, WAGE_LEVELS))):  # fmt: skip
        if key in more:
            filters.unknown(key, known)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        placeholder = "Any role" if most is None else f"Two to {most} roles"
        roles = filters.several_roles(most=most, placeholder=placeholder)
        if "seniority" in more:
            set_["seniorities"] = _several("Seniority", SENIORITIES, "seniority")
        if "level" in more:
            set_["levels"] = _several("Wage level", WAGE_LEVELS, "level")
        if "employer" in more:
            set_["employer"], unsettled = employer_filter.draw(at)
        states = filters.states(here["states"])
        if "place" in more:
            set_["places"] = tuple(
                st.multiselect(
                    "Metro, city or county", found, key="place", bind="query-params", width=240,
                    placeholder="Any place", select_all=False,
                    help=f"Of the first worksite, with {counts.FEWEST} cases or more. Files name "
                    "the county in part only; a metro is told for the cities with most cases.",
                )
            )  # fmt: skip
        programs = filters.program()
        years = filters.fiscal_years(here["years"])
    if unsettled:
        st.info(unsettled, icon=":material/apartment:")
        st.stop()
    return Cases(years=years, programs=programs, roles=roles, states=states, **set_)


def _several(label: str, options: Sequence[str], key: str) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label, options, key=key, bind="query-params", width=200, format_func=word,
            placeholder="Any", select_all=False,
        )
    )  # fmt: skip
