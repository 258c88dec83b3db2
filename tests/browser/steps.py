"""What a person does on any page: open it, wait for its answer, walk on, take a file along."""

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

SLOW = 60_000
expect.set_options(timeout=SLOW)


def opened(browser: Browser, url: str, *, width: int = 1440, dark: bool = False) -> Page:
    """The page at an address, in a browser context of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",  # no test looks at what moves, and drawing it takes time
    )
    context.set_default_timeout(SLOW)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("heading", level=1).wait_for(timeout=SLOW)
    return page


def answer(page: Page) -> str:
    """The sentence that the page answers with."""
    page.locator("h4").first.wait_for(timeout=SLOW)
    return page.locator("h4").first.inner_text()


def done(page: Page) -> None:
    """The page is drawn to its end."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def go(page: Page, name: str) -> None:
    """Walk to another page by the sidebar."""
    done(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.locator("h4").first.wait_for(timeout=SLOW)


def choose(page: Page, label: str, value: str) -> None:
    """Choose one of the values of a filter by typing it."""
    box = page.get_by_test_id("stMain").get_by_role("combobox", name=label).first
    box.click()
    box.fill(value)
    page.get_by_role("option", name=value, exact=True).first.click()
    page.keyboard.press("Tab")  # Escape would take the value back
    done(page)


def taken(page: Page, button: Locator) -> Path:
    """The file that a button downloads."""
    with page.expect_download(timeout=SLOW) as download:
        button.click()
    return download.value.path()


def file(page: Page, menu: str, kind: str) -> Path:
    """A file of the menu under a figure, or of all rows."""
    done(page)
    page.locator(f".st-key-{menu} button").first.click()
    body = page.get_by_test_id("stPopoverBody")
    path = taken(page, body.get_by_role("button", name=kind, exact=True))
    page.keyboard.press("Escape")
    return path
