"""Several employers beside each other, of the same role, place, program and years."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, employers, levels, perm, provenance, wages
from charts import employers as charts
from charts import roles as role_charts
from charts.theme import SEVERAL, word
from loaders import lake, match
from loaders.layouts import layouts
from loaders.sample import LakeInUse
from loaders.schema import WAGE_LEVELS
from pages.parts import about, chosen_employers, downloads, figure, filters, named
from pages.parts.cases import PARTS, WAITS, Cases
from pages.parts.history import Who
from pages.parts.plain import plain
from pages.parts.role import CASES, View, spoken

_OFFERED = 3_000  # names to pick from; any other can be typed


@st.cache_data(max_entries=4, show_spinner=False)
def offered(version: str, path: str, _index: match.Index) -> list[str]:  # noqa: ARG001
    """The names of the employers and brands with most cases, each once."""
    brands = (
        _index.employers.drop_nulls("brand_id")
        .group_by("brand_id")
        .agg(pl.col("cases").sum())
        .join(_index.brands, on="brand_id")
        .select(name="brand", cases="cases")
    )
    alone = _index.employers.filter(pl.col("brand_id").is_null()).select("cases", name="employer")
    both = pl.concat([brands, alone.select("name", "cases")]).drop_nulls("name")
    first = both.sort("cases", "name", descending=[True, False]).head(_OFFERED)
    return first["name"].unique(maintain_order=True).to_list()


def choose(in_use: LakeInUse, index: match.Index) -> tuple[Cases, tuple[Who, ...]]:
    """Draw role, employers, place, program and years; the choice and whom the names mean."""
    at = (in_use.version, str(in_use.path))
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


@st.cache_data(max_entries=32, show_spinner="Reading the employers' cases…")
def numbers(
    version: str,  # noqa: ARG001
    path: str,
    choice: Cases,
    whom: Sequence[Who],
) -> dict[str, pl.DataFrame]:
    """Every table of the page, by employer."""
    one_of = pl.any_horizontal([who.test() for who in whom])
    who = pl.coalesce(pl.when(one.test()).then(pl.lit(one.label)) for one in whom)
    # Read with one pass, then told apart.
    read = choice.filings(path).filter(one_of).with_columns(employer=who).collect().lazy()
    asking = [form.id for form in layouts() if "wage_level" in form.fields]
    by, every = ["employer"], {"one of the employers": one_of} | choice.tests()
    queries = {
        "years": employers.by_year(read, "employer"),
        "sums": counts.certification(read, ["employer"]).select("employer", "cases"),
        "rates": counts.certification(read, ["employer", "program"]),
        "decided": counts.certification(read),
        "levels": levels.mix(read, asking, by),
        "pay": wages.percentiles(read, by),
        "waits": perm.processing(read, by),
        **{f"of {name}": provenance.steps(read, test) for name, test in PARTS.items()},
        "steps": provenance.steps(lake.filings(Path(path)), every),
    }
    return dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))


def answer(view: View, names: Sequence[str]) -> str:
    """Who filed most, and how many each."""
    sums = dict(view.found["sums"].rows())
    each = sorted(((sums.get(name, 0), name) for name in names), reverse=True)
    said = ", ".join(f"{plain(name)} {cases:,}" if cases else f"{plain(name)} none observed"
                     for cases, name in each)  # fmt: skip
    return f"{said} cases: {plain(', '.join(view.choice.said()))}."


def draw(view: View, names: Sequence[str]) -> None:
    """Cases by year, certification, levels, wages, PERM time, and all numbers in a table."""
    found = view.found
    here = [name for name in names if name in found["sums"]["employer"].to_list()]
    order = pl.DataFrame({"employer": here}, schema={"employer": pl.String})
    ranked = {
        part: order.join(found[part], on="employer", how="inner", maintain_order="left")
        for part in ("rates", "levels", "pay", "waits")
    }
    figure.draw(
        charts.over_years(
            found["years"], names=here, years=view.choice.years,
            loaded=about.loaded_years(view.coverage, view.choice.programs),
            caption=view.caption("Cases by fiscal year"),
        ),
        found["years"],
        "compare-years",
        alt="Lines of cases by fiscal year, one an employer.",
        columns={"employer": "Employer", "fiscal_year": "Fiscal year", "cases": "Cases"},
        about=view.made(CASES),
    )  # fmt: skip
    left, right = st.columns(2, gap="medium")
    with left:
        _certification(view, ranked["rates"])
        _levels(view, ranked["levels"], here)
    with right:
        _spread(view, ranked["pay"], "pay")
        _spread(view, ranked["waits"], "waits")
    st.subheader("All numbers", anchor="numbers")
    _table(view, names)


def _certification(view: View, rates: pl.DataFrame) -> None:
    """The rate of each employer, of each program by itself: they are decided differently."""
    several = rates["program"].n_unique() > 1
    figure.draw(
        charts.rates(
            rates,
            names=[
                f"{name}, {word(program)}" if several else name
                for name, program in rates.select("employer", "program").rows()
            ],
            caption=view.caption("How DOL decided"),
        ),
        spoken(rates, "program"),
        "compare-certification",
        alt="Certification rate of each employer with its interval.",
        columns={
            "employer": "Employer", "program": "Program", "rate": "Rate",
            "certified": "Certified", "decided": "Decided", "rate_low": "95% from",
            "rate_high": "to",
        },
        about=view.made(
            "Certified of certified plus denied, with Wilson's interval, 95%; where intervals "
            "overlap, the rates may be the same.",
            "decided",
        ),
    )  # fmt: skip


def _levels(view: View, mix: pl.DataFrame, here: Sequence[str]) -> None:
    figure.draw(
        charts.level_mix(mix, names=here, caption=view.caption("Wage levels")),
        spoken(mix, "level"),
        "compare-levels",
        alt="Lying bars of wage levels, one an employer.",
        columns={
            "employer": "Employer", "level": "Level", "cases": "Cases",
            "share": "Share of those told",
        },
        about=view.made("The level of the prevailing wage, I to IV, as a part of all cases."),
    )  # fmt: skip


_SPREADS = {
    "pay": (
        "Offered wages", "US dollars a year, offered", "wages",
        "Offered wages in US dollars a year, the lower bound of each offer.",
    ),
    "waits": (
        "PERM time", "Days from receipt to decision", "waits",
        WAITS,
    ),
}  # fmt: skip


def _spread(view: View, spread: pl.DataFrame, which: str) -> None:
    title, unit, part, definition = _SPREADS[which]
    told = spread.drop_nulls("median")
    if told.is_empty():
        st.caption(f"{title}: fewer than {counts.FEWEST} cases that tell it.")
        return
    figure.draw(
        role_charts.bands(
            told.with_columns(pl.col("p10", "median", "p90").cast(pl.Float64)),
            by="employer", unit=unit, years=None, caption=view.caption(title),
        ),
        spread,
        f"compare-{part}",
        alt=f"{title} of each employer, 10th to 90th centile with the median.",
        columns={
            "employer": "Employer", "cases": "Cases", "p10": "10th centile", "median": "Median",
            "p90": "90th centile",
        },
        about=view.made(definition, part),
    )  # fmt: skip


def _table(view: View, names: Sequence[str]) -> None:
    found = view.found
    levels_ = (
        found["levels"]
        .filter(pl.col("level").cast(pl.String).is_in(WAGE_LEVELS))
        .select("employer", "share", at=pl.format("share_{}", pl.col("level").cast(pl.String)))
    )
    wide = levels_.pivot("at", index="employer", values="share", on_columns=_LEVELS)
    programs = found["rates"]["program"].unique().sort().to_list()
    table = pl.DataFrame({"employer": names}, schema={"employer": pl.String})
    parts = [
        found["sums"],
        *(
            found["rates"]
            .filter(program=one)
            .select("employer", pl.col("rate", "decided", "denied").name.suffix(f"_{one}"))
            for one in programs
        ),
        wide,
        found["pay"].select("employer", "p25", "median", "p75", pay_cases="cases"),
        found["waits"].select("employer", wait_cases="cases", wait="median"),
    ]
    for part in parts:
        table = table.join(part, on="employer", how="left", maintain_order="left")
    rates = {
        f"{column}_{one}": f"{word(one)} {said}"
        for one in programs
        for column, said in (("rate", "certified"), ("decided", "decided"), ("denied", "denied"))
    }
    figure.shown(
        table,
        "compare_all",
        columns={
            "employer": "Employer", "cases": "Cases", **rates,
            **{one: f"Level {one.removeprefix('share_')}" for one in _LEVELS},
            "pay_cases": "With a wage", "p25": "Wage, 25th", "median": "Median wage",
            "p75": "Wage, 75th", "wait_cases": "PERM with both dates", "wait": "Median days",
        },
    )  # fmt: skip
    downloads.csv(table, "compared-employers", "Download CSV")


_LEVELS = [f"share_{level}" for level in WAGE_LEVELS]
