"""Figures of a person's listings: where their pay stands among offers."""

from html import escape

import plotly.graph_objects as go
import polars as pl

from charts import theme
from charts.frame import ROW, Caption, above, dressed, panels


def _counted(listings: pl.DataFrame, of: str) -> list[str]:
    """How many offers each band is of; nothing where there is no band."""
    drawn = listings.select(f"{of}_cases", f"{of}_p10").rows()
    return ["" if low is None else f"n = {cases:,}" for cases, low in drawn]


def pay(listings: pl.DataFrame, *, caption: Caption) -> go.Figure:
    """Each listing's pay on two bands: all employers' offers, and below it its own employer's.

    `listings` has label, annual_pay_low, annual_pay_high, and for `market` and `pay` (its own)
    cases, p10, median and p90; what is null is not drawn.
    """
    at = list(range(listings.height))
    look = 1 if caption.dark else 0
    figure = panels([], dark=caption.dark)
    for of, name, level, lift in (
        ("market", "All employers, 10th to 90th", "II", -0.1),
        ("pay", "This employer, 10th to 90th", "IV", 0.14),
    ):
        low, middle, high = (listings[f"{of}_{one}"] for one in ("p10", "median", "p90"))
        colour = theme.LOOKS["wage_level"][level][look]
        hover = [
            f"{escape(label)}<br>{name}<br>{cases or 0:,} cases"
            + ("" if m is None else f"<br>10th ${p:,.0f}<br>median ${m:,.0f}<br>90th ${q:,.0f}")
            for label, cases, p, m, q in zip(
                listings["label"], listings[f"{of}_cases"], low, middle, high, strict=True
            )
        ]
        figure.add_bar(
            name=name, orientation="h", y=[one + lift for one in at], base=low.to_list(),
            x=(high - low).to_list(), width=0.17, marker={"color": colour}, hovertext=hover,
            hoverinfo="text", text=_counted(listings, of),
            textposition="outside", textfont={"size": 10}, constraintext="none",
        )  # fmt: skip
        figure.add_scatter(
            x=middle.to_list(), y=[one + lift for one in at], mode="markers", hoverinfo="skip",
            showlegend=of == "market", name="Median",
            marker={"symbol": "line-ns-open", "size": 11, "line": {"width": 2},
                    "color": theme.SURFACE[theme.mode(dark=caption.dark)] if of == "pay"
                    else theme.INK[theme.mode(dark=caption.dark)]},
        )  # fmt: skip
    ends = listings.select(
        "label", low="annual_pay_low",
        high=pl.coalesce("annual_pay_high", "annual_pay_low"),
    ).rows()  # fmt: skip
    accent = theme.LOOKS["program"]["perm"][look]
    figure.add_scatter(
        name="Pay in the listing",
        x=[one for _, low, high in ends for one in (low, high, None)],
        y=[one for y in at for one in (y + 0.3, y + 0.3, None)],
        mode="lines+markers", line={"color": accent, "width": 3},
        marker={"symbol": "diamond", "size": 9, "color": accent},
        hovertext=[
            f"{escape(label)}<br>in the listing ${low:,.0f} to ${high:,.0f}"
            for label, low, high in ends for _ in range(3)
        ],
        hoverinfo="text",
    )  # fmt: skip
    drawn = listings.select("market_p90", "pay_p90", "annual_pay_low", "annual_pay_high")
    most = drawn.max().max_horizontal()[0] or 1
    above(
        figure, at, listings["label"].to_list(), barmode="overlay",
        # Room for the count behind the longest band.
        xaxis={"range": [0, most * 1.12], "tickformat": "$,.0f", "showgrid": True, "nticks": 6},
    )  # fmt: skip
    axis = "US dollars a year, offered"
    return dressed(figure, caption, axis=axis, height=230 + (ROW + 26) * listings.height)
