"""What a page says where there is little: no share, no axis and no picture of too few cases."""

import re
from datetime import date
from math import isnan

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from charts import drawn, roles, tiles
from charts.counts import by_period
from charts.frame import Caption
from loaders.build import build
from loaders.facts import codes
from pages.parts import figure
from tests.conftest import ROOT, case, figures, numbers, opened, words

Y2021, Y2022, Y2023 = date(2021, 3, 1), date(2022, 3, 1), date(2022, 12, 1)


def titles(test: AppTest) -> str:
    return " ".join(str(one["layout"]) for one in figures(test))


@pytest.fixture
def three(workbook, tmp_path):
    """Three cases of FY2021, and seven of FY2023: one of Waco, six of Austin."""
    rows = [case(number=n, decision_date=Y2021, received_date=Y2021) for n in range(3)]
    rows += [case(number=n, decision_date=Y2023) for n in range(3, 9)]
    rows += [case(number=9, decision_date=Y2023, worksite_city="Waco")]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")


@pytest.fixture
def one(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [case()])
    workbook("b.xlsx", "perm/2020", [case("perm")])
    build(tmp_path / "raw", tmp_path / "lake")


def test_no_chart_of_a_single_case_has_shares_or_empty_axes(one):  # noqa: ARG001
    test = opened("role", words="software engineer")
    for title in ("Wage level by fiscal year", "Certified, by three definitions",
                  "Offered wages by fiscal year", "Offered wages by seniority"):  # fmt: skip
        assert f"*{title}*: **too few cases to draw**" in words(test)
        assert title not in titles(test)
    assert not any("levels" in str(button.key) for button in test.button)


def test_the_table_of_a_chart_that_is_not_drawn_is_there_without_a_picture(one):  # noqa: ARG001
    test = opened("role", words="software engineer")
    labels = {
        button.proto.label for button in test.get("download_button")
        if "role-wages-years" in button.proto.id
    }  # fmt: skip
    assert labels == {"CSV", "Excel", "Parquet"}
    assert numbers(test, "role-wages-years")["cases"].to_list() == [2]


def test_a_year_of_fewer_than_five_cases_has_no_bar_of_levels_and_is_named(three):  # noqa: ARG001
    test = opened("role", words="software engineer")
    (levels,) = (one for one in figures(test) if "Wage level by" in str(one["layout"]))
    drawn_years = {
        year for trace in levels["data"] if trace["type"] == "bar" for year in trace["x"]
    }
    assert drawn_years == {2023}
    assert "Too few cases to draw shares of: FY2021." in words(test)
    assert "Too few cases to give centiles of: FY2021." in words(test)


def test_of_fewer_than_five_cases_the_count_alone_is_said():
    parts = pl.DataFrame({"cases": [9, 3], "share": [0.75, 0.25]})
    figure = roles.bars(parts, labels=["Mid", "Manager"], caption=Caption("Cases"))
    assert [note.text for note in figure.layout.annotations] == ["Mid: 9 (75.0%)", "Manager: 3"]


def test_how_few_is_spelled_out_nowhere():
    shown = [path for folder in ("charts", "pages") for path in (ROOT / folder).rglob("*.py")]
    assert len(shown) > 50
    spelled = re.compile(
        r"(?:than|from|has) five\b(?! years)|\bfive (?:decided )?cases", re.IGNORECASE
    )
    assert not [path.name for path in shown if spelled.search(path.read_text("utf-8"))]


@pytest.mark.parametrize("most", [1, 2, 3, 6, 200])
def test_no_two_ticks_of_a_map_say_the_same(most):
    values = pl.DataFrame({"state": ["TX"], "value": [most], "said": ["Texas"]})
    made = tiles.states(values, codes("shown/state_tiles"), unit="Cases", caption=Caption("Cases"))
    bar = made.data[0].colorbar
    assert len(set(bar.ticktext)) == len(bar.ticktext) == len(set(bar.tickvals))
    assert bar.ticktext[-1] == f"{most}"


def test_a_figure_is_blank_where_only_missing_files_are_marked():
    empty = pl.DataFrame(schema={"fiscal_year": pl.Int32, "quarter": pl.Int32, "program": pl.String, "cases": pl.UInt32})  # fmt: skip
    asked = {"split": "program", "quarters": False, "years": (2021, 2023), "partial": {}, "loaded": [2022]}  # fmt: skip
    assert drawn.blank(by_period(empty, **asked))
    some = pl.DataFrame(
        {"fiscal_year": [2022], "quarter": [None], "program": ["lca"], "cases": [1]}
    )
    assert not drawn.blank(by_period(some, **asked))


def test_positions_are_of_lcas_and_empty_for_perm(one):  # noqa: ARG001
    table = numbers(opened("role", words="software engineer"), "role-cases")
    assert dict(zip(table["program"], table["positions"], strict=True)) == {"LCA": 1, "PERM": None}


def test_a_partial_year_says_so_in_the_table_and_in_its_files(three):  # noqa: ARG001
    test = opened("role", words="software engineer")
    test.button(key="report_role-cases").click().run()
    (kept,) = test.session_state["report"]
    assert kept.table.select("fiscal_year", "partial").rows() == [(2021, "partial"), (2023, "partial")]  # fmt: skip
    assert list(kept.columns.values())[:2] == ["Fiscal year", "Year is"]
    assert numbers(test, "role-cases")["fiscal_year"].to_list() == ["FY2021, partial", "FY2023, partial"]  # fmt: skip


def test_a_year_that_one_program_has_whole_is_partial_of_the_other_alone():
    table = pl.DataFrame({"fiscal_year": [2021, 2021, 2022], "program": ["LCA", "PERM", "PERM"]})
    made = figure.Provenance("", 1, partial={2021: {"perm"}})
    marked, columns = figure._marked(table, {"fiscal_year": "Fiscal year"}, made)
    assert marked["partial"].to_list() == ["", "partial", ""]
    assert columns == {"fiscal_year": "Fiscal year", "partial": "Year is"}


def test_the_cards_of_a_profile_say_of_how_many_and_have_gaps_where_no_year_tells(
    workbook, tmp_path
):
    days = [date(2019, 3, 1)] * 6 + [Y2021] * 6 + [Y2022] * 6
    rows = [case(number=n, decision_date=day, received_date=day) for n, day in enumerate(days)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    test = opened("employer", employer="Example Robotics Inc.")
    said = words(test)
    assert "n = 6 · bars: FY2019, FY2021 to FY2022" in said
    (wage,) = (one for one in test.metric if one.label.startswith("Median offer"))
    trend = list(wage.proto.chart_data)
    assert trend[0] == trend[2] == trend[3] == 120_000
    assert isnan(trend[1])
