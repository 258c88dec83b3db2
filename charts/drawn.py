"""What a figure says, read back from it: its title, and the series that another program can draw.

Bars, stacked bars and lines over categories; what is more than that is a picture there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from itertools import cycle
from math import ceil
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.counts import NO_TITLES

_TAGS = re.compile(r"<(?!br)/?(?:b|i|em|span|sup|sub|a)\b[^<>]*>", re.IGNORECASE)
_BREAK = r"<br\s*/?>"
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SPARE = [looks[0] for looks in theme.LOOKS["status"].values()]


@dataclass(frozen=True, slots=True)
class Series:
    """Values over the categories of a panel, None where there is none; a colour for each."""

    name: str
    values: tuple[float | None, ...]
    colours: tuple[str, ...]
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes: how its series are drawn, and over which categories."""

    kind: Literal["columns", "bars", "lines"]
    stacked: bool
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    numbers: str


def words(text: object) -> str:
    """Text of a figure without its markup, on one line; what was escaped is itself again."""
    lines = re.sub(_BREAK, " ", str(text or ""))
    return " ".join(_UNSEEN.sub("", unescape(_TAGS.sub("", lines))).split())


def title(figure: go.Figure) -> tuple[str, str]:
    """The title of the figure, and the smaller line under it."""
    layout: Any = figure.layout
    text = layout.legend.title.text or layout.title.text or ""
    if "</b>" in text:  # of several lines
        first, _, more = text.partition("</b>")
    else:
        first, *rest = re.split(_BREAK, text)
        more = " ".join(rest)
    return words(first), words(more)


def blank(figure: go.Figure) -> bool:
    """Whether nothing is drawn between the axes: no value was known, or none could be told."""
    traces: Any = figure.data
    return not any(
        one.x is None
        or any(x is not None and y is not None for x, y in zip(one.x, one.y, strict=False))
        for one in traces
        if one.meta != theme.GAP
    )


_NOWHERE = (None,)
"""What a trace is over that stands in the legend alone."""


def panels(figure: go.Figure) -> list[Panel]:
    """The panels of a figure that consists of bars, stacked bars or lines; else none."""
    drawn = figure.to_dict()
    layout = drawn["layout"]
    shown = [
        one for one in drawn["data"]
        if one.get("visible", True) is True and tuple(one.get("x", ())) != _NOWHERE
    ]  # fmt: skip
    axes = dict.fromkeys((one.get("xaxis", "x"), one.get("yaxis", "y")) for one in shown)
    titles = _titles(layout, len(axes))
    found = [
        _panel([one for one in shown if (one.get("xaxis", "x"), one.get("yaxis", "y")) == pair],
               layout, pair, name)
        for pair, name in zip(axes, titles, strict=True)
    ]  # fmt: skip
    whole = [one for one in found if one]
    return whole if len(whole) == len(found) else []


def _titles(layout: Mapping[str, Any], many: int) -> list[str]:
    """The names of the panels, which stand above them as plotly puts them."""
    above = [
        words(one["text"])
        for one in layout.get("annotations", [])
        if one.get("yref") == "paper" and one.get("yanchor") == "bottom"
    ]
    return above if len(above) == many else [""] * many


def _panel(
    traces: Sequence[Mapping[str, Any]],
    layout: Mapping[str, Any],
    pair: tuple[str, str],
    name: str,
) -> Panel | None:
    gaps = {
        at: "no titles" if one["name"] == NO_TITLES else "no file"
        for one in traces
        if one.get("meta") == theme.GAP
        for at in one["x"]
    }
    series = [one for one in traces if one.get("meta") != theme.GAP]
    kind = _kind(series, layout)
    if not kind:
        return None
    of, by = ("y", "x") if kind == "bars" else ("x", "y")
    across, along = (_axis(layout, pair["xy".index(one)]) for one in (of, by))
    places = _places(series, of, across)
    labels = _labels(places, layout, across, lying=kind == "bars")
    partial = {
        one.get("x") for one in layout.get("annotations", []) if one.get("text") == "partial"
    }
    said = tuple(
        label + (" (partial)" if at in partial and "partial" not in label else "")
        + (f" ({gaps[at]})" if at in gaps else "")
        for at, label in zip(places, labels, strict=True)
    )  # fmt: skip
    spare = cycle(_SPARE)
    return Panel(
        kind,
        stacked=kind != "lines" and layout.get("barmode") in {"stack", "relative"},
        title=name,
        categories=said,
        series=tuple(_series(one, places, of, by, next(spare)) for one in series),
        axis=words(re.split(_BREAK, along.get("title", {}).get("text", ""))[0]),
        numbers=_numbers(along.get("tickformat", "")),
    )


def _kind(
    traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]
) -> Literal["columns", "bars", "lines"] | None:
    kinds = {one["type"] for one in traces}
    if kinds == {"bar"}:
        beside = layout.get("barmode") != "overlay" or len(traces) == 1
        lying = {one.get("orientation") == "h" for one in traces}
        if beside and len(lying) == 1 and not any(_there(one.get("base")) for one in traces):
            return "bars" if lying.pop() else "columns"
    plain = not any({"error_y", "error_x", "fill"} & set(one) for one in traces)
    joined = all("lines" in one.get("mode", "") for one in traces)
    return "lines" if kinds == {"scatter"} and plain and joined else None


def _there(value: object) -> bool:
    return value is not None


def _axis(layout: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return layout.get(f"{name[0]}axis{name[1:]}", {})


def _places(traces: Sequence[Mapping[str, Any]], of: str, axis: Mapping[str, Any]) -> list[Any]:
    """The places on the axis, gaps between them included: named by it, or months."""
    found = list(dict.fromkeys(at for one in traces for at in one[of]))
    for named in (axis.get("categoryarray"), axis.get("tickvals")):
        if named is not None and set(found) <= set(named):
            return list(named)
    if found and all(isinstance(at, date) and at.day == 1 for at in found):
        return pl.date_range(min(found), max(found), "1mo", eager=True).to_list()
    number = all(isinstance(at, int | float) for at in found)
    return sorted(found) if number else found


def _labels(
    places: Sequence[Any], layout: Mapping[str, Any], axis: Mapping[str, Any], *, lying: bool
) -> list[str]:
    """What stands at each place: given with the figure, at its ticks, or above its bars."""
    given = layout.get("meta")
    if isinstance(given, Mapping) and len(given.get("labels", ())) == len(places):
        return [words(one) for one in given["labels"]]
    ticks = dict(zip(axis.get("tickvals") or (), axis.get("ticktext") or (), strict=False))
    if lying:
        ticks |= {
            ceil(one["y"]): one["text"]  # above its bar
            for one in layout.get("annotations", [])
            if one.get("xref") == "paper" and one.get("yref", "y") == "y"
        }
    return [f"{at:%b %Y}" if isinstance(at, date) else words(ticks.get(at, at)) for at in places]


def _series(
    trace: Mapping[str, Any], places: Sequence[Any], of: str, by: str, spare: str
) -> Series:
    at = dict(zip(trace[of], trace[by], strict=True))
    marker = trace.get("marker", {})
    colour = marker.get("color") or trace.get("line", {}).get("color") or spare
    colours = _each(colour, trace[of], places, spare)
    opacities = _each(marker.get("opacity", 1.0), trace[of], places, 1.0)
    return Series(
        words(trace.get("name", "")),
        tuple(_number(at.get(place)) for place in places),
        tuple(_paler(*both) for both in zip(colours, opacities, strict=True)),
        hatch=_hatch(marker.get("pattern", {}).get("shape", "")),
    )


def _each(value: Any, own: Sequence[Any], places: Sequence[Any], spare: Any) -> list[Any]:
    """One value for each place, of one for all or one for each point."""
    if isinstance(value, str | float | int):
        return [value] * len(places)
    at = dict(zip(own, value, strict=True))
    return [at.get(place, spare) for place in places]


def _hatch(shape: Any) -> str:
    return shape if isinstance(shape, str) else ""


def _number(value: Any) -> float | None:
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN


def _paler(colour: str, opacity: float) -> str:
    """The colour on white, `#RRGGBB`."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        return _SPARE[0]
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part * opacity + 255 * (1 - opacity)):02X}" for part in parts)


def _numbers(form: str) -> str:
    """The format of the axis, as spreadsheets write it."""
    if "%" in form:
        return "0%"
    return "$#,##0" if form.startswith("$") else "#,##0"


def seen(text: str) -> str:
    """The text without characters that no document can hold."""
    return _UNSEEN.sub("", text)


def notes(figure: go.Figure) -> list[str]:
    """What the dashed lines of a figure say, in words: where the codes changed."""
    layout = figure.to_dict()["layout"]
    places = layout.get("xaxis", {}).get("categoryarray")
    return [
        f"{words(one['text'])} from {words(places[int(one['x'] + 0.5)])} on."
        for one in layout.get("annotations", [])
        if one.get("textangle") == -90 and places is not None and isinstance(one["x"], float)  # noqa: PLR2004
    ]
