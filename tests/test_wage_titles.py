"""Years whose files have no job title of the employer: none found there is not zero."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from plotly.io import from_json
from streamlit.testing.v1 import AppTest

from charts import drawn
from charts.counts import NO_TITLES
from loaders import role_notes
from loaders.layouts import layouts
from tests.conftest import SHARED, Row, case, figures, numbers, opened, words

TITLES = {
    2013: ["Software Developers, Applications"] * 6 + ["Software Quality Assurance Engineers"],
    2015: ["Product Manager", "Data Engineer", "Software Engineer", "Test Engineer"] * 6,
}
SENTENCE = "PERM files of FY2013 have no employer's job title"
BLIND = "The files of these years cannot tell"
Y2013 = {"years": ["FY2013", "FY2013"]}


PERM = [
    (
        f"perm/{year}",
        [
            case(
                "perm", 1000 * (year - 2000) + number, job_title=title, soc_code_raw="15-1132",
                soc_title="Software Developers, Applications", wage_level=None if number else "II",
                decision_date=date(year - (number % 4 == 0), (10, 2, 5, 9)[number % 4], 20),
            )
            for number, title in enumerate(titles)
        ],
    )
    for year, titles in TITLES.items()
]  # fmt: skip
"""PERM of FY2013, with titles of occupations, and of FY2015."""


@pytest.fixture(autouse=True)
def loaded(lake_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have pages read PERM's two years; with these workbooks beside them where it is called."""

    def load(*more: tuple[str, list[Row]]) -> None:
        monkeypatch.setenv("FILINGS_LAKE", str(lake_of(*PERM, *more)))

    load()
    return load


def drawn_by(test: AppTest, name: str) -> list[dict]:
    """The traces of the first figure of a page, of that name."""
    return [one for one in figures(test)[0]["data"] if one.get("name") == name]


def test_the_layouts_named_are_perm_layouts_that_fill_the_title_from_the_prevailing_wage():
    known = {one.id: one for one in layouts()}
    for layout_id in role_notes.wage_titles():
        assert known[layout_id].fields["job_title"] == ["PW_JOB_TITLE_9089"]
    others = {one.id for one in layouts() if "job_title" in one.fields}
    for layout_id in others - set(role_notes.wage_titles()):
        assert "PW_JOB_TITLE_9089" not in known[layout_id].fields["job_title"]


def test_a_role_of_titles_alone_has_no_zero_but_a_cross_and_the_reason():
    test = opened("role", role="product-manager")
    assert any(one.value.startswith(SENTENCE) for one in test.caption)
    (marks,) = drawn_by(test, NO_TITLES)
    assert marks["x"] == ["FY2013"]
    assert SENTENCE in next(one for one in words(test).split("\n") if "**Definition.**" in one)
    assert numbers(test, "role-cases")["fiscal_year"].to_list() == [2015]


def test_a_role_that_the_occupation_tells_keeps_its_cases_paler_with_the_sentence():
    test = opened("role", role="software-engineer")
    (bars,) = drawn_by(test, "PERM")
    assert (bars["y"][0], bars["y"][-1]) == (6, 6)
    assert bars["marker"]["opacity"][0] < bars["marker"]["opacity"][-1]
    assert "no job titles of employers" in bars["customdata"][0]
    assert SENTENCE in words(test)
    assert not drawn_by(test, NO_TITLES)


def test_compared_roles_have_a_gap_in_the_figure_and_on_the_slide():
    test = opened("compare-roles", roles=["product-manager", "software-engineer"])
    (line,) = drawn_by(test, "Product manager")
    assert line["y"] == [None, None, 6]
    (other,) = drawn_by(test, "Software engineer")
    assert other["y"] == [6, None, 6]
    assert other["marker"]["symbol"][0].endswith("-open")
    (marks,) = drawn_by(test, NO_TITLES)
    assert marks["x"] == [2013]
    assert SENTENCE in words(test)
    chart = from_json(test.get("plotly_chart")[0].proto.spec, skip_invalid=True)
    (panel,) = drawn.panels(chart)
    assert panel.series[0].values == (None, None, 6)
    assert panel.categories[0].endswith("(no titles)")


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("role", {"role": "product-manager"}),
        ("compare-roles", {"roles": ["product-manager", "data-engineer"]}),
        ("employers", {"role": "product-manager"}),
        ("filing-counts", {"title": "product manager"}),
        ("wages", {"roles": ["product-manager"]}),
        ("approvals", {"roles": ["product-manager"]}),
    ],
)
def test_where_all_chosen_years_lack_titles_the_page_says_that_it_cannot_tell(page, asked):
    said = words(opened(page, **asked, **Y2013))
    assert BLIND in said
    assert SENTENCE in said
    assert "No employer filed" not in said
    assert BLIND not in words(opened(page, **asked))


def test_a_year_in_which_nobody_could_be_seen_filing_costs_no_employer_its_consistency():
    for role, years in (("product-manager", "FY2015."), ("software-engineer", "FY2013, FY2015.")):
        test = opened("employers", role=role)
        (table,) = (one for one in test.dataframe if "consistency" in one.value.columns)
        assert table.value["consistency"].to_list() == [1.0]
        assert f"and in no other: {years}" in table.proto.columns


def test_a_search_of_titles_at_an_employer_says_that_the_files_cannot_tell():
    asked = {"employer": "Example Robotics", "title": "product manager"}
    said = words(opened("employer", **asked, **Y2013))
    assert f"{BLIND} whether a case is of *product manager*" in said
    assert "in its job title" not in said
    both = words(opened("employer", **asked | {"title": "plumber"}))
    assert "No case of this employer has *plumber* in its job title" in both
    assert SENTENCE in both.split("in its job title")[1]


def test_pages_that_ask_nothing_of_titles_say_nothing_of_them():
    for page in ("filing-counts", "approvals"):
        assert SENTENCE not in words(opened(page))
    assert SENTENCE in words(opened("wages"))  # split by seniority
    assert SENTENCE not in words(opened("wages", split="State"))


def test_counts_of_titles_are_blank_beside_those_of_another_program(loaded):
    rows = [
        case(number=number, job_title=title, decision_date=date(2013, 3, 1 + number))
        for number, title in enumerate(["Product Manager", "Product Manager", "Plumber"])
    ]
    loaded(("lca/2011", rows))
    test = opened("filing-counts", title="product manager")
    table = pl.DataFrame(next(one for one in test.dataframe if "total" in one.value.columns).value)
    assert table.select("LCA", "PERM", "total").rows() == [(2, None, 2), (None, 6, 6)]
    assert BLIND not in words(opened("role", words="plumber", **Y2013))


def test_a_form_without_levels_is_not_one_that_was_left_blank(loaded):
    rows = [case("perm", number=9000 + n, decision_date=date(2026, 1, 9)) for n in range(6)]
    loaded(("perm/2025", rows))
    test = opened("employer", employer="Example Robotics")
    tables = [pl.DataFrame(one.value) for one in test.dataframe]
    (wages,) = (one for one in tables if "wage_level" in one.columns and "p10" in one.columns)
    said = dict(wages.select("wage_level", "cases").rows())
    assert said == {"II": 2, "Left blank": 29, "Not on this form": 6}


@pytest.mark.shared
@pytest.mark.parametrize("year", [2009, 2010, 2013, 2015])
def test_the_measured_shares_of_occupations_names_are_those_of_the_real_files(shared, year):
    names = set[str]()
    for path in (SHARED / "reference/soc").glob("*.csv"):
        table = pl.read_csv(path, infer_schema=False)
        titles = [one for one in table.columns if "title" in one.lower()]
        names |= {name for one in titles for name in table.select(_plain(one)).to_series()}
    own = pl.read_csv("data/codes/shown/soc_titles.csv").select(_plain("title")).to_series()
    rows = pl.read_parquet(shared / f"realdata/perm/perm_fy{year}.parquet")
    is_name = rows.select(_plain("job_title").is_in([*names, *own])).to_series()
    measured = dict(filter(None, role_notes.wage_titles().values()))
    found = is_name.fill_null(value=False).mean()
    assert round(found, 2) == measured[year] if year in measured else found < 0.1


def _plain(column: str) -> pl.Expr:
    text = pl.col(column).str.replace_all(r"\(#+\)|\*", "").str.to_lowercase()
    text = text.str.replace_all("&", " and ").str.replace_all(r"[^a-z0-9]+", " ")
    return text.str.replace_all(r"(\w\w[^s\d])s\b", "$1").str.strip_chars()
