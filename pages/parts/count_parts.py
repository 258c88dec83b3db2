"""The bars of the page Filing counts, and the table behind them."""

import polars as pl
import streamlit as st

from charts import counts as charts
from charts import roles as role_charts
from charts.theme import word
from loaders.schema import FEWEST
from pages.parts import about, count_numbers, figure
from pages.parts.columns import asked
from pages.parts.view import CASES, Shown

PERIODS = ("Fiscal year", "Quarter", "Month")
_NUMBER = st.column_config.NumberColumn


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
        _spoken(periods, split),
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
        _spoken(found, split),
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
        found = _spoken(_months(view, split), split)
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
    _wide(view, split, _periods(view, split, quarters=period == "Quarter"))


def _spoken(periods: pl.DataFrame, split: str) -> pl.DataFrame:
    """The counts with their values in words."""
    names = {value: word(value) for value in periods[split].unique()}
    return periods.with_columns(pl.col(split).replace_strict(names, return_dtype=pl.String))


def _wide(view: Shown, split: str, periods: pl.DataFrame) -> None:
    """A row a period, a column a value, and their sum.

    A cell is zero where the lake has files and no case fits, and blank where it has no file, or one
    without titles that are asked for, so that none found is not zero.
    """
    spoken = _spoken(periods, split)
    names = spoken[split].unique(maintain_order=True).to_list()
    untitled = {year for of in view.untitled.values() for year in of}
    told = {
        (word(program), year)
        for program, year in view.coverage.select("program", "fiscal_year").rows()
        if year not in view.untitled.get(program, ())
    }
    year = pl.col("fiscal_year")
    zero = {
        name: year.is_in([one for program, one in told if program == name])
        if split == "program"
        else ~year.is_in(list(untitled))
        for name in names
    }
    wide = (
        spoken.pivot(split, index=["fiscal_year", "quarter"], values="cases")
        .sort("fiscal_year", "quarter", nulls_last=True)
        .with_columns(
            pl.when(zero[name]).then(pl.col(name).fill_null(0)).otherwise(name) for name in names
        )
        .with_columns(
            fiscal_year=_year(year.is_in(list(view.partial))), total=pl.sum_horizontal(names)
        )
    )
    idle = {"quarter"} if wide["quarter"].null_count() == wide.height else set()
    idle |= {"total"} if len(names) == 1 else set()
    called = {"fiscal_year": "Fiscal year", "quarter": "Quarter", "total": "All"}
    figure.shown(
        wide, "counts", absent="no titles or no file" if untitled else "no file",
        columns={one: called.get(one, one) for one in wide.columns if one not in idle},
        config={"quarter": _NUMBER("Quarter", format="Q%d")},
    )  # fmt: skip


def _year(partial: pl.Expr) -> pl.Expr:
    """`FY2025`, `FY2026 (partial)`."""
    mark = pl.when(partial).then(pl.lit(" (partial)")).otherwise(pl.lit(""))
    return pl.format("FY{}{}", "fiscal_year", mark)


def rates(view: Shown) -> None:
    """Certification by program and fiscal year, the partial ones marked, and what it rests on."""
    decided = view.found["decided"]
    program = pl.col("program").cast(pl.String)
    partial = [
        (pl.col("fiscal_year") == year) & program.is_in(list(of))
        for year, of in view.partial.items()
    ]
    figure.shown(
        decided.with_columns(
            fiscal_year=_year(pl.any_horizontal(pl.lit(value=False), *partial)),
            program=program.str.to_uppercase(),
        ),
        "rates",
        columns={
            "program": "Program", "fiscal_year": "Fiscal year", "rate": "Certification rate",
            "decided": "Decided", "certified": "Certified", "denied": "Denied",
            "withdrawn": "Withdrawn", "other": "Other", "cases": "All cases",
            "rate_of_all": "Certified of all",
        },
        config={
            "rate": _NUMBER(
                "Certification rate", format="%.1f%%",
                help=f"Certified of certified + denied; not from fewer than {FEWEST}.",
            ),
            "certified": _NUMBER(
                "Certified", format="localized", help="With those withdrawn or expired since."
            ),
            "withdrawn": _NUMBER("Withdrawn", format="localized", help="Before a decision."),
            "rate_of_all": _NUMBER(
                "Certified of all", format="%.1f%%",
                help="Of all determinations with withdrawn ones, as OFLC's own reports count.",
            ),
        },
    )  # fmt: skip
    if decided["rate"].null_count():
        st.caption(f"Too few: fewer than {FEWEST} decided cases are not enough to rate.")
    figure.popover(view.made(about.RATE), "rates")
