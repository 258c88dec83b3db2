"""Where people come in: one search, three doors, what is loaded, the years at a glance."""

import streamlit as st

from loaders.sample import lake_in_use
from pages.parts import glance, search

in_use = lake_in_use()
search.draw(in_use)
glance.doors()
glance.loaded(in_use)
found = glance.numbers(*in_use.at)
glance.years(in_use, found)
glance.moved(in_use, found)
st.caption(
    "Cases, not people: DOL certifies an employer's application, USCIS approves petitions and "
    "visas, which are not in here."
)
