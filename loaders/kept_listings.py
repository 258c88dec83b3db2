"""The listings that a person keeps on this machine: one file beside the choices."""

from pathlib import Path

import polars as pl
from filelock import FileLock

from loaders import choices, storage
from loaders.listings import LISTING, SAME


def file() -> Path:
    """Where listings are kept: `listings.parquet` beside the choices."""
    return choices.file().with_name("listings.parquet")


def kept() -> pl.DataFrame:
    """The kept listings, as LISTING; ValueError for a file that is no such table."""
    path = file()
    if not path.exists():
        return pl.DataFrame(schema=LISTING)
    try:
        table = pl.read_parquet(path, glob=False)
        if "title_words" not in table.columns:  # kept before titles of running text were told apart
            table = table.with_columns(title_words=pl.lit(None))
        return table.select(list(LISTING)).cast(LISTING)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ValueError(f"{path} is no table of listings: delete it.") from error


def with_kept(listings: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The listings that were kept before, and behind them those that are none of them.

    Without a name or a title it is where they were read that tells them apart.
    """
    name = pl.col("listing_name").str.to_lowercase()
    unsure = pl.any_horizontal(pl.col("listing_name", "listing_title").is_null())
    same = pl.struct(name, *SAME[1:], pl.when(unsure).then("source")).struct.json_encode()
    return pl.concat(
        [before, listings.filter(~same.is_in(before.select(same).to_series().implode()))]
    )


def keep(listings: pl.DataFrame) -> None:
    """Keep these listings (LISTING) and no others; none at all removes the file."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if listings.is_empty():
            path.unlink(missing_ok=True)
            return
        with storage.replacing(path) as making:
            listings.write_parquet(making)
