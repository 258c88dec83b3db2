"""The cases of several roles side by side.

LazyFrame in, LazyFrame out. A finer role is part of another, so that a case can be of several of
the roles asked for: it counts for each of them.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from analytics.counts import grouped, of_role, share


def of_roles(filings: pl.LazyFrame, roles: Mapping[str, str]) -> pl.LazyFrame:
    """The cases of each role, with the role in `asked`, an enum in the order of `roles`.

    The roles are as `counts.of_role` takes them.
    """
    order = pl.Enum(list(roles))
    return pl.concat(
        filings.filter(of_role({role: whole})).with_columns(asked=pl.lit(role, order))
        for role, whole in roles.items()
    )


def by_year(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Cases of each of `asked` by program and fiscal year: asked, program, fiscal_year, cases."""
    return grouped(filings, ["asked", "program", "fiscal_year"], {"cases": pl.len()})


def parts(filings: pl.LazyFrame, of: str | pl.Expr, by: Sequence[str] = ("asked",)) -> pl.LazyFrame:
    """Cases by the values of a column, for each group of `by`, most first.

    Columns `by`, value (text; cases without one are left out), cases, and share of the group's
    cases that have a value, 0 to 1, null below FEWEST.
    """
    value = pl.col(of) if isinstance(of, str) else of
    raw = dict.fromkeys((*by, *value.meta.root_names()))
    return (
        filings.group_by(*raw)  # fewer rows, before anything is spelled out
        .agg(cases=pl.len())
        .with_columns(value=value.cast(pl.String))
        .drop_nulls("value")
        .group_by(*by, "value")
        .agg(pl.col("cases").sum())
        .with_columns(known=pl.col("cases").sum().over(by))
        .with_columns(share=share("cases", "known"))
        .drop("known")
        .sort(*by, "cases", "value", descending=[*[False] * len(by), True, False])
    )


def valued(filings: pl.LazyFrame, of: pl.Expr, most: int) -> pl.LazyFrame:
    """The cases of the `most` frequent values of an expression, with it in `value`.

    It is told once for each combination of what it is made of, not once a case.
    """
    raw = list(dict.fromkeys(of.meta.root_names()))
    each = filings.group_by(raw).agg(cases=pl.len()).with_columns(value=of).drop_nulls("value")
    top = (
        each.group_by("value")
        .agg(pl.col("cases").sum())
        .sort("cases", "value", descending=[True, False])
        .head(most)
    )
    known = each.join(top, on="value", how="semi").select(*raw, "value")
    return filings.join(known, on=raw, how="inner", nulls_equal=True, maintain_order="left")


def first(parts: pl.LazyFrame, most: int, by: Sequence[str] = ("asked",)) -> pl.LazyFrame:
    """The first `most` rows of each group of `parts`, in its order."""
    return parts.filter(pl.int_range(pl.len()).over(by) < most)
