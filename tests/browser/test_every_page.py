"""Pages of the sidebar in a real browser, each as the first that anybody opens."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import opened
from tests.test_every_page import TITLES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("at", [at for at in TITLES if at][::7])  # a server each
def test_a_deep_link_opens_on_a_server_that_nobody_has_visited(at, browser, served):
    page = opened(browser, f"{served()}/{at}")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[at])
    sidebar = page.get_by_test_id("stSidebarNav").get_by_role("link")
    expect(sidebar).to_have_count(len(TITLES))
    expect(page.get_by_text("Page not found")).to_have_count(0)
    page.context.close()
