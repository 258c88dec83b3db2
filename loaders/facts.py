"""Facts that several modules read from data/: code lists, bounds, weights, where data/ is."""

import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

DATA = Path(__file__).resolve().parents[1] / "data"


def maker(files: Iterable[Path]) -> str:
    """A digest of the code and facts that decide what a table holds, whatever ends their lines."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def table(path: Path) -> pl.DataFrame:
    """A CSV file, every cell as text."""
    return pl.read_csv(path, infer_schema=False, glob=False)


def toml(path: Path) -> dict[str, Any]:
    """A TOML file."""
    return tomllib.loads(path.read_text("utf-8"))


@cache
def codes(name: str) -> dict[str, str]:
    """A two-column code list `data/codes/{name}.csv`: first column to second."""
    rows = table(DATA / "codes" / f"{name}.csv").rows()
    return {spelling: value for spelling, value, *_ in rows}


@cache
def words(name: str) -> tuple[str, ...]:
    """The first column of `data/codes/{name}.csv`, in file order."""
    rows = table(DATA / "codes" / f"{name}.csv").rows()
    return tuple(row[0] for row in rows)


@cache
def pay_periods() -> dict[str, dict[str, float | None]]:
    """For each wage unit its periods `per_year` and its bounds in dollars.

    Amounts from `low` to `high` are plausible; those from `surely_from` to `surely_to` say by
    themselves that this is their unit.
    """
    table = pl.read_csv(DATA / "codes" / "pay_periods.csv", glob=False).cast({pl.Int64: pl.Float64})
    return {row.pop("unit"): row for row in table.rows(named=True)}


@cache
def rules() -> dict[str, dict[str, Any]]:
    """The bounds of `data/rules.toml`, and as `employers` those of `data/employers/rules.toml`."""
    bounds, employers = (toml(DATA / name) for name in ("rules.toml", "employers/rules.toml"))
    return {**bounds, "employers": employers}


@cache
def sources() -> dict[str, Any]:
    """Where DOL publishes its files, and how they are asked for: `data/sources.toml`."""
    return toml(DATA / "sources.toml")


@cache
def weights() -> dict[str, float]:
    """How the parts of an employer's score weigh, as data/ranking.toml has them."""
    return toml(DATA / "ranking.toml")["weights"]
