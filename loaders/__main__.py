"""The command line: `python -m loaders` with fetch, build, match, roles and the others."""

import json
import logging
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from loaders import (
    bucket,
    choices,
    download,
    evaluate,
    facts,
    lake,
    match,
    releases,
    roles,
    storage,
)
from loaders import build as building
from loaders import check as checking
from loaders import review as reviewing
from loaders.index import Index
from loaders.listings import read as read_listings

app = App(name="python -m loaders", help="DOL's disclosure files to a lake of filings.")

SOME_REFUSED = 3
_COUNTS = ("rows", "padding", "kept", "replaced", "refused")
Lines = Annotated[bool, Parameter(negative="", help="Progress as lines of JSON.")]


def main() -> None:
    """Run the command line; errors that we name end it with status 1 and their message."""
    logging.getLogger("stamina").setLevel(logging.ERROR)  # the progress bar shows retries enough
    try:
        status = app(result_action="return_value")
    except (building.BuildError, download.FetchError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        status = 1
    except KeyboardInterrupt:
        print("stopped; what was published before is as it was.", file=sys.stderr)
        status = 130
    sys.exit(status)


@app.command
def fetch(
    *,
    program: Literal["lca", "perm"] | None = None,
    years: str | None = None,
    latest: bool = False,
    raw: Path = lake.RAW,
    user_agent: str | None = None,
    json_lines: Lines = False,
) -> int:
    """Download DOL's files into the raw folder.

    Ends with 0 if each file is there, with 3 if some are not, with 1 if none is.

    Args:
        program: One program; both by default.
        years: Fiscal years such as 2024 or 2019,2022-2026; all by default.
        latest: Look on DOL's performance page for files of these years that we do not know yet.
        raw: The folder for the files.
        user_agent: What the downloads call themselves.
        json_lines: Progress, and what came of each file, as lines of JSON.
    """
    of = releases.of(program, years)
    wanted = (
        filter(of, releases.releases()) if latest else releases.select(program=program, years=years)
    )
    with _downloads(json_lines) as report:
        outcomes = download.fetch(
            wanted, raw, latest=of if latest else None, user_agent=user_agent, report=report
        )
    if not outcomes:
        raise ValueError(
            f"no release of {program or 'any program'} in {years or 'any year'}, on DOL's "
            f"performance page neither."
        )
    for outcome in outcomes:
        print(json.dumps({"doing": "fetched", **outcome.as_dict()}) if json_lines else outcome)
    if blocked := download.blocked_help(outcomes, raw):
        print(blocked, file=sys.stderr)
    there = sum(outcome.ok for outcome in outcomes)
    return 0 if there == len(outcomes) else SOME_REFUSED if there else 1


@contextmanager
def _downloads(json_lines: bool) -> Generator[Callable[[download.Progress], None]]:
    if json_lines:
        yield lambda at: print(json.dumps({"doing": "fetch", **at.as_dict()}), flush=True)
        return
    with download.progress_bar() as report:
        yield report


@app.command
def build(
    *,
    raw: Path = lake.RAW,
    lake_dir: Annotated[Path, Parameter("--lake")] = lake.LAKE,
    work: Path = lake.LAKE,
    scheduler: str | None = None,
    replace: Annotated[bool, Parameter(negative="")] = False,
    json_lines: Lines = False,
) -> int:
    """Read every file of the raw folder and publish the lake.

    Ends with 0 if all files were read, with 3 if some were refused and the others published.

    Args:
        raw: The folder with DOL's files, under any names.
        lake_dir: The folder of the lake, or its address s3://bucket/folder.
        work: The folder where a lake is built that is then published at an address.
        scheduler: A Dask cluster whose workers read the files, such as tcp://host:8786.
        replace: Replace a lake that was made from another raw folder.
        json_lines: Progress as lines of JSON.
    """
    with _steps(json_lines) as report:
        if storage.is_remote(lake_dir):
            table = bucket.build(raw, lake_dir, work, report, replace=replace, scheduler=scheduler)
        else:
            table = building.build(raw, lake_dir, report, replace=replace, scheduler=scheduler)
    refused = table.filter(pl.col("state").cast(pl.String) == "refused")
    gone = table.filter(pl.col("reason").str.contains(building.GONE, literal=True))
    loaded = table.filter(pl.col("state").cast(pl.String) == "loaded")
    for reason in refused["reason"]:
        print(f"refused: {reason}", file=sys.stderr)
    print(
        f"{loaded['kept'].sum():,} cases from {loaded.height} files published in "
        f"{storage.address(lake_dir)}; "
        f"{loaded['replaced'].sum():,} rows replaced by newer ones, "
        f"{loaded['refused'].sum():,} rows refused, files refused: {refused.height}."
        + (f" {gone.height} files are {building.GONE}." if gone.height else "")
    )
    return SOME_REFUSED if refused.height else 0


@contextmanager
def _steps(json_lines: bool) -> Generator[Callable[[building.Step], None]]:
    if json_lines:
        yield lambda at: print(
            json.dumps({"doing": at.doing, "file": at.file, "done": at.done, "total": at.total}),
            flush=True,
        )
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("build", total=None)
        yield lambda at: bar.update(
            task, description=f"{at.doing} {at.file}".strip(), completed=at.done, total=at.total
        )


@app.command
def status(
    *,
    lake_dir: Annotated[Path, Parameter("--lake")] = lake.LAKE,
    as_json: Annotated[bool, Parameter("--json", negative="")] = False,
) -> int:
    """Print what the published lake was made of, file by file, and a digest of what it holds.

    The digest is equal for equal cases: for the same files, wherever and in whatever order loaded.
    A file that the registry cannot tell goes by its own name, which is part of its cases.

    Args:
        lake_dir: The folder of the lake.
        as_json: The digest, the time of the build and the whole table as JSON.
    """
    table, digest = lake.releases(lake_dir), lake.digest(lake_dir)
    built_at = lake.manifest(lake_dir)["built_at"]
    if as_json:
        made = {"digest": digest, "built_at": built_at, "files": table.rows(named=True)}
        print(json.dumps(made, default=str, indent=1))
        return 0
    shown = Table("release", "state", "layout", *(n for n in _COUNTS), box=None, pad_edge=False)
    for column in shown.columns[3:]:
        column.justify = "right"
    for row in table.rows(named=True):
        numbers = ("" if row[name] is None else f"{row[name]:,}" for name in _COUNTS)
        shown.add_row(row["release"], row["state"], row["layout"] or "", *numbers)
    console = Console()
    Console(width=max(console.width, 120), soft_wrap=True).print(shown)
    for row in table.filter(pl.col("reason").is_not_null()).rows(named=True):
        print(f"{row['state']}: {row['reason']}")
    print(f"published {built_at} in {storage.address(lake_dir)}", f"digest {digest}", sep="\n")
    return 0


@app.command
def check(*, lake_dir: Annotated[Path, Parameter("--lake")] = lake.LAKE) -> int:
    """Check registry, layouts and code lists, and a lake's counts against DOL's published ones.

    Ends with 0 if nothing is wrong, with 1 otherwise.

    Args:
        lake_dir: The folder of the lake; without a lake only the facts are checked.
    """
    findings = checking.findings(lake_dir)
    for finding in findings:
        print(finding)
    wrong = sum(finding.wrong for finding in findings)
    print(f"{wrong} wrong, {len(findings) - wrong} notes.")
    return 1 if wrong else 0


@app.command(name="match")
def match_listings(
    listings: Path, *, lake_dir: Annotated[Path, Parameter("--lake")] = lake.LAKE, out: Path
) -> int:
    """Join job listings to the filing history of their employers.

    Ends with 0 if all was read, with 3 if some files of a folder could not be.

    Args:
        listings: A file, or a folder with its folders: CSV, TSV, XLSX, JSON, JSONL, saved HTML,
            text, or bare names.
        lake_dir: The folder of the lake.
        out: The table, .csv or .parquet; its folder is made.
    """
    if out.suffix not in {".csv", ".parquet"}:
        raise ValueError(f"{out}: name a .csv or a .parquet file.")
    index = Index(lake_dir)
    given, unread = read_listings(listings, besides=out)
    for reason in unread:
        print(f"not read: {reason}", file=sys.stderr)
    table = match.joined(given, index, choices.kept())
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".csv":
        match.flat(table).write_csv(out)
    else:
        table.write_parquet(out)
    decided = dict(table["decision"].cast(pl.String).value_counts().rows())
    said = ", ".join(f"{decided.get(one, 0):,} {one}" for one in match.DECISIONS)
    count = "1 listing" if table.height == 1 else f"{table.height:,} listings"
    print(
        f"{count} in {out}: {said}. {index.filed:,} filed names, {index.years}."
        + (f" Files not read: {len(unread)}." if unread else "")
    )
    return SOME_REFUSED if unread else 0


@app.command
def review(
    *, lake_dir: Annotated[Path, Parameter("--lake")] = lake.LAKE, out: Path | None = None
) -> int:
    """List pairs of employers that somebody should look at: are these one?

    A pair that is one goes into data/employers/same.csv or a brand's list, else into the brand's
    exceptions; the next build takes it up.

    Args:
        lake_dir: The folder of the lake.
        out: A CSV file for all pairs; the first thirty are printed without one.
    """
    pairs = reviewing.candidates(lake_dir)
    if out:
        pairs.write_csv(out)
        print(f"{pairs.height:,} pairs in {out}.")
    else:
        for row in pairs.head(30).rows(named=True):
            print(
                f"{row['kind']}: {row['employer']} ({row['employer_place']}, "
                f"{row['employer_cases']:,} cases) | {row['other']} ({row['other_place']}, "
                f"{row['other_cases']:,} cases)"
            )
    return 0


@app.command(name="roles")
def classify(titles: Path, *, out: Path) -> int:
    """Tell the role and the seniority of every job title of a table.

    Args:
        titles: CSV with job_title and, where known, soc_code; other columns are kept.
        out: The CSV file: the same rows with role, finer_role, role_evidence and seniority.
    """
    table = facts.table(titles)
    if "job_title" not in table.columns:
        raise ValueError(f"{titles} has no column job_title: name the column of titles so.")
    told = roles.told(table)
    told.write_csv(out)
    said = told.filter(pl.col("role") != roles.OTHER).height
    print(f"{told.height:,} titles in {out}, {said:,} of them with a role.")
    return 0


evaluations = App(name="evaluate", help="How right the lake is, against labelled truth.")
app.command(evaluations)


@evaluations.command(name="employers")
def evaluate_employers(
    truth: Path, *, lake_dir: Annotated[Path, Parameter("--lake")] = lake.LAKE
) -> int:
    """Score the employers against a file of labelled names, and against tax numbers if any.

    Args:
        truth: CSV: listing_name,listing_city,listing_state,filed_name,verdict (match, different,
            choose, none) or filed_name,cluster.
        lake_dir: The folder of the lake.
    """
    print(*evaluate.evaluate(truth, lake_dir).lines(), sep="\n")
    if (score := evaluate.tax_numbers(lake_dir)) is not None:
        print("against tax numbers, by name alone:", *score.lines(), sep="\n")
    return 0


@evaluations.command(name="roles")
def evaluate_roles(truth: Path) -> int:
    """Score the roles of titles against a file of labelled titles.

    Args:
        truth: CSV: job_title, role, and where known soc_code, seniority and also (a role that is
            equally right).
    """
    print(*evaluate.titles(truth).lines(), sep="\n")
    return 0


if __name__ == "__main__":
    main()
