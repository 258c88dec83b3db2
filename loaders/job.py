"""One loading job at a time, in child processes, watched by a thread.

The children are this project's own commands, `fetch` and `build`: what they publish they publish
whole, so that a job that is cancelled or crashes leaves the lake as it was.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from loaders.facts import DATA
from loaders.releases import Release, select

SOME_REFUSED = 3
CANCELLED = 130
# A file that goes by faster than this had been read before: it says nothing about the next one.
_READ_BEFORE = 40_000_000
_TAIL = 20


class BusyError(RuntimeError):
    """A job is running already."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A release that could not be downloaded: why, and the address to open in a browser."""

    release: str
    state: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class State:
    """Where the job stands.

    `done` and `total` are bytes of one release (`number` of `of`) while it downloads, files while
    it reads. `status` is 0 where all went in, 3 where some files were refused or missed and the
    others published, 130 where it was cancelled, else it failed.
    """

    phase: Literal["idle", "start", "download", "read", "publish", "ended"] = "idle"
    what: str = ""
    number: int = 0
    of: int = 0
    done: int = 0
    total: int | None = None
    bytes_per_second: float | None = None
    seconds_left: float | None = None
    message: str = ""
    error: str = ""
    missed: tuple[Missed, ...] = ()
    status: int | None = None
    at: float = 0.0

    @property
    def running(self) -> bool:
        """Whether a child is at work."""
        return self.phase not in {"idle", "ended"}

    @property
    def finished(self) -> bool:
        """Whether a job came to its end, good or bad."""
        return self.phase == "ended"


_Told = Callable[[Iterable[str]], Iterator[State]]


@dataclass(frozen=True, slots=True)
class Job:
    """The one job of a server: keep one of these, and ask it."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _latest: deque[State] = field(default_factory=lambda: deque([State()], maxlen=1))
    _children: deque[subprocess.Popen[str]] = field(default_factory=lambda: deque(maxlen=1))
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def start(
        self, raw: Path, lake: Path, *, program: str | None = None, years: str | None = None
    ) -> None:
        """Download a program's releases of these fiscal years into `raw`, then build from it.

        Raises BusyError while a job runs, ValueError where the registry has no such release.
        """
        self._begin(raw, lake, select(program=program, years=years), program, years)

    def build(self, raw: Path, lake: Path) -> None:
        """Build from what is in `raw`. Raises BusyError while a job runs."""
        self._begin(raw, lake, (), None, None)

    def state(self) -> State:
        """Where the job stands now."""
        latest = self._latest[0]
        if latest.seconds_left is None:
            return latest
        left = latest.seconds_left - (time.monotonic() - latest.at)
        return replace(latest, seconds_left=max(left, 0.0))

    def cancel(self) -> None:
        """End the running child, if there is one; a download can be taken up again later."""
        with self._lock:
            if self._latest[0].running:
                self._cancelled.set()
                for child in self._children:
                    child.terminate()

    def _begin(
        self,
        raw: Path,
        lake: Path,
        chosen: Sequence[Release],
        program: str | None,
        years: str | None,
    ) -> None:
        fetch = ["fetch", "--raw", str(raw.absolute())]
        fetch += ["--program", program] if program else []
        fetch += ["--years", years] if years else []
        build = ["build", "--raw", str(raw.absolute()), "--lake", str(lake.absolute())]
        with self._lock:
            if self._latest[0].running:
                raise BusyError("a job is running already: wait for its end, or cancel it.")
            self._cancelled.clear()
            self._latest.append(State(phase="start", at=time.monotonic()))
        threading.Thread(
            target=self._work,
            args=(raw, chosen, fetch if chosen else None, build),
            name="loading job",
            daemon=True,
        ).start()

    def _work(
        self, raw: Path, chosen: Sequence[Release], fetch: list[str] | None, build: list[str]
    ) -> None:
        ended = State(status=1, error="the loading broke off; the server's log says where.")
        try:
            fetched = self._fetched(chosen, fetch) if fetch else State()
            enough = fetched.status in {None, 0, SOME_REFUSED}
            ended = self._built(raw, build, fetched) if enough else fetched
        except OSError as error:
            ended = State(status=1, error=f"the loading command broke off: {error}")
        except Exception:
            logging.getLogger(__name__).exception("the watcher of a loading job broke off")
        finally:  # or every later job would wait for this one
            if self._cancelled.is_set() and ended.status not in {0, SOME_REFUSED}:
                ended = State(status=CANCELLED, message="Cancelled; what was loaded before stays.")
            self._latest.append(replace(ended, phase="ended", at=time.monotonic()))

    def _fetched(self, chosen: Sequence[Release], command: list[str]) -> State:
        missed: list[Missed] = []
        status, error = self._child(command, lambda lines: _downloads(lines, chosen, missed))
        reasons = "\n".join(f"{one.release}: {one.why or one.state}" for one in missed)
        return State(status=status, error=reasons or error, missed=tuple(missed))

    def _built(self, raw: Path, command: list[str], fetched: State) -> State:
        said: list[str] = []
        status, error = self._child(command, lambda lines: _steps(lines, raw, said))
        return replace(
            fetched,
            status=max(status, fetched.status or 0) if status in {0, SOME_REFUSED} else status,
            message=said[-1] if said else "",
            error="\n".join(text for text in (fetched.error, error) if text),
        )

    def _child(self, command: list[str], told: _Told) -> tuple[int, str]:
        """Run a command to its end, passing on what it tells; its status, and its error if any."""
        with (
            tempfile.TemporaryFile() as stderr,
            subprocess.Popen(
                [sys.executable, "-m", "loaders", *command, "--json-lines"],
                cwd=DATA.parent,
                env=os.environ | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                encoding="utf-8",
                errors="replace",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            ) as child,
        ):
            with self._lock:
                self._children.append(child)
                if self._cancelled.is_set():
                    child.terminate()
            for state in told(child.stdout or ()):
                self._latest.append(state)
            status = child.wait()
            stderr.seek(0)
            said = stderr.read().decode("utf-8", "replace")
        return status, _plain(said, status) if status else ""


def _downloads(
    lines: Iterable[str], chosen: Sequence[Release], missed: list[Missed]
) -> Iterator[State]:
    """What the lines of `fetch` say; the releases that are not there are added to `missed`."""
    order = [release.release for release in chosen]
    for at in filter(None, map(_line, lines)):
        if at["doing"] == "fetched":
            if not at["ok"]:
                missed.append(Missed(at["release"], at["state"], at["why"], at["url"]))
            continue
        yield State(
            phase="download",
            what=at["release"],
            number=order.index(at["release"]) + 1 if at["release"] in order else 0,
            of=len(order),
            done=at["done"],
            total=at["total"],
            bytes_per_second=at["bytes_per_second"],
            seconds_left=at["seconds_left"],
            at=time.monotonic(),
        )


def _steps(lines: Iterable[str], raw: Path, said: list[str]) -> Iterator[State]:
    """What the lines of `build` say, with the time left once one file was read in earnest."""
    to_read = sum(path.stat().st_size for path in raw.rglob("*") if path.is_file())
    bytes_read, seconds, last, began = 0, 0.0, 0, time.monotonic()
    for line in lines:
        if not line.startswith("{"):
            said.append(line.strip())
            continue
        at, now = _line(line), time.monotonic()
        if not at:
            continue
        to_read -= last
        if last and last / max(now - began, 1e-6) < _READ_BEFORE:
            bytes_read, seconds = bytes_read + last, seconds + now - began
        file = raw / at["file"]
        last, began = file.stat().st_size if file.is_file() else 0, now
        yield State(
            phase=at["doing"],
            what=at["file"],
            done=at["done"],
            total=at["total"],
            seconds_left=to_read * seconds / bytes_read if bytes_read and last else None,
            at=now,
        )


def _line(line: str) -> dict[str, Any]:
    """A line of JSON; nothing for another, or one that the end of its child cut short."""
    try:
        return json.loads(line) if line.startswith("{") else {}
    except json.JSONDecodeError:
        return {}


def _plain(stderr: str, status: int) -> str:
    """The end of what a child wrote to stderr, without the lines that only its makers read."""
    lines = [line.rstrip() for line in stderr.splitlines() if line.strip()]
    if any(line.startswith("Traceback ") for line in lines):
        return f"the loading command broke off: {lines[-1]}"
    if lines:
        return "\n".join(lines[-_TAIL:])
    if status < 0:
        return f"the system ended the loading command (signal {-status}): is memory short?"
    return f"the loading command ended with status {status} and said nothing."
