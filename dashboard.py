"""Filing History: which US employers file for foreign workers, from DOL's own files.

`python -m streamlit run dashboard.py`
"""

import threading
import webbrowser
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from loaders import lake
from loaders.sample import lake_in_use


def sections() -> dict[str, list[st.Page]]:
    """The sidebar: a section a folder of pages/."""
    return {
        "Explore": [
            st.Page(
                "pages/filings/counts.py",
                title="Filing counts",
                icon=":material/bar_chart:",
                default=True,
            ),
        ],
        "Employers": [
            st.Page(
                "pages/employers/employer.py",
                title="Employer",
                icon=":material/apartment:",
                url_path="employer",
            ),
            st.Page(
                "pages/employers/listings.py",
                title="My listings",
                icon=":material/list_alt:",
                url_path="my-listings",
            ),
        ],
        "Roles": [
            st.Page(
                "pages/roles/role.py",
                title="Role",
                icon=":material/work:",
                url_path="role",
            ),
            st.Page(
                "pages/roles/compare.py",
                title="Compare roles",
                icon=":material/compare_arrows:",
                url_path="compare-roles",
            ),
        ],
        "Wages": [
            st.Page(
                "pages/wages/explorer.py",
                title="Wages",
                icon=":material/payments:",
                url_path="wages",
            ),
        ],
        "Approvals": [
            st.Page(
                "pages/approvals/approvals.py",
                title="Approvals",
                icon=":material/gavel:",
                url_path="approvals",
            ),
        ],
        "Data": [
            st.Page(
                "pages/data/sources.py",
                title="Sources",
                icon=":material/database:",
                url_path="data-sources",
            ),
            st.Page(
                "pages/data/dictionary.py",
                title="Data dictionary",
                icon=":material/menu_book:",
                url_path="data-dictionary",
            ),
        ],
    }


def draw() -> None:
    """The shell around every page: navigation, title, the sample's banner."""
    # An emoji is drawn by the browser; a :material: icon here would be fetched from Google.
    st.set_page_config(page_title="Filing History", page_icon="📂", layout="wide")
    pages = sections()
    page = st.navigation(pages)
    with st.spinner("Opening the filings…", show_time=True):
        in_use = lake_in_use()
    st.html("<style>.stMainBlockContainer { padding-top: 3rem }</style>")
    st.title(page.title)
    if in_use.is_sample:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                ":material/science: **Sample data.** Every employer and every case is invented."
            )
            st.page_link(pages["Data"][0], label="Load DOL's files", icon=":material/download:")
    page.run()
    with st.sidebar:
        built = lake.manifest(in_use.path)["built_at"][:10]
        st.caption(
            f"{'Sample' if in_use.is_sample else 'Lake'} built {built}. "
            "Nothing you type leaves this machine."
        )


@asynccontextmanager
async def served(_: st.App) -> AsyncGenerator[None]:
    """Before the first visitor: no guessing from pages/, and a browser where one is wanted.

    Streamlit takes a folder named pages/ for its old kind of app until the first script ran, and
    shows whoever opens a link to a page first that it was not found.
    """
    PagesManager.uses_pages_directory = False
    if not st.get_option("server.headless"):
        address = f"http://localhost:{st.get_option('server.port')}"
        threading.Timer(1.0, webbrowser.open, (address,)).start()
    yield


if __name__ == "__main__":
    draw()
else:
    app = st.App(__file__, lifespan=served)
