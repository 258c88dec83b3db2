"""Offered wages: how they spread, and how they stand to the prevailing wage.

LazyFrame in, LazyFrame out. Wages are annual US dollars, the lower bound of an offer. Pay by the
hour, week or month counts at full-time hours (2,080 a year), part-time positions as if full-time;
`hourly` and `part_time` say how many cases that concerns.
"""

from collections.abc import Sequence

import polars as pl

from analytics.counts import grouped, spread
from loaders.schema import FEWEST

_NEAR = 0.01
"""How far from the prevailing wage an offer is still at it."""


def percentiles(filings: pl.LazyFrame, by: Sequence[str] = ()) -> pl.LazyFrame:
    """How offered wages spread, for each group of `by`.

    Columns `by`, cases (with a wage), p10, p25, median, p75, p90 (null below FEWEST cases),
    hourly and part_time (cases among them).
    """
    odd = {
        "hourly": (pl.col("wage_unit") == "Hour").sum(),
        "part_time": (~pl.col("full_time")).sum(),
    }
    return spread(filings, by, "annual_wage", odd)


def years(filings: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """The fiscal years that `percentiles` pools, in order: `by`, years.

    A list for each group of `by`; without groups a row a year.
    """
    paid = filings.filter(pl.col("annual_wage").is_not_null())
    return grouped(paid, by, {"years": pl.col("fiscal_year").unique().sort()})


def over_prevailing(filings: pl.LazyFrame, by: Sequence[str] = ()) -> pl.LazyFrame:
    """The offer as a multiple of the prevailing wage, for each group of `by`.

    Columns `by`, cases (with both), p10, p25, median, p75, p90, at_prevailing (the share within 1 %
    of it, above or below) and below (cases that offer less than that). An employer must offer at
    least the prevailing wage (20 CFR 655.731, 656.10): a ratio below 1 is a repair that we missed,
    or the lower of two worksites.
    """
    ratio = pl.col("annual_wage") / pl.col("annual_prevailing_wage")
    both = filings.filter(ratio.is_finite()).with_columns(ratio=ratio)
    at = pl.col("ratio").is_between(1 - _NEAR, 1 + _NEAR)
    beside = {
        "at_prevailing": pl.when(pl.len() >= FEWEST).then(at.mean()),
        "below": (pl.col("ratio") < 1 - _NEAR).sum(),
    }
    return spread(both, by, "ratio", beside)


def standing(filings: pl.LazyFrame, offer: float, by: Sequence[str] = ()) -> pl.LazyFrame:
    """Where an offer of `offer` dollars a year stands among these, for each group of `by`.

    Columns `by`, cases (with a wage), below and above (cases that offer less, or more), and
    percentile: the share that offers less, half of the equal ones counted, 0 to 1; null below
    FEWEST.
    """
    wage = pl.col("annual_wage")
    return grouped(
        filings.filter(wage.is_not_null()),
        by,
        {"cases": pl.len(), "below": (wage < offer).sum(), "above": (wage > offer).sum()},
    ).with_columns(
        percentile=pl.when(pl.col("cases") >= FEWEST).then(
            (pl.col("below") + (pl.col("cases") - pl.col("below") - pl.col("above")) / 2)
            / pl.col("cases")
        )
    )


def ratios(filings: pl.LazyFrame, *, width: float = 0.05, most: float = 2.0) -> pl.LazyFrame:
    """How offers spread over their prevailing wage: from, cases, share; in steps of `width`.

    `from` is the lower end of a step of offer over prevailing wage; all below 1 - `width` are the
    step 0, all from `most` on the step `most`. Share is of the cases with both wages; null below
    FEWEST. A step without a case is not there.
    """
    ratio = pl.col("annual_wage") / pl.col("annual_prevailing_wage")
    # A wage at the prevailing one, but for a rounding, is in the step that begins with it.
    step = ((ratio + 1e-9) / width).floor() * width
    low = 1 - width
    at = pl.when(step < low - 1e-6).then(0.0).when(step >= most - 1e-6).then(most).otherwise(step)
    return (
        filings.filter(ratio.is_finite())
        .group_by(at.round(4).alias("from"))
        .agg(cases=pl.len())
        .with_columns(
            share=pl.when(pl.col("cases").sum() >= FEWEST).then(
                pl.col("cases") / pl.col("cases").sum()
            )
        )
        .sort("from")
    )
