"""A dashboard of its own on loopback, and Debian's Chromium to look at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, sync_playwright

from charts.export import SHELL
from tests.conftest import ROOT, SHARED

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = next(filter(None, map(shutil.which, (SHELL, "chromium", "chromium-browser"))), None)
    if not chromium:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: CI needs it")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test's pages are closed behind it: they would go on drawing beside the next ones."""
    if "browser" not in request.fixturenames:
        yield
        return
    browser: Browser = request.getfixturevalue("browser")
    there = browser.contexts
    yield
    for context in browser.contexts:
        if context not in there:
            context.close()


def started(folder: Path, **env: str) -> tuple[subprocess.Popen, str]:
    """A fresh dashboard and its address; what people keep on it is kept below the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port)]
    own = {
        "FILINGS_LAKE": str(folder / "lake"),
        "FILINGS_RAW": str(folder / "raw"),
        "FILINGS_CHOICES": str(folder / "choices.csv"),
    }
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | own | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310
                return server, address
        except OSError:
            time.sleep(0.25)
    server.kill()
    pytest.fail("the dashboard did not start")


def ended(server: subprocess.Popen) -> None:
    server.terminate()
    server.wait(20)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Start a fresh dashboard; its address. Without a lake it opens on the sample."""
    servers = list[subprocess.Popen]()

    def start(**env: str) -> str:
        server, address = started(tmp_path, **env)
        servers.append(server)
        return address

    yield start
    for server in servers:
        ended(server)


@pytest.fixture(scope="session")
def on_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one dashboard on the sample, for tests to which its first run is no matter."""
    server, address = started(tmp_path_factory.mktemp("sample"))
    yield address
    ended(server)


class Cold(NamedTuple):
    """A dashboard that nobody has visited: on real rows, on the sample where there are none."""

    address: str
    real: bool


_ROWS = (
    pytest.param("real rows", marks=pytest.mark.shared)
    if os.environ.get("CI") or (SHARED / "realdata").is_dir()
    else "sample"
)


@pytest.fixture(params=[_ROWS])
def cold(request: pytest.FixtureRequest, served: Callable[..., str]) -> Cold:
    if request.param == "sample":
        return Cold(served(), real=False)
    return Cold(served(FILINGS_LAKE=str(request.getfixturevalue("real_lake"))), real=True)
