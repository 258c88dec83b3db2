"""What each employer filed for each role in each fiscal year, added up.

One small table, made with the lake, answers for all employers what the filings would: every
measure is a sum or a latest date, so that sums of it are exact.
"""

from collections.abc import Sequence

import polars as pl

from loaders.schema import CERTIFIED

FILED = ("program", "fiscal_year", "brand_id", "employer_id")
KEYS = ("role", "finer_role", *FILED)
PAYS_WELL = 0.5
"""An offer this much above its prevailing wage, or more, counts as this much."""


def yearly(filings: pl.LazyFrame, keys: Sequence[str] = KEYS) -> pl.LazyFrame:
    """The sums of filings for each of `keys`.

    Columns `keys`, cases, certified (with those withdrawn or expired since), decided,
    last_decision_date, paid (cases with an offer and a prevailing wage)
    and premium (their offers over the prevailing wage less 1, each from 0 to PAYS_WELL, added up
    in thousandths: whole numbers, so that the order of rows never matters). Filings without an
    employer are left out.
    """
    certified = pl.col("status").is_in(CERTIFIED)
    premium = pl.col("annual_wage") / pl.col("annual_prevailing_wage") - 1
    return (
        filings.filter(pl.col("employer_id").is_not_null())
        .group_by(keys)
        .agg(
            cases=pl.len().cast(pl.Int64),
            certified=certified.sum().cast(pl.Int64),
            decided=(certified | (pl.col("status") == "denied")).sum().cast(pl.Int64),
            last_decision_date=pl.col("decision_date").max(),
            paid=premium.is_finite().sum().cast(pl.Int64),
            premium=pl.when(premium.is_finite())
            .then((premium.clip(0, PAYS_WELL) * 1000).round(0).cast(pl.Int64, strict=False))
            .sum(),
        )
    )
