"""Views that somebody keeps, in order: their report as a page, and as PDF."""

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from math import ceil
from pathlib import Path

import plotly.graph_objects as go
import polars as pl

from charts import drawn, export, theme
from loaders import tables
from loaders.facts import sources
from loaders.schema import FEWEST

SAMPLE = "Sample data: every employer and every case is invented"
NO_BROWSER = (
    "A PDF needs Chrome or Chromium, and none was found on this machine: install it, or run "
    "plotly_get_chrome. Until then, open the HTML in any browser and print it to a file."
)
METHOD = (
    "Cases, not people and not visas, each counted once, under its newest decision, in the fiscal "
    "year (October to September) of that decision. Certification rate: certified of certified "
    f"plus denied; fewer than {FEWEST} decided cases give none. DOL certifies; USCIS approves, "
    "which is not in here."
)
DOL: str = sources()["performance_page"]
MOST_ROWS = 200
"""Rows of a table that the page of a report shows."""


@dataclass(frozen=True, slots=True)
class View:
    """A figure with all that must travel with it; text as people read it, never markup."""

    id: str
    headline: str
    figure: go.Figure
    table: pl.DataFrame
    columns: Mapping[str, str]
    alt: str
    definition: str
    counted: str
    releases: tuple[str, ...] = ()
    source: str = ""
    link: str = ""
    note: str = ""
    """What stands below the figure on its page: years that are partial, too few or pooled."""
    answer: str = ""
    """What the page of the figure says first, of more than the figure alone."""
    sample: bool = False

    @property
    def title(self) -> str:
        """What the figure is titled, with its filters."""
        return " · ".join(one for one in drawn.title(self.figure) if one)

    @property
    def below(self) -> str:
        """What stands below the headline: the title, or its filters alone where that is it."""
        first, filters = drawn.title(self.figure)
        return filters if self.headline in {first, self.title} else self.title


@dataclass(frozen=True, slots=True)
class Report:
    """A question and the views that answer it."""

    question: str
    made: date
    views: tuple[View, ...] = field(default=())
    loaded: str = ""
    """Of which programs and years there are files."""

    @property
    def sample(self) -> bool:
        """Whether any view is of invented data."""
        return any(one.sample for one in self.views)

    @property
    def sources(self) -> list[str]:
        """Where the numbers are from, and to which day they go."""
        return list(dict.fromkeys(one.source for one in self.views if one.source))

    @property
    def releases(self) -> list[str]:
        """The files behind the views."""
        return sorted({name for one in self.views for name in one.releases})

    @property
    def heading(self) -> list[str]:
        """What stands below its question: sources, what was loaded, the day."""
        return [one for one in (*self.sources, self.loaded, f"Made {self.day}") if one]

    @property
    def day(self) -> str:
        """The day it was made."""
        return f"{self.made.day} {self.made:%B %Y}"


def shown(table: pl.DataFrame, columns: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a table as people read them; `too few` where no value is."""
    names = [name for name in columns if name in table.columns]
    kinds = [tables.kind(name, table.schema[name]) for name in names]
    rows = [
        [_said(kind, value) for kind, value in zip(kinds, row, strict=True)]
        for row in table.select(names).rows()
    ]
    return [columns[name] for name in names], rows


_READS = {"year": "FY{}", "rate": "{:.1%}", "ratio": "{:,.2f}", "whole": "{:,.0f}", "count": "{:,}"}


def _said(kind: str, value: object) -> str:
    if value is None or (isinstance(value, float) and value - value != 0):
        return "too few" if kind == "rate" else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _READS.get(kind, "{}").format(value)


# ------------------------------------------------------------------------------------------- HTML


def html(report: Report) -> bytes:
    """The report as one page that fetches nothing: figures to hover, tables to open."""
    return _page(report, paper=False).encode()


def _page(report: Report, *, paper: bool) -> str:
    views = "".join(_view(one, paper=paper) for one in report.views)
    ribbon = f"<p class='sample'>{escape(SAMPLE)}</p>" if report.sample else ""
    said = "".join(f"<p>{escape(one)}</p>" for one in report.heading)
    first = f"<section class='first'>{ribbon}<h1>{escape(report.question)}</h1>{said}</section>"
    return export.page(
        report.question, f"<style>{_STYLE}</style><main>{first}{views}{_method(report)}</main>"
    )


def _view(view: View, *, paper: bool) -> str:
    ribbon = f"<p class='sample'>{escape(SAMPLE)}</p>" if view.sample else ""
    link = f" <a href='{escape(view.link)}'>{escape(view.link)}</a>" if _web(view.link) else ""
    return (
        f"<section>{ribbon}<h2>{escape(view.headline)}</h2>"
        f"<div role='img' aria-label='{escape(view.alt)}'>{_figure(view, paper=paper)}</div>"
        + (f"<p>{escape(view.answer)}</p>" if view.answer else "")
        + ("" if paper else _table(view))
        + (f"<p>{escape(view.note)}</p>" if view.note else "")
        + f"<footer>{escape(view.source)}. {escape(view.definition)} {escape(view.counted)}"
        f"{link}</footer></section>"
    )


def _web(link: str) -> bool:
    return link.startswith(("http://", "https://"))


_HIGH, _WIDE = 480, 1180
"""Pixels that a figure has on a sheet, at most."""


def _room(view: View) -> int:
    """Pixels that are left on a sheet of 650 between the lines of the headline and the footer."""
    footer = f"{view.answer} {view.note} {view.source} {view.definition} {view.counted} {view.link}"
    lines = 30 * ceil(len(view.headline) / 95) + 18 * ceil(len(footer) / 165)
    return max(200, min(_HIGH, 560 - lines))


def _figure(view: View, *, paper: bool) -> str:
    figure = view.figure
    if not paper:
        return export.embedded(figure)
    high = export.height(figure)
    zoom = min(1.0, _room(view) / high)
    sized = go.Figure(figure).update_layout(width=round(_WIDE / zoom), height=high)
    return f"<div style='zoom: {zoom:.3f}'>{export.embedded(sized, fixed=True)}</div>"


def _table(view: View) -> str:
    header, rows = shown(view.table.head(MOST_ROWS), view.columns)
    head = "".join(f"<th>{escape(one)}</th>" for one in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows
    )
    more = view.table.height - len(rows)
    rest = f"<p>And {more:,} more rows.</p>" if more > 0 else ""
    return (
        f"<details><summary>The numbers</summary><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{rest}</details>"
    )


def _method(report: Report) -> str:
    definitions = "".join(
        f"<li>{escape(title)}: {escape(said)}</li>" for title, said in definitions_of(report)
    )
    links = "".join(
        f"<li><a href='{escape(one.link)}'>{escape(one.headline)}</a></li>"
        for one in report.views
        if _web(one.link)
    )
    ribbon = f"<p class='sample'>{escape(SAMPLE)}</p>" if report.sample else ""
    return (
        f"<section>{ribbon}<h2>Method</h2><p>{escape(METHOD)}</p><ul>{definitions}</ul>"
        f"<h3>Files of DOL</h3><p>{escape(', '.join(report.releases) or 'none')}</p>"
        f"<p><a href='{DOL}'>{DOL}</a></p>"
        f"<h3>The views again</h3><ul>{links}</ul></section>"
    )


def definitions_of(report: Report) -> list[tuple[str, str]]:
    """What each view counts, said once where several say the same."""
    said = dict[str, list[str]]()
    for one in report.views:
        said.setdefault(one.definition, []).append(drawn.title(one.figure)[0] or one.headline)
    return [(", ".join(dict.fromkeys(titles)), text) for text, titles in said.items()]


_INK, _MUTED, _LINE = theme.INK["light"], theme.MUTED["light"], theme.GRID["light"]
_STYLE = f"""
@page {{ size: 13.333in 7.5in; margin: 0.35in 0.45in }}
body {{ margin: 0; color: {_INK}; background: #fff; font: 15px/1.45 system-ui, sans-serif }}
main {{ max-width: 1100px; margin: auto; padding: 1rem }}
section {{ padding: 1.2rem 0 1.6rem; border-bottom: 1px solid {_LINE} }}
h1 {{ font-size: 2rem }} h2 {{ font-size: 1.35rem; line-height: 1.3; margin: .2rem 0 .8rem }}
h1, h2, footer, li, td {{ overflow-wrap: anywhere }}
@media print {{ .sample {{ position: fixed; top: 0; right: 0 }} }}
.sample {{ display: inline-block; margin: 0; padding: .1rem .6rem; color: #fff;
  background: #C2410C; font-size: .85rem }}
footer {{ color: {_MUTED}; font-size: .8rem; margin-top: .6rem }}
a {{ color: #0B7285 }}
@media print {{ * {{ font-variant-ligatures: none }} }}
table {{ border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums }}
td, th {{ border-bottom: 1px solid {_LINE}; padding: .2rem .7rem .2rem 0; text-align: left }}
details {{ margin: .6rem 0; overflow-x: auto }}
@media print {{
  main {{ max-width: none; padding: 0 }}
  section {{ break-after: page; break-inside: avoid; border: 0; padding: 0 }}
  section:last-child {{ break-after: auto; break-inside: auto }}
  .first {{ padding-top: 2.2in }}
  footer {{ font-size: 12px }} details {{ display: none }}
}}
"""


# -------------------------------------------------------------------------------------------- PDF


def pdf(report: Report, *, seconds: int = 120) -> bytes:
    """The report on sheets of 16:9, printed by the Chromium that is there.

    FileNotFoundError where there is none, RuntimeError where it printed nothing.
    """
    chromium = export.browser()
    if chromium is None:
        raise FileNotFoundError(NO_BROWSER)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, printed = Path(folder) / "report.html", Path(folder) / "report.pdf"
        page.write_text(_page(report, paper=True), "utf-8")
        command = [chromium, *_FLAGS, f"--user-data-dir={folder}/profile"]
        command += [f"--print-to-pdf={printed}", page.as_uri()]
        subprocess.run(command, check=False, timeout=seconds, capture_output=True)
        if not printed.exists():
            raise RuntimeError(f"{chromium} printed nothing")
        return printed.read_bytes()


# It draws a page of ours and nothing else: no address is looked up.
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-quic", "--no-pdf-header-footer", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=20000", "--run-all-compositor-stages-before-draw",
)  # fmt: skip
