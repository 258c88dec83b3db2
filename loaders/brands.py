"""Brands: what people mean by one name, read from data/employers/brands.

A brand lists the filed names that belong to it, exactly or, with a trailing ` *`, by how they
begin; the names that a pattern would take wrongly; and what listings call it. Every entry is a
decision that somebody took after reading the names: nothing here is guessed at run time.

Families with a story are tables of the .toml files. `other.csv` has the plain ones, and plain
entries of the others: a row an entry, `called` where listings call the brand by its name; `states`
as in the tables, with spaces between; `from` and `until` as YYYY-MM-DD.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl

from loaders import facts, names

FILED = {
    "brand_id": pl.String,
    "unit": pl.String,
    "filed": pl.String,
    "key": pl.String,
    "begins": pl.Boolean,
    "states": pl.List(pl.String),
    "from": pl.Date,
    "until": pl.Date,
}
PLAIN = "other"  # the sector of the brands that other.csv alone has
_LIMITS = ("states", "from", "until")  # what may limit an entry
_BY = ("full", "key", "state")
_WHOLE = 99  # the rank of a whole name: more than any beginning has words
CALLED = {
    "brand_id": pl.String,
    "unit": pl.String,
    "called": pl.String,
    "states": pl.List(pl.String),
}
BRANDS = {
    "brand_id": pl.String,
    "brand": pl.String,
    "parent": pl.String,
    "note": pl.String,
    "sector": pl.String,
}


@cache
def families() -> dict[str, dict[str, Any]]:
    """Every brand by its id, with the `sector` that its file is named for.

    Raises ValueError for an id that two files give.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((names.EMPLOYERS / "brands").glob("*.toml")):
        for brand_id, family in facts.toml(path).items():
            if brand_id in found:
                raise ValueError(f"{path.name}: {brand_id} is in {found[brand_id]['sector']} too.")
            found[brand_id] = family | {"sector": path.stem}
    plain = facts.table(names.EMPLOYERS / "brands" / "other.csv")
    dated = plain.with_columns(
        pl.col("states").str.split(" "), pl.col("from", "until").str.to_date()
    )
    for brand_id, brand, called, name, *limits in dated.rows():
        new = {"brand": brand, "sector": PLAIN, "unnamed": not called}
        family = found.setdefault(brand_id, new)
        limited = {of: limit for of, limit in zip(_LIMITS, limits, strict=True) if limit}
        entry = {"name": name, **limited} if limited else name
        family["filed"] = [*family.get("filed", []), entry]
    return found


@cache
def brands() -> pl.DataFrame:
    """One row a brand, as BRANDS."""
    rows = [{"brand_id": one, **family} for one, family in families().items()]
    return pl.DataFrame([{name: row.get(name) for name in BRANDS} for row in rows], schema=BRANDS)


def _entries(list_name: str) -> list[dict[str, Any]]:
    return [
        {"brand_id": brand_id, "unit": unit, "filed": entry}
        if isinstance(entry, str)
        else {"brand_id": brand_id, "unit": unit, "filed": entry["name"], **entry}
        for brand_id, family in families().items()
        for unit, part in [(None, family), *family.get("units", {}).items()]
        for entry in part.get(list_name, [])
    ]


def _keyed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    filed = {name: kind for name, kind in FILED.items() if name not in {"key", "begins"}}
    frame = pl.DataFrame([{name: row.get(name) for name in filed} for row in rows], schema=filed)
    name = pl.col("filed").str.strip_suffix("*")
    keyed = frame.with_columns(key=names.full(name), begins=pl.col("filed").str.ends_with("*"))
    # `ABP Corporation *` is ABP Corporation and what begins so, not whatever begins with ABP.
    longer = keyed.filter("begins").with_columns(key=names.beginning(name))
    entry = ["brand_id", "unit", "filed", "key"]
    alone = keyed.join(longer, on=entry, how="anti", nulls_equal=True)
    return pl.concat([alone.with_columns(begins=False), longer]).select(*FILED)


@cache
def filed() -> pl.DataFrame:
    """The filed names of all brands and their units, as FILED: `key` as of loaders.names.full."""
    return _keyed(_entries("filed"))


@cache
def needing_more() -> pl.Series:
    """The entries of one word that a listing names only with their suffix or article."""
    name = pl.col("filed").str.strip_suffix("*")
    return filed().filter(names.needs_more(name))["filed"].unique()


@cache
def excluded() -> pl.DataFrame:
    """The filed names that belong to none though a pattern would take them, as FILED."""
    return _keyed(_entries("except"))


@cache
def called() -> pl.DataFrame:
    """What listings call each brand and unit, its own name included, as CALLED with its `key`.

    With `states`, only a listing in one of them means this one by the name; what is `shared` with
    another brand is a question.
    """
    rows = [
        {"brand_id": brand_id, "unit": unit, "states": None}
        | ({"called": name} if isinstance(name, str) else {"called": name["name"], **name})
        for brand_id, family in families().items()
        for unit, part in [(None, family), *family.get("units", {}).items()]
        for name in [*_own(family, unit), *part.get("called", []), *part.get("shared", [])]
    ]
    table = pl.DataFrame([{name: row[name] for name in CALLED} for row in rows], schema=CALLED)
    return table.with_columns(key=names.key(pl.col("called")))


def shared() -> set[str]:
    """The names that several brands are called by."""
    return {name for family in families().values() for name in family.get("shared", ())}


def _own(family: dict[str, Any], unit: str | None) -> list[str]:
    return [] if family.get("unnamed") else [unit or family["brand"]]


def _closed(key: pl.Expr) -> pl.Expr:
    """A key without spaces and AND. Not loose: `WILLIS OF` would begin as every WILLIS does."""
    return key.str.replace_all(" AND ", " ", literal=True).str.replace_all(" ", "", literal=True)


@cache
def _patterns(listed: Callable[[], pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of `filed` or `excluded`: the whole names with `loose`, and the beginnings with `rank`."""
    whole = listed().filter(~pl.col("begins")).with_columns(loose=names.loose(pl.col("key")))
    beginnings = (
        listed()
        .filter("begins")
        .select(
            pl.exclude("key"),
            beginning=_closed(pl.col("key")),
            rank=pl.col("key").str.split(" ").list.len().cast(pl.Int32),
        )
    )
    return whole.drop("key"), beginnings


def _taken_by(asked: pl.DataFrame, listed: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """The rows of `asked` (`full`, `key`) with each pattern that takes them, and its `rank`.

    A name as it stands outranks a name without its trade name, and both outrank a beginning; of
    two beginnings the longer does.
    """
    whole, beginnings = _patterns(listed)
    exact = [
        asked.with_columns(loose=names.loose(pl.col(name)), rank=pl.lit(rank, pl.Int32))
        .join(whole, on="loose")
        .drop("loose")
        for name, rank in (("full", _WHOLE + 1), ("key", _WHOLE))
    ]
    # Every run of first words is asked for; one more than a list has: WAL MART begins as WALMART.
    words = pl.col("full").str.split(" ")
    longest = beginnings.select(pl.col("rank").max().fill_null(0)).item() + 1
    length = pl.int_ranges(1, pl.min_horizontal(words.list.len(), longest) + 1)
    begun = (
        asked.with_columns(length=length)
        .explode("length")
        .with_columns(beginning=_closed(words.list.head("length").list.join(" ")))
        .join(beginnings, on="beginning")
        .drop("beginning", "length")
    )
    return pl.concat([*exact, begun], how="diagonal")


def _here() -> pl.Expr:
    return pl.col("states").is_null() | pl.col("states").list.contains(pl.col("state"))


def refused(asked: pl.DataFrame) -> pl.DataFrame:
    """The brands that a row of `asked` (`full`, `key`, `state`) does not belong to by its list."""
    return (
        _taken_by(asked, excluded)
        .filter(_here())
        .group_by(*_BY, "brand_id")
        .agg(refused=pl.col("rank").max())
    )


def branded(asked: pl.DataFrame) -> pl.DataFrame:
    """The brand, unit and deciding entry of each row of `asked`: `full`, `key`, `state`.

    Rows that no brand takes are left out. Adds brand_id, unit, filed, from, until. A row has
    several entries only where these name different dates, those with dates before the one without.
    """
    taken, by = _taken_by(asked, filed), list(_BY)
    if taken.is_empty():
        return taken.drop("rank", "begins", "states")
    return (
        taken.join(
            refused(taken.select(by).unique()), on=[*by, "brand_id"], how="left", nulls_equal=True
        )
        .filter(pl.col("refused").is_null() | (pl.col("refused") < pl.col("rank")), _here())
        .with_columns(dated=pl.col("from").is_not_null() | pl.col("until").is_not_null())
        .filter(
            pl.col("rank") == pl.col("rank").max().over(*by, "dated"),
            ~pl.col("dated") | (pl.col("rank") == pl.col("rank").max().over(by)),
        )
        .sort("dated", descending=True, maintain_order=True)
        .unique([*by, "from", "until"], keep="first", maintain_order=True)
        .drop("rank", "refused", "begins", "states", "dated")
    )
