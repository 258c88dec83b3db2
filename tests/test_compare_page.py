"""Roles beside each other: the page, its numbers, its figures."""

import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from analytics import compare, places
from charts import compare as charts
from charts import theme
from charts.frame import Caption, year_labels
from loaders.build import build
from loaders.facts import codes
from loaders.roles import within
from tests.conftest import case, figures, opened, words

SEEDS = ["machine-learning-engineer", "data-scientist", "software-engineer"]


def app(**params: object) -> AppTest:
    return opened("compare-roles", **params)


NURSE = {"job_title": "Registered Nurse", "soc_code_raw": "29-1141"}
JAVA = {"job_title": "Java Developer"}


def test_one_click_compares_the_seeds():
    test = app()
    assert "Choose two to six roles" in words(test)
    test.button(key="example").click().run()
    assert not test.exception
    assert test.multiselect(key="roles").value == SEEDS
    assert "has the most cases" in words(test)


def test_one_role_is_no_comparison():
    test = app(roles="nurse")
    assert "Choose two to six roles" in words(test)
    assert not figures(test)


SECTIONS = {
    "Wage levels", "Offered wages", "How DOL decided", "PERM time", "Seniority", "Top employers",
    "Top metros", "Top states", "Occupation codes it hides in", "All numbers",
}  # fmt: skip


def test_a_link_by_ids_opens_every_section_with_its_provenance():
    test = app(roles=SEEDS)
    assert {one.value for one in test.subheader} >= SECTIONS
    assert words(test).count("**Definition.**") >= len(figures(test)) >= 6
    for one in figures(test):
        assert "SAMPLE DATA" in [note["text"] for note in one["layout"]["annotations"]]


TIMED = {"received_date": date(2020, 1, 1), "decision_date": date(2020, 11, 1)}
LATER = {"received_date": date(2020, 1, 1), "decision_date": date(2021, 11, 1)}
POOLED = "PERM takes longer in some years than in others"


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("compare-roles", {"roles": ["nurse", "software-engineer"]}),
        ("compare-employers", {"employer": ["Meta", "Example Robotics"]}),
    ],
)
def test_perm_times_of_several_years_say_so_and_of_which(page, who, lake_of, monkeypatch):
    meta = {"employer_name": "Meta Platforms, Inc.", "fein": "20-1665019"}
    rows = [case("perm", n, **TIMED | NURSE | meta) for n in range(6)]
    rows += [case("perm", n, **LATER | JAVA) for n in range(6, 12)]
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("perm/2020", rows))))
    said = words(opened(page, **who))
    assert POOLED in said
    assert re.search(r"both dates: [\w .]+ FY2021; [\w .]+ FY2022\.", said)
    assert POOLED not in words(opened(page, **who, years=["FY2022", "FY2022"]))


def test_six_roles_fit():
    six = [*SEEDS, "nurse", "accountant", "professor"]
    assert app(roles=six).multiselect(key="roles").value == six


def test_a_link_with_more_than_six_roles_still_opens():
    many = [*SEEDS, "nurse", "accountant", "professor", "dentist", "lawyer"]
    test = opened("compare-roles", roles=many)
    assert len(test.multiselect(key="roles").value) <= 6


def test_an_unknown_role_of_a_link_is_named():
    assert "asks for roles astronaut" in words(app(roles=["astronaut", "nurse"]))


def test_the_sentence_counts_each_role_and_names_the_absent(workbook, tmp_path):
    rows = [case(number=n, wage_from=100_000) for n in range(8)]
    rows += [case(number=n, **NURSE, wage_from=80_000) for n in range(8, 14)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(roles=["nurse", "software-engineer", "veterinarian"]))
    assert "Software engineer has the most cases, 8; Nurse 6; FY2023 (partial)." in said
    assert "from $80,000 (Nurse, n = 6) to $100,000 (Software engineer, n = 8)" in said
    assert "None observed under these filters: Veterinarian" in said
    assert "6 (42.9%)" not in said


def test_too_few_cases_are_not_rated_and_not_ranked_by_pay(workbook, tmp_path):
    rows = [case(number=n) for n in range(3)] + [case(number=n, **NURSE) for n in range(3, 6)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(roles=["nurse", "software-engineer"]))
    sentence = said.split("####")[1].split("\n")[0]
    assert "Too few cases are decided to rate any" in sentence
    assert not re.search(r"%|\$", sentence)


def test_a_program_without_a_file_offers_to_loosen(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [case(number=n) for n in range(6)])
    build(tmp_path / "raw", tmp_path / "lake")
    test = app(roles=["nurse", "software-engineer"], program="PERM")
    assert "No PERM file is loaded, so nothing is known" in words(test)
    test.button(key="drop_program").click().run()
    assert "6" in words(test)


def test_an_employer_is_text_on_the_page_whatever_it_is_called(workbook, tmp_path):
    name = "<img src=x onerror=alert(1)> Inc."
    rows = [case(number=n, employer_name=name) for n in range(6)]
    rows += [case(number=n, **NURSE) for n in range(6, 12)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    test = app(roles=["nurse", "software-engineer"])
    assert "<img" not in words(test)
    assert any("<img" in str(one.value.to_dict()).lower() for one in test.dataframe)


# --------------------------------------------------------------------------------- the numbers

CASES = pl.DataFrame(
    {
        "role": ["software-engineer"] * 6 + ["nurse"] * 3,
        "finer_role": ["java-developer"] * 2 + [None] * 7,
        "program": ["lca"] * 9,
        "fiscal_year": [2022, 2023] * 4 + [2023],
        "worksite_state": ["TX", "TX", "CA", None, "TX", "TX", "NY", "NY", "NJ"],
        "worksite_city": ["Austin", "AUSTIN", "St. Jose", "x", "austin ", "Saint  Jose", "", "A", "B"],
        "worksite_county": [None] * 9,
    }
)  # fmt: skip
ROLES = within(["software-engineer", "java-developer", "nurse"])


def test_a_case_of_a_finer_role_counts_for_the_whole_role_too():
    found = compare.of_roles(CASES.lazy(), ROLES).collect()
    counted = dict(found["asked"].cast(pl.String).value_counts().rows())
    assert counted == {"software-engineer": 6, "java-developer": 2, "nurse": 3}


def test_years_and_parts_of_a_role_sum_to_its_cases():
    several = compare.of_roles(CASES.lazy(), ROLES)
    years = compare.by_year(several).collect()
    assert years.filter(asked="nurse")["cases"].sum() == 3
    parts = compare.parts(several, "worksite_state").collect()
    of = parts.filter(asked="software-engineer")
    assert of.select("value", "cases", "share").rows() == [("TX", 4, 0.8), ("CA", 1, 0.2)]
    assert parts.filter(asked="nurse")["share"].to_list() == [None, None]


def test_the_order_of_rows_never_matters():
    for make in (compare.by_year, lambda f: compare.parts(f, "worksite_state")):
        there, back = (
            make(compare.of_roles(of.lazy(), ROLES)).collect() for of in (CASES, CASES.reverse())
        )
        assert there.equals(back)


def test_the_first_of_each_group_are_its_most():
    several = compare.of_roles(CASES.lazy(), ROLES)
    top = compare.first(compare.parts(several, "worksite_state"), 1).collect()
    assert top.select(pl.col("asked").cast(pl.String), "value").rows() == [
        ("software-engineer", "TX"), ("java-developer", "TX"), ("nurse", "NY"),
    ]  # fmt: skip


def test_the_most_frequent_values_keep_all_their_cases():
    found = compare.valued(CASES.lazy(), places.city(), 1).collect()
    assert found["value"].to_list() == ["Austin, TX"] * 3
    assert found["worksite_city"].to_list() == ["Austin", "AUSTIN", "austin "]
    every = compare.valued(CASES.lazy(), places.city(), 99).collect()
    assert every.height == CASES.select(places.city()).to_series().count()


def test_cities_of_metros_are_spelled_as_filed_cities_are():
    spelled = pl.DataFrame({"place": list(codes("shown/metros"))}).select(
        "place",
        worksite_city=pl.col("place").str.replace(", [A-Z]{2}$", ""),
        worksite_state=pl.col("place").str.slice(-2),
    )
    assert spelled.filter(places.city() != pl.col("place")).is_empty()
    assert set(spelled["worksite_state"]) <= set(codes("states"))


def test_a_metro_is_none_of_the_cities():
    areas = set(codes("shown/metros").values())
    assert all(" (metro), " in area for area in areas)
    assert areas.isdisjoint(codes("shown/metros"))


def test_a_city_has_one_spelling_and_needs_its_state():
    found = CASES.select(places.city()).to_series().to_list()
    assert found[:6] == [
        "Austin, TX",
        "Austin, TX",
        "St Jose, CA",
        None,
        "Austin, TX",
        "St Jose, TX",
    ]
    assert found[6] is None


# --------------------------------------------------------------------------------- the figures

CAPTION = Caption(
    "A title", ("Nurse",), "DOL OFLC", {2023: {"lca": ""}}, {"lca": [2021, 2022, 2023]}
)
NAMES = {"software-engineer": "Software <b>engineer</b>", "nurse": "Nurse"}


def _lines(**more: object):
    counts = compare.by_year(compare.of_roles(CASES.lazy(), within(NAMES))).collect()
    asked = {"years": (2020, 2023), "caption": CAPTION}
    return charts.lines(counts, NAMES, **(asked | more))


def test_a_year_without_a_file_is_a_gap_and_a_loaded_one_without_a_case_is_zero():
    software = _lines().data[0]
    assert list(software.y) == [None, 0, 3, 3]
    assert software.connectgaps is False


def test_a_year_without_a_file_has_a_cross_where_the_axis_begins():
    for figure, floor in ((_lines(), 0), (_lines(logarithmic=True), 1)):
        gaps = next(one for one in figure.data if one.name == "No file loaded")
        assert (list(gaps.x), list(gaps.y)) == ([2020], [floor])
        assert gaps.showlegend


def test_each_line_is_named_at_its_end_as_text_and_partial_years_are_hollow():
    figure = _lines()
    said = [note.text for note in figure.layout.annotations]
    assert "Software<br>&lt;b&gt;engineer&lt;/b&gt;" in said
    assert "Nurse" in said
    assert [one.endswith("-open") for one in figure.data[0].marker.symbol] == [False] * 3 + [True]
    assert any("partial" in one for one in figure.layout.xaxis.ticktext)


def test_a_year_that_is_partial_in_one_program_is_whole_in_the_other():
    both = pl.DataFrame(
        {"asked": ["nurse"] * 4, "program": ["lca", "lca", "perm", "perm"],
         "fiscal_year": [2022, 2023] * 2, "cases": [5, 9, 5, 9]}
    )  # fmt: skip
    loaded = {"lca": [2022, 2023], "perm": [2022, 2023]}
    held = replace(CAPTION, partial={2023: {"perm": "to 31 Jan"}}, loaded=loaded)
    figure = charts.lines(both, {"nurse": "Nurse"}, years=(2022, 2023), caption=held)
    assert [list(one.marker.symbol) for one in figure.data[:2]] == [
        ["circle", "circle"],
        ["circle", "circle-open"],
    ]
    assert list(figure.layout.xaxis2.ticktext) == ["FY2022", "FY2023 PERM partial"]
    assert year_labels([2023], replace(held, partial={2023: loaded})) == ["FY2023 partial"]
    assert year_labels([2023], held, ["lca"]) == ["FY2023"]


def test_labels_of_lines_that_end_together_do_not_overlap():
    heights = [note.y for note in _lines().layout.annotations if note.xref.startswith("x")]
    assert abs(heights[0] - heights[1]) > 0.1


def test_bars_of_parts_are_of_one_length():
    mix = pl.DataFrame(
        {"asked": ["software-engineer"] * 2 + ["nurse"], "value": ["I", "IV", "II"], "cases": [1, 4, 9]}
    )  # fmt: skip
    figure = charts.stacked(mix, NAMES, look="wage_level", axis="Part", caption=CAPTION)
    assert [bar.name for bar in figure.data] == ["Level I", "Level II", "Level IV"]
    for row in range(2):
        assert sum(bar.x[row] for bar in figure.data) == pytest.approx(1)


def test_a_role_of_fewer_than_five_cases_has_no_bar_of_parts_and_says_so():
    mix = pl.DataFrame(
        {"asked": ["software-engineer"] * 2 + ["nurse"], "value": ["I", "IV", "II"], "cases": [1, 3, 9]}
    )  # fmt: skip
    figure = charts.stacked(mix, NAMES, look="wage_level", axis="Part", caption=CAPTION)
    assert [[bar.x[row] for bar in figure.data] for row in range(2)] == [[None] * 3, [0, 1, 0]]
    assert "(n = 4, too few)" in figure.layout.annotations[0].text


def test_an_axis_of_rates_that_does_not_begin_at_zero_says_so():
    rated = pl.DataFrame(
        {"rate": [0.9, None], "rate_low": [0.83, None], "rate_high": [0.95, None],
         "certified": [90, 2], "decided": [100, 3]}
    )  # fmt: skip
    figure = charts.rates(rated, labels=["Nurse", "Other"], caption=CAPTION)
    assert figure.layout.xaxis.range[0] == pytest.approx(0.8)
    assert "the axis begins at 80%" in figure.layout.xaxis.title.text
    assert figure.data[0].x[1] is None
    assert "Other: too few (n = 3)" in [note.text for note in figure.layout.annotations]


def test_rates_that_are_nearly_all_stand_apart_and_all_of_them_is_ticked():
    rated = pl.DataFrame(
        {"rate": [0.994, 1.0], "rate_low": [0.98, 0.99], "rate_high": [0.998, 1.0],
         "certified": [994, 1000], "decided": [1000, 1000]}
    )  # fmt: skip
    axis = charts.rates(rated, labels=["A", "B"], caption=CAPTION).layout.xaxis
    assert axis.range[0] == pytest.approx(0.9)
    assert axis.tick0 == 1
    assert (1 - axis.range[0]) / axis.dtick <= 6


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_compared_colour_can_be_read_as_text(mode):
    for colours in theme.COMPARED:
        assert _contrast(colours[mode == "dark"], theme.SURFACE[mode]) >= 4.5


@pytest.mark.shared
def test_cities_of_the_real_rows_sum_to_the_cases_that_have_one(shared):
    path = shared / "realdata/perm/perm_fy2010.parquet"
    rows = pl.read_parquet(path, columns=["worksite_city", "worksite_state"]).with_columns(
        role=pl.when(pl.col("worksite_state") == "TX")
        .then(pl.lit("nurse"))
        .otherwise(pl.lit("driver")),
        finer_role=pl.lit(None, pl.String),
    )
    several = compare.of_roles(rows.lazy(), within(["nurse", "driver"]))
    cities = compare.parts(several, places.city()).collect()
    assert cities["cases"].sum() == rows.filter(pl.all_horizontal(
        pl.col("worksite_city", "worksite_state").str.strip_chars() != ""
    )).height  # fmt: skip
    assert cities.filter(asked="nurse")["value"].str.ends_with(", TX").all()
