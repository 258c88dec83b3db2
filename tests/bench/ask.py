"""The ten questions that the pages ask most: ours, DuckDB and pandas on the same Parquet files.

    uv run --with duckdb --with pandas python tests/bench/ask.py --lake DIR [--runs 20]

Every tool reads the files anew for each answer, as the pages do, and what ours and DuckDB count is
compared before times are told. Cold is the first answer of a fresh process, warm are those that follow.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from analytics import counts, levels, perm, ranking, wages  # noqa: E402
from loaders import lake  # noqa: E402

ROLE, LARGE = "physician", "software-engineer"
DECIDED = "status IN ('certified','certified-withdrawn','certified-expired','denied')"
CERTIFIED = "status IN ('certified','certified-withdrawn','certified-expired')"
QUANTILES = "quantile_cont(annual_wage, [0.1, 0.25, 0.5, 0.75, 0.9])"


def of(role: str) -> pl.Expr:
    return counts.of_role({role: role})


def biggest(filings: pl.LazyFrame) -> str:
    """The brand with most cases."""
    by = filings.drop_nulls("brand_id").group_by("brand_id").len().sort("len", "brand_id")
    return by.collect()["brand_id"][-1]


def ours(path: Path, brand: str) -> dict[str, Callable[[], pl.DataFrame]]:
    """Each question as a page asks it; `answer` has the columns that are compared."""
    filings = lake.filings(path)
    role, large = filings.filter(of(ROLE)), filings.filter(of(LARGE))
    own = filings.filter(pl.col("brand_id") == brand)

    def rated(found: pl.LazyFrame) -> pl.DataFrame:
        return counts.certification(found).select(
            "program", "fiscal_year", "cases", "certified", "decided").collect()  # fmt: skip

    def spread(found: pl.LazyFrame, by: str) -> pl.DataFrame:
        return wages.percentiles(found, [by]).select(
            by, "cases", "p10", "p25", "median", "p75", "p90").collect()  # fmt: skip

    return {
        "cases and decisions by year, all": lambda: rated(filings),
        "the same of one role": lambda: rated(role),
        "the same of the largest role": lambda: rated(large),
        "the same of the largest employer": lambda: rated(own),
        "wage levels by year, one role": lambda: levels.mix(role, _asking()).collect(),
        "wage percentiles by seniority, one role": lambda: spread(role, "seniority"),
        "wage percentiles by seniority, largest role": lambda: spread(large, "seniority"),
        "wage percentiles by state, all": lambda: spread(filings, "worksite_state"),
        "PERM days by month, all": lambda: perm.processing(filings, ["month"]).collect(),
        "employers of one role, ranked": lambda: ranking.scored(
            lake.by_employer(path).filter(of(ROLE)), dict.fromkeys(ranking.PARTS, 1.0)
        ).select("identity", "cases").collect(),
    }  # fmt: skip


def _asking() -> list[str]:
    from loaders.layouts import layouts  # noqa: PLC0415

    return [form.id for form in layouts() if "wage_level" in form.fields]


def in_sql(brand: str) -> dict[str, str]:
    """The same questions in DuckDB."""
    rated = (
        f"SELECT program, fiscal_year, count(*) cases, count(*) FILTER ({CERTIFIED}) certified, "
        f"count(*) FILTER ({DECIDED}) decided FROM filings {{}} GROUP BY ALL"
    )
    spread = (
        f"SELECT {{by}}, count(*) cases, {QUANTILES} q FROM filings "
        "WHERE annual_wage IS NOT NULL {more} GROUP BY ALL"
    )
    role, large = f"role = '{ROLE}'", f"role = '{LARGE}'"
    return {
        "cases and decisions by year, all": rated.format(""),
        "the same of one role": rated.format(f"WHERE {role}"),
        "the same of the largest role": rated.format(f"WHERE {large}"),
        "the same of the largest employer": rated.format(f"WHERE brand_id = '{brand}'"),
        "wage levels by year, one role": "SELECT program, fiscal_year, layout, wage_level, "
        f"count(*) cases FROM filings WHERE {role} GROUP BY ALL",
        "wage percentiles by seniority, one role": spread.format(
            by="seniority", more=f"AND {role}"
        ),
        "wage percentiles by seniority, largest role": spread.format(
            by="seniority", more=f"AND {large}"
        ),
        "wage percentiles by state, all": spread.format(by="worksite_state", more=""),
        "PERM days by month, all": "SELECT date_trunc('month', decision_date) AS month, "
        "count(*) cases, quantile_cont(decision_date - received_date, [0.1, 0.5, 0.9]) q "
        f"FROM filings WHERE program = 'perm' AND decision_date >= received_date AND {DECIDED} "
        "GROUP BY ALL",
        "employers of one role, ranked": "SELECT CASE WHEN brand_id IS NULL THEN 'employer ' || "
        f"employer_id ELSE 'brand ' || brand_id END identity, count(*) cases, "
        f"count(*) FILTER ({CERTIFIED}) certified, count(*) FILTER ({DECIDED}) decided, "
        "max(decision_date) AS newest, count(DISTINCT fiscal_year) AS years_filed FROM filings "
        f"WHERE {role} AND employer_id IS NOT NULL GROUP BY ALL ORDER BY cases DESC",
    }


def in_pandas(files: list[str], brand: str) -> dict[str, Callable[[], Any]]:
    """The same questions in pandas, reading only the columns and row groups that each needs."""
    import pandas as pd  # noqa: PLC0415

    def read(columns: list[str], filters: list[tuple[str, str, object]] | None = None) -> Any:
        return pd.read_parquet(
            files, columns=columns, filters=filters, dtype_backend="pyarrow", engine="pyarrow"
        )

    def rated(filters: list[tuple[str, str, object]] | None = None) -> Any:
        frame = read(["program", "fiscal_year", "status"], filters)
        status = frame["status"].astype("string[pyarrow]")
        frame["certified"] = status.str.startswith("certified")
        frame["decided"] = frame["certified"] | (status == "denied")
        return frame.groupby(["program", "fiscal_year"], observed=True).agg(
            cases=("status", "size"), certified=("certified", "sum"), decided=("decided", "sum")
        )

    def spread(by: str, filters: list[tuple[str, str, object]] | None = None) -> Any:
        frame = read([by, "annual_wage"], filters).dropna(subset=["annual_wage"])
        frame["annual_wage"] = frame["annual_wage"].astype("float64")
        wage = frame.groupby(by, observed=True, dropna=False)["annual_wage"]
        return wage.count(), wage.quantile([0.1, 0.25, 0.5, 0.75, 0.9])

    def days() -> Any:
        frame = read(
            ["decision_date", "received_date", "status"], [("program", "==", "perm")]
        ).dropna()
        status = frame["status"].astype("string[pyarrow]")
        frame = frame[status.str.startswith("certified") | (status == "denied")]
        decided, received = (
            pd.to_datetime(frame[one].to_numpy()) for one in ("decision_date", "received_date")
        )
        taken, decided = pd.Series((decided - received).days), pd.Series(decided)
        known = taken >= 0
        month = decided[known].dt.to_period("M")
        return taken[known].groupby(month).quantile([0.1, 0.5, 0.9])

    def ranked() -> Any:
        frame = read(
            ["brand_id", "employer_id", "status", "fiscal_year", "decision_date"],
            [("role", "==", ROLE)],
        ).dropna(subset=["employer_id"])
        identity = ("brand " + frame["brand_id"]).fillna("employer " + frame["employer_id"])
        return frame.groupby(identity).agg(
            cases=("status", "size"), years=("fiscal_year", "nunique"),
            last=("decision_date", "max"),
        ).sort_values("cases", ascending=False)  # fmt: skip

    role, large = [("role", "==", ROLE)], [("role", "==", LARGE)]
    return {
        "cases and decisions by year, all": rated,
        "the same of one role": lambda: rated(role),
        "the same of the largest role": lambda: rated(large),
        "the same of the largest employer": lambda: rated([("brand_id", "==", brand)]),
        "wage levels by year, one role": lambda: read(
            ["program", "fiscal_year", "layout", "wage_level"], role
        ).value_counts(dropna=False),
        "wage percentiles by seniority, one role": lambda: spread("seniority", role),
        "wage percentiles by seniority, largest role": lambda: spread("seniority", large),
        "wage percentiles by state, all": lambda: spread("worksite_state"),
        "PERM days by month, all": days,
        "employers of one role, ranked": ranked,
    }


def asked(tool: str, path: Path, brand: str) -> dict[str, Callable[[], Any]]:
    files = [str(one) for one in lake._files(path, "filings")]
    if tool == "ours":
        return ours(path, brand)
    if tool == "pandas":
        return in_pandas(files, brand)
    import duckdb  # noqa: PLC0415

    base = duckdb.connect()
    base.execute(f"CREATE VIEW filings AS SELECT * FROM read_parquet({files!r})")
    return {
        name: lambda sql=sql: base.sql(sql).to_arrow_table() for name, sql in in_sql(brand).items()
    }


def times(tool: str, path: Path, brand: str, runs: int, only: str) -> list[float]:
    """Seconds of the first answer and of `runs` more."""
    question, taken = asked(tool, path, brand)[only], list[float]()
    for _ in range(1 + runs):
        start = time.perf_counter()
        question()
        taken.append(time.perf_counter() - start)
    return taken


def agree(path: Path, brand: str) -> None:
    """Ours and DuckDB's answers have as many cases in each group."""
    mine, theirs = asked("ours", path, brand), asked("duckdb", path, brand)
    for name, question in mine.items():
        a, b = question(), pl.DataFrame(theirs[name]())
        if "q" in b.columns and "month" not in b.columns:
            a = a.drop_nulls(a.columns[0])
            b = b.drop_nulls(b.columns[0])
        assert a["cases"].sum() == b["cases"].sum(), (name, a["cases"].sum(), b["cases"].sum())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--one", nargs=3, metavar=("TOOL", "BRAND", "QUESTION"))
    options = parser.parse_args()
    if options.one:
        tool, brand, only = options.one
        print(json.dumps(times(tool, options.lake, brand, options.runs, only)))
        return
    brand = biggest(lake.filings(options.lake))
    agree(options.lake, brand)
    rows = []
    for name in in_sql(brand):
        row: dict[str, object] = {"question": name}
        for tool, runs in (("ours", options.runs), ("duckdb", options.runs), ("pandas", 3)):
            done = subprocess.run(
                [sys.executable, __file__, "--lake", options.lake, "--runs", str(runs), "--one",
                 tool, brand, name],
                check=True, capture_output=True, text=True, cwd=ROOT,
            )  # fmt: skip
            first, *warm = json.loads(done.stdout.splitlines()[-1])
            ordered = sorted(warm)
            row |= {
                f"{tool} p50": round(statistics.median(warm) * 1000),
                f"{tool} p95": round(ordered[int(0.95 * (len(ordered) - 1))] * 1000),
                f"{tool} cold": round(first * 1000),
            }
        rows.append(row)
        print(json.dumps(row), flush=True)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, fmt_str_lengths=60,
                   tbl_hide_dataframe_shape=True, tbl_formatting="MARKDOWN"):  # fmt: skip
        print(pl.DataFrame(rows))


if __name__ == "__main__":
    main()
