"""An employer's filing history, and the filed names, rules and rows that it rests on."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, history
from charts import counts as charts
from charts.theme import word
from loaders import lake, match
from loaders.sample import LakeInUse
from pages.parts import about
from pages.parts.plain import counted, day, plain

_ROWS = 200
_NUMBER = st.column_config.NumberColumn
_DATE = st.column_config.DateColumn
_KEPT = (
    "employer_name employer_state employer_id why listed lca_cases perm_cases last_decision_date"
).split()
RULES = {
    "same name": "the same name",
    "suffix": "the same name with another legal suffix, trade name or punctuation",
    "spelling": "the same name but for spaces, plurals or short forms",
    "tax number": "filed under the same federal tax number",
    "reviewed": "reviewed: the same employer under another name",
}


@dataclass(frozen=True, slots=True)
class Who:
    """A brand with its employers, or employers alone."""

    label: str
    brand_id: str | None
    employer_ids: tuple[str, ...]

    def filings(self, path: str) -> pl.LazyFrame:
        """All filings of it in a lake."""
        return history.of(
            lake.filings(Path(path)), brand_id=self.brand_id, employer_ids=self.employer_ids
        )


@st.cache_resource(max_entries=2, show_spinner="Reading the names of the employers…")
def index(version: str, path: str) -> match.Index:  # noqa: ARG001
    """The names of the lake in use."""
    return match.Index(Path(path))


@st.cache_data(max_entries=64, show_spinner=False)
def _numbers(
    version: str,  # noqa: ARG001
    path: str,
    who: Who,
    title: str,
) -> dict[str, pl.DataFrame]:
    filings = who.filings(path).collect().lazy()
    role = history.for_role(filings, title)
    return {
        "outcomes": history.outcomes(role).collect(),
        "decided": counts.certification(role).collect(),
        "periods": counts.by_period(role, split="program", quarters=False).collect(),
        "wages": history.wages(role).collect(),
        "all": history.outcomes(filings).collect(),
        "rows": role.sort("decision_date", descending=True, nulls_last=True)
        .select(
            "program", "case_number", "decision_date", "status", "employer_name", "job_title",
            "worksite_city", "worksite_state", "annual_wage", "wage_level", "release",
        )
        .head(_ROWS)
        .collect(),
    }  # fmt: skip


def draw(in_use: LakeInUse, who: Who, title: str, coverage: pl.DataFrame) -> None:
    """The history of one employer or brand, for the titles that have these words."""
    found = _numbers(in_use.version, str(in_use.path), who, title)
    everything = int(found["all"]["cases"].sum())
    role = int(found["outcomes"]["cases"].sum())
    if title.strip():
        st.markdown(
            f"**{role:,}** of {counted(everything, 'case')} have *{plain(title)}* in the job title."
        )
    if not role:
        st.info(
            "No case of this employer has these words in its title. The same work may stand under "
            "another title: try fewer words.",
            icon=":material/filter_alt_off:",
        )
        return
    _metrics(found["outcomes"])
    years = coverage["fiscal_year"].sort()
    span = (years[0], years[-1])
    st.plotly_chart(
        charts.by_period(
            found["periods"],
            split="program",
            quarters=False,
            years=span,
            partial=about.partial_years(coverage, found["decided"], span),
            loaded=about.loaded_years(coverage, ()),
            filters=[who.label, *(f"title with {one}" for one in [title.strip()] if one)],
            source=about.source(in_use, coverage),
            sample=in_use.is_sample,
            dark=st.context.theme.type == "dark",
        ),
        theme=None,
        key="history_bars",
        alt=charts.alt_text(found["periods"], split="program", quarters=False, partial={}),
        config={"displaylogo": False},
    )
    st.markdown("**Offered wages**, annual US dollars, the lower bound of each offer")
    _wages(found["wages"])
    _names(in_use, who)
    _cases(found["rows"], role)


def _metrics(outcomes: pl.DataFrame) -> None:
    columns = st.columns(max(outcomes.height, 1) * 2 + 1)
    for number, row in enumerate(outcomes.rows(named=True)):
        name = word(row["program"])
        columns[2 * number].metric(
            f"{name} cases", f"{row['cases']:,}", help="Cases, not people and not hires."
        )
        columns[2 * number + 1].metric(
            f"{name} certification rate",
            "not enough to rate" if row["rate"] is None else f"{row['rate']:.1%}",
            help=f"Certified of certified + denied: {row['certified']:,} of {row['decided']:,} "
            "decided. DOL certifies; USCIS approves.",
        )
    last = outcomes["last_decision"].max()
    columns[-1].metric("Last decision", day(last) if isinstance(last, date) else "no date")
    perm = outcomes.filter(pl.col("program") == "perm")
    if perm.height and perm["median_months"][0] is not None:
        share = f"{perm['share'][0]:.0%} of these cases; " if outcomes.height > 1 else ""
        st.caption(
            f"PERM: {share}from receipt to decision a median of "
            f"{perm['median_months'][0]:.0f} months ({perm['timed'][0]:,} cases with both dates)."
        )


def _wages(wages: pl.DataFrame) -> None:
    if wages.is_empty():
        st.caption("No case here has a wage that can be read.")
        return
    st.dataframe(
        wages.with_columns(
            pl.col("program").replace_strict({"lca": "LCA", "perm": "PERM"}),
            pl.col("wage_level").fill_null("none filed"),
            (pl.col("p10", "median", "p90") / 100).round() * 100,
        ),
        hide_index=True,
        placeholder="too few",
        column_config={
            "program": "Program",
            "wage_level": st.column_config.TextColumn(
                "Wage level", help="Of the prevailing wage: I (entry) to IV."
            ),
            "cases": _NUMBER("Cases", format="localized"),
            **{
                name: _NUMBER(label, format="localized")
                for name, label in (
                    ("p10", "10th centile, $"),
                    ("median", "Median, $"),
                    ("p90", "90th centile, $"),
                )
            },
        },
        key="history_wages",
    )


def names(in_use: LakeInUse, who: Who) -> pl.DataFrame:
    """The filed names behind it: name, place, employer, and in words why it is here."""
    table = index(in_use.version, str(in_use.path)).names
    mine = table.filter(
        pl.col("employer_id").is_in(list(who.employer_ids)),
        pl.col("brand_id") == who.brand_id if who.brand_id else pl.lit(value=True),
    )
    return mine.with_columns(
        why=pl.col("rule").cast(pl.String).replace_strict(RULES),
        listed=pl.col("brand_entry"),
        cases=pl.col("lca_cases") + pl.col("perm_cases"),
    ).sort("cases", descending=True)


def _names(in_use: LakeInUse, who: Who) -> None:
    mine = names(in_use, who)
    employers = mine["employer_id"].n_unique()
    spelled = counted(mine["employer_name"].n_unique(), "filed name")
    with st.expander(f"Who that is: {spelled}, {counted(employers, 'employer')}, and why"):
        st.dataframe(
            mine,
            hide_index=True,
            column_order=(
                "employer_name", "city", "employer_state", "lca_cases", "perm_cases",
                "last_decision_date", "why", "listed", "employer_id",
            ),
            column_config={
                "employer_name": "Name as filed",
                "city": "City",
                "employer_state": "State",
                "lca_cases": _NUMBER("LCA", format="localized"),
                "perm_cases": _NUMBER("PERM", format="localized"),
                "last_decision_date": _DATE("Last decision", format="D MMM YYYY"),
                "why": "Belongs to its employer by",
                "listed": st.column_config.TextColumn(
                    "Entry of the brand's list",
                    help="data/employers/brands: somebody read the names and decided. A trailing "
                    "* means every name that begins so.",
                ),
                "employer_id": "Employer",
            },
            key="history_names",
        )  # fmt: skip
        about.download(match.flat(mine.select(_KEPT)), "filed-names")


def _cases(rows: pl.DataFrame, total: int) -> None:
    shown = f"the newest {_ROWS:,} of {total:,}" if total > _ROWS else f"all {total:,}"
    with st.expander(f"The cases themselves: {shown}"):
        st.dataframe(
            rows.with_columns(
                pl.col("program").cast(pl.String).replace_strict({"lca": "LCA", "perm": "PERM"}),
                pl.col("status").cast(pl.String).replace_strict(
                    {one: word(one) for one in rows["status"].cast(pl.String).unique()},
                    return_dtype=pl.String,
                ),
            ),
            hide_index=True,
            column_config={
                "program": "Program",
                "case_number": "Case",
                "decision_date": _DATE("Decided", format="D MMM YYYY"),
                "status": "Status",
                "employer_name": "Name as filed",
                "job_title": "Job title",
                "worksite_city": "City",
                "worksite_state": "State",
                "annual_wage": _NUMBER("Wage, $ a year", format="localized"),
                "wage_level": "Level",
                "release": "File",
            },
            key="history_cases",
        )  # fmt: skip
