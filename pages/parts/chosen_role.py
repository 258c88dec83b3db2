"""Which role, program and years a page is about, and the numbers of those cases."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, levels, perm, provenance, shares, wages
from loaders import lake, role_notes, roles
from loaders.facts import codes
from loaders.sample import LakeInUse
from pages.parts import about, filters
from pages.parts.cases import NO_METRO, PARTS, Cases
from pages.parts.columns import forms_with
from pages.parts.plain import plain
from pages.parts.view import Shown, filed, rates

_NEEDED = (
    "program", "layout", "fiscal_year", "received_date", "decision_date", "status", "employer_id",
    "brand_id", "soc_code", "role", "finer_role", "role_evidence", "seniority", "worksite_city",
    "worksite_state",
    "annual_wage", "annual_prevailing_wage", "wage_unit", "full_time", "wage_level",
    "class_of_admission", "total_workers", "minimum_education", "required_experience_months",
)  # fmt: skip


_PARTS = {
    **PARTS,
    "requirements": {
        "not PERM": pl.col("program") == "perm",
        "no education told": pl.col("minimum_education").is_not_null(),
    },
}
PAGE = "pages/roles/role.py"


def choose(in_use: LakeInUse) -> Cases | None:
    """Draw the choice of role, words, program and years; None until there is a role or words."""
    here = filters.offered(*in_use.at)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        role = filters.one_role(width=330, placeholder="Choose a role, or type to find it")
        words = st.text_input(
            "or words in the job title", key="words", bind="query-params", width=260,
            placeholder="a role of your own", max_chars=120, disabled=role is not None,
            help=f"{filters.WORDS} Clear the role to search words.",
        )  # fmt: skip
        programs = filters.program()
        years = filters.fiscal_years(here["years"])
    own = " ".join((words or "").split())
    if role:
        return Cases(years=years, programs=programs, roles=(role,))
    return Cases(years=years, programs=programs, words=own) if own else None


@st.cache_resource(max_entries=64, show_spinner="Reading the cases of the role…")
def numbers(version: str, path: str, choice: Cases) -> dict[str, pl.DataFrame]:  # noqa: ARG001
    """Every table of the page."""
    filings = choice.filings(path).select(_NEEDED).collect().lazy()
    asking = forms_with("wage_level")
    metros = shares.by_metro(filings, codes("shown/metros"))
    queries = {
        "periods": counts.by_period(filings, split="program", quarters=False),
        "decided": counts.certification(filings),
        "definitions": shares.definitions(filings),
        "levels": levels.mix(filings, asking),
        "pay_seniority": wages.percentiles(filings, ["seniority"]),
        "pay_years": wages.percentiles(filings, ["fiscal_year"]),
        "waits": perm.processing(filings),
        "states": shares.by(filings, "worksite_state"),
        "metros": metros,
        "of metros": provenance.known(filings, metros, NO_METRO),
        "seniorities": shares.by(filings, "seniority"),
        "codes": shares.by(filings, "soc_code"),
        "evidence": shares.by(filings, "role_evidence"),
        "ladder": counts.certification(filings, ["seniority"]),
        "requirements": perm.requirements(filings),
        "tn": perm.on_tn(filings),
        **{
            f"claim {claim.said}": shares.measured(filings, claim.column, claim.values)
            for claim in role_notes.claims(choice.role or roles.OTHER)
        },
        **{
            f"claimed {claim.said}": shares.by(filings, claim.column)
            for claim in role_notes.claims(choice.role or roles.OTHER)
        },
        **{f"of {name}": provenance.steps(filings, test) for name, test in _PARTS.items()},
    }
    frames = pl.collect_all(list(queries.values()))
    found = dict(zip(queries, frames, strict=True))
    found["steps"] = provenance.steps(lake.filings(Path(path)), choice.tests()).collect()
    return found


@st.cache_resource(max_entries=8, show_spinner=False)
def every_role(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    """Cases of each role, most first."""
    return shares.by(lake.filings(Path(path)), "role").collect()


def answer(view: Shown) -> str:
    """The page's answer in one sentence."""
    of, decided = f"for {plain(view.choice.name)}", view.found["decided"]
    if decided.is_empty():
        return view.none_fits(f"No case {of} fits")
    sums = decided.group_by("program").agg(
        pl.col("cases", "certified", "decided", "withdrawn").sum()
    )
    rows = sums.sort("program").rows(named=True)
    return f"{filed(rows)} {of}, {about.span(decided, view.partial)}; {rates(rows)}."
