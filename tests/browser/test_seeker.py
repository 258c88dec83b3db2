"""A seeker: from listings to a shortlist, an employer's profile, and a file to keep."""

import re

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import SLOW, answer, done, opened, taken

pytestmark = pytest.mark.browser
_HEADER, _ROW = 36, 66


def _paste(page: Page, shared) -> None:
    seeds = sorted((shared / "listings" / "seeds").glob("*.txt"))
    page.get_by_label("Or paste").fill("\n\n".join(one.read_text("utf-8") for one in seeds))
    page.keyboard.press("Control+Enter")
    expect(page.locator("h4").first).to_contain_text("5 listings")
    names = {"name": "names.txt", "mimeType": "text/plain", "buffer": b"Children's Hospital\n"}
    page.get_by_label("Files: CSV").get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        names
    )
    expect(page.locator("h4").first).to_contain_text("6 listings")


def _counted(said: str) -> dict[str, int]:
    """`5 listings: 3 rated · 1 none observed` as numbers."""
    return {what.strip(): int(n) for n, what in re.findall(r"(\d+) ([a-zA-Z ]+)", said)}


def test_a_seeker_brings_listings_settles_ranks_opens_a_profile_and_keeps_a_file(
    browser, cold, request
):
    page = opened(browser, f"{cold.address}/my-listings")
    if cold.real:
        _paste(page, request.getfixturevalue("shared"))
    else:
        page.get_by_text("Try the example").click()
    expect(page.locator("h4").first).to_contain_text("not settled")
    before = _counted(answer(page))
    open_ones = before.pop("not settled")
    done(page)

    page.get_by_test_id("stExpander").filter(has_text="2 Settle").locator("summary").click()
    page.get_by_test_id("stRadioGroup").locator("label").first.click()
    page.get_by_role("button", name="Remember this for my listings").click()
    expect(page.get_by_text("Remembered:")).to_be_visible(timeout=SLOW)
    done(page)
    after = _counted(answer(page))
    assert after.get("not settled", 0) == open_ones - 1
    assert sum(after.values()) == sum(before.values()) + open_ones

    said = page.get_by_test_id("stMain").get_by_text("stands first, for").inner_text()
    told = re.match(r"(.+) stands first, for (.+): score .+ \(of 1\), ([\d,]+) cases", said)
    first, role, cases = told.groups()
    shortlist = pl.read_csv(taken(page, page.get_by_role("button", name="Download CSV").first))
    assert shortlist.height == after["listings"]
    best = shortlist.row(0, named=True)
    assert (best["shortlist_rank"], best["employer_is"], best["filed_for"]) == (1, first, role)
    assert f"{best['cases_for_role']:,}" == cases
    assert shortlist.filter(answer="rated").height == after["rated"]

    page.get_by_test_id("stDataFrame").first.click(position={"x": 16, "y": _HEADER + _ROW // 2})
    expect(page.get_by_text("Why it stands at 1: score")).to_be_visible(timeout=SLOW)
    done(page)
    page.get_by_role("link", name=f"The whole profile of {first}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Employer")
    expect(page.locator("h4").first).to_contain_text(f"{first}:")
    expect(page.get_by_test_id("stMain")).to_contain_text(f"{cases} of")
    done(page)
    assert page.get_by_test_id("stException").count() == 0
