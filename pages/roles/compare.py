"""Two to six roles side by side: cases, levels, pay, decisions, PERM time, who files."""

import streamlit as st

from loaders.sample import lake_in_use
from pages.parts import chosen_cases, compare_parts, compared, figure, filters
from pages.parts.view import covered

in_use = lake_in_use()
at = in_use.at
choice = chosen_cases.bar(in_use, most=compared.MOST)
if len(choice.roles) < 2:  # noqa: PLR2004 - one has nothing beside it
    compared.invite(choice.roles)
    st.stop()
view = compared.View(in_use, choice, compared.numbers(*at, choice), covered(*at))
if view.found["decided"].is_empty():
    figure.answer(view.none_fits("No case of these roles fits"), view.untitled)
    filters.loosen(choice, filters.offered(*at)["years"])
    st.stop()
figure.answer(compared.answer(view), view.untitled)
compared.missing(view)
for said in compared.unlike(view):
    st.caption(said)
compare_parts.cases(view)
compare_parts.levels(view)
compare_parts.wages(view)
compare_parts.certification(view)
compare_parts.waits(view)
compare_parts.seniority(view)
compare_parts.tops(view)
compare_parts.numbers(view)
