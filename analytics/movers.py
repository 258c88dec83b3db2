"""Which roles grew and which shrank between two fiscal years of one program.

LazyFrame in, LazyFrame out. Counts are cases under their newest decision.
"""

import polars as pl

LEAST = 50
"""Fewer cases than this in the earlier year make a change in per cent say little."""


def whole_years(coverage: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """The last two fiscal years of each program that are whole, of analytics.counts.coverage.

    Years without employers' titles are none of them: what changes there is how roles are told.
    """
    whole = (
        coverage.filter(~pl.col("partial"), ~pl.col("untitled"))
        .sort("fiscal_year")
        .group_by("program")
        .tail(2)
    ).sort("program", "fiscal_year")
    years = whole.group_by("program", maintain_order=True).agg("fiscal_year")
    return {program: (of[0], of[1]) for program, of in years.rows() if len(of) > 1}


def between(
    filings: pl.LazyFrame, program: str, years: tuple[int, int], *, by: str = "role"
) -> pl.LazyFrame:
    """Cases of each value of `by` in the two years, the largest rise first.

    Columns `by`, before, after (cases), change (after less before) and rate (change of before,
    -1 or more; null where there are fewer than LEAST cases before). Rows without a value are left
    out; ordered by rate, null last.
    """
    first, last = years
    return (
        filings.filter(
            pl.col("program") == program,
            pl.col("fiscal_year").is_in([first, last]),
            pl.col(by).is_not_null(),
        )
        .group_by(by)
        .agg(
            before=(pl.col("fiscal_year") == first).sum().cast(pl.Int64),
            after=(pl.col("fiscal_year") == last).sum().cast(pl.Int64),
        )
        .with_columns(change=pl.col("after") - pl.col("before"))
        .with_columns(
            rate=pl.when(pl.col("before") >= LEAST).then(pl.col("change") / pl.col("before"))
        )
        .sort("rate", "change", by, descending=[True, True, False], nulls_last=True)
    )


def extremes(changes: pl.DataFrame, each: int = 5) -> pl.DataFrame:
    """The largest rises and the largest falls among those with a rate; all columns, in order."""
    told = changes.drop_nulls("rate")
    rises = told.filter(pl.col("rate") > 0).head(each)
    falls = told.filter(pl.col("rate") < 0).tail(each)
    return pl.concat([rises, falls])
