import json
import re
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from loaders import __main__ as command
from loaders import atlas, board, listing_files, listings, pay, places
from loaders.build import build
from loaders.facts import codes, pay_periods
from loaders.listing_facts import FOLDER, limit, patterns
from loaders.listing_facts import rows as facts
from loaders.listing_files import of_path, of_text
from loaders.listings import LISTING, ListingsError
from tests.conftest import case


def rows(text: str) -> list[dict[str, object]]:
    return listings.joined(of_text(text, "pasted")).rows(named=True)


def row(text: str) -> dict[str, object]:
    (only,) = rows(text)
    return only


def file(tmp_path: Path, name: str, content: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(tmp_path: Path, name: str, content: str | bytes) -> list[dict[str, object]]:
    frame = listings.read(file(tmp_path, name, content))[0]
    assert frame.schema == LISTING
    return frame.rows(named=True)


# ------------------------------------------------------------------------------- the five specimens


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        ("000", {"listing_name": "Apple", "pay_low": 181100, "pay_high": 318400, "pay_unit": "Year",
                 "pay_currency": "USD", "annual_pay_low": 181100, "annual_pay_high": 318400, "copies": 1,
                 "internship": False, "outside_us": None,
                 "context": {"page_role": "Machine Learning Intern", "visa_kind": "TN Visa", "shown": "5 of 15+"}}),
        ("001", {"listing_name": "Pinterest", "pay_low": 12100, "pay_high": 12100, "pay_unit": "Month",
                 "annual_pay_low": 145200, "copies": 2, "internship": True, "workplace": "hybrid", "outside_us": False,
                 "places": ["San Francisco, CA", "Palo Alto, CA", "Seattle, WA", "New York, NY"],
                 "visa_words": ["US based applicants only"],
                 "context": {"page_role": "Machine Learning Intern", "visa_kind": "Green Card", "shown": "5 of 37+"}}),
        ("002", {"listing_name": "Apple", "listing_title": "ML Research Engineer", "pay_low": 171600,
                 "pay_high": 258100, "pay_unit": "Year", "copies": 2, "internship": False,
                 "context": {"page_role": "ML Research Engineer", "visa_kind": "Green Card", "shown": "5 of 367+"}}),
        ("003", {"listing_name": "Children’s Healthcare of Atlanta", "listing_title": "Data Science Intern",
                 "pay_low": None, "internship": True, "copies": 1, "places": ["Atlanta, GA"],
                 "note": "the place “1575 Northeast Expy NE” names no city, state or country; taken from the text: Atlanta, GA"}),
        ("004", {"listing_name": "Apple", "listing_city": "Paris", "listing_state": None, "listing_country": "FR",
                 "places": ["Paris, France"], "outside_us": True, "workplace": "in person", "pay_low": None,
                 "internship": True, "posted_date": date(2025, 11, 21), "deadline_date": date(2025, 12, 5)}),
    ],
)  # fmt: skip
def test_a_specimen_is_one_listing_of_its_employer(shared, begins, expected):
    (path,) = (shared / "listings" / "seeds").glob(f"{begins}*.txt")
    (only,) = listings.read(path)[0].rows(named=True)
    assert {name: only[name] for name in expected} == expected
    assert only["source"].startswith(path.name)


def test_a_folder_is_read_file_after_file(shared):
    frame = listings.read(shared / "listings" / "seeds")[0]
    assert frame["listing_name"].to_list() == [
        "Apple", "Pinterest", "Apple", "Children’s Healthcare of Atlanta", "Apple",
    ]  # fmt: skip
    assert frame["copies"].to_list() == [1, 2, 2, 1, 1]
    assert "automation engineer" in frame["listing_title"][0]


def test_a_title_of_running_text_stands_with_its_words_and_a_stated_one_without(shared):
    seeds = shared / "listings" / "seeds"
    told = listings.read(seeds)[0].select("listing_title", "title_words").rows()
    assert told[0][1] == "You’ll join a small group of production automation engineers"
    assert told[4] == ("Intern, Machine Learning and AI, Foundation Model Infrastructure", None)
    (path,) = seeds.glob("000*.txt")
    text = path.read_text("utf-8").replace(
        "Join the team", "Title: MLOps Engineer\nJoin the team", 1
    )
    made = row(text)
    assert (made["listing_title"], made["title_words"]) == ("MLOps Engineer", None)


def test_a_guessed_title_is_still_one_in_a_csv_until_it_is_corrected():
    guessed = "company,listing_title,title_words\nGlobex,{},We seek a Data Analyst"
    assert row(guessed.format("Data Analyst"))["title_words"] == "We seek a Data Analyst"
    assert row(guessed.format("Statistician"))["title_words"] is None


def test_no_specimens_employer_is_named_in_the_rules():
    data = [path for path in FOLDER.iterdir() if path.name != "cities.csv"]
    code = [Path(module.__file__) for module in (board, listings, listing_files)]
    text = "".join(path.read_text("utf-8") for path in data + code)
    assert not re.search(r"\b(?:apple|pinterest|children.?s|migrate mate)\b", text, re.IGNORECASE)


# ------------------------------------------------------------------------------------ invented pages

BOARD = """{heading}
{heading} pay well, and employers file for visas every year. Read on to learn how.
Showing {shown} openings
See all Welder jobs
Sign up to see every listing and get alerts
{listing}
Similar jobs
Frequently asked questions
Can I get sponsored?
Use Visa Otter to find employers that file. Visa Otter lets you filter by visa.
Visa Otter is an equal opportunity employer.
"""
EEO = "{} is an equal opportunity employer and considers all applicants."


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("At Globex, base pay is one part of our package. We are looking for a Data Analyst who counts.",
         "Globex", "Data Analyst"),
        ("About Initech:\nWe make software.\nAs a Backend Engineer at Initech, you will build things.",
         "Initech", "Backend Engineer"),
        ("Join Umbrella Health as a Clinical Data Manager and help patients.\nResponsibilities\nCount them.",
         "Umbrella Health", "Clinical Data Manager"),
        ("Why Hooli?\nFree lunch.\nThe Hardware Technician will repair racks.", "Hooli", "Hardware Technician"),
        ("Responsibilities\nOur Quality Engineer role is in the lab.\n© 2026 Stark Fabrication LLC. All rights reserved",
         "Stark Fabrication LLC", "Quality Engineer"),
        ("We are hiring a Nurse Practitioner to join us.\n" + EEO.format("Mercy Hospital of the Plains"),
         "Mercy Hospital of the Plains", "Nurse Practitioner"),
        ("Acme Robotics is seeking an experienced Controls Engineer with PLC skills.", "Acme Robotics", "Controls Engineer"),
        ("Requirements\nPython\nThe Data Engineer should know SQL.\nVandelay Industries participates in E-Verify.",
         "Vandelay Industries", "Data Engineer"),
        ("Life at Soylent\nWe eat together.\nQualifications\nThe position of Food Scientist is new.",
         "Soylent", "Food Scientist"),
        ("Meet Wonka Labs\nWe are a small team.\nYou will join our group of flavor chemists in the lab.\nSkills\nTaste",
         "Wonka Labs", "flavor chemist"),
        ("Tyrell Corporation employees may purchase stock.\nWe're looking for a Research Scientist, Vision.",
         "Tyrell Corporation", "Research Scientist"),
        ("Company: Cyberdyne Systems\nTitle: Firmware Engineer\nLocation: Austin, TX\nSalary: $120K/yr",
         "Cyberdyne Systems", "Firmware Engineer"),
        ("Dunder Mifflin does not sponsor visas for this job.\nAs a Sales Associate you will call.\nBenefits\nPaper",
         "Dunder Mifflin", "Sales Associate"),
        ("Software Engineer\nPied Piper\nPalo Alto, CA (Hybrid)\n$150K/yr - $180K/yr\n3 days ago",
         "Pied Piper", "Software Engineer"),
        ("Oscorp · Senior Toxicologist Specialist\nNew York, NY\nFull-time", "Oscorp", "Senior Toxicologist Specialist"),
        ("Data Science Intern at Massive Dynamic\nBoston, MA\n$45/hr", "Massive Dynamic", "Data Science Intern"),
        (("The Aperture Science team is growing.\nWe are seeking a Test Associate for our lab.\n"
         "Aperture Science is committed to building a diverse team."), "Aperture Science", "Test Associate"),
        ("Who we are\nAt Monsters, Inc., we scare. We are hiring a Floor Supervisor.\n" + EEO.format("Monsters, Inc."),
         "Monsters, Inc.", "Floor Supervisor"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("page", ["{listing}", BOARD])
def test_the_text_tells_who_hires_for_what(page, text, name, title):
    made = row(
        page.replace("{listing}", text)
        .replace("{heading}", "H-1B Visa Welder Jobs")
        .replace("{shown}", "1 of 9+")
    )
    assert (made["listing_name"], made["listing_title"]) == (name, title)
    if page == BOARD:
        assert made["context"] == {
            "page_role": "Welder",
            "visa_kind": "H-1B Visa",
            "shown": "1 of 9+",
        }


def test_the_board_is_never_an_employer():
    page = BOARD.replace("{heading}", "Welder Jobs").replace("{shown}", "0 of 3")
    with pytest.raises(ListingsError, match="no job listing"):
        rows(page.replace("{listing}", ""))
    own = "About Visa Otter\nWe track visas.\nQualifications\nWe are hiring a Welding Engineer for a client."
    assert row(page.replace("{listing}", own))["listing_name"] is None


def test_two_listings_on_a_page_are_two_rows():
    first = (
        "About Globex:\nWe are hiring a Data Analyst in Austin, TX.\nThe base salary is $90,000.\n"
        + EEO.format("Globex")
    )
    second = (
        "About Initech:\nWe are hiring a Tax Accountant.\nPay: $41.50 per hour.\n"
        + EEO.format("Initech")
    )
    made = rows(f"{first}\n\n{second}\n\n{first}\n")
    assert [(one["listing_name"], one["listing_title"], one["copies"]) for one in made] == [
        ("Globex", "Data Analyst", 2),
        ("Initech", "Tax Accountant", 1),
    ]
    assert made[0]["source"] == "pasted line 1; pasted line 11"


def test_cards_of_search_results_are_a_row_each():
    made = rows(
        "Data Analyst\nGlobex\nChicago, IL\n$80K/yr - $95K/yr\n\nWeb Developer\nInitech\nRemote\nDenver, CO\n\n"
        "---\nNurse Manager\nMercy Hospital\nSpringfield, MA\n$52 an hour\n"
    )
    assert [(one["listing_name"], one["listing_title"], one["listing_city"]) for one in made] == [
        ("Globex", "Data Analyst", "Chicago"),
        ("Initech", "Web Developer", "Denver"),
        ("Mercy Hospital", "Nurse Manager", "Springfield"),
    ]


@pytest.mark.parametrize("what", ["Zookeeper", "Caregiver", "Machine Operator", "Pediatrician"])
def test_a_card_among_others_is_a_listing_whatever_its_trade(what):
    cards = [("Globex", "Data Analyst"), ("Initech", what), ("Hooli", "Data Engineer")]
    made = rows("\n\n".join(f"{name}\n{title}\nAustin, TX" for name, title in cards))
    assert [(row["listing_name"], row["listing_title"]) for row in made] == cards


@pytest.mark.parametrize("title_first", [True, False])
def test_in_a_list_of_cards_a_title_that_no_word_tells_stands_where_the_others_do(title_first):
    cards = [("Globex", "Qwertzist"), ("Initech", "Data Analyst"), ("Hooli", "Zubrowkawright")]
    lines = [(title, name) if title_first else (name, title) for name, title in cards]
    made = rows("\n\n".join(f"{one}\n{two}\nAustin, TX\n2 days ago" for one, two in lines))
    assert [(row["listing_name"], row["listing_title"]) for row in made] == cards


@pytest.mark.parametrize("said", ["", "{} with verification\n"])
def test_cards_without_a_blank_line_between_are_a_row_each(said):
    cards = [("Globex", "Data Analyst"), ("Initech", "Qwertzist"), ("Hooli", "Web Developer")]
    made = rows(
        "\n".join(
            f"{title}\n{said.format(title)}{name}\n4.3\nAustin, TX (On-site)\n$80K/yr - $95K/yr\nPromoted"
            for name, title in cards
        )
    )
    assert [(row["listing_name"], row["listing_title"]) for row in made] == cards
    assert {row["listing_city"] for row in made} == {"Austin"}


def test_a_line_that_heads_a_list_costs_no_card():
    made = rows("My list:\nData Analyst\nGlobex\nAustin, TX\n\nWeb Developer\nHooli\nReno, NV")
    assert [row["listing_name"] for row in made] == ["Globex", "Hooli"]


def test_other_offices_of_an_advert_are_no_listings_of_their_own():
    prose = "We build engines for people who count. You will analyse data in Python and SQL.\n"
    made = rows(
        f"Data Analyst\nGlobex\nAustin, TX\n\n{prose}\nOther sites\nGlobex Works\nDallas, TX\n"
    )
    assert [(one["listing_name"], one["listing_city"]) for one in made] == [("Globex", "Austin")]


@pytest.mark.parametrize(
    "body", ["", "Globex seeks a Data Engineer II who will build.", "Join us."]
)
@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("Data Engineer II", "Data Engineer II"),
        ("We are hiring a Data Engineer", "Data Engineer"),
        ("Join us as a Data Engineer!", "Data Engineer"),
    ],
)
def test_the_title_of_labelled_lines_may_stand_alone_above_them(above, expected, body):
    made = rows(f"{above}\n\nCompany: Globex\nLocation: Los Angeles, California\n\n{body}")
    assert [(one["listing_name"], one["listing_title"]) for one in made] == [("Globex", expected)]


def test_a_sentence_below_labelled_lines_is_no_title():
    made = rows("Company: Globex\nLocation: Austin, TX\n\nWork with engineers every day")
    assert [one["listing_title"] for one in made] == [None]


def test_labelled_listings_need_no_blank_line_between():
    made = rows(
        "Company: Globex\nTitle: Analyst\nDeadline: March 5th, 2026\nCompany: Initech\nTitle: Clerk\n"
    )
    assert [(one["listing_name"], one["deadline_date"]) for one in made] == [
        ("Globex", date(2026, 3, 5)),
        ("Initech", None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (("Senior Software Engineer, Payments\nZephyr Bank\nNew York, NY (On-site)\nFull-time · Mid-Senior level\n"
         "About the job\nZephyr Bank is a leading bank. Founded in 1999 with $3 billion in assets.\n"
         "Compensation: $165,000 to $210,000 base + bonus.\nApply by January 30, 2026"),
         ("Zephyr Bank", "Senior Software Engineer, Payments", ["New York, NY"], 165000, 210000)),
        ("JOB TITLE\nCivil Engineer II\nCOMPANY\nGranite & Sons, LLC\nLOCATION\nReno, Nevada\nSALARY\n$41.10/hour",
         ("Granite & Sons, LLC", "Civil Engineer II", ["Reno, NV"], 41.1, 41.1)),
        ("Marketing Intern (Summer 2026)\nBlue Heron Media — London, UK\n£13.50 per hour\nWe're a small studio.",
         ("Blue Heron Media", "Marketing Intern (Summer 2026)", ["London, United Kingdom"], 13.5, 13.5)),
        (("Welcome to Kestrel Aerospace!\nAs our next Propulsion Engineer, you will work onsite in Huntsville, AL or Denver, CO.\n"
         "Pay Range: $98,000 - $131,500"), ("Kestrel Aerospace", "Propulsion Engineer", ["Huntsville, AL", "Denver, CO"], 98000, 131500)),
        ("Hiring: Data Scientist @ Lumen Analytics\nRemote (US only)\nComp 140k-170k\nDM me!",
         ("Lumen Analytics", "Data Scientist", ["United States"], 140000, 170000)),
        ("Our client, a global bank, is looking for a Risk Analyst to join their team in Charlotte, NC.\nRequirements\n$70/hr on W2",
         (None, "Risk Analyst", ["Charlotte, NC"], 70, 70)),
        (("Remote Nurse Jobs near Ohio\nFind the best nurse jobs.\n12 results\nRegistered Nurse\nBuckeye Care Network\nColumbus, OH\n"
         "$38.50 - $51.25 per hour\nPosted 11/02/2025\nQuick apply\nPeople also searched: nursing\nSign up for NursePost"),
         ("Buckeye Care Network", "Registered Nurse", ["Columbus, OH"], 38.5, 51.25)),
    ],
)  # fmt: skip
def test_pasted_listings_of_many_shapes_are_read(text, expected):
    made = row(text)
    assert (
        tuple(
            made[name]
            for name in ("listing_name", "listing_title", "places", "pay_low", "pay_high")
        )
        == expected
    )


def test_paragraphs_of_one_listing_stay_together():
    made = row(
        "Data Analyst\nGlobex\nAustin, TX\n\nAbout the role\nYou will count.\n\nQualifications\nSQL\n\n"
        "About Globex\nWe count.\n\nGlobex is an equal opportunity employer."
    )
    assert (made["listing_name"], made["listing_title"], made["places"]) == (
        "Globex",
        "Data Analyst",
        ["Austin, TX"],
    )


@pytest.mark.parametrize(
    ("said", "quotes", "says"),
    [
        ("US based applicants only", ["US based applicants only"], "who"),
        ("You must be authorized to work in the U.S.", ["You must be authorized to work in the U.S."], "who"),
        ("A security clearance is required.", ["A security clearance is required"], "who"),
        ("Globex participates in E-Verify.", ["Globex participates in E-Verify"], "work"),
        ("US based applicants only, H-1B too.", ["US based applicants only, H-1B too"], "named"),
        ("Permanent residents may apply.", ["Permanent residents may apply"], "named"),
        ("We do not offer visa sponsorship for it.", ["We do not offer visa sponsorship for it"], "no"),
        ("No sponsorship.", ["No sponsorship"], "no"),
        ("We are unable to sponsor H-1B.", ["We are unable to sponsor H-1B"], "no"),
        ("Applicants must not require sponsorship.", ["Applicants must not require sponsorship"], "no"),
        ("You must be authorized to work in the U.S. without sponsorship. Tea is free.",
         ["You must be authorized to work in the U.S. without sponsorship"], "no"),
        ("- US citizens only", ["US citizens only"], "no"),
        ("U.S. citizenship is required", ["U.S. citizenship is required"], "no"),
        ("Visa sponsorship: no", ["Visa sponsorship: no"], "no"),
        ("Green card sponsorship available", ["Green card sponsorship available"], "yes"),
        ("TN welcome", ["TN welcome"], "yes"),
        ("OPT/CPT considered", ["OPT/CPT considered"], "yes"),
        ("We sponsor visas!", ["We sponsor visas!"], "yes"),
        ("We sponsor visas. We cannot sponsor interns.", ["We sponsor visas", "We cannot sponsor interns"], "both"),
        ("We file H-1B and TN visa petitions.", ["We file H-1B and TN visa petitions"], "named"),
        ("EB-2 or NIW may follow; tea is free", ["EB-2 or NIW may follow"], "named"),
        ("Will you require sponsorship for a visa?", ["Will you require sponsorship for a visa?"], "named"),
        ("We will consider sponsoring a new qualified applicant for employment authorization.",
         ["We will consider sponsoring a new qualified applicant for employment authorization"], "yes"),
        ("We will not consider sponsoring a new qualified applicant for employment authorization.",
         ["We will not consider sponsoring a new qualified applicant for employment authorization"], "no"),
        ("We may sponsor the right candidate.", ["We may sponsor the right candidate"], "yes"),
        ("Sponsorship will be considered.", ["Sponsorship will be considered"], "yes"),
        ("We are open to sponsorship.", ["We are open to sponsorship"], "yes"),
        ("This role is eligible for visa sponsorship.", ["This role is eligible for visa sponsorship"], "yes"),
        ("This role is not eligible for visa sponsorship.", ["This role is not eligible for visa sponsorship"], "no"),
        ("We will consider candidates with work authorization.",
         ["We will consider candidates with work authorization"], "who"),
        ("#LI-EB1 #LI-Hybrid", [], None),
        ("Nashville, TN. You decide. Adopt change. You find sponsors for our events.", [], None),
    ],
)  # fmt: skip
def test_what_is_said_of_visas_is_quoted_whole_and_told(said, quotes, says):
    made = row(f"About Globex\nWe are hiring a Data Analyst.\n{said}\n")
    assert (made["visa_words"], made["visa_says"]) == (quotes, says)


def test_a_long_sentence_about_visas_is_cut_around_its_words():
    made = row(
        f"About Globex\nWe are hiring a Data Analyst {'and more ' * 90}no H-1B {'and more ' * 90}\n"
    )
    (quote,) = made["visa_words"]
    assert "more no H-1B and" in quote
    assert len(quote) <= limit("visa_chars") + 30


# ---------------------------------------------------------------------------------------------- pay


def paid(text):
    made = pay.in_cell(text)
    return made and (made.low, made.high, made.unit, made.currency)


@pytest.mark.parametrize(
    ("word", "ends"),
    [
        *((word, (None, 90000)) for word in ("up to", "at most", "max", "maximum", "maximum of")),
        *(
            (word, (90000, None))
            for word in ("from", "at least", "min", "minimum of", "starting at", "starting from")
        ),
        ("between", (90000, 90000)),
    ],
)
def test_a_word_before_an_amount_says_whether_it_is_the_least_or_the_most(word, ends):
    for text in (f"{word} $90,000", f"{word.upper().replace(' ', chr(10))}  $90,000 a year"):
        paid = pay.in_cell(text)
        assert (paid.low, paid.high) == ends


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("$181,100 and $318,400", (181100, 318400, "Year", "$")),
        ("$12,100 monthly", (12100, 12100, "Month", "$")),
        ("Bi weekly pay: $2,000", (2000, 2000, "Bi-Weekly", "$")),
        ("SE\u212a 50,000 a year", (50000, 50000, "Year", "SEK")),
        ("$45/hr", (45, 45, "Hour", "$")),
        ("$45 - $60 an hour", (45, 60, "Hour", "$")),
        ("120k–150k", (120000, 150000, "Year", None)),
        ("$120-150K", (120000, 150000, "Year", "$")),
        ("USD 120,000.00 to 150,000.00 per year", (120000, 150000, "Year", "USD")),
        ("$120K/yr", (120000, 120000, "Year", "$")),
        ("$120K/yr - $150K/yr", (120000, 150000, "Year", "$")),
        ("£60,000", (60000, 60000, "Year", "GBP")),
        ("€50k", (50000, 50000, "Year", "EUR")),
        ("50.000 €", (50000, 50000, "Year", "EUR")),
        ("up to $200,000", (None, 200000, "Year", "$")),
        ("$100,000+", (100000, None, "Year", "$")),
        ("Up to $200,000 + equity", (None, 200000, "Year", "$")),
        ("$150,000 + equity", (150000, 150000, "Year", "$")),
        ("$5,000+ bonus", None),
        ("$25.50 hourly", (25.5, 25.5, "Hour", "$")),
        ("$4,000 bi-weekly", (4000, 4000, "Bi-Weekly", "$")),
        ("120000", (120000, 120000, "Year", None)),
        ("$3,500", (3500, 3500, None, "$")),
        ("$300 per day", (300, 300, None, "$")),
        ("$60,000 USD annually", (60000, 60000, "Year", "USD")),
        ("$150,000 - $120,000", (120000, 150000, "Year", "$")),
        ("$25 per hour + $2,000 sign-on bonus", (25, 25, "Hour", "$")),
        ("none", None),
        ("", None),
        ("Competitive", None),
        ("No salary listed", None),
        ("$5 million in funding", None),
        ("401(k)", None),
        ("$2,000 sign-on bonus", None),
        ("$500 stipend", None),
        ("save $50", None),
        ("$18.00/hr-$22.00/hr", (18, 22, "Hour", "$")),
        ("$20/hour-$25/hour", (20, 25, "Hour", "$")),
        ("$18 per hour-$22 per hour", (18, 22, "Hour", "$")),
        ("$18.00/Hr.-$22.00/Hr.", (18, 22, "Hour", "$")),
        ("USD 18/hr-USD 22/hr", (18, 22, "Hour", "USD")),
        ("$100k/yr-$150k/yr", (100000, 150000, "Year", "$")),
        ("$100,000/year-150,000/year", (100000, 150000, "Year", "$")),
        ("$95 000 – $110 000", (95000, 110000, "Year", "$")),
        ("95 000 € - 110 000 €", (95000, 110000, "Year", "EUR")),
        ("CA$95 000.50 per year", (95000.5, 95000.5, "Year", "CAD")),
        ("$25 100% remote", (25, 25, "Hour", "$")),
        ("$20 401k", (20, 20, "Hour", "$")),
        ("Competitive, 401k, dental", None),
        ("401K/403B match, 401(k), 401 k, 457b", None),
        ("403(b), 457(b) and 529", None),
        ("$401k", (401000, 401000, "Year", "$")),
        ("401k-450k", (401000, 450000, "Year", None)),
        ("$25/hr, 401k", (25, 25, "Hour", "$")),
        ("Full-time, 40 hours per week", None),
        ("$25/hr, 30-40 hours a week, 6-month contract", (25, 25, "Hour", "$")),
        ("40 - 50.5 HOUR", (40, 50.5, "Hour", None)),
    ],
)  # fmt: skip
def test_pay_in_a_cell_is_read_as_written(text, said):
    assert paid(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The base pay range for this role is between $181,100 and $318,400, and more.", (181100, 318400)),
        ("You get a $500 stipend. The salary for this position is $12,100 monthly.", (12100, 12100)),
        ("We raised $5 million in funding and offer a 401(k).", None),
        ("We manage $200,000 budgets.", None),
        ("Internships are 12 weeks paid from September 21 - December 11, 2026.", None),
        ("Salary: 120k - 150k", (120000, 150000)),
        ("Compensation: £45,000 to £55,000 per annum", (45000, 55000)),
        ("A $2,000 sign-on bonus comes on top of $38.25 per hour.", (38.25, 38.25)),
        ("Pay range: $120,000/yr-$150,000/yr", (120000, 150000)),
        ("We pay $18.00/hr-$22.00/hr, DOE.", (18, 22)),
        ("The salary is $95 000 to $110 000 a year.", (95000, 110000)),
        ("We offer a competitive salary, 401k, and health insurance.", None),
        ("Benefits: salary, 401K with match.", None),
        ("Competitive pay, 403b, 457b, a 529 plan and 401(k) matching up to $5,000.", None),
        ("Salary and 401k for our 10k employees; 100k active users get paid by us.", None),
        ("Competitive pay, 40 hours/week, 80 hours of paid time off.", None),
        ("Salary: $120,000, 401k", (120000, 120000)),
    ],
)  # fmt: skip
def test_pay_is_found_in_prose_and_other_sums_are_not_pay(text, said):
    made = pay.in_prose(text)
    assert (made and (made.low, made.high)) == said


@given(
    st.integers(20, 400), st.integers(0, 100), st.sampled_from([" - ", "-", "–", " to "]),
    st.sampled_from([("/hr", "Hour"), (" per year", "Year"), (" monthly", "Month"), (" a week", "Week")]),
    st.sampled_from([("$", "$"), ("£", "GBP"), ("USD ", "USD"), ("€", "EUR")]), st.sampled_from([1, 1000]),
)  # fmt: skip
def test_a_written_range_reads_back(low, more, to, unit, sign, scale):
    amounts = low * scale, (low + more) * scale
    written = f"{sign[0]}{amounts[0]:,}{to}{sign[0]}{amounts[1]:,}{unit[0]}"
    assert paid(written) == (*amounts, unit[1], sign[1])
    if scale == 1000:
        assert paid(f"{sign[0]}{low}k{to}{sign[0]}{low + more}K{unit[0]}") == (
            *amounts,
            unit[1],
            sign[1],
        )


@given(
    st.text(alphabet=st.sampled_from("0123456789$€k,.-–/ hryear()+to"), max_size=60)
    | st.text(max_size=80)
)
def test_any_text_has_pay_or_none(text):
    for made in (pay.in_cell(text), pay.in_prose(text)):
        if made:
            assert made.low or made.high
            assert not (made.low and made.high) or made.low <= made.high
            assert made.unit is None or made.unit in pay_periods()


def test_pay_is_annual_dollars_or_says_why_not():
    made = row("company,pay\nGlobex,$50/hr\n")
    assert (made["annual_pay_low"], made["pay_currency"]) == (104000, "USD")
    made = row("company,pay,location\nGlobex,$50/hr,Toronto\n")
    assert (made["annual_pay_low"], made["pay_currency"]) == (None, None)
    assert "currency" in made["note"]
    made = row('company,pay\nGlobex,"£60,000"\n')
    assert (made["annual_pay_low"], made["pay_low"], made["pay_currency"]) == (None, 60000, "GBP")
    made = row('company,pay\nGlobex,"$3,500"\n')
    assert (made["annual_pay_low"], made["pay_low"], made["pay_unit"]) == (None, 3500, None)
    assert "unit" in made["note"]


# ------------------------------------------------------------------------------------------- places


@pytest.mark.parametrize(
    ("text", "labels", "outside"),
    [
        ("Seattle, WA", ["Seattle, WA"], False),
        ("San Francisco, California, United States", ["San Francisco, CA"], False),
        ("Remote - US", ["United States"], False),
        ("New York City", ["New York, NY"], False),
        ("Paris, France", ["Paris, France"], True),
        ("Paris, TX", ["Paris, TX"], False),
        ("London, UK", ["London, United Kingdom"], True),
        ("Toronto, ON, Canada", ["Toronto, ON, Canada"], True),
        ("Bengaluru", ["Bengaluru, India"], True),
        ("Remote", [], None),
        ("Austin, TX; Remote", ["Austin, TX"], False),
        ("Atlanta, Georgia", ["Atlanta, GA"], False),
        ("Tbilisi, Georgia", ["Tbilisi, Georgia"], True),
        ("Boston, New York", ["Boston, MA", "New York, NY"], False),
        ("Austin, TX, Paris, France", ["Austin, TX", "Paris, France"], False),
        ("Vancouver, CA", ["Vancouver, Canada"], True),
        ("Vancouver, WA", ["Vancouver, WA"], False),
        ("Bengaluru, IN", ["Bengaluru, India"], True),
        ("Indianapolis, IN", ["Indianapolis, IN"], False),
        ("Springfield", ["Springfield"], None),
        ("Peru, IL", ["Peru, IL"], False),
        ("New Brunswick, NJ", ["New Brunswick, NJ"], False),
        ("Toronto, Ontario, CA", ["Toronto, ON, Canada"], True),
        ("Remote, US, CA", ["United States", "California"], False),
        ("P&G", ["P&G"], None),
        ("Portland, Maine 04101", ["Portland, ME"], False),
        ("1 Main St, Austin, TX (Hybrid)", ["Austin, TX"], False),
        ("US-Austin", ["Austin, TX"], False),
        ("北京", ["北京"], None),
        ("Multiple locations", [], None),
        # A country that is stated decides.
        ("Chennai, TN, India", ["Chennai, Tamil Nadu, India"], True),
        ("Chennai, TN, IN", ["Chennai, Tamil Nadu, India"], True),
        ("Chennai, TN", ["Chennai, Tamil Nadu, India"], True),
        ("Hosur, TN, India", ["Hosur, Tamil Nadu, India"], True),
        ("TN, India", ["Tamil Nadu, India"], True),
        ("Perth, WA, Australia", ["Perth, WA, Australia"], True),
        ("Perth, WA, US", ["Perth, WA"], False),
        ("Munich, BY, DE", ["Munich, BY, Germany"], True),
        ("Milan, MI, IT", ["Milan, MI, Italy"], True),
        ("Milan, MI", ["Milan, MI"], False),
        ("Barcelona, CT, ES", ["Barcelona, CT, Spain"], True),
        ("Bogota, DC, CO", ["Bogota, Distrito Capital, Colombia"], True),
        ("Sarajevo, Bosnia and Herzegovina", ["Sarajevo, Bosnia and Herzegovina"], True),
        ("Oeiras, Lisboa, Portugal", ["Oeiras, Lisboa, Portugal"], True),
        ("Germany - Zorbaville", ["Zorbaville, Germany"], True),
        ("London, Paris, France", ["London, United Kingdom", "Paris, France"], True),
        ("Austin, TX, Bengaluru, Karnataka, India", ["Austin, TX", "Bengaluru, Karnataka, India"], False),
        ("Moscow, ID", ["Moscow, ID"], False),
        ("Melbourne, FL", ["Melbourne, FL"], False),
        ("Birmingham, AL, US", ["Birmingham, AL"], False),
        ("Naples, FL", ["Naples, FL"], False),
        ("Delhi, NY", ["Delhi, NY"], False),
        ("Cambridge, MA", ["Cambridge, MA"], False),
        # Ontario is a province, and a city in California.
        ("Ontario, CA", ["Ontario, CA"], False),
        ("Ontario, CA 91761", ["Ontario, CA"], False),
        ("Ontario, CA, US", ["Ontario, CA"], False),
        ("Ontario, California, United States", ["Ontario, CA"], False),
        ("Los Angeles, Ontario, CA", ["Los Angeles, CA", "Ontario, CA"], False),
        ("Ontario", ["ON, Canada"], True),
        ("Ontario, Canada", ["ON, Canada"], True),
        ("ON, Canada", ["ON, Canada"], True),
        ("Toronto, ON, CA", ["Toronto, ON, Canada"], True),
        ("Toronto, ON M5V 2T6", ["Toronto, ON, Canada"], True),
        ("London, Ontario, CA", ["London, ON, Canada"], True),
        ("Quebec, CA", ["QC, Canada"], True),
        ("Victoria, BC", ["Victoria, BC, Canada"], True),
        # The country or the state first.
        ("US, WA, Seattle", ["Seattle, WA"], False),
        ("US-CA-Menlo Park", ["Menlo Park, CA"], False),
        ("US-NC-Winston-Salem", ["Winston-Salem, NC"], False),
        ("USA - CA - Cupertino", ["Cupertino, CA"], False),
        ("US - CA, San Francisco", ["San Francisco, CA"], False),
        ("United States, California, San Jose", ["San Jose, CA"], False),
        ("United States of America-California-San Jose", ["San Jose, CA"], False),
        ("US, CA, Virtual Location - California", ["California"], False),
        ("California - San Francisco", ["San Francisco, CA"], False),
        ("TX-Austin", ["Austin, TX"], False),
        ("IND, KA, Bengaluru", ["Bengaluru, Karnataka, India"], True),
        ("India-Bangalore", ["Bangalore, India"], True),
        ("CA-ON-Toronto", ["Toronto, ON, Canada"], True),
        ("CA-San Francisco", ["San Francisco, CA"], False),
        ("IN-KA-Remote", ["Karnataka, India"], True),
        ("US-Remote", ["United States"], False),
        ("Remote (US)", ["United States"], False),
        ("United States (Remote)", ["United States"], False),
        ("Austin, TX USA", ["Austin, TX"], False),
        ("Munich Germany", ["Munich, Germany"], True),
        ("Boston, MA - New York, NY", ["Boston, MA", "New York, NY"], False),
        # What boards say beside a place is none.
        ("Austin, TX +3 more", ["Austin, TX"], False),
        ("Austin, TX+2 locations", ["Austin, TX"], False),
        ("Austin, TX and 3 others", ["Austin, TX"], False),
        ("Austin, TX, and 5 more", ["Austin, TX"], False),
        ("Austin, TX (+2 other locations)", ["Austin, TX"], False),
        ("Austin, TX and more", ["Austin, TX"], False),
        ("Onsite, based in New York, NY", ["New York, NY"], False),
        ("Remote - US, Pacific Time", ["United States"], False),
        ("Remote-Friendly | SF HQ", ["San Francisco, CA"], False),
    ],
)  # fmt: skip
def test_places_are_told_and_a_name_of_many_places_is_not_guessed(text, labels, outside):
    made = places.in_cell(text)
    assert [one.label for one in made] == labels
    assert places.outside_us(made) is outside


@given(
    st.sampled_from(sorted(codes("states").items())),
    st.sampled_from(["Zorbaville", "Port Quux", "Xanadu"]),
)
def test_an_unknown_city_stands_in_the_state_that_is_written(state, city):
    code, name = state
    expected = atlas.Place(city, code, "US")
    assert places.in_cell(f"{city}, {code}") == [expected]
    assert places.in_cell(f"{city}, {name}, USA") == [expected]
    assert places.in_cell(f"Remote; {city}, {name}") == [expected]


_CITIES = [row for row in facts("cities") if len(row[0]) > 3]  # of SF a state's letters are told
_AT_HOME = [row for row in _CITIES if row[3] == "US"]
_ABROAD = [row for row in _CITIES if row[3] != "US"]
_BOTH = {row[0] for row in _AT_HOME}


@pytest.mark.parametrize(
    "form", ["{0}, {1}", "{0}, {1}, US", "{0}, {2}, United States", "{0} {1} 12345", "{0}, {1} USA", "{0}, {1} +3 more",
             "US, {1}, {0}", "US-{1}-{0}", "USA - {1} - {0}", "United States, {2}, {0}", "{0}-{1}", "Remote - {0}, {1}"],
)  # fmt: skip
def test_a_city_at_home_is_there_in_every_form(form):
    for spelling, city, state, _ in _AT_HOME:
        text = form.format(spelling, state, codes("states")[state])
        assert places.in_cell(text) == [atlas.Place(city, state, "US")], text


@given(
    st.sampled_from([row for row in _ABROAD if row[0] not in _BOTH]),
    st.sampled_from(["", *codes("states"), "XY"]),
    st.booleans(),
)
def test_a_stated_country_is_the_country_whatever_the_region_is(city, region, named):
    spelling, _, _, country = city
    names = {code: name for _, code, name in facts("countries")}
    said = names[country] if named else country
    (made,) = places.in_cell(atlas.address(spelling, region, said))
    assert (made.country, made.state) == (country, None)
    (unknown,) = places.in_cell(atlas.address("Zorbaville", region, said))
    assert (unknown.country, unknown.state) == (country, None)
    assert places.outside_us(places.in_cell(atlas.address("", region, said))) is True


@given(st.text(max_size=60) | st.text(alphabet="ACTX, ;-/()NYremotUS", max_size=40))
def test_any_text_has_places_or_none(text):
    for made in (places.in_cell(text), places.in_prose(text)):
        assert all(one.label for one in made)
        assert all(one.state is None or one.country == "US" for one in made)


# ------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'Company Name,Job Title,Location,Salary,Link,Date Posted\nGlobex,Analyst,"Austin, TX","$90,000",https://e.test/1,2026-01-05\n'),
        ("a.csv", "employer;role;city;state;min;max;url;posted\nGlobex;Analyst;Austin;Texas;90000;90000;https://e.test/1;1/5/2026\n"),
        ("a.tsv", "Organization\tPosition\tWhere\tCompensation\tURL\tPosted On\nGlobex\tAnalyst\tAustin, TX\t$90K\thttps://e.test/1\tJan 5, 2026\n"),
        ("a.csv", 'My job list,,,,,\nlisting_name,listing_title,location,pay,url,date\nGlobex,Analyst,"Austin, TX","$90,000/yr",https://e.test/1,5 January 2026\n'),
        ("a.json", json.dumps({"jobs": [{"company": {"name": "Globex"}, "title": "Analyst", "location": {"city": "Austin",
                   "state": "TX"}, "salary": {"min": 90000, "max": 90000}, "url": "https://e.test/1", "posted": "2026-01-05"}]})),
        ("a.jsonl", json.dumps({"employer": "Globex", "position": "Analyst", "location": "Austin, TX", "pay": "$90,000",
                    "link": "https://e.test/1", "date": "2026-01-05"}) + "\n"),
        ("a.csv", 'Company,Title,Location,Pay,Link,Posted\nGlobex,Analyst,"Austin, TX","$90,000",https://e.test/1,2026-01-05\n'.encode("utf-16")),
    ],
)  # fmt: skip
def test_a_table_goes_by_its_headers_however_they_are_spelled(tmp_path, name, content):
    (made,) = read(tmp_path, name, content)
    assert (made["listing_name"], made["listing_title"], made["places"]) == (
        "Globex",
        "Analyst",
        ["Austin, TX"],
    )
    assert (made["pay_low"], made["annual_pay_high"], made["pay_currency"]) == (90000, 90000, "USD")
    assert (made["url"], made["posted_date"]) == ("https://e.test/1", date(2026, 1, 5))


def test_a_workbook_is_read_by_its_headers_and_names_its_rows(tmp_path):
    path = tmp_path / "jobs.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Saved")
        sheet.write_row(0, 0, ["Company", "Job Title", "Location", "Pay"])
        sheet.write_row(1, 0, ["Globex", "Analyst", "Austin, TX", 90000])
        sheet.write_row(2, 0, ['=HYPERLINK("http://e.test")', "Clerk", "Paris, France", "€50k"])
    made = listings.read(path)[0].rows(named=True)
    assert [one["listing_name"] for one in made] == ["Globex", '=HYPERLINK("http://e.test")']
    assert [one["source"] for one in made] == ["jobs.xlsx Saved row 2", "jobs.xlsx Saved row 3"]
    assert (made[0]["pay_low"], made[1]["outside_us"]) == (90000, True)


def test_a_workbook_of_names_alone_is_read(tmp_path):
    path = tmp_path / "names.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_column(0, 0, ["Globex", "Initech", "Globex"])
    assert listings.read(path)[0].select("listing_name", "copies").rows() == [
        ("Globex", 2),
        ("Initech", 1),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "Globex\nAcme, Inc.\n\n北京字节跳动科技\n3M\n"),
        ("a.csv", 'Globex\n"Acme, Inc."\n北京字节跳动科技\n3M\n'),
        ("a.csv", 'Company\nGlobex\n"Acme, Inc."\n北京字节跳动科技\n3M\n'),
        ("a.txt", "- Globex\n- Acme, Inc.\n- 北京字节跳动科技\n- 3M\n"),
        ("a.json", '["Globex", "Acme, Inc.", "北京字节跳动科技", "3M"]'),
    ],
)  # fmt: skip
def test_a_bare_list_of_companies_is_accepted(tmp_path, name, content):
    made = read(tmp_path, name, content)
    assert [one["listing_name"] for one in made] == [
        "Globex",
        "Acme, Inc.",
        "北京字节跳动科技",
        "3M",
    ]


@pytest.mark.parametrize(
    "odd", ["GE", "P&G", "J&J", "Jordan", "Chile", "Georgia", "IN", "US", "Warner Bros. Discovery", "Warner Bros.",
            "Overview", "Trader Joe's", "State Street", "7-Eleven", "Skadden, Arps, Slate, Meagher & Flom LLP",
            "University of California, Berkeley", "St. Mary's Hospital"],
)  # fmt: skip
@pytest.mark.parametrize("others", [[], ["Globex"], [f"Globex {n}" for n in range(60)]])
def test_a_name_in_a_list_is_a_name_whatever_else_it_could_be(odd, others):
    made = rows("\n".join([*others, odd, *others[:1]]))
    assert odd in [one["listing_name"] for one in made]
    assert len(made) == len(others) + 1
    assert not any(one["places"] or one["outside_us"] for one in made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Globex, Mountain View, CA\nInitech", [("Globex", None, ["Mountain View, CA"]), ("Initech", None, [])]),
        ("Globex, New York, NY\nInitech, Boston", [("Globex", None, ["New York, NY"]), ("Initech", None, ["Boston, MA"])]),
        ("Globex (Austin, TX)\nInitech - Reno, NV", [("Globex", None, ["Austin, TX"]), ("Initech", None, ["Reno, NV"])]),
        ("Globex\nAustin, TX\nInitech\nReno, NV", [("Globex", None, ["Austin, TX"]), ("Initech", None, ["Reno, NV"])]),
        ("Globex, Software Engineer, Austin, TX", [("Globex", "Software Engineer", ["Austin, TX"])]),
        ("Globex: Engineer", [("Globex", "Engineer", [])]),
        ("Globex: Vice President, New York, NY", [("Globex", "Vice President", ["New York, NY"])]),
        ("Globex - Software Engineer, Austin, TX", [("Globex", "Software Engineer", ["Austin, TX"])]),
        ("Globex: Puzzle maker", [("Globex: Puzzle maker", None, [])]),
        ("UC - Berkeley", [("UC - Berkeley", None, [])]),
        ("Software Engineer, Globex, Austin, TX", [("Globex", "Software Engineer", ["Austin, TX"])]),
        ("Globex\tData Analyst\tAustin, TX", [("Globex", "Data Analyst", ["Austin, TX"])]),
        ("Data Analyst at Globex\nWeb Developer at Initech", [("Globex", "Data Analyst", []), ("Initech", "Web Developer", [])]),
        ("Globex, Initech, Hooli", [("Globex", None, []), ("Initech", None, []), ("Hooli", None, [])]),
        ("Globex, Initech, and Jordan", [("Globex", None, []), ("Initech", None, []), ("Jordan", None, [])]),
        ("Globex LLC; Austin, TX; Data Analyst", [("Globex LLC", "Data Analyst", ["Austin, TX"])]),
        ("Globex - Data Analyst - NYC", [("Globex", "Data Analyst", ["New York, NY"])]),
        ("Globex & Sons, New Brunswick, NJ\nHooli, St. Louis, MO",
         [("Globex & Sons", None, ["New Brunswick, NJ"]), ("Hooli", None, ["St. Louis, MO"])]),
        ("Data Analyst\nGlobex\n\nNurse\nHooli", [("Globex", "Data Analyst", []), ("Hooli", "Nurse", [])]),
        ("Globex\nData Analyst\nAustin, TX · 2 weeks ago · 9 applicants\nFull-time\nSave", [("Globex", "Data Analyst", ["Austin, TX"])]),
        ("Data Analyst\nGlobex\nRemote", [("Globex", "Data Analyst", [])]),
        ("Globex; GE; Hooli", [("Globex", None, []), ("GE", None, []), ("Hooli", None, [])]),
        ("N/A\nGlobex", [(None, None, []), ("Globex", None, [])]),
        ("Data Analyst\nGE\nBoston, MA", [("GE", "Data Analyst", ["Boston, MA"])]),
        ("Data Analyst\nJordan\nBoston, MA", [("Jordan", "Data Analyst", ["Boston, MA"])]),
        ("Data Analyst\nGlobex\nUnited States", [("Globex", "Data Analyst", ["United States"])]),
    ],
)  # fmt: skip
def test_a_line_of_a_list_says_name_title_and_place(text, expected):
    made = rows(text)
    assert [(one["listing_name"], one["listing_title"], one["places"]) for one in made] == expected
    assert [one["pay_low"] for one in made] == [None] * len(made)


def test_a_line_of_a_list_that_is_no_name_is_told():
    names = [f"Globex {n}" for n in range(10)]
    made = rows("\n".join(["Where I want to work:", *names]))
    assert [one["listing_name"] for one in made] == names
    assert "Where I want to work:" in made[0]["note"]


def test_a_button_among_names_is_no_name_and_spoils_none():
    made = rows("Apply\nGlobex\nSave\nInitech\n")
    assert [one["listing_name"] for one in made] == ["Globex", "Initech"]
    assert "'Apply'" in made[0]["note"]
    assert row("Data Analyst\nGlobex\nAustin, TX\nApply\n")["listing_title"] == "Data Analyst"


def test_links_are_not_opened_and_say_so():
    with pytest.raises(ListingsError, match="no address is opened"):
        rows("https://e.test/1\n- https://e.test/2\n")
    made = rows("Globex https://e.test/1\nInitech\nhttps://e.test/2\n")
    assert [(one["listing_name"], one["url"]) for one in made] == [
        ("Globex", "https://e.test/1"),
        ("Initech", "https://e.test/2"),
    ]


@pytest.mark.parametrize("none", ["N/A", "n/a", "Unknown", "-", "null", "Confidential"])
def test_what_stands_for_no_employer_is_none(none):
    made = row(f"company,title\n{none},Analyst\n")
    assert (made["listing_name"], made["listing_title"]) == (None, "Analyst")
    assert "no company" in made["note"]


def test_a_table_without_headers_is_told_by_its_cells(tmp_path):
    made = read(
        tmp_path,
        "a.csv",
        'Globex,Software Engineer,"Austin, TX",$90K,x\nGE,Data Analyst,"Reno, NV",$80K,y\n',
    )
    assert [(one["listing_name"], one["listing_title"], one["places"]) for one in made] == [
        ("Globex", "Software Engineer", ["Austin, TX"]),
        ("GE", "Data Analyst", ["Reno, NV"]),
    ]
    assert (made[0]["pay_low"], made[1]["pay_low"]) == (90000, 80000)
    assert "no headers" in made[0]["note"]


def test_a_title_that_says_the_employer_too_is_parted():
    made = row("title,url\nJob Application for Senior ML Engineer at Globex,u\n")
    assert (made["listing_name"], made["listing_title"]) == ("Globex", "Senior ML Engineer")
    made = row("Company,Job Role\nInitech,Data Analyst at Globex\n")
    assert (made["listing_name"], made["listing_title"]) == ("Initech", "Data Analyst at Globex")


def test_what_repeats_stands_once_with_its_count():
    made = rows(
        "company,title,url\nGlobex,Analyst,u1\nGLOBEX,Analyst,u1\nGlobex,Analyst,u2\nGlobex,Clerk,u1\n"
    )
    assert [(one["listing_title"], one["url"], one["copies"]) for one in made] == [
        ("Analyst", "u1", 2),
        ("Analyst", "u2", 1),
        ("Clerk", "u1", 1),
    ]


def test_what_repeats_in_another_file_stands_once_with_its_count(tmp_path):
    file(tmp_path, "a.csv", "company,title\nGlobex,Analyst\nInitech,Clerk\n")
    file(tmp_path, "b.csv", "company,title\nGLOBEX,Analyst\n")
    made = listings.read(tmp_path)[0].select("listing_name", "copies", "source").rows()
    assert made == [("Globex", 2, "a.csv line 2; b.csv line 2"), ("Initech", 1, "a.csv line 3")]


def test_a_description_tells_what_the_columns_do_not():
    (made,) = rows(
        'title,description\nAnalyst,"Globex is an equal opportunity employer. Based in Austin, TX. '
        'The pay is $50 per hour. No visa sponsorship available."\n'
    )
    assert (made["listing_name"], made["places"], made["pay_low"]) == ("Globex", ["Austin, TX"], 50)
    assert made["visa_words"] == ["No visa sponsorship available"]


def test_ten_thousand_rows_take_a_second_or_two(tmp_path):
    lines = [
        f'Company {n},Engineer {n},"City {n}, TX","${n + 50_000:,} - ${n + 60_000:,} a year",https://e.test/{n},1/5/2026'
        for n in range(10_000)
    ]
    path = file(tmp_path, "many.csv", "company,title,location,pay,url,posted\n" + "\n".join(lines))
    start = time.perf_counter()
    assert listings.read(path)[0].height == 10_000
    assert (
        time.perf_counter() - start < 6
    )  # under 1 on an idle machine, and a busy one is no finding


# ------------------------------------------------------------------------------------------ web pages

POSTING = {
    "@context": "https://schema.org", "@type": "JobPosting", "title": "Data Analyst",
    "hiringOrganization": {"@type": "Organization", "name": "Globex"},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Austin", "addressRegion": "TX", "addressCountry": "US"}},
    "baseSalary": {"@type": "MonetaryAmount", "currency": "USD", "value": {"minValue": 40, "maxValue": 50.5, "unitText": "HOUR"}},
    "datePosted": "2026-01-05T08:00:00Z", "validThrough": "2026-02-01", "employmentType": ["FULL_TIME", "INTERN"],
    "description": "<p>We do not offer visa sponsorship.</p>", "url": "https://e.test/1",
}  # fmt: skip
MICRODATA = """<div itemscope itemtype="https://schema.org/JobPosting"><h1 itemprop="title">Data Analyst</h1>
<span itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization"><b itemprop="name">Globex</b></span>
<div itemprop="jobLocation" itemscope><div itemprop="address" itemscope>
<i itemprop="addressLocality">Austin</i><i itemprop="addressRegion">TX</i></div></div>
<span itemprop="baseSalary" itemscope><meta itemprop="currency" content="USD"><span itemprop="value" itemscope>
<meta itemprop="minValue" content="40"><meta itemprop="maxValue" content="50.5"><meta itemprop="unitText" content="HOUR"></span></span>
<time itemprop="datePosted" datetime="2026-01-05">last week</time><meta itemprop="validThrough" content="2026-02-01">
<meta itemprop="employmentType" content="INTERN"><a itemprop="url" href="https://e.test/1">here</a>
<p itemprop="description">We do not offer visa sponsorship.</p></div>"""


@pytest.mark.parametrize(
    "page",
    [
        f'<html><script type="application/ld+json">{json.dumps(POSTING)}</script><body>Other text</body></html>',
        f'<script type="application/ld+json">{{broken</script><script type="application/ld+json">{json.dumps({"@graph": [POSTING]})}</script>',
        f"<!doctype html><html><body>{MICRODATA}</body></html>",
        json.dumps(POSTING),
    ],
)  # fmt: skip
def test_a_saved_page_is_read_by_its_job_posting_data(page):
    made = row(page)
    assert (made["listing_name"], made["listing_title"], made["places"]) == (
        "Globex",
        "Data Analyst",
        ["Austin, TX"],
    )
    assert (made["pay_low"], made["pay_high"], made["pay_unit"], made["annual_pay_low"]) == (
        40,
        50.5,
        "Hour",
        83200,
    )
    assert (made["posted_date"], made["deadline_date"]) == (date(2026, 1, 5), date(2026, 2, 1))
    assert (made["internship"], made["url"], made["outside_us"]) == (
        True,
        "https://e.test/1",
        False,
    )
    assert made["visa_words"] == ["We do not offer visa sponsorship"]


@pytest.mark.parametrize(
    ("address", "place", "outside"),
    [
        (("Chennai", "TN", "IN"), "Chennai, Tamil Nadu, India", True),
        (("Munich", "BY", "DE"), "Munich, BY, Germany", True),
        (("Perth", "WA", "AU"), "Perth, WA, Australia", True),
        (("Bogota", "DC", "CO"), "Bogota, Distrito Capital, Colombia", True),
        (("Palermo", "PA", "IT"), "Palermo, PA, Italy", True),
        (("Milan", "MI", "ITA"), "Milan, MI, Italy", True),
        (("Barcelona", "CT", "ES"), "Barcelona, CT, Spain", True),
        (("Belem", "PA", "BR"), "Belém, Pará, Brazil", True),
        (("Zorbaville", "IN", "DE"), "Zorbaville, IN, Germany", True),
        (("Rustavi", "", "GE"), "Rustavi, Georgia", True),
        (("", "TN", "IN"), "India", True),
        (("Toronto", "Ontario", "CA"), "Toronto, ON, Canada", True),
        (("", "Ontario", "CA"), "ON, Canada", True),
        (("Ontario", "CA", "US"), "Ontario, CA", False),
        (("Birmingham", "AL", "US"), "Birmingham, AL", False),
        (("Milan", "MI", "US"), "Milan, MI", False),
        (("Menlo Park", "US-CA", "US"), "Menlo Park, CA", False),
        (("Austin, TX", "Texas", "US"), "Austin, TX", False),
    ],
)  # fmt: skip
def test_the_country_of_an_address_decides_where_it_is(address, place, outside):
    fields = ("addressLocality", "addressRegion", "addressCountry")
    at = {"@type": "Place", "address": dict(zip(fields, address, strict=True))}
    table = pl.DataFrame(
        [("Globex", *address)], ["company", "city", "state", "country"], orient="row"
    )
    for text in (json.dumps({**POSTING, "jobLocation": at}), table.write_csv()):
        made = row(text)
        assert (made["places"], made["outside_us"]) == ([place], outside)


def test_a_country_in_its_own_column_decides_beside_a_place():
    made = rows(
        'company,location,country\nGlobex,"Vancouver, WA",US\nGlobex,Zorbaville,IN\nGlobex,Remote,CA\n'
        'Globex,"Reno, NV; Paris",US\nGlobex,1 Elm St,DE\n'
    )
    assert [one["places"] for one in made] == [
        ["Vancouver, WA"], ["Zorbaville, India"], ["Canada"], ["Reno, NV", "Paris, France"], ["Germany"],
    ]  # fmt: skip
    (made,) = rows("company,location,state\nGlobex,Portland,ME\n")
    assert made["places"] == ["Portland, ME"]


def test_a_listing_stands_where_its_finest_place_at_home_is():
    for cell, at in (
        ("United States; Seattle, WA", ("Seattle", "WA", "US")),
        ("Texas | Austin, TX", ("Austin", "TX", "US")),
        ("London, UK; New York, NY", ("New York", "NY", "US")),
        ("HQ; Reno, NV", ("Reno", "NV", "US")),
        ("Springfield; United States", ("Springfield", None, None)),
        ("Canada; Paris, France", ("Paris", None, "FR")),
    ):
        made = row(f'company,location\nGlobex,"{cell}"\n')
        assert (made["listing_city"], made["listing_state"], made["listing_country"]) == at


def test_a_remote_posting_for_a_country_by_its_code_is_not_in_the_state_of_these_letters():
    asked = {"@type": "Country", "name": "IN"}
    remote = {**POSTING, "jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": asked}
    del remote["jobLocation"]
    assert row(json.dumps(remote))["places"] == ["India"]


def test_a_remote_posting_stands_where_its_applicants_may():
    remote = {
        **POSTING,
        "jobLocationType": "TELECOMMUTE",
        "applicantLocationRequirements": {"@type": "Country", "name": "USA"},
    }
    del remote["jobLocation"]
    made = row(json.dumps(remote))
    assert (made["workplace"], made["places"], made["listing_country"]) == (
        "remote",
        ["United States"],
        "US",
    )


def test_a_page_without_a_posting_is_read_as_text(tmp_path):
    page = "<html><head><style>p{}</style></head><body><h1>Data Analyst</h1><p>At <b>Globex</b>,\nwe count. The\nsalary is $90,000.</p><script>x</script></body></html>"
    (made,) = read(tmp_path, "job.html", page)
    assert (made["listing_name"], made["pay_low"]) == ("Globex", 90000)


# --------------------------------------------------------------------------------- malformed, and huge


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\0\0\0", "empty"),
        ("a.csv", "a,b\n1,2\n", "no header"),
        ("a.csv", "company,title\n", "no row"),
        ("a.txt", "   \n", "empty"),
        ("a.json", "{" * 100_000, "a.json"),
        ("a.json", "[" * 100_000 + "]" * 100_000, "deep"),
        ("a.json", '{"a": 1}', "without a company"),
        ("a.html", "<html></html>", "without any text"),
        ("a.html", "<html><p>Hello, this is my home page.</p></html>", "no job listing"),
        ("a.html", "<div>" * 300_000 + "x", "a.html"),
        ("a.xlsx", b"no workbook", "a.xlsx"),
        ("a.pdf", b"%PDF-1.7", "not read"),
        ("a.txt", bytes(range(256)) * 20, "not text"),
        ("a.txt", "This is a letter to my aunt. The weather is fine. See you soon, dear.", "no job listing"),
    ],
)  # fmt: skip
def test_a_file_without_listings_is_refused_with_the_reason(tmp_path, name, content, said):
    with pytest.raises(ListingsError, match=said) as raised:
        listings.read(file(tmp_path, name, content))
    assert name in str(raised.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ListingsError, match="no such file"):
        listings.read(tmp_path / "a.csv")
    with pytest.raises(ListingsError, match="no listings"):
        listings.read(tmp_path)


def test_a_folder_names_the_file_that_it_could_not_read(tmp_path):
    file(tmp_path, "a.csv", "company\nGlobex\n")
    file(tmp_path, "b.pdf", "%PDF")
    table, unread = listings.read(tmp_path)
    assert table["listing_name"].to_list() == ["Globex"]
    (reason,) = unread
    assert reason.startswith("b.pdf")


def test_a_folder_is_read_with_its_folders(tmp_path):
    (tmp_path / "inner" / ".hidden").mkdir(parents=True)
    file(tmp_path, "a.csv", "company\nGlobex\n")
    file(tmp_path / "inner", "a.csv", "company\nInitech\n")
    file(tmp_path / "inner", "b.csv", "")
    file(tmp_path / "inner" / ".hidden", "c.csv", "company\nHooli\n")
    table, unread = listings.read(tmp_path)
    assert table.select("listing_name", "source").rows() == [
        ("Globex", "a.csv line 2"),
        ("Initech", "inner/a.csv line 2"),
    ]
    assert [one.split(": ")[0] for one in unread] == ["inner/b.csv"]


@pytest.mark.parametrize("content", ["", "company\nGlobex\n", "a,b\n1,2\n", "not a workbook"])
@pytest.mark.parametrize("name", ["given.csv", "given.xlsx", "given.json"])
def test_a_file_is_called_by_the_name_that_it_is_given(tmp_path, content, name):
    path, own = file(tmp_path, name, content), "my jobs" + Path(name).suffix
    try:
        said = listings.joined(of_path(path, own))["source"][0]
    except ListingsError as error:
        said = str(error)
    assert own in said
    assert "given" not in said


def test_match_tells_the_files_that_it_could_not_read_and_ends_with_3(
    workbook, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("FILINGS_CHOICES", str(tmp_path / "choices.csv"))
    workbook("a.xlsx", "lca/2024", [case(employer_name="Globex Inc.")])
    build(tmp_path / "raw", tmp_path / "lake")
    (tmp_path / "given" / "inner").mkdir(parents=True)
    file(tmp_path / "given", "a.csv", "company\nGlobex\n")
    out = tmp_path / "given" / "new" / "made.csv"

    def matched() -> tuple[int, str, str]:
        return command.match_listings(
            tmp_path / "given", lake_dir=tmp_path / "lake", out=out
        ), *capsys.readouterr()

    status, said, wrong = matched()
    assert (status, wrong) == (0, "")
    assert f"1 listing in {out}: 1 matched" in said
    file(tmp_path / "given" / "inner", "b.pdf", "%PDF")
    status, said, wrong = matched()
    assert status == 3
    assert wrong.startswith("not read: inner/b.pdf: files of this kind")
    assert "1 listing in" in said
    made = pl.read_csv(out)
    assert made.height == 1
    assert made.columns[-2:] == ["listing_role", "listing_seniority"]


def test_a_broken_quotation_mark_costs_its_own_line_alone(tmp_path):
    made = read(tmp_path, "a.csv", 'company,title\nGlobex,Analyst\n"Acme,Clerk\nInitech,Welder\n')
    assert [(one["listing_name"], one["listing_title"]) for one in made] == [
        ("Globex", "Analyst"),
        ("Acme", "Clerk"),
        ("Initech", "Welder"),
    ]
    assert "quotation" in made[1]["note"]
    assert made[2]["note"] is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('"Globex,Clerk,"Austin, TX"', ("Globex", "Clerk", ["Austin, TX"])),
        ('Globex,"Clerk,"Austin, TX"', ("Globex", "Clerk", ["Austin, TX"])),
        ('Globex,Clerk,"Austin, TX', ("Globex", "Clerk", ["Austin, TX"])),
        ('"Globex,Clerk,Austin', ("Globex", "Clerk", ["Austin, TX"])),
        ('"Globex,a,b,c,d,e', ("Globex", None, [])),
    ],
)  # fmt: skip
def test_a_misquoted_row_keeps_what_can_be_told_and_says_that_it_is_not_sure(
    tmp_path, line, expected
):
    made = read(tmp_path, "a.csv", f'company,title,location\n{line}\nInitech,Welder,"Reno, NV"\n')
    assert (
        made[0]["listing_name"],
        made[0]["listing_title"],
        made[0]["places"],
    ) == expected
    assert "not sure" in made[0]["note"]
    assert (made[1]["places"], made[1]["note"]) == (["Reno, NV"], None)


def test_a_row_with_too_many_cells_says_so():
    made = row("company,pay\nGlobex,$90,000\n")
    assert "3 cells under 2 headers" in made["note"]
    made = row("company,location,title\nGlobex,Portland, ME,Clerk\n")
    assert (made["places"], made["listing_title"]) == (["Portland, ME"], "Clerk")


def test_notes_say_in_plain_words_what_could_not_be_read():
    made = row("company,location,pay,posted\nGlobex,12 Elm St,$15 million,yesterday\n")
    assert made["note"] == (
        "the place “12 Elm St” names no city, state or country; "
        "the pay “$15 million” could not be read; posted “yesterday” is no date that can be read"
    )


def test_a_header_may_say_job_role_and_st():
    made = row("Employer Name;Job Role;City;ST\nGlobex;Clerk;Portland;OR\n")
    assert (made["listing_title"], made["places"]) == ("Clerk", ["Portland, OR"])


@pytest.mark.parametrize(
    "content", ["company\nCafé Zoë\n".encode("cp1252"), "company\nCafé Zoë\n".encode("utf-16-le"),
                b"company\nCaf\xc3\xa9 \0Zo\xc3\xab\n", "\ufeffcompany\nCafé Zoë\n".encode()],
)  # fmt: skip
def test_a_name_is_the_same_in_every_encoding(tmp_path, content):
    assert [one["listing_name"] for one in read(tmp_path, "a.csv", content)] == ["Café Zoë"]


def test_a_name_too_long_is_cut_and_says_so():
    made = row("company,title\n" + "A" * 10_000 + ",Analyst\n")
    assert len(made["listing_name"]) == limit("name_chars")
    assert "10,000" in made["note"]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://e.test","x")', "+1", "🚀 Rocket", "<script>alert(1)</script>", "株式会社"])  # fmt: skip
def test_a_name_is_text_whatever_it_looks_like(name):
    made = row(json.dumps([{"company": name}]))
    assert made["listing_name"] == name


def test_cells_that_a_spreadsheet_would_run_can_be_made_inert():
    cells = ["=1+1", "+1", "-1", "@x", "\tx", "Globex", None, "a=b"]
    made = pl.DataFrame({"x": cells}).select(listings.inert(pl.col("x"))).to_series().to_list()
    assert made == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "Globex", None, "a=b"]


def test_a_broken_line_of_json_lines_is_named(tmp_path):
    (made,) = read(tmp_path, "a.jsonl", '{"company": "Globex"}\n{"company": \n')
    assert (made["listing_name"], made["note"]) == ("Globex", "not read: line 2 is no JSON")


def test_entities_that_multiply_are_not_expanded(tmp_path):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    page = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><html><p>At Globex, we hire. The salary is $90,000. &l11;</p></html>'
    start = time.perf_counter()
    assert read(tmp_path, "a.html", page)[0]["listing_name"] == "Globex"
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "piece",
    ["lorem ipsum dolor sit amet ", "x", "Join The Big Apple And So On ", "At ", "$1,", "1 ", "\n\nA line.\n", "A" * 79 + "\n", "<p>", "Data Analyst\nGlobex\nAustin, TX\n\n", "- ", "(", "Engineer "],
)  # fmt: skip
def test_fifty_megabytes_of_text_take_seconds(piece):
    text = "At Globex, we pay $90,000 a year.\nQualifications\n" + piece * (
        50_000_000 // len(piece)
    )
    start = time.perf_counter()
    made = rows(text)
    assert (
        time.perf_counter() - start < 30
    )  # under 5 on an idle machine, and a busy one is no finding
    assert made[0]["listing_name"] == "Globex"
    assert "only the first" in made[0]["note"]


@pytest.mark.parametrize(("suffix", "made"), [
    (".json", lambda names: json.dumps([{"company": one} for one in names])),
    (".json", json.dumps),
    (".csv", "\n".join),
    (".txt", "\n\n".join),
    (".csv", lambda names: "company,title\n" + "\n".join(f"{one},Clerk" for one in names)),
])  # fmt: skip
def test_of_more_listings_than_are_read_every_one_says_that_there_were_more(suffix, made):
    most = limit("rows")
    names = [f"Zed{n} Widgets" for n in range(most + 2)]
    records = of_text(made(names), "a", suffix)
    assert len(records) == most
    assert all("only the first 20,000" in one["note"] for one in (records[0], records[-1]))
    fewer = of_text(made(names[: most // 2 + 50]), "a", suffix)
    assert len(fewer) == most // 2 + 50
    assert not any("only the first" in (one.get("note") or "") for one in fewer)


@pytest.mark.parametrize("name", [
    "Univ. of Texas at Austin", "Wash. Univ. in St. Louis", "Penn State Univ. Hershey Med. Center",
])  # fmt: skip
def test_an_abbreviation_makes_no_sentence_of_a_name(name):
    made = of_text(f"Google\n{name}\nGitHub", "a", ".txt")
    assert [one["name"] for one in made] == ["Google", name, "GitHub"]
    assert not any("note" in one for one in made)


@pytest.mark.parametrize(
    "line", ["Cisco Systems, San Jose, Austin, TX", "Apple Inc.; Cupertino; Austin"]
)
def test_a_name_before_several_cities_is_one_employer_in_them(line):
    made = of_text(f"Google\n{line}\nGitHub", "a", ".txt")
    assert len(made) == 3
    assert made[1]["name"] in {"Cisco Systems", "Apple Inc."}
    assert "Austin" in made[1]["place"]


def test_empty_lines_before_a_table_are_lines_of_the_file():
    (record,) = of_text("\n" * 30 + "company,title\nAcme,Clerk\n", "a.csv", ".csv")
    assert record["source"] == "a.csv line 32"


def test_text_behind_more_empty_lines_than_are_read_is_refused_in_words():
    with pytest.raises(ListingsError, match="no job listing and no company"):
        of_text("\n" * (limit("text_chars") + 1) + "Acme", "a", ".txt")


@given(st.text(max_size=300) | st.text(alphabet='{}[]<>",:;\n\t abcACJobs=|', max_size=200))
def test_any_text_is_listings_or_a_reason(text):
    try:
        frame = listings.joined(of_text(text, "pasted"))
    except ListingsError as refused:
        frame = pl.DataFrame({"reason": [str(refused)]}).filter(
            pl.col("reason").str.contains("pasted")
        )
    assert frame.height
    assert frame.width == 1 or frame.schema == LISTING


def test_every_phrase_of_visas_is_an_expression_that_polars_reads():
    assert pl.select(pl.lit("x").str.contains("|".join(patterns("visa")))).item() is False
