"""What an employer's filings say of it: its pay beside the market's, its law firms, its flags.

LazyFrame in, LazyFrame out. Wages are annual US dollars; shares 0 to 1, null below FEWEST.
"""

import polars as pl

from analytics.counts import share
from analytics.wages import percentiles, years

SPREAD = ("cases", "p25", "median", "p75")


def beside_market(mine: pl.LazyFrame, market: pl.LazyFrame, by: str = "role") -> pl.LazyFrame:
    """An employer's offered wages by `by`, beside those of all employers, most cases first.

    The market of each value of `by` is of the fiscal years in which the employer has a wage there:
    wages rise, and years before it came would make its pay look high. Columns `by`, years (those),
    cases, p25, median, p75, the same of the market with `market_` before them, and ratio: its
    median over the market's.
    """
    of, when = [by], years(mine, [by])
    same = market.join(when.explode("years"), left_on=[by, "fiscal_year"], right_on=[by, "years"],
                       how="semi")  # fmt: skip
    others = percentiles(same, of).select(by, pl.col(SPREAD).name.prefix("market_"))
    return (
        percentiles(mine, of)
        .select(by, *SPREAD)
        .join(when, on=by, how="left")
        .join(others, on=by, how="left")
        .with_columns(ratio=pl.col("median") / pl.col("market_median"))
        .sort("cases", by, descending=[True, False], nulls_last=True)
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
        filings.filter(pl.col("program").cast(pl.String) == "lca")
        .group_by("fiscal_year")
        .agg(cases=pl.len(), **said)
        .sort("fiscal_year")
    )


def worksites(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Cases by city and state of the first worksite: city, state, cases, share; most first.

    Cities are told apart without regard to capitals.
    """
    city = pl.col("worksite_city").str.strip_chars().str.to_titlecase()
    return (
        filings.filter(city.is_not_null() | pl.col("worksite_state").is_not_null())
        .group_by(city=city, state="worksite_state")
        .agg(cases=pl.len())
        .with_columns(named=pl.col("cases").sum())
        .with_columns(share=share("cases", "named"))
        .drop("named")
        .sort("cases", "city", "state", descending=[True, False, False], nulls_last=True)
    )
