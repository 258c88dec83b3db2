"""How DOL decided over time: the page, its numbers, its figures."""

import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from analytics import compare, perm, shares
from charts import approvals as charts
from charts import theme
from charts.counts import NO_TITLES, crosses
from charts.frame import Caption
from loaders.build import build
from pages.parts.approval_cases import KEYS
from tests.conftest import case, figures, numbers, opened, words


@pytest.fixture
def decided(workbook, tmp_path):
    """FY2023: eight certified, two denied, two withdrawn; four quarters."""
    days = [date(2022, 11, 1), date(2023, 2, 1), date(2023, 5, 1), date(2023, 9, 20)]
    said = ["Certified"] * 8 + ["Denied"] * 2 + ["Withdrawn"] * 2
    rows = [case(number=n, status_raw=one, decision_date=days[n % 4]) for n, one in enumerate(said)]
    rows[0] |= {"job_title": "Registered Nurse", "soc_code_raw": "29-1141"}
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")


@pytest.mark.usefixtures("decided")
def test_the_page_says_at_once_that_dol_certifies_and_uscis_approves():
    test = opened("approvals")
    assert test.title[0].value == "Approvals"
    assert test.caption[0].value.startswith("**DOL certifies, USCIS approves.**")
    assert not re.search(r"approval rate", words(test).lower())


@pytest.mark.usefixtures("decided")
def test_the_sentence_has_rate_count_denied_and_withdrawn():
    said = words(opened("approvals"))
    assert (
        "FY2023: DOL certified 80.0% of 10 decided LCA cases; 2 denied, 2 withdrawn before a "
        "decision." in said
    )


@pytest.mark.usefixtures("decided")
def test_the_last_whole_year_of_a_program_is_its_own(workbook, tmp_path):
    before = [case(number=n, decision_date=date(2022, 3, 1)) for n in range(20, 26)]
    workbook("b.xlsx", "lca/2020", before)
    workbook("c.xlsx", "perm/2020", [case("perm", n) for n in range(6)])
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(opened("approvals"))
    assert "FY2022 to FY2023 (PERM partial): DOL certified 87.5% of 16 decided LCA" in said
    assert "LCA cases, 80.0% in FY2023 (n = 10)" in said


@pytest.mark.usefixtures("decided")
def test_bars_of_determinations_hold_every_case_of_their_period():
    test = opened("approvals")
    assert numbers(test, "approvals-determinations")["cases"].sum() == 12
    bars = [one for one in figures(test)[1]["data"] if one["type"] == "bar"]
    assert {one["name"] for one in bars} == {"Certified", "Denied", "Withdrawn"}


@pytest.mark.usefixtures("decided")
def test_quarters_of_three_cases_have_no_bars_and_their_table_holds_every_case():
    test = opened("approvals", by="Quarter")
    assert numbers(test, "approvals-determinations")["cases"].sum() == 12
    assert "*How the cases ended, by quarter*: **too few cases to draw**" in words(test)


@pytest.mark.usefixtures("decided")
def test_too_few_decided_give_no_rate():
    said = words(opened("approvals", roles="Nurse"))
    assert "LCA: too few decided to rate (n = 1)" in said
    assert "%" not in said.split("####")[1].split("\n")[0]


@pytest.mark.usefixtures("decided")
def test_a_program_without_a_file_offers_to_loosen():
    test = opened("approvals", program="PERM")
    assert "No PERM file is loaded, so nothing is known" in words(test)
    test.button(key="drop_program").click().run()
    assert "80.0% of 10 decided" in words(test)


def test_several_roles_have_a_line_each():
    test = opened("approvals", roles=["Software engineer", "Data scientist"])
    assert "By role" in {one.value for one in test.subheader}
    names = {one.get("name") for one in figures(test)[1]["data"]}
    assert {"Software engineer", "Data scientist"} <= names
    assert "By role" not in {one.value for one in opened("approvals").subheader}


@pytest.mark.parametrize("time", ["Month", "Fiscal year"])
def test_perm_time_of_the_sample_is_told_by_month_or_year(time):
    test = opened("approvals", program="PERM", time=time)
    title = figures(test)[-1]["layout"]["legend"]["title"]["text"].replace("<br>", " ")
    assert f"days to the decision by {time.lower()}" in title
    assert re.search(r"\*\*[\d,]+ days\*\* is the median of FY2025", words(test))


def test_every_figure_of_the_sample_has_its_provenance_and_its_stamp():
    test = opened("approvals", roles=["Software engineer", "Data scientist"])
    assert words(test).count("**Definition.**") == len(figures(test)) == 4
    for one in figures(test):
        assert "SAMPLE DATA" in [note["text"] for note in one["layout"]["annotations"]]


def test_a_view_that_the_page_has_not_is_named():
    said = words(opened("approvals", by="Month", time="Week"))
    assert "asks for rates by Month" in said
    assert "asks for PERM time by Week" in said


# --------------------------------------------------------------------------------- the numbers

CASES = pl.DataFrame(
    {
        "program": ["perm"] * 24,
        "fiscal_year": [2022] * 12 + [2024] * 12,
        "quarter": pl.Series([None] * 24, dtype=pl.Int32),
        "status": (["certified"] * 8 + ["denied"] * 2 + ["withdrawn"] * 2) * 2,
        "received_date": [date(2022, 1, 3)] * 24,
        "decision_date": [date(2022, 3, 1)] * 12 + [date(2022, 6, 1)] * 12,
    }
)


def test_shares_of_determinations_sum_to_one_in_each_period():
    parts = compare.parts(CASES.lazy(), "status", KEYS).collect()
    for _, of in parts.group_by("fiscal_year"):
        assert of["share"].sum() == pytest.approx(1)
        assert of["cases"].sum() == 12
    back = compare.parts(CASES.reverse().lazy(), "status", KEYS).collect()
    assert parts.equals(back)


# --------------------------------------------------------------------------------- the figures

CAPTION = Caption("A title", ("Nurse",), "DOL OFLC", {2024: {"perm": ""}})
PERIODS = [(2022, None), (2023, None), (2024, None)]


def _trend():
    rates = shares.definitions(CASES.lazy(), KEYS).collect()
    return charts.trend(charts.definitions(rates, dark=False), periods=PERIODS, caption=CAPTION)


def test_a_period_without_a_file_is_a_gap_in_line_and_band():
    lines = [one for one in _trend().data if one.mode == "lines+markers"]
    assert len(lines) == 3
    assert list(lines[0].y) == [0.8, None, 0.8]
    assert lines[0].connectgaps is False
    bands = [one for one in _trend().data if one.mode == "lines"]
    assert len(bands) == 3 * 2
    assert all(len(set(one.x)) == 1 for one in bands), "no band crosses the gap"


def test_a_period_without_a_file_has_a_cross_where_the_axis_begins():
    held = replace(CAPTION, loaded={"perm": [2022, 2024]})
    rates = shares.definitions(CASES.lazy(), KEYS).collect()
    figure = charts.trend(charts.definitions(rates, dark=False), periods=PERIODS, caption=held)
    (gaps,) = [one for one in figure.data if one.name == "No file loaded"]
    assert list(gaps.hovertext) == ["FY2023"]
    assert list(gaps.y) == [figure.layout.yaxis.range[0]]
    days = perm.processing(CASES.lazy(), ["month"]).collect()
    for loaded, at in (([2022], []), ([2024], [date(2022, 4, 1)])):
        months = charts.months_to_decision(days, caption=replace(held, loaded={"perm": loaded}))
        assert [x for one in months.data if one.name == "No file loaded" for x in one.x] == at


def test_a_rate_has_its_interval_its_count_and_hollow_marks_where_partial():
    line = next(one for one in _trend().data if one.mode == "lines+markers")
    low, high = line.customdata[0][1:3]
    assert low < 0.8 < high
    assert list(line.customdata[0][3:]) == [8, 10]
    assert [one.endswith("-open") for one in line.marker.symbol] == [False, False, True]


def test_marks_are_whole_where_the_other_program_is_partial():
    rates = shares.definitions(CASES.lazy(), KEYS).collect()
    held = replace(CAPTION, partial={2024: {"lca": ""}})
    made = charts.trend(charts.definitions(rates, dark=False), periods=PERIODS, caption=held)
    line = next(one for one in made.data if one.mode == "lines+markers")
    assert set(line.marker.symbol) == {"circle"}


def test_an_axis_of_rates_says_where_it_begins():
    figure = _trend()
    start = figure.layout.yaxis.range[0]
    assert 0 < start < 0.6
    assert f"axis from {start:.0%}" in figure.layout.yaxis.title.text


def test_months_without_a_decision_are_gaps():
    days = perm.processing(CASES.lazy(), ["month"]).collect()
    figure = charts.months_to_decision(days, caption=CAPTION)
    median = next(one for one in figure.data if one.name == "Median")
    assert list(median.y) == [57, None, None, 149]


def test_no_series_is_marked_as_a_year_without_a_file_is():
    whys = (NO_TITLES, "No file loaded")
    gaps = [crosses([1], ["FY2023"], why=why, dark=False)["marker"]["symbol"] for why in whys]
    series = [symbol for *_, symbol in theme.COMPARED] + list(theme.SYMBOLS.values())
    shapes = [{one.partition("-")[0] for one in marks} for marks in (gaps, series)]
    assert len(shapes[0]) == len(whys)
    assert len({symbol for *_, symbol in theme.COMPARED}) == theme.SEVERAL
    assert not shapes[0] & shapes[1]
