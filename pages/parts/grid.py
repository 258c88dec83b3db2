"""The coverage grid: a cell a program and fiscal year, its state as shape, word and colour."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from pages.parts.ledger import Cell

_SIGNS = {"loaded": "●", "part": "◐", "available": "○", "refused": "✕"}
_LEGEND = {
    "loaded": "loaded",
    "part": "some of the year's files loaded",
    "available": "at DOL, not loaded",
    "refused": "a file of it was refused",
}
_COLOURS = {
    "light": {"loaded": "#0F766E", "part": "#0F766E", "available": "#5B6472", "refused": "#C2410C"},
    "dark": {"loaded": "#4FC3B5", "part": "#4FC3B5", "available": "#A8B3C4", "refused": "#F87C5A"},
}
_STYLE = """
.releases-grid { margin: 0 0 .6rem }
.releases-grid b { display: block; margin-bottom: .2rem }
.releases-grid ul { display: grid; gap: .2rem; margin: 0; padding: 0; list-style: none;
  grid-template-columns: repeat(auto-fill, minmax(2.95rem, 1fr)) }
.releases-grid li { margin: 0; padding: .2rem 0; text-align: center; border-radius: .3rem;
  border: 1px solid color-mix(in srgb, currentColor 30%, transparent);
  font-size: .75rem; line-height: 1.25; font-variant-numeric: tabular-nums }
.releases-grid li.available { border-style: dashed }
.releases-grid span { display: block; white-space: nowrap; letter-spacing: -.01em }
.releases-legend { margin: 0; font-size: .85rem }
.releases-legend > span { display: inline-block; margin-right: 1.2rem }
"""


def draw(cells: Iterable[Cell]) -> None:
    """Draw the cells, a line of them for each program."""
    cells = list(cells)
    colours = _COLOURS["dark" if st.context.theme.type == "dark" else "light"]
    tint = "".join(
        f".releases-grid li.{state} span, .releases-legend .{state} {{ color: {colour} }}"
        for state, colour in colours.items()
    )
    lines = "".join(
        f'<div class="releases-grid"><b>{escape(program.upper())}</b>'
        f'<ul aria-label="{escape(program.upper())} by fiscal year">'
        f"{''.join(_cell(cell) for cell in cells if cell.program == program)}</ul></div>"
        for program in dict.fromkeys(cell.program for cell in cells)
    )
    drawn = {cell.state for cell in cells}
    legend = " ".join(
        f'<span><span class="{state}" aria-hidden="true">{_SIGNS[state]}</span> {words}</span>'
        for state, words in _LEGEND.items()
        if state in drawn
    )
    st.html(f'<style>{_STYLE}{tint}</style>{lines}<p class="releases-legend">{legend}</p>')


def _cell(cell: Cell) -> str:
    words = {"available": "at DOL"}.get(cell.state, cell.says)
    return (
        f'<li class="{cell.state}" title="FY{cell.fiscal_year}: {escape(cell.says)}">'
        f'FY{cell.fiscal_year}<span aria-hidden="true">{_SIGNS[cell.state]}</span>'
        f"<span>{escape(words)}</span></li>"
    )
