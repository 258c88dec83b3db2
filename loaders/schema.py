"""The canonical filing: its columns, what each means, and the rules a row must keep.

This is the one place for column names; the data dictionary page is made from it. Wages are US
dollars, annual where the name says so. Null means blank on the form, or not asked: the fields
of its `layout` (loaders.layouts) tell which.
"""

import dataframely as dy
import polars as pl

from loaders.facts import words

PROGRAMS = ("lca", "perm")
STATUSES = (
    "certified",
    "certified-withdrawn",
    "certified-expired",
    "withdrawn",
    "denied",
    "other",
)
CERTIFIED = STATUSES[:3]
VISA_CLASSES = ("H-1B", "H-1B1 Chile", "H-1B1 Singapore", "E-3")
WAGE_UNITS = ("Year", "Month", "Bi-Weekly", "Week", "Hour")
WAGE_LEVELS = ("I", "II", "III", "IV")
WAGE_REPAIRS = (
    "unit",
    "unit-from-pw",
    "unit-inferred",
    "range-order",
    "upper-dropped",
    "digit",
    "out-of-range",
)
# What is told when the lake is published, of all files together.
IDENTITY = ("employer_id", "brand_id")
TOLD = ("soc_code", "soc_map", "role", "finer_role", "role_evidence", "seniority")
PUBLISHED = ("release", "first_decision_date", *IDENTITY, *TOLD)
SOC_MAPS = ("exact", "one-to-one", "primary", "detail", "none")
ROLE_EVIDENCE = ("title", "title+soc", "soc")
SENIORITIES = ("intern", "entry", "mid", "senior", "staff-principal", "manager", "director-vp")
SOC_REPAIRS = ("excel-date", "excel-date-lost", "unreadable")
FEWEST = 5
"""Of fewer cases than this no rate, share, centile or rank is told, and none is drawn."""


def case_numbers() -> str:
    """The shapes of DOL's case numbers, as one pattern."""
    return f"^(?:{'|'.join(words('case_numbers'))})$"


def _text(description: str) -> dy.String:
    return dy.String(nullable=True, description=description)


def _one_of(values: tuple[str, ...], description: str) -> dy.Enum:
    return dy.Enum(values, nullable=True, description=description)


def _date(description: str) -> dy.Date:
    return dy.Date(nullable=True, description=description)


def _count(description: str) -> dy.Int32:
    return dy.Int32(nullable=True, description=description)


def _dollars(description: str) -> dy.Float64:
    return dy.Float64(nullable=True, description=description)


def _flag(description: str) -> dy.Bool:
    return dy.Bool(nullable=True, description=description)


class Filing(dy.Schema):
    """One case of one program, under its newest decision."""

    case_number = _text(
        "DOL's number of the case, unique within a program: in capitals, with plain hyphens."
    )
    program = _one_of(PROGRAMS, "lca (Form ETA-9035) or perm (Form ETA-9089).")
    layout = _text("The record layout of the file that the row comes from, e.g. lca/2020.")
    release = _text("The file that the row comes from, by its name in the registry.")
    fiscal_year = _count(
        "Federal fiscal year (1 October to 30 September) of the decision; of the file where a "
        "row has no decision date."
    )
    received_date = _date("When DOL received the case.")
    decision_date = _date(
        "Date of the newest decision on the case. A day still to come when the file is read is no "
        "date, here as in received_date and original_cert_date."
    )
    first_decision_date = _date("Earliest decision date among all rows of the case in all files.")
    original_cert_date = _date(
        "When a case that was withdrawn later had been certified: as filed, else the earliest "
        "certified row of the case."
    )
    status = _one_of(
        STATUSES,
        "Newest decision. certified-withdrawn and certified-expired were certified by DOL.",
    )
    status_raw = _text("The status as DOL spelled it.")
    visa_class = _one_of(VISA_CLASSES, "Visa class of an LCA; null in PERM and LCA FY2010.")
    employer_name = _text("Employer as filed, white space and Excel wrappers removed.")
    employer_id = _text(
        "The employer under all its spellings: its most filed name in lower case, with a state "
        "where namesakes stand apart."
    )
    brand_id = _text(
        "The brand that people know the employer by, where a reviewed list names one: "
        "data/employers/brands."
    )
    employer_dba = _text("Trade name (doing business as).")
    employer_city = _text("City of the employer's address.")
    employer_state = _text("USPS code of the employer's state; null outside the US.")
    employer_postal_code = _text(
        "Employer's ZIP code, 5 digits, leading zeros restored; null outside the US."
    )
    naics_code = _text(
        "Industry, NAICS, 2 to 6 digits as filed, or one of the sectors that are a range: 31-33, "
        "44-45, 48-49."
    )
    job_title = _text(
        "Title of the job. PERM files before FY2015 hold an occupation's title in many rows."
    )
    soc_code_raw = _text("Occupation code as filed.")
    soc_code_filed = _text(
        "The filed occupation code as NN-NNNN (.NN for an O*NET detail), in the SOC vintage it "
        "was filed in; 11-0000 where only the major group survived."
    )
    soc_code = _text(
        "The occupation in the SOC of 2018, NN-NNNN, whatever vintage was filed; null where "
        "soc_map is none."
    )
    soc_map = _one_of(
        SOC_MAPS,
        "How soc_code was found. exact: it was filed. one-to-one: the occupation got another code. "
        "primary: it was split since, this is its main part. detail: the O*NET detail says which "
        "part. none: no code, or one of no vintage.",
    )
    role = _text("The role that title and occupation tell: data/roles/roles.toml; other for none.")
    finer_role = _text("The finer role within it, where the title tells one.")
    role_evidence = _one_of(
        ROLE_EVIDENCE,
        "What told the role. title: the title. title+soc: the title, and the occupation agrees. "
        "soc: the occupation alone. Null where neither did: role is other.",
    )
    seniority = _one_of(SENIORITIES, "The level that the title tells; mid where it says nothing.")
    soc_repair = _one_of(
        SOC_REPAIRS,
        "excel-date: Excel had made the code a date, recovered. excel-date-lost: the same, only "
        "the major group is certain. unreadable: no code in it.",
    )
    soc_title = _text("Occupation title as filed; for e-file LCAs, of the DOT group.")
    worksite_city = _text("City of the first worksite.")
    worksite_county = _text("County of the first worksite.")
    worksite_state = _text("USPS code of the first worksite's state.")
    worksite_postal_code = _text("ZIP code of the first worksite, 5 digits.")
    worksite_count = _count("Worksites on the case (FY2019: of up to ten).")
    wage_from = _dollars(
        "Offered wage, lower bound, in dollars per wage_unit, as filed; null where the text is no "
        "plain amount or range."
    )
    wage_to = _dollars("Offered wage, upper bound, as filed; null where none or 0 was filed.")
    wage_unit = _one_of(WAGE_UNITS, "Unit of the offered wage as filed.")
    annual_wage = _dollars("Offered wage, lower bound, in dollars a year, after wage_repair.")
    annual_wage_to = _dollars("Offered wage, upper bound, in dollars a year, after wage_repair.")
    wage_repair = _one_of(
        WAGE_REPAIRS,
        "unit: the filed unit cannot be right, the amount says which is. unit-from-pw: no unit "
        "was filed, the prevailing wage's fits. unit-inferred: no unit was filed. The amount says "
        "which it is. range-order: bounds swapped. upper-dropped: the upper bound cannot be "
        "right. digit: ten or a hundred times the prevailing wage or its own upper bound, a digit "
        "too many, so that none is given a year. out-of-range: no unit makes the amount "
        "plausible, so that none is given a year.",
    )
    prevailing_wage = _dollars("Prevailing wage in dollars per prevailing_wage_unit, as filed.")
    prevailing_wage_unit = _one_of(
        WAGE_UNITS,
        "Unit of the prevailing wage as filed. In PERM FY2013-15 it is often the offer's.",
    )
    annual_prevailing_wage = _dollars("Prevailing wage in dollars a year, after repair.")
    prevailing_wage_repair = _one_of(WAGE_REPAIRS, "As wage_repair, for the prevailing wage.")
    wage_level = _one_of(WAGE_LEVELS, "Level of the prevailing wage, I (entry) to IV.")
    full_time = _flag("Full-time position.")
    begin_date = _date("First day of the employment period asked for.")
    end_date = _date("Last day of the employment period asked for.")
    total_workers = _count("Positions asked for on the LCA: not hires.")
    new_employment = _count("Of these, new employment.")
    continued_employment = _count("Of these, continuation with the same employer.")
    change_employer = _count("Of these, change of employer.")
    h1b_dependent = _flag("Employer says it is H-1B dependent.")
    willful_violator = _flag("Employer was found a willful violator.")
    secondary_entity = _flag("Workers are placed with a secondary entity.")
    law_firm = _text("Law firm, by its business name.")
    country_of_citizenship = _text("PERM old form: the worker's country of citizenship.")
    class_of_admission = _text("PERM old form: the worker's class of admission.")
    minimum_education = _text("The education that the job requires, on the old form of PERM.")
    required_experience_months = _count(
        "The months of experience that the job requires, on the old form of PERM."
    )


# Rules that a row keeps before it has columns.
OF_THE_FILE = {
    "row-misaligned": "A row of a CSV file has a cell for each column, the empty ones at its end "
    "or none of them left out; a comma or a line break without quotation marks moves cells.",
}


class Staged(Filing):
    """A row of one file, before the newest decision of its case is known.

    Kept beside the lake, never in it: a FEIN can be a person's SSN.
    """

    employer_fein = _text("Employer's federal tax number, 9 digits. Never shown or exported.")
    row = _count("Row of the sheet or file, counted from 1 with the header.")

    @dy.rule()
    def case_number_missing(cls) -> pl.Expr:
        """A row with content has a case number."""
        return pl.col("case_number").is_not_null()

    @dy.rule()
    def case_number_malformed(cls) -> pl.Expr:
        """A case number has one of the shapes that DOL gives them; a footer or a note has not."""
        number = pl.col("case_number")
        return number.is_null() | number.str.contains(case_numbers())

    @dy.rule()
    def status_and_decision_missing(cls) -> pl.Expr:
        """A case has a status or a decision date; a stub has neither."""
        said = pl.col("status_raw").is_not_null() | (pl.col("status").cast(pl.String) != "other")
        return said.fill_null(value=False) | pl.col("decision_date").is_not_null()

    @dy.rule()
    def fiscal_year_unknown(cls) -> pl.Expr:
        """A case has a decision date, or its file has a fiscal year."""
        return pl.col("fiscal_year").is_not_null()


def identity() -> pl.Expr:
    """Whom a filing counts for: the brand, else the employer; either may have the other's id."""
    return pl.coalesce(
        pl.concat_str(pl.lit("brand "), "brand_id"),
        pl.concat_str(pl.lit("employer "), "employer_id"),
    )
