"""Figures of employers: what their scores are made of, and their pay beside the market's.

Text of the data is shown as it is, never as markup.
"""

from collections.abc import Mapping
from html import escape

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.frame import BAR, ROW, Caption, above, cut, dressed, panels


def scores(
    ranked: pl.DataFrame, weights: Mapping[str, tuple[str, float]], *, caption: Caption
) -> go.Figure:
    """Lying bars of the scores, each of the weighted parts that it is the sum of.

    `ranked` is analytics.ranking.scored's frame with a `name`; `weights` say for each part what
    it is called and how it weighs. A part that cannot be told takes no weight; one that adds
    nothing to any of them is not drawn.
    """
    figure, at = panels([], dark=caption.dark), list(range(ranked.height))
    told = [
        sum(weight for part, (_, weight) in weights.items() if row[part] is not None)
        for row in ranked.rows(named=True)
    ]
    for part, (said, weight) in weights.items():
        values = ranked[part].to_list()
        if not weight or not any(values):
            continue
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
    scale = {"range": [0, 1], "showgrid": True, "nticks": 6}
    above(figure, at, labels, barmode="stack", xaxis=scale)
    return dressed(figure, caption, axis="Score, 0 to 1", height=190 + ROW * ranked.height)


def beside_market(spread: pl.DataFrame, *, names: list[str], caption: Caption) -> go.Figure:
    """For each row the market's middle half of wages, and on it the employer's, with both medians.

    `spread` is analytics.employers.beside_market's frame, named by `names`. Without a median of
    its own, for too few cases, a row has the market alone.
    """
    at = list(range(spread.height))
    dark, ink = caption.dark, theme.INK[theme.mode(dark=caption.dark)]
    own, rest = theme.OWN[theme.mode(dark=dark)], theme.REST[theme.mode(dark=dark)]
    figure = panels([], dark=caption.dark)
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
    highest = max([v for v in [*spread["p75"], *spread["market_p75"]] if v is not None], default=1)
    scale = {"range": [0, highest * 1.06], "tickformat": "$,.0f", "showgrid": True, "nticks": 6}
    labels = [
        cut(label, f" (n = {mine:,} of {of or 0:,})")
        for label, (mine, of) in zip(
            names, spread.select("cases", "market_cases").rows(), strict=True
        )
    ]
    above(figure, at, labels, barmode="overlay", xaxis=scale)
    return dressed(
        figure, caption, axis="US dollars a year, offered", height=210 + ROW * spread.height
    )
