"""What a role pays and how long it waits: wage levels, wages, PERM time."""

import polars as pl
import streamlit as st

from charts import roles as charts
from loaders import role_notes
from loaders.facts import pay_periods
from loaders.schema import FEWEST
from pages.parts import about, figure
from pages.parts.cases import WAITS
from pages.parts.plain import counted
from pages.parts.role import View, spoken

CENTILES = {
    "cases": "Cases", "p10": "10th centile", "p25": "25th", "median": "Median", "p75": "75th",
    "p90": "90th centile",
}  # fmt: skip
POOLED = "All years of the choice together, not adjusted for inflation."
UNADJUSTED = "Not adjusted for inflation."
DAYS = {name: said for name, said in CENTILES.items() if name not in {"p25", "p75"}}
HOURS = int(pay_periods()["Hour"]["per_year"] or 0)
WAGES = (
    "Offered wages in US dollars a year, the lower bound of each offer. Pay by the hour, week or "
    f"month counts at full-time hours ({HOURS:,} a year). Centiles are of cases, not of people; "
    f"fewer than {FEWEST} cases give none."
)


def odd_hours(hourly: int, part_time: int) -> str:
    """How many offers are by the hour or for part-time work, and how they count; if any are."""
    said = [f"{counted(hourly, 'offer')} by the hour"] if hourly else []
    said += [f"{part_time:,} marked part-time"] if part_time else []
    if not said:
        return ""
    return (
        f"{' and '.join(said)} count at full-time hours ({HOURS:,} a year); most files do not say "
        "which jobs are part-time."
    )


def levels(view: View) -> None:
    """The mix of the wage levels by year."""
    st.subheader("Wage levels", anchor="levels")
    mix = view.found["levels"]
    every = mix.group_by("program", "fiscal_year").agg(pl.col("cases").sum())
    enough = every.with_columns(pl.when(pl.col("cases") >= FEWEST).then("cases"))
    figure.draw(
        lambda dark: charts.levels(
            mix,
            years=view.choice.years,
            caption=view.caption("Wage level by fiscal year", dark=dark),
        ),
        spoken(mix, "program", "level"),
        f"{view.page}-levels",
        alt="Stacked bars of wage levels I to IV by fiscal year, with those left blank and those "
        "that the form does not ask for.",
        columns={
            "fiscal_year": "Fiscal year", "program": "Program", "level": "Level",
            "cases": "Cases", "share": "Share of those told",
        },
        about=view.made(
            "The level of the prevailing wage, I (entry) to IV (fully competent), as filed. A "
            "part of all cases of the year; the table and the hover give the share of those that "
            "have a level. *Not on this form*: the record layout has no level. *Left blank*: it "
            "has one and nothing stands there, as where the wage is from a survey."
        ),
        below=[about.few(enough.sort("program", "fiscal_year"), "cases", to="draw shares of")],
    )  # fmt: skip


def wages(view: View) -> None:
    """The wages by seniority and by year."""
    st.subheader("Offered wages", anchor="wages")
    ladder, years = view.found["pay_seniority"], view.found["pay_years"]
    if not ladder.height:
        st.caption("No case here has a wage that can be read.")
        return
    made = view.made(WAGES, "wages")
    hourly, part_time = (int(ladder[one].fill_null(0).sum()) for one in ("hourly", "part_time"))
    odd = f"{UNADJUSTED} {odd_hours(hourly, part_time)}".rstrip()
    figure.draw(
        lambda dark: charts.bands(
            ladder,
            by="seniority",
            unit="US dollars a year, offered",
            years=None,
            caption=view.caption("Offered wages by seniority", dark=dark),
        ),
        spoken(ladder, "seniority"),
        "role-wages-seniority",
        alt="Bands of offered wages, 10th to 90th centile with the median, by seniority.",
        columns={"seniority": "Seniority", **CENTILES, "hourly": "By the hour"},
        about=made,
        below=[POOLED * (years.height > 1)],
    )
    figure.draw(
        lambda dark: charts.bands(
            years,
            by="fiscal_year",
            unit="US dollars a year, offered",
            years=view.choice.years,
            caption=view.caption("Offered wages by fiscal year", dark=dark),
        ),
        years,
        "role-wages-years",
        alt="Bands of offered wages, 10th to 90th centile with the median, by fiscal year.",
        columns={"fiscal_year": "Fiscal year", **CENTILES, "hourly": "By the hour"},
        about=made,
        below=[about.few(years, "median", to="give centiles of"), odd],
    )
    if view.choice.role:
        st.page_link(
            "pages/wages/explorer.py", label="By place, employer, or beside an offer of your own",
            query_params={"roles": role_notes.named(view.choice.role)},
            icon=":material/payments:",
        )  # fmt: skip


def waits(view: View) -> None:
    """How long PERM took, by year of decision."""
    days = view.found["waits"]
    if "perm" not in view.found["periods"]["program"].to_list():
        return
    st.subheader("PERM time", anchor="perm-time")
    if not days.height:
        st.caption("No PERM case here has both a date of receipt and of decision.")
        return
    figure.draw(
        lambda dark: charts.bands(
            days.with_columns(pl.col("p10", "median", "p90").cast(pl.Float64)),
            by="fiscal_year",
            unit="Days from receipt to decision",
            years=view.choice.years,
            caption=view.caption("PERM: days to the decision", ["perm"], dark=dark),
        ),
        days,
        f"{view.page}-perm-time",
        alt="Bands of PERM processing days, 10th to 90th centile with the median, by fiscal year.",
        columns={"fiscal_year": "Fiscal year", **DAYS},
        about=view.made(
            f"{WAITS} By fiscal year of the decision. The time before filing (prevailing wage, "
            "recruitment) and after it (USCIS) is not in here.",
            "waits",
        ),
        below=[about.few(days, "median", to="give centiles of")],
    )
