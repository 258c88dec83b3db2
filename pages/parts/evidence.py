"""What a history rests on: the filed names, why each is there, and the cases themselves."""

from collections.abc import Collection

import polars as pl
import streamlit as st

from charts.theme import word
from loaders import match
from loaders import names as naming
from loaders.index import Index
from pages.parts import downloads, wrapped
from pages.parts.plain import counted

ROWS = 200
_NUMBER = st.column_config.NumberColumn
_DATE = st.column_config.DateColumn
_TEXT = st.column_config.TextColumn
_KEPT = (
    "employer_name employer_state employer employer_id why listed lca_cases perm_cases "
    "last_decision_date"
).split()
RULES = {
    "same name": "the same name",
    "suffix": "the same name with another legal suffix, trade name or punctuation",
    "spelling": "the same name but for spaces, plurals, short forms or a slip of the hand",
    "tax number": "filed under the same federal tax number",
    "reviewed": "reviewed: the same employer under another name",
}


def placed(index: Index, brand_id: str | None, employer_ids: Collection[str]) -> pl.DataFrame:
    """The filed names of a brand's employers, or of employers alone, most cases first.

    Adds the `employer` by its most filed name, and in words `why` the name is its employer's and
    `listed`: why that is the brand's.
    """
    mine = index.names.filter(
        pl.col("employer_id").is_in(list(employer_ids)),
        pl.col("brand_id") == brand_id if brand_id else pl.lit(value=True),
    )
    return (
        mine.join(index.employers.select("employer_id", "employer"), on="employer_id", how="left")
        .join(index.brands.select("brand_id", "brand"), on="brand_id", how="left")
        .with_columns(
            why=pl.col("rule").cast(pl.String).replace_strict(RULES),
            listed=_listed(),
            cases=pl.col("lca_cases") + pl.col("perm_cases"),
        )
        .sort("cases", descending=True)
    )


def _listed() -> pl.Expr:
    """`begins with CAREMARK, on CVS Health's reviewed list`, and dates; null for none."""
    entry = pl.col("brand_entry").str.strip_suffix("*").str.strip_chars()
    begins = pl.col("brand_entry").str.ends_with("*")
    name, listed = (naming.loose(naming.full(one)) for one in (pl.col("employer_name"), entry))
    own = (begins & name.str.starts_with(listed)) | (name == listed)
    dates = (
        pl.format(f", {said} {{}}", pl.col(name).dt.strftime("%-d %b %Y")).fill_null("")
        for said, name in (("from", "brand_from"), ("until", "brand_until"))
    )
    return pl.format(
        "{}{} {}, on {}'s reviewed list{}{}",
        pl.when(own).then(pl.lit("")).otherwise(pl.lit("its employer has another name that ")),
        pl.when(begins).then(pl.lit("begins with")).otherwise(pl.lit("is")),
        entry.str.to_uppercase(),
        "brand",
        *dates,
    )


def names(index: Index, brand_id: str | None, employer_ids: Collection[str]) -> None:
    """The filed names behind a history, one click away, and as CSV."""
    mine = placed(index, brand_id, employer_ids)
    employers = counted(mine["employer_id"].n_unique(), "employer")
    spelled = counted(mine["employer_name"].n_unique(), "filed name")
    with st.expander(f"Who that is: {spelled}, {employers}, and why"):
        order = (
            "employer_name", "employer", *(f"{one}_cases" for one in index.programs), "listed",
            "why", "city", "employer_state", "last_decision_date",
        )  # fmt: skip
        st.dataframe(
            mine,
            hide_index=True,
            placeholder="",
            row_height=wrapped.TWO_LINES,
            column_order=[one for one in order if mine[one].null_count() < mine.height],
            column_config={
                "employer_name": _TEXT("Name as filed", width=165),
                "employer": _TEXT(
                    "Employer", width=165, help="The name that this employer files under most."
                ),
                **{
                    f"{one}_cases": _NUMBER(word(one), format="localized", width=64)
                    for one in index.programs
                },
                "listed": _TEXT(
                    "Belongs to the brand because it",
                    width=300,
                    help="data/employers/brands: somebody read the names and decided.",
                ),
                "why": _TEXT("Belongs to its employer by", width=220),
                "city": "City",
                "employer_state": "State",
                "last_decision_date": _DATE("Last decision", format="D MMM YYYY"),
            },
            key="history_names",
        )
        downloads.csv(match.flat(mine.select(_KEPT)), "filed-names", "Download CSV")


def cases(rows: pl.DataFrame, total: int) -> None:
    """The newest cases, as filed."""
    shown = f"the newest {ROWS:,} of {total:,}" if total > ROWS else f"all {total:,}"
    with st.expander(f"The cases themselves: {shown}"):
        st.dataframe(
            rows.with_columns(
                pl.col("program").cast(pl.String).str.to_uppercase(),
                pl.col("status").cast(pl.String).replace_strict(
                    {one: word(one) for one in rows["status"].cast(pl.String).unique()},
                    return_dtype=pl.String,
                ),
            ),
            hide_index=True,
            placeholder="",
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
