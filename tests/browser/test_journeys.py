"""What people do, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from loaders.build import build
from tests.browser.steps import SLOW, answer, done, go, opened
from tests.conftest import case

pytestmark = pytest.mark.browser


def test_a_seeker_finds_filings_and_sends_the_link_to_a_friend(browser, on_sample):
    page = opened(browser, f"{on_sample}/filing-counts")
    assert "8,100 cases: 6,100 LCA and 2,000 PERM" in answer(page)
    expect(page.get_by_text("Every employer and every case is invented.")).to_be_visible()
    page.get_by_role("radio", name="PERM", exact=True).click()
    title = page.get_by_role("textbox", name="Words in the job title")
    title.fill("software")
    title.press("Enter")
    expect(page.locator("h4").first).to_contain_text("PERM cases")
    expect(page).to_have_url(re.compile(r"program=PERM.*title=software"))
    friend = opened(browser, page.url)
    assert answer(friend) == answer(page)
    expect(friend.get_by_role("textbox", name="Words in the job title")).to_have_value("software")


def test_an_analyst_reads_the_definition_and_takes_the_numbers_along(browser, on_sample):
    page = opened(browser, f"{on_sample}/filing-counts")
    answer(page)
    done(page)
    page.locator(".st-key-about_rates button").click()
    expect(
        page.get_by_text("DOL certifies; visas and petitions are approved by USCIS")
    ).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".st-key-download_filing-counts").get_by_role("button").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0] == "fiscal_year,quarter,program,cases,positions,partial"
    assert sum(int(line.split(",")[3]) for line in lines[1:]) == 8100


def test_an_advisor_drops_a_file_in_and_the_sample_is_gone(browser, served, workbook, tmp_path):
    file = workbook("elsewhere/LCA FY2023.xlsx", "lca/2020", [case(number=n) for n in range(12)])
    moved = file.rename(tmp_path / "LCA FY2023.xlsx")
    page = opened(browser, f"{served()}/data-sources")
    page.get_by_role("radio", name="Upload files").click()
    page.locator("input[type=file]").set_input_files(moved)
    page.get_by_role("button", name="Load the files").click()
    expect(page.locator("h4").first).to_contain_text("1 file loaded: 12 cases")
    expect(page.get_by_text("Every employer and every case is invented.")).to_be_hidden()
    page.get_by_role("link", name="Filing counts").click()
    expect(page.locator("h4").first).to_contain_text("12 LCA cases")


def test_the_tools_of_a_figure_are_away_under_a_finger_and_below_its_title_under_a_mouse(
    browser, on_sample
):
    figure = ".js-plotly-plot"
    finger = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True).new_page()
    finger.goto(f"{on_sample}/filing-counts")
    finger.locator(figure).first.wait_for(timeout=SLOW)
    expect(finger.locator(f"{figure} .modebar").first).to_be_hidden()
    mouse = opened(browser, f"{on_sample}/filing-counts", width=390)
    mouse.locator(figure).first.hover()
    tools, title = (
        mouse.locator(f"{figure} {one}").first.bounding_box()
        for one in (".modebar", ".legendtitletext")
    )
    assert tools["y"] > title["y"] + title["height"]


def test_a_page_fits_a_phone_in_the_dark(browser, on_sample):
    page = opened(browser, on_sample, width=390, dark=True)
    answer(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        == "rgb(15, 23, 42)"
    )


def test_names_from_the_files_are_text_and_never_markup(browser, served, workbook, tmp_path):
    evil = "<img src=x onerror=document.title='owned'>"
    workbook(f"{'x' * 3}.xlsx", "lca/2020", [case(number=n, job_title=evil) for n in range(6)])
    build(tmp_path / "raw", tmp_path / "lake")
    page = opened(browser, f"{served()}/filing-counts?title={evil.replace(' ', '+')}")
    assert "6 LCA cases" in answer(page)
    assert page.title() != "owned"
    assert page.locator("img[src=x]").count() == 0


def test_a_seeker_brings_job_pages_and_settles_who_is_meant(
    browser, served, workbook, tmp_path, shared
):
    filed = [("Apple Inc.", "CA")] * 6 + [("Childrens Healthcare of Atlantis LLC", "GA")] * 3
    rows = [
        case(number=n, employer_name=name, employer_state=state)
        for n, (name, state) in enumerate(filed)
    ]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    seeds = sorted((shared / "listings" / "seeds").glob("*.txt"))
    kept = tmp_path / "choices.csv"
    page = opened(browser, f"{served(FILINGS_CHOICES=str(kept))}/my-listings")
    page.get_by_label("Or paste").fill("\n\n".join(one.read_text("utf-8") for one in seeds))
    page.keyboard.press("Control+Enter")
    assert answer(page).startswith("5 listings: 1 rated")

    table = page.get_by_test_id("stDataFrame").first
    cell = table.locator("td", has_text="Children’s Healthcare").first
    row = int(cell.evaluate("cell => cell.parentElement.getAttribute('aria-rowindex')"))
    table.click(position={"x": 16, "y": 36 + 66 * (row - 1.5)})  # the header is the first row
    page.get_by_test_id("stRadioGroup").get_by_text("Atlantis").click()
    page.get_by_role("button", name="Remember this for my listings").click()
    expect(page.get_by_text("Remembered:")).to_be_visible()
    expect(page.get_by_text("Your choice, of")).to_be_visible()
    assert "atlantis" in kept.read_text("utf-8")


def test_filters_keep_their_values_from_page_to_page_and_back(browser, on_sample):
    page = opened(browser, f"{on_sample}/role?role=Nurse&program=PERM&years=FY2021&years=FY2025")
    expect(page.locator("h4").first).to_contain_text("PERM cases for Nurse")
    go(page, "Filing counts")
    for part in (r"/filing-counts\?", "program=PERM", "years=FY2021&years=FY2025"):  # in any order
        expect(page).to_have_url(re.compile(part))
    expect(page.get_by_role("radio", name="PERM", exact=True)).to_be_checked()
    page.get_by_role("radio", name="LCA", exact=True).click()
    expect(page.locator("h4").first).to_contain_text("LCA cases")
    go(page, "Data dictionary")
    go(page, "Role")
    expect(page.locator("h4").first).to_contain_text("LCA cases for Nurse")
    done(page)
    address = page.url
    assert all(one in address for one in ("role=Nurse", "program=LCA", "years=FY2021&years=FY2025"))
    friend = opened(browser, address)
    assert answer(friend) == answer(page)
    go(page, "Filing counts")
    done(page)
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.locator("h4").first).to_contain_text("LCA cases for Nurse")


def test_what_a_link_says_of_a_filter_wins_and_resets_no_other(browser, on_sample):
    page = opened(browser, f"{on_sample}/role?role=Nurse&program=LCA")
    expect(page.locator("h4").first).to_contain_text("LCA cases for Nurse")
    done(page)
    page.get_by_test_id("stMain").get_by_role("link", name="Physician").click()
    expect(page.locator("h4").first).to_contain_text("LCA cases for Physician")
    expect(page).to_have_url(re.compile("role=Physician"))
    assert "program=LCA" in page.url
    assert "Nurse" not in page.url


def test_a_link_by_the_id_of_a_role_is_left_with_one_step_back(browser, on_sample):
    page = opened(browser, f"{on_sample}/wages?role=nurse")
    expect(page.locator("h4").first).to_contain_text("median offer for Nurse")
    done(page)
    page.get_by_test_id("stMain").get_by_role("radio", name="Fiscal year", exact=True).click()
    expect(page).to_have_url(re.compile("roles=Nurse.*split="))
    page.goto(f"{on_sample}/role?role=nurse")
    expect(page.locator("h4").first).to_contain_text("cases for Nurse")
    done(page)
    page.go_back()
    expect(page).to_have_url(re.compile("/wages"))
    expect(page.locator("h4").first).to_contain_text("median offer for Nurse")
    assert page.get_by_test_id("stException").count() == 0


def test_a_search_on_the_first_page_leads_to_the_answer(browser, on_sample):
    page = opened(browser, on_sample)
    page.get_by_role("searchbox").fill("machine lear")
    page.get_by_role("link", name=re.compile("^Machine learning engineer")).click(timeout=SLOW)
    expect(page.locator("h4").first).to_contain_text("for Machine learning engineer")
    assert "role=Machine+learning+engineer" in page.url
