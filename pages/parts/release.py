"""The releases table, one release in full, and the files that were refused."""

from typing import Any

import polars as pl
import streamlit as st

from loaders import lake
from loaders.sample import LakeInUse
from pages.parts import ledger, wrapped
from pages.parts.plain import day, plain, size

_MOST_ROWS = 200
_NUMBER = st.column_config.NumberColumn
_COLUMNS = {
    "key": None,
    "release": st.column_config.TextColumn("Release", pinned=True),
    "state": st.column_config.TextColumn("State"),
    "program": st.column_config.TextColumn("Program"),
    "layout": st.column_config.TextColumn("Layout", help="DOL's record layout, by its header row"),
    "rows": _NUMBER("Rows", format="localized", help="Rows of the file below its header"),
    "padding": _NUMBER("Padding", format="localized", help="Rows without any content"),
    "kept": _NUMBER("Kept", format="localized", help="Cases that the views count"),
    "replaced": _NUMBER(
        "Replaced",
        format="localized",
        help="Rows of cases that have a newer row, here or elsewhere",
    ),
    "refused": _NUMBER("Refused", format="localized", help="Rows that broke a rule"),
    "repairs": _NUMBER("Repairs", format="localized", help="Values mended, each marked in its row"),
    "unread": _NUMBER("No value", format="localized", help="Cells whose text gives no value"),
    "decision_max": st.column_config.DateColumn("Newest decision", format="D MMM YYYY"),
    "retrieved": st.column_config.DateColumn("Retrieved", format="D MMM YYYY"),
    "file": st.column_config.TextColumn("File"),
}


def refused_files(refused: pl.DataFrame) -> None:
    """What was refused, why, and what to do, one box a file."""
    for row in refused.rows(named=True):
        why = row["reason"].removeprefix(f"{row['file']}: ")
        st.error(
            f"**Refused: {plain(row['file'])}**  \n{plain(why[:1].upper() + why[1:])}  \n"
            f"Then choose *From the folder* under Load, and build again.",
            icon=":material/block:",
        )


def table(rows: pl.DataFrame) -> None:
    """The releases; a click on a row opens it below."""
    st.dataframe(
        rows,
        column_config=_COLUMNS,
        hide_index=True,
        placeholder="",
        key="files_table",
        on_select=lambda: _opened(rows["key"].to_list()),
        selection_mode="single-row",
        alt="Releases with their row counts",
    )


def _opened(keys: list[str]) -> None:
    for number in st.session_state["files_table"]["selection"]["rows"]:
        if number < len(keys):
            st.session_state["release"] = keys[number]


def detail(table_: pl.DataFrame, keys: list[str], in_use: LakeInUse) -> None:
    """One release in full: refusals, repairs, new columns, notes, digest."""
    key = st.selectbox("One file in full", keys, key="release", bind="query-params")
    row = ledger.row_of(table_, key)
    if row["state"] == "loaded":
        st.markdown(ledger.account(table_.filter(pl.col("release") == row["release"])))
    _facts(row)
    if row["state"] != "loaded":
        return
    _refusals(row, in_use)
    _repairs(row)


def _facts(row: dict[str, Any]) -> None:
    facts = {
        "File": f"{row['file']}, {size(row['bytes'])}",
        "Why": row["reason"],
        "Layout": row["layout"],
        "Decisions": f"{day(row['decision_min'])} to {day(row['decision_max'])}"
        if row["decision_min"]
        else None,
        "New columns": ", ".join(row["added_columns"] or []) or None,
        "Notes": "; ".join(row["notes"] or []) or None,
        "Retrieved": row["retrieved_at"],
        "sha256": row["sha256"],
    }
    said = [(name, value) for name, value in facts.items() if value]
    wrapped.draw(
        pl.DataFrame(said, schema=["name", "value"], orient="row"), {"name": "", "value": ""}
    )


def _refusals(row: dict[str, Any], in_use: LakeInUse) -> None:
    broken = ledger.refusals(row)
    if broken.is_empty():
        st.caption("No row refused: every row with content became a case.")
        return
    names = {"rows": "Rows", "rule": "Rule", "promise": "What it asks for"}
    wrapped.draw(broken, names, "Refused rows, by the rule they broke")
    rows = lake.refused(in_use.path).filter(pl.col("release") == row["release"])
    with st.expander("The refused rows"):
        st.dataframe(rows.drop("release").head(_MOST_ROWS).collect(), hide_index=True)
        st.caption(f"The first {_MOST_ROWS} at most; Row counts from 1 with the header.")


def _repairs(row: dict[str, Any]) -> None:
    made = ledger.repairs(row)
    if made.is_empty():
        st.caption("No repairs were needed.")
        return
    names = {"rows": "Rows", "column": "Column", "what": "What was found and done"}
    wrapped.draw(made, names, "Repairs, and cells without a value")
