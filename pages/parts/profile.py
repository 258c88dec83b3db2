"""An employer's profile: its newest year in a sentence and four numbers, and what it files for."""

from collections.abc import Collection, Mapping
from math import nan
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import (
    counts,
    employers,
    levels,
    perm,
    provenance,
    shares,
    wages,
)
from charts import counts as count_charts
from charts import employers as charts
from charts import roles as role_charts
from charts.theme import word
from loaders import lake, role_notes
from loaders import roles as role_names
from loaders.facts import codes
from loaders.releases import years_said
from loaders.schema import FEWEST
from pages.parts import about, figure
from pages.parts.cases import NO_METRO, PARTS, Cases
from pages.parts.columns import forms_with
from pages.parts.history import Narrowed, rows
from pages.parts.plain import counted, plain
from pages.parts.role import CASES, View, spoken
from pages.parts.role_pay import POOLED
from pages.parts.view import filed, rates

_TOP = 12


@st.cache_resource(max_entries=64, show_spinner="Reading the employer's cases…")
def numbers(version: str, path: str, choice: Cases) -> dict[str, pl.DataFrame]:
    """Every table of the profile, from the employer's cases, which are read once."""
    if choice.employer is None:
        return {}
    state = choice.states[0] if choice.states else None
    narrowed = Narrowed(choice.programs, choice.years, state)
    every = rows(version, path, choice.employer, narrowed).lazy()
    filings = counts.matching(every, roles=role_names.within(choice.roles), words=choice.words)
    filings = filings.collect().lazy()
    asking = forms_with("wage_level")
    metros = shares.by_metro(filings, codes("shown/metros"))
    queries = {
        "periods": counts.by_period(filings, split="program", quarters=False),
        "quarters": counts.by_period(filings, split="program", quarters=True),
        "decided": counts.certification(filings),
        "definitions": shares.definitions(filings),
        "levels": levels.mix(filings, asking),
        "waits": perm.processing(filings),
        "pay_years": wages.percentiles(filings, ["fiscal_year"]),
        "roles": shares.by(every, "role"),
        "year_roles": every.group_by("fiscal_year", "role")
        .agg(cases=pl.len())
        .sort("cases", "role", descending=[True, False]),
        "states": shares.by(filings, "worksite_state"),
        "metros": metros,
        "of metros": provenance.known(filings, metros, NO_METRO),
        "cities": shares.by_city(filings),
        "countries": perm.origins(filings, "country_of_citizenship"),
        "classes": perm.origins(filings, "class_of_admission"),
        "firms": employers.law_firms(filings),
        "flags": employers.flags(filings),
        **{f"of {name}": provenance.steps(filings, test) for name, test in _PARTS.items()},
        "steps": provenance.steps(lake.filings(Path(path)), choice.tests()),
    }
    return dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))


_PERM, _LCA = (pl.col("program") == one for one in ("perm", "lca"))
_PARTS: Mapping[str, Mapping[str, pl.Expr]] = {
    **{name: test for name, test in PARTS.items() if name != "employers"},
    "quarters": {"no decision date": pl.col("decision_date").is_not_null()},
    "countries": {
        "not PERM": _PERM,
        "no country on the form": pl.col("country_of_citizenship").is_not_null(),
    },
    "classes": {
        "not PERM": _PERM,
        "no class of admission on the form": pl.col("class_of_admission").is_not_null(),
    },
    "firms": {"no law firm named": pl.col("law_firm").is_not_null()},
    "flags": {"not LCA": _LCA},
}


@st.cache_resource(max_entries=64, show_spinner="Reading the market's wages…")
def market(version: str, path: str, choice: Cases) -> pl.DataFrame:
    """Its offered wages by role beside all employers', in the programs and states of its choice."""
    if choice.employer is None:
        return pl.DataFrame()
    state = choice.states[0] if choice.states else None
    mine = rows(version, path, choice.employer, Narrowed(choice.programs, choice.years, state))
    offers = _offers(version, path, choice.programs, choice.states)
    return employers.beside_market(mine.lazy().filter(_OF_ROLE), offers.lazy()).collect()


_OF_ROLE = pl.col("role") != role_names.OTHER


@st.cache_resource(max_entries=8, show_spinner="Reading the market's wages…")
def _offers(
    version: str,  # noqa: ARG001
    path: str,
    programs: tuple[str, ...],
    states: tuple[str, ...],
) -> pl.DataFrame:
    """What all employers offered for each role, whoever asks."""
    every = lake.filings(Path(path)).filter(_OF_ROLE)
    return employers.offers(counts.matching(every, programs=programs, states=states)).collect()


def _year(view: View) -> int:
    """The newest whole year with enough cases to say something; else the newest with a case."""
    sums = view.found["decided"].group_by("fiscal_year").agg(pl.col("cases").sum())
    whole = sums.filter(~pl.col("fiscal_year").is_in(list(view.partial)), pl.col("cases") >= FEWEST)
    return (whole if whole.height else sums)["fiscal_year"].sort()[-1]


def _since(view: View, last: int) -> str:
    """The cases of the loaded years after the one that the sentence is about, none as none."""
    decided, end = view.found["decided"], view.choice.years[1]
    cases = dict(decided.group_by("fiscal_year").agg(pl.col("cases").sum()).rows())
    untold = {year for of in view.untitled.values() for year in of}
    loaded = {year for of in view.loaded.values() for year in of} - untold | set(cases)
    since = [year for year in sorted(loaded) if last < year <= end]
    some = "".join(
        f" {about.year_of(year, decided, view.partial)}: {counted(cases[year], 'case')}."
        for year in since
        if year in cases
    )
    none = [year for year in since if year not in cases]
    return some + (f" None observed in {years_said(none)}." if none else "")


def sentence(view: View) -> str:
    """What was filed in the newest telling year, for which role most, and how DOL decided."""
    decided, choice = view.found["decided"], view.choice
    last = _year(view)
    of = decided.filter(fiscal_year=last).sort("program").rows(named=True)
    most = view.found["year_roles"].filter(fiscal_year=last).row(0, named=True)
    job = (
        f" for *{plain(role_notes.named(most['role']))}*"
        if most["role"] != role_names.OTHER
        else " for jobs of none of our roles"
    )
    for_ = (
        f" ({plain(choice.name)})"
        if choice.role or choice.words
        else f", {most['cases']:,} of them{job}"
        if sum(row["cases"] for row in of) > 1
        else job
    )
    when = about.year_of(last, decided, view.partial)
    return f"**{when}**: {filed(of)}{for_}; {rates(of)}.{_since(view, last)}"


def four(view: View) -> None:
    """Cases, certification, offered wage and PERM time of one year, each with its trend."""
    decided, found = view.found["decided"], view.found
    sums = decided.group_by("fiscal_year").agg(pl.col("cases").sum())
    main = decided.group_by("program").agg(pl.col("cases").sum()).sort("cases", "program")
    program = main["program"][-1]
    cells = iter(st.columns(4, gap="small"))
    with next(cells):
        _metric(
            view, "Cases", sums, "cases", form="{:,}", note="Cases, not people and not hires.",
        )  # fmt: skip
    with next(cells):
        _metric(
            view, f"{word(program)} certified", decided.filter(program=program), "rate",
            form="{:.1%}", of="decided", program=program,
            note="The certification rate: certified of certified + denied. DOL certifies; USCIS "
            "approves.",
        )  # fmt: skip
    with next(cells):
        _metric(
            view, "Median offer", found["pay_years"], "median", form="${:,.0f}", of="cases",
            note="Annual US dollars, the lower bound of each offer.",
        )  # fmt: skip
    with next(cells):
        _metric(
            view, "PERM takes", found["waits"], "median", form="{:,.0f} days", of="cases",
            program="perm",
            note="Median from receipt until DOL certified or denied; withdrawn cases are left out.",
        )  # fmt: skip


def _metric(
    view: View,
    said: str,
    by_year: pl.DataFrame,
    column: str,
    *,
    form: str,
    note: str,
    of: str | None = None,
    program: str | None = None,
) -> None:
    """The number of the telling year beside the year before, and of all years up to it."""
    if by_year.is_empty():
        return
    last = _year(view)
    years = by_year.filter(pl.col("fiscal_year") <= last).sort("fiscal_year").rows(named=True)
    if not years:
        return
    new = years[-1]
    year, value = new["fiscal_year"], new[column]
    told = {row["fiscal_year"]: row[column] for row in years if row[column] is not None}
    partial = [one for one, of in view.partial.items() if program is None or program in of]
    enough = told if of else {one: cases for one, cases in told.items() if cases >= FEWEST}
    change = _change(enough, year, partial, rate=column == "rate")
    # A bar a year and a gap where none tells: a line would say that it knows of those between.
    bars = [told.get(one, nan) for one in range(min(told, default=year), year + 1)]
    with st.container(border=True, height="stretch"):
        st.metric(
            f"{said}, FY{year}",
            "too few" if value is None else form.format(value),
            change,
            delta_color="off",
            delta_arrow="off" if change and change.startswith("±") else "auto",
            help=note,
            chart_data=bars if len(told) > 1 else None,
            chart_type="bar",
        )
        n = [f"n = {new[of]:,}"] if of else []
        trend = [f"bars: {years_said(list(told))}"] if len(told) > 1 else []
        newer = by_year.filter(pl.col("fiscal_year") > last).drop_nulls(column)
        since = [
            f"FY{row['fiscal_year']} so far: {form.format(row[column])}"
            + (f" (n = {row[of]:,})" if of else "")
            for row in newer.sort("fiscal_year").rows(named=True)
        ]
        if said_below := " · ".join([*n, *trend, *since]):
            st.caption(said_below)


def _change(
    told: Mapping[int, float], year: int, partial: Collection[int], *, rate: bool
) -> str | None:
    """The difference to the year before; none where one of the two is partial or not told."""
    new, before = told.get(year), told.get(year - 1)
    if new is None or not before or {year, year - 1} & set(partial):
        return None
    change = f"{(new - before) * 100:+.1f} points" if rate else f"{new / before - 1:+.1%}"
    return f"{change.replace('+0.0', '±0.0').replace('-0.0', '±0.0')} on FY{year - 1}"


def quarters(view: View) -> None:
    """Filings by quarter and program."""
    st.subheader("Cases by quarter", anchor="quarters")
    periods = view.found["quarters"]
    figure.draw(
        lambda dark: count_charts.by_period(
            periods, split="program", quarters=True, years=view.choice.years,
            partial=view.partial, loaded=about.loaded_years(view.coverage, view.choice.programs),
            filters=view.choice.said(), source=about.source(view.in_use),
            untitled=view.untitled, sample=view.in_use.is_sample, dark=dark,
        ),
        spoken(periods, "program"),
        "employer-quarters",
        alt=count_charts.alt_text(periods, split="program", quarters=True, partial=view.partial),
        columns={
            "fiscal_year": "Fiscal year", "quarter": "Quarter", "program": "Program",
            "cases": "Cases", "positions": "Positions asked for (LCA)",
        },
        about=view.made(CASES, "quarters"),
        below=[
            about.below(
                view.partial,
                undated=about.undated(periods, quarters=True),
                untitled=view.untitled,
            )
        ],
    )  # fmt: skip


def roles(every: View) -> None:
    """The roles that it files for, and what each pays beside all employers."""
    st.subheader("Roles", anchor="roles")
    found = every.found["roles"].with_columns(label=_called("role"))
    top = found.head(_TOP)
    figure.draw(
        lambda dark: role_charts.bars(
            top, labels=top["label"].to_list(), caption=every.caption("Cases by role", dark=dark)
        ),
        found,
        "employer-roles",
        alt="Cases by role: "
        + ", ".join(f"{label} {cases:,}" for label, cases in top.select("label", "cases").rows()),
        columns={"label": "Role", "cases": "Cases", "share": "Share"},
        about=every.made(
            "The role that the title tells, else the occupation code. Finer roles count in theirs.",
            by_title=True,
        ),
        below=[about.no_titles(every.every_untitled)],
    )


def pay(every: View, version: str, path: str) -> None:
    """What each role is offered, beside all employers of the same years."""
    found = market(version, path, every.choice)
    if found.is_empty():
        return
    found = found.with_columns(
        label=_called("role"), years=pl.Series(map(years_said, found["years"]), dtype=pl.String)
    )
    st.subheader("Offered wages beside all employers", anchor="market")
    top = found.drop_nulls("median").head(_TOP)
    if top.is_empty():
        st.caption(f"No role here has {FEWEST} cases with a wage: not enough for a median.")
        return
    first = top.row(0, named=True)
    figure.draw(
        lambda dark: charts.beside_market(
            top, names=top["label"].to_list(),
            caption=every.caption("Offered wages by role, beside all employers", dark=dark),
        ),
        found,
        "employer-wages",
        alt="Median and middle half of offered wages by role, beside those of all employers.",
        columns={
            "label": "Role", "years": "Fiscal years of both", "cases": "Cases", "p25": "25th",
            "median": "Median", "p75": "75th",
            "market_cases": "Cases of all", "market_p25": "25th of all",
            "market_median": "Median of all", "market_p75": "75th of all", "ratio": "Its ÷ all",
        },
        about=every.made(
            "Offered wages in US dollars a year, the lower bound of each offer, beside those of "
            "all employers, this one included, of the same programs and place, in the fiscal "
            "years in which it has a wage for that role (the numbers say which), each year weighed "
            "as it is with this employer. Places and "
            "seniority differ, too: a difference is not what the employer alone decides. Cases "
            f"that no role is told of are left out here. Fewer than {FEWEST} give no centile.",
            "wages",
        ),
        below=[
            plain(
                f"{POOLED} All employers are of the fiscal years in which it has a wage for that "
                f"role, each weighed as it is with this employer; {first['label']}: "
                f"{first['years']}."
            )
        ],
    )  # fmt: skip


def _called(column: str) -> pl.Expr:
    """The names of roles."""
    return pl.col(column).cast(pl.String).replace(role_notes.names())
