"""What a person chose: whom a listing's name means, kept in a CSV that travels.

A choice is of a name, in one state or where none is named. Neither brand nor employer in it means
that the person looked, and it is none of the candidates.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock

from loaders import clean, names, storage

CHOICES = {
    "listing_name": pl.String,
    "listing_state": pl.String,
    "brand_id": pl.String,
    "employer_id": pl.String,
    "unit": pl.String,
    "chosen_date": pl.Date,
}
_LATER = ("unit", "chosen_date")  # not in files from before there was one


def file() -> Path:
    """Where choices are kept: `FILINGS_CHOICES`, or data/employers/choices.csv."""
    return Path(os.environ.get("FILINGS_CHOICES") or names.EMPLOYERS / "choices.csv")


def kept() -> pl.DataFrame:
    """The choices so far, as CHOICES; ValueError for a file that is no such table."""
    path = file()
    if not path.exists():
        return pl.DataFrame(schema=CHOICES)
    try:
        return read(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} is no table of choices ({error}): mend or delete it.") from error


def read(content: bytes) -> pl.DataFrame:
    """The choices in a CSV, dated or not, as CHOICES; ValueError for another table."""
    try:
        table = pl.read_csv(content, infer_schema=False)
        absent = [name for name in CHOICES if name not in table.columns]
        if missing := ", ".join(name for name in absent if name not in _LATER):
            raise ValueError(f"it has no column {missing}")
        whole = table.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
        return (
            whole.select(*CHOICES)
            .with_columns(pl.col("chosen_date").str.to_date("%Y-%m-%d"))
            .drop_nulls("listing_name")
        )
    except pl.exceptions.PolarsError as error:
        raise ValueError(str(error).split("\n")[0]) from error


def of(name: str, state: str | None, choices: pl.DataFrame) -> dict[str, Any] | None:
    """The choice that decides a name in a state, where there is one."""
    asked = latest(pl.DataFrame([(name, state)], schema=_asked(), orient="row"))
    found = latest(choices).join(asked, on=["loose", "state"], how="semi", nulls_equal=True)
    return found.row(0, named=True) if found.height else None


def choose(
    name: str,
    state: str | None,
    brand_id: str | None,
    employer_id: str | None,
    unit: str | None = None,
) -> None:
    """Remember whom a listing's name means; neither brand nor employer: none of the candidates."""
    today = datetime.now(tz=UTC).astimezone().date()
    row = (name, state, brand_id, employer_id, unit, today)
    take(pl.DataFrame([row], schema=CHOICES, orient="row"))


def take(taken: pl.DataFrame) -> None:
    """Add choices (CHOICES); they replace those of the same name in the same state."""
    _change(lambda so_far: latest(pl.concat([so_far, taken])).select(*CHOICES))


def forget(name: str, state: str | None) -> None:
    """Undo what was chosen for a name in a state, or where none is named."""
    _change(lambda so_far: _but(so_far, pl.DataFrame([(name, state)], _asked(), orient="row")))


def _asked() -> dict[str, type[pl.DataType]]:
    return {"listing_name": pl.String, "listing_state": pl.String}


def latest(table: pl.DataFrame) -> pl.DataFrame:
    """The last row of each name and state, with both as they are compared: `loose` and `state`.

    Names without a letter are left out.
    """
    return (
        table.with_columns(
            loose=names.loose(names.key(pl.col("listing_name"))),
            state=clean.state(pl.col("listing_state")),
        )
        .drop_nulls("loose")
        .unique(["loose", "state"], keep="last", maintain_order=True)
    )


def _but(choices: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    by = ["loose", "state"]
    return (
        latest(choices).join(latest(others), on=by, how="anti", nulls_equal=True).select(*CHOICES)
    )


def _change(change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")), storage.replacing(path) as making:
        change(kept()).write_csv(making)
