"""The employers of a role, a place or all cases, in the order of a score that can be weighed."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts
from loaders import lake
from loaders.sample import lake_in_use
from pages.parts import chosen_employers, filters, history, named, ranked, role


@st.cache_data(max_entries=4, show_spinner=False)
def covered(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    return counts.coverage(lake.filings(Path(path))).collect()


in_use = lake_in_use()
at = (in_use.version, str(in_use.path))
choice, name = chosen_employers.choose(in_use, "pages/employers/ranking.py")
view = role.View(
    in_use, choice, chosen_employers.numbers(*at, choice), covered(*at), page="ranking"
)
if view.found["decided"].is_empty():
    st.markdown("#### No employer filed such a case")
    st.info("No case fits all of these filters. Loosen one:", icon=":material/filter_alt_off:")
    filters.widen(choice.programs, choice.years, filters.offered(*at)["years"])
    st.stop()
index = history.index(*at)
who = named.one(name, index) if name else None
ranked.page(view, chosen_employers.whole(*at), (who.identity, who.label) if who else None)
history.not_loaded(index)
