"""The shortlist on the page My listings: steps, table, opened row, files that travel."""

import io
import json
from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from analytics import counts
from charts import listings as charts
from charts.frame import Caption
from loaders import choices, kept_listings, lake, listings, match, tables
from loaders.facts import weights
from loaders.index import Index, in_words
from loaders.listing_files import of_text
from loaders.releases import years_said
from loaders.sample import lake_in_use
from pages.parts import listed, listing, shortlist, taken
from pages.parts.shortlist import Years
from tests.conftest import ROOT, case, figures, words

HOSTILE = ['=CMD|"/C calc"!A0', "+1 Example", "@sum Example", "<img src=x>", "**Bold** $a$ [x](y)"]
ML = {"job_title": "Machine Learning Engineer", "soc_code_raw": "15-1221"}


@pytest.fixture
def page(lake_of, tmp_path, monkeypatch):
    monkeypatch.setenv("FILINGS_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("FILINGS_CHOICES", str(tmp_path / "choices.csv"))
    filed = [("META PLATFORMS, INC.", "CA", {})] * 8 + [("META PLATFORMS, INC.", "CA", ML)] * 3
    filed += [("Zubrowka Mills LLC", "TX", {})] * 6 + [("Zubrowka Foods LLC", "NY", {})] * 6
    rows = [
        case(number=n, employer_name=name, employer_state=state, worksite_state=state,
             wage_from=100_000 + 1000 * n, **more)
        for n, (name, state, more) in enumerate(filed)
    ]  # fmt: skip
    rows[0] |= {"status_raw": "Denied"}
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("lca/2024", rows))))

    def opened(given: str | bytes = "", name: str = "a.csv", **params: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90).run()
        for key, value in params.items():
            test.query_params[key] = value
        test.switch_page("pages/employers/listings.py").run()
        content = given.encode() if isinstance(given, str) else given
        if content:
            test.file_uploader(key="listing_files").set_value([(name, content, "")]).run()
        assert not test.exception
        return test

    return opened


LIST = """company,title,location,salary,description
Meta,Software Engineer,"Menlo Park, CA","$90,000 - $104,000 a year",
Meta,Machine Learning Engineer,"Menlo Park, CA",,We are unable to sponsor visas for this position.
Meta,Registered Nurse,"Menlo Park, CA",,
Meta,Interplanetary Wizard,,,
Zubrowka,Software Engineer,,,
Nobody & Sons,Software Engineer,,,
Meta,Software Engineer,"Paris, France",,
,Software Engineer,,,
"""


def shown(test: AppTest) -> pl.DataFrame:
    (table,) = [one.value for one in test.dataframe if "who" in one.value.columns]
    return pl.from_pandas(table)


def test_each_answer_is_told_from_the_others(page):
    test = page(LIST)
    assert (
        "8 listings: 1 rated · 1 unrated (fewer than 5 cases) · 1 with cases of other roles only"
        " · 1 none observed · 1 not settled · 2 unclear · 1 outside the US"
    ) in words(test)
    notes = dict(shown(test).select("title", "note").rows())
    assert notes["Registered Nurse"] == "None observed for this role; 11 cases of others"
    assert notes["Interplanetary Wizard"] == "The title tells no role; 11 cases of all roles"
    said = shown(test).filter(pl.col("note").str.contains("Unrated"))
    assert said["note"].item().startswith("Says no sponsorship: “We are unable to sponsor")
    assert "3 cases are not enough to rate" in said["note"].item()


def test_an_employer_that_filed_for_other_roles_alone_is_no_one_that_nobody_knows(page):
    table = shown(page(LIST)).select("listing", "title", "who", "cases").rows()
    who, other = "Meta: 11 cases, all of other roles", "None observed"
    assert ("Meta", "Registered Nurse", who, None) in table
    assert ("Nobody & Sons", "Software Engineer", other, None) in table
    file = taken.exported(ranked(LIST), YEARS).with_columns(pl.col("answer").cast(pl.String))
    said = file.select("listing_name", "answer", "cases_for_all_roles").rows()
    assert ("Meta", "other roles only", 11) in said
    assert ("Nobody & Sons", "none observed", None) in said


def test_the_file_has_a_score_of_the_rated_alone_and_the_pay_of_a_year(page):
    page(LIST)
    file = taken.exported(ranked(LIST + 'Meta,Software Engineer,,"$50 an hour",\n'), YEARS)
    assert set(file.drop_nulls("score")["answer"].cast(pl.String)) == {"rated"}
    assert "unrated" in file["answer"].cast(pl.String).to_list()
    (hourly,) = file.filter(pay_unit="Hour").select("pay_low", "annual_pay_low").rows()
    assert hourly == (50, 104_000)


def test_sentences_of_one_listing_are_of_one(page):
    one = page('company,title,location\nMeta,Software Engineer,"Menlo Park, CA"\n')
    assert "is the only one that is rated" in words(one)
    row = {"answer": "unrated", "cases": 1, "decision": "", "listing_role": None, "note": None}
    row |= {"visa_says": None, "internship": False, "listing_seniority": None, "copies": 1}
    row |= {"title_words": None, "evidence": "outside the US: no LCA or PERM is filed for it"}
    assert listing.notes(row) == ["Unrated: 1 case is not enough to rate"]
    assert listing.notes(row | {"answer": "outside the US"}) == [
        "Outside the US: no LCA or PERM is filed for it"
    ]


def test_an_employer_is_shown_with_its_cases_though_the_title_tells_no_role(page):
    (found,) = shown(page("company,title\nMeta,Interplanetary Wizard\n")).rows(named=True)
    assert (found["cases"], found["last"] is not None) == (11, True)
    assert found["note"] == "The title tells no role; 11 cases of all roles"


def test_the_rated_stand_first_and_what_is_not_rated_has_no_score_rate_or_rank(page):
    table = shown(page(LIST))
    assert table["place"].to_list() == [1, *[None] * 7]
    assert table["score"].null_count() == table["rate"].null_count() == 7
    assert table["rate"][0] == pytest.approx(100 * 7 / 8)
    assert (table["cases"][0], table["decided"][0]) == (8, 8)


def test_a_name_that_several_fit_is_settled_on_the_page_and_then_ranked(page):
    test = page(LIST)
    assert [one.label for one in test.expander if "need" in one.label] == [
        "**2 Settle**: 1 name needs you"
    ]
    (box,) = [one for one in test.radio if "Mills" in " ".join(one.options)]
    box.set_value(0).run()
    test.button(key="settle").click().run()
    assert not test.exception
    assert choices.kept().height == 1
    assert "2 rated" in words(test)
    assert "no name needs you" in words(test)


def test_the_list_is_narrowed_by_role_state_and_rating(page):
    test = page(LIST)
    test.multiselect(key="roles").select("nurse").run()
    assert shown(test)["title"].to_list() == ["Registered Nurse"]
    test.multiselect(key="roles").unselect("nurse").run()
    test.multiselect(key="state").select("CA").run()
    assert shown(test).height == 3
    test.toggle(key="rated").set_value(True).run()
    assert shown(test).height == 1
    assert not test.exception


def test_a_filter_of_a_link_that_no_listing_has_is_named(page):
    assert "asks for roles Wizard: not among the choices" in words(page(LIST, roles="Wizard"))


def test_an_opened_row_says_why_what_speaks_against_it_and_shows_the_filings(page):
    test = page(LIST)
    key = listed.key(ranked(LIST)["listing"].to_list())
    test.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    test.run()
    said = words(test).replace("\\", "")
    assert "Why it stands at 1" in said
    assert "Denials" not in said  # one alone says little
    assert "Few cases: 8 cases for this role" in said
    assert ("LCA cases", "8") in [(one.label, one.value) for one in test.metric]


def test_weights_change_the_score_and_nothing_else(page):
    test = page(LIST)
    before = shown(test)
    for part in ("volume", "consistency", "recency", "certification", "perm"):
        test.slider(key=f"weight_{part}").set_value(0.0)
    after = shown(test.run())
    assert before["score"][0] != after["score"][0]
    assert before.drop("score").equals(after.drop("score"))


def test_a_part_that_is_not_told_is_a_bar_of_nothing(page):
    parts = shown(page(LIST))["parts"].drop_nulls().to_list()
    assert parts
    assert all(None not in one and one[-1] == 0 for one in parts)


def test_without_any_weight_there_is_no_score_and_the_page_stands(page):
    test = page(LIST)
    for part in ("volume", "consistency", "recency", "certification", "pay", "perm"):
        test.slider(key=f"weight_{part}").set_value(0.0)
    assert not test.run().exception
    assert "No listing can be rated" in words(test)


def test_kept_listings_are_there_in_a_new_visit_once_each_and_can_be_forgotten(page):
    test = page(LIST)
    test.button(key="keep_listings").click().run()
    assert kept_listings.kept().height == 8
    again = page()
    assert shown(again).height == 8
    both = page(LIST)
    assert shown(both).height == 8
    both.button(key="forget_listings").click().run()
    assert not kept_listings.file().exists()
    assert not [one for one in page().dataframe if "who" in one.value.columns]


def test_a_row_in_the_middle_of_a_long_list_is_answered_as_any_other(page):
    test, names = page(), [f"Quuxian {n} Widgets" for n in range(60)]
    for name in ("Meta", "Zubrowka Foods LLC"):
        names[30] = name
        test.text_area(key="listing_text").set_value("\n".join(names)).run()
        assert name in shown(test)["listing"].to_list()


def test_what_of_a_list_is_no_name_is_said_at_the_top(page):
    test = page()
    names = "\n".join(
        [*(f"Quuxian {n} Widgets" for n in range(12)), "We cannot wait to see you here."]
    )
    test.text_area(key="listing_text").set_value(names).run()
    (said,) = [one.value.replace("\\", "") for one in test.warning]
    assert said.startswith("Not read: line 13 is no name: ")
    assert "We cannot wait" in said
    assert not page("company,pay\nMeta,95000\n").warning  # a note on pay is the listing's own
    refused = page().text_area(key="listing_text").set_value("We cannot wait to see you.").run()
    assert "no job listing and no company" in refused.error[0].value
    assert not [one for box in refused.expander for one in box.error]


def test_a_new_listing_without_title_or_name_is_not_taken_for_a_kept_one():
    for kept, new in (
        ({"name": "Meta", "text": "We hire a poet.", "source": "a"},
         {"name": "Meta", "text": "We hire a plumber.", "source": "b"}),
        ({"title": "Nurse", "source": "a"}, {"title": "Nurse", "source": "b"}),
    ):  # fmt: skip
        before = listings.joined([kept])
        assert kept_listings.with_kept(listings.joined([new]), before).height == 2
        assert kept_listings.with_kept(before, before).height == 1


def test_a_listing_of_two_files_stands_once_with_its_count(page):
    test = page("company,title\nMeta,Software Engineer\nMeta,Registered Nurse\n")
    both = [("a.csv", b"company,title\nMeta,Software Engineer\nMeta,Registered Nurse\n", ""),
            ("b.csv", b"title,company\nSoftware Engineer,META\n", ""), ("c.csv", b"", "")]  # fmt: skip
    test.file_uploader(key="listing_files").set_value(both)
    test.text_area(key="listing_text").set_value("company,title\nMeta,Software Engineer\n").run()
    assert not test.exception
    assert "c.csv: the file is empty" in test.error[0].value.replace("\\", "")
    table = shown(test)
    assert table["title"].sort().to_list() == ["Registered Nurse", "Software Engineer"]
    test.button(key="keep_listings").click().run()
    assert dict(kept_listings.kept().select("listing_title", "copies").rows()) == {
        "Software Engineer": 3, "Registered Nurse": 1,
    }  # fmt: skip


def test_a_kept_listing_is_the_same_in_capitals(page):
    test = page("company,title\nMeta,Software Engineer\n")
    test.button(key="keep_listings").click().run()
    assert shown(page("company,title\nMETA,Software Engineer\n")).height == 1


def test_a_file_of_kept_listings_that_is_none_is_named(page):
    kept_listings.file().write_bytes(b"nothing")
    assert "is no table of listings: delete it" in page().error[0].value.replace("\\", "")


def test_the_example_is_offered_with_the_sample_alone(page):
    assert not [one for one in page().toggle if one.key == "example"]


def test_the_example_has_every_answer(monkeypatch, tmp_path):
    monkeypatch.setenv("FILINGS_CHOICES", str(tmp_path / "choices.csv"))
    test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90).run()
    test.switch_page("pages/employers/listings.py").run()
    test.toggle(key="example").set_value(True).run()
    assert not test.exception
    (head,) = [one.value for one in test.markdown if one.value.startswith("#### ")]
    for answer in ("rated", "unrated", "none observed", "not settled", "unclear", "outside"):
        assert answer in head
    assert "SAMPLE DATA" in str([one.proto.spec for one in test.get("plotly_chart")])


def test_what_is_downloaded_can_be_brought_again_and_is_the_same_shortlist(page):
    first = page(LIST)
    rows = taken.exported(ranked(LIST), YEARS)
    fractions = {name for name, values in rows.schema.items() if values.is_float()}
    given = {one for one in fractions if tables.kind(one, pl.Float64()) == "given"}
    assert given == {"pay_low", "pay_high"}
    for name, content in (("s.csv", tables.csv(rows)), ("s.xlsx", tables.xlsx(rows))):
        again = page(content, name)
        kept = ["place", "listing", "who", "title", "role", "score", "cases", "asks", "visas", "at"]
        assert shown(again).select(kept).rows() == shown(first).select(kept).rows()


YEARS = Years((2021, 2022), (2021, 2022), (2022,))


def ranked(given: str, name: str = "a.csv") -> pl.DataFrame:
    """The shortlist of listings from the lake of the test."""
    in_use = lake_in_use()
    index = Index(in_use.path)
    table = listings.joined(of_text(given, name))
    joined = match.joined(table, index, choices.kept()).with_row_index("listing")
    coverage = counts.coverage(lake.filings(in_use.path)).collect()
    view = shortlist.View(in_use, index, coverage, choices.kept(), joined, weights())
    return shortlist.rows(view)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_on_the_page_and_in_every_file_and_comes_back_as_itself(name, page):
    given = pl.DataFrame({"company": [name], "title": ["Nurse"]}).write_csv()
    assert shown(page(given))["listing"].to_list() == [name]
    rows = taken.exported(ranked(given), YEARS)
    csv, xlsx = tables.csv(rows), tables.xlsx(rows)
    first = pl.read_csv(csv)["listing_name"][0]
    assert first[0] not in "=+@-"
    assert pl.read_excel(io.BytesIO(xlsx))["listing_name"][0] == name
    for file, content in (("s.csv", csv), ("s.xlsx", xlsx)):
        assert shown(page(content, file))["listing"].to_list() == [name]


def test_levels_and_pay_of_too_few_are_not_told():
    row = {"told": 3, "levels": [1, 1, 1, 0]}
    assert listing.mix(row) == "too few: 3 cases with a level"
    assert listing.mix({"told": 0, "levels": None}) is None
    assert listing.mix({"told": 8, "levels": [4, 2, 1, 1]}) == (
        "I 50.0%, II 25.0%, III 12.5%, IV 12.5% (n = 8)"
    )
    assert listing.between(181_100.0, 318_400.0) == "$181,100 to $318,400"
    assert listing.between(91_520.0, 91_520.0) == "$91,520"
    assert listing.between(None, None) is None


def test_years_of_a_trend_are_loaded_ones_and_pay_is_of_the_last_three():
    coverage = pl.DataFrame({"fiscal_year": [2020, 2021, 2022, 2026, 2026]})
    assert shortlist.years(coverage) == Years(
        tuple(coverage["fiscal_year"].unique().sort()), (2021, 2022, 2026), (2026,)
    )
    assert years_said((2021, 2022, 2024, 2026)) == "FY2021 to FY2022, FY2024, FY2026"
    assert years_said((2024, 2025, 2026)) == "FY2024 to FY2026"
    loaded = in_words([("perm", 2009), ("perm", 2010), ("perm", 2015)])
    assert loaded == "PERM FY2009 to FY2010, FY2015 (no LCA file loaded)"


def test_a_row_of_years_names_the_years_between_that_are_not_loaded():
    assert listing.unloaded((2021, 2022, 2026)) == "FY2023 to FY2025 are not loaded"
    assert listing.unloaded((2022, 2024)) == "FY2023 is not loaded"
    assert listing.unloaded((2024, 2025, 2026)) == listing.unloaded((2026,)) == ""


def test_the_bars_of_years_are_named_in_their_heading(page):
    table = next(one for one in page(LIST).dataframe if "who" in one.value.columns)
    assert json.loads(table.proto.columns)["trend"]["label"] == "Cases in FY2023"


def test_what_was_given_is_there_again_after_another_page_and_is_nowhere_on_disk(page, tmp_path):
    before = set(tmp_path.rglob("*"))
    test = page(LIST)
    test.text_area(key="listing_text").set_value("Zubrowka Foods").run()
    assert shown(test).height == 9
    for _ in range(2):
        test.switch_page("pages/employers/employer.py").run()
        test.switch_page("pages/employers/listings.py").run()
        assert not test.exception
        assert shown(test).height == 9
        assert test.text_area(key="listing_text").value == "Zubrowka Foods"
        assert "Given before: a.csv." in words(test)
    assert set(tmp_path.rglob("*")) == before
    test.text_area(key="listing_text").set_value("").run()
    assert shown(test).height == 8


def test_what_was_given_can_be_cleared_and_stays_so(page):
    test = page(LIST)
    test.text_area(key="listing_text").set_value("Zubrowka Foods").run()
    test.button(key="clear_listings").click().run()
    assert not [one for one in test.dataframe if "who" in one.value.columns]
    test.switch_page("pages/employers/employer.py").run()
    test.switch_page("pages/employers/listings.py").run()
    assert not [one for one in test.dataframe if "who" in one.value.columns]
    assert not [one for one in test.button if one.key == "clear_listings"]


def test_clearing_leaves_what_is_kept_on_the_machine(page):
    test = page(LIST)
    test.button(key="keep_listings").click().run()
    test.button(key="clear_listings").click().run()
    assert shown(test).height == kept_listings.kept().height == 8


def test_listings_kept_before_guessed_titles_were_told_apart_are_read(page):
    table = listings.joined(of_text(LIST, "a.csv")).drop("title_words")
    narrower = pl.Enum(["no", "yes", "both", "named"])
    table.with_columns(pl.col("visa_says").cast(narrower)).write_parquet(kept_listings.file())
    assert shown(page()).height == 8


POSTING = """About Meta
We are hiring software engineers. US based applicants only.
Meta is an equal opportunity employer and considers all applicants."""


def test_a_guessed_title_and_who_may_apply_are_said_where_the_listing_is_told(page):
    test = page(POSTING, "a.txt")
    table = shown(test)
    guessed = "Title guessed from “We are hiring software engineers”"
    assert table["title"].item() == "software engineer (guessed)"
    assert table["visas"].item() == "Says who may apply"
    assert guessed in table["note"].item()
    assert "a line “Title: …” in the posting corrects it" in table["note"].item()
    rows = ranked(POSTING, "a.txt")
    key = listed.key(rows["listing"].to_list())
    test.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    assert guessed in words(test.run())
    assert "Visas in the listing: **says who may apply**. “US based" in words(test)
    assert guessed in taken.exported(rows, YEARS)["remarks"].item()
    assert shown(page(tables.csv(taken.exported(rows, YEARS)), "s.csv"))["title"].to_list() == (
        table["title"].to_list()
    )


INTERNS = """company,title,location,salary
Meta,Software Engineering Intern,"Menlo Park, CA; Seattle, WA","$8,000 a month"
Meta,Software Engineer,"Menlo Park, CA","$90,000 a year"
"""


def test_the_pay_of_an_internship_is_marked_and_compared_with_no_offer(page):
    test = page(INTERNS)
    said = words(test)
    assert "Of 1 listing with pay, 1 can be compared with a market of 5 offers or more" in said
    assert ": 1 begins below the median of its market." in said
    assert "Left out: 1 internship." in said
    assert "Meta (CA, WA): the market drawn is that of CA alone." in said
    (picture,) = figures(test)
    labels = [one["text"] for one in picture["layout"]["annotations"]]
    assert any(one.startswith("Internship, a month x 12: Meta, CA only,") for one in labels)
    assert "$96,000 (a month x 12)" in shown(test)["asks"].to_list()
    assert dict(shown(test).select("title", "stands").rows())["Software Engineering Intern"] is None


def test_interns_alone_are_beside_no_market(page):
    said = words(page(INTERNS.rsplit("\n", 2)[0]))
    assert "No listing with pay is of a full-time role. Left out: 1 internship." in said


def test_cases_without_a_level_are_counted_with_those_that_have_one(page):
    page(LIST)
    rows = taken.exported(ranked(LIST), YEARS).drop_nulls("level_I")
    levels = pl.sum_horizontal("level_I", "level_II", "level_III", "level_IV", "level_none_filed")
    assert rows.filter(levels != pl.col("cases_for_role")).is_empty()


OLD = {
    "visa_says": None, "answer": "rated", "cases": 90, "role_last_decision_date": date(2019, 9, 30),
    "denied": 0, "told": 0, "listing_state": None, "market_percentile": None, "confidence": "sure",
    "listing_role": "nurse", "withdrawals": None, "all_withdrawals": None,
}  # fmt: skip


def withdrawals(cases: int, withdrawn: int, year: int, *of_year: int) -> dict[str, int]:
    names = ("cases", "withdrawn", "fiscal_year", "year_cases", "year_withdrawn")
    return dict(zip(names, (cases, withdrawn, year, *of_year), strict=True))


def test_a_good_part_withdrawn_speaks_against_a_listing_and_the_year_that_stands_out_is_named():
    of = Years((2021, 2022), (2021, 2022), (2022,))
    row = OLD | {"trend": [40, 40]}
    few, meta = withdrawals(8, 1, 2022, 2, 1), withdrawals(4144, 800, 2022, 918, 632)
    assert listing.against(row | {"withdrawals": few, "all_withdrawals": few}, of) == []
    assert listing.against(row | {"withdrawals": few, "all_withdrawals": meta}, of) == [
        "Withdrawn before a decision: 632 of 918 cases in FY2022, 68.8%, for all roles."
    ]
    much = withdrawals(80, 40, 2022, 40, 39)
    (said,) = listing.against(row | {"withdrawals": much, "all_withdrawals": meta}, of)
    assert said == (
        "Withdrawn before a decision: 40 of 80 cases, 50.0%, most in FY2022: 39 of 40, "
        "for this role."
    )
    even = withdrawals(80, 40, 2022, 40, 20)
    assert listing.against(row | {"withdrawals": even}, of) == [
        "Withdrawn before a decision: 40 of 80 cases, 50.0%, for this role."
    ]
    fewest = withdrawals(4, 4, 2022, 4, 4)
    assert listing.against(row | {"withdrawals": fewest, "all_withdrawals": fewest}, of) == []


def test_years_that_are_not_loaded_are_no_fault_of_an_employer():
    of = Years((2021, 2022, 2026), (2021, 2022, 2026), (2026,))
    assert listing.against(OLD | {"trend": [0, 4, 0]}, of) == []
    more = Years((2013, 2015, 2021, 2022, 2026), (2021, 2022, 2026), (2026,))
    (said,) = listing.against(OLD | {"cases": 800, "trend": [1, 1, 0]}, more)
    assert said.startswith(
        "Far fewer cases: 2 in FY2021 to FY2022, FY2026, the newest loaded, of 800"
    )
    (said,) = listing.against(OLD | {"trend": [0, 0, 0]}, of)
    assert said == (
        "Old cases: none in FY2021 to FY2022, FY2026, the newest loaded (FY2023 to FY2025 are not "
        "loaded); the newest decision is of 30 Sep 2019."
    )


def test_denials_speak_against_a_listing_from_one_decided_case_in_twenty_on():
    row = OLD | {"trend": [40, 40]}
    assert listing.against(row | {"denied": 4, "decided": 100}, YEARS) == []
    assert listing.against(row | {"denied": 5, "decided": 100}, YEARS) == [
        "Denials: 5 of 100 decided, 5.0%."
    ]


def test_what_speaks_against_each_stands_in_the_file_and_by_its_first_words_in_the_table(page):
    against = taken.exported(ranked(LIST), YEARS)["speaks_against"].to_list()
    assert any(one.startswith("Few cases: ") for one in against)
    assert any(one and one.startswith("Few cases") for one in shown(page(LIST))["against"])


def test_a_year_with_less_than_a_twentieth_of_the_busiest_one_speaks_against_a_listing():
    of = Years((2021, 2022, 2026), (2021, 2022, 2026), (2026,))
    assert listing.against(OLD | {"trend": [0, 40, 2]}, of) == []
    (said,) = listing.against(OLD | {"trend": [0, 40, 1]}, of)
    assert said.startswith("Far fewer cases: 1 in FY2026, the newest loaded, after 40 in FY2022.")


def test_how_long_perm_takes_is_said_of_each_role_once_with_its_years():
    rows = pl.DataFrame(
        {
            "listing_role": ["nurse", "nurse", "accountant", None],
            "market_days": [502.0, 502.0, 480.4, None],
            "market_timed": [113, 113, 9, 0], "recent": ["FY2026"] * 4,
        }
    )  # fmt: skip
    said = listing.now(rows)
    assert said.startswith("PERM, decisions of FY2026, all employers, median")
    assert said.count("502 days (n = 113)") == said.count("480 days (n = 9)") == 1
    assert listing.now(rows.tail(1)) == ""


def test_another_order_of_the_table_has_another_key():
    assert listed.key([0, 1]) != listed.key([1, 0])
    assert listed.key([0, 1]) == listed.key([0, 1])


def test_a_campus_and_a_company_that_was_sold_ask_for_their_own_and_a_brand_for_all():
    class Index:
        members = pl.DataFrame({"employer_id": ["x", "y"], "brand_id": ["uc", "uc"]})

    joined = pl.DataFrame(
        {
            "listing": [0, 1, 2, 3], "decision": ["matched"] * 4, "listing_name": ["a"] * 4,
            "listing_role": ["nurse"] * 4, "brand_id": ["uc", "uc", None, None],
            "brand": ["UC One", "UC", "Z", "Y"], "employer_ids": [["x"], ["x", "y"], ["z"], ["y"]],
            "listing_state": [None] * 4, "annual_pay_low": [None] * 4,
        }
    )  # fmt: skip
    asks = shortlist.asked(joined, Index)
    assert asks["identity"].to_list() == ["unit uc UC One", "brand uc", "employer z", "unit y Y"]
    assert asks["unit_ids"].to_list() == [["x"], None, None, ["y"]]


@pytest.mark.parametrize("dark", [False, True])
def test_the_picture_of_pay_draws_what_is_known_and_shows_names_as_text(dark):
    told = pl.DataFrame(
        {
            "label": ["<b>x</b>", "y"], "annual_pay_low": [9e4, 1e5], "annual_pay_high": [None, 2e5],
            **{f"{of}_{one}": [value, None if of == "pay" else value]
               for of in ("market", "pay")
               for one, value in (("cases", 9), ("p10", 8e4), ("median", 1e5), ("p90", 2e5))},
        }
    )  # fmt: skip
    figure = charts.pay(told, caption=Caption("Pay", dark=dark))
    market, _, own, _, listed_pay = figure.data
    assert list(market.x) == [1.2e5, 1.2e5]
    assert list(own.x) == [1.2e5, None]
    assert list(listed_pay.x) == [9e4, 9e4, None, 1e5, 2e5, None]
    assert "&lt;b&gt;x" in market.hovertext[0]
    assert figure.layout.xaxis.range[0] == 0
