"""A build's time and peak memory beside fastexcel's own read of the same workbook, in one run.

    python tests/bench/build.py [--rows 437000] [--padding 595000] [--workbook FILE]

Without a workbook it writes one in DOL's newest LCA layout, every cell of it filled. Each reader runs in a process of its
own; peak memory is that process's largest resident set.
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
from pathlib import Path

import polars as pl
import xlsxwriter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from loaders.layouts import layouts  # noqa: E402

READERS = {
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
MEASURED = """
import resource, sys, time
sys.path.insert(0, {root!r})
start = time.perf_counter()
{code}
unit = 1 if sys.platform == "darwin" else 1024
print("PEAK", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
print("SECONDS", time.perf_counter() - start)
"""


def write_workbook(path: Path, rows: int, padding: int) -> None:
    """A workbook of invented cases as wide and long as DOL's largest, every cell filled.

    Written as XML by hand, with shared strings as Excel writes them: a quarter of a minute
    instead of the many gigabytes that a library needs for it.
    """
    layout = next(one for one in layouts() if one.id == "lca/2024")
    headers = [source for source in dict(layout.sources) if source != "H1B_DEPENDENT"]
    field_of = {source: field for source, field in layout.sources if field}
    fixed = {
        "status_raw": ["Certified", "Certified - Withdrawn", "Withdrawn", "Denied"],
        "visa_class": ["H-1B", "E-3 Australian"],
        "wage_unit": ["Year"],
        "prevailing_wage_unit": ["Year"],
        "wage_level": ["I", "II", "III", "IV"],
        "soc_code_raw": ["15-1252.00", "15-2051.00", "13-2011.00"],
        "worksite_state": ["CA", "TX", "NY"],
        "employer_state": ["CA", "TX", "NY"],
    }
    numbers = {"wage_from": 60_000, "prevailing_wage": 55_000, "total_workers": 1}
    days = {"received_date", "decision_date", "begin_date", "end_date"}
    unique = {"CASE_NUMBER", "EMPLOYER_POC_EMAIL", "EMPLOYER_POC_PHONE", "WORKSITE_ADDRESS1"}
    strings = list(headers)
    cells = list[tuple[str, str, int, int]]()  # letters, kind, first string or number, how many
    for column, header in enumerate(headers):
        letters = (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)
        field = field_of.get(header, "")
        if field in days:
            cells.append((letters, "day", 45_931, 270))
        elif field in numbers:
            cells.append((letters, "number", numbers[field], 90_000 if "wage" in field else 1))
        elif header in unique:
            cells.append((letters, "text", len(strings), rows))
            form = "I-200-25300-{:09d}" if header == "CASE_NUMBER" else header.title() + " {}"
            strings += [form.format(number) for number in range(rows)]
        else:
            pool = fixed.get(field) or [f"{header.title()} &amp; value {n}" for n in range(997)]
            cells.append((letters, "text", len(strings), len(pool)))
            strings += pool
    forms = {
        "day": '<c r="{}{}" s="1"><v>{}</v></c>',
        "number": '<c r="{}{}"><v>{}</v></c>',
        "text": '<c r="{}{}" t="s"><v>{}</v></c>',
    }
    main_ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, part in workbook_parts().items():
            book.writestr(name, part)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"<worksheet {main_ns}><sheetData>".encode())
            head = "".join(forms["text"].format(c[0], 1, n) for n, c in enumerate(cells))
            sheet.write(f'<row r="1">{head}</row>'.encode())
            for number in range(rows):
                row = "".join(
                    forms[kind].format(letters, number + 2, first + number % many)
                    for letters, kind, first, many in cells
                )
                sheet.write(f'<row r="{number + 2}">{row}</row>'.encode())
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
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.workbook or Path(folder) / "lca.xlsx"
        if not options.workbook:
            start = time.perf_counter()
            write_workbook(path, options.rows, options.padding)
            print(f"wrote {path.stat().st_size:,} bytes in {time.perf_counter() - start:.0f} s")
        rows = [
            (name, *measure(code.format(path=str(path.resolve()))))
            for name, code in READERS.items()
        ]
    base = rows[0][1]
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
        fmt_str_lengths=60,
        tbl_width_chars=140,
    ):
        print(table)
    print(f"{platform.machine()}, Python {platform.python_version()}, polars {pl.__version__}")


if __name__ == "__main__":
    main()
