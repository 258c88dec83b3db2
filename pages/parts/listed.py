"""The table of listings beside their employers: the answer first, and no column without content."""

import polars as pl
import streamlit as st

from charts.theme import word
from pages.parts import wrapped
from pages.parts.plain import counted

_WORDS = {
    "matched": "Matched",
    "choose": "Choose",
    "none": "None observed",
    "not-applicable": "Not applicable",
}
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
        "listing_name", "answer", *(f"{one}_cases" for one in programs), "listing_title", "place",
        "last_decision_date", "annual_pay_low", "annual_pay_high", "visa", "copies", "note",
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
            "listing_title": _TEXT("Title", width=220),
            "place": _TEXT("Place", width=170),
            "last_decision_date": st.column_config.DateColumn(
                "Last decision", format="D MMM YYYY", width=110
            ),
            "annual_pay_low": _NUMBER("Pay from, $ a year", format="localized"),
            "annual_pay_high": _NUMBER("Pay to, $ a year", format="localized"),
            "visa": _TEXT("Visa words, as written", width=220),
            "copies": _NUMBER("Copies", help="How often the same listing stood in what you gave."),
            "note": _TEXT("Note", width=220),
        },
        key="listing_table",
    )
    return next(iter(picked["selection"]["rows"]), None)


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
        copies=pl.when(pl.col("copies") > 1).then("copies"),
    )


def _longest(shown: pl.DataFrame) -> int:
    """The letters of the longest name or answer."""
    both = pl.concat([shown["listing_name"], shown["answer"]]).str.len_chars().max()
    return both if isinstance(both, int) else 0


def _said_in(name: str) -> pl.Expr:
    """A list in words; null for an empty one."""
    return pl.when(pl.col(name).list.len() > 0).then(pl.col(name).list.join("; "))
