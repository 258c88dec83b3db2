"""The data dictionary, made from the schema and the record layouts."""

from collections.abc import Collection
from itertools import groupby

import dataframely as dy
import polars as pl

from loaders.layouts import Layout, layouts
from loaders.releases import years_said
from loaders.schema import Filing

# What each column that is not read as it stands is made from: fields of the layouts.
MADE_FROM = {
    "status": ("status_raw",),
    "fiscal_year": ("decision_date",),
    "first_decision_date": ("decision_date",),
    "original_cert_date": ("original_cert_date", "decision_date"),
    "soc_code_filed": ("soc_code_raw",),
    "soc_code": ("soc_code_raw",),
    "soc_map": ("soc_code_raw",),
    "soc_repair": ("soc_code_raw",),
    "role": ("job_title", "pw_job_title", "soc_code_raw"),
    "finer_role": ("job_title", "pw_job_title"),
    "role_evidence": ("job_title", "pw_job_title", "soc_code_raw"),
    "seniority": ("job_title", "pw_job_title"),
    "wage_from": ("wage_from", "wage_range"),
    "wage_to": ("wage_to", "wage_range"),
    "annual_wage": ("wage_from", "wage_range"),
    "annual_wage_to": ("wage_to", "wage_range"),
    "wage_repair": ("wage_from", "wage_range"),
    "annual_prevailing_wage": ("prevailing_wage",),
    "prevailing_wage_repair": ("prevailing_wage",),
    "job_title": ("job_title", "pw_job_title"),
    "full_time": ("full_time", "part_time"),
    "worksite_count": ("worksite_count", "worksite_block"),
}
OURS = ("program", "layout", "release", "employer_id", "brand_id")
_TYPES: dict[type[dy.Column], str] = {
    dy.String: "text",
    dy.Enum: "one of a list",
    dy.Date: "date",
    dy.Int32: "whole number",
    dy.Float64: "US dollars",
    dy.Bool: "yes or no",
}


def dictionary() -> pl.DataFrame:
    """One row a column of Filing: type in words, meaning, allowed values, and who asks for it."""
    return pl.DataFrame(
        [
            (
                name,
                _TYPES[type(column)],
                column.description,
                ", ".join(map(str, column.categories)) if isinstance(column, dy.Enum) else None,
                *(_asked_in_words(program, name) for program in ("lca", "perm")),
            )
            for name, column in Filing.columns().items()
        ],
        schema=["column", "type", "meaning", "values", "lca", "perm"],
        orient="row",
    )


def found(columns: pl.DataFrame, text: str) -> pl.DataFrame:
    """The columns in whose name, meaning or values every word of the text stands."""
    said = pl.concat_str("column", "type", "meaning", "values", separator=" ", ignore_nulls=True)
    words = (
        said.str.to_lowercase().str.contains(one, literal=True) for one in text.lower().split()
    )
    return columns.filter(pl.all_horizontal(said.is_not_null(), *words))


def _asked_in_words(program: str, name: str) -> str:
    if name in OURS:
        return "added by us"
    return asked(program, *MADE_FROM.get(name, (name,))) or "not asked"


def forms_with(field: str) -> list[str]:
    """The ids of the layouts that ask for a field."""
    return [form.id for form in layouts() if field in form.fields]


def asked(program: str, *fields: str) -> str:
    """The fiscal years whose forms ask for any of the fields, as `spans` says them."""
    return spans(program, {one for field in fields for one in forms_with(field)})


def spans(program: str, of: Collection[str]) -> str:
    """The fiscal years of these layouts of a program: `FY2008 to FY2009, FY2011 on`.

    A layout stands from the year in its name until the next one; where a year has several and not
    all are meant, those that are stand beside it.
    """
    forms = [one for one in layouts() if one.program == program]
    years = [
        (year, list(of_year))
        for year, of_year in groupby(sorted(forms, key=lambda one: one.name), _year)
    ]
    spans, begun = list[str](), None
    for number, (year, of_year) in enumerate(years):
        asking = [one for one in of_year if one.id in of]
        whole = len(asking) == len(of_year)
        if begun is not None and not whole:
            spans.append(years_said(range(begun, year)))
            begun = None
        if asking and not whole:
            until = years[number + 1][0] - 1 if number + 1 < len(years) else year
            names = ", ".join(one.name[5:].replace("-", " ") or "old form" for one in asking)
            spans.append(f"{years_said(range(year, until + 1))} ({names})")
        elif whole and begun is None:
            begun = year
    if begun is not None:
        spans.append("all years" if begun == years[0][0] and not spans else f"FY{begun} on")
    return ", ".join(spans)


def _year(layout: Layout) -> int:
    return int(layout.name[:4])
