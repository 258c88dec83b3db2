"""What the analytics promise: parts sum to the whole, order never matters, one case moves one."""

import random
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analytics import counts, history, levels, perm, provenance, ranking, shares, wages
from loaders.schema import FEWEST, STATUSES, WAGE_LEVELS, Filing
from loaders.yearly import FILED, yearly

COLUMNS = (
    "program layout fiscal_year decision_date received_date visa_class status employer_id brand_id "
    "role finer_role seniority wage_level annual_wage annual_prevailing_wage wage_unit full_time "
    "total_workers new_employment continued_employment change_employer worksite_state "
    "class_of_admission country_of_citizenship minimum_education required_experience_months "
    "job_title soc_code_filed soc_code worksite_city"
).split()
SCHEMA = {name: Filing.columns()[name].dtype for name in COLUMNS}
METROS = {"San Jose, CA": "San Jose (metro), CA", "Cupertino, CA": "San Jose (metro), CA"}
WEIGHTS = dict.fromkeys(ranking.PARTS, 1.0)


@st.composite
def cases(draw) -> dict[str, object]:
    decided = date(2020, 1, 1) + timedelta(days=draw(st.integers(0, 1500)))
    return {
        "program": draw(st.sampled_from(["lca", "perm"])),
        "layout": draw(st.sampled_from(["asks", "does not"])),
        "fiscal_year": decided.year + (decided.month > 9),
        "decision_date": decided,
        "received_date": draw(
            st.one_of(st.none(), st.just(decided - timedelta(days=draw(st.integers(-9, 700)))))
        ),
        "status": draw(st.sampled_from(STATUSES)),
        "employer_id": draw(st.sampled_from(["a", "b", "c"])),
        "brand_id": draw(st.sampled_from([None, "a", "z"])),
        "role": draw(st.sampled_from(["data-scientist", "other"])),
        "seniority": draw(st.sampled_from(["mid", "senior"])),
        "wage_level": draw(st.one_of(st.none(), st.sampled_from(WAGE_LEVELS))),
        "annual_wage": draw(st.one_of(st.none(), st.floats(20_000, 900_000))),
        "annual_prevailing_wage": draw(st.one_of(st.none(), st.floats(20_000, 900_000))),
        "total_workers": draw(st.one_of(st.none(), st.integers(1, 50))),
        "new_employment": draw(st.one_of(st.none(), st.integers(0, 9))),
        "class_of_admission": draw(st.sampled_from([None, "TN", "H-1B"])),
        "worksite_city": draw(st.sampled_from([None, "SAN JOSE", "Cupertino", "Nowhere"])),
        "worksite_state": draw(st.sampled_from([None, "CA", "TX"])),
        "minimum_education": draw(st.sampled_from([None, "Master's", "Bachelor's", "None"])),
        "required_experience_months": draw(st.sampled_from([None, 12, 60])),
    }


FRAMES = st.lists(cases(), max_size=40)


def frame(rows: list[dict[str, object]]) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema=SCHEMA)


RESULTS = {
    "by year": lambda f: counts.by_period(f, split="status", quarters=False),
    "by quarter": lambda f: counts.by_period(f, split="program", quarters=True),
    "by month": counts.by_month,
    "employment": counts.employment,
    "certification": counts.certification,
    "certification of all": lambda f: counts.certification(f, by=[]),
    "levels": lambda f: levels.mix(f, ["asks"]),
    "wages": lambda f: wages.percentiles(f, ["role", "seniority"]),
    "over prevailing": lambda f: wages.over_prevailing(f, ["program"]),
    "standing": lambda f: wages.standing(f, 100_000),
    "processing": perm.processing,
    "origins": lambda f: perm.origins(f, "class_of_admission"),
    "on TN": perm.on_tn,
    "requirements": perm.requirements,
    "ranking": lambda f: ranking.scored(yearly(f, FILED), WEIGHTS),
    "coverage": counts.coverage,
    "metros": lambda f: shares.by_metro(f, METROS),
    "employers": lambda f: shares.by_employer(yearly(f, FILED)),
    "steps": lambda f: provenance.steps(f, {"role": pl.col("role") == "other"}),
}


@pytest.mark.parametrize("name", RESULTS)
@given(rows=FRAMES, seed=st.integers(0, 9))
def test_the_order_of_rows_never_matters(name, rows, seed):
    shuffled = random.Random(seed).sample(rows, len(rows))
    one, other = (RESULTS[name](frame(each)).collect() for each in (rows, shuffled))
    assert one.columns == other.columns
    for column in one.columns:
        left, right = one[column], other[column]
        if left.dtype.is_float():
            assert left.is_null().equals(right.is_null())
            assert ((left - right).abs().fill_null(0) <= 1e-9 * left.abs().fill_null(1)).all()
        else:
            assert left.equals(right), column


@pytest.mark.parametrize("of", [wages.percentiles, wages.over_prevailing, perm.processing])
@given(rows=FRAMES)
def test_all_in_one_row_are_what_they_are_in_one_group(of, rows):
    cases_ = frame(rows).with_columns(one=pl.lit("all"))
    alone, grouped = of(cases_, []).collect(), of(cases_, ["one"]).drop("one").collect()
    assert alone["cases"].item() == grouped["cases"].sum()
    if grouped.height:
        assert_frame_equal(alone, grouped)


@given(FRAMES)
def test_parts_sum_to_the_whole(rows):
    filings, all_cases = frame(rows), len(rows)
    for split in counts.SPLITS:
        assert (
            counts.by_period(filings, split=split, quarters=False).collect()["cases"].sum()
            == all_cases
        )
    decided = counts.certification(filings, by=[]).collect().row(0, named=True)
    assert decided["cases"] == all_cases
    assert all_cases == sum(decided[n] for n in ("certified", "denied", "withdrawn", "other"))
    assert decided["decided"] == decided["certified"] + decided["denied"]
    assert levels.mix(filings, ["asks"]).collect()["cases"].sum() == all_cases
    stands = wages.standing(filings, 100_000).collect().row(0, named=True)
    assert stands["below"] + stands["above"] <= stands["cases"]
    steps = provenance.steps(
        filings, {"role": pl.col("role") == "other", "state": pl.col("worksite_state") == "TX"}
    )
    made = provenance.made(steps.collect().row(0, named=True), "cases", ())
    assert made.all == all_cases


@given(FRAMES, cases())
def test_one_more_case_moves_exactly_what_it_should(rows, more):
    before, after = (counts.certification(frame(each)).collect() for each in (rows, [*rows, more]))
    keys = ["program", "fiscal_year"]
    moved = after.join(before, on=keys, how="left", suffix="_before").with_columns(
        by=pl.col("cases") - pl.col("cases_before").fill_null(0)
    )
    changed = moved.filter(pl.col("by") != 0)
    assert changed.select(*keys, "by").rows() == [(more["program"], more["fiscal_year"], 1)]


@given(FRAMES)
def test_cases_of_known_metros_and_all_others_are_all_cases(rows):
    parts = shares.by_metro(frame(rows), METROS)
    told = [row for row in rows if row["worksite_state"] == "CA"
            and row["worksite_city"] in {"SAN JOSE", "Cupertino"}]  # fmt: skip
    assert parts.collect()["cases"].sum() == len(told)
    row = provenance.known(frame(rows), parts, "elsewhere").collect().row(0, named=True)
    assert row == {"counted": len(told), "elsewhere": len(rows) - len(told)}


@given(FRAMES)
def test_rates_and_shares_are_between_0_and_1_and_never_from_fewer_than_five(rows):
    decided = counts.certification(frame(rows)).collect()
    few = decided.filter(pl.col("decided") < FEWEST)
    assert few["rate"].null_count() == few["rate_low"].null_count() == few.height
    told = decided.drop_nulls("rate")
    assert told.filter(
        (pl.col("rate_low") > pl.col("rate") + 1e-12)
        | (pl.col("rate_high") < pl.col("rate") - 1e-12)
    ).is_empty()
    assert told["rate"].is_between(0, 1).all()
    spread = wages.percentiles(frame(rows), ["role"]).collect()
    assert spread.filter((pl.col("cases") < FEWEST) & pl.col("median").is_not_null()).is_empty()
    ordered = spread.drop_nulls("median").with_columns(pl.concat_list("p10", "p25", "median", "p75", "p90").alias("q"))  # fmt: skip
    assert all(row == sorted(row) for row in ordered["q"].to_list())
    mixed = levels.mix(frame(rows), ["asks"]).collect()
    sums = mixed.group_by("program", "fiscal_year").agg(pl.col("share").sum())
    assert sums.filter((pl.col("share") > 0) & ((pl.col("share") - 1).abs() > 1e-9)).is_empty()


def case(**fields: object) -> dict[str, object]:
    base = {"program": "perm", "fiscal_year": 2022, "status": "certified", "role": "other", "layout": "asks", "employer_id": "a", "seniority": "mid"}  # fmt: skip
    return base | fields


def test_the_three_definitions_of_certification_stand_side_by_side():
    rows = [case()] * 4 + [case(status="certified-expired")] * 4 + [case(status="denied")] + [case(status="withdrawn")]  # fmt: skip
    found = counts.certification(frame(rows), by=[]).collect().row(0, named=True)
    assert (found["rate"], found["rate_of_all"], found["labelled"]) == (8 / 9, 0.8, 4)
    assert (found["withdrawn_share"], found["denied_share"]) == (0.1, 0.1)


def test_wilsons_interval_is_the_published_one():
    rows = [case()] * 81 + [case(status="denied")] * 182
    found = counts.certification(frame(rows), by=[]).collect().row(0, named=True)
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, score method.
    assert (round(found["rate_low"], 4), round(found["rate_high"], 4)) == (0.2553, 0.3662)


def test_a_level_that_the_form_does_not_ask_for_is_not_a_blank_one():
    rows = [case(wage_level="II")] * 5 + [case()] + [case(layout="does not")]
    found = levels.mix(frame(rows), ["asks"], by=[]).collect()
    assert dict(found.select(pl.col("level").cast(pl.String), "cases").rows()) == {
        "II": 5,
        counts.BLANK: 1,
        counts.NOT_ASKED: 1,
    }
    assert found["share"].to_list() == [1.0, None, None]


def test_an_offer_in_the_middle_stands_at_one_half():
    rows = [case(annual_wage=float(wage)) for wage in (1, 2, 3, 3, 4, 5)]
    assert wages.standing(frame(rows), 3.0).collect()["percentile"].item() == 0.5
    assert wages.standing(frame(rows[:4]), 3.0).collect()["percentile"].item() is None


def test_a_withdrawn_case_says_nothing_of_how_long_dol_takes():
    dated = {"decision_date": date(2022, 5, 1), "received_date": date(2022, 4, 1)}
    rows = [case(**dated)] * 5 + [case(**dated | {"received_date": date(2020, 4, 1)},
                                       status="withdrawn")] * 20  # fmt: skip
    assert perm.processing(frame(rows)).collect().row(0) == (2022, 5, 30.0, 30.0, 30.0)
    assert perm.processing(frame(rows), withdrawn=True).collect()["median"].item() == 760.0
    later = [case(fiscal_year=2024, status="withdrawn", **dated)]
    assert perm.years(frame(rows + later), ["program"]).collect()["years"].to_list() == [[2022]]


def test_years_without_a_file_are_held_against_nobody():
    rows = [
        case(employer_id="a", fiscal_year=year) for year in (2019, 2020, 2022) for _ in range(5)
    ]
    rows += [case(employer_id="b", fiscal_year=2026)] * 5
    loaded = [2019, 2020, 2022, 2026]
    found = (
        ranking.scored(yearly(frame(rows), FILED), WEIGHTS, loaded=loaded)
        .collect()
        .rows_by_key("identity", named=True)
    )
    (filed,), (new,) = found["employer a"], found["employer b"]
    assert filed["recent_cases"] == 10
    assert (filed["recency"], new["recency"]) == (0.8, 1.0)
    assert (filed["consistency"], new["consistency"]) == (0.75, 0.25)


def test_one_case_after_a_busy_year_is_no_recent_filing():
    rows = [case(employer_id="a", fiscal_year=year) for year in [2022] * 40 + [2026]]
    found = ranking.scored(yearly(frame(rows), FILED), WEIGHTS, loaded=[2022, 2026]).collect()
    assert found["recency"].item() == 0.8
    more = ranking.scored(
        yearly(frame([*rows, rows[-1]]), FILED), WEIGHTS, loaded=[2022, 2026]
    ).collect()
    assert more["recency"].item() == 1.0


def test_perm_is_no_part_of_a_score_where_volume_says_the_same():
    rows = [case(employer_id="a", program="perm")] * 5
    assert ranking.scored(yearly(frame(rows), FILED), WEIGHTS).collect()["perm"].to_list() == [None]
    both = [*rows, *[case(employer_id="a", program="lca")] * 5]
    assert ranking.scored(yearly(frame(both), FILED), WEIGHTS).collect()["perm"].to_list() == [1.0]


def test_a_decision_before_its_receipt_is_left_out_of_the_time():
    dated = {"decision_date": date(2022, 5, 1), "received_date": date(2022, 6, 1)}
    rows = [case(**dated)] + [
        case(decision_date=date(2022, 5, 1), received_date=date(2022, 4, 1))
    ] * 5
    assert perm.processing(frame(rows)).collect().row(0) == (2022, 5, 30.0, 30.0, 30.0)


def test_unrated_is_not_none_observed_and_a_brand_is_one_filer():
    rows = [case(brand_id="z", employer_id=e) for e in "aabbb"] + [case(employer_id="few")]
    made = ranking.scored(yearly(frame(rows), FILED), WEIGHTS)
    found = {
        r["identity"]: (r["answer"], r["rank"], r["cases"]) for r in made.collect().rows(named=True)
    }
    assert found == {"brand z": ("rated", 1, 5), "employer few": ("unrated", None, 1)}
    asked = ranking.of_list(made, ["employer gone", "employer few", "brand z"]).collect()
    assert asked.select("identity", "answer").rows() == [
        ("brand z", "rated"),
        ("employer few", "unrated"),
        ("employer gone", "none observed"),
    ]


def test_a_part_that_cannot_be_told_takes_no_weight():
    rows = [case(annual_wage=None)] * 5
    found = (
        ranking.scored(yearly(frame(rows), FILED), {"volume": 1.0, "pay": 9.0})
        .collect()
        .row(0, named=True)
    )
    assert (found["pay"], found["score"]) == (None, 1.0)


def test_each_filter_takes_out_what_the_ones_before_it_left():
    rows = [
        case(role="x", worksite_state="TX"),
        case(worksite_state="TX"),
        case(worksite_state="CA"),
    ]
    steps = {"role": pl.col("role") == "other", "state": pl.col("worksite_state") == "TX"}
    found = provenance.steps(frame(rows), steps).collect().row(0, named=True)
    assert found == {"counted": 1, "role": 1, "state": 1}


def test_five_years_beside_a_bachelors_or_a_masters_indicate_eb2():
    rows = [case(minimum_education="Bachelor's", required_experience_months=60), case(minimum_education="Bachelor's", required_experience_months=24), case(minimum_education="Master's")]  # fmt: skip
    found = perm.requirements(frame(rows)).collect()
    assert dict(found.group_by("eb2").agg(pl.col("cases").sum()).rows()) == {True: 2, False: 1}


# -------------------------------------------------------------------------------------- real rows

PUBLISHED = {2009: 85.2, 2010: 89.7, 2013: 86.4, 2015: 93.7, 2017: 93.7, 2020: 95.5, 2021: 96.1, 2022: 95.5}  # fmt: skip
DAYS = {2015: 192, 2017: 77, 2020: 138, 2021: 194, 2022: 189}


@pytest.mark.shared
def test_the_published_rates_and_times_come_out_of_the_real_rows(shared):
    paths = sorted((shared / "realdata/perm").glob("*.parquet"))
    rows = pl.concat(
        (pl.scan_parquet(p, glob=False) for p in paths), how="diagonal_relaxed"
    ).select(
        "fiscal_year",
        program=pl.lit("perm"),
        status=pl.col("case_status").str.to_lowercase().str.replace_all(r"\s*-\s*", "-"),
        decision_date=pl.col("decision_date")
        .cast(pl.String)
        .str.head(10)
        .str.to_date(strict=False),
        received_date=pl.col("received_date")
        .cast(pl.String)
        .str.head(10)
        .str.to_date(strict=False),
    )
    rates = counts.certification(rows).collect()
    found = dict(rates.select("fiscal_year", pl.col("rate") * 100).rows())
    assert {year: round(found[year], 1) for year in PUBLISHED} == PUBLISHED
    times = dict(
        perm.processing(rows, withdrawn=True).collect().select("fiscal_year", "median").rows()
    )
    assert {year: times[year] for year in DAYS} == DAYS


def test_roles_stand_by_their_cases_and_finer_ones_below_the_role_that_they_are_part_of():
    filed = [("nurse", None)] * 2 + [("nurse", "nurse-practitioner")] + [("lawyer", None)] * 4
    filings = pl.LazyFrame(filed, schema=["role", "finer_role"], orient="row")
    assert history.roles(filings).collect().rows() == [
        ("lawyer", None, 4),
        ("nurse", None, 3),
        ("nurse", "nurse-practitioner", 1),
    ]
