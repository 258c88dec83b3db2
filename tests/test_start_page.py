"""The page Start: one search, three doors, what is loaded, the years at a glance."""

import json
import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from analytics import counts, movers, places
from loaders import role_notes, roles
from loaders.build import build
from loaders.facts import codes
from pages.parts import filed_role, search
from pages.parts.address import asked
from tests.conftest import ROOT, case, opened, words


def app(**params: object) -> AppTest:
    test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90)
    for name, value in params.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def links(test: AppTest) -> dict[str, str]:
    """The label of each link, without escapes, and where it leads."""
    found = test.get("page_link")
    return {
        one.proto.label.replace("\\", ""): f"{one.proto.page}?{one.proto.query_string}"
        for one in found
    }


def asked_of(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def test_the_page_says_what_is_loaded_how_fresh_and_where_it_is_from():
    said = words(app())
    assert "8 files loaded: 8,100 cases, newest decision 30 Jun 2025" in said
    assert "Loaded: LCA FY" in said
    assert "Sources" in links(app())


def test_the_bars_of_both_programs_have_one_scale_and_say_which_years_are_partial():
    charts = [one.proto.spec for one in app().get("plotly_chart")][:2]
    scales = {tuple(json.loads(one)["layout"]["yaxis"]["range"]) for one in charts}
    assert len(charts) == 2
    assert len(scales) == 1


def test_doors_lead_to_pages_that_are_there_and_to_no_others():
    there = links(app())
    assert any(one.startswith("my-listings") for one in there.values())
    assert any(one.startswith("filing-counts") for one in there.values())
    assert all("None" not in one for one in there.values())


def test_a_search_finds_an_employer_by_the_beginning_of_its_name(workbook, tmp_path):
    rows = [case(number=n, employer_name="Pinterest, Inc.") for n in range(6)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    link = links(app(q="pinte"))["Pinterest: 6 cases"]
    assert link == "employer?employer=Pinterest&id=brand+pinterest"


def test_a_search_finds_a_role_by_a_word_and_by_the_title_that_such_a_job_has():
    named = links(app(q="machine learning"))
    assert any(one.startswith("role?role=Machine+learning+engineer") for one in named.values())
    titled = links(app(q="javascript developer"))
    assert any(one.startswith("role?role=Software+engineer") for one in titled.values())


def test_a_role_in_a_place_is_found_as_both():
    found = links(app(q="nurse in texas"))
    assert asked_of(found["Nurse in Texas"]) == {"role": ["Nurse"], "state": ["Texas"]}
    assert "filing-counts?state=Texas" in found.values()
    assert not any("zzzz" in one for one in links(app(q="nurse in zzzz")))


def test_a_search_finds_a_state_by_its_name_and_by_its_code():
    for text in ("texas", "TX"):
        assert "filing-counts?state=Texas" in links(app(q=text)).values(), text


def test_a_city_and_its_metro_are_found_and_opened_as_themselves(workbook, tmp_path):
    rows = [case(number=n) for n in range(6)]
    rows += [case(number=n, worksite_city="Round Rock") for n in range(6, 8)]
    rows += [case(number=n, worksite_city="Dallas") for n in range(8, 20)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    found = links(app(q="austin, tx"))
    assert asked_of(found["Austin, TX: 6 cases"]) == {"place": ["Austin, TX"]}
    for text in ("austin", "round rock"):
        there = links(app(q=text))
        metro = "Austin-Round Rock-Georgetown (metro), TX"
        assert asked_of(there[f"{metro}: 8 cases"]) == {"place": [metro]}
    assert "6 LCA cases" in words(opened("filing-counts", place="Austin, TX"))
    assert "of 8 decided LCA cases" in words(opened("approvals", place=metro))


def test_a_metro_is_found_as_people_call_it():
    known = pl.DataFrame({"place": sorted(set(codes("shown/metros").values()))}).with_columns(
        cases=9
    )
    for said, metro in (("bay area", "San Francisco-"), ("DFW", "Dallas-"), ("nyc", "New York-")):
        assert any(one.startswith(metro) for one, _ in search.places(said, {}, known))
    assert set(codes("shown/metro_names")) <= set(codes("shown/metros").values())


def test_a_city_that_names_its_state_is_the_city():
    filed = pl.DataFrame(
        [("San Francisco, Ca", "CA"), ("SAN FRANCISCO CA", "CA"), ("San Francisco,", "CA"),
         ("Washington, D.C.", "DC"), ("Santa Fe", "NM"), ("St. Louis, MO", "MO"), ("DC", "DC")],
        schema=["worksite_city", "worksite_state"], orient="row",
    ).with_columns(worksite_county=pl.lit(None, pl.String))  # fmt: skip
    assert filed.select(places.city()).to_series().to_list() == [
        *["San Francisco, CA"] * 3, "Washington, DC", "Santa Fe, NM", "St Louis, MO", "Dc, DC",
    ]  # fmt: skip
    wanted = ["San Francisco, CA", "St Louis, MO"]
    assert filed.filter(places.named_place(wanted)).height == 4


def test_a_slip_in_an_employers_name_finds_it():
    (found,) = (one for one in links(app(q="Imaginry Search")) if "named nearly so" in one)
    assert found.startswith("Imaginary Search LLC, named nearly so: ")


def test_what_is_not_found_says_what_was_searched():
    said = words(app(q="zzzz"))
    assert re.search(
        r"No employer's name begins with “zzzz” or is near it, of [\d,]+ filed names in LCA", said
    )
    assert "is in the name of none of" in said
    assert "No state, metro, city or county that begins with “zzzz” has 5 cases or more" in said


def test_markup_in_the_search_is_shown_as_text():
    test = app(q="<b>**x**</b> $a$")
    assert not test.exception
    assert r"\*\*x\*\*" in "\n".join(one.value for one in test.caption)


def test_a_role_of_fewer_than_fifty_cases_is_no_mover(workbook, tmp_path):
    days = [date(2022, 11, 1), date(2023, 2, 1), date(2023, 5, 1), date(2023, 9, 20)]
    rows = [
        case(number=n, decision_date=days[n % 4].replace(year=days[n % 4].year + n // 4 % 2))
        for n in range(48)
    ]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    assert "rose and fell" not in words(app())


# ------------------------------------------------------------------------------------ movers

ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([2020, 2021, 2022]), st.booleans()),
    max_size=400,
)


def frame(rows: list[tuple[str, int, bool]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(role, year, "lca" if lca else "perm") for role, year, lca in rows],
        schema={"role": pl.String, "fiscal_year": pl.Int32, "program": pl.String},
        orient="row",
    )


@given(ROWS, st.randoms())
def test_changes_sum_to_the_change_of_all_and_the_order_of_rows_never_matters(rows, shuffled):
    between = movers.between(frame(rows).lazy(), "lca", (2020, 2021)).collect()
    in_years = [sum(lca and year == one for _, year, lca in rows) for one in (2020, 2021)]
    assert between.select(pl.col("before", "after").sum()).row(0) == tuple(in_years)
    assert between["change"].sum() == in_years[1] - in_years[0]
    other = list(rows)
    shuffled.shuffle(other)
    assert movers.between(frame(other).lazy(), "lca", (2020, 2021)).collect().equals(between)


@given(st.integers(0, 120), st.integers(0, 120))
def test_a_rate_is_told_from_fifty_cases_on_and_never_below_all_lost(before, after):
    rows = [("a", 2020, True)] * before + [("a", 2021, True)] * after
    for row in movers.between(frame(rows).lazy(), "lca", (2020, 2021)).collect().rows(named=True):
        assert (row["rate"] is None) == (before < movers.LEAST)
        assert row["rate"] is None or row["rate"] == pytest.approx(after / before - 1)


def test_years_that_are_not_whole_or_have_no_titles_of_employers_are_not_compared():
    coverage = pl.DataFrame(
        {
            "program": "perm",
            "fiscal_year": [2013, 2014, 2015, 2016, 2017],
            "partial": [False, False, False, True, False],
            "untitled": [True, False, False, False, True],
        }
    )
    assert movers.whole_years(coverage) == {"perm": (2014, 2015)}
    assert movers.whole_years(coverage.filter(pl.col("fiscal_year") != 2014)) == {}


def test_rises_come_first_and_falls_last_and_none_is_both():
    changes = pl.DataFrame({"role": list("abcd"), "rate": [0.5, 0.1, 0.0, -0.2]})
    assert movers.extremes(changes, 5)["role"].to_list() == ["a", "b", "d"]


def test_a_role_that_a_lake_has_and_nothing_tells_any_more_is_called_by_its_id():
    assert role_notes.named("phrenologist") == filed_role.called("phrenologist") == "phrenologist"
    assert "phrenologist" not in roles.roles()


def test_only_whole_years_are_compared():
    days = [date(2020, 11, 1), date(2021, 2, 1), date(2021, 5, 1), date(2021, 9, 20)]
    years = [date(day.year + n, day.month, day.day) for n in range(2) for day in days]
    filings = pl.DataFrame(
        {
            "program": "lca",
            "fiscal_year": [2021] * 4 + [2022] * 4 + [2023],
            "decision_date": [*years, date(2022, 11, 1)],
        }
    )
    assert movers.whole_years(counts.coverage(filings.lazy()).collect()) == {"lca": (2021, 2022)}


# ------------------------------------------------------------------------- what a link asks for


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        ({"role": ["x"]}, {"role": ["x"]}, {}),
        ({"role": ["x", "z"]}, {"role": ["x"]}, {"role": ["z"]}),
        ({"role": ["z"]}, {"role": ["x"]}, {"role": ["z"]}),
        ({"role": ["z"]}, {}, {"role": ["z"]}),
        ({"years": ["1", "2", "3", "4"]}, {"years": ["1", "2"]}, {"years": ["3", "4"]}),
        ({}, {"role": ["x"]}, {}),
    ],
)
def test_what_a_link_asks_for_is_told_from_what_the_address_said_before(now, before, says):
    assert asked(now, before) == says
