"""The frame of every figure: what travels with it, panels, the axis of years, labels above bars."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from textwrap import shorten
from typing import Any

import plotly.graph_objects as go

from charts import theme
from charts.counts import Partial, bold, crosses, lines, mark_sample, months, partly

ROW = 48
"""Pixels that a bar or a band takes."""
BAR = 0.4
"""The part of it that a bar is wide, at most: its label stands above."""
WIDEST = 46
"""Letters that a label may have where a phone shows it."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What travels with every picture of a figure, and how it looks.

    `partial` has the fiscal years that are not whole, each with the programs that it is not of.
    `loaded` has the fiscal years with a file, of each program; without it no year is said to have
    none. `untitled` has those whose file has no job titles of employers, where these matter.
    """

    title: str
    filters: tuple[str, ...] = ()
    source: str = ""
    partial: Partial = field(default_factory=dict)
    loaded: Mapping[str, Sequence[int]] = field(default_factory=dict)
    untitled: Mapping[str, Sequence[int]] = field(default_factory=dict)
    sample: bool = False
    dark: bool = False


def dressed(figure: go.Figure, caption: Caption, *, axis: str, height: int) -> go.Figure:
    """The figure with its title, filters and source, in the look of all figures."""
    title = bold(caption.title)
    *higher, lowest = (one.plotly_name for one in figure.select_xaxes())
    theme.laid(
        figure,
        template=theme.template(dark=caption.dark),
        height=height,
        showlegend=True,
        legend={"title": {"text": lines(title, " · ".join(caption.filters)), "side": "top"}}
        | ({"y": 1 + 22 / height} if higher else {}),  # above the name of the first panel
        **{lowest: {"title": {"text": lines(axis, caption.source)}}},
    )
    if caption.sample:
        mark_sample(figure, dark=caption.dark)
    return figure


def panels(
    programs: Sequence[str], *, dark: bool, gap: float = 0.1, sizes: Sequence[float] = ()
) -> go.Figure:
    """A row a program on one axis of years, each named where there are several.

    `gap` is the part of the height between two, `sizes` how high they are beside each other. A
    trace goes to its row by `on`. (plotly's own make_subplots takes ten times as long.)
    """
    weights = sizes or [1.0] * max(len(programs), 1)
    last, room = len(weights), 1 - gap * (len(weights) - 1)
    heights = [room * one / sum(weights) for one in weights]
    tops = [1 - sum(heights[:row]) - gap * row for row in range(last)]
    above_last = {"matches": f"x{last}", "showticklabels": False}
    axes = dict[str, Any]()
    for row, (top, height) in enumerate(zip(tops, heights, strict=True), start=1):
        axes[f"xaxis{row}"] = {"anchor": f"y{row}"} | (above_last if row < last else {})
        axes[f"yaxis{row}"] = {"anchor": f"x{row}", "domain": [max(top - height, 0), top]}
    names = [
        {
            "text": theme.word(one), "x": 0, "y": top, "xref": "paper", "yref": "paper",
            "xanchor": "left", "yanchor": "bottom", "showarrow": False,
            "font": {"size": 13, "color": theme.MUTED[theme.mode(dark=dark)]},
        }
        for one, top in zip(programs, tops, strict=False)
    ]  # fmt: skip
    return go.Figure(layout=axes | {"annotations": names if last > 1 else []})


def on(row: int) -> dict[str, str]:
    """The axes of a row of `panels`, for a trace of it."""
    return {"xaxis": f"x{row}", "yaxis": f"y{row}"}


def year_axis(
    figure: go.Figure,
    years: tuple[int, int],
    caption: Caption,
    programs: Sequence[str] = (),
    *,
    floor: float = 0,
) -> None:
    """Every fiscal year from the first to the last: partial years and those without a file say so.

    `programs` are those of the panels, `floor` is where the axis of values begins.
    """
    every = list(range(years[0], years[1] + 1))
    theme.axes(figure, "x",
        type="linear", range=[years[0] - 0.6, years[1] + 0.6], tickvals=every,
        ticktext=year_labels(every, caption, programs),
        # Upright only where they touch, as on a phone.
        autotickangles=[-45, -90] if len(every) > 8 else [0, -45, -90],  # noqa: PLR2004
        showgrid=False,
    )  # fmt: skip
    no_files(figure, ((y, y, f"FY{y}") for y in every), caption, programs, floor=floor)


def year_labels(years: Iterable[int], caption: Caption, programs: Sequence[str] = ()) -> list[str]:
    """`FY2024`, `FY2025 partial`, or `FY2025 PERM partial` where only one of the programs is."""
    of = programs or tuple(caption.loaded)
    return [f"FY{year} {partly(caption.partial, year, of)}".rstrip() for year in years]


def no_files(
    figure: go.Figure,
    places: Iterable[tuple[float | date, int, str]],
    caption: Caption,
    programs: Sequence[str] = (),
    *,
    floor: float = 0,
) -> None:
    """A cross at each place on the axis, with its fiscal year and name, that no file is loaded of.

    A panel goes by the files of its program, a figure without panels by those of all.
    """
    if not caption.loaded:
        return
    every = list(places)
    panels_ = [(one,) for one in programs] or [tuple(caption.loaded)]
    said = False
    for row, of in enumerate(panels_, start=1):
        there = {year for one in of for year in caption.loaded.get(one, ())}
        gaps = [(at, name) for at, year, name in every if year not in there]
        if gaps:
            marks = crosses(*zip(*gaps, strict=True), floor=floor, dark=caption.dark)
            figure.add_trace(marks | {"showlegend": not said} | on(row))
            said = True


def span(year: int) -> str:
    """A fiscal year with its months."""
    return f"FY{year} ({months((year, None))})"


def cut(label: str, numbers: str) -> str:
    """A label with its numbers, as wide as a phone has room: the label is cut, the numbers never.

    A label of one long word is cut within it.
    """
    room = WIDEST - len(numbers)
    words = " ".join(label.split())
    whole = shorten(words, room, placeholder="…")
    return (whole if len(whole) > 1 or len(words) < room else words[: room - 1] + "…") + numbers


def above(figure: go.Figure, at: Sequence[int], labels: Sequence[str], **layout: Any) -> None:
    """Each row's label above its bar, where a phone has room for it; and more of the layout."""
    named = [
        {"x": 0, "xref": "paper", "xanchor": "left", "y": row - BAR / 2, "yref": "y",
         "yanchor": "bottom", "yshift": 2, "showarrow": False, "font": {"size": 13},
         "text": escape(shorten(label, WIDEST, placeholder="…"))}
        for row, label in zip(at, labels, strict=True)
    ]  # fmt: skip
    rows = {"showticklabels": False, "showgrid": False, "zeroline": False}
    theme.noted(figure, named, yaxis=rows | {"range": [len(at) - 0.5, -0.9]}, **layout)
