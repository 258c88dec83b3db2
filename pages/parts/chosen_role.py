"""Which role, program and years a page is about, and the numbers of those cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, levels, perm, provenance, shares, wages
from charts.theme import word
from loaders import lake, role_notes, roles
from loaders.facts import codes
from loaders.layouts import layouts
from loaders.sample import LakeInUse
from pages.parts import filters
from pages.parts.history import Who
from pages.parts.plain import plain

_NEEDED = (
    "program", "layout", "fiscal_year", "received_date", "decision_date", "status", "employer_id",
    "brand_id", "soc_code", "role", "finer_role", "role_evidence", "seniority", "worksite_state",
    "annual_wage", "annual_prevailing_wage", "wage_unit", "full_time", "wage_level",
    "class_of_admission", "total_workers",
)  # fmt: skip


PAGE = "pages/roles/role.py"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cases: a role, or words as a role of one's own, or all; programs and fiscal years.

    And the states of the worksite, and whose cases. None of a kind is all of it.
    """

    role: str | None
    words: str
    programs: tuple[str, ...]
    years: tuple[int, int]
    states: tuple[str, ...] = ()
    who: Who | None = None

    @property
    def name(self) -> str:
        """What the cases are of, in words."""
        if self.role is None:
            return f"title with {self.words}" if self.words else "all roles"
        return named(self.role)

    def tests(self) -> dict[str, pl.Expr]:
        """What a case must pass, each test by what it asks for."""
        program = pl.col("program").cast(pl.String)
        of = {"employer": self.who.test()} if self.who else {}
        if self.role:
            of["role"] = counts.of_role([self.role])
        elif self.words:
            of["words in the title"] = counts.titled(self.words)
        if self.states:
            of["state"] = pl.col("worksite_state").is_in(list(self.states))
        if self.programs:
            of["program"] = program.is_in(list(self.programs))
        return of | {"fiscal years": pl.col("fiscal_year").is_between(*self.years)}

    def filings(self, path: str) -> pl.LazyFrame:
        """The cases in a lake, with what their numbers need."""
        return lake.filings(Path(path)).filter(*self.tests().values()).select(_NEEDED)

    def said(self) -> tuple[str, ...]:
        """The filters as people say them."""
        years = " to ".join(f"FY{year}" for year in sorted(set(self.years)))
        states = " or ".join(codes("states").get(one, one) for one in self.states)
        said = (self.who.label if self.who else "", self.name, states, *map(word, self.programs))
        return (*filter(None, said), years)


def named(role: str) -> str:
    """A role as it is chosen and linked; what no role tells has a name, too."""
    return role_notes.named(role) if role in roles.roles() else "Other roles"


def choose(in_use: LakeInUse) -> Choice | None:
    """Draw the choice of role, words, program and years; None until there is a role or words."""
    here = filters.offered(in_use.version, str(in_use.path))
    filters.by_id(PAGE, "role")
    filters.unknown("role", map(role_notes.named, roles.roles()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        role = st.selectbox(
            "Role", role_notes.listed(), index=None, key="role", bind="query-params", width=330,
            format_func=role_notes.named, placeholder="Choose a role, or type to find it",
        )  # fmt: skip
        words = st.text_input(
            "or words in the job title", key="words", bind="query-params", width=260,
            placeholder="a role of your own", max_chars=120, disabled=role is not None,
            help='All words must occur, each at the start of a word; "in quotes" is one phrase. '
            "Clear the role to search words.",
        )  # fmt: skip
        programs = filters.program()
        years = filters.fiscal_years(here["years"])
    own = " ".join((words or "").split())
    return Choice(role, "" if role else own, programs, years) if role or own else None


@st.cache_data(max_entries=64, show_spinner="Reading the cases of the role…")
def numbers(version: str, path: str, choice: Choice) -> dict[str, pl.DataFrame]:  # noqa: ARG001
    """Every table of the page."""
    filings = choice.filings(path).collect().lazy()
    asking = [form.id for form in layouts() if "wage_level" in form.fields]
    queries = {
        "periods": counts.by_period(filings, split="program", quarters=False),
        "decided": counts.certification(filings),
        "definitions": shares.definitions(filings),
        "levels": levels.mix(filings, asking),
        "pay_seniority": wages.percentiles(filings, ["seniority"]),
        "pay_years": wages.percentiles(filings, ["fiscal_year"]),
        "waits": perm.processing(filings),
        "states": shares.by(filings, "worksite_state"),
        "seniorities": shares.by(filings, "seniority"),
        "codes": shares.by(filings, "soc_code"),
        "evidence": shares.by(filings, "role_evidence"),
        "ladder": counts.certification(filings, ["seniority"]),
        "tn": perm.on_tn(filings),
        **{
            f"claim {claim.said}": shares.measured(filings, claim.column, claim.values)
            for claim in role_notes.claims(choice.role or roles.OTHER)
        },
        **{
            f"claimed {claim.said}": shares.by(filings, claim.column)
            for claim in role_notes.claims(choice.role or roles.OTHER)
        },
        **{f"of {name}": provenance.steps(filings, test) for name, test in PARTS.items()},
    }
    frames = pl.collect_all(list(queries.values()))
    found = dict(zip(queries, frames, strict=True))
    found["steps"] = provenance.steps(lake.filings(Path(path)), choice.tests()).collect()
    return found


_DECIDED = ("certified", "certified-withdrawn", "certified-expired", "denied")
PARTS: Mapping[str, Mapping[str, pl.Expr]] = {
    "cases": {},
    "decided": {"not decided": pl.col("status").cast(pl.String).is_in(_DECIDED)},
    "wages": {"no annual wage": pl.col("annual_wage").is_not_null()},
    "waits": {
        "not PERM": pl.col("program").cast(pl.String) == "perm",
        "not both dates, in order": pl.col("received_date") <= pl.col("decision_date"),
    },
    "states": {"no state of the worksite": pl.col("worksite_state").is_not_null()},
    "codes": {"no code of 2018": pl.col("soc_code").is_not_null()},
    "employers": {
        "no employer": pl.col("employer_id").is_not_null() | pl.col("brand_id").is_not_null()
    },
}
"""What a figure leaves out of the role's cases, by why."""


@st.cache_data(max_entries=8, show_spinner=False)
def every_role(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    """Cases of each role, most first."""
    return shares.by(lake.filings(Path(path)), "role").collect()


def _rate(row: Mapping[str, int]) -> str:
    if row["decided"] < counts.FEWEST:
        return f"too few decided to rate (n = {row['decided']:,})"
    rate = row["certified"] / row["decided"]
    return f"{rate:.1%} of decided were certified (n = {row['decided']:,})"


def answer(choice: Choice, decided: pl.DataFrame, *, partial: bool) -> str:
    """The page's answer in one sentence."""
    of = f"for {plain(choice.name)}"
    sums = decided.group_by("program").agg(pl.col("cases", "certified", "decided").sum())
    rows = sums.sort("program").rows(named=True)
    if not rows:
        return f"No case {of} fits."
    years = decided["fiscal_year"].unique().sort()
    span = " to ".join(f"FY{year}" for year in sorted({years[0], years[-1]}))
    span += " (partial)" if partial else ""
    cases = " and ".join(f"{row['cases']:,} {word(row['program'])}" for row in rows)
    one = "case" if sum(row["cases"] for row in rows) == 1 else "cases"
    rates = "; ".join(
        f"{word(row['program'])}: {_rate(row)}" if len(rows) > 1 else _rate(row) for row in rows
    )
    return f"{cases} {one} {of}, {span}; {rates}."
