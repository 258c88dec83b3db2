import polars as pl
import pytest

from analytics import counts as analytics
from charts import counts, theme
from loaders.schema import STATUSES, VISA_CLASSES

CASES = pl.DataFrame(
    {"fiscal_year": [2023], "quarter": [None], "program": ["lca"], "cases": [7]},
    schema_overrides={"fiscal_year": pl.Int32, "quarter": pl.Int32},
)


def figure(**more: object):
    asked = {"split": "program", "quarters": False, "years": (2023, 2023), "partial": {}, "loaded": (2023,)}  # fmt: skip
    return counts.by_period(CASES, **(asked | more))


def test_a_picture_carries_its_title_filters_and_source():
    layout = figure(filters=["PERM", "Texas"], source="DOL OFLC disclosure data").layout
    assert "Cases by fiscal year and program" in layout.legend.title.text
    assert "PERM · Texas" in layout.legend.title.text
    assert "DOL OFLC disclosure data" in layout.xaxis.title.text


def test_filters_in_a_picture_are_text_and_never_markup():
    title = figure(filters=["title with <a href='x'>y</a>"]).layout.legend.title.text
    assert "<a" not in title
    assert "&lt;a" in title


def test_no_line_of_a_long_filter_is_wider_than_a_phone():
    title = figure(filters=["occupation " + " or ".join(["15-1252"] * 20)]).layout.legend.title.text
    lines = [line.split(">", 1)[1].split("<")[0] for line in title.split("<br>")[1:]]
    assert len(lines) > 1
    assert max(map(len, lines)) <= 44


@pytest.mark.parametrize("sample", [True, False])
def test_only_sample_data_is_stamped(sample):
    stamped = "SAMPLE DATA" in [note.text for note in figure(sample=sample).layout.annotations]
    assert stamped == sample


@pytest.mark.parametrize("dark", [False, True])
def test_what_a_form_does_not_ask_for_is_empty_and_outlined(dark):
    look = theme.marker("visa_class", analytics.NOT_ASKED, dark=dark)
    surface = theme.SURFACE[theme.mode(dark=dark)]
    assert look["color"] == surface != look["pattern"]["fgcolor"]
    assert look["line"]["width"] > 0


@pytest.mark.parametrize(
    ("split", "values"),
    [
        ("status", STATUSES),
        ("visa_class", (*VISA_CLASSES, analytics.BLANK, analytics.NOT_ASKED)),
    ],
)
def test_every_value_that_can_be_counted_has_a_bar(split, values):
    assert set(values) <= set(theme.LOOKS[split])


@pytest.mark.parametrize(("cases", "step"), [(1, 1), (5, 1), (6, None), (7000, None)])
def test_a_few_cases_are_numbered_one_by_one_and_never_in_halves(cases, step):
    few = CASES.with_columns(cases=pl.lit(cases, pl.Int64))
    asked = {"split": "program", "quarters": False, "years": (2023, 2023), "partial": {}, "loaded": (2023,)}  # fmt: skip
    assert counts.by_period(few, **asked).layout.yaxis.dtick == step


def test_no_case_at_all_has_an_axis_too():
    asked = {"split": "program", "quarters": False, "years": (2023, 2023), "partial": {}, "loaded": (2023,)}  # fmt: skip
    assert counts.by_period(CASES.clear(), **asked).layout.yaxis.dtick is None
