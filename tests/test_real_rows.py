"""Real cases under every header row that DOL has used: nothing lost, nothing changed."""

import json
import os
from collections.abc import Collection
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from loaders import lake
from loaders.build import build
from tests.conftest import ROOT, tool
from tests.conftest import layout as form

pytestmark = pytest.mark.shared
SHARED = Path(os.environ.get("FILINGS_SHARED", ROOT.parent / "shared"))


def header_rows() -> list[tuple[str, str]]:
    files = [(p, SHARED / f"reference/layouts/{p}_headers.json") for p in ("perm", "lca")]
    return [(p, key) for p, path in files if path.exists() for key in json.loads(path.read_text())]


@cache
def a_thousand(year: int) -> pl.DataFrame:
    """Of the real rows nearest to a year: reading them all takes longer than the test."""
    return real_rows(year).sample(1000, seed=year)


def real_rows(year: int) -> pl.DataFrame:
    files = {int(p.stem[7:11]): p for p in (SHARED / "realdata/perm").glob("*.parquet")}
    return pl.read_parquet(files[min(files, key=lambda one: abs(one - year))])


PARTS = 8
"""A build takes a second whatever it reads: the header rows are read in so many."""


@pytest.mark.parametrize("part", range(PARTS))
def test_real_cases_come_through_every_header_row_as_they_went_in(part, shared, tmp_path):
    rehead, real, taken = tool(shared), dict[str, pl.DataFrame](), list[str]()
    maps = {"perm": rehead.PERM, "lca": rehead.LCA}
    (tmp_path / "raw").mkdir()
    for number, (program, key) in enumerate(header_rows()):
        if number % PARTS == part:
            asked = shared / f"reference/layouts/{program}_headers.json"
            year, name = int(key[2:6]), f"any name {number}.xlsx"
            rows = a_thousand(year).sample(150, seed=number)
            rows = rows.filter(~pl.col("case_number").is_in(taken))
            taken.extend(rows["case_number"])
            if program == "lca":
                rows = rehead.dressed_as_lca(rows, year, seed=1)
            headers = json.loads(asked.read_text())[key]
            rehead.write(rows, headers, maps[program], tmp_path / "raw" / name, padding=100)
            real[name] = rows

    table = build(tmp_path / "raw", tmp_path / "lake")
    filings = lake.filings(tmp_path / "lake").collect()

    assert table.height == len(real)
    for name, layout in table.select("file", "layout").rows():
        rows = real[name]
        assert table.filter(file=name).select("rows", "padding", "kept", "refused").row(0) == (
            rows.height + 100, 100, rows.height, 0,
        )  # fmt: skip
        assert wrong(filings, rows, form(layout).fields) == {}, name


def wrong(filings: pl.DataFrame, rows: pl.DataFrame, asked: Collection[str]) -> dict[str, int]:
    """How many of these real cases came out otherwise, by what is asked of them."""
    both = filings.join(rows, on="case_number", validate="1:1", suffix="_real")
    assert both.height == rows.height
    spelled = pl.col("case_status").str.to_lowercase().str.replace_all(r"\s*-\s*", "-")
    level = pl.col("pw_wage_level").str.to_uppercase().str.extract(r"LEVEL (IV|I{1,3})$")
    wage_from = pl.col("wage_from_real")
    if "wage_range" in asked:  # the tool writes six digits there
        wage_from = wage_from.map_elements(lambda wage: float(f"{wage:g}"), pl.Float64)
    checks = {
        "status": pl.col("status").cast(pl.String) == spelled,
        "date": pl.col("decision_date") == pl.col("decision_date_real"),
        "offer": pl.col("wage_from").eq_missing(pl.when(wage_from > 0).then(wage_from)),
    }
    if "wage_level" in asked:
        checks["level"] = pl.col("wage_level").cast(pl.String).eq_missing(level)
    if "prevailing_wage" in asked:
        prevailing = pl.col("pw_wage")
        known = pl.when(prevailing > 0).then(prevailing)
        checks["prevailing wage"] = pl.col("prevailing_wage").eq_missing(known)
    found = {name: both.filter(~check).height for name, check in checks.items()}
    return {name: many for name, many in found.items() if many}


def test_the_real_lca_workbooks_lose_no_row(shared, tmp_path):
    table = build(shared / "realdata/lca", tmp_path / "lake")
    assert dict(table.select("file", "kept").rows()) == {
        "H-1B_FY14_Q4.xlsx": 234,
        "LCA_Disclosure_Data_FY2020_Q1.xlsx": 331,
        "LCA_Disclosure_Data_FY2021_Q1.xlsx": 1999,
    }
    assert table["refused"].sum() == 0


def test_every_column_that_a_real_lca_workbook_fills_is_filled(shared, tmp_path):
    build(shared / "realdata/lca", tmp_path / "lake")
    filings = lake.filings(tmp_path / "lake").collect()
    blank_in_the_file = {
        "LCA FY2020 Q1": {"worksite_count"},
        "LCA FY2021 Q1": {"original_cert_date"},
    }
    for (release,), cases in filings.group_by("release"):
        asked = set(form(cases["layout"][0]).fields) & set(cases.columns)
        empty = {field for field in asked if cases[field].null_count() == cases.height}
        assert empty <= blank_in_the_file.get(release, set()) | {"original_cert_date"}, release


def test_every_date_that_excel_made_of_a_2015_occupation_code_is_recovered(shared, tmp_path):
    rehead, rows = tool(shared), real_rows(2015)
    plain = pl.col("soc_code").str.contains(r"^\d\d-\d{4}").fill_null(value=True)
    rows = pl.concat([rows.filter(~plain), rows.filter(plain).sample(2000, seed=1)])
    (tmp_path / "raw").mkdir()
    headers = json.loads((shared / "reference/layouts/perm_headers.json").read_text())["FY2015"]
    rehead.write(rows, headers, rehead.PERM, tmp_path / "raw/p.xlsx", padding=0)
    build(tmp_path / "raw", tmp_path / "lake")
    repaired = lake.filings(tmp_path / "lake").filter(pl.col("soc_repair").is_not_null()).collect()
    assert dict(repaired["soc_repair"].value_counts().rows()) == {"excel-date": 6292}
    assert repaired["soc_code_filed"].str.starts_with("11-").all()


def test_a_year_without_a_plain_certified_is_not_zero_percent_certified(shared, tmp_path):
    rehead = tool(shared)
    rows = (
        real_rows(2010)
        .head(4000)
        .with_columns(pl.col("case_status").replace("Certified", "Certified-Expired"))
    )
    (tmp_path / "raw").mkdir()
    headers = json.loads((shared / "reference/layouts/perm_headers.json").read_text())["FY2012"]
    rehead.write(rows, headers, rehead.PERM, tmp_path / "raw/p.xlsx", padding=0)
    build(tmp_path / "raw", tmp_path / "lake")
    filings = lake.filings(tmp_path / "lake").collect()
    certified = filings["status"].cast(pl.String).str.starts_with("certified").sum()
    assert certified == rows["case_status"].str.starts_with("Certified").sum() > 3000
