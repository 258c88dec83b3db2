from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import clean, staging
from loaders.facts import codes, pay_periods
from loaders.schema import WAGE_UNITS, Staged
from tests.conftest import layout


def of(expression: pl.Expr, *texts: str | None) -> list[object]:
    return (
        pl.DataFrame({"x": texts}, schema={"x": pl.String}).select(expression).to_series().to_list()
    )


X = pl.col("x")


def texts(**fields: str | None) -> pl.DataFrame:
    """One row as text under field names, as `clean.typed` takes it."""
    absent = dict.fromkeys(clean.FIELDS)
    return pl.DataFrame(
        {"row": [2], "worksite_block": [0]}
        | {name: [text] for name, text in (absent | fields).items()},
        schema_overrides=dict.fromkeys(clean.FIELDS, pl.String),
    )


def typed(**fields: str | None) -> dict[str, object]:
    return (
        texts(**fields)
        .lazy()
        .pipe(clean.typed, today=date(2026, 11, 20))
        .collect()
        .row(0, named=True)
    )


def lost(**fields: str | None) -> set[str]:
    """The columns that count as 'no value in the text'."""
    row = texts(**fields)
    made = staging._repairs(row, row.lazy().pipe(clean.typed).collect())
    return {name.split(":")[0] for name, n in made.items() if n and "no value" in name}


def broken_rule(**columns: object) -> str | None:
    """The first rule that a row of Staged breaks."""
    row = {"program": "lca", "fiscal_year": 2024, "status": "other"} | columns
    frame = pl.DataFrame(
        [dict.fromkeys(Staged.column_names()) | row],
        schema={name: column.dtype for name, column in Staged.columns().items()},
    )
    _, failure = Staged.filter(frame)
    return staging._refused(failure.details())["rule"].first() if len(failure) else None


# ----------------------------------------------------------------------------------- case numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("I-200-22300-000001", "I-200-22300-000001"),
        ("i-200-22300-000001", "I-200-22300-000001"),
        ("I\u2011200\u201122300\u2011000001", "I-200-22300-000001"),
        ("I\u2013200 \u2013 22300-000001", "I-200-22300-000001"),
        ("I-200-22300-000001\u200b", "I-200-22300-000001"),
        ("a-22300-00001", "A-22300-00001"),
        ("G-100-24289-409188", "G-100-24289-409188"),
        ("3802763.0", "3802763"),
        ("Total: 437,496 cases", "Total: 437,496 cases"),
        (None, None),
    ],
)
def test_a_case_has_one_number_however_it_is_typed(text, number):
    assert of(clean.case_number(X), text) == [number]


@pytest.mark.parametrize(
    "number",
    ["I-200-09106-546545", "I-203-19268-393467", "A-08253-81234", "C-08002-12345", "I-08123-4567890",
     "G-400-24289-409188", "3802763"],
)  # fmt: skip
def test_every_shape_of_dols_case_numbers_is_a_case(number):
    assert broken_rule(case_number=number, status_raw="Certified") is None


@pytest.mark.parametrize(
    "text",
    ["Total: 437,496 cases", "Source: OFLC as of 10/15/2024", "10/15/2024", "X-12345", "1-800-555-1234",
     "2024", "437,496"],
)  # fmt: skip
def test_a_footer_is_no_case_whatever_digits_it_has(text):
    assert broken_rule(case_number=text, status_raw="Certified") == "case-number-malformed"


def test_a_stub_with_neither_status_nor_decision_date_is_no_case():
    number = "I-200-22300-000001"
    assert broken_rule(case_number=number) == "status-and-decision-missing"
    assert broken_rule(case_number=number, decision_date=date(2024, 1, 9)) is None
    assert broken_rule(case_number=number, status_raw="Certified", status="certified") is None
    assert broken_rule(case_number=number, status="withdrawn") is None, "the e-file system's flag"
    assert broken_rule() == "case-number-missing"


# -------------------------------------------------------------------------------------------- text


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
     "10-27-2022", "27-Oct-2022", "27-OCT-22", "10/27/22", "2022/10/27", "44861", "44861.75",
     "Oct 27, 2022", "October 27, 2022", "OCTOBER 27 2022", "27 October 2022", "20221027",
     "Oct 27 2022 12:00:00:000AM"],
)  # fmt: skip
def test_one_day_in_all_the_ways_it_is_written(text):
    assert of(clean.date(X), text) == [date(2022, 10, 27)]


@pytest.mark.parametrize(
    "text", ["", "soon", "2022-13-45", "1900-01-01", "9999-01-01", "13/13/2022", "7"]
)
def test_no_date_is_made_of_what_is_none(text):
    assert of(clean.date(X), text) == [None]


def test_a_day_of_one_digit_is_a_day():
    assert of(clean.date(X), "9-Jan-24", "Jan 9, 2024", "1/9/2024") == [date(2024, 1, 9)] * 3


def test_seven_digits_are_no_date_for_they_could_be_two():
    assert of(clean.date(X), "2022111") == [None]


def test_what_has_happened_did_not_happen_later_than_tomorrow():
    made = typed(
        decision_date="2034-01-05", received_date="2034-01-05", original_cert_date="2026-11-22",
        begin_date="2034-01-05",
    )  # fmt: skip
    assert made["decision_date"] is made["received_date"] is made["original_cert_date"] is None
    assert made["begin_date"] == date(2034, 1, 5)
    assert typed(decision_date="2026-11-21")["decision_date"] == date(2026, 11, 21)
    assert lost(decision_date="2039-01-05") == {"decision_date"}


def test_a_file_is_of_no_year_that_has_not_begun():
    frames = [
        texts(decision_date=day).lazy().pipe(clean.typed).collect()
        for day in ("2039-01-05", "2024-01-05")
    ]
    assert staging._fiscal_year(frames) == 2024
    assert staging._fiscal_year(frames[:1]) is None


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
        ("USD 90,000", 90000),
        ("90,000 USD", 90000),
        ("90k", 90000),
        ("$45.50/hr", 45.5),
        ("45 per hour", 45),
        ("45 an hour", 45),
        ("$90,000 annually", 90000),
        ("2,000 bi-weekly", 2000),
        ("0", 0),
        ("-5", None),
        ("$-5", None),
        ("\u20135", None),
        ("(5000)", None),
        ("120 000", None),
        ("120.000,00", None),
        ("12,0000", None),
        ("1E400", None),
        ("inf", None),
        ("nan", None),
        ("=60000*2", None),
        ("60000*2", None),
        ("20000 - 30000", None),
        ("about 60000", None),
        ("abc", None),
        ("$", None),
    ],
)
def test_an_amount_is_read_strictly_or_not_at_all(text, amount):
    assert of(clean.amount(X), text) == [amount]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("20000 - 30000", 20000, 30000),
        ("$20,000.00-$30,000.00", 20000, 30000),
        ("$30 - $40 per hour", 30, 40),
        ("$30/hr to $40/hr", 30, 40),
        ("20000 \u2014 30000", 20000, 30000),
        ("20000\u201330000", 20000, 30000),
        ("90k - 100k", 90000, 100000),
        ("18.49 -", 18.49, None),
        ("0 - 30000", None, 30000),
        ("90 - 100k", None, None),
        ("5000-", None, None),
        ("=20000-30000", None, None),
        ("10 - 20 - 30", None, None),
        ("20000 or 30000", None, None),
    ],
)
def test_a_range_in_one_cell_is_two_bounds_or_none(text, low, high):
    made = typed(wage_range=text)
    assert (made["wage_from"], made["wage_to"]) == (low, high)


def test_an_amount_that_cannot_be_read_is_counted():
    assert lost(wage_from="=60000*2", wage_to="120 000", prevailing_wage="(5000)") == {
        "wage_from", "wage_to", "prevailing_wage",
    }  # fmt: skip
    assert lost(wage_range="about 60000") == {"wage_from"}
    assert lost(wage_from="1E400") == {"wage_from"}


def test_no_amount_and_an_amount_of_nothing_are_not_counted():
    assert lost(wage_from="N/A", wage_to="0.00", prevailing_wage="$0") == set()
    assert lost(wage_range="20000 - 30000", wage_to=None) == set()
    assert lost(wage_range="0 -") == set()


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("1.0", 1), ("1,200", 1200), ("1.5", None), ("=1+1", None), ("2 to 3", None),
     ("1E12", None), ("-1", None)],
)  # fmt: skip
def test_a_count_is_a_whole_number_or_none(text, number):
    assert of(clean.count(X), text) == [number]


@given(st.floats(0.01, 9_999_999, allow_nan=False))
def test_every_amount_is_read_back_as_it_was_written(amount):
    assert of(clean.amount(X), f"{amount:.2f}", f"${amount:,.2f}") == [round(amount, 2)] * 2


@given(st.text())
def test_no_text_breaks_a_parser(text):
    frame = pl.DataFrame({"x": [text]})
    soc, repair = clean.soc_code(X)
    kinds = (clean.plain, clean.case_number, clean.date, clean.amount, clean.count, clean.state, clean.postal_code,
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
     ("V6B 1A1", None), ("12", None), ("0213945", None), ("110-0005", None), ("021 3945", None),
     ("02139 USA", "02139"), ("02139-1234 U.S.A.", "02139"), ("NY 10174", "10174"), ("VA22201", "22201"),
     ("36830_", "36830"), ("19406-____", "19406"), ("NJ 08807-", "08807"), ("2887-5181", "02887"),
     ("21823 30th", None), ("PA191", None), ("65 10", None), ("12345 Germany", None)],
)  # fmt: skip
def test_a_zip_code_has_its_five_digits_back_or_is_none(text, zip_code):
    assert of(clean.postal_code(X), text) == [zip_code]


@pytest.mark.parametrize(
    ("text", "code"),
    [("541511", "541511"), ("541511.0", "541511"), ("54", "54"), ("31-33", "31-33"), ("44 \u2013 45", "44-45"),
     ("541511 Custom Computer Programming", "541511"), ("5415 11", None), ("30-35", None), ("-3133", None),
     ("5415110", None), ("541511.5", None), ("541511, 541512", None), ("Software", None)],
)  # fmt: skip
def test_an_industry_code_is_never_cut(text, code):
    assert of(clean.naics(X), text) == [code]
    assert lost(naics_code=text) == (set() if code else {"naics_code"})


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
        ("15-1252-00", "15-1252", None),
        ("15 - 1252", "15-1252", None),
        ("15-1252 Software Developers", "15-1252", None),
        ("15-1199.02 - Software QA", "15-1199.02", None),
        ("15-1252, 15-1253", None, "unreadable"),
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


def offered(low=None, high=None, unit=None, prevailing=None, prevailing_unit=None, soc="15-1252"):
    frame = pl.LazyFrame(
        {"wage_from": [low], "wage_to": [high], "wage_unit": [unit], "prevailing_wage": [prevailing],
         "prevailing_wage_unit": [prevailing_unit], "soc_code_filed": [soc]},
        schema={"wage_from": pl.Float64, "wage_to": pl.Float64, "wage_unit": pl.String,
                "prevailing_wage": pl.Float64, "prevailing_wage_unit": pl.String,
                "soc_code_filed": pl.String},
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


@pytest.mark.parametrize(
    ("low", "high", "unit", "prevailing"),
    [
        (1252216, None, "Year", 125216),
        (485326, None, "Year", 48526),
        (201155, None, "Year", 20155),
        (110.03, 12, "Hour", 11.03),
        (930000, 103000, "Year", 72000),
        (780000, 80000, "Year", None),
        (2381600, None, "Year", 23816),
    ],
)
def test_an_offer_with_a_digit_too_many_has_no_annual_wage(low, high, unit, prevailing):
    made = offered(low, high, unit, prevailing, unit)
    assert (made["annual_wage"], made["annual_wage_to"], made["wage_repair"]) == (
        None,
        None,
        "digit",
    )
    assert made["wage_from"] == low


@pytest.mark.parametrize(
    ("low", "prevailing", "soc"),
    [
        (650000, 74734, "29-1069"),
        (500000, 50856, "29-1067"),
        (750000, 41725, "29-1067"),
        (230000, 22910, "25-1011"),
        (400000, 42328, "19-1042"),
        (425000, 47902, None),
        (525000, 90000, "11-1011"),
    ],
)
def test_a_high_offer_without_a_digit_too_many_is_a_wage(low, prevailing, soc):
    made = offered(low, unit="Year", prevailing=prevailing, prevailing_unit="Year", soc=soc)
    assert (made["annual_wage"], made["wage_repair"]) == (low, None)


def test_an_upper_bound_with_a_digit_too_few_leaves_the_offer_that_the_prevailing_wage_backs():
    made = offered(31803, 3200, "Year", 31803, "Year")
    assert (made["annual_wage"], made["wage_repair"]) == (31803, "upper-dropped")


def test_an_offer_in_the_prevailing_wages_unit_says_so():
    made = offered(53.98, prevailing=112278, prevailing_unit="Hour")
    assert (made["annual_wage"], made["wage_repair"]) == (53.98 * 2080, "unit-from-pw")
    assert (made["annual_prevailing_wage"], made["prevailing_wage_repair"]) == (112278, "unit")
    made = offered(12000, prevailing=11000, prevailing_unit="Month")
    assert (made["annual_wage"], made["wage_repair"]) == (144000, "unit-from-pw")
    made = offered(30000, prevailing=2500, prevailing_unit="Month")
    assert (made["annual_wage"], made["wage_repair"]) == (30000, "unit-inferred")


@pytest.mark.parametrize(
    ("low", "prevailing", "year"),
    [(17083.34, 13866.67, 166400.04), (2500, 28850, 28850), (11389.5, 31600, 31600)],
)
def test_a_prevailing_wage_far_above_the_offer_was_an_annual_amount(low, prevailing, year):
    made = offered(low, prevailing=prevailing, prevailing_unit="Month")
    assert made["annual_wage"] == low * 12
    assert made["annual_prevailing_wage"] == pytest.approx(year)


def test_perm_of_2013_has_a_unit_of_the_prevailing_wage_alone():
    assert "prevailing_wage_unit" in layout("perm/2013").fields
    assert "wage_unit" not in layout("perm/2013").fields


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
