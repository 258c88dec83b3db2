"""Where the work is: the first worksite's city and county under one spelling each.

Expressions over a filing. Files spell cities as employers typed them: capitals, full stops, runs
of spaces and Saint or St. are made one here; other spellings stay apart. Joined by concat_str:
`pl.format` of two columns panics in Polars 2.1 where frames were concatenated.
"""

from collections.abc import Mapping, Sequence

import polars as pl


def _name(column: str) -> pl.Expr:
    spaced = pl.col(column).str.to_lowercase().str.replace_all(r"[.\s]+", " ").str.strip_chars()
    short = spaced.str.replace(r"^saint ", "st ")
    return short.str.to_titlecase().replace("", None)


def city() -> pl.Expr:
    """`San Jose, CA`; null where city or state is not filed."""
    return pl.concat_str(_name("worksite_city"), "worksite_state", separator=", ")


def county() -> pl.Expr:
    """`Santa Clara (county), CA`, so that no city has its name; null where not filed."""
    name = _name("worksite_county").str.replace(r" County$", "")
    return pl.concat_str(name, "worksite_state", separator=" (county), ")


def metro(areas: Mapping[str, str]) -> pl.Expr:
    """The metropolitan area of a city, of `areas` by city as `city` spells it; else null."""
    return city().replace_strict(areas, default=None, return_dtype=pl.String)


def named_place(names: Sequence[str]) -> pl.Expr:
    """Whether a filing is of one of these cities or counties."""
    wanted = list(names)
    return city().is_in(wanted) | county().is_in(wanted).fill_null(value=False)


def offered(filings: pl.LazyFrame, *, least: int) -> pl.LazyFrame:
    """Every city and county with `least` cases: place, cases; most cases first."""
    raw = filings.group_by("worksite_city", "worksite_county", "worksite_state").agg(cases=pl.len())
    return (
        pl.concat(raw.select("cases", place=of) for of in (city(), county()))
        .drop_nulls("place")
        .group_by("place")
        .agg(pl.col("cases").sum())
        .filter(pl.col("cases") >= least)
        .sort("cases", "place", descending=[True, False])
    )
