"""A person's choices, all of them: to see, to undo, to take along and to bring."""

import polars as pl
import streamlit as st

from loaders import choices
from loaders.facts import codes
from loaders.index import Index
from pages.parts import downloads
from pages.parts.plain import counted, plain


def kept() -> pl.DataFrame:
    """The choices so far; where their file cannot be read the page says so and ends."""
    try:
        return choices.kept()
    except ValueError as error:
        st.error(plain(str(error)), icon=":material/block:")
        st.stop()


def draw(kept: pl.DataFrame, index: Index) -> None:
    """Every choice with whom it means; undo those that are ticked, download, or bring a file."""
    many = counted(kept.height, "name") if kept.height else "none yet"
    with st.expander(f"Your choices: {many}", icon=":material/bookmark:"):
        if kept.height:
            _table(kept, index)
        _bring()


def _table(kept: pl.DataFrame, index: Index) -> None:
    states = codes("states")
    shown = (
        kept.join(index.brands.select("brand_id", "brand"), on="brand_id", how="left")
        .join(index.employers.select("employer_id", "employer"), on="employer_id", how="left")
        .with_columns(
            means=pl.coalesce("unit", "brand", "employer", "brand_id", "employer_id").fill_null(
                "none of the candidates"
            ),
            listing_state=pl.col("listing_state").replace(states).fill_null("any"),
        )
    )
    picked = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        column_order=("listing_name", "means", "listing_state", "chosen_date"),
        column_config={
            "listing_name": "In the listing",
            "means": "Means",
            "listing_state": "State of the job",
            "chosen_date": st.column_config.DateColumn("Chosen", format="D MMM YYYY"),
        },
        key=f"choices_{kept.hash_rows().sum()}",
    )
    rows = picked["selection"]["rows"]
    with st.container(horizontal=True):
        st.button(
            "Undo the ticked", icon=":material/undo:", disabled=not rows, key="forget_ticked",
            on_click=_forget, args=(kept[rows] if rows else kept.clear(),),
        )  # fmt: skip
        downloads.csv(kept, "choices", "Download choices.csv")


def _forget(ticked: pl.DataFrame) -> None:
    for row in ticked.rows(named=True):
        choices.forget(row["listing_name"], row["listing_state"])
    st.toast(f"Forgotten: {counted(ticked.height, 'choice')}.", icon=":material/undo:")


def _bring() -> None:
    round_ = st.session_state.setdefault("choices_round", 0)
    file = st.file_uploader(
        "Bring a choices.csv from elsewhere: its choices replace yours for the same name and state",
        type="csv", key=f"choices_file_{round_}",
    )  # fmt: skip
    if file is None:
        return
    try:
        taken = choices.read(file.getvalue())
    except ValueError as error:
        st.error(plain(f"{file.name} is no table of choices: {error}."), icon=":material/block:")
        return
    choices.take(taken)
    st.session_state["choices_round"] += 1
    st.toast(f"Taken in: {counted(taken.height, 'choice')}.", icon=":material/bookmark:")
    st.rerun()
