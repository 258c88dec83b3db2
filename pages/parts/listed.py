"""The shortlist as a table: the answer in a sentence, the listings best first, each in words."""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from analytics import shortlist
from loaders import role_notes
from loaders.facts import codes
from loaders.releases import years_said
from loaders.schema import FEWEST
from pages.parts import filters, listing, weights, wrapped
from pages.parts.plain import counted, plain
from pages.parts.shortlist import View

_NUMBER = st.column_config.NumberColumn
_TEXT = st.column_config.TextColumn
_BARS = st.column_config.BarChartColumn


_EACH = " Each is scored among the employers of its own role, one without a role among all."


def headline(rows: pl.DataFrame) -> str:
    """`5 listings: 3 rated · 1 none observed · 1 outside the US`."""
    many = dict(rows["answer"].cast(pl.String).value_counts().rows())
    said = (f"{many[one]:,} {listing.WORDS[one]}" for one in shortlist.ANSWERS if one in many)
    return f"{counted(rows.height, 'listing')}: {' · '.join(said)}"


def first(rows: pl.DataFrame) -> str:
    """Which listing stands first and why, in a sentence; where none is rated, that."""
    rated = rows.filter(pl.col("answer") == listing.RATED)
    if rated.is_empty() or rated["score"][0] is None:
        return "No listing can be rated: see the notes in the table for why."
    row = rated.row(0, named=True)
    stands = "stands first" if rated.height > 1 else "is the only one that is rated"
    rate = (
        "too few decided to rate" if row["rate"] is None
        else f"{row['rate']:.1%} of decided certified"
    )  # fmt: skip
    return (
        f"**{plain(row['brand'])}** {stands}, for {_role_said(row)}: score "
        f"{row['score']:.2f} (of 1), {counted(row['cases'], 'case')}, {rate} "
        f"(n = {row['decided']:,})." + _EACH * (rated["listing_role"].n_unique() > 1)
    )


def _role_said(row: Mapping[str, object]) -> str:
    """The role of a listing, as it stands in a sentence."""
    return plain(listing.role_of(row)) if row["listing_role"] else "all roles"


def narrowed(rows: pl.DataFrame) -> pl.DataFrame:
    """The listings that fit the filters of the list: role, state, only rated."""
    names, states = codes("states"), rows["listing_state"].drop_nulls().unique().sort().to_list()
    asked = set(rows["listing_role"].drop_nulls())
    known = [one for one in role_notes.listed() if one in asked]
    filters.unknown("roles", map(role_notes.named, known))
    filters.unknown("state", [names.get(one, one) for one in states])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        role = st.multiselect(
            "Role", known, key="roles", bind="query-params", width=260, select_all=False,
            format_func=role_notes.named, placeholder="Any role",
        )  # fmt: skip
        state = st.multiselect(
            "State of the job", states, key="state", bind="query-params", width=220,
            format_func=lambda code: names.get(code, code), placeholder="Any state",
            select_all=False,
        )  # fmt: skip
        only = st.toggle("Only rated", key="rated", bind="query-params")
    tests = [pl.col("listing_role").is_in(role)] if role else []
    tests += [pl.col("listing_state").is_in(state)] if state else []
    tests += [pl.col("answer") == listing.RATED] if only else []
    return rows.filter(*tests)


def key(listings: Sequence[int]) -> str:
    """The table's key: another for another order, so that no tick stays where another row is."""
    return f"listing_table_{hash(tuple(listings))}"


def draw(rows: pl.DataFrame, view: View) -> int | None:
    """Draw the listings, best first; the `listing` that is ticked, which a new order keeps."""
    here = rows["listing"].to_list()
    opened = [here.index(one) for one in [st.session_state.get("opened")] if one in here]
    shown = pl.DataFrame(
        [listing.said_of(row, view.index.programs, view.years) for row in rows.rows(named=True)],
        _SHOWN,
    )
    pay, trend = (years_said(years) for years in (view.years.pay, view.years.trend))
    gap = f"; {gap}" if (gap := listing.unloaded(view.years.trend)) else ""
    picked = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": opened}},
        placeholder="",
        row_height=wrapped.TWO_LINES,
        alt="The shortlist, best first",
        column_order=[one for one in _SHOWN if shown[one].null_count() < shown.height],
        column_config={
            "place": _NUMBER("Rank", width=50),
            "listing": _TEXT("Listing", width=130, pinned=True),
            "who": _TEXT("Employer", width=150, help="Who that is, as far as the files tell."),
            "role": _TEXT("Role", width=140, help="What the title tells; for it the cases are."),
            "score": st.column_config.ProgressColumn(
                "Score", min_value=0, max_value=1, format="%.2f", width=90,
                help="Of the employer among all who file for the role; what it weighs is below.",
            ),
            "parts": _BARS(
                "Its parts", y_min=0, y_max=1, width=110,
                help=", ".join(said for said, _ in weights.WORDS.values()) + ": each 0 to 1. "
                "A part that is not told has no bar and takes no weight.",
            ),
            "cases": _NUMBER(
                "Cases", format="localized", width=66,
                help="Of all loaded years, for the role; of all roles where the title tells none.",
            ),
            "against": _TEXT(
                "Against", width=150,
                help="What speaks against it, in these files and in the listing: tick the row for "
                "the sentences. Nothing here is no promise.",
            ),
            "trend": _BARS(
                f"Cases in {trend}", y_min=0, width=220,
                help=f"A bar a fiscal year, {trend}: the newest that are loaded{gap}.",
            ),
            "levels": _BARS(
                "Levels I to IV", y_min=0, y_max=1, width=100,
                help=f"Wage levels of the cases that have one; none from fewer than {FEWEST}.",
            ),
            "mix": _TEXT("Level mix", width=160),
            "rate": _NUMBER(
                "Certified", format="%.1f%%", width=80,
                help=f"Certified of decided; not from fewer than {FEWEST}.",
            ),
            "decided": _NUMBER("Decided", format="localized", width=70),
            "withdrawn": _NUMBER(
                "Withdrawn", format="localized", width=80,
                help="Of the cases, those that were withdrawn before a decision.",
            ),
            "asks": _TEXT("Pay in the listing", width=150, help="US dollars a year."),
            "stands": _NUMBER(
                "Percentile", format="%d", width=80,
                help="Of the market's offers, how many in a hundred are below the listing's lower "
                "bound: for the role, in the state where one is told (the first of several), "
                f"{pay}. Not of internships.",
            ),
            "market": _TEXT(f"Market P10 to P90, {pay}", width=190, help="Of all employers."),
            "own": _TEXT(f"Its own P10 to P90, {pay}", width=190, help="Of this employer."),
            "last": st.column_config.DateColumn("Last decision", format="D MMM YYYY", width=110),
            "perm": _TEXT(
                "PERM", width=190,
                help=f"Cases of all loaded years; of {pay} the median from receipt to decision.",
            ),
            "now": _TEXT(
                f"PERM time, {pay}", width=150,
                help="Of all employers for the role: the median from receipt to decision.",
            ),
            "tn": _TEXT(
                "TN profession", width=190,
                help="That the role may fall under, and of its PERM cases with a class of "
                "admission how many held TN. The duties decide.",
            ),
            "visas": _TEXT("Visas", width=86, help="What the listing says of visas."),
            "title": _TEXT("Title", width=200),
            "at": _TEXT("Place", width=150),
            "note": _TEXT("Notes", width=420),
        },
        key=key(here),
    )  # fmt: skip
    ticked = next(iter(picked["selection"]["rows"]), None)
    st.session_state["opened"] = None if ticked is None else here[ticked]
    return st.session_state["opened"]


_SHOWN = {
    "place": pl.Int64, "listing": pl.String, "who": pl.String, "role": pl.String,
    "score": pl.Float64, "cases": pl.Int64, "against": pl.String, "visas": pl.String,
    "title": pl.String, "parts": pl.List(pl.Float64),
    "trend": pl.List(pl.Int64), "levels": pl.List(pl.Float64), "rate": pl.Float64,
    "decided": pl.Int64, "withdrawn": pl.Int64, "asks": pl.String, "stands": pl.Float64,
    "market": pl.String, "own": pl.String, "last": pl.Date, "perm": pl.String,
    "now": pl.String, "tn": pl.String, "at": pl.String, "note": pl.String, "mix": pl.String,
}  # fmt: skip
