"""One search box: employers, roles and places, each a link into the page that answers."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, shares
from loaders import lake, match, role_notes, roles
from loaders.facts import codes
from loaders.sample import LakeInUse
from pages.parts import address
from pages.parts.history import index
from pages.parts.plain import counted, plain

_MOST = 6
Found = list[tuple[str, dict[str, str]]]
"""The label of a link and what it asks its page for."""


@st.cache_data(max_entries=2, show_spinner=False)
def _places(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    """Cases by worksite: city, state, cases, most first."""
    return (
        lake.filings(Path(path))
        .filter(pl.col("worksite_state").is_not_null())
        .group_by(city=pl.col("worksite_city").str.to_titlecase(), state="worksite_state")
        .agg(cases=pl.len())
        .sort("cases", "city", "state", descending=[True, False, False], nulls_last=True)
        .collect()
    )


@st.cache_data(max_entries=2, show_spinner=False)
def _roles(version: str, path: str) -> dict[str, int]:  # noqa: ARG001
    filings = lake.filings(Path(path))
    found = (shares.by(filings, one).select(role=one, cases="cases") for one in _COLUMNS)
    return dict(pl.concat(pl.collect_all(list(found))).rows())


_COLUMNS = ("role", "finer_role")


@st.fragment
def draw(in_use: LakeInUse) -> None:
    """The box and what it finds; typing draws this part of the page again and no other."""
    text = st.text_input(
        "Search an employer, a role or a place", type="search", key="q", bind="query-params",
        live=True, max_chars=120, placeholder="e.g. Meta, machine learning, Texas",
    )  # fmt: skip
    asked = " ".join((text or "").split())
    if not asked:
        return
    at = (in_use.version, str(in_use.path))
    names = index(*at)
    groups = {
        "Employers": (employers(asked, names), "employer"),
        "Roles": (of_roles(asked, _roles(*at)), "role"),
        "Places": (places(asked, _places(*at)), "filing-counts"),
    }
    for column, (title, (found, page)) in zip(st.columns(3), groups.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            _links(found, page)
            if not found:
                st.caption(plain(_not_found(title, asked, names)))


def _links(found: Found, page: str) -> None:
    file = address.page(page)
    for label, asks in found if file else []:
        st.page_link(file or "", label=plain(label), query_params=asks)


def _not_found(title: str, asked: str, names: match.Index) -> str:
    searched = {
        "Employers": f"No employer's name begins with “{asked}”, of "
        f"{counted(names.names.height, 'filed name')} in {names.years}.",
        "Roles": f"“{asked}” is in the name of none of {len(roles.roles())} roles.",
        "Places": f"No worksite is in a city or state that begins with “{asked}”.",
    }
    return searched[title]


def employers(asked: str, names: match.Index) -> Found:
    """Brands and employers with a name that begins so, most cases first."""
    rows = match.beginning(asked, names, limit=_MOST).rows(named=True)
    return [
        (
            f"{row['label']}: {counted(row['cases'], 'case')}"
            + (f", filed as {row['fits']}" if _other(row) else ""),
            {"employer": row["label"]},
        )
        for row in rows
    ]


def _other(row: dict[str, str]) -> bool:
    """Whether a name fits that is not seen to be the label's."""
    return row["fits"].casefold()[:4] != row["label"].casefold()[:4]


def of_roles(asked: str, cases: dict[str, int]) -> Found:
    """Roles with every word in their name, then the role that such a title would have."""
    words = asked.casefold().split()
    named = [
        one
        for one in role_notes.listed()
        if all(word in role_notes.named(one).casefold() for word in words)
    ]
    told, _ = role_notes.of_words(asked)
    every = dict.fromkeys([*named, *([told] if told != roles.OTHER else [])])
    best = sorted(every, key=lambda one: -cases.get(one, 0))[:_MOST]
    return [
        (
            f"{role_notes.named(one)}: {counted(cases.get(one, 0), 'case')}",
            {"role": role_notes.named(one)},
        )
        for one in best
    ]


def places(asked: str, worksites: pl.DataFrame) -> Found:
    """States by name or code, then the states of cities that begin so, most cases first."""
    names, text = codes("states"), asked.casefold()
    states = worksites.group_by("state").agg(pl.col("cases").sum()).sort("cases", descending=True)
    found = [
        (f"{names.get(code, code)}: {counted(cases, 'case')}", {"state": names.get(code, code)})
        for code, cases in states.rows()
        if text == code.casefold() or names.get(code, code).casefold().startswith(text)
    ]
    cities = worksites.filter(
        pl.col("city").str.to_lowercase().str.starts_with(text), pl.col("cases") >= counts.FEWEST
    )
    return [
        *found,
        *(
            (
                f"{names.get(state, state)}, with {city} ({counted(cases, 'case')})",
                {"state": names.get(state, state)},
            )
            for city, state, cases in cities.rows()
        ),
    ][:_MOST]
