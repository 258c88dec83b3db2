"""The report: the views that were kept, in their order, as PowerPoint, PDF and HTML."""

import streamlit as st

from pages.parts import report

views = report.kept()
if not views:
    st.markdown("#### No view is kept yet")
    st.markdown(
        "Under every figure there is a button **Add to report**. What you add comes here, in the "
        "order you want, and leaves as slides (bars and lines are charts that PowerPoint edits; "
        "maps, bands and rates with intervals are pictures), as PDF or as a page. Views stay "
        "until you close or reload this tab."
    )
    st.page_link("pages/roles/role.py", label="Start with a role", icon=":material/work:")
    st.page_link("pages/filings/counts.py", label="or with the counts", icon=":material/bar_chart:")
    st.stop()
one = "1 view" if len(views) == 1 else f"{len(views)} views"
st.markdown(f"#### {one} in the report, with a title slide before and the method after")
report.exports(report.question())
report.listed()
st.button(
    "Clear the report", icon=":material/delete_sweep:", key="report_clear", on_click=report.clear
)
