from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import clean
from loaders.facts import codes, pay_periods
from loaders.schema import WAGE_UNITS


def of(expression: pl.Expr, *texts: str | None) -> list[object]:
    return (
        pl.DataFrame({"x": texts}, schema={"x": pl.String}).select(expression).to_series().to_list()
    )


X = pl.col("x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  Example\n Inc ", "Example Inc"),
        ('="15-1252.00"', "15-1252.00"),
        ('=" Robot Wrangler "', "Robot Wrangler"),
        ("Example_x000D_Inc", "Example Inc"),
        ("Example\u00a0 Inc", "Example Inc"),
        ("N/A", None),
        ("null", None),
        ("#NAME?", None),
        ("Select Pay Range", None),
        ("   ", None),
        ("None", "None"),
        ("NA Example", "NA Example"),
    ],
)
def test_a_cell_says_its_text_or_nothing(text, said):
    assert of(clean.plain(X), text) == [said]


@pytest.mark.parametrize(
    "text",
    ["2022-10-27", "2022-10-27 00:00:00", "2022-10-27T15:59:50", "10/27/2022", "10/27/2022 0:00",
     "10-27-2022", "27-Oct-2022", "27-OCT-22", "10/27/22", "2022/10/27", "44861", "44861.75"],
)  # fmt: skip
def test_one_day_in_all_the_ways_it_is_written(text):
    assert of(clean.date(X), text) == [date(2022, 10, 27)]


@pytest.mark.parametrize(
    "text", ["", "soon", "2022-13-45", "1900-01-01", "9999-01-01", "13/13/2022", "7"]
)
def test_no_date_is_made_of_what_is_none(text):
    assert of(clean.date(X), text) == [None]


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2022, 9, 30), 2022),
        (date(2022, 10, 1), 2023),
        (date(2022, 12, 31), 2023),
        (date(2023, 1, 1), 2023),
    ],
)
def test_the_fiscal_year_begins_on_the_first_of_october(day, year):
    assert pl.select(clean.fiscal_year(pl.lit(day))).item() == year


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("120000", 120000),
        ("$120,000.50", 120000.5),
        ("1.2E5", 120000),
        ("18.49 -", 18.49),
        ("-5", None),
        ("$-5", None),
        ("abc", None),
        ("$", None),
    ],
)
def test_an_amount_is_read_past_signs_and_commas(text, amount):
    assert of(clean.number(X), text) == [amount]


@given(st.floats(0.01, 9_999_999, allow_nan=False))
def test_every_amount_is_read_back_as_it_was_written(amount):
    assert of(clean.number(X), f"{amount:.2f}", f"${amount:,.2f}") == [round(amount, 2)] * 2


@given(st.text())
def test_no_text_breaks_a_parser(text):
    frame = pl.DataFrame({"x": [text]})
    soc, repair = clean.soc_code(X)
    kinds = (clean.plain, clean.date, clean.number, clean.count, clean.state, clean.postal_code,
             clean.naics, clean.fein, clean.flag)  # fmt: skip
    assert (
        frame.select(
            *(kind(X).alias(kind.__name__) for kind in kinds), soc=soc, repair=repair
        ).height
        == 1
    )


@pytest.mark.parametrize(
    ("text", "zip_code"),
    [("8830", "08830"), ("501", "00501"), ("73301", "73301"), ("100197408", "10019"), ("30096-256", "30096"),
     ("14612 3057", "14612"), ("78666.0", "78666"), ("73021234", "07302"), ("*9240", None), ("D015D", None),
     ("V6B 1A1", None), ("12", None)],
)  # fmt: skip
def test_a_zip_code_has_its_five_digits_back_or_is_none(text, zip_code):
    assert of(clean.postal_code(X), text) == [zip_code]


@pytest.mark.parametrize(
    ("text", "code"),
    [("TX", "TX"), ("texas", "TX"), ("NEW YORK", "NY"), ("District of Columbia", "DC"), ("PUERTO RICO", "PR"),
     ("ONTARIO", None), ("N.Y.", "NY")],
)  # fmt: skip
def test_states_are_codes_however_they_are_spelled(text, code):
    assert of(clean.state(X), text) == [code]


@pytest.mark.parametrize("spelling", codes("wage_units"))
def test_every_spelling_of_a_wage_unit_is_a_wage_unit(spelling):
    assert (
        of(clean.coded(X, "wage_units", WAGE_UNITS), spelling, spelling.title())
        == [codes("wage_units")[spelling]] * 2
    )


@pytest.mark.parametrize(
    ("raw", "code", "repair"),
    [
        ("15-1252.00", "15-1252", None),
        ("15-1252", "15-1252", None),
        ("151252", "15-1252", None),
        ("15-1199.02", "15-1199.02", None),
        ("15-1199.2", "15-1199.20", None),
        ("409743", "11-3021", "excel-date"),
        ("44501", "11-2021", "excel-date"),
        ("2608503", "11-9041", "excel-date"),
        ("3021-11-01 00:00:00", "11-3021", "excel-date"),
        ("41599", "11-0000", "excel-date-lost"),
        ("11628", "11-0000", "excel-date-lost"),
        ("2013-11-21 00:00:00", "11-0000", "excel-date-lost"),
        ("512011", "51-2011", None),
        ("535022", "53-5022", None),
        ("151151", "15-1151", None),
        ("030", None, "unreadable"),
        ("Software", None, "unreadable"),
        (None, None, None),
    ],
)
def test_occupation_codes_survive_excel(raw, code, repair):
    soc, made = clean.soc_code(X)
    assert of(soc, raw) == [code]
    assert of(made, raw) == [repair]


def offered(low=None, high=None, unit=None, prevailing=None, prevailing_unit=None):
    frame = pl.LazyFrame(
        {"wage_from": [low], "wage_to": [high], "wage_unit": [unit], "prevailing_wage": [prevailing],
         "prevailing_wage_unit": [prevailing_unit]},
        schema={"wage_from": pl.Float64, "wage_to": pl.Float64, "wage_unit": pl.String,
                "prevailing_wage": pl.Float64, "prevailing_wage_unit": pl.String},
    )  # fmt: skip
    return clean.wages(frame).collect().row(0, named=True)


@pytest.mark.parametrize(
    ("low", "unit", "year", "repair"),
    [
        (120000, "Year", 120000, None),
        (10000, "Month", 120000, None),
        (60, "Hour", 124800, None),
        (2000, "Week", 104000, None),
        (4000, "Bi-Weekly", 104000, None),
        (150000, "Hour", 150000, "unit"),
        (150000, "Week", 150000, "unit"),
        (53.98, "Year", 112278.4, "unit"),
        (90000, None, 90000, "unit-inferred"),
        (45, None, 93600, "unit-inferred"),
        (2500, None, None, "out-of-range"),
        (99999999, "Year", None, "out-of-range"),
        (1, "Hour", None, "out-of-range"),
        (None, "Year", None, None),
    ],
)
def test_an_offer_is_annual_dollars_or_says_why_not(low, unit, year, repair):
    made = offered(low, unit=unit)
    assert made["annual_wage"] == pytest.approx(year)
    assert made["wage_repair"] == repair
    assert (made["wage_from"], made["wage_unit"]) == (low, unit)


def test_a_range_in_the_wrong_order_is_turned():
    made = offered(100000, 90000, "Year")
    assert (made["annual_wage"], made["annual_wage_to"], made["wage_repair"]) == (
        90000,
        100000,
        "range-order",
    )


def test_an_upper_bound_that_cannot_be_is_dropped():
    made = offered(100000, 12, "Year")
    assert (made["annual_wage"], made["annual_wage_to"], made["wage_repair"]) == (
        100000,
        None,
        "upper-dropped",
    )


def test_an_upper_bound_in_another_unit_is_still_a_bound():
    made = offered(40, 90000, "Hour")
    assert (made["annual_wage"], made["annual_wage_to"], made["wage_repair"]) == (
        83200,
        90000,
        None,
    )


def test_a_digit_too_many_against_the_prevailing_wage_is_no_wage():
    made = offered(1252216, unit="Year", prevailing=125216, prevailing_unit="Year")
    assert (made["annual_wage"], made["wage_repair"]) == (None, "out-of-range")


def test_a_prevailing_wage_under_the_offers_unit_is_repaired_beside_its_raw_value():
    made = offered(53.98, unit="Hour", prevailing=112278, prevailing_unit="Hour")
    assert (made["annual_prevailing_wage"], made["prevailing_wage_repair"]) == (112278, "unit")
    assert (made["prevailing_wage"], made["prevailing_wage_unit"]) == (112278, "Hour")


def test_a_prevailing_wage_without_a_unit_is_never_guessed_silently():
    made = offered(90000, unit="Year", prevailing=40.83)
    assert made["annual_prevailing_wage"] == pytest.approx(84926.4)
    assert made["prevailing_wage_repair"] == "unit-inferred"


@given(st.sampled_from(WAGE_UNITS), st.floats(0, 1))
def test_a_plausible_amount_is_never_repaired(unit, share):
    period = pay_periods()[unit]
    amount = period["low"] + share * (period["high"] - period["low"])
    made = offered(amount, unit=unit)
    assert made["wage_repair"] is None
    assert made["annual_wage"] == pytest.approx(amount * period["per_year"])
