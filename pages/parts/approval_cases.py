"""How DOL decided the chosen cases: the numbers by fiscal year or quarter."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import compare, counts, perm, provenance, shares
from charts.theme import word
from loaders import lake, role_notes
from loaders import roles as role_names
from loaders.schema import FEWEST
from pages.parts import about
from pages.parts.cases import PARTS, Cases
from pages.parts.plain import plain
from pages.parts.view import Shown

COMPARED = 6
KEYS = ("program", "fiscal_year", "quarter")
_NEEDED = (
    "program", "fiscal_year", "received_date", "decision_date", "status", "role", "finer_role",
    "annual_wage", "worksite_state", "soc_code", "employer_id", "brand_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View(Shown):
    """The chosen cases, how they were decided, and the lake that they are from."""

    quarters: bool

    @property
    def names(self) -> dict[str, str]:
        """The names of the chosen roles, by id, where they are few enough to compare."""
        several = 1 < len(self.choice.roles) <= COMPARED
        return {one: role_notes.named(one) for one in self.choice.roles} if several else {}


@st.cache_resource(max_entries=64, show_spinner="Reading the decisions…")
def numbers(
    version: str,  # noqa: ARG001
    path: str,
    choice: Cases,
    *,
    quarters: bool,
) -> dict[str, pl.DataFrame]:
    """Every table of the page; without `quarters` the quarter is null."""
    quarter = counts.fiscal_quarter() if quarters else pl.lit(None, pl.Int32)
    read = choice.filings(path).select(_NEEDED).with_columns(quarter=quarter).collect().lazy()
    filings = read.drop_nulls("quarter") if quarters else read
    queries = {
        "decided": counts.certification(read),
        "definitions": shares.definitions(filings, KEYS),
        "statuses": compare.parts(
            filings.with_columns(pl.col("program").cast(pl.String)), "status", KEYS
        ),
        "months": perm.processing(read, ["month"]),
        "years": perm.processing(read),
        **{f"of {name}": provenance.steps(read, test) for name, test in PARTS.items()},
    }
    if 1 < len(choice.roles) <= COMPARED:
        several = compare.of_roles(filings, role_names.within(choice.roles))
        queries["roles"] = counts.certification(several, ["asked", *KEYS])
    found = dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))
    found["steps"] = provenance.steps(lake.filings(Path(path)), choice.tests()).collect()
    return found


def answer(view: View) -> str:
    """The page's answer: what DOL certified of what it decided, and of the last whole year."""
    decided = view.found["decided"]
    of = [plain(one) for one in view.choice.said(years=False)]
    what = f", {', '.join(of)}" if of else ""
    programs = decided["program"].unique().sort().to_list()
    parts = [_program(decided.filter(program=one), one, view) for one in programs]
    return f"{about.span(decided, view.partial)}{what}: {'; '.join(parts)}."


def _program(decided: pl.DataFrame, program: str, view: View) -> str:
    sums = decided.select(pl.col("cases", "certified", "decided", "denied", "withdrawn").sum())
    row = sums.row(0, named=True)
    if row["decided"] < FEWEST:
        return f"{word(program)}: too few decided to rate (n = {row['decided']:,})"
    partial = [year for year, of in view.partial.items() if program in of]
    whole = decided.filter(~pl.col("fiscal_year").is_in(partial)).drop_nulls("rate")
    said = (
        f"DOL certified {row['certified'] / row['decided']:.1%} of {row['decided']:,} decided "
        f"{word(program)} cases"
    )
    if whole.height and decided["fiscal_year"].n_unique() > 1:
        last = whole.sort("fiscal_year").row(-1, named=True)
        said += f", {last['rate']:.1%} in FY{last['fiscal_year']} (n = {last['decided']:,})"
    return f"{said}; {row['denied']:,} denied, {row['withdrawn']:,} withdrawn before a decision"
