"""How right the employers are on real names, against labels that were made by reading.

`dev` was read while brands and rules were written. `first` to `fifteenth` were labelled by
others, blind to the code, scored once, and read only then: docs/accuracy.md has those scores.
`held_out` and the `second` to `fourth_held_out` were never read: their errors are not to be looked
at.
"""

import polars as pl
import pytest

from loaders import brands, clean, employers, evaluate
from loaders.index import Index
from loaders.schema import Staged
from tests.conftest import ROOT

TRUTH = ROOT / "tests" / "truth"


def real_names(shared) -> pl.LazyFrame:
    """The filers of all real PERM rows, as Staged as far as identity reads it."""
    rows = pl.concat(
        (pl.scan_parquet(path, glob=False) for path in sorted((shared / "realdata/perm").glob("*.parquet"))),
        how="diagonal_relaxed",
    ).select(
        "employer_name", "employer_city", "worksite_city", "naics_code",
        program=pl.lit("perm"),
        employer_state=clean.state(pl.col("employer_state")),
        worksite_state=clean.state(pl.col("worksite_state")),
        fiscal_year=pl.col("fiscal_year").cast(pl.Int32),
        decision_date=pl.col("decision_date").cast(pl.String).str.head(10).str.to_date(strict=False),
    )  # fmt: skip
    absent = {
        n: c.dtype for n, c in Staged.columns().items() if n in {"employer_fein", "employer_dba"}
    }
    return rows.with_columns(
        clean.plain(pl.col("employer_name", "employer_city", "worksite_city", "naics_code")),
        *(pl.lit(None, kind).alias(name) for name, kind in absent.items()),
    )


@pytest.fixture(scope="module")
def index(shared, tmp_path_factory) -> Index:
    rows = real_names(shared)
    unit = employers.identified(employers.units(rows).collect())
    brand = employers.branded(unit)
    placed = employers.placed(unit, brand).drop("periods").lazy()
    counted = (
        rows.join(placed, on=employers.UNIT, how="left", nulls_equal=True)
        .with_columns(brand_id=employers.brand_on(pl.col("decision_date"), placed.collect()))
        .pipe(employers.counted)
        .collect()
    )
    filed = employers.filed_names(unit, brand, counted)
    made = Index(tmp_path_factory.mktemp("index"))
    table = employers.employers(unit, filed)
    made.__dict__.update(
        aliases=employers.aliases(unit, brand, filed).sort("loose"),
        employers=table.sort("employer_id").with_columns(
            cases=pl.col("lca_cases") + pl.col("perm_cases")
        ),
        names=filed.sort("employer_id"),
        brands=brands.brands(),
        years="PERM",
    )
    return made


def test_listings_are_matched_to_the_employers_that_people_mean(index):
    floors = {
        "listings_dev": {"precision of matches": 0.99, "recall of filings": 0.99},
        "listings_first": {"precision of matches": 0.99, "recall of filings": 0.99},
        "listings_second": {"precision of matches": 0.98, "recall of filings": 0.98},
        "listings_third": {"precision of matches": 0.98, "recall of filings": 0.99},
        "listings_fourth": {"precision of matches": 0.99, "recall of filings": 0.97},
        "listings_fifth": {"precision of matches": 0.99, "recall of filings": 0.99},
        "listings_sixth": {"precision of matches": 0.99, "recall of filings": 0.93},
        "listings_seventh": {"precision of matches": 0.99, "recall of filings": 0.99},
        "listings_eighth": {"precision of matches": 0.99, "recall of filings": 0.98},
        "listings_ninth": {"precision of matches": 0.99, "recall of filings": 0.89},
        "listings_tenth": {"precision of matches": 0.99, "recall of filings": 0.98},
        "listings_eleventh": {"precision of matches": 0.99, "recall of filings": 0.98},
        "listings_twelfth": {"precision of matches": 0.99, "recall of filings": 0.95},
        "listings_thirteenth": {"precision of matches": 0.99, "recall of filings": 0.97},
        "listings_fourteenth": {"precision of matches": 0.99, "recall of filings": 0.99},
        "listings_fifteenth": {"precision of matches": 0.99, "recall of filings": 0.98},
        "listings_held_out": {"precision of matches": 0.99, "recall of filings": 0.98},
    }
    assert floors.keys() == {one.stem for one in TRUTH.glob("listings_*.csv")}
    for name, least in floors.items():
        score = evaluate.listings(pl.read_csv(TRUTH / f"{name}.csv", infer_schema=False), index)
        for measure, floor in least.items():
            assert (score.measures[measure] or 0) >= floor, (name, measure, *score.errors[:9])


def test_spellings_are_grouped_and_strangers_are_not(index):
    floors = {
        "groups_dev": {"pairwise precision": 0.995, "pairwise recall": 0.97},
        "groups_first": {"pairwise precision": 0.995, "pairwise recall": 0.97},
        "groups_second": {"pairwise precision": 0.995, "pairwise recall": 0.97},
        "groups_third": {"pairwise precision": 0.985, "pairwise recall": 0.96},
        "groups_fourth": {"pairwise precision": 0.995, "pairwise recall": 0.98},
        "groups_fifth": {"pairwise precision": 0.995, "pairwise recall": 0.99},
        "groups_sixth": {"pairwise precision": 0.98, "pairwise recall": 0.925},
        "groups_seventh": {"pairwise precision": 0.99, "pairwise recall": 0.93},
        "groups_held_out": {"pairwise precision": 0.96, "pairwise recall": 0.955},
        "groups_second_held_out": {"pairwise precision": 0.97, "pairwise recall": 0.95},
        "groups_third_held_out": {"pairwise precision": 0.97, "pairwise recall": 0.98},
        "groups_fourth_held_out": {"pairwise precision": 0.995, "pairwise recall": 0.94},
    }
    assert floors.keys() == {one.stem for one in TRUTH.glob("groups_*.csv")}
    for name, least in floors.items():
        score = evaluate.groups(pl.read_csv(TRUTH / f"{name}.csv", infer_schema=False), index)
        for measure, floor in least.items():
            assert (score.measures[measure] or 0) >= floor, (name, measure, *score.errors[:9])
