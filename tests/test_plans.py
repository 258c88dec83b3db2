"""Every answer of the analytics is a plan that travels: data for another engine, no Python in it.

Polars' distributed engine, or any other process, can run it on a lake that it reaches.
"""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable
from io import BytesIO

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import analytics
from analytics import (
    compare,
    counts,
    employers,
    history,
    levels,
    movers,
    perm,
    places,
    provenance,
    quality,
    ranking,
    shares,
    shortlist,
    wages,
)  # fmt: skip
from loaders import lake, roles
from loaders.sample import lake_in_use
from loaders.yearly import FILED, yearly

Plan = Callable[[pl.LazyFrame], pl.LazyFrame]

ROLES = roles.within(["software-engineer", "nurse"])
WEIGHTS = dict.fromkeys(ranking.PARTS, 1.0)
METROS = {"San Jose, CA": "San Jose (metro), CA", "Austin, TX": "Austin (metro), TX"}
YEARS = range(2018, 2027)
ASKED = pl.DataFrame(
    [(0, "brand x", None, ["a"], "software-engineer", "CA", 100_000.0)],
    schema=shortlist.ASKED,
    orient="row",
)


def several(f: pl.LazyFrame) -> pl.LazyFrame:
    return compare.of_roles(f, ROLES)


def listed(f: pl.LazyFrame) -> pl.LazyFrame:
    few = shortlist.relevant(f, ASKED, ROLES)
    return shortlist.measured(few, ASKED, sums=yearly(few), years=YEARS, pay_years=YEARS)


PLANS: dict[str, Plan] = {
    "compare.of_roles": several,
    "compare.by_year": lambda f: compare.by_year(several(f)),
    "compare.parts": lambda f: compare.parts(several(f), places.city()),
    "compare.valued": lambda f: compare.valued(f, places.county(), 5),
    "compare.first": lambda f: compare.first(compare.parts(several(f), "soc_code"), 3),
    "counts.matching": lambda f: counts.matching(f, words="engineer, nurse", programs=["lca"]),
    "counts.by_period": lambda f: counts.by_period(f, split="status", quarters=True),
    "counts.by_month": counts.by_month,
    "counts.employment": counts.employment,
    "counts.certification": counts.certification,
    "counts.grouped": lambda f: counts.grouped(f, ["program"], {"cases": pl.len()}),
    "counts.spread": lambda f: counts.spread(f, [], "annual_wage", {"most": pl.max("fiscal_year")}),
    "counts.coverage": counts.coverage,
    "counts.occupations": counts.occupations,
    "counts.choices": counts.choices,
    "employers.offers": lambda f: employers.offers(f).sort(pl.all()),
    "employers.beside_market": lambda f: employers.beside_market(
        f.filter(pl.col("fiscal_year") > YEARS[0]), employers.offers(f)
    ),
    "employers.law_firms": employers.law_firms,
    "employers.flags": employers.flags,
    "history.roles": history.roles,
    "history.of_terms": lambda f: history.of_terms(f, "nurse, engineer"),
    "history.wages": lambda f: history.wages(f, ["lca/2024"]),
    "levels.mix": lambda f: levels.mix(f, ["lca/2024"]),
    "movers.between": lambda f: movers.between(f, "lca", (2023, 2024)),
    "perm.processing": perm.processing,
    "perm.years": lambda f: perm.years(f, ["role"]),
    "perm.origins": lambda f: perm.origins(f, "class_of_admission"),
    "perm.on_tn": perm.on_tn,
    "perm.requirements": perm.requirements,
    "places.offered": lambda f: places.offered(f, least=1),
    "provenance.steps": lambda f: provenance.steps(f, {"role": counts.of_role(ROLES)}),
    "provenance.known": lambda f: provenance.known(f, shares.by_metro(f, METROS), "elsewhere"),
    "quality.filled": lambda f: quality.filled(f, {}),
    "ranking.scored": lambda f: ranking.scored(yearly(f), WEIGHTS),
    "ranking.trends": lambda f: ranking.trends(yearly(f), YEARS),
    "ranking.told": lambda f: ranking.told(yearly(f)).sort("identity"),
    "ranking.of_list": lambda f: ranking.of_list(
        ranking.scored(yearly(f, FILED), WEIGHTS), ["brand x"]
    ),
    "shares.by": lambda f: shares.by(f, "worksite_state"),
    "shares.by_city": shares.by_city,
    "shares.by_employer": lambda f: shares.by_employer(yearly(f)),
    "shares.by_metro": lambda f: shares.by_metro(f, METROS),
    "shares.measured": lambda f: shares.measured(f, "wage_level", ["I", "II"]),
    "shares.definitions": shares.definitions,
    "shortlist.relevant": lambda f: shortlist.relevant(f, ASKED, ROLES),
    "shortlist.measured": listed,
    "shortlist.placed": lambda f: shortlist.placed(listed(f), WEIGHTS),
    "shortlist.withdrawn": lambda f: shortlist.withdrawn(f, ASKED),
    "wages.percentiles": lambda f: wages.percentiles(f, ["role", "seniority"]),
    "wages.years": lambda f: wages.years(f, ["role"]),
    "wages.over_prevailing": lambda f: wages.over_prevailing(f, ["program"]),
    "wages.standing": lambda f: wages.standing(f, 100_000),
    "wages.ratios": wages.ratios,
}


def holds_python(plan: pl.LazyFrame) -> bool:
    """Whether a plan carries a function of ours: Polars pickles those with cloudpickle."""
    return b"cloudpickle" in plan.serialize()


def test_no_plan_is_left_out():
    made = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(analytics.__path__)
        for name, one in vars(importlib.import_module(f"analytics.{module.name}")).items()
        if inspect.isfunction(one) and not name.startswith("_")
        if one.__module__ == f"analytics.{module.name}"
        if typing.get_type_hints(one)["return"] is pl.LazyFrame
    }
    assert made == set(PLANS)


@pytest.fixture(scope="module")
def filings() -> pl.LazyFrame:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FILINGS_LAKE", "none")
        return lake.filings(lake_in_use().path)


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_read_back_gives_the_same_answer_and_holds_no_python(name, filings):
    plan = PLANS[name](filings)
    assert not holds_python(plan)
    back = pl.LazyFrame.deserialize(BytesIO(plan.serialize()))
    unordered = name == "ranking.trends"
    assert_frame_equal(back.collect(), plan.collect(), check_row_order=not unordered)


def test_making_a_plan_opens_no_file(filings, monkeypatch):
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a plan is made of what it is given")

    roles.roles.cache_clear()
    monkeypatch.setattr("builtins.open", opened)
    monkeypatch.setattr("io.open", opened)
    with pytest.raises(AssertionError):
        roles.within(["nurse"])
    for name, plan in PLANS.items():
        assert isinstance(plan(filings), pl.LazyFrame), name


@pytest.mark.filterwarnings("ignore::polars.exceptions.PolarsInefficientMapWarning")
def test_a_python_function_in_a_plan_would_be_seen():
    rows = pl.LazyFrame({"a": [1]})
    assert not holds_python(rows.select(pl.col("a") + 1))
    for plan in (
        rows.select(pl.col("a").map_elements(lambda one: one + 1, return_dtype=pl.Int64)),
        rows.select(pl.col("a").map_batches(lambda many: many + 1, return_dtype=pl.Int64)),
        rows.map_batches(lambda frame: frame),
        rows.group_by("a").map_groups(lambda frame: frame, schema={"a": pl.Int64}),
    ):
        assert holds_python(plan)
