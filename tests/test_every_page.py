"""Every page of the sidebar, with every filter it has, at the ends of what can be asked.

Driven by PAGES of dashboard.py and by the filters that a page draws: a new page is tested by being
there, a new filter by being in the address.
"""

import re
from collections.abc import Callable, Iterator, Mapping

import pytest
from streamlit.testing.v1 import AppTest

from charts import export
from dashboard import PAGES
from loaders import tables
from loaders.build import BuildError, build
from loaders.lake import published
from pages.parts import downloads, figure, report
from tests.conftest import NASTY, case, figures, opened

TITLES = {at: title for pages in PAGES.values() for _, title, _, at in pages}
Link = Mapping[str, object]

SAMPLE: Link = {
    "role": "Software engineer",
    "roles": ["Software engineer", "Nurse"],
    "employer": "Example Cloud Services",
    "example": "true",
}
"""A link that every page of the sample answers with more than its invitation."""
REAL: Link = SAMPLE | {"employer": "Apple"}
HOSTILE = "=CMD() <img src=x onerror=alert(1)> **X** $a$ :red[b] [c](d)"

each_page = pytest.mark.parametrize("at", TITLES, ids=lambda at: at or "start")


def filters(test: AppTest) -> Iterator[tuple[str, str, object]]:
    """The kind, the key in the address and the proto of each filter that a page draws."""
    for kind in (
        "selectbox", "multiselect", "select_slider", "button_group", "radio", "toggle", "checkbox",
        "text_input", "text_area", "number_input",
    ):  # fmt: skip
        for widget in test.get(kind):
            if key := getattr(widget.proto, "query_param_key", ""):
                yield kind, key, widget


def options(widget: object) -> list[str]:
    """What there is to choose from, as the address says it."""
    return [getattr(one, "content", one) for one in widget.proto.options]


def ends(test: AppTest) -> Iterator[tuple[str, object]]:
    """Each filter of a page with its first, its last, and all it has to choose from."""
    for kind, key, widget in filters(test):
        if kind in {"toggle", "checkbox"}:
            yield key, "false" if widget.value else "true"
        elif kind == "number_input":
            yield from ((key, str(one)) for one in (widget.min or 0, widget.max or 10**9))
        elif kind == "select_slider":
            first, last = options(widget)[0], options(widget)[-1]
            yield from ((key, [one, one]) for one in (first, last))
        elif kind in {"text_input", "text_area"}:
            yield key, HOSTILE
        elif there := options(widget):
            yield key, there if kind == "multiselect" else there[0]
            yield key, there[-1]


def said(test: AppTest) -> str:
    """What stands on a page, as markdown."""
    kinds = (test.markdown, test.caption, test.info, test.warning, test.error, test.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.fixture
def unplaced(monkeypatch) -> set[str]:
    """The columns of fractions of which nobody said whether they are rates, ratios or dollars."""
    found = set[str]()

    def noting(draw):
        def noted(table, *args, **more):
            found.update(
                name for name, values in table.schema.items()
                if values.is_float() and tables.kind(name, values) == "given"
            )  # fmt: skip
            return draw(table, *args, **more)

        return noted

    for module, name in ((figure, "shown"), (downloads, "menu"), (downloads, "csv")):
        monkeypatch.setattr(module, name, noting(getattr(module, name)))
    return found


@each_page
def test_a_page_answers_at_both_ends_of_each_of_its_filters_and_knows_its_columns(at, unplaced):
    test = opened(at, **SAMPLE)
    assert test.title[0].value
    for key, value in ends(test):
        assert not opened(at, **SAMPLE | {key: value}).exception, (key, value)
    assert not unplaced


@each_page
def test_what_a_dark_page_keeps_for_a_report_is_what_a_light_one_shows(at, monkeypatch, request):
    offered = list[tuple[report.View, Callable]]()
    monkeypatch.setattr(report, "offer", lambda *one: offered.append(one))
    light = opened(at, **SAMPLE)
    many = len(offered)
    request.getfixturevalue("dark")
    assert len(figures(opened(at, **SAMPLE))) == len(figures(light)) >= many == len(offered) / 2
    for (shown, _), (dark, drawing) in zip(offered[:many], offered[many:], strict=True):
        assert export.is_dark(dark.figure)
        assert drawing(False).to_json() == shown.figure.to_json()  # noqa: FBT003


@each_page
def test_a_link_whose_every_value_is_unknown_opens_as_text(at):
    typed = {"text_input", "text_area", "number_input"}
    asked = {
        key: HOSTILE + " ".join(NASTY) if kind in typed else [HOSTILE, *NASTY]
        for kind, key, _ in filters(opened(at, **SAMPLE))
    }
    words = said(opened(at, **{"id": NASTY, "release": HOSTILE} | asked))
    assert "<img src=x" not in words.replace("\\<", "")
    assert "**X**" not in words


def test_no_lake_is_published_without_a_case(workbook, tmp_path):
    workbook("a.xlsx", "lca/2020", [case(number=n, decision_date=None) for n in range(3)])
    with pytest.raises(BuildError, match=r"no row of a\.xlsx is a case.*fiscal-year-unknown"):
        build(tmp_path / "raw", tmp_path / "lake")
    assert not published(tmp_path / "lake")


@each_page
def test_a_page_answers_on_a_lake_of_one_case(at, lake_of, monkeypatch):
    keeper = case("perm", job_title="Zookeeper", soc_code_raw=None)
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("perm/2020", [keeper]))))
    assert "Sample data." not in said(opened(at, **SAMPLE))


@each_page
def test_a_program_without_a_file_is_named_once_and_never_said_to_have_no_case(
    at, lake_of, monkeypatch
):
    keeper = case("perm", job_title="Nurse")
    monkeypatch.setenv("FILINGS_LAKE", str(lake_of(("perm/2020", [keeper]))))
    asked = SAMPLE | {"employer": keeper["employer_name"], "program": "LCA"}
    words = said(test := opened(at, **asked))
    assert words.count("No LCA file is loaded: LCA cases are not included.") == 1
    asks = "program" in {key for _, key, _ in filters(test)}
    answers = ("No LCA file is loaded, so nothing is known", "No file of this program is loaded")
    assert any(one in words for one in answers) == asks
    assert not re.search(r"(?i)\bno case\b|no employer|none observed", words) or not asks


@pytest.mark.shared
@each_page
def test_a_page_answers_on_real_rows(at, real_lake, monkeypatch):
    monkeypatch.setenv("FILINGS_LAKE", str(real_lake))
    test = opened(at, **REAL)
    assert "Sample data." not in said(test)
    for kind, key, widget in filters(test):
        if kind == "select_slider":
            last = options(widget)[-1]
            assert not opened(at, **REAL | {key: [last, last]}).exception
