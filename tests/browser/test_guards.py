"""What a running dashboard refuses to pages of other sites, on the wire."""

import http.client
from contextlib import closing
from email.message import Message
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser
_SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


class Answer(NamedTuple):
    """What came back; of a session that was opened no more than that it was."""

    status: int
    headers: Message
    body: bytes


def answered(address: str, method: str, path: str, **headers: str) -> Answer:
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    content = b"x" if method in {"PUT", "DELETE"} else None
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)) as connection:
        connection.request(method, path, content, spelled)
        with connection.getresponse() as answer:
            body = b"" if answer.status == 101 else answer.read()
            return Answer(answer.status, answer.headers, body)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_file_without_the_token_of_the_page_is_not_taken(on_sample, method):
    assert answered(on_sample, method, "/_stcore/upload_file/a/b").status == 403


def test_pages_of_other_sites_reach_no_session_though_their_name_leads_here(on_sample):
    port = urlsplit(on_sample).port
    mine = answered(on_sample, "GET", "/_stcore/stream", Origin=on_sample, **_SOCKET)
    theirs = answered(on_sample, "GET", "/_stcore/stream", Origin="http://a.invalid", **_SOCKET)
    rebound = answered(
        on_sample, "GET", "/_stcore/stream",
        Origin=f"http://a.invalid:{port}", Host=f"a.invalid:{port}", **_SOCKET,
    )  # fmt: skip
    assert [mine.status, theirs.status, rebound.status] == [101, 403, 403]


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/host-config", "/media/x"])
def test_no_answer_may_be_read_by_pages_of_other_sites(on_sample, path):
    answer = answered(on_sample, "GET", path, Origin="http://a.invalid")
    assert answer.headers["Access-Control-Allow-Origin"] is None


@pytest.mark.parametrize("path", ["/..%2f..%2fetc/passwd", "/media/..%2f..%2fetc%2fpasswd",
                                  "/app/static/..%2fdashboard.py", "/dashboard.py"])  # fmt: skip
def test_no_path_leads_to_a_file_of_the_machine(on_sample, path):
    body = answered(on_sample, "GET", path).body
    assert b"root:" not in body
    assert b"import streamlit" not in body
