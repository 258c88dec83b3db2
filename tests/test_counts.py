from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import counts
from charts import counts as charts
from charts import theme
from loaders.schema import STATUSES, VISA_CLASSES, Filing
from tests.conftest import contrast


def filings(*rows: dict[str, object]) -> pl.LazyFrame:
    base = {
        "program": "lca", "fiscal_year": 2023, "decision_date": date(2023, 2, 1), "status": "certified",
        "visa_class": "H-1B", "job_title": "Software Engineer", "soc_code_filed": "15-1252",
        "soc_title": "Software Developers", "worksite_state": "TX", "total_workers": 1,
    }  # fmt: skip
    schema = {name: column.dtype for name, column in Filing.columns().items() if name in base}
    return pl.LazyFrame([base | row for row in rows], schema=schema)


def of(*statuses: str, **more: object) -> pl.LazyFrame:
    return filings(*({"status": status, **more} for status in statuses))


def rates(frame: pl.LazyFrame) -> dict[str, object]:
    return counts.certification(frame).collect().row(0, named=True)


def test_six_certified_two_withdrawn_later_one_denied_and_one_withdrawn_are_eight_of_nine():
    row = rates(of(*["certified"] * 6, *["certified-withdrawn"] * 2, "denied", "withdrawn"))
    assert row["rate"] == pytest.approx(8 / 9)
    assert row["rate_of_all"] == pytest.approx(8 / 10)
    assert (row["certified"], row["decided"], row["cases"]) == (8, 9, 10)


def test_perm_without_a_plain_certified_is_not_zero_percent():
    row = rates(of(*["certified-expired"] * 8, "denied", "denied", program="perm"))
    assert row["rate"] == pytest.approx(0.8)


def test_fewer_than_five_decided_give_no_rate():
    assert rates(of("certified", "certified", "certified", "denied", "withdrawn"))["rate"] is None
    assert rates(of("certified", "certified", "certified", "denied", "denied"))["rate"] == 0.6


def test_an_unknown_status_is_neither_certified_nor_denied():
    row = rates(of(*["certified"] * 5, "other"))
    assert (row["decided"], row["other"], row["rate"]) == (5, 1, 1.0)


@pytest.mark.parametrize(
    ("day", "quarter"),
    [(date(2022, 10, 1), 1), (date(2022, 12, 31), 1), (date(2023, 1, 1), 2), (date(2023, 4, 1), 3),
     (date(2023, 7, 1), 4), (date(2023, 9, 30), 4), (None, None)],
)  # fmt: skip
def test_the_first_fiscal_quarter_begins_in_october(day, quarter):
    frame = filings({"decision_date": day}).select(counts.fiscal_quarter()).collect()
    assert frame.item() == quarter


def test_quarters_and_undated_cases_add_up_to_the_year():
    frame = filings(
        {}, {"decision_date": None}, {"decision_date": date(2022, 11, 1)}, {"program": "perm"}
    )
    years, quarters = (
        counts.by_period(frame, split="program", quarters=q).collect() for q in (False, True)
    )
    assert years["cases"].sum() == quarters["cases"].sum() == 4
    assert quarters.filter(pl.col("quarter").is_null())["cases"].to_list() == [1]


@pytest.mark.parametrize(
    ("words", "fits"),
    [("software", True), ("soft* ENGINEERS", False), ("soft* ENG*", True), ('"software eng*"', True),
     ('"engineer software"', False), ("soft", False), ("ware", False), ("ware*", False),
     ("engineer software", True), ("*", True), ("c++", False), ("(", False), ("", True), (".*", False)],
)  # fmt: skip
def test_title_words_are_found_as_words_or_as_they_begin_and_are_never_a_pattern(words, fits):
    assert counts.matching(filings({}), words=words).collect().height == fits


def test_html_does_not_hold_ml():
    frame = filings(
        {"job_title": "HTML Developer"}, {"job_title": "Engineer, ML"}, {"job_title": "MLOps"}
    )
    found = counts.matching(frame, words="ml").collect()["job_title"].to_list()
    assert found == ["Engineer, ML"]
    found = counts.matching(frame, words="ml*").collect()["job_title"].to_list()
    assert found == ["Engineer, ML", "MLOps"]


def test_nurses_are_of_nurse_and_a_nursery_is_not():
    frame = filings(
        *({"job_title": one} for one in ("Nurses, RN", "Nurse's Aide", "Nursery Worker"))
    )
    found = counts.matching(frame, words="nurse").collect()["job_title"].to_list()
    assert found == ["Nurses, RN", "Nurse's Aide"]


def test_signs_in_a_title_can_be_searched():
    frame = filings(
        {"job_title": "C++ Developer"}, {"job_title": "C Developer"}, {"job_title": None}
    )
    assert counts.matching(frame, words="c++").collect().height == 1


@given(st.text(max_size=40))
def test_no_search_breaks_and_none_finds_a_blank_title(words):
    frame = filings({"job_title": None}, {})
    found = counts.matching(frame, words=words).collect()
    assert found.height <= (2 if not counts.terms(words) else 1)


def test_every_filter_narrows_and_all_together_fit():
    frame = filings(
        {}, {"worksite_state": "CA"}, {"program": "perm", "visa_class": None}, {"status": "denied"},
        {"soc_code_filed": "15-1252.01"}, {"soc_code_filed": "15-2051"}, {"fiscal_year": 2020},
    )  # fmt: skip
    asked = {
        "programs": ["lca"], "occupations": ["15-1252"], "states": ["TX"], "visa_classes": ["H-1B"],
        "statuses": ["certified"], "years": (2021, 2023),
    }  # fmt: skip
    for name, value in asked.items():
        assert counts.matching(frame, **{name: value}).collect().height < 7, name
    assert counts.matching(frame, **asked).collect().height == 2


def test_a_year_that_ends_early_or_lacks_a_quarter_is_partial():
    whole = [date(2022, 10, 3), date(2023, 1, 5), date(2023, 5, 5), date(2023, 9, 29)]
    early = [date(2023, 10, 3), date(2024, 1, 5), date(2024, 5, 5), date(2024, 7, 2)]
    lacks = [date(2020, 10, 3), date(2021, 5, 5), date(2021, 9, 29)]
    frame = filings(
        *(
            {"decision_date": d, "fiscal_year": y}
            for y, ds in ((2023, whole), (2024, early), (2021, lacks))
            for d in ds
        )
    )
    found = counts.coverage(frame).collect()
    assert dict(found.select("fiscal_year", "partial").rows()) == {
        2021: True,
        2023: False,
        2024: True,
    }
    assert found["quarters"].to_list() == [[1, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]


def test_an_occupation_is_named_by_its_most_frequent_title():
    frame = filings(
        {"soc_title": "software developers"},
        {},
        {},
        {"soc_title": None},
        {"soc_code_filed": "15-1252.01"},
    )
    assert counts.occupations(frame).collect().rows() == [("15-1252", "Software Developers", 5)]


# ----------------------------------------------------------------------------------------- figures


def figure(
    frame: pl.LazyFrame,
    *,
    split="program",
    quarters=False,
    years=(2021, 2023),
    partial=None,
    loaded=(2021, 2023),
):
    made = counts.by_period(frame, split=split, quarters=quarters).collect()
    return charts.by_period(
        made, split=split, quarters=quarters, years=years, partial=partial or {}, loaded=loaded
    )


def test_a_year_without_a_file_is_a_cross_and_never_a_zero():
    drawn = figure(filings({}, {"fiscal_year": 2021}))
    bars, gaps = drawn.data
    assert list(bars.y) == [1, None, 1]
    assert (gaps.name, list(gaps.x)) == ("No file loaded", ["FY2022"])


def test_a_partial_year_is_paler_and_says_so():
    drawn = figure(filings({}, {"fiscal_year": 2021}), partial={2023: {"lca": "to 30 Jun 2023"}})
    assert list(drawn.data[0].marker.opacity) == [1.0, 1.0, 0.55]
    assert [(a.text, a.x, a.hovertext) for a in drawn.layout.annotations] == [
        ("partial", "FY2023", "LCA to 30 Jun 2023")
    ]


def test_only_the_program_that_is_partial_is_paler():
    lca, perm, _ = figure(
        filings({}, {"program": "perm"}), partial={2023: {"lca": "to 30 Jun"}}
    ).data
    assert (lca.marker.opacity[-1], perm.marker.opacity[-1]) == (0.55, 1.0)


@pytest.mark.parametrize(
    ("split", "values"),
    [("program", ("lca", "perm")), ("status", STATUSES), ("visa_class", VISA_CLASSES)],
)
def test_every_value_has_a_look_of_its_own_in_both_modes(split, values):
    for dark in (False, True):
        looks = [theme.marker(split, value, dark=dark) for value in values]
        seen = {(look["color"], look["pattern"]["shape"]) for look in looks}
        assert len(seen) == len(values)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_and_marks_stand_out_from_the_surface(mode):
    surface = theme.SURFACE[mode]
    assert contrast(theme.INK[mode], surface) >= 7
    assert contrast(theme.MUTED[mode], surface) >= 4.5
    for column, looks in theme.LOOKS.items():
        for value in looks:
            look = theme.marker(column, value, dark=mode == "dark")
            outlined = look["line"]["width"] > 0
            assert outlined or contrast(look["color"], surface) >= 3, (column, value)


def test_a_figure_says_in_words_what_it_shows():
    made = counts.by_period(
        filings({}, {}, {"program": "perm"}), split="program", quarters=False
    ).collect()
    said = charts.alt_text(
        made, split="program", quarters=False, partial={2023: {"lca": "to 30 Jun"}}
    )
    assert said.startswith(
        "Stacked bars of 3 cases by fiscal year, FY2023 to FY2023: LCA 2, PERM 1."
    )
    assert "Partial years: FY2023 (LCA to 30 Jun)." in said


def test_an_axis_of_quarters_names_each_year_once():
    drawn = figure(filings({}), quarters=True)
    assert list(drawn.layout.xaxis.ticktext) == ["FY2021", "FY2022", "FY2023"]
    assert list(drawn.data[0].x)[:5] == [
        "FY2021 Q1",
        "FY2021 Q2",
        "FY2021 Q3",
        "FY2021 Q4",
        "FY2022 Q1",
    ]
    assert drawn.data[0].customdata[0] == "Oct to Dec 2020"
