import streamlit as st

from analytics import counts
from charts import counts as charts
from charts.theme import word
from loaders import lake
from loaders.sample import lake_in_use
from pages.parts import about, figure, filters
from pages.parts.count_numbers import bars, decisions
from pages.parts.plain import plain
from pages.parts.view import covered

PERIODS = ("Fiscal year", "Quarter")
in_use = lake_in_use()
at = (in_use.version, str(in_use.path))
chosen, offered = filters.bar(in_use), filters.offered(*at)
coverage, decided = covered(*at), decisions(*at, chosen)
partial = about.partial_years(coverage, decided, chosen.years)

figure.answer(about.answer(decided, partial))
if decided.is_empty():
    st.info("No case fits all of these filters. Loosen one:", icon=":material/filter_alt_off:")
    filters.loosen(chosen, offered["years"])
    st.stop()
said = filters.in_words(chosen, offered["years"])
st.caption(plain(" · ".join(said) or "All filings in the lake"))

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
periods = bars(*at, chosen, split, quarters=quarters)
picture = charts.by_period(
    periods,
    split=split,
    quarters=quarters,
    years=chosen.years,
    partial=partial,
    loaded=about.loaded_years(coverage, chosen.programs),
    filters=said,
    source=about.source(in_use, coverage),
    sample=in_use.is_sample,
    dark=st.context.theme.type == "dark",
)
alt = charts.alt_text(periods, split=split, quarters=quarters, partial=partial)
st.plotly_chart(picture, theme=None, key="bars", alt=alt, config=figure.CONFIG)
about.below(partial, undated=about.undated(periods, quarters=quarters))
with st.container(horizontal=True):
    about.popover(decided, said, in_use)
    spoken = about.table(periods, split, word)
    columns = {
        "fiscal_year": "Fiscal year", "quarter": "Quarter", split: charts.in_label(split),
        "cases": "Cases", "positions": "Positions asked for (LCA)",
    }  # fmt: skip
    made = about.made(decided, in_use)
    figure.take(picture, spoken, "filing-counts", alt=alt, columns=columns, about=made)
fitting = chosen.apply(lake.filings(in_use.path))
figure.rows(fitting, "filing-counts", cases=int(decided["cases"].sum()))

st.subheader("How DOL decided", anchor="certification")
about.rates(decided)
st.subheader("The numbers behind the bars", anchor="numbers")
about.wide_table(periods, split, word, coverage)
