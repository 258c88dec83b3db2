"""What PERM cases alone tell: how long they took, whose they were, what the job required.

LazyFrame in, LazyFrame out. Country, class of admission, education and experience stand on the
form that ended in FY2024; the revised Form ETA-9089 does not publish them.
"""

from collections.abc import Sequence

import polars as pl

from analytics.counts import decided, grouped, share, spread
from loaders.schema import CERTIFIED


def _perm(filings: pl.LazyFrame) -> pl.LazyFrame:
    return filings.filter(pl.col("program") == "perm")


def processing(
    filings: pl.LazyFrame, by: Sequence[str] = ("fiscal_year",), *, withdrawn: bool = False
) -> pl.LazyFrame:
    """Days from receipt until DOL certified or denied, for each group of `by`.

    Columns `by`, cases (decided, with both dates, in order), p10, median and p90 in days; null
    below FEWEST. A decision before its receipt is a slip and is left out. Files before FY2015 do
    not publish the date of receipt. `month` as a group is the month of decision. Published medians
    (77 days in FY2017) are of all determinations: those that were `withdrawn`, too.
    """
    timed = _timed(filings, withdrawn=withdrawn)
    return spread(timed, by, "days", names=("p10", "median", "p90"))


def years(filings: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """The fiscal years that `processing` pools, for each group of `by`: `by`, years (in order)."""
    timed = _timed(filings, withdrawn=False)
    return grouped(timed, by, {"years": pl.col("fiscal_year").unique().sort()})


def _timed(filings: pl.LazyFrame, *, withdrawn: bool) -> pl.LazyFrame:
    days = (pl.col("decision_date") - pl.col("received_date")).dt.total_days()
    return (
        _perm(filings)
        .with_columns(days=days, month=pl.col("decision_date").dt.month_start())
        .filter(pl.col("days") >= 0, withdrawn or decided())
    )


def origins(filings: pl.LazyFrame, of: str) -> pl.LazyFrame:
    """PERM cases by `of`: country_of_citizenship or class_of_admission; most cases first.

    Columns `of`, cases, certified and share of the cases where it is filed, null below FEWEST.
    """
    certified = pl.col("status").is_in(CERTIFIED)
    return (
        _perm(filings)
        .filter(pl.col(of).is_not_null())
        .group_by(of)
        .agg(cases=pl.len(), certified=certified.sum())
        .with_columns(all=pl.col("cases").sum())
        .with_columns(share=share("cases", "all"))
        .drop("all")
        .sort("cases", of, descending=[True, False])
    )


def on_tn(filings: pl.LazyFrame, by: Sequence[str] = ("fiscal_year",)) -> pl.LazyFrame:
    """PERM cases of workers who held TN status, for each group of `by`.

    Columns `by`, cases (that name a class of admission) and tn.
    """
    held = pl.col("class_of_admission").str.strip_chars().str.to_uppercase() == "TN"
    return (
        _perm(filings)
        .filter(pl.col("class_of_admission").is_not_null())
        .group_by(by)
        .agg(cases=pl.len(), tn=held.sum())
        .sort(by)
    )


def requirements(filings: pl.LazyFrame) -> pl.LazyFrame:
    """What the job requires, as an indication of the preference category it is filed for.

    Columns minimum_education, eb2 (whether a master's or more, or a bachelor's and five years of
    experience, is required: 8 CFR 204.5(k)(2)) and cases, most first. The category is chosen on
    Form I-140 later and is not in DOL's files.
    """
    education = pl.col("minimum_education").str.strip_chars().str.to_lowercase()
    higher = education.str.contains("master|doctor|ph")
    five_years = pl.col("required_experience_months") >= 60  # noqa: PLR2004
    bachelor = education.str.contains("bachelor")
    return (
        _perm(filings)
        .filter(pl.col("minimum_education").is_not_null())
        .group_by(
            minimum_education=pl.col("minimum_education").str.strip_chars(),
            eb2=(higher | (bachelor & five_years)).fill_null(value=False),
        )
        .agg(cases=pl.len())
        .sort("cases", "minimum_education", "eb2", descending=[True, False, False])
    )
