"""Where a number comes from: which filters, which releases, how many cases, by which definition."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class Provenance:
    """What stands behind a result. Made by `made` from the counts of a pipeline.

    `excluded` says for each filter how many cases it took out, of those that the ones before it
    had left: all = counted + the sum of excluded. `partial` has the fiscal years that are not
    whole, each with the programs of which it is not.
    """

    definition: str
    counted: int
    excluded: dict[str, int] = field(default_factory=dict)
    releases: tuple[str, ...] = ()
    partial: Mapping[int, Collection[str]] = field(default_factory=dict)

    @property
    def all(self) -> int:
        """The cases before any filter."""
        return self.counted + sum(self.excluded.values())


def steps(filings: pl.LazyFrame, filters: Mapping[str, pl.Expr]) -> pl.LazyFrame:
    """One row: how many cases each named filter takes out in turn, and `counted`, what is left."""
    kept, out = pl.lit(value=True), dict[str, pl.Expr]()
    for name, test in filters.items():
        passes = test.fill_null(value=False)
        out[name] = (kept & ~passes).sum()
        kept &= passes
    return filings.select(counted=kept.sum() if filters else pl.len(), **out)


def known(filings: pl.LazyFrame, parts: pl.LazyFrame, why: str) -> pl.LazyFrame:
    """The row that `steps` would give, where `parts` has the `cases` counted: the rest, by why."""
    both = [filings.select(every=pl.len()), parts.select(counted=pl.col("cases").sum())]
    row = pl.concat(both, how="horizontal")
    return row.select("counted", (pl.col("every") - pl.col("counted")).alias(why))


def narrowed(whole: Provenance, row: Mapping[str, int], definition: str) -> Provenance:
    """The provenance of a part: `row` is what `steps` gave of the cases that `whole` counted."""
    part = made(row, definition, whole.releases)
    return Provenance(definition, part.counted, whole.excluded | part.excluded, whole.releases)


def made(row: Mapping[str, int], definition: str, releases: tuple[str, ...]) -> Provenance:
    """The provenance of the one row that `steps` gave."""
    excluded = {name: int(cases) for name, cases in row.items() if name != "counted"}
    return Provenance(definition, int(row["counted"]), excluded, releases)
