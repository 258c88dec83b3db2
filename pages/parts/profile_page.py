"""The profile of one employer, section after section: the answer first, what it rests on last."""

from dataclasses import replace

import polars as pl
import streamlit as st

from loaders.sample import LakeInUse
from pages.parts import about, filed_role, filters, history, profile, profile_parts, role, role_pay
from pages.parts.cases import Cases
from pages.parts.role import View


def draw(
    in_use: LakeInUse,
    who: history.Who,
    wanted: filed_role.Role,
    coverage: pl.DataFrame,
    *,
    state: str | None,
    to: history.Narrowed,
) -> filed_role.Role:
    """The profile, of one of its roles where one is chosen; which that is."""
    at = in_use.at
    if history.rows(*at, who, to).is_empty():
        years = filters.offered(*at)["years"]
        choice = Cases(years=to.years or (years[0], years[-1]), programs=to.programs)
        absent = about.no_file(coverage, choice.programs, choice.years)
        st.markdown(f"#### {absent or 'No case of it fits these filters'}")
        filters.loosen(choice, years)
        return wanted
    of, to = history.asked(in_use, who, wanted, state=state, to=to)
    loaded = coverage["fiscal_year"].sort()
    years = to.years or (loaded[0], loaded[-1])
    states = (to.state,) if to.state else ()
    whole = Cases(years=years, programs=to.programs, employer=who, states=states)
    asked = replace(whole, roles=(of.role,) if of.role else (), words=of.words)
    every = View(in_use, whole, profile.numbers(*at, whole), coverage, page="employer")
    view = every
    if asked != whole:
        part = View(in_use, asked, profile.numbers(*at, asked), coverage, page="employer")
        view = every if part.found["decided"].is_empty() else part
    st.markdown(profile.sentence(view))
    profile.four(view)
    found = history.beside(in_use, who, of, to, coverage)
    profile.quarters(view)
    profile.roles(every)
    profile.pay(every, *at)
    role_pay.levels(view)
    role.certification(view)
    role_pay.waits(view)
    profile_parts.places(view)
    profile_parts.origins(view)
    profile_parts.firms(view)
    profile_parts.flags(view)
    st.subheader("What this rests on", anchor="evidence")
    history.behind(in_use, who, found)
    return of
