"""The page of a role: its numbers, its figures, what is told beside them."""

import re
from datetime import date

import plotly.graph_objects as go
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from analytics import provenance, ranking, shares
from charts import drawn
from charts import roles as charts
from charts.frame import Caption
from charts.theme import LOOKS
from loaders import role_notes, roles, soc
from loaders.build import build
from loaders.facts import weights
from tests.conftest import ROOT, case, figures, words

PAGE = "pages/roles/role.py"


def app(**params: object) -> AppTest:
    test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90)
    for name, value in params.items():
        test.query_params[name] = value
    test.switch_page(PAGE).run()
    assert not test.exception
    return test


def titles(test: AppTest) -> str:
    return " ".join(one["layout"]["legend"]["title"]["text"] for one in figures(test))


def lca(number: int, **fields: object) -> dict:
    return case(number=number, **fields)


# ------------------------------------------------------------------------------------ the page


@pytest.mark.parametrize(
    "asked", ["software-engineer", "Software engineer", "Software engineer: Java developer"]
)
def test_a_role_is_answered_by_its_name_or_its_id_in_the_link(asked):
    said = words(app(role=asked))
    assert re.search(r"#### [\d,]+ LCA and [\d,]+ PERM cases for Software engineer", said)
    assert "of decided were certified (n = " in said


def test_an_unknown_role_in_the_link_is_named_and_the_roles_are_listed():
    test = app(role="astronaut")
    assert "asks for role astronaut: not among the choices" in words(test)
    assert "Choose a role" in words(test)


def test_without_a_role_the_page_lists_every_role_with_its_cases():
    (table,) = app().dataframe
    assert {"name", "cases", "share", "about"} <= set(table.value.columns)


def test_words_are_a_role_of_ones_own():
    test = app(words="engineer")
    assert "cases for “engineer” in the title" in words(test)


def test_words_of_an_internship_lead_to_the_full_time_role():
    said = words(app(words="machine learning intern"))
    assert "look at the full-time role that the internship leads to" in said
    assert role_notes.of_words("machine learning intern") == ("machine-learning-engineer", "intern")


def test_a_role_without_a_case_says_so_and_offers_its_neighbours(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [lca(n) for n in range(6)])
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(role="veterinarian"))
    assert "#### No case for Veterinarian fits\n" in said
    assert "See also" in said


def test_a_program_without_a_case_of_the_role_can_be_dropped(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [lca(n) for n in range(6)])
    build(tmp_path / "raw", tmp_path / "lake")
    test = app(role="software-engineer", program="PERM")
    assert "#### No PERM file is loaded, so nothing is known of such cases" in words(test)
    test.button(key="drop_program").click().run()
    assert "6 LCA cases for Software engineer" in words(test)


@pytest.mark.parametrize(("key", "asked"), [("words", "oncology"), ("role", "veterinarian")])
def test_what_no_case_fits_can_be_dropped(key, asked, workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [lca(n) for n in range(6)])
    build(tmp_path / "raw", tmp_path / "lake")
    test = app(**{key: asked})
    assert "Loosen one" in words(test)
    test.button(key=f"drop_{key}").click().run()
    assert not test.exception
    assert "Choose a role to see who files for it" in words(test)


def test_fewer_than_five_decided_give_a_count_and_no_rate(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [lca(n) for n in range(4)])
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(role="software-engineer"))
    assert "4 LCA cases for Software engineer" in said
    assert "too few decided to rate (n = 4)" in said
    assert "%" not in said.split("####")[1].split("\n")[0]


def test_every_figure_of_the_sample_says_that_it_is_one_and_names_its_role():
    found = figures(app(role="software-engineer"))
    assert found
    for one in found:
        assert "SAMPLE DATA" in [note["text"] for note in one["layout"]["annotations"]]
        assert "Software engineer" in drawn.title(go.Figure(one))[1]


def test_about_a_number_all_cases_are_those_counted_and_those_left_out(workbook, tmp_path):
    rows = [lca(n) for n in range(6)] + [
        lca(n, job_title="Dentist", soc_code_raw="29-1021") for n in range(6, 9)
    ]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(role="software-engineer"))
    assert "6 cases of 9 in the lake" in said
    assert "left out 3: of other roles" in said


def test_a_line_marks_where_a_code_of_the_role_was_split(workbook, tmp_path):
    days = [date(2021, 11, 1), date(2022, 11, 1)]
    workbook("a.xlsx", "lca/2020", [lca(n, decision_date=days[n % 2]) for n in range(12)])
    build(tmp_path / "raw", tmp_path / "lake")
    test = app(role="software-engineer")
    notes = [note["text"] for note in figures(test)[0]["layout"]["annotations"]]
    assert "LCA: SOC 2018" in notes
    assert "SOC 2018 split 15-1132 Software Developers, Applications" in words(test)


SECTIONS = {
    "How DOL decided", "Wage levels", "Offered wages", "PERM time", "Who files",
    "Where the work is", "Seniority", "Occupation codes it hides in", "TN status",
}  # fmt: skip


def test_a_role_of_the_sample_has_every_section_with_its_provenance():
    test = app(role="software-engineer")
    assert {one.value for one in test.subheader} >= SECTIONS
    assert words(test).count("**Definition.**") >= len(figures(test))


def test_a_claim_stands_beside_its_measured_share_with_count(workbook, tmp_path):
    ml = {"job_title": "Machine Learning Engineer"}
    levels = ["I", "II", "II", "III"] * 5
    rows = [lca(n, **ml, wage_level=level) for n, level in enumerate(levels)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(role="machine-learning-engineer"))
    assert "Level III or IV is typical" in said
    assert "**25.0%** (5 of 20" in said
    assert "Most: Level II 50.0%" in said
    assert "**Not enough to tell**: no case to measure" in said


def test_a_role_nobody_speaks_of_has_no_claims(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [lca(n) for n in range(6)])
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(role="software-engineer"))
    assert "What is said" not in said
    assert "PERM time" not in said


def test_interns_are_answered_with_the_full_time_role(workbook, tmp_path):
    rows = [lca(n) for n in range(200)] + [lca(200, job_title="Software Engineer Intern")]
    rows += [lca(n, job_title="Junior Software Engineer") for n in range(201, 207)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(role="software-engineer"))
    assert "Almost no LCA or PERM is filed for interns: 1 case here." in said
    assert "206 cases, of which 6 say junior" in said
    assert "100.0% of decided certified (n = 6)" in said


def test_unrated_employers_are_told_from_rated_ones(workbook, tmp_path):
    rows = [lca(n) for n in range(6)] + [
        lca(n, employer_name="Small Shop LLC") for n in range(6, 9)
    ]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    test = app(role="software-engineer")
    assert "1 employer rated; 1 filed fewer than 5 cases" in words(test)
    rated, unrated = (one.value for one in test.dataframe if "trend" in one.value.columns)
    assert (rated["cases"].item(), unrated["cases"].item()) == (6, 3)
    assert rated["rank"].item() == 1
    assert unrated["rank"].isna().all()


def test_weights_are_those_of_the_data_and_change_the_score():
    test = app(role="software-engineer")
    for part, weight in weights().items():
        assert test.slider(key=f"weight_{part}").value == weight
    before = _scores(test)
    for part in weights():
        test.slider(key=f"weight_{part}").set_value(1.0 if part == "recency" else 0.0)
    assert _scores(test.run()) != before
    assert not test.exception


def _scores(test: AppTest) -> list[float]:
    tables = [one.value for one in test.dataframe if "trend" in one.value.columns]
    return tables[0]["score"].tolist()


def test_the_score_without_any_weight_is_none_and_the_page_stands():
    test = app(role="software-engineer")
    for part in weights():
        test.slider(key=f"weight_{part}").set_value(0.0)
    assert not test.run().exception


# ---------------------------------------------------------------------------- what it is made of


def test_every_profession_that_a_role_names_is_described_and_none_is_idle():
    named = {one for spec in roles.roles().values() for one in spec.get("tn", [])}
    assert named == set(role_notes.professions())
    assert all({"profession", "asks"} <= set(one) for one in role_notes.professions().values())


def test_a_finer_role_has_the_professions_of_its_role_unless_it_names_its_own():
    assert role_notes.tn("nurse-practitioner") == role_notes.tn("nurse")
    assert role_notes.tn("dentist")[0]["profession"] == "Dentist"


def test_a_claim_is_of_a_role_and_of_a_column_that_cases_have():
    from loaders.schema import Filing  # noqa: PLC0415

    for role in roles.roles():
        for claim in role_notes.claims(role):
            assert claim.column in Filing.column_names()
            assert claim.values


def test_every_role_has_a_name_of_its_own_and_neighbours_that_exist():
    names = [role_notes.named(one) for one in roles.roles()]
    assert len(set(names)) == len(names)
    assert set(role_notes.listed()) == set(roles.roles())
    for role in roles.roles():
        near = role_notes.near(role)
        assert set(near) <= set(roles.roles())
        assert role not in near


def test_an_occupation_tells_what_it_was_split_from():
    assert "15-1132 Software Developers, Applications" in soc.blurred("15-1252", "2018")
    assert soc.blurred("15-1252", "2010") == ["15-1031", "15-1032"]
    assert soc.blurred("29-1141", "2018") == []


CASES = pl.DataFrame(
    {
        "program": ["perm"] * 10,
        "fiscal_year": [2022] * 10,
        "status": ["certified"] * 4 + ["certified-expired"] * 3 + ["denied"] + ["withdrawn"] * 2,
        "soc_code": ["15-1252"] * 6 + ["15-2051"] * 2 + [None] * 2,
    }
)


def test_three_definitions_differ_by_what_they_are_of():
    rows = {r["definition"]: r for r in shares.definitions(CASES.lazy()).collect().rows(named=True)}
    assert (rows["of decided"]["certified"], rows["of decided"]["cases"]) == (7, 8)
    assert (rows["of all"]["certified"], rows["of all"]["cases"]) == (7, 10)
    assert (rows["as labelled"]["certified"], rows["as labelled"]["cases"]) == (4, 10)
    for row in rows.values():
        assert row["rate_low"] < row["rate"] < row["rate_high"]


def test_shares_by_a_column_are_of_those_that_have_a_value_and_cases_sum_to_all():
    found = shares.by(CASES.lazy(), "soc_code").collect()
    assert found.rows() == [("15-1252", 6, 0.75), ("15-2051", 2, 0.25), (None, 2, None)]


def test_a_share_of_fewer_than_five_is_none():
    assert shares.by(CASES.head(4).lazy(), "soc_code").collect()["share"].to_list() == [None]
    assert (
        shares.measured(CASES.head(4).lazy(), "soc_code", ["15-1252"]).collect()["rate"][0] is None
    )


def test_a_claim_is_measured_against_the_cases_that_have_a_value():
    row = shares.measured(CASES.lazy(), "soc_code", ["15-1252"]).collect().row(0, named=True)
    assert (row["cases"], row["found"], row["rate"]) == (8, 6, 0.75)


def test_order_of_cases_never_matters():
    for make in (shares.definitions, lambda f: shares.by(f, "soc_code")):
        assert make(CASES.lazy()).collect().equals(make(CASES.reverse().lazy()).collect())


def test_what_perm_jobs_require_is_told_and_is_no_count_of_eb2(workbook, tmp_path):
    asks = [("Master's", 24)] * 3 + [("Bachelor's", 60)] + [("Bachelor's", 12)] * 2
    rows = [
        case("perm", n, minimum_education=school, required_experience_months=months)
        for n, (school, months) in enumerate(asks)
    ]
    workbook("a.xlsx", "perm/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    said = words(app(role="Software engineer"))
    assert "66.7%** (4 of 6 PERM cases) require a master's or more" in said
    assert "An indication, no count of EB-2" in said


def test_a_trend_has_every_year_asked_and_sums_to_the_cases():
    filings = pl.DataFrame(
        {
            "brand_id": ["a", "a", None],
            "employer_id": ["x", "y", "z"],
            "fiscal_year": [2020, 2022, 2022],
            "cases": [1, 2, 3],
        }
    )
    found = ranking.trends(filings.lazy(), [2020, 2021, 2022]).collect()
    assert sorted(found.rows()) == [("brand a", [1, 0, 2]), ("employer z", [0, 0, 3])]


def test_every_part_of_the_score_has_a_weight_in_the_data():
    assert set(weights()) == set(ranking.PARTS)


def test_a_part_of_a_number_keeps_what_the_whole_left_out():
    whole = provenance.made({"counted": 8, "role": 92}, "cases", ("PERM FY2022",))
    part = provenance.narrowed(whole, {"counted": 5, "no wage": 3}, "wages")
    assert (part.counted, part.all) == (5, 100)
    assert part.excluded == {"role": 92, "no wage": 3}
    assert part.releases == whole.releases


# ---------------------------------------------------------------------------------- the figures

CAPTION = Caption("A title", ("Nurse",), "DOL OFLC disclosure data")


def test_levels_stand_in_their_order_and_fill_the_year():
    mix = pl.DataFrame(
        {
            "program": ["perm"] * 3, "fiscal_year": [2022] * 3, "level": ["IV", "I", "not asked"],
            "cases": [5, 10, 5], "share": [1 / 3, 2 / 3, None],
        }
    )  # fmt: skip
    figure = charts.levels(mix, years=(2021, 2023), caption=CAPTION)
    assert [bar.name for bar in figure.data] == ["Level I", "Level IV", "Not on this form"]
    assert sum(bar.y[0] for bar in figure.data) == pytest.approx(1)
    assert list(LOOKS["wage_level"])[:4] == ["I", "II", "III", "IV"]


def test_a_year_without_a_file_is_told_from_a_year_without_a_case_in_each_panel():
    mix = pl.DataFrame(
        {"program": ["lca", "perm"], "fiscal_year": [2022] * 2, "level": ["I", "I"],
         "cases": [5, 5], "share": [1.0, 1.0]}
    )  # fmt: skip
    caption = Caption("A title", loaded={"lca": [2020, 2022], "perm": [2022]})
    figure = charts.levels(mix, years=(2020, 2022), caption=caption)
    gaps = [one for one in figure.data if one.name == "No file loaded"]
    assert [(one.xaxis, list(one.x)) for one in gaps] == [("x", [2021]), ("x2", [2020, 2021])]
    assert [one.showlegend for one in gaps] == [True, False]
    assert {at for one in figure.data for at in one.x if one.type == "bar"} == {2022}


def test_a_group_of_too_few_has_its_count_and_no_band():
    spread = pl.DataFrame(
        {"fiscal_year": [2022, 2023], "cases": [3, 9], "p10": [None, 1e5], "p25": [None, 1.1e5],
         "median": [None, 1.2e5], "p75": [None, 1.3e5], "p90": [None, 1.4e5]}
    )  # fmt: skip
    figure = charts.bands(
        spread, by="fiscal_year", unit="US dollars a year", years=(2020, 2024), caption=CAPTION
    )
    assert figure.data[-1].y[0] is None
    assert "3 cases" in figure.data[-1].hovertext[0]
    assert "median $120,000" in figure.data[-1].hovertext[1]
    assert figure.layout.yaxis.rangemode == "tozero"


def test_rates_are_drawn_from_zero_with_their_interval_and_count():
    rates = shares.definitions(CASES.lazy()).collect()
    figure = charts.certification(rates, years=(2022, 2022), caption=CAPTION)
    assert figure.layout.yaxis.range[0] == 0
    assert len(figure.data) == 3
    assert all(one.error_y.array[0] > 0 for one in figure.data)
    assert list(figure.data[0].customdata[0][1:3]) == [7, 8]


def test_bars_carry_their_count_and_share_and_show_text_as_it_is():
    parts = pl.DataFrame({"cases": [6, 2], "share": [0.75, None]})
    figure = charts.bars(parts, labels=["<b>x</b>", "y"], caption=CAPTION)
    said = [note.text for note in figure.layout.annotations]
    assert said == ["&lt;b&gt;x&lt;/b&gt;: 6 (75.0%)", "y: 2"]


@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_of_a_role_carries_its_title_filters_and_source(dark):
    caption = Caption("<i>T</i>", ("Nurse", "PERM"), "DOL OFLC", sample=True, dark=dark)
    figure = charts.bars(
        pl.DataFrame({"cases": [6], "share": [0.75]}), labels=["x"], caption=caption
    )
    title = figure.layout.legend.title.text
    assert "&lt;i&gt;T" in title
    assert "Nurse · PERM" in title
    assert "DOL OFLC" in figure.layout.xaxis.title.text
    assert "SAMPLE DATA" in [note.text for note in figure.layout.annotations]
