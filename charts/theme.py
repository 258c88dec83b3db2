"""One look for every figure: colours by meaning, light and dark.

Contrasts against the surfaces are at least 3:1 for marks, or the mark has an outline; hatches
tell apart what hue alone would not.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import plotly.graph_objects as go
import plotly.io as pio
from plotly.basedatatypes import BasePlotlyType

Figure = go.Figure
"""What a chart is made as; pages hand it on."""

pio.templates.default = None  # every figure gets ours, and none carries plotly's own until then

INK = {"light": "#1B2A41", "dark": "#E6EDF6"}
MUTED = {"light": "#5B6472", "dark": "#A8B3C4"}
SURFACE = {"light": "#FFFFFF", "dark": "#0F172A"}
OWN = {"light": "#0B7285", "dark": "#4DB6C6"}
REST = {"light": "#CBD3DD", "dark": "#334155"}
"""The selected one, and all others."""
GRID = {"light": "#E3E8EF", "dark": "#24314A"}

# value -> (light, dark, hatch)
LOOKS: dict[str, dict[str | None, tuple[str, str, str]]] = {
    "program": {
        "lca": ("#0B7285", "#4DB6C6", ""),
        "perm": ("#B45309", "#F0A04B", ""),
    },
    "status": {
        "certified": ("#0F766E", "#4FC3B5", ""),
        "certified-withdrawn": ("#0F766E", "#4FC3B5", "/"),
        "certified-expired": ("#0F766E", "#4FC3B5", "."),
        "withdrawn": ("#A3AFBF", "#A8B3C4", "\\"),
        "denied": ("#C2410C", "#F87C5A", ""),
        "other": ("#CBD3DD", "#334155", "x"),
    },
    "visa_class": {
        "H-1B": ("#0B7285", "#4DB6C6", ""),
        "E-3": ("#6D4AA8", "#B79AE8", ""),
        "H-1B1 Chile": ("#9A3412", "#F5A97F", "/"),
        "H-1B1 Singapore": ("#9D174D", "#F08BB4", "\\"),
        "blank": ("#CBD3DD", "#334155", "x"),
        "not asked": ("#FFFFFF", "#0F172A", "."),
    },
    # Ordinal: always in this order.
    "wage_level": {
        "I": ("#A9CCE3", "#2F4F6F", ""),
        "II": ("#5B9BC9", "#4A80B0", ""),
        "III": ("#2E6DA4", "#82B5DE", ""),
        "IV": ("#153E6B", "#CFE5F7", ""),
        "blank": ("#CBD3DD", "#334155", ""),
        "not asked": ("#FFFFFF", "#0F172A", "."),
    },
    # Ordinal as well, in a hue of its own.
    "seniority": {
        "intern": ("#EFE8F8", "#2E2148", ""),
        "entry": ("#D3C3EA", "#463468", ""),
        "mid": ("#B59DDA", "#61498B", ""),
        "senior": ("#9576C4", "#8469B4", ""),
        "staff-principal": ("#7453A8", "#A48CD0", ""),
        "manager": ("#543685", "#C3B1E5", ""),
        "director-vp": ("#351B5E", "#E6DCF7", ""),
    },
    "definition": {
        "of decided": ("#0F766E", "#4FC3B5", ""),
        "of all": ("#6D4AA8", "#B79AE8", ""),
        "as labelled": ("#5B6472", "#A8B3C4", ""),
    },
    # The parts of an employer's score.
    "part": {
        "volume": ("#0B7285", "#4DB6C6", ""),
        "consistency": ("#2E6DA4", "#82B5DE", "/"),
        "recency": ("#5B9BC9", "#4A80B0", ""),
        "certification": ("#0F766E", "#4FC3B5", "."),
        "pay": ("#6D4AA8", "#B79AE8", ""),
        "perm": ("#B45309", "#F0A04B", "\\"),
    },
}
GAP = "gap"
"""The meta of marks that say where no file is loaded: they are no values."""
OUTLINED = {"wage_level", "seniority"}
"""Columns with fills too pale to stand out by themselves."""
COMPARED = (
    ("#2456A6", "#8AB4F8", "circle"),
    ("#C05600", "#F5A250", "square"),
    ("#6D4AA8", "#C4A7F0", "diamond"),
    ("#00796B", "#5AD1BE", "triangle-up"),
    ("#A61E4D", "#F58FB4", "pentagon"),
    ("#5B6472", "#C3CCD9", "triangle-down"),
)
"""Light, dark and symbol of what is compared, in its order: each is labelled as well."""
SEVERAL = len(COMPARED)
"""How many can stand beside each other."""
SYMBOLS = {"of decided": "circle", "of all": "diamond-open", "as labelled": "square-open"}
WORDS: dict[str | None, str] = {
    "lca": "LCA",
    "perm": "PERM",
    "certified": "Certified",
    "certified-withdrawn": "Certified, later withdrawn",
    "certified-expired": "Certified, expired since",
    "withdrawn": "Withdrawn",
    "denied": "Denied",
    "other": "Other",
    "blank": "Left blank",
    "not asked": "Not on this form",
    "of decided": "Of decided",
    "of all": "Of all determinations",
    "as labelled": "Still labelled Certified, of all",
    "intern": "Intern",
    "entry": "Entry",
    "mid": "Mid, or nothing said",
    "senior": "Senior",
    "staff-principal": "Staff, principal",
    "manager": "Manager",
    "director-vp": "Director, VP",
    **{level: f"Level {level}" for level in ("I", "II", "III", "IV")},
}


def mode(*, dark: bool) -> str:
    """The key of this module's colour tables."""
    return "dark" if dark else "light"


def word(value: str | None) -> str:
    """A value of a column as people say it."""
    return WORDS.get(value, value or "Not said")


def marker(column: str, value: str | None, *, dark: bool) -> dict[str, object]:
    """The fill, hatch and outline of a bar for a value of a column."""
    light, night, hatch = LOOKS[column].get(value, ("#CBD3DD", "#334155", "x"))
    colour = night if dark else light
    outlined = hatch or column in OUTLINED
    ink, surface = INK[mode(dark=dark)], SURFACE[mode(dark=dark)]
    return {
        "color": colour,
        "pattern": {
            "fillmode": "overlay",
            "shape": hatch,
            "fgcolor": MUTED[mode(dark=dark)] if colour == surface else surface,
            "size": 6,
            "solidity": 0.3,
        },
        "line": {"color": ink if outlined else colour, "width": 0.6 if outlined else 0},
    }


def laid(figure: go.Figure, **layout: Any) -> go.Figure:
    """The figure with more of a layout, as plotly's update_layout, but that lists are replaced."""
    now: Any = figure.layout
    for name, new in layout.items():
        old = now[name] if name in now else None  # noqa: SIM401 - a layout has no get
        there = old.to_plotly_json() if isinstance(old, BasePlotlyType) else {}
        now[name] = _merged(there, new) if isinstance(new, Mapping) else new
    return figure


def axes(figure: go.Figure, which: Literal["x", "y"], **layout: Any) -> go.Figure:
    """The figure with more of a layout for all of its axes of x or of y."""
    there = {name for name in figure.layout.to_plotly_json() if name.startswith(f"{which}axis")}
    return laid(figure, **dict.fromkeys(there or {f"{which}axis"}, layout))


def whole(highest: object) -> dict[str, int]:
    """A tick a case on an axis so short that plotly would number halves, each rounded to a case."""
    return {"dtick": 1} if isinstance(highest, int) and highest <= _TICKS else {}


_TICKS = 5


def noted(figure: go.Figure, notes: Sequence[Mapping[str, Any]], **layout: Any) -> go.Figure:
    """The figure with more annotations, and more of a layout."""
    now: Any = figure.layout
    return laid(figure, annotations=[*now.annotations, *notes], **layout)


def ruled(
    figure: go.Figure,
    which: Literal["x", "y"],
    at: float,
    line: Mapping[str, object],
    note: Mapping[str, object] | None = None,
) -> go.Figure:
    """The figure, of one panel, with a line across it at a value of x or of y, and a note at it."""
    across = "y" if which == "x" else "x"
    refs = {f"{which}ref": which, f"{across}ref": f"{across} domain"}
    ends = {f"{which}0": at, f"{which}1": at, f"{across}0": 0, f"{across}1": 1}
    beside = {which: at, across: 1, "xanchor": "left", "yanchor": "top", "showarrow": False}
    notes = [] if note is None else [{**beside, **refs, **note}]
    now: Any = figure.layout
    rule = {"type": "line", "line": line} | ends | refs
    return noted(figure, notes, shapes=[*now.shapes, rule])


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {**old} | {
        name: _merged(old[name], value)
        if isinstance(value, Mapping) and isinstance(old.get(name), Mapping)
        else value
        for name, value in new.items()
    }


@cache
def template(*, dark: bool) -> go.layout.Template:
    """The layout that all figures share."""
    now = mode(dark=dark)
    axis = {
        "gridcolor": GRID[now],
        "linecolor": MUTED[now],
        "tickfont": {"color": MUTED[now], "size": 13},
        "title": {"font": {"color": MUTED[now], "size": 13}},
        "zerolinecolor": MUTED[now],
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": "system-ui, sans-serif", "color": INK[now], "size": 14},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": axis | {"showgrid": False},
            "yaxis": axis,
            "legend": {
                "orientation": "h",
                "traceorder": "normal",
                "yanchor": "bottom",
                "y": 1.0,
                "x": 0,
                "title": {"text": ""},
                "font": {"color": INK[now]},
            },
            "hoverlabel": {
                "bgcolor": SURFACE[now],
                "bordercolor": MUTED[now],
                "font": {"color": INK[now]},
            },
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "bargap": 0.25,
        }
    )
