"""Figures of a role: its wage levels, pay and waiting, how it is certified, what it is made of."""

from collections.abc import Sequence
from html import escape
from textwrap import shorten

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.frame import (
    BAR,
    ROW,
    Caption,
    above,
    cut,
    dressed,
    no_files,
    on,
    panels,
    span,
    year_axis,
)
from loaders.schema import FEWEST


def levels(mix: pl.DataFrame, *, years: tuple[int, int], caption: Caption) -> go.Figure:
    """Stacked bars of the wage levels by fiscal year, as parts of all cases of the year.

    `mix` is analytics.levels.mix's frame by program and fiscal year. What the form does not ask
    for is empty with an outline, what was left blank is grey. No bar is of fewer than FEWEST cases.
    """
    programs = mix["program"].unique().sort().to_list()
    figure = panels(programs, dark=caption.dark)
    parts = (
        mix.with_columns(every=pl.col("cases").sum().over("program", "fiscal_year"))
        .filter(pl.col("every") >= FEWEST)
        .with_columns(part=pl.col("cases") / pl.col("every"))
    )
    for level in theme.LOOKS["wage_level"]:
        for row, program in enumerate(programs, start=1):
            of = parts.filter(program=program).filter(pl.col("level").cast(pl.String) == level)
            if of.is_empty() and level not in set(parts["level"].cast(pl.String)):
                continue
            figure.add_bar(
                name=theme.word(level),
                legendgroup=level,
                showlegend=row == 1,
                x=of["fiscal_year"].to_list(),
                y=of["part"].to_list(),
                customdata=[
                    (span(year), cases, "" if share is None else f", {share:.1%} of those told")
                    for year, cases, share in of.select("fiscal_year", "cases", "share").rows()
                ],
                hovertemplate="%{customdata[0]}<br>%{customdata[1]:,} cases, %{y:.1%} of all"
                "%{customdata[2]}<extra>" + theme.word(level) + "</extra>",
                marker=theme.marker("wage_level", level, dark=caption.dark),
                **on(row),
            )
    theme.laid(figure, barmode="stack")
    theme.axes(figure, "y", tickformat=".0%", range=[0, 1], title={"text": "Part of the cases"})
    year_axis(figure, years, caption, programs)
    return dressed(
        figure, caption, axis="Fiscal year of the decision", height=220 + 250 * len(programs)
    )


def bands(
    spread: pl.DataFrame,
    *,
    by: str,
    unit: str,
    years: tuple[int, int] | None,
    caption: Caption,
    mark: tuple[float, str] | None = None,
) -> go.Figure:
    """For each group a band from the 10th to the 90th centile, and a mark at the median.

    `spread` has `by`, cases, p10, median, p90 and, where known, p25 and p75, which make a thicker
    band. Groups of too few cases stand on the axis with their count and without a band. By fiscal
    year the bands are upright, over `years`; else they lie in the order of the rows.
    """
    upright = years is not None
    groups = [span(one) if upright else theme.word(one) for one in spread[by].to_list()]
    at = spread[by].to_list() if upright else list(range(spread.height))
    money = "$" if unit.startswith("US dollars") else ""
    hover = [
        f"{escape(group)}<br>{cases:,} cases" if middle is None
        else f"{escape(group)}<br>{cases:,} cases<br>10th {money}{low:,.0f}<br>median "
        f"{money}{middle:,.0f}<br>90th {money}{high:,.0f}"
        for group, (cases, low, middle, high) in zip(
            groups, spread.select("cases", "p10", "median", "p90").rows(), strict=True
        )
    ]  # fmt: skip
    colour = theme.LOOKS["wage_level"]["III"][1 if caption.dark else 0]
    figure = panels([], dark=caption.dark)
    for low, high, width, name, opacity in (
        ("p10", "p90", 8, "10th to 90th centile", 0.35),
        ("p25", "p75", 16, "25th to 75th", 0.65),
    ):
        if low not in spread.columns:
            continue
        bar = {"base": spread[low], "width": width / ROW, "marker_color": colour}
        length = (spread[high] - spread[low]).to_list()
        flat = {"y": at, "x": length, "orientation": "h"}
        figure.add_bar(
            **bar, **({"x": at, "y": length} if upright else flat),
            name=name, opacity=opacity, hoverinfo="skip",
        )  # fmt: skip
    middle = spread["median"].to_list()
    figure.add_scatter(
        x=at if upright else middle, y=middle if upright else at, mode="markers", name="Median",
        marker={
            "symbol": "line-ew-open" if upright else "line-ns-open", "size": 18,
            "color": theme.INK[theme.mode(dark=caption.dark)], "line": {"width": 3},
        },
        hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    theme.laid(figure, barmode="overlay")
    if mark:
        _mark(figure, *mark, upright=upright, dark=caption.dark)
    scale = {"rangemode": "tozero", "tickformat": "$,.0f" if money else ",d"}
    if years:
        theme.axes(figure, "y", **scale, title={"text": unit})
        year_axis(figure, years, caption)
        return dressed(figure, caption, axis="Fiscal year of the decision", height=400)
    counts = spread["cases"].to_list()
    above(
        figure, at, [
            cut(group, f" (n = {n:,}{', too few' * (known is None)})")
            for group, n, known in zip(groups, counts, middle, strict=True)
        ],
        xaxis=scale
        | {"showgrid": True, "nticks": 6, "range": [0, _highest(spread, mark) * 1.06]},
    )  # fmt: skip
    if mark:  # room below the last band for its word
        theme.axes(figure, "y", range=[len(groups) - 0.1, -0.9])
    return dressed(figure, caption, axis=unit, height=max(300, 170 + ROW * len(groups)))


def certification(rates: pl.DataFrame, *, years: tuple[int, int], caption: Caption) -> go.Figure:
    """The rate by each definition and fiscal year, side by side, each with its interval.

    `rates` is analytics.shares.definitions' frame. From 0 to 100 %; no mark for too few cases.
    """
    programs = rates["program"].unique().sort().to_list()
    figure = panels(programs, dark=caption.dark)
    looks = theme.LOOKS["definition"]
    for number, name in enumerate(looks):
        colour = looks[name][1 if caption.dark else 0]
        for row, program in enumerate(programs, start=1):
            of = rates.filter(
                pl.col("definition").cast(pl.String) == name,
                pl.col("program") == program,
                pl.col("rate").is_not_null(),
            )
            figure.add_scatter(
                name=theme.word(name),
                legendgroup=name,
                showlegend=row == 1,
                mode="markers",
                x=[year + 0.22 * (number - 1) for year in of["fiscal_year"]],
                y=of["rate"].to_list(),
                error_y={
                    "type": "data", "symmetric": False, "thickness": 1.5, "width": 3,
                    "array": (of["rate_high"] - of["rate"]).to_list(),
                    "arrayminus": (of["rate"] - of["rate_low"]).to_list(),
                },
                customdata=[
                    (span(year), part, cases, low, high)
                    for year, part, cases, low, high in of.select(
                        "fiscal_year", "certified", "cases", "rate_low", "rate_high"
                    ).rows()
                ],
                hovertemplate="%{customdata[0]}<br>%{y:.1%}: %{customdata[1]:,} of "
                "%{customdata[2]:,}<br>95% interval %{customdata[3]:.1%} to "
                "%{customdata[4]:.1%}<extra>" + theme.word(name) + "</extra>",
                marker={
                    "color": colour, "symbol": theme.SYMBOLS[str(name)], "size": 9,
                    "line": {"color": colour, "width": 2},
                },
                **on(row),
            )  # fmt: skip
    theme.axes(figure, "y", tickformat=".0%", range=[0, 1.04], title={"text": "Certified"})
    year_axis(figure, years, caption, programs)
    return dressed(
        figure, caption, axis="Fiscal year of the decision", height=220 + 250 * len(programs)
    )


def bars(parts: pl.DataFrame, *, labels: Sequence[str], caption: Caption) -> go.Figure:
    """Lying bars of cases, one a row of `parts` (cases, share), under its label and numbers.

    Of fewer than FEWEST cases the count alone is said.
    """
    colour = theme.LOOKS["wage_level"]["III"][1 if caption.dark else 0]
    said = [
        f": {cases:,}" + ("" if share is None or cases < FEWEST else f" ({share:.1%})")
        for cases, share in parts.select("cases", "share").rows()
    ]
    texts = [cut(label, numbers) for label, numbers in zip(labels, said, strict=True)]
    at = list(range(parts.height))
    figure = panels([], dark=caption.dark)
    figure.add_bar(
        name="Cases", orientation="h", y=at, x=parts["cases"].to_list(), width=BAR,
        marker={"color": colour}, hovertext=[escape(one) for one in texts], hoverinfo="text",
    )  # fmt: skip
    few = theme.whole(max(parts["cases"], default=0))
    above(
        figure, at, texts, meta={"labels": [escape(one) for one in labels]},
        xaxis={"rangemode": "tozero", "tickformat": ",d", "showgrid": True, "nticks": 6, **few},
    )  # fmt: skip
    return dressed(figure, caption, axis="Cases", height=150 + ROW * parts.height)


def by_month(months: pl.DataFrame, *, split: str, caption: Caption) -> go.Figure:
    """Stacked bars of cases by month of the decision, one colour a value of `split`.

    `months` is analytics.counts.by_month's frame. In the middle of a fiscal year without a file a
    cross says so.
    """
    figure = panels([], dark=caption.dark)
    for value in (one for one in theme.LOOKS[split] if one in set(months[split])):
        of = months.filter(pl.col(split).eq_missing(pl.lit(value, pl.String)))
        figure.add_bar(
            name=theme.word(value), x=of["month"].to_list(), y=of["cases"].to_list(),
            marker=theme.marker(split, value, dark=caption.dark), xperiod="M1",
            hovertemplate="%{x|%B %Y}<br>%{y:,} cases<extra>" + theme.word(value) + "</extra>",
        )  # fmt: skip
    said = months["month"].sort()
    every = pl.date_range(said[0], said[-1], "1mo", eager=True).to_list()
    middles = [month for month in every if month.month == 4]  # noqa: PLR2004 - of a fiscal year
    no_files(figure, ((at, at.year, f"FY{at.year}") for at in middles), caption)
    theme.laid(figure, barmode="stack", bargap=0.15)
    totals = months.group_by("month").agg(pl.col("cases").sum())["cases"]
    theme.axes(
        figure,
        "y",
        rangemode="tozero",
        tickformat=",d",
        title={"text": "Cases"},
        **theme.whole(totals.max()),
    )
    return dressed(figure, caption, axis="Month of the decision", height=460)


def changes(moved: pl.DataFrame, *, labels: Sequence[str], caption: Caption) -> go.Figure:
    """Lying bars of changes in per cent from zero, one a row of `moved`, under label and cases.

    `moved` is analytics.movers.extremes' frame: rate, before, after.
    """
    texts = [
        f"{shorten(label, 24, placeholder='…')} {rate:+.1%}: {before:,} to {after:,}"
        for label, (rate, before, after) in zip(
            labels, moved.select("rate", "before", "after").rows(), strict=True
        )
    ]
    colours = {
        "Rise": theme.LOOKS["wage_level"]["III"][1 if caption.dark else 0],
        "Fall": theme.MUTED[theme.mode(dark=caption.dark)],
    }
    at = list(range(moved.height))
    figure = panels([], dark=caption.dark)
    for name, colour in colours.items():
        rows = [one for one in at if (moved["rate"][one] > 0) == (name == "Rise")]
        figure.add_bar(
            name=name, orientation="h", y=rows, x=[moved["rate"][one] for one in rows], width=BAR,
            marker={"color": colour}, hovertext=[escape(f"{labels[one]}, {texts[one]} cases")
            for one in rows], hoverinfo="text",
        )  # fmt: skip
    above(
        figure, at, texts, barmode="overlay",
        xaxis={"tickformat": "+.0%", "showgrid": True, "nticks": 6, "zeroline": True},
    )  # fmt: skip
    return dressed(figure, caption, axis="Change in cases", height=150 + ROW * moved.height)


def _highest(spread: pl.DataFrame, mark: tuple[float, str] | None) -> float:
    highest = spread["p90"].max()
    at = mark[0] if mark else 0.0
    return max(highest, at) if isinstance(highest, float) else at or 1.0


def _mark(figure: go.Figure, at: float, said: str, *, upright: bool, dark: bool) -> None:
    """A line across all groups at a value, with its word where no band is."""
    colour = theme.LOOKS["status"]["denied"][1 if dark else 0]
    line = {"color": colour, "width": 2, "dash": "dash"}
    note = {"text": escape(said), "font": {"size": 13, "color": colour}}
    beside = {"x": 0, "xanchor": "left", "yshift": 8} if upright else {"y": 0}
    theme.ruled(figure, "y" if upright else "x", at, line, note | beside | {"yanchor": "bottom"})
