"""The shortlist's pipeline: listings, whom they mean, and what those filed for their roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, provenance, shortlist
from loaders import lake, match, roles
from loaders.index import Index
from loaders.releases import years_said
from loaders.sample import LakeInUse
from pages.parts.keyed import BY_EVERY_ROW
from pages.parts.ledger import in_state
from pages.parts.role import CASES

_LAST = 3
_OTHERS, _NONE = shortlist.ANSWERS[2:4]
_ROW = "listing"
_INTERNSHIP = pl.any_horizontal(
    "internship", pl.col("listing_seniority").cast(pl.String) == "intern"
).fill_null(value=False)


@dataclass(frozen=True, slots=True)
class Years:
    """The loaded fiscal years, and those of them that a trend and a comparison of pay are of."""

    loaded: tuple[int, ...]
    trend: tuple[int, ...]
    pay: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A person's listings beside a lake: whom they mean, and how the parts of a score weigh."""

    in_use: LakeInUse
    index: Index
    coverage: pl.DataFrame
    choices: pl.DataFrame
    joined: pl.DataFrame
    weighed: Mapping[str, float]

    @property
    def years(self) -> Years:
        """The fiscal years that trend and pay are of."""
        return years(self.coverage)

    def made(self, definition: str) -> provenance.Provenance:
        """Where the numbers come from."""
        asks = asked(self.joined, self.index)
        return _made(*self.in_use.at, asks, definition)


def years(coverage: pl.DataFrame) -> Years:
    """All loaded years, the last three, and those of the last three fiscal years."""
    loaded = coverage["fiscal_year"].unique().sort().to_list()
    return Years(
        tuple(loaded),
        tuple(loaded[-_LAST:]),
        tuple(year for year in loaded if year > loaded[-1] - _LAST),
    )


@st.cache_resource(max_entries=4, show_spinner="Looking up who that is…", hash_funcs=BY_EVERY_ROW)
def joined(
    version: str,  # noqa: ARG001
    path: str,  # noqa: ARG001
    table: pl.DataFrame,
    choices: pl.DataFrame,
    _index: Index,
) -> pl.DataFrame:
    """The listings with their decisions, and `listing`, their number."""
    return match.joined(table, _index, choices).with_row_index("listing")


def asked(joined: pl.DataFrame, index: Index) -> pl.DataFrame:
    """What the listings with a known employer and a clear role ask, as shortlist.ASKED."""
    members = index.members.group_by("brand_id").agg(members=pl.len())
    known = joined.filter(shortlist.unasked().is_null()).join(
        members, on="brand_id", how="left", maintain_order="left"
    )
    # What a company filed for its owners is its own here, too: it was asked for by its name.
    first = pl.col("employer_ids").list.first()
    sold = pl.col("brand_id").is_null() & first.is_in(index.members["employer_id"].implode())
    unit = (pl.col("employer_ids").list.len() < pl.col("members")) | sold
    return known.select(
        "listing",
        identity=pl.when(unit)
        .then(pl.format("unit {} {}", pl.col("brand_id").fill_null(first), "brand"))
        .when(pl.col("brand_id").is_not_null())
        .then(pl.format("brand {}", "brand_id"))
        .otherwise(pl.format("employer {}", first)),
        brand_id="brand_id",
        unit_ids=pl.when(unit).then("employer_ids"),
        role="listing_role",
        state="listing_state",
        annual_pay_low="annual_pay_low",
    ).cast(pl.Schema(shortlist.ASKED))


def _roles(asks: pl.DataFrame) -> dict[str, str]:
    return roles.within(asks["role"].drop_nulls().unique().sort())


@st.cache_resource(
    max_entries=16, show_spinner="Reading the filings of these roles…", hash_funcs=BY_EVERY_ROW
)
def _measured(
    version: str,  # noqa: ARG001
    path: str,
    asks: pl.DataFrame,
    of: Years,
) -> pl.DataFrame:
    at = Path(path)
    few = shortlist.relevant(lake.filings(at), asks, _roles(asks)).collect()
    of_all = shortlist.withdrawn(lake.filings(at), asks).rename({"withdrawals": "all_withdrawals"})
    return (
        shortlist.measured(
            few.lazy(), asks, sums=lake.by_employer(at), loaded=of.loaded, years=of.trend,
            pay_years=of.pay,
        )
        .join(of_all, on="identity", how="left")
        .collect()
    )  # fmt: skip


def rows(view: View) -> pl.DataFrame:
    """Every listing with its `answer` (shortlist.ANSWERS) and what was found, best first.

    What of shortlist.placed has a name that listings have, too, begins with `role_`. `recent` are
    the years of pay and waiting times, in words.
    """
    in_use, joined = view.in_use, view.joined
    asks = asked(joined, view.index)
    what = _measured(*in_use.at, asks, view.years)
    found = what.lazy().pipe(shortlist.placed, view.weighed).collect()
    both = {one: f"role_{one}" for one in found.columns if one in joined.columns and one != _ROW}
    return (
        joined.join(found.drop("identity", "role", "state").rename(both), on=_ROW, how="left")
        .with_columns(all_cases=pl.sum_horizontal("lca_cases", "perm_cases"))
        .with_columns(
            # None observed is nobody whose filings we have.
            answer=pl.coalesce(
                shortlist.unasked(),
                pl.when(pl.col("answer") == _NONE, pl.col("all_cases") > 0)
                .then(pl.lit(_OTHERS))
                .otherwise("answer"),
            ).cast(pl.Enum(shortlist.ANSWERS)),
            recent=pl.lit(years_said(view.years.pay)),
            spellings=pl.col("filed_names").list.len(),
            # An internship's pay is no offer for the full-time role.
            market_percentile=pl.when(~_INTERNSHIP).then("market_percentile"),
        )
        .sort(
            "answer", "place", "cases", "listing",
            descending=[False, False, True, False], nulls_last=True,
        )
    )  # fmt: skip


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=BY_EVERY_ROW)
def _made(version: str, path: str, asks: pl.DataFrame, said: str) -> provenance.Provenance:  # noqa: ARG001
    """Where the shortlist's numbers come from."""
    at, every = Path(path), asks["role"].has_nulls()
    test = pl.lit(value=True) if every else counts.of_role(_roles(asks))
    row = provenance.steps(lake.filings(at), {"role": test}).collect().row(0, named=True)
    loaded = in_state(lake.releases(at), "loaded")
    return provenance.made(row, f"{said} {CASES}", tuple(loaded["release"].sort()))
