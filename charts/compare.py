"""Figures of several roles or employers beside each other: on one scale, each with its name."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10
from textwrap import wrap

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.counts import NO_TITLES, crosses
from charts.frame import ROW, Caption, above, cut, dressed, on, panels, span, year_axis, year_labels
from loaders.schema import FEWEST

Names = Mapping[str, str]
"""What is compared, by id, in its order, with the name that people read."""
_LINE = 17
"""Letters of a label beside a line, so that a phone has room for the line."""
_END = 28
"""Pixels beside an axis that ends at 100%, for half of that word."""
_MANY = 8


def _short(name: str) -> str:
    return "<br>".join(escape(line) for line in wrap(name, _LINE, max_lines=2, placeholder="…"))


def _apart(heights: Mapping[str, float], least: float) -> dict[str, float]:
    """The heights of labels, at least so far from each other, in their order."""
    placed = dict[str, float]()
    last = -least
    for name, height in sorted(heights.items(), key=lambda one: one[1]):
        last = max(height, last + least)
        placed[name] = last
    return placed


def lines(
    counts: pl.DataFrame,
    names: Names,
    *,
    years: tuple[int, int],
    caption: Caption,
    logarithmic: bool = False,
) -> go.Figure:
    """A line a role of its cases by fiscal year, named beside its end; a panel a program.

    `counts` is analytics.compare.by_year's frame. A year that `caption` has no file of is a gap,
    one with a file and no case is zero, unless it is `untitled`: a gap too, with a star. A partial
    or untitled year is hollow. A `logarithmic` scale has no
    zero: no mark there.
    """
    programs = counts["program"].unique().sort().to_list()
    figure = panels(programs, dark=caption.dark)
    found = {(row[0], row[1], row[2]): row[3] for row in counts.rows()}
    every = range(years[0], years[1] + 1)
    for row, program in enumerate(programs, start=1):
        there = set(caption.loaded.get(program, ()))
        without, unseen = set(caption.untitled.get(program, ())), set[int]()
        partial = {year for year, of in caption.partial.items() if program in of}
        ends, highest = dict[str, tuple[int, float]](), 1.0
        for number, (role, name) in enumerate(names.items()):
            light, dark, symbol = theme.COMPARED[number]
            colour = dark if caption.dark else light
            none = [None if y in without or y not in there else 0 for y in every]
            cases = [found.get((role, program, y), n) for y, n in zip(every, none, strict=True)]
            unseen |= {y for y, n in zip(every, cases, strict=True) if n is None and y in without}
            if logarithmic:
                cases = [n or None for n in cases]
            figure.add_scatter(
                name=escape(name), legendgroup=role, showlegend=row == 1,
                x=list(every), y=cases, connectgaps=False, mode="lines+markers", cliponaxis=False,
                line={"color": colour, "width": 2},
                marker={
                    "color": colour, "size": 9, "line": {"color": colour, "width": 2},
                    "symbol": [
                        f"{symbol}{'-open' * (y in partial or y in without)}" for y in every
                    ],
                },
                customdata=[span(y) + f"<br>{NO_TITLES}" * (y in without) for y in every],
                hovertemplate="%{customdata}<br>%{y:,} cases<extra>" + escape(name) + "</extra>",
                **on(row),
            )  # fmt: skip
            drawn = [(y, n) for y, n in zip(every, cases, strict=True) if n is not None]
            highest = max([highest, *(float(n) for _, n in drawn)])
            if drawn:  # a partial year is low for all: the whole one before it tells them apart
                year, n = ([one for one in drawn if one[0] not in partial] or drawn)[-1]
                ends[role] = (year, log10(n) if logarithmic else float(n))
        if unseen:
            years_, floor = sorted(unseen), 1 if logarithmic else 0
            said = [f"FY{y}" for y in years_]
            marks = crosses(years_, said, why=NO_TITLES, floor=floor, dark=caption.dark)
            figure.add_trace(marks | on(row))
        top = log10(highest) if logarithmic else highest
        heights = _apart({role: height for role, (_, height) in ends.items()}, top * 0.16)
        ended = [
            {
                "x": 1, "xref": "x domain", "yref": f"y{row}", "y": heights[role],
                "text": _short(name), "align": "left", "xanchor": "left", "xshift": 4,
                "showarrow": False,
                "font": {"size": 12, "color": theme.COMPARED[number][1 if caption.dark else 0]},
            }
            for number, (role, name) in enumerate(names.items()) if role in ends
        ]  # fmt: skip
        theme.noted(figure, ended)
        top = max([top, *heights.values()])
        figure.layout[f"yaxis{row}"].range = [0, top * 1.08]
    scale = {"type": "log", "dtick": 1} if logarithmic else {"rangemode": "tozero"}
    if not logarithmic:
        scale |= theme.whole(counts["cases"].max())
    said = "Cases (logarithmic)" if logarithmic else "Cases"
    theme.axes(figure, "y", tickformat=",d", title={"text": said}, **scale)
    year_axis(figure, years, caption, programs, floor=1 if logarithmic else 0)
    labels = year_labels(every, caption, programs)  # on a slide each year has room
    if len(every) > _MANY:  # beside the names a phone has no room for a label a year
        theme.axes(figure, "x", tickvals=list(every)[::-2], ticktext=labels[::-2])
    figure = dressed(
        figure, caption, axis="Fiscal year of the decision", height=200 + 270 * len(programs)
    )
    theme.laid(figure, showlegend=True, margin={"r": 8 * _LINE}, meta={"labels": labels})
    figure.update_traces(showlegend=False, selector=lambda one: one.meta != theme.GAP)
    return _titled(figure)


def _titled(figure: go.Figure) -> go.Figure:
    """The legend, which carries the title, stays where no entry is in it: one that is empty."""
    figure.add_scatter(
        x=[None], y=[None], name="", showlegend=True, mode="lines", hoverinfo="skip",
        line={"color": "rgba(0,0,0,0)"},
    )  # fmt: skip
    return figure


def stacked(
    parts: pl.DataFrame, names: Names, *, look: str, axis: str, caption: Caption
) -> go.Figure:
    """A lying bar a role, all of one length, in the parts of `look` in their order.

    `parts` has asked, value, cases: each role's parts are of all its cases here. One of fewer than
    FEWEST cases has no bar.
    """
    figure = panels([], dark=caption.dark)
    every = pl.col("cases").sum().over("asked")
    of = parts.with_columns(part=pl.when(every >= FEWEST).then(pl.col("cases") / every))
    known = {(role, value): (cases, part) for role, value, cases, part in of.select(
        "asked", "value", "cases", "part").rows()}  # fmt: skip
    there = set(of["value"].cast(pl.String))
    at = list(range(len(names)))
    sums = dict(of.group_by(pl.col("asked").cast(pl.String)).agg(pl.col("cases").sum()).rows())
    few = {role for role in names if sums.get(role, 0) < FEWEST}
    bare = {role: None if role in few else 0.0 for role in names}
    for value in theme.LOOKS[look]:
        if value not in there:
            continue
        cells = [known.get((role, value), (0, bare[role])) for role in names]
        figure.add_bar(
            name=theme.word(value), orientation="h", y=at, width=0.34,
            x=[part for _, part in cells],
            customdata=[
                (escape(name), cases)
                for name, (cases, _) in zip(names.values(), cells, strict=True)
            ],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]:,} cases, %{x:.1%}<extra>"
            + theme.word(value) + "</extra>",
            marker=theme.marker(look, value, dark=caption.dark),
        )  # fmt: skip
    above(
        figure, at,
        [cut(name, f" (n = {sums.get(r, 0):,}{', too few' * (r in few)})")
         for r, name in names.items()],
        barmode="stack", xaxis={"range": [0, 1], "tickformat": ".0%", "showgrid": True},
    )  # fmt: skip
    figure = dressed(figure, caption, axis=axis, height=250 + ROW * len(names))
    # Seven levels on a phone, and room for the word at the end of the axis.
    return theme.laid(figure, legend={"maxheight": 0.9}, margin={"r": _END})


def rates(rated: pl.DataFrame, *, labels: Sequence[str], caption: Caption) -> go.Figure:
    """A dot a row at its rate with its interval, under its label; none where it is too few.

    `rated` has rate, rate_low, rate_high, certified, decided. The axis begins at a round tenth
    below the lowest interval, and says so; from its end at 100% it is ticked.
    """
    lowest = rated["rate_low"].min()
    start = int(lowest * 10) / 10 if isinstance(lowest, float) else 0.0
    colour = theme.LOOKS["definition"]["of decided"][1 if caption.dark else 0]
    figure, at = panels([], dark=caption.dark), list(range(rated.height))
    figure.add_scatter(
        name="Certified of decided, with its 95% interval", mode="markers",
        x=rated["rate"].to_list(), y=at,
        error_x={
            "type": "data", "symmetric": False, "thickness": 2, "width": 5,
            "array": (rated["rate_high"] - rated["rate"]).to_list(),
            "arrayminus": (rated["rate"] - rated["rate_low"]).to_list(),
        },
        marker={"color": colour, "size": 11},
        customdata=[
            (escape(label), *row)
            for label, row in zip(
                labels,
                rated.select("certified", "decided", "rate_low", "rate_high").rows(),
                strict=True,
            )
        ],
        hovertemplate="%{customdata[0]}<br>%{x:.1%}: %{customdata[1]:,} of %{customdata[2]:,}"
        "<br>95% interval %{customdata[3]:.1%} to %{customdata[4]:.1%}<extra></extra>",
    )  # fmt: skip
    step = next(one for one in (0.02, 0.05, 0.1, 0.2) if 1 - start < 6 * one)
    scale = {
        "range": [start, 1 + 0.02 * (1 - start)], "tickformat": ".0%", "tick0": 1, "dtick": step,
        "showgrid": True, "zeroline": False,
    }  # fmt: skip
    said = [
        cut(label, f": {'too few' if rate is None else f'{rate:.1%}'} (n = {n:,})")
        for label, (rate, n) in zip(labels, rated.select("rate", "decided").rows(), strict=True)
    ]
    above(figure, at, said, xaxis=scale)
    begins = f" (the axis begins at {start:.0%})" if start else ""
    figure = dressed(
        figure, caption, axis=f"Certified of decided{begins}", height=190 + ROW * rated.height
    )
    return theme.laid(figure, margin={"r": _END})
