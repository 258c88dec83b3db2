"""Which cases a page is about, where it asks for more than a role: the filters and their tests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics import counts, places
from charts.theme import word
from loaders import lake, role_notes
from loaders.facts import codes
from loaders.sample import LakeInUse
from loaders.schema import SENIORITIES, WAGE_LEVELS
from pages.parts import employer_filter, filters
from pages.parts.history import Who


@dataclass(frozen=True, slots=True)
class Cases:
    """What the cases are of; empty means all."""

    roles: tuple[str, ...]
    programs: tuple[str, ...]
    years: tuple[int, int]
    states: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    employer: Who | None = None
    seniorities: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def tests(self) -> dict[str, pl.Expr]:
        """What a case must pass, each test by what it asks for."""
        asked = {
            "role": (self.roles, counts.of_role(self.roles)),
            "employer": (
                self.employer,
                self.employer.test() if self.employer else pl.lit(value=True),
            ),
            "state": (self.states, pl.col("worksite_state").is_in(list(self.states))),
            "place": (self.places, _in(self.places)),
            "seniority": (self.seniorities, _one_of("seniority", self.seniorities)),
            "level": (self.levels, _one_of("wage_level", self.levels)),
            "program": (self.programs, _one_of("program", self.programs)),
        }
        return {name: test for name, (on, test) in asked.items() if on} | {
            "fiscal years": pl.col("fiscal_year").is_between(*self.years)
        }

    def filings(self, path: str, columns: Collection[str]) -> pl.LazyFrame:
        """The cases in a lake, with these columns."""
        return lake.filings(Path(path)).filter(*self.tests().values()).select(columns)

    def of(self, *, years: bool = True) -> tuple[str, ...]:
        """The filters that are set, as people say them."""
        names = codes("states")
        span = " to ".join(f"FY{year}" for year in sorted(set(self.years)))
        return tuple(
            one
            for one in (
                " or ".join(map(role_notes.named, self.roles)),
                " or ".join(word(one) for one in self.seniorities),
                " or ".join(word(one) for one in self.levels),
                self.employer.label if self.employer else "",
                " or ".join(names.get(one, one) for one in self.states),
                " or ".join(self.places),
                ", ".join(map(word, self.programs)),
                span if years else "",
            )
            if one
        )

    def said(self) -> tuple[str, ...]:
        """The filters as people say them."""
        return self.of()


def _one_of(column: str, values: tuple[str, ...]) -> pl.Expr:
    return pl.col(column).cast(pl.String).is_in(list(values))


def _in(named: tuple[str, ...]) -> pl.Expr:
    return places.city().is_in(list(named)) | places.county().is_in(list(named)).fill_null(
        value=False
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _places(version: str, path: str) -> list[str]:  # noqa: ARG001
    found = places.offered(lake.filings(Path(path)), least=counts.FEWEST).collect()
    return found["place"].to_list()


def bar(in_use: LakeInUse, *, most: int | None = None, more: Collection[str] = ()) -> Cases:
    """Draw the filters: roles, those of `more`, state, program and years; what they say.

    `more` is of employer, place, seniority and level. Up to `most` roles. As long as it is not
    settled which employer is meant, the page ends here: a wrong one is worse than no answer.
    """
    at = (in_use.version, str(in_use.path))
    here, set_, unsettled = filters.offered(*at), dict[str, Any](), ""
    found = _places(*at) if "place" in more else []
    filters.unknown_in_link(here)
    for key, known in (("place", found), ("seniority", map(word, SENIORITIES)),
                       ("level", map(word, WAGE_LEVELS))):  # fmt: skip
        if key in more:
            filters.unknown(key, known)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        placeholder = "Any role" if most is None else f"Two to {most} roles"
        roles = filters.several_roles(most=most, placeholder=placeholder)
        if "seniority" in more:
            set_["seniorities"] = _several("Seniority", SENIORITIES, "seniority")
        if "level" in more:
            set_["levels"] = _several("Wage level", WAGE_LEVELS, "level")
        if "employer" in more:
            set_["employer"], unsettled = employer_filter.draw(at)
        states = filters.states(here["states"])
        if "place" in more:
            set_["places"] = tuple(
                st.multiselect(
                    "City or county", found, key="place", bind="query-params", width=240,
                    placeholder="Any place", select_all=False,
                    help=f"Of the first worksite, with {counts.FEWEST} cases or more. Files name "
                    "the county in part only.",
                )
            )  # fmt: skip
        programs = filters.program()
        years = filters.fiscal_years(here["years"])
    if unsettled:
        st.info(unsettled, icon=":material/apartment:")
        st.stop()
    return Cases(roles, programs, years, states, **set_)


def _several(label: str, options: Sequence[str], key: str) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label, options, key=key, bind="query-params", width=200, format_func=word,
            placeholder="Any", select_all=False,
        )
    )  # fmt: skip
