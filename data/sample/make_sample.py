"""Writes the sample workbooks: invented cases in DOL's own layouts, the same bytes on every run.

The tables beside this file say who, what and where; `workbooks.toml` says which file holds what.
"""

import csv
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

HERE = Path(__file__).parent
BASE_YEAR, YEARLY_RISE = 2021, 1.03
PAYMENTS = {"Year": 1, "Month": 12, "Bi-Weekly": 26, "Hour": 2080}
LEVELS = {"I": 0.78, "II": 0.95, "III": 1.13, "IV": 1.34}
VALIDITY = timedelta(days=180)
UNSHOUTED = {"soc_title", "visa_class", "wage_unit", "prevailing_wage_unit"}

Cell = str | int | float | date | None
Case = dict[str, Cell]
Row = dict[str, str]
Rules = dict[str, Any]


def table(path: Path) -> list[Row]:
    """The rows of one CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


EMPLOYERS, ROLES, PLACES = (table(HERE / f"{n}.csv") for n in ("employers", "roles", "places"))


def happens(rng: Random, share: float) -> bool:
    """True in that share of the draws."""
    return rng.random() < share


def chosen(rng: Random, weights: Mapping[str, float]) -> str:
    """One key, by its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def row_of(rng: Random, rows: list[Row]) -> Row:
    """One row, by its weight."""
    return rng.choices(rows, [float(row["weight"]) for row in rows])[0]


def role_of(rng: Random, employer: Row, program: str, year: int) -> Row:
    """A role of the employer's sector, by how common it is in that program and year."""
    roles = [role for role in ROLES if employer["sector"] in role["sectors"].split()]
    weights = [float(r[program]) * (1 + float(r["growth"])) ** (year - BASE_YEAR) for r in roles]
    return rng.choices(roles, weights)[0]


def after(day: date, days: float) -> date:
    """The working day so many days later, or the Monday behind it."""
    later = day + timedelta(days=int(days))
    return later + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[later.weekday()])


def lca_dates(rng: Random, book: Rules, months: list[float], *, left: bool) -> list[date]:
    """When a case was received, first decided (a week later) and last decided (in the window)."""
    first, last = book["decided"]
    days = [first + timedelta(days=n) for n in range(-150, (last - first).days)]
    while True:
        received = rng.choices(days, [months[day.month - 1] for day in days])[0]
        certified = after(received, rng.choice((5, 6, 7, 7, 7, 7, 7, 8)))
        decided = after(certified, 10 + rng.expovariate(1 / 45)) if left else certified
        if first <= decided <= last:
            return [received, certified, decided]


def perm_dates(rng: Random, book: Rules) -> list[date]:
    """When a case was received and, months later and in the window, decided."""
    first, last = book["decided"]
    while True:
        decided = after(first, rng.randint(0, (last - first).days))
        received = decided - book["processing_days"] * timedelta(days=rng.lognormvariate(0, 0.12))
        if decided <= last and received >= book["received_after"]:
            return [received, decided]


def pay_of(rng: Random, market: float, generosity: float, hourly: float) -> Case:
    """The wage columns: an offer never below what prevails, and DOL's faults in a few of them."""
    yearly_pw = round(market * Random(f"{market:.2f}").lognormvariate(0, 0.06))
    offer = round(market * generosity * rng.lognormvariate(0.06, 0.13) / 100) * 100
    part_time = happens(rng, 0.02)
    rare = {"Year": 995, "Month": 3, "Bi-Weekly": 2}
    unit = "Hour" if part_time or happens(rng, hourly) else chosen(rng, rare)
    digits = None if unit == "Year" else 2
    wage, pw = (round(x / PAYMENTS[unit], digits) for x in (max(yearly_pw, offer), yearly_pw))
    upper = round(wage * rng.uniform(1.05, 1.35), digits) if happens(rng, 0.32) else None
    with_commas = unit == "Year" and happens(rng, 0.02)
    return {
        "wage_from": f"{wage:,.2f}" if with_commas else wage,
        "wage_to": 0 if upper is None and happens(rng, 0.05) else upper,
        "wage_unit": "Hour" if happens(rng, 0.005) else unit,
        "prevailing_wage": f"{pw:,.2f}" if with_commas else pw,
        "prevailing_wage_unit": unit,
        "full_time": "N" if part_time else "Y",
        "part_time": "Y" if part_time else "N",
    }


def postal_code(rng: Random, place: Row, book: Rules) -> str | int:
    """The code as text, or as the number that lost its leading zero."""
    return int(place["zip"]) if happens(rng, book.get("lost_zeros", 0)) else place["zip"]


def employer_of(rng: Random, employer: Row, home: Row, book: Rules) -> Case:
    """Who files, in one of the spellings they use."""
    yes, no = book.get("yes_no", ("Y", "N"))
    spelling = rng.choice(employer["spellings"].split("|"))
    return {
        "employer_name": employer["name"] if happens(rng, 0.6) else spelling,
        "employer_dba": employer["dba"] if happens(rng, 0.5) else None,
        "employer_city": home["city"],
        "employer_state": home["state"],
        "employer_postal_code": postal_code(rng, home, book),
        "employer_fein": f"00-00000{EMPLOYERS.index(employer) + 1:02}",
        "naics_code": int(employer["naics"]),
        "law_firm": employer["law_firm"] if happens(rng, 0.85) else None,
        "h1b_dependent": yes if employer["dependent"] == "Y" else no,
        "willful_violator": no,
    }


def occupation_of(rng: Random, role: Row, level: str, book: Rules) -> Case:
    """Title and code in the file's own vintage, a few wrapped in the ="…" of a careless export."""
    code = role[f"soc_{book['soc']}"]
    code += "" if "." in code else book.get("soc_suffix", "")
    form = '="{}"' if happens(rng, book.get("escaped", 0)) else "{}"
    return {
        "job_title": form.format(rng.choice(role[f"level_{level}"].split("|"))),
        "soc_code_raw": form.format(code),
        "soc_title": role[f"title_{book['soc']}"],
        "JOB_CODE": int(role["soc_dot"]),
        "minimum_education": role["education"],
        "required_experience_months": 12 * list(LEVELS).index(level) or None,
    }


def worksites_of(rng: Random, sites: list[Row], book: Rules) -> Case:
    """Where the work is done, the second place under the header of whichever layout has one."""
    case: Case = {f"worksite_{key}": sites[0][key] for key in ("city", "county", "state")}
    for header in ("WORKSITE_{}_2", "LCA_CASE_WORKLOC2_{}", "{}_2"):
        case |= {header.format(k.upper()): site[k] for site in sites[1:] for k in ("city", "state")}
    return case | {
        "worksite_postal_code": postal_code(rng, sites[0], book),
        "worksite_count": len(sites),
    }


def lca_of(rng: Random, book: Rules, rules: Rules) -> Case:
    """What only an LCA says: visa class, workers, the time of employment."""
    status, visa = chosen(rng, rules["status"]), chosen(rng, rules["visa"])
    left = status == "certified_withdrawn"
    received, certified, decided = lca_dates(rng, book, rules["months"], left=left)
    begin = received + timedelta(days=rng.randint(7, 175))
    reason, workers = chosen(rng, rules["reason"]), int(chosen(rng, rules["workers"]))
    return dict.fromkeys(rules["reason"], 0) | {
        reason: workers,
        "total_workers": workers,
        "status": status,
        "withdrawn": "Y" if status.endswith("withdrawn") else "N",
        "received_date": received,
        "original_cert_date": certified if left else None,
        "decision_date": decided,
        "visa_class": rules["letter"][visa] if book.get("visa_letters") else visa,
        "prefix": rules["prefix"][visa],
        "begin_date": begin,
        "end_date": begin + timedelta(days=729 if visa.startswith("E-3") else 1094),
    }


def perm_of(rng: Random, book: Rules, rules: Rules) -> Case:
    """What only a PERM case says; a certification out of its validity may be called expired."""
    status, (received, decided) = chosen(rng, rules["status"]), perm_dates(rng, book)
    if decided + VALIDITY < book["decided"][1] and happens(rng, 0.65):
        status = status.replace("certified", "certified_expired")
    return {
        "status": status,
        "received_date": received,
        "decision_date": decided,
        "country_of_citizenship": chosen(rng, rules["country"]),
        "class_of_admission": chosen(rng, rules["admission"]),
    }


def case_of(rng: Random, book: Rules, rules: Rules, serial: int) -> Case:
    """One invented case with every field that some layout asks for."""
    program, year = book["layout"].split("/")[0], book["fiscal_year"]
    employer = row_of(rng, EMPLOYERS)
    role, level = role_of(rng, employer, program, year), chosen(rng, rules[program]["level"])
    home = next(place for place in PLACES if place["city"] == employer["city"])
    travels = employer["sector"] in {"consulting", "advisory"}
    sites = [home if happens(rng, 0.35 if travels else 0.8) else row_of(rng, PLACES)]
    sites += [row_of(rng, PLACES)] if travels and happens(rng, 0.3) else []
    market = float(role["median"]) * LEVELS[level] * float(sites[0]["pay"])
    market *= YEARLY_RISE ** (year - BASE_YEAR)
    case = (lca_of if program == "lca" else perm_of)(rng, book, rules[program])
    case |= employer_of(rng, employer, home, book) | worksites_of(rng, sites, book)
    case |= occupation_of(rng, role, level, book)
    case |= pay_of(rng, market, float(employer["pay"]), float(role["hourly"]))
    number = {
        "day": f"{case['received_date']:%y%j}",
        "serial": serial,
        "prefix": case.get("prefix"),
    }
    shown = level if program == "lca" else f"Level {level}"
    return case | {
        "case_number": book["case_number"].format(**number),
        "status_raw": rng.choice(rules["spelled"][book["spelled"]][case["status"]]),
        "wage_level": "N/A" if happens(rng, 0.04) else shown,
        "secondary_entity": "Yes" if employer["sector"] == "consulting" else "No",
    }


def repeated(rng: Random, book: Rules, spelling: str, cases: list[Case]) -> list[Case]:
    """The earlier quarter's cases as DOL repeats them: a few were withdrawn since."""
    certified = [n for n, case in enumerate(cases) if case["status"] == "certified"]
    first, last = book["decided"]
    cases = list(cases)
    for n in rng.sample(certified, book["withdrawn_since"]):
        decided = after(first, rng.randint(0, (last - first).days - 2))
        dates = {"original_cert_date": cases[n]["decision_date"], "decision_date": decided}
        cases[n] = cases[n] | dates | {"status_raw": spelling}
    return cases


def headers_of(book: Rules) -> dict[str, str]:
    """The file's headers in order, each with the first field it holds."""
    headers: dict[str, str] = {}
    for row in table(HERE.parent / "layouts" / f"{book['layout']}.csv"):
        headers.setdefault(row["source"], row["field"])
    return {source: headers[source] for source in headers if source not in book.get("omitted", ())}


def cell_of(case: Case, source: str, field: str, book: Rules) -> Cell:
    """What the file says in one cell, in its own way of writing dates and names."""
    value = case.get(source, case.get(field))
    if isinstance(value, date) and book.get("dates") == "text":
        return f"{value:%m/%d/%Y}"
    if isinstance(value, str) and book.get("upper") and field not in UNSHOUTED:
        return value.upper()
    return value


def write(book: Rules, cases: list[Case]) -> None:
    """Writes one workbook, with blank rows in the middle as DOL leaves them."""
    headers, half = headers_of(book), len(cases) // 2
    blank: list[Case] = [{} for _ in range(book.get("padding", 0))]
    options = {"strings_to_formulas": False, "default_date_format": "mm/dd/yyyy"}
    with xlsxwriter.Workbook(HERE / "raw" / f"{book['name']}.xlsx", options) as workbook:
        workbook.set_properties({"created": datetime.combine(book["decided"][1], time())})
        sheet = workbook.add_worksheet(book["sheet"])
        formatted = workbook.add_format({"bg_color": "#FFFFFF"})
        sheet.write_row(0, 0, [h.replace(*book.get("respelled", ("", ""))) for h in headers])
        for n, case in enumerate([*cases[:half], *blank, *cases[half:]], start=1):
            if case:
                sheet.write_row(n, 0, [cell_of(case, *header, book) for header in headers.items()])
            else:
                sheet.write_blank(n, 0, None, formatted)


def main() -> None:
    """Writes every workbook that `workbooks.toml` names."""
    rules = tomllib.loads((HERE / "workbooks.toml").read_text(encoding="utf-8"))
    made: dict[str, list[Case]] = {}
    for book in rules["workbook"]:
        rng = Random(book["seed"])
        serials = rng.sample(range(10_000), book["cases"])
        cases = [case_of(rng, book, rules, serial) for serial in serials]
        if "repeats" in book:
            spelling = rules["spelled"][book["spelled"]]["certified_withdrawn"][0]
            cases += repeated(rng, book, spelling, made[book["repeats"]])
        cases.sort(key=lambda case: (str(case["decision_date"]), str(case["case_number"])))
        made[book["name"]] = cases
        write(book, cases)
        print(f"{book['name']}.xlsx: {len(cases)} cases")


if __name__ == "__main__":
    main()
