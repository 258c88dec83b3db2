"""The names of employers and brands, for tables that know them by `schema.identity`."""

from pathlib import Path

import polars as pl
import streamlit as st

from loaders import lake


@st.cache_resource(max_entries=2, show_spinner=False)
def _every(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    """The name of each identity: value, name."""
    at = Path(path)
    return pl.concat(
        every.select(value=pl.format(f"{kind} {{}}", f"{kind}_id"), name=kind)
        for kind, every in (("brand", lake.brands(at)), ("employer", lake.employers(at)))
    ).unique("value").collect()  # fmt: skip


def named(table: pl.DataFrame, version: str, path: str, identity: str = "value") -> pl.DataFrame:
    """The table with the name of each identity in `name`, in its order."""
    return table.join(
        _every(version, path), left_on=identity, right_on="value", how="left",
        maintain_order="left",
    ).with_columns(name=pl.coalesce("name", identity))  # fmt: skip
