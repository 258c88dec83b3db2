"""The numbers of the page Filing counts."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, provenance
from loaders import lake
from loaders.layouts import layouts
from pages.parts.cases import PARTS, Cases


# `version` keys the caches: Streamlit leaves a parameter with a leading underscore out of the key.
@st.cache_resource(max_entries=256, show_spinner=False)
def numbers(version: str, path: str, choice: Cases) -> dict[str, pl.DataFrame]:  # noqa: ARG001
    """How DOL decided, by program and fiscal year, and which cases the choice leaves out."""
    every, filings = lake.filings(Path(path)), choice.filings(path)
    queries = {
        "decided": counts.certification(filings),
        "of cases": provenance.steps(filings, PARTS["cases"]),
        "steps": provenance.steps(every, choice.tests()),
    }
    return dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))


@st.cache_resource(max_entries=256, show_spinner=False)
def bars(
    version: str,  # noqa: ARG001
    path: str,
    choice: Cases,
    split: str,
    *,
    quarters: bool,
) -> pl.DataFrame:
    """Cases by period and `split`."""
    asking = [form.id for form in layouts() if "visa_class" in form.fields]
    filings = choice.filings(path)
    return counts.by_period(filings, split=split, quarters=quarters, asking=asking).collect()
