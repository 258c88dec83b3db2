"""Filing History: which US employers file for foreign workers, from DOL's own files.

`python -m streamlit run dashboard.py`
"""

import streamlit as st

from loaders import lake
from loaders.sample import lake_in_use

SECTIONS = {
    "Explore": [
        st.Page(
            "pages/filings/counts.py",
            title="Filing counts",
            icon=":material/bar_chart:",
            default=True,
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

st.set_page_config(page_title="Filing History", page_icon=":material/history:", layout="wide")
page = st.navigation(SECTIONS)
with st.spinner("Opening the filings…", show_time=True):
    in_use = lake_in_use()
st.html("<style>.stMainBlockContainer { padding-top: 3rem }</style>")
st.title(page.title)
if in_use.is_sample:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            ":material/science: **Sample data.** Every employer and every case is invented."
        )
        st.page_link(SECTIONS["Data"][0], label="Load DOL's files", icon=":material/download:")
page.run()
with st.sidebar:
    built = lake.manifest(in_use.path)["built_at"][:10]
    st.caption(
        f"{'Sample' if in_use.is_sample else 'Lake'} built {built}. "
        "Nothing you type leaves this machine."
    )
