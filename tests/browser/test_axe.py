"""Every page by the rules of axe-core, which comes with a package of the tests, and on a phone."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.steps import SLOW, answer, done
from tests.test_every_page import SAMPLE, TITLES, each_page

pytestmark = pytest.mark.browser
BAD = {"serious", "critical"}
WIDTH = """Math.max(document.documentElement.scrollWidth,
    document.querySelector('[data-testid=stMain]').scrollWidth)"""


class Theirs(NamedTuple):
    """A rule that markup of Streamlit's own breaks, within what, and why it is not ours to mend."""

    rule: str
    within: str
    why: str


class Line(NamedTuple):
    """What a page asked for, and what it was told by its server."""

    asked: list[str]
    told: list[bytes]


FEINS = b"00-00000"
"""How every tax number of the sample begins."""
FADED = """() => Promise.allSettled(document.getAnimations()
    .filter(one => one.effect.getTiming().iterations !== Infinity).map(one => one.finished))"""
STREAMLIT = (
    Theirs("list", '[data-testid="stSidebarNavItems"]', "st.navigation: sections are div in ul"),
    Theirs("listitem", '[data-testid="stSidebarNavItems"]', "the same: a page is li in such a div"),
    Theirs("svg-img-alt", '[data-testid="stMetric"]', "st.metric draws a sparkline without words"),
)


def violations(page: Page) -> Iterator[str]:
    """What axe finds, but what is of Streamlit: rule, element and why."""
    page.evaluate(FADED)  # what still fades in has too little contrast for a moment
    found: Mapping[str, Any] = Axe().run(page, options={"resultTypes": ["violations"]}).response
    for violation in found["violations"]:
        theirs = [one.within for one in STREAMLIT if one.rule == violation["id"]]
        for node in violation["nodes"] if violation["impact"] in BAD else ():
            within = page.locator(node["target"][0]).first.evaluate(
                "(it, theirs) => theirs.some(one => it.closest(one))", theirs
            )
            if not within:
                yield f"{violation['id']}: {node['html']} {node['failureSummary']}"


@pytest.fixture(scope="module")
def seen(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in one of two browsers, light or dark, that know the app's own files."""
    themes = {
        dark: browser.new_context(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        for dark in (0, 1)
    }

    def open_(url: str, line: Line, *, dark: bool = False) -> Page:
        page = themes[dark].new_page()
        page.on("request", lambda request: line.asked.append(request.url))
        page.on("websocket", lambda its: its.on("framereceived", lambda it: line.told.append(it)))  # noqa: PLW0108 - Playwright marks a function
        page.set_default_timeout(SLOW)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(url)
        answer(page)
        done(page)
        return page

    yield open_
    for context in themes.values():
        context.close()


@each_page
def test_a_page_has_no_serious_violation_fits_a_phone_and_asks_nobody_else(at, seen, on_sample):
    link, line = f"{on_sample}/{at}?{urlencode(SAMPLE, doseq=True)}", Line([], [])
    page = seen(link, line, dark=len(at) % 2 == 1)  # one theme for all: half in each
    if list(violations(page)):  # of what still fades in there is none a moment later
        page.wait_for_timeout(1500)
        assert not list(violations(page))
    page.set_viewport_size({"width": 390, "height": 900})
    done(page)
    page.wait_for_timeout(300)  # the figures are drawn anew
    assert page.evaluate(WIDTH) <= 390
    page.close()
    assert not [url for url in line.asked if not url.startswith((on_sample, "data:", "blob:"))]
    assert any(TITLES[at].encode() in said for said in line.told)
    assert not any(FEINS in said for said in line.told)


def test_a_violation_of_ours_would_be_found(seen, on_sample):
    page = seen(f"{on_sample}/data-dictionary", Line([], []))
    page.evaluate(
        "document.querySelector('h1').innerHTML = '<img src=data:,><ul><div>x</div></ul>'"
    )
    assert {one.partition(":")[0] for one in violations(page)} == {"image-alt", "list"}
    page.close()
