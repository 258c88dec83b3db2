from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts
from charts import counts as charts
from charts.theme import word
from loaders import lake
from loaders.sample import lake_in_use
from pages.parts import about, filters
from pages.parts.plain import plain


@st.cache_data(max_entries=256, show_spinner=False)
def decisions(_version: str, path: str, chosen: filters.Filters) -> pl.DataFrame:
    return counts.certification(chosen.apply(lake.filings(Path(path)))).collect()


@st.cache_data(max_entries=256, show_spinner=False)
def bars(
    _version: str, path: str, chosen: filters.Filters, split: str, *, quarters: bool
) -> pl.DataFrame:
    fitting = chosen.apply(lake.filings(Path(path)))
    return counts.by_period(fitting, split=split, quarters=quarters).collect()


@st.cache_data(max_entries=4, show_spinner=False)
def covered(_version: str, path: str) -> pl.DataFrame:
    return counts.coverage(lake.filings(Path(path))).collect()


in_use = lake_in_use()
at = (in_use.version, str(in_use.path))
chosen = filters.bar(in_use)
coverage, decided = covered(*at), decisions(*at, chosen)
partial = about.partial_years(coverage, decided, chosen.years)

st.markdown(f"#### {about.answer(decided, partial)}")
if decided.is_empty():
    st.info("No case fits all of these filters. Loosen one:", icon=":material/filter_alt_off:")
    filters.loosen(chosen)
    st.stop()
said = filters.in_words(chosen, filters.offered(*at)["years"])
st.caption(plain(" · ".join(said) or "All filings in the lake"))

with st.container(horizontal=True, vertical_alignment="bottom"):
    period = st.segmented_control(
        "Bars by", ("Fiscal year", "Quarter"), default="Fiscal year", required=True,
        key="by", bind="query-params",
    )  # fmt: skip
    split = st.segmented_control(
        "Coloured by", counts.SPLITS, default="program", required=True, key="colour",
        bind="query-params", format_func=lambda one: one.replace("_", " ").capitalize(),
    )  # fmt: skip
quarters = period == "Quarter"
periods = bars(*at, chosen, split, quarters=quarters)
st.plotly_chart(
    charts.by_period(
        periods,
        split=split,
        quarters=quarters,
        years=chosen.years,
        partial=partial,
        loaded=about.loaded_years(coverage, chosen.programs),
        dark=st.context.theme.type == "dark",
    ),
    theme=None,
    key="bars",
    alt=charts.alt_text(periods, split=split, quarters=quarters, partial=partial),
    config={"displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"]},
)
about.source_line(in_use, coverage, partial, undated=about.undated(periods, quarters=quarters))
with st.container(horizontal=True):
    about.popover(decided, said, in_use)
    about.download(about.table(periods, split, word), "filing-counts")

st.subheader("How DOL decided", anchor="certification")
about.rates(decided)
st.subheader("The numbers behind the bars", anchor="numbers")
about.wide_table(periods, split, word, coverage)
