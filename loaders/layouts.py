"""DOL's record layouts: which workbook is this, and which column holds what.

A layout is a header row, never a file name: `data/layouts/{program}/{layout}.csv` lists every
column of it (`source`) and the field that it fills, if any. Several sources of one field are
spellings of the same column. A field with a question mark may be missing.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from loaders import facts
from loaders.facts import DATA, rules

COMPANION = "companion"


class LayoutError(ValueError):
    """A header row that cannot be read truthfully; the message names column and fix."""


class NearLayoutError(LayoutError):
    """A header row of cases that lacks a column which it cannot be read without."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One record layout of one program."""

    program: str
    name: str
    sources: tuple[tuple[str, str], ...]
    optional: frozenset[str]

    @property
    def id(self) -> str:
        """`lca/2020`: also the path of its file below data/layouts."""
        return f"{self.program}/{self.name}"

    @property
    def known(self) -> frozenset[str]:
        """Every column that this layout is known to have, normalised."""
        return frozenset(source for source, _ in self.sources)

    @property
    def fields(self) -> dict[str, list[str]]:
        """Field to its spellings."""
        fields: dict[str, list[str]] = {}
        for source, field in self.sources:
            if field:
                fields.setdefault(field, []).append(source)
        return fields


@dataclass(frozen=True, slots=True)
class Recognised:
    """A header row matched to its layout: where each field stands, and what is new."""

    layout: Layout
    columns: dict[str, list[int]]
    added: tuple[str, ...]


def normalised(header: str | None) -> str:
    """Upper case, every run of other characters than letters and digits as one underscore."""
    return re.sub(r"[^A-Z0-9]+", "_", (header or "").upper()).strip("_")


def layout_from(path: Path) -> Layout:
    """The layout that a file `source,field` describes."""
    rows = facts.table(path).fill_null("").rows()
    return Layout(
        program=path.parent.name,
        name=path.stem,
        sources=tuple((source, field.rstrip("?")) for source, field in rows),
        optional=frozenset(field[:-1] for _, field in rows if field.endswith("?")),
    )


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts of data/layouts, companions included."""
    return tuple(layout_from(path) for path in sorted((DATA / "layouts").glob("*/*.csv")))


def _likeness(layout: Layout, header: frozenset[str]) -> float:
    fields = layout.fields.values()
    filled = sum(not header.isdisjoint(spellings) for spellings in fields)
    known = len(header & layout.known) / max(len(header), 1)
    if not fields:
        return len(header & layout.known) / max(len(header | layout.known), 1)
    return (known + filled / len(fields)) / 2


def recognise(header: Sequence[str | None]) -> Recognised:
    """The layout of a header row, or LayoutError with the nearest one and what it lacks.

    A companion (worksites, appendix A) is recognised too; its layout's program says so.
    """
    names = [normalised(cell) for cell in header]
    present = frozenset(name for name in names if name)
    likeness, layout = max(
        ((_likeness(one, present), one) for one in layouts()), key=lambda pair: pair[0]
    )
    if likeness < rules()["layout"]["recognised_from"]:
        raise LayoutError(
            f"unknown layout: {len(present)} columns, of which {layout.id}, the nearest, knows "
            f"{len(present & layout.known)}. If this is an LCA or PERM disclosure file, "
            f"describe its header row in data/layouts/; if not, take it out of the folder."
        )
    missing = {
        field: spellings
        for field, spellings in layout.fields.items()
        if field not in layout.optional and present.isdisjoint(spellings)
    }
    if missing:
        raise NearLayoutError(_missing(layout, missing, present - layout.known))
    columns: dict[str, list[int]] = {}
    for source, field in layout.sources:
        if field and source in present:
            columns.setdefault(field, []).append(names.index(source))
    return Recognised(layout, columns, tuple(sorted(present - layout.known)))


def names_cases(rows: Iterable[Sequence[str | None]]) -> bool:
    """Whether one of the rows has a column of case numbers, under any name that a layout knows."""
    known = {name for one in layouts() for name in one.fields.get("case_number", [])}
    return any(not known.isdisjoint(map(normalised, row)) for row in rows)


def _missing(layout: Layout, missing: dict[str, list[str]], new: Iterable[str]) -> str:
    near = {
        field: difflib.get_close_matches(spellings[0], list(new), n=1)
        for field, spellings in missing.items()
    }
    lacks = ", ".join(" or ".join(spellings) for spellings in missing.values())
    hints = "; ".join(
        f"add the line {match},{field} to data/layouts/{layout.id}.csv if {match} is its new name"
        for field, (match, *_) in ((field, found) for field, found in near.items() if found)
    )
    return (
        f"looks like {layout.id} but lacks the column {lacks}. "
        + (hints or f"Describe the new header row in data/layouts/{layout.program}/")
        + "."
    )
