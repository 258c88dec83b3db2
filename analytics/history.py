"""An employer's filing history: by year, how DOL decided, what it offered.

LazyFrame in, LazyFrame out. Counts are cases; wages annual US dollars; rates 0 to 1.
"""

from collections.abc import Collection

import polars as pl

from analytics import levels
from analytics.counts import terms, titled
from analytics.wages import percentiles


def belongs(brand_id: str | None, employer_ids: Collection[str]) -> pl.Expr:
    """Whether a filing is of these employers of a brand, or of these employers alone.

    Of a brand all employers where none is named: they narrow it, as a campus its system.
    """
    brand = [pl.col("brand_id") == brand_id] if brand_id else []
    who = [pl.col("employer_id").is_in(list(employer_ids))] if employer_ids else []
    tests = [*brand, *who]
    return pl.all_horizontal(tests).fill_null(value=False) if tests else pl.lit(value=False)


def roles(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Cases by `role`, most first, each whole (`finer_role` is null) and then by finer role."""
    whole = filings.group_by("role").agg(cases=pl.len(), finer_role=pl.lit(None, pl.String))
    finer = filings.drop_nulls("finer_role").group_by("role", "finer_role").agg(cases=pl.len())
    of_role = ("role", "finer_role", "cases")
    return (
        pl.concat([whole.select(of_role), finer.select(of_role)])
        .with_columns(whole=pl.col("cases").max().over("role"))
        .sort(
            "whole",
            "role",
            pl.col("finer_role").is_not_null(),
            "cases",
            "finer_role",
            descending=[True, False, False, True, False],
        )
        .select(of_role)
    )


def of_terms(filings: pl.LazyFrame, title: str) -> pl.LazyFrame:
    """How many cases have each term of `title`: one row, a column a term."""
    return filings.select(titled(term).sum().alias(term) for term in dict.fromkeys(terms(title)))


def wages(filings: pl.LazyFrame, asking: Collection[str]) -> pl.LazyFrame:
    """Offered wages by program and wage level: cases with a wage, and the 10th, 50th, 90th centile.

    The levels are those of analytics.levels.mix, in its order, by the layouts that are `asking`.
    Annual US dollars, the lower bound of each offer; centiles are null below FEWEST cases.
    """
    level = levels.told(pl.col("layout").is_in(list(asking)))
    spread = percentiles(filings.with_columns(wage_level=level), ["program", "wage_level"])
    return spread.select("program", "wage_level", "cases", "p10", "median", "p90")
