"""The sections of the wage explorer."""

import polars as pl
import streamlit as st

from charts import roles as role_charts
from charts import wages as charts
from charts.theme import word
from loaders.releases import years_said
from loaders.schema import FEWEST
from pages.parts import about, figure, filters, wage_cases
from pages.parts.columns import asked
from pages.parts.plain import counted
from pages.parts.role_pay import CENTILES, POOLED, UNADJUSTED, WAGES, odd_hours
from pages.parts.view import Shown
from pages.parts.wage_cases import ORDERED, PLACES, SPLITS

_BARS = 15
_BY_TITLE = ("Seniority", "Role")
_STEP = 0.05
_NEARLY_ALL = 0.95


def offer() -> float | None:
    """A salary that a person types; none as long as there is none."""
    return st.number_input(
        "Where would my offer stand? US dollars a year", min_value=0, max_value=2_000_000,
        value=None, step=1_000, format="%d", key="offer", bind="query-params", width=330,
        placeholder="e.g. 145000",
    )  # fmt: skip


def standing(view: Shown, typed: float) -> None:
    """Where the offer stands among all chosen cases, and among those of their newest year."""
    row = wage_cases.standing(*view.in_use.at, view.choice, typed)
    cases, below, above = (int(str(row[one])) for one in ("cases", "below", "above"))
    if row["percentile"] is None:
        st.markdown(
            f"**Not enough to rank \\${typed:,.0f}**: {counted(cases, 'offer')} to compare with, "
            f"and fewer than {FEWEST} give no percentile."
        )
        return
    share, decided = float(str(row["percentile"])), view.found["decided"]
    st.markdown(
        f"**\\${typed:,.0f} is above {share:.1%} of these offers of "
        f"{about.span(decided, view.partial)}** (n = {cases:,}: "
        f"{below:,} lower, {cases - below - above:,} equal, {above:,} higher; half of the equal "
        f"count as lower).{_newest(view, typed)}"
    )


def _newest(view: Shown, typed: float) -> str:
    """Where the offer stands in the newest year of several: pay rises over the years."""
    decided = view.found["decided"]
    *earlier, year = decided["fiscal_year"].unique().sort().to_list()
    if not earlier:
        return ""
    row = wage_cases.standing(*view.in_use.at, view.choice, typed, year)
    said = "too few to rank it" if row["percentile"] is None else f"above {row['percentile']:.1%}"
    when = about.year_of(year, decided.filter(fiscal_year=year), view.partial)
    return f" Of those of {when} alone: **{said}** (n = {row['cases']:,})."


def ladder(view: Shown, typed: float | None) -> None:
    """The percentiles by the chosen split."""
    filters.unknown("split", SPLITS, "a split by")
    by = st.segmented_control(
        "Split by", list(SPLITS), default="Seniority", required=True, key="split",
        bind="query-params",
    )  # fmt: skip
    found = wage_cases.split(*view.in_use.at, view.choice, by)
    if found.is_empty():
        st.caption(f"No case here has a wage and a {by.lower()} that can be read.")
        return
    # A year is a number that the table marks where it is partial.
    found = found.with_columns(fiscal_year="value") if by == "Fiscal year" else found
    name = "fiscal_year" if by == "Fiscal year" else "name"
    columns = {name: by, **CENTILES, "hourly": "By the hour", "part_time": "Part-time"}
    if typed is not None:
        below = wage_cases.standing_by(*view.in_use.at, view.choice, typed, by)
        found = found.join(below, on="value", how="left", maintain_order="left")
        columns |= {"share_below": "Share below my offer"}
    top = found if by in ORDERED else found.head(_BARS)
    if top["median"].null_count() == top.height:
        st.caption(f"Too few wages to draw: fewer than {FEWEST} in each group.")
        return
    mark = (float(typed), f"My offer ${typed:,.0f}") if typed is not None else None
    years = view.choice.years if by == "Fiscal year" else None
    several = view.found["decided"]["fiscal_year"].n_unique() > 1
    hourly, part_time = (int(view.found["all"][one].item() or 0) for one in ("hourly", "part_time"))
    below = [
        POOLED if several and not years else UNADJUSTED,
        odd_hours(hourly, part_time),
        _told(view, by, found),
    ]
    if by in _BY_TITLE and not view.untitled:
        below.append(about.no_titles(view.every_untitled))
    if found.height > top.height:
        below.append(f"Drawn: the {_BARS} with most cases. The numbers have {found.height:,}.")
    figure.draw(
        lambda dark: role_charts.bands(
            top,
            by=name,
            unit="US dollars a year, offered",
            years=years,
            caption=view.caption(f"Offered wages by {by.lower()}", dark=dark),
            mark=mark,
        ),
        found.drop("value"),
        f"wages-{by.lower().replace(' ', '-')}",
        alt=f"Bands of offered wages, 10th to 90th centile with the median, by {by.lower()}.",
        columns=columns,
        about=view.made(
            f"{WAGES} Part-time positions count as if full-time. Groups with the most cases are "
            f"drawn; the table has up to {wage_cases.ROWS}. What is blank on the form is in no "
            "group.",
            by_title=by in _BY_TITLE,
        ),
        below=below,
    )


def _told(view: Shown, by: str, found: pl.DataFrame) -> str:
    """How many cases are in the groups of a split, and of which years; nothing where nearly all."""
    cases, every = int(found["cases"].sum()), int(view.found["all"]["cases"].item())
    if cases >= _NEARLY_ALL * every:
        return ""
    years = wage_cases.years(*view.in_use.at, view.choice, by)
    return (
        f"{cases:,} of the {every:,} cases with a wage are in these groups, of "
        f"{years_said(years)}: the others name no {by.lower()}, or a rarer one."
    )


def over(view: Shown) -> None:
    """How far the offers are over the prevailing wage."""
    st.subheader("Offered over prevailing", anchor="prevailing")
    row, steps = view.found["over"].row(0, named=True), view.found["ratios"]
    if row["median"] is None:
        told = "; ".join(f"{word(one)} {asked(one, 'prevailing_wage')}" for one in view.loaded)
        st.caption(
            f"Not enough to say: {counted(row['cases'], 'case')} with both wages. Forms that ask "
            f"for the prevailing wage: {told}."
        )
        return
    below = f", {row['below']:,} below" if row["below"] else ""
    st.markdown(
        f"The median offer is {row['median']:.2f} times the prevailing wage; "
        f"**{row['at_prevailing']:.1%} are at it** (within 1%){below}; n = {row['cases']:,}."
    )
    figure.draw(
        lambda dark: charts.ratios(
            steps, width=_STEP, caption=view.caption("Offered wage over prevailing wage", dark=dark)
        ),
        steps,
        "wages-over-prevailing",
        alt=f"Bars of cases by offer over prevailing wage: {row['at_prevailing']:.1%} at it, "
        f"median {row['median']:.2f}.",
        columns={"from": "Offer ÷ prevailing, from", "cases": "Cases", "share": "Share"},
        about=view.made(
            "The offer as a multiple of the prevailing wage of the same case, both a year. At it: "
            "from 0.99 to 1.01 times. An employer must offer at least the prevailing wage (20 CFR "
            "655.731, 656.10): a ratio "
            "below 1 is a repair that was missed, or the lower of two worksites. The table's step "
            "0 is all below 0.95, its step 2 all from there on.",
            "ratios",
        ),
    )


def places(view: Shown) -> None:
    """The wages of every place in a table."""
    st.subheader("By place", anchor="places")
    filters.unknown("places", PLACES, "places by")
    by = st.segmented_control(
        "Places", PLACES, default="Metro", required=True, key="places", bind="query-params"
    )
    found = wage_cases.split(*view.in_use.at, view.choice, by)
    if found.is_empty():
        st.caption(f"No case here has a wage and names its {by.lower()}.")
        return
    columns = {
        "name": by, "cases": "Cases", "p10": "10th centile ($)", "median": "Median ($)",
        "p90": "90th centile ($)", "ratio": "Median ÷ prevailing",
        "share_at": "At the prevailing wage", "both": "With both wages",
    }  # fmt: skip
    figure.shown(
        found, "wage_places", columns=columns,
        config={
            "name": st.column_config.TextColumn(by, width=170),  # a phone shows what is beside it
            "ratio": st.column_config.NumberColumn(
                columns["ratio"], format="%.2f",
                help="Offer over prevailing wage, the median of the cases with both.",
            ),
        },
    )  # fmt: skip
    figure.beside(
        found.drop("value"),
        f"wages-by-{by.lower()}",
        about=view.made(f"{WAGES} Up to {wage_cases.ROWS} places, those with most cases first."),
    )
    st.caption(f"The first worksite of a case. Fewer than {FEWEST} cases give no centile.")
    if said := _told(view, by, found):
        st.caption(said)
