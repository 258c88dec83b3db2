"""A build's time and peak memory beside fastexcel's own read of the same workbook, in one run.

    python tests/bench/build.py [--rows 437000] [--padding 595000] [--workbook FILE] [--slow]

Without a workbook it writes one in DOL's newest LCA layout, every cell of it filled. Each reader
runs in a process of its own; peak memory is that process's largest resident set. `--slow` adds
pandas with openpyxl and the package h1b-tracker, where they are installed:
`uv run --with pandas --with openpyxl --with h1b-tracker …`.
"""

import argparse
import io
import json
import platform
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from loaders import role_notes, soc  # noqa: E402
from loaders.layouts import Layout, layouts  # noqa: E402
from loaders.roles import roles as all_roles  # noqa: E402
from loaders.schema import Filing  # noqa: E402

MOST = 98
"""Columns of a workbook; more only where a layout has more fields."""

READERS = {
    "plain unzip of the sheet": """
import zipfile
with zipfile.ZipFile({path!r}) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
    print(sum(len(part) for part in iter(lambda: sheet.read(1 << 20), b"")), "bytes of XML")
""",
    "fastexcel, text": """
import fastexcel
frame = fastexcel.read_excel({path!r}).load_sheet(0, dtypes="string").to_polars()
print(frame.height, "rows of", frame.width, "columns")
""",
    "fastexcel, text, our columns": """
import fastexcel
from loaders import layouts, staging, workbook
from pathlib import Path
with workbook.opened(Path({path!r})) as tables:
    row, match = staging._recognised(tables[0])
columns = sorted({{c for places in match.columns.values() for c in places}})
frame = fastexcel.read_excel({path!r}).load_sheet(0, dtypes="string", use_columns=columns).to_polars()
print(frame.height, "rows of", frame.width, "columns")
""",
    "polars.read_excel": """
import polars
frame = polars.read_excel({path!r}, infer_schema_length=0)
print(frame.height, "rows of", frame.width, "columns")
""",
    "our build, end to end": """
import shutil, tempfile
from pathlib import Path
from loaders import build
lake = Path(tempfile.mkdtemp())
raw = Path(tempfile.mkdtemp())
(raw / "a.xlsx").symlink_to({path!r})
table = build.build(raw, lake)
print(table["kept"].sum(), "cases,", table["padding"].sum(), "padding rows")
shutil.rmtree(lake), shutil.rmtree(raw)
""",
    "our build again, nothing new": """
import shutil, tempfile, time
from pathlib import Path
from loaders import build
lake = Path(tempfile.mkdtemp())
raw = Path(tempfile.mkdtemp())
(raw / "a.xlsx").symlink_to({path!r})
build.build(raw, lake)
start = time.perf_counter()
build.build(raw, lake)
print("SECONDS", time.perf_counter() - start)
shutil.rmtree(lake), shutil.rmtree(raw)
""",
}
SLOW = {
    "pandas.read_excel, openpyxl, text": """
import pandas
frame = pandas.read_excel({path!r}, engine="openpyxl", dtype=str)
print(len(frame), "rows of", len(frame.columns), "columns")
""",
    "h1b-tracker's loader": """
from h1btracker.data import loader
frame = loader.load({path!r})
print(len(frame), "rows of", len(frame.columns), "columns")
""",
}
MEASURED = """
import resource, sys, time
sys.path.insert(0, {root!r})
start = time.perf_counter()
{code}
unit = 1 if sys.platform == "darwin" else 1024
print("PEAK", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
print("SECONDS", time.perf_counter() - start)
"""


NAMES, TITLES = 60_000, 40_000
"""How many employers and titles a file has, at most."""


def headers_of(layout: Layout) -> list[str]:
    """One spelling of each column that fills a field, and others up to MOST."""
    seen, headers = set[str](), list[str]()
    for source, field in layout.sources:
        room = field or len(headers) < MOST
        if room and field not in seen and source not in headers and source != "H1B_DEPENDENT":
            headers.append(source)
            seen |= {field} - {""}
    return headers


def pools(layout: Layout, rows: int, year: int) -> dict[str, list[str]]:
    """What the text fields hold, invented. What is said of an employer goes with its name, an
    occupation with its title: each is as long as theirs.
    """
    perm = layout.program == "perm"
    names, titles = min(rows, NAMES), min(rows, TITLES)
    first = year % 100 * 15_000  # a quarter of a year's employers file for the first time
    kinds = ("Systems", "Foods", "Health", "Software", "Labs", "Partners", "Design", "Energy")
    levels = ("", "Senior ", "Junior ", "Lead ", "Principal ", "Staff ", "Associate ", "Chief ")
    roles = [role_notes.named(one).replace("&", "and") for one in all_roles()]
    codes = list(soc.titles())[:400]
    number = f"A-{year % 100:02d}001-{{:06d}}" if perm else f"I-200-{year % 100:02d}001-{{:06d}}"
    return {
        "case_number": [number.format(n) for n in range(rows)],
        "status_raw": ["Certified", "Certified - Expired" if perm else "Certified - Withdrawn",
                       "Withdrawn", "Denied"],
        "employer_name": [
            f"{_word(n).title()} {kinds[n % 8]}, Inc." for n in range(first, first + names)
        ],
        **{
            field: [f"{field} {n % 997}" for n in range(names)]
            for field in ("employer_city", "employer_postal_code", "employer_dba")
        },
        "naics_code": [f"{541_000 + n % 900}" for n in range(names)],
        "employer_state": [("CA", "TX", "NY", "WA")[n % 4] for n in range(names)],
        "employer_fein": [f"{n % 90 + 10}-{n:07d}" for n in range(first, first + names)],
        "job_title": [f"{levels[n % 8]}{roles[n % len(roles)]} {n // 8}" for n in range(titles)],
        "soc_code_raw": [codes[n % len(codes)] for n in range(titles)],
        "soc_title": [soc.titles()[codes[n % len(codes)]] for n in range(titles)],
        "visa_class": ["H-1B", "E-3 Australian"],
        "wage_unit": ["Year"],
        "prevailing_wage_unit": ["Year"],
        "wage_level": ["I", "II", "III", "IV"],
        "worksite_state": ["CA", "TX", "NY"],
        "full_time": ["Y", "N"],
    }  # fmt: skip


def _word(number: int) -> str:
    """A word of five syllables for each number; any two differ in more than one letter."""
    syllables = "bal dor fen gim hus jok lam nep pir quo ras sev tum vix wod zul".split()
    return "".join(syllables[number >> 4 * place & 15] for place in range(5))


def write_workbook(
    path: Path, rows: int, padding: int, layout: Layout | None = None, year: int = 2025
) -> None:
    """A workbook of invented cases in one of DOL's layouts, every cell of it filled.

    Written as XML by hand, with shared strings as Excel writes them: a quarter of a minute
    instead of the many gigabytes that a library needs for it.
    """
    layout = layout or next(one for one in layouts() if one.id == "lca/2024")
    headers, field_of = headers_of(layout), dict(layout.sources)
    known, types = pools(layout, rows, year), Filing.columns()
    numbers = {"wage_from": 60_000, "prevailing_wage": 55_000, "total_workers": 1}
    last_day = (date(year, 9, 30) - date(1899, 12, 30)).days
    unique = {"EMPLOYER_POC_EMAIL", "EMPLOYER_POC_PHONE", "WORKSITE_ADDRESS1"}
    strings = list(headers)
    cells = list[tuple[str, str, int, int]]()  # letters, kind, first string or number, how many
    for column, header in enumerate(headers):
        letters = (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)
        field = field_of.get(header, "")
        if field in types and types[field].dtype == pl.Date:
            cells.append((letters, "day", last_day - 270, 270))
        elif field in numbers:
            cells.append((letters, "number", numbers[field], 90_000 if "wage" in field else 1))
        else:
            pool = known.get(field) or (
                [f"{header.title()} {n}" for n in range(rows)] if header in unique
                else [f"{header.title()} &amp; value {n}" for n in range(997)]
            )  # fmt: skip
            cells.append((letters, "text", len(strings), len(pool)))
            strings += pool
    forms = {
        "day": '<c r="{}{{}}" s="1"><v>{{}}</v></c>',
        "number": '<c r="{}{{}}"><v>{{}}</v></c>',
        "text": '<c r="{}{{}}" t="s"><v>{{}}</v></c>',
    }
    made = [
        (forms[kind].format(letters).format, first, many) for letters, kind, first, many in cells
    ]
    main_ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, part in workbook_parts().items():
            book.writestr(name, part)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"<worksheet {main_ns}><sheetData>".encode())
            head = "".join(
                forms["text"].format(cell[0]).format(1, n) for n, cell in enumerate(cells)
            )
            sheet.write(f'<row r="1">{head}</row>'.encode())
            for number in range(rows):
                at = number + 2
                row = "".join([put(at, first + number % many) for put, first, many in made])
                sheet.write(f'<row r="{at}">{row}</row>'.encode())
            for number in range(rows + 2, rows + 2 + padding):
                sheet.write(f'<row r="{number}"><c r="A{number}" s="1"/></row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as shared:
            shared.write(f"<sst {main_ns}>".encode())
            for start in range(0, len(strings), 10_000):
                some = strings[start : start + 10_000]
                shared.write("".join(f"<si><t>{text}</t></si>" for text in some).encode())
            shared.write(b"</sst>")


def workbook_parts() -> dict[str, bytes]:
    """The small parts of a workbook, as xlsxwriter writes them for one sheet and one date."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        date_format = book.add_format({"num_format": "mm/dd/yyyy"})
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 1, date_format)
        sheet.write_string(0, 1, "so that there are shared strings")
    with zipfile.ZipFile(target) as small:
        big = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"}
        return {name: small.read(name) for name in small.namelist() if name not in big}


def measure(code: str) -> tuple[float, float, str]:
    """Seconds, peak megabytes and last words of a piece of code in its own process."""
    program = MEASURED.format(root=str(ROOT), code=code)
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT
    )
    lines = [line for line in done.stdout.splitlines() if line]
    seconds = float(next(line for line in lines if line.startswith("SECONDS")).split()[1])
    peak = float(next(line for line in lines if line.startswith("PEAK")).split()[1]) / 1e6
    return seconds, peak, next((line for line in lines if line[0].isdigit()), "")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=437_000)
    parser.add_argument("--padding", type=int, default=595_000)
    parser.add_argument("--workbook", type=Path)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.workbook or Path(folder) / "lca.xlsx"
        if not options.workbook:
            start = time.perf_counter()
            write_workbook(path, options.rows, options.padding)
            print(f"wrote {path.stat().st_size:,} bytes in {time.perf_counter() - start:.0f} s")
        rows = []
        for name, code in (READERS | (SLOW if options.slow else {})).items():
            rows.append((name, *measure(code.format(path=str(path.resolve())))))
            print(rows[-1], flush=True)
    base = next(seconds for name, seconds, *_ in rows if name == "fastexcel, text")
    table = pl.DataFrame(
        [
            {
                "reader": name,
                "seconds": round(s, 1),
                "times fastexcel": round(s / base, 2),
                "peak MB": round(mb),
                "read": read,
            }
            for name, s, mb, read in rows
        ]
    )
    if options.json:
        print(json.dumps(table.rows(named=True)))
        return
    with pl.Config(
        tbl_rows=-1,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_formatting="MARKDOWN",
        fmt_str_lengths=60,
        tbl_width_chars=140,
    ):
        print(table)
    print(f"{platform.machine()}, Python {platform.python_version()}, polars {pl.__version__}")


if __name__ == "__main__":
    main()
