"""A role: how many cases, how DOL decided, what it pays, who files, what is said of it."""

import streamlit as st

from loaders.sample import lake_in_use
from pages.parts import chosen_role, downloads, figure, filters, ranked, role, role_parts, role_pay
from pages.parts.view import covered

in_use = lake_in_use()
at = in_use.at
choice = chosen_role.choose(in_use)
if choice is None:
    role.every(chosen_role.every_role(*at))
    st.stop()
view = role.View(in_use, choice, chosen_role.numbers(*at, choice), covered(*at))
decided = view.found["decided"]
figure.answer(chosen_role.answer(view), view.untitled)
if decided.is_empty():
    filters.loosen(choice, filters.offered(*at)["years"])
    role.links(choice)
    st.stop()
role.about_role(view)
role.cases(view)
role.certification(view)
role_pay.levels(view)
role_pay.wages(view)
role_pay.waits(view)
ranked.draw(view)
role_parts.places(view)
role_parts.seniority(view)
role_parts.occupations(view)
role_parts.requirements(view)
role_parts.claims(view)
role_parts.tn(view)
downloads.rows(choice.filings(str(in_use.path)), "role", cases=int(decided["cases"].sum()))
