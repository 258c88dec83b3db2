"""How DOL decided over the years: certified, denied, withdrawn, and how long PERM took."""

import streamlit as st

from loaders.sample import lake_in_use
from pages.parts import approval_cases, approval_parts, chosen_cases, figure, filters
from pages.parts.view import covered

in_use = lake_in_use()
at = in_use.at
approval_parts.meaning()
choice = chosen_cases.bar(in_use, more=("employer", "place"))
first = st.container()
quarters = approval_parts.period()
found = approval_cases.numbers(*at, choice, quarters=quarters)
view = approval_cases.View(in_use, choice, found, covered(*at), quarters)
if view.found["decided"].is_empty():
    with first:
        figure.answer(view.none_fits("No case fits"), view.untitled)
    filters.loosen(choice, filters.offered(*at)["years"])
    st.stop()
with first:
    figure.answer(approval_cases.answer(view), view.untitled)
approval_parts.trend(view)
approval_parts.by_role(view)
approval_parts.determinations(view)
approval_parts.waits(view)
