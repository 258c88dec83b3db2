"""How much of the filings is filled in: what a form asks for and tells, column by column.

LazyFrame in, LazyFrame out. Which layouts ask for a column is given, so that what a form never
asked for is not taken for what was left blank.
"""

from collections.abc import Collection, Mapping

import polars as pl

from analytics.counts import share
from loaders.schema import FEWEST

GROUPS: dict[str, tuple[str, ...]] = {
    "Decision date": ("decision_date",),
    "Receipt date": ("received_date",),
    "Visa class": ("visa_class",),
    "Employer's name": ("employer_name",),
    "Employer's address": ("employer_city", "employer_state", "employer_postal_code"),
    "Industry": ("naics_code",),
    "Job title": ("job_title",),
    "Occupation, as filed": ("soc_code_filed",),
    "Occupation, SOC 2018": ("soc_code",),
    "Worksite": ("worksite_city", "worksite_state", "worksite_postal_code"),
    "Offered wage": ("annual_wage",),
    "Prevailing wage": ("annual_prevailing_wage",),
    "Wage level": ("wage_level",),
    "Full time or not": ("full_time",),
    "Employment period": ("begin_date", "end_date"),
    "Positions": ("total_workers",),
    "Kinds of positions": ("new_employment", "continued_employment", "change_employer"),
    "H-1B statements": ("h1b_dependent", "willful_violator"),
    "Secondary entity": ("secondary_entity",),
    "Law firm": ("law_firm",),
    "Worker's origin": ("country_of_citizenship", "class_of_admission"),
    "Job requirements": ("minimum_education", "required_experience_months"),
}
"""The columns of a filing that a form may ask for, by what people look for in them."""


def columns() -> dict[str, tuple[str, ...]]:
    """Every column of GROUPS as a group of its own."""
    return {one: (one,) for group in GROUPS.values() for one in group}


def filled(
    filings: pl.LazyFrame,
    asking: Mapping[str, Collection[str]],
    groups: Mapping[str, Collection[str]] = GROUPS,
) -> pl.LazyFrame:
    """What is filled in, for each program, fiscal year and group of columns.

    `asking` names for each column the layouts whose form asks for it. Columns program,
    fiscal_year, group (in the order of `groups`), cells (cases times columns), asked (those of a
    layout that asks), told (those with a value), blank, not_asked, and share: told of asked, 0 to
    1, null where nothing or too little is asked. cells = told + blank + not_asked.
    """
    wanted = list(dict.fromkeys(one for group in groups.values() for one in group))
    by_layout = filings.group_by(
        "layout", "fiscal_year", program=pl.col("program").cast(pl.String)
    ).agg(cells=pl.len().cast(pl.Int64), **{one: pl.col(one).count() for one in wanted})
    each = by_layout.unpivot(
        wanted,
        index=["program", "fiscal_year", "layout", "cells"],
        variable_name="column",
        value_name="there",
    ).with_columns(on_form=_asks(asking))
    return (
        each.join(_members(groups), on="column")
        .group_by("program", "fiscal_year", "order", "group")
        .agg(
            pl.col("cells").sum(),
            asked=pl.col("cells").filter("on_form").sum(),
            told=pl.col("there").filter("on_form").sum().cast(pl.Int64),
        )
        .with_columns(blank=pl.col("asked") - pl.col("told"))
        .with_columns(not_asked=pl.col("cells") - pl.col("asked"), share=share("told", "asked"))
        .sort("program", "fiscal_year", "order")
        .drop("order")
    )


def _asks(asking: Mapping[str, Collection[str]]) -> pl.Expr:
    pairs = [f"{column} {layout}" for column, of in asking.items() for layout in of]
    return pl.concat_str("column", "layout", separator=" ").is_in(pairs)


def _members(groups: Mapping[str, Collection[str]]) -> pl.LazyFrame:
    rows = [
        (order, name, one) for order, (name, group) in enumerate(groups.items()) for one in group
    ]
    return pl.LazyFrame(rows, schema=["order", "group", "column"], orient="row")


def least_told(found: pl.DataFrame) -> dict[str, object] | None:
    """The group that is filled in least of those that a form asks for; None where none is rated.

    Of several years the sum counts; `found` is the frame of `filled`.
    """
    sums = (
        found.group_by("program", "group", maintain_order=True)
        .agg(pl.col("asked", "told").sum())
        .filter(pl.col("asked") >= FEWEST)
        .with_columns(share=pl.col("told") / pl.col("asked"))
        .sort("share", "program", "group")
    )
    return sums.row(0, named=True) if sums.height else None
