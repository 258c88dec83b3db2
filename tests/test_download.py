import gzip
import io
import json
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
import stamina
from filelock import FileLock
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from loaders import download
from loaders.__main__ import app
from loaders.download import FetchError, fetch
from loaders.releases import Release, of, releases, select
from tests.conftest import ROOT


def workbook_bytes(size: int = 80_000) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", bytes(n % 251 for n in range(size)))
    return target.getvalue()


BODY = workbook_bytes()


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(True, attempts=4):
        yield


@pytest.fixture(autouse=True)
def small_reserve(monkeypatch):
    facts = download.sources()
    tight = facts["download"] | {"spare_bytes": 1_000, "read_seconds": 0.5, "chunk_bytes": 4096}
    monkeypatch.setattr(download, "sources", lambda: facts | {"download": tight})


@pytest.fixture
def release(httpserver):
    return Release("LCA FY2031 Q1", "lca", 2031, 1, (httpserver.url_for("/a/LCA_Q1.xlsx"),))


def answering(httpserver, path: str, *answers) -> list[Request]:
    """Serve one answer after the other at a path; the last one stays. Returns what was asked."""
    asked, left = list[Request](), list(answers)

    def handler(request: Request) -> Response:
        asked.append(request)
        answer = left.pop(0) if len(left) > 1 else left[0]
        return answer if isinstance(answer, Response) else answer(request)

    httpserver.expect_request(path).respond_with_handler(handler)
    return asked


def whole(request: Request) -> Response:
    """The file as a server with ranges and validators gives it."""
    headers = {
        "ETag": '"v1"',
        "Last-Modified": "Wed, 01 Jan 2031 00:00:00 GMT",
        "Accept-Ranges": "bytes",
    }
    if request.headers.get("If-None-Match") == '"v1"':
        return Response(status=304, headers=headers)
    if (range_ := request.headers.get("Range")) and request.headers.get("If-Range") == '"v1"':
        start = int(range_.removeprefix("bytes=").rstrip("-"))
        headers["Content-Range"] = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
        return Response(BODY[start:], 206, headers)
    return Response(BODY, 200, headers)


def cut(at: int, etag: str = '"v1"'):
    """An answer that promises the whole file and ends early."""

    def answer(_: Request) -> Response:
        response = Response(BODY[:at], 200, {"ETag": etag})
        response.automatically_set_content_length = False
        response.headers["Content-Length"] = str(len(BODY))
        return response

    return answer


def test_a_file_arrives_whole_with_its_digest_address_and_time_noted(httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    steps = list[download.Progress]()
    (outcome,) = fetch([release], tmp_path, report=steps.append)
    assert outcome.state == "downloaded"
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY
    entry = download.manifest(tmp_path)["LCA_Q1.xlsx"]
    assert entry["url"] == release.urls[0]
    assert entry["bytes"] == len(BODY)
    assert len(entry["sha256"]) == 64
    assert entry["retrieved_at"].endswith("Z")
    assert (steps[-1].done, steps[-1].total) == (len(BODY), len(BODY))
    assert steps[-1].seconds_left == 0
    assert [p.name for p in tmp_path.glob(".*.part*")] == []


def test_a_cut_download_is_resumed_where_it_stopped(httpserver, release, tmp_path):
    asked = answering(httpserver, "/a/LCA_Q1.xlsx", cut(30_000), whole)
    (outcome,) = fetch([release], tmp_path)
    assert outcome.ok
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY
    assert asked[1].headers["If-Range"] == '"v1"'
    assert 0 < int(asked[1].headers["Range"].removeprefix("bytes=").rstrip("-")) <= 30_000


def test_a_file_that_changed_since_is_never_spliced(httpserver, release, tmp_path):
    asked = answering(httpserver, "/a/LCA_Q1.xlsx", cut(30_000, etag='"v0"'), whole)
    assert fetch([release], tmp_path)[0].ok
    assert asked[1].headers["If-Range"] == '"v0"'
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY


def test_a_part_without_a_validator_is_begun_again(httpserver, release, tmp_path):
    asked = answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    (tmp_path / ".LCA_Q1.xlsx.part").write_bytes(b"PK something else")
    assert fetch([release], tmp_path)[0].ok
    assert "Range" not in asked[0].headers
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY


def test_a_wrong_range_is_not_appended(httpserver, release, tmp_path):
    def wrong(_: Request) -> Response:
        return Response(BODY[5:], 206, {"Content-Range": f"bytes 5-{len(BODY) - 1}/{len(BODY)}"})

    answering(httpserver, "/a/LCA_Q1.xlsx", cut(30_000), wrong, whole)
    assert fetch([release], tmp_path)[0].ok
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY


def test_a_416_begins_again(httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", cut(30_000), Response(status=416), whole)
    assert fetch([release], tmp_path)[0].ok


def test_a_download_that_never_comes_whole_fails_and_keeps_the_old_file(
    httpserver, release, tmp_path
):
    (tmp_path / "LCA_Q1.xlsx").write_bytes(b"the old one")
    answering(httpserver, "/a/LCA_Q1.xlsx", cut(30_000, etag='W/"weak"'))
    (outcome,) = fetch([release], tmp_path)
    assert outcome.state == "failed"
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == b"the old one"


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>Access Denied</html>", 403),
        Response("<!DOCTYPE html>" + "x" * 90_000, 200, content_type="text/html"),
        Response("<!DOCTYPE html>" + "x" * 90_000, 200, content_type="application/octet-stream"),
    ],
    ids=["403", "a page as html", "a page as a file"],
)
def test_a_refusal_names_the_link_and_the_folder_and_is_not_asked_again(
    answer, httpserver, release, tmp_path
):
    asked = answering(httpserver, "/a/LCA_Q1.xlsx", answer)
    second = Release("LCA FY2031 Q2", "lca", 2031, 2, (httpserver.url_for("/a/LCA_Q2.xlsx"),))
    outcomes = fetch([release, second], tmp_path)
    assert [one.state for one in outcomes] == ["blocked", "blocked"]
    assert len(asked) == 1
    text = download.blocked_help(outcomes, tmp_path)
    assert release.urls[0] in text
    assert second.urls[0] in text
    assert str(tmp_path) in text
    assert not (tmp_path / "LCA_Q1.xlsx").exists()


def test_where_nothing_is_blocked_there_is_no_help(httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    assert download.blocked_help(fetch([release], tmp_path), tmp_path) == ""


def test_a_404_tries_the_other_address(httpserver, tmp_path):
    urls = tuple(httpserver.url_for(path) for path in ("/gone.xlsx", "/there.xlsx"))
    answering(httpserver, "/gone.xlsx", Response("<html>not found</html>", 404))
    answering(httpserver, "/there.xlsx", whole)
    (outcome,) = fetch([Release("PERM FY2031", "perm", 2031, None, urls)], tmp_path)
    assert outcome.ok
    assert (tmp_path / "there.xlsx").exists()


def test_no_file_at_any_address_is_a_failure_that_names_it(httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", Response("", 404))
    (outcome,) = fetch([release], tmp_path)
    assert outcome.state == "failed"
    assert release.urls[0] in outcome.note


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_busy_server_is_asked_again(code, httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", Response("", code, {"Retry-After": "0"}), whole)
    assert fetch([release], tmp_path)[0].ok


def test_a_retry_after_is_respected_within_bounds():
    def wait_of(header: str) -> float | None:
        response = download.requests.Response()
        response.headers["Retry-After"] = header
        return download._named_wait(response)

    longest = download.sources()["download"]["longest_wait_seconds"]
    assert [wait_of("7"), wait_of("99999"), wait_of("Wed, 01 Jan 2031")] == [7, longest, None]


def test_a_server_that_hangs_is_asked_again(httpserver, release, tmp_path):
    def hangs(_: Request) -> Response:
        time.sleep(1.0)
        return Response("", 500)

    answering(httpserver, "/a/LCA_Q1.xlsx", hangs, whole)
    assert fetch([release], tmp_path)[0].ok


@pytest.mark.parametrize(
    ("code", "header", "value"),
    [
        (200, "Content-Length", "plenty"),
        (200, "Content-Length", "-1"),
        (200, "Content-Length", "9" * 40),
        (200, "Content-Encoding", "gzip"),
        (200, "Content-Type", "\u00b2; charset=*"),
        (200, "ETag", '"' + "x" * 9_000),
        (206, "Content-Range", "bytes \u00b2-/*"),
        (302, "Location", "http://[::1"),
        (302, "Location", "file:///etc/passwd"),
        (302, "Location", "//dol.gov@example.invalid/a.xlsx"),
        (503, "Retry-After", "\u00b2"),
        (503, "Retry-After", "9" * 400),
    ],
)  # fmt: skip
def test_a_header_that_lies_costs_one_file_at_most(code, header, value, httpserver, tmp_path):
    def lies(_: Request) -> Response:
        response = Response(BODY, code)
        response.automatically_set_content_length = False
        response.headers[header] = value
        return response

    answering(httpserver, "/a.xlsx", lies)
    answering(httpserver, "/b.xlsx", whole)
    urls = [(httpserver.url_for(path),) for path in ("/a.xlsx", "/b.xlsx")]
    first, second = fetch(
        [Release(f"LCA {n}", "lca", 2031, n, url) for n, url in enumerate(urls)], tmp_path
    )
    assert second.state == "downloaded"
    assert first.state in {"downloaded", "failed"}
    if first.ok:
        assert (tmp_path / "a.xlsx").read_bytes() == BODY


@pytest.mark.parametrize("kept", ["", "[]", "1", "{}", '{"url": 1}', "\x00"])
def test_a_damaged_note_beside_a_part_begins_again(kept, httpserver, release, tmp_path):
    asked = answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    (tmp_path / ".LCA_Q1.xlsx.part").write_bytes(BODY[:20_000])
    (tmp_path / ".LCA_Q1.xlsx.part.json").write_text(kept)
    assert fetch([release], tmp_path)[0].ok
    assert "Range" not in asked[0].headers


def test_a_host_that_does_not_answer_is_said_plainly_and_asked_once(tmp_path):
    urls = [("http://127.0.0.1:9/a.xlsx",), ("http://127.0.0.1:9/b.xlsx",)]
    outcomes = fetch(
        [Release(f"LCA {n}", "lca", 2031, n, url) for n, url in enumerate(urls)], tmp_path
    )
    assert [one.state for one in outcomes] == ["unreachable", "unreachable"]
    assert "no connection to 127.0.0.1" in str(outcomes[0])


def test_a_wrong_checksum_is_an_error_and_the_old_file_stays(httpserver, tmp_path):
    (tmp_path / "LCA_Q1.xlsx").write_bytes(b"the old one")
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    url = httpserver.url_for("/a/LCA_Q1.xlsx")
    (outcome,) = fetch(
        [Release("LCA FY2031 Q1", "lca", 2031, 1, (url,), sha256="0" * 64)], tmp_path
    )
    assert outcome.state == "failed"
    assert "sha256" in outcome.note
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.glob(".*.part")] == []


def test_a_file_of_another_size_than_registered_is_kept_and_said(httpserver, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    url = httpserver.url_for("/a/LCA_Q1.xlsx")
    (outcome,) = fetch([Release("LCA FY2031 Q1", "lca", 2031, 1, (url,), bytes=12)], tmp_path)
    assert outcome.state == "downloaded"
    assert "12 in the registry" in outcome.note


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (workbook_bytes(100), "less than any"),
        (gzip.compress(bytes(range(256)) * 900, 0), "no workbook"),
    ],
)
def test_what_is_no_workbook_is_not_kept(body, says, httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", Response(body, 200))
    (outcome,) = fetch([release], tmp_path)
    assert says in outcome.note
    assert not (tmp_path / "LCA_Q1.xlsx").exists()


def test_a_full_disk_is_said_before_the_first_byte(httpserver, release, tmp_path, monkeypatch):
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    usage = download.shutil.disk_usage(tmp_path)._replace(free=5_000)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: usage)
    (outcome,) = fetch([release], tmp_path)
    assert "5,000 bytes free" in outcome.note
    assert [p.name for p in tmp_path.iterdir()] == [".fetch.lock"]


def test_a_disk_that_fills_on_the_way_is_said_and_the_rest_goes_on(httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    small = Release("LCA FY2031 Q2", "lca", 2031, 2, (httpserver.url_for("/a/LCA_Q1.xlsx"),))

    def full(at: download.Progress) -> None:
        if at.release == release.release:
            raise OSError(28, "No space left on device")

    outcomes = fetch([release, small], tmp_path, report=full)
    assert [one.state for one in outcomes] == ["failed", "downloaded"]
    assert "No space left" in outcomes[0].note


def test_a_file_that_did_not_change_is_not_sent_again(httpserver, release, tmp_path):
    asked = answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    states = [fetch([release], tmp_path)[0].state for _ in range(2)]
    assert states == ["downloaded", "unchanged"]
    assert asked[1].headers["If-None-Match"] == '"v1"'


def test_a_file_damaged_on_the_disk_is_fetched_again(httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    fetch([release], tmp_path)
    (tmp_path / "LCA_Q1.xlsx").write_bytes(b"PK")
    assert fetch([release], tmp_path)[0].state == "downloaded"
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY


def test_a_pinned_file_that_is_there_needs_no_network(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(BODY)
    pinned = Release(
        "LCA",
        "lca",
        2031,
        1,
        ("http://127.0.0.1:9/a.xlsx",),
        sha256=download.sha256(tmp_path / "a.xlsx"),
    )
    assert fetch([pinned], tmp_path)[0].state == "unchanged"


def test_a_redirect_is_followed_at_home_and_refused_elsewhere(httpserver, tmp_path):
    answering(httpserver, "/new.xlsx", whole)
    answering(httpserver, "/home.xlsx", Response("", 302, {"Location": "/new.xlsx"}))
    answering(
        httpserver, "/away.xlsx", Response("", 302, {"Location": "http://example.invalid/a.xlsx"})
    )
    urls = [(httpserver.url_for(path),) for path in ("/home.xlsx", "/away.xlsx")]
    home, away = fetch(
        [Release(f"LCA {n}", "lca", 2031, n, url) for n, url in enumerate(urls)], tmp_path
    )
    assert home.ok
    assert "none of DOL's hosts" in away.note


def test_we_say_who_we_are_and_may_be_told_to_say_another_name(
    httpserver, release, tmp_path, monkeypatch
):
    asked = answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    fetch([release], tmp_path)
    monkeypatch.setenv("FILINGS_USER_AGENT", "someone/1")
    fetch([release], tmp_path)
    fetch([release], tmp_path, user_agent="someone else/2")
    assert [r.headers["User-Agent"] for r in asked] == [
        download.sources()["user_agent"],
        "someone/1",
        "someone else/2",
    ]


def test_latest_finds_what_the_page_links_to_and_the_registry_lacks(httpserver, tmp_path):
    known = releases()[-1]
    page = f"""<a href="/media/LCA_Dislclosure_Data_FY2031_Q2.xlsx">new</a>
        <a href='/files/PERM_Disclosure_Data_New_Form_FY2031_Q4.xlsx#x'>new</a>
        <a href="/files/LCA_Worksites_FY2031_Q2.xlsx">no</a> <a href="/files/LCA_Appendix_A_FY2031_Q2.xlsx">no</a>
        <a href="{known.urls[0]}">known</a> <a href="http://example.invalid/LCA_Disclosure_Data_FY2031_Q4.xlsx">away</a>"""
    answering(httpserver, "/performance", Response(page, 200, content_type="text/html"))
    answering(httpserver, "/media/LCA_Dislclosure_Data_FY2031_Q2.xlsx", whole)
    answering(httpserver, "/files/PERM_Disclosure_Data_New_Form_FY2031_Q4.xlsx", whole)
    (tmp_path / known.file_name).write_bytes(b"x")
    some = [
        Release(
            name,
            name.lower(),
            2030,
            1,
            (httpserver.url_for("/media/LCA_Dislclosure_Data_FY2031_Q2.xlsx"),),
        )
        for name in ("LCA", "PERM")
    ]
    outcomes = fetch(some, tmp_path, latest=of(), page=httpserver.url_for("/performance"))
    assert {str(o.release.release) for o in outcomes[2:]} == {
        "LCA FY2031 Q2",
        "PERM FY2031 Q4 new form",
    }
    assert all(o.ok for o in outcomes)


@pytest.fixture
def performance_page(httpserver, monkeypatch) -> tuple[str, ...]:
    """DOL's page with links to files of years to come, and the names of these."""
    names = ("LCA_Disclosure_Data_FY2031_Q2.xlsx", "PERM_Disclosure_Data_FY2032_Q1.xlsx")
    page = "".join(f'<a href="/{name}">new</a>' for name in names)
    answering(httpserver, "/performance", Response(page, 200, content_type="text/html"))
    here = download.sources() | {"performance_page": httpserver.url_for("/performance")}
    monkeypatch.setattr(download, "sources", lambda: here)
    return names


def run(asked: str, raw: Path) -> int:
    return app(["fetch", *asked.split(), "--raw", str(raw)], result_action="return_value")


@pytest.mark.parametrize(
    ("asked", "there"), [("--years 2031", 0), ("--years 2031-2032 --program perm", 1)]
)
def test_latest_brings_what_the_page_has_of_the_years_asked_for_and_no_other(
    asked, there, performance_page, httpserver, tmp_path
):
    for name in performance_page:
        answering(httpserver, f"/{name}", whole)
    assert run(f"--latest {asked}", tmp_path) == 0
    assert [file.name for file in tmp_path.glob("*.xlsx")] == [performance_page[there]]


@pytest.mark.parametrize(("refused", "status"), [((), 0), ((1,), 3), ((0, 1), 1)])
def test_the_exit_status_says_whether_all_some_or_no_file_is_there(
    refused, status, performance_page, httpserver, tmp_path
):
    for number, name in enumerate(performance_page):
        gone = Response("no", 404)
        answering(httpserver, f"/{name}", gone if number in refused else whole)
    assert run("--latest --years 2031-2032", tmp_path) == status


@pytest.mark.usefixtures("performance_page")
def test_years_that_neither_registry_nor_page_has_are_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"no release of any program in 2030, on .* page neither"):
        run("--latest --years 2030", tmp_path)


@pytest.mark.parametrize(
    "answer", [Response("no", 403), Response("<html>nothing here</html>", 200)]
)
def test_where_the_page_is_refused_the_registry_serves(answer, httpserver, release, tmp_path):
    answering(httpserver, "/performance", answer)
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    page, outcome = fetch([release], tmp_path, latest=of(), page=httpserver.url_for("/performance"))
    assert "only the registry is used" in page.note
    assert outcome.ok


def test_the_manifest_is_whole_whenever_it_is_read(httpserver, tmp_path):
    answering(httpserver, "/a/0.xlsx", whole)
    for n in range(12):
        answering(httpserver, f"/b/{n}.xlsx", whole)
    wanted = [
        Release(f"LCA {n}", "lca", 2031, n, (httpserver.url_for(f"/b/{n}.xlsx"),))
        for n in range(12)
    ]
    worker = threading.Thread(target=fetch, args=(wanted, tmp_path))
    worker.start()
    seen = set[int]()
    while worker.is_alive():
        seen.add(len(download.manifest(tmp_path)))
    worker.join()
    assert len(download.manifest(tmp_path)) == 12
    assert json.loads((tmp_path / "manifest.json").read_text())


def test_every_registered_file_is_a_link_to_dol_and_has_one_name():
    hosts = {download.urlsplit(url).hostname for release in releases() for url in release.urls}
    assert hosts <= set(download.sources()["hosts"])
    names = [release.file_name for release in releases()]
    assert len(names) == len(set(names))


def test_the_registry_selects_by_program_and_years():
    newest = max(release.fiscal_year for release in releases())
    assert {r.program for r in select(program="perm", years=str(newest))} == {"perm"}
    assert {r.fiscal_year for r in select(years=f"{newest - 1}-{newest}")} == {newest - 1, newest}
    with pytest.raises(ValueError, match="no release"):
        select(years=str(newest + 5))
    with pytest.raises(ValueError, match="write 2024"):
        select(years="soon")


@pytest.fixture
def patient_server():
    """A server that answers others while one answer takes its time."""
    with HTTPServer(threaded=True) as server:
        yield server


def test_a_range_of_another_file_is_not_spliced_where_if_range_is_not_heeded(
    httpserver, release, tmp_path
):
    other = BODY[:2] + BODY[:1:-1]

    def heedless(request: Request) -> Response:
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        ranged = {"Content-Range": f"bytes {start}-{len(other) - 1}/{len(other)}"} if start else {}
        return Response(other[start:], 206 if start else 200, {"ETag": '"v2"'} | ranged)

    answering(httpserver, "/a/LCA_Q1.xlsx", cut(30_000), heedless)
    assert fetch([release], tmp_path)[0].ok
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == other


def test_a_file_damaged_at_its_old_size_is_fetched_again(httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    fetch([release], tmp_path)
    (tmp_path / "LCA_Q1.xlsx").write_bytes(BODY[::-1])
    assert fetch([release], tmp_path)[0].state == "downloaded"
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY


def test_nothing_is_left_of_a_file_that_is_refused(httpserver, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)
    url = httpserver.url_for("/a/LCA_Q1.xlsx")
    fetch([Release("LCA FY2031 Q1", "lca", 2031, 1, (url,), sha256="0" * 64)], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [".fetch.lock"]


def test_a_cut_download_says_how_far_it_came(httpserver, release, tmp_path):
    answering(httpserver, "/a/LCA_Q1.xlsx", cut(30_000, etag='W/"weak"'))
    assert f"of {len(BODY):,} bytes" in fetch([release], tmp_path)[0].note


def test_a_body_that_stalls_is_no_missing_connection(patient_server, tmp_path):
    def stalls(_: Request) -> Response:
        def body():
            yield BODY[:8192]
            time.sleep(1.0)
            yield BODY[8192:]

        return Response(body(), 200, {"ETag": 'W/"weak"', "Content-Length": str(len(BODY))})

    answering(patient_server, "/a.xlsx", stalls)
    answering(patient_server, "/b.xlsx", whole)
    urls = [(patient_server.url_for(path),) for path in ("/a.xlsx", "/b.xlsx")]
    first, second = fetch(
        [Release(f"LCA {n}", "lca", 2031, n, url) for n, url in enumerate(urls)], tmp_path
    )
    assert (first.state, second.state) == ("failed", "downloaded")
    assert "cut short" in first.note


def test_a_host_that_hangs_is_not_asked_for_the_other_files(patient_server, tmp_path):
    def hangs(_: Request) -> Response:
        time.sleep(1.0)
        return Response("", 500)

    answering(patient_server, "/a.xlsx", hangs)
    other = answering(patient_server, "/b.xlsx", whole)
    urls = [(patient_server.url_for(path),) for path in ("/a.xlsx", "/b.xlsx")]
    outcomes = fetch(
        [Release(f"LCA {n}", "lca", 2031, n, url) for n, url in enumerate(urls)], tmp_path
    )
    assert [one.state for one in outcomes] == ["unreachable", "unreachable"]
    assert other == []


def test_a_host_that_keeps_saying_too_many_is_left_alone(httpserver, tmp_path):
    answering(httpserver, "/a.xlsx", Response("", 429))
    other = answering(httpserver, "/b.xlsx", whole)
    urls = [(httpserver.url_for(path),) for path in ("/a.xlsx", "/b.xlsx")]
    outcomes = fetch(
        [Release(f"LCA {n}", "lca", 2031, n, url) for n, url in enumerate(urls)], tmp_path
    )
    assert [one.state for one in outcomes] == ["blocked", "blocked"]
    assert other == []


def test_a_redirect_to_an_unencrypted_address_is_refused(tmp_path, monkeypatch):
    def leads_down(*_: object, **__: object) -> download.requests.Response:
        answer = download.requests.Response()
        answer.status_code, answer.raw = 302, io.BytesIO()
        answer.headers["Location"] = "http://www.dol.gov/a.xlsx"
        return answer

    monkeypatch.setattr(download.requests.Session, "get", leads_down)
    (outcome,) = fetch([Release("LCA", "lca", 2031, 1, ("https://www.dol.gov/a.xlsx",))], tmp_path)
    assert "not encrypted" in outcome.note


def test_a_damaged_manifest_is_named_with_the_fix(tmp_path):
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(ValueError, match=r"manifest\.json is damaged .* delete it"):
        download.manifest(tmp_path)


def test_a_kill_before_the_first_byte_of_a_changed_file_splices_nothing(
    httpserver, release, tmp_path, monkeypatch
):
    (tmp_path / ".LCA_Q1.xlsx.part").write_bytes(b"PK" + b"old" * 9_000)
    old = {"url": release.urls[0], "etag": '"v0"', "last_modified": None}
    (tmp_path / ".LCA_Q1.xlsx.part.json").write_text(json.dumps(old))
    answering(httpserver, "/a/LCA_Q1.xlsx", whole)

    def killed(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(download, "_stream", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch([release], tmp_path)
    assert fetch([release], tmp_path)[0].ok
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY


def test_a_second_fetch_into_the_same_folder_says_so_and_stops(release, tmp_path):
    with FileLock(tmp_path / ".fetch.lock"), pytest.raises(FetchError, match="another fetch"):
        fetch([release], tmp_path)


def test_a_stopped_download_goes_on_where_it_stopped(httpserver, release, tmp_path):
    asked = answering(httpserver, "/a/LCA_Q1.xlsx", whole)

    def stop(at: download.Progress) -> None:
        if at.done > 20_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch([release], tmp_path, report=stop)
    assert fetch([release], tmp_path)[0].ok
    assert int(asked[1].headers["Range"].removeprefix("bytes=").rstrip("-")) > 20_000
    assert (tmp_path / "LCA_Q1.xlsx").read_bytes() == BODY


def test_a_killed_download_goes_on_where_it_stopped(patient_server, tmp_path):
    def slow(request: Request) -> Response:
        def body():
            yield BODY[:40_000]
            time.sleep(3.0)

        headers = {"ETag": '"v1"', "Content-Length": str(len(BODY))}
        return whole(request) if "Range" in request.headers else Response(body(), 200, headers)

    asked = answering(patient_server, "/a.xlsx", slow)
    url = patient_server.url_for("/a.xlsx")
    script = f"""if True:
        from pathlib import Path
        from loaders import download
        from loaders.releases import Release
        facts = download.sources()
        tight = facts["download"] | {{"spare_bytes": 1_000, "chunk_bytes": 4096}}
        download.sources = lambda: facts | {{"download": tight}}
        download.fetch([Release("LCA", "lca", 2031, 1, ({url!r},))], Path({str(tmp_path)!r}))
    """
    part, by = tmp_path / ".a.xlsx.part", time.monotonic() + 60
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT) as process:
        while not (part.exists() and part.stat().st_size > 20_000) and time.monotonic() < by:
            time.sleep(0.02)
        assert process.poll() is None
        process.terminate()
    assert fetch([Release("LCA", "lca", 2031, 1, (url,))], tmp_path)[0].ok
    assert int(asked[1].headers["Range"].removeprefix("bytes=").rstrip("-")) > 20_000
    assert (tmp_path / "a.xlsx").read_bytes() == BODY
