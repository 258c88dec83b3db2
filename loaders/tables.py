"""Tables as files: CSV and Excel, in which text stays text and no spreadsheet runs it."""

import io
from collections.abc import Mapping

import polars as pl
import xlsxwriter

from loaders.listings import inert

_LITERAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def csv(table: pl.DataFrame) -> bytes:
    """The table as CSV; text that a spreadsheet would run begins with an apostrophe."""
    return _flat(table).with_columns(inert(pl.col(pl.String))).write_csv().encode()


def xlsx(
    table: pl.DataFrame,
    columns: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
) -> bytes:
    """The table as a workbook: named columns under their words, and a sheet of what is said of it.

    Text cells are text whatever they begin with.
    """
    file, said = io.BytesIO(), columns or {}
    with xlsxwriter.Workbook(file, _LITERAL | {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("Numbers")
        flat = _flat(table)
        for at, (name, kind) in enumerate(flat.schema.items()):
            sheet.write_string(0, at, said.get(name, name))
            if kind == pl.String:
                for row, value in enumerate(flat[name], start=1):
                    if value is not None:
                        sheet.write_string(row, at, value)
            else:
                sheet.write_column(1, at, flat[name], day if kind.is_temporal() else None)
        sheet.freeze_panes(1, 0)
        if about:
            told = book.add_worksheet("About")
            for row, pair in enumerate(about.items()):
                told.write_row(row, 0, pair)
    return file.getvalue()


def _flat(table: pl.DataFrame) -> pl.DataFrame:
    """Lists as text, closed sets of values too: no sheet has them otherwise."""
    lists = [name for name, kind in table.schema.items() if kind == pl.List]
    closed = [name for name, kind in table.schema.items() if kind == pl.Enum]
    joined = (pl.col(name).cast(pl.List(pl.String)).list.join(", ") for name in lists)
    return table.with_columns(*joined, pl.col(closed).cast(pl.String))
