"""The sections of the page of a role, each an answer with its figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from charts import counts as count_charts
from charts import roles as charts
from charts.theme import word
from loaders import role_notes, roles, soc
from pages.parts import about, figure
from pages.parts.cases import Cases
from pages.parts.chosen_role import PAGE
from pages.parts.plain import plain
from pages.parts.view import CASES, Shown


@dataclass(frozen=True, slots=True)
class View(Shown):
    """A choice of role, its numbers, and the lake that they are from."""

    page: str = "role"
    """What downloads are named after."""


def every(counted: pl.DataFrame) -> None:
    """What there is to choose from: every role with its cases, most first."""
    st.markdown("#### Choose a role to see who files for it, how DOL decides and what it pays")
    st.caption("Or search words of your own. A role is told from the title first, then the code.")
    known = counted.filter(pl.col("role").is_in(list(roles.roles())))
    figure.shown(
        known.with_columns(
            name=pl.col("role").replace_strict(role_notes.names()),
            about=pl.col("role").replace_strict({k: v["about"] for k, v in roles.roles().items()}),
        ),
        "every_role",
        columns={"name": "Role", "cases": "Cases", "share": "Share", "about": "What it is"},
    )


def links(choice: Cases) -> None:
    """The roles to look at next; for words, the role that such a title has."""
    if choice.role:
        near = role_notes.near(choice.role)
    else:
        role, seniority = role_notes.of_words(choice.words)
        near = [one for one in (role,) if one != roles.OTHER]
        if near and seniority == "intern":
            st.markdown(
                "Almost no LCA or PERM is filed for interns: look at the full-time role that the "
                "internship leads to."
            )
    if not near:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("See also", width="content")
        for one in near:
            st.page_link(
                PAGE,
                label=plain(role_notes.named(one)),
                query_params={"role": role_notes.named(one)},
            )


def about_role(view: View) -> None:
    """What the role is, and its neighbours."""
    if view.choice.role:
        st.caption(plain(roles.roles()[view.choice.role]["about"]))
    links(view.choice)


def spoken(table: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The table with the values of these columns in words."""
    return table.with_columns(
        pl.col(one)
        .cast(pl.String)
        .replace_strict({v: word(v) for v in table[one].cast(pl.String).unique()})
        for one in columns
    )


def _breaks(view: View) -> tuple[dict[int, str], list[str]]:
    """Where the codes of the role changed: the lines to draw, and what was split."""
    programs = view.found["periods"]["program"].unique().sort().to_list()
    codes = view.found["codes"].filter(pl.col("share") >= 0.05)["soc_code"].to_list()  # noqa: PLR2004
    lines, notes = dict[int, str](), dict[str, None]()
    for program in programs:
        for year, issue in soc.breaks().get(program, {}).items():
            was = [old for code in codes for old in soc.blurred(code, issue)]
            if was and view.choice.years[0] < year <= view.choice.years[1]:
                lines[year] = f"{word(program)}: SOC {issue}"
                notes |= {f"SOC {issue} split {', '.join(dict.fromkeys(was))}": None}
    return lines, list(notes)


def cases(view: View) -> None:
    """Cases by fiscal year, with the years that are partial and where the codes changed."""
    periods, (lines, notes) = view.found["periods"], _breaks(view)
    figure.draw(
        lambda dark: count_charts.by_period(
            periods,
            split="program",
            quarters=False,
            years=view.choice.years,
            partial=view.partial,
            loaded=about.loaded_years(view.coverage, view.choice.programs),
            filters=view.choice.said(),
            source=about.source(view.in_use),
            breaks=lines,
            untitled=view.untitled,
            sample=view.in_use.is_sample,
            dark=dark,
        ),
        spoken(periods.drop("quarter"), "program"),
        f"{view.page}-cases",
        alt=count_charts.alt_text(periods, split="program", quarters=False, partial=view.partial),
        columns={
            "fiscal_year": "Fiscal year", "program": "Program", "cases": "Cases",
            "positions": "Positions asked for (LCA)",
        },
        about=view.made(CASES),
        below=[about.below(view.partial, untitled=view.untitled), _dashed(view, notes)],
    )  # fmt: skip


def _dashed(view: View, notes: Sequence[str]) -> str:
    """What the lines at changes of the codes mean for these cases."""
    if not notes:
        return ""
    alone = int(view.found["evidence"].filter(role_evidence="soc")["cases"].sum())
    whole = int(view.found["periods"]["cases"].sum())
    told = (
        "Here cases are found by their title."
        if view.choice.role is None
        else f"Roles are told from titles first; {alone / whole:.1%} of these cases are told from "
        "the code alone, and only they can move at the line."
    )
    return plain(f"Dashed: the list of occupation codes changed. {'; '.join(notes)}. {told}")


def certification(view: View) -> None:
    """The certification rate by three definitions, side by side."""
    st.subheader("How DOL decided", anchor="certification")
    rates = spoken(view.found["definitions"], "program", "definition")
    figure.draw(
        lambda dark: charts.certification(
            view.found["definitions"],
            years=view.choice.years,
            caption=view.caption("Certified, by three definitions", dark=dark),
        ),
        rates,
        f"{view.page}-certification",
        alt="Certification rate by fiscal year, of decided, of all determinations, and still "
        "labelled Certified.",
        columns={
            "fiscal_year": "Fiscal year", "program": "Program", "definition": "Definition",
            "rate": "Rate", "certified": "Certified", "cases": "Of", "rate_low": "95% from",
            "rate_high": "to",
        },
        about=view.made(about.DEFINITIONS),
        below=[about.few(rates, "rate", to="rate")],
    )  # fmt: skip
