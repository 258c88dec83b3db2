"""The numbers of the page Filing counts."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, provenance
from loaders import lake
from pages.parts.cases import PARTS, Cases
from pages.parts.columns import forms_with


# `version` keys the caches: Streamlit leaves a parameter with a leading underscore out of the key.
@st.cache_resource(max_entries=256, show_spinner=False)
def numbers(version: str, path: str, choice: Cases) -> dict[str, pl.DataFrame]:  # noqa: ARG001
    """How DOL decided, by program and fiscal year, and which cases the choice leaves out."""
    every, filings = lake.filings(Path(path)), choice.filings(path)
    queries = {
        "decided": counts.certification(filings),
        "employment": counts.employment(filings),
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
    """Cases by fiscal year or quarter and `split`."""
    filings = choice.filings(path)
    return counts.by_period(
        filings, split=split, quarters=quarters, asking=forms_with("visa_class")
    ).collect()


@st.cache_resource(max_entries=256, show_spinner=False)
def months(version: str, path: str, choice: Cases, split: str) -> pl.DataFrame:  # noqa: ARG001
    """Cases by month of the decision and `split`."""
    return counts.by_month(
        choice.filings(path), split=split, asking=forms_with("visa_class")
    ).collect()
