"""The page Method and glossary: every term is told, found, cited, and true to the code."""

import ast
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from analytics.ranking import PARTS
from charts import theme
from loaders import glossary, role_notes, roles
from loaders.facts import weights
from loaders.schema import FEWEST, WAGE_LEVELS
from pages.parts import method
from tests.conftest import ROOT, words

FILES = sorted((ROOT / "pages" / "parts").glob("*.py"))


def headings() -> set[str]:
    """The words over the columns of figures' tables, as far as pages/parts writes them out.

    Those that a page makes while it runs (an f-string, the name of a year) are not told.
    """
    trees = [ast.parse(path.read_text("utf-8")) for path in FILES]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    given = [
        one.value
        for node in nodes
        if isinstance(node, ast.Call)
        for one in node.keywords
        if one.arg == "columns"
    ]
    inside = [node for value in given for node in ast.walk(value)]
    names = {node.id for node in inside if isinstance(node, ast.Name)}
    names |= {node.attr for node in inside if isinstance(node, ast.Attribute)}
    made = [
        node.value
        for node in nodes
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id in names
    ]
    dicts = [node for value in [*given, *made] for node in ast.walk(value)]
    return {
        value.value
        for node in dicts
        if isinstance(node, ast.Dict)
        for value in node.values
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value
    }


# Everyday words and column names, which say what they say, and parts of a page's own sentence.
EVERYDAY = {
    "Change", "Change in %", "What it is", "not", "not one", "Column", "With a value",
    "Cells with a value", "All cells", "Published", "Here", "Difference", "What it means",
    "Counted how", "Status", "File", "Layout", "Rows", "Empty rows", "Kept", "Replaced", "Refused",
    "Repaired values", "Without a value", "25th of all", "Fiscal years of both", "Tell a wage level",
    "none observed among these cases; it may have filed others",
    "none observed", "not settled", "outside the US", "rated", "unclear",  # answers, not headings
    "with cases of other roles only", "All", "Other",
}  # fmt: skip


def test_the_reading_of_headings_finds_those_that_stand_in_the_code():
    assert {"Cases", "Certified of decided", "Median wage", "Score"} <= headings()


def test_every_heading_of_a_figures_table_that_is_a_term_is_in_the_glossary():
    told = {one for term in glossary.terms() for one in (term.term, *term.headings)}
    unknown = headings() - told - EVERYDAY
    assert not unknown, "add them to data/glossary.toml, or to EVERYDAY where they need no telling"


def test_a_heading_stands_under_one_term():
    counted = Counter(one for term in glossary.terms() for one in term.headings)
    assert not [one for one, times in counted.items() if times > 1]


# --------------------------------------------------------------------------------------- the terms


def test_every_term_has_a_meaning_a_source_and_an_anchor_of_its_own():
    terms = glossary.terms()
    anchors = Counter(method.anchor(one.term) for one in terms)
    anchors.update({method.anchor(one) for one in {term.topic for term in terms}})
    assert max(anchors.values()) == 1
    for one in terms:
        assert one.means.endswith("."), one.term
        assert len(one.means) > 20, one.term
        assert one.source.strip(), one.term


def test_topics_stand_together():
    topics = [one.topic for one in glossary.terms()]
    assert len(set(topics)) == sum(a != b for a, b in zip(["", *topics], topics, strict=False))


def test_what_the_law_says_is_cited():
    of = {one.term: one.source for one in glossary.terms()}
    assert "20 CFR 655.736" in of["H-1B dependent"]
    assert "20 CFR 656.30" in of["Certified-Expired"]
    assert "20 CFR 656.40" in of["Prevailing wage"]
    assert "8 CFR 214.6" in of["TN"]
    assert "8 CFR 204.5(k)(2)" in of["EB-2 or EB-3 indication"]


@pytest.mark.parametrize(
    "text",
    [
        *PARTS, *(f"level {one}" for one in WAGE_LEVELS), *theme.LOOKS["definition"],
        "rated", "unrated", "none observed", "Wilson", "percentile", "finer role", "evidence",
        "partial", "SOC code", "brand", "employer", "approval rate", "655.705", "not on this form",
    ],
)  # fmt: skip
def test_the_words_of_the_screen_are_found(text: str):
    assert glossary.found(text)


@given(st.sampled_from(glossary.terms()))
def test_a_term_is_the_first_that_its_own_name_finds(term):
    assert glossary.found(f"  {term.term.upper()} ")[0] == term


def test_no_text_finds_all_and_nonsense_none():
    assert glossary.found(" ") == list(glossary.terms())
    assert glossary.found("zeppelin") == []


def test_which_years_a_form_tells_something_in_is_told_by_the_layouts():
    named = set[str]()
    for path in (ROOT / "pages").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        said = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}  # docstrings
        named |= {
            path.name
            for one in ast.walk(tree)
            if isinstance(one, ast.Constant) and id(one) not in said
            if re.search(r"FY20\d\d", str(one.value))
        }
    assert named == {"dictionary.py"}  # an example of what to search, and a year of two layouts
    assert (
        method.spans("perm", role_notes.wage_titles())
        in method.paragraphs()["Files without titles"]
    )


def test_definitions_agree_with_the_code():
    of = {one.term: one.means for one in glossary.terms()}
    spelled = {5: "five"}[FEWEST]
    assert f"fewer than {spelled} cases" in of["Too few"].lower()
    assert f"{spelled} cases or more" in of["Rated, unrated, none observed"]
    assert all(part in of["Score"].lower() for part in PARTS)


# ---------------------------------------------------------------------------------- method, accuracy


def test_the_method_says_the_numbers_of_the_code():
    said = method.paragraphs()
    assert all(f"{part} {weight:g}" in said["Ranking"] for part, weight in weights().items())
    assert f"{len(roles.counted()) - 1} roles" in said["Roles"]
    assert "2,080 hours" in said["Wages"]


def test_every_number_of_accuracy_stands_in_its_document():
    document = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    rows = [re.split(r" *\| *", line) for line in document.splitlines() if line.startswith("|")]
    found = glossary.accuracy()
    assert f"{found['cases']:,} PERM cases" in document
    assert f"{found['names']:,} filed names" in document
    for key in ("titles", "listings", "names_joined"):
        for one in found[key]:
            numbers = {
                f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
                for name, value in one.items()
                if name != "set"
            }
            assert any(numbers <= set(row) for row in rows), one


# --------------------------------------------------------------------------------------- the page


def page(**query: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "pages" / "data" / "method.py"), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    return at


def test_the_page_says_first_how_right_it_is_and_has_every_term():
    said = words(page())
    assert re.match(r"#### Of titles drawn as cases come, 9\d\.\d% of 625 got the role", said)
    assert all(f"##### {one.term}" in said for one in glossary.terms())


def test_a_link_opens_a_term_and_the_search_narrows():
    at = page(term="wage level")
    assert re.findall(r"##### (.+)", words(at))[0] == "Wage level"
    assert "How it is made" not in [one.value for one in at.subheader]
    at.text_input(key="term").set_value("655.736").run()
    assert re.findall(r"##### (.+)", words(at)) == ["H-1B dependent", "Willful violator"]


def test_a_search_that_finds_nothing_says_so_and_shows_the_text_as_text():
    at = page(term="**zeppelin**")
    assert r"\*\*zeppelin\*\*" in at.info[0].value
