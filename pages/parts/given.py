"""The listings that a person gives to the page: files, and pasted text."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from loaders import listings
from pages.parts.plain import plain

_ENDINGS = [ending.removeprefix(".") for ending in listings.READABLE]


def draw() -> pl.DataFrame | None:
    """Ask for listings; all that were given, or nothing yet."""
    left, right = st.columns(2)
    files = left.file_uploader(
        "Files: CSV, Excel, JSON, saved job pages, text", type=_ENDINGS,
        accept_multiple_files=True, key="listing_files",
    )  # fmt: skip
    text = right.text_area(
        "Or paste: a job posting, or one employer a line", key="listing_text", height=100,
        placeholder="Goldman Sachs\nUC Berkeley\nChildren's Healthcare of Atlanta",
    )  # fmt: skip
    st.caption("Nothing leaves this machine, and no address in a listing is opened.")
    return _joined(files or [], text or "")


@st.cache_data(max_entries=16, show_spinner="Reading the listings…")
def _read(name: str, content: bytes) -> pl.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"given{Path(name).suffix.lower()}"
        path.write_bytes(content)
        return listings.read(path, Path(name).name)


def _joined(files: Sequence[Any], text: str) -> pl.DataFrame | None:
    """The listings of all files and of the text; a file that cannot be read is named."""
    tables = list[pl.DataFrame]()
    pasted = [("pasted.txt", text.encode())] if text.strip() else []
    for name, content in [*((one.name, one.getvalue()) for one in files), *pasted]:
        try:
            tables.append(_read(name, content))
        except listings.ListingsError as error:
            st.error(plain(str(error)), icon=":material/block:")
    return pl.concat(tables) if tables else None
