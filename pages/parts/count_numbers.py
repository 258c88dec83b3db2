"""The numbers of the page Filing counts."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts
from loaders import lake
from loaders.layouts import layouts
from pages.parts import filters


# `version` keys the caches: Streamlit leaves a parameter with a leading underscore out of the key.
@st.cache_data(max_entries=256, show_spinner=False)
def decisions(version: str, path: str, chosen: filters.Filters) -> pl.DataFrame:  # noqa: ARG001
    """How DOL decided, by program and fiscal year."""
    return counts.certification(chosen.apply(lake.filings(Path(path)))).collect()


@st.cache_data(max_entries=256, show_spinner=False)
def bars(
    version: str,  # noqa: ARG001
    path: str,
    chosen: filters.Filters,
    split: str,
    *,
    quarters: bool,
) -> pl.DataFrame:
    """Cases by period and `split`."""
    fitting = chosen.apply(lake.filings(Path(path)))
    asking = [form.id for form in layouts() if "visa_class" in form.fields]
    return counts.by_period(fitting, split=split, quarters=quarters, asking=asking).collect()
