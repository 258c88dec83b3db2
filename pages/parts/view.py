"""What every figure of a page has in common: its filters, its source, how it was made."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics import counts, provenance
from charts.frame import Caption
from charts.theme import word
from loaders import lake, role_notes
from loaders.releases import absent_parts
from loaders.sample import LakeInUse
from loaders.schema import FEWEST
from pages.parts import about
from pages.parts.cases import Cases
from pages.parts.ledger import in_state

CASES = (
    "Cases, not people: each counted once, under its newest decision, in the fiscal year of "
    "that decision."
)


@dataclass(frozen=True)
class Shown:
    """A choice, its numbers, and the lake that they are from.

    `found` has the page's tables by name, among them `decided` (analytics.counts.certification),
    `steps` (analytics.provenance.steps of the choice) and, for each part that a figure shows,
    `of PART` (the steps of that part).
    """

    in_use: LakeInUse
    choice: Cases
    found: Mapping[str, pl.DataFrame]
    coverage: pl.DataFrame

    @cached_property
    def partial(self) -> dict[int, dict[str, str]]:
        """The fiscal years that are not whole."""
        return about.partial_years(self.coverage, self.found["decided"], self.choice.years)

    @cached_property
    def every_untitled(self) -> dict[str, list[int]]:
        """The chosen fiscal years, of each program, whose files have no title of the employer."""
        return about.untitled(self.coverage, self.choice.programs, self.choice.years)

    @property
    def untitled(self) -> dict[str, list[int]]:
        """The same, where the choice asks for what titles tell."""
        return self.every_untitled if self.choice.by_title else {}

    def none_fits(self, said: str) -> str:
        """`said`; or that no file is loaded, or, where titles are asked for, none that tells."""
        choice = self.choice
        if absent := about.no_file(self.coverage, choice.programs, choice.years):
            return absent
        if not choice.by_title:
            return said
        return about.none_fits(said, self.coverage, choice.programs, choice.years)

    @property
    def span(self) -> str:
        """The fiscal years of the cases in words; of the choice where there is no case."""
        decided = self.found["decided"]
        return self.choice.said()[-1] if decided.is_empty() else about.span(decided, self.partial)

    @cached_property
    def loaded(self) -> dict[str, list[int]]:
        """The fiscal years of which the lake has a file, of each program that is chosen."""
        programs = self.choice.programs or tuple(self.coverage["program"].unique().sort())
        return {one: about.loaded_years(self.coverage, (one,)) for one in programs}

    def caption(self, title: str, programs: Collection[str] = (), *, dark: bool) -> Caption:
        """What travels with a picture of a figure, which may be of some of the programs alone."""
        of = programs or tuple(self.loaded)
        partial = {
            year: {one: part for one, part in parts.items() if one in of}
            for year, parts in self.partial.items()
        }
        return Caption(
            title,
            self.choice.said(),
            about.source(self.in_use),
            partial,
            {one: years for one, years in self.loaded.items() if one in of},
            self.untitled,
            sample=self.in_use.is_sample,
            dark=dark,
        )

    def made(
        self, definition: str, part: str = "cases", *, by_title: bool = False
    ) -> provenance.Provenance:
        """Where a number comes from; `part` is what it leaves out of the chosen cases.

        `by_title` says that it is split by what titles tell, whatever is chosen.
        """
        without = about.no_titles(self.every_untitled if by_title else self.untitled)
        definition = f"{definition} {without}".rstrip()
        files = _files(*self.in_use.at)
        programs = self.choice.programs or set(files.values())
        whole = provenance.made(
            self.found["steps"].row(0, named=True),
            CASES,
            tuple(release for release, program in files.items() if program in programs),
        )
        left = self.found[f"of {part}"].row(0, named=True)
        return replace(provenance.narrowed(whole, left, definition), partial=self.partial)


@st.cache_data(max_entries=4, show_spinner=False)
def _files(version: str, path: str) -> dict[str, str]:  # noqa: ARG001
    """The program of every loaded release, in order of their names."""
    loaded = in_state(lake.releases(Path(path)), "loaded")
    return dict(loaded.select("release", pl.col("program").cast(pl.String)).sort("release").rows())


@st.cache_resource(max_entries=4, show_spinner=False)
def covered(version: str, path: str) -> pl.DataFrame:
    """What the lake holds of each program and fiscal year, as analytics.counts.coverage.

    A year of which the file of one form is `absent` is partial, too.
    """
    return (
        counts.coverage(lake.filings(Path(path)), role_notes.wage_titles())
        .collect()
        .join(
            absent_parts(list(_files(version, path))),
            on=["program", "fiscal_year"],
            how="left",
            maintain_order="left",
        )
        .with_columns(partial=pl.col("partial") | pl.col("absent").is_not_null())
    )


def filed(rows: Sequence[Mapping[str, Any]]) -> str:
    """`12 LCA and 3 PERM cases`, from the `cases` of each `program`."""
    cases = " and ".join(f"{row['cases']:,} {word(row['program'])}" for row in rows)
    return f"{cases} {'case' if sum(row['cases'] for row in rows) == 1 else 'cases'}"


def rates(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many were certified of `decided`, by program where there are two."""
    each = [(f"{word(row['program'])}: " if len(rows) > 1 else "") + _rate(row) for row in rows]
    return "; ".join(each)


def _rate(row: Mapping[str, Any]) -> str:
    n = f"(n = {row['decided']:,})"
    left = f", {row['withdrawn']:,} withdrawn before a decision" if row["withdrawn"] else ""
    if row["decided"] < FEWEST:
        return f"too few decided to rate {n}{left}"
    return f"{row['certified'] / row['decided']:.1%} of decided were certified {n}{left}"
