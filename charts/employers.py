"""Figures of employers: what their scores are made of, their pay beside the market's, side by side.

Text of the data is shown as it is, never as markup.
"""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from textwrap import shorten

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.roles import BAR, ROW, Caption, above, cut, dressed, span, year_axis


def scores(
    ranked: pl.DataFrame, weights: Mapping[str, tuple[str, float]], *, caption: Caption
) -> go.Figure:
    """Lying bars of the scores, each of the weighted parts that it is the sum of.

    `ranked` is analytics.ranking.ranked's frame with a `name`; `weights` say for each part what
    it is called and how it weighs. A part that cannot be told takes no weight.
    """
    figure, at = go.Figure().set_subplots(1, 1), list(range(ranked.height))
    told = [
        sum(weight for part, (_, weight) in weights.items() if row[part] is not None)
        for row in ranked.rows(named=True)
    ]
    for part, (said, weight) in weights.items():
        values = ranked[part].to_list()
        figure.add_bar(
            name=said, orientation="h", y=at, width=BAR,
            x=[(value or 0) * weight / of if of else None
               for value, of in zip(values, told, strict=True)],
            customdata=[(escape(name), "not told" if value is None else f"{value:.2f}", weight)
                        for name, value in zip(ranked["name"], values, strict=True)],
            hovertemplate="%{customdata[0]}<br>" + said + " %{customdata[1]}, weight "
            "%{customdata[2]:g}<br>%{x:.2f} of the score<extra></extra>",
            marker=theme.marker("part", part, dark=caption.dark),
        )  # fmt: skip
    labels = [
        cut(f"{rank}. {name}", f": {score:.2f} ({cases:,} cases)")
        for rank, name, score, cases in ranked.select("rank", "name", "score", "cases").rows()
    ]
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[0, 1], showgrid=True, nticks=6)
    above(figure, at, labels)
    return dressed(figure, caption, axis="Score, 0 to 1", height=190 + ROW * ranked.height)


def beside_market(spread: pl.DataFrame, *, names: list[str], caption: Caption) -> go.Figure:
    """For each row the market's middle half of wages, and on it the employer's, with both medians.

    `spread` is analytics.employers.beside_market's frame, named by `names`. Without a median of
    its own, for too few cases, a row has the market alone.
    """
    at = list(range(spread.height))
    dark, ink = caption.dark, theme.INK[theme.mode(dark=caption.dark)]
    own, rest = theme.OWN[theme.mode(dark=dark)], theme.REST[theme.mode(dark=dark)]
    figure = go.Figure().set_subplots(1, 1)
    for name, before, colour, width in (
        ("All employers, 25th to 75th centile", "market_", rest, 18),
        ("This employer, 25th to 75th", "", own, 7),
    ):
        low, high = spread[f"{before}p25"], spread[f"{before}p75"]
        figure.add_bar(
            name=name, orientation="h", y=at, base=low.to_list(), x=(high - low).to_list(),
            width=width / ROW, marker={"color": colour}, opacity=1 if before else 0.55,
            hoverinfo="skip",
        )  # fmt: skip
    for name, before, symbol, size, line, colour in (
        ("Median of all", "market_", "line-ns-open", 16, 3, ink),
        ("Its median", "", "circle", 12, 0, own),
    ):
        figure.add_scatter(
            name=name, mode="markers", x=spread[f"{before}median"].to_list(), y=at,
            hovertext=[
                f"{escape(label)}<br>{name}: " + ("" if of is None else f"${of:,.0f}")
                + f"<br>{cases or 0:,} cases"
                for label, (of, cases) in zip(
                    names, spread.select(f"{before}median", f"{before}cases").rows(), strict=True
                )
            ],
            hoverinfo="text",
            marker={"symbol": symbol, "size": size, "color": colour, "line": {"width": line}},
        )  # fmt: skip
    figure.update_layout(barmode="overlay")
    highest = max([v for v in [*spread["p75"], *spread["market_p75"]] if v is not None], default=1)
    figure.update_xaxes(range=[0, highest * 1.06], tickformat="$,.0f", showgrid=True, nticks=6)
    labels = [
        cut(label, f" (n = {mine:,} of {of or 0:,})")
        for label, (mine, of) in zip(
            names, spread.select("cases", "market_cases").rows(), strict=True
        )
    ]
    above(figure, at, labels)
    return dressed(
        figure, caption, axis="US dollars a year, offered", height=210 + ROW * spread.height
    )


def over_years(
    by_year: pl.DataFrame,
    *,
    names: Sequence[str],
    years: tuple[int, int],
    loaded: Collection[int],
    caption: Caption,
) -> go.Figure:
    """A line of cases for each employer, named at its end; years that are partial are hollow.

    `by_year` has employer, fiscal_year and cases. A loaded year without a case is zero; a year of
    which no file is loaded is a gap.
    """
    figure = go.Figure().set_subplots(1, 1)
    every = [year if year in set(loaded) else None for year in range(years[0], years[1] + 1)]
    ends = list[tuple[float, str, str]]()
    for number, name in enumerate(names):
        colour, symbol, dash = theme.one_of_several(number, dark=caption.dark)
        of = dict(by_year.filter(employer=name).select("fiscal_year", "cases").rows())
        cases = [None if year is None else of.get(year, 0) for year in every]
        figure.add_scatter(
            name=escape(name), mode="lines+markers", showlegend=False,
            x=list(range(years[0], years[1] + 1)), y=cases,
            line={"color": colour, "dash": dash, "width": 2},
            marker={
                "color": colour, "size": 9,
                "symbol": [f"{symbol}-open" if year in caption.partial else symbol
                           for year in range(years[0], years[1] + 1)],
            },
            customdata=[span(year) for year in range(years[0], years[1] + 1)],
            hovertemplate="%{customdata}<br>%{y:,} cases<extra>" + escape(name) + "</extra>",
        )  # fmt: skip
        told = [one for one in cases if one is not None]
        ends.append((told[-1] if told else 0, name, colour))
    year_axis(figure, years, caption)
    highest = max([*by_year["cases"], 1])
    figure.update_yaxes(
        range=[-0.03 * highest, highest * 1.08], tickformat=",d", title={"text": "Cases"}
    )
    figure = dressed(figure, caption, axis="Fiscal year of the decision", height=440)
    # Names that would lie on each other stand apart, in the order of their lines' ends.
    at = -1.0
    for end, name, colour in sorted(ends):
        at = max(end / highest, at + 0.07)
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", y=at * highest, showarrow=False, xshift=6,
            text=escape(shorten(name, 18, placeholder="…")), font={"color": colour, "size": 13},
        )  # fmt: skip
    figure.update_layout(margin={"r": 130}, showlegend=True)
    figure.add_scatter(
        x=[None], y=[None], mode="markers", name="Hollow: partial year",
        marker={"symbol": "circle-open", "color": theme.MUTED[theme.mode(dark=caption.dark)]},
    )  # fmt: skip
    return figure


def rates(of: pl.DataFrame, *, names: Sequence[str], caption: Caption) -> go.Figure:
    """For each row its certification rate with its 95% interval, from 0 to 100%.

    `of` has certified, decided, rate, rate_low and rate_high; no mark for too few decided.
    """
    at = list(range(of.height))
    figure = go.Figure().set_subplots(1, 1)
    own = theme.LOOKS["status"]["certified"][1 if caption.dark else 0]
    figure.add_scatter(
        name="Certified of decided, with 95% interval", mode="markers",
        y=at, x=of["rate"].to_list(),
        error_x={
            "type": "data", "symmetric": False, "thickness": 2, "width": 4,
            "array": (of["rate_high"] - of["rate"]).to_list(),
            "arrayminus": (of["rate"] - of["rate_low"]).to_list(),
        },
        hovertext=[
            f"{escape(name)}<br>{certified:,} of {decided:,} decided"
            for name, (certified, decided) in zip(
                names, of.select("certified", "decided").rows(), strict=True
            )
        ],
        hovertemplate="%{hovertext}<br>%{x:.1%}<extra></extra>",
        marker={"color": own, "size": 11},
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%", showgrid=True, dtick=0.2)
    labels = [
        cut(name, f": {'too few to rate' if rate is None else f'{rate:.1%}'} (n = {n:,})")
        for name, (rate, n) in zip(names, of.select("rate", "decided").rows(), strict=True)
    ]
    above(figure, at, labels)
    return dressed(figure, caption, axis="Certified of decided", height=170 + ROW * of.height)


def level_mix(mix: pl.DataFrame, *, names: Sequence[str], caption: Caption) -> go.Figure:
    """For each employer a lying bar of its wage levels, as parts of all its cases.

    `mix` is analytics.levels.mix's frame by employer.
    """
    figure = go.Figure().set_subplots(1, 1)
    totals = dict(mix.group_by("employer").agg(pl.col("cases").sum()).rows())
    for level in theme.LOOKS["wage_level"]:
        of = mix.filter(pl.col("level").cast(pl.String) == level)
        if of.is_empty():
            continue
        cases = dict(of.select("employer", "cases").rows())
        here = [(n, name) for n, name in enumerate(names) if name in cases]
        figure.add_bar(
            name=theme.word(level), orientation="h", width=BAR, y=[n for n, _ in here],
            x=[cases[name] / totals[name] for _, name in here],
            customdata=[(escape(name), cases[name]) for _, name in here],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]:,} cases, %{x:.1%} of all<extra>"
            + theme.word(level) + "</extra>",
            marker=theme.marker("wage_level", level, dark=caption.dark),
        )  # fmt: skip
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[0, 1], tickformat=".0%", showgrid=True, dtick=0.2)
    above(
        figure,
        list(range(len(names))),
        [cut(one, f" (n = {totals.get(one, 0):,})") for one in names],
    )
    return dressed(figure, caption, axis="Part of the cases", height=210 + ROW * len(names))
