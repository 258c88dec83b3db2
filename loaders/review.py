"""Pairs of employers that somebody should look at: are these one?

Nothing here decides. A pair that is one goes into data/employers/same.csv or a brand's list, a
pair that is not into the brand's exceptions; both with the reason.
"""

from pathlib import Path

import polars as pl
from rapidfuzz import fuzz, process

from loaders import employers, lake, names
from loaders.facts import rules
from loaders.schema import identity
from loaders.staging import cases_of

KINDS = ("tax number", "brand's word", "alike")
PAIRS = {
    "kind": pl.Enum(KINDS),
    "employer": pl.String,
    "other": pl.String,
    "employer_place": pl.String,
    "other_place": pl.String,
    "employer_cases": pl.Int64,
    "other_cases": pl.Int64,
    "likeness": pl.Float64,
}


def candidates(lake_dir: Path) -> pl.DataFrame:
    """Pairs as PAIRS, those with most cases to win first.

    Employers under one tax number that stay apart, employers whose first word only one brand has,
    and names spelled nearly the same.
    """
    table = (
        lake.employers(lake_dir)
        .with_columns(
            cases=pl.col("lca_cases") + pl.col("perm_cases"),
            place=pl.concat_str("city", "state", separator=", ", ignore_nulls=True),
            key=names.key(pl.col("employer")),
            identity=identity(),
        )
        .with_columns(loose=names.loose(pl.col("key")), word=pl.col("key").str.extract(r"^(\S+)"))
        .collect()
        .with_row_index("at")
    )
    pairs = pl.concat([_by_number(table, lake_dir), _by_word(table), _alike(table)])
    one, other = (
        table.select(
            pl.col("at").alias(at),
            pl.col("identity").alias(f"{at}_identity"),
            pl.col("employer").alias("employer" if at == "one" else "other"),
            pl.col("place").alias(f"{'employer' if at == 'one' else 'other'}_place"),
            pl.col("cases").alias(f"{'employer' if at == 'one' else 'other'}_cases"),
        )
        for at in ("one", "two")
    )
    return (
        pairs.join(one, on="one")
        .join(other, on="two")
        .filter(pl.col("one_identity") != pl.col("two_identity"))
        .unique(["employer", "other", "employer_place", "other_place"], maintain_order=True)
        .sort("other_cases", "employer", "other", descending=[True, False, False])
        .select(*PAIRS)
    )


def _pairs(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("one", "two", "likeness", kind=pl.lit(kind).cast(pl.Enum(KINDS))).cast(
        {"one": pl.UInt32, "two": pl.UInt32, "likeness": pl.Float64}
    )


def _with_largest(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Each row beside the largest of its group: columns one (the largest), two, likeness."""
    return (
        rows.sort("cases", descending=True, maintain_order=True)
        .with_columns(one=pl.col("at").first().over(by), two="at")
        .filter(pl.col("one") != pl.col("two"))
        .with_columns(likeness=pl.lit(None, pl.Float64))
    )


def _by_number(table: pl.DataFrame, lake_dir: Path) -> pl.DataFrame:
    """Those under one tax number; nobody's in object storage, where no tax number is."""
    if not (staged := lake.staged(lake_dir)):
        return _pairs("tax number", pl.DataFrame(schema=["one", "two", "likeness"]))
    found = employers.units(pl.concat(map(cases_of, staged))).collect()
    unit = employers.identified(found)
    shared = unit.join(employers.sound_feins(unit), on=["loose", "employer_fein"]).join(
        table.select("employer_id", "at"), on="employer_id"
    )
    return _pairs(
        "tax number", _with_largest(shared.unique(["employer_fein", "at"]), "employer_fein")
    )


def _by_word(table: pl.DataFrame) -> pl.DataFrame:
    """Employers without a brand whose first word begins the names of one brand alone."""
    rare = ~pl.col("word").is_in(list(names.common_words())) & (pl.col("word").str.len_chars() > 3)  # noqa: PLR2004
    of_brands = (
        table.filter(rare & pl.col("brand_id").is_not_null())
        .group_by("word")
        .agg(pl.col("brand_id").n_unique().alias("brands"))
        .filter(pl.col("brands") == 1)
        .select("word")
    )
    return _pairs("brand's word", _with_largest(table.join(of_brands, on="word"), "word"))


def _alike(table: pl.DataFrame) -> pl.DataFrame:
    bounds = rules()["employers"]
    letters = bounds["alike_letters"]
    rows = list[tuple[int, int, float]]()
    known = table.filter(pl.col("loose").str.len_chars() >= 2 * letters)
    blocks = known.with_columns(block=pl.col("loose").str.head(letters)).partition_by("block")
    for block in blocks:
        larger = block.filter(pl.col("cases") >= bounds["sure_cases"])
        scores = process.cdist(  # pyrefly: ignore[no-matching-overload] - its own scorer
            larger["loose"].to_list(), block["loose"].to_list(),
            scorer=fuzz.ratio, score_cutoff=bounds["alike_score"], workers=-1,
        )  # fmt: skip
        for one, two in zip(*scores.nonzero(), strict=True):
            if larger["cases"][int(one)] > block["cases"][int(two)]:
                rows.append(
                    (larger["at"][int(one)], block["at"][int(two)], float(scores[one, two]))
                )
    return _pairs("alike", pl.DataFrame(rows, schema=["one", "two", "likeness"], orient="row"))
