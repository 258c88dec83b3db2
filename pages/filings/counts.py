"""How many cases, by year or quarter, and how DOL decided them."""

import streamlit as st

from analytics import counts
from charts import counts as charts
from charts.theme import word
from loaders.sample import lake_in_use
from pages.parts import about, count_numbers, figure, filters
from pages.parts.plain import plain
from pages.parts.view import CASES, Shown, covered

PERIODS = ("Fiscal year", "Quarter")
in_use = lake_in_use()
at = (in_use.version, str(in_use.path))
choice = filters.bar(in_use)
view = Shown(in_use, choice, count_numbers.numbers(*at, choice), covered(*at))
decided = view.found["decided"]

figure.answer(about.answer(decided, view.partial))
if decided.is_empty():
    st.info("No case fits all of these filters. Loosen one:", icon=":material/filter_alt_off:")
    filters.loosen(choice, filters.offered(*at)["years"])
    st.stop()
if narrowed := choice.said(years=False):
    st.caption(plain(" · ".join(narrowed)))

filters.unknown("by", PERIODS, "bars by")
filters.unknown("colour", map(charts.in_label, counts.SPLITS), "bars coloured by")
with st.container(horizontal=True, vertical_alignment="bottom"):
    period = st.segmented_control(
        "Bars by", PERIODS, default="Fiscal year", required=True,
        key="by", bind="query-params",
    )  # fmt: skip
    split = st.segmented_control(
        "Coloured by", counts.SPLITS, default="program", required=True, key="colour",
        bind="query-params", format_func=charts.in_label,
    )  # fmt: skip
quarters = period == "Quarter"
periods = count_numbers.bars(*at, choice, split, quarters=quarters)
figure.draw(
    charts.by_period(
        periods,
        split=split,
        quarters=quarters,
        years=choice.years,
        partial=view.partial,
        loaded=about.loaded_years(view.coverage, choice.programs),
        filters=choice.said(),
        source=about.source(in_use, view.coverage),
        sample=in_use.is_sample,
        dark=view.dark,
    ),
    about.table(periods, split, word),
    "filing-counts",
    alt=charts.alt_text(periods, split=split, quarters=quarters, partial=view.partial),
    columns={
        "fiscal_year": "Fiscal year", "quarter": "Quarter", split: charts.in_label(split),
        "cases": "Cases", "positions": "Positions asked for (LCA)",
    },
    about=view.made(
        f"{CASES} Place is the first worksite of a case. Occupation codes are as filed: their list "
        "changed in 2010 and 2018, and a series of one code can begin or end with its list."
    ),
)  # fmt: skip
about.below(view.partial, undated=about.undated(periods, quarters=quarters))
figure.rows(choice.filings(str(in_use.path)), "filing-counts", cases=int(decided["cases"].sum()))

st.subheader("How DOL decided", anchor="certification")
about.rates(decided, view.partial)
figure.popover(view.made(about.RATE), "rates")
st.subheader("The numbers behind the bars", anchor="numbers")
about.wide_table(periods, split, word, view.coverage, view.partial)
