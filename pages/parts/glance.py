"""The page Start below its search: the doors, what is loaded, the years at a glance."""

from functools import partial
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, movers, provenance
from charts import counts as count_charts
from charts import roles as charts
from charts.frame import Caption
from charts.theme import Figure, word
from loaders import lake, role_notes, roles
from loaders.index import in_words
from loaders.sample import LakeInUse
from pages.parts import about, address, figure, ledger
from pages.parts.ledger import in_state
from pages.parts.plain import plain
from pages.parts.role import CASES
from pages.parts.view import covered

DOORS = {
    ":material/list_alt: I have listings": {
        "my-listings": "Paste or drop job listings",
        "employer": "Look one employer up",
        "employers": "Rank the employers of a role",
    },
    ":material/payments: I explore wages": {
        "wages": "Wages by role, level and place",
        "role": "One role in full",
        "compare-roles": "Compare roles",
    },
    ":material/monitoring: I present trends": {
        "filing-counts": "Filing counts by year and quarter",
        "approvals": "How DOL decides over the years",
        "report": "Slides with their sources",
    },
}
"""What brings people here, and the pages for it, of which those are linked that there are."""


def doors() -> None:
    """Three ways in."""
    for column, (title, pages) in zip(st.columns(3), DOORS.items(), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            for path, label in pages.items():
                if file := address.page(path):
                    st.page_link(file, label=label)


def loaded(in_use: LakeInUse) -> None:
    """What is in the lake and how fresh it is."""
    st.markdown(f"#### {ledger.answer(lake.releases(in_use.path))}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"Loaded: {in_words(lake.periods(in_use.path))}.", width="content")
        st.page_link("pages/data/sources.py", label="Sources", icon=":material/database:")


@st.cache_resource(max_entries=4, show_spinner="Reading the years…")
def numbers(version: str, path: str) -> dict[str, pl.DataFrame]:
    """Every table of the page: coverage, periods, and of each program its changes and its steps."""
    filings = lake.filings(Path(path))
    coverage = covered(version, path)
    periods = counts.by_period(filings, split="program", quarters=False).collect()
    years = movers.whole_years(coverage)
    of = {one: counts.asked(programs=[one]) for one in coverage["program"].unique()}
    queries = {
        **{f"moved {one}": movers.between(filings, one, span) for one, span in years.items()},
        **{f"steps {one}": provenance.steps(filings, test) for one, test in of.items()},
        **{
            f"steps moved {one}": provenance.steps(filings, of[one] | counts.asked(years=span))
            for one, span in years.items()
        },
    }
    found = dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))
    return {"coverage": coverage, "periods": periods, **found}


def years(in_use: LakeInUse, found: dict[str, pl.DataFrame]) -> None:
    """Cases by fiscal year, a figure a program on one scale."""
    periods, coverage = found["periods"], found["coverage"]
    programs = periods["program"].unique().sort().to_list()
    every = coverage["fiscal_year"].sort()
    span = (every[0], every[-1])
    st.subheader("Cases by fiscal year", anchor="years")
    columns = st.columns(len(programs), gap="medium")
    for column, program in zip(columns, programs, strict=True):
        of = periods.filter(program=program)
        with column:
            figure.draw(
                partial(_bars, in_use, found, program, span),
                of.drop("quarter"),
                f"start-{program}",
                alt=count_charts.alt_text(of, split="program", quarters=False, partial={}),
                columns={"fiscal_year": "Fiscal year", "cases": "Cases"},
                about=_made(in_use, found[f"steps {program}"], CASES, program),
            )


def _bars(
    in_use: LakeInUse,
    found: dict[str, pl.DataFrame],
    program: str,
    span: tuple[int, int],
    dark: bool,
) -> Figure:
    """The cases of a program, on the scale of them all."""
    of = found["periods"].filter(program=program)
    coverage = found["coverage"].filter(program=program)
    made = count_charts.by_period(
        of,
        split="program",
        quarters=False,
        years=span,
        partial=about.partial_years(coverage, of, span),
        loaded=about.loaded_years(coverage, ()),
        filters=[word(program)],
        source=about.source(in_use),
        sample=in_use.is_sample,
        dark=dark,
    )
    return count_charts.on_one_scale(made, max(found["periods"]["cases"]))


def _made(
    in_use: LakeInUse, steps: pl.DataFrame, definition: str, program: str
) -> provenance.Provenance:
    files = in_state(lake.releases(in_use.path), "loaded").filter(program=program)
    return provenance.made(steps.row(0, named=True), definition, tuple(files["release"].sort()))


def moved(in_use: LakeInUse, found: dict[str, pl.DataFrame]) -> None:
    """The roles that rose and fell most between the last two whole years of each program."""
    whole = movers.whole_years(found["coverage"])
    told = {one: found[f"moved {one}"].filter(pl.col("role") != roles.OTHER) for one in whole}
    if not any(movers.extremes(table).height for table in told.values()):
        return
    st.subheader("Which roles rose and fell", anchor="movers")
    for program, table in told.items():
        if movers.extremes(table).height:
            _moved(in_use, program, whole[program], table, found)


def _moved(
    in_use: LakeInUse,
    program: str,
    between: tuple[int, int],
    table: pl.DataFrame,
    found: dict[str, pl.DataFrame],
) -> None:
    top = movers.extremes(table)
    first, last = between
    every = found[f"moved {program}"].select(pl.col("before", "after").sum())
    before, after = every.row(0)
    said = f"FY{first} to FY{last}"
    labels = [role_notes.named(one) for one in top["role"]]
    st.markdown(
        f"**{word(program)}, {said}:** all cases {before:,} to {after:,} "
        f"({after / before - 1:+.1%}). The largest changes: {plain(labels[0])} "
        f"({top['rate'][0]:+.1%}, n = {top['before'][0]:,} to {top['after'][0]:,}) and "
        f"{plain(labels[-1])} ({top['rate'][-1]:+.1%}, n = {top['before'][-1]:,} to "
        f"{top['after'][-1]:,})."
    )
    figure.draw(
        lambda dark: charts.changes(
            top,
            labels=labels,
            caption=Caption(
                "Roles that rose and fell most",
                (word(program), said),
                about.source(in_use),
                sample=in_use.is_sample,
                dark=dark,
            ),
        ),
        table.with_columns(name=pl.col("role").cast(pl.String).replace(role_notes.names())),
        f"movers-{program}",
        alt="Change of cases by role: "
        + ", ".join(f"{a} {b:+.1%}" for a, b in zip(labels, top["rate"], strict=True)),
        columns={
            "name": "Role", "before": f"Cases in FY{first}", "after": f"Cases in FY{last}",
            "change": "Change", "rate": "Change in %",
        },
        about=_made(
            in_use, found[f"steps moved {program}"],
            f"Cases of a role in {word(program)} FY{last} less those in FY{first}, of the latter: "
            f"the last two fiscal years that are whole. Roles with fewer than {movers.LEAST} cases "
            f"in FY{first} have no per cent. A case counts in the year of its newest decision: a "
            "year in which DOL decides less has fewer cases of every role.", program,
        ),
    )  # fmt: skip
