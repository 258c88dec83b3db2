"""Several employers beside each other, of the same role, place, program and years."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import compare, counts, levels, perm, provenance, wages
from charts import compare as charts
from charts import roles as role_charts
from charts.theme import SEVERAL, word
from loaders import lake
from loaders.index import Index
from loaders.releases import years_said
from loaders.sample import LakeInUse
from loaders.schema import FEWEST, WAGE_LEVELS
from pages.parts import about, chosen_employers, downloads, figure, filters, named
from pages.parts.cases import PARTS, WAITS, Cases
from pages.parts.columns import forms_with
from pages.parts.history import Who
from pages.parts.plain import plain
from pages.parts.role import CASES, View, spoken
from pages.parts.role_pay import POOLED

_PARTS = {**PARTS, "levels": {"no wage level": pl.col("wage_level").is_not_null()}}
_OFFERED = 3_000  # names to pick from; any other can be typed


@st.cache_data(max_entries=4, show_spinner=False)
def offered(version: str, path: str, _index: Index) -> list[str]:  # noqa: ARG001
    """The names of the employers and brands with most cases, each once."""
    brands = (
        _index.members.group_by("brand_id")
        .agg(pl.col("cases").sum())
        .join(_index.brands, on="brand_id")
        .select(name="brand", cases="cases")
    )
    alone = _index.employers.filter(pl.col("brand_id").is_null()).select("cases", name="employer")
    both = pl.concat([brands, alone.select("name", "cases")]).drop_nulls("name")
    first = both.sort("cases", "name", descending=[True, False]).head(_OFFERED)
    return first["name"].unique(maintain_order=True).to_list()


def choose(in_use: LakeInUse, index: Index) -> tuple[Cases, tuple[Who, ...]]:
    """Draw role, employers, place, program and years; the choice and whom the names mean."""
    at = in_use.at
    here = filters.offered(*at)
    filters.unknown_in_link(here)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = filters.one_role(width=300, placeholder=chosen_employers.ALL)
        picked = st.multiselect(
            "Employers", offered(*at, index), key="employer", bind="query-params", width=520,
            max_selections=SEVERAL, accept_new_options=True, select_all=False,
            placeholder=f"Up to {SEVERAL}: choose, or type a name as you know it",
        )  # fmt: skip
        states = filters.states(here["states"])
        programs = filters.program()
        years = filters.fiscal_years(here["years"])
    found = [named.one(name, index) for name in picked]
    whom = dict.fromkeys(who for who in found if who)
    roles = (wanted,) if wanted else ()
    return Cases(years=years, programs=programs, roles=roles, states=states), tuple(whom)


@st.cache_resource(max_entries=32, show_spinner="Reading the employers' cases…")
def numbers(
    version: str,  # noqa: ARG001
    path: str,
    choice: Cases,
    whom: Sequence[Who],
) -> dict[str, pl.DataFrame]:
    """Every table of the page, by employer."""
    one_of = pl.any_horizontal([who.test() for who in whom])
    # Read with one pass, then told apart: a campus has its cases, and its system has them, too.
    once = choice.filings(path).filter(one_of).collect().lazy()
    read = pl.concat(once.filter(one.test()).with_columns(asked=pl.lit(one.label)) for one in whom)
    asking = forms_with("wage_level")
    by, every = ["asked"], {"one of the employers": one_of} | choice.tests()
    queries = {
        "years": compare.by_year(read),
        "sums": counts.certification(read, by).select("asked", "cases"),
        "rates": counts.certification(read, [*by, "program"]),
        "decided": counts.certification(once),
        "levels": levels.mix(read, asking, by),
        "pay": wages.percentiles(read, by),
        "paid": wages.years(read, by),
        "waits": perm.processing(read, by),
        "waited": perm.years(read, by),
        **{f"of {name}": provenance.steps(once, test) for name, test in _PARTS.items()},
        "steps": provenance.steps(lake.filings(Path(path)), every),
    }
    return dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))


def answer(view: View, names: Sequence[str]) -> str:
    """Who filed most, and how many each."""
    sums = dict(view.found["sums"].rows())
    each = sorted(((sums.get(name, 0), name) for name in names), reverse=True)
    filed = ", ".join(f"{plain(name)} {cases:,}" for cases, name in each if cases)
    absent = ", ".join(plain(name) for cases, name in each if not cases)
    noun = "case" if sum(sums.values()) == 1 else "cases"
    parts = (filed and f"{filed} {noun}", absent and f"none observed of {absent}")
    said = "; ".join(filter(None, parts))
    of = plain(", ".join((*view.choice.said(years=False), "")))
    return f"{said[:1].upper()}{said[1:]}: {of}{view.span}."


def draw(view: View, names: Sequence[str]) -> None:
    """Cases by year, certification, levels, wages, PERM time, and all numbers in a table."""
    found = view.found
    here = [name for name in names if name in found["sums"]["asked"].to_list()]
    order = pl.DataFrame({"asked": here}, schema={"asked": pl.String})
    ranked = {
        part: order.join(found[part], on="asked", how="inner", maintain_order="left")
        for part in ("rates", "levels", "pay", "paid", "waits", "waited")
    }
    figure.draw(
        lambda dark: charts.lines(
            found["years"],
            dict(zip(here, here, strict=True)),
            years=view.choice.years,
            caption=view.caption("Cases by fiscal year and employer", dark=dark),
        ),
        spoken(found["years"], "program"),
        "compare-years",
        alt=f"Lines of cases by fiscal year of {', '.join(here)}.",
        columns={
            "asked": "Employer", "program": "Program", "fiscal_year": "Fiscal year",
            "cases": "Cases",
        },
        about=view.made(CASES),
        below=[about.below(view.partial, mark="Hollow marks", untitled=view.untitled)],
    )  # fmt: skip
    left, right = st.columns(2, gap="medium")
    with left:
        _certification(view, ranked["rates"])
        _levels(view, ranked["levels"], here)
    with right:
        _spread(view, ranked["pay"], "pay", _paid(ranked["paid"]))
        _spread(view, ranked["waits"], "waits", about.waited(ranked["waited"]))
    st.subheader("All numbers", anchor="numbers")
    _table(view, names)


def _certification(view: View, rates: pl.DataFrame) -> None:
    """The rate of each employer, of each program by itself: they are decided differently."""
    several = rates["program"].n_unique() > 1
    figure.draw(
        lambda dark: charts.rates(
            rates,
            labels=[
                f"{name}, {word(program)}" if several else name
                for name, program in rates.select("asked", "program").rows()
            ],
            caption=view.caption("Certification rate by employer", dark=dark),
        ),
        spoken(rates, "program"),
        "compare-certification",
        alt="Certification rate of each employer with its interval.",
        columns={
            "asked": "Employer", "program": "Program", "rate": "Rate",
            "certified": "Certified", "decided": "Decided", "rate_low": "95% from",
            "rate_high": "to",
        },
        about=view.made(
            "Certified of certified plus denied, with Wilson's interval, 95%; where intervals "
            "overlap, the rates may be the same.",
            "decided",
        ),
    )  # fmt: skip


def _told(mix: pl.DataFrame) -> pl.DataFrame:
    """The cases that tell a level, of the employers with enough of them to share out."""
    return mix.filter(pl.col("level").cast(pl.String).is_in(WAGE_LEVELS)).drop_nulls("share")


def _levels(view: View, mix: pl.DataFrame, here: Sequence[str]) -> None:
    """The mix of each employer, of its cases that tell a level: forms differ in whether they do."""
    told = _told(mix)
    known = dict(told.group_by("asked").agg(pl.col("cases").sum()).rows())
    names = [name for name in here if name in known]
    every = dict(mix.group_by("asked").agg(pl.col("cases").sum()).rows())
    said = "; ".join(
        f"{plain(name)} {known[name]:,} of {every[name]:,}" if name in known
        else f"{plain(name)} fewer than {FEWEST} of {every[name]:,}, not enough to share out"
        for name in here
    )  # fmt: skip
    below = f"Cases that tell a wage level: {said}."
    if names:
        figure.draw(
            lambda dark: charts.stacked(
                told.rename({"level": "value"}).with_columns(pl.col("value").cast(pl.String)),
                dict(zip(names, names, strict=True)),
                look="wage_level",
                axis="Part of the cases that tell a level",
                caption=view.caption("Wage level by employer", dark=dark),
            ),
            spoken(mix, "level"),
            "compare-levels",
            alt="Lying bars of wage levels, one an employer, of its cases that tell a level.",
            columns={
                "asked": "Employer", "level": "Level", "cases": "Cases",
                "share": "Share of those told",
            },
            about=view.made(
                "The level of the prevailing wage, I to IV, as a part of the cases that tell it. "
                "*Not on this form*: the record layout has no level. *Left blank*: it has one and "
                "nothing stands there.",
                "levels",
            ),
            below=[below],
        )  # fmt: skip
    else:
        st.caption(below)


_SPREADS = {
    "pay": (
        "Offered wages by employer", "US dollars a year, offered", "wages",
        "Offered wages in US dollars a year, the lower bound of each offer.",
    ),
    "waits": (
        "PERM time by employer", "Days from receipt to decision", "waits",
        WAITS,
    ),
}  # fmt: skip


def _spread(view: View, spread: pl.DataFrame, which: str, below: str) -> None:
    title, unit, part, definition = _SPREADS[which]
    told = spread.drop_nulls("median")
    if told.is_empty():
        st.caption(f"{title}: fewer than {FEWEST} cases that tell it.")
        return
    figure.draw(
        lambda dark: role_charts.bands(
            told.with_columns(pl.col("p10", "median", "p90").cast(pl.Float64)),
            by="asked", unit=unit, years=None, caption=view.caption(title, dark=dark),
        ),
        spread,
        f"compare-{part}",
        alt=f"{title}, 10th to 90th centile with the median.",
        columns={
            "asked": "Employer", "cases": "Cases", "p10": "10th centile", "median": "Median",
            "p90": "90th centile",
        },
        about=view.made(definition, part),
        below=[below],
    )  # fmt: skip


def _paid(years: pl.DataFrame) -> str:
    """That the wages are of years that are not the same, and from when to when."""
    said = "; ".join(f"{name} {years_said(of)}" for name, of in years.rows())
    return plain(f"{POOLED} Wages: {said}.") if said else ""


def _table(view: View, names: Sequence[str]) -> None:
    found = view.found
    levels_ = _told(found["levels"]).with_columns(
        at=pl.format("share_{}", pl.col("level").cast(pl.String))
    )
    wide = levels_.pivot("at", index="asked", values="share", on_columns=_LEVELS)
    told = levels_.group_by("asked").agg(told=pl.col("cases").sum())
    programs = found["rates"]["program"].unique().sort().to_list()
    table = pl.DataFrame({"asked": names}, schema={"asked": pl.String})
    parts = [
        found["sums"],
        *(
            found["rates"]
            .filter(program=one)
            .select("asked", pl.col("rate", "decided", "denied").name.suffix(f"_{one}"))
            for one in programs
        ),
        told,
        wide,
        found["pay"].select("asked", "p25", "median", "p75", pay_cases="cases"),
        found["waits"].select("asked", wait_cases="cases", wait_median="median"),
    ]
    for part in parts:
        table = table.join(part, on="asked", how="left", maintain_order="left")
    table = table.rename({"asked": "employer"})
    rates = {
        f"{column}_{one}": f"{word(one)} {said}"
        for one in programs
        for column, said in (("rate", "certified"), ("decided", "decided"), ("denied", "denied"))
    }
    figure.shown(
        table,
        "compare_all",
        columns={
            "employer": "Employer", "cases": "Cases", **rates, "told": "Tell a wage level",
            **{one: f"Level {one.removeprefix('share_')} of those told" for one in _LEVELS},
            "pay_cases": "With a wage", "p25": "Wage, 25th", "median": "Median wage",
            "p75": "Wage, 75th", "wait_cases": "PERM with both dates", "wait_median": "Median days",
        },
    )  # fmt: skip
    downloads.csv(table, "compared-employers", "Download CSV")


_LEVELS = [f"share_{level}" for level in WAGE_LEVELS]
