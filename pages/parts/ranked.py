"""Who files, in the order of a score whose parts are shown and can be weighed."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from analytics import ranking
from analytics.counts import share
from charts import employers as charts
from loaders.facts import codes
from loaders.releases import years_said
from loaders.schema import FEWEST
from loaders.yearly import yearly
from pages.parts import about, downloads, employer_names, figure, weights
from pages.parts.cases import Cases
from pages.parts.plain import counted, plain
from pages.parts.role import View

MOST, _CHARTED, _FEW = 500, 10, 10
_NEAR = 2
"""How many stand above and below one that is asked for."""
_NUMBER, _BAR = st.column_config.NumberColumn, st.column_config.ProgressColumn


@st.cache_resource(max_entries=16, show_spinner="Ranking the employers…")
def filed(version: str, path: str, choice: Cases) -> pl.DataFrame:  # noqa: ARG001
    """What each employer filed a year of these cases, as loaders.yearly.yearly."""
    sums = choice.sums(path)
    return (yearly(choice.filings(path)) if sums is None else sums).collect()


@st.cache_resource(max_entries=16, show_spinner="Ranking the employers…")
def ranks(
    version: str,
    path: str,
    choice: Cases,
    weighed: Mapping[str, float],
    years: tuple[int, ...],
) -> pl.DataFrame:
    """Every employer of these cases with its name, score, share and trend, best first."""
    sums = filed(version, path, choice).lazy()
    every = ranking.scored(sums, weighed, loaded=years).with_columns(
        share=pl.col("cases") / pl.col("cases").sum(),
        certified_rate=share("certified", "decided"),
    )
    found, trend = pl.collect_all([every, ranking.trends(sums, years)])
    found = found.join(trend, on="identity", how="left", maintain_order="left")
    return employer_names.named(found, version, path, "identity")


def linked(choice: Cases, *, name: str, identity: str) -> str:
    """The address of an employer's profile for these cases, seen from another page.

    A profile is of one role and one state or of all: of several it is of all.
    """
    return f"employer?{urlencode({'employer': name, 'id': identity})}&{_cases(choice)}"


@lru_cache(maxsize=64)
def _cases(choice: Cases) -> str:
    """What a link says of the cases."""
    asked: dict[str, str | list[str]] = {"role": choice.roles[0]} if len(choice.roles) == 1 else {}
    asked |= {"title": choice.words} if choice.words else {}
    asked |= {"program": choice.programs[0].upper()} if len(choice.programs) == 1 else {}
    if len(choice.states) == 1:
        (state,) = choice.states
        asked |= {"in": codes("states").get(state, state), "there": "true"}
    asked |= {"years": [f"FY{year}" for year in choice.years]}
    return urlencode(asked, doseq=True)


def _weighed(box: st.delta_generator.DeltaGenerator) -> dict[str, float]:
    """The weights, as the person or the link sets them."""
    with box:
        return weights.draw(
            "Every part is from 0 to 1. The score is their weighted mean over the parts that can "
            f"be told. An employer with fewer than {FEWEST} cases is unrated, not bad."
        )


@st.fragment
def draw(view: View) -> None:
    """The employers of a role, as a section of its page."""
    st.subheader("Who files", anchor="employers")
    weighed = _weighed(st.container())
    found, span = _found(view, weighed)
    rated, unrated = (found.filter(answer=one) for one in ranking.ANSWERS[:2])
    st.caption(
        f"{counted(rated.height, 'employer')} rated; {unrated.height:,} filed fewer than "
        f"{FEWEST} cases and are unrated. The first {MOST} of each are shown."
    )
    _tables(view, found, weighed, span)


@st.fragment
def page(view: View, whole: int, asked: tuple[str, str] | None) -> None:
    """The employers as a page: who leads, the score of the first, all of them, and one asked for.

    `whole` is how many employers the lake has; `asked` an identity and what it is called.
    """
    top = st.container()
    weighed = _weighed(st.container())
    found, span = _found(view, weighed)
    with top:
        figure.answer(answer(found, view), view.untitled)
        if asked:
            st.markdown(standing(found, view.choice, asked))
            _neighbours(found, view.choice, asked[0], span)
        st.caption(_apart(found, whole))
    first = found.filter(answer=ranking.ANSWERS[0]).head(_CHARTED)
    if first.height and sum(weighed.values()):
        figure.draw(
            lambda dark: charts.scores(
                first,
                {part: (said, weighed[part]) for part, (said, _) in weights.WORDS.items()},
                caption=view.caption(
                    f"What the score of the first {first.height} is made of", dark=dark
                ),
            ),
            first.drop("trend"),
            "ranking-scores",
            alt="Lying bars of the scores: "
            + ", ".join(f"{name} {score:.2f}" for name, score in first["name", "score"].rows()),
            columns={"rank": "Rank", "name": "Employer", "score": "Score", "cases": "Cases"}
            | {part: said for part, (said, _) in weights.WORDS.items()},
            about=view.made(_definition(weighed), "employers"),
        )
    _tables(view, found, weighed, span)


def _found(view: View, weighed: Mapping[str, float]) -> tuple[pl.DataFrame, tuple[int, ...]]:
    first, last = view.choice.years
    loaded = about.loaded_years(view.coverage, view.choice.programs)
    unseen = {year for of in view.untitled.values() for year in of}
    unseen -= set(view.found["decided"]["fiscal_year"])  # nobody could be seen filing there
    span = tuple(year for year in loaded if first <= year <= last and year not in unseen)
    at = view.in_use.at
    return ranks(*at, view.choice, weighed, span), span


def answer(found: pl.DataFrame, view: View) -> str:
    """Who leads, in one sentence."""
    of = view.choice.said(years=False) or ("all roles",)
    said = plain(", ".join((*of, view.span)))
    said = said[:1].upper() + said[1:]
    if not found.height or found["answer"][0] != ranking.ANSWERS[0]:
        return f"No employer filed {FEWEST} cases or more: {said}."
    row = found.row(0, named=True)
    few = "too few decided to rate" if row["certified_rate"] is None else (
        f"{row['certified_rate']:.1%} of decided certified"
    )  # fmt: skip
    score = "" if row["score"] is None else f"score {row['score']:.2f} (of 1), "
    return (
        f"{plain(row['name'])} stands first: {score}{row['cases']:,} cases "
        f"({row['share']:.1%} of {found['cases'].sum():,}), {few} (n = {row['decided']:,}). {said}."
    )


def _apart(found: pl.DataFrame, whole: int) -> str:
    """How many are rated, how many filed too little for that, and of how many nothing is seen."""
    many = found.filter(answer=ranking.ANSWERS[0]).height
    absent = whole - found.height
    return (
        f"Of {counted(whole, 'employer')} in the lake, those of one brand counted as one, "
        f"{many:,} are rated; {found.height - many:,} filed fewer than {FEWEST} of these "
        "cases and are unrated"
        + (f"; {absent:,} are not among these cases: none observed." if absent else ".")
    )


def standing(found: pl.DataFrame, choice: Cases, asked: tuple[str, str]) -> str:
    """Where one employer stands: its rank with its score and parts, unrated, or none observed."""
    identity, name = asked
    row = ranking.of_list(found.lazy(), [identity]).collect().row(0, named=True)
    link = linked(choice, name=row["name"] or name, identity=identity)
    said = {
        ranking.ANSWERS[0]: f"rank {row['rank'] or 0:,} of "
        f"{found['rank'].count():,}, {_scored(row)}{row['cases']:,} cases",
        ranking.ANSWERS[1]: f"unrated, {counted(row['cases'], 'case')} are not enough to rate",
        ranking.ANSWERS[2]: "none observed among these cases; it may have filed others",
    }[row["answer"]]
    return f":material/apartment: **{plain(name)}**: {said}. [Its profile]({link})"


def _scored(row: Mapping[str, Any]) -> str:
    """`score 0.71 of 1 (Volume 0.90, Pay not told), `; nothing where no part has a weight."""
    if row["score"] is None:
        return ""
    parts = ", ".join(
        f"{said} {'not told' if row[part] is None else f'{row[part]:.2f}'}"
        for part, (said, _) in weights.WORDS.items()
    )
    return f"score {row['score']:.2f} of 1 ({parts}), "


def _neighbours(found: pl.DataFrame, choice: Cases, identity: str, span: tuple[int, ...]) -> None:
    """A ranked employer between those that stand next to it, as the rows of the table below."""
    rated = found.filter(answer=ranking.ANSWERS[0]).with_row_index("at")
    at = rated.filter(identity=identity)["at"]
    if at.is_empty():
        return
    first = max(at[0] - _NEAR, 0)
    near = rated.drop("at")[first : at[0] + _NEAR + 1]
    _table(_with_links(near, choice), "standing", span, height="content")


def _definition(weighed: Mapping[str, float]) -> str:
    said = weights.definition(weighed)
    return f"{said} Spellings and subsidiaries count under one brand or employer."


def _tables(
    view: View, found: pl.DataFrame, weighed: Mapping[str, float], span: tuple[int, ...]
) -> None:
    """The first of the rated and of the unrated, how they were made, and both as CSV."""
    answers = [found.filter(answer=one) for one in ranking.ANSWERS[:2]]
    rated, unrated = (_with_links(one.head(MOST), view.choice) for one in answers)
    if rated.height:
        _table(rated, "rated", span, height="content" if rated.height < _FEW else 420)
    if unrated.height:
        with st.expander(f"Unrated: {answers[1].height:,} with fewer than {FEWEST} cases"):
            _table(unrated, "unrated", span)
    with st.container(horizontal=True):
        figure.popover(view.made(_definition(weighed), "employers"), f"{view.page}-employers")
        both = pl.concat([rated, unrated]).drop("trend", "profile")
        downloads.csv(both, f"{view.page}-employers")


def _with_links(found: pl.DataFrame, choice: Cases) -> pl.DataFrame:
    links: Sequence[str] = [
        linked(choice, name=name, identity=identity)
        for name, identity in found.select("name", "identity").rows()
    ]
    return found.with_columns(profile=pl.Series(links, dtype=pl.String))


def _table(
    found: pl.DataFrame, name: str, span: tuple[int, ...], *, height: int | Literal["content"] = 420
) -> None:
    parts = {
        part: _BAR(said, help=of, min_value=0, max_value=1, format="%.2f", width=76)
        for part, (said, of) in weights.WORDS.items()
    }
    order = [
        *(["rank"] if name != "unrated" else []), "name", "profile",
        *(["score"] if name != "unrated" else []),
        "cases", "share", "trend", "certified_rate", "decided", "pay_ratio", *weights.WORDS,
    ]  # fmt: skip
    st.dataframe(
        found.with_columns(pl.col("share", "certified_rate") * 100).to_arrow(),
        hide_index=True,
        height=height,
        placeholder="not told",
        column_order=order,
        column_config=parts
        | {
            "rank": _NUMBER("Rank", width=56),
            "name": st.column_config.TextColumn("Employer", width="medium", pinned=True),
            "profile": st.column_config.LinkColumn(
                "Profile",
                display_text="Open",
                width=66,
                help="Its profile, for these cases; of several roles or states, for all.",
            ),
            "score": _BAR("Score", min_value=0, max_value=1, format="%.2f", width=90),
            "cases": _NUMBER("Cases", format="localized", width=66),
            "share": _NUMBER("Share", format="%.1f%%", width=66, help="Of all these cases."),
            "trend": st.column_config.BarChartColumn(
                "Loaded years",
                help="Cases in each fiscal year that is loaded, and in no other: "
                f"{years_said(span)}.",
            ),
            "certified_rate": _NUMBER("Of decided", format="%.1f%%", width=84),
            "decided": _NUMBER("Decided", format="localized", width=72),
            "pay_ratio": _NUMBER(
                "Offer ÷ prevailing, capped",
                format="%.2f",
                width=180,
                help="Offer over prevailing wage: the mean of the cases with both, each counted "
                "as 1.5 at most and as 1 at least, as the score does. Wages has the median.",
            ),
        },
        key=f"table_role-{name}",
    )
