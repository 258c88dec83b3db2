"""Up to six employers beside each other."""

import streamlit as st

from loaders.sample import lake_in_use
from pages.parts import compared_employers, figure, filters, history, role
from pages.parts.view import covered

in_use = lake_in_use()
at = in_use.at
index = history.index(*at)
choice, whom = compared_employers.choose(in_use, index)
if not whom:
    st.markdown("#### Choose employers to see them beside each other")
    st.caption("Names as people use them, or as filed. All spellings of a brand count under it.")
    st.stop()
names = [one.label for one in whom]
found = compared_employers.numbers(*at, choice, whom)
view = role.View(in_use, choice, found, covered(*at), page="compare")
said = compared_employers.answer(view, names)
if view.found["decided"].is_empty():
    figure.answer(view.none_fits(said), view.untitled)
    filters.loosen(choice, filters.offered(*at)["years"])
    st.stop()
figure.answer(said, view.untitled)
compared_employers.draw(view, names)
