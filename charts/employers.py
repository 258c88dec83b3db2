"""Figures of employers: what their scores are made of, their pay beside the market's, side by side.

Text of the data is shown as it is, never as markup.
"""

from collections.abc import Mapping
from html import escape

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.roles import ROW, Caption, above, dressed


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
            name=said, orientation="h", y=at, width=0.4,
            x=[(value or 0) * weight / of if of else None
               for value, of in zip(values, told, strict=True)],
            customdata=[(escape(name), "not told" if value is None else f"{value:.2f}", weight)
                        for name, value in zip(ranked["name"], values, strict=True)],
            hovertemplate="%{customdata[0]}<br>" + said + " %{customdata[1]}, weight "
            "%{customdata[2]:g}<br>%{x:.2f} of the score<extra></extra>",
            marker=theme.marker("part", part, dark=caption.dark),
        )  # fmt: skip
    labels = [
        f"{rank}. {name}: {score:.2f} ({cases:,} cases)"
        for rank, name, score, cases in ranked.select("rank", "name", "score", "cases").rows()
    ]
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[0, 1], showgrid=True, nticks=6)
    above(figure, at, labels)
    return dressed(figure, caption, axis="Score, 0 to 1", height=190 + ROW * ranked.height)
