"""How many cases, by year, quarter or month, and how DOL decided them."""

import streamlit as st

from analytics import counts
from charts import counts as charts
from loaders.sample import lake_in_use
from pages.parts import about, count_numbers, count_parts, downloads, figure, filters
from pages.parts.plain import plain
from pages.parts.view import Shown, covered

in_use = lake_in_use()
at = in_use.at
choice = filters.bar(in_use)
view = Shown(in_use, choice, count_numbers.numbers(*at, choice), covered(*at))
decided = view.found["decided"]

said = about.answer(decided, view.partial, choice.statuses)
figure.answer(view.none_fits(said) if decided.is_empty() else said, view.untitled)
if decided.is_empty():
    filters.loosen(choice, filters.offered(*at)["years"])
    st.stop()
if narrowed := choice.said(years=False):
    st.caption(plain(" · ".join(narrowed)))

filters.unknown("by", count_parts.PERIODS, "bars by")
filters.unknown("colour", map(charts.in_label, counts.SPLITS), "bars coloured by")
with st.container(horizontal=True, vertical_alignment="bottom"):
    period = st.segmented_control(
        "Bars by", count_parts.PERIODS, default="Fiscal year", required=True,
        key="by", bind="query-params",
    )  # fmt: skip
    split = st.segmented_control(
        "Coloured by", counts.SPLITS, default="program", required=True, key="colour",
        bind="query-params", format_func=charts.in_label,
    )  # fmt: skip
count_parts.bars(view, split, period)
downloads.rows(choice.filings(str(in_use.path)), "filing-counts", cases=int(decided["cases"].sum()))

if not choice.statuses:  # of cases chosen by their decision there is no rate
    st.subheader("How DOL decided", anchor="certification")
    count_parts.rates(view)
count_parts.employment(view)
st.subheader("The numbers behind the bars", anchor="numbers")
count_parts.numbers(view, split, period)
