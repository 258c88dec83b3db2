"""The filters of the pages that ask for roles, and more beside them."""

from collections.abc import Collection, Sequence
from typing import Any

import streamlit as st

from charts.theme import word
from loaders.sample import LakeInUse
from loaders.schema import SENIORITIES, WAGE_LEVELS
from pages.parts import employer_filter, filters
from pages.parts.cases import Cases


def bar(in_use: LakeInUse, *, most: int | None = None, more: Collection[str] = ()) -> Cases:
    """Draw the filters: roles, those of `more`, state, program and years; what they say.

    `more` is of employer, place, seniority and level. Up to `most` roles. As long as it is not
    settled which employer is meant, the page ends here: a wrong one is worse than no answer.
    """
    at = in_use.at
    here, set_, unsettled = filters.offered(*at), dict[str, Any](), ""
    filters.unknown_in_link(here)
    for key, known in (("seniority", SENIORITIES), ("level", WAGE_LEVELS)):
        if key in more:
            filters.unknown(key, map(word, known))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        placeholder = "Any role" if most is None else f"Two to {most} roles"
        roles = filters.several_roles(
            most=most, width=400 if most is None else 720, placeholder=placeholder
        )
        if "seniority" in more:
            set_["seniorities"] = _several("Seniority", SENIORITIES, "seniority")
        if "level" in more:
            set_["levels"] = _several("Wage level", WAGE_LEVELS, "level")
        if "employer" in more:
            set_["employer"], unsettled = employer_filter.draw(at)
        states = filters.states(here["states"])
        if "place" in more:
            set_["places"] = filters.at_places(at)
        programs = filters.program()
        years = filters.fiscal_years(here["years"])
    if unsettled:
        st.info(unsettled, icon=":material/apartment:")
        st.stop()
    return Cases(
        years=years, programs=programs, roles=roles, states=states, beside=most is not None, **set_
    )


def _several(label: str, options: Sequence[str], key: str) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label, options, key=key, bind="query-params", width=200, format_func=word,
            placeholder="Any", select_all=False,
        )
    )  # fmt: skip
