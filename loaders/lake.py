"""The lake: one case a row, published whole or not at all.

`current.json` names the files of the published lake; replacing it is the only moment of change.
The files it names are immutable and named by what they hold, so that a new build reuses what did
not change, and a reader in mid-scan keeps what it has opened.
"""

import contextlib
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from loaders import brands as brands_
from loaders import employers as employers_
from loaders import roles as roles_
from loaders import staging, storage
from loaders import yearly as yearly_
from loaders.facts import DATA, maker
from loaders.schema import IDENTITY, TOLD, Filing
from loaders.staging import REFUSED, Facts, cases_of, written

LAKE = DATA / "lake"
RAW = DATA / "raw"
SORTED_BY = ("role", "soc_code", "worksite_state", "decision_date", "case_number")
ROW_GROUP = 65_536
_DATED = ("certified", "certified-expired")  # their decision date is that of the certification
FORMAT = 5
TABLES = (
    "filings", "yearly", "releases", "refused", "names", "employers", "aliases", "brands", "titles",
)  # fmt: skip

COUNTS = pl.List(pl.Struct({"name": pl.String, "count": pl.Int64}))
RELEASES = {
    "release": pl.String,
    "file": pl.String,
    "state": pl.Enum(["loaded", "refused", "set aside"]),
    "reason": pl.String,
    "program": pl.String,
    "layout": pl.String,
    "fiscal_year": pl.Int32,
    "rows": pl.Int64,
    "padding": pl.Int64,
    "kept": pl.Int64,
    "replaced": pl.Int64,
    "refused": pl.Int64,
    "refused_by_rule": COUNTS,
    "repairs": COUNTS,
    "added_columns": pl.List(pl.String),
    "notes": pl.List(pl.String),
    "decision_min": pl.Date,
    "decision_max": pl.Date,
    "bytes": pl.Int64,
    "sha256": pl.String,
    "retrieved_at": pl.String,
}


class NoLakeError(FileNotFoundError):
    """No lake has been published in this folder."""


@dataclass(frozen=True, slots=True)
class Source:
    """A staged file that goes into the lake, under the name of its release."""

    release: str
    file: str
    folder: Path
    facts: Facts
    bytes: int
    retrieved_at: str | None = None
    reason: str | None = None

    @property
    def age(self) -> tuple[str, int, str, str]:
        """Sorts files from old to new: by the newest decision in them, then by size and name."""
        facts = self.facts
        return facts.decision_max or "", facts.cases, self.release, facts.sha256


# ---------------------------------------------------------------------------------------- reading


def _current(lake: Path) -> dict[str, Any]:
    made = json.loads(storage.text(lake / "current.json"))
    return made if isinstance(made, dict) else {}


def current(lake: Path = LAKE) -> dict[str, Any]:
    """What `current.json` says, of whichever version; nothing where there is none or damage."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        return _current(lake)
    return {}


def parts(made: dict[str, Any]) -> set[str]:
    """The names of all files below `parts` that a manifest names, of whichever version."""
    lists = (said for said in made.values() if isinstance(said, list))
    return {name for said in lists for name in said if str(name).endswith(".parquet")}


def files(lake: Path = LAKE) -> set[str]:
    """The files that were loaded into the lake, of whichever version; none where there is none."""
    if not (table := current(lake).get("releases")):
        return set()
    rows = pl.scan_parquet([storage.address(lake / "parts" / name) for name in table], glob=False)
    loaded = rows.filter(pl.col("state").cast(pl.String) == "loaded")
    return set(loaded.select("file").collect().to_series())


def manifest(lake: Path = LAKE) -> dict[str, Any]:
    """What `current.json` says; NoLakeError where nothing was published that we can read."""
    try:
        told = _current(lake)
    except FileNotFoundError as error:
        raise NoLakeError(
            f"no lake in {storage.address(lake)}: run `python -m loaders build` first."
        ) from error
    except ValueError as error:
        raise NoLakeError(
            f"{storage.address(lake / 'current.json')} is damaged ({error}): run "
            f"`python -m loaders build` again."
        ) from error
    if told.get("format") == FORMAT and not all(isinstance(told.get(one), list) for one in TABLES):
        raise NoLakeError(
            f"{lake / 'current.json'} is damaged (it names no tables): run `python -m loaders "
            f"build` again."
        )
    if told.get("format") != FORMAT:
        raise NoLakeError(
            f"{storage.address(lake)} was made by another version of this program: run "
            f"`python -m loaders build` again. Files that were read before are not read again."
        )
    return told


def published(lake: Path = LAKE) -> bool:
    """Whether a lake is there to read."""
    return version(lake) is not None


def version(lake: Path = LAKE) -> str | None:
    """Changes whenever the lake does; None where none was published."""
    return storage.tag(lake / "current.json")


def _files(lake: Path, table: str) -> list[str]:
    return [storage.address(lake / "parts" / name) for name in manifest(lake)[table]]


def filings(lake: Path = LAKE) -> pl.LazyFrame:
    """All filings, as `loaders.schema.Filing`; NoLakeError where nothing was published."""
    return pl.scan_parquet(_files(lake, "filings"), glob=False)


def by_employer(lake: Path = LAKE) -> pl.LazyFrame:
    """What each employer filed for each role in each fiscal year, as loaders.yearly.yearly."""
    return pl.scan_parquet(_files(lake, "yearly"), glob=False)


def periods(lake: Path = LAKE) -> list[tuple[str, int]]:
    """The programs and fiscal years that the lake holds filings of."""
    parts = (Path(name).stem.rsplit("-", 2) for name in manifest(lake)["filings"])
    return sorted((program, int(year)) for program, year, _ in parts)


def releases(lake: Path = LAKE) -> pl.DataFrame:
    """One row a file that the last build saw, as RELEASES, loaded or not."""
    return pl.read_parquet(_files(lake, "releases"), glob=False)


def refused(lake: Path = LAKE) -> pl.LazyFrame:
    """The rows that broke a rule: release, rule, and what identifies them."""
    return pl.scan_parquet(_files(lake, "refused"), glob=False)


def names(lake: Path = LAKE) -> pl.LazyFrame:
    """Every filed name with its employer and brand and why, as loaders.employers.NAMES."""
    return pl.scan_parquet(_files(lake, "names"), glob=False)


def employers(lake: Path = LAKE) -> pl.LazyFrame:
    """One row an employer, as loaders.employers.EMPLOYERS."""
    return pl.scan_parquet(_files(lake, "employers"), glob=False)


def aliases(lake: Path = LAKE) -> pl.LazyFrame:
    """Every name that leads to an employer or a brand, as loaders.employers.ALIASES."""
    return pl.scan_parquet(_files(lake, "aliases"), glob=False)


def brands(lake: Path = LAKE) -> pl.LazyFrame:
    """One row a brand, as loaders.brands.BRANDS."""
    return pl.scan_parquet(_files(lake, "brands"), glob=False)


def titles(lake: Path = LAKE) -> pl.LazyFrame:
    """Every title with its code, role and seniority, as loaders.roles.TITLED."""
    return pl.scan_parquet(_files(lake, "titles"), glob=False)


def digest(lake: Path = LAKE) -> str:
    """What the published tables hold, as the sha256 of their bytes.

    Equal for the same raw files wherever, whenever and in whatever order they were loaded, by one
    version of this program and of its libraries. A file that the registry cannot tell goes by its
    own name in its cases. `releases` is left out: it says when and whence.
    """
    whole = hashlib.sha256()
    for table in sorted({*TABLES} - {"releases"}):
        for name in manifest(lake)[table]:
            whole.update(f"{table} {storage.sha256(lake / 'parts' / name)}\n".encode())
    return whole.hexdigest()


def staged(lake: Path = LAKE) -> list[Path]:
    """The staged folders that the lake was made from; none where they stayed with its builder."""
    return [lake / "staged" / name for name in manifest(lake).get("staged", [])]


# ------------------------------------------------------------------------------------- publishing


def makers() -> dict[str, str]:
    """What decides, beside the files, what a lake holds: a digest of each step's code and facts."""
    return {
        "staged": staging.maker(),
        "identity": employers_.maker(),
        "roles": roles_.maker(),
        "yearly": maker([Path(yearly_.__file__)]),
    }


def _rows(source: Source) -> pl.LazyFrame:
    """The staged rows of a file, each with its number in it: `row` starts anew in every sheet."""
    return cases_of(source.folder).with_row_index("number")


def _keys(sources: Sequence[Source]) -> pl.LazyFrame:
    """Every staged row: its case, decision, and place (`source` is the age of its file)."""
    return pl.concat(
        _rows(source).select(
            "case_number",
            "decision_date",
            "number",
            "fiscal_year",
            certified_on=pl.when(pl.col("status").cast(pl.String).is_in(_DATED)).then(
                "decision_date"
            ),
            source=pl.lit(age, pl.Int32),
        )
        for age, source in enumerate(sources)
    )


def repeated(sources: Sequence[Source]) -> pl.DataFrame:
    """The rows of cases that stand in more than one row, with `wins` and the case's history.

    The newest decision wins, in the newest file, in its last row. `sources` go from old to new.
    """
    keys = _keys(sources)
    many = keys.group_by("case_number").len().filter(pl.col("len") > 1).select("case_number")
    return (
        keys.join(many, on="case_number", how="semi")
        .sort("decision_date", "source", "number", nulls_last=False)
        .with_columns(
            wins=pl.col("case_number").is_last_distinct(),
            first_decision_date=pl.col("decision_date").min().over("case_number"),
            certified_on=pl.col("certified_on").min().over("case_number"),
        )
        .sort("source", "number")
        .collect()
    )


def _identity(sources: Sequence[Source], lake: Path) -> Path:
    """The folder that says who each staged filer is, made unless it is there.

    It stands beside the parts, because tax numbers are in it: units as employers.identified,
    brands as employers.branded, placed as employers.placed.
    """
    key = json.dumps([FORMAT, employers_.maker(), sorted(one.folder.name for one in sources)])
    folder = lake / "identity" / hashlib.sha256(key.encode()).hexdigest()[:16]
    if not (folder / "placed.parquet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        found = employers_.units(pl.concat(cases_of(source.folder) for source in sources)).collect()
        unit = employers_.identified(found)
        brand = employers_.branded(unit)
        _put(folder / "units.parquet", unit)
        _put(folder / "brands.parquet", brand)
        _put(folder / "placed.parquet", employers_.placed(unit, brand))
    return folder


def _titles(sources: Sequence[Source], lake: Path) -> Path:
    """The file of every title and code of the sources with its role, made unless it is there.

    What the lake before this one knows of the same code and patterns is not told again.
    """
    key = json.dumps([FORMAT, roles_.maker(), sorted(one.folder.name for one in sources)])
    path = _part_path(lake, "titles", key)
    if not path.exists():
        by = ["job_title", "soc_code_filed"]
        asked = pl.concat(cases_of(one.folder).select(by) for one in sources).unique().collect()
        known = asked.join(_known_titles(lake), on=by, nulls_equal=True)
        new = roles_.titled(asked.join(known, on=by, how="anti", nulls_equal=True))
        _put(path, pl.concat([known.select(new.columns), new]).sort(by))
    return path


def _known_titles(lake: Path) -> pl.DataFrame:
    with contextlib.suppress(NoLakeError):
        if manifest(lake).get("makers", {}).get("roles") == roles_.maker():
            return titles(lake).collect()
    return pl.DataFrame(schema=roles_.TITLED)


def _names(identity: Path, filings: Sequence[str], lake: Path) -> dict[str, list[str]]:
    """The published tables of who filed, with the counts of the published filings."""
    key = json.dumps([FORMAT, employers_.maker(), identity.name, *filings])
    files = {
        name: _part_path(lake, name, key) for name in ("names", "employers", "aliases", "brands")
    }
    if not all(path.exists() for path in files.values()):
        unit, brand = (
            pl.read_parquet(identity / f"{name}.parquet", glob=False)
            for name in ("units", "brands")
        )
        scan = pl.scan_parquet([lake / "parts" / name for name in filings], glob=False)
        filed = employers_.filed_names(unit, brand, employers_.counted(scan).collect())
        _put(files["names"], filed)
        _put(files["employers"], employers_.employers(unit, filed))
        _put(files["aliases"], employers_.aliases(unit, brand, filed))
        _put(files["brands"], brands_.brands())
    return {name: [path.name] for name, path in files.items()}


def _placed_in(placed: pl.DataFrame, program: str, year: int) -> pl.DataFrame:
    """The filers of one program and fiscal year."""
    period = (pl.element().struct["program"].cast(pl.String) == program) & (
        pl.element().struct["fiscal_year"] == year
    )
    return placed.filter(pl.col("periods").list.eval(period).list.any()).drop("periods")


def _partition(
    sources: Sequence[Source],
    history: pl.DataFrame,
    year: int,
    placed: pl.DataFrame,
    titles: Path,
) -> pl.DataFrame:
    """The filings of one program and fiscal year, newest decision of each case."""
    in_year = pl.col("fiscal_year") == year
    pieces = []
    for age, source in enumerate(sources):
        if str(year) not in source.facts.years:
            continue
        rows = history.lazy().filter((pl.col("source") == age) & in_year)
        winners = rows.filter("wins").select(
            "number", first="first_decision_date", certified="certified_on"
        )
        losers = rows.filter(~pl.col("wins")).select("number")
        pieces.append(
            _rows(source)
            .filter(in_year)
            .join(losers, on="number", how="anti")
            .join(winners, on="number", how="left")
            .with_columns(
                release=pl.lit(source.release),
                first_decision_date=pl.coalesce("first", "decision_date"),
                original_cert_date=pl.coalesce(
                    "original_cert_date",
                    pl.when(pl.col("certified") < pl.col("decision_date")).then("certified"),
                ),
            )
        )
    filers = pl.concat(pieces).drop(IDENTITY, TOLD)
    titled = pl.scan_parquet(titles, glob=False)
    return (
        filers.join(titled, on=["job_title", "soc_code_filed"], how="left", nulls_equal=True)
        .join(placed.lazy(), on=employers_.UNIT, how="left", nulls_equal=True)
        .with_columns(brand_id=employers_.brand_on(pl.col("decision_date"), placed))
        .select(Filing.column_names())
        .sort(SORTED_BY)
        .collect()
    )


def _yearly(filings: Path) -> pl.DataFrame:
    """The sums of one published file of filings."""
    return yearly_.yearly(pl.scan_parquet(filings, glob=False)).sort(yearly_.KEYS).collect()


def _part_path(lake: Path, name: str, key: str) -> Path:
    """The immutable file of a table with this content."""
    return lake / "parts" / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.parquet"


def _put(path: Path, frame: pl.DataFrame) -> None:
    making = path.with_suffix(".making")
    # Of LZ4 every question is answered a tenth sooner than of Zstandard, from files a third larger.
    written(frame, making, row_group_size=ROW_GROUP, compression="lz4")
    making.replace(path)


def _part(lake: Path, name: str, key: str, make: Callable[[], pl.DataFrame]) -> str:
    """The name of the file of a table with this content, made and written unless it is there."""
    path = _part_path(lake, name, key)
    if not path.exists():
        _put(path, make())
    return path.name


def publish(
    sources: Sequence[Source], others: Sequence[dict[str, Any]], raw: Path, lake: Path = LAKE
) -> dict[str, Any]:
    """Publish the sources staged from `raw` as the lake; `others` are RELEASES without cases.

    Atomic: until the last line the old lake stands. Returns the new manifest.
    """
    (lake / "parts").mkdir(parents=True, exist_ok=True)
    filing_parts, release_rows, refused_rows = list[str](), list(others), list[pl.DataFrame]()
    yearly_parts = list[str]()
    made_by, identity = makers(), _identity(sources, lake)
    placed = pl.read_parquet(identity / "placed.parquet", glob=False)
    titles = _titles(sources, lake)
    for program in sorted({source.facts.program for source in sources}):
        own = sorted((s for s in sources if s.facts.program == program), key=lambda s: s.age)
        history = repeated(own)
        years = sorted({int(year) for source in own for year in source.facts.years})
        lost = dict(history.filter(~pl.col("wins")).group_by("source").len().rows())
        for year in years:
            rows = history.filter(pl.col("fiscal_year") == year)
            filers = _placed_in(placed, program, year)
            key = json.dumps(
                [
                    FORMAT,
                    made_by["roles"],
                    *((s.release, s.folder.name) for s in own if str(year) in s.facts.years),
                    hashlib.sha256(rows.write_csv().encode()).hexdigest(),
                    hashlib.sha256(filers.write_csv().encode()).hexdigest(),
                ]
            )
            filing_parts.append(
                _part(
                    lake,
                    f"{program}-{year}",
                    key,
                    partial(_partition, own, history, year, filers, titles),
                )
            )
            yearly_parts.append(
                _part(
                    lake,
                    f"yearly-{program}-{year}",
                    f"{made_by['yearly']} {filing_parts[-1]}",
                    partial(_yearly, lake / "parts" / filing_parts[-1]),
                )
            )
        for number, source in enumerate(own):
            release_rows.append(_release(source, lost.get(number, 0)))
            if source.facts.refused:
                refused_rows.append(
                    pl.read_parquet(source.folder / "refused.parquet", glob=False).select(
                        "rule", *REFUSED, release=pl.lit(source.release)
                    )
                )
    table = pl.DataFrame(release_rows, schema=RELEASES, orient="row").sort(
        "state", "program", "fiscal_year", "release", nulls_last=True
    )
    empty = pl.DataFrame(schema={"rule": pl.String, **REFUSED, "release": pl.String})
    broken = pl.concat([empty, *refused_rows])
    made = {
        "format": FORMAT,
        "built_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "filings": filing_parts,
        "yearly": yearly_parts,
        "releases": [_part(lake, "releases", table.write_json(), lambda: table)],
        "refused": [_part(lake, "refused", broken.write_json(), lambda: broken)],
        **_names(identity, filing_parts, lake),
        "titles": [titles.name],
        "makers": made_by,
        "identity": identity.name,
        "raw": str(raw.resolve()),
        "staged": sorted({source.folder.name for source in sources}),
    }
    _swap(lake, made)
    _sweep(lake, made)
    return made


def _release(source: Source, replaced: int) -> dict[str, Any]:
    facts = source.facts
    refused_rows = sum(facts.refused.values())
    return {
        "release": source.release,
        "file": source.file,
        "state": "loaded",
        "reason": source.reason,
        "program": facts.program,
        "layout": facts.layout,
        "fiscal_year": facts.fiscal_year,
        "rows": facts.rows,
        "padding": facts.padding,
        "kept": facts.cases - replaced,
        "replaced": replaced,
        "refused": refused_rows,
        "refused_by_rule": [{"name": k, "count": v} for k, v in facts.refused.items()],
        "repairs": [{"name": k, "count": v} for k, v in facts.repairs.items()],
        "added_columns": facts.added,
        "notes": facts.notes,
        "decision_min": _day(facts.decision_min),
        "decision_max": _day(facts.decision_max),
        "bytes": source.bytes,
        "sha256": facts.sha256,
        "retrieved_at": source.retrieved_at,
    }


def _day(iso: str | None) -> Any:
    return pl.Series([iso], dtype=pl.String).str.to_date()[0] if iso else None


def _swap(lake: Path, made: dict[str, Any]) -> None:
    current = lake / "current.json"
    with storage.replacing(current) as making:
        making.write_text(json.dumps(made, indent=1), "utf-8")
        if current.exists():
            shutil.copyfile(current, lake / "previous.json")


def _sweep(lake: Path, made: dict[str, Any]) -> None:
    """Remove what neither the published lake nor the one before it names."""
    named = [made]
    if (lake / "previous.json").exists():
        with contextlib.suppress(ValueError):  # damaged: then nothing before this lake is kept
            named.append(json.loads((lake / "previous.json").read_text("utf-8")))
    keep = set[str]().union(*map(parts, named))
    for path in (lake / "parts").iterdir():
        if path.name not in keep:
            with contextlib.suppress(OSError):  # a reader on Windows has it open: the next build
                path.unlink()
    for folder in (lake / "identity").iterdir():
        if folder.name not in {one.get("identity") for one in named}:
            shutil.rmtree(folder, ignore_errors=True)
    for folder in (lake / "staged").iterdir():
        if folder.name not in made["staged"]:
            shutil.rmtree(folder, ignore_errors=True)
