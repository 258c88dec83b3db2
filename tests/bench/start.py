"""Seconds from `streamlit run` to the first paint, and to the first answer, in Chromium.

    python tests/bench/start.py --lake DIR [--runs 5]

Chromium is open before. First paint is the title of the page, the answer is what the lake holds.
"""

import argparse
import platform
import shutil
import statistics
import sys
import time
from pathlib import Path

import polars as pl
import streamlit
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from serve import megabytes, served

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for _ in range(options.runs):
            page = browser.new_page()
            start = time.perf_counter()
            with served(options.lake) as (address, process):
                ready = time.perf_counter() - start
                page.goto(address)
                page.wait_for_selector("h1")
                painted = time.perf_counter() - start
                page.get_by_text("files loaded").first.wait_for()
                answered = time.perf_counter() - start
                page.locator(".js-plotly-plot").first.wait_for()
                drawn = time.perf_counter() - start
                rows.append((ready, painted, answered, drawn, megabytes(process)))
            page.close()
        browser.close()
    names = ("listens", "first paint", "first answer", "first chart", "MB")
    with pl.Config(tbl_formatting="MARKDOWN", tbl_hide_dataframe_shape=True):
        print(pl.DataFrame({
            "what": names,
            "median": [round(statistics.median(one), 2) for one in zip(*rows, strict=True)],
            "slowest": [round(max(one), 2) for one in zip(*rows, strict=True)],
        }))  # fmt: skip
    print(f"Python {platform.python_version()}, streamlit {streamlit.__version__}")


if __name__ == "__main__":
    main()
