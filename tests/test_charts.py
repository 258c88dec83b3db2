import plotly.graph_objects as go
import polars as pl
import pytest
from plotly.subplots import make_subplots

from analytics import counts as analytics
from charts import counts, drawn, roles, theme, tiles
from charts.frame import Caption
from loaders.facts import codes
from loaders.schema import STATUSES, VISA_CLASSES
from tests.conftest import contrast

TILES = codes("shown/state_tiles")
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


def test_a_long_title_wraps_as_on_a_phone_and_is_one_again_when_it_is_read():
    title = "Offered wages by role, beside all employers"
    parts = pl.DataFrame({"cases": [9], "share": [1.0]})
    made = roles.bars(parts, labels=["Nurse"], caption=Caption(title, ("Texas & more",)))
    first, _, _ = made.layout.legend.title.text.partition("</b>")
    assert max(len(line.split(">")[-1]) for line in first.split("<br>")) <= 38
    assert drawn.title(made) == (title, "Texas & more")


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


# ------------------------------------------------------------------------------------------ tiles


def by_state(*rows: tuple[str, float | None], dark: bool = False):
    values = pl.DataFrame(
        [(state, value, f"{state}: {value}") for state, value in rows],
        schema={"state": pl.String, "value": pl.Float64, "said": pl.String}, orient="row",
    )  # fmt: skip
    return tiles.states(values, TILES, unit="Cases", caption=Caption("Cases", dark=dark))


def test_every_state_has_a_tile_of_its_own():
    assert set(TILES) == set(codes("states"))
    assert len(set(TILES.values())) == len(TILES)


def test_a_state_without_a_value_is_an_empty_tile_and_the_largest_is_the_deepest():
    map_, _ = by_state(("CA", 100.0), ("TX", 25.0), ("NV", 0.0), ("NY", None)).data
    shades = {
        text.partition(":")[0]: shade
        for row, said in zip(map_.z, map_.text, strict=True)
        for shade, text in zip(row, said, strict=True)
        if shade is not None
    }
    assert shades == {"CA": 1.0, "TX": 0.5, "NV": 0.0}


def test_no_state_at_all_is_a_map_of_empty_tiles():
    assert not by_state().data[0].z or not any(map(any, by_state().data[0].z))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("value", range(0, 101, 5))
def test_letters_stand_out_on_every_shade(value, dark):
    drawn = by_state(("CA", 100.0), ("TX", float(value)), dark=dark)
    letters = drawn.data[1]
    ink = letters.textfont.color[letters.text.index("TX")]
    low, high = (colour for _, colour in drawn.data[0].colorscale)
    part = (value / 100) ** 0.5
    mixed = [
        round(int(low[at : at + 2], 16) * (1 - part) + int(high[at : at + 2], 16) * part)
        for at in (1, 3, 5)
    ]
    assert contrast("#{:02X}{:02X}{:02X}".format(*mixed), ink) >= 4.5


def test_more_of_a_layout_is_what_plotly_makes_of_it():
    begun = {"legend": {"x": 0, "y": 1}, "xaxis": {"title": {"text": "Years"}, "type": "linear"}}
    more = {"legend": {"y": 2}, "xaxis": {"title": {"text": "FY"}}, "height": 300}
    ours = theme.laid(go.Figure(layout=begun), **more)
    assert ours.to_dict() == go.Figure(layout=begun).update_layout(**more).to_dict()


@pytest.mark.parametrize("programs", [["perm"], ["lca", "perm"]])
def test_panels_lie_as_those_of_plotly(programs):
    ours = roles.panels(programs, dark=False)
    theirs = make_subplots(rows=len(programs), cols=1, shared_xaxes=True, vertical_spacing=0.1)
    for row in range(1, len(programs) + 1):
        mine, plain = (one.layout[f"yaxis{row}"] for one in (ours, theirs))
        assert mine.domain == pytest.approx(plain.domain)
        assert mine.anchor == plain.anchor
        assert ours.layout[f"xaxis{row}"].matches == theirs.layout[f"xaxis{row}"].matches
        trace = theirs.add_bar(x=[1], y=[1], row=row, col=1).data[-1]
        assert go.Figure(ours).add_bar(x=[1], y=[1], **roles.on(row)).data[-1] == trace
