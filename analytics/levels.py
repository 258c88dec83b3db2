"""Wage levels: which of the four a prevailing wage was set at, and where the form does not say.

LazyFrame in, LazyFrame out. The level is DOL's: I (entry) to IV (fully competent), 20 CFR 656.40
and the Prevailing Wage Determination Policy Guidance.
"""

from collections.abc import Collection, Sequence

import polars as pl

from analytics.counts import BLANK, NOT_ASKED, grouped
from loaders.schema import FEWEST, WAGE_LEVELS

SHOWN = (*WAGE_LEVELS, BLANK, NOT_ASKED)


def told(asked: pl.Expr) -> pl.Expr:
    """The level of a case, one of SHOWN, where `asked` says whether its form asks for one."""
    unsaid = pl.when(asked).then(pl.lit(BLANK)).otherwise(pl.lit(NOT_ASKED))
    return pl.col("wage_level").cast(pl.String).fill_null(unsaid).cast(pl.Enum(SHOWN))


def mix(
    filings: pl.LazyFrame, asking: Collection[str], by: Sequence[str] = ("program", "fiscal_year")
) -> pl.LazyFrame:
    """Cases at each level, for each group of `by`.

    Columns `by`, level (SHOWN: a level, BLANK where the form asks and nothing stands there,
    NOT_ASKED in layouts that are not `asking`), cases, and share of the group's cases that have a
    level, 0 to 1; null for BLANK and NOT_ASKED, and where fewer than FEWEST have one.
    """
    asked = pl.col("layout").is_in(list(asking))
    cases = pl.when(pl.col("level").cast(pl.String).is_in(WAGE_LEVELS)).then("cases")
    known = cases.sum().over(by) if by else cases.sum()
    return (
        filings.group_by(
            *by, "wage_level", on_form=asked
        )  # few rows, before anything is spelled out
        .agg(cases=pl.len())
        .with_columns(level=told(pl.col("on_form")))
        .pipe(grouped, [*by, "level"], {"cases": pl.col("cases").sum()})
        .with_columns(share=pl.when(known >= FEWEST).then(cases / known))
    )
