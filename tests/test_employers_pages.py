"""The pages of many employers, the profile of one, and their numbers and figures."""

import re
from datetime import date
from functools import cache
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from analytics import employers, places, ranking, shares
from charts import employers as charts
from charts.frame import WIDEST, Caption, cut
from loaders.build import build
from loaders.facts import weights
from tests.conftest import ROOT, case, figures, numbers, words

NAMESAKE = "Golden Dragon Restaurant, Inc."


@cache
def known_as(page: str) -> str:
    """What AppTest calls a page whose address is not its file's name: known after a first run."""
    first = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90).run()
    return first.switch_page(f"pages/employers/{page}.py")._page_hash


def app(page: str, **params: object) -> AppTest:
    """The page as a link opens it."""
    test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90)
    test._page_hash = known_as(page)
    for name, value in params.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def ranking_of(test: AppTest) -> pl.DataFrame:
    return pl.concat(
        [pl.DataFrame(one.value) for one in test.dataframe if "profile" in one.value.columns],
        how="vertical_relaxed",
    )


@pytest.fixture
def filed(lake_of, monkeypatch):
    """Six cases of Meta, three of a small shop, and namesakes in two states."""
    rows = [case(number=n, employer_name="META PLATFORMS, INC.") for n in range(6)]
    rows[0] |= {"job_title": "Data Scientist", "soc_code_raw": "15-2051"}
    rows += [case(number=n, employer_name="Small Shop LLC") for n in range(6, 9)]
    for state, first in (("TX", 10), ("NY", 30)):
        rows += [
            case(number=first + n, employer_name=NAMESAKE, employer_state=state,
                 worksite_state=state, wage_from=50000 + first * 1000)
            for n in range(12 if state == "TX" else 13)
        ]  # fmt: skip
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("lca/2024", rows))))


# --------------------------------------------------------------------------------- the ranking


@pytest.mark.usefixtures("filed")
def test_the_first_words_say_who_stands_first_with_cases_share_and_rate():
    said = words(app("ranking"))
    assert f"#### {NAMESAKE} stands first: score 0." in said
    assert "13 cases (38.2% of 34), 100.0% of decided certified (n = 13)" in said


@pytest.mark.usefixtures("filed")
def test_an_unrated_employer_is_told_from_one_of_which_nothing_is_observed():
    assert "Meta**: rank" in words(app("ranking", employer="Meta"))
    said = words(app("ranking", employer="Small Shop"))
    assert "unrated, 3 cases are not enough to rate" in said
    said = words(app("ranking", employer="Small Shop", role="data-scientist"))
    assert "none observed among these cases" in said
    assert (
        "Of 4 employers in the lake, those of one brand counted as one, 0 are rated; 1 filed"
        in said
    )
    assert "3 are not among these cases: none observed." in said


@pytest.mark.usefixtures("filed")
def test_where_one_stands_is_told_with_its_score_its_parts_and_its_neighbours():
    test = app("ranking", employer="Meta")
    said = words(test)
    assert re.search(r"\*\*Meta\*\*: rank 3 of 3, score 0\.\d\d of 1 \(Volume [\d.]+, ", said)
    assert said.index("**Meta**: rank") < said.index("Of 4 employers in the lake")
    near = pl.DataFrame(test.dataframe[0].value)
    assert near["name"].to_list() == [NAMESAKE, NAMESAKE, "Meta"]
    assert near["rank"].to_list() == [1, 2, 3]


@pytest.mark.usefixtures("filed")
def test_an_employer_that_every_choice_has_leaves_none_unobserved():
    said = words(app("ranking"))
    assert "1 filed fewer than 5 of these cases and are unrated." in said
    assert "none observed" not in said


@pytest.mark.usefixtures("filed")
def test_two_pages_count_the_same_employers_and_say_that_brands_are_one():
    assert "4 employers, those of one brand counted as one, under 3 filed names" in words(
        app("employer")
    )


@pytest.mark.usefixtures("filed")
def test_an_employer_that_the_lake_has_not_gets_no_rank():
    said = words(app("ranking", employer="Interplanetary Wizards"))
    assert "Interplanetary Wizards: none observed." in said
    assert "That is no proof that it never filed" in said
    assert "**Interplanetary Wizards**: rank" not in said


@pytest.mark.usefixtures("filed")
def test_shares_of_the_ranking_sum_to_one_and_trends_to_the_cases():
    table = ranking_of(app("ranking"))
    assert table["share"].sum() == pytest.approx(100)
    assert table["trend"].list.sum().to_list() == table["cases"].to_list()


@pytest.mark.usefixtures("filed")
def test_each_row_opens_the_profile_of_just_that_employer_even_among_namesakes():
    rows = ranking_of(app("ranking")).filter(name=NAMESAKE)
    assert rows["cases"].to_list() == [13, 12]
    for link, cases in rows.select("profile", "cases").rows():
        asked = parse_qs(urlsplit(link).query)
        assert asked["employer"] == [NAMESAKE]
        profile = app("employer", **asked)
        assert [one.value for one in profile.metric if one.label == "LCA cases"] == [str(cases)]
        assert f"#### {NAMESAKE}: {cases} LCA cases" in words(profile)


def test_each_row_of_a_state_opens_the_profile_of_that_state(lake_of, monkeypatch):
    rows = [case(number=n, worksite_state="TX" if n < 5 else "WA") for n in range(12)]
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("lca/2024", rows))))
    for states, cases in (["Texas"], 5), ([], 12), (["Texas", "Washington"], 12):
        (row,) = ranking_of(app("ranking", state=states)).rows(named=True)
        assert row["cases"] == cases
        profile = app("employer", **parse_qs(urlsplit(row["profile"]).query))
        assert [one.value for one in profile.metric if one.label == "LCA cases"] == [str(cases)]


@pytest.mark.usefixtures("filed")
def test_an_id_in_a_link_is_of_no_weight_once_another_name_is_typed():
    (link,) = ranking_of(app("ranking")).filter(name="Meta")["profile"]
    asked = parse_qs(urlsplit(link).query) | {"employer": ["Small Shop"]}
    assert "Small Shop LLC: 3 LCA cases" in words(app("employer", **asked))


@pytest.mark.usefixtures("filed")
def test_weights_of_a_link_are_taken_and_name_the_score():
    test = app("ranking", weight_volume="0.0", weight_pay="5.0")
    assert test.slider(key="weight_volume").value == 0
    assert "Volume 0" in words(test)
    assert "Pay 5" in words(test)
    assert test.slider(key="weight_recency").value == weights()["recency"]


@pytest.mark.usefixtures("filed")
def test_a_place_narrows_the_ranking_and_an_unknown_one_is_named():
    table = ranking_of(app("ranking", state="New York"))
    assert table["cases"].to_list() == [13]
    assert "asks for state Atlantis: not among the choices" in words(
        app("ranking", state="Atlantis")
    )


@pytest.mark.usefixtures("filed")
def test_a_program_without_a_file_offers_what_to_loosen():
    test = app("ranking", program="PERM")
    assert "No PERM file is loaded, so nothing is known" in words(test)
    test.button(key="drop_program").click().run()
    assert "stands first" in words(test)


# --------------------------------------------------------------------------------- the profile


@pytest.mark.usefixtures("filed")
def test_the_profile_says_its_newest_year_with_count_role_and_rate():
    said = words(app("employer", employer="Meta"))
    assert "**FY2023 (partial)**: 6 LCA cases, 5 of them for *Software engineer*;" in said
    assert "100.0% of decided were certified (n = 6)." in said


@pytest.mark.usefixtures("filed")
def test_fewer_than_five_give_the_count_and_no_rate_nor_median():
    test = app("employer", employer="Small Shop")
    assert "too few decided to rate (n = 3)" in words(test)
    assert {one.value for one in test.metric if "offer" in one.label} == {"too few"}
    assert "not enough for a median" in words(test)


@pytest.mark.usefixtures("filed")
def test_the_profile_follows_the_role_and_keeps_all_roles_beside_it():
    test = app("employer", employer="Meta", role="data-scientist")
    assert "1 LCA case (Data scientist); too few decided" in words(test)
    table = numbers(test, "employer-roles")
    assert dict(zip(table["label"], table["cases"], strict=True)) == {
        "Software engineer": 5, "Data scientist": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("filed")
def test_pay_stands_beside_all_employers_of_the_same_role():
    test = app("employer", employer="Meta")
    row = numbers(test, "employer-wages").filter(role="software-engineer").row(0, named=True)
    assert (row["cases"], row["market_cases"]) == (5, 33)
    assert row["median"] == 120000
    assert row["market_median"] == 80000


def test_program_and_years_of_the_link_narrow_the_profile(workbook, tmp_path):
    days = [date(2021, 11, 1), date(2022, 11, 1)]
    rows = [case(number=n, decision_date=days[n % 2]) for n in range(12)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    test = app("employer", employer="Example Robotics", years=["FY2022", "FY2022"])
    assert [one.value for one in test.metric if one.label == "LCA cases"] == ["6"]
    said = words(app("employer", employer="Example Robotics", program="PERM"))
    assert "No PERM file is loaded, so nothing is known" in said


SECTIONS = {
    "Cases by quarter", "Roles", "Wage levels", "How DOL decided", "Where the work is",
    "Law firms", "H-1B dependent, willful violator", "What this rests on",
}  # fmt: skip


def test_a_profile_of_the_sample_has_every_section_and_every_figure_says_it_is_invented():
    name = ranking_of(app("ranking"))["name"][0]
    test = app("employer", employer=name)
    assert {one.value for one in test.subheader} >= SECTIONS
    drawn = figures(test)
    assert len(drawn) >= 6
    for one in drawn:
        assert "SAMPLE DATA" in [note["text"] for note in one["layout"]["annotations"]]


def test_flags_are_told_as_filed_and_blank_is_in_neither(workbook, tmp_path):
    said = ["Yes", "Yes", "No", None, None, None]
    rows = [case(number=n, h1b_dependent=one) for n, one in enumerate(said)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app("employer", employer="Example Robotics"))
    assert "FY2023: 2 of 6 LCA cases say H-1B dependent, 1 say not; 0 say willful" in said


def test_perm_says_until_when_the_form_had_countries(workbook, tmp_path):
    rows = [case("perm", n, country_of_citizenship="INDIA") for n in range(6)]
    workbook("a.xlsx", "perm/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    test = app("employer", employer="Example Robotics")
    assert "Only the old form published this: FY2008 to FY2023, FY2024 (old form)." in words(test)
    notes = [note["text"] for one in figures(test) for note in one["layout"].get("annotations", [])]
    assert "INDIA: 6 (100.0%)" in notes


def test_fewer_than_five_cases_that_name_a_country_are_words_and_a_table(lake_of, monkeypatch):
    rows = [
        case("perm", n, country_of_citizenship=one)
        for n, one in enumerate(["HUNGARY", "POLAND", "SWEDEN", *[None] * 5])
    ]
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("perm/2020", rows))))
    test = app("employer", employer="Example Robotics")
    said = words(test)
    assert "*PERM cases by country of citizenship*: **too few to draw**: 3 of 8 cases name" in said
    assert "HUNGARY" not in str(figures(test))
    assert numbers(test, "employer-countries")["cases"].to_list() == [1, 1, 1]


# ------------------------------------------------------------------------------ the comparison


@pytest.mark.usefixtures("filed")
def test_employers_of_a_link_stand_beside_each_other_with_their_numbers():
    test = app("compare", employer=["Meta", "Small Shop"])
    said = words(test)
    assert "Meta 6, Small Shop LLC 3 cases" in said
    assert "not adjusted for inflation. Wages: Meta FY2023; Small Shop LLC FY2023." in said
    table = pl.DataFrame(test.dataframe[-1].value)
    rows = {row["employer"]: row for row in table.rows(named=True)}
    assert (rows["Meta"]["cases"], rows["Small Shop LLC"]["cases"]) == (6, 3)
    assert rows["Meta"]["rate_lca"] == 100
    assert rows["Small Shop LLC"]["rate_lca"] is None
    assert rows["Small Shop LLC"]["median"] is None


def test_levels_of_the_chart_and_of_the_table_are_parts_of_the_cases_that_tell_one(
    workbook, tmp_path
):
    levels = ["I", "I", "I", "II", "IV", None, None, None]
    rows = [case(number=n, wage_level=one) for n, one in enumerate(levels)]
    rows += [case(number=n, employer_name="Small Shop LLC") for n in range(10, 13)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    test = app("compare", employer=["Example Robotics", "Small Shop"])
    drawn = next(one for one in figures(test) if "Wage level by employer" in str(one["layout"]))
    assert {bar["name"]: bar["x"] for bar in drawn["data"]} == {
        "Level I": [0.6], "Level II": [0.2], "Level IV": [0.2],
    }  # fmt: skip
    assert "of the cases that tell a level" in str(drawn["layout"]["xaxis"]["title"])
    table = {
        row["employer"]: row for row in pl.DataFrame(test.dataframe[-1].value).rows(named=True)
    }
    assert table["Example Robotics Inc."]["share_I"] == pytest.approx(60)
    assert (table["Example Robotics Inc."]["told"], table["Small Shop LLC"]["share_II"]) == (
        5,
        None,
    )
    said = words(test)
    assert (
        "Cases that tell a wage level: Example Robotics Inc. 5 of 8; Small Shop LLC fewer" in said
    )


@pytest.mark.usefixtures("filed")
def test_every_figure_of_the_comparison_names_its_subject():
    titles = str(figures(app("compare", employer=["Meta", "Small Shop"])))
    for title in ("Cases by fiscal year and employer", "Certification rate by employer",
                  "Wage level by employer", "Offered wages by employer"):  # fmt: skip
        assert title in titles


def test_programs_are_rated_each_by_itself(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [case(number=n) for n in range(6)])
    denied = [case("perm", n, status_raw="Denied" if n < 3 else "Certified") for n in range(6)]
    workbook("b.xlsx", "perm/2020", denied)
    build(tmp_path / "raw", tmp_path / "lake")
    test = app("compare", employer="Example Robotics")
    notes = [note["text"] for one in figures(test) for note in one["layout"]["annotations"]]
    assert "Example Robotics Inc., LCA: 100.0% (n = 6)" in notes
    assert "Example Robotics Inc., PERM: 50.0% (n = 6)" in notes


@pytest.mark.usefixtures("filed")
def test_two_names_of_one_employer_stand_once():
    said = words(app("compare", employer=["Meta", "Facebook"]))
    assert "#### Meta 6 cases" in said


@pytest.mark.usefixtures("filed")
def test_an_employer_without_such_a_case_is_none_observed_not_zero():
    said = words(app("compare", employer=["Meta", "Small Shop"], role="data-scientist"))
    assert "Meta 1 case; none observed of Small Shop LLC" in said


@pytest.mark.usefixtures("filed")
def test_a_name_of_several_employers_is_named_with_its_candidates():
    said = words(app("compare", employer=["Meta", NAMESAKE]))
    assert f"{NAMESAKE}: which one is meant? Named so or nearly so: " in said
    assert "none observed" not in said
    assert "Meta 6 cases" in said


@pytest.mark.usefixtures("filed")
def test_names_that_are_only_near_may_be_others_and_are_not_offered_as_the_one_meant():
    said = words(app("compare", employer="Smallish Shop Bakery"))
    assert "Smallish Shop Bakery: none observed." in said
    assert "The nearest names in the files, which may be others: Small Shop LLC" in said
    assert "Do you mean" not in said


@pytest.mark.usefixtures("filed")
def test_without_a_name_the_comparison_asks_for_one():
    assert "Choose employers" in words(app("compare"))


# --------------------------------------------------------------------------------- the numbers

CASES = pl.DataFrame(
    {
        "program": ["lca"] * 8 + ["perm"] * 2,
        "fiscal_year": [2021] * 4 + [2022] * 6,
        "law_firm": ["Fox & Co., LLP", "FOX AND CO LLP", "Fox & Co., LLP", None, " ", "Hare PC"]
        + ["Hare PC"] * 4,
        "h1b_dependent": [True, True, False, None, True, False, None, None, None, None],
        "willful_violator": [False] * 8 + [None] * 2,
        "worksite_city": ["AUSTIN", "Austin", "austin", None, None, "Reno", "Reno"] + [None] * 3,
        "worksite_state": ["TX", "TX", "TX", "TX", None, "NV", "NV", None, None, None],
        "employer": ["a", "b"] * 5,
    }
)


def test_spellings_of_a_law_firm_are_one_under_the_most_filed():
    found = employers.law_firms(CASES.lazy()).collect()
    assert found.rows() == [("Hare PC", 1, 5, 5 / 8), ("Fox & Co., LLP", 2, 3, 3 / 8)]


def test_flags_count_yes_and_no_of_lca_alone():
    found = employers.flags(CASES.lazy()).collect()
    assert found["cases"].to_list() == [4, 4]
    assert found["h1b_dependent_yes"].to_list() == [2, 1]
    assert found["h1b_dependent_no"].to_list() == [1, 1]
    assert found["willful_violator_yes"].to_list() == [0, 0]


@pytest.fixture
def campuses(lake_of, monkeypatch):
    """Six cases of a campus, and three of its system elsewhere."""
    rows = [case(number=n, employer_name="University of California, Berkeley") for n in range(6)]
    rows += [case(number=n, employer_name="University of California, Davis") for n in range(6, 9)]
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("lca/2024", rows))))


@pytest.mark.usefixtures("campuses")
def test_a_campus_and_its_system_beside_each_other_have_each_all_their_cases():
    names = ["University of California", "University of California, Berkeley"]
    for order in (names, names[::-1]):
        said = words(app("compare", employer=order))
        assert "University of California 9, University of California, Berkeley 6 cases" in said


@pytest.mark.usefixtures("campuses")
def test_a_ranking_that_counts_the_system_says_that_the_campus_is_a_part_of_it():
    said = words(app("ranking", employer="University of California, Berkeley"))
    assert "University of California, of which University of California, Berkeley is a part" in said


def test_a_city_of_a_profile_is_one_place_as_it_is_on_wages_and_sums_to_those_that_name_it():
    spelled = ["ST. LOUIS", "Saint Louis", "St Louis", "St Louis, MO", "Joplin", None, None]
    states = ["MO"] * 5 + ["MO", None]
    filings = pl.LazyFrame({"worksite_city": spelled, "worksite_state": states})
    found = shares.by_city(filings).collect()
    assert found.rows() == [("St Louis, MO", 4, 4 / 5), ("Joplin, MO", 1, 1 / 5)]
    assert set(found["city"]) == set(filings.select(places.city()).collect().to_series()) - {None}


def test_order_of_cases_never_matters_to_an_employers_numbers():
    for make in (employers.law_firms, employers.flags, shares.by_city):
        assert make(CASES.lazy()).collect().equals(make(CASES.reverse().lazy()).collect())


def paid(role: list[str], wage: list[float], year: int | list[int] = 2022) -> pl.LazyFrame:
    years = year if isinstance(year, list) else [year] * len(role)
    frame = pl.DataFrame({"role": role, "annual_wage": wage, "fiscal_year": years})
    return frame.with_columns(wage_unit=pl.lit("Year"), full_time=pl.lit(value=True)).lazy()


def beside(mine: pl.LazyFrame, market: pl.LazyFrame) -> pl.DataFrame:
    return employers.beside_market(mine, employers.offers(market)).collect()


def test_pay_beside_the_market_is_null_below_five_and_keeps_its_count():
    mine = paid(["x"] * 5 + ["y"] * 4, [110.0] * 5 + [50.0] * 4)
    market = paid(["x"] * 10 + ["y"] * 9, [100.0] * 10 + [40.0] * 9)
    rows = {r["role"]: r for r in beside(mine, market).rows(named=True)}
    assert rows["x"]["ratio"] == pytest.approx(1.1)
    assert (rows["y"]["cases"], rows["y"]["median"], rows["y"]["market_median"]) == (4, None, 40)
    assert rows["y"]["ratio"] is None


WAGES = st.lists(st.integers(20_000, 400_000).map(float), min_size=5, max_size=40)


@given(WAGES, st.lists(st.integers(2015, 2020), min_size=40, max_size=40))
def test_who_is_alone_in_its_market_is_paid_as_the_market(wage, years):
    mine = paid(["x"] * len(wage), wage, years[: len(wage)])
    row = beside(mine, mine).row(0, named=True)
    for name in employers.SPREAD:
        assert row[f"market_{name}"] == pytest.approx(row[name])
    assert row["ratio"] == pytest.approx(1)


@given(WAGES, st.lists(st.integers(2015, 2020), min_size=40, max_size=40))
def test_a_markets_centiles_are_in_order_and_among_its_wages(wage, years):
    mine = paid(["x"] * 6, [50_000.0] * 6, list(range(2015, 2021)))
    row = beside(mine, paid(["x"] * len(wage), wage, years[: len(wage)])).row(0, named=True)
    spread = [row["market_p25"], row["market_median"], row["market_p75"]]
    assert sorted([min(wage), *spread, max(wage)]) == pytest.approx([min(wage), *spread, max(wage)])


def test_the_market_beside_an_employer_is_of_the_years_in_which_it_has_a_wage_for_that_role():
    mine = paid(["x"] * 5 + ["y"] * 5, [100.0] * 10, [2021] * 2 + [2022] * 3 + [2015] * 5)
    market = paid(["x"] * 12 + ["y"] * 6, [50.0] * 6 + [100.0] * 12, [2015] * 6 + [2022] * 12)
    rows = {r["role"]: r for r in beside(mine, market).rows(named=True)}
    assert (rows["x"]["years"], rows["x"]["market_cases"]) == ([2021, 2022], 6)
    assert rows["x"]["ratio"] == pytest.approx(1)
    assert (rows["y"]["years"], rows["y"]["market_cases"]) == ([2015], None)


def test_a_year_of_the_market_weighs_as_much_as_it_does_with_the_employer():
    mine = paid(["x"] * 10, [90.0] * 10, [2015] + [2022] * 9)
    market = paid(["x"] * 1000, [50.0] * 900 + [100.0] * 100, [2015] * 900 + [2022] * 100)
    row = beside(mine, market).row(0, named=True)
    assert (row["market_p25"], row["market_median"], row["market_cases"]) == (100, 100, 1000)


def test_a_card_of_one_program_is_compared_with_a_year_that_is_partial_in_the_other(
    lake_of, monkeypatch
):
    days = [date(year, month, 20) for year in (2020, 2021) for month in (1, 4, 7, 9)]
    days += [date(2019, 11, 20), date(2020, 11, 20)]  # of the first quarters
    lca = [
        case(number=10 * n + more, decision_date=day, received_date=day)
        for n, day in enumerate(days) for more in range(5)
    ]  # fmt: skip
    perm = [case("perm", n, decision_date=days[0], received_date=days[0]) for n in range(6)]
    lake = lake_of(("lca/2020", lca), ("perm/2020", perm))
    monkeypatch.setenv("FILINGS_LAKE", str(lake))
    test = app("employer", employer="Example Robotics Inc.")
    assert "**FY2021**: 25 LCA cases" in words(test)
    deltas = {one.label: one.delta for one in test.metric}
    assert deltas["LCA certified, FY2021"] == "±0.0 points on FY2020"
    assert not deltas["Cases, FY2021"]


# --------------------------------------------------------------------------------- the figures

CAPTION = Caption("A title", ("Nurse",), "DOL OFLC disclosure data", {2022: {"lca": ""}})


def test_a_score_is_the_sum_of_its_parts_and_what_cannot_be_told_weighs_nothing():
    parts = {part: [1.0, 0.5] for part in ranking.PARTS} | {"pay": [None, 0.5]}
    ranked = pl.DataFrame(
        {"name": ["<b>A</b>", "B"], "rank": [1, 2], "score": [1.0, 0.5], "cases": [9, 8]} | parts
    )
    figure = charts.scores(ranked, {part: (part, 2.0) for part in ranking.PARTS}, caption=CAPTION)
    assert [sum(bar.x[row] for bar in figure.data) for row in (0, 1)] == pytest.approx([1.0, 0.5])
    assert "&lt;b&gt;A" in figure.layout.annotations[0].text


def test_a_part_that_adds_nothing_to_any_score_is_not_in_the_legend():
    parts = {part: [1.0, 0.5] for part in ranking.PARTS} | {"perm": [0.0, None]}
    ranked = pl.DataFrame(
        {"name": ["A", "B"], "rank": [1, 2], "score": [0.8, 0.5], "cases": [9, 8]} | parts
    )
    weights = {part: (part, 1.0) for part in ranking.PARTS} | {"pay": ("pay", 0.0)}
    figure = charts.scores(ranked, weights, caption=CAPTION)
    assert [bar.name for bar in figure.data] == [
        one for one in ranking.PARTS if one not in {"perm", "pay"}
    ]


def test_a_label_is_cut_and_its_numbers_never():
    for label in ("Project or programme manager of many things", "X" * 80):
        said = cut(label, ": 1,234 (56.7%)")
        assert said.endswith("…: 1,234 (56.7%)")
        assert len(said) <= WIDEST
    assert cut("Nurse", ": 5") == "Nurse: 5"
