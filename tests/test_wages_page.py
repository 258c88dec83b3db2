"""The wage explorer: the page, its numbers, where an offer stands."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import places, wages
from charts import wages as charts
from charts.frame import Caption
from charts.roles import bands
from loaders.build import build
from pages.parts.wage_cases import SPLITS
from tests.conftest import case, figures, opened, words


@pytest.fixture
def ten(workbook, tmp_path):
    """Ten offers of 100,000 to 190,000 in Austin, and four in Boston."""
    rows = [case(number=n, wage_from=100_000 + 10_000 * n) for n in range(10)]
    boston = {"worksite_city": "BOSTON", "worksite_state": "MA", "wage_from": 200_000}
    rows += [case(number=n, **boston) for n in range(10, 14)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")


@pytest.mark.usefixtures("ten")
def test_the_sentence_has_the_median_the_band_and_the_count():
    said = words(opened("wages", state="Texas"))
    assert "The median offer for Texas is $145,000 a year" in said
    assert "from $109,000 to $181,000 (n = 10 cases), FY2023 (partial)." in said


def test_the_page_says_of_how_many_employers_the_offers_are_and_who_has_most(workbook, tmp_path):
    names = ["Alpha Inc"] * 7 + ["Beta LLC"] * 2 + ["Gamma Corp"]
    rows = [case(number=n, employer_name=name) for n, name in enumerate(names)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(opened("wages"))
    assert "These cases are of 3 employers, those of one brand counted as one; Alpha Inc" in said
    assert "has the most, 7 cases (70.0%)." in said
    assert "of 3 employers" not in words(opened("wages", employer="Alpha Inc"))


@pytest.mark.usefixtures("ten")
def test_offers_of_one_employer_alone_are_said_to_be():
    assert "All of these cases are one employer's, Example Robotics" in words(opened("wages"))


@pytest.mark.parametrize("split", SPLITS)
def test_every_split_of_the_sample_is_drawn_with_its_table(split):
    test = opened("wages", split=split)
    first = figures(test)[0]
    assert f"Offered wages by {split.lower()}" in first["layout"]["legend"]["title"]["text"]
    assert len(figures(test)) == 2
    assert words(test).count("**Definition.**") == 3  # the table by place has one too


@pytest.mark.usefixtures("ten")
def test_an_offer_stands_where_the_cases_say_and_is_drawn():
    test = opened("wages", state="Texas", offer="150000")
    said = "$150,000 is above 55.0% of these offers of FY2023 (partial) (n = 10: 5 lower, 1 equal"
    assert said in words(test).replace("*", "")
    notes = [note["text"] for note in figures(test)[0]["layout"]["annotations"]]
    assert "My offer $150,000" in notes


def test_an_offer_is_ranked_among_all_years_and_the_newest_alone(workbook, tmp_path):
    days = [date(2021, 11, 1)] * 5 + [date(2022, 11, 1)] * 5
    wages = [80_000] * 5 + [120_000] * 5
    rows = [
        case(number=n, decision_date=day, wage_from=wage)
        for n, (day, wage) in enumerate(zip(days, wages, strict=True))
    ]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(opened("wages", offer="100000")).replace("*", "")
    assert "$100,000 is above 50.0% of these offers of FY2022 to FY2023 (partial) (n = 10" in said
    assert "Of those of FY2023 (partial) alone: above 0.0% (n = 5)." in said


def test_a_split_that_part_of_the_cases_tell_says_of_how_many_and_which_years(workbook, tmp_path):
    there = {"worksite_county": "Travis", "decision_date": date(2023, 1, 9)}
    rows = [case(number=n, decision_date=date(2022, 1, 9)) for n in range(6)]
    workbook("a.xlsx", "lca/2020", [*rows, *(case(number=n, **there) for n in range(6, 12))])
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(opened("wages", split="County"))
    assert "6 of the 12 cases with a wage are in these groups, of FY2023: the others" in said
    assert "are in these groups" not in words(opened("wages", split="State", places="State"))


@pytest.mark.usefixtures("ten")
def test_an_offer_is_not_ranked_among_four():
    said = words(opened("wages", state="Massachusetts", offer="150000"))
    assert "Not enough to rank $150,000" in said
    assert "4 offers to compare with" in said
    assert "Too few wages to say: 4 of them for Massachusetts" in said
    assert "%" not in said.split("Not enough to rank")[1].split("\n")[0]


@pytest.mark.usefixtures("ten")
def test_a_city_of_the_link_narrows_to_its_cases_under_any_spelling():
    said = words(opened("wages", place="Austin, TX"))
    assert "(n = 10 cases" in said
    assert "asks for place Nowhere, ZZ" in words(opened("wages", place="Nowhere, ZZ"))


@pytest.mark.usefixtures("ten")
def test_an_employer_narrows_and_an_unknown_one_shows_nothing():
    assert "n = 14 cases" in words(opened("wages", employer="Example Robotics"))
    test = opened("wages", employer="Zzyzx Unheard Holdings")
    assert "none observed in these files" in words(test)
    assert not figures(test)


@pytest.mark.usefixtures("ten")
def test_a_program_without_a_file_offers_to_loosen():
    test = opened("wages", program="PERM")
    assert "No PERM file is loaded, so nothing is known" in words(test)
    test.button(key="drop_program").click().run()
    assert "n = 14 cases" in words(test)


def test_pay_by_the_hour_and_part_time_are_stated(workbook, tmp_path):
    rows = [case(number=n, wage_from=50, wage_unit="Hour") for n in range(6)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(opened("wages"))
    assert "median offer is $104,000" in said
    assert "6 offers by the hour count at full-time hours" in said


# --------------------------------------------------------------------------------- the numbers

offers = st.lists(st.integers(20_000, 400_000), min_size=1, max_size=40)


def _frame(values: list[int], prevailing: int = 100_000) -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            "annual_wage": [float(v) for v in values],
            "annual_prevailing_wage": [float(prevailing)] * len(values),
            "group": [v % 3 for v in values],
        }
    )


@given(offers, st.integers(20_000, 400_000))
def test_standings_of_groups_sum_to_the_standing_of_all(values, offer):
    frame = _frame(values)
    whole = wages.standing(frame, offer).collect().row(0, named=True)
    parts = wages.standing(frame, offer, ["group"]).collect()
    for column in ("cases", "below", "above"):
        assert parts[column].sum() == whole[column]
    assert all((row["percentile"] is None) == (row["cases"] < 5) for row in parts.rows(named=True))


@given(offers)
def test_steps_over_prevailing_hold_every_case_once(values):
    steps = wages.ratios(_frame(values)).collect()
    assert steps["cases"].sum() == len(values)
    assert steps["from"].is_unique().all()
    assert steps.equals(wages.ratios(_frame(values[::-1])).collect())
    assert (steps["share"].null_count() > 0) == (len(values) < 5)


def test_an_offer_at_the_prevailing_wage_is_in_the_step_that_begins_there():
    steps = wages.ratios(_frame([90_000, 100_000, 104_900, 105_000, 250_000])).collect()
    assert steps.select("from", "cases").rows() == [(0.0, 1), (1.0, 2), (1.05, 1), (2.0, 1)]


def test_an_offer_is_at_the_prevailing_wage_within_one_per_cent_of_it_on_either_side():
    near = [98_000, 98_999, 99_000, 100_000, 101_000, 101_001, 150_000]
    row = wages.over_prevailing(_frame(near)).collect().row(0, named=True)
    assert (row["cases"], row["below"]) == (7, 2)
    assert row["at_prevailing"] == pytest.approx(3 / 7)


def test_a_place_needs_enough_cases_to_be_offered():
    filings = pl.LazyFrame(
        {
            "worksite_city": ["AUSTIN"] * 3 + ["Austin"] * 2 + ["Waco"] * 4,
            "worksite_county": ["TRAVIS"] * 2 + ["Travis County"] * 3 + [None] * 4,
            "worksite_state": ["TX"] * 9,
        }
    )
    assert places.offered(filings, least=5).collect().rows() == [
        ("Austin, TX", 5), ("Travis (county), TX", 5),
    ]  # fmt: skip


# --------------------------------------------------------------------------------- the figures

CAPTION = Caption("A title", ("Nurse",), "DOL OFLC")


def test_the_open_steps_of_the_figure_say_so():
    steps = wages.ratios(_frame([90_000, 100_000, 104_900, 105_000, 250_000])).collect()
    said = [one[0] for one in charts.ratios(steps, width=0.05, caption=CAPTION).data[0].customdata]
    assert said == ["below 0.95", "1.00 to under 1.05", "1.05 to under 1.10", "2.00 or more"]


def test_an_offer_above_every_band_is_still_within_the_axis():
    spread = pl.DataFrame(
        {"name": ["a"], "cases": [9], "p10": [1e5], "p25": [1.1e5], "median": [1.2e5],
         "p75": [1.3e5], "p90": [1.4e5]}
    )  # fmt: skip
    figure = bands(
        spread, by="name", unit="US dollars a year", years=None, caption=CAPTION,
        mark=(500_000.0, "My offer"),
    )  # fmt: skip
    assert figure.layout.xaxis.range[1] > 500_000


def test_a_name_in_a_band_is_text_and_never_markup():
    spread = pl.DataFrame(
        {"name": ["<a href='x'>y</a>"], "cases": [2], "p10": [None], "median": [None],
         "p90": [None]}, schema_overrides={"p10": float, "median": float, "p90": float}
    )  # fmt: skip
    figure = bands(spread, by="name", unit="US dollars a year", years=None, caption=CAPTION)
    said = [*figure.data[-1].hovertext, *(note.text for note in figure.layout.annotations)]
    assert not any("<a" in one for one in said)
