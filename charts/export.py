"""A figure as a file: interactive HTML always, a picture where there is a Chromium."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio
from choreographer.browsers.chromium import Chromium
from plotly.offline import get_plotlyjs

from charts import theme

SHELL = "chromium-headless-shell"
"""Debian's Chromium without a window: it starts sooner, and no finder of browsers knows it."""
WIDTH = 1000
"""Pixels that a picture is wide; its height is the figure's."""
HOW = (
    "A picture needs Chrome or Chromium, and none was found on this machine: install it, or run "
    "plotly_get_chrome, and open this page again. The camera over a figure saves a PNG without it."
)
CONFIG = {"displaylogo": False, "responsive": True, "showSendToCloud": False}
# A page of ours fetches nothing: what it shows is in it.
SHUT = (
    "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; "
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:\">"
)


def browser() -> str | None:
    """Where the Chromium is that makes pictures; None where there is none."""
    given = os.environ.get("BROWSER_PATH")
    if given:
        return shutil.which(given)
    return Chromium.find_browser(skip_local=False) or shutil.which(SHELL)


def pictures(figures: Sequence[go.Figure], kind: str) -> list[bytes]:
    """Each figure as PNG, SVG or PDF on its own ground; one start of the browser for all."""
    import kaleido  # noqa: PLC0415 - a tenth of a second of every start

    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.{kind}" for number in range(len(figures))]
        kaleido.write_fig_from_object_sync(
            [
                {"fig": grounded(one).to_dict(), "path": path, "opts": _size(one, kind)}
                for one, path in zip(figures, paths, strict=True)
            ],
            # What it would fetch to set formulas: names are no formulas.
            kopts={"mathjax": False, "path": browser()},
        )
        return [path.read_bytes() for path in paths]


def _size(figure: go.Figure, kind: str) -> dict[str, object]:
    return {
        "format": kind, "width": WIDTH, "height": height(figure), "scale": 2 if kind == "png" else 1
    }  # fmt: skip


def is_dark(figure: go.Figure) -> bool:
    """Whether the figure is in the colours for a dark page."""
    return layout(figure).template.layout.font.color == theme.INK["dark"]


def height(figure: go.Figure) -> int:
    """Pixels that the figure is high."""
    return layout(figure).height or 460


def layout(figure: go.Figure) -> Any:
    """The figure's layout: plotly makes its names when it runs, so that no type knows them."""
    return figure.layout


def grounded(figure: go.Figure) -> go.Figure:
    """The figure on the surface that its colours are made for, with air around it."""
    surface = theme.SURFACE[theme.mode(dark=is_dark(figure))]
    own = layout(figure).margin.to_plotly_json()  # room that names beside the lines need
    margin = {side: max(24, own.get(side) or 0) for side in "lrtb"}
    return go.Figure(figure).update_layout(
        paper_bgcolor=surface, plot_bgcolor=surface, margin=margin
    )


def html(figure: go.Figure, title: str) -> bytes:
    """A page with the figure to hover and zoom; it fetches nothing."""
    div = embedded(grounded(figure))
    return page(title, f"<style>body {{ margin: 0 }}</style>{div}").encode()


def page(title: str, body: str) -> str:
    """An HTML page with the code that draws figures in it, shut to every other address."""
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{SHUT}"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><script>{get_plotlyjs()}</script></head>"
        f"<body>{body}</body></html>"
    )


def embedded(figure: go.Figure, *, fixed: bool = False) -> str:
    """The figure as a part of `page`; as wide as there is room, unless its size is fixed."""
    return pio.to_html(
        figure,
        config=CONFIG | {"responsive": not fixed, "staticPlot": fixed},
        include_plotlyjs=False,
        include_mathjax=False,
        full_html=False,
        default_height=f"{height(figure)}px",
    )
