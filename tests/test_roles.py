"""Roles and seniority from titles, and occupation codes of all vintages."""

import tomllib

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import evaluate, roles, soc
from loaders.schema import SENIORITIES, SOC_MAPS
from tests.conftest import ROOT

TRUTH = ROOT / "tests" / "truth"
ASKED = (
    "machine-learning-engineer ml-research data-scientist data-engineer data-analyst "
    "software-engineer qa-engineer devops-sre security-engineer network-engineer systems-analyst "
    "database-administrator product-manager project-manager ux-designer hardware-engineer "
    "mechanical-engineer civil-engineer chemical-engineer industrial-engineer "
    "biomedical-researcher physician nurse pharmacist physical-therapist dentist veterinarian "
    "accountant financial-analyst actuary management-consultant market-research-analyst "
    "operations-research-analyst human-resources lawyer architect professor teacher translator "
    "chef-cook construction-trade farm-animal-worker food-processing-worker cleaner-housekeeper "
    "caregiver-nanny driver other"
).split()


def told(*titles: str | tuple[str, str]) -> list[tuple]:
    rows = [(one, None) if isinstance(one, str) else one for one in titles]
    table = pl.DataFrame(rows, schema={"job_title": pl.String, "soc_code": pl.String}, orient="row")
    return roles.told(table).select("role", "role_evidence", "seniority").rows()


def role(title: str, code: str | None = None) -> str:
    return told((title, code))[0][0]


def roles_of(cases: list[tuple]) -> list[tuple]:
    """The cases (title, perhaps a code, role) with the roles that they are told: once for all."""
    found = told(*((one[0], one[1] if len(one) > 2 else None) for one in cases))
    return [(*one[:-1], role) for one, (role, *_) in zip(cases, found, strict=True)]


def level(title: str) -> str:
    return told(title)[0][2]


# ------------------------------------------------------------------------------------------ roles


def test_everything_is_counted_by_the_roles_that_were_asked_for_and_finer_ones_name_theirs():
    assert set(roles.counted()) == set(ASKED)
    assert len(roles.roles()) >= 60
    assert {roles.base(one) for one in roles.roles()} == set(ASKED)


@pytest.mark.parametrize("one", roles.roles())
def test_a_role_says_what_it_is_and_names_only_roles(one):
    spec = roles.roles()[one]
    assert spec["name"]
    assert spec["about"]
    assert set(spec.get("near", [])) <= set(roles.roles())
    for part in spec.get("under", []):
        assert part["titles"]
        assert part["soc"]


def test_a_title_tells_its_role():
    cases = [
        ("Machine Learning Engineer", "machine-learning-engineer"),
        ("Software Engineer, Machine Learning", "machine-learning-engineer"),
        ("Machine Learning Intern", "machine-learning-engineer"),
        ("ML Research Engineer", "ml-research"),
        ("Applied Scientist II", "ml-research"),
        ("Machine Learning Hardware Engineer", "hardware-engineer"),
        ("Game AI Programmer", "software-engineer"),
        ("Assistant Professor, Auditory Perception", "professor"),
        ("Data Scientist (ML111325)", "data-scientist"),
        ("Sr. S/W Engr.", "software-engineer"),
        ("PROGRAMMER/ANALYST", "software-engineer"),
        ("ETL Developer - Informatica", "data-engineer"),
        ("Tableau Developer", "data-analyst"),
        ("Data Visualization Engineer", "data-analyst"),
        ("Senior Data Analyst/Data Modeler", "data-analyst"),
        ("SDET II", "qa-engineer"),
        ("SAP FICO Consultant", "systems-analyst"),
        ("Senior SAP ABAP Developer", "software-engineer"),
        ("Data Driven Applications Developer", "software-engineer"),
        ("Staff Nurse", "nurse"),
        ("Nursing Aide", "caregiver-nanny"),
        ("Sushi Chef", "chef-cook"),
        ("Device Driver Software Engineer", "software-engineer"),
        ("Poultry Processing Worker", "food-processing-worker"),
        ("Chief Happiness Wizard", "other"),
    ]
    assert roles_of(cases) == cases


def test_where_a_title_is_vague_the_code_tells():
    cases = [
        ("Consultant", "15-1132", "software-engineer"),
        ("Business Analyst", "13-1111", "management-consultant"),
        ("Business Analyst", "15-1121", "systems-analyst"),
        ("Quality Engineer", "17-2112", "industrial-engineer"),
        ("Quality Engineer", "15-1253.00", "qa-engineer"),
        ("Project Engineer", "17-2051", "civil-engineer"),
        ("Engineer, Optical", "17-2199", "hardware-engineer"),
        ("Senior Engineer - Simulation", "11-9041", "mechanical-engineer"),
        ("Senior Engineer", "17-2011", "mechanical-engineer"),
        ("Engineer, CMP", "17-2131", "industrial-engineer"),
        ("Design Assurance Engineer", "17-2031", "industrial-engineer"),
        ("Project Engineer", "19-2032", "chemical-engineer"),
        ("Process Safety Engineer", "17-2041", "chemical-engineer"),
        ("Project Engineer", "11-9021", "civil-engineer"),
        ("Customer Support Engineer (Technical Consulting)", "15-1143", "network-engineer"),
        ("IT Support Specialist", "15-1152", "other"),
        ("IT Service Operations", "15-1199", "devops-sre"),
        ("Strategy Planning Manager, GTM", "11-2021", "market-research-analyst"),
        ("CTO Team Leader", "15-2051", "data-scientist"),
        ("Channel Planning Manager", "15-2041", "other"),
        ("Business Architect (Senior Consultant)", "15-2041", "management-consultant"),
        ("Associate Director, Clinical Operations", "11-9121", "biomedical-researcher"),
        ("Production, Planning, and Expediting Clerks", "43-5061", "operations-research-analyst"),
        ("Installation Helper", "49-9098", "construction-trade"),
        ("Kitchen Helper", "35-9021", "other"),
        ("Instructor Pilot", "25-1194", "other"),
        ("Solution Architect", "15-1121", "systems-analyst"),
        ("Solution Architect", "15-1132", "software-engineer"),
        ("Reliability Engineer", "17-2071", "hardware-engineer"),
        ("Engineering Manager", "11-3021", "software-engineer"),
        ("Packager", "53-7064", "food-processing-worker"),
        ("Trading Analyst", "15-2041", "financial-analyst"),
        ("Business Analytics Manager", "13-1111", "data-analyst"),
        ("Manager, Business Applications", "11-3021", "systems-analyst"),
        ("Property Underwriter", "13-2053", "other"),
        ("Postdoctoral Associate", "19-1042", "biomedical-researcher"),
        ("15-1252.00", "15-1252.00", "software-engineer"),
        ("Senior Finance Control Specialist", "13-2011", "accountant"),
        ("Finance Control Specialist", "13-2051", "financial-analyst"),
        ("Senior Underwriter", "13-2053", "other"),
        ("Loan Officer", "13-2072", "other"),
        ("Compliance Officer", "13-2061", "other"),
        ("Business Development Manager", "13-2051", "other"),
        ("Senior Manager, Controllership", "11-3031", "accountant"),
        ("Export Trader", "13-1022", "other"),
        ("Risk Manager", "11-9111", "other"),
        ("Risk and Compliance Analyst", "15-1122", "security-engineer"),
        ("Finance Data Systems Manager", "11-3021", "systems-analyst"),
        ("Project Coordinator", "13-1111", "project-manager"),
        ("Cognos Administrator", "15-1142", "devops-sre"),
        ("Cognos Administrator", "15-1132", "data-analyst"),
        ("Technical Account Manager", "15-2051.01", "other"),
        ("SAP Technical Consultant", "15-1132", "software-engineer"),
        ("SAP Technical Consultant", "15-1121", "systems-analyst"),
        ("Web and Social Media Manager", "15-1132", "market-research-analyst"),
        ("Incident Manager", "15-1199", "devops-sre"),
        ("Pricing Analyst", "13-1051", "financial-analyst"),
        ("Associate", None, "other"),
    ]
    assert roles_of(cases) == cases


def test_a_title_that_says_it_plainly_is_not_overruled_by_its_code():
    cases = [
        ("Mechanical Engineer", "17-2072", "mechanical-engineer"),
        ("HVAC Installation Foreman", "49-9021", "construction-trade"),
        ("Quality Control Engineer/Material Engineer", "17-2131", "industrial-engineer"),
        ("Chief Information Security Officer", "11-3021", "security-engineer"),
        ("Data Scientist, Finance", "15-1199", "data-scientist"),
        ("Translator - Software", "27-3091", "translator"),
        ("Study Abroad Adviser & Faculty-Led Programs", "11-9033", "other"),
        ("Software Engineer", "17-2199", "software-engineer"),
        ("IT Auditor", "15-1121", "accountant"),
        ("Design Engineer", "17-2072", "hardware-engineer"),
        ("Financial Data Analyst", "13-2051", "data-analyst"),
        ("Account Executive", "13-1111", "other"),
        ("Lead Carpenter", "53-1021", "construction-trade"),
        ("Visual Designer, Advanced Analytics", "27-1024", "ux-designer"),
        ("Analytics Campaign Manager", "11-2021", "market-research-analyst"),
        ("Manager, Business Process and Data Management", "15-1121", "systems-analyst"),
        ("Software Developer, Business Intelligence", "15-1132", "software-engineer"),
        ("Business Intelligence Developer", "15-1132", "data-analyst"),
        ("Senior Internal Auditor, Data Analytics", "15-2041", "accountant"),
        ("Financial Analyst", "15-1121", "financial-analyst"),
        ("Marketing Specialist", "13-2051", "market-research-analyst"),
        ("Operations Research Analyst", "15-1121", "operations-research-analyst"),
        ("Real Estate Management Analyst", "11-9141", "other"),
        ("Real Estate Management Analyst", "13-1111", "management-consultant"),
    ]
    assert roles_of(cases) == cases


def test_the_evidence_says_what_told_the_role():
    found = told(("Software Engineer", "15-1132"), ("Software Engineer", "11-3021"), ("Consultant", "15-1132"), ("Zzz", None))  # fmt: skip
    assert [evidence for _, evidence, _ in found] == ["title+soc", "title", "soc", None]


def test_a_title_tells_its_level():
    cases = [
        ("Software Engineer", "mid"),
        ("Software Engineer II", "mid"),
        ("Software Engineer I", "entry"),
        ("Sr. Software Engineer I", "senior"),
        ("Software Engineer 3", "senior"),
        ("Software Engineer IV", "staff-principal"),
        ("Member of Technical Staff", "mid"),
        ("Staff Engineer, Software", "staff-principal"),
        ("Staff Accountant", "mid"),
        ("Staff Nurse", "mid"),
        ("Solutions Architect", "staff-principal"),
        ("Landscape Architect", "mid"),
        ("Product Manager", "mid"),
        ("Senior Product Manager", "senior"),
        ("Software Development Manager", "manager"),
        ("Assistant Professor", "mid"),
        ("Research Associate", "mid"),
        ("Director of Engineering", "director-vp"),
        ("Assistant Vice President", "director-vp"),
        ("Machine Learning Intern", "intern"),
        ("Internal Auditor", "mid"),
        ("Software Developer VII", "staff-principal"),
        ("Senior Staff Accountant", "senior"),
        ("Member of Research Staff", "mid"),
        ("Associate Creative Director", "director-vp"),
        ("Director, Strategic Partnerships", "director-vp"),
        ("Cheif Executives", "director-vp"),
        ("Portfolio Manager, Senior Manager", "manager"),
    ]
    assert [
        (one[0], found[2])
        for one, found in zip(cases, told(*(one[0] for one in cases)), strict=True)
    ] == cases


_CODED = st.tuples(st.text(max_size=60), st.one_of(st.none(), st.text(max_size=12)))


@settings(max_examples=5)
@given(st.lists(_CODED, min_size=1, max_size=30))
def test_any_text_gets_a_role_and_a_level(titles):
    found = told(*titles)
    assert len(found) == len(titles)
    assert {role for role, _, _ in found} <= set(ASKED)
    assert {level for *_, level in found} <= set(SENIORITIES)


@settings(max_examples=10)
@given(st.permutations(["Software Engineer", "Chef", "Nurse", "Data Scientist", ""]))
def test_rows_keep_their_order_and_their_columns(titles):
    table = pl.DataFrame({"id": range(len(titles)), "job_title": titles})
    found = roles.told(table)
    assert found.select("id", "job_title").equals(table)
    assert dict(found.select("job_title", "role").rows())["Chef"] == "chef-cook"


def test_labelled_titles_get_the_roles_that_people_gave_them():
    floors = {
        "titles_dev": (0.955, 0.98),
        "titles_first": (0.95, 0.975),
        "titles_second_held_out": (0.91, 0.97),
        "titles_third_held_out": (0.92, 0.97),
        "titles_cases_held_out": (0.94, 0.975),
        "titles_fourth_held_out": (0.90, 0.96),
    }
    for name, (least, least_level) in floors.items():
        path = TRUTH / f"{name}.csv"
        score = evaluate.titles(path)
        assert score.measures["role accuracy"] >= least, (name, *score.errors[:20])
        assert score.measures["seniority accuracy"] >= least_level, (name, *score.errors[-20:])


def test_a_role_that_is_equally_right_counts_in_the_second_score_alone(tmp_path):
    truth = tmp_path / "truth.csv"
    truth.write_text(
        "job_title,soc_code,role,also\n"
        "Software Engineer,15-1252,software-engineer,\n"
        "Sushi Chef,35-1011,other,chef-cook\n"
        "Nurse,29-1141,physician,\n"
    )
    score = evaluate.titles(truth).measures
    assert (score["role accuracy"], score["role accuracy or also"]) == (1 / 3, 2 / 3)
    assert score["chef-cook: precision (1)"] == 0
    assert score["chef-cook: precision or also (1)"] == 1


def test_every_word_in_braces_is_spelled_out():
    words = tomllib.loads((roles.ROLES / "words.toml").read_text("utf-8"))["words"]
    text = (roles.ROLES / "roles.toml").read_text("utf-8")
    for name in set(__import__("re").findall(r"\{([a-z]+)\}", text)):
        assert name in words


# ------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("filed", "code", "how"),
    [
        ("15-1252", "15-1252", "exact"),
        ("15-1132", "15-1252", "primary"),
        ("15-1031", "15-1252", "primary"),
        ("15-1111", "15-1221", "one-to-one"),
        ("15-1199", "15-1299", "primary"),
        ("15-1199.08", "15-2051", "detail"),
        ("15-1199.06", "15-1243", "detail"),
        ("15-1034", "15-1252", "one-to-one"),
        ("15-1217", "15-1211", "one-to-one"),
        ("13-2051", "13-2051", "exact"),
        ("29-1111", "29-1141", "primary"),
        ("11-0000", None, "none"),
        ("99-9999", None, "none"),
        (None, None, "none"),
    ],
)
def test_a_code_of_any_vintage_leads_to_its_occupation_of_2018(filed, code, how):
    assert soc.code_2018(filed) == (code, how)


def test_every_change_leads_to_an_occupation_of_2018_and_no_occupation_of_2018_is_changed():
    for code, (to, how) in soc.changes().items():
        assert to in soc.titles(), code
        assert how in SOC_MAPS
        assert code not in soc.titles()
    assert set(soc._table("splits")["soc_code"]) <= set(soc.titles())


def test_every_code_that_a_role_names_begins_a_known_occupation():
    joined = ["15-1179"]  # a wage determination's code for three occupations, none of them first
    known = [*soc.titles(), *soc.changes(), *joined]
    for one, spec in roles.roles().items():
        under = [code for part in spec.get("under", []) for code in part["soc"]]
        for code in [*spec.get("soc", []), *under]:
            assert any(each.startswith(code[:7]) for each in known), (one, code)
