"""One dashboard and many people: seconds to a finished page, memory a person, errors.

    python tests/bench/serve.py --lake DIR [--people 1 10 25 50] [--minutes 2]

Each person has a WebSocket session of its own, as a browser has, and walks through one of the
three journeys over and over, with other roles and years each time; between two pages it reads for
READS seconds. A page is finished when the server says that its script is.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
import streamlit
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from loaders import lake, role_notes, roles  # noqa: E402

READS = (2.0, 6.0)
EMPLOYERS = ("Google", "Microsoft", "Amazon", "Intel", "Deloitte", "Qualcomm", "Cisco", "Apple")


def steps(chance: random.Random, years: list[int]) -> Iterator[tuple[str, dict[str, object]]]:
    """The pages of a journey, without end: path and query."""
    named = [role_notes.named(one) for one in roles.roles() if roles.base(one) == one]
    journey = chance.choice(["seeker", "analyst", "advisor"])
    while True:
        one, other = chance.sample(named, 2)
        first, last = sorted(chance.choices(years, k=2))
        when = {"years": [f"FY{first}", f"FY{last}"]}
        yield from {
            "seeker": [
                ("", {}),
                ("my-listings", {"example": "true"}),
                ("employers", {"role": one} | when),
                ("employer", {"employer": chance.choice(EMPLOYERS)} | when),
            ],
            "analyst": [
                ("role", {"role": one} | when),
                ("wages", {"roles": [one]} | when),
                ("wages", {"roles": [one], "split": "Metro"} | when),
                ("filing-counts", {"roles": [one]} | when),
            ],
            "advisor": [
                ("compare-roles", {"roles": [one, other]} | when),
                ("approvals", {"roles": [one]} | when),
                ("role", {"role": other} | when),
                ("report", {}),
            ],
        }[journey]


async def person(
    address: str, until: float, seed: int, years: list[int]
) -> tuple[list[float], list[str]]:
    """Walk until the time is over: seconds of each page, and what went wrong."""
    chance, taken, wrong = random.Random(seed), list[float](), list[str]()
    host = address.removeprefix("http://")
    await asyncio.sleep(chance.uniform(0, READS[1]))
    async with connect(
        f"ws://{host}/_stcore/stream", origin=address, subprotocols=["streamlit"], max_size=None
    ) as line:
        for path, query in steps(chance, years):
            if time.monotonic() > until:
                return taken, wrong
            ask = BackMsg()
            ask.rerun_script.query_string = urlencode(query, doseq=True)
            ask.rerun_script.page_name = path
            ask.rerun_script.context_info.url = f"{address}/{path}"
            start = time.monotonic()
            await line.send(ask.SerializeToString())
            try:
                async with asyncio.timeout(60):
                    wrong += [f"{path}: {one}" for one in await _finished(line)]
            except TimeoutError:
                wrong.append(f"{path}: more than a minute")
            taken.append(time.monotonic() - start)
            await asyncio.sleep(chance.uniform(*READS))
    return taken, wrong


async def _finished(line) -> list[str]:
    """Read until the script of the page has ended; the exceptions that it showed."""
    shown = list[str]()
    async for raw in line:
        said = ForwardMsg.FromString(raw)
        if said.delta.new_element.HasField("exception"):
            shown.append(said.delta.new_element.exception.message[:200])
        if said.HasField("script_finished") and said.script_finished in {
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
        }:
            return shown
    return [*shown, "the line was cut"]


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


async def crowd(address: str, people: int, seconds: float, years: list[int]) -> list[tuple]:
    until = time.monotonic() + seconds
    return await asyncio.gather(*(person(address, until, seed, years) for seed in range(people)))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 10, 25, 50])
    parser.add_argument("--minutes", type=float, default=2)
    options = parser.parse_args()
    years = sorted({year for _, year in lake.periods(options.lake)})
    rows = []
    with served(options.lake) as (address, process):
        asyncio.run(crowd(address, 1, 20, years))  # warm: the names are read once
        for people in options.people:
            before = megabytes(process)
            done = asyncio.run(crowd(address, people, options.minutes * 60, years))
            taken = sorted(one for each, _ in done for one in each)
            wrong = [one for _, each in done for one in each]
            rows.append(
                {
                    "people": people,
                    "pages": len(taken),
                    "p50 s": round(statistics.median(taken), 2),
                    "p95 s": round(taken[int(0.95 * (len(taken) - 1))], 2),
                    "worst s": round(taken[-1], 2),
                    "MB before": round(before),
                    "MB after": round(megabytes(process)),
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
