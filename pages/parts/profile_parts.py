"""What else an employer's cases say: where, for whom, with which law firm, under which flags."""

import polars as pl
import streamlit as st

from charts import roles as charts
from loaders.schema import FEWEST
from pages.parts import columns, figure, role_parts
from pages.parts.plain import counted, plain
from pages.parts.role import View

_TOP = 10


def places(view: View) -> None:
    """Worksites by state, and the cities."""
    role_parts.places(view)
    cities = view.found["cities"]
    if cities.height:
        with st.expander(f"Every city: {cities.height:,}"):
            figure.shown(
                cities, "employer_cities",
                columns={"city": "City", "cases": "Cases", "share": "Share"},
            )  # fmt: skip


def origins(view: View) -> None:
    """Countries of citizenship and classes of admission of PERM, while the form had them."""
    if "perm" not in view.found["decided"]["program"].to_list():
        return
    st.subheader("Whom PERM was filed for", anchor="origins")
    until = plain(columns.asked("perm", "country_of_citizenship"))
    st.caption(
        f"Only the old form published this: {until}. The revised Form ETA-9089 does not, so that "
        "newer cases are in none of these numbers."
    )
    for column, said, name in (
        ("country_of_citizenship", "Country of citizenship", "countries"),
        ("class_of_admission", "Class of admission", "classes"),
    ):
        found = view.found[name]
        if found.is_empty():
            st.caption(f"{said}: none of these cases names one.")
            continue
        labelled = found.with_columns(label=pl.col(column))
        _bars(view, labelled, f"PERM cases by {said.lower()}", name, said)


def firms(view: View) -> None:
    """The law firms that filed."""
    found = view.found["firms"]
    st.subheader("Law firms", anchor="law-firms")
    if found.is_empty():
        st.caption(
            "None of these cases names a law firm. LCA forms have one "
            f"{plain(columns.asked('lca', 'law_firm'))}, PERM forms "
            f"{plain(columns.asked('perm', 'law_firm'))}."
        )
        return
    _bars(
        view,
        found.with_columns(label=pl.col("law_firm")),
        "Cases by law firm",
        "firms",
        "Law firm",
        more={"spellings": "Spellings"},
        definition="The firm's business name as filed; capitals and punctuation tell no two "
        f"apart. On LCA forms {columns.asked('lca', 'law_firm')}, on PERM forms "
        f"{columns.asked('perm', 'law_firm')}.",
    )


def _bars(
    view: View,
    found: pl.DataFrame,
    title: str,
    name: str,
    said: str,
    *,
    definition: str = "As filed, as a share of the cases that name one.",
    more: dict[str, str] | None = None,
) -> None:
    top, table = found.head(_TOP), found.drop("label")
    columns = {found.columns[0]: said, "cases": "Cases", "share": "Share", **(more or {})}
    made = view.made(definition, name)
    if made.counted < FEWEST:
        asked = made.counted + [*made.excluded.values()][-1]
        st.markdown(
            f"*{plain(title)}*: **too few to draw**: {made.counted:,} of "
            f"{counted(asked, 'case')} {'names' if made.counted == 1 else 'name'} one."
        )
        figure.under(table, f"employer-{name}", columns=columns, about=made)
        return
    figure.draw(
        lambda dark: charts.bars(
            top, labels=top["label"].to_list(), caption=view.caption(title, dark=dark)
        ),
        table,
        f"employer-{name}",
        alt=f"{title}: "
        + ", ".join(f"{label} {cases:,}" for label, cases in top.select("label", "cases").rows()),
        columns=columns,
        about=made,
    )


def flags(view: View) -> None:
    """Whether the employer says that it is H-1B dependent, or was a willful violator, by year."""
    found = view.found["flags"]
    if found.is_empty():
        return
    st.subheader("H-1B dependent, willful violator", anchor="flags")
    last = found.row(-1, named=True)
    yes, no = last["h1b_dependent_yes"], last["h1b_dependent_no"]
    st.markdown(
        f"FY{last['fiscal_year']}: {yes:,} of {counted(last['cases'], 'LCA case')} say H-1B "
        f"dependent, {no:,} say not; {last['willful_violator_yes']:,} say willful violator."
    )
    figure.shown(
        found,
        "employer_flags",
        columns={
            "fiscal_year": "Fiscal year", "cases": "LCA cases",
            "h1b_dependent_yes": "H-1B dependent", "h1b_dependent_no": "not",
            "willful_violator_yes": "Willful violator", "willful_violator_no": "not one",
        },
    )  # fmt: skip
    figure.popover(
        view.made(
            "What the employer ticks on its LCA, as filed (20 CFR 655.736): no finding of ours. A "
            "blank box counts in neither column. H-1B dependent on forms "
            f"{columns.asked('lca', 'h1b_dependent')}.",
            "flags",
        ),
        "employer-flags",
    )
