"""What is offered: percentiles by a chosen split, over the prevailing wage, and one's own offer."""

import streamlit as st

from loaders.sample import lake_in_use
from pages.parts import chosen_cases, downloads, figure, filters, wage_cases, wage_parts
from pages.parts.plain import plain
from pages.parts.view import Shown, covered

in_use = lake_in_use()
at = in_use.at
choice = chosen_cases.bar(in_use, more=("seniority", "level", "employer", "place"))
view = Shown(in_use, choice, wage_cases.numbers(*at, choice), covered(*at))
if view.found["decided"].is_empty():
    figure.answer(view.none_fits("No case fits"), view.untitled)
    filters.loosen(choice, filters.offered(*at)["years"])
    st.stop()
figure.answer(wage_cases.answer(view), view.untitled)
if said := wage_cases.whose(view):
    st.caption(plain(said))
typed = wage_parts.offer()
if typed is not None:
    wage_parts.standing(view, typed)
wage_parts.ladder(view, typed)
wage_parts.over(view)
wage_parts.places(view)
downloads.rows(
    choice.filings(str(in_use.path)), "wages", cases=int(view.found["decided"]["cases"].sum())
)
