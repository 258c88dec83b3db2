"""Where the work is: the first worksite's city and county under one spelling each.

Expressions over a filing. Files spell cities as employers typed them: capitals, full stops, runs
of spaces, Saint or St. and the state behind a city are made one here; other spellings stay apart.
Joined by concat_str: `pl.format` of two columns panics in Polars 2.1 where frames were
concatenated.
"""

from collections.abc import Mapping, Sequence

import polars as pl

_CITY, _COUNTY = pl.col("worksite_city"), pl.col("worksite_county")


def _spaced(name: pl.Expr) -> pl.Expr:
    return name.str.to_lowercase().str.replace_all(r"[.\s]+", " ").str.strip_chars()


def _name(spaced: pl.Expr) -> pl.Expr:
    short = spaced.str.replace(r"^saint ", "st ")
    return short.str.to_titlecase().replace("", None)


def city(name: pl.Expr = _CITY) -> pl.Expr:
    """`San Jose, CA`; null where city or state is not filed. `San Jose, Ca` is San Jose."""
    state = pl.col("worksite_state").str.to_lowercase()
    alone = _spaced(name)
    for behind in (state, state.str.replace(r"^(.)", "$1 ")):  # `dc`, and `d c` of D.C.
        alone = alone.str.strip_suffix(pl.concat_str(pl.lit(" "), behind))
    return pl.concat_str(_name(alone.str.strip_chars(", ")), "worksite_state", separator=", ")


def county(name: pl.Expr = _COUNTY) -> pl.Expr:
    """`Santa Clara (county), CA`, so that no city has its name; null where not filed."""
    alone = _name(_spaced(name)).str.replace(r" County$", "")
    return pl.concat_str(alone, "worksite_state", separator=" (county), ")


def metro(areas: Mapping[str, str]) -> pl.Expr:
    """The metropolitan area of a city, of `areas` by city as `city` spells it; else null."""
    return city().replace_strict(areas, default=None, return_dtype=pl.String)


def named_place(names: Sequence[str]) -> pl.Expr:
    """Whether a filing is of one of these cities or counties."""
    wanted = list(names)
    states = {name.rpartition(", ")[2] for name in wanted}
    # Spelled where the state fits, and nowhere else: most cases are of other states.
    there = pl.when(pl.col("worksite_state").is_in(states))
    cities, counties = city(there.then(_CITY)), county(there.then(_COUNTY))
    return cities.is_in(wanted) | counties.is_in(wanted).fill_null(value=False)


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
