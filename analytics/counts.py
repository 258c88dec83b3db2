"""How many cases: which ones match, by period, by what, and how DOL decided them.

LazyFrame in, LazyFrame out. A case is a filing with its newest decision; counts are cases, not
people.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import polars as pl

from analytics.places import named_place
from loaders.schema import CERTIFIED, FEWEST

SPLITS = ("program", "visa_class", "status")
CENTILES = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}

NOT_ASKED, BLANK = "not asked", "blank"
"""Of a visa class that is not there: the form does not ask for one, or it was left blank."""


def terms(text: str) -> list[str]:
    """The words of a search, and its "quoted phrases" as one each."""
    return [phrase or word for phrase, word in re.findall(r'"([^"]+)"|([^\s"]+)', text)]


def titled(text: str) -> pl.Expr:
    """Whether a job title has every term of the text as a word, in any case, one or several.

    `nurse` is in Nurses and not in Nursery; `nurs*` is in all that begin so.
    """
    has = [pl.col("job_title").str.contains(_word(term)) for term in terms(text)]
    return pl.all_horizontal(pl.lit(value=True), *has).fill_null(value=False)


def _word(term: str) -> str:
    stem = term.rstrip("*")
    begins = r"\b" if re.match(r"\w", stem) else ""
    ends = r"(?:'?s|es)?\b" if stem == term and re.search(r"\w$", stem) else ""
    return f"(?i){begins}{pl.escape_regex(stem)}{ends}"


def asked(
    *,
    roles: Mapping[str, str] = MappingProxyType({}),
    words: str = "",
    seniorities: Sequence[str] = (),
    levels: Sequence[str] = (),
    occupations: Sequence[str] = (),
    states: Sequence[str] = (),
    places: Sequence[str] = (),
    visa_classes: Sequence[str] = (),
    statuses: Sequence[str] = (),
    programs: Sequence[str] = (),
    years: tuple[int, int] | None = None,
) -> dict[str, pl.Expr]:
    """What a filing must pass, by what is asked; an empty filter asks nothing.

    `roles` are as `of_role` takes them; `occupations` are codes as filed, NN-NNNN, with all their
    O*NET details; `years` are fiscal years, both included; `states` and `places` (as
    analytics.places spells cities and counties) are the first worksite's.
    """
    filters = {
        "role": (roles, of_role(roles)),
        "words in the title": (terms(words), titled(words)),
        "seniority": (seniorities, _one_of("seniority", seniorities)),
        "level": (levels, _one_of("wage_level", levels)),
        "occupation": (occupations, occupation().is_in(list(occupations))),
        "state": (states, pl.col("worksite_state").is_in(list(states))),
        "place": (places, named_place(places)),
        "visa class": (visa_classes, _one_of("visa_class", visa_classes)),
        "status": (statuses, _one_of("status", statuses)),
        "program": (programs, _one_of("program", programs)),
        "fiscal years": (years, pl.col("fiscal_year").is_between(*(years or (None, None)))),
    }
    return {name: test for name, (on, test) in filters.items() if on}


def _one_of(column: str, values: Sequence[str]) -> pl.Expr:
    return pl.col(column).is_in(list(values))


def decided() -> pl.Expr:
    """Whether DOL certified or denied a case: what was withdrawn before that is not decided."""
    return pl.col("status").is_in([*CERTIFIED, "denied"])


def matching(filings: pl.LazyFrame, **filters: Any) -> pl.LazyFrame:
    """The filings that pass all that is asked, as `asked` takes it."""
    return filings.filter(*asked(**filters).values())


def of_role(roles: Mapping[str, str]) -> pl.Expr:
    """Whether a filing is of one of these roles or finer roles, as loaders.roles.within has them.

    A finer role is asked for within the role that it is part of, by which the lake is sorted.
    """
    return pl.any_horizontal(
        pl.lit(value=False),
        *(
            pl.col("role") == one
            if one == whole
            else (pl.col("role") == whole) & (pl.col("finer_role") == one).fill_null(value=False)
            for one, whole in roles.items()
        ),
    )


def occupation() -> pl.Expr:
    """The filed occupation code without its O*NET detail."""
    return pl.col("soc_code_filed").str.head(7)


def fiscal_quarter() -> pl.Expr:
    """The quarter of the fiscal year that a decision falls in: 1 is October to December."""
    return ((pl.col("decision_date").dt.month() + 2) % 12 // 3 + 1).cast(pl.Int32)


_POSITIONS = pl.when(pl.col("total_workers").count() > 0).then(pl.col("total_workers").sum())
"""What LCAs ask for; null, and not zero, where no form says: PERM asks for none."""


def by_period(
    filings: pl.LazyFrame, *, split: str, quarters: bool, asking: Collection[str] = ()
) -> pl.LazyFrame:
    """Cases by fiscal year, or quarter of it, and by `split`, one of SPLITS.

    Columns fiscal_year, quarter (null where years are asked, or a case has no decision date),
    `split` (text), cases and positions (what LCAs ask for: not hires); ordered. A missing visa
    class is BLANK in the layouts that ask for one, which are `asking`, and NOT_ASKED in all others.
    """
    quarter = fiscal_quarter() if quarters else pl.lit(None, pl.Int32)
    return (
        filings.group_by("fiscal_year", quarter.alias("quarter"), _value(split, asking))
        .agg(cases=pl.len(), positions=_POSITIONS)
        .with_columns(pl.col(split).cast(pl.String))  # sorts as people read
        .sort("fiscal_year", "quarter", split, nulls_last=True)
    )


def by_month(
    filings: pl.LazyFrame, *, split: str = "program", asking: Collection[str] = ()
) -> pl.LazyFrame:
    """Cases by month of the decision (its first day) and `split`, as `by_period` has it by year.

    Columns month, `split` (text), cases and positions; cases without a decision date are left out.
    """
    return (
        filings.filter(pl.col("decision_date").is_not_null())
        .group_by(_value(split, asking), month=pl.col("decision_date").dt.month_start())
        .agg(cases=pl.len(), positions=_POSITIONS)
        .select("month", pl.col(split).cast(pl.String), "cases", "positions")
        .sort("month", split, nulls_last=True)
    )


def _value(split: str, asking: Collection[str]) -> pl.Expr:
    value = pl.col(split)
    if split != "visa_class":
        return value
    asked = pl.col("layout").is_in(list(asking))
    missing = pl.when(asked).then(pl.lit(BLANK)).otherwise(pl.lit(NOT_ASKED))
    return value.cast(pl.String).fill_null(missing).alias(split)


def employment(filings: pl.LazyFrame) -> pl.LazyFrame:
    """LCA positions by fiscal year: new, continued, with a change of employer; from FY2017 on.

    Columns fiscal_year, cases, positions, and new, continued, changed (workers as asked for on
    the form, sections B.7a to B.7e: not hires). Years whose form does not ask are left out.
    """
    kinds = {
        "new": "new_employment",
        "continued": "continued_employment",
        "changed": "change_employer",
    }
    asked = pl.any_horizontal(pl.col(name).is_not_null() for name in kinds.values())
    return (
        filings.filter((pl.col("program") == "lca") & asked)
        .group_by("fiscal_year")
        .agg(
            cases=pl.len(),
            positions=pl.col("total_workers").sum(),
            **{kind: pl.col(name).sum() for kind, name in kinds.items()},
        )
        .sort("fiscal_year")
    )


def certification(
    filings: pl.LazyFrame, by: Sequence[str] = ("program", "fiscal_year")
) -> pl.LazyFrame:
    """How DOL decided, for each group of `by`.

    Columns `by`, cases, certified (with those withdrawn or expired since), denied, withdrawn,
    other, decided (certified + denied), labelled (rows that still say Certified: they become fewer
    as certifications expire and say nothing of decisions), and the rates, 0 to 1: rate (certified
    of decided) with rate_low and rate_high (Wilson's interval, 95 %), rate_of_all (certified of all
    determinations, as OFLC's own reports count), withdrawn_share and denied_share (of all). Rates
    are null below FEWEST cases of what they are of.
    """
    status = pl.col("status")
    certified = status.is_in(CERTIFIED).sum()
    denied = (status == "denied").sum()
    return grouped(
        filings,
        by,
        {
            "cases": pl.len(),
            "certified": certified,
            "denied": denied,
            "withdrawn": (status == "withdrawn").sum(),
            "other": (status == "other").sum(),
            "decided": certified + denied,
            "labelled": (status == "certified").sum(),
        },
    ).with_columns(
        rate=share("certified", "decided"),
        **wilson("certified", "decided"),
        rate_of_all=share("certified", "cases"),
        withdrawn_share=share("withdrawn", "cases"),
        denied_share=share("denied", "cases"),
    )


def grouped(
    filings: pl.LazyFrame, by: Sequence[str], measures: Mapping[str, pl.Expr]
) -> pl.LazyFrame:
    """The measures of each group of `by`, in its order; without groups those of all, one row."""
    if not by:
        return filings.select(**measures)
    closed = [name for name in by if name in {"program", "visa_class", "status", "wage_level"}]
    return (
        filings.group_by(by)
        .agg(**measures)
        .with_columns(pl.col(closed).cast(pl.String))  # sorts as people read
        .sort(by, nulls_last=True)
    )


def share(part: str, of: str) -> pl.Expr:
    """`part` of `of`, 0 to 1; null below FEWEST."""
    return pl.when(pl.col(of) >= FEWEST).then(pl.col(part) / pl.col(of))


def spread(
    filings: pl.LazyFrame,
    by: Sequence[str],
    of: str,
    measures: Mapping[str, pl.Expr] | None = None,
    names: Sequence[str] = tuple(CENTILES),
) -> pl.LazyFrame:
    """How a column spreads, for each group of `by`, or all in one row.

    Columns `by`, cases (that have a value), the centiles of these names, interpolated, null of
    fewer than FEWEST cases, and the measures of those cases.
    """
    told, measures = filings.filter(pl.col(of).is_not_null()), measures or {}
    if by:
        enough = pl.when(pl.len() >= FEWEST)
        parts = {n: enough.then(pl.col(of).quantile(CENTILES[n], "linear")) for n in names}
        return grouped(told, by, {"cases": pl.len(), **parts, **measures})
    found = told.select(
        pl.len().alias("cases"),
        pl.col(of).quantile([CENTILES[n] for n in names], "linear").alias("centiles"),
        **measures,
    )
    enough, centiles = pl.col("cases") >= FEWEST, pl.col("centiles").list
    each = {n: pl.when(enough).then(centiles.get(i)) for i, n in enumerate(names)}
    return found.select("cases", **each, **{one: one for one in measures})


def wilson(part: str, of: str) -> dict[str, pl.Expr]:
    """rate_low and rate_high: Wilson's score interval of a share, 95 %; null below FEWEST.

    E. B. Wilson, Probable Inference, JASA 22 (1927): it stays within 0 and 1 for few cases.
    """
    z, n = 1.959964, pl.col(of).cast(pl.Float64)
    p = pl.col(part) / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * ((p * (1 - p) + z * z / (4 * n)) / n).sqrt()
    enough = pl.col(of) >= FEWEST
    return {
        "rate_low": pl.when(enough).then((centre - half).clip(0, 1)),
        "rate_high": pl.when(enough).then((centre + half).clip(0, 1)),
    }


def coverage(filings: pl.LazyFrame, wage_titles: Collection[str] = ()) -> pl.LazyFrame:
    """What the lake holds of each program and fiscal year.

    Columns program, fiscal_year, first_decision, last_decision, quarters (those with a decision),
    partial: a quarter is missing, or the decisions end before the year's last fortnight; and
    untitled: most cases are of the layouts `wage_titles`, which have no employer's job title.
    """
    end = pl.date(pl.col("fiscal_year"), 9, 16)
    untitled = pl.col("layout").is_in(list(wage_titles)) if wage_titles else pl.lit(value=False)
    return (
        filings.group_by(pl.col("program").cast(pl.String), "fiscal_year")
        .agg(
            first_decision=pl.col("decision_date").min(),
            last_decision=pl.col("decision_date").max(),
            quarters=fiscal_quarter().unique().drop_nulls().sort(),
            untitled=untitled.mean() > 0.5,  # noqa: PLR2004
        )
        .with_columns(
            partial=(pl.col("quarters").list.len() < 4) | (pl.col("last_decision") < end),  # noqa: PLR2004
        )
        .sort("program", "fiscal_year")
    )


def occupations(filings: pl.LazyFrame) -> pl.LazyFrame:
    """Every filed occupation code with its most frequent title and its cases, most cases first."""
    code = occupation().alias("code")
    return (
        filings.filter(pl.col("soc_code_filed").is_not_null())
        .group_by(code, "soc_title")
        .agg(cases=pl.len())
        .sort(pl.col("soc_title").is_null(), -pl.col("cases").cast(pl.Int64), "soc_title")
        .group_by("code", maintain_order=True)
        .agg(title=pl.col("soc_title").first(), cases=pl.col("cases").sum())
        .sort("cases", "code", descending=[True, False])
    )


def choices(filings: pl.LazyFrame) -> pl.LazyFrame:
    """One row: the worksite states, visa classes, statuses and fiscal years that occur."""
    return filings.select(
        states=pl.col("worksite_state").drop_nulls().unique().sort().implode(),
        visa_classes=pl.col("visa_class").cast(pl.String).drop_nulls().unique().sort().implode(),
        statuses=pl.col("status").cast(pl.String).drop_nulls().unique().sort().implode(),
        years=pl.col("fiscal_year").unique().sort().implode(),
    )
