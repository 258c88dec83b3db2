"""What a person takes along: the table behind a figure, its picture, all the rows of a choice."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts import drawn, export
from charts.theme import Figure
from loaders import tables
from loaders.schema import Filing

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = "application/zip"
_PARQUET = "application/vnd.apache.parquet"


@st.cache_data(ttl=60, show_spinner=False)
def pictured() -> bool:
    """Whether there is a browser to make pictures with."""
    return export.browser() is not None


def menu(
    table: pl.DataFrame,
    name: str,
    *,
    columns: Mapping[str, str],
    said: Mapping[str, str],
    figure: Figure | None = None,
) -> None:
    """One menu of files, each made when it is asked for: the table, and the figure if there is one.

    `said` is what travels with them: title, definition, source, link.
    """
    with st.popover("Download", icon=":material/download:", key=f"download_{name}"):
        with _line("The numbers"):
            _button("CSV", lambda: tables.csv(table), f"{name}.csv", "text/csv")
            _button("Excel", lambda: tables.xlsx(table, columns, said), f"{name}.xlsx", _XLSX)
            _button("Parquet", lambda: tables.parquet(table, said), f"{name}.parquet", _PARQUET)
        if figure is None:
            return
        title = drawn.title(figure)[0] or name
        with _line("The figure"):
            if pictured():
                _button("PNG", lambda: _picture(figure, "png"), f"{name}.png", "image/png")
                _button("SVG", lambda: _picture(figure, "svg"), f"{name}.svg", "image/svg+xml")
            _button(
                "Interactive page", lambda: export.html(figure, title), f"{name}.html", "text/html"
            )
        if not pictured():
            st.caption(export.HOW)


def csv(table: pl.DataFrame, name: str, label: str = "CSV") -> None:
    """A button for a table as a file of its own."""
    st.download_button(
        label, lambda: tables.csv(table), f"{name}.csv", "text/csv", key=f"csv_{name}",
        icon=":material/download:",
        on_click="ignore",  # a rerun may take the file away while the browser asks for it
    )  # fmt: skip


def _line(said: str) -> DeltaGenerator:
    st.caption(said)
    return st.container(horizontal=True)


def _picture(figure: Figure, kind: str) -> bytes:
    return export.pictures([figure], kind)[0]


def _button(label: str, made: Callable[[], bytes], file: str, kind: str) -> None:
    st.download_button(label, made, file, kind, key=f"file_{file}", on_click="ignore")


# -------------------------------------------------------------------------------------- all rows


def rows(filings: pl.LazyFrame, name: str, *, cases: int) -> None:
    """All the filings behind a page's choice, `cases` of them, one a row, as files.

    Nothing is read until a file is asked for. Tax numbers and what is of the worker are in none.
    """
    kept = filings.select(name for name in Filing.column_names() if name in tables.ROWS)
    packed = ".zip" if cases >= tables.EXCEL_ROWS else ""
    with st.popover(f"All rows ({cases:,})", icon=":material/table_rows:", key=f"rows_{name}"):
        st.caption(
            f"Every filing of this choice, one a row, {len(tables.ROWS)} columns as in the Data "
            "dictionary. Without tax numbers, and without the citizenship and status of workers."
        )
        with st.container(horizontal=True):
            for label, write, ending, kind in (
                ("CSV", tables.write_csv, f"csv{packed}", _ZIP if packed else "text/csv"),
                ("Excel", tables.write_xlsx, "xlsx", _XLSX),
                ("Parquet", tables.write_parquet, "parquet", _PARQUET),
            ):
                _button(label, _written(write, kept, ending), f"{name}-rows.{ending}", kind)
        if packed:
            st.caption(
                f"Excel ends at {tables.EXCEL_ROWS - 1:,} rows: its file has the first of them, "
                "the CSV (zipped) and the Parquet have all."
            )


def _written(
    write: Callable[[pl.LazyFrame, Path], None], filings: pl.LazyFrame, ending: str
) -> Callable[[], bytes]:
    def made() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"filings.{ending}"
            write(filings, path)
            return path.read_bytes()

    return made
