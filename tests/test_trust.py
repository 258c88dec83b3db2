"""The promises of SECURITY.md that no other file of tests proves."""

import ast
import io
import re
import socket
import stat
import tempfile
import time
import tomllib
import zipfile
from urllib.parse import urlsplit

import polars as pl
import pytest
import stamina
from streamlit import config

from loaders import check, download, lake, listing_files, listings, match, workbook
from loaders.build import build
from loaders.index import Index
from loaders.listing_files import of_text
from loaders.listings import ListingsError
from loaders.releases import Release, of, releases
from loaders.workbook import UnreadableFileError
from pages.parts import upload
from tests.conftest import ROOT, as_filed, case, headers_of, layout, write

OURS = [ROOT / "dashboard.py", *(path for folder in ("loaders", "analytics", "charts", "pages")
                                 for path in sorted((ROOT / folder).rglob("*.py")))]  # fmt: skip
SECURITY = (ROOT / "SECURITY.md").read_text("utf-8")


# ---------------------------------------------------------------------------------- the promises


def test_every_promise_names_tests_and_every_test_that_it_names_exists():
    promises = re.findall(
        r"^- (.+(?:\n  .+)*)", SECURITY.split("## Promises")[1].split("\n## ")[0], re.MULTILINE
    )
    assert len(promises) > 15
    for promise in promises:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", promise)
        assert named, promise
        for path, name in named:
            assert f"\ndef {name}(" in (ROOT / path).read_text("utf-8"), (path, name)


# ---------------------------------------------------------------------------------- the addresses


def test_every_address_that_is_known_is_one_of_dols_over_https():
    known = [url for one in releases() for url in one.urls] + [
        download.sources()["performance_page"]
    ]
    hosts = {urlsplit(url).hostname for url in known} | {*download.sources()["hosts"]}
    assert {urlsplit(url).scheme for url in known} == {"https"}
    assert not [host for host in hosts if not f".{host}".endswith(".dol.gov")]


def test_addresses_of_dol_are_data():
    assert len(OURS) > 100
    assert not [path.name for path in OURS if "dol.gov/" in path.read_text("utf-8")]


def test_one_module_asks_dol_and_two_what_a_person_names():
    able = {"socket", "ssl", "http", "urllib3", "httpx", "aiohttp", "ftplib", "smtplib", "websockets",
            "xmlrpc", "telnetlib", "asyncio", "requests", "s3fs", "fsspec", "obstore", "distributed",
            "boto3", "dask"}  # fmt: skip
    asking = set[tuple[str, str]]()
    for path in OURS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            asking |= {(path.name, name) for name in names
                       if name.split(".")[0] in able or name == "urllib.request"}  # fmt: skip
    named = {
        ("storage.py", "obstore"),
        ("storage.py", "obstore.store"),
        ("cluster.py", "distributed"),
    }
    assert asking - named == {("download.py", "requests"), ("download.py", "http")}
    source = (ROOT / "loaders/download.py").read_text("utf-8")
    assert "from http import HTTPStatus\n" in source
    assert source.count("http.") == 0


def test_a_fetch_of_everything_asks_dol_alone(tmp_path, monkeypatch):
    asked = list[str]()

    def nothing_there(_: object, url: str, **__: object) -> download.requests.Response:
        asked.append(url)
        answer = download.requests.Response()
        answer.status_code, answer.raw = 404, io.BytesIO()
        return answer

    monkeypatch.setattr(download.requests.Session, "get", nothing_there)
    outcomes = download.fetch(releases(), tmp_path, latest=of())
    assert {one.state for one in outcomes} == {"failed"}
    assert {*asked} == {url for one in releases() for url in one.urls} | {
        download.sources()["performance_page"]
    }


def test_a_fetch_looks_up_no_other_name_and_opens_no_other_connection(tmp_path, monkeypatch):
    looked = list[str]()

    def offline(host: str, *_: object, **__: object) -> list[object]:
        looked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    with stamina.set_testing(True, attempts=2):
        download.fetch(releases(), tmp_path, latest=of())
    assert {*looked} == {"www.dol.gov"}


def test_build_status_check_and_match_open_no_connection(workbook, tmp_path, monkeypatch):
    def never(*_: object, **__: object) -> None:
        pytest.fail("a connection")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, never)
    monkeypatch.setattr(socket, "getaddrinfo", never)
    workbook("a.xlsx", "lca/2020", [case(employer_name="https://example.invalid/")])
    build(tmp_path / "raw", tmp_path / "lake")
    assert lake.digest(tmp_path / "lake")
    check.findings(tmp_path / "lake")
    asked = listings.joined(
        of_text("company,url\nExample Robotics,https://example.invalid/job\n", "x")
    )
    assert match.match(asked, Index(tmp_path / "lake")).height == 1


# ------------------------------------------------------------------------- the server's own bounds


@pytest.fixture
def options(monkeypatch) -> dict[str, object]:
    """What Streamlit makes of our configuration."""
    monkeypatch.chdir(ROOT)
    return {name: one.value for name, one in config.get_config_options(force_reparse=True).items()}


def test_streamlit_guards_as_we_set_it_and_knows_every_name_that_we_set(options):
    set_by_us = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    for section, values in set_by_us.items():
        for name, value in values.items():
            if not isinstance(value, dict):
                assert options[f"{section}.{name}"] == value
    guards = {
        "server.enableXsrfProtection": True, "server.enableCORS": True, "server.address": "localhost",
        "server.xsrfCookieSameSite": "strict", "server.enableStaticServing": False,
        "server.enableAgentApi": False, "server.allowedHosts": ["localhost", "127.0.0.1", "::1"], "browser.gatherUsageStats": False,
    }  # fmt: skip
    assert {name: options[name] for name in guards} == guards
    for name in (
        "enableXsrfProtection",
        "enableCORS",
        "address",
        "enableStaticServing",
        "maxUploadSize",
    ):
        assert name in set_by_us["server"], "set on purpose, not by default"


def test_the_largest_file_of_dols_can_be_uploaded_and_one_of_twice_its_size_cannot(options):
    largest = max(one.bytes or 0 for one in releases())
    assert largest < options["server.maxUploadSize"] * 1_000_000 < 2 * largest


# ----------------------------------------------------------------------------------- what is brought


def test_no_name_in_an_archive_is_ever_a_path(tmp_path, monkeypatch):
    one = layout("perm/2020")
    text = pl.DataFrame(as_filed(one, [case("perm")])).cast(pl.String).write_csv()
    names = ["../up.csv", "../../../up.csv", "/abs.csv", "C:\\up.csv", "..\\..\\up.csv", "a/../../up.csv",
             "NUL.csv", "a\nb.csv", "~/up.csv", "$(touch up).csv", "-rf.csv", "é" * 90 + ".csv"]  # fmt: skip
    first = text.split(",")[0]
    raw, temporary = tmp_path / "raw", tmp_path / "temporary"
    raw.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with zipfile.ZipFile(raw / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, text)
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    before = {*tmp_path.rglob("*")}
    for member in workbook.members(raw / "a.zip"):
        with workbook.opened(raw / "a.zip", member) as (table,):
            inside = {path.name for path in temporary.rglob("*") if path.is_file()}
            assert inside == {"member.csv"}
            assert table.top[0][0] == ("/etc/passwd" if member == "link.csv" else first)
    assert {*tmp_path.rglob("*")} == before


def test_a_part_that_is_longer_than_it_says_is_not_unpacked(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "x" * 5_000_000)
    said = (5_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(said, (100).to_bytes(4, "little")))
    with pytest.raises(UnreadableFileError, match="corrupt"), workbook.opened(path, "a.csv"):
        pass


def test_a_workbook_of_listings_that_unpacks_to_too_much_is_refused_at_once(tmp_path, monkeypatch):
    path = write(tmp_path / "a.xlsx", ["Company"], [{"Company": f"Example {n}"} for n in range(50)])
    assert listings.read(path)[0].height == 50
    limit = listing_files.limit
    monkeypatch.setattr(
        listing_files, "limit", lambda name: 500 if name == "book_bytes" else limit(name)
    )
    with pytest.raises(ListingsError, match=r"a\.xlsx: larger than 500 bytes\. Split it"):
        listings.read(path)


@pytest.mark.parametrize("entities", [9, 12])
def test_entities_inside_entities_cost_neither_time_nor_memory(tmp_path, entities):
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, entities))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{laughs}]><x>&e{entities - 1};</x>'
    good = write(tmp_path / "good.xlsx", headers_of(layout("lca/2020")), [])
    start = time.perf_counter()
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb if name == "xl/workbook.xml" else old.read(name))
    with pytest.raises(UnreadableFileError), workbook.opened(tmp_path / "a.xlsx"):
        pass
    (tmp_path / "a.html").write_text(bomb)
    with pytest.raises(ListingsError):
        listings.read(tmp_path / "a.html")
    assert time.perf_counter() - start < 10


def test_an_uploaded_file_is_read_in_pieces_and_never_whole(tmp_path):
    class Endless:
        name, sizes = "a.csv", list[int]()

        def read(self, size: int = -1, /) -> bytes:
            self.sizes.append(size)
            return bytes(size) if len(self.sizes) < 40 else b""

    assert upload.save(Endless(), tmp_path).state == "saved"
    assert {*Endless.sizes} == {1 << 20}


# ------------------------------------------------------------------------------------------- supply


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_by_version_and_by_hash(name):
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [
        line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")
    ]
    assert len(lines) > 30
    for line in lines:
        assert re.match(r"[a-z0-9._-]+==[^\s;]+ .*--hash=sha256:[0-9a-f]{64}", line), line
    assert "://" not in re.sub(r"(?m)^ *#.*$", "", text), "whoever installs chooses the index"


def test_whatever_the_program_needs_is_among_the_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pinned = (ROOT / "requirements.txt").read_text("utf-8")
    for needed in project["project"]["dependencies"]:
        assert f"\n{re.split('[><=]', needed)[0]}==" in pinned


_SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a key of a cloud": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}\b",
    "a token": r"\bgh[pousr]_\w{36}|\bgithub_pat_\w{22}|\bxox[abprs]-[\w-]{10}|\bsk-[A-Za-z0-9]{20}|\bpypi-Ag\w{20}",
    "a password in an address": r"\w://[^/\s:@\"'{}]+:[^/\s:@\"'{}]+@",
    "a password": r"(?i)\b(?:api_?key|passwo?r?d|secret|access_?token)\b[\"']?\s*[:=]\s*[\"'][^\"'{}]{8,}",
}  # fmt: skip


@pytest.mark.parametrize("what", _SECRETS)
def test_no_secret_is_in_the_project(what):
    kinds = {
        ".py",
        ".toml",
        ".md",
        ".csv",
        ".txt",
        ".json",
        ".cfg",
        ".yml",
        ".yaml",
        ".env",
        ".sh",
        "",
    }
    kept = [
        ROOT,
        ROOT / ".ci",
        ROOT / ".streamlit",
        *(ROOT / one for one in ("docs", "data", "tests")),
    ]
    files = [path for folder in kept for path in (folder.glob("*") if folder == ROOT else folder.rglob("*"))
             if path.is_file() and path.suffix in kinds and "lake" not in path.parts] + OURS  # fmt: skip
    assert len(files) > 150
    secret = re.compile(_SECRETS[what])
    found = [
        path.name for path in files if secret.search(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []
    assert not (ROOT / ".streamlit" / "secrets.toml").exists()


def test_the_pattern_of_each_secret_finds_one():
    for what, example in {
        "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----", "a key of a cloud": "AKIA" + "A1" * 8,
        "a token": "ghp_" + "a1" * 18, "a password in an address": "https" + "://me:mine@example.org",
        "a password": "pass" + 'word = "correct horse"',
    }.items():  # fmt: skip
        assert re.search(_SECRETS[what], example), what


def test_what_dol_is_told_of_us_is_our_name_alone(tmp_path, monkeypatch):
    sent = list[dict[str, str]]()

    def noting(self: download.requests.Session, *_: object, headers: dict[str, str], **__: object):
        sent.append({**self.headers, **headers})
        raise download.requests.ConnectionError

    monkeypatch.delenv("FILINGS_USER_AGENT", raising=False)
    monkeypatch.setattr(download.requests.Session, "get", noting)
    one = Release("LCA", "lca", 2031, 1, ("https://www.dol.gov/a.xlsx",))
    with stamina.set_testing(True, attempts=1):
        download.fetch([one], tmp_path)
    (headers,) = sent
    assert {*headers} == {"User-Agent", "Accept-Encoding", "Accept", "Connection"}
    assert headers["User-Agent"].startswith("filing-history/")
