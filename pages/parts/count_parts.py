"""The bars of the page Filing counts, and the table behind them."""

import polars as pl
import streamlit as st

from charts import counts as charts
from charts import roles as role_charts
from charts.theme import word
from pages.parts import about, count_numbers, figure
from pages.parts.columns import asked
from pages.parts.view import CASES, Shown

PERIODS = ("Fiscal year", "Quarter", "Month")


def _periods(view: Shown, split: str, *, quarters: bool) -> pl.DataFrame:
    at = view.in_use.at
    return count_numbers.bars(*at, view.choice, split, quarters=quarters)


def bars(view: Shown, split: str, period: str) -> None:
    """Cases by `period`, one of PERIODS, coloured by `split`."""
    if period == "Month":
        _by_month(view, split)
    else:
        _by_year(view, split, quarters=period == "Quarter")


def _by_year(view: Shown, split: str, *, quarters: bool) -> None:
    periods = _periods(view, split, quarters=quarters)
    figure.draw(
        lambda dark: charts.by_period(
            periods,
            split=split,
            quarters=quarters,
            years=view.choice.years,
            partial=view.partial,
            loaded=about.loaded_years(view.coverage, view.choice.programs),
            filters=view.choice.said(),
            source=about.source(view.in_use),
            untitled=view.untitled,
            sample=view.in_use.is_sample,
            dark=dark,
        ),
        about.table(periods, split, word),
        "filing-counts",
        alt=charts.alt_text(periods, split=split, quarters=quarters, partial=view.partial),
        columns={
            "fiscal_year": "Fiscal year", "quarter": "Quarter", split: charts.in_label(split),
            "cases": "Cases", "positions": "Positions asked for (LCA)",
        },
        about=view.made(
            f"{CASES} Place is the first worksite of a case. Occupation codes are as filed: their "
            "list changed in 2010 and 2018, and a series of one code can begin or end with its "
            "list."
        ),
        below=[
            about.below(
                view.partial,
                undated=about.undated(periods, quarters=quarters),
                untitled=view.untitled,
            )
        ],
    )  # fmt: skip


def _months(view: Shown, split: str) -> pl.DataFrame:
    return count_numbers.months(*view.in_use.at, view.choice, split)


def _by_month(view: Shown, split: str) -> None:
    found = _months(view, split)
    dated, every = (int(of["cases"].sum()) for of in (found, view.found["decided"]))
    if not dated:
        st.caption("None of these cases has a decision date.")
        return
    figure.draw(
        lambda dark: role_charts.by_month(
            found,
            split=split,
            caption=view.caption(f"Cases by month and {charts.in_label(split).lower()}", dark=dark),
        ),
        about.table(found, split, word),
        "filing-counts-months",
        alt=f"Stacked bars of {dated:,} cases by month of the decision.",
        columns={
            "month": "Month", split: charts.in_label(split), "cases": "Cases",
            "positions": "Positions asked for (LCA)",
        },
        about=view.made(f"{CASES} By month of the decision."),
        below=[about.below(view.partial, undated=every - dated, mark="Years that")],
    )  # fmt: skip


def employment(view: Shown) -> None:
    """What LCAs ask workers for: to begin, to go on, or to come from another employer."""
    found = view.found["employment"]
    if not found.height:
        return
    st.subheader("New, continued and changed employment", anchor="employment")
    st.caption(
        "Workers that LCAs ask for, not hires, as Form ETA-9035 counts them in section B.7 "
        f"({asked('lca', 'new_employment')}): new employment, continued without change, and with a "
        "change of employer. Concurrent employment, other changes and amended petitions are in the "
        "positions alone."
    )
    figure.shown(
        found.sort("fiscal_year", descending=True),
        "employment",
        columns={
            "fiscal_year": "Fiscal year", "cases": "Cases", "positions": "Positions",
            "new": "New", "continued": "Continued", "changed": "Change of employer",
        },
    )  # fmt: skip


def numbers(view: Shown, split: str, period: str) -> None:
    """The same as a table: a row a period."""
    if period == "Month":
        found = about.table(_months(view, split), split, word)
        wide = found.pivot(
            split,
            index="month",
            values="cases",
            on_columns=found[split].unique(maintain_order=True),
        )
        figure.shown(
            wide.sort("month", descending=True), "counts_months", absent="",
            columns={"month": "Month", **{one: one for one in wide.columns[1:]}},
            config={"month": st.column_config.DateColumn("Month", format="MMM YYYY")},
        )  # fmt: skip
        return
    periods = _periods(view, split, quarters=period == "Quarter")
    about.wide_table(
        periods, split, word, view.coverage, partial=view.partial, untitled=view.untitled
    )
