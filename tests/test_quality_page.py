"""The page Quality: where every row went, what was mended, what is told, what agrees with DOL."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from analytics import quality
from charts import quality as charts
from charts.frame import Caption
from loaders import check, lake, releases
from loaders.bucket import publish
from loaders.build import build
from loaders.layouts import layouts
from loaders.sample import lake_in_use
from loaders.schema import Filing
from pages.parts import quality as parts
from tests.conftest import ROOT, case, words

PAGE = "pages/data/quality.py"


def page(**query: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    at.switch_page(PAGE).run()
    assert not at.exception, at.exception
    return at


# ------------------------------------------------------------------------------------------ cells


def frame(rows: list[tuple[str, str, int, str | None, float | None]]) -> pl.LazyFrame:
    schema = {"program": pl.String, "layout": pl.String, "fiscal_year": pl.Int32}
    known = pl.DataFrame(
        rows,
        schema=schema | {"wage_level": pl.String, "annual_wage": pl.Float64},
        orient="row",
    )
    rest = set(Filing.column_names()) - set(known.columns)
    return known.lazy().with_columns(pl.lit(None).alias(name) for name in sorted(rest))


ASKING = {"annual_wage": ["old", "new"], "wage_level": ["old"]}
GROUPS = {"Wage": ("annual_wage",), "Level": ("wage_level",), "Both": ("annual_wage", "wage_level")}
_FORMS = st.sampled_from([("perm", "old", 2023), ("perm", "new", 2024), ("perm", "old", 2024)])
_ROWS = st.lists(
    st.tuples(_FORMS, st.none() | st.just("II"), st.none() | st.just(9e4)).map(
        lambda one: (*one[0], one[1] if one[0][1] == "old" else None, one[2])
    ),
    max_size=30,
)


@given(_ROWS, st.randoms())
def test_every_cell_is_told_blank_or_not_asked_in_any_order_of_the_rows(rows, random):
    found = quality.filled(frame(rows), ASKING, GROUPS).collect()
    assert (found["cells"] == found["told"] + found["blank"] + found["not_asked"]).all()
    assert found.filter(group="Wage")["cells"].sum() == len(rows)
    assert found.filter(group="Both")["cells"].sum() == 2 * len(rows)
    assert found["share"].drop_nulls().is_between(0, 1).all()
    random.shuffle(rows)
    assert quality.filled(frame(rows), ASKING, GROUPS).collect().equals(found)


def test_what_is_not_on_the_form_is_no_blank_cell():
    rows = [("perm", "new", 2024, None, 9e4)] * 6 + [("perm", "old", 2024, None, None)] * 5
    found = quality.filled(frame(rows), ASKING, GROUPS).collect()
    level = found.filter(group="Level").row(0, named=True)
    assert (level["asked"], level["blank"], level["not_asked"], level["share"]) == (5, 5, 6, 0.0)
    wage = found.filter(group="Wage").row(0, named=True)
    assert (wage["told"], wage["blank"], wage["not_asked"]) == (6, 5, 0)


def test_too_few_cells_have_a_count_and_no_share():
    found = quality.filled(frame([("perm", "old", 2024, "I", 9e4)] * 4), ASKING, GROUPS).collect()
    assert found.filter(group="Level")["told"].item() == 4
    assert found.filter(group="Level")["share"].item() is None


def test_the_groups_are_columns_of_a_filing_each_in_one_group():
    named = [one for group in quality.GROUPS.values() for one in group]
    assert sorted(named) == sorted(set(named))
    assert set(named) <= set(Filing.column_names())


def test_each_column_is_asked_by_a_form_and_no_form_that_does_not_ask_gives_it_a_value():
    asking = parts.asking()
    assert all(asking.values())
    assert set().union(*asking.values()) <= {one.id for one in layouts()}
    by_layout = (
        lake.filings(lake_in_use().path)
        .group_by("layout")
        .agg(pl.col(one).count() for one in quality.columns())
        .collect()
    )
    strays = [
        (row["layout"], name)
        for row in by_layout.rows(named=True)
        for name in quality.columns()
        if row[name] and row["layout"] not in asking[name]
    ]
    assert not strays


def test_a_cell_says_100_only_where_nothing_is_missing():
    said = [charts.number(one) for one in (None, 0.0, 0.001, 0.5, 0.9994, 1.0)]
    assert said == ["", "0", "<1", "50", "99+", "100"]


def test_the_heat_table_marks_what_is_not_asked_and_leaves_years_without_a_file_empty():
    rows = [("perm", "old", 2021, "I", 9e4)] * 6 + [("perm", "new", 2024, None, 9e4)] * 6
    found = quality.filled(frame(rows), ASKING, GROUPS).collect()
    figure = charts.filled(found, years=(2021, 2024), caption=Caption("x"))
    heat, rings = figure.data
    assert list(heat.x) == [2021, 2022, 2023, 2024]
    at = dict(zip(heat.y, heat.z, strict=True))
    assert list(at["Level"]) == [1.0, None, None, None]
    assert list(at["Wage"]) == [1.0, None, None, 1.0]
    assert list(zip(rings.x, rings.y, strict=True)) == [(2024, "Level")]


# --------------------------------------------------------------------------------------- the page


def test_the_answer_counts_every_row_of_the_sample():
    at = page()
    table = lake.releases(lake_in_use().path)
    rows, kept = int(table["rows"].sum()), int(table["kept"].sum())
    assert f"#### {rows:,} rows read from {table.height} files: {kept:,} kept" in words(at)
    assert "No total was published" in words(at)
    (chart,) = at.get("plotly_chart")
    assert "heatmap" in {one["type"] for one in json.loads(chart.proto.spec)["data"]}


def test_a_link_opens_one_program_and_one_file():
    said = words(page(program="PERM", file="sample_perm_fy2021"))
    row = lake.releases(lake_in_use().path).filter(release="sample_perm_fy2021").row(0, named=True)
    assert f"#### {row['rows']:,} rows read from 1 file" in said
    assert "asks for file" not in said
    assert "asks for file nonsense" in words(page(file="nonsense"))


def test_refused_rows_are_told_by_rule_and_leave_without_names(workbook, tmp_path):
    rows = [
        *(case(number=n) for n in range(6)),
        case(case_number="Jane Q. Public", status_raw="jane@example.org", employer_name="Jane"),
        case(case_number=None, employer_name="Jane Public"),
    ]
    workbook("a.xlsx", "lca/2020", rows, add=["BRAND_NEW"])
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(page())
    assert "8 rows read from 1 file: 6 kept as cases, 2 refused" in said
    assert "A row with content has a case number." in said
    assert "BRAND_NEW" in said
    taken = parts.taken(tmp_path / "lake", lake.releases(tmp_path / "lake")["release"].to_list())
    assert taken["rule"].to_list() == ["case-number-malformed", "case-number-missing"]
    assert taken["row"].to_list() == [8, 9]
    assert "jane" not in taken.write_csv().lower()
    assert taken["status_raw"].to_list() == [None, "Certified"]


# ---------------------------------------------------------------------------------------- totals


@pytest.fixture
def registered(monkeypatch, tmp_path, workbook) -> Path:
    """A lake of five cases in a file that the registry knows, and a published total of five."""
    days = {"received_date": date(2022, 10, 20), "decision_date": date(2022, 10, 27)}
    workbook("a.xlsx", "lca/2020", [case(number=n, **days) for n in range(5)])
    build(tmp_path / "raw", tmp_path / "lake")
    name = lake.releases(tmp_path / "lake")["release"].item()
    one = releases.Release(name, "lca", 2023, 1, ("https://www.dol.gov/a.xlsx",))
    monkeypatch.setattr(releases, "releases", lambda: [one])
    monkeypatch.setattr(releases, "select", lambda **_: [one])
    shutil.copy(check.DATA / "counted_as.csv", tmp_path)
    monkeypatch.setattr(check, "DATA", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("rows", "said"), [(5, 0), (7, 1)])
def test_a_file_with_other_rows_than_the_registry_knows_is_named(
    registered, monkeypatch, rows, said
):
    one = replace(releases.releases()[0], rows=rows)
    monkeypatch.setattr(releases, "releases", lambda: [one])
    found = [finding.text for finding in check.editions(lake.releases(registered / "lake"))]
    assert len(found) == said
    assert all("5 rows, 7 in the registry (-2): another edition" in text for text in found)


def published(folder: Path, *rows: str) -> pl.DataFrame:
    head = "program,fiscal_year,counted,status,cases,source"
    (folder / "expected_counts.csv").write_text("\n".join([head, *rows]), "utf-8")
    return check.compared(folder / "lake")


@pytest.mark.parametrize("counted", ["files", "lake"])
def test_a_total_agrees_or_says_why_not(registered, counted):
    found = published(
        registered,
        f"lca,2023,{counted},any,5,DOL",
        f"lca,2023,{counted},certified,4,DOL",
        f"lca,2023,{counted},denied,0,DOL",
    )
    assert found["here"].to_list() == [5, 5, 0]
    assert found["difference"].to_list() == [0, 1, 0]
    assert found["wrong"].to_list() == [False, True, False]
    assert [why is None for why in found["why"]] == [True, False, True]
    said = parts.agreement(found)
    assert said == "2 of 3 totals agree to the case; 1 are wrong by more than one in a thousand."


@pytest.fixture
def waiting(registered, monkeypatch) -> Path:
    """The same lake, where the registry knows a second quarter and a later year, not loaded."""
    one = releases.select()[0]
    others = [
        releases.Release("Q2", "lca", 2023, 2, ("https://www.dol.gov/b.xlsx",), rows=7),
        releases.Release("Later", "lca", 2024, None, ("https://www.dol.gov/c.xlsx",)),
    ]
    monkeypatch.setattr(releases, "select", lambda **_: [one, *others])
    return registered


def test_a_total_that_needs_missing_files_is_compared_and_names_them(waiting):
    found = published(waiting, "lca,2023,files,any,12,DOL", "lca,2023,lake,any,4,DOL")
    assert found["difference"].to_list() == [-7, 1]
    assert found["why"].to_list() == [
        "not loaded: Q2 (7 rows)", "newer decisions would move cases on; not loaded: Later",
    ]  # fmt: skip
    assert not found["wrong"].any()
    assert parts.agreement(found) == (
        "0 of 2 totals agree to the case; 2 differ by what files hold that are not loaded."
    )


def test_more_cases_than_the_whole_year_has_are_wrong_though_files_are_missing(waiting):
    found = published(waiting, "lca,2023,files,any,3,DOL")
    assert (found["difference"].item(), found["wrong"].item()) == (2, True)


@pytest.mark.parametrize(("cases", "wrong"), [(7, False), (8, True)])
def test_refused_rows_explain_as_many_cases_and_no_more(registered, workbook, cases, wrong):
    footers = [case(case_number=f"Total {n}") for n in range(2)]
    workbook("a.xlsx", "lca/2020", [*(case(number=n) for n in range(5)), *footers])
    build(registered / "raw", registered / "lake")
    found = published(registered, f"lca,2023,files,any,{cases},DOL")
    assert found["wrong"].item() == wrong
    assert (found["why"].item() == "2 rows of its files refused") == (not wrong)


def test_what_newer_files_decided_anew_is_named(registered, workbook, monkeypatch):
    workbook("b.xlsx", "lca/2024", [case(number=1, decision_date=date(2023, 12, 1))])
    build(registered / "raw", registered / "lake")
    later = releases.Release("b", "lca", 2024, 1, ("https://www.dol.gov/b.xlsx",))
    monkeypatch.setattr(releases, "select", lambda **_: [releases.releases()[0], later])
    found = published(registered, "lca,2023,lake,any,5,all years; to FY2023 Q4")
    assert found["why"].to_list() == ["decided anew since: b", "no total of it is known"]
    assert not found["wrong"].any()


def test_every_year_of_the_lake_is_compared_or_said_not_to_be(registered):
    found = published(registered, "lca,1999,lake,any,5,DOL")
    assert found.select("fiscal_year", "here", "published").rows() == [(2023, 5, None)]
    (finding,) = check._counts(registered / "lake")
    assert str(finding) == "note: LCA FY2023 any: 5 cases, not compared: no total of it is known."


def test_a_total_of_the_files_is_not_compared_where_they_stayed_with_their_builder(
    registered, bucket
):
    publish(registered / "lake", bucket)
    published(registered, "lca,2023,files,any,5,DOL", "lca,2023,lake,any,5,DOL")
    found = check.compared(bucket)
    assert found["here"].to_list() == [None, 5]
    assert found["why"][0] == "not compared, the staged files are not beside this lake"
