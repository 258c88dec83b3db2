"""The names of employers and brands, for tables that know them by `ranking.identity`."""

from pathlib import Path

import polars as pl

from loaders import lake


def named(table: pl.DataFrame, path: str, identity: str = "value") -> pl.DataFrame:
    """The table with the name of each identity in `name`, in its order."""
    at = Path(path)
    known = pl.concat(
        every.select(value=pl.format(f"{kind} {{}}", f"{kind}_id"), name=kind)
        for kind, every in (("brand", lake.brands(at)), ("employer", lake.employers(at)))
    ).unique("value")
    return (
        table.lazy()
        .join(known, left_on=identity, right_on="value", how="left", maintain_order="left")
        .with_columns(name=pl.coalesce("name", identity))
        .collect()
    )
