"""Figures of how DOL decided over time: rates with their bands, determinations, PERM time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.counts import Period, label, months
from charts.frame import Caption, dressed, no_files, on, panels, year_labels
from loaders.schema import FEWEST

Ends = tuple[float | date, float | None, float | None]
"""A place on the axis with the lower and upper end of what is known there; null for a gap."""


@dataclass(frozen=True, slots=True)
class Series:
    """What one line is of: its name, its look and its rates by program and period.

    `rates` has program, fiscal_year, quarter, rate, rate_low, rate_high, certified, cases.
    """

    name: str
    colour: str
    symbol: str
    rates: pl.DataFrame


def definitions(rates: pl.DataFrame, *, dark: bool) -> list[Series]:
    """A line each of the definitions of analytics.shares.definitions that are there."""
    there = {str(name) for name in rates["definition"].unique()}
    return [
        Series(
            theme.word(name), looks[1 if dark else 0], theme.SYMBOLS[str(name)],
            rates.filter(pl.col("definition").cast(pl.String) == name),
        )
        for name, looks in theme.LOOKS["definition"].items()
        if name in there
    ]  # fmt: skip


def roles(rates: pl.DataFrame, names: Mapping[str, str], *, dark: bool) -> list[Series]:
    """A line a role: analytics.counts.certification's frame by `asked`, of decided."""
    of = rates.with_columns(cases="decided")
    return [
        Series(name, look[1 if dark else 0], look[2], of.filter(pl.col("asked") == role))
        for (role, name), look in zip(names.items(), theme.COMPARED, strict=False)
    ]


def _runs(ends: Sequence[Ends]) -> list[list[tuple[float | date, float, float]]]:
    """The stretches without a gap."""
    found: list[list[tuple[float | date, float, float]]] = [[]]
    for at, low, high in ends:
        if low is None or high is None:
            found.append([])
        else:
            found[-1].append((at, low, high))
    return [run for run in found if run]


def _band(figure: go.Figure, ends: Sequence[Ends], colour: str, group: str, row: int) -> None:
    """A pale band along each stretch, and a thin stroke where a period stands alone."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    for run in _runs(ends):
        there, back = run, run[::-1]
        alone = len(run) == 1
        figure.add_scatter(
            x=[at for at, *_ in there] + [at for at, *_ in back],
            y=[low for _, low, _ in there] + [high for *_, high in back],
            mode="lines", legendgroup=group, showlegend=False, hoverinfo="skip",
            line={"width": 1.5 if alone else 0, "color": colour},
            fill="none" if alone else "toself", fillcolor=f"rgba({red},{green},{blue},0.2)",
            **on(row),
        )  # fmt: skip


def _called(periods: Sequence[Period]) -> str:
    quarters = any(quarter for _, quarter in periods)
    return f"Fiscal {'quarter' if quarters else 'year'} of the decision"


def _axis(
    figure: go.Figure,
    periods: Sequence[Period],
    caption: Caption,
    programs: Sequence[str],
    *,
    floor: float = 0,
) -> None:
    """Every period, gaps included; by fiscal year, partial ones and those without a file as such.

    `floor` is where the axis of values begins.
    """
    every = [n for n, (_, quarter) in enumerate(periods) if quarter in {None, 1}]
    years = [periods[n][0] for n in every]
    many = len(every) > 8  # noqa: PLR2004
    theme.axes(figure, "x",
        type="linear", range=[-0.6, len(periods) - 0.4], tickvals=every,
        ticktext=year_labels(years, caption, programs),
        autotickangles=[-45, -90] if many else [0, -45, -90], showgrid=False, zeroline=False,
    )  # fmt: skip
    places = [(n, period[0], label(period)) for n, period in enumerate(periods)]
    no_files(figure, places, caption, programs, floor=floor)


def trend(series: Sequence[Series], *, periods: Sequence[Period], caption: Caption) -> go.Figure:
    """The rate of each series by period with its interval as a band; a panel a program.

    The axis begins at a round tenth below the lowest interval, and says so. Where no rate is, or
    no file, the line has a gap. Hollow marks are of partial years.
    """
    programs = sorted({one for each in series for one in each.rates["program"].to_list()})
    figure = panels(programs, dark=caption.dark)
    lows = [low for each in series for low in each.rates["rate_low"].drop_nulls().to_list()]
    start = int(min(lows, default=0.0) * 10) / 10
    for each in series:
        for row, program in enumerate(programs, start=1):
            of = {
                (year, quarter): rest
                for year, quarter, *rest in each.rates.filter(program=program)
                .select(
                    "fiscal_year", "quarter", "rate", "rate_low", "rate_high", "certified", "cases"
                )
                .rows()
            }
            cells = [of.get(period, [None] * 5) for period in periods]
            ends = [(float(n), cell[1], cell[2]) for n, cell in enumerate(cells)]
            _band(figure, ends, each.colour, each.name, row)
            hollow = [
                f"{each.symbol}-open"
                if program in caption.partial.get(year, ()) and not each.symbol.endswith("-open")
                else each.symbol
                for year, _ in periods
            ]
            figure.add_scatter(
                name=escape(each.name), legendgroup=each.name, showlegend=row == 1,
                x=list(range(len(periods))), y=[cell[0] for cell in cells],
                mode="lines+markers", connectgaps=False,
                line={"color": each.colour, "width": 2},
                marker={
                    "color": each.colour, "symbol": hollow, "size": 8,
                    "line": {"color": each.colour, "width": 2},
                },
                customdata=[
                    (f"{label(period)} ({months(period)})", *cell[1:])
                    for period, cell in zip(periods, cells, strict=True)
                ],
                hovertemplate="%{customdata[0]}<br>%{y:.1%}: %{customdata[3]:,} of "
                "%{customdata[4]:,}<br>95% interval %{customdata[1]:.1%} to "
                "%{customdata[2]:.1%}<extra>" + escape(each.name) + "</extra>",
                **on(row),
            )  # fmt: skip
    begins = f" (axis from {start:.0%})" if start else ""
    theme.axes(figure, "y",
        tickformat=".0%", range=[start, 1 + 0.04 * (1 - start)],
        title={"text": f"Certified{begins}"},
    )  # fmt: skip
    _axis(figure, periods, caption, programs, floor=start)
    height = 230 + 270 * max(len(programs), 1)
    return dressed(figure, caption, axis=_called(periods), height=height)


def determinations(
    parts: pl.DataFrame, *, periods: Sequence[Period], caption: Caption
) -> go.Figure:
    """Bars of one length of how the cases of each period ended; a panel a program.

    `parts` has program, fiscal_year, quarter, value (a status), cases and share. A period of fewer
    than FEWEST cases has no bar.
    """
    programs = parts["program"].unique().sort().to_list()
    figure = panels(programs, dark=caption.dark)
    every = pl.col("cases").sum().over("program", "fiscal_year", "quarter")
    of = {tuple(row[:4]): row[4:] for row in parts.select(
        "program", "fiscal_year", "quarter", "value", "cases",
        part=pl.when(every >= FEWEST).then(pl.col("cases") / every),
    ).rows()}  # fmt: skip
    there = set(parts["value"])
    for status in theme.LOOKS["status"]:
        if status not in there:
            continue
        for row, program in enumerate(programs, start=1):
            cells = [of.get((program, *period, status), (None, None)) for period in periods]
            figure.add_bar(
                name=theme.word(status), legendgroup=status, showlegend=row == 1,
                x=list(range(len(periods))), y=[part for _, part in cells],
                customdata=[
                    (f"{label(period)} ({months(period)})", cases)
                    for period, (cases, _) in zip(periods, cells, strict=True)
                ],
                hovertemplate="%{customdata[0]}<br>%{customdata[1]:,} cases, %{y:.1%} of all"
                "<extra>" + theme.word(status) + "</extra>",
                marker=theme.marker("status", status, dark=caption.dark),
                **on(row),
            )  # fmt: skip
    theme.laid(figure, barmode="stack")
    theme.axes(figure, "y", tickformat=".0%", range=[0, 1], title={"text": "Of all determinations"})
    _axis(figure, periods, caption, programs)
    return dressed(figure, caption, axis=_called(periods), height=240 + 260 * len(programs))


def months_to_decision(days: pl.DataFrame, *, caption: Caption) -> go.Figure:
    """The median days to the decision by month of it, in a band from 10th to 90th centile.

    `days` is analytics.perm.processing's frame by month; months without cases are gaps, and in
    the middle of a fiscal year without a file a cross says so.
    """
    colour = theme.LOOKS["program"]["perm"][1 if caption.dark else 0]
    found = {
        row[0]: row[1:] for row in days.select("month", "cases", "p10", "median", "p90").rows()
    }
    first, last = min(found), max(found)
    every = pl.date_range(first, last, "1mo", eager=True).to_list()
    cells = [found.get(month, (0, None, None, None)) for month in every]
    figure = panels([], dark=caption.dark)
    for name, band in (("10th to 90th centile", True), ("Median", False)):
        if band:
            ends = [(month, cell[1], cell[3]) for month, cell in zip(every, cells, strict=True)]
            _band(figure, ends, colour, "band", 1)
            figure.add_scatter(
                x=[None], y=[None], name=name, mode="markers",
                marker={"symbol": "square", "size": 12, "color": colour, "opacity": 0.3},
            )  # fmt: skip
            continue
        figure.add_scatter(
            name=name, x=every, y=[cell[2] for cell in cells], connectgaps=False,
            mode="lines+markers", line={"color": colour, "width": 2}, marker={"size": 4},
            customdata=[
                (f"{month:%B %Y}", *cell) for month, cell in zip(every, cells, strict=True)
            ],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]:,} cases<br>10th "
            "%{customdata[2]:,.0f}<br>median %{customdata[3]:,.0f}<br>90th "
            "%{customdata[4]:,.0f} days<extra></extra>",
        )  # fmt: skip
    middles = [month for month in every if month.month == 4]  # noqa: PLR2004 - of a fiscal year
    no_files(figure, ((at, at.year, f"FY{at.year}") for at in middles), caption)
    theme.axes(
        figure,
        "y",
        rangemode="tozero",
        tickformat=",d",
        title={"text": "Days from receipt to decision"},
    )
    return dressed(figure, caption, axis="Month of the decision", height=400)
