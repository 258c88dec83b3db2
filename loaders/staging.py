"""One file of DOL's to typed rows on disk, once: the staged copy that every build starts from.

A staged folder is named by what it was made from (the file's sha256) and by what made it (the
code and the facts that turn cells into columns): the same name is the same content.
"""

import json
import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

import polars as pl

from loaders import clean, facts, layouts, schema, workbook
from loaders.layouts import COMPANION, LayoutError, NearLayoutError, Recognised
from loaders.schema import Staged
from loaders.workbook import Table, UnreadableFileError

BATCH = 65_536
REFUSED = pl.Schema(
    {
        "row": pl.Int32,
        "case_number": pl.String,
        "employer_name": pl.String,
        "status_raw": pl.String,
        "decision_date": pl.Date,
    }
)
_REPAIRS = ("wage_repair", "prevailing_wage_repair", "soc_repair")
# Columns whose text may give no value: what a reader of the file would miss.
_READ = (
    "decision_date received_date employer_state worksite_state employer_postal_code "
    "worksite_postal_code naics_code wage_level wage_unit visa_class total_workers"
).split()
# Where 0 says that there is none.
_AMOUNTS = ("wage_from", "wage_to", "prevailing_wage")


class CompanionError(ValueError):
    """A file that belongs beside the disclosure files and holds no cases: it is set aside."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading one file found. Its counts add up: rows = padding + refused + cases."""

    sha256: str
    program: str
    layout: str
    fiscal_year: int | None
    rows: int
    padding: int
    cases: int
    refused: dict[str, int]
    repairs: dict[str, int]
    added: list[str]
    notes: list[str]
    decision_min: str | None
    decision_max: str | None
    years: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Self:
        """The facts kept in a staged folder."""
        return cls(**json.loads((folder / "facts.json").read_text("utf-8")))


class DiskError(OSError):
    """A file that could not be written: most often a full disk."""


def written(frame: pl.DataFrame, path: Path, **options: Any) -> None:
    """Write a frame as Parquet and onto the disk; DiskError where that fails."""
    try:
        frame.write_parquet(path, **options)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    except (OSError, pl.exceptions.ComputeError) as error:
        free = shutil.disk_usage(path.parent).free
        raise DiskError(f"cannot write {path.name} ({error}); {free:,} bytes are free") from error


def cases_of(folder: Path) -> pl.LazyFrame:
    """The staged rows of a file as Staged; columns that its maker did not know yet are null."""
    return pl.scan_parquet(
        folder / "cases.parquet",
        glob=False,
        schema={name: column.dtype for name, column in Staged.columns().items()},
        missing_columns="insert",
        extra_columns="ignore",
    )


@cache
def maker() -> str:
    """A digest of all that decides what a staged row looks like: facts and code."""
    code = [Path(m.__file__) for m in (clean, facts, layouts, schema, workbook)]
    data = [*facts.DATA.glob("layouts/*/*.csv"), *facts.DATA.glob("codes/*.csv")]
    return facts.maker([*code, *data, facts.DATA / "rules.toml", Path(__file__)])


def staged(path: Path, digest: str, lake: Path, member: str | None = None) -> Path:
    """The staged folder of a file, or of a `member` of a zip, made unless it is there.

    Raises CompanionError for a file without cases, UnreadableFileError or LayoutError for one
    that cannot be read truthfully; nothing is left behind then.
    """
    folder = lake / "staged" / f"{digest[:16]}-{maker()}"
    if (folder / "facts.json").exists():
        return folder
    making = lake / "staged" / f".{uuid.uuid4().hex}"
    making.mkdir(parents=True)
    try:
        facts_ = _read(path, member, digest, making)
        (making / "facts.json").write_text(json.dumps(asdict(facts_), indent=1), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(making, folder)  # noqa: PTH105 - a folder, atomically
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder


def _recognised(table: Table) -> tuple[int, Recognised]:
    """The header row among a table's first rows; LayoutError of the likeliest if there is none."""
    widest = max((_width(row) for row in table.top), default=0)
    if not widest:
        raise LayoutError("no rows in it: download the file again.")
    errors = list[LayoutError]()
    for number, row in enumerate(table.top):
        if _width(row) * 2 < widest:
            continue
        try:
            return number, layouts.recognise(row)
        except LayoutError as error:
            errors.append(error)
    raise next((one for one in errors if isinstance(one, NearLayoutError)), errors[0])


def _width(row: tuple[str | None, ...]) -> int:
    return sum(bool(cell) for cell in row)


def _data_tables(
    path: Path, member: str | None
) -> Iterator[tuple[Table, int, Recognised, list[str]]]:
    """The tables with cases; sheets of other kinds are notes unless there is nothing else."""
    with workbook.opened(path, member) as tables:
        matches, notes, strangers = (
            list[tuple[Table, int, Recognised]](),
            list[str](),
            list[LayoutError](),
        )
        for table in tables:
            try:
                matches.append((table, *_recognised(table)))
            except NearLayoutError:
                raise
            except LayoutError as error:
                if layouts.names_cases(table.top):
                    raise
                strangers.append(error)
                notes.append(f"sheet {table.name!r} holds no cases")
        found = [match for match in matches if match[2].layout.program != COMPANION]
        companions = {match[2].layout.name for match in matches} - {m[2].layout.name for m in found}
        notes += [f"a sheet is a companion ({name})" for name in sorted(companions)]
        if not found and companions:
            raise CompanionError(", ".join(sorted(companions)))
        if not found:
            raise strangers[0]
        if len({match.layout.program for _, _, match in found}) > 1:
            raise UnreadableFileError("it mixes LCA and PERM sheets: split it in two files.")
        for table, header_row, match in found:
            yield table, header_row, match, notes


def _batches(frames: list[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The frames joined to batches of BATCH rows or more, each let go as it is passed on."""
    frames.reverse()
    while frames:
        batch = [frames.pop()]
        while frames and sum(frame.height for frame in batch) < BATCH:
            batch.append(frames.pop())
        yield pl.concat(batch, how="diagonal")


def _fields(cells: pl.LazyFrame, match: Recognised) -> pl.LazyFrame:
    """Cells under field names: spellings coalesced, absent fields null, blocks counted."""
    given = {
        name: pl.coalesce([pl.col(f"c{index}") for index in match.columns[name]])
        for name in clean.FIELDS
        if name in match.columns
    }
    absent = {
        name: pl.lit(None, dtype=pl.String) for name in clean.FIELDS if name not in match.columns
    }
    blocks = [
        clean.plain(pl.col(f"c{index}")).is_not_null()
        for index in match.columns.get("worksite_block", [])
    ]
    return cells.select(
        "row", **given, **absent, worksite_block=pl.sum_horizontal(blocks) if blocks else pl.lit(0)
    )


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows of a file as text under field names and typed, and what was seen on the way."""

    fields: pl.DataFrame
    typed: pl.DataFrame
    match: Recognised
    rows: int
    misaligned: tuple[int, ...]
    notes: list[str]


def _batched(path: Path, member: str | None) -> Iterator[_Batch]:
    for table, header_row, match, notes in _data_tables(path, member):
        columns = [index for places in match.columns.values() for index in places]
        text = workbook.read(table, header_row, columns)
        rows, misaligned = text.rows, text.misaligned
        for cells in _batches(text.frames):
            filled = cells.lazy().filter(
                pl.any_horizontal(pl.col(pl.String).str.strip_chars().str.len_chars() > 0)
            )
            fields = _fields(filled, match).collect()
            typed = fields.lazy().pipe(clean.typed).collect()
            yield _Batch(fields, typed, match, rows, misaligned, notes)
            rows, misaligned = 0, ()


def _read(path: Path, member: str | None, digest: str, folder: Path) -> Facts:
    typed, rows, repairs = list[pl.DataFrame](), 0, Counter[str]()
    added, notes, match, misaligned = set[str](), list[str](), None, list[int]()
    for batch in _batched(path, member):
        match, rows, notes = batch.match, rows + batch.rows, batch.notes
        added |= set(match.added)
        misaligned += batch.misaligned
        repairs.update(_repairs(batch.fields, batch.typed))
        typed.append(batch.typed)
    if match is None:
        raise UnreadableFileError("the file has a header row and no rows: download it again.")
    year = _fiscal_year(typed)
    filled = sum(frame.height for frame in typed)
    good, bad = list[pl.DataFrame](), [_misaligned(misaligned)]
    for number, frame in enumerate(typed):
        kept, failure = Staged.filter(_completed(frame, match, year), cast=True)
        typed[number] = pl.DataFrame()  # a year of filings is large: never hold it twice
        good.append(kept)
        bad.append(_refused(failure.details()))
    cases, refused = pl.concat(good), pl.concat(bad)
    written(cases, folder / "cases.parquet")
    written(refused, folder / "refused.parquet")
    days = cases["decision_date"]
    return Facts(
        sha256=digest,
        program=match.layout.program,
        layout=match.layout.id,
        fiscal_year=year,
        rows=rows,
        padding=rows - filled - len(misaligned),
        cases=cases.height,
        refused=dict(refused["rule"].value_counts().sort("rule").rows()),
        repairs={kind: number for kind, number in sorted(repairs.items()) if number},
        added=sorted(added),
        notes=notes,
        decision_min=str(days.min()) if days.count() else None,
        decision_max=str(days.max()) if days.count() else None,
        years={
            str(one): n for one, n in cases["fiscal_year"].value_counts().sort("fiscal_year").rows()
        },
    )


def _fiscal_year(typed: list[pl.DataFrame]) -> int | None:
    """The fiscal year that most decisions of the file fall in."""
    years = pl.concat([frame.select(clean.fiscal_year(pl.col("decision_date"))) for frame in typed])
    mode = years.drop_nulls().to_series().mode().sort()
    return mode[-1] if len(mode) else None


def _completed(frame: pl.DataFrame, match: Recognised, year: int | None) -> pl.DataFrame:
    """The frame with every column of Staged, in its order."""
    later = {name: pl.lit(None) for name in schema.PUBLISHED}
    return frame.with_columns(
        program=pl.lit(match.layout.program),
        layout=pl.lit(match.layout.id),
        fiscal_year=pl.coalesce(clean.fiscal_year(pl.col("decision_date")), pl.lit(year)),
        **later,
    ).select(Staged.column_names())


def _misaligned(rows: list[int]) -> pl.DataFrame:
    """Refused rows of which only the place is known."""
    return pl.DataFrame({"row": rows}, schema={"row": pl.Int32}).select(
        rule=pl.lit("row-misaligned"),
        **{name: pl.lit(None, kind) for name, kind in REFUSED.items()} | {"row": pl.col("row")},
    )


def _refused(details: pl.DataFrame) -> pl.DataFrame:
    """The rows that broke a rule, each with the first rule it broke."""
    broken = [
        pl.when(pl.col(rule) == "invalid").then(pl.lit(rule.replace("_", "-")))
        for rule in details.columns
        if rule not in Staged.column_names()
    ]
    return details.select(
        pl.coalesce(*broken, pl.lit(None, pl.String)).alias("rule"), *REFUSED
    ).cast(REFUSED)


def _repairs(fields: pl.DataFrame, typed: pl.DataFrame) -> dict[str, int]:
    """How often each repair was made, and how often a cell's text gave no value."""
    made = {
        f"{column}: {kind}": number
        for column in _REPAIRS
        for kind, number in typed[column].drop_nulls().value_counts().rows()
    }
    said = fields.select(
        clean.plain(pl.col(*_READ, "wage_to", "prevailing_wage")),
        pl.coalesce(clean.plain(pl.col("wage_from", "wage_range"))),
    )
    unread = {
        column: said.select(column).filter(said[column].is_not_null() & typed[column].is_null())
        for column in said.columns
    }
    for column in _AMOUNTS:
        if unread[column].height:
            something = clean.something(pl.col(column))
            unread[column] = unread[column].select(something).drop_nulls()
    return made | {
        f"{column}: no value in the text": text.height for column, text in unread.items()
    }
