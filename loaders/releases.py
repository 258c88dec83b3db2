"""The registry: every LCA and PERM file that DOL published, a row of data/releases.csv each."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import polars as pl

from loaders import facts
from loaders.facts import DATA


@dataclass(frozen=True, slots=True)
class Release:
    """One file of DOL's: what it is, where it is, and how to know it when one has it."""

    release: str
    program: str
    fiscal_year: int
    quarter: int | None
    urls: tuple[str, ...]
    bytes: int | None = None
    rows: int | None = None
    sha256: str | None = None

    @property
    def file_name(self) -> str:
        """The name that DOL gives the file at its preferred address."""
        return name_in(self.urls[0])


def name_in(url: str) -> str:
    """The file name that an address ends in, without any path that was written as `%2F`."""
    return PurePosixPath(unquote(urlsplit(url).path)).name


@cache
def releases(path: Path = DATA / "releases.csv") -> tuple[Release, ...]:
    """All registered releases, in the registry's order."""
    table = facts.table(path).cast(
        dict.fromkeys(("fiscal_year", "quarter", "bytes", "rows"), pl.Int64)
    )
    return tuple(
        Release(
            release=row["release"],
            program=row["program"],
            fiscal_year=row["fiscal_year"],
            quarter=row["quarter"],
            urls=(row["url"], *(row["alternatives"] or "").split()),
            bytes=row["bytes"],
            rows=row["rows"],
            sha256=row["sha256"],
        )
        for row in table.rows(named=True)
    )


def fiscal_years(text: str) -> frozenset[int]:
    """The years of `2024`, `2022-2026` or `2019,2022-2024`; ValueError with the fix for others."""
    years = set[int]()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})(?:\s*-\s*(\d{4}))?\s*", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise ValueError(f"{text!r} are no fiscal years: write 2024, 2022-2026 or 2019,2024.")
        years.update(range(first, last + 1))
    return frozenset(years)


def of(program: str | None = None, years: str | None = None) -> Callable[[Release], bool]:
    """Whether a release is of a program and of fiscal years; of any where none is named."""
    wanted = fiscal_years(years) if years else None
    return lambda release: (
        program in {None, release.program} and (wanted is None or release.fiscal_year in wanted)
    )


def select(*, program: str | None = None, years: str | None = None) -> tuple[Release, ...]:
    """The releases of a program and of fiscal years, all where nothing is asked.

    Raises ValueError where no release is left, naming the years that there are.
    """
    chosen = tuple(filter(of(program, years), releases()))
    if not chosen:
        known = {release.fiscal_year for release in releases()}
        raise ValueError(
            f"no release of {program or 'any program'} in {years or 'any year'}: "
            f"data/releases.csv has FY{min(known)} to FY{max(known)}."
        )
    return chosen


def absent_parts(loaded: Collection[str]) -> pl.DataFrame:
    """The years that DOL published as one file a form, of which some but not all are `loaded`.

    Columns program, fiscal_year and absent: the releases that are missing. Quarterly files are
    none of these: the decisions tell which quarter is missing.
    """
    parts = pl.DataFrame(
        [(one.release, one.program, one.fiscal_year) for one in releases() if one.quarter is None],
        schema={"release": pl.String, "program": pl.String, "fiscal_year": pl.Int32},
        orient="row",
    )
    there = pl.col("release").is_in(list(loaded))
    return (
        parts.group_by("program", "fiscal_year")
        .agg(some=there.any(), absent=pl.col("release").filter(~there))
        .filter("some", pl.col("absent").list.len() > 0)
        .drop("some")
    )


def release_of(
    file_name: str,
    sha256: str,
    among: Iterable[Release] = (),
    *,
    holds: tuple[str, int | None, int] | None = None,
) -> Release | None:
    """The registered release that a file is: by its digest, by its name at DOL, by what it holds.

    Of the name a browser's ` (1)` and the case of letters do not matter. What it `holds` is its
    program, fiscal year and how many rows with content, which is one release's alone or tells none.
    """
    known = tuple(among) or releases()
    name = re.sub(r" ?\(\d+\)(?=\.\w+$)", "", file_name).lower()
    by_digest = (release for release in known if release.sha256 == sha256)
    by_name = (r for r in known if name in {name_in(url).lower() for url in r.urls})
    by_rows = [r for r in known if r.rows and (r.program, r.fiscal_year, r.rows) == holds]
    told = next(by_digest, None) or next(by_name, None)
    return told or (by_rows[0] if len(by_rows) == 1 else None)


def years_said(of: Sequence[int]) -> str:
    """`FY2015, FY2017 to FY2020`: fiscal years in order, those in a row as one."""
    runs = list[list[int]]()
    for year in of:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(" to ".join(f"FY{one}" for one in sorted({run[0], run[-1]})) for run in runs)
