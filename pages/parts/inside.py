"""What stands in the shell of every page: the sample's banner, the page, when the lake was built.

Whoever imports this imports nearly everything with it, and has all of it when it returns: of what
two threads import piece by piece, each can find halves.
"""

import pandas as pd  # noqa: F401 - else the first table imports it, and others see a half
import streamlit as st

from charts.theme import word
from loaders import lake
from loaders.sample import LakeInUse, lake_in_use
from loaders.schema import PROGRAMS
from pages.parts import address, filters, loading
from pages.parts.plain import plain

__all__ = ["draw", "lake_in_use"]


def draw(in_use: LakeInUse, *, sources: st.Page) -> None:
    """The page that is asked for, said to be of the sample where it is, and of which programs not.

    Where the user's lake cannot be read, why, and how to build it again.
    """
    try:
        built = lake.manifest(in_use.path)["built_at"][:10]
    except lake.NoLakeError as error:
        st.error(plain(str(error)), icon=":material/block:")
        loading.section(loading.the_job())
        return
    if in_use.is_sample:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                ":material/science: **Sample data.** Every employer and every case is invented."
            )
            st.page_link(sources, label="Load DOL's files", icon=":material/download:")
    _not_loaded(in_use, sources)
    address.run(filters.spelled)
    with st.sidebar:
        st.caption(
            f"{'Sample' if in_use.is_sample else 'Lake'} built {built}. "
            "Nothing you type is sent anywhere else."
        )


def _not_loaded(in_use: LakeInUse, sources: st.Page) -> None:
    """Name the programs of which no file is loaded, on every page: a filter says All without."""
    loaded = {program for program, _ in lake.periods(in_use.path)}
    absent = [word(one) for one in PROGRAMS if one not in loaded]
    if not absent:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f":material/info: No {' and no '.join(absent)} file is loaded: "
            f"{' and '.join(absent)} cases are not included.",
            width="content",
        )
        st.page_link(sources, label="Sources", icon=":material/database:")
