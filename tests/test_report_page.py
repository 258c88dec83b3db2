"""The report: what is added under figures, its order and headlines, its files."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from charts import export, theme
from loaders import tables
from loaders.build import build
from pages.parts import downloads, report
from pages.parts.plain import plain, read
from tests.conftest import ROOT, case

ROLE, COUNTS, REPORT = "pages/roles/role.py", "pages/filings/counts.py", "pages/report/report.py"
HOSTILE = "<img src=x onerror=alert(1)> **X** $a$ =CMD() [b](c) :red[d]"


@pytest.fixture
def nurses(workbook, tmp_path):
    nurse = {"job_title": "Registered Nurse", "soc_code_raw": "29-1141"}
    rows = [case(number=n) for n in range(6)] + [case(number=n, **nurse) for n in range(6, 13)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")


def app(page: str, **params: object) -> AppTest:
    test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90)
    for name, value in params.items():
        test.query_params[name] = value
    test.run()  # a page is known by its address once the app has run
    test.switch_page(page).run()
    assert not test.exception
    return test


def headlines(test: AppTest) -> list[str]:
    return [one.value for one in test.text_input if one.key.startswith("headline_")]


def reported(test: AppTest) -> AppTest:
    test.query_params.clear()
    return test.switch_page(REPORT).run()


@pytest.fixture
def two(nurses) -> AppTest:  # noqa: ARG001
    test = app(ROLE, role="Nurse")
    test.button(key="report_role-cases").click().run()
    test.button(key="report_role-seniority").click().run()
    assert not test.exception
    return reported(test)


def test_an_empty_report_says_how_to_fill_it_and_offers_no_file():
    test = app(REPORT)
    assert "Add to report" in "".join(one.value for one in test.markdown)
    assert not test.get("download_button")


def test_what_was_added_is_listed_in_order_each_under_the_title_of_its_figure(two):
    assert headlines(two) == ["Cases by fiscal year and program", "Cases by seniority"]
    assert [one.proto.label for one in two.get("download_button")] == ["PowerPoint", "PDF", "HTML"]


def test_the_answer_of_a_page_stands_below_the_first_of_its_views_alone(two):
    first, second = two.session_state["report"]
    assert first.answer.startswith("7 LCA cases for Nurse, FY2023 (partial); 100.0% of decided")
    assert not second.answer


def test_the_report_says_which_figures_are_pictures_on_slides(nurses):  # noqa: ARG001
    test = app(ROLE, role="Nurse")
    test.button(key="report_role-cases").click().run()
    test.button(key="report_role-wages-seniority").click().run()
    said = [one.value for one in reported(test).caption]
    assert any("bands and rates with" in one for one in said)
    pictured = [one.partition(" · ")[0] for one in said if one.endswith("a picture on its slide")]
    assert pictured == ["Offered wages by seniority"]


@pytest.mark.usefixtures("dark", "nurses")
def test_what_is_kept_on_a_dark_page_is_for_white_paper():
    test = app(ROLE, role="Nurse")
    names = ["role-cases", "role-map", "role-wages-seniority"]
    for name in names:
        test.button(key=f"report_{name}").click().run()
    kept = [one.figure for one in test.session_state["report"]]
    assert len(kept) == len(names)
    assert not any(map(export.is_dark, kept))
    assert theme.LOOKS["program"]["lca"][0] in kept[0].to_json()


def test_views_move_and_leave(two):
    first, second = headlines(two)
    (down, *_) = [one for one in two.button if one.key.startswith("down_")]
    down.click().run()
    assert headlines(two) == [second, first]
    (remove, *_) = [one for one in two.button if one.key.startswith("remove_")]
    remove.click().run()
    assert headlines(two) == [first]
    two.button(key="report_clear").click().run()
    assert not two.exception
    assert headlines(two) == []


def test_the_first_cannot_go_up_and_the_last_cannot_go_down(two):
    ups, downs = (
        [one.disabled for one in two.button if one.key.startswith(way)] for way in ("up_", "down_")
    )
    assert (ups, downs) == ([True, False], [False, True])


def test_a_new_headline_stays_after_a_look_at_another_page(two):
    box = next(one for one in two.text_input if one.key.startswith("headline_"))
    box.set_value(HOSTILE).run()
    two.switch_page(COUNTS).run()
    assert headlines(reported(two))[0] == HOSTILE
    assert two.session_state["report"][0].headline == HOSTILE


def test_the_same_view_is_kept_once_and_another_choice_of_it_is_another_view(nurses):  # noqa: ARG001
    test = app(ROLE, role="Nurse")
    for _ in range(2):
        test.button(key="report_role-cases").click().run()
    assert len(test.session_state["report"]) == 1
    test.query_params["role"] = "Software engineer"
    test.selectbox(key="role").set_value("software-engineer").run()
    test.button(key="report_role-cases").click().run()
    assert [one.title.split(" · ")[1] for one in test.session_state["report"]] == [
        "Nurse",
        "Software engineer",
    ]


def test_a_kept_view_has_its_link_source_and_provenance(nurses):  # noqa: ARG001
    test = app(COUNTS, roles="Nurse")
    test.button(key="report_filing-counts").click().run()
    (one,) = test.session_state["report"]
    assert one.link.endswith("?roles=Nurse")
    assert one.source.startswith("DOL OFLC disclosure data to ")
    assert one.counted == "7 cases of 13; left out 6: of other roles."
    assert one.table["cases"].sum() == 7
    assert not one.sample


def test_what_is_pooled_or_partial_below_a_figure_is_kept_with_it(workbook, tmp_path):
    rows = [case(number=n, decision_date=date(2023, 1, 10)) for n in range(6)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    test = app(COUNTS)
    (below,) = [one.value for one in test.caption if "are partial" in one.value]
    test.button(key="report_filing-counts").click().run()
    (kept,) = test.session_state["report"]
    assert kept.note == read(below)
    assert report.said(kept)["Note"] == kept.note


def test_what_was_kept_of_the_sample_says_so():
    test = app(COUNTS)
    test.button(key="report_filing-counts").click().run()
    (one,) = test.session_state["report"]
    assert one.sample
    assert one.source.startswith("Invented sample data")


def test_under_every_figure_are_its_files_and_no_file_is_made_before_it_is_asked_for(
    nurses,  # noqa: ARG001
    monkeypatch,
):
    def early(*_: object, **__: object) -> bytes:
        raise AssertionError("nobody asked for this file")

    for kind in ("csv", "xlsx", "parquet"):
        monkeypatch.setattr(tables, kind, early)
    test = app(ROLE, role="Nurse")
    labels = [one.proto.label for one in test.get("download_button")]
    charts = len(test.get("plotly_chart"))
    assert charts > 3
    # And tables without a figure, and all the rows.
    assert labels.count("Parquet") == charts + 1
    assert labels.count("CSV") == charts + 2  # the ranking leaves as CSV alone
    assert labels.count("Interactive page") == charts
    assert len([one for one in test.button if one.label == "Add to report"]) == charts


def test_without_a_browser_pictures_are_not_offered_and_the_page_says_why(monkeypatch, tmp_path):
    downloads.pictured.clear()
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    test = app(COUNTS)
    labels = {one.proto.label for one in test.get("download_button")}
    assert "Interactive page" in labels
    assert not {"PNG", "SVG"} & labels
    assert any("plotly_get_chrome" in one.value for one in test.caption)
    test.button(key="report_filing-counts").click().run()
    printed = {one.proto.label: one.proto.disabled for one in reported(test).get("download_button")}
    assert printed == {"PowerPoint": False, "PDF": True, "HTML": False}
    assert any("print it to a file" in one.value for one in test.caption)
    downloads.pictured.clear()


def test_all_rows_are_as_many_as_the_page_says(nurses):  # noqa: ARG001
    test = app(ROLE, role="Nurse")
    labels = [one.proto.popover.label for one in test.get("popover")]
    assert "All rows (7)" in labels


def test_a_headline_reads_as_the_sentence_on_the_page():
    assert read(plain(HOSTILE)) == HOSTILE
    assert read(f"**7** cases for {plain('A*B')} :gray[n = 7]") == "7 cases for A*B n = 7"


def test_a_kept_view_names_what_its_number_leaves_out():
    from analytics.provenance import Provenance  # noqa: PLC0415

    told = report.told(Provenance("*D*", 3, {"role": 2, "program": 0}, ("LCA FY2022",)))
    assert told == {
        "Definition": "D",
        "Counted": "3 cases of 5; left out 2: of other roles.",
        "Files": "LCA FY2022",
    }
