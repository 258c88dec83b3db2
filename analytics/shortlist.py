"""Listings in the order of how their employers file for their roles, with what that rests on.

LazyFrame in, LazyFrame out. The filings of all roles that are asked for are gone through once,
however many listings ask. Counts are cases, rates 0 to 1, wages annual US dollars, the lower bound
of an offer.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from analytics import perm, ranking, wages
from analytics.counts import of_role, share
from loaders.schema import FEWEST, WAGE_LEVELS, identity

_RATED, _UNRATED, _NONE = ranking.ANSWERS
ANSWERS = (
    _RATED, _UNRATED, "other roles only", _NONE, "not settled", "unclear listing", "outside the US",
)  # fmt: skip
"""What a listing comes to. The first three are of employers that filed."""

NEEDED = (
    "program", "fiscal_year", "received_date", "decision_date", "status", "employer_id",
    "brand_id", "role", "finer_role", "worksite_state", "annual_wage", "annual_prevailing_wage",
    "wage_unit", "full_time", "wage_level", "class_of_admission",
)  # fmt: skip

ASKED = {
    "listing": pl.UInt32,
    "identity": pl.String,
    "brand_id": pl.String,
    "unit_ids": pl.List(pl.String),
    "role": pl.String,
    "state": pl.String,
    "annual_pay_low": pl.Float64,
}
"""What a listing asks: whom (as schema.identity; a campus as `unit` and a name of its own, with
the brand and the employers that make it; a company that was sold as `unit` without a brand), which
role or finer role (null for all), for pay which state (null for all), and where its own pay
stands."""

_PAIR = ("of", "identity")
_EVERY = ""


def unasked() -> pl.Expr:
    """The answer of a listing (loaders.match.joined) that asks nothing of the filings; else null.

    A listing is unclear without a name, and where it has a title that tells no role.
    """
    decision = pl.col("decision").cast(pl.String)
    return (
        pl.when(decision == "not-applicable")
        .then(pl.lit("outside the US"))
        .when(pl.col("listing_name").is_null())
        .then(pl.lit("unclear listing"))
        .when(decision == "choose")
        .then(pl.lit("not settled"))
        .when(decision == "none")
        .then(pl.lit("none observed"))
        .when((pl.col("listing_role") == "other").fill_null(value=False))
        .then(pl.lit("unclear listing"))
    )


def relevant(filings: pl.LazyFrame, asked: pl.DataFrame, roles: Mapping[str, str]) -> pl.LazyFrame:
    """The filings that `measured` needs for `asked` (ASKED).

    Those of its `roles`, as `counts.of_role` takes them; where all roles are asked for, those of
    the employers.
    """
    of_all = asked.filter(pl.col("role").is_null())
    return filings.filter(of_role(roles) | _of_any(of_all)).select(NEEDED)


def measured(
    filings: pl.LazyFrame,
    asked: pl.DataFrame,
    *,
    sums: pl.LazyFrame,
    loaded: Sequence[int] = (),
    years: Sequence[int],
    pay_years: Sequence[int],
) -> pl.LazyFrame:
    """One row for each of `asked` (ASKED): what its employer filed for its role.

    `sums` are loaders.yearly.yearly's of these filings: what is of all employers is told from them.

    Of all `loaded` years: answer (one of ranking.ANSWERS), the parts of a score as ranking.scored
    has them of all employers of the role, cases, certified, decided, denied, rate (null below
    FEWEST), withdrawn (before a decision) and withdrawals (as `withdrawn` has them),
    last_decision_date, levels (cases at I, II, III, IV), told (their sum), perm_cases, tn of
    tn_of (PERM cases that name a class of admission), cases_there (in the state).

    Of `years`: trend (a list, in order). Of `pay_years`: pay_cases, pay_p10, pay_median, pay_p90 of
    the employer in the state, timed and median_days of its PERM cases, market_timed and market_days
    of those of all employers for the role (in whatever state), market_cases, market_p10,
    market_median, market_p90 of all employers there, and market_percentile: the share of the
    market's offers below annual_pay_low, half of equal ones counted. No centile is of fewer than
    FEWEST. All roles together are no market: without a role there is none.
    """
    asked = asked.with_columns(of=pl.col("role").fill_null(_EVERY))
    every = pl.col("of") == _EVERY
    # Else each of the parts below goes through the filings anew.
    market = _of_roles(filings, asked.filter(~every)).cache()
    of_all = filings.filter(_of_any(asked.filter(every))).with_columns(of=pl.lit(_EVERY))
    pairs = asked.lazy().select(_PAIR).unique()
    theirs = pl.concat([market.filter(_of_any(asked)), of_all])
    mine = _with_units(theirs, asked).join(pairs, on=_PAIR, how="semi")
    mine = mine.cache()
    lately = pl.col("fiscal_year").is_in(list(pay_years))
    parties = _with_units(_of_roles(sums, asked), asked)
    of_pair = [
        _parts(parties, asked, loaded),
        _totals(mine, years),
        _withdrawals(mine, _PAIR).with_columns(withdrawn=pl.col("withdrawals").struct["withdrawn"]),
        _waits(mine.filter(lately), _PAIR, cases="timed", median="median_days"),
        _on_tn(mine),
    ]
    of_listing = [
        _own_pay(mine.filter(lately), asked),
        _market(market.filter(lately), asked),
        _standing(market.filter(lately), asked),
        _there(mine, asked),
    ]
    waits = _waits(market.filter(lately), ["of"], cases="market_timed", median="market_days")
    whole = asked.lazy().join(waits, on="of", how="left", maintain_order="left")
    for part in of_pair:
        whole = whole.join(part, on=_PAIR, how="left", maintain_order="left")
    for part in of_listing:
        whole = whole.join(part, on="listing", how="left", maintain_order="left")
    zero = (
        "perm_cases", "denied", "withdrawn", "told", "timed", "market_timed", "tn", "tn_of",
        "cases_there", "certified", "decided", "pay_cases", "market_cases",
    )  # fmt: skip
    return whole.with_columns(pl.col(zero).fill_null(0), rate=share("certified", "decided")).drop(
        "of", "unit_ids", "brand_id", "annual_pay_low"
    )


def withdrawn(filings: pl.LazyFrame, asked: pl.DataFrame) -> pl.LazyFrame:
    """What each identity of `asked` (ASKED) withdrew before a decision, for whatever role.

    Columns identity and withdrawals: cases, withdrawn, and of the fiscal year with most withdrawn
    fiscal_year, year_cases and year_withdrawn.
    """
    few = filings.filter(_of_any(asked)).select("brand_id", "employer_id", "fiscal_year", "status")
    theirs = _with_units(few, asked)
    return _withdrawals(theirs.join(asked.lazy(), on="identity", how="semi"), ["identity"])


def placed(measured: pl.LazyFrame, weights: Mapping[str, float]) -> pl.LazyFrame:
    """What `measured` gave, best first, with score (0 to 1) and place, the rank of the rated."""
    rated = pl.col("answer") == ranking.ANSWERS[0]
    return (
        measured.with_columns(score=ranking.score(weights))
        .with_columns(
            place=pl.when(rated).then("score").rank("min", descending=True).cast(pl.Int64)
        )
        .sort("place", "cases", "listing", descending=[False, True, False], nulls_last=True)
    )


def _of_roles(filings: pl.LazyFrame, asked: pl.DataFrame) -> pl.LazyFrame:
    """The filings under each role that is asked for, `of`: once for each that they are of."""
    roles = asked.lazy().select("of").unique()
    copies = [
        filings.with_columns(of=pl.col(column)).join(roles, on="of", how="semi")
        for column in ("role", "finer_role")
    ]
    if (asked["of"] == _EVERY).any():
        copies.append(filings.with_columns(of=pl.lit(_EVERY)))
    return pl.concat(copies)


def _of_any(asked: pl.DataFrame) -> pl.Expr:
    """Whether a filing is of an employer or a brand that is asked for."""
    sold = asked.filter(pl.col("brand_id").is_null())["unit_ids"].explode().drop_nulls()
    alone = asked["identity"].str.strip_prefix("employer ").append(sold)
    branded = pl.col("brand_id").is_in(asked["brand_id"].drop_nulls().implode())
    told = pl.col("employer_id").is_not_null()
    return told & (branded | pl.col("employer_id").is_in(alone.implode()))


def _with_units(market: pl.LazyFrame, asked: pl.DataFrame) -> pl.LazyFrame:
    """The filings, and those of the asked units once more, as filers of their own."""
    market = market.with_columns(identity=identity())
    units = asked.drop_nulls("unit_ids").unique("identity")
    if units.is_empty():
        return market
    members = units.lazy().select(system="brand_id", unit="identity", employer_id="unit_ids")
    again = market.join(members.explode("employer_id"), on="employer_id").filter(
        pl.col("system").is_null() | (pl.col("brand_id") == pl.col("system"))
    )
    as_filers = again.with_columns(identity="unit", brand_id="unit").drop("unit", "system")
    return pl.concat([market, as_filers])


def _parts(parties: pl.LazyFrame, asked: pl.DataFrame, loaded: Sequence[int]) -> pl.LazyFrame:
    """What `ranking` has of each pair of role and employer."""
    pairs = asked.lazy().select(
        *_PAIR, known=pl.col("identity").str.replace("^unit ", "brand unit ")
    ).unique()  # fmt: skip
    of = pl.col("identity").is_in(asked["identity"].unique().implode())
    unit = pl.col("brand_id").str.starts_with("unit ").fill_null(value=False)
    told = ranking.told(parties, by=["of"], loaded=loaded, of=of, again=unit)
    kept = (*ranking.PARTS, "cases", "certified", "decided", "pay_ratio", "last_decision_date")
    return pairs.join(told, left_on=["of", "known"], right_on=_PAIR, how="left").select(
        *_PAIR,
        pl.col("answer").fill_null(ranking.ANSWERS[2]),
        *kept,
    ).with_columns(pl.col("cases").fill_null(0))  # fmt: skip


def _totals(mine: pl.LazyFrame, years: Sequence[int]) -> pl.LazyFrame:
    level, year = pl.col("wage_level").cast(pl.String), pl.col("fiscal_year")
    return (
        mine.group_by(_PAIR)
        .agg(
            perm_cases=(pl.col("program") == "perm").sum(),
            denied=(pl.col("status").cast(pl.String) == "denied").sum(),
            told=level.is_not_null().sum(),
            **{f"level {one}": (level == one).sum() for one in WAGE_LEVELS},
            **{f"year {one}": (year == one).sum() for one in years},
        )
        .with_columns(
            levels=pl.concat_list(f"level {one}" for one in WAGE_LEVELS),
            trend=pl.concat_list(f"year {one}" for one in years),
        )
        .select(*_PAIR, "perm_cases", "denied", "told", "levels", "trend")
    )


def _withdrawals(mine: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    by_year = mine.group_by(*by, "fiscal_year").agg(
        year_cases=pl.len(),
        year_withdrawn=(pl.col("status").cast(pl.String) == "withdrawn").sum(),
    )
    of_year = ("fiscal_year", "year_cases", "year_withdrawn")
    most = pl.col(of_year).sort_by("year_withdrawn", "fiscal_year").last()
    return (
        by_year.group_by(by)
        .agg(most, cases=pl.col("year_cases").sum(), withdrawn=pl.col("year_withdrawn").sum())
        .select(*by, withdrawals=pl.struct("cases", "withdrawn", *of_year))
    )


def _waits(filings: pl.LazyFrame, by: Sequence[str], **named: str) -> pl.LazyFrame:
    return perm.processing(filings, by).select(*by, *named).rename(named)


def _on_tn(mine: pl.LazyFrame) -> pl.LazyFrame:
    return perm.on_tn(mine, _PAIR).select(*_PAIR, "tn", tn_of="cases")


def _in_its_place(mine: pl.LazyFrame, asked: pl.DataFrame) -> pl.LazyFrame:
    """The filings of each listing's pair in its state."""
    listings = asked.lazy().select("listing", *_PAIR, "state")
    here = pl.col("state").is_null() | (pl.col("worksite_state") == pl.col("state"))
    return listings.join(mine, on=_PAIR).filter(here)


def _there(mine: pl.LazyFrame, asked: pl.DataFrame) -> pl.LazyFrame:
    return _in_its_place(mine, asked).group_by("listing").agg(cases_there=pl.len())


def _own_pay(mine: pl.LazyFrame, asked: pl.DataFrame) -> pl.LazyFrame:
    return _spread(wages.percentiles(_in_its_place(mine, asked), ["listing"]), "pay", ["listing"])


def _spread(percentiles: pl.LazyFrame, name: str, by: Sequence[str]) -> pl.LazyFrame:
    kept = ("cases", "p10", "median", "p90")
    return percentiles.select(*by, **{f"{name}_{one}": pl.col(one) for one in kept})


def _by_place(market: pl.LazyFrame) -> pl.LazyFrame:
    """The offers of each role by state, and once more for all states."""
    offers = market.filter(pl.col("annual_wage").is_not_null())
    return pl.concat(
        [
            offers.filter(pl.col("worksite_state").is_not_null()).with_columns(
                state="worksite_state"
            ),
            offers.with_columns(state=pl.lit(_EVERY)),
        ]
    )


def _places(asked: pl.DataFrame) -> pl.LazyFrame:
    return asked.lazy().select(
        "listing", "of", "annual_pay_low", state=pl.col("state").fill_null(_EVERY)
    )


def _market(market: pl.LazyFrame, asked: pl.DataFrame) -> pl.LazyFrame:
    by = ["of", "state"]
    wanted = _places(asked)
    offers = _by_place(market).join(wanted.select(by).unique(), on=by, how="semi")
    spread = _spread(wages.percentiles(offers, by), "market", by)
    return wanted.select("listing", *by).join(spread, on=by).drop(by)


def _standing(market: pl.LazyFrame, asked: pl.DataFrame) -> pl.LazyFrame:
    """Where the pay of each listing stands among the market's offers."""
    by = ["of", "state"]
    wanted = _places(asked).drop_nulls("annual_pay_low").sort("annual_pay_low")
    ladder = (
        _by_place(market)
        .join(wanted.select(by).unique(), on=by, how="semi")
        .group_by(*by, "annual_wage")
        .agg(offers=pl.len())
        .sort("annual_wage")
        .with_columns(
            up_to=pl.col("offers").cum_sum().over(by, order_by="annual_wage"),
            offers_in_all=pl.col("offers").sum().over(by),
        )
        .select(*by, "annual_wage", "up_to", "offers_in_all")
    )
    below, up_to = (
        wanted.join_asof(
            ladder, left_on="annual_pay_low", right_on="annual_wage", by=by,
            strategy="backward", allow_exact_matches=exact, check_sortedness=False,
        ).select("listing", **{name: pl.col("up_to").fill_null(0)})
        for exact, name in ((False, "below"), (True, "up_to"))
    )  # fmt: skip
    return (
        wanted.join(ladder.group_by(by).agg(pl.col("offers_in_all").first()), on=by)
        .join(below, on="listing")
        .join(up_to, on="listing")
        .filter(pl.col("offers_in_all") >= FEWEST)
        .select(
            "listing",
            market_percentile=(pl.col("below") + pl.col("up_to")) / 2 / pl.col("offers_in_all"),
        )
    )
