"""The states as tiles of one size, each about where it lies: small states are seen as well.

A map would fetch its shapes from a server, and by area Alaska would be most of it.
"""

from collections.abc import Mapping
from html import escape

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.counts import bold, lines, mark_sample
from charts.frame import Caption

_SCALES = {False: ("#DCEAF5", "#153E6B"), True: ("#22384F", "#CFE5F7")}
"""From few to many, in light and in dark, in the hue of the wage levels."""
_EVEN = 0.179
"""The luminance on which black and white stand out alike, both at more than 4.5:1 (WCAG)."""


def states(
    values: pl.DataFrame, tiles: Mapping[str, str], *, unit: str, caption: Caption
) -> go.Figure:
    """A tile a state, the deeper the larger its value; a state without one is an empty tile.

    `values` has state, value (a number from 0, or null) and said, which a pointer is told;
    `tiles` the `ROW COLUMN` of each state. Colours go by the square root: few states have most.
    """
    given = {state: (value, said) for state, value, said in values.rows()}
    most = max((value for value, _ in given.values() if value), default=1)
    ticks = sorted({0, round(most / 4), round(most)})
    shades = {
        state: (value / most) ** 0.5 for state, (value, _) in given.items() if value is not None
    }
    at = {state: (int(row), int(column)) for state, tile in tiles.items()
          for row, column in [tile.split()]}  # fmt: skip
    rows, columns = (max(one) for one in zip(*at.values(), strict=True))
    on = {place: state for state, place in at.items()}
    grid = [[on.get((row, column)) for column in range(columns + 1)] for row in range(rows + 1)]
    figure = go.Figure()
    figure.add_heatmap(
        z=[[shades.get(state or "") for state in row] for row in grid],
        zmin=0, zmax=1, xgap=3, ygap=3,
        colorscale=[[0, _SCALES[caption.dark][0]], [1, _SCALES[caption.dark][1]]],
        text=[[escape(given[state][1]) if state in given else "" for state in row] for row in grid],
        hovertemplate="%{text}<extra></extra>", hoverongaps=False,
        colorbar={
            "orientation": "h", "thickness": 10, "len": 0.6, "y": -0.02, "yanchor": "top",
            "title": {"text": lines(unit, caption.source), "side": "bottom", "font": {"size": 13}},
            "outlinewidth": 0,
            "tickvals": [(tick / most) ** 0.5 for tick in ticks],
            "ticktext": [f"{tick:,}" for tick in ticks],
        },
    )  # fmt: skip
    now = theme.mode(dark=caption.dark)
    inks = {state: _ink(shade, dark=caption.dark) for state, shade in shades.items()}
    figure.add_scatter(
        x=[column for _, column in at.values()], y=[row for row, _ in at.values()],
        text=[escape(state) for state in at], mode="text", hoverinfo="skip", showlegend=False,
        textfont={"size": 12, "color": [inks.get(state, theme.MUTED[now]) for state in at]},
    )  # fmt: skip
    empty = [
        {"type": "rect", "x0": column - 0.45, "x1": column + 0.45, "y0": row - 0.45,
         "y1": row + 0.45, "line": {"color": theme.GRID[now], "width": 1}}
        for state, (row, column) in at.items() if state not in shades
    ]  # fmt: skip
    title = bold(caption.title)
    bare = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "",
            "constrain": "domain", "fixedrange": True}  # fmt: skip
    theme.laid(
        figure, shapes=empty, template=theme.template(dark=caption.dark), height=460,
        margin={"t": 56}, xaxis=bare | {"range": [-0.5, columns + 0.5]},
        yaxis=bare | {"range": [rows + 0.5, -0.5], "scaleanchor": "x"},
        title={"text": lines(title, " · ".join(caption.filters)), "font": {"size": 14}, "x": 0,
               "xref": "paper", "y": 0.97, "yanchor": "top"},
    )  # fmt: skip
    if caption.sample:
        mark_sample(figure, dark=caption.dark)
    return figure


def _ink(shade: float, *, dark: bool) -> str:
    """Black or white, whichever stands out more on a shade."""
    few, many = (
        [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)] for colour in _SCALES[dark]
    )
    mixed = [low + (high - low) * shade for low, high in zip(few, many, strict=True)]
    light = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in mixed]  # noqa: PLR2004
    luminance = sum(part * one for part, one in zip((0.2126, 0.7152, 0.0722), light, strict=True))
    return "#000000" if luminance > _EVEN else "#FFFFFF"
