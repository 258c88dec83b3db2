"""Text to types: one expression a column, every repair beside the value as filed.

Pure: frames in, frames out. Spellings and bounds are in data/codes and data/rules.toml.
"""

import datetime as dt
from functools import partial

import polars as pl

from loaders.facts import codes, pay_periods, rules, words
from loaders.schema import (
    PUBLISHED,
    SOC_REPAIRS,
    STATUSES,
    VISA_CLASSES,
    WAGE_LEVELS,
    WAGE_REPAIRS,
    WAGE_UNITS,
    Filing,
    case_numbers,
)

EXCEL_EPOCH = pl.date(1899, 12, 30)
_ODD_SPACE = r"(?: *(?:_x000[9AD]_|[\t-\r\x{85}\x{a0}\x{2028}\x{2029}]) *)+| {2,}"
_ODD = rf'^(?:\s|=")|\s$|{_ODD_SPACE}'
_DASH = r"[\x{ad}\x{2010}-\x{2015}\x{2212}\x{fe58}\x{fe63}\x{ff0d}]"
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?(?:E[+-]?[0-9]+)?|\.[0-9]+"


def letters(text: pl.Expr) -> pl.Expr:
    """Upper case, letters and digits alone: how code lists spell."""
    return text.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")


def plain(text: pl.Expr) -> pl.Expr:
    """Text without Excel's `="…"` wrapper and extra white space; null where nothing is said."""
    odd = pl.when(text.str.contains(_ODD)).then(text)  # few are: what follows passes over null
    bare = odd.str.replace_all(_ODD_SPACE, " ").str.strip_chars()
    bare = (
        pl.when(bare.str.starts_with('="'))
        .then(bare.str.slice(2).str.strip_suffix('"').str.strip_chars())
        .otherwise(bare)
    )
    said = pl.when(odd.is_null()).then(text).otherwise(bare)
    return pl.when(~said.is_in(["", *_blanks()])).then(said)


def _blanks() -> list[str]:
    return [form for word in words("blanks") for form in {word, word.lower(), word.title()}]


def coded(text: pl.Expr, code_list: str, values: tuple[str, ...]) -> pl.Expr:
    """A closed set: spellings of `data/codes/{code_list}.csv`, null where it knows none."""
    return letters(text).replace_strict(
        codes(code_list), default=None, return_dtype=pl.Enum(values)
    )


def flag(text: pl.Expr) -> pl.Expr:
    """Yes and no in all spellings."""
    return coded(text, "yes_no", ("true", "false")) == pl.lit("true")


def case_number(text: pl.Expr) -> pl.Expr:
    """DOL's number of a case in its own spelling; text that is none stays as it stands."""
    odd = pl.when(~text.str.contains(case_numbers())).then(text)
    number = (
        odd.str.to_uppercase()
        .str.replace_all(_DASH, "-")
        .str.replace_all(r"[\s\p{Cf}]", "")
        .str.replace(r"\.0+$", "")
    )
    return pl.coalesce(pl.when(number.str.contains(case_numbers())).then(number), text)


def _money() -> str:
    """A pattern of one amount: `$45.50 per hour`, `USD 90,000`, `90k`; groups number and k."""
    unit = "|".join([*words("wage_units"), "BI-WEEKLY"])
    return (
        rf"(?:(?:USD|US|) *\$? *)({_NUMBER}) *(K)?(?: *USD)?"
        rf"(?: *(?:/|PER |AN? |) *(?:{unit})S?\.?)?"
    )


def _amounts(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Lower and upper bound of an amount or a range in one cell, both null for any other text.

    Null for a negative one: no amount on the forms is below zero.
    """
    plainly = text.cast(pl.Float64, strict=False)
    parts = (
        pl.when(plainly.is_null())
        .then(text)
        .str.extract_groups(rf"(?i)^{_money()}(?: *(?:-|{_DASH}|to) *{_money()}| +(?:-|{_DASH}))?$")
    )
    low, low_k, high, high_k = (parts.struct[place] for place in range(4))

    def value(digits: pl.Expr, k: pl.Expr) -> pl.Expr:
        amount = digits.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
        return amount * pl.when(k.is_null()).then(1).otherwise(1000)

    # `90 - 100k`: a pay of 90 dollars or of 90,000?
    sure = low_k.is_not_null() | high_k.is_null()
    lower = pl.coalesce(plainly, pl.when(sure).then(value(low, low_k)))
    upper = pl.when(sure).then(value(high, high_k))
    return _amount(lower), _amount(upper)


def _amount(number: pl.Expr) -> pl.Expr:
    return pl.when(number.is_finite() & (number >= 0)).then(number)


def amount(text: pl.Expr) -> pl.Expr:
    """The dollars of a cell that says one amount: `$`, commas and a unit are passed over."""
    lower, upper = _amounts(text)
    return pl.when(upper.is_null()).then(lower)


def something(text: pl.Expr) -> pl.Expr:
    """The text, null where it is an amount of nothing."""
    return pl.when((_amounts(text)[0] != 0).fill_null(value=True)).then(text)


def count(text: pl.Expr) -> pl.Expr:
    """A whole number, `1` or `1.0`; else null."""
    number = text.str.extract(rf"^({_NUMBER})$").str.replace_all(",", "", literal=True)
    number = number.cast(pl.Float64, strict=False)
    return pl.when(number == number.floor()).then(number).cast(pl.Int32, strict=False)


def date(text: pl.Expr, until: dt.date | None = None) -> pl.Expr:
    """A date in any of `data/codes/date_formats.csv`, or as Excel's serial number; else null.

    The time of day goes, and so does a date outside the years of data/rules.toml or after `until`.
    """
    parsed = text.str.head(10).str.to_date("%Y-%m-%d", strict=False)
    other = pl.when(parsed.is_null()).then(text.str.replace(r"[ T]+[0-9]{1,2}:[0-9]{2}.*$", ""))
    other = pl.when(~other.str.contains(r"^[0-9]{6,7}$")).then(other)  # 2022111: January, November
    years = rules()["dates"]
    first, last = dt.date(years["first_year"], 1, 1), dt.date(years["last_year"], 12, 31)
    days = [
        parsed,
        *(other.str.to_date(form, strict=False) for form in words("date_formats")),
        _serial(other, r"^[0-9]{5}(?:\.[0-9]+)?$"),
    ]
    return pl.coalesce(
        pl.when(day.is_between(first, min(last, until or last))).then(day) for day in days
    )


def _serial(text: pl.Expr, form: str) -> pl.Expr:
    """The day of Excel's serial number, where the text has that form."""
    number = pl.when(text.str.contains(form)).then(text).cast(pl.Float64, strict=False)
    return EXCEL_EPOCH + pl.duration(days=number.cast(pl.Int64, strict=False))


def fiscal_year(day: pl.Expr) -> pl.Expr:
    """The federal fiscal year that a date falls in: from October it is the next year's."""
    return day.dt.year() + (day.dt.month() >= 10).cast(pl.Int32)  # noqa: PLR2004


def state(text: pl.Expr) -> pl.Expr:
    """The USPS code of a state spelled as code or name; null for anything else."""
    names = {letters_of(name): code for code, name in codes("states").items()}
    known = {code: code for code in codes("states")} | names | codes("state_spellings")
    return letters(text).replace_strict(known, default=None, return_dtype=pl.String)


def letters_of(text: str) -> str:
    """As `letters`, but of one string, with the letters of all alphabets."""
    return "".join(one for one in text.upper() if one.isalnum())


def postal_code(text: pl.Expr) -> pl.Expr:
    """A ZIP code's 5 digits: zeros that Excel dropped restored, ZIP+4 cut; else null.

    A state in front and the country behind are passed over.
    """
    plainly = pl.when(text.str.contains(r"^[0-9]{5}$")).then(text)
    odd = pl.when(plainly.is_null()).then(text)
    states = "|".join(codes("states"))
    five = odd.str.extract(
        rf"(?i)^(?:(?:{states})[ .,-]*)?([0-9]{{5}})(?:[ -]+[0-9_]{{1,4}}|[0-9]{{4}})?[\W_]*"
        r"(?: (?:USA?|U\.S\.(?:A\.?)?|UNITED STATES(?: OF AMERICA)?))?$"
    )
    digits = pl.when(five.is_null()).then(odd).str.extract(r"^([0-9]+)(?:\.0+)?$")
    short = pl.when(digits.str.len_chars().is_between(3, 5)).then(digits.str.zfill(5))
    long = pl.when(digits.str.len_chars().is_in([8, 9])).then(digits.str.zfill(9).str.head(5))
    lost = odd.str.extract(r"^([0-9]{4})-[0-9]{4}$").str.zfill(5)
    return pl.coalesce(plainly, five, short, long, lost)


def naics(text: pl.Expr) -> pl.Expr:
    """The 2 to 6 digits of an industry code, or a sector that is a range; else null."""
    plainly = pl.when(text.str.contains(r"^[0-9]{2,6}$")).then(text)
    odd = pl.when(plainly.is_null()).then(text)
    code = odd.str.extract(r"^([0-9]{2,6})(?:\.0+)?(?:[ :,-]+[A-Za-z].*)?$")
    sector = odd.str.replace_all(rf" *(?:-|{_DASH}) *", "-")
    return pl.coalesce(plainly, code, pl.when(sector.is_in(words("naics_sectors"))).then(sector))


def fein(text: pl.Expr) -> pl.Expr:
    """The 9 digits of a federal tax number, zeros that Excel dropped restored."""
    digits = text.str.replace(r"\.0$", "").str.replace_all(r"\D", "")
    return pl.when(digits.str.len_chars().is_between(7, 9)).then(digits.str.zfill(9))


# ------------------------------------------------------------------------------- occupation codes


def _soc_day(raw: pl.Expr) -> pl.Expr:
    """The day that Excel took a code for, as serial or as date text; else null."""
    serial = _serial(raw, r"^[0-9]{5,7}(?:\.0)?$")
    return pl.coalesce(serial, raw.str.head(10).str.to_date("%Y-%m-%d", strict=False))


def soc_code(raw: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The filed occupation code and its repair.

    Excel read `11-3021` as November 3021 and kept its serial number: month and year give the
    code back (PERM FY2015). From the truncated `11-21` of FY2012 only the major group is left.
    """
    form = r"^[0-9]{2}-[0-9]{4}(?:\.[0-9]{2})?$"
    plainly = pl.when(raw.str.contains(form)).then(raw.str.strip_suffix(".00"))
    odd = pl.when(plainly.is_null()).then(raw)
    day = _soc_day(odd)
    november = day.dt.month() == 11  # noqa: PLR2004
    recovered = pl.format("11-{}", day.dt.year())
    is_date = november & (day.dt.day() == 1) & recovered.is_in(words("soc_management"))
    parts = odd.str.extract_groups(
        r"^([0-9]{2})[^0-9]{0,3}([0-9]{4})(?:[.-]([0-9]{1,2}))?(?:[ :,-]+[A-Za-z].*)?$"
    )
    detail = parts.struct[2].str.pad_end(2, "0")
    code = pl.format("{}-{}", parts.struct[0], parts.struct[1])
    filed = pl.coalesce(
        plainly,
        pl.when(detail.fill_null("00") == "00")
        .then(code)
        .otherwise(pl.format("{}.{}", code, detail)),
    )
    repaired = (
        pl.when(is_date).then(recovered).when(filed.is_not_null()).then(filed).when(november)
    ).then(pl.lit("11-0000"))
    repair = (
        pl.when(raw.is_null())
        .then(None)
        .when(is_date)
        .then(pl.lit("excel-date"))
        .when(filed.is_not_null())
        .then(None)
        .when(november)
        .then(pl.lit("excel-date-lost"))
        .otherwise(pl.lit("unreadable"))
    )
    return repaired, repair.cast(pl.Enum(SOC_REPAIRS))


# ----------------------------------------------------------------------------------------- wages


_UNIT = pl.Enum(WAGE_UNITS)


def _period(unit: pl.Expr, what: str) -> pl.Expr:
    # Five comparisons of an Enum are twice as fast as its replacement.
    each = [pl.when(unit == name).then(period[what]) for name, period in pay_periods().items()]
    return pl.coalesce(each).cast(pl.Float64)


def _plausible(amount: pl.Expr, unit: pl.Expr) -> pl.Expr:
    return amount.is_between(_period(unit, "low"), _period(unit, "high")).fill_null(value=False)


def _surely(amount: pl.Expr, unit: str) -> pl.Expr:
    period = pay_periods()[unit]
    return amount.is_between(period["surely_from"], period["surely_to"])


def annual(amount: pl.Expr, unit: pl.Expr) -> pl.Expr:
    """Dollars a year from dollars per unit: 2,080 hours, 52 weeks, 26 fortnights, 12 months."""
    return amount * _period(unit, "per_year")


def true_unit(amount: pl.Expr, unit: pl.Expr, hint: pl.Expr) -> pl.Expr:
    """The unit that makes an amount plausible, or null.

    That is the filed unit, else the one that the amount itself says (a year's pay, an hour's);
    where none was filed, the hint stands in between.
    """
    return (
        pl.when(_plausible(amount, unit))
        .then(unit)
        .when(_surely(amount, "Year"))
        .then(pl.lit("Year", _UNIT))
        .when(unit.is_null() & _plausible(amount, hint))
        .then(hint)
        .when(_surely(amount, "Hour"))
        .then(pl.lit("Hour", _UNIT))
    )


def _unit_repair(amount: pl.Expr, unit: pl.Expr, found: pl.Expr) -> pl.Expr:
    return (
        pl.when(amount.is_null())
        .then(None)
        .when(found.is_null())
        .then(pl.lit("out-of-range"))
        .when(unit.is_null())
        .then(pl.lit("unit-inferred"))
        .when(found != unit)
        .then(pl.lit("unit"))
    )


def _digit_too_many(offer: pl.Expr, upper: pl.Expr, floor: pl.Expr, soc: pl.Expr) -> pl.Expr:
    """Whether an annual offer is ten times what stands beside it, as a slip of a digit makes it.

    The prevailing wage is one witness; the upper bound is the other, unless the offer is within
    reach of the prevailing wage: then the upper bound has slipped.
    """
    bounds = rules()["wages"]

    def slipped(beside: pl.Expr) -> pl.Expr:
        return (offer / beside).is_between(bounds["digit_from"], bounds["digit_to"])

    real = pl.any_horizontal(soc.str.starts_with(code) for code in bounds["digit_never"])
    against_floor = (slipped(floor) & ~real.fill_null(value=False)) | slipped(floor * 10)
    backed = (offer <= bounds["absurd_ratio"] * floor).fill_null(value=False)
    return against_floor.fill_null(value=False) | (slipped(upper) & ~backed).fill_null(value=False)


def wages(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Annual wages and their repairs from amounts and units as filed.

    Adds annual_wage, annual_wage_to, wage_repair, annual_prevailing_wage and
    prevailing_wage_repair; the columns as filed stay as they are.
    """
    low, high, prevailing = pl.col("wage_from"), pl.col("wage_to"), pl.col("prevailing_wage")
    unit, prevailing_unit = (
        pl.col(name).cast(_UNIT) for name in ("wage_unit", "prevailing_wage_unit")
    )
    unknown = pl.lit(None, _UNIT)
    bounds = rules()["wages"]
    absurd = bounds["absurd_ratio"]
    floor = pl.col("annual_prevailing_wage")
    offered = annual(low, pl.col("_unit"))
    yearly_floor = (
        (annual(prevailing, pl.col("_prevailing")) > bounds["above_offer"] * offered)
        & (prevailing <= offered)
        & _surely(prevailing, "Year")
    ).fill_null(value=False)
    yearly = (
        (offered > absurd * floor)
        & low.is_between(floor / 2, floor * absurd)
        & _plausible(low, pl.lit("Year", _UNIT))
    ).fill_null(value=False)
    upper, lower = annual(high, pl.col("_unit")), pl.col("annual_wage")
    alone = annual(high, true_unit(high, unknown, unknown))
    fits = _plausible(upper, pl.lit("Year", _UNIT))
    upper = pl.when(fits).then(upper).when(alone >= lower).then(alone)
    swapped = upper.is_between(lower * bounds["swap_from"], lower, closed="left")
    return (
        frame.with_columns(
            _prevailing=true_unit(prevailing, prevailing_unit, unit),
            _unit=true_unit(low, pl.coalesce(unit, prevailing_unit), unknown),
        )
        .with_columns(
            _prevailing=pl.when(yearly_floor).then(pl.lit("Year", _UNIT)).otherwise("_prevailing")
        )
        .with_columns(annual_prevailing_wage=annual(prevailing, pl.col("_prevailing")))
        .with_columns(_unit=pl.when(yearly).then(pl.lit("Year", _UNIT)).otherwise("_unit"))
        .with_columns(
            _digit=_digit_too_many(
                offered, annual(high, pl.col("_unit")), floor, pl.col("soc_code_filed")
            )
        )
        .with_columns(annual_wage=pl.when(~pl.col("_digit")).then(offered))
        .with_columns(_upper=pl.when(~pl.col("_digit")).then(upper))
        .with_columns(
            _swapped=swapped.fill_null(value=False),
            _dropped=high.is_not_null()
            & lower.is_not_null()
            & ~(pl.col("_upper") >= lower * bounds["swap_from"]).fill_null(value=False),
        )
        .with_columns(
            annual_wage=pl.when("_swapped").then("_upper").otherwise("annual_wage"),
            annual_wage_to=pl.when("_swapped")
            .then("annual_wage")
            .when(~pl.col("_dropped"))
            .then("_upper"),
            wage_repair=pl.coalesce(
                pl.when("_digit").then(pl.lit("digit")),
                pl.when(unit.is_null() & (pl.col("_unit") == prevailing_unit)).then(
                    pl.lit("unit-from-pw")
                ),
                _unit_repair(low, unit, pl.col("_unit")),
                pl.when("_swapped").then(pl.lit("range-order")),
                pl.when("_dropped").then(pl.lit("upper-dropped")),
            ).cast(pl.Enum(WAGE_REPAIRS)),
            prevailing_wage_repair=_unit_repair(
                prevailing, prevailing_unit, pl.col("_prevailing")
            ).cast(pl.Enum(WAGE_REPAIRS)),
        )
        .drop("_prevailing", "_unit", "_digit", "_upper", "_swapped", "_dropped")
    )


# ---------------------------------------------------------------------------------------- filings


def _bounds(from_: pl.Expr, to: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Lower and upper bound, also where one cell holds both (`20000 - 30000`); 0 is no bound."""
    lower, upper = _amounts(from_)
    upper = pl.coalesce(amount(to), upper)
    return pl.when(lower > 0).then(lower), pl.when(upper > 0).then(upper)


def _status(raw: pl.Expr, withdrawn: pl.Expr) -> pl.Expr:
    """The status, with the e-file system's separate WITHDRAWN flag worked in."""
    said = letters(raw).str.replace_all(r"\d", "")
    status = said.replace_strict(codes("statuses"), default="other", return_dtype=pl.String)
    gone = flag(withdrawn).fill_null(value=False)
    return (
        pl.when(gone & (status == "certified"))
        .then(pl.lit("certified-withdrawn"))
        .when(gone & (status == "other"))
        .then(pl.lit("withdrawn"))
        .otherwise(status)
        .cast(pl.Enum(STATUSES))
    )


def typed(text: pl.LazyFrame, today: dt.date | None = None) -> pl.LazyFrame:
    """Every canonical column that a file can give, from its text under the layout's field names.

    `text` holds every field of `FIELDS` as text, null where the layout has none. What has happened
    happened by `today`, the clock's if none is given.
    """
    today = today or dt.datetime.now(dt.UTC).date()
    past = partial(date, until=today + dt.timedelta(days=rules()["dates"]["days_ahead"]))
    column = {name: pl.col(name) for name in FIELDS}
    lower, upper = _bounds(
        pl.coalesce(column["wage_from"], column["wage_range"]), column["wage_to"]
    )
    prevailing = amount(column["prevailing_wage"])
    soc, soc_repair = soc_code(column["soc_code_raw"])
    blocks = pl.col("worksite_block").cast(pl.Int32)
    as_text = (
        "status_raw employer_name employer_dba employer_city soc_code_raw soc_title "
        "worksite_city worksite_county law_firm country_of_citizenship class_of_admission "
        "minimum_education"
    ).split()
    by_kind = {
        case_number: "case_number",
        past: "received_date decision_date original_cert_date",
        date: "begin_date end_date",
        state: "employer_state worksite_state",
        postal_code: "employer_postal_code worksite_postal_code",
        count: "total_workers new_employment continued_employment change_employer "
        "required_experience_months",
        flag: "h1b_dependent willful_violator secondary_entity",
    }
    return (
        text.with_columns(plain(pl.col(*FIELDS)))
        .select(
            *as_text,
            *(
                kind(column[name]).alias(name)
                for kind, names in by_kind.items()
                for name in names.split()
            ),
            wage_from=lower,
            wage_to=upper,
            prevailing_wage=pl.when(prevailing > 0).then(prevailing),
            wage_unit=coded(column["wage_unit"], "wage_units", WAGE_UNITS),
            prevailing_wage_unit=coded(column["prevailing_wage_unit"], "wage_units", WAGE_UNITS),
            wage_level=coded(column["wage_level"], "wage_levels", WAGE_LEVELS),
            visa_class=coded(column["visa_class"], "visa_classes", VISA_CLASSES),
            status=_status(column["status_raw"], column["withdrawn"]),
            naics_code=naics(column["naics_code"]),
            employer_fein=fein(column["employer_fein"]),
            job_title=pl.coalesce(column["job_title"], column["pw_job_title"]),
            soc_code_filed=soc,
            soc_repair=soc_repair,
            full_time=pl.coalesce(flag(column["full_time"]), ~flag(column["part_time"])),
            worksite_count=pl.coalesce(
                count(column["worksite_count"]), pl.when(blocks > 0).then(blocks)
            ),
            row="row",
        )
        .pipe(wages)
    )


# Fields of the layouts that are no columns of their own.
_FEEDERS = ("employer_fein", "withdrawn", "part_time", "wage_range", "pw_job_title")
_MADE = frozenset(PUBLISHED) | frozenset(
    "program layout fiscal_year status soc_code_filed soc_repair "
    "annual_wage annual_wage_to wage_repair annual_prevailing_wage prevailing_wage_repair".split()
)
FIELDS = tuple(name for name in Filing.column_names() if name not in _MADE) + _FEEDERS
