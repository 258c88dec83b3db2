"""Occupation codes through time: a filed code of any vintage to the SOC of 2018.

The vintage is decided by the code, row by row: most codes stand in one vintage alone, and those
that stand in several kept their meaning. The tables are in data/soc: the occupations of 2018, the
codes that changed since 2000, what DOL's wage determinations use instead, and which occupations
of 2018 were one before.
"""

from functools import cache

import polars as pl

from loaders.facts import DATA
from loaders.schema import SOC_MAPS

SOC = DATA / "soc"


@cache
def _table(name: str) -> pl.DataFrame:
    return pl.read_csv(SOC / f"{name}.csv", infer_schema=False, glob=False)


@cache
def titles() -> dict[str, str]:
    """The occupations of 2018: code to title."""
    return dict(_table("occupations").select("soc_code", "title").rows())


@cache
def changes() -> dict[str, tuple[str, str]]:
    """Codes that are not of 2018: to their code of 2018 and how, one of SOC_MAPS."""
    rows = _table("changes").select("code", "soc_code", "soc_map").rows()
    return {code: (to, how) for code, to, how in rows}


@cache
def splits() -> dict[str, str]:
    """Occupations of 2018 that earlier codes did not tell apart: code to the earlier title."""
    return dict(_table("splits").select("soc_code", "title").rows())


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
