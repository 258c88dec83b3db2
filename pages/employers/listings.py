"""A person's own listings, each beside the filing history of its employer."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analytics import counts
from loaders import lake, listings, match
from loaders.sample import lake_in_use
from pages.parts import about, decision, history
from pages.parts.plain import counted, plain

ENDINGS = [ending.removeprefix(".") for ending in listings.READABLE]
WORDS = {
    "matched": "Matched",
    "choose": "Choose",
    "none": "None observed",
    "not-applicable": "Not applicable",
}


@st.cache_data(max_entries=4, show_spinner=False)
def covered(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    return counts.coverage(lake.filings(Path(path))).collect()


@st.cache_data(max_entries=16, show_spinner="Reading the listings…")
def read(name: str, content: bytes) -> pl.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"given{Path(name).suffix.lower()}"
        path.write_bytes(content)
        table = listings.read(path)
    source = pl.col("source").str.replace_all(path.name, Path(name).name, literal=True)
    return table.with_columns(source)


def given(files: Sequence[Any], text: str) -> pl.DataFrame | None:
    """The listings of all files and of the text; a file that cannot be read is named."""
    tables = list[pl.DataFrame]()
    sources = [(one.name, one.getvalue()) for one in files]
    for name, content in [*sources, ("pasted.txt", text.encode())]:
        if not content.strip():
            continue
        try:
            tables.append(read(name, content))
        except listings.ListingsError as error:
            st.error(plain(str(error)), icon=":material/block:")
    return pl.concat(tables) if tables else None


def said_in(name: str) -> pl.Expr:
    """A list in words; null for an empty one."""
    return pl.when(pl.col(name).list.len() > 0).then(pl.col(name).list.join("; "))


in_use = lake_in_use()
at = (in_use.version, str(in_use.path))
index = history.index(*at)

files = st.file_uploader(
    "Files: CSV, Excel, JSON, saved job pages, text", type=ENDINGS, accept_multiple_files=True,
    key="listing_files",
)  # fmt: skip
text = st.text_area(
    "Or paste: a job posting, or one employer a line", key="listing_text", height=120,
    placeholder="Goldman Sachs\nUC Berkeley\nChildren's Healthcare of Atlanta",
)  # fmt: skip
st.caption("Nothing leaves this machine, and no address in a listing is opened.")
table = given(files or [], text or "")
if table is None:
    st.stop()
joined = match.joined(table, index, match.choices())
decided = dict(joined["decision"].cast(pl.String).value_counts().rows())
said = " · ".join(f"{decided[one]:,} {WORDS[one].lower()}" for one in WORDS if one in decided)
st.markdown(f"#### {counted(joined.height, 'listing')}: {said}")
shown = joined.with_columns(
    pl.col("decision").cast(pl.String).replace_strict(WORDS),
    place=said_in("places"),
    visa=said_in("visa_words"),
)
number = st.column_config.NumberColumn
picked = st.dataframe(
    shown,
    hide_index=True,
    on_select="rerun",
    selection_mode="single-row",
    placeholder="",
    column_order=[name for name in (
        "listing_name", "listing_title", "place", "decision", "brand", *(
            f"{name}_cases" for name in index.programs
        ), "last_decision_date", "annual_pay_low", "annual_pay_high", "visa", "copies", "note",
    ) if shown[name].null_count() < shown.height],
    column_config={
        "listing_name": "Listing",
        "listing_title": "Title",
        "place": "Place",
        "decision": "Who that is",
        "brand": "Employer",
        "lca_cases": number("LCA", format="localized"),
        "perm_cases": number("PERM", format="localized"),
        "last_decision_date": st.column_config.DateColumn("Last decision", format="D MMM YYYY"),
        "annual_pay_low": number("Pay from, $ a year", format="localized"),
        "annual_pay_high": number("Pay to, $ a year", format="localized"),
        "visa": "Visa words, as written",
        "copies": number("Copies", help="How often the same listing stood in what you gave."),
        "note": "Note",
    },
    key="listing_table",
)  # fmt: skip
about.download(match.flat(joined), "listings-and-filings")
rows = picked["selection"]["rows"]
if not rows:
    st.caption("Choose a row to see its history, and who is behind the name.")
    st.stop()
row = joined.row(rows[0], named=True)
who = decision.draw(row, row["listing_name"] or "", row["listing_state"], index)
if who:
    title = st.text_input(
        "Words in the job title", row["listing_title"] or "", key=f"title_of_{rows[0]}",
        max_chars=120, help="All words must occur in the title as filed: fewer words find more.",
    )  # fmt: skip
    history.draw(in_use, who, title, covered(*at), row["listing_state"])
