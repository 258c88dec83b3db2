"""The listings that a person gives to the page: files, pasted text, what was kept, an example."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from loaders import kept_listings, listing_files, listings
from loaders.listing_facts import UNREAD
from loaders.sample import SAMPLE_RAW
from pages.parts.plain import counted, plain

_ENDINGS = [ending.removeprefix(".") for ending in listings.READABLE]
_GIVEN, _CLEARED = "listings_given", "listings_cleared"
_REMARKS = 3
_EXAMPLE = SAMPLE_RAW.parent / "listings.csv"


def draw(*, sample: bool) -> pl.DataFrame | None:
    """Step 1: ask for listings; all that there are, or nothing yet."""
    _return()
    begun = bool(st.session_state.get(_GIVEN)) or any(
        st.session_state.get(key, st.query_params.get(key) == "true")
        for key in (_uploader(), "listing_text", "example")
    )
    box = st.expander("**1 Add** listings", expanded=not begun and not _before().height)
    with box:
        table, refused = _asked(sample=sample)
    for reason in refused:
        st.error(plain(reason), icon=":material/block:")
    if table is not None and (said := _remarks(table)):
        st.warning(said, icon=":material/edit_note:")
    return _kept(table, box)


def _asked(*, sample: bool) -> tuple[pl.DataFrame | None, list[str]]:
    left, right = st.columns(2)
    files = left.file_uploader(
        "Files: CSV, Excel, JSON, saved job pages, text", type=_ENDINGS,
        accept_multiple_files=True, key=_uploader(),
    )  # fmt: skip
    text = right.text_area(
        "Or paste: a job posting, or one employer a line", key="listing_text", height=100,
        placeholder="Goldman Sachs\nUC Berkeley\nChildren's Healthcare of Atlanta",
    )  # fmt: skip
    example = sample and st.toggle(
        "Try the example", key="example", bind="query-params",
        help="Invented listings of the employers in the sample data.",
    )  # fmt: skip
    st.caption(
        "Nothing leaves this machine, and no address in a listing is opened. What you give lives "
        "in this browser tab until you clear it or close or reload the tab; what you keep is a "
        "file beside your choices, on this machine. A download of the shortlist can be brought "
        "here again."
    )
    now = tuple((one.name, one.getvalue()) for one in files or [])
    given = replace(st.session_state[_GIVEN], now=now, text=text or "")
    st.session_state[_GIVEN] = given
    if given.before:
        st.caption(plain(f"Given before: {', '.join(name for name, _ in given.before)}."))
    return _joined(given, example=example)


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave in this session: the text, the files of this visit and of earlier ones.

    Streamlit forgets the widgets of a page that is left; nothing of this is written to disk.
    """

    text: str = ""
    now: tuple[tuple[str, bytes], ...] = ()
    before: tuple[tuple[str, bytes], ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.text.strip() or self.now or self.before)


def _uploader() -> str:
    """The key of the uploader: another after each clearing, which alone empties it."""
    times = st.session_state.get(_CLEARED, 0)
    return f"listing_files_{times}" if times else "listing_files"


def _return() -> None:
    """Where the page was left, have its text and its files of then again."""
    given = st.session_state.setdefault(_GIVEN, Given())
    if "listing_text" in st.session_state:
        return
    before = dict.fromkeys((*given.before, *given.now))
    st.session_state[_GIVEN] = Given(given.text, before=tuple(before))
    st.session_state["listing_text"] = given.text


def _clear() -> None:
    """Forget what was given in this session; what is kept on the machine stays."""
    st.session_state[_GIVEN] = Given()
    st.session_state[_CLEARED] = st.session_state.get(_CLEARED, 0) + 1
    st.session_state["listing_text"] = ""
    if "example" in st.session_state:
        st.session_state["example"] = False


@st.cache_resource(max_entries=16, show_spinner="Reading the listings…")
def _read(files: tuple[tuple[str, bytes], ...]) -> tuple[pl.DataFrame | None, list[str]]:
    """The listings of all files, what repeats once; and why a file could not be read."""
    made, refused = list[listing_files.Record](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files:
            path = Path(folder) / f"given{Path(name).suffix.lower()}"
            path.write_bytes(content)
            try:
                made += listing_files.of_path(path, Path(name).name)
            except listings.ListingsError as error:
                refused.append(str(error))
    return listings.joined(made) if made else None, refused


def _joined(given: Given, *, example: bool) -> tuple[pl.DataFrame | None, list[str]]:
    """The listings of all files and of the text, and why a file could not be read."""
    named = [("example.csv", _EXAMPLE.read_bytes())] if example else []
    pasted = [("pasted.txt", given.text.encode())] if given.text.strip() else []
    # The same file of this visit and of an earlier one is one.
    return _read(tuple(dict.fromkeys([*given.before, *given.now, *pasted, *named])))


def _remarks(table: pl.DataFrame) -> str:
    """What of the files and of the text was not read, the first of it."""
    notes = table["note"].drop_nulls().str.split("; ").explode().unique(maintain_order=True)
    said = notes.filter(notes.str.starts_with(UNREAD))
    if said.is_empty():
        return ""
    more = f"; {said.len() - _REMARKS:,} more in the notes" * (said.len() > _REMARKS)
    told = "; ".join(said.head(_REMARKS))
    return plain(f"{told[:1].upper()}{told[1:]}{more}.")


def _before() -> pl.DataFrame:
    """The listings that were kept; where their file cannot be read the page says so and ends."""
    try:
        return kept_listings.kept()
    except ValueError as error:
        st.error(plain(str(error)), icon=":material/block:")
        st.stop()


def _kept(given: pl.DataFrame | None, box: Any) -> pl.DataFrame | None:
    """What was kept and what is given, each listing once; keep or forget them with a button."""
    before = _before()
    whole = before if given is None else kept_listings.with_kept(given, before)
    new = whole.height - before.height
    with box.container(horizontal=True, vertical_alignment="center", gap="small"):
        if new:
            st.button(
                f"Keep {counted(new, 'listing')} on this machine", key="keep_listings",
                icon=":material/bookmark:", on_click=_keep, args=(whole,),
            )  # fmt: skip
        if given is not None or st.session_state.get(_GIVEN):
            st.button(
                "Clear what you gave", key="clear_listings", icon=":material/clear_all:",
                on_click=_clear, help="What is kept on this machine stays.",
            )  # fmt: skip
        if before.height:
            st.button(
                f"Forget {counted(before.height, 'kept listing')}", key="forget_listings",
                icon=":material/delete:", on_click=_keep, args=(before.clear(),),
            )  # fmt: skip
    return whole if given is not None or whole.height else None


def _keep(whole: pl.DataFrame) -> None:
    kept_listings.keep(whole)
    said = f"Kept: {counted(whole.height, 'listing')}" if whole.height else "Forgotten"
    st.toast(f"{said}.", icon=":material/bookmark:")
