"""Who files for a role, in the order of a score whose parts are shown and can be weighed."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import ranking
from loaders import lake
from loaders.facts import weights
from pages.parts import downloads, figure, report
from pages.parts.chosen_role import Choice
from pages.parts.plain import counted
from pages.parts.role import View

_MOST = 500
_WORDS = {
    "volume": ("Volume", "Cases of the last three fiscal years, logarithmic against the most."),
    "consistency": ("Consistency", "Share of the loaded fiscal years in which it filed."),
    "recency": ("Recency", "1 in the newest loaded year, 0 five years before it."),
    "certification": ("Certified", "Lower end of the 95% interval of certified of decided."),
    "pay": ("Pay", "Median offer over prevailing wage: 0 at 1.0, 1 at 1.5 or more."),
    "perm": ("PERM", "PERM cases of the last three fiscal years, logarithmic."),
}


@st.cache_data(max_entries=32, show_spinner="Ranking the employers…")
def _ranked(
    version: str,  # noqa: ARG001
    path: str,
    choice: Choice,
    weighed: Mapping[str, float],
    years: tuple[int, ...],
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The first employers of each answer, with names and trend; and how many have each answer."""
    at, filings = Path(path), choice.filings(path).collect().lazy()
    every = ranking.ranked(filings, weighed).with_columns(
        share=pl.col("cases") / pl.col("cases").sum()
    )
    found, trend = pl.collect_all([every, ranking.trend(filings, years)])
    first = pl.concat(found.filter(answer=one).head(_MOST) for one in ranking.ANSWERS)
    named = (
        first.lazy()
        .join(trend.lazy(), on="identity", how="left", maintain_order="left")
        .join(
            lake.brands(at).select("brand_id", "brand"),
            on="brand_id", how="left", maintain_order="left",
        )
        .join(
            lake.employers(at).select("employer_id", "employer"),
            on="employer_id", how="left", maintain_order="left",
        )
        .with_columns(
            name=pl.coalesce("brand", "employer", "brand_id", "employer_id"),
            certified_rate=pl.when(pl.col("decided") >= ranking.FEWEST).then(
                pl.col("certified") / pl.col("decided")
            ),
        )
        .drop("brand", "employer")
        .collect()
    )  # fmt: skip
    return named, dict(found.group_by("answer").len().rows())


def _weighed() -> dict[str, float]:
    """The weights, as the person sets them."""
    with st.expander("What the score weighs", icon=":material/tune:"):
        st.caption(
            "Every part is from 0 to 1. The score is their weighted mean over the parts that can "
            "be told. An employer with fewer than five cases is unrated, not bad."
        )
        columns = st.columns(3)
        return {
            part: columns[number % 3].slider(
                said, 0.0, 5.0, weights()[part], 0.5, key=f"weight_{part}", help=of
            )
            for number, (part, (said, of)) in enumerate(_WORDS.items())
        }


@st.fragment
def draw(view: View) -> None:
    """The employers of the role, rated and unrated."""
    st.subheader("Who files", anchor="employers")
    weighed = _weighed()
    years = view.coverage["fiscal_year"].unique().sort()
    span = tuple(years.filter(years.is_between(*view.choice.years)).to_list())
    at = (view.in_use.version, str(view.in_use.path))
    found, answers = _ranked(*at, view.choice, weighed, span)
    rated, unrated = (found.filter(answer=one) for one in ranking.ANSWERS[:2])
    many, few = (answers.get(one, 0) for one in ranking.ANSWERS[:2])
    st.caption(
        f"{counted(many, 'employer')} rated; {few:,} filed fewer than {ranking.FEWEST} cases and "
        f"are unrated. The first {_MOST} of each are shown."
    )
    if rated.height:
        _table(rated, "rated", span)
    if unrated.height:
        with st.expander(f"Unrated: {answers['unrated']:,} with fewer than five cases"):
            _table(unrated, "unrated", span)
    made = view.made(
        "A score from 0 to 1: the weighted mean of six parts. "
        + " ".join(f"*{said}*: {of}" for said, of in _WORDS.values())
        + " A part that cannot be told takes no weight. Weights: "
        + ", ".join(f"{_WORDS[part][0]} {weight:g}" for part, weight in weighed.items())
        + ". Spellings and subsidiaries count under one brand or employer.",
        "employers",
    )
    with st.container(horizontal=True):
        figure.popover(made, "role-employers")
        table = found.drop("trend").rename({"certified_rate": "rate_of_decided"})
        said = {part: word for part, (word, _) in _WORDS.items()}
        downloads.menu(table, "role-employers", columns=said, said=report.told(made))


def _table(found: pl.DataFrame, name: str, span: tuple[int, ...]) -> None:
    number, bar = st.column_config.NumberColumn, st.column_config.ProgressColumn
    parts = {
        part: bar(said, help=of, min_value=0, max_value=1, format="%.2f", width=76)
        for part, (said, of) in _WORDS.items()
    }
    order = [
        *(["rank", "name", "score"] if name == "rated" else ["name"]),
        "cases", "share", "trend", "certified_rate", "pay_ratio", *_WORDS,
    ]  # fmt: skip
    st.dataframe(
        found.with_columns(pl.col("share", "certified_rate") * 100),
        hide_index=True,
        height=420,
        placeholder="not told",
        column_order=order,
        column_config=parts
        | {
            "rank": number("Rank", width=56),
            "name": st.column_config.TextColumn("Employer", width="medium", pinned=True),
            "score": bar("Score", min_value=0, max_value=1, format="%.2f", width=90),
            "cases": number("Cases", format="localized", width=66),
            "share": number("Share", format="%.1f%%", width=66),
            "trend": st.column_config.BarChartColumn(
                f"FY{span[0]} to FY{span[-1]}", help="Cases in each loaded fiscal year."
            ),
            "certified_rate": number("Of decided", format="%.1f%%", width=84),
            "pay_ratio": number("Offer ÷ prevailing", format="%.2f", width=84),
        },
        key=f"table_role-{name}",
    )
