"""The pages of employers and listings, on small lakes."""

import re
from datetime import UTC, datetime

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from loaders import choices, match
from loaders.build import build
from loaders.index import Index
from pages.parts import evidence, listed
from pages.parts.filed_role import Role
from pages.parts.plain import day
from tests.conftest import ROOT, case
from tests.test_pages import words

GENERIC = "Golden Dragon Restaurant, Inc."


@pytest.fixture
def page(lake_of, tmp_path, monkeypatch):
    monkeypatch.setenv("FILINGS_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("FILINGS_CHOICES", str(tmp_path / "choices.csv"))
    filed = [("META PLATFORMS, INC.", "CA")] * 6 + [("Facebook, Inc.", "CA")] * 3
    filed += [(GENERIC, "TX")] * 13 + [(GENERIC, "NY")] * 12
    rows = [
        case(number=n, employer_name=name, employer_state=state, worksite_state=state)
        for n, (name, state) in enumerate(filed)
    ]
    rows[0] |= {"worksite_state": "NY", "job_title": "Data Scientist"}
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("lca/2024", rows))))

    def opened(file: str, **params: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90)
        test.run()
        for name, value in params.items():
            test.query_params[name] = value
        test.switch_page(f"pages/employers/{file}.py").run()
        assert not test.exception
        return test

    return opened


def test_the_employer_page_counts_a_name_that_two_employers_have_once(page):
    assert (
        "3 employers, those of one brand counted as one, under 3 filed names, LCA FY2023"
        in words(page("employer"))
    )


def test_an_employer_is_shown_under_the_name_that_people_use_with_the_reason(page):
    said = words(page("employer", employer="facebook"))
    assert "Meta: 9 LCA cases" in said.replace("\\", "")
    assert "what people call it" in said


def test_the_names_behind_an_employer_are_one_click_away(page):
    test = page("employer", employer="Meta")
    (behind,) = [one for one in test.expander if one.label.startswith("Who that is")]
    assert behind.label == "Who that is: 2 filed names, 2 employers, and why"
    (names,) = [pl.DataFrame(one.value) for one in behind.dataframe]
    assert set(names["employer_name"]) == {"META PLATFORMS, INC.", "Facebook, Inc."}
    said = dict(names.select("employer_name", "listed").rows())
    assert said["Facebook, Inc."] == "is FACEBOOK, on Meta's reviewed list"
    assert names["employer"].null_count() == 0


def metrics(test) -> list[tuple[str, str]]:
    return [(one.label, one.value) for one in test.metric]


def test_the_titles_with_the_words_stand_beside_all_roles(page):
    test = page("employer", employer="Meta")
    test.text_input(key="title").set_value("engineer").run()
    assert "8 of 9 cases" in words(test).replace("*", "")
    assert [one.value for one in test.metric if one.label == "LCA cases"] == ["8", "9"]
    assert "##### All roles" in words(test)
    assert "##### “engineer” in the title" in words(test)


def chosen(page, title: str, text: str = "") -> AppTest:
    """My listings with one listing of Meta, which is ticked."""
    test = page("listings")
    table = f"company,title,description\nMeta,{title},{text}\n".encode()
    test.file_uploader(key="listing_files").set_value([("a.csv", table, "text/csv")]).run()
    test.session_state[listed.key([0])] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    test.run()
    assert not test.exception
    return test


def shortlisted(test):
    """The shortlist as it is shown."""
    (table,) = [one.value for one in test.dataframe if "who" in one.value.columns]
    return table


def role_box(test):
    (box,) = [one for one in test.selectbox if one.label == "Role"]
    return box


def test_the_roles_that_an_employer_files_for_are_offered_with_their_counts(page):
    test = page("employer", employer="Meta")
    assert role_box(test).options == [
        "All roles: 9 cases", "Software engineer: 8", "Data scientist: 1",
    ]  # fmt: skip
    role_box(test).select_index(1).run()
    assert not test.exception
    assert [one.value for one in test.metric if one.label == "LCA cases"] == ["8", "9"]
    assert "8 of 9 cases have the role Software engineer." in words(test).replace("*", "")
    assert test.query_params["role"] == "software-engineer"


def test_a_link_asks_for_a_role_and_for_none_that_there_is_not(page):
    test = page("employer", employer="Meta", role="data-scientist")
    assert role_box(test).value == Role("data-scientist")
    assert role_box(page("employer", employer="Meta", role="wizard")).value == Role()


def test_the_history_beside_a_listing_is_of_its_role(page):
    test = chosen(page, "Data Scientist II")
    assert role_box(test).value == Role("data-scientist")
    assert "1 of 9 cases has the role Data scientist." in words(test).replace("*", "")
    test = chosen(page, "Staff Nurse")
    assert role_box(test).options[-1] == "Nurse: no case"
    assert "No case here is of the role *Nurse*" in words(test)
    assert ("LCA cases", "9") in metrics(test)


def test_an_internship_leads_to_the_full_time_role_and_says_so(page):
    test = chosen(page, "Software Engineering Intern")
    assert "An internship: the history is that of the full-time role" in words(test)
    assert role_box(test).value == Role("software-engineer")
    assert "An internship" not in words(chosen(page, "Data Scientist"))


def test_a_title_that_tells_no_role_gives_its_words(page):
    test = chosen(page, "Interplanetary Wizard")
    assert role_box(test).value == Role(words="Interplanetary Wizard")
    assert ("LCA cases", "9") in metrics(test)


def test_what_a_listing_says_of_visas_stands_beside_the_answer(page):
    test = chosen(page, "Data Scientist", "We do not sponsor visas.")
    assert shortlisted(test)["visas"].to_list() == ["Says no"]
    assert shortlisted(test)["note"][0].startswith("Says no sponsorship: “We do not sponsor visas")
    assert "Visas in the listing: **says no**. “We do not sponsor visas" in words(test).replace(
        "\\", ""
    )


def test_words_that_no_title_has_are_said_to_find_nothing_and_all_roles_are_shown(page):
    test = page("employer", employer="Meta")
    test.text_input(key="title").set_value("software chemist").run()
    assert "No case of this employer" in words(test)
    assert "each word alone: *software* 8, *chemist* 0" in words(test)
    assert ("LCA cases", "9") in metrics(test)


def test_a_listing_whose_title_nobody_filed_still_shows_its_employer(page):
    test = page("employer", employer="Meta", title="Interplanetary Wizard II")
    assert ("LCA cases", "9") in metrics(test)


def test_the_state_of_the_job_narrows_the_history_only_where_it_is_asked_to(page):
    test = page("employer", employer="Meta", **{"in": "New York"})
    assert ("LCA cases", "9") in metrics(test)
    toggle = next(one for one in test.toggle if one.label.startswith("Only worksites"))
    assert toggle.label == "Only worksites in New York: 1 of 9 cases"
    toggle.set_value(True).run()
    assert ("LCA cases", "1") in metrics(test)


def test_a_state_that_a_link_makes_up_is_named(page):
    assert "The link asks" not in words(page("employer", employer="Meta", **{"in": "Texas"}))
    assert "the state Nowhere" in words(page("employer", employer="Meta", **{"in": "Nowhere"}))


def test_an_ambiguous_name_is_asked_and_the_choice_is_remembered(page):
    test = page("employer", employer=GENERIC)
    assert "which one is meant" in words(test)
    test.radio[0].set_value(1).run()
    test.button(key="remember").click().run()
    assert choices.kept()["employer_id"].to_list() == ["golden-dragon-restaurant--ny"]
    test = page("employer", employer=GENERIC)
    assert f"Your choice, of {day(datetime.now(tz=UTC).astimezone().date())}" in words(test)
    test.button(key="forget").click().run()
    assert choices.kept().is_empty()
    assert "which one is meant" in words(test)


def test_a_choice_can_be_changed(page):
    choices.choose(GENERIC, None, None, "golden-dragon-restaurant--ny")
    test = page("employer", employer=GENERIC)
    next(one for one in test.toggle if one.label == "Change").set_value(True).run()
    test.radio[0].set_value(0).run()
    test.button(key="remember").click().run()
    assert choices.kept()["employer_id"].to_list() == ["golden-dragon-restaurant"]
    assert not test.radio


def test_a_choice_that_the_loaded_files_do_not_know_is_told_and_none_observed_is_not(page):
    choices.choose("Meta", None, None, "meta-of-other-files")
    said = words(page("employer", employer="Meta"))
    assert "means an employer that the loaded files do not have" in said
    assert "none observed" not in said


def test_none_of_these_is_an_answer_that_is_remembered(page):
    test = page("employer", employer=GENERIC)
    test.radio[0].set_value(test.radio[0].options.index("None of these")).run()
    test.button(key="remember").click().run()
    said = words(test)
    assert "none observed" in said
    assert "Your choice, of" in said
    assert "none of the candidates" in said


def test_a_match_can_be_said_to_be_somebody_else(page):
    test = page("employer", employer="Meta")
    test.toggle[0].set_value(True).run()
    test.radio[0].set_value(len(test.radio[0].options) - 1).run()
    test.button(key="remember").click().run()
    assert "none observed" in words(test)


@pytest.mark.parametrize("typed", ["Golde", "Golden Dragon Rest", "Faceb"])
def test_an_unfinished_name_is_asked_about_and_not_said_to_be_absent(typed, page):
    test = page("employer", employer=typed)
    assert re.search("which one is meant|is this one meant", words(test))
    assert "none observed" not in words(test)
    assert len(set(test.radio[0].options)) == len(test.radio[0].options)


def test_a_candidate_says_which_filed_name_fits_and_stands_once(page):
    options = page("employer", employer="Facebo").radio[0].options
    assert [one.replace("\\", "") for one in options] == [
        "Meta (takes in Facebook), Austin, CA: 9 LCA cases in all",
        "None of these",
    ]


def test_none_observed_names_the_nearest_and_is_no_proof(page):
    test = page("employer", employer="Golden Dragoness Brewery")
    said = words(test)
    assert "none observed" in said
    assert "no proof that it never filed" in said


@pytest.mark.parametrize(
    "name", ["", "   ", "<script>alert(1)</script>", "[x](http://y)", "字节", "'; DROP"]
)
def test_any_text_leaves_the_employer_page_whole(name, page):
    page("employer", employer=name)


def test_pasted_names_are_joined_to_their_history(page):
    test = page("listings")
    test.text_area(key="listing_text").set_value(f"Meta\n{GENERIC}\nZubrowka Robotics").run()
    assert not test.exception
    assert "3 listings: 1 rated · 1 none observed · 1 not settled" in words(test)
    assert shortlisted(test)["who"].to_list() == [
        "Meta (2 spellings)",
        "None observed",
        "Not settled",
    ]


def test_text_that_is_no_listing_is_said_to_be_none(page):
    test = page("listings")
    test.text_area(key="listing_text").set_value("<html><body></body></html>").run()
    assert not test.exception
    assert test.error or test.warning or "listing" in words(test)


def test_a_file_that_cannot_be_read_is_named_as_the_person_named_it(page):
    test = page("listings")
    files = [
        ("my jobs.csv", b"company\nMeta\n", "text/csv"),
        ("nothing.csv", b"", "text/csv"),
        ("odd.csv", b"a,b\n1,2\n", "text/csv"),
    ]
    test.file_uploader(key="listing_files").set_value(files).run()
    said = [one.value.replace("\\", "") for one in test.error]
    assert said[0].startswith("nothing.csv: the file is empty.")
    assert said[1].startswith("odd.csv")
    assert shortlisted(test)["listing"].to_list() == ["Meta"]


def test_a_program_without_a_file_is_named_once_and_given_no_number(page):
    test = page("listings")
    test.text_area(key="listing_text").set_value(f"Meta\n{GENERIC}").run()
    assert words(test).count("No PERM file is loaded") == 1
    table = test.dataframe[0]
    assert "perm" not in table.proto.column_order
    assert list(table.proto.column_order)[:3] == ["place", "listing", "who"]


def test_choices_are_listed_and_a_file_that_is_none_is_named(page, tmp_path):
    choices.choose("Golden Dragon", "TX", None, "golden-dragon-restaurant")
    test = page("listings")
    assert "Your choices: 1 name" in [one.label for one in test.expander]
    assert test.dataframe[0].value["means"].to_list() == [GENERIC]
    (tmp_path / "choices.csv").write_text("a,b\n1,2\n")
    assert "is no table of choices" in page("employer", employer="Meta").error[0].value


def test_a_dated_entry_of_a_brands_list_is_shown_with_its_date(workbook, tmp_path):
    named = {"employer_name": "Countrywide Home Loans, Inc.", "employer_state": "CA"}
    workbook("a.xlsx", "lca/2024", [case(number=n, **named) for n in range(3)])
    build(tmp_path / "raw", tmp_path / "lake")
    index = Index(tmp_path / "lake")
    ids = index.employers["employer_id"].to_list()
    (said,) = evidence.placed(index, "bank-of-america", ids)["listed"].to_list()
    assert said == (
        "is COUNTRYWIDE HOME LOANS, on Bank of America's reviewed list, from 1 Jul 2008"
    )


def test_of_names_that_begin_so_the_very_name_stands_first(workbook, tmp_path):
    filed = ["Zubrowka LLC"] * 2 + ["Zubrowkana Holdings LLC"] * 9 + ["Zubrowka Mills LLC"] * 4
    rows = [case(number=n, employer_name=name) for n, name in enumerate(filed)]
    workbook("a.xlsx", "lca/2024", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    found = match.beginning("Zubrowka", Index(tmp_path / "lake"))
    assert found["label"].to_list() == [
        "Zubrowka LLC", "Zubrowkana Holdings LLC", "Zubrowka Mills LLC",
    ]  # fmt: skip
    assert match.beginning("", Index(tmp_path / "lake")).is_empty()


def test_a_choice_of_none_decides_the_command_lines_table_too(workbook, tmp_path):
    workbook("a.xlsx", "lca/2024", [case(number=n) for n in range(3)])
    build(tmp_path / "raw", tmp_path / "lake")
    index = Index(tmp_path / "lake")
    asked = pl.DataFrame({"listing_name": ["Example Robotics", None, "!!!"]})
    none = {"listing_name": "EXAMPLE ROBOTICS", **dict.fromkeys(list(choices.CHOICES)[1:])}
    refused = pl.DataFrame([none], schema=choices.CHOICES)
    found = match.decided(asked, index, refused)
    assert found["decision"].to_list() == ["none"] * 3
    assert found["employer_ids"].to_list() == [None] * 3
    assert "a person chose" in found["evidence"][0]
    assert "a person chose" not in found["evidence"][1]
    whole = match.match(asked, index)
    assert match.decided(asked, index, refused.clear()).equals(whole)
