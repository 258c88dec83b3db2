"""What the lake was made of, in words and tables: frames in, frames and words out."""

import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

import polars as pl

from loaders.releases import Release, release_of
from loaders.schema import OF_THE_FILE, Filing, Staged
from pages.parts.plain import counted, day

NO_VALUE = "no value in the text"
_STATES = {"refused": "✕ refused", "loaded": "● loaded", "set aside": "○ set aside"}


@dataclass(frozen=True, slots=True)
class Cell:
    """How much of one program's fiscal year is loaded: a state, and the words for it."""

    program: str
    fiscal_year: int
    state: Literal["loaded", "part", "available", "refused"]
    says: str


def in_state(table: pl.DataFrame, state: str) -> pl.DataFrame:
    """The rows of lake.RELEASES in one state."""
    return table.filter(pl.col("state").cast(pl.String) == state)


def answer(table: pl.DataFrame) -> str:
    """What is loaded, in one sentence."""
    loaded, refused = in_state(table, "loaded"), in_state(table, "refused")
    newest = loaded.sort("decision_max", nulls_last=False)["decision_max"].to_list()[-1:]
    said = f"{counted(loaded.height, 'file')} loaded: {counted(int(loaded['kept'].sum()), 'case')}"
    if any(newest):
        said += f", newest decision {day(newest[0])}"
    rows = int(loaded["refused"].sum())
    return f"{said}; {counted(refused.height, 'file')} and {counted(rows, 'row')} refused."


def account(table: pl.DataFrame) -> str:
    """Where every row of the loaded files went: the sum that must hold."""
    sums = in_state(table, "loaded").select("rows", "padding", "kept", "replaced", "refused").sum()
    rows, padding, kept, replaced, refused = sums.row(0)
    said = (
        f"{rows:,} rows = {padding:,} padding + {kept:,} kept + "
        f"{replaced:,} replaced by a newer row of the case + {refused:,} refused"
    )
    lost = rows - padding - kept - replaced - refused
    return f"{said}, and {lost:,} unaccounted for: report this." if lost else f"{said}."


def coverage(table: pl.DataFrame, registered: Iterable[Release]) -> list[Cell]:
    """For each program and fiscal year of the registry, how much of it is loaded.

    A file that the registry does not know counts for the year that most of its decisions are of.
    """
    known = list(registered)
    by_name = {one.release: one for one in known}
    loaded = in_state(table, "loaded").select("release", "program", "fiscal_year").rows()
    places = [
        (one.program, one.fiscal_year) if (one := by_name.get(release)) else (program, year)
        for release, program, year in loaded
    ]
    refused = [
        (one.program, one.fiscal_year)
        for file in in_state(table, "refused")["file"]
        if (one := release_of(PurePosixPath(file).name, "", known))
    ]
    cells = []
    for place in sorted({(one.program, one.fiscal_year) for one in known}):
        files = sum((one.program, one.fiscal_year) == place for one in known)
        there = min(places.count(place), files)
        if place in refused:
            cells.append(Cell(*place, "refused", "refused"))
        elif there == files:
            cells.append(Cell(*place, "loaded", "loaded"))
        elif there:
            cells.append(Cell(*place, "part", f"{there} of {files}"))
        else:
            cells.append(Cell(*place, "available", "available"))
    return cells


def _total(kind: pl.Expr) -> pl.Expr:
    counts = pl.element().struct.field("count").filter(kind)
    return pl.col("repairs").list.eval(counts).list.sum().fill_null(0)


def shown(table: pl.DataFrame) -> pl.DataFrame:
    """The releases as the page shows them, refused files first; `key` names a row for a link."""
    unread = pl.element().struct.field("name").str.ends_with(NO_VALUE)
    loaded = pl.col("state").cast(pl.String) == "loaded"
    state = pl.col("state").cast(pl.String)
    return (
        table.with_columns(
            key=pl.when(loaded).then("release").otherwise(pl.format("{} ({})", "file", state)),
            order=state.replace_strict({"refused": 0, "loaded": 1, "set aside": 2}),
        )
        .unique("key", keep="first", maintain_order=True)
        .sort("order", "program", "fiscal_year", "release", nulls_last=True)
        .select(
            "key",
            "release",
            state=state.replace_strict(_STATES),
            program=pl.col("program").str.to_uppercase(),
            layout="layout",
            rows="rows",
            padding="padding",
            kept="kept",
            replaced="replaced",
            refused="refused",
            repairs=pl.when(loaded).then(_total(~unread)),
            unread=pl.when(loaded).then(_total(unread)),
            decision_max="decision_max",
            retrieved=pl.col("retrieved_at").str.slice(0, 10).str.to_date(strict=False),
            file="file",
        )
    )


def row_of(table: pl.DataFrame, key: str) -> dict[str, Any]:
    """The row of lake.RELEASES that `shown` names `key`."""
    return next(
        row
        for row in table.rows(named=True)
        if key
        == (row["release"] if row["state"] == "loaded" else f"{row['file']} ({row['state']})")
    )


def refusals(row: dict[str, Any]) -> pl.DataFrame:
    """The refused rows of a release by the rule they broke, as the schema words it."""
    counts = row["refused_by_rule"] or []
    return pl.DataFrame(
        [(one["count"], one["name"], _promise(one["name"])) for one in counts],
        schema={"rows": pl.Int64, "rule": pl.String, "promise": pl.String},
        orient="row",
    )


def _promise(rule: str) -> str:
    made = getattr(Staged, rule.replace("-", "_"), None)
    return (made and inspect.getdoc(made.validation_fn)) or OF_THE_FILE.get(rule, "")


def repairs(row: dict[str, Any]) -> pl.DataFrame:
    """The repairs of a release and the cells that gave no value, each kind in words."""
    counts = row["repairs"] or []
    return pl.DataFrame(
        [(one["count"], *_in_words(one["name"])) for one in counts],
        schema={"rows": pl.Int64, "column": pl.String, "what": pl.String},
        orient="row",
    ).sort("rows", descending=True)


def _in_words(name: str) -> tuple[str, str]:
    """`wage_repair: unit` as the column and what the schema says of the kind."""
    column, _, kind = name.partition(": ")
    if kind == NO_VALUE:
        return column, "The cell has text that gives no value: left empty."
    description = Filing.columns()[column].description or ""
    if same := re.match(r"As (\w+),", description):
        description = Filing.columns()[same[1]].description or ""
    meaning = re.search(rf"(?:^|\s){re.escape(kind)}: (.+?\.)(?=\s[\w-]+: |$)", description)
    words = meaning[1] if meaning else kind
    return column.removesuffix("_repair"), words[:1].upper() + words[1:]
