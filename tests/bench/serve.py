"""One dashboard and many people: seconds to a finished page, memory a person, errors.

    python tests/bench/serve.py --lake DIR [--people 1 10 25 50] [--minutes 2] [--address URL]

Each person has a tab of its own, with a WebSocket session as a browser has, and walks through one
of the three journeys over and over, with other roles and years each time: opens a page, sets a
filter on it, opens the next; before each step it reads for READS seconds. A step is finished when
the server says that the script of the page is. With an address the crowd visits what runs there,
such as nginx before several dashboards on that lake, whose memory is not told.
"""

import argparse
import asyncio
import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import polars as pl
import streamlit
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from loaders import lake, role_notes, roles  # noqa: E402

READS = (2.0, 6.0)
EMPLOYERS = ("Google", "Microsoft", "Amazon", "Intel", "Deloitte", "Qualcomm", "Cisco", "Apple")

Said = str | list[str]
Step = tuple[str, dict[str, Said], dict[str, Said]]
"""What a person does next: the path of a page, what its link asks, and what is set there."""


def steps(chance: random.Random, years: list[int]) -> Iterator[Step]:
    """The steps of a journey, without end."""
    named = [role_notes.named(one) for one in roles.roles() if roles.base(one) == one]
    journey = chance.choice(["seeker", "analyst", "advisor"])
    while True:
        one, other = chance.sample(named, 2)
        first, last = sorted(chance.choices(years, k=2))
        when: dict[str, Said] = {"years": [f"FY{first}", f"FY{last}"]}
        yield from {
            "seeker": [
                ("", {}, {}),
                ("my-listings", {}, {"listing_text": "\n".join(chance.sample(EMPLOYERS, 4))}),
                ("employers", {"role": one}, when),
                ("employer", {"employer": chance.choice(EMPLOYERS)}, when),
            ],
            "analyst": [
                ("role", {"role": one}, when),
                ("wages", {"roles": [one]}, when),
                ("wages", {"roles": [one], "split": "Metro"}, {}),
                ("filing-counts", {"roles": [one]}, when),
            ],
            "advisor": [
                ("compare-roles", {"roles": [one, other]}, when),
                ("approvals", {"roles": [one]}, when),
                ("role", {"role": other}, {}),
                ("report", {}, {}),
            ],
        }[journey]


def _text(widget: Any) -> WidgetState:
    return WidgetState(string_value=widget.value if widget.set_value else widget.default)


def _several(of: Callable[[Any], list[str]], raw: str) -> Callable[[Any], WidgetState]:
    """A widget of options: what it was set to, or those that `of` says it begins with."""

    def state(widget: Any) -> WidgetState:
        shown = getattr(widget, raw) if widget.set_value else of(widget)
        return WidgetState(string_array_value={"data": shown})

    return state


def _slid(widget: Any) -> WidgetState:
    if not widget.options:
        return WidgetState(
            double_array_value={"data": widget.value if widget.set_value else widget.default}
        )
    return _several(lambda one: [one.options[int(n)] for n in one.default], "raw_value")(widget)


HOLDS: dict[str, Callable[[Any], WidgetState]] = {
    "text_input": _text,
    "text_area": _text,
    "checkbox": lambda one: WidgetState(bool_value=one.value if one.set_value else one.default),
    "selectbox": lambda one: WidgetState(
        string_value=one.raw_value if one.set_value
        else one.options[one.default] if one.HasField("default") else None
    ),
    "multiselect": _several(lambda one: [one.options[n] for n in one.default], "raw_values"),
    "slider": _slid,
    "button_group": _several(
        lambda one: [one.options[n].content for n in one.default], "raw_values"
    ),
}  # fmt: skip
"""What a browser holds of each kind of widget, and sends with everything that it asks."""


@dataclass
class Tab:
    """A browser's tab: its line to the server, the pages that it knows, the widgets on it."""

    line: ClientConnection
    address: str
    pages: dict[str, str] = field(default_factory=dict)
    widgets: dict[str, WidgetState] = field(default_factory=dict)
    at: BackMsg = field(default_factory=BackMsg)

    async def visit(self, path: str, query: dict[str, Said]) -> list[str]:
        """Follow a link; the exceptions that the page showed."""
        ask = self.at.rerun_script
        ask.query_string = urlencode(query, doseq=True)
        ask.page_script_hash = self.pages.get(path, "")
        ask.page_name = "" if ask.page_script_hash else path
        ask.context_info.url = f"{self.address}/{path}"
        return await self._drawn()

    async def set(self, values: dict[str, Said]) -> list[str]:
        """Set widgets of the page by their keys; the exceptions that the page showed."""
        for key, value in values.items():
            name = next(one for one in self.widgets if one.endswith(f"-{key}"))
            self.widgets[name] = (
                WidgetState(id=name, string_value=value)
                if isinstance(value, str)
                else WidgetState(id=name, string_array_value={"data": value})
            )
        return await self._drawn()

    async def _drawn(self) -> list[str]:
        """Ask, and read until the script of the page has ended."""
        self.at.rerun_script.ClearField("widget_states")
        self.at.rerun_script.widget_states.widgets.extend(self.widgets.values())
        await self.line.send(self.at.SerializeToString())
        shown, self.widgets = list[str](), {}
        async for raw in self.line:
            said = ForwardMsg.FromString(raw)
            kind = said.delta.new_element.WhichOneof("type")
            if kind == "exception":
                shown.append(said.delta.new_element.exception.message[:200])
            elif kind in HOLDS:
                widget = getattr(said.delta.new_element, kind)
                self.widgets[widget.id] = HOLDS[kind](widget)
                self.widgets[widget.id].id = widget.id
            elif said.HasField("page_info_changed"):
                self.at.rerun_script.query_string = said.page_info_changed.query_string
            elif said.HasField("navigation"):
                pages = said.navigation.app_pages
                self.pages = {one.url_pathname: one.page_script_hash for one in pages}
            elif said.HasField("new_session"):
                self.at.rerun_script.page_script_hash = said.new_session.page_script_hash
                self.at.rerun_script.page_name = ""
            elif said.HasField("script_finished") and said.script_finished in {
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            }:
                return shown
        return [*shown, "the line was cut"]


async def person(
    address: str, until: float, seed: int, years: list[int]
) -> tuple[list[float], list[str]]:
    """Walk until the time is over: seconds of each answer, and what went wrong."""
    chance, taken, wrong = random.Random(seed), list[float](), list[str]()

    async def timed(path: str, answer: Coroutine[Any, Any, list[str]]) -> None:
        start = time.monotonic()
        try:
            async with asyncio.timeout(60):
                wrong.extend(f"{path}: {one}" for one in await answer)
        except TimeoutError:
            wrong.append(f"{path}: more than a minute")
        taken.append(time.monotonic() - start)
        await asyncio.sleep(chance.uniform(*READS))

    await asyncio.sleep(chance.uniform(0, READS[1]))
    async with connect(
        f"ws://{address.removeprefix('http://')}/_stcore/stream", origin=address,
        subprotocols=["streamlit"], max_size=None,
    ) as line:  # fmt: skip
        tab = Tab(line, address)
        for path, query, values in steps(chance, years):
            if time.monotonic() > until:
                break
            await timed(path, tab.visit(path, query))
            if values and time.monotonic() < until:
                await timed(path, tab.set(values))
    return taken, wrong


@contextmanager
def served(path: Path) -> Iterator[tuple[str, int]]:
    """A fresh dashboard on the lake: its address and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless", "true",
             "--server.address", "127.0.0.1", "--server.port", str(port)],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"FILINGS_LAKE": str(path), "FILINGS_RAW": folder,
                              "FILINGS_CHOICES": f"{folder}/choices.csv"},
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)  # noqa: S310
                    break
                except OSError:
                    time.sleep(0.25)
            yield address, server.pid
        finally:
            server.terminate()
            server.wait(20)


def megabytes(process: int) -> float:
    """What the server holds of memory."""
    said = Path(f"/proc/{process}/status").read_text()
    return int(said.split("VmRSS:")[1].split()[0]) / 1024


async def crowd(
    address: str, people: int, seconds: float, years: list[int], process: int | None = None
) -> tuple[list[tuple[list[float], list[str]]], list[int]]:
    """What each person found, and the megabytes of the server at each fifth of the time."""
    until, held = time.monotonic() + seconds, list[int]()

    async def watch() -> None:
        for _ in range(5):
            await asyncio.sleep(seconds / 5)
            held.append(round(megabytes(process)) if process else 0)

    everybody = (person(address, until, seed, years) for seed in range(people))
    *found, _ = await asyncio.gather(*everybody, watch())
    return found, held


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 10, 25, 50])
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--address")
    options = parser.parse_args()
    years = sorted({year for _, year in lake.periods(options.lake)})
    rows = []
    own = nullcontext((options.address, None)) if options.address else served(options.lake)
    with own as (address, process):
        asyncio.run(crowd(address, 1, 20, years))  # warm: the names are read once
        for people in options.people:
            before = round(megabytes(process)) if process else 0
            seconds = options.minutes * 60
            done, held = asyncio.run(crowd(address, people, seconds, years, process))
            taken = sorted(one for each, _ in done for one in each)
            wrong = [one for _, each in done for one in each]
            rows.append(
                {
                    "people": people,
                    "steps": len(taken),
                    "p50 s": round(statistics.median(taken), 2),
                    "p95 s": round(taken[int(0.95 * (len(taken) - 1))], 2),
                    "worst s": round(taken[-1], 2),
                    "MB before": before,
                    "MB at each fifth": " ".join(map(str, held)),
                    "errors": len(wrong),
                }
            )
            print(rows[-1], *sorted(set(wrong))[:5], flush=True)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, tbl_formatting="MARKDOWN",
                   tbl_hide_dataframe_shape=True):  # fmt: skip
        print(pl.DataFrame(rows))
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, "
          f"streamlit {streamlit.__version__}, polars {pl.__version__}")  # fmt: skip


if __name__ == "__main__":
    main()
