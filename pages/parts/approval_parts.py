"""The sections of the page of how DOL decided."""

import polars as pl
import streamlit as st

from charts import approvals as charts
from charts import roles as role_charts
from charts.counts import Period, periods
from charts.theme import Figure
from loaders.schema import FEWEST
from pages.parts import about, figure, filters
from pages.parts.approval_cases import View
from pages.parts.cases import WAITS
from pages.parts.plain import counted
from pages.parts.role import spoken
from pages.parts.role_pay import DAYS

PERIODS = ("Fiscal year", "Quarter")
_TIMES = ("Month", "Fiscal year")
_EXPIRED = (
    "Still labelled Certified falls by date alone: DOL's files call a certification of PERM "
    "expired 180 days after it, used or not."
)


def meaning() -> None:
    """What people who look for approvals find here, and what not."""
    st.caption(
        "**DOL certifies, USCIS approves.** These are certifications by the Department of Labor: "
        "the step before a petition. Approvals and denials of petitions by USCIS, and visas, are "
        "not in its files."
    )


def period() -> bool:
    """Whether the page counts by quarter."""
    filters.unknown("by", PERIODS, "rates by")
    return (
        st.segmented_control(
            "Rates by", PERIODS, default=PERIODS[0], required=True, key="by", bind="query-params"
        )
        == PERIODS[1]
    )


def _periods(view: View) -> list[Period]:
    """From the first to the last that have a case; gaps included."""
    years = view.found["decided"]["fiscal_year"].sort()
    every = periods((years[0], years[-1]), quarters=view.quarters)
    there = set(view.found["statuses"].select("fiscal_year", "quarter").rows())
    held = [n for n, one in enumerate(every) if one in there]
    return every[held[0] : held[-1] + 1] if held else every


def _per(view: View) -> str:
    return "quarter" if view.quarters else "fiscal year"


def _when(view: View) -> dict[str, str]:
    return {"fiscal_year": "Fiscal year"} | ({"quarter": "Quarter"} if view.quarters else {})


def trend(view: View) -> None:
    """The rate by three definitions, over time."""
    rates = view.found["definitions"]
    labelled = pl.col("definition").cast(pl.String) == "as labelled"
    drawn = rates.filter(~labelled) if view.quarters else rates
    every, dated = (int(view.found[one]["cases"].sum()) for one in ("decided", "statuses"))
    figure.draw(
        lambda dark: charts.trend(
            charts.definitions(drawn, dark=dark),
            periods=_periods(view),
            caption=view.caption(f"Certification rate by {_per(view)}", dark=dark),
        ),
        spoken(rates, "program", "definition"),
        "approvals-rates",
        alt=f"Lines of the certification rate by {_per(view)}, of decided and of all "
        "determinations" + ("" if view.quarters else ", and still labelled Certified")
        + ", with 95% bands.",
        columns={
            "program": "Program", **_when(view), "definition": "Definition", "rate": "Rate",
            "certified": "Certified", "cases": "Of", "rate_low": "95% from", "rate_high": "to",
        },
        about=view.made(about.DEFINITIONS),
        below=[
            about.below(view.partial, undated=every - dated, mark="Hollow marks"),
            _EXPIRED + " By quarter it is in the numbers alone." * view.quarters,
        ],
    )  # fmt: skip


def by_role(view: View) -> None:
    """The rate of each chosen role, of decided, over time."""
    if not view.names:
        return
    st.subheader("By role", anchor="roles")
    rates = view.found["roles"].with_columns(pl.col("asked").cast(pl.String))
    figure.draw(
        lambda dark: charts.trend(
            charts.roles(rates, view.names, dark=dark),
            periods=_periods(view),
            caption=view.caption(f"Certified of decided by {_per(view)}", dark=dark),
        ),
        spoken(rates.with_columns(pl.col("asked").replace(view.names)), "program"),
        "approvals-roles",
        alt=f"Lines of the certification rate by {_per(view)}, one a role, with 95% bands.",
        columns={
            "asked": "Role", "program": "Program", **_when(view), "rate": "Certified of decided",
            "certified": "Certified", "decided": "Decided", "rate_low": "95% from",
            "rate_high": "to",
        },
        about=view.made(about.DEFINITIONS, "decided"),
    )  # fmt: skip


def determinations(view: View) -> None:
    """Denied and withdrawn beside certified, as parts of all determinations."""
    st.subheader("Denied and withdrawn", anchor="determinations")
    parts = view.found["statuses"]
    figure.draw(
        lambda dark: charts.determinations(
            parts,
            periods=_periods(view),
            caption=view.caption(f"How the cases ended, by {_per(view)}", dark=dark),
        ),
        spoken(parts, "program", "value"),
        "approvals-determinations",
        alt=f"Stacked bars of all determinations by {_per(view)}: certified, later withdrawn, "
        "expired since, withdrawn, denied.",
        columns={
            "program": "Program", **_when(view), "value": "Newest decision", "cases": "Cases",
            "share": "Share of all",
        },
        about=view.made(
            "All determinations under their newest decision. *Certified, later withdrawn* and "
            "*certified, expired since* had been certified; *withdrawn* was before a decision. A "
            f"{_per(view)} of fewer than {FEWEST} cases is not drawn."
        ),
    )  # fmt: skip


def waits(view: View) -> None:
    """How long PERM took, by month or year of the decision."""
    if "perm" not in view.found["decided"]["program"].to_list():
        return
    st.subheader("PERM processing time", anchor="perm-time")
    years, months = view.found["years"], view.found["months"].drop_nulls("month")
    if not years.height or not months.height:
        st.caption("No PERM case here has both a date of receipt and of decision.")
        return
    filters.unknown("time", _TIMES, "PERM time by")
    by = st.segmented_control(
        "PERM time by", _TIMES, default=_TIMES[0], required=True, key="time", bind="query-params"
    )
    title = f"PERM: days to the decision by {by.lower()}"

    def picture(dark: bool) -> Figure:
        caption = view.caption(title, ["perm"], dark=dark)
        if by == _TIMES[0]:
            return charts.months_to_decision(months, caption=caption)
        return role_charts.bands(
            years.with_columns(pl.col("p10", "median", "p90").cast(pl.Float64)),
            by="fiscal_year", unit="Days from receipt to decision", years=view.choice.years,
            caption=caption,
        )  # fmt: skip

    table, columns = (
        (months, {"month": "Month", **DAYS}) if by == _TIMES[0]
        else (years, {"fiscal_year": "Fiscal year", **DAYS})
    )  # fmt: skip
    st.markdown(_median(years))
    figure.draw(
        picture, table, "approvals-perm-time",
        alt=f"PERM processing days, 10th to 90th centile with the median, by {by.lower()}.",
        columns=columns,
        about=view.made(
            f"{WAITS} By when that was. The time before filing (prevailing wage, recruitment) and "
            "after it (USCIS) is not in here.",
            "waits",
        ),
    )  # fmt: skip


def _median(years: pl.DataFrame) -> str:
    """The median of the last year that has one."""
    known = years.drop_nulls("median").sort("fiscal_year")
    if known.is_empty():
        many = counted(int(years["cases"].sum()), "case")
        return f"Too few to say how long it took: {many} with both dates."
    row = known.row(-1, named=True)
    return (
        f"**{row['median']:,.0f} days** is the median of FY{row['fiscal_year']}; eight of ten took "
        f"{row['p10']:,.0f} to {row['p90']:,.0f} days (n = {row['cases']:,})."
    )
