"""Two to six roles side by side: which, and the numbers of each."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import compare, counts, levels, perm, places, provenance, shares, wages
from charts.theme import word
from loaders import lake, role_notes
from loaders import roles as role_names
from loaders.facts import codes
from loaders.schema import identity
from pages.parts import about, chosen_role, employer_names
from pages.parts.cases import NO_METRO, PARTS, Cases
from pages.parts.columns import forms_with
from pages.parts.plain import dollars, listed, plain
from pages.parts.view import Shown

MOST = 6
EXAMPLE = ("machine-learning-engineer", "data-scientist", "software-engineer")
_ROWS = 200
_MUCH = 0.2
_NEEDED = (
    "program", "layout", "fiscal_year", "received_date", "decision_date", "status", "employer_id",
    "brand_id", "soc_code", "role", "finer_role", "seniority", "worksite_city", "worksite_state",
    "annual_wage", "wage_unit", "full_time", "wage_level",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View(Shown):
    """Several roles, their numbers, and the lake that they are from."""

    @property
    def names(self) -> dict[str, str]:
        """The names of the roles that have a case, by id, in the order of the choice."""
        there = self.found["rated"]["asked"].cast(pl.String).unique()
        return {one: role_notes.named(one) for one in self.choice.roles if one in set(there)}

    def spoken(self, table: pl.DataFrame) -> pl.DataFrame:
        """The table with the roles by their names."""
        return table.with_columns(asked=pl.col("asked").cast(pl.String).replace(self.names))


def invite(roles: tuple[str, ...]) -> None:
    """What to do where there are not two roles yet, with an example to take."""
    st.markdown("#### Choose two to six roles to see them side by side")
    if roles:
        st.page_link(
            chosen_role.PAGE, label=f"{plain(role_notes.named(roles[0]))} alone",
            query_params={"role": role_notes.named(roles[0])}, icon=":material/work:",
        )  # fmt: skip
    named = listed([role_notes.named(one) for one in EXAMPLE])
    st.button(
        f"For example {named}", key="example", icon=":material/compare_arrows:",
        on_click=_take, args=(list(EXAMPLE),),
    )  # fmt: skip


def missing(view: View) -> None:
    """Name the roles that have no case here."""
    absent = [role_notes.named(one) for one in view.choice.roles if one not in view.names]
    if absent:
        st.caption(f"None observed under these filters: {plain(listed(absent))}.")


def _take(roles: list[str]) -> None:
    st.session_state["roles"] = roles


@st.cache_resource(max_entries=32, show_spinner="Reading the cases of the roles…")
def numbers(version: str, path: str, choice: Cases) -> dict[str, pl.DataFrame]:
    """Every table of the page."""
    filings = choice.filings(path).select(_NEEDED).collect().lazy()
    several = compare.of_roles(filings, role_names.within(choice.roles))
    asking = forms_with("wage_level")
    queries = {
        "decided": counts.certification(filings),
        "rated": counts.certification(several, ["asked", "program"]),
        "years": compare.by_year(several),
        "levels": levels.mix(several, asking, ["asked"]).rename({"level": "value"}),
        "pay": wages.percentiles(several, ["asked"]),
        "waits": perm.processing(several, ["asked"]),
        "waited": perm.years(several, ["asked"]),
        "seniority": compare.parts(several, "seniority"),
        "codes": compare.parts(several, "soc_code"),
        "finer": compare.parts(several.drop_nulls("finer_role"), "finer_role"),
        "states": compare.parts(several, "worksite_state"),
        "metros": compare.first(compare.parts(several, places.metro(codes("shown/metros"))), _ROWS),
        "of metros": provenance.known(
            filings, shares.by_metro(filings, codes("shown/metros")), NO_METRO
        ),
        "employers": compare.first(compare.parts(several, identity()), _ROWS),
        **{f"of {name}": provenance.steps(filings, test) for name, test in PARTS.items()},
    }
    found = dict(zip(queries, pl.collect_all(list(queries.values())), strict=True))
    found["employers"] = employer_names.named(found["employers"], version, path)
    found["steps"] = provenance.steps(lake.filings(Path(path)), choice.tests()).collect()
    return found


def answer(view: View) -> str:
    """The page's answer in two sentences."""
    found, names = view.found, view.names
    cases = found["rated"].group_by(pl.col("asked").cast(pl.String)).agg(pl.col("cases").sum())
    most = sorted(cases.rows(), key=lambda row: (-row[1], row[0]))
    when = about.span(found["decided"], view.partial)
    said = [f"{plain(names[most[0][0]])} has the most cases, {most[0][1]:,}"]
    said += [f"{plain(names[role])} {many:,}" for role, many in most[1:]]
    parts = [f"{said[0]}; {listed(said[1:])}" if most[1:] else said[0], *_paid(view), *_rated(view)]
    return f"{parts[0]}; {when}. " + " ".join(f"{one}." for one in parts[1:])


def unlike(view: View) -> list[str]:
    """What makes the roles less alike than their names: their first years, and finer roles."""
    years = view.found["years"].filter(pl.col("cases") > 0)
    began = years.group_by(pl.col("asked").cast(pl.String)).agg(pl.col("fiscal_year").min())
    said, first = list[str](), dict(began.rows())
    if len(set(first.values())) > 1:
        each = listed([f"{plain(name)} FY{first[one]}" for one, name in view.names.items()])
        said.append(
            f"First cases: {each}. Pay rises and rates change over the years: narrow the fiscal "
            "years to compare what was filed at the same time."
        )
    cases = dict(view.found["rated"].group_by(pl.col("asked").cast(pl.String)).agg(
        pl.col("cases").sum()).rows())  # fmt: skip
    for asked, finer, many in view.found["finer"].select(
        pl.col("asked").cast(pl.String), "value", "cases"
    ).rows():  # fmt: skip
        if asked != finer and many >= _MUCH * cases[asked]:
            said.append(
                f"{many:,} of {cases[asked]:,} cases of {plain(view.names[asked])} are of the "
                f"finer role {plain(role_notes.named(finer))}."
            )
    return said


def _paid(view: View) -> list[str]:
    pay = view.found["pay"].drop_nulls("median").sort("median", descending=True)
    if pay.height < 2:  # noqa: PLR2004 - nothing to compare
        return []
    top, low = pay.row(0, named=True), pay.row(-1, named=True)
    ends = [
        f"{dollars(row['median'])} ({plain(view.names[row['asked']])}, n = {row['cases']:,})"
        for row in (low, top)
    ]
    several = view.found["years"]["fiscal_year"].n_unique() > 1
    together = ", all years together" if several else ""
    return [f"Median offer{together}: from " + " to ".join(ends)]


def _rated(view: View) -> list[str]:
    """The span of the rates, of the program with most cases: two programs have no common rate."""
    rated = view.found["rated"].drop_nulls("rate")
    if rated.is_empty():
        return ["Too few cases are decided to rate any"]
    by = rated.group_by("program").agg(pl.col("cases").sum()).sort("cases", "program")
    program = by["program"][-1]
    of = rated.filter(program=program).sort("rate")
    low, top = of.row(0, named=True), of.row(-1, named=True)
    each = [f"{row['rate']:.1%} ({plain(view.names[row['asked']])}, n = {row['decided']:,})"
            for row in ([low, top] if of.height > 1 else [low])]  # fmt: skip
    return [f"{word(program)} certified of decided: " + " to ".join(each)]
