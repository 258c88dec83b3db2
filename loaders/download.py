"""DOL's files to the raw folder: checked, resumed, and in place only when whole.

The only module that talks to the network, and only to the hosts of data/sources.toml and of the
releases it is given. It says who it is and takes a refusal for one.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import requests
import stamina
from filelock import FileLock, Timeout
from rich import progress as bars
from rich.console import Console

from loaders.facts import sources
from loaders.releases import Release, name_in, releases
from loaders.storage import replacing, sha256

Headers = dict[str, str]
_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one download is: bytes done of total (None where the server does not say)."""

    release: str
    done: int
    total: int | None
    bytes_per_second: float

    @property
    def seconds_left(self) -> float | None:
        """Time left at the present rate."""
        if self.total is None or not self.bytes_per_second:
            return None
        return (self.total - self.done) / self.bytes_per_second

    def as_dict(self) -> dict[str, Any]:
        """The progress with `seconds_left`, for a line of JSON."""
        return {**asdict(self), "seconds_left": self.seconds_left}


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one release: its file in place, or why not."""

    release: Release
    state: Literal["downloaded", "unchanged", "blocked", "unreachable", "failed"]
    note: str = ""

    @property
    def ok(self) -> bool:
        """Whether the newest file that DOL gives is in the folder."""
        return self.state in {"downloaded", "unchanged"}

    def as_dict(self) -> dict[str, Any]:
        """What came of it in plain values, as one line of JSON."""
        return {
            "release": self.release.release,
            "state": self.state,
            "why": self.note,
            "url": self.release.urls[0],
            "ok": self.ok,
        }

    def __str__(self) -> str:
        """The release, what came of it, and why."""
        return f"{self.release.release}: {self.state}{f' ({self.note})' if self.note else ''}"


class FetchError(RuntimeError):
    """A fetch that cannot begin; the folder is as it was."""


class _BlockedError(Exception):
    """The site refuses scripts: a 403, or a page of HTML where a workbook should be."""


class _GoneError(Exception):
    """No file at this address."""


class _UnfitError(Exception):
    """A file that came whole and is not the one that was asked for, or finds no room."""


class _AgainError(Exception):
    """Worth another try, after `wait` seconds if the server named them.

    `refused` where the server, asked again as often as we may, still says that it is too much.
    """

    def __init__(self, why: str, wait: float | None = None, *, refused: bool = False) -> None:
        super().__init__(why)
        self.wait = wait
        self.refused = refused


# --------------------------------------------------------------------------------------- manifest


def manifest(raw: Path) -> dict[str, dict[str, Any]]:
    """What was downloaded into a folder: by file name, its address, digest, validators and time.

    Raises ValueError, naming the file and the fix, where it is no such JSON.
    """
    path = raw / "manifest.json"
    try:
        made = json.loads(path.read_text("utf-8")) if path.exists() else {}
        if not isinstance(made, dict) or not all(isinstance(one, dict) for one in made.values()):
            raise ValueError("it is no table of files")
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}): delete it and fetch again.") from error
    return made


def _note(raw: Path, name: str, entry: dict[str, Any]) -> None:
    with replacing(raw / "manifest.json") as making:
        making.write_text(json.dumps(manifest(raw) | {name: entry}, indent=1), "utf-8")


# ----------------------------------------------------------------------------------------- fetch


def fetch(
    wanted: Iterable[Release],
    raw: Path,
    *,
    latest: Callable[[Release], bool] | None = None,
    user_agent: str | None = None,
    report: Report = lambda _: None,
    page: str | None = None,
) -> list[Outcome]:
    """Bring each release's file into `raw`, one after the other; what came of each.

    A file is replaced only by one that is whole and passes every check. A host that refuses or
    does not answer is not asked again in the same run. `latest` adds the files that it holds for of
    those that the performance page links to and the registry does not know; where the page cannot
    be read `wanted` serves alone, and an outcome says so. Raises OSError only for the folder,
    FetchError where another fetch writes to it.
    """
    raw.mkdir(parents=True, exist_ok=True)
    wanted, outcomes = list(wanted), list[Outcome]()
    with _alone(raw), requests.Session() as session:
        session.headers.update(
            {
                "User-Agent": user_agent
                or os.environ.get("FILINGS_USER_AGENT")
                or sources()["user_agent"],
                "Accept-Encoding": "identity",
            }
        )
        if latest:
            page = page or sources()["performance_page"]
            try:
                wanted += filter(latest, _newer(session, page))
            except (_BlockedError, _GoneError, _AgainError) as error:
                listed = Release("performance page", "", 0, None, (page,))
                outcomes.append(Outcome(listed, "failed", f"{error}; only the registry is used"))
        silent: dict[str | None, Outcome] = {}
        for release in wanted:
            host = urlsplit(release.urls[0]).hostname
            outcome = silent.get(host)
            outcomes.append(
                replace(outcome, release=release)
                if outcome
                else _one(release, raw, session, report)
            )
            if outcomes[-1].state in {"blocked", "unreachable"}:
                silent[host] = outcomes[-1]
    return outcomes


@contextmanager
def _alone(raw: Path) -> Generator[None]:
    try:
        with FileLock(raw / ".fetch.lock", timeout=0):
            yield
    except Timeout as error:
        raise FetchError(
            f"another fetch is writing to {raw}: wait for it to end, then fetch again."
        ) from error


def _one(release: Release, raw: Path, session: requests.Session, report: Report) -> Outcome:
    why = "no address"
    for url in release.urls:
        path = raw / name_in(url)
        if release.sha256 and path.exists() and sha256(path) == release.sha256:
            return Outcome(release, "unchanged", "the file that the registry pins is there")
        try:
            return _tried(release, url, path, session, report)
        except _GoneError as error:
            why = str(error)
        except _BlockedError as error:
            return Outcome(release, "blocked", str(error))
        except (requests.ConnectionError, requests.Timeout) as error:
            why = f"no connection to {urlsplit(url).hostname} ({type(error).__name__})"
            return Outcome(release, "unreachable", f"{why}: is this machine online?")
        except (_AgainError, _UnfitError, OSError) as error:
            refused = isinstance(error, _AgainError) and error.refused
            return Outcome(release, "blocked" if refused else "failed", str(error))
    return Outcome(release, "failed", why)


def _tried(
    release: Release, url: str, path: Path, session: requests.Session, report: Report
) -> Outcome:
    limits = sources()["download"]
    for attempt in stamina.retry_context(
        on=_backoff,
        attempts=limits["tries"],
        timeout=None,
        wait_initial=1.0,
        wait_max=limits["longest_wait_seconds"],
    ):
        with attempt:
            return _attempt(release, url, path, session, report)
    raise AssertionError("unreachable: stamina returns or raises")


def _backoff(error: Exception) -> bool | float:
    if isinstance(error, _AgainError):
        return True if error.wait is None else error.wait
    return isinstance(
        error,
        requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError,
    )


def _attempt(
    release: Release, url: str, path: Path, session: requests.Session, report: Report
) -> Outcome:
    part, kept = path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.part.json")
    known = manifest(path.parent).get(path.name, {})
    with _asked_for(session, url, _headers(url, path, part, kept, known), release.urls) as answer:
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return Outcome(release, "unchanged", "not changed at DOL since it was downloaded")
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            _dropped(part)
            raise _AgainError("the server has another file now than the part here")
        _raise_for(answer, url)
        resumed = answer.status_code == HTTPStatus.PARTIAL_CONTENT
        if resumed and not _continues(answer, part, _kept(kept)):
            _dropped(part)
            raise _AgainError("the server sent another range than was asked for")
        start = part.stat().st_size if resumed else 0
        length = re.fullmatch("[0-9]{1,15}", answer.headers.get("Content-Length", ""))
        total = start + int(length[0]) if length else None
        _room(path.parent, (total or release.bytes or 0) - start)
        if not resumed:
            part.unlink(missing_ok=True)  # before its validator goes: a kill must not mix two files
            kept.write_text(json.dumps(_validators(answer, url)), "utf-8")
        got = _stream(answer, part, start=start, total=total, name=release.release, report=report)
        if total is not None and got < total:
            raise _AgainError(f"cut short at {got:,} of {total:,} bytes")
        entry = _kept(kept)
    note, digest = _checked(release, part)
    if part.stat().st_size != got:
        raise _AgainError("somebody else has written to the part")
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    kept.unlink(missing_ok=True)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    facts = {"release": release.release, "sha256": digest, "bytes": got, "retrieved_at": now}
    _note(path.parent, path.name, facts | entry)
    return Outcome(release, "downloaded", note)


def _headers(url: str, path: Path, part: Path, kept: Path, known: dict[str, Any]) -> Headers:
    """Ask for the rest of a part whose validator we kept, else for a file only if it changed."""
    if part.exists() and (validators := _kept(kept)):
        validator = validators["etag"] or validators["last_modified"]
        weak = str(validator).startswith("W/")
        if validator and not weak and validators["url"] == url and part.stat().st_size:
            return {"Range": f"bytes={part.stat().st_size}-", "If-Range": validator}
    _dropped(part)
    if known.get("url") != url or not path.exists() or sha256(path) != known["sha256"]:
        return {}
    asked = {"If-None-Match": known["etag"], "If-Modified-Since": known["last_modified"]}
    return {name: value for name, value in asked.items() if value}


def _kept(kept: Path) -> dict[str, str | None]:
    """The validators beside a part; none where a kill left them half written."""
    try:
        made = json.loads(kept.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return made if isinstance(made, dict) and made.keys() >= {"url", *_VALIDATORS} else {}


def _dropped(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_name(f"{part.name}.json").unlink(missing_ok=True)


_VALIDATORS = {"etag": "ETag", "last_modified": "Last-Modified"}


def _validators(answer: requests.Response, url: str) -> dict[str, str | None]:
    return {"url": url} | {name: answer.headers.get(sent) for name, sent in _VALIDATORS.items()}


@contextmanager
def _asked_for(
    session: requests.Session, url: str, headers: Headers, ours: Sequence[str]
) -> Generator[requests.Response]:
    """The answer to a request, redirects followed to known hosts alone."""
    hosts = {*sources()["hosts"], *(urlsplit(one).hostname for one in ours)}
    limits = sources()["download"]
    for _ in range(_REDIRECTS):
        with session.get(
            url,
            headers=headers,
            stream=True,
            allow_redirects=False,
            timeout=(limits["connect_seconds"], limits["read_seconds"]),
        ) as answer:
            if not answer.is_redirect:
                yield answer
                return
            target = _joined(url, answer.headers["Location"])
        if urlsplit(target).hostname not in hosts:
            raise _UnfitError(f"{url} leads to {target}, which is none of DOL's hosts")
        if urlsplit(url).scheme == "https" != urlsplit(target).scheme:
            raise _UnfitError(f"{url} leads to {target}, which is not encrypted")
        url = target
    raise _UnfitError(f"{url} leads in a circle")


def _joined(url: str, location: str) -> str:
    """Where a redirect leads; _UnfitError where that is no address."""
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise _UnfitError(f"{url} leads to {location!r}, which is no address") from error


def _raise_for(answer: requests.Response, url: str) -> None:
    code = answer.status_code
    if code == HTTPStatus.FORBIDDEN:
        raise _BlockedError("the site refuses scripts (403)")
    if code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise _GoneError(f"no file at {url} ({code})")
    if code == HTTPStatus.TOO_MANY_REQUESTS or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        busy = code == HTTPStatus.TOO_MANY_REQUESTS
        raise _AgainError(f"the site answered {code}", _named_wait(answer), refused=busy)
    if code not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        raise _UnfitError(f"{url} answered {code}")
    if "html" in answer.headers.get("Content-Type", ""):
        raise _BlockedError(f"a web page instead of a file (status {code})")


def _named_wait(answer: requests.Response) -> float | None:
    named = answer.headers.get("Retry-After", "")
    return (
        min(float(named), sources()["download"]["longest_wait_seconds"])
        if re.fullmatch("[0-9]+", named)
        else None
    )


def _continues(answer: requests.Response, part: Path, before: dict[str, str | None]) -> bool:
    """Whether a range is the rest of the part: some servers send it without heeding If-Range."""
    match = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    if not match or not part.exists() or int(match[1]) != part.stat().st_size:
        return False
    sent = "etag" if before.get("etag") else "last_modified"
    return _validators(answer, "")[sent] in {None, before.get(sent)}


def _room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + sources()["download"]["spare_bytes"]:
        raise _UnfitError(
            f"the disk of {folder} has {free:,} bytes free and the file needs {needed:,} and some "
            f"room to work: free some space and fetch again"
        )


def _stream(
    answer: requests.Response,
    part: Path,
    *,
    start: int,
    total: int | None,
    name: str,
    report: Report,
) -> int:
    done, began = start, time.monotonic()
    with part.open("ab" if start else "wb") as file:
        try:
            for chunk in answer.iter_content(sources()["download"]["chunk_bytes"]):
                file.write(chunk)
                done += len(chunk)
                seconds = max(time.monotonic() - began, 1e-6)
                report(Progress(name, done, total, (done - start) / seconds))
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            of = f"{total:,}" if total is not None else "unknown"
            raise _AgainError(f"cut short at {done:,} of {of} bytes") from error
    return done


def _checked(release: Release, part: Path) -> tuple[str, str]:
    """A note on a whole file and its digest; the part is removed where the file is unfit."""
    size = part.stat().st_size
    with part.open("rb") as file:
        start = file.read(512)
    digest = sha256(part)
    try:
        if start.lstrip()[:1] == b"<":
            raise _BlockedError("a web page instead of a file (status 200)")
        if not start.startswith(b"PK"):
            raise _UnfitError("what came is no workbook (it does not begin with PK)")
        if size < sources()["download"]["smallest_bytes"]:
            raise _UnfitError(f"what came has {size:,} bytes, less than any disclosure file")
        if release.sha256 and digest != release.sha256:
            raise _UnfitError(
                f"its sha256 is {digest}, not the one pinned in data/releases.csv: DOL replaced "
                f"the file (then pin the new one there), or it was changed on the way"
            )
    except (_BlockedError, _UnfitError):
        _dropped(part)
        raise
    if release.bytes and size != release.bytes:
        return f"{size:,} bytes, {release.bytes:,} in the registry: DOL replaced the file", digest
    return "", digest


# ---------------------------------------------------------------------------------------- latest


def _newer(session: requests.Session, page: str) -> list[Release]:
    """The disclosure files that a page links to and the registry does not know."""
    try:
        with _asked_for(session, page, {}, [page]) as answer:
            if not answer.ok:
                raise _BlockedError(f"{page} answered {answer.status_code}")
            html = answer.text
    except (requests.RequestException, _UnfitError) as error:
        raise _AgainError(f"{page} cannot be read ({error})") from error
    known = {name_in(url).lower() for release in releases() for url in release.urls}
    hosts = {*sources()["hosts"], urlsplit(page).hostname}
    found: dict[str, Release] = {}
    for link in re.findall(r"""href\s*=\s*["']([^"']+)["']""", html):
        try:
            url = _joined(page, link.replace("&amp;", "&")).split("#")[0]
        except _UnfitError:
            continue
        match = re.search(sources()["links"]["disclosure"], urlsplit(url).path)
        if not match or name_in(url).lower() in known or urlsplit(url).hostname not in hosts:
            continue
        quarter = int(match["quarter"]) if match["quarter"] else None
        name = f"{match['program'].upper()} FY{match['year']}" + (f" Q{quarter}" if quarter else "")
        name += " new form" if match["form"] else ""
        found[url] = Release(name, match["program"].lower(), int(match["year"]), quarter, (url,))
    if not re.search(r"(?i)\.xlsx", html):
        raise _BlockedError(f"{page} shows no links to workbooks")
    return list(found.values())


# ------------------------------------------------------------------------------------ for people


def blocked_help(outcomes: Iterable[Outcome], raw: Path) -> str:
    """What to do by hand where the site refused: the links, and the folder; else nothing."""
    links = [url for one in outcomes if one.state == "blocked" for url in one.release.urls[:1]]
    if not links:
        return ""
    return "\n".join(
        [
            "The site refuses to give these files to a script. Open the links in a browser:",
            *(f"  {url}" for url in links),
            f"put the files into {raw.resolve()}, under any name, and run",
            "  python -m loaders build",
        ]
    )


@contextmanager
def progress_bar() -> Generator[Report]:
    """A report that draws a bar with bytes, rate and time left; plain lines without a terminal."""
    console = Console(stderr=True)
    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.DownloadColumn(),
        bars.TransferSpeedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, bars.TaskID] = {}

        def report(at: Progress) -> None:
            if at.release not in tasks:
                tasks[at.release] = bar.add_task(at.release, total=at.total)
                if not console.is_terminal:
                    console.print(f"{at.release}: {at.total or '?'} bytes")
            bar.update(tasks[at.release], completed=at.done, total=at.total)

        yield report
