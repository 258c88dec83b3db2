"""What the forms tell, as a heat table: groups of columns by fiscal year, a panel a program."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.frame import Caption, dressed, on, panels, span, year_axis, year_labels

_MANY = 12
_ROW = 26
"""Pixels of a row."""
_SCALE = {"light": ("#F7DFCB", "#D5E9EC", "#7FC0CA"), "dark": ("#57331A", "#23424D", "#1B6472")}
"""From nothing filled in to everything, told apart by hue, and the ink of the text readable on all
of them: plotly's own choice of ink is wrong where cells are missing."""


def filled(found: pl.DataFrame, *, years: tuple[int, int], caption: Caption) -> go.Figure:
    """A cell a group and fiscal year, its colour and number the share that has a value.

    `found` is analytics.quality.filled's frame. What no form of the year asks for is a dot and no
    cell; a year without a file is empty. Groups that no form of a program ever asks for are not
    in its panel.
    """
    asked = found.filter(pl.col("asked").sum().over("program", "group") > 0)
    programs = asked["program"].unique().sort().to_list()
    tables = [asked.filter(program=one) for one in programs]
    groups = [one["group"].unique(maintain_order=True).to_list() for one in tables]
    sizes = [len(one) for one in groups] or [1]
    height = 150 + _ROW * sum(sizes) + 34 * len(programs)
    figure = panels(programs, dark=caption.dark, gap=34 / height, sizes=sizes)
    now = theme.mode(dark=caption.dark)
    for row, (table, names) in enumerate(zip(tables, groups, strict=True), start=1):
        cells = _cells(table, names, range(years[0], years[1] + 1), theme.INK[now])
        figure.add_trace(cells.update(on(row)))
        figure.add_trace(_not_asked(table, dark=caption.dark).update(on(row)))
        figure.layout[f"yaxis{row}"].update(
            categoryorder="array", categoryarray=names[::-1], showgrid=False, ticks=""
        )
    theme.laid(figure,
        coloraxis={
            "colorscale": list(_SCALE[now]), "cmin": 0, "cmax": 1, "showscale": False,
        }
    )  # fmt: skip
    year_axis(figure, years, caption, programs)
    told = asked["fiscal_year"].unique().sort().to_list()
    if years[1] - years[0] >= _MANY:  # a phone has no room for a label a year
        shown = told if len(told) <= _MANY else range(years[0], years[1] + 1)[::-2]
        theme.axes(figure, "x",
            tickvals=list(shown), ticktext=year_labels(shown, caption, programs),
        )  # fmt: skip
    figure = dressed(figure, caption, axis="Fiscal year of the decision", height=height)
    dots = figure.select_traces({"name": theme.word("not asked"), "xaxis": "x"})
    for one in dots:
        one.showlegend = True
    return figure


def _cells(
    table: pl.DataFrame, groups: Sequence[str], years: Sequence[int], ink: str
) -> go.Heatmap:
    rows = {
        (row["group"], row["fiscal_year"]): row for row in table.rows(named=True) if row["asked"]
    }
    at = [[rows.get((group, year)) for year in years] for group in groups]
    return go.Heatmap(
        x=list(years),
        y=list(groups),
        z=[[row["share"] if row else None for row in line] for line in at],
        coloraxis="coloraxis",
        xgap=2,
        ygap=2,
        text=[[number(row["share"] if row else None) for row in line] for line in at],
        texttemplate="%{text}",
        textfont={"color": ink},
        customdata=[
            [row and (span(row["fiscal_year"]), _said(row)) for row in line] for line in at
        ],
        hovertemplate="%{y}<br>%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        name="With a value",
        hoverongaps=False,
    )


def _said(row: Mapping[str, int]) -> str:
    elsewhere = f", {row['not_asked']:,} not on their form" if row["not_asked"] else ""
    return (
        f"{row['told']:,} of {row['asked']:,} have a value, {row['blank']:,} left blank{elsewhere}"
    )


def _not_asked(table: pl.DataFrame, *, dark: bool) -> go.Scatter:
    rows = table.filter(pl.col("asked") == 0)
    return go.Scatter(
        x=rows["fiscal_year"].to_list() or [None],
        y=rows["group"].to_list() or table["group"].to_list()[:1],
        mode="markers",
        name=theme.word("not asked"),
        showlegend=False,
        marker={
            "symbol": "circle-open", "size": 6, "color": theme.MUTED[theme.mode(dark=dark)],
        },
        customdata=[span(year) for year in rows["fiscal_year"].to_list()] or [""],
        hovertemplate="%{y}<br>%{customdata}<br>Not on this form<extra></extra>",
    )  # fmt: skip


def number(share: float | None) -> str:
    """Per cent in a cell: 100 only where nothing is missing, 0 only where nothing is there."""
    if share is None:
        return ""
    whole = round(100 * share)
    if whole == 100 and share < 1:  # noqa: PLR2004
        return "99+"
    return "<1" if whole == 0 and share > 0 else str(whole)
