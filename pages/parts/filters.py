"""The filter bar: the same filters in the same order on every page, kept in the address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics import counts, places, shares
from charts.theme import word
from loaders import lake, role_notes, roles
from loaders.facts import codes
from loaders.sample import LakeInUse
from loaders.schema import FEWEST, PROGRAMS, STATUSES
from pages.parts.cases import Cases
from pages.parts.plain import plain

PROGRAM = ("All", "LCA", "PERM")


@st.cache_data(max_entries=4, show_spinner="Reading what there is to choose from…")
def offered(version: str, path: str) -> dict[str, Any]:  # noqa: ARG001
    """The values that the lake holds for each filter; `version` is the key of the cache."""
    filings = lake.filings(Path(path))
    row = counts.choices(filings).collect().row(0, named=True)
    jobs = counts.occupations(filings).collect().rows()
    titles = codes("shown/soc_titles")
    named = {code: f"{code} {titles.get(code, filed) or ''}".strip() for code, filed, _ in jobs}
    return row | {"occupations": named}


@st.cache_resource(max_entries=4, show_spinner="Reading the places…")
def known_places(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    """Every metropolitan area, then every city and county, with enough cases: place, cases."""
    filings = lake.filings(Path(path))
    metros = shares.by_metro(filings, codes("shown/metros")).filter(pl.col("cases") >= FEWEST)
    wide = metros.select("cases", place="metro")
    small = places.offered(filings, least=FEWEST).select("cases", "place")
    return pl.concat([wide, small]).select("place", "cases").collect()


def bar(in_use: LakeInUse) -> Cases:
    """Draw the filter bar; what it says. A value in the link that the lake has not is named."""
    here = offered(*in_use.at)
    jobs = here["occupations"]
    unknown_in_link(here)
    unknown("occupation", jobs.values())
    unknown("visa", here["visa_classes"])
    unknown("status", map(word, here["statuses"]))
    top = st.container(horizontal=True, vertical_alignment="bottom")
    with top:
        programs = program()
        role = several_roles()
        occupation = st.multiselect(
            "Occupation", list(jobs), key="occupation", bind="query-params", width=380,
            format_func=jobs.__getitem__, select_all=False,
            placeholder="Any occupation code, as filed",
        )  # fmt: skip
        words = st.text_input(
            "Words in the job title", key="title", bind="query-params", width=260,
            placeholder="e.g. machine learning", max_chars=120,
            help=WORDS,
        )  # fmt: skip
        state = states(here["states"])
        place = at_places(in_use.at)
        visa = st.multiselect(
            "Visa class", here["visa_classes"], key="visa", bind="query-params", width=200,
            placeholder="Any (LCA only)", select_all=False,
        )  # fmt: skip
        status = st.multiselect(
            "Status", here["statuses"], key="status", bind="query-params", width=220,
            format_func=word, placeholder="Any decision", select_all=False,
        )  # fmt: skip
        years = fiscal_years(here["years"])
    return Cases(
        years=years, programs=programs, roles=role, words=" ".join((words or "").split()),
        occupations=tuple(occupation), states=state, places=place,
        visa_classes=tuple(visa), statuses=tuple(status),
    )  # fmt: skip


def unknown_in_link(here: Mapping[str, Sequence[str]]) -> None:
    """Say which roles and states of the link are none of the known ones."""
    names = codes("states")
    unknown("roles", map(role_notes.named, roles.roles()))
    unknown("state", [names.get(code, code) for code in here["states"]])


def several_roles(
    *, most: int | None = None, width: int = 400, placeholder: str = "Any role"
) -> tuple[str, ...]:
    """The choice of roles, up to `most`; none for all."""
    return tuple(
        st.multiselect(
            "Role" if most is None else "Roles", role_notes.listed(), key="roles",
            bind="query-params", width=width, max_selections=most,
            format_func=role_notes.named, select_all=False, placeholder=placeholder,
            help="As titles tell it, then codes. The page Role has more on each.",
        )
    )  # fmt: skip


def one_role(*, width: int, placeholder: str) -> str | None:
    """The choice of one role."""
    unknown("role", map(role_notes.named, roles.roles()))
    several = st.query_params.get_all("roles")
    if "role" not in st.query_params and len(several) > 1:
        st.caption(
            f"This page takes one role. The link has {plain(', '.join(several))}: choose one."
        )
    return st.selectbox(
        "Role", role_notes.listed(), index=None, key="role", bind="query-params", width=width,
        format_func=role_notes.named, placeholder=placeholder,
    )  # fmt: skip


OF_SEVERAL_ROLES = frozenset(
    {"wages", "approvals", "filing-counts", "compare-roles", "my-listings", "employers"}
)
"""The paths of the pages whose filter is `roles`; others have `role`."""


def spelled(path: str, address: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The address as the filters of a page say it.

    A link may name roles, decisions and programs by their ids, states by their two letters and
    fiscal years without FY, all in any case; a page of one role takes it from `roles`, a page of
    several from `role`.
    """
    role = _in_any_case(role_notes.names())
    full: Mapping[str, Callable[[str], str]] = {
        "role": role,
        "roles": role,
        "state": _in_any_case(codes("states")),
        "status": _in_any_case({one: word(one) for one in STATUSES}),
        "program": _in_any_case({one: word(one) for one in PROGRAMS}),
        "years": lambda one: f"FY{one}" if one.isdecimal() else one.upper(),
        "by": lambda one: one[:1].upper() + one[1:],
    }
    named = {key: [full.get(key, str)(one) for one in said] for key, said in address.items()}
    key, other = ("roles", "role") if path in OF_SEVERAL_ROLES else ("role", "roles")
    if key not in named and len(named.get(other, ())) == 1:
        named[key] = named.pop(other)
    return named


def _in_any_case(names: Mapping[str, str]) -> Callable[[str], str]:
    """What an id or a name is called, however large its letters; what is neither as it is."""
    known = {said.casefold(): name for id_, name in names.items() for said in (id_, name)}
    return lambda one: known.get(one.casefold(), one)


def states(here: Sequence[str]) -> tuple[str, ...]:
    """The choice of states of the worksite; none for all."""
    names = codes("states")
    return tuple(
        st.multiselect(
            "State of the worksite", here, key="state", bind="query-params", width=220,
            format_func=lambda code: names.get(code, code), placeholder="Any state",
            select_all=False,
        )
    )  # fmt: skip


def at_places(at: tuple[str, str]) -> tuple[str, ...]:
    """The choice of metropolitan areas, cities and counties of the worksite; none for all."""
    found = known_places(*at)["place"].to_list()
    unknown("place", found)
    return tuple(
        st.multiselect(
            "Metro, city or county", found, key="place", bind="query-params", width=240,
            placeholder="Any place", select_all=False,
            help=f"Of the first worksite, with {FEWEST} cases or more. Files name the "
            "county in part only; a metro is told for the cities with most cases.",
        )
    )  # fmt: skip


def program() -> tuple[str, ...]:
    """The choice of a program; none for all."""
    unknown("program", PROGRAM)
    chosen = st.segmented_control(
        "Program", PROGRAM, default="All", required=True, key="program",
        bind="query-params", width=210,
        help="LCA: the labor condition application before an H-1B, H-1B1 or E-3. "
        "PERM: the labor certification before most green cards.",
    )  # fmt: skip
    return () if chosen == "All" else (chosen.lower(),)


def fiscal_years(years: Sequence[int]) -> tuple[int, int]:
    """The choice of the first and last of these fiscal years."""
    unknown("years", [f"FY{year}" for year in years])
    if len(years) == 1:
        st.caption(f"FY{years[0]} only")
        return years[0], years[0]
    first, last = st.select_slider(
        "Fiscal years", years, value=(years[0], years[-1]), key="years", bind="query-params",
        format_func=lambda year: f"FY{year}", width=260,
    )  # fmt: skip
    return first, last


def unknown(key: str, known: Iterable[str], called: str = "") -> None:
    """Say which values of the link are none of the known ones."""
    there = set(known)
    for value in st.query_params.get_all(key):
        if value not in there:
            st.warning(f"The link asks for {called or key} {plain(value)}: not among the choices.")


WORDS = (
    "All words must occur: nurse finds nurses and no nursery, nurs* all that begins so; "
    '"in quotes" is one phrase.'
)
"""How words of a title are asked for."""
_SET = {
    "role": ("roles", "role"),
    "roles": ("roles", "role"),
    "employer": ("employer", "employer"),
    "occupation": ("occupations", "occupation"),
    "title": ("words", "words in the job title"),
    "words": ("words", "words in the job title"),
    "state": ("states", "state"),
    "place": ("places", "metro, city or county"),
    "seniority": ("seniorities", "seniority"),
    "level": ("levels", "wage level"),
    "visa": ("visa_classes", "visa class"),
    "status": ("statuses", "status"),
    "program": ("programs", "program"),
}
"""The keys of the filters, what each is in `Cases`, and what it is called."""
_NOTHING: dict[str, Any] = {
    "role": None, "title": "", "words": "", "employer": "", "program": "All",
}  # fmt: skip


def loosen(choice: Cases, everything: Sequence[int]) -> None:
    """Draw a button for each filter of the page that is set, where nothing is there to show."""
    st.info("Nothing to show under these filters. Loosen one:", icon=":material/filter_alt_off:")
    buttons, whole = dict[str, dict[str, Any]](), (everything[0], everything[-1])
    for key, (name, called) in _SET.items():  # two keys of one name are one button
        if key in st.session_state and getattr(choice, name):
            buttons.setdefault(f"Drop {called}", {})[key] = _NOTHING.get(key, [])
    if choice.years != whole:
        buttons["All years"] = {"years": whole}
    if len(buttons) > 1:
        buttons["Drop all"] = {key: to for put in buttons.values() for key, to in put.items()}
    with st.container(horizontal=True):
        for label, put in buttons.items():
            st.button(
                label, key=f"drop_{'_'.join(put)}", on_click=st.session_state.update, args=(put,)
            )
