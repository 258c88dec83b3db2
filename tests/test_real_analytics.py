"""Every analysis of real rows, beside the same counted one by one in plain Python."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics import counts, history, levels, perm, provenance, ranking, shares, wages
from loaders import lake, roles
from loaders.layouts import layouts
from loaders.schema import CERTIFIED, FEWEST
from loaders.yearly import FILED, yearly

pytestmark = pytest.mark.shared

Row = dict[str, Any]
ASKING = [form.id for form in layouts() if "wage_level" in form.fields]


@pytest.fixture(scope="module")
def filings(real_lake: Path) -> pl.LazyFrame:
    return lake.filings(real_lake).collect().lazy()


@pytest.fixture(scope="module")
def rows(filings: pl.LazyFrame) -> list[Row]:
    return filings.collect().rows(named=True)


def centile(values: Sequence[float], q: float) -> float:
    ordered = sorted(values)
    place = (len(ordered) - 1) * q
    low, part = int(place), place % 1
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + part * (ordered[high] - ordered[low])


def certified(row: Row) -> bool:
    return row["status"] in CERTIFIED


def decided(row: Row) -> bool:
    return certified(row) or row["status"] == "denied"


def quarter(row: Row) -> int:
    return (row["decision_date"].month + 2) % 12 // 3 + 1


def groups(rows: Sequence[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def counted(found: pl.LazyFrame, *columns: str) -> dict[Any, Any]:
    """The last column by those before it."""
    return {row[:-1]: row[-1] for row in found.collect().select(columns).rows()}


def test_counts_of_real_cases_are_those_of_a_tally(filings, rows):
    by_quarter = counts.by_period(filings, split="status", quarters=True)
    assert counted(by_quarter, "fiscal_year", "quarter", "status", "cases") == Counter(
        (row["fiscal_year"], quarter(row), row["status"]) for row in rows
    )
    assert counted(counts.by_month(filings), "program", "month", "cases") == Counter(
        (row["program"], row["decision_date"].replace(day=1)) for row in rows
    )
    assert counted(counts.occupations(filings), "code", "cases") == Counter(
        (row["soc_code_filed"][:7],) for row in rows if row["soc_code_filed"]
    )
    kinds = counts.employment(filings).collect().rows(named=True)
    lca = [row for row in rows if row["program"] == "lca" and row["new_employment"] is not None]
    assert [one["cases"] for one in kinds] == [len(lca)]
    assert kinds[0]["new"] == sum(row["new_employment"] for row in lca)


def test_certification_of_real_cases_is_that_of_a_tally(filings, rows):
    for one in counts.certification(filings).collect().rows(named=True):
        group = groups(rows, lambda row: (row["program"], row["fiscal_year"]))[
            one["program"], one["fiscal_year"]
        ]
        assert one["cases"] == len(group)
        assert one["rate"] == pytest.approx(
            sum(map(certified, group)) / sum(map(decided, group)), abs=1e-12
        )
        assert one["rate_low"] < one["rate"] < one["rate_high"]
        assert one["rate_of_all"] == pytest.approx(sum(map(certified, group)) / len(group))
    outcome = counted(counts.certification(filings, ["program"]), "program", "decided")
    assert outcome == Counter((row["program"],) for row in rows if decided(row))
    shown = shares.definitions(filings, ["program"]).collect()
    labelled = shown.filter(definition="as labelled", program="perm")
    assert labelled["certified"].item() == sum(
        row["program"] == "perm" and row["status"] == "certified" for row in rows
    )


def test_wages_of_real_cases_are_those_of_sorted_lists(filings, rows):
    by_level = groups([r for r in rows if r["annual_wage"] is not None], lambda r: r["seniority"])
    for one in wages.percentiles(filings, ["seniority"]).collect().rows(named=True):
        paid = [row["annual_wage"] for row in by_level[one["seniority"]]]
        assert one["cases"] == len(paid)
        if len(paid) >= FEWEST:
            for name, q in counts.CENTILES.items():
                assert one[name] == pytest.approx(centile(paid, q))
    both = [
        row["annual_wage"] / row["annual_prevailing_wage"]
        for row in rows
        if row["annual_wage"] is not None and row["annual_prevailing_wage"]
    ]
    ratio = wages.over_prevailing(filings).collect().row(0, named=True)
    assert (ratio["cases"], ratio["median"]) == (len(both), pytest.approx(centile(both, 0.5)))
    at = sum(0.99 <= one <= 1.01 for one in both) / len(both)
    assert ratio["at_prevailing"] == pytest.approx(at)
    assert ratio["below"] == sum(one < 0.99 for one in both)
    every = [row["annual_wage"] for row in rows if row["annual_wage"] is not None]
    stands = wages.standing(filings, 100_000).collect().row(0, named=True)
    assert stands["below"] == sum(one < 100_000 for one in every)
    assert stands["above"] == sum(one > 100_000 for one in every)
    own = history.wages(filings, []).collect().filter(program="perm", wage_level="II")
    second = [
        row["annual_wage"]
        for row in rows
        if (row["program"], row["wage_level"]) == ("perm", "II") and row["annual_wage"] is not None
    ]
    assert own["median"].item() == pytest.approx(centile(second, 0.5))


def test_levels_of_real_cases_are_those_of_a_tally(filings, rows):
    def level(row: Row) -> str:
        unsaid = counts.BLANK if row["layout"] in ASKING else counts.NOT_ASKED
        return row["wage_level"] or unsaid

    assert counted(levels.mix(filings, ASKING), "program", "level", "cases") == Counter(
        (row["program"], level(row)) for row in rows
    )


def test_perm_facts_of_real_cases_are_those_of_lists(filings, rows):
    of_perm = [row for row in rows if row["program"] == "perm"]
    days = [
        (row["decision_date"] - row["received_date"]).days
        for row in of_perm
        if row["received_date"] and row["status"].startswith(("certified", "denied"))
    ]
    timed = perm.processing(filings).collect().row(0, named=True)
    assert timed["cases"] == sum(one >= 0 for one in days)
    assert timed["median"] == centile([one for one in days if one >= 0], 0.5)
    for column in ("country_of_citizenship", "class_of_admission"):
        assert counted(perm.origins(filings, column), column, "cases") == Counter(
            (row[column],) for row in of_perm if row[column] is not None
        )
    assert perm.on_tn(filings).collect()["tn"].sum() == sum(
        (row["class_of_admission"] or "").strip().upper() == "TN" for row in of_perm
    )
    assert perm.requirements(filings).collect()["cases"].sum() == sum(
        row["minimum_education"] is not None for row in of_perm
    )


def test_a_ranking_of_real_employers_counts_what_a_tally_counts(filings, rows):
    weighed = dict.fromkeys(ranking.PARTS, 1.0)

    def who(row: Row) -> str:
        return f"brand {row['brand_id']}" if row["brand_id"] else f"employer {row['employer_id']}"

    named = [row for row in rows if row["employer_id"]]
    ranked = ranking.scored(yearly(filings, FILED), weighed)
    tally = Counter((who(row),) for row in named)
    assert counted(ranked, "identity", "cases") == tally
    assert counted(ranked, "identity", "decided") == {
        one: sum(decided(row) for row in named if who(row) == one[0]) for one in tally
    }
    first = ranked.collect().row(0, named=True)
    paid = [
        min(max(row["annual_wage"] / row["annual_prevailing_wage"], 1.0), 1.5)
        for row in named
        if who(row) == first["identity"] and row["annual_wage"] and row["annual_prevailing_wage"]
    ]
    assert first["pay_ratio"] == pytest.approx(sum(paid) / len(paid), abs=5e-4)
    by_year = filings.group_by("brand_id", "employer_id", "fiscal_year").agg(cases=pl.len())
    trend = ranking.trends(by_year, [2017, 2020]).collect()
    assert {one: sum(years) for one, years in trend.rows()} == {k: v for (k,), v in tally.items()}
    asked = ranking.of_list(ranked, [first["identity"], "employer nobody"]).collect()
    assert asked["answer"].to_list() == ["rated", "none observed"]


def test_what_filters_let_through_of_real_cases_is_what_a_loop_lets_through(filings, rows):
    asked = {"roles": roles.within(["software-engineer"]), "states": ["CA"], "words": "senior eng*"}
    fitting = [
        row
        for row in rows
        if row["role"] == "software-engineer"
        and row["worksite_state"] == "CA"
        and " senior" in f" {row['job_title'].lower()}"
        and " eng" in f" {row['job_title'].lower()}"
    ]
    found = counts.matching(filings, **asked).collect()
    assert {row["case_number"] for row in fitting} <= set(found["case_number"])
    assert found.height >= len(fitting) > 10
    steps = {
        "role": counts.of_role(roles.within(["java-developer"])),
        "perm": pl.col("program") == "perm",
    }
    traced = provenance.steps(filings, steps).collect().row(0, named=True)
    of_role = [row for row in rows if row["finer_role"] == "java-developer"]
    assert traced["role"] == len(rows) - len(of_role)
    assert traced["counted"] == sum(row["program"] == "perm" for row in of_role)
    assert counted(shares.by(filings, "soc_code"), "soc_code", "cases") == Counter(
        (row["soc_code"],) for row in rows
    )
    spoken = shares.measured(filings, "wage_level", ["II"]).collect().row(0, named=True)
    assert spoken["found"] == sum(row["wage_level"] == "II" for row in rows)
    assert counts.choices(filings).collect()["years"].item().to_list() == [2017, 2020]
    covered = counts.coverage(filings).collect()
    assert covered.select("program", "fiscal_year").rows() == [("lca", 2017), ("perm", 2020)]


def test_the_history_of_a_real_employer_is_what_a_loop_finds(filings, rows):
    brand = Counter(row["brand_id"] for row in rows if row["brand_id"]).most_common(1)[0][0]
    own = filings.filter(history.belongs(brand, []))
    mine = [row for row in rows if row["brand_id"] == brand]
    assert own.collect().height == len(mine)
    role = counts.matching(own, roles=roles.within(["software-engineer"])).collect()
    assert role.height == sum(row["role"] == "software-engineer" for row in mine)
    whole = history.roles(own).collect().filter(pl.col("finer_role").is_null())
    assert dict(whole.select("role", "cases").rows()) == Counter(row["role"] for row in mine)
    terms = history.of_terms(own, "software").collect()
    assert terms["software"].item() >= sum(
        " software" in f" {row['job_title'].lower()}" for row in mine
    )
