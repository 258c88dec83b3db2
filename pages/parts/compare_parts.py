"""The sections of the comparison of roles."""

from collections.abc import Mapping

import polars as pl
import streamlit as st

from charts import compare as charts
from charts import roles as role_charts
from charts.theme import word
from loaders import soc
from loaders.facts import codes
from loaders.schema import FEWEST
from pages.parts import about, figure, filters
from pages.parts.cases import METRO, WAITS
from pages.parts.compared import View
from pages.parts.plain import plain
from pages.parts.role import spoken
from pages.parts.role_pay import CENTILES, DAYS, POOLED, WAGES
from pages.parts.view import CASES

_TOP = 10
_SCALES = ("Linear", "Logarithmic")


def cases(view: View) -> None:
    """A line a role of its cases by fiscal year."""
    years = view.found["years"]
    filters.unknown("scale", _SCALES, "a scale")
    scale = st.segmented_control(
        "Scale", _SCALES, default=_SCALES[0], required=True, key="scale", bind="query-params",
        help="Logarithmic: each step up is ten times as many, so that small roles show too.",
    )  # fmt: skip
    figure.draw(
        lambda dark: charts.lines(
            years,
            view.names,
            years=view.choice.years,
            caption=view.caption("Cases by fiscal year and role", dark=dark),
            logarithmic=scale != _SCALES[0],
        ),
        spoken(view.spoken(years), "program"),
        "compare-cases",
        alt=f"Lines of cases by fiscal year of {', '.join(view.names.values())}.",
        columns={
            "asked": "Role", "program": "Program", "fiscal_year": "Fiscal year", "cases": "Cases",
        },
        about=view.made(f"{CASES} A case of a finer role counts for the whole role as well."),
        below=[about.below(view.partial, mark="Hollow marks", untitled=view.untitled)],
    )  # fmt: skip


def levels(view: View) -> None:
    """The wage levels of each role."""
    st.subheader("Wage levels", anchor="levels")
    mix = view.found["levels"].with_columns(pl.col("value").cast(pl.String))
    _stack(
        view, mix, "Wage level by role", look="wage_level", name="compare-levels",
        axis="Part of the cases", said="Level",
        share="Share of those told",
        definition="The level of the prevailing wage, I (entry) to IV (fully competent), as "
        "filed. *Not on this form*: the record layout has no level. *Left blank*: it has one and "
        "nothing stands there.",
    )  # fmt: skip


def seniority(view: View) -> None:
    """The seniority that the titles of each role tell."""
    st.subheader("Seniority", anchor="seniority")
    _stack(
        view, view.found["seniority"], "Seniority by role", look="seniority",
        name="compare-seniority", axis="Part of the cases", said="Seniority", share="Share",
        definition="The level that the job title tells. A title that says nothing counts as mid.",
    )  # fmt: skip


def _stack(
    view: View,
    parts: pl.DataFrame,
    title: str,
    *,
    look: str,
    name: str,
    axis: str,
    said: str,
    share: str,
    definition: str,
) -> None:
    figure.draw(
        lambda dark: charts.stacked(
            parts, view.names, look=look, axis=axis, caption=view.caption(title, dark=dark)
        ),
        spoken(view.spoken(parts), "value"),
        name,
        alt=f"{title}, stacked bars of one length: {', '.join(view.names.values())}.",
        columns={"asked": "Role", "value": said, "cases": "Cases", "share": share},
        about=view.made(definition),
    )


def wages(view: View) -> None:
    """The offers of all roles on one scale."""
    st.subheader("Offered wages", anchor="wages")
    pay = view.spoken(view.found["pay"])
    if pay.is_empty():
        st.caption("No case here has a wage that can be read.")
        return
    figure.draw(
        lambda dark: role_charts.bands(
            pay,
            by="asked",
            unit="US dollars a year, offered",
            years=None,
            caption=view.caption("Offered wages by role", dark=dark),
        ),
        pay,
        "compare-wages",
        alt="Bands of offered wages, 10th to 90th centile with the median, by role.",
        columns={"asked": "Role", **CENTILES, "hourly": "By the hour"},
        about=view.made(WAGES, "wages"),
        below=[POOLED],
    )


def certification(view: View) -> None:
    """The rate of each role and program, with its interval."""
    st.subheader("How DOL decided", anchor="certification")
    rated = spoken(view.spoken(view.found["rated"]), "program")
    both = rated["program"].n_unique() > 1
    figure.draw(
        lambda dark: charts.rates(
            rated,
            labels=[
                f"{role} ({program})" if both else role
                for role, program in rated.select("asked", "program").rows()
            ],
            caption=view.caption("Certification rate by role", dark=dark),
        ),
        rated,
        "compare-certification",
        alt="Certification rate of each role with its 95% interval.",
        columns={
            "asked": "Role", "program": "Program", "rate": "Certified of decided",
            "decided": "Decided", "certified": "Certified", "denied": "Denied",
            "withdrawn": "Withdrawn", "rate_low": "95% from", "rate_high": "to",
        },
        about=view.made(
            "Certified of certified plus denied; cases withdrawn or expired after their "
            f"certification were certified. Intervals are Wilson's, 95%. Fewer than {FEWEST} "
            "decided cases give no rate. DOL certifies; USCIS approves, which is not in here.",
            "decided",
        ),
    )  # fmt: skip


def waits(view: View) -> None:
    """How long PERM took for each role."""
    days = view.spoken(view.found["waits"])
    if "perm" not in view.found["years"]["program"].to_list():
        return
    st.subheader("PERM time", anchor="perm-time")
    if days.is_empty():
        st.caption("No PERM case here has both a date of receipt and of decision.")
        return
    figure.draw(
        lambda dark: role_charts.bands(
            days.with_columns(pl.col("p10", "median", "p90").cast(pl.Float64)),
            by="asked",
            unit="Days from receipt to decision",
            years=None,
            caption=view.caption("PERM: days to the decision, by role", dark=dark),
        ),
        days,
        "compare-perm-time",
        alt="Bands of PERM processing days, 10th to 90th centile with the median, by role.",
        columns={"asked": "Role", **DAYS},
        about=view.made(WAITS, "waits"),
        below=[about.waited(view.spoken(view.found["waited"]))],
    )


def tops(view: View) -> None:
    """The first employers, metros, states and codes of each role."""
    names = codes("states")
    _top(view, view.found["employers"], "Top employers", "employers", "Employer")
    _top(view, _labelled(view.found["metros"], {}), "Top metros", "metros", "Metropolitan area")
    _top(view, _labelled(view.found["states"], names), "Top states", "states", "State")
    titled = {code: f"{code} {title}" for code, title in soc.titles().items()}
    hides = "Occupation codes it hides in"
    _top(view, _labelled(view.found["codes"], titled), hides, "codes", "SOC 2018")


def _labelled(parts: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    return parts.with_columns(name=pl.col("value").replace(names))


_OF = {
    "employers": "Spellings and subsidiaries count under one brand or employer.",
    "metros": METRO,
    "states": "The state of the first worksite.",
    "codes": "The filed code in the SOC of 2018; a code that was split stands under its main part.",
}


def _top(view: View, parts: pl.DataFrame, title: str, of: str, said: str) -> None:
    """A short list a role, side by side; the table has more."""
    if parts.is_empty():
        return
    st.subheader(title, anchor=of)
    number = st.column_config.NumberColumn
    columns = st.columns(min(len(view.names), 3))
    for place, (role, name) in enumerate(view.names.items()):
        with columns[place % len(columns)]:
            st.markdown(f"**{plain(name)}**")
            top = parts.filter(pl.col("asked").cast(pl.String) == role).head(_TOP)
            st.dataframe(
                top.with_columns(pl.col("share") * 100).to_arrow(),
                hide_index=True,
                column_order=("name", "cases", "share"),
                column_config={
                    "name": st.column_config.TextColumn(said, width=130),
                    "cases": number("Cases", format="localized", width=60),
                    "share": number("Share", format="%.1f%%", width=60),
                },
                placeholder="too few",
                key=f"top_{of}_{role}",
            )
    figure.under(
        view.spoken(parts),
        f"compare-{of}",
        columns={"asked": "Role", "name": said, "cases": "Cases", "share": "Share"},
        about=view.made(
            f"Cases, as a share of those of the role that name one. {_OF[of]}",
            of,
        ),
    )


def numbers(view: View) -> None:
    """All numbers in one table, a row a role."""
    st.subheader("All numbers", anchor="numbers")
    rated = view.found["rated"].with_columns(pl.col("asked").cast(pl.String))
    programs = rated["program"].unique().sort().to_list()
    columns, table = {"asked": "Role"}, pl.DataFrame({"asked": list(view.names)})
    for program in programs:
        of = rated.filter(program=program).select(
            "asked", pl.col("cases", "decided", "rate").name.suffix(f"_{program}")
        )
        table = table.join(of, on="asked", how="left", maintain_order="left").with_columns(
            pl.col(f"cases_{program}", f"decided_{program}").fill_null(0)
        )
        said = word(program)
        columns |= {
            f"cases_{program}": f"{said} cases", f"decided_{program}": f"{said} decided",
            f"rate_{program}": f"{said} certified of decided",
        }  # fmt: skip
    for part, name in (("pay", "pay"), ("waits", "wait")):
        spread = view.found[part].select(
            pl.col("asked").cast(pl.String),
            pl.col("cases", "p10", "median", "p90").name.prefix(f"{name}_"),
        )
        table = table.join(spread, on="asked", how="left", maintain_order="left")
    columns |= {
        "pay_cases": "With a wage", "pay_p10": "Offer, 10th centile ($)",
        "pay_median": "Median ($)", "pay_p90": "90th ($)", "wait_cases": "PERM with both dates",
        "wait_p10": "Days, 10th centile", "wait_median": "Median days", "wait_p90": "90th",
    }  # fmt: skip
    shown = view.spoken(table)
    figure.shown(shown, "compare-all", columns=columns)
    figure.beside(shown, "compare-roles", about=view.made(CASES))
