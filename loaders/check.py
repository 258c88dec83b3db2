"""Whether the facts in data/ hold together, and whether a lake agrees with DOL's own totals."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from loaders import brands, lake, names, releases
from loaders.clean import FIELDS
from loaders.facts import DATA, codes, pay_periods, words
from loaders.layouts import COMPANION, LayoutError, layouts, recognise
from loaders.schema import STATUSES, VISA_CLASSES, WAGE_LEVELS, WAGE_UNITS
from loaders.staging import Facts, cases_of

_OF_A_BRAND = {
    "brand", "called", "shared", "filed", "except", "note", "parent", "units", "sector", "unnamed",
}  # fmt: skip
COMPARED = {
    "program": pl.String,
    "fiscal_year": pl.Int32,
    "status": pl.String,
    "counted": pl.String,
    "source": pl.String,
    "published": pl.Int64,
    "here": pl.Int64,
    "difference": pl.Int64,
    "why": pl.String,
    "missing": pl.Int64,
    "wrong": pl.Boolean,
}
_TABLES = (
    "*",
    "codes/*",
    "codes/shown/*",
    "employers/*",
    "employers/*/*",
    "layouts/*/*",
    "listings/*",
    "roles/*",
    "soc/*",
)
_NEEDED = {"case_number", "status_raw", "decision_date", "employer_name", "wage_from"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or worth a note."""

    wrong: bool
    text: str

    def __str__(self) -> str:
        """`WRONG` or `note`, and the text."""
        return f"{'WRONG' if self.wrong else 'note'}: {self.text}"


def findings(lake_dir: Path) -> list[Finding]:
    """Everything that is wrong or worth a note; of a lake only where one is published."""
    found = [*_tables(), *_registry(), *_layouts(), *_codes(), *_brands()]
    if lake.published(lake_dir):
        found += [*_files(lake_dir), *_counts(lake_dir), *_shadowed(lake_dir)]
    return found


def _tables() -> Iterator[Finding]:
    """Rows of our CSV files with more or fewer cells than their header: a comma without quotes."""
    for file in sorted(file for of in _TABLES for file in DATA.glob(f"{of}.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            head, *rows = list(csv.reader(text)) or [[]]
        for number, row in enumerate(rows, start=2):
            if len(row) != len(head):
                where = f"{file.relative_to(DATA.parent)}, row {number}"
                yield Finding(wrong=True, text=f"{where}: {len(row)} cells, not {len(head)}.")


def _registry() -> Iterator[Finding]:
    registered = releases.releases()
    names = [release.release for release in registered]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(wrong=True, text=f"data/releases.csv names {name} twice: rename one.")
    for release in registered:
        for url in release.urls:
            parts = urlsplit(url)
            if parts.scheme != "https" or not parts.path.lower().endswith(".xlsx"):
                yield Finding(wrong=True, text=f"{release.release}: {url} is no https .xlsx link.")
        if release.sha256 and not re.fullmatch(r"[0-9a-f]{64}", release.sha256):
            yield Finding(wrong=True, text=f"{release.release}: its sha256 is not 64 hex digits.")


def _layouts() -> Iterator[Finding]:
    for layout in layouts():
        unknown = sorted(layout.fields.keys() - {*FIELDS, "worksite_block"})
        if unknown:
            yield Finding(wrong=True, text=f"layout {layout.id}: no such field as {unknown}.")
        lacks = sorted(_NEEDED - layout.fields.keys() - {"wage_range"})
        if "wage_range" in layout.fields:
            lacks = [field for field in lacks if field != "wage_from"]
        if lacks and layout.program != COMPANION:
            yield Finding(wrong=True, text=f"layout {layout.id} fills no {lacks}.")
        try:
            taken_for = recognise([source for source, _ in layout.sources]).layout.id
        except LayoutError as error:
            taken_for = str(error)
        if taken_for != layout.id:
            yield Finding(wrong=True, text=f"layout {layout.id} is taken for {taken_for}.")


def _codes() -> Iterator[Finding]:
    closed = {
        "statuses": STATUSES,
        "visa_classes": VISA_CLASSES,
        "wage_units": WAGE_UNITS,
        "wage_levels": WAGE_LEVELS,
        "yes_no": ("true", "false"),
        "state_spellings": tuple(words("states")),
    }
    for name, values in closed.items():
        for spelling, value in codes(name).items():
            if value not in values:
                yield Finding(wrong=True, text=f"codes/{name}.csv: {spelling} gives {value!r}.")
    if tuple(pay_periods()) != WAGE_UNITS:
        yield Finding(wrong=True, text="codes/pay_periods.csv does not list the wage units.")


def _brands() -> Iterator[Finding]:
    families = brands.families()
    for brand_id, family in families.items():
        unknown = sorted(family.keys() - _OF_A_BRAND)
        if unknown:
            yield Finding(wrong=True, text=f"brand {brand_id}: no such entry as {unknown}.")
        if family.get("parent", brand_id) not in families:
            yield Finding(wrong=True, text=f"brand {brand_id}: no brand {family['parent']}.")
    for table, text, column in (
        (brands.filed().filter(~pl.col("begins")), "claim the filed name", "filed"),
        (
            brands.called().filter(~pl.col("called").is_in(brands.shared())),
            "are called",
            "called",
        ),
    ):
        for name, claimants in _claimed_twice(table, column):
            yield Finding(wrong=True, text=f"brands {', '.join(claimants)} {text} {name}.")


def _claimed_twice(table: pl.DataFrame, column: str) -> list[tuple[str, list[str]]]:
    """Names that several brands or units claim in the same state at the same time.

    A claim with states or dates goes before one without, so only those of one kind contend. Who is
    called exactly so goes before who is nearly: Kirkland, the law firm, and Kirkland's; Merrill and
    Merrill Corporation.
    """
    article = names.article(pl.col(column)) if column == "called" else pl.lit(value=False)
    ever = [
        pl.lit(None, pl.Date).alias(end) for end in ("from", "until") if end not in table.columns
    ]
    name = pl.col(column)
    claims = (
        table.with_columns(*ever)
        .with_columns(
            article=article,
            dated=pl.col("from").is_not_null() | pl.col("until").is_not_null(),
            spelling=names.beginning(name) if column == "called" else names.loose(names.full(name)),
            who=pl.concat_str("brand_id", "unit", separator=": ", ignore_nulls=True),
        )
        .explode("states")
    )
    pairs = claims.join(
        claims, on=["spelling", "article", "states", "dated"], nulls_equal=True
    ).filter(
        pl.col("who") < pl.col("who_right"),
        (pl.col("from") <= pl.col("until_right")).fill_null(value=True),
        (pl.col("from_right") <= pl.col("until")).fill_null(value=True),
    )
    return (
        pairs.group_by("spelling", "article", maintain_order=True)
        .agg(pl.col(column).first(), who=pl.concat_list("who", "who_right").explode())
        .select(column, pl.col("who").list.unique().list.sort(), "spelling")
        .sort("spelling", column)
        .select(column, "who")
        .rows()
    )


def _shadowed(lake_dir: Path) -> Iterator[Finding]:
    """Brands without a filing whose names somebody outside all brands filed under."""
    called = brands.called().select("brand_id", "called", loose=names.loose(pl.col("key")))
    heard = lake.names(lake_dir).select("brand_id").drop_nulls().unique()
    filed = lake.aliases(lake_dir).filter(
        pl.col("kind").cast(pl.String) == "filed", pl.col("brand_id").is_null()
    )
    found = (
        called.lazy()
        .join(heard, on="brand_id", how="anti")
        .join(filed.select("loose", "name"), on="loose")
        .unique(["brand_id", "name"])
        .sort("brand_id", "name")
        .collect()
    )
    for row in found.rows(named=True):
        text = f"brand {row['brand_id']} has no filing; is {row['name']} it, being called so?"
        yield Finding(wrong=False, text=text)


def _files(lake_dir: Path) -> Iterator[Finding]:
    table = lake.releases(lake_dir)
    kept, cases = table["kept"].sum(), lake.filings(lake_dir).select(pl.len()).collect().item()
    if kept != cases:
        yield Finding(wrong=True, text=f"{kept:,} rows kept, {cases:,} cases in the lake.")
    for row in table.rows(named=True):
        if row["state"] == "refused":
            yield Finding(wrong=True, text=f"refused: {row['reason']}")
        if row["state"] != "loaded":
            continue
        if row["rows"] != sum(row[n] for n in ("padding", "kept", "replaced", "refused")):
            yield Finding(wrong=True, text=f"{row['release']}: rows do not add up.")
        if row["added_columns"]:
            text = f"{row['release']}: columns new since {row['layout']}: {row['added_columns']}"
            yield Finding(wrong=False, text=text)
    yield from editions(table)


def editions(table: pl.DataFrame) -> Iterator[Finding]:
    """Which of these releases (a row each of lake.RELEASES) are not the files of the registry."""
    known = {one.release: one for one in releases.releases()}
    for row in table.filter(pl.col("state").cast(pl.String) == "loaded").rows(named=True):
        registered = known.get(row["release"])
        if registered and registered.sha256 and registered.sha256 != row["sha256"]:
            text = f"{row['release']}: not the file that the registry pins; DOL replaced it?"
            yield Finding(wrong=False, text=text)
        filled = row["rows"] - row["padding"]
        if registered and registered.rows and registered.rows != filled:
            text = (
                f"{row['release']}: {filled:,} rows, {registered.rows:,} in the registry "
                f"({filled - registered.rows:+,}): another edition of the file, or not whole."
            )
            yield Finding(wrong=False, text=text)


def _counts(lake_dir: Path) -> Iterator[Finding]:
    for row in compared(lake_dir).rows(named=True):
        where = f"{row['program'].upper()} FY{row['fiscal_year']} {row['status']}"
        if row["published"] is None:
            said = f": {row['here']:,} cases, not compared: {row['why']}."
        elif row["here"] is None:
            said = f", {row['source']}: {row['why']}."
        elif row["difference"]:
            said = (
                f", {row['source']}: {row['here']:,} here, {row['published']:,} published "
                f"({row['difference']:+,}): {row['why']}."
            )
        else:
            said = f", {row['source']}: {row['here']:,}, as published."
        yield Finding(wrong=row["wrong"], text=where + said)


def compared(lake_dir: Path) -> pl.DataFrame:
    """Our totals beside the published ones of data/expected_counts.csv, of every year in the lake.

    Columns program, fiscal_year, status, counted (lake: under the newest decision of all files;
    files: in the year's own files alone), source, published (null where no total is known), here
    (null where it cannot be counted), difference, why (what explains it; null where it agrees),
    missing (files not loaded that the total needs) and wrong (off by more than one in a thousand
    that neither missing files nor refused or replaced rows explain).
    """
    table = lake.releases(lake_dir).filter(pl.col("state").cast(pl.String) == "loaded")
    loaded = {row["release"]: row for row in table.rows(named=True)}
    expected = pl.read_csv(DATA / "expected_counts.csv", glob=False)
    cases = _by_status(lake_dir)
    rows = list[tuple[object, ...]]()
    named = {(one.program, one.fiscal_year) for one in releases.releases() if one.release in loaded}
    for program, year in sorted({*lake.periods(lake_dir), *named}):
        own = [one for one in releases.select(program=program) if one.fiscal_year == year]
        known = expected.filter(program=program, fiscal_year=year).rows(named=True)
        if not known or not any(one.release in loaded for one in own):
            why = "no total of it is known" if not known else "none of its own files is loaded"
            here = sum(cases.get((program, year), {}).values())
            rows.append((program, year, "any", "lake", None, None, here, None, why, 0, False))
            continue
        found: dict[str, dict[str, int] | None] = {"lake": cases.get((program, year), {})}
        if any(row["counted"] == "files" for row in known):
            found["files"] = _newest_of_files(lake_dir, program, year)
        rows += [_set_beside(row, found[row["counted"]], own, loaded) for row in known]
    return pl.DataFrame(rows, schema=COMPARED, orient="row")


def _set_beside(
    row: dict[str, Any],
    found: dict[str, int] | None,
    own: Sequence[releases.Release],
    loaded: dict[str, dict[str, Any]],
) -> tuple[object, ...]:
    """A row of COMPARED: a published total beside the cases found, by status."""
    program, year, status, in_lake = (
        row["program"], row["fiscal_year"], row["status"], row["counted"] == "lake",
    )  # fmt: skip
    others = [one for one in releases.select(program=program) if in_lake]
    absent = [one for one in own if one.release not in loaded]
    later = [one for one in others if one.fiscal_year > year and one.release not in loaded]
    what = (program, year, status, row["counted"], row["source"], row["cases"])
    missing = len(absent) + len(later)
    if found is None:
        return (
            *what,
            None,
            None,
            "not compared, the staged files are not beside this lake",
            missing,
            False,
        )
    here = _added_up(found, program, status)
    off = here - row["cases"]
    since = [one for one in others if one.release in loaded and _after(one, row["source"])]
    refused, replaced = (
        sum(loaded[one.release][kind] for one in own if one.release in loaded)
        for kind in ("refused", "replaced")
    )
    explained = (
        (absent and (off < 0 or status != "any"), f"not loaded: {_listed(absent)}"),
        (later and off > 0, f"newer decisions would move cases on; not loaded: {_listed(later)}"),
        (since and -off in range(1, replaced + 1), f"decided anew since: {_listed(since)}"),
        (-off in range(1, refused + 1), f"{refused:,} rows of its files refused"),
    )
    why = [text for holds, text in explained if off and holds]
    wrong = not why and abs(off) > row["cases"] / 1000
    unknown = "DOL replaced a file since, or one is incomplete" if off else None
    return (*what, here, off, "; ".join(why) or unknown, missing, wrong)


def _after(release: releases.Release, source: str) -> bool:
    """Whether a file is newer than the last that a total counts, `to FY2026 Q2` in its source."""
    last = re.search(r"to FY(\d{4}) Q(\d)", source)
    of = release.fiscal_year, release.quarter or 4
    return last is not None and of > (int(last[1]), int(last[2]))


def _listed(files: Sequence[releases.Release]) -> str:
    """Files by name, with the rows that DOL's have; of many the first and how many."""
    first = [one.release + (f" ({one.rows:,} rows)" if one.rows else "") for one in files[:3]]
    return ", ".join(first) + (f" and {len(files) - 3} more" if len(files) > 3 else "")  # noqa: PLR2004 - as shown


def _by_status(lake_dir: Path) -> dict[tuple[str, int], dict[str, int]]:
    """The lake's cases of each program and fiscal year by status."""
    found: dict[tuple[str, int], dict[str, int]] = {}
    counted = lake.filings(lake_dir).group_by(
        pl.col("program").cast(pl.String), "fiscal_year", pl.col("status").cast(pl.String)
    )
    for program, year, status, cases in counted.agg(pl.len()).collect().rows():
        found.setdefault((program, year), {})[status] = cases
    return found


def _added_up(cases: dict[str, int], program: str, status: str) -> int:
    """The cases that DOL adds up under a word of its totals, as data/counted_as.csv has it."""
    if status == "any":
        return sum(cases.values())
    of = pl.read_csv(DATA / "counted_as.csv", glob=False).filter(program=program, counted_as=status)
    return sum(cases.get(one, 0) for one in of["status"])


def _newest_of_files(lake_dir: Path, program: str, year: int) -> dict[str, int] | None:
    """Cases in a fiscal year's own files by status, each once; null where those are gone."""
    folders = lake.staged(lake_dir)
    if not folders or not all((folder / "facts.json").exists() for folder in folders):
        return None
    own = sorted(
        (
            (facts.decision_max or "", folder)
            for folder in folders
            if (facts := Facts.of(folder)).program == program and facts.fiscal_year == year
        ),
    )
    if not own:
        return {}
    newest = (
        pl.concat(
            cases_of(folder)
            .select("case_number", "status", "decision_date")
            .with_columns(age=pl.lit(number))
            for number, (_, folder) in enumerate(own)
        )
        .sort("decision_date", "age", nulls_last=False)
        .unique("case_number", keep="last")
    )
    status = pl.col("status").cast(pl.String)
    return dict(newest.group_by(status).agg(pl.len()).collect().rows())
