"""Employers in the order of how they file: a score whose parts are all shown.

LazyFrame in, LazyFrame out. The weights are data (data/ranking.toml) and can be changed on the
page. Each part is 0 to 1:

* volume: cases of the newest `recent` loaded years, logarithmic against the employer with most;
* consistency: the share of the loaded fiscal years in which it filed;
* recency: 1 if the last year with a twentieth or more of its busiest year's cases is the newest
  loaded one, falling to 0 five loaded years before it: one case after a thousand is no return;
* certification: the lower end of Wilson's interval for certified of decided;
* pay: the mean offer over its prevailing wage, each from 0 at 1.0 or less to 1 at 1.5 or more;
* perm: PERM cases of the newest `recent` loaded years, logarithmic as well; not told where there
  are only PERM cases, of which volume says the same.

Years are fiscal years of which a file is loaded: of the others nothing is known, and an employer
is not held to have stopped in them. A part that cannot be told is null and takes no weight.
"""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from analytics.counts import wilson
from loaders.schema import FEWEST, identity
from loaders.yearly import PAYS_WELL

PARTS = ("volume", "consistency", "recency", "certification", "pay", "perm")
ANSWERS = ("rated", "unrated", "none observed")
STILL_FILES = 1 / 20
"""Of the cases of its busiest year: an employer with fewer than that in a year hardly files."""
_FALLS_OVER = 5
_NOBODY = pl.lit(value=False)


def _over(value: pl.Expr, by: Sequence[str]) -> pl.Expr:
    return value.over(by) if by else value


def _logarithmic(cases: str) -> pl.Expr:
    most = pl.col(f"most {cases}")
    # One that is measured again may have more than any that it is measured by.
    share = (pl.col(cases).log1p() / most.log1p()).clip(0, 1)
    return pl.when(most > 0).then(share).otherwise(0.0)


def score(weights: Mapping[str, float]) -> pl.Expr:
    """The weighted mean of the PARTS that can be told; null where none has a weight."""
    weight = pl.sum_horizontal(
        pl.when(pl.col(part).is_not_null()).then(weights.get(part, 0.0)).otherwise(0.0)
        for part in PARTS
    )
    parts = pl.sum_horizontal(pl.col(part).fill_null(0) * weights.get(part, 0.0) for part in PARTS)
    return pl.when(weight > 0).then(parts / weight)


def scored(
    sums: pl.LazyFrame,
    weights: Mapping[str, float],
    *,
    by: Sequence[str] = (),
    loaded: Collection[int] = (),
    recent: int = 3,
    least: int = FEWEST,
) -> pl.LazyFrame:
    """One row an employer or brand, best first; with `by` for each of its groups, each by itself.

    `sums` are as loaders.yearly.yearly makes them; `loaded` are the fiscal years of which there are
    files, at first those in which anybody filed. Columns `by`, identity, brand_id, employer_id
    (null for a brand), cases, recent_cases, perm_cases (recent ones), years (fiscal years with a
    case), last_decision_date, certified, decided, pay_ratio (the mean offer over its prevailing
    wage, each counted from 1.0 to 1.5), the PARTS, score (0 to 1, weighted over the parts that
    can be told), answer (rated, or unrated below `least` cases) and rank (of the rated).
    """
    rated = pl.col("answer") == ANSWERS[0]
    place = pl.when(rated).then("score").rank("min", descending=True)
    return (
        told(sums, by=by, loaded=loaded, recent=recent, least=least)
        .with_columns(score=score(weights))
        .with_columns(rank=_over(place, by).cast(pl.Int64))
        .sort(
            *by, "rank", "cases", "identity",
            descending=[False] * len(by) + [False, True, False], nulls_last=True,
        )
    )  # fmt: skip


def told(
    sums: pl.LazyFrame,
    *,
    by: Sequence[str] = (),
    loaded: Collection[int] = (),
    recent: int = 3,
    least: int = FEWEST,
    of: pl.Expr | None = None,
    again: pl.Expr = _NOBODY,
) -> pl.LazyFrame:
    """What `scored` says of each but for score and rank, in no order.

    `of` (with `by`) tells of which rows of `sums` the answer is: what these employers are measured
    by is still all of them, but for those rows that stand there `again`, under a second name.
    """
    who = [*by, "brand_id", "employer_id"]
    order = {year: place for place, year in enumerate(sorted(loaded))}
    place = (
        pl.col("fiscal_year").replace_strict(order, return_dtype=pl.Int64)
        if order
        else _over(pl.col("fiscal_year").rank("dense"), by).cast(pl.Int64) - 1
    )
    newest = pl.lit(len(order) - 1) if order else _over(pl.col("place").max(), by)
    new = pl.col("place") > pl.col("newest") - recent
    recent_cases = pl.col("cases") * new  # a sum is faster than one of some
    of_perm = pl.col("program") == "perm"
    still = pl.col("cases") >= STILL_FILES * pl.col("cases").max()
    placed = (
        sums.with_columns(
            employer_id=pl.when(pl.col("brand_id").is_null()).then("employer_id"),
            place=place,
        )
        .with_columns(newest=newest, told_apart=_over(of_perm.any() & of_perm.not_().any(), by))
        .with_columns(recent_cases=recent_cases, perm_cases=recent_cases * of_perm)
    )
    lately = ("recent_cases", "perm_cases")
    filers = (
        (placed if of is None else placed.filter(of))
        .group_by(*who, "place")
        .agg(
            pl.col("cases", *lately, "certified", "decided", "paid", "premium").sum(),
            pl.col("last_decision_date").max(),
            pl.col("newest", "told_apart").first(),
        )
        .group_by(who)
        .agg(
            pl.col("cases", *lately, "certified", "decided", "paid", "premium").sum(),
            pl.col("last_decision_date").max(),
            pl.col("newest", "told_apart").first(),
            years=pl.len(),
            last=pl.col("place").filter(still).max(),
        )
    )
    most = [pl.col(one).max().alias(f"most {one}") for one in lately]
    measured = (
        filers.with_columns(_over(one, by) for one in most)
        if of is None
        else placed.filter(new & again.not_())
        .group_by(who)
        .agg(pl.col(lately).sum())
        .group_by(by)
        .agg(most)
        .join(filers, on=by, how="right")
    )
    return (
        measured.with_columns(
            identity=identity(),
            pay_ratio=pl.when(pl.col("paid") > 0).then(
                1 + pl.col("premium") / (1000 * pl.col("paid"))
            ),
        )
        .with_columns(
            volume=_logarithmic("recent_cases"),
            consistency=pl.col("years") / (pl.col("newest") + 1),
            recency=(1 - (pl.col("newest") - pl.col("last")) / _FALLS_OVER).clip(0, 1),
            certification=wilson("certified", "decided")["rate_low"],
            pay=((pl.col("pay_ratio") - 1) / PAYS_WELL).clip(0, 1),
            perm=pl.when("told_apart").then(_logarithmic("perm_cases")),
            answer=pl.when(pl.col("cases") >= least)
            .then(pl.lit(ANSWERS[0]))
            .otherwise(pl.lit(ANSWERS[1])),
        )
        .drop("newest", "told_apart", "last", "paid", "premium", *(f"most {one}" for one in lately))
    )


def trends(sums: pl.LazyFrame, years: Sequence[int]) -> pl.LazyFrame:
    """Cases of each identity in each of these fiscal years: identity, trend (a list, in order)."""
    return (
        sums.group_by(
            "brand_id",
            "fiscal_year",
            employer_id=pl.when(pl.col("brand_id").is_null()).then("employer_id"),
        )
        .agg(pl.col("cases").sum())
        .group_by("brand_id", "employer_id")
        .agg(
            pl.col("cases").filter(pl.col("fiscal_year") == year).sum().alias(str(year))
            for year in years
        )
        .select(identity=identity(), trend=pl.concat_list(map(str, years)))
    )


def of_list(ranking: pl.LazyFrame, identities: Collection[str]) -> pl.LazyFrame:
    """The rows of `scored` for a list of identities, in its order; none observed where none is."""
    asked = pl.LazyFrame(
        {"identity": list(dict.fromkeys(identities))}, schema={"identity": pl.String}
    )
    return (
        asked.join(ranking, on="identity", how="left", maintain_order="left")
        .with_columns(pl.col("answer").fill_null(ANSWERS[2]), pl.col("cases").fill_null(0))
        .sort("rank", "cases", descending=[False, True], nulls_last=True, maintain_order=True)
    )
