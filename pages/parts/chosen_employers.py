"""Which cases a page of many employers is about: role, place, program and years; and their sums."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, provenance
from loaders import lake
from loaders.sample import LakeInUse
from loaders.schema import identity
from pages.parts import filters
from pages.parts.cases import PARTS, Cases

ALL = "All roles, or type to find one"


def choose(in_use: LakeInUse) -> tuple[Cases, str]:
    """Draw roles, employer, place, program and years; the choice, and the employer's name."""
    here = filters.offered(*in_use.at)
    filters.unknown_in_link(here)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        roles = filters.several_roles(width=330, placeholder=ALL)
        name = st.text_input(
            "Where stands", key="employer", bind="query-params", width=220, max_chars=200,
            placeholder="an employer, e.g. Meta",
        )  # fmt: skip
        states = filters.states(here["states"])
        programs = filters.program()
        years = filters.fiscal_years(here["years"])
    return Cases(years=years, programs=programs, roles=roles, states=states), (name or "").strip()


@st.cache_resource(max_entries=64, show_spinner="Reading the cases…")
def numbers(version: str, path: str, choice: Cases) -> dict[str, pl.DataFrame]:  # noqa: ARG001
    """How the cases were decided, and which of them a ranking leaves out."""
    filings = choice.filings(path)
    queries = {
        "decided": counts.certification(filings),
        "of employers": provenance.steps(filings, PARTS["employers"]),
        "steps": provenance.steps(lake.filings(Path(path)), choice.tests()),
    }
    return dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))


@st.cache_data(max_entries=4, show_spinner=False)
def whole(version: str, path: str) -> int:  # noqa: ARG001
    """How many employers have a case in the lake; those of one brand are one."""
    who = identity().drop_nulls().n_unique()
    return lake.by_employer(Path(path)).select(who).collect().item()
