"""All fiscal years at the size of DOL's own: cold, one file more, and with two workers.

    python tests/bench/years.py --folder DIR [--scale 1.0] [--only write|build]

Writes a workbook of invented cases a program and fiscal year, as many as DOL published, in the
layout of the year, and builds a lake of them. Peak memory is the largest resident set of one
process. Takes 8 GB of disk.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from build import write_workbook  # noqa: E402

from loaders import lake as lakes  # noqa: E402
from loaders.layouts import Layout, layouts  # noqa: E402

FIRST = 2008
LCA = (
    405_641, 343_783, 332_910, 337_821, 392_949, 419_023, 493_535, 590_568, 617_232, 601_521,
    638_433, 660_540, 557_606, 503_240, 601_019, 525_838, 548_146, 588_591, 210_363,
)  # fmt: skip
PERM = (
    61_362, 37_960, 80_877, 72_897, 65_559, 43_802, 70_522, 88_556, 125_731, 97_015, 119_484,
    102_521, 93_691, 108_349, 104_440, 116_155, 114_460, 147_055, 60_096,
)  # fmt: skip
"""Cases by fiscal year, each once under its newest decision, FY2026 to its second quarter."""


def newest(program: str, year: int) -> Layout:
    """The layout that the files of a fiscal year have."""
    known = [
        one for one in layouts()
        if one.program == program and int(one.name[:4]) <= year and "employer_name" in one.fields
    ]  # fmt: skip
    return max(known, key=lambda one: int(one.name[:4]))


def workbook(folder: Path, program: str, year: int, rows: int) -> Path:
    """The workbook of a program and fiscal year, written if it is not there."""
    path = folder / f"{program.upper()}_FY{year}.xlsx"
    if not path.exists():
        part = path.with_suffix(".part")
        write_workbook(part, rows, 0, newest(program, year), year)
        part.rename(path)
    return path


def built(raw: Path, lake: Path, *more: str) -> dict[str, float]:
    """Seconds and peak megabytes of a build in its own process, and what the lake takes."""
    start = time.perf_counter()
    program = (
        "import json,resource,runpy,sys;sys.argv=['loaders',*sys.argv[1:]]\n"
        "try: runpy.run_module('loaders',run_name='__main__')\n"
        "except SystemExit as end: code=end.code\n"
        "peak=max(resource.getrusage(w).ru_maxrss for w in "
        "(resource.RUSAGE_SELF,resource.RUSAGE_CHILDREN))\n"
        "print(json.dumps(['PEAK',peak]));sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "build", "--raw", raw, "--lake", lake, *more],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    peak = json.loads(next(one for one in done.stdout.splitlines() if '"PEAK"' in one))[1]
    size = sum(one.stat().st_size for one in (lake / "parts").rglob("*") if one.is_file())
    return {
        "seconds": round(time.perf_counter() - start),
        "peak MB": round(peak / 1024),
        "lake MB": round(size / 1e6),
    }


def two_workers(raw: Path, lake: Path) -> dict[str, float]:
    """The same with the files read by two Dask workers; peak memory is the largest of the three."""
    from distributed import LocalCluster  # noqa: PLC0415

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, memory_limit=0, dashboard_address=None
    ) as cluster:
        found = built(raw, lake, "--scheduler", str(cluster.scheduler_address))
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return found | {"peak MB": round(max(found["peak MB"], workers))}


def cases(lake: Path) -> int:
    return lakes.filings(lake).select(pl.len()).collect().item()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", choices=("write", "build"))
    options = parser.parse_args(arguments)
    raw, lake, apart = (options.folder / one for one in ("raw", "lake", "apart"))
    raw.mkdir(parents=True, exist_ok=True)
    last = FIRST + len(LCA) - 1
    if options.only != "build":
        sizes = [
            (program, FIRST + at, round(rows * options.scale))
            for program, every in (("lca", LCA), ("perm", PERM))
            for at, rows in enumerate(every)
        ]
        with ProcessPoolExecutor(2) as pool:
            for one in [pool.submit(workbook, raw, *size) for size in sizes]:
                print(one.result().name, flush=True)
    if options.only == "write":
        return
    quarter = raw / f"LCA_FY{last}.xlsx"
    for one in (lake, apart):
        shutil.rmtree(one, ignore_errors=True)
    rows = []

    def told(what: str, found: dict[str, float], of: Path) -> None:
        rows.append({"build": what, **found, "cases": cases(of)})
        print(rows[-1], flush=True)

    quarter.rename(options.folder / quarter.name)
    told("cold, all but the newest file", built(raw, lake), lake)
    (options.folder / quarter.name).rename(quarter)
    told("one quarter more", built(raw, lake), lake)
    told("nothing new", built(raw, lake), lake)
    told("cold, all, two workers", two_workers(raw, apart), apart)
    if lakes.digest(lake) != lakes.digest(apart):
        sys.exit("the lakes differ")
    with pl.Config(tbl_rows=-1, tbl_width_chars=140, fmt_str_lengths=60,
                   tbl_hide_dataframe_shape=True, tbl_formatting="MARKDOWN"):  # fmt: skip
        print(pl.DataFrame(rows))
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, polars {pl.__version__}, "
          f"{sum(one.stat().st_size for one in raw.iterdir()):,} bytes of workbooks")  # fmt: skip


if __name__ == "__main__":
    main()
