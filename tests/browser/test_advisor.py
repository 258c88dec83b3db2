"""An advisor: two roles beside each other, four views of them, slides and a PDF to hand out."""

import re
from collections import Counter

import polars as pl
import pytest
from playwright.sync_api import expect
from pptx import Presentation
from pypdf import PdfReader

from tests.browser.steps import SLOW, answer, choose, done, file, go, opened, taken

pytestmark = pytest.mark.browser
ROLES = ("Software engineer", "Data scientist")
VIEWS = ("compare-cases", "compare-levels", "compare-wages", "compare-certification")
SOURCE = r"Invented sample data to \d"
QUESTION = "Which of the two roles files more?"


def _charted(slide) -> Counter[tuple[str, str]]:
    """What the charts of a slide hold by series and category, the programs' charts together."""
    found = Counter[tuple[str, str]]()
    for chart in (shape.chart for shape in slide.shapes if shape.has_chart):
        plot = chart.plots[0]
        names = [
            re.sub(r" (((LCA|PERM) )?partial|\(n = .+\))$", "", one) for one in plot.categories
        ]
        for series in plot.series:
            for name, value in zip(names, series.values, strict=True):
                found[series.name, name] += value or 0
    return +found


def _words(slide) -> str:
    return "\n".join(one.text_frame.text for one in slide.shapes if one.has_text_frame)


def test_an_advisor_compares_two_roles_and_hands_out_slides_and_a_pdf(browser, on_sample):
    page = opened(browser, f"{on_sample}/compare-roles")
    for role in ROLES:
        choose(page, "Roles", role)
    expect(page.locator("h4").first).to_contain_text("has the most cases")
    done(page)
    said = answer(page)
    counts, levels = (pl.read_csv(file(page, f"download_{view}", "CSV")) for view in VIEWS[:2])
    for number, view in enumerate(VIEWS, 1):
        page.locator(f".st-key-report_{view}").get_by_role("button").click()
        many = "1 view" if number == 1 else f"{number} views"
        expect(page.get_by_text(f"In the report: {many}.")).to_be_visible(timeout=SLOW)

    go(page, "Report")
    assert answer(page).startswith("4 views in the report")
    question = page.get_by_label("What question does the report answer?")
    question.fill(QUESTION)
    question.press("Enter")
    page.wait_for_timeout(500)  # nothing on the page says that the title was taken
    done(page)
    deck = Presentation(taken(page, page.get_by_role("button", name="PowerPoint")))
    slides = list(deck.slides)
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[:2] == [QUESTION, "Cases by fiscal year and role"]
    assert said in _words(slides[1])
    assert titles[5] == "Method"
    assert len(set(titles)) == len(titles)

    by_year = counts.group_by("asked", "fiscal_year").agg(pl.col("cases").sum())
    tallied = {(role, f"FY{year}"): cases for role, year, cases in by_year.rows() if cases}
    assert _charted(slides[1]) == tallied
    whole = dict(levels.group_by("asked").agg(pl.col("cases").sum()).rows())
    parts = {
        (level, role): cases / whole[role]
        for role, level, cases in levels.select("asked", "value", "cases").rows()
        if cases
    }
    assert dict(_charted(slides[2])) == pytest.approx(parts)

    for slide in slides[1:5]:
        assert re.search(SOURCE, _words(slide))
        assert "Sample data: every employer" in _words(slide)
        links = [r.hyperlink.address for shape in slide.shapes if shape.has_text_frame
                 for p in shape.text_frame.paragraphs for r in p.runs]  # fmt: skip
        assert any(one and one.startswith(f"{on_sample}/compare-roles?roles=") for one in links)

    printed = PdfReader(taken(page, page.get_by_role("button", name="PDF")))
    sheets = [" ".join(one.extract_text().split()) for one in printed.pages]
    assert QUESTION in sheets[0]
    for title in titles[1:5]:
        (first, *_) = [n for n, one in enumerate(sheets) if " ".join(title.split())[:60] in one]
        assert re.search(SOURCE, " ".join(sheets[first : first + 2]))  # a long view takes two
