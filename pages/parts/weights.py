"""What a score weighs: its parts in words, and the weights that a person can set."""

from collections.abc import Mapping

import streamlit as st

from loaders.facts import weights

WORDS = {
    "volume": (
        "Volume",
        "Cases of the newest three loaded fiscal years, logarithmic against the most.",
    ),
    "consistency": ("Consistency", "Share of the loaded fiscal years in which it filed."),
    "recency": (
        "Recency",
        "1 in the newest loaded year, 0 five before: the last with 5% of its busiest one's cases.",
    ),
    "certification": ("Certified", "Lower end of the 95% interval of certified of decided."),
    "pay": ("Pay", "Mean offer over its prevailing wage, each from 0 at 1.0 to 1 at 1.5 or more."),
    "perm": (
        "PERM",
        "PERM cases of the newest three loaded fiscal years. Of PERM alone volume says the same.",
    ),
}


def draw(said: str) -> dict[str, float]:
    """The weights, as the person or the link sets them; `said` explains what they are for."""
    with st.expander("What the score weighs", icon=":material/tune:"):
        st.caption(said)
        columns = st.columns(3)
        return {
            part: columns[number % 3].slider(
                called, 0.0, 5.0, weights()[part], 0.5, key=f"weight_{part}", help=of,
                bind="query-params",
            )
            for number, (part, (called, of)) in enumerate(WORDS.items())
        }  # fmt: skip


def said(weighed: Mapping[str, float]) -> str:
    """`Volume 1, Pay 0.5`: how the parts weigh."""
    return ", ".join(f"{WORDS[part][0]} {weight:g}" for part, weight in weighed.items())


def definition(weighed: Mapping[str, float], *, of: str = "") -> str:
    """What the score is, part by part; `of` says of whom."""
    parts = " ".join(f"*{name}*: {means}" for name, means in WORDS.values())
    return (
        f"A score from 0 to 1{of}: the weighted mean of six parts. {parts} A part that cannot be "
        f"told takes no weight. Weights: {said(weighed)}."
    )
