"""The ranked shortlist of listings: its numbers against those of each listing alone."""

import random
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics import counts, perm, ranking, shortlist, wages
from loaders.roles import within
from loaders.schema import STATUSES, WAGE_LEVELS, Filing
from loaders.yearly import FILED, yearly

SCHEMA = {name: Filing.columns()[name].dtype for name in shortlist.NEEDED}
WEIGHTS = dict.fromkeys(ranking.PARTS, 1.0)
YEARS = (2021, 2022, 2023)


@st.composite
def cases(draw) -> dict[str, object]:
    decided = date(2020, 1, 1) + timedelta(days=draw(st.integers(0, 1300)))
    role = draw(st.sampled_from(["nurse", "accountant", "other"]))
    finer = [None, "nurse-practitioner"] if role == "nurse" else [None]
    return {
        "program": draw(st.sampled_from(["lca", "perm"])),
        "fiscal_year": decided.year + (decided.month > 9),
        "decision_date": decided,
        "received_date": decided - timedelta(days=draw(st.integers(-3, 700))),
        "status": draw(st.sampled_from(STATUSES)),
        "employer_id": draw(st.sampled_from(["a", "b", None])),
        "brand_id": draw(st.sampled_from([None, "z"])),
        "role": role,
        "finer_role": draw(st.sampled_from(finer)),
        "worksite_state": draw(st.sampled_from([None, "TX", "NY"])),
        "annual_wage": draw(st.sampled_from([None, 80_000.0, 90_000.0, 100_000.0, 120_000.0])),
        "annual_prevailing_wage": draw(st.sampled_from([None, 80_000.0])),
        "wage_level": draw(st.one_of(st.none(), st.sampled_from(WAGE_LEVELS))),
        "class_of_admission": draw(st.sampled_from([None, "TN", "H-1B"])),
    }


FRAMES = st.lists(cases(), min_size=1, max_size=60)
ASKED = pl.DataFrame(
    [
        (n, *who, role, state, pay)
        for n, (who, role, state, pay) in enumerate(
            (who, role, state, pay)
            for who in (
                ("brand z", "z", None),
                ("employer a", None, None),
                ("unit z's b", "z", ["b"]),
                ("unit b, sold", None, ["b"]),
                ("employer gone", None, None),
            )
            for role in ("nurse", "nurse-practitioner", None)
            for state, pay in (("TX", 90_000.0), (None, 85_000.0), ("NY", None))
        )
    ],
    schema=shortlist.ASKED,
    orient="row",
)


def frame(rows: list[dict[str, object]]) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema=SCHEMA)


def found(rows: list[dict[str, object]], asked: pl.DataFrame = ASKED) -> pl.DataFrame:
    filings = frame(rows)
    made = shortlist.measured(
        filings, asked, sums=yearly(filings), years=YEARS, pay_years=YEARS[1:]
    )
    return made.pipe(shortlist.placed, WEIGHTS).collect()


def theirs(filings: pl.LazyFrame, identity: str) -> pl.LazyFrame:
    """The filings of one that is asked for, by plain words."""
    return filings.filter(
        {
            "brand z": pl.col("brand_id") == "z",
            "employer a": (pl.col("employer_id") == "a") & pl.col("brand_id").is_null(),
            "unit z's b": (pl.col("employer_id") == "b") & (pl.col("brand_id") == "z"),
            "unit b, sold": pl.col("employer_id") == "b",
            "employer gone": pl.lit(value=False),
        }[identity]
    )


@given(FRAMES)
def test_every_number_is_that_of_the_listing_alone(rows):
    for row in found(rows).rows(named=True):
        roles = within(filter(None, [row["role"]]))
        market = frame(rows).pipe(counts.matching, roles=roles)
        mine = theirs(market, row["identity"]).filter(pl.col("employer_id").is_not_null())
        whole = counts.certification(mine, by=[]).collect().row(0, named=True)
        counted = ("cases", "certified", "decided", "denied", "withdrawn", "rate")
        assert [row[one] for one in counted] == [whole[one] for one in counted]
        alone = mine.collect()
        assert row["told"] == alone["wage_level"].count() == sum(row["levels"] or [])
        assert row["perm_cases"] == (alone["program"].cast(pl.String) == "perm").sum()
        if row["cases"]:
            assert row["trend"] == [(alone["fiscal_year"] == year).sum() for year in YEARS]
            assert row["last_decision_date"] == alone["decision_date"].max()


@given(FRAMES)
def test_the_year_with_most_withdrawals_is_one_of_those_filed_in(rows):
    made = shortlist.withdrawn(frame(rows), ASKED).collect().unnest("withdrawals")
    assert made["identity"].is_unique().all()
    for row in made.rows(named=True):
        mine = theirs(frame(rows), row["identity"]).filter(pl.col("employer_id").is_not_null())
        years = counts.certification(mine, by=["fiscal_year"]).collect()
        assert (row["cases"], row["withdrawn"]) == (years["cases"].sum(), years["withdrawn"].sum())
        assert row["year_withdrawn"] == years["withdrawn"].max()
        assert (row["year_cases"], row["year_withdrawn"]) in years.filter(
            fiscal_year=row["fiscal_year"]
        ).select("cases", "withdrawn").rows()


@given(FRAMES)
def test_waiting_times_are_of_the_years_of_pay_for_an_employer_and_for_all_of_the_role(rows):
    for row in found(rows).rows(named=True):
        market = counts.matching(
            frame(rows), roles=within(filter(None, [row["role"]]))
        ).filter(pl.col("fiscal_year").is_in(YEARS[1:]))  # fmt: skip
        mine = theirs(market, row["identity"]).filter(pl.col("employer_id").is_not_null())
        both = (("timed", "median_days", mine), ("market_timed", "market_days", market))
        for cases, days, filings in both[: 1 if row["role"] is None else 2]:
            alone = perm.processing(filings, []).collect().row(0, named=True)
            assert (row[cases], row[days]) == (alone["cases"], pytest.approx(alone["median"]))


@given(FRAMES)
def test_pay_is_placed_among_the_offers_for_the_role_in_the_state(rows):
    for row in found(rows).rows(named=True):
        there = counts.matching(
            frame(rows),
            roles=within(filter(None, [row["role"]])),
            states=[row["state"]] if row["state"] else [],
        ).filter(pl.col("fiscal_year").is_in(YEARS[1:]))
        mine = theirs(there, row["identity"]).filter(pl.col("employer_id").is_not_null())
        market = there.filter(row["role"] is not None)  # all roles together are no market
        for name, filings in (("market", market), ("pay", mine)):
            spread = wages.percentiles(filings).collect().row(0, named=True)
            said = [row[f"{name}_{one}"] for one in ("cases", "p10", "median", "p90")]
            assert said == pytest.approx([spread[n] for n in ("cases", "p10", "median", "p90")])
        pay = ASKED["annual_pay_low"][row["listing"]]
        stands = wages.standing(market, pay or 0).collect()["percentile"][0] if pay else None
        assert row["market_percentile"] == (None if stands is None else pytest.approx(stands))


def case(program: str, employer_id: str, brand_id: str | None = None) -> dict[str, object]:
    plain = {"role": "nurse", "status": "certified", "fiscal_year": 2020}
    day = date(2020, 1, 1)
    who = {"program": program, "employer_id": employer_id, "brand_id": brand_id}
    return {**dict.fromkeys(SCHEMA), **plain, "decision_date": day, "received_date": day, **who}


@given(FRAMES)
@example([*[case("lca", "a")] * 3, case("perm", "b"), case("perm", "b", "z")])  # b's 2 are no most
def test_a_score_is_that_of_the_employer_among_all_of_the_role(rows):
    made = found(rows)
    for role in ("nurse", "nurse-practitioner", None):
        market = frame(rows).pipe(counts.matching, roles=within(filter(None, [role])))
        alone = ranking.scored(yearly(market, FILED), WEIGHTS).collect()
        for identity in ("brand z", "employer a"):
            mine = made.filter(pl.col("role").eq_missing(role), identity=identity)
            (other,) = alone.filter(identity=identity).rows(named=True) or [{}]
            assert mine["score"].to_list() == pytest.approx([other.get("score")] * 3)
            assert set(mine["answer"]) == {other.get("answer", "none observed")}


@given(FRAMES, st.integers(0, 9))
def test_neither_the_order_of_filings_nor_that_of_listings_matters(rows, seed):
    shuffled = random.Random(seed).sample(rows, len(rows))
    one, other = found(rows), found(shuffled, ASKED.sample(fraction=1, shuffle=True, seed=seed))
    assert one.drop("score", *ranking.PARTS).equals(other.drop("score", *ranking.PARTS))


@given(FRAMES)
def test_every_listing_stands_once_and_the_rated_stand_first_by_score(rows):
    made = found(rows)
    assert sorted(made["listing"]) == list(range(ASKED.height))
    rated = made.filter(answer="rated")
    assert made.head(rated.height).equals(rated)
    assert rated["score"].is_sorted(descending=True)
    assert rated["place"].is_sorted()
    assert (
        made.filter(pl.col("answer") != "rated")["place"].null_count() == made.height - rated.height
    )


@given(FRAMES)
@pytest.mark.parametrize("role", ["nurse-practitioner", None])
def test_only_the_filings_of_the_asked_roles_or_employers_are_needed(role, rows):
    asked = ASKED.filter(pl.col("role").eq_missing(role))
    few = shortlist.relevant(
        frame(rows), asked, within(asked["role"].drop_nulls().unique())
    ).collect()
    assert (
        found(few.to_dicts(), asked)
        .drop("score", *ranking.PARTS)
        .equals(found(rows, asked).drop("score", *ranking.PARTS))
    )


JOINED = pl.DataFrame(
    [
        ("not-applicable", "Apple", "nurse", "outside the US"),
        ("none", None, "nurse", "unclear listing"),
        ("choose", "Golden", "nurse", "not settled"),
        ("none", "Nobody", "other", "none observed"),
        ("matched", "Meta", "other", "unclear listing"),
        ("matched", "Meta", None, None),
        ("matched", "Meta", "nurse", None),
    ],
    schema=["decision", "listing_name", "listing_role", "answer"],
    orient="row",
)


def test_no_two_of_the_answers_are_one():
    assert JOINED.select(shortlist.unasked()).to_series().to_list() == JOINED["answer"].to_list()
    assert set(JOINED["answer"].drop_nulls()) <= set(shortlist.ANSWERS)
    assert len(set(shortlist.ANSWERS)) == len(shortlist.ANSWERS)
