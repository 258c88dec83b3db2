"""Figures of how many cases."""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go
import polars as pl

from charts import theme

NO_TITLES = "No job titles of employers in the file"
Period = tuple[int, int | None]
Partial = Mapping[int, Mapping[str, str]]
"""Fiscal years that are not whole: for each its programs, and what part of them is there."""


def label(period: Period) -> str:
    """`FY2025`, `FY2025 Q3`."""
    year, quarter = period
    return f"FY{year}" if quarter is None else f"FY{year} Q{quarter}"


def months(period: Period) -> str:
    """The months of a fiscal year or quarter, in words."""
    year, quarter = period
    if quarter is None:
        return f"Oct {year - 1} to Sep {year}"
    names = ("Oct to Dec", "Jan to Mar", "Apr to Jun", "Jul to Sep")
    return f"{names[quarter - 1]} {year - 1 if quarter == 1 else year}"


def periods(years: tuple[int, int], *, quarters: bool) -> list[Period]:
    """Every fiscal year from the first to the last, or every quarter of those: gaps included."""
    all_years = range(years[0], years[1] + 1)
    return [(y, q) for y in all_years for q in ((1, 2, 3, 4) if quarters else (None,))]


def by_period(
    counts: pl.DataFrame,
    *,
    split: str,
    quarters: bool,
    years: tuple[int, int],
    partial: Partial,
    loaded: Sequence[int],
    filters: Sequence[str] = (),
    source: str = "",
    breaks: Mapping[int, str] | None = None,
    untitled: Mapping[str, Sequence[int]] | None = None,
    sample: bool = False,
    dark: bool = False,
) -> go.Figure:
    """Stacked bars of cases by fiscal year or quarter, one colour a value of `split`.

    `counts` is analytics.counts.by_period's frame, `years` the first and last to show; partial
    years are paler and say so; years not in `loaded` are gaps, marked as such
    and never drawn as zero; so are years that are `untitled`, by program, where no case fits,
    and their bars are paler. A dashed line stands before each year of `breaks`, with its word:
    there the codes changed. The title, the filters and the source are part of the figure, and
    invented data say so across it: a picture of it explains itself.
    """
    shown = periods(years, quarters=quarters)
    dated = counts.filter(pl.col("quarter").is_not_null()) if quarters else counts
    figure = go.Figure()
    without = {
        year: {one: "" for one, of in (untitled or {}).items() if year in of} for year, _ in shown
    }
    order = [v for v in theme.LOOKS[split] if v in set(counts[split])]
    for value in order:
        rows = dated.filter(pl.col(split).eq_missing(pl.lit(value, pl.String)))
        cases = dict(zip(rows.select("fiscal_year", "quarter").rows(), rows["cases"], strict=True))
        figure.add_bar(
            name=theme.word(value),
            x=[label(period) for period in shown],
            y=[cases.get(period) for period in shown],
            customdata=[months(one) + _without(without[one[0]], split, value) for one in shown],
            hovertemplate="%{x} (%{customdata})<br>%{y:,} cases<extra>"
            + theme.word(value)
            + "</extra>",
            marker=theme.marker(split, value, dark=dark)
            | {
                "opacity": [
                    _opacity({**partial.get(year, {}), **without[year]}, split, value)
                    for year, _ in shown
                ]
            },
        )
    theme.laid(
        figure,
        template=theme.template(dark=dark),
        barmode="stack",
        xaxis={
            "title": {"text": lines(_axis(quarters=quarters) + " of the decision", source)},
            "categoryorder": "array",
            "categoryarray": [label(period) for period in shown],
            "tickvals": [label(period) for period in shown if period[1] in {None, 1}],
            "ticktext": [f"FY{year}" for year, quarter in shown if quarter in {None, 1}],
            # Upright only where they touch, as on a phone.
            "autotickangles": [-45, -90] if years[1] - years[0] > 11 else [0, -45, -90],  # noqa: PLR2004
        },
        yaxis={"title": {"text": "Cases"}, "rangemode": "tozero", "tickformat": ",d"}
        | theme.whole(_totals(dated)["cases"].max()),
        bargap=max(0.25, 1 - 0.12 * len(shown)),
        height=460,
        legend={
            "title": {
                "text": lines(_headline(split, quarters=quarters), " · ".join(filters)),
                "side": "top",
            }
        },
        showlegend=True,
    )
    _mark_partial(figure, dated, shown, partial, dark=dark)
    _mark_gaps(figure, shown, loaded, dark=dark)
    filled = set(dated.select("fiscal_year", "quarter").rows())
    said = [label(one) for one in shown if without[one[0]] and one not in filled]
    if said:
        figure.add_trace(crosses(said, said, why=NO_TITLES, dark=dark))
    mark_breaks(figure, shown, breaks or {}, dark=dark)
    if sample:
        mark_sample(figure, dark=dark)
    return figure


def _totals(counts: pl.DataFrame) -> pl.DataFrame:
    return counts.group_by("fiscal_year", "quarter").agg(pl.col("cases").sum())


def in_label(split: str) -> str:
    """`Visa class` of visa_class."""
    return split.replace("_", " ").capitalize()


def _axis(*, quarters: bool) -> str:
    return f"Fiscal {'quarter' if quarters else 'year'}"


def _headline(split: str, *, quarters: bool) -> str:
    what = f"Cases by {_axis(quarters=quarters).lower()} and {in_label(split).lower()}"
    return bold(what)


_TITLE = 38
"""Letters of a title that a phone has room for."""


def bold(title: str) -> str:
    """The title of a figure, never as markup, in lines that fit a phone and are about as long."""
    few = len(wrap(title, _TITLE))
    wide = next((one for one in range(1, _TITLE) if len(wrap(title, one)) <= few), _TITLE)
    said = "<br>".join(escape(line) for line in wrap(title, wide))
    return f"<b style='font-size:15px'>{said}</b>"


def lines(first: str, more: str) -> str:
    """A line, and under it a smaller text, never as markup, in lines that fit a phone."""
    small = (f"<span style='font-size:12px'>{escape(line)}</span>" for line in wrap(more, 44))
    return "<br>".join([first, *small])


def _without(untitled: Mapping[str, str], split: str, value: str | None) -> str:
    here = untitled and (split != "program" or value in untitled)
    return f"; {NO_TITLES[:1].lower()}{NO_TITLES[1:]}" if here else ""


def _opacity(partial: Mapping[str, str] | None, split: str, value: str | None) -> float:
    fades = partial and (split != "program" or value in partial)
    return 0.55 if fades else 1.0


def in_words(partial: Mapping[str, str]) -> str:
    """What part of a fiscal year is there, program by program."""
    return ", ".join(f"{theme.word(program)} {part}" for program, part in partial.items())


def partly(partial: Partial, year: int, programs: Collection[str]) -> str:
    """`partial`, or `PERM partial` where the year is so of some of these programs; else nothing."""
    of = [one for one in programs if one in partial.get(year, ())]
    whose = "" if len(of) == len(programs) else f"{', '.join(map(theme.word, of))} "
    return f"{whose}partial" if of else ""


def _mark_partial(
    figure: go.Figure,
    counts: pl.DataFrame,
    shown: Sequence[Period],
    partial: Partial,
    *,
    dark: bool,
) -> None:
    """The word partial over the last bar of each year that is."""
    totals = {(year, quarter): cases for year, quarter, cases in _totals(counts).rows()}
    last = {
        year: next((one for one in reversed(shown) if one[0] == year and one in totals), None)
        for year in partial
    }
    notes = [
        {
            "x": label(bar), "y": totals[bar], "yshift": 10, "showarrow": False,
            "text": "partial", "hovertext": in_words(partial[year]),
            "font": {"size": 12, "color": theme.MUTED[theme.mode(dark=dark)]},
        }
        for year, bar in last.items() if bar
    ]  # fmt: skip
    theme.noted(figure, notes)


def _mark_gaps(
    figure: go.Figure, shown: Sequence[Period], loaded: Sequence[int], *, dark: bool
) -> None:
    """A cross on the axis for every period of which no file is loaded."""
    gaps = [period for period in shown if period[0] not in set(loaded)]
    if not gaps:
        return
    said = [label(period) for period in gaps]
    figure.add_trace(crosses(said, said, dark=dark))


def crosses(
    at: Sequence[object],
    said: Sequence[str],
    *,
    why: str = "No file loaded",
    floor: float = 0,
    dark: bool,
) -> dict[str, Any]:
    """A trace of crosses at `floor`, where the axis of values begins: `why` none is seen there.

    Where the file has no titles they are stars.
    """
    return {
        "type": "scatter", "name": why, "legendgroup": why, "meta": theme.GAP,
        "cliponaxis": False, "x": list(at), "y": [floor] * len(at), "mode": "markers",
        "marker": {
            "symbol": "asterisk" if why == NO_TITLES else "x-thin", "size": 7,
            "line": {"width": 1.5, "color": theme.MUTED[theme.mode(dark=dark)]},
        },
        "hovertext": list(said),
        "hovertemplate": "%{hovertext}: "
        f"{why[:1].lower()}{why[1:]}, not zero cases<extra></extra>",
    }  # fmt: skip


def mark_breaks(
    figure: go.Figure, shown: Sequence[Period], breaks: Mapping[int, str], *, dark: bool
) -> None:
    """A thin dashed line with a word before the first period of each year, where one is before."""
    colour = theme.MUTED[theme.mode(dark=dark)]
    for year, said in breaks.items():
        at = next((n for n, period in enumerate(shown) if period[0] == year), 0)
        if at:
            line = {"width": 1, "dash": "dash", "color": colour}
            font = {"size": 12, "color": colour}
            note = {"text": escape(said), "textangle": -90, "font": font, "xanchor": "right"}
            theme.ruled(figure, "x", at - 0.5, line, note)


def mark_sample(figure: go.Figure, *, dark: bool) -> None:
    """Sample data, written across the figure."""
    stamp = {
        "text": "SAMPLE DATA", "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5,
        "showarrow": False, "textangle": -20, "opacity": 0.16,
        "font": {"size": 38, "color": theme.INK[theme.mode(dark=dark)]},
    }  # fmt: skip
    theme.noted(figure, [stamp])


def alt_text(counts: pl.DataFrame, *, split: str, quarters: bool, partial: Partial) -> str:
    """The figure in words, for those who do not see it."""
    by = counts.group_by(split).agg(pl.col("cases").sum()).sort("cases", descending=True)
    parts = ", ".join(f"{theme.word(value)} {cases:,}" for value, cases in by.rows())
    ends = ", ".join(f"FY{year} ({in_words(part)})" for year, part in partial.items())
    years = counts["fiscal_year"]
    return (
        f"Stacked bars of {counts['cases'].sum():,} cases by fiscal "
        f"{'quarter' if quarters else 'year'}, FY{years.min()} to FY{years.max()}: {parts}."
    ) + (f" Partial years: {ends}." if ends else "")


def on_one_scale(figure: go.Figure, highest: int, *, height: int = 320) -> go.Figure:
    """The figure with the axis of cases, and the height, of those that stand beside it."""
    return theme.laid(theme.axes(figure, "y", range=[0, highest * 1.12]), height=height)
