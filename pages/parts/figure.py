"""A figure on a page with what belongs to it: its provenance, its table, its downloads."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl
import streamlit as st

from analytics.provenance import Provenance
from charts import drawn
from loaders import tables
from loaders.schema import FEWEST
from pages.parts import downloads, report
from pages.parts.about import no_titles
from pages.parts.plain import counted, plain
from pages.parts.report import Drawing

CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"]}
_NUMBER = st.column_config.NumberColumn
_FORMS = {"year": "FY%d", "rate": "%.1f%%", "ratio": "%.2f"}


def answer(sentence: str, untitled: Mapping[str, Sequence[int]] | None = None) -> None:
    """The page's answer, first on it; it stands below the figures that are kept for a report.

    Under it what the fiscal years that are `untitled`, by program, cannot tell of titles.
    """
    st.markdown(f"#### {sentence}")
    if untitled:
        st.caption(no_titles(untitled))
    report.answered(sentence)


def draw(
    drawing: Drawing,
    table: pl.DataFrame,
    name: str,
    *,
    alt: str,
    columns: Mapping[str, str],
    about: Provenance,
    headline: str = "",
    below: Sequence[str] = (),
) -> None:
    """The figure; below it how it was made, the table behind it, downloads, a place in the report.

    What stands `below` all that (markdown) belongs to the figure and goes where it goes. `drawing`
    makes it for a dark page, or not; the one that is kept for a report is of white paper.
    `headline` is what its slide says (markdown): without one the figure's title. A figure in which
    nothing could be drawn is words, and its table.
    """
    figure = drawing(st.context.theme.type == "dark")
    if drawn.blank(figure):
        st.markdown(
            f"*{plain(drawn.title(figure)[0])}*: **too few cases to draw**. Fewer than {FEWEST} in "
            "a year or group give no rate, share or centile."
        )
        under(table, name, columns=columns, about=about)
        _captions(below)
        return
    table, columns = _marked(table, columns, about)
    st.plotly_chart(figure, theme=None, key=f"figure_{name}", alt=alt, config=CONFIG)
    view = report.view(
        figure, table, name, alt=alt, columns=columns, about=about, headline=headline, below=below
    )
    with st.container(horizontal=True):
        popover(about, name)
        _numbers(table, name, columns=columns)
        downloads.menu(table, name, columns=columns, said=report.said(view), figure=figure)
        report.offer(view, drawing)
    _captions(below)


def _captions(below: Sequence[str]) -> None:
    for one in filter(None, below):
        st.caption(one)


def under(table: pl.DataFrame, name: str, *, columns: Mapping[str, str], about: Provenance) -> None:
    """How a number was made, the table behind it, and that table as files."""
    table, columns = _marked(table, columns, about)
    with st.container(horizontal=True):
        popover(about, name)
        _numbers(table, name, columns=columns)
        downloads.menu(table, name, columns=columns, said=report.told(about))


def _marked(
    table: pl.DataFrame, columns: Mapping[str, str], about: Provenance
) -> tuple[pl.DataFrame, Mapping[str, str]]:
    """The table, and what its columns are called, with a column that says which years are partial.

    Where a table has programs, a year is partial of those whose files are. No column where all are
    whole.
    """
    if not about.partial or not table.schema.get("fiscal_year", pl.String()).is_integer():
        return table, columns
    tests = [
        (pl.col("fiscal_year") == year)
        & (
            pl.col("program").cast(pl.String).str.to_lowercase().is_in(list(programs))
            if "program" in table.columns
            else pl.lit(value=True)
        )
        for year, programs in about.partial.items()
    ]
    marked = table.with_columns(
        partial=pl.when(pl.any_horizontal(tests)).then(pl.lit("partial")).otherwise(pl.lit(""))
    )
    if not (marked["partial"] != "").any():
        return table, columns
    said = [(name, called) for name, called in columns.items() if name != "fiscal_year"]
    years = [("fiscal_year", columns["fiscal_year"]), ("partial", "Year is")]
    return marked, dict([*years, *said] if "fiscal_year" in columns else columns)


def _numbers(table: pl.DataFrame, name: str, *, columns: Mapping[str, str]) -> None:
    with st.container(width="content"):  # a fragment takes all that is left of its line
        _opened(table, name, columns=columns)


@st.fragment
def _opened(table: pl.DataFrame, name: str, *, columns: Mapping[str, str]) -> None:
    """The table behind a button: made when it is opened, and nothing else of the page with it."""
    numbers = st.popover(
        "The numbers", icon=":material/table:", key=f"numbers_{name}", on_change="rerun"
    )
    if numbers.open:
        with numbers:
            shown(table, name, columns=columns, width="content")


def beside(table: pl.DataFrame, name: str, *, about: Provenance) -> None:
    """How a table that stands on the page was made, and the table as CSV."""
    with st.container(horizontal=True):
        popover(about, name)
        downloads.csv(table, name)


def shown(
    table: pl.DataFrame,
    name: str,
    *,
    columns: Mapping[str, str],
    width: Literal["content", "stretch"] = "stretch",
    config: Mapping[str, Any] | None = None,
    absent: str = "too few",
) -> None:
    """A table of the named columns in words: rates in per cent, ratios with two decimals.

    `config` is Streamlit's, of the columns that are drawn otherwise; `absent` stands for null.
    """
    if "partial" in columns:  # the year says it itself, as on the figure
        part = pl.when(pl.col("partial") != "").then(pl.lit(", partial")).otherwise(pl.lit(""))
        table = table.with_columns(fiscal_year=pl.format("FY{}{}", "fiscal_year", part))
        columns = {one: said for one, said in columns.items() if one != "partial"}
    rates = [one for one in columns if tables.kind(one, table.schema[one]) == "rate"]
    st.dataframe(
        table.with_columns(pl.col(rates) * 100).to_arrow(),  # else by way of pandas
        width=width,
        hide_index=True,
        placeholder="" if "positions" in columns else absent,  # PERM asks for none
        column_order=list(columns),
        column_config={one: _column(one, said, table) for one, said in columns.items()}
        | dict(config or {}),
        key=f"table_{name}",
    )


def _column(name: str, said: str, table: pl.DataFrame) -> Any:
    values = table.schema[name]
    if form := _FORMS.get(tables.kind(name, values)):
        return _NUMBER(said, format=form)
    return _NUMBER(said, format="localized", step=1) if values.is_numeric() else said


def popover(about: Provenance, name: str) -> None:
    """Where a number comes from: its definition, the cases it leaves out, the files."""
    with st.popover("About this number", icon=":material/info:", key=f"about_{name}"):
        left = "".join(
            f"\n- left out {cases:,}: {plain(why)}" for why, cases in report.left_out(about)
        )
        st.markdown(
            f"**Definition.** {about.definition}\n\n"
            f"**Counted.** {counted(about.counted, 'case')} of {about.all:,} in the lake{left}\n\n"
            f"**Files.** {plain(', '.join(about.releases)) or 'none'}."
        )
