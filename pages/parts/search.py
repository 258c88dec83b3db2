"""One search box: employers, roles and places, each a link into the page that answers."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import shares
from loaders import lake, match, role_notes, roles
from loaders.facts import codes
from loaders.index import Index
from loaders.sample import LakeInUse
from loaders.schema import FEWEST
from pages.parts import address, decision, filters, named
from pages.parts.history import index
from pages.parts.plain import counted, plain

_MOST = 6
Found = list[tuple[str, dict[str, str]]]
"""The label of a link and what it asks its page for."""


@st.cache_data(max_entries=2, show_spinner=False)
def _states(version: str, path: str) -> dict[str, int]:  # noqa: ARG001
    states = shares.by(lake.filings(Path(path)), "worksite_state").drop_nulls("worksite_state")
    return dict(states.select("worksite_state", "cases").collect().rows())


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
    at = in_use.at
    names = index(*at)
    states, known = _states(*at), filters.known_places(*at)
    groups = {
        "Employers": (employers(asked, names), "employer"),
        "Roles": (roles_in(asked, states, known) or of_roles(asked, _roles(*at)), "role"),
        "Places": (places(_place_of(asked), states, known), "filing-counts"),
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


def _not_found(title: str, asked: str, names: Index) -> str:
    searched = {
        "Employers": f"No employer's name begins with “{asked}” or is near it, of "
        f"{counted(names.filed, 'filed name')} in {names.years}.",
        "Roles": f"“{asked}” is in the name of none of {len(roles.roles())} roles.",
        "Places": f"No state, metro, city or county that begins with “{_place_of(asked)}” has "
        f"{FEWEST} cases or more.",
    }
    return searched[title]


def employers(asked: str, names: Index) -> Found:
    """Brands and employers with a name that begins so, most cases first; else one near it."""
    rows = match.beginning(asked, names, limit=_MOST).rows(named=True)
    if not rows:
        return _near(asked, names)
    return [
        (
            f"{row['label']}: {counted(row['cases'], 'case')}"
            + (f", by the name {row['fits']}" if _other(row) else ""),
            {"employer": row["label"], **_identity(row)},
        )
        for row in rows
    ]


def _near(asked: str, names: Index) -> Found:
    """Whom the look-up of listings finds in other ways: by a slip, by initials, by a part."""
    found = named.answered(asked, None, names)
    if found["decision"] == "matched":
        return [(f"{found['brand']}: {decision.cases(found, names)}", {"employer": found["brand"]})]
    return [
        (
            f"{one['name']}, named nearly so: {decision.cases(one, names)}",
            {"employer": one["name"], **_identity(one)},
        )
        for one in (found["candidates"] if found["decision"] == "choose" else [])
    ]


def _identity(row: dict[str, str]) -> dict[str, str]:
    """Which of its namesakes is meant, as loaders.schema.identity; a unit is told by its name."""
    if row["unit"]:
        return {}
    brand, employer = row["brand_id"], row["employer_id"]
    return {"id": f"brand {brand}" if brand else f"employer {employer}"}


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


def roles_in(asked: str, states: Mapping[str, int], known: pl.DataFrame) -> Found:
    """Roles in a place, of `nurse in Texas`: the first roles, there; nothing without both."""
    what, _, _ = asked.rpartition(" in ")
    where = places(_place_of(asked), states, known) if what else []
    if not where:
        return []
    label, at = where[0]
    return [
        (f"{asks['role']} in {label.rpartition(': ')[0]}", asks | at)
        for _, asks in of_roles(what, {})
    ]


def _place_of(asked: str) -> str:
    """What stands behind the last `in`; the whole where there is none."""
    return asked.rpartition(" in ")[2]


def places(asked: str, states: Mapping[str, int], known: pl.DataFrame) -> Found:
    """States by name or code, then metropolitan areas, cities and counties, most cases first.

    `known` has place and cases. A metro is found by each city of its name, and as people call it.
    """
    names, text = codes("states"), _typed(asked)
    found = [
        (f"{names.get(code, code)}: {counted(cases, 'case')}", {"state": names.get(code, code)})
        for code, cases in states.items()
        if text == code.casefold() or names.get(code, code).casefold().startswith(text)
    ]
    called = {
        metro for metro, said in codes("shown/metro_names").items()
        if any(one.casefold().startswith(text) for one in said.split("; "))
    }  # fmt: skip
    near = [
        (f"{place}: {counted(cases, 'case')}", {"place": place})
        for place, cases in known.sort("cases", "place", descending=[True, False])
        .select("place", "cases").rows()
        if place in called or any(one.startswith(text) for one in _parts(place))
    ]  # fmt: skip
    return [*found, *near][:_MOST]


def _typed(text: str) -> str:
    return " ".join(text.casefold().replace(",", " ").replace(".", " ").split())


def _parts(place: str) -> list[str]:
    """What a place is found by: its name, and of a metropolitan area each city in it."""
    whole = _typed(place)
    return [whole, *whole.split("-")] if " (metro)" in place else [whole]
