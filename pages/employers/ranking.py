"""The employers of a role, a place or all cases, in the order of a score that can be weighed."""

import streamlit as st

from loaders.sample import lake_in_use
from pages.parts import chosen_employers, figure, filters, history, named, ranked, role
from pages.parts.view import covered

in_use = lake_in_use()
at = in_use.at
choice, name = chosen_employers.choose(in_use)
view = role.View(
    in_use, choice, chosen_employers.numbers(*at, choice), covered(*at), page="ranking"
)
if view.found["decided"].is_empty():
    figure.answer(view.none_fits("No employer filed such a case"), view.untitled)
    filters.loosen(choice, filters.offered(*at)["years"])
    st.stop()
index = history.index(*at)
who = named.one(name, index) if name else None
asked = (who.identity, named.ranked_as(who, index)) if who else None
ranked.page(view, chosen_employers.whole(*at), asked)
