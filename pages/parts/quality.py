"""How good the filings are: where every row went, what was mended, what agrees, what is told."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import quality
from analytics.provenance import Provenance
from charts import quality as charts
from charts.frame import Caption
from charts.theme import word
from loaders import check, clean, lake, tables
from loaders.facts import codes
from loaders.layouts import layouts
from loaders.sample import LakeInUse
from loaders.schema import case_numbers
from pages.parts import about, figure, filters, ledger, wrapped
from pages.parts.columns import MADE_FROM
from pages.parts.plain import counted, plain

EVERY = "All files"
ROWS = ("Groups of columns", "Every column")
_MENDED = {"wage": "offered wage", "soc": "occupation code"}
_COUNTS = ("rows", "padding", "kept", "replaced", "refused")
_CELLS = (
    "Cells with a value, of those that the record layout of the case's file asks for. A group is "
    "the sum of its columns. Wages and codes count where a value could be read. Left blank is "
    "what a form asks for and nothing stands in; not on this form is what its layout has no "
    "column for."
)


# ---------------------------------------------------------------------------------------- the rows


def of_program(table: pl.DataFrame, programs: tuple[str, ...]) -> pl.DataFrame:
    """The loaded releases of the chosen programs."""
    loaded = ledger.in_state(table, "loaded")
    return loaded.filter(pl.col("program").is_in(list(programs))) if programs else loaded


def answer(table: pl.DataFrame) -> str:
    """What became of all rows, in one sentence; `table` are loaded releases."""
    if table.is_empty():
        return "No file of this program is loaded."
    rows, padding, kept, replaced, refused = table.select(_COUNTS).sum().row(0)
    mended = int(ledger.shown(table)["repairs"].sum())
    return (
        f"{counted(rows, 'row')} read from {counted(table.height, 'file')}: {kept:,} kept as "
        f"cases, {refused:,} refused, {replaced:,} replaced by newer ones, {padding:,} empty; "
        f"{counted(mended, 'value')} repaired."
    )


def file(table: pl.DataFrame) -> pl.DataFrame:
    """The choice of a file; the releases that it leaves."""
    names = [EVERY, *table["release"].sort()]
    filters.unknown("file", names)
    chosen = st.selectbox("File", names, key="file", bind="query-params", width=320)
    return table if chosen in {None, EVERY} else table.filter(release=chosen)


def files(table: pl.DataFrame) -> None:
    """Every file with where its rows went."""
    st.subheader("Where every row went", anchor="rows")
    st.caption(ledger.account(table))
    figure.shown(
        ledger.shown(table),
        "quality_files",
        columns={
            "release": "File", "program": "Program", "layout": "Layout", "rows": "Rows",
            "padding": "Empty rows", "kept": "Kept", "replaced": "Replaced", "refused": "Refused",
            "repairs": "Repaired values", "unread": "Without a value",
        },
    )  # fmt: skip
    st.caption(
        "Rows = empty + kept + replaced + refused. Replaced: another row of the same case, in this "
        "file or another, has a newer decision. A repaired value is marked in its row, and the "
        "value as filed stands beside it. Without a value: the cell has text, and it is no date, "
        "amount or code."
    )
    if others := [f"- {plain(finding.text)}" for finding in check.editions(table)]:
        st.warning("\n".join(others), icon=":material/warning:")


def _summed(parts: list[pl.DataFrame], by: list[str]) -> pl.DataFrame:
    """Counts of several files by what they are of, with how many files have them; most first."""
    return (
        pl.concat(parts)
        .group_by(by)
        .agg(pl.col("rows").sum(), files=pl.len())
        .sort("rows", *by, descending=[True] + [False] * len(by))
    )


def refusals(table: pl.DataFrame, in_use: LakeInUse) -> None:
    """The refused rows by the rule that they broke, and the rows as a file."""
    st.subheader("Rows that were refused", anchor="refused")
    broken = [ledger.refusals(row) for row in table.rows(named=True)]
    found = _summed(broken, ["rule", "promise"]) if broken else pl.DataFrame()
    if found.is_empty():
        st.caption("None: every row with content became a case, or is an older row of one.")
        return
    wrapped.draw(
        found, {"rule": "Rule", "promise": "What it asks for", "rows": "Rows", "files": "Files"}
    )
    st.download_button(
        "Refused rows as CSV",
        lambda: tables.csv(taken(in_use.path, table["release"].to_list())),
        "filing-history-refused-rows.csv", "text/csv", icon=":material/download:",
        key="refused_csv", on_click="ignore",
    )  # fmt: skip
    st.caption(
        "With file, row and rule, so that you find them in DOL's file. A refused row can have "
        "anything in any cell, so names are left out, and numbers and statuses that are none."
    )


def taken(path: Path, releases: list[str]) -> pl.DataFrame:
    """The refused rows of these releases, as they may leave the machine.

    Columns release, row (from 1, with the header), rule, case_number where it has the shape of
    one, status_raw where it is one, decision_date. A row that is out of line can have a person's
    name in any of its cells.
    """
    status = pl.col("status_raw")
    return (
        lake.refused(path)
        .filter(pl.col("release").is_in(releases))
        .select(
            "release",
            "row",
            "rule",
            case_number=pl.when(pl.col("case_number").str.contains(case_numbers())).then(
                "case_number"
            ),
            status_raw=pl.when(clean.letters(status).is_in(list(codes("statuses")))).then(status),
            decision_date="decision_date",
        )
        .sort("release", "row")
        .collect()
    )


def repairs(table: pl.DataFrame) -> None:
    """What was mended, by kind, with what a repair does."""
    st.subheader("What was repaired", anchor="repairs")
    made = [ledger.repairs(row) for row in table.rows(named=True)]
    found = _summed(made, ["column", "what"]) if made else pl.DataFrame()
    if found.is_empty():
        st.caption("Nothing: every value could be taken as it was filed.")
        return
    wrapped.draw(
        found.with_columns(pl.col("column").replace(_MENDED).str.replace_all("_", " ")),
        {"column": "Of", "what": "What was found and done", "rows": "Rows", "files": "Files"},
    )


def drift(table: pl.DataFrame) -> None:
    """Columns that DOL added since the record layout was described, and notes of the reading."""
    st.subheader("Columns that DOL added, and notes", anchor="drift")
    said = [
        (row["release"], row["layout"], ", ".join(row["added_columns"] or []),
         "; ".join(row["notes"] or []))
        for row in table.sort("release").rows(named=True)
        if row["added_columns"] or row["notes"]
    ]  # fmt: skip
    if not said:
        st.caption("None: every file has the columns of its record layout, and no other.")
        return
    wrapped.draw(
        pl.DataFrame(said, schema=["release", "layout", "added", "notes"], orient="row"),
        {"release": "File", "layout": "Layout", "added": "New columns", "notes": "Notes"},
    )


# -------------------------------------------------------------------------------------- the totals


@st.cache_resource(max_entries=2, show_spinner="Comparing with the published totals…")
def compared(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    """Our totals beside the published ones, as loaders.check.compared gives them."""
    return check.compared(Path(path))


def totals(found: pl.DataFrame, programs: tuple[str, ...]) -> None:
    """Whether our totals are the published ones, and why not where they are not."""
    st.subheader("Do our totals agree with the published ones?", anchor="totals")
    rows = found.filter(pl.col("program").is_in(list(programs))) if programs else found
    st.markdown(plain(agreement(rows)))
    rows = rows.drop_nulls("published")
    if rows.is_empty():
        return
    number = st.column_config.NumberColumn
    st.dataframe(
        rows.with_columns(
            pl.col("program").cast(pl.String).str.to_uppercase(),
            status=pl.col("status").str.to_titlecase().replace({"Any": "All"}),
            why=pl.coalesce("why", pl.lit("as published")),
        ),
        hide_index=True,
        placeholder="-",
        column_order=(
            "program", "fiscal_year", "status", "published", "here", "difference", "why", "source",
        ),
        column_config={
            "program": "Program",
            "fiscal_year": number("Fiscal year", format="FY%d"),
            "status": "Status",
            "published": number("Published", format="localized"),
            "here": number("Here", format="localized"),
            "difference": number("Difference", format="localized"),
            "why": "What it means",
            "source": "Counted how",
        },
        key="quality_totals",
    )  # fmt: skip
    st.caption(
        "The same as `python -m loaders check`. A total over all years needs every later file as "
        "well: a case can be decided anew in a later one, and is then counted there. A difference "
        "of more than one in a thousand that nothing explains is wrong."
    )


def agreement(rows: pl.DataFrame) -> str:
    """How many totals agree, how many differ and are explained, and which years have none."""
    known = rows.drop_nulls("published")
    if known.is_empty():
        return "No total was published of the files that are loaded."
    off = known.filter(pl.col("difference") != 0)
    wrong = off.filter("wrong").height
    short = off.filter((pl.col("missing") > 0) & ~pl.col("wrong")).height
    years = rows.filter(pl.col("published").is_null()).select("program", "fiscal_year").n_unique()
    parts = {
        f"{known.filter(difference=0).height} of {counted(known.height, 'total')} agree to the "
        "case": True,
        f"{short} differ by what files hold that are not loaded": short,
        f"{off.height - short - wrong} differ by less than one in a thousand or as explained below":
        off.height - short - wrong,
        f"{wrong} are wrong by more than one in a thousand": wrong,
        f"{known['here'].null_count()} cannot be counted": known["here"].null_count(),
        f"for {counted(years, 'fiscal year')} no total is known": years,
    }  # fmt: skip
    return "; ".join(said for said, many in parts.items() if many) + "."


# --------------------------------------------------------------------------------------- the cells


@st.cache_resource(max_entries=4, show_spinner="Counting what is filled in…")
def filled(version: str, path: str, *, every: bool) -> pl.DataFrame:  # noqa: ARG001
    """What is filled in, by groups of columns or by every column."""
    groups = quality.columns() if every else quality.GROUPS
    return quality.filled(lake.filings(Path(path)), asking(), groups).collect()


def asking() -> dict[str, list[str]]:
    """For each column the record layouts that ask for it, or for what it is made from."""
    return {
        name: [
            one.id
            for one in layouts()
            if not one.fields.keys().isdisjoint(MADE_FROM.get(name, (name,)))
        ]
        for name in quality.columns()
    }


def cells(in_use: LakeInUse, coverage: pl.DataFrame, programs: tuple[str, ...]) -> None:
    """How much of what the forms ask for is there, by fiscal year."""
    st.subheader("What the forms ask for, and what they tell", anchor="filled")
    filters.unknown("rows", ROWS)
    rows = st.segmented_control(
        "Rows", ROWS, default=ROWS[0], required=True, key="rows", bind="query-params"
    )
    found = filled(*in_use.at, every=rows == ROWS[1])
    if programs:
        found = found.filter(pl.col("program").is_in(list(programs)))
    if found.is_empty():
        st.info("No file of this program is loaded.")
        return
    said = told(found)
    st.markdown(plain(said))
    years = (int(found["fiscal_year"].min()), int(found["fiscal_year"].max()))  # type: ignore[arg-type]
    caption = Caption(
        "Cells with a value, % of those asked for",
        tuple(word(one) for one in programs),
        about.source(in_use),
        about.partial_years(coverage, found, years),
        sample=in_use.is_sample,
    )
    table = lake.releases(in_use.path)
    releases = of_program(table, programs)
    kept, every = (int(one["kept"].sum()) for one in (releases, of_program(table, ())))
    figure.draw(
        lambda dark: charts.filled(found, years=years, caption=replace(caption, dark=dark)),
        found.with_columns(pl.col("program").cast(pl.String).str.to_uppercase()),
        "quality-filled",
        alt=f"Heat table of the cells with a value, by column and fiscal year. {said}",
        columns={
            "group": "Column", "fiscal_year": "Fiscal year", "program": "Program",
            "share": "With a value", "told": "Cells with a value", "blank": "Left blank",
            "not_asked": "Not on this form", "cells": "All cells",
        },
        about=Provenance(
            _CELLS, kept,
            {"other programs": every - kept} if programs else {},
            releases=tuple(releases["release"].sort()),
        ),
        headline=plain(said),
    )  # fmt: skip
    st.caption(
        "A ring: not on this form, so nobody could say it. 0: the form asks, and nothing stands "
        "in the files that are loaded. 99+: nearly all. No mark: no file of the year is loaded."
    )


def told(found: pl.DataFrame) -> str:
    """How much of what is asked for is there, and of what there is least."""
    asked, there = int(found["asked"].sum()), int(found["told"].sum())
    never = int(found["not_asked"].sum())
    least = quality.least_told(found)
    if not asked or least is None:
        return "Too few cases to say how much is filled in."
    return (
        f"{there / asked:.1%} of what the forms ask for has a value. Least: {least['group']} "
        f"({word(str(least['program']))}), {least['share']:.1%} of {least['asked']:,} cells. "
        f"{never / (asked + never):.1%} of all cells are on no form of their year."
    )
