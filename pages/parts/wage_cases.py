"""The wages of the chosen cases: which split, and the numbers of each group."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import compare, counts, places, provenance, shares, wages
from charts.theme import word
from loaders import lake, role_notes
from loaders.facts import codes
from loaders.schema import SENIORITIES, WAGE_LEVELS, identity
from pages.parts import about, employer_names
from pages.parts.cases import Cases
from pages.parts.plain import counted, dollars, plain
from pages.parts.view import Shown

_NEEDED = (
    "program", "fiscal_year", "status", "role", "finer_role", "seniority", "wage_level",
    "worksite_city", "worksite_county", "worksite_state", "employer_id", "brand_id",
    "annual_wage", "annual_prevailing_wage", "wage_unit", "full_time",
)  # fmt: skip
SPLITS: Mapping[str, pl.Expr] = {
    "Seniority": pl.col("seniority").cast(pl.String),
    "Level": pl.col("wage_level").cast(pl.String),
    "Fiscal year": pl.col("fiscal_year"),
    "Role": pl.col("role"),
    "State": pl.col("worksite_state"),
    "Metro": places.metro(codes("shown/metros")),
    "City": places.city(),
    "County": places.county(),
    "Employer": identity(),
}
ORDERED = ("Seniority", "Level", "Fiscal year")
PLACES = ("Metro", "City", "County", "State")
ROWS = 500
_PART = {
    "cases": {"no annual wage": pl.col("annual_wage").is_not_null()},
    "ratios": {
        "not both wages": pl.col("annual_wage").is_not_null()
        & pl.col("annual_prevailing_wage").is_not_null()
    },
}


@st.cache_resource(max_entries=2, show_spinner="Reading the wages…")
def _read(version: str, path: str, choice: Cases) -> pl.DataFrame:  # noqa: ARG001
    """The chosen cases: kept for the splits and offers that a person tries on them."""
    return choice.filings(path).select(_NEEDED).collect()


@st.cache_resource(max_entries=64, show_spinner=False)
def numbers(version: str, path: str, choice: Cases) -> dict[str, pl.DataFrame]:
    """What the page says of all chosen cases."""
    filings = _read(version, path, choice).lazy()
    sums = choice.sums(path)
    filed = filings.with_columns(cases=pl.lit(1)) if sums is None else sums
    queries = {
        "decided": counts.certification(filings),
        "all": wages.percentiles(filings),
        "over": wages.over_prevailing(filings),
        "ratios": wages.ratios(filings),
        "employers": shares.by_employer(filed),
        **{f"of {name}": provenance.steps(filings, test) for name, test in _PART.items()},
    }
    found = dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))
    found["steps"] = provenance.steps(lake.filings(Path(path)), choice.tests()).collect()
    return found


def _valued(version: str, path: str, choice: Cases, by: str) -> pl.LazyFrame:
    """The cases with a wage, of the ROWS most frequent values of a split."""
    filings = _read(version, path, choice).lazy().drop_nulls("annual_wage")
    return compare.valued(filings, SPLITS[by], ROWS).collect().lazy()


@st.cache_resource(max_entries=128, show_spinner="Splitting the wages…")
def split(version: str, path: str, choice: Cases, by: str) -> pl.DataFrame:
    """The wages by one of SPLITS: value, name, cases, centiles, and how they stand to prevailing.

    Groups in their own order where they have one, else most cases first, up to ROWS.
    """
    known = _valued(version, path, choice, by)
    spread = wages.percentiles(known, ["value"])
    over = wages.over_prevailing(known, ["value"]).select(
        "value", both="cases", ratio="median", share_at="at_prevailing"
    )
    found = spread.join(over, on="value", how="left").collect()
    if by == "Seniority":
        found = found.sort(pl.col("value").cast(pl.Enum(SENIORITIES)))
    elif by in ORDERED:
        found = found.sort("value")
    else:
        found = found.sort("cases", "value", descending=[True, False])
    if by == "Employer":
        return employer_names.named(found, version, path)
    return found.with_columns(name=_named(by))


@st.cache_resource(max_entries=128, show_spinner=False)
def years(version: str, path: str, choice: Cases, by: str) -> list[int]:
    """The fiscal years of the cases in the groups of `split`, in order."""
    return wages.years(_valued(version, path, choice, by), []).collect()["years"].to_list()


def _named(by: str) -> pl.Expr:
    if by == "Fiscal year":
        return pl.format("FY{}", "value")
    text = pl.col("value").cast(pl.String)
    if by in {"Seniority", "Level"}:
        known = {one: word(one) for one in (*SENIORITIES, *WAGE_LEVELS)}
    elif by == "Role":
        known = role_notes.names()
    else:
        known = codes("states") if by == "State" else {}
    return text.replace(known) if known else text


@st.cache_data(max_entries=128, show_spinner=False)
def standing(
    version: str, path: str, choice: Cases, offer: float, year: int | None = None
) -> dict[str, object]:
    """Where an offer stands among the chosen cases: cases, below, above, percentile.

    Among those of one fiscal `year` where it is given.
    """
    filings = _read(version, path, choice).lazy()
    of = filings if year is None else filings.filter(fiscal_year=year)
    return wages.standing(of, offer).collect().row(0, named=True)


@st.cache_resource(max_entries=128, show_spinner=False)
def standing_by(version: str, path: str, choice: Cases, offer: float, by: str) -> pl.DataFrame:
    """The same in each group of a split: value, percentile."""
    found = wages.standing(_valued(version, path, choice, by), offer, ["value"]).collect()
    return found.select("value", share_below="percentile")


def whose(view: Shown) -> str:
    """How many employers the cases are of, and who has the most; nothing of a chosen one."""
    found = view.found["employers"]
    if view.choice.employer or not found.height:
        return ""
    first = employer_names.named(found.head(1), *view.in_use.at, "identity").row(0, named=True)
    if found.height == 1:
        return f"All of these cases are one employer's, {first['name']}."
    share = "" if first["share"] is None else f" ({first['share']:.1%})"
    equal = found.filter(cases=first["cases"]).height - 1
    most = (
        f"{first['name']} and {equal:,} more have the most, each"
        if equal
        else (f"{first['name']} has the most,")
    )
    return (
        f"These cases are of {found.height:,} employers, those of one brand counted as one; "
        f"{most} {counted(first['cases'], 'case')}{share}."
    )


def answer(view: Shown) -> str:
    """The page's answer: the median of the offers, and between what most of them are."""
    row = view.found["all"].row(0, named=True)
    of = [plain(one) for one in view.choice.said(years=False)]
    when = about.span(view.found["decided"], view.partial)
    what = f" for {', '.join(of)}" if of else ""
    if not row["cases"]:
        return f"No case{what} has a wage that can be read, {when}."
    if row["median"] is None:
        return f"Too few wages to say: {row['cases']} of them{what}, {when}."
    low, middle, high = (dollars(row[one]) for one in ("p10", "median", "p90"))
    return (
        f"The median offer{what} is {middle} a year; eight of ten are from {low} to {high} "
        f"(n = {row['cases']:,} cases), {when}."
    )
