"""The data dictionary, made from the schema and the record layouts."""

import streamlit as st

from pages.parts import downloads, wrapped
from pages.parts.columns import dictionary, found
from pages.parts.plain import counted, plain

columns = dictionary()
st.markdown(
    f"#### A filing is one case under its newest decision, in {counted(columns.height, 'column')}."
)
asked = st.text_input(
    "Search",
    type="search",
    placeholder="wage, certified, FY2019, …",
    key="column",
    bind="query-params",
    live=True,
)
rows = found(columns, asked or "")
if rows.is_empty():
    st.info(f"No column speaks of “{plain(asked or '')}”. Clear the search to see all of them.")
    st.stop()
st.caption(f"{rows.height} of {counted(columns.height, 'column')}")
wrapped.draw(
    rows,
    {
        "column": "Column",
        "type": "Type",
        "meaning": "Meaning",
        "values": "Allowed values",
        "lca": "LCA forms that ask",
        "perm": "PERM forms that ask",
    },
)
downloads.csv(rows, "filing-history-columns", "Download CSV")
st.caption(
    "An empty value means blank on the form, or not asked: the last two columns tell which. Years "
    "are fiscal years from the one a record layout began in; LCA FY2009 came in two layouts."
)
