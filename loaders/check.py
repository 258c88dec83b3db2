"""Whether the facts in data/ hold together, and whether a lake agrees with DOL's own totals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl

from loaders import brands, lake, names, releases
from loaders.clean import FIELDS
from loaders.facts import DATA, codes, pay_periods, words
from loaders.layouts import COMPANION, LayoutError, layouts, recognise
from loaders.schema import STATUSES, VISA_CLASSES, WAGE_LEVELS, WAGE_UNITS
from loaders.staging import Facts, cases_of

# What DOL adds up as certified and withdrawn when it counts LCAs and PERM cases of one year.
_DOL_ADDS_UP = {
    "lca": {
        "certified": ["certified"],
        "withdrawn": ["withdrawn", "certified-withdrawn"],
        "denied": ["denied"],
    },
    "perm": {
        "certified": ["certified", "certified-expired"],
        "withdrawn": ["withdrawn"],
        "denied": ["denied"],
    },
}
_OF_A_BRAND = {"brand", "called", "filed", "except", "note", "parent", "units", "sector", "unnamed"}
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
    "wrong": pl.Boolean,
}
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
    found = [*_registry(), *_layouts(), *_codes(), *_brands()]
    if lake.published(lake_dir):
        found += [*_files(lake_dir), *_counts(lake_dir), *_shadowed(lake_dir)]
    return found


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
        (brands.called(), "are called", "called"),
    ):
        for name, claimants in _claimed_twice(table, column):
            yield Finding(wrong=True, text=f"brands {', '.join(claimants)} {text} {name}.")


def _claimed_twice(table: pl.DataFrame, column: str) -> list[tuple[str, list[str]]]:
    """Names that several brands or units claim in the same states at the same time."""
    apart = [name for name in ("states", "from", "until") if name in table.columns]
    article = names.article(pl.col(column)) if column == "called" else pl.lit(value=False)
    claims = (
        table.with_columns(
            article=article,
            loose=names.loose(names.full(pl.col(column))),
            who=pl.concat_str("brand_id", "unit", separator=": ", ignore_nulls=True),
        )
        .filter(pl.all_horizontal(pl.lit(value=True), *(pl.col(name).is_null() for name in apart)))
        .group_by("loose", "article")
        .agg(pl.col(column).first(), pl.col("who").unique().sort())
        .filter(pl.col("who").list.len() > 1)
        .sort("loose")
    )
    return claims.select(column, "who").rows()


def _shadowed(lake_dir: Path) -> Iterator[Finding]:
    """Brands without a filing whose names somebody outside all brands filed under."""
    called = brands.called().select(
        "brand_id", "called", loose=names.loose(names.key(pl.col("called")))
    )
    heard = lake.employers(lake_dir).select("brand_id").drop_nulls().unique()
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
    for row in lake.releases(lake_dir).rows(named=True):
        if row["state"] == "refused":
            yield Finding(wrong=True, text=f"refused: {row['reason']}")
        if row["state"] != "loaded":
            continue
        if row["rows"] != sum(row[n] for n in ("padding", "kept", "replaced", "refused")):
            yield Finding(wrong=True, text=f"{row['release']}: rows do not add up.")
        if row["added_columns"]:
            text = f"{row['release']}: columns new since {row['layout']}: {row['added_columns']}"
            yield Finding(wrong=False, text=text)
        registered = releases.release_of(Path(row["file"]).name, row["sha256"])
        if registered and registered.sha256 and registered.sha256 != row["sha256"]:
            text = f"{row['release']}: not the file that the registry pins; DOL replaced it?"
            yield Finding(wrong=False, text=text)


def _counts(lake_dir: Path) -> Iterator[Finding]:
    for row in compared(lake_dir).rows(named=True):
        program, year, status = row["program"].upper(), row["fiscal_year"], row["status"]
        where = f"{program} FY{year} {status}, {row['source']}"
        said = f": {row['why']}." if row["here"] is None else f": {row['here']:,}, as published."
        if row["here"] is not None and row["why"]:
            said = (
                f": {row['here']:,} here, {row['published']:,} published "
                f"({row['difference']:+,}): {row['why']}."
            )
        yield Finding(wrong=row["wrong"], text=where + said)


def compared(lake_dir: Path) -> pl.DataFrame:
    """Our totals beside the published ones of data/expected_counts.csv, of the loaded years.

    Columns program, fiscal_year, status, counted (lake: under the newest decision of all files;
    files: in the year's own files alone), source, published, here (null where files are missing
    that the total needs), difference, why (not compared, or how it can differ; null where it
    agrees) and wrong (further off than one in a thousand).
    """
    loaded = set(
        lake.releases(lake_dir).filter(pl.col("state").cast(pl.String) == "loaded")["release"]
    )
    expected = pl.read_csv(DATA / "expected_counts.csv", glob=False)
    rows = list[tuple[object, ...]]()
    found = dict[tuple[str, int, str], dict[str, int]]()
    for row in expected.rows(named=True):
        program, year, counted = row["program"], row["fiscal_year"], row["counted"]
        own = [r for r in releases.select(program=program) if r.fiscal_year == year]
        later = [r for r in releases.select(program=program) if r.fiscal_year > year]
        needed = {release.release for release in (own + later if counted == "lake" else own)}
        if not loaded & {release.release for release in own}:
            continue
        what = (program, year, row["status"], counted, row["source"], row["cases"])
        if missing := len(needed - loaded):
            files = "1 file is" if missing == 1 else f"{missing} files are"
            rows.append((*what, None, None, f"not compared, {files} not loaded", False))
            continue
        if counted == "files" and not lake.staged(lake_dir):
            why = "not compared, the files stay with the builder of this lake"
            rows.append((*what, None, None, why, False))
            continue
        at = (program, year, counted)
        if at not in found:
            found[at] = _by_status(lake_dir, *at)
        here = _added_up(found[at], program, row["status"])
        off = here - row["cases"]
        why = "DOL replaced a file since, or one is incomplete" if off else None
        rows.append((*what, here, off, why, abs(off) > row["cases"] / 1000))
    return pl.DataFrame(rows, schema=COMPARED, orient="row")


def _by_status(lake_dir: Path, program: str, year: int, counted: str) -> dict[str, int]:
    """Cases of a fiscal year by status: in the lake, or in the year's own files alone."""
    if counted == "lake":
        frame = lake.filings(lake_dir).filter(
            (pl.col("fiscal_year") == year) & (pl.col("program").cast(pl.String) == program)
        )
    else:
        frame = _newest_of_files(lake_dir, program, year)
    return dict(
        frame.group_by(pl.col("status").cast(pl.String)).agg(cases=pl.len()).collect().rows()
    )


def _added_up(cases: dict[str, int], program: str, status: str) -> int:
    """The cases that DOL adds up under a word of its totals."""
    of = cases if status == "any" else _DOL_ADDS_UP[program][status]
    return sum(cases.get(one, 0) for one in of)


def _newest_of_files(lake_dir: Path, program: str, year: int) -> pl.LazyFrame:
    own = sorted(
        (
            (facts.decision_max or "", folder)
            for folder in lake.staged(lake_dir)
            if (facts := Facts.of(folder)).program == program and facts.fiscal_year == year
        ),
    )
    return (
        pl.concat(
            cases_of(folder)
            .select("case_number", "status", "decision_date")
            .with_columns(age=pl.lit(number))
            for number, (_, folder) in enumerate(own)
        )
        .sort("decision_date", "age", nulls_last=False)
        .unique("case_number", keep="last")
    )
