"""Two dashboards on one lake in a bucket, behind the nginx of docs/nginx.conf."""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser

from loaders import bucket as publishing
from loaders import storage
from loaders.build import build
from tests.browser.conftest import ended, started
from tests.conftest import ROOT, case

pytestmark = pytest.mark.browser


class Proxied(NamedTuple):
    """The address of nginx, its dashboards by their addresses, and the log of who answered."""

    address: str
    replicas: dict[str, subprocess.Popen]
    log: Path

    def answered(self) -> list[str]:
        """The dashboards that answered so far, one a request."""
        return [line.split()[-1] for line in self.log.read_text().splitlines()]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def proxied(workbook, bucket, s3, tmp_path) -> Iterator[Proxied]:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        if os.environ.get("CI"):
            pytest.fail("no nginx: CI needs it")
        pytest.skip("no nginx on this machine")
    workbook("a.xlsx", "lca/2024", [case(number=n) for n in range(7)])
    build(tmp_path / "raw", tmp_path / "work")
    publishing.publish(tmp_path / "work", bucket)
    replicas = dict[str, subprocess.Popen]()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        at = s3 | {"FILINGS_LAKE": storage.address(bucket)}
        server, address = started(tmp_path / name, **at)
        replicas[address.removeprefix("http://")] = server
    said, port = (ROOT / "docs/nginx.conf").read_text(), free_port()
    for ours, theirs in zip(("127.0.0.1:8501", "127.0.0.1:8502"), replicas, strict=True):
        assert ours in said
        said = said.replace(ours, theirs)
    said = said.replace("listen 127.0.0.1:8080", f"listen 127.0.0.1:{port}")
    said = said.replace("/var/log/nginx/", f"{tmp_path}/")
    (tmp_path / "nginx.conf").write_text(said)
    command = [nginx, "-p", str(tmp_path), "-c", "nginx.conf", "-e", str(tmp_path / "error.log")]
    proxy = subprocess.Popen(
        [*command, "-g", f"daemon off; pid {tmp_path}/nginx.pid;"], stderr=subprocess.DEVNULL
    )
    for _ in range(50):
        with socket.socket() as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield Proxied(f"http://127.0.0.1:{port}", replicas, tmp_path / "access.log")
    ended(proxy)
    for server in replicas.values():
        ended(server)


def counted(browser: Browser, address: str) -> None:
    """A new visitor opens a page, and its script runs to the end over the WebSocket."""
    with browser.new_context() as visitor:
        page = visitor.new_page()
        page.goto(f"{address}/filing-counts")
        page.get_by_text(re.compile("7 LCA cases")).first.wait_for(timeout=30_000)
        page.get_by_test_id("stSidebar").get_by_text("Quality").click()
        page.get_by_text(re.compile("7 rows read from 1 file")).first.wait_for(timeout=30_000)


def healthy(address: str) -> str:
    """The cookie that whoever asks without one gets from a dashboard that is well."""
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=9) as answer:  # noqa: S310
        assert answer.read() == b"ok"
        return answer.headers["Set-Cookie"]


def test_a_visitor_stays_with_one_dashboard_and_the_other_takes_over_when_it_is_gone(
    proxied, browser
):
    counted(browser, proxied.address)
    mine = set(proxied.answered())
    assert len(mine) == 1, "page, files and WebSocket came from one dashboard"
    cookies = {healthy(proxied.address) for _ in range(40)}
    assert len(cookies) == 40
    assert set(proxied.answered()) == set(proxied.replicas), "both have visitors"
    ended(proxied.replicas[mine.pop()])
    for _ in range(6):
        healthy(proxied.address)
    counted(browser, proxied.address)
