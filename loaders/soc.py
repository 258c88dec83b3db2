"""Occupation codes through time: a filed code of any vintage to the SOC of 2018.

The vintage is decided by the code, row by row: most codes stand in one vintage alone, and those
that stand in several kept their meaning. The tables are in data/soc: the occupations of 2018, the
codes that changed since 2000, what DOL's wage determinations use instead, and which occupations
of 2018 were one before.
"""

from functools import cache

import polars as pl

from loaders import facts
from loaders.facts import DATA
from loaders.schema import SOC_MAPS

SOC = DATA / "soc"


@cache
def _table(name: str) -> pl.DataFrame:
    return facts.table(SOC / f"{name}.csv")


@cache
def titles() -> dict[str, str]:
    """The occupations of 2018: code to title."""
    return dict(_table("occupations").select("soc_code", "title").rows())


@cache
def changes() -> dict[str, tuple[str, str]]:
    """Codes that are not of 2018: to their code of 2018 and how, one of SOC_MAPS."""
    rows = _table("changes").select("code", "soc_code", "soc_map").rows()
    return {code: (to, how) for code, to, how in rows}


def code_2018(filed: str | None) -> tuple[str | None, str]:
    """The code of 2018 for a code as filed (NN-NNNN or NN-NNNN.NN), and how it was found.

    exact: it is one. one-to-one: the occupation got another code. primary: it was split, this is
    its main part. detail: the O*NET detail says which part. none: no vintage has it.
    """
    if filed is None:
        return None, "none"
    base = filed[:7]
    if filed in changes():
        return changes()[filed]
    if base in titles():
        return base, "exact"
    return changes().get(base, (None, "none"))


def mapped(filed: pl.Series) -> pl.DataFrame:
    """For distinct filed codes a table of soc_code_filed, soc_code and soc_map."""
    codes = filed.unique().to_list()
    return pl.DataFrame(
        [(code, *code_2018(code)) for code in codes],
        schema={"soc_code_filed": pl.String, "soc_code": pl.String, "soc_map": pl.Enum(SOC_MAPS)},
        orient="row",
    )


@cache
def breaks() -> dict[str, dict[int, str]]:
    """When cases changed to another SOC: by program, fiscal year to its year of issue."""
    found = dict[str, dict[int, str]]()
    for program, year, issue in _table("breaks").select("program", "fiscal_year", "soc").rows():
        found.setdefault(program, {})[int(year)] = issue
    return found


def blurred(code: str, issue: str) -> list[str]:
    """What an occupation of 2018 was told apart from when the SOC of `issue` came; else nothing.

    For 2018 the titles that it was in before; for 2010 the codes of 2000 that were split.
    """
    if issue == "2018":
        was = _table("splits").filter(pl.col("soc_code") == code)
        return was.select(pl.format("{} {}", "was_in", "title")).to_series().to_list()
    old = _table("changes").filter(
        pl.col("soc_code") == code, pl.col("vintage") == "2000", pl.col("soc_map") == "primary"
    )
    return old["code"].to_list()
