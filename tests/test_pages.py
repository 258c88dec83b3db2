"""Every page of the dashboard, run on the sample and on lakes made for the test."""

import base64
import json
import re
import struct
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from loaders import lake, sample
from loaders.build import build
from pages.parts import filters
from tests.conftest import ROOT, as_filed, case, headers_of, layout, words, write

TABLE = (ROOT / "dashboard.py").read_text("utf-8")
PAGES = sorted(f"pages/{file}" for file in re.findall(r'\("([\w/]+\.py)"', TABLE))


COUNTS = "pages/filings/counts.py"


def app(page: str = COUNTS, **params: object) -> AppTest:
    test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90)
    for name, value in params.items():
        test.query_params[name] = value
    return test.run().switch_page(page).run()


def test_pages_holds_folders_only():
    assert not list((ROOT / "pages").glob("*.py")), "a loose page breaks deep links"


def test_every_page_file_is_registered():
    files = {p.relative_to(ROOT).as_posix() for p in (ROOT / "pages").glob("*/*.py")}
    assert set(PAGES) == {p for p in files if not p.startswith("pages/parts/")}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_on_the_sample_and_says_that_it_is_one(page):
    test = app(page)
    assert not test.exception
    assert "Sample data." in words(test)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("manifest", ['{"format": 4}', "{"], ids=["earlier", "damaged"])
def test_a_lake_that_cannot_be_read_says_why_and_offers_to_build_it_again(page, manifest, tmp_path):
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake/current.json").write_text(manifest)
    test = app(page)
    assert not test.exception
    assert "python -m loaders build" in words(test)
    assert test.button(key="load_start").label == "Download from DOL and load"


def test_the_sample_is_built_once_and_is_not_the_users_lake(tmp_path):
    first = sample.lake_in_use()
    assert first.is_sample
    assert sample.lake_in_use().version == first.version
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("step", lake.makers())
def test_the_sample_is_built_anew_when_a_step_of_its_making_changed(step, tmp_path, monkeypatch):
    one = layout("lca/2020")
    write(tmp_path / "sample/raw/a.xlsx", headers_of(one), as_filed(one, [case()]))
    monkeypatch.setattr(sample, "SAMPLE_RAW", tmp_path / "sample/raw")
    first, made = sample.lake_in_use(), lake.manifest(sample.lake_in_use().path)
    older = made | {"makers": made["makers"] | {step: "an older one"}}
    (first.path / "current.json").write_text(json.dumps(older))
    assert lake.manifest(sample.lake_in_use().path)["makers"] == lake.makers()


def test_a_partial_year_says_so_in_both_tables_and_only_of_its_program(workbook, tmp_path):
    days = [date(2022, 11, 1), date(2023, 2, 1), date(2023, 5, 1), date(2023, 9, 20)]
    workbook("a.xlsx", "lca/2020", [case(number=n, decision_date=days[n % 4]) for n in range(8)])
    workbook("b.xlsx", "perm/2020", [case("perm", n) for n in range(8)])
    build(tmp_path / "raw", tmp_path / "lake")
    rates, behind = (one.value for one in app().dataframe[-2:])
    assert dict(zip(rates["program"], rates["fiscal_year"], strict=True)) == {
        "LCA": "FY2023", "PERM": "FY2023 (partial)",
    }  # fmt: skip
    assert list(behind["fiscal_year"]) == ["FY2023 (partial)"]


def test_too_few_cases_give_a_count_and_no_rate(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [case(number=n) for n in range(3)])
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app())
    assert "3 LCA cases, FY2023 (partial)" in said
    assert "not enough to rate (3 decided)" in said


def test_of_cases_chosen_by_their_decision_there_is_no_rate():
    said = words(app(status="Denied"))
    assert re.search(r"#### [\d,]+ cases: .*: denied", said)
    assert "Certified of decided" not in said
    assert "How DOL decided" not in said


def test_a_link_opens_the_view_it_was_copied_from():
    said = words(app(program="PERM", title="engineer"))
    assert re.search(r"#### [\d,]+ PERM cases", said)
    assert "“engineer” in the title" in said.replace("\\", "")


def test_a_link_means_the_same_in_small_and_capital_letters():
    for program, status, by in (("perm", "denied", "month"), ("PERM", "Denied", "Month")):
        test = app(program=program, status=status, by=by)
        assert test.session_state["status"] == ["denied"]
        assert "asks for" not in words(test)
        assert test.session_state["by"] == "Month"


def test_a_role_narrows_the_counts_to_its_cases_whatever_their_code(workbook, tmp_path):
    nurse = {"job_title": "Registered Nurse", "soc_code_raw": "29-1141"}
    rows = [case(number=n) for n in range(6)] + [case(number=n, **nurse) for n in range(6, 13)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(roles="Nurse"))
    assert "7 LCA cases" in said
    assert "\nNurse" in said


def test_a_value_that_the_lake_has_not_is_named():
    said = words(app(state="Atlantis", occupation="99-9999 Nobody", roles="Astronaut"))
    assert "asks for roles Astronaut" in said
    assert "asks for state Atlantis" in said
    assert "asks for occupation 99-9999 Nobody" in said


def test_years_and_views_that_the_page_has_not_are_named():
    said = words(app(years=["FY2008", "FY2009"], by="Week", colour="blue"))
    assert "asks for years FY2009" in said
    assert "asks for bars by Week" in said
    assert "asks for bars coloured by blue" in said


def test_years_without_a_case_can_be_widened_with_one_click():
    test = app(program="PERM", years=["FY2008", "FY2014"])
    assert "No PERM file of FY2008 to FY2014 is loaded, so nothing is known" in words(test)
    test.button(key="drop_years").click().run()
    assert re.search(r"#### [\d,]+ PERM cases", words(test))


def test_a_lake_that_was_built_again_shows_its_new_numbers(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [case(number=n) for n in range(6)])
    build(tmp_path / "raw", tmp_path / "lake")
    test = app()
    assert "6 LCA cases, FY2023" in words(test)
    more = [
        case(number=n, decision_date=date(2024, 2, 1), worksite_state="CA") for n in range(6, 16)
    ]
    workbook("b.xlsx", "lca/2020", more)
    build(tmp_path / "raw", tmp_path / "lake")
    test.run()
    assert "16 LCA cases, FY2023 to FY2024" in words(test)
    assert "California" in test.multiselect(key="state").options


def test_a_picture_of_the_sample_says_that_it_is_one_and_what_it_shows():
    layout = _figure(app(title="engineer", by="Quarter"))["layout"]
    assert "SAMPLE DATA" in [note["text"] for note in layout["annotations"]]
    assert "Invented sample data to 30 Jun 2025" in layout["xaxis"]["title"]["text"]


def test_no_case_that_fits_offers_to_loosen_a_filter():
    test = app(title="zeppelin", program="PERM")
    assert "No case fits" in words(test)
    test.button(key="drop_title").click().run()
    assert re.search(r"#### [\d,]+ PERM cases", words(test))


def test_markup_in_a_title_search_is_shown_as_text(workbook, tmp_path):
    workbook(
        "a.xlsx", "lca/2020", [case(number=n, job_title="**Bold** <b>x</b> $a$") for n in range(5)]
    )
    build(tmp_path / "raw", tmp_path / "lake")
    said = [one.value for one in app(title="**Bold**").caption]
    assert any(r"“\*\*Bold\*\*” in the title" in one for one in said)


@pytest.mark.parametrize("by", ["Quarter", "Month"])
def test_bars_of_the_page_add_up_to_its_sentence(workbook, tmp_path, by):
    days = [date(2022, 11, 1), date(2023, 2, 1), date(2023, 5, 1), date(2023, 8, 1)]
    rows = [case(number=n, decision_date=days[n % 4]) for n in range(40)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    test = app(by=by)
    chart = _figure(test)
    bars = [trace for trace in chart["data"] if trace["type"] == "bar"]
    assert sum(y or 0 for trace in bars for y in _values(trace["y"])) == 40
    assert "40 LCA cases" in words(test)


def test_what_lcas_ask_workers_for_is_told_of_the_forms_that_ask(workbook, tmp_path):
    asked = {
        "total_workers": 3,
        "new_employment": 1,
        "continued_employment": 2,
        "change_employer": 0,
    }
    workbook("a.xlsx", "lca/2020", [case(number=n, **asked) for n in range(5)])
    build(tmp_path / "raw", tmp_path / "lake")
    table = next(one.value for one in app().dataframe if "continued" in one.value.columns)
    assert table.to_dict("list") == {
        "fiscal_year": [2023], "cases": [5], "positions": [15], "new": [5], "continued": [10],
        "changed": [0],
    }  # fmt: skip
    assert "Change of employer" not in words(app(program="PERM"))


def _figure(test: AppTest) -> dict:
    (chart,) = test.get("plotly_chart")
    return json.loads(chart.proto.spec)


def _values(y: object) -> list[float]:
    if isinstance(y, list):
        return y
    size = {"i1": "b", "i2": "h", "i4": "i", "f8": "d", "u1": "B", "u2": "H", "u4": "I"}[y["dtype"]]
    raw = base64.b64decode(y["bdata"])
    found = struct.unpack(f"<{len(raw) // struct.calcsize(size)}{size}", raw)
    return [0 if one != one else one for one in found]  # noqa: PLR0124 - NaN


def test_a_link_may_name_states_by_two_letters_and_years_by_their_number():
    said = {"state": ["wy", "Texas"], "years": ["2022", "FY2024"], "role": ["nurse"]}
    assert filters.spelled("employers", said) == {
        "state": ["Wyoming", "Texas"],
        "years": ["FY2022", "FY2024"],
        "roles": ["Nurse"],
    }
