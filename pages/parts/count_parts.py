"""The bars of the page Filing counts, and the table behind them."""

import polars as pl

from charts import counts as charts
from charts.theme import word
from pages.parts import about, count_numbers, figure
from pages.parts.view import CASES, Shown


def _periods(view: Shown, split: str, *, quarters: bool) -> pl.DataFrame:
    at = (view.in_use.version, str(view.in_use.path))
    return count_numbers.bars(*at, view.choice, split, quarters=quarters)


def bars(view: Shown, split: str, *, quarters: bool) -> None:
    """Cases by fiscal year or quarter, coloured by `split`."""
    periods = _periods(view, split, quarters=quarters)
    figure.draw(
        charts.by_period(
            periods,
            split=split,
            quarters=quarters,
            years=view.choice.years,
            partial=view.partial,
            loaded=about.loaded_years(view.coverage, view.choice.programs),
            filters=view.choice.said(),
            source=about.source(view.in_use, view.coverage),
            untitled=view.untitled,
            sample=view.in_use.is_sample,
            dark=view.dark,
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
    )  # fmt: skip
    about.below(
        view.partial,
        undated=about.undated(periods, quarters=quarters),
        untitled=view.untitled,
    )


def numbers(view: Shown, split: str, *, quarters: bool) -> None:
    """The same as a table: a row a period."""
    periods = _periods(view, split, quarters=quarters)
    about.wide_table(
        periods, split, word, view.coverage, partial=view.partial, untitled=view.untitled
    )
