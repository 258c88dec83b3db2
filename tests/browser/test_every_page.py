"""Every page of the sidebar in a real browser: on a phone, and as the first that anybody opens."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.steps import SLOW, answer, done, opened
from tests.test_every_page import SAMPLE, TITLES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_no_page_scrolls_sideways_on_a_phone(browser, on_sample):
    page = opened(browser, on_sample, width=390)
    wide = dict[str, int]()
    for at, title in TITLES.items():
        page.goto(f"{on_sample}/{at}?{urlencode(SAMPLE, doseq=True)}")
        expect(page.get_by_role("heading", level=1)).to_have_text(title, timeout=SLOW)
        answer(page)
        done(page)
        wide[at] = page.evaluate(
            "Math.max(document.documentElement.scrollWidth,"
            " document.querySelector('[data-testid=stMain]').scrollWidth)"
        )
    page.context.close()
    assert {at: pixels for at, pixels in wide.items() if pixels > 390} == {}


@pytest.mark.parametrize("at", [at for at in TITLES if at][::7])  # a server each
def test_a_deep_link_opens_on_a_server_that_nobody_has_visited(at, browser, served):
    page = opened(browser, f"{served()}/{at}")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[at])
    sidebar = page.get_by_test_id("stSidebarNav").get_by_role("link")
    expect(sidebar).to_have_count(len(TITLES), timeout=SLOW)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    page.context.close()
