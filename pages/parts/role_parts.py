"""What a role's cases are made of: places, seniority, occupation codes; and what is said of it."""

import polars as pl
import streamlit as st

from charts import roles as charts
from charts import tiles
from charts.theme import word
from loaders import role_notes, soc
from loaders.facts import codes as facts
from loaders.schema import FEWEST, SENIORITIES
from pages.parts import figure
from pages.parts.cases import METRO
from pages.parts.columns import asked
from pages.parts.plain import counted, plain
from pages.parts.role import View

_TOP = 12


def _bars(
    view: View,
    parts: pl.DataFrame,
    title: str,
    *,
    name: str,
    said: str,
    definition: str,
    part: str = "cases",
) -> None:
    """Bars of the first parts, which have a column `label`; the table has them all."""
    top = parts.head(_TOP)
    figure.draw(
        lambda dark: charts.bars(
            top, labels=top["label"].to_list(), caption=view.caption(title, dark=dark)
        ),
        parts,
        name,
        alt=f"{title}: "
        + ", ".join(f"{label} {cases:,}" for label, cases in top.select("label", "cases").rows()),
        columns={"label": said, "cases": "Cases", "share": "Share"},
        about=view.made(definition, part),
    )


def places(view: View) -> None:
    """The states where the work is."""
    found, names = view.found["states"].drop_nulls("worksite_state"), facts("states")
    if not found.height:
        return
    st.subheader("Where the work is", anchor="places")
    labelled = found.with_columns(label=pl.col("worksite_state").replace(names))
    title = "Cases by state of the worksite"
    definition = "Cases by the state of the first worksite, as a share of those that name one."
    left, right = st.columns(2, gap="medium")
    with left:
        figure.draw(
            lambda dark: tiles.states(
                labelled.select(
                    state="worksite_state", value="cases",
                    said=pl.format("{}: {} cases", "label", "cases"),
                ),
                facts("shown/state_tiles"), unit="Cases", caption=view.caption(title, dark=dark),
            ),
            labelled,
            f"{view.page}-map",
            alt=f"The states as tiles, the deeper the more cases. {counted(found.height, 'state')} "
            "have a case; the bars beside it name the first.",
            columns={"label": "State", "cases": "Cases", "share": "Share"},
            about=view.made(definition, "states"),
        )  # fmt: skip
    with right:
        metros = view.found["metros"].with_columns(
            label=pl.col("metro").str.replace(" (metro)", "", literal=True)
        )
        if metros.height:
            _bars(
                view, metros, "Cases by metropolitan area", name=f"{view.page}-places",
                said="Metropolitan area", definition=METRO, part="metros",
            )  # fmt: skip


def seniority(view: View) -> None:
    """The seniority that the titles tell, and the interns among them."""
    st.subheader("Seniority", anchor="seniority")
    found = view.found["seniorities"].with_columns(
        order=pl.col("seniority").cast(pl.Enum(SENIORITIES)),
        label=pl.col("seniority").replace_strict({one: word(one) for one in SENIORITIES}),
    )
    _bars(
        view,
        found.sort("order"),
        "Cases by seniority",
        name="role-seniority",
        said="Seniority",
        definition="The level that the job title tells. A title that says nothing counts as mid: "
        "the filed level of the prevailing wage is another thing.",
    )
    st.markdown(interns(view))


def interns(view: View) -> str:
    """Whether interns are filed for, and what the internship leads to."""
    of = {row["seniority"]: row for row in view.found["ladder"].rows(named=True)}
    whole = int(view.found["decided"]["cases"].sum())
    few = of.get("intern", {}).get("cases", 0)
    entry = of.get("entry", {"cases": 0, "rate": None})
    rate = (
        f", {entry['rate']:.1%} of decided certified (n = {entry['decided']:,})"
        if entry["rate"] is not None
        else ""
    )
    rare = few < 0.01 * whole
    said = "Almost no LCA or PERM is filed for interns" if rare else "Interns are filed for"
    return (
        f"**Internships.** {said}: {counted(few, 'case')} "
        f"here. An internship leads to the full-time role: {whole - few:,} cases, of which "
        f"{entry['cases']:,} say junior, associate or another entry level in the title{rate}."
    )


def occupations(view: View) -> None:
    """The occupation codes that the role hides in."""
    found = view.found["codes"].drop_nulls("soc_code")
    if not found.height:
        return
    st.subheader("Occupation codes it hides in", anchor="codes")
    label = pl.format(
        "{} {}",
        "soc_code",
        pl.col("soc_code").replace_strict(soc.titles(), default="", return_dtype=pl.String),
    )
    _bars(
        view,
        found.with_columns(label=label),
        "Cases by occupation (SOC 2018)",
        name="role-codes",
        said="Occupation",
        definition="The filed code in the SOC of 2018, as a share of the cases that have one. A "
        "code that was split stands under its main part.",
        part="codes",
    )


def requirements(view: View) -> None:
    """The education that PERM jobs require, and how many require what EB-2 does."""
    found = view.found["requirements"]
    if not found.height:
        return
    st.subheader("What the job requires", anchor="requirements")
    whole, eb2 = (int(of["cases"].sum()) for of in (found, found.filter("eb2")))
    st.markdown(
        f"**{eb2 / whole:.1%}** ({eb2:,} of {counted(whole, 'PERM case')}) require a master's or "
        "more, or a bachelor's and five years: what EB-2 requires."
        if whole >= FEWEST
        else f"Only {counted(whole, 'PERM case')} here tell what the job requires."
    )
    st.caption(
        "An indication, no count of EB-2: 8 CFR 204.5(k)(2). The category is chosen on Form I-140 "
        "later and is not in DOL's files. Files that tell what the job requires: "
        f"{asked('perm', 'minimum_education')}."
    )
    schools = found.group_by(label="minimum_education").agg(pl.col("cases").sum())
    _bars(
        view,
        schools.with_columns(share=pl.col("cases") / whole).sort(
            "cases", "label", descending=[True, False]
        ),
        "PERM cases by education required",
        name="role-education",
        said="Education required",
        definition="The minimum education that the job requires: Form ETA-9089, section H, "
        f"{asked('perm', 'minimum_education')}.",
        part="requirements",
    )


def claims(view: View) -> None:
    """What is said of the role, each claim beside what its cases say."""
    said = role_notes.claims(view.choice.role) if view.choice.role else []
    if not said:
        return
    st.subheader("What is said, and what the data says", anchor="claims")
    for claim in said:
        row = view.found[f"claim {claim.said}"].row(0, named=True)
        told, data = st.columns(2, gap="medium")
        told.markdown(f"“{plain(claim.said)}”  \n:gray[Said by {plain(claim.by)}]")
        if row["rate"] is None:
            many = counted(row["cases"], "case")
            data.markdown(f"**Not enough to tell**: {many} to measure ({plain(claim.measures)}).")
            continue
        data.markdown(
            f"**{row['rate']:.1%}** ({row['found']:,} of {row['cases']:,}; 95% interval "
            f"{row['rate_low']:.1%} to {row['rate_high']:.1%}): {plain(claim.measures)}.  \n"
            f":gray[{plain(_mix(view.found[f'claimed {claim.said}'], claim.column))}]"
        )
    figure.popover(
        view.made(
            "Each claim beside the share of the cases that would show it, of those that tell, "
            f"with Wilson's interval, 95%. Fewer than {FEWEST} cases give none. PERM files "
            f"that name a class of admission: {asked('perm', 'class_of_admission')}."
        ),
        "role-claims",
    )


def _mix(values: pl.DataFrame, column: str) -> str:
    """The most frequent values of a column, each with its share."""
    top = values.drop_nulls([column, "share"]).head(4).select(column, "share").rows()
    return "Most: " + ", ".join(f"{word(value)} {share:.1%}" for value, share in top)


def tn(view: View) -> None:
    """The professions of TN status that the role may fall under, each with its condition."""
    if not view.choice.role:
        return
    st.subheader("TN status", anchor="tn")
    professions = role_notes.tn(view.choice.role)
    if not professions:
        st.markdown("No profession of the USMCA list is named for this role.")
    for one in professions:
        caveat = f" *{plain(one['caveat'])}*" if "caveat" in one else ""
        st.markdown(f"- **{plain(one['profession'])}**: {plain(one['asks'])}{caveat}")
    found = view.found["tn"]
    held, of = int(found["tn"].sum()), int(found["cases"].sum())
    trace = f"Of {counted(of, 'PERM case')} here with a class of admission, {held:,} name TN."
    st.caption(
        "For citizens of Canada and Mexico: USMCA, Appendix 2 to Annex 16-A; 8 CFR 214.6(c). The "
        "duties decide, not the title; this is no legal advice. TN needs no LCA and leaves no row "
        "in these files. "
        + (trace if of else "No PERM case here names a class of admission, its only trace.")
    )
