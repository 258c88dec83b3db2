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

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import ROOT

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: CI needs it")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Start a fresh dashboard; its address. Without a lake it opens on the sample."""
    servers = list[subprocess.Popen]()

    def start(**env: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "dashboard.py",
            "--server.headless",
            "true",
        ]
        command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
        own = {"FILINGS_LAKE": str(tmp_path / "lake"), "FILINGS_RAW": str(tmp_path / "raw")}
        servers.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | own | env,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        address = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310
                    return address
            except OSError:
                time.sleep(0.25)
        pytest.fail("the dashboard did not start")

    yield start
    for server in servers:
        server.terminate()
        server.wait(20)
