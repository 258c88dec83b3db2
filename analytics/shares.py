"""Parts of the cases: by a column's values, by a claim, and certification by three definitions.

LazyFrame in, LazyFrame out. Shares are 0 to 1 and null where they are of fewer than FEWEST cases.
"""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from analytics import places
from analytics.counts import certification, share, wilson
from loaders.schema import identity

DEFINITIONS = ("of decided", "of all", "as labelled")
_CITY = ("worksite_city", "worksite_state")
_CASES = pl.len()


def by(filings: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Cases by the values of a column, most first: `column` (text; null last), cases, share.

    The share is of the cases that have a value; null for those that have none.
    """
    known = pl.col(column).is_not_null()
    return (
        filings.group_by(pl.col(column).cast(pl.String))
        .agg(cases=pl.len())
        .with_columns(known=pl.when(known).then("cases").sum())
        .with_columns(share=pl.when(known).then(share("cases", "known")))
        .drop("known")
        .sort(~known, "cases", column, descending=[False, True, False])
    )


def by_metro(filings: pl.LazyFrame, areas: Mapping[str, str]) -> pl.LazyFrame:
    """Cases by the metropolitan area of analytics.places.metro, most first: metro, cases, share.

    The share is of the cases whose area is known; the others are left out.
    """
    return _of(filings, "metro", places.metro(areas), _CITY)


def by_city(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Cases by the first worksite's city as analytics.places.city, most first: city, cases, share.

    The share is of the cases that name a city and its state; the others are left out.
    """
    return _of(filings, "city", places.city(), _CITY)


def by_employer(filed: pl.LazyFrame) -> pl.LazyFrame:
    """Cases by the employer, those of a brand as one, most first: identity, cases, share.

    `filed` are loaders.yearly's sums, or filings of which each has 1 in `cases`. The share is of
    the cases that name an employer.
    """
    ids = ("brand_id", "employer_id")
    return _of(filed, "identity", identity(), ids, pl.col("cases").sum())


def _of(
    filings: pl.LazyFrame,
    name: str,
    value: pl.Expr,
    told_from: Sequence[str],
    cases: pl.Expr = _CASES,
) -> pl.LazyFrame:
    # Told once for what it is told from, not once a case.
    spelled = filings.group_by(told_from).agg(cases=cases)
    return (
        spelled.select("cases", value.alias(name))
        .drop_nulls(name)
        .group_by(name)
        .agg(pl.col("cases").sum())
        .with_columns(known=pl.col("cases").sum())
        .select(name, "cases", share=share("cases", "known"))
        .sort("cases", name, descending=[True, False])
    )


def measured(filings: pl.LazyFrame, column: str, values: Collection[str]) -> pl.LazyFrame:
    """One row: cases that have a value in the column, `found` of them with one of these, rate.

    With rate_low and rate_high, Wilson's interval, 95 %.
    """
    value = pl.col(column).cast(pl.String).str.strip_chars()
    return filings.select(
        cases=value.is_not_null().sum(), found=value.is_in(list(values)).sum()
    ).with_columns(rate=share("found", "cases"), **wilson("found", "cases"))


def definitions(
    filings: pl.LazyFrame, keys: Sequence[str] = ("program", "fiscal_year")
) -> pl.LazyFrame:
    """Certification by each of DEFINITIONS, for each group of `keys`; one row each.

    Columns `keys`, definition, certified, cases (that it is of), rate, rate_low and rate_high.
    `of decided`: certified, also withdrawn or expired since, of certified and denied. `of all`:
    the same of all determinations, as OFLC's reports count. `as labelled`: those that still say
    Certified, of all; it falls as certifications expire and says nothing of decisions.
    """
    told = certification(filings, keys)
    parts = zip(
        DEFINITIONS,
        ("certified", "certified", "labelled"),
        ("decided", "cases", "cases"),
        strict=True,
    )
    return (
        pl.concat(
            told.select(
                *keys, definition=pl.lit(name, pl.Enum(DEFINITIONS)), certified=part, cases=of
            )
            for name, part, of in parts
        )
        .with_columns(rate=share("certified", "cases"), **wilson("certified", "cases"))
        .select(*keys, "definition", "certified", "cases", "rate", "rate_low", "rate_high")
        .sort(*keys, "definition", nulls_last=True)
    )
