"""Up to six employers beside each other."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts
from loaders import lake
from loaders.sample import lake_in_use
from pages.parts import compared_employers, figure, filters, history, role


@st.cache_data(max_entries=4, show_spinner=False)
def covered(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    return counts.coverage(lake.filings(Path(path))).collect()


in_use = lake_in_use()
at = (in_use.version, str(in_use.path))
index = history.index(*at)
choice, whom = compared_employers.choose(in_use, index)
if not whom:
    st.markdown("#### Choose employers to see them beside each other")
    st.caption("Names as people use them, or as filed. All spellings of a brand count under it.")
    st.stop()
names = [one.label for one in whom]
found = compared_employers.numbers(*at, choice, whom)
view = role.View(in_use, choice, found, covered(*at), page="compare")
figure.answer(compared_employers.answer(view, names))
history.not_loaded(index)
if view.found["decided"].is_empty():
    st.info("No case of them fits these filters. Loosen one:", icon=":material/filter_alt_off:")
    filters.widen(choice.programs, choice.years, filters.offered(*at)["years"])
    st.stop()
compared_employers.draw(view, names)
