"""Look an employer up by the name that people use: its profile, and what that rests on."""

import streamlit as st

from loaders.facts import codes
from loaders.sample import lake_in_use
from pages.parts import (
    chosen,
    chosen_employers,
    decision,
    filed_role,
    filters,
    history,
    named,
    profile_page,
)
from pages.parts.view import covered

in_use = lake_in_use()
at = in_use.at
index, states = history.index(*at), codes("states")
filters.unknown("in", states.values(), "the state")
with st.container(horizontal=True, vertical_alignment="bottom"):
    name = st.text_input(
        "Employer", key="employer", bind="query-params", width=330, max_chars=200,
        placeholder="as the listing says it, e.g. Meta, EY, UC Berkeley",
    )  # fmt: skip
    state = st.selectbox(
        "State of the job", [None, *states], key="in", bind="query-params", width=180,
        format_func=lambda code: states.get(code, "Any state"),
        help="Tells employers of one name apart. The history is of all states until you narrow it.",
    )  # fmt: skip
    title = st.text_input(
        "Words in the job title", key="title", bind="query-params", width=220, max_chars=120,
        placeholder="e.g. machine learning",
    )  # fmt: skip
    programs = filters.program()
    years = filters.fiscal_years(filters.offered(*at)["years"])
if not (name or "").strip():
    st.markdown("#### Type the name of an employer to see what it has filed")
    st.caption(
        f"{chosen_employers.whole(*at):,} employers, those of one brand counted as one, under "
        f"{index.filed:,} filed names, {index.years}."
    )
    st.stop()
kept = chosen.kept()
who = named.linked(name, index)
if who:
    named.heading(who, index)
else:
    who = decision.draw(named.answered(name, state, index), name, state, index, kept)
if who:
    asked, to = filed_role.asked(filed_role.linked(), title), history.Narrowed(programs, years)
    filed_role.link(profile_page.draw(in_use, who, asked, covered(*at), state=state, to=to))
chosen.draw(kept, index)
