"""The table of listings beside their employers: the answer first, and no column without content."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from charts.theme import word
from loaders import roles
from pages.parts import wrapped
from pages.parts.job import called
from pages.parts.plain import counted, plain

_WORDS = {
    "matched": "Matched",
    "choose": "Choose",
    "none": "None observed",
    "not-applicable": "Not applicable",
}
_VISAS = {"no": "Says no", "yes": "Says yes", "both": "Yes and no", "named": "Names one"}
_FITS = 17  # letters in a column that leaves room for the answer on a phone
_NUMBER = st.column_config.NumberColumn
_TEXT = st.column_config.TextColumn


def headline(joined: pl.DataFrame) -> str:
    """`5 listings: 3 matched · 2 choose`."""
    decided = dict(joined["decision"].cast(pl.String).value_counts().rows())
    said = (f"{decided[one]:,} {_WORDS[one].lower()}" for one in _WORDS if one in decided)
    return f"{counted(joined.height, 'listing')}: {' · '.join(said)}"


def draw(joined: pl.DataFrame, programs: tuple[str, ...]) -> int | None:
    """Draw the listings; the number of the row that was chosen."""
    shown = _shown(joined)
    order = (
        "listing_name", "answer", "visa_says", *(f"{one}_cases" for one in programs), "visa",
        "listing_title", "place", "last_decision_date", "annual_pay_low", "annual_pay_high",
        "copies", "note",
    )  # fmt: skip
    picked = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
        row_height=wrapped.TWO_LINES if _longest(shown) > _FITS else None,
        column_order=[one for one in order if shown[one].null_count() < shown.height],
        column_config={
            "listing_name": _TEXT("Listing", width=130),
            "answer": _TEXT("Employer", width=130, help="Who filed, as far as the files tell."),
            **{
                f"{one}_cases": _NUMBER(word(one), format="localized", width=64) for one in programs
            },
            "visa_says": _TEXT(
                "Visas", width=86, help="What the listing says of visas and citizenship."
            ),
            "listing_title": _TEXT("Title", width=220),
            "place": _TEXT("Place", width=170),
            "last_decision_date": st.column_config.DateColumn(
                "Last decision", format="D MMM YYYY", width=110
            ),
            "annual_pay_low": _NUMBER("Pay from, $ a year", format="localized"),
            "annual_pay_high": _NUMBER("Pay to, $ a year", format="localized"),
            "visa": _TEXT("Visas, as written", width=220),
            "copies": _NUMBER("Copies", help="How often the same listing stood in what you gave."),
            "note": _TEXT("Note", width=220),
        },
        key="listing_table",
    )
    return next(iter(picked["selection"]["rows"]), None)


def visas(row: Mapping[str, Any]) -> None:
    """What a listing says of visas, in its own words."""
    if row["visa_says"]:
        said = " ".join(f"“{plain(one)}”" for one in row["visa_words"])
        means = _VISAS[row["visa_says"]].lower()
        st.markdown(f":material/format_quote: Visas in the listing: **{means}**. {said}")


def internship(row: Mapping[str, Any]) -> None:
    """Say of an internship that the history is of the full-time role that it leads to."""
    if not row["internship"] and row["listing_seniority"] != "intern":
        return
    role = role_of(row)
    leads = f"the full-time role, *{plain(called(role))}*" if role else "all full-time roles"
    st.markdown(f":material/school: An internship: the history is that of {leads}.")


def role_of(row: Mapping[str, Any]) -> str | None:
    """The role that a listing's title tells; null for none."""
    return None if row["listing_role"] == roles.OTHER else row["listing_role"]


def _shown(joined: pl.DataFrame) -> pl.DataFrame:
    """The listings with the `answer` in words; what says nothing is null."""
    decision = pl.col("decision").cast(pl.String)
    return joined.with_columns(
        answer=pl.when(decision == "matched")
        .then("brand")
        .when(decision == "choose")
        .then(pl.lit("Choose: which one?"))
        .otherwise(decision.replace(_WORDS)),
        place=_said_in("places"),
        visa=_said_in("visa_words"),
        visa_says=pl.col("visa_says").cast(pl.String).replace(_VISAS),
        copies=pl.when(pl.col("copies") > 1).then("copies"),
    )


def _longest(shown: pl.DataFrame) -> int:
    """The letters of the longest name or answer."""
    both = pl.concat([shown["listing_name"], shown["answer"]]).str.len_chars().max()
    return both if isinstance(both, int) else 0


def _said_in(name: str) -> pl.Expr:
    """A list in words; null for an empty one."""
    return pl.when(pl.col(name).list.len() > 0).then(pl.col(name).list.join("; "))
