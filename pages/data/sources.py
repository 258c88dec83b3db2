"""Every release: its counts, its refusals and repairs; and loading more of them."""

import polars as pl
import streamlit as st

from loaders import lake
from loaders.releases import releases
from loaders.sample import lake_in_use
from pages.parts import grid, ledger, loading, release

in_use = lake_in_use()
table = lake.releases(in_use.path)
st.markdown(f"#### {ledger.answer(table)}")
if in_use.is_sample:
    st.caption("These filings are invented. Loading DOL's files replaces them in every view.")
release.refused_files(ledger.in_state(table, "refused"))

st.subheader("What DOL has published, and what is loaded", anchor="coverage")
grid.draw(ledger.coverage(table.clear() if in_use.is_sample else table, releases()))

st.subheader("Load", anchor="load")
loading.section(loading.the_job())

st.subheader("Files of the last load", anchor="files")
program = st.segmented_control(
    "Program", ("All", "LCA", "PERM"), default="All", required=True, key="files_of",
    bind="query-params",
)  # fmt: skip
rows = ledger.shown(table)
if program != "All":
    rows = rows.filter(pl.col("program").is_null() | (pl.col("program") == program))
release.table(rows)
st.caption(ledger.account(table))
if rows.height:
    release.detail(table, rows["key"].to_list(), in_use)
