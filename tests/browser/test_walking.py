"""Many pages in one tab, one after the other: what a page leaves must not break the next."""

import asyncio
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.browser


def crowd() -> ModuleType:
    """The tabs that the bench of serving has."""
    spec = importlib.util.spec_from_file_location("serve", ROOT / "tests/bench/serve.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rankings_and_profiles_in_turn_never_fail(on_sample):
    serve = crowd()

    async def walk() -> list[str]:
        async with serve.connect(
            f"ws://{on_sample.removeprefix('http://')}/_stcore/stream", origin=on_sample,
            subprotocols=["streamlit"], max_size=None,
        ) as line:  # fmt: skip
            tab, wrong = serve.Tab(line, on_sample), []
            for role in ("Nurse", "Data scientist", "Accountant", "Physician", "Actuary"):
                years = {"years": ["FY2022", "FY2024"]}
                wrong += await tab.visit("", {}) + await tab.visit("my-listings", {})
                wrong += await tab.visit("employers", {"role": role}) + await tab.set(years)
                wrong += await tab.visit("employer", {"employer": "Sample Robotics Inc"})
                wrong += await tab.set({"years": ["FY2023", "FY2024"]})
            return wrong

    with ThreadPoolExecutor(1) as apart:  # the browser of other tests has a loop in this thread
        assert apart.submit(lambda: asyncio.run(walk())).result() == []
