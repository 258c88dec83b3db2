"""Figures of wages beside the bands of charts.roles: offers over their prevailing wage."""

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.frame import Caption, dressed, panels


def ratios(steps: pl.DataFrame, *, width: float, caption: Caption) -> go.Figure:
    """Bars of the cases by how far the offer is over the prevailing wage, in steps of `width`.

    `steps` is analytics.wages.ratios' frame; its first and last step are open and say so.
    """
    colour = theme.LOOKS["wage_level"]["III"][1 if caption.dark else 0]
    low, most = 1 - width, steps["from"].max()
    last = float(most) if isinstance(most, float) else 2.0
    at, said = list[float](), list[str]()
    for step in steps["from"].to_list():
        under = step == 0.0
        at.append(low - width / 2 if under else step + width / 2)
        top = step + width
        said.append(
            f"below {low:.2f}" if under
            else f"{step:.2f} or more" if step == last and last >= OPEN
            else f"{step:.2f} to under {top:.2f}"
        )  # fmt: skip
    figure = panels([], dark=caption.dark)
    figure.add_bar(
        name="Cases", x=at, y=steps["cases"].to_list(), width=width * 0.9,
        marker={"color": colour},
        customdata=[
            (text, "" if share is None else f", {share:.1%}")
            for text, share in zip(said, steps["share"].to_list(), strict=True)
        ],
        hovertemplate="Offer ÷ prevailing %{customdata[0]}<br>%{y:,} cases%{customdata[1]}"
        "<extra></extra>",
    )  # fmt: skip
    muted = theme.MUTED[theme.mode(dark=caption.dark)]
    theme.ruled(figure, "x", 1, {"width": 1, "dash": "dash", "color": muted})
    theme.axes(
        figure,
        "x",
        tickformat=".2f",
        tickvals=[1, 1.25, 1.5, 1.75, OPEN],
        ticktext=["1.00", "1.25", "1.50", "1.75", f"{OPEN:.2f} or more"],
        range=[0.88, 2.08],
    )
    theme.axes(
        figure, "y", rangemode="tozero", tickformat=",d", title={"text": "Cases"},
        **theme.whole(steps["cases"].max()),
    )  # fmt: skip
    return dressed(figure, caption, axis="Offer ÷ prevailing wage (1.00: at it)", height=340)


OPEN = 2.0
"""The step from which all higher ones are one."""
