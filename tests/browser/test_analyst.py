"""An analyst: from a role to its levels, its pay in a place, the rows behind it, and a link."""

import re

import polars as pl
import pytest
from playwright.sync_api import expect

from tests.browser.steps import answer, choose, done, file, opened

pytestmark = pytest.mark.browser
ROLE, STATE = "Software engineer", "California"


def _number(said: str) -> int:
    return int(re.sub(r"[$,]", "", said))


def test_an_analyst_narrows_a_role_to_a_place_and_takes_the_rows_along(browser, cold):
    page = opened(browser, f"{cold.address}/role")
    choose(page, "Role", ROLE)
    expect(page.locator("h4").first).to_contain_text(f"for {ROLE}")
    cases = sum(map(_number, re.findall(r"([\d,]+) (?:LCA|PERM)", answer(page).split(" for ")[0])))
    levels = pl.read_csv(file(page, "download_role-levels", "CSV"))
    assert levels["cases"].sum() == cases
    assert {"I", "II", "III", "IV"} <= {one.removeprefix("Level ") for one in levels["level"]}

    page.get_by_role("link", name="By place, employer, or beside an offer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wages")
    expect(page.locator("h4").first).to_contain_text(f"median offer for {ROLE}")
    choose(page, "State of the worksite", STATE)
    expect(page.locator("h4").first).to_contain_text(f"{ROLE}, {STATE}")
    said = answer(page)
    median, low, high = map(_number, re.findall(r"\$[\d,]+", said))
    paid = _number(re.search(r"n = ([\d,]+) cases", said)[1])
    ladder = pl.read_csv(file(page, "download_wages-seniority", "CSV"))
    assert ladder["cases"].sum() == paid

    rows = page.locator(".st-key-rows_wages")
    many = _number(re.search(r"All rows \(([\d,]+)\)", rows.inner_text())[1])
    filings = pl.read_parquet(file(page, "rows_wages", "Parquet"))
    assert filings.height == many < cases
    assert filings["worksite_state"].unique().to_list() == ["CA"]
    assert filings["role"].unique().to_list() == ["software-engineer"]
    wages = filings["annual_wage"].drop_nulls()
    assert wages.len() == paid
    for q, shown in ((0.5, median), (0.1, low), (0.9, high)):
        assert wages.quantile(q, "linear") == pytest.approx(shown, abs=0.51)

    done(page)
    friend = opened(browser, page.url)
    expect(friend.locator("h4").first).to_have_text(said)
    done(friend)
    assert f"All rows ({many:,})" in friend.locator(".st-key-rows_wages").inner_text()
