import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from filelock import FileLock
from msoffcrypto.format.ooxml import OOXMLFile

from loaders import employers, facts, lake, releases, roles, staging, storage
from loaders import workbook as workbooks
from loaders.__main__ import status
from loaders.build import BuildError, build
from loaders.layouts import COMPANION, layouts
from loaders.releases import Release
from loaders.schema import Filing
from tests.conftest import ROOT, as_filed, case, headers_of, layout, of_an_earlier_version, write

OURS = [one for one in layouts() if one.program != COMPANION]


@pytest.fixture
def raw(tmp_path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def built(raw, tmp_path):
    def again() -> tuple[pl.DataFrame, pl.DataFrame]:
        table = build(raw, tmp_path / "lake")
        filings = lake.filings(tmp_path / "lake").collect()
        assert table["kept"].sum() == filings.height
        return table, filings

    return again


def row_of(table: pl.DataFrame, file: str) -> dict[str, object]:
    return table.row(by_predicate=pl.col("file") == file, named=True)


def adds_up(table: pl.DataFrame) -> bool:
    loaded = table.filter(pl.col("state").cast(pl.String) == "loaded")
    parts = loaded.select(pl.sum_horizontal("padding", "kept", "replaced", "refused")).to_series()
    return loaded["rows"].equals(parts.cast(pl.Int64).alias("rows"))


# -------------------------------------------------------------------------- what a good file gives


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.id)
def test_every_layout_loads_every_case_and_every_field_that_it_asks_for(one, workbook, built):
    extra = {
        "lca": {
            "withdrawn": "N",
            "part_time": "N",
            "wage_range": "120000 - 130000",
            "wage_to": 130000,
        },
        "perm": {"class_of_admission": "H-1B", "country_of_citizenship": "INDIA"},
    }[one.program]
    letters = {"visa_class": "R"} if one.name in {"2008", "2009"} and one.program == "lca" else {}
    rows = [case(one.program, n, **extra, **letters) for n in range(7)]
    workbook("a file.xlsx", one.id, rows, padding=5)
    table, filings = built()
    found = row_of(table, "a file.xlsx")
    assert (found["layout"], found["rows"], found["padding"], found["kept"]) == (one.id, 12, 5, 7)
    assert filings.columns == Filing.column_names()
    assert filings["status"].unique().to_list() == ["certified"]
    assert filings["annual_wage"].unique().to_list() == [120000]
    asked = [f for f in one.fields if f in rows[0] and f in filings.columns]
    assert not [f for f in asked if filings[f].null_count()]
    assert filings["fiscal_year"].unique().to_list() == [2023]


def test_shared_strings_and_inline_strings_read_the_same(tmp_path, built):
    one = layout("lca/2020")
    values = [
        'A & B <Robots> "Inc"',
        "  two  blanks ",
        "Ünïted Éxample ® Co",
        "=CMD()",
        "a b\nc",
        "&amp;lt;",
    ]
    rows = [case(number=n, employer_name=name) for n, name in enumerate(values)]
    filed = [{s: r[f] for s, f in one.sources if f in r} for r in rows]
    write(tmp_path / "raw" / "shared.xlsx", headers_of(one), filed)
    _, shared = built()
    (tmp_path / "raw" / "shared.xlsx").unlink()
    with xlsxwriter.Workbook(
        tmp_path / "raw" / "inline.xlsx", {"constant_memory": True, "strings_to_formulas": False}
    ) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "mm/dd/yyyy"})
        for column, header in enumerate(headers_of(one)):
            sheet.write_string(0, column, header)
        for n, row in enumerate(filed, start=1):
            for column, header in enumerate(headers_of(one)):
                if isinstance(row.get(header), date):
                    sheet.write_datetime(n, column, row[header], day)
                elif header in row:
                    sheet.write(n, column, row[header])
    _, inline = built()
    assert shared.drop("release").rows() == inline.drop("release").rows()
    assert set(shared["employer_name"]) == {
        'A & B <Robots> "Inc"', "two blanks", "Ünïted Éxample ® Co", "=CMD()", "a b c", "&amp;lt;",
    }  # fmt: skip


def test_a_file_is_read_the_same_in_slices_of_any_size(workbook, built, monkeypatch, tmp_path):
    rows = [
        case(number=n, employer_name=f"Example {n} Inc", wage_to=None if n % 3 else 130000)
        for n in range(300)
    ]
    workbook("a.xlsx", "lca/2024", rows, padding=40)
    _, whole = built()
    monkeypatch.setattr(workbooks, "SLICE_BYTES", 5000)
    sliced = build(tmp_path / "raw", tmp_path / "other")
    assert row_of(sliced, "a.xlsx")["padding"] == 40
    assert lake.filings(tmp_path / "other").collect().equals(whole)


def test_csv_and_zip_of_either_are_ways_in(tmp_path, raw, built):
    one = layout("perm/2020")
    header = headers_of(one)
    rows = [
        {s: str(r[f]) for s, f in one.sources if f in r}
        for r in (case("perm", n) for n in range(4))
    ]
    text = pl.DataFrame([{h: r.get(h) for h in header} for r in rows]).write_csv()
    (raw / "a.csv").write_text(text, "utf-8")
    (raw / "b.csv").write_bytes(
        text.replace("A-22300", "A-22301").replace("Example", "Exämple").encode("cp1252")
    )
    with zipfile.ZipFile(raw / "c.zip", "w") as archive:
        archive.writestr("../../evil/c.csv", text.replace("A-22300", "A-22302"))
    write(
        tmp_path / "d.xlsx",
        header,
        [r | {"CASE_NUMBER": r["CASE_NUMBER"].replace("22300", "22303")} for r in rows],
    )
    with zipfile.ZipFile(raw / "d.zip", "w") as archive:
        archive.write(tmp_path / "d.xlsx", "inner/d.xlsx")
    table, filings = built()
    assert table["file"].to_list() == [
        "a.csv",
        "b.csv",
        "c.zip/../../evil/c.csv",
        "d.zip/inner/d.xlsx",
    ]
    assert table["kept"].to_list() == [4, 4, 4, 4]
    assert filings["employer_name"].unique().sort().to_list() == [
        "Example Robotics Inc.",
        "Exämple Robotics Inc.",
    ]
    assert not (tmp_path.parent / "evil").exists()
    assert adds_up(table)


def csv_of(rows, layout_id="perm/2020") -> str:
    one = layout(layout_id)
    frame = pl.DataFrame(as_filed(one, rows)).cast(pl.String)
    absent = [h for h in headers_of(one) if h not in frame.columns]
    return (
        frame.with_columns(pl.lit(None, pl.String).alias(h) for h in absent)
        .select(headers_of(one))
        .write_csv()
    )


def test_a_csv_row_with_a_comma_too_many_or_broken_in_two_is_refused(raw, built, tmp_path):
    header, long, broken, good = csv_of([case("perm", n) for n in range(3)]).splitlines()
    broken = broken.replace("Robotics Inc.", "Robotics\nInc.")
    lines = [header, long.replace("Robotics Inc.", "Robotics, Inc."), broken, "", good]
    (raw / "a.csv").write_text("\n".join(lines))
    table, filings = built()
    assert filings["case_number"].to_list() == ["A-22300-00002"]
    assert table["refused_by_rule"].to_list() == [[{"name": "row-misaligned", "count": 3}]]
    assert lake.refused(tmp_path / "lake").collect()["row"].to_list() == [2, 3, 4]
    assert (table["rows"].to_list(), table["padding"].to_list()) == ([5], [1])
    assert adds_up(table)


@pytest.mark.parametrize("size", [12, workbooks.SLICE_BYTES, 1 << 24])
@pytest.mark.parametrize("tail", [b"", b"\nplain\n"])
def test_a_csv_file_of_excel_is_read_as_such_wherever_its_first_accent_is(size, tail, tmp_path):
    path, lines = tmp_path / "a.csv", b"company\n" + (b"x" * 65535 + b"\n") * (size // 65536 + 1)
    path.write_bytes(lines[: size - 1] + "é".encode("cp1252") + tail)
    with workbooks.opened(path) as (table,):
        (frame,) = workbooks.read(table, 0, [0]).frames
    assert frame["c0"].str.ends_with("é").sum() == 1


def test_a_csv_file_that_is_cut_in_a_letter_is_refused_and_never_read_in_another_writing(
    raw, built
):
    whole = csv_of([case("perm", n, employer_name="Café Zoë") for n in range(2)]).encode()
    (raw / "cut.csv").write_bytes(whole[: whole.rindex("ë".encode()) + 1])
    (raw / "good.csv").write_text(csv_of([case("perm", 7)]))
    table, _ = built()
    assert "ends in the middle of a letter" in row_of(table, "cut.csv")["reason"]


@pytest.mark.parametrize("ending", ["utf-8", "cp1252"])
def test_a_csv_row_whose_empty_last_cells_are_left_out_is_whole(raw, built, ending):
    name = 'Exämple "Robots", Inc.'
    header, *rows = csv_of([case("perm", n, employer_name=name) for n in range(4)]).splitlines()
    assert all(row.endswith(",,") for row in rows)
    (raw / "whole.csv").write_text("\n".join([header, *rows]), ending)
    _, whole = built()
    short = [row.rstrip(",") if n % 2 else row[:-1] for n, row in enumerate(rows)]
    (raw / "whole.csv").write_text("\n".join([header, *short]), ending)
    table, filings = built()
    assert table.select("rows", "kept", "refused").row(0) == (4, 4, 0)
    assert filings.equals(whole)
    assert filings["employer_name"].unique().to_list() == [name]


def test_a_cell_of_any_length_is_read(raw, built):
    long = "x" * 200_000
    (raw / "a.csv").write_text(csv_of([case("perm", job_title=long)]))
    _, filings = built()
    assert filings["job_title"].to_list() == [long]


def test_lca_and_perm_in_one_zip_are_two_releases_and_a_stranger_in_it_is_named(
    workbook, raw, built
):
    lca = workbook("lca.xlsx", "lca/2020", [case()])
    perm = workbook("perm.xlsx", "perm/2020", [case("perm")])
    with zipfile.ZipFile(raw / "all.zip", "w") as archive:
        archive.write(lca, "lca.xlsx")
        archive.write(perm, "perm.xlsx")
        archive.writestr("rents.csv", "city,rent\nAustin,1\n")
    lca.unlink()
    perm.unlink()
    table, filings = built()
    states = dict(table.select("file", pl.col("state").cast(pl.String)).rows())
    assert states == {
        "all.zip/lca.xlsx": "loaded", "all.zip/perm.xlsx": "loaded", "all.zip/rents.csv": "refused",
    }  # fmt: skip
    assert set(filings["program"].cast(pl.String)) == {"lca", "perm"}


def test_a_sheet_of_cases_in_an_unknown_layout_refuses_the_file(tmp_path, built):
    one = layout("lca/2020")
    more = {"FY2031": [["CASE_NUMBER", "OUTCOME", "BOSS"], ["I-200-22300-000009", "fine", "x"]]}
    write(tmp_path / "raw/a.xlsx", headers_of(one), as_filed(one, [case()]), more=more)
    write(tmp_path / "raw/b.xlsx", headers_of(one), as_filed(one, [case(number=2)]))
    table, filings = built()
    assert "unknown layout" in row_of(table, "a.xlsx")["reason"]
    assert filings.height == 1


def test_a_hidden_sheet_is_not_read(tmp_path, built):
    one = layout("lca/2020")
    old = as_filed(one, [case(status_raw="Denied")])
    path = tmp_path / "raw/a.xlsx"
    path.parent.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        for name, status in (("Data", "Certified"), ("Before", "Denied")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, headers_of(one))
            row = old[0] | {"CASE_STATUS": status}
            sheet.write_row(
                1, 0, [None if (v := row.get(h)) is None else str(v) for h in headers_of(one)]
            )
        sheet.hide()
    _, filings = built()
    assert filings["status_raw"].to_list() == ["Certified"]


def test_the_sheet_with_cases_is_found_among_others(workbook, built):
    notes = {
        "Read me": [["This file holds the LCA disclosure data."], ["Contact us."]],
        "Empty": [],
    }
    workbook("two sheets.xlsx", "lca/2020", [case()], more=notes)
    table, filings = built()
    assert filings.height == 1
    assert any("Read me" in note for note in row_of(table, "two sheets.xlsx")["notes"])


def test_cases_on_two_sheets_are_one_release(tmp_path, built):
    one = layout("lca/2020")
    header = headers_of(one)
    second = {s: case(number=2)[f] for s, f in one.sources if f in case() and "date" not in f}
    write(
        tmp_path / "raw" / "a.xlsx", header, [{s: case(number=1)[f] for s, f in one.sources if f in case()}],
        more={"First": [header, [second.get(h) for h in header]]},
    )  # fmt: skip
    _, filings = built()
    assert filings["case_number"].n_unique() == 2
    assert filings["fiscal_year"].to_list() == [2023, 2023], (
        "the file's year where a row has no decision date"
    )


def test_a_case_repeated_on_another_sheet_takes_no_other_case_with_it(workbook, built):
    """The rows of each sheet are counted anew, so cases of two sheets stand in the same row."""
    one = layout("lca/2020")
    (early,) = as_filed(one, [case(number=1, decision_date="2022-10-27")])
    first = [headers_of(one), [early.get(h) for h in headers_of(one)]]
    again = case(number=1, decision_date=date(2022, 11, 27))
    workbook("a.xlsx", "lca/2020", [case(number=2), again], more={"First": first})
    table, filings = built()
    assert table.select("rows", "kept", "replaced").row(0) == (3, 2, 1)
    firsts = filings.sort("case_number").select("decision_date", "first_decision_date").rows()
    old, new = date(2022, 10, 27), date(2022, 11, 27)
    assert firsts == [(new, old), (old, old)]


def rewritten(path: Path, change) -> None:
    """The workbook with the XML of its sheet changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, change(part) if name == sheet else part)


STRANGE = {
    "no references": lambda xml: re.sub(
        rb'<row r="\d+"[^>]*>', b"<row>", re.sub(rb' r="[A-Z]+\d+"', b"", xml)
    ),
    "prefixed": lambda xml: re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", xml).replace(
        b"xmlns=", b"xmlns:x="
    ),
    "rows lose their references": lambda xml: re.sub(
        rb'<row r="2"[^>]*>', b"<row>", re.sub(rb' r="[A-Z]+2"', b"", xml)
    ),
    "cells without references": lambda xml: re.sub(rb' r="[A-Z]+\d+"', b"", xml),
    "page breaks": lambda xml: xml.replace(
        b"</sheetData>",
        b'</sheetData><rowBreaks count="1"><brk id="1" max="9" man="1"/></rowBreaks>',
    ),
    "literal text": lambda xml: re.sub(rb"<v>(\d+)</v>", rb"<v><![CDATA[\1]]></v>", xml),
    "kind before reference": lambda xml: re.sub(rb'<c (r="\w+") t="s">', rb'<c t="s" \1>', xml),
}


@pytest.mark.parametrize("how", STRANGE)
def test_a_sheet_written_in_another_way_reads_the_same(how, tmp_path, built):
    one = layout("perm/2008")
    row = {field: f"Example {field}" for field in one.fields} | {
        "case_number": "A-12345-67890", "decision_date": "2008-03-04", "status_raw": "Certified",
    }  # fmt: skip
    filed = {s: row[f] for s, f in one.sources if f}
    header = headers_of(one)
    path = write(tmp_path / "raw/a.xlsx", header, [{h: filed.get(h, "x") for h in header}])
    _, plain = built()
    rewritten(path, STRANGE[how])
    _, strange = built()
    assert strange.rows() == plain.rows()


def test_text_that_stands_as_a_formula_without_a_value_is_text(tmp_path, built):
    one = layout("lca/2020")
    header = headers_of(one)
    filed = {s: str(case()[f]) for s, f in one.sources if f in case()}
    formulas = {
        "JOB_TITLE": '="Engineer, R&D ""Robots"""', "NAICS_CODE": '="541512"', "TRADE_NAME_DBA": '=""',
        "LAWFIRM_NAME_BUSINESS_NAME": "=A1&B1",
    }  # fmt: skip
    path = tmp_path / "raw" / "a.xlsx"
    path.parent.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for column, name in enumerate(header):
            if name in formulas:
                sheet.write_formula(1, column, formulas[name], None, "")
            elif name in filed:
                sheet.write_string(1, column, filed[name])
    _, filings = built()
    asked = filings.select("job_title", "naics_code", "employer_dba", "law_firm").row(0)
    assert asked == ('Engineer, R&D "Robots"', "541512", None, "=A1&B1")


def test_a_title_above_the_header_row_is_passed_over(tmp_path, built):
    one = layout("perm/2020")
    header = headers_of(one)
    path = tmp_path / "raw" / "a.xlsx"
    path.parent.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "PERM Disclosure Data")
        sheet.write_row(2, 0, header)
        filed = {s: str(case("perm")[f]) for s, f in one.sources if f in case("perm")}
        sheet.write_row(3, 0, [filed.get(h) for h in header])
    table, filings = built()
    assert (filings.height, row_of(table, "a.xlsx")["padding"]) == (1, 0)


def test_a_stray_cell_a_million_rows_below_costs_nothing_and_hides_nothing(tmp_path, built):
    one = layout("lca/2020")
    path = tmp_path / "raw" / "a.xlsx"
    path.parent.mkdir(exist_ok=True)
    filed = {s: str(case()[f]) for s, f in one.sources if f in case()}
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headers_of(one))
        sheet.write_row(1, 0, [filed.get(h) for h in headers_of(one)])
        sheet.write(1_048_000, 0, "TOTAL")
    table, filings = built()
    assert filings.height == 1
    assert row_of(table, "a.xlsx")["refused_by_rule"] == [
        {"name": "case-number-malformed", "count": 1}
    ]


# --------------------------------------------------------------------- quarters, repeats, newest wins


def test_a_year_of_overlapping_quarters_gives_each_case_once_with_its_newest_status(
    workbook, built
):
    q1 = [case(number=n, decision_date=date(2022, 11, 1)) for n in range(10)]
    q2 = q1 + [case(number=n, decision_date=date(2023, 2, 1)) for n in range(10, 20)]
    gone = case(number=3, decision_date=date(2023, 5, 5), status_raw="Certified - Withdrawn")
    q3 = [gone, *(case(number=n, decision_date=date(2023, 5, 1)) for n in range(20, 30))]
    next_year = [
        case(number=4, decision_date=date(2023, 12, 1), status_raw="Certified - Withdrawn")
    ]
    for name, rows in {"q2": q2, "q3": q3, "q1": q1, "next": next_year}.items():
        workbook(f"{name}.xlsx", "lca/2020" if name != "next" else "lca/2024", rows, padding=30)
    table, filings = built()
    assert filings["case_number"].n_unique() == filings.height == 30
    assert adds_up(table)
    assert row_of(table, "q1.xlsx")["replaced"] == 10
    third = filings.row(by_predicate=pl.col("case_number") == gone["case_number"], named=True)
    assert third["status"] == "certified-withdrawn"
    assert third["first_decision_date"] == third["original_cert_date"] == date(2022, 11, 1)
    by_year = dict(filings["fiscal_year"].value_counts().rows())
    assert by_year == {2023: 29, 2024: 1}


def test_a_perm_case_in_two_snapshots_takes_the_newer_files_word(workbook, built):
    old = [case("perm", n) for n in range(3)]
    later = [case("perm", n, status_raw="Certified - Expired") for n in range(3)]
    later.append(case("perm", 9, decision_date=date(2023, 1, 9)))
    workbook("z old.xlsx", "perm/2020", old)
    workbook("a new.xlsx", "perm/2020", later)
    _, filings = built()
    assert filings.filter(pl.col("status").cast(pl.String) == "certified-expired").height == 3


def test_lca_and_perm_cases_of_one_number_are_two_cases(workbook, built):
    workbook("a.xlsx", "lca/2020", [case(case_number="A-12345-67890")])
    workbook("b.xlsx", "perm/2020", [case("perm", case_number="A-12345-67890")])
    _, filings = built()
    assert filings.height == 2


def test_the_efile_flags_turn_into_status_and_full_time(workbook, built):
    rows = [
        case(number=1, status_raw="CERTIFIED", withdrawn="Y", part_time="N", visa_class="A"),
        case(number=2, status_raw="DENIED", withdrawn="N", part_time="Y", visa_class="S"),
        case(number=3, status_raw="PENDING", withdrawn="Y", part_time="N", visa_class="C"),
    ]
    workbook("h.xlsx", "lca/2008", rows)
    _, filings = built()
    seen = (
        filings.sort("case_number")
        .select("status", "full_time", "visa_class", "soc_code_raw")
        .rows()
    )
    assert seen == [
        ("certified-withdrawn", True, "E-3", None),
        ("denied", False, "H-1B1 Singapore", None),
        ("withdrawn", True, "H-1B1 Chile", None),
    ]


def test_the_ten_worksite_blocks_of_2019_are_counted_and_the_first_is_shown(tmp_path, built):
    one = layout("lca/2019")
    filed = {s: str(case()[f]) for s, f in one.sources if f in case()}
    filed |= {f"WORKSITE_CITY_{n}": f"City {n}" for n in (1, 2, 3)}
    write(tmp_path / "raw" / "a.xlsx", headers_of(one), [filed])
    _, filings = built()
    assert filings.select("worksite_city", "worksite_count").rows() == [("City 1", 3)]


def test_a_wage_range_in_one_cell_gives_both_bounds(workbook, built):
    workbook(
        "a.xlsx",
        "lca/2015",
        [case(number=n, wage_range=w) for n, w in enumerate(["20000 - 30000", "18.49 -"])],
    )
    _, filings = built()
    assert filings.sort("case_number").select("wage_from", "wage_to").rows() == [
        (20000, 30000),
        (18.49, None),
    ]


def test_a_footer_is_refused_and_counted_and_not_lost(workbook, built, tmp_path):
    workbook(
        "a.xlsx",
        "lca/2020",
        [case(), {"case_number": "Total: 1"}, {"employer_name": "No Number Inc"}],
    )
    table, filings = built()
    assert filings.height == 1
    assert adds_up(table)
    rules = dict(lake.refused(tmp_path / "lake").select("rule", "row").collect().rows())
    assert rules == {"case-number-malformed": 3, "case-number-missing": 4}


def test_an_unknown_status_is_other_with_its_words_kept(workbook, built):
    workbook(
        "a.xlsx",
        "lca/2011",
        [case(status_raw="PENDING QUALITY AND COMPLIANCE REVIEW - UNASSIGNED")],
    )
    _, filings = built()
    assert filings.select("status", "status_raw").row(0) == (
        "other",
        "PENDING QUALITY AND COMPLIANCE REVIEW - UNASSIGNED",
    )


def test_feins_and_people_are_not_in_the_published_lake(workbook, built, tmp_path):
    workbook("a.xlsx", "lca/2024", [case(employer_fein="12-3456789")])
    built()
    files = list((tmp_path / "lake" / "parts").glob("*.parquet"))
    assert len(files) > 1
    assert not any(b"3456789" in path.read_bytes() for path in files)
    assert "employer_fein" not in lake.filings(tmp_path / "lake").collect_schema()


def test_companions_and_documents_are_set_aside_by_name_of_what_they_are(raw, workbook, built):
    workbook("a.xlsx", "lca/2020", [case()])
    write(
        raw / "w.xlsx",
        headers_of(layout("companion/lca-worksites")),
        [{"CASE_NUMBER": "I-200-22300-000001"}],
    )
    write(raw / "x.xlsx", headers_of(layout("companion/lca-appendix-a")), [])
    (raw / "LCA_Record_Layout.pdf").write_bytes(b"%PDF-1.7")
    (raw / "copy.xlsx").write_bytes((raw / "a.xlsx").read_bytes())
    table, filings = built()
    aside = dict(
        table.filter(pl.col("state").cast(pl.String) == "set aside").select("file", "reason").rows()
    )
    assert aside == {
        "w.xlsx": "w.xlsx: lca-worksites", "x.xlsx": "x.xlsx: lca-appendix-a",
        "LCA_Record_Layout.pdf": "LCA_Record_Layout.pdf: record layout document",
        "copy.xlsx": "copy.xlsx: the same content as a.xlsx",
    }  # fmt: skip
    assert filings.height == 1


# ------------------------------------------------------------------------------------- bad files


def password_protected(path: Path, plain: Path) -> None:
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("secret", target)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(400):
                sheet.write(b" " * 1_000_000)


BAD = {
    "empty.xlsx": (lambda p, _: p.write_bytes(b""), "empty"),
    "page.xlsx": (
        lambda p, _: p.write_text("<!DOCTYPE html><html>Access Denied</html>"),
        "web page",
    ),
    "text.xlsx": (lambda p, _: p.write_text("not a workbook"), "not a .xlsx file"),
    "cut.xlsx": (lambda p, good: p.write_bytes(good.read_bytes()[:-3000]), "corrupt or cut short"),
    "locked.xlsx": (password_protected, "password-protected"),
    "old.xls": (
        lambda p, _: p.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        "none of",
    ),
    "old.xlsx": (
        lambda p, _: p.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        "old .xls",
    ),
    "bomb.xlsx": (lambda p, _: bomb(p), "would unpack"),
    "other.csv": (lambda p, _: p.write_text("city,rent\nAustin,1\n"), "unknown layout"),
    "empty.zip": (lambda p, _: zipfile.ZipFile(p, "w").close(), "without a workbook"),
    "hollow.xlsx": (lambda p, _: hollow(p), "whole workbook"),
    "binary.csv": (lambda p, _: p.write_bytes(bytes(range(256)) * 20), "not text"),
}


def hollow(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_name_and_fix_and_the_others_are_published(
    name, raw, workbook, built
):
    make, says = BAD[name]
    good = workbook("good.xlsx", "lca/2020", [case(number=n) for n in range(40)])
    make(raw / name, good)
    table, filings = built()
    reason = row_of(table, name)["reason"]
    assert row_of(table, name)["state"] == "refused"
    assert says in reason
    assert reason.startswith(f"{name}: ")
    assert filings.height == 40


def test_a_file_that_the_system_does_not_let_us_read_is_refused_alone(workbook, built, monkeypatch):
    workbook("a.xlsx", "lca/2020", [case(number=1)])
    locked = workbook("b.xlsx", "lca/2020", [case(number=2)])
    digest = storage.sha256

    def guarded(path: Path) -> str:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return digest(path)

    monkeypatch.setattr(storage, "sha256", guarded)
    table, filings = built()
    assert "Permission denied" in row_of(table, "b.xlsx")["reason"]
    assert filings.height == 1


def test_a_missing_mapped_column_refuses_that_release_alone(workbook, built):
    workbook("good.xlsx", "lca/2020", [case()])
    workbook("bad.xlsx", "lca/2020", [case(number=2)], drop=["PREVAILING_WAGE"])
    table, filings = built()
    assert "lacks the column PREVAILING_WAGE" in row_of(table, "bad.xlsx")["reason"]
    assert filings.height == 1


def test_a_name_that_lies_does_not_name_the_release(workbook, built):
    workbook("LCA_FY2013.xlsx", "perm/2020", [case("perm", 1)])
    table, filings = built()
    assert table["release"].to_list() == ["LCA_FY2013"]
    assert filings["program"].to_list() == ["perm"]


def test_an_added_column_is_reported_and_the_file_is_loaded(workbook, built):
    workbook("a.xlsx", "lca/2020", [case()], add=["BRAND_NEW"])
    table, filings = built()
    assert row_of(table, "a.xlsx")["added_columns"] == ["BRAND_NEW"]
    assert filings.height == 1


def test_a_file_that_turns_bad_keeps_what_was_loaded_from_it(workbook, raw, built):
    workbook("a.xlsx", "lca/2020", [case(number=n) for n in range(5)])
    workbook("b.xlsx", "lca/2020", [case(number=9)])
    built()
    (raw / "a.xlsx").write_text("<html>Access Denied</html>")
    table, filings = built()
    assert filings.height == 6
    refused = table.filter(pl.col("state").cast(pl.String) == "refused")
    assert "What was loaded from it before stays." in refused["reason"][0]
    _, once_more = built()
    assert once_more.height == 6


def test_a_file_that_nobody_thought_of_costs_only_itself(workbook, built, monkeypatch):
    workbook("a.xlsx", "lca/2020", [case(number=1)])
    workbook("b.xlsx", "lca/2020", [case(number=2), case(number=3)])
    read = workbooks.read

    def stumbling(table, *places):
        if table.path.name == "b.xlsx":
            raise IndexError("list index out of range")
        return read(table, *places)

    monkeypatch.setattr(workbooks, "read", stumbling)
    table, filings = built()
    assert "our error" in row_of(table, "b.xlsx")["reason"]
    assert filings.height == 1


def test_a_file_that_goes_while_we_read_costs_only_itself(workbook, raw, tmp_path):
    workbook("a.xlsx", "lca/2020", [case(number=1)])
    second = workbook("b.xlsx", "lca/2020", [case(number=2)])
    gone = lambda step: second.unlink(missing_ok=True) if step.file == "a.xlsx" else None  # noqa: E731
    table = build(raw, tmp_path / "lake", gone)
    assert row_of(table, "b.xlsx")["state"] == "refused"
    assert row_of(table, "a.xlsx")["kept"] == 1


@pytest.mark.parametrize("aged", [False, True], ids=["this version", "an earlier one"])
def test_a_lake_of_another_folder_is_replaced_only_when_asked_to(workbook, tmp_path, built, aged):
    workbook("a.xlsx", "lca/2020", [case(number=1)])
    built()
    if aged:
        of_an_earlier_version(tmp_path / "lake")
    other = tmp_path / "other"
    other.mkdir()
    workbook("../other/b.xlsx", "lca/2020", [case(number=2)])
    with pytest.raises(BuildError, match=r"made from another folder .*--replace"):
        build(other, tmp_path / "lake")
    assert lake.files(tmp_path / "lake") == {"a.xlsx"}
    table = build(other, tmp_path / "lake", replace=True)
    assert "no longer in the folder" in row_of(table, "a.xlsx")["reason"]


def test_what_employers_file_a_year_is_added_up_anew_by_another_way_of_adding(
    workbook, tmp_path, built, monkeypatch
):
    workbook("a.xlsx", "lca/2020", [case()])
    built()
    first, makers = lake.manifest(tmp_path / "lake"), lake.makers()
    monkeypatch.setattr(lake, "makers", lambda: makers | {"yearly": "another"})
    built()
    second = lake.manifest(tmp_path / "lake")
    assert second["filings"] == first["filings"]
    assert second["yearly"] != first["yearly"]


@pytest.mark.parametrize(("of", "decides", "does_not"), [
    (staging, "codes/statuses.csv rules.toml", "codes/shown/metros.csv employers/rules.toml"),
    (employers, "employers/rules.toml employers/brands/software.toml", "rules.toml"),
    (roles, "roles/words.toml roles/seniority.toml", "roles/claims.toml roles/tn.toml"),
])  # fmt: skip
def test_a_lake_is_made_anew_for_what_decides_it_and_for_nothing_else(
    of, decides, does_not, monkeypatch
):
    files = set[Path]()
    monkeypatch.setattr(facts, "maker", lambda paths: files.update(map(Path, paths)) or "made")
    assert of.maker.__wrapped__() == "made"
    assert {facts.DATA / one for one in decides.split()} <= files
    unneeded = {facts.DATA / one for one in does_not.split()}
    assert all(one.exists() for one in unneeded)
    assert not unneeded & files


def test_a_damaged_manifest_is_built_anew(workbook, tmp_path, built):
    workbook("a.xlsx", "lca/2020", [case(number=1)])
    built()
    (tmp_path / "lake/current.json").write_text("{")
    with pytest.raises(lake.NoLakeError, match="damaged"):
        lake.filings(tmp_path / "lake")
    assert built()[1].height == 1


def test_a_folder_with_brackets_in_its_name_is_a_folder(workbook, raw, tmp_path):
    workbook("a [1].xlsx", "lca/2020", [case(number=1)])
    (raw / "b[*].csv").write_text(csv_of([case("perm")]))
    where = tmp_path / "lake [new]*"
    build(raw, where)
    assert lake.filings(where).collect().height == 2


def test_a_file_is_the_release_that_has_its_rows_and_year_whatever_its_name(
    workbook, built, monkeypatch, raw
):
    one = Release("LCA FY2023", "lca", 2023, None, ("https://a.invalid/x.xlsx",), rows=2)
    monkeypatch.setattr(releases, "releases", lambda: (one,))
    path = workbook("za.xlsx", "lca/2020", [case(number=n) for n in range(2)], padding=3)
    (_, first) = built()
    assert first["release"].unique().to_list() == ["LCA FY2023"]
    path.rename(raw / "zb.xlsx")
    assert built()[1].equals(first)


def test_a_file_taken_out_of_the_folder_is_said_to_be_gone(workbook, raw, built):
    workbook("a.xlsx", "lca/2020", [case(number=1)])
    workbook("b.xlsx", "lca/2020", [case(number=2)])
    built()
    (raw / "a.xlsx").unlink()
    table, filings = built()
    assert filings.height == 1
    assert "no longer in the folder" in row_of(table, "a.xlsx")["reason"]
    assert built()[0].height == 1


def test_what_an_older_version_staged_can_still_be_kept(workbook, raw, built, tmp_path):
    workbook("a.xlsx", "lca/2020", [case(number=1)])
    workbook("b.xlsx", "lca/2020", [case(number=2)])
    built()
    for path in (tmp_path / "lake" / "staged").glob("*/cases.parquet"):
        pl.read_parquet(path).drop("worksite_count").write_parquet(path)
    (raw / "a.xlsx").write_text("<html>")
    _, filings = built()
    assert filings.height == 2


def test_nothing_to_build_from_leaves_the_lake(workbook, raw, tmp_path, built):
    workbook("a.xlsx", "lca/2020", [case()])
    built()
    with pytest.raises(BuildError, match="nothing to build"):
        build(tmp_path / "nowhere", tmp_path / "lake")
    (raw / "a.xlsx").unlink()
    (raw / "b.xlsx").write_text("x")
    with pytest.raises(BuildError, match=r"(?s)no file .*could be loaded.*b\.xlsx"):
        build(raw, tmp_path / "lake")
    assert lake.filings(tmp_path / "lake").collect().height == 1


# ----------------------------------------------------------------------- increments, kills, full disks


def test_a_file_already_staged_is_not_read_again(workbook, built, monkeypatch):
    workbook("a.xlsx", "lca/2020", [case()])
    built()
    monkeypatch.setattr(workbooks, "opened", lambda _: pytest.fail("read again"))
    _, filings = built()
    assert filings.height == 1


def test_a_new_quarter_rewrites_only_its_own_fiscal_year(workbook, built, tmp_path):
    workbook("a.xlsx", "lca/2020", [case(number=1)])
    workbook("b.xlsx", "perm/2020", [case("perm", 1, decision_date=date(2021, 3, 1))])
    built()
    before = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "lake" / "parts").iterdir()}
    workbook("c.xlsx", "lca/2020", [case(number=2)])
    built()
    after = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "lake" / "parts").iterdir()}
    assert {n for n in before if n.startswith("perm-2021") and before[n] == after.get(n)}
    assert not {n for n in before if n.startswith("lca-2023")} & set(
        lake.manifest(tmp_path / "lake")["filings"]
    )


def test_the_same_files_give_the_same_lake(workbook, raw, tmp_path):
    for n in range(3):
        workbook(f"{n}.xlsx", "lca/2020", [case(number=n * 10 + k) for k in range(8)])
    build(raw, tmp_path / "one")
    build(raw, tmp_path / "two")
    one, two = (lake.manifest(tmp_path / name) for name in ("one", "two"))
    assert one["filings"] == two["filings"]
    digests = [
        sorted((p.name, p.read_bytes()) for p in (tmp_path / n / "parts").iterdir())
        for n in ("one", "two")
    ]
    assert digests[0] == digests[1]


def test_the_digest_is_that_of_the_cases_wherever_and_in_whatever_order_they_were_loaded(
    workbook, raw, tmp_path
):
    first = [case(number=n, employer_name=f"Example {n % 9} Inc") for n in range(60)]
    again = [case(number=n, status_raw="Withdrawn", decision_date=None) for n in range(50, 70)]
    workbook("a.xlsx", "lca/2020", first)
    build(raw, tmp_path / "one")
    before = lake.digest(tmp_path / "one")
    workbook("b.xlsx", "lca/2020", again)
    workbook("c.xlsx", "perm/2020", [case("perm", n, job_title=f"Chef {n}") for n in range(9)])
    build(raw, tmp_path / "one")
    moved = tmp_path / "elsewhere" / "below"
    shutil.copytree(raw, moved)
    build(moved.parent, tmp_path / "other")
    assert lake.digest(tmp_path / "other") == lake.digest(tmp_path / "one") != before


def test_status_says_the_digest_to_people_and_to_programs(workbook, raw, tmp_path, capsys):
    workbook("a.xlsx", "lca/2020", [case()])
    build(raw, tmp_path / "lake")
    said = []
    for as_json in (False, True):
        status(lake_dir=tmp_path / "lake", as_json=as_json)
        said.append(capsys.readouterr().out)
    made = json.loads(said[1])
    assert made["digest"] == lake.digest(tmp_path / "lake")
    assert f"digest {made['digest']}\n" in said[0]
    assert [one["file"] for one in made["files"]] == ["a.xlsx"]


def test_a_second_build_says_so_and_stops(workbook, raw, tmp_path):
    workbook("a.xlsx", "lca/2020", [case()])
    (tmp_path / "lake").mkdir()
    with (
        FileLock(tmp_path / "lake" / "build.lock"),
        pytest.raises(BuildError, match="another build"),
    ):
        build(raw, tmp_path / "lake")


@pytest.mark.parametrize("wait", [0.0, 1.5])
def test_kill_9_at_any_moment_leaves_the_published_lake_whole(wait, workbook, raw, tmp_path, built):
    workbook("a.xlsx", "lca/2020", [case(number=n) for n in range(50)])
    _, before = built()
    for k in range(3):
        rows = [case(number=1000 * k + n) for n in range(100, 200)]
        workbook(f"more {k}.xlsx", "lca/2020", rows)
    command = [
        sys.executable,
        "-m",
        "loaders",
        "build",
        "--raw",
        raw,
        "--lake",
        tmp_path / "lake",
        "--json-lines",
    ]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    time.sleep(wait)
    child.kill()
    child.communicate()
    held = lake.filings(tmp_path / "lake").collect()
    assert held.equals(before) or held.height == 50 + 3 * 100
    _, after = built()
    assert after.height == 50 + 3 * 100
    left = [
        p for p in (tmp_path / "lake").rglob("*") if p.name.startswith(".") or p.suffix == ".making"
    ]
    assert left == []


@pytest.mark.skipif(
    not Path("/proc/mounts").exists() or getattr(os, "geteuid", lambda: 1)() != 0,
    reason="mounts a small tmpfs",
)
@pytest.mark.parametrize("kilobytes", [40, 420])
def test_a_full_disk_is_said_and_the_lake_is_as_it_was(kilobytes, workbook, raw, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    workbook("a.xlsx", "lca/2020", [case(number=n) for n in range(20)])
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount a tmpfs")
    try:
        build(raw, disk / "lake")
        before = lake.filings(disk / "lake").collect()
        (disk / "ballast").write_bytes(bytes((2048 - kilobytes) * 1024 - _used(disk)))
        rng = random.Random(1)
        rows = [case(number=n + 100, employer_city=rng.randbytes(400).hex()) for n in range(2000)]
        workbook("b.xlsx", "lca/2020", rows)
        with pytest.raises(BuildError, match=r"disk .* full"):
            build(raw, disk / "lake")
        assert lake.filings(disk / "lake").collect().equals(before)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def _used(disk: Path) -> int:
    return sum(p.stat().st_blocks * 512 for p in disk.rglob("*") if p.is_file())
