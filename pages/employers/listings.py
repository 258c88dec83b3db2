"""A person's own listings: bring them, settle who is meant, and rank them by who files."""

import polars as pl
import streamlit as st

from loaders.sample import lake_in_use
from pages.parts import chosen, given, history, listed, listing, opened, shortlist, taken, weights
from pages.parts.view import covered

in_use = lake_in_use()
at = in_use.at
index, coverage, choices = history.index(*at), covered(*at), chosen.kept()
answer = st.container()
table = given.draw(sample=in_use.is_sample)
if table is None or table.is_empty():
    chosen.draw(choices, index)
    st.stop()
joined = shortlist.joined(*at, table, choices, index)
opened.settle(joined, index)
st.subheader("3 Shortlist", anchor="shortlist")
top = st.container()
weighed = weights.draw(opened.WEIGHED)
view = shortlist.View(in_use, index, coverage, choices, joined, weighed)
rows = shortlist.rows(view)
answer.markdown(f"#### {listed.headline(rows)}")
answer.markdown(listed.first(rows))
answer.markdown(listing.now(rows))
with top:
    shown = listed.narrowed(rows)
    picked = listed.draw(shown, view)
    taken.draw(shown, view)
if picked is None:
    st.caption("Tick a row to see why, the filings behind it and what speaks against it.")
else:
    opened.draw(rows.row(by_predicate=pl.col("listing") == picked, named=True), view)
taken.pay(shown, view)
chosen.draw(choices, index)
