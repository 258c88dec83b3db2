"""What an employer's filings say of it: its pay beside the market's, its law firms, its flags.

LazyFrame in, LazyFrame out. Wages are annual US dollars; shares 0 to 1, null below FEWEST.
"""

import polars as pl

from analytics.counts import CENTILES, share
from analytics.wages import percentiles, years
from loaders.schema import FEWEST

SPREAD = ("cases", "p25", "median", "p75")


def offers(filings: pl.LazyFrame, by: str = "role") -> pl.LazyFrame:
    """How often each annual wage was offered: `by`, fiscal_year, annual_wage, offers."""
    offered = filings.filter(pl.col("annual_wage").is_not_null())
    return offered.group_by(by, "fiscal_year", "annual_wage").agg(offers=pl.len())


def beside_market(mine: pl.LazyFrame, market: pl.LazyFrame, by: str = "role") -> pl.LazyFrame:
    """An employer's offered wages by `by`, beside those of all employers, most cases first.

    `mine` are its filings, `market` the `offers` of all in the same programs and places. The market
    of each value of `by` is of the fiscal years in which the employer has a wage there, and each
    year weighs as much as it does with the employer: wages rise, and earlier years of others would
    make late offers look high. Columns `by`, years (those), cases, p25, median, p75, the same of
    the market with `market_` before them, and ratio: its median over the market's.
    """
    return (
        percentiles(mine, [by])
        .select(by, *SPREAD)
        .join(years(mine, [by]), on=by, how="left")
        .join(_weighed(mine, market, by), on=by, how="left")
        .with_columns(ratio=pl.col("median") / pl.col("market_median"))
        .sort("cases", by, descending=[True, False], nulls_last=True)
    )


def _weighed(mine: pl.LazyFrame, market: pl.LazyFrame, by: str) -> pl.LazyFrame:
    """The market's centiles with the years of the employer: null below FEWEST cases.

    As those of the employer they are interpolated between two cases: the first case stands at 0,
    the last at 1, and one between them where the weights before it end.
    """
    when = [by, "fiscal_year"]
    own = mine.filter(pl.col("annual_wage").is_not_null()).group_by(when).agg(own=pl.len())
    there = market.join(own, on=when, how="semi")
    weight = own.join(there.group_by(when).agg(all=pl.col("offers").sum()), on=when).select(
        *when, weight=pl.col("own") / pl.col("all")
    )
    offers, wage = pl.col("offers").sum(), pl.col("annual_wage")
    up_to, one = pl.col("weight").cum_sum(), pl.col("weight") / pl.col("offers")
    first, last = (
        place / (pl.col("weight").sum() - one) for place in (up_to - pl.col("weight"), up_to - one)
    )

    def centile(q: float) -> pl.Expr:
        at, above = first.filter(last >= q).first(), wage.filter(last >= q).first()
        below, under = last.filter(last < q).last(), wage.filter(last < q).last()
        between = under + (q - below) / (at - below) * (above - under)
        return pl.when(offers >= FEWEST).then(pl.when(at <= q).then(above).otherwise(between))

    return (
        there.join(weight, on=when)
        .group_by(by, "annual_wage")
        .agg(pl.col("offers").sum(), weight=pl.col("weight").dot("offers"))
        .sort("annual_wage")
        .group_by(by, maintain_order=True)
        .agg(
            market_cases=offers,
            **{f"market_{name}": centile(CENTILES[name]) for name in SPREAD[1:]},
        )
    )


def law_firms(filings: pl.LazyFrame) -> pl.LazyFrame:
    """The law firms that filed, by business name, most cases first.

    Columns law_firm (the spelling most filed; capitals and punctuation tell no two apart),
    spellings, cases and share of the cases that name a firm.
    """
    name = pl.col("law_firm").str.strip_chars()
    key = name.str.to_uppercase().str.replace_all("&", " AND ").str.replace_all(r"[^A-Z0-9]+", "")
    spelled = (
        filings.filter(key != "")
        .group_by(name, key=key)
        .agg(cases=pl.len())
        .sort("cases", "law_firm", descending=[True, False])
    )
    return (
        spelled.group_by("key", maintain_order=True)
        .agg(pl.col("law_firm").first(), spellings=pl.len(), cases=pl.col("cases").sum())
        .with_columns(named=pl.col("cases").sum())
        .with_columns(share=share("cases", "named"))
        .drop("key", "named")
        .sort("cases", "law_firm", descending=[True, False])
    )


def flags(filings: pl.LazyFrame) -> pl.LazyFrame:
    """What the employer says of itself on its LCAs, by fiscal year, as filed.

    Columns fiscal_year, cases, and for h1b_dependent and willful_violator: {flag}_yes, {flag}_no
    (cases that say so; what the form does not ask, or was left blank, is in neither).
    """
    said = {
        f"{flag}_{word}": (pl.col(flag) == (word == "yes")).sum()
        for flag in ("h1b_dependent", "willful_violator")
        for word in ("yes", "no")
    }
    return (
        filings.filter(pl.col("program") == "lca")
        .group_by("fiscal_year")
        .agg(cases=pl.len(), **said)
        .sort("fiscal_year")
    )
