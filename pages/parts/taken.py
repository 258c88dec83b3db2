"""What a person takes along of a shortlist: the table as a file, and the picture of its pay."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from charts import listings as charts
from charts.frame import Caption
from loaders import tables
from loaders.releases import years_said
from loaders.schema import FEWEST, WAGE_LEVELS
from pages.parts import about, figure, listing, weights
from pages.parts.plain import counted, plain
from pages.parts.shortlist import View, Years

_MOST = 12
_GIVEN = (
    "listing_name", "listing_title", "places", "workplace", "pay_low", "pay_high", "pay_unit",
    "pay_currency", "title_words", "posted_date", "deadline_date", "url", "visa_words",
)  # fmt: skip
_FOUND = {
    "certification_rate": "rate", "certified_cases": "certified", "decided_cases": "decided",
    "denied_cases": "denied", "withdrawn_cases": "withdrawn",
    "last_decision": "role_last_decision_date",
    "perm_cases": "role_perm_cases", "perm_median_days": "median_days", "perm_timed": "timed",
    "perm_role_median_days": "market_days", "perm_role_timed": "market_timed",
    "years_of_pay_and_perm_days": "recent",
    "market_cases": "market_cases", "market_p10": "market_p10", "market_median": "market_median",
    "market_p90": "market_p90", "market_percentile": "market_percentile",
    "employer_pay_cases": "pay_cases", "employer_p10": "pay_p10",
    "employer_median": "pay_median", "employer_p90": "pay_p90", "tn_cases": "tn",
    "cases_with_class_of_admission": "tn_of",
}  # fmt: skip


_PAY = {
    "listing_name": "Listing", "listing_state": "State", "annual_pay_low": "Pay from",
    "annual_pay_high": "to", "market_percentile": "Offers below it",
    "market_cases": "Market cases", "market_p10": "10th", "market_median": "Median",
    "market_p90": "90th", "pay_cases": "Its own cases", "pay_p10": "Its 10th",
    "pay_median": "Its median", "pay_p90": "Its 90th",
}  # fmt: skip


def exported(rows: pl.DataFrame, of: Years) -> pl.DataFrame:
    """The shortlist as a table to take along and to bring again: the listings first, as given."""
    against = [" ".join(listing.against(row, of)) for row in rows.rows(named=True)]
    said = [" · ".join(listing.notes(row)) for row in rows.rows(named=True)]
    roles = [listing.role_of(row) for row in rows.rows(named=True)]
    return rows.select(
        *(pl.col(one) for one in _GIVEN if one not in {"places", "visa_words"}),
        annual_pay_low="annual_pay_low",
        annual_pay_high="annual_pay_high",
        places=pl.col("places").list.join("; "),
        visa_words=pl.col("visa_words").list.join(". "),
        shortlist_rank="place",
        answer="answer",
        employer_is="brand",
        spellings="spellings",
        filed_for=pl.Series(roles, dtype=pl.String),
        # An unrated one has parts and no score.
        score=pl.when(pl.col("answer").cast(pl.String) == listing.RATED).then("score"),
        **{f"score_{part}": pl.col(part) for part in weights.WORDS},
        cases_for_role="cases",
        cases_for_all_roles=pl.when(pl.col("decision").cast(pl.String) == "matched").then(
            "all_cases"
        ),
        **{f"level_{level}": pl.col("levels").list.get(at) for at, level in enumerate(WAGE_LEVELS)},
        level_none_filed=pl.when(pl.col("levels").is_not_null()).then(
            pl.col("cases") - pl.col("told")
        ),
        **{name: pl.col(column) for name, column in _FOUND.items()},
        speaks_against=pl.Series(against, dtype=pl.String),
        remarks=pl.Series(said, dtype=pl.String),
    )


def draw(rows: pl.DataFrame, view: View) -> None:
    """How the shortlist was made, and the shortlist as CSV and XLSX."""
    score = weights.definition(view.weighed, of=" of the employer among all who file for the role")
    made = view.made(
        f"{score} Certified of decided and levels are of all loaded years, PERM time and pay of "
        f"{years_said(view.years.pay)}; fewer than {FEWEST} give none."
    )
    of = {"Weights": weights.said(view.weighed), "Rows": f"{rows.height:,}"}
    with st.container(horizontal=True):
        figure.popover(made, "shortlist")
        for kind, file, mime in (
            ("CSV", lambda: tables.csv(exported(rows, view.years)), "text/csv"),
            ("XLSX", lambda: tables.xlsx(exported(rows, view.years), about=of),
             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ):  # fmt: skip
            st.download_button(
                f"Download {kind}", file, f"shortlist.{kind.lower()}", mime,
                icon=":material/download:", key=f"shortlist_{kind}", on_click="ignore",
            )  # fmt: skip


def pay(rows: pl.DataFrame, view: View) -> None:
    """Where the pay of the first listings stands between all employers' offers and their own."""
    given = rows.filter(pl.col("annual_pay_low").is_not_null())
    told = given.filter(pl.col("market_p10").is_not_null())
    paid = told.head(_MOST)
    if paid.is_empty():
        return
    years = years_said(view.years.pay)
    drawn = paid.with_columns(label=pl.Series(_labels(paid), dtype=pl.String))
    definition = (
        f"The pay of a listing on the 10th to 90th centile of what all employers, and its own, "
        f"offered for the role in the state of the job (the first that it names; all states where "
        f"none is told) in {years}. The lower bound of each offer, US dollars a year. An "
        "internship's pay is drawn as if for a year, beside offers for the full-time role: it has "
        "no percentile."
    )
    st.markdown(f"**Pay.** {_below(given, told)}{_places(paid)}")
    figure.draw(
        lambda dark: charts.pay(
            drawn,
            caption=Caption(
                "Pay beside the market's offers",
                (f"{paid.height} of {counted(given.height, 'listing')} with pay", years),
                about.source(view.in_use),
                sample=view.in_use.is_sample,
                dark=dark,
            ),
        ),
        drawn.select(*_PAY),
        "shortlist-pay",
        alt="Bands of the market's and the employer's offers with the pay of each listing: "
        + "; ".join(drawn["label"].to_list()),
        columns=_PAY,
        about=view.made(definition),
    )  # fmt: skip


def _below(given: pl.DataFrame, told: pl.DataFrame) -> str:
    """How many begin below the market's median, internships apart: they are no such offers.

    Of those with pay that are `given`, those whose market is `told`.
    """
    interns, others = (sum(map(listing.is_internship, of.rows(named=True))) for of in (told, given))
    apart = f" Left out: {counted(interns, 'internship')}." if interns else ""
    if interns == told.height:
        return f"No listing with pay is of a full-time role.{apart}"
    below, of = told.filter(pl.col("market_percentile") < 0.5).height, told.height - interns  # noqa: PLR2004 - the median
    can = (
        f"{of:,} can be compared with a market of {FEWEST} offers or more"
        f" ({'its' if of == 1 else 'their'} role, state and years)"
    )
    return (
        f"Of {counted(given.height - others, 'listing')} with pay, {can}: {below:,} "
        f"{'begins below the median of its' if below == 1 else 'begin below the medians of their'}"
        f" market{'s' * (below != 1)}.{apart}"
    )


def _places(paid: pl.DataFrame) -> str:
    """Which listings are in more states than the one whose market is drawn."""
    many = {
        f"{plain(row['listing_name'])} ({', '.join(states)})": row["listing_state"]
        for row in paid.rows(named=True)
        if len(states := listing.states_of(row)) > 1
    }
    said = (f"{who}: the market drawn is that of {state} alone" for who, state in many.items())
    return f" In several states: {'; '.join(said)}." if many else ""


def _labels(paid: pl.DataFrame) -> Sequence[str]:
    """Of internships what they are comes first: a long label loses its end."""
    return [
        f"{_joined('Internship', listing.as_a_year(row))}: "
        + _joined(row["listing_name"], _market(row), listing.role_of(row))
        if listing.is_internship(row)
        else _joined(row["listing_name"], listing.role_of(row), _market(row))
        for row in paid.rows(named=True)
    ]


def _joined(*parts: str | None) -> str:
    return ", ".join(filter(None, parts))


def _market(row: listing.Row) -> str | None:
    """The state whose market is drawn, `CA only` of several."""
    several = len(listing.states_of(row)) > 1
    return f"{row['listing_state']} only" if several else row["listing_state"]
