"""A table to read: its text wraps, and on a narrow screen each row becomes a block."""

from html import escape

import polars as pl
import streamlit as st

TWO_LINES = 66
"""The row height in pixels from which on st.dataframe wraps text."""

_STYLE = """
.wrapped { width: 100%; border-collapse: collapse; font-size: .875rem; margin: 0 }
.wrapped caption { text-align: left; font-weight: 600; font-size: 1rem; padding: 0 0 .3rem;
  caption-side: top; color: inherit }
.wrapped th, .wrapped td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border: 0; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  overflow-wrap: break-word; color: inherit; line-height: 1.4 }
.wrapped td { min-width: 6.5rem }
.wrapped tbody th { font-weight: 600; white-space: nowrap }
.wrapped .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.wrapped thead th { font-weight: 400; opacity: .8 }
@media (max-width: 640px) {
  .wrapped thead { display: none }
  .wrapped, .wrapped tbody, .wrapped caption { display: block }
  .wrapped tr { display: block; padding: .4rem 0;
    border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent) }
  .wrapped th, .wrapped td { display: block; border: 0; padding: .05rem 0; text-align: left;
    overflow-wrap: anywhere }
  .wrapped .number { text-align: left }
  .wrapped tbody th { white-space: normal }
  .wrapped td:empty { display: none }
  .wrapped [data-name]::before { content: attr(data-name) ": "; opacity: .8 }
}
"""
_NUMBER = ' class="number"'


def draw(rows: pl.DataFrame, names: dict[str, str], caption: str = "") -> None:
    """Draw the named columns of the rows, the first as the rows' heading; all text as it is."""
    head = "".join(
        f'<th scope="col"{_NUMBER if rows.schema[column].is_integer() else ""}>{escape(name)}</th>'
        for column, name in names.items()
    )
    lines = "".join(
        f"<tr>{''.join(_cell(row[column], names[column], column, names) for column in names)}</tr>"
        for row in rows.rows(named=True)
    )
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    st.html(
        f'<style>{_STYLE}</style><table class="wrapped">{above}'
        f"<thead{'' if any(names.values()) else ' hidden'}><tr>{head}</tr></thead>"
        f"<tbody>{lines}</tbody></table>"
    )


def _cell(value: object, name: str, column: str, names: dict[str, str]) -> str:
    text = f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)
    number = _NUMBER if isinstance(value, int) else ""
    label = f' data-name="{escape(name)}"' if name else ""
    if column == next(iter(names)):
        return f'<th scope="row"{number}{label if number else ""}>{escape(text)}</th>'
    return f"<td{number}{label}>{escape(text)}</td>"
