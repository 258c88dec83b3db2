"""Filing History: which US employers file for foreign workers, from DOL's own files.

`python -m streamlit run dashboard.py`
"""

import importlib
import threading
import webbrowser
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from pages.parts import style

# The sidebar: sections, and in each the file, title, icon and address of its pages.
# (A string here would be drawn: Streamlit shows what dashboard.py leaves lying about.)
PAGES = {
    "": (
        ("start/start.py", "Start", "home", ""),
        ("employers/listings.py", "My listings", "list_alt", "my-listings"),
    ),
    "Employers": (
        ("employers/ranking.py", "Employers", "leaderboard", "employers"),
        ("employers/employer.py", "Employer", "apartment", "employer"),
        ("employers/compare.py", "Compare employers", "compare", "compare-employers"),
    ),
    "Roles": (
        ("roles/role.py", "Role", "work", "role"),
        ("roles/compare.py", "Compare roles", "compare_arrows", "compare-roles"),
    ),
    "Explore": (
        ("wages/explorer.py", "Wages", "payments", "wages"),
        ("approvals/approvals.py", "Approvals", "fact_check", "approvals"),
        ("filings/counts.py", "Filing counts", "bar_chart", "filing-counts"),
    ),
    "Report": (("report/report.py", "Report", "slideshow", "report"),),
    "Data": (
        ("data/sources.py", "Sources", "database", "data-sources"),
        ("data/quality.py", "Quality", "verified", "data-quality"),
        ("data/method.py", "Method and glossary", "menu_book", "method"),
        ("data/dictionary.py", "Data dictionary", "dictionary", "data-dictionary"),
    ),
}


def sections() -> dict[str, list[st.Page]]:
    """The pages of each section of the sidebar; the one without an address opens first."""
    return {
        section: [
            st.Page(
                f"pages/{file}",
                title=title,
                icon=f":material/{icon}:",
                url_path=at or None,
                default=not at,
            )
            for file, title, icon, at in pages
        ]
        for section, pages in PAGES.items()
    }


def draw() -> None:
    """The shell around every page: navigation and title, then what stands in it."""
    # An emoji is drawn by the browser; a :material: icon here would be fetched from Google.
    st.set_page_config(page_title="Filing History", page_icon="📂", layout="wide")
    pages = sections()
    page = st.navigation(pages, expanded=True)
    st.html(f"<style>{style.CSS}</style>")
    st.title(page.title)
    with st.spinner("Opening the filings…", show_time=True):
        from pages.parts import inside  # noqa: PLC0415 - a second, by when the title is painted

        in_use = inside.lake_in_use()
    inside.draw(in_use, sources=pages["Data"][0])


@asynccontextmanager
async def served(_: st.App) -> AsyncGenerator[None]:
    """Before the first visitor: no guessing from pages/, and a browser where one is wanted.

    Streamlit takes a folder named pages/ for its old kind of app until the first script ran, and
    shows whoever opens a link to a page first that it was not found.
    """
    # While the browser fetches what Streamlit is made of.
    threading.Thread(target=importlib.import_module, args=("pages.parts.inside",)).start()
    PagesManager.uses_pages_directory = False
    if not st.get_option("server.headless"):
        here = f"http://localhost:{st.get_option('server.port')}"
        threading.Timer(1.0, webbrowser.open, (here,)).start()
    yield


if __name__ == "__main__":
    draw()
else:
    app = st.App(__file__, lifespan=served)
