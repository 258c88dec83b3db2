"""What stands around a number: the answer in words, its source, its definition."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

from charts.counts import Partial, in_words, partly
from charts.theme import word
from loaders import lake
from loaders.releases import years_said
from loaders.sample import LakeInUse
from loaders.schema import FEWEST
from pages.parts.plain import counted, day, plain


def partial_years(
    coverage: pl.DataFrame, decided: pl.DataFrame, years: tuple[int, int]
) -> dict[int, dict[str, str]]:
    """The fiscal years that are not whole, of the programs that the numbers hold."""
    rows = coverage.filter(
        "partial",
        pl.col("fiscal_year").is_between(*years),
        pl.col("program").is_in(decided["program"].unique().to_list()),
    )
    parts: dict[int, dict[str, str]] = {}
    for row in rows.sort("fiscal_year", "program").rows(named=True):
        parts.setdefault(row["fiscal_year"], {})[row["program"]] = _part(row)
    return parts


def _part(row: Mapping[str, object]) -> str:
    last, quarters = row["last_decision"], row["quarters"]
    if not isinstance(last, date) or not isinstance(quarters, list):
        return "without decision dates"
    missing = [f"Q{q}" for q in range(1, (max(quarters) if quarters else 1)) if q not in quarters]
    missing += absent if isinstance(absent := row.get("absent"), list) else []
    return f"to {day(last)}" + (f" without {', '.join(missing)}" if missing else "")


def loaded_years(coverage: pl.DataFrame, programs: Sequence[str]) -> list[int]:
    """The fiscal years of which the lake holds a file of these programs."""
    rows = coverage.filter(pl.col("program").is_in(list(programs))) if programs else coverage
    return rows["fiscal_year"].unique().sort().to_list()


def untitled(
    coverage: pl.DataFrame, programs: Sequence[str], years: tuple[int, int]
) -> dict[str, list[int]]:
    """The fiscal years, of each program, whose files have no job title of the employer."""
    rows = coverage.filter("untitled", pl.col("fiscal_year").is_between(*years))
    of = rows.group_by("program").agg(pl.col("fiscal_year").sort()).sort("program")
    return {program: years for program, years in of.rows() if program in (programs or (program,))}


def no_titles(of: Mapping[str, Sequence[int]]) -> str:
    """What these fiscal years, by program, cannot tell of titles; nothing where there are none."""
    files = " and ".join(f"{word(program)} files of {years_said(of[program])}" for program in of)
    return files and (
        f"{files} have no employer's job title, only that of the prevailing wage, mostly an "
        "occupation's name: most of what titles tell (role, seniority, words) is not seen there. "
        "That none is found does not mean that none was filed."
    )


def no_file(coverage: pl.DataFrame, programs: Sequence[str], years: tuple[int, int]) -> str:
    """That no file of these programs and years is loaded; nothing where one is."""
    of = loaded_years(coverage, programs)
    if any(years[0] <= year <= years[1] for year in of):
        return ""
    when = " of " + " to ".join(f"FY{one}" for one in sorted(set(years))) if of else ""
    names = " or ".join(map(word, programs))
    return f"No {names} file{when} is loaded, so nothing is known of such cases"


def none_fits(
    said: str, coverage: pl.DataFrame, programs: Sequence[str], years: tuple[int, int]
) -> str:
    """`said`, which is that none fits what a title tells; or that no file of these years can."""
    without = untitled(coverage, programs, years)
    every = coverage.filter(pl.col("fiscal_year").is_between(*years)).select(
        "program", "fiscal_year"
    )
    there = {one for one in every.rows() if one[0] in (programs or (one[0],))}
    if there and there == {(program, year) for program in without for year in without[program]}:
        return "The files of these years cannot tell"
    return said


def answer(decided: pl.DataFrame, partial: Partial, statuses: Sequence[str] = ()) -> str:
    """The page's answer in a sentence or two: cases, years, and each program's certification.

    Of cases that were chosen by how they were decided there is no rate.
    """
    if decided.is_empty():
        return "No case fits"
    by = decided.group_by("program").agg(pl.col("cases", "certified", "decided").sum())
    programs = by.sort("program").rows(named=True)
    total = sum(row["cases"] for row in programs)
    parts = " and ".join(f"{row['cases']:,} {word(row['program'])}" for row in programs)
    cases = "case" if total == 1 else "cases"
    said = f"{total:,} cases: {parts}" if len(programs) > 1 else f"{parts} {cases}"
    said = f"{said}, {span(decided, partial)}"
    if statuses:
        return f"{said}: {' or '.join(map(word, statuses)).lower()}"
    return f"{said}. Certified of decided: {' · '.join(map(_rate, programs))}."


def span(decided: pl.DataFrame, partial: Partial) -> str:
    """`FY2020 to FY2026 (partial)`: the fiscal years of the cases, and of how many they are.

    `9 fiscal years of FY2009 to FY2026` where years between have none: no file, or no case.
    """
    first, *_ = years = decided["fiscal_year"].unique().sort().to_list()
    last = year_of(years[-1], decided, partial)
    gaps = len(years) < years[-1] - first + 1
    said = last if len(years) == 1 else f"FY{first} to {last}"
    return f"{len(years)} fiscal years of {said}" if gaps else said


def year_of(year: int, decided: pl.DataFrame, partial: Partial) -> str:
    """`FY2025`, `FY2026 (partial)`, or `FY2026 (PERM partial)` where the cases are of both."""
    part = partly(partial, year, decided["program"].unique().sort().to_list())
    return f"FY{year} ({part})" if part else f"FY{year}"


def _rate(row: Mapping[str, int]) -> str:
    program = word(str(row["program"]))
    if row["decided"] < FEWEST:
        return f"{program} not enough to rate ({row['decided']} decided)"
    return f"{program} {row['certified'] / row['decided']:.1%} of {row['decided']:,}"


def undated(periods: pl.DataFrame, *, quarters: bool) -> int:
    """Cases that have a fiscal year and no decision date, so that no quarter shows them."""
    return int(periods.filter(pl.col("quarter").is_null())["cases"].sum()) if quarters else 0


def few(table: pl.DataFrame, column: str, *, to: str) -> str:
    """The fiscal years of a table in which a column tells nothing, as too few cases to do so.

    By program, where the table has two; nothing where all years tell it.
    """
    none = table.filter(pl.col(column).is_null())
    if none.is_empty():
        return ""
    by = "program" in table.columns and table["program"].n_unique() > 1
    parts = none.partition_by("program", maintain_order=True) if by else [none]
    said = "; ".join(
        (f"{word(str(part['program'][0]).lower())} " if by else "")
        + years_said(part["fiscal_year"].unique().sort().to_list())
        for part in parts
    )
    return f"Too few cases to {to}: {said}."


def waited(of: pl.DataFrame) -> str:
    """That PERM times are of several years, and of which: `asked` (whose), years (in order)."""
    if of["years"].explode().n_unique() < 2:  # noqa: PLR2004 - nothing is pooled
        return ""
    each = "; ".join(
        f"{name} {years_said(there)}" for name, there in of.select("asked", "years").rows()
    )
    return (
        "All years of the choice together, and PERM takes longer in some years than in others: a "
        "difference may come from the years alone. Choose one fiscal year to compare. Cases with "
        f"both dates: {plain(each)}."
    )


def source(in_use: LakeInUse) -> str:
    """Where the numbers are from: part of the figure, so that it travels with a picture of it."""
    what = "Invented sample data" if in_use.is_sample else "DOL OFLC disclosure data"
    newest = _newest(*in_use.at)
    return f"{what} to {day(newest)}" if newest else what


@st.cache_data(max_entries=4, show_spinner=False)
def _newest(version: str, path: str) -> date | None:  # noqa: ARG001
    """The newest decision in any of the files."""
    return lake.releases(Path(path)).select(pl.col("decision_max").max()).item()


def below(
    partial: Partial,
    *,
    undated: int = 0,
    mark: str = "Paler bars",
    untitled: Mapping[str, Sequence[int]] | None = None,
) -> str:
    """How partial and `untitled` years are marked, and which those are; what is not in the bars."""
    said = list[str]()
    if partial:
        each = "; ".join(f"FY{year} {in_words(part)}" for year, part in partial.items())
        said.append(f"{mark} are partial: {each}.")
    for program, of in (untitled or {}).items():
        said.append(
            f"{mark} or a star: {word(program)} of {years_said(of)} has no job title of the "
            "employer."
        )
    if undated:
        said.append(f"{counted(undated, 'case')} without a decision date stand in no bar.")
    return " ".join(said)


RATE = (
    "Certified of decided; decided is certified plus denied. Cases certified and later withdrawn "
    "or expired were certified; cases withdrawn before a decision count in neither. DOL certifies; "
    "visas and petitions are approved by USCIS, which this is not. Fewer than "
    f"{FEWEST} decided cases give no rate."
)

DEFINITIONS = (
    "Of decided: certified of certified plus denied; cases withdrawn or expired after their "
    "certification were certified. Of all determinations: with withdrawn cases, as OFLC's own "
    "reports count. Still labelled Certified: falls as certifications expire and says nothing of "
    f"decisions. Intervals are Wilson's, 95%. Fewer than {FEWEST} cases give no rate. DOL "
    "certifies; USCIS approves, which is not in here."
)
