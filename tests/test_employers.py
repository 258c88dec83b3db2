from datetime import date

import polars as pl
import pytest

from loaders import brands, check, choices, employers, evaluate, lake, listings, match, names
from loaders.build import build
from loaders.check import findings
from loaders.index import Index
from loaders.listing_files import of_text
from tests.conftest import case

GENERIC, NOBODYS = "Golden Dragon Restaurant, Inc.", "Zubrowka Robotics"


@pytest.fixture
def made(workbook, tmp_path, monkeypatch):
    """A lake of cases given as (name, state, more fields); its index of names."""
    monkeypatch.setenv("FILINGS_CHOICES", str(tmp_path / "choices.csv"))

    def make(*filed: tuple) -> Index:
        rows = [
            case(
                **{
                    "number": number,
                    "employer_name": name,
                    "employer_state": state,
                    "worksite_state": state,
                    "employer_city": "Springfield",
                    "worksite_city": "Springfield",
                }
                | (more[0] if more else {})
            )
            for number, (name, state, *more) in enumerate(filed)
        ]
        workbook("a.xlsx", "lca/2024", rows)
        build(tmp_path / "raw", tmp_path / "lake")
        return Index(tmp_path / "lake")

    return make


@pytest.fixture
def also_listed(monkeypatch):
    """Puts more families on the reviewed list."""

    def put(more: dict[str, dict]) -> None:
        every = brands.families() | more
        monkeypatch.setattr(brands, "families", lambda: every)
        for one in ("brands", "filed", "excluded", "called", "_patterns"):
            monkeypatch.setattr(brands, one, getattr(brands, one).__wrapped__)

    return put


def ids(index: Index) -> dict[tuple[str, str], str]:
    return {
        (n, s): e
        for n, s, e in index.names.select("employer_name", "employer_state", "employer_id").rows()
    }


def answer(index: Index, name: str, **more) -> dict:
    listing = pl.DataFrame({"listing_name": [name]} | {key: [value] for key, value in more.items()})
    return match.decided(listing, index, choices.kept()).row(0, named=True)


# --------------------------------------------------------------------------------------- identity


def test_spellings_of_one_name_are_one_employer_wherever_it_files(made):
    index = made(
        (f"{NOBODYS}, Inc.", "TX"), (f"{NOBODYS} LLC".upper(), "CA"), (f"The {NOBODYS} Corp", "NY")
    )
    assert set(ids(index).values()) == {"zubrowka-robotics"}
    assert index.employers["names"].to_list() == [3]
    rules = dict(index.names.select("employer_name", pl.col("rule").cast(pl.String)).rows())
    assert set(rules.values()) == {"same name", "suffix"}


def test_a_row_by_which_dol_tried_its_system_is_counted_and_is_no_employers(made):
    index = made(
        ("TEST - DOL ATLANTA", "GA"), ("TEST-DOL ATLANTA", "GA"), ("Protech Test Case 1", "DC"),
        ("TEST INC.", "DC", {"employer_city": "Washington"}), ("Test Inc.", "TX"),
        ("Test Verification Solutions LLC", "FL"),
    )  # fmt: skip
    assert lake.filings(index.path).select(pl.len()).collect().item() == 6
    filers = {name for name, _ in ids(index)}
    assert filers == {"Test Inc.", "Test Verification Solutions LLC"}


def test_a_name_of_common_words_in_two_states_is_two_employers(made):
    index = made((GENERIC, "TX"), (GENERIC, "TX"), (GENERIC, "NY"))
    assert ids(index) == {
        (GENERIC, "TX"): "golden-dragon-restaurant",
        (GENERIC, "NY"): "golden-dragon-restaurant--ny",
    }


def test_a_plural_or_a_short_form_far_away_is_another_employer_and_in_the_state_a_slip(made):
    away = {"employer_city": "Fargo", "worksite_city": "Fargo", "worksite_state": "ND"}
    index = made(
        ("Zubrowka Mill Systems LLC", "TX"), ("Zubrowka Mill System Inc", "ND", away),
        ("Zubrowka Mill System", "TX"), ("Zubrowkamill Systems", "ND", away),
    )  # fmt: skip
    of = ids(index)
    assert of["Zubrowka Mill Systems LLC", "TX"] == of["Zubrowka Mill System", "TX"]
    apart = made(
        ("Brzozowa Mill Systems LLC", "TX"), ("Brzozowa Mill System Inc", "ND", away),
        ("Zubrowka-Foods Bakery Inc", "TX"), ("Zubrowka Foods Bakery LLC", "ND", away),
        ("Saint Zubrowka Hospice", "TX"), ("St. Zubrowka Hospice", "ND", away),
    )  # fmt: skip
    of = ids(apart)
    assert of["Brzozowa Mill Systems LLC", "TX"] != of["Brzozowa Mill System Inc", "ND"]
    assert of["Zubrowka-Foods Bakery Inc", "TX"] == of["Zubrowka Foods Bakery LLC", "ND"]
    assert of["Saint Zubrowka Hospice", "TX"] != of["St. Zubrowka Hospice", "ND"]


def test_a_name_of_one_word_in_other_industries_and_states_is_two_employers(made):
    food, banks = {"naics_code": "722511"}, {"naics_code": "522110"}
    index = made(
        ("Zubrowka Inc", "TX", food), ("Zubrowka LLC", "NY", banks), ("Zubrowka Corp", "CA", banks)
    )
    assert ids(index)["Zubrowka LLC", "NY"] == ids(index)["Zubrowka Corp", "CA"]
    assert ids(index)["Zubrowka Inc", "TX"] != ids(index)["Zubrowka LLC", "NY"]


def test_a_name_in_unlike_fields_and_states_is_two_employers_and_without_a_place_is_asked(made):
    builds, cooks, designs = ({"naics_code": code} for code in ("237110", "722511", "541330"))
    index = made(
        (NOBODYS, "TX", builds), (f"{NOBODYS} Inc", "VA", cooks), (f"{NOBODYS} LLC", "NY", designs)
    )
    assert ids(index)[NOBODYS, "TX"] == ids(index)[f"{NOBODYS} LLC", "NY"]
    assert ids(index)[NOBODYS, "TX"] != ids(index)[f"{NOBODYS} Inc", "VA"]
    assert answer(index, NOBODYS)["decision"] == "choose"
    there = answer(index, NOBODYS, listing_city="Springfield", listing_state="VA")
    assert there["filed_names"] == [f"{NOBODYS} Inc"]


def test_a_blank_state_is_that_of_the_city_where_the_files_say_one(made):
    makes, lends = {"naics_code": "334111"}, {"naics_code": "522110"}
    home, nowhere = {"employer_city": "Palo Alto"}, {"worksite_state": None, "worksite_city": None}
    index = made(
        ("Zubrowka Inc", "KS", makes),
        *[("Other Robotics", "CA", home)] * 2,
        ("Zubrowka", None, lends | home | nowhere),
        ("Other Robotics, Inc.", None, home | nowhere),
    )
    ids_ = ids(index)
    assert ids_["Zubrowka", None] != ids_["Zubrowka Inc", "KS"]
    assert ids_["Other Robotics, Inc.", None] == ids_["Other Robotics", "CA"]
    there = answer(index, "Zubrowka", listing_city="Palo Alto", listing_state="CA")
    assert there["filed_names"] == ["Zubrowka"]


def test_a_blank_state_of_a_city_of_several_states_joins_the_largest_of_the_name(made):
    blank = {"worksite_state": None, "worksite_city": None}
    index = made(*[("Zubrowka", "KS")] * 2, ("Zubrowka", "NY"), ("Zubrowka Inc", None, blank))
    assert ids(index)["Zubrowka Inc", None] == ids(index)["Zubrowka", "KS"]


def test_a_local_trade_in_two_states_is_two_employers_unless_it_is_large_or_tells_more(made):
    shop, church, maker = ({"naics_code": code} for code in ("722511", "813110", "334111"))
    index = made(
        ("Zubrowka Sushi", "CA", shop),
        ("Zubrowka Sushi", "FL", shop),
        ("Zubrowka Brzozowa Sushi", "CA", shop),
        ("Zubrowka Brzozowa Sushi", "FL", shop),
        ("Zubrowka Brzozowa Church", "CA", church),
        ("Zubrowka Brzozowa Church", "FL", church),
        ("Zubrowka Robots", "CA", maker),
        ("Zubrowka Robots", "FL", maker),
        *[("Zubrowka Noodles", "CA", shop)] * 10,
        ("Zubrowka Noodles", "FL", shop),
    )
    found = ids(index)
    assert {name: found[name, "CA"] == found[name, "FL"] for name, _ in found} == {
        "Zubrowka Sushi": False,
        "Zubrowka Brzozowa Sushi": False,
        "Zubrowka Brzozowa Church": True,
        "Zubrowka Robots": True,
        "Zubrowka Noodles": True,
    }
    assert answer(index, "Zubrowka Sushi")["decision"] == "choose"


def test_of_a_restaurants_name_in_two_states_the_one_of_the_listings_state_is_meant(made):
    shop = {"naics_code": "722511"}
    index = made(("Zubrowka Brzozowa, Inc.", "CA", shop), ("Zubrowka Brzozowa Inc.", "FL", shop))
    here = answer(index, "Zubrowka Brzozowa", listing_state="FL")
    assert here["filed_names"] == ["Zubrowka Brzozowa Inc."]
    assert answer(index, "Zubrowka Brzozowa", listing_state="NV")["decision"] == "choose"


def test_a_sound_tax_number_joins_a_renamed_employer(made):
    fein = {"employer_fein": "46-8130579"}
    index = made(
        *[("Zubrowka Inc", "TX", fein)] * 3, *[("Mendl Confectionery LLC", "TX", fein)] * 3
    )
    assert len(set(ids(index).values())) == 1
    assert "tax number" in index.names["rule"].cast(pl.String)


@pytest.mark.parametrize("fein", ["000000000", "999999999", "123456789", "111111111"])
def test_a_placeholder_tax_number_joins_nobody(fein, made):
    number = {"employer_fein": fein}
    index = made(
        *[("Zubrowka Inc", "TX", number)] * 3, *[("Mendl Confectionery LLC", "TX", number)] * 3
    )
    assert len(set(ids(index).values())) == 2


def test_a_number_that_many_unlike_names_share_is_a_law_firms_and_joins_nobody(made):
    fein = {"employer_fein": "46-8130579"}
    words = "Alpaca Bumble Cactus Dahlia Ermine Falcon Gazelle Hyacinth Iguana Jackdaw".split()
    index = made(*((f"{word} Zubrowka", "TX", fein) for word in words for _ in range(2)))
    assert index.employers.height == 10


def test_one_mistyped_number_among_many_joins_nobody(made):
    own, others = {"employer_fein": "46-8130579"}, {"employer_fein": "35-7129046"}
    index = made(
        *[("Zubrowka Inc", "TX", own)] * 9, ("Zubrowka Inc", "TX", others),
        *[("Mendl Confectionery LLC", "TX", others)] * 5,
    )  # fmt: skip
    assert len(set(ids(index).values())) == 2


def test_no_tax_number_is_in_any_published_table(made, tmp_path):
    made(("Zubrowka Inc", "TX", {"employer_fein": "46-8130579"}))
    parts = list((tmp_path / "lake/parts").glob("*.parquet"))
    assert len(parts) > 1
    for part in parts:
        frame = pl.read_parquet(part)
        assert "employer_fein" not in frame.columns
        assert "468130579" not in frame.write_json()


def test_every_filing_has_its_employer_and_its_brand(made, tmp_path):
    made(("META PLATFORMS, INC.", "CA"), ("Zubrowka Inc", "TX"))
    rows = (
        lake.filings(tmp_path / "lake")
        .select("employer_id", "brand_id")
        .collect()
        .sort("employer_id")
        .rows()
    )
    assert rows == [("meta-platforms", "meta"), ("zubrowka", None)]


def test_a_name_counts_for_a_brand_only_in_its_dates(made):
    entry = brands.filed().filter(
        pl.col("until").is_not_null(), ~pl.col("begins"), pl.col("states").is_null()
    )
    brand_id, filed, until = next(
        row
        for row in entry.select("brand_id", "filed", "until").rows()
        if entry.filter(filed=row[1]).height == 1 and row[2] < date(2024, 1, 1)
    )
    before, after = ({"decision_date": day} for day in (until, date(2024, 6, 3)))
    index = made((filed, "TX", before), (filed, "TX", after), (filed, "TX", after))
    counted = dict(index.names.select("brand_id", "lca_cases").rows())
    assert counted[brand_id] == 1
    assert sum(counted.values()) == 3


def test_an_employer_counts_for_its_brand_what_it_filed_as_the_brands_everywhere(made):
    ours, after = ({"decision_date": date(2024, month, 10)} for month in (1, 6))
    bought = "GreenSky Administrative Services LLC"
    index = made(
        ("Goldman Sachs & Co.", "NY"), (bought, "GA", ours), (bought, "GA", after), (bought, "GA", after)
    )  # fmt: skip
    assert answer(index, "Goldman Sachs")["lca_cases"] == 2
    assert index.members.filter(brand_id="goldman-sachs")["lca_cases"].sum() == 2
    assert match.beginning("Goldman", index)["lca_cases"].to_list() == [2]


def test_an_employer_that_one_brand_sold_to_another_counts_for_each_what_it_filed_as_its_own(
    made, monkeypatch
):
    entry = {"brand_id": "zubrowka", "filed": NOBODYS, "key": NOBODYS.upper(), "begins": False}
    sold = date(2024, 2, 1)
    owners = [
        entry | {"from": None, "until": sold},
        entry | {"brand_id": "brzozowa", "from": sold, "until": None},
    ]
    monkeypatch.setattr(
        brands, "filed",
        lambda: pl.DataFrame(owners, schema_overrides={"from": pl.Date, "until": pl.Date})
        .with_columns(full="key", unit=pl.lit(None, pl.String), state=pl.lit(None, pl.String),
                      states=pl.lit(None, pl.List(pl.String))),
    )  # fmt: skip
    before, after = ({"decision_date": date(2024, month, 10)} for month in (1, 6))
    index = made((NOBODYS, "TX", before), (NOBODYS, "TX", after), (NOBODYS, "TX", after))
    assert dict(index.members.select("brand_id", "lca_cases").rows()) == {
        "zubrowka": 1,
        "brzozowa": 2,
    }
    assert index.members["employer_id"].n_unique() == 1
    # Who is asked for by that name is the company, and not one of its owners.
    found = answer(index, NOBODYS)
    assert (found["brand_id"], found["lca_cases"]) == (None, 3)


def test_the_rule_of_a_merge_is_the_one_that_made_it_whichever_name_files_more(made, monkeypatch):
    one, other = "Zubrowka Poultry", "Brzozowa Hatcheries"
    pair = pl.DataFrame({"one": ["ZUBROWKAPOULTRY"], "other": ["BRZOZOWAHATCHERIE"]})
    assert pl.DataFrame({"n": [one, other]}).select(
        names.loose(names.key(pl.col("n")))
    ).to_series().to_list() == [*pair["one"], *pair["other"]]
    monkeypatch.setattr(employers, "_same", lambda: pair)
    for more in (one, other):
        index = made((one, "TX"), (other, "TX"), (more, "TX"))
        rules = dict(index.names.select("employer_name", pl.col("rule").cast(pl.String)).rows())
        assert rules == {one: "reviewed", other: "reviewed"} | {more: "same name"}


def test_a_name_that_a_brand_excepts_is_not_taken_along_by_its_employer(made, monkeypatch):
    entries = [
        {"brand_id": "zubrowka", "filed": NOBODYS, "key": NOBODYS.upper(), "states": ["TX"]},
        {"brand_id": "zubrowka", "filed": NOBODYS, "key": NOBODYS.upper(), "states": ["NY"]},
    ]
    mine, strangers = (
        pl.DataFrame([row | {"begins": False}], schema=brands.FILED) for row in entries
    )
    monkeypatch.setattr(brands, "filed", lambda: mine)
    monkeypatch.setattr(brands, "excluded", lambda: strangers)
    index = made((NOBODYS, "TX"), (NOBODYS, "NY"), (NOBODYS, "CA"))
    assert dict(index.names.select("employer_state", "brand_id").rows()) == {
        "TX": "zubrowka",
        "NY": None,
        "CA": "zubrowka",
    }


def test_a_name_of_a_family_takes_its_largest_filer_and_those_of_the_states_beside_it(
    made, also_listed
):
    listed = {"brand": "Zubrowka", "sector": "trade"}
    also_listed(
        {"zubrowka": listed | {"filed": ["Zubrowka", {"name": "Zubrowka", "states": ["NC"]}]}}
    )
    shop = {"naics_code": "722511"}  # of which every state has its own
    filed = [("NY", 2), ("NC", 1), ("TX", 1)]
    index = made(*(("Zubrowka", state, shop) for state, cases in filed for _ in range(cases)))
    assert dict(index.names.select("employer_state", "brand_id").rows()) == {
        "NY": "zubrowka", "NC": "zubrowka", "TX": None,
    }  # fmt: skip


def test_a_name_in_several_states_is_one_employer_where_it_names_the_same_city(made):
    there = {"worksite_city": "Austin", "worksite_state": "TX"}
    index = made((GENERIC, "TX"), (GENERIC, "NY", there), (GENERIC, "OH", there))
    assert ids(index)[GENERIC, "NY"] == ids(index)[GENERIC, "OH"]
    assert ids(index)[GENERIC, "TX"] != ids(index)[GENERIC, "NY"]


def test_a_name_that_an_old_form_cut_is_the_whole_ones_employer(made):
    whole = f"{NOBODYS} Institute for Mathematics and the Sciences, Inc."
    index = made((whole, "NJ"), (whole[:50], "NJ"), ("Zubrowka Bank", "NJ"))
    assert ids(index)[whole, "NJ"] == ids(index)[whole[:50], "NJ"]


def test_one_wrong_letter_in_a_long_word_joins_names_of_one_city_and_a_number_none(made):
    elsewhere = {"employer_city": "Shelbyville", "worksite_city": "Shelbyville"}
    index = made(
        (f"{NOBODYS} Restoration", "NJ"),
        (f"{NOBODYS} Resotration", "NJ"),
        (f"{NOBODYS} Restorations 2", "NJ"),
        (f"{NOBODYS} Restorations 3", "NJ"),
        (f"{NOBODYS} Restoratiun", "NJ", elsewhere),
    )
    found = {name.removeprefix(f"{NOBODYS} "): one for (name, _), one in ids(index).items()}
    assert found["Restoration"] == found["Resotration"]
    assert len(set(found.values())) == 4


def test_counts_are_of_published_cases_and_not_of_rows(workbook, tmp_path):
    rows = [case(number=n, employer_name="Zubrowka Inc") for n in range(4)]
    workbook("q1.xlsx", "lca/2024", rows[:3])
    workbook("q2.xlsx", "lca/2024", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    assert Index(tmp_path / "lake").employers["lca_cases"].to_list() == [4]


# ------------------------------------------------------------------------------------------ brands


def test_the_brands_hold_together():
    assert not [
        str(one) for one in findings(lake.LAKE / "none") if one.wrong and "brand" in one.text
    ]


@pytest.mark.parametrize(
    ("one", "other", "contend"),
    [
        ({}, {}, True),
        ({"states": ["MI", "OH"]}, {"states": ["OH"]}, True),
        ({"states": ["MI"]}, {"states": ["OH"]}, False),
        ({"states": ["MI"]}, {}, False),
        ({"until": date(2020, 3, 1)}, {"from": date(2020, 3, 1)}, True),
        ({"until": date(2020, 3, 1)}, {"from": date(2020, 3, 2)}, False),
        ({"from": date(2020, 3, 1)}, {"from": date(2021, 1, 1)}, True),
        ({"from": date(2020, 3, 1)}, {}, False),
    ],
)
def test_two_brands_claim_a_name_where_their_states_and_dates_meet(
    one, other, contend, monkeypatch
):
    schema = brands.filed().schema
    entry = {"filed": "Mercy Hospital", "key": "MERCY HOSPITAL", "begins": False}
    claims = [entry | {"brand_id": "a"} | one, entry | {"brand_id": "b"} | other]
    monkeypatch.setattr(brands, "filed", lambda: pl.DataFrame(claims, schema))
    said = [str(found) for found in findings(lake.LAKE / "none") if "Mercy" in found.text]
    assert said == ["WRONG: brands a, b claim the filed name Mercy Hospital."] * contend


def test_a_comma_too_many_in_a_table_of_ours_is_named_with_its_row(tmp_path, monkeypatch):
    (tmp_path / "data/employers").mkdir(parents=True)
    (tmp_path / "data/employers/same.csv").write_text("name,same_as,why\nA,B,x\nC,D,y, z\n")
    monkeypatch.setattr(check, "DATA", tmp_path / "data")
    (found,) = (one for one in findings(lake.LAKE / "none") if "cells" in one.text)
    assert found.wrong
    assert found.text == "data/employers/same.csv, row 3: 4 cells, not 3."


def test_no_plain_pattern_ends_with_a_letter_that_a_plural_adds():
    """`MIKE S *` begins as every MIKE'S does."""
    patterns = brands.filed().filter("begins")["key"]
    assert not [one for one in patterns if one.endswith(" S")]


def test_a_beginning_is_of_whole_words_in_their_order_and_may_be_closed_up(monkeypatch):
    entries = pl.DataFrame(
        [
            {"brand_id": "walmart", "filed": "Walmart *", "key": "WALMART", "begins": True},
            {"brand_id": "willis", "filed": "Willis of *", "key": "WILLIS OF", "begins": True},
        ],
        schema=brands.FILED,
    )
    monkeypatch.setattr(brands, "filed", lambda: entries)
    keys = ["WAL MART STORES", "WALMART", "WALMARTIANS", "WILLIS OF OHIO", "WILLIS DENTAL CARE"]
    asked = pl.DataFrame(
        {"full": keys, "key": keys, "state": [None] * 5}, schema_overrides={"state": pl.String}
    )
    taken = dict(brands.branded(asked).select("full", "brand_id").rows())
    assert taken == {"WAL MART STORES": "walmart", "WALMART": "walmart", "WILLIS OF OHIO": "willis"}


def test_a_beginning_with_a_legal_suffix_takes_what_begins_with_both(monkeypatch):
    """`ABP Corporation *` is no `ABP *`."""
    family = {"brand": "Au Bon Pain", "sector": "dining", "filed": ["ABP Corporation *"]}
    monkeypatch.setattr(brands, "families", lambda: {"au-bon-pain": family})
    entries = brands.filed.__wrapped__()
    monkeypatch.setattr(brands, "filed", lambda: entries)
    said = ["ABP CORP", "ABP CORPORATION DBA AU BON PAIN", "ABP CONSULTING", "ABP Corporation"]
    asked = (
        pl.DataFrame({"name": said})
        .with_columns(full=names.full(pl.col("name")), key=names.key(pl.col("name")))
        .with_columns(state=pl.lit(None, pl.String))
    )
    assert "ABP CONSULTING" in asked["full"]
    taken = set(brands.branded(asked)["full"])
    assert taken == {"ABP", "ABP CORPORATION DBA AU BON PAIN"}


def test_there_are_400_brands_and_more():
    assert len(brands.families()) >= 400


def test_every_brand_takes_its_own_names():
    mine = brands.filed().select(
        "brand_id",
        full="key",
        key="key",
        state=pl.col("states").list.first(),
        dated=pl.col("from").is_not_null() | pl.col("until").is_not_null(),
    )
    taken = brands.branded(mine.select("full", "key", "state").unique())
    by = ["full", "state"]
    missed = mine.filter(~pl.col("dated")).join(taken, on=by, how="anti", nulls_equal=True)
    assert missed.select("brand_id", "full").rows() == []
    assert set(mine["brand_id"]) == set(taken["brand_id"])


def test_no_brand_takes_its_exceptions():
    refused = brands.excluded().filter(~pl.col("begins"))
    keyed = refused.select("brand_id", full="key", key="key", state=pl.col("states").list.first())
    taken = brands.branded(keyed.select("full", "key", "state").unique())
    wrongly = keyed.join(taken, on=["brand_id", "full", "state"], nulls_equal=True)
    assert wrongly.select("brand_id", "full").rows() == []


# ------------------------------------------------------------------------------------------- match


@pytest.mark.parametrize(
    "said", ["Zubrowka Robotics", "zubrowka robotics inc.", "ZUBROWKA  ROBOTICS", "Zubrowka Robotics (remote)",
             "Zubrowka Robotics | Hiring", "Zubrowka Robotics Careers", "Zubrowka-Robotics, LLC", "Zubrowka Robotics US"],
)  # fmt: skip
def test_a_distinctive_name_is_matched_however_it_is_said(said, made):
    found = answer(made((f"{NOBODYS}, Inc.", "TX"), (GENERIC, "NY")), said)
    assert (found["decision"], found["employer_ids"], found["lca_cases"]) == (
        "matched",
        ["zubrowka-robotics"],
        1,
    )
    assert found["filed_names"] == [f"{NOBODYS}, Inc."]
    assert found["evidence"]


@pytest.mark.parametrize(
    ("said", "filed"),
    [("EY", "MORGAN STANLEY"), ("MIT", "LIMITED BRANDS INC"), ("AWS", "HAWS CORP"), ("HP", "HPE INC"),
     ("Apple", "APPLE AMERICAN GROUP LLC"), ("Delta Air Lines", "DELTA DENTAL"), ("OpenAI", "OPENAIR FARMS LLC"),
     ("AMD", "AMDOCS INC"), ("Meta", "METAL WORKS INC"), ("Zubrowka Robotics", "ZUBROWKA REALTY LLC")],
)  # fmt: skip
def test_a_stranger_is_never_matched(said, filed, made):
    assert answer(made((filed, "TX")), said)["decision"] in {"none", "choose"}


@pytest.mark.parametrize("behind", [" - Pilot", ": Puzzle maker", " | Wizard", " – Vice Emperor", " -- Pilot"])  # fmt: skip
def test_what_stands_behind_a_dash_colon_or_bar_hides_no_employer(behind, made):
    index = made(*[("Zubrowka Robotics Inc", "TX")] * 12, ("META PLATFORMS, INC.", "CA"))
    assert answer(index, f"Meta{behind}")["brand_id"] == "meta"
    assert answer(index, f"Zubrowka Robotics{behind}")["filed_names"] == ["Zubrowka Robotics Inc"]
    assert answer(index, f"Grzegorz Brzeczyszczykiewicz{behind}")["decision"] == "none"


def test_a_doubtful_name_before_a_dash_is_asked_and_the_question_says_so(made):
    index = made(("Zubrowka Mills LLC", "TX"), ("Zubrowka Dental LLC", "NY"))
    asked = answer(index, "Zubrowka - Pilot")
    assert asked["decision"] == "choose"
    assert len(asked["candidates"]) == 2
    assert asked["evidence"].startswith("of what stands first, “Zubrowka”: ")


@pytest.mark.parametrize(
    "said", ["😀<b>Evil</b><script>alert(1)</script>", "Brzozowa Mendl Kovacs (Script)"]
)
def test_a_piece_of_a_name_is_a_question_and_no_answer(said, made):
    assert answer(made(("Script Company Inc.", "CA")), said)["decision"] in {"choose", "none"}


def test_a_part_with_little_or_known_words_beside_it_is_an_answer(made):
    index = made(*[("Zubrowka Brzozowa Inc.", "TX")] * 12)
    for said in ("Zubrowka Brzozowa (formerly Mendl)", "Zubrowka Brzozowa | The Robotics Group"):
        assert answer(index, said)["decision"] == "matched"


def test_the_state_of_the_listing_decides_between_namesakes_and_without_one_a_person_does(made):
    index = made(*[(GENERIC, "TX")] * 13, *[(GENERIC, "NY")] * 12)
    assert answer(index, GENERIC, listing_state="NY")["employer_ids"] == [
        "golden-dragon-restaurant--ny"
    ]
    asked = answer(index, GENERIC)
    assert asked["decision"] == "choose"
    assert {one["employer_id"] for one in asked["candidates"]} == {
        "golden-dragon-restaurant",
        "golden-dragon-restaurant--ny",
    }


def test_a_common_name_in_a_state_where_nobody_of_it_filed_is_not_matched(made):
    index = made(*[(GENERIC, "TX")] * 12)
    assert answer(index, GENERIC, listing_state="OR")["decision"] == "choose"


def test_a_trade_name_in_a_filing_leads_to_its_employer(made):
    index = made(
        ("Zubrowka Holdings LLC d/b/a Mendl Confectionery", "TX"), ("Other Zubrowka", "NY")
    )
    found = answer(index, "Mendl Confectionery", listing_state="TX")
    assert (found["decision"], found["evidence"][:10]) == ("matched", "trade name")


def test_a_trade_name_without_a_place_is_asked_because_it_may_be_a_franchises(made):
    index = made(("Zubrowka Holdings LLC d/b/a Mendl Confectionery", "TX"))
    assert answer(index, "Mendl Confectionery")["decision"] == "choose"


def test_a_choice_is_remembered_for_its_name_and_state(made):
    index = made(*[(GENERIC, "TX")] * 13, *[(GENERIC, "NY")] * 12)
    choices.choose(GENERIC, None, None, "golden-dragon-restaurant--ny")
    assert answer(index, GENERIC.upper())["employer_ids"] == ["golden-dragon-restaurant--ny"]
    assert answer(index, GENERIC, listing_state="TX")["employer_ids"] == [
        "golden-dragon-restaurant"
    ]


def test_a_choice_of_nobody_in_the_loaded_files_decides_nothing(made):
    index = made(("Goldman Sachs & Co.", "NY"), (GENERIC, "TX"))
    choices.choose("Goldman Sachs", None, None, "goldman-sachs-of-other-files")
    choices.choose(GENERIC, None, "no-brand-of-this-list", None)
    assert answer(index, "Goldman Sachs")["brand_id"] == "goldman-sachs"
    assert answer(index, GENERIC)["employer_ids"] == ["golden-dragon-restaurant"]


def test_the_newest_choice_of_a_name_counts_however_its_state_is_spelled(made):
    index = made(*[(GENERIC, "TX")] * 13, *[(GENERIC, "NY")] * 12)
    texas, york = "golden-dragon-restaurant", "golden-dragon-restaurant--ny"
    for state, older, newer in (("Texas", None, york), ("TX", texas, york), ("Texas", york, None)):
        rows = [(GENERIC, state, None, one, None, None) for one in (older, newer)]
        kept = pl.DataFrame(rows, schema=choices.CHOICES, orient="row")
        asked = pl.DataFrame({"listing_name": [GENERIC], "listing_state": ["TX"]})
        found = match.decided(asked, index, kept).row(0, named=True)
        assert found["employer_ids"] == (newer and [newer])
        assert choices.of(GENERIC, "TX", kept)["employer_id"] == newer


def test_none_says_what_was_searched_and_which_names_are_near(made):
    found = answer(made(("Zubrowska Breweries", "TX")), "Zubrowka Brandy")
    assert found["decision"] == "none"
    assert "1 filed names" in found["evidence"]
    assert [one["name"] for one in found["candidates"]] == ["Zubrowska Breweries"]


def test_a_known_brand_that_filed_nothing_is_none_under_its_name(made):
    found = answer(made(("Zubrowka", "TX")), "AWS")
    assert (found["decision"], found["brand_id"]) == ("none", "amazon")


def test_a_campus_without_filings_of_its_own_is_asked_for_its_system(made):
    index = made(("THE CURATORS OF THE UNIVERSITY OF MISSOURI", "MO"))
    found = answer(index, "Mizzou")
    assert found["decision"] == "choose"
    assert [one["brand_id"] for one in found["candidates"]] == ["university-of-missouri"]


@pytest.mark.parametrize("said", ["H&M", "L&T", "M&S", "IMC"])
def test_a_short_name_is_nobodys_whose_letters_it_shares(said, made):
    letters = said.replace("&", " ")
    index = made((f"{letters.replace(' ', '')} Corporation dba Curry House", "NY"))
    assert answer(index, said)["decision"] in {"none", "choose"}


def test_a_small_namesake_is_not_meant_where_a_far_larger_employer_goes_on_with_the_name(made):
    index = made(("Zubrowka Ag, LLC", "CA"), *[("Zubrowka Health System", "OH")] * 5)
    found = answer(index, "Zubrowka")
    assert found["decision"] == "choose"
    assert found["candidates"][0]["name"] == "Zubrowka Health System"


def test_a_choice_names_trade_names_beside_filed_names(made):
    index = made((GENERIC, "TX"), (f"Wu Brothers LLC dba {GENERIC}", "OR"))
    found = answer(index, GENERIC)
    assert len(found["candidates"]) == 2
    there = {"listing_city": "Springfield", "listing_state": "OR"}
    assert answer(index, GENERIC, listing_state="OR")["decision"] == "choose"
    assert answer(index, GENERIC, **there)["filed_names"] == [f"Wu Brothers LLC dba {GENERIC}"]


def test_a_name_that_goes_on_descriptively_is_matched_in_its_own_city_alone(made):
    short, _ = NOBODYS.split()
    index = made((f"{short} Technologies Inc", "TX"))
    there = answer(index, short, listing_city="Springfield", listing_state="TX")
    assert (there["decision"], there["confidence"]) == ("matched", "likely")
    elsewhere = answer(index, short, listing_state="NY")
    assert elsewhere["decision"] == "none"
    assert elsewhere["candidates"][0]["name"] == f"{short} Technologies Inc"


def test_of_small_employers_whose_names_go_on_a_person_chooses_even_in_the_city(made):
    short, _ = NOBODYS.split()
    index = made((f"{short} Technologies Inc", "TX"), *[(f"{short} Foods Inc", "NY")] * 10)
    there = answer(index, short, listing_city="Springfield", listing_state="TX")
    assert there["decision"] == "choose"


def test_the_only_employer_whose_name_goes_on_descriptively_is_meant_where_no_place_is_told(made):
    filed = f"{NOBODYS} Technologies Inc"
    index = made(*[(filed, "TX")] * 10)
    found = answer(index, NOBODYS)
    assert found["filed_names"] == [filed]
    assert filed in found["evidence"]


@pytest.mark.parametrize("more", ["Technologies Inc", "North America Inc"])
def test_one_word_without_a_place_is_asked_though_one_employer_alone_goes_on_with_it(made, more):
    short, _ = NOBODYS.split()
    index = made(*[(f"{short} {more}", "TX")] * 10)
    assert answer(index, short)["decision"] == "choose"
    there = answer(index, short, listing_city="Springfield", listing_state="TX")
    assert there["filed_names"] == [f"{short} {more}"]


def test_the_word_of_its_field_may_be_missing_or_another_where_the_employer_files_under_it(made):
    short, _ = NOBODYS.split()
    bikes, cakes = {"naics_code": "336991"}, {"naics_code": "311811"}
    index = made((f"{short} Bicycle Corp", "TX", bikes), ("M. A. Gradowka Co", "TX", bikes))
    found = answer(index, short, listing_state="TX")
    assert found["filed_names"] == [f"{short} Bicycle Corp"]
    assert "the field that it files under" in found["evidence"]
    for name, filed in ((short, f"{short} Bicycle Corp"), ("Gradowka", "M. A. Gradowka Co")):
        there = answer(index, f"{name} Bikes", listing_state="TX")
        assert (there["filed_names"], there["confidence"]) == ([filed], "likely")
        assert answer(index, f"{name} Bikes", listing_state="NY")["decision"] != "matched"
        assert answer(index, f"{name} Pharmacy", listing_state="TX")["decision"] == "none"
    longer = made((f"{short} Brzozowa Bicycle Corp", "TX", bikes))
    assert answer(longer, f"{short} Bikes", listing_state="TX")["decision"] == "none"
    other = made((f"{short} Bicycle Corp", "TX", cakes))
    assert answer(other, f"{short} Bikes", listing_state="TX")["decision"] == "none"


def test_the_word_of_a_restaurant_may_be_missing_though_strangers_elsewhere_trade_so(made):
    shop, here = {"naics_code": "722511"}, {"listing_city": "Springfield", "listing_state": "CO"}
    index = made(
        ("Zubrowka Palace", "CO", shop),
        ("MGSL Inc. d/b/a Zubrowka Palace Restaurant", "DC", shop),
        ("Brzozowa Restaurants, Inc.", "CO", shop),
    )
    assert answer(index, "Zubrowka Palace Restaurant", **here)["filed_names"] == ["Zubrowka Palace"]
    found = answer(index, "Brzozowa Japanese Restaurant", **here)
    assert found["filed_names"] == ["Brzozowa Restaurants, Inc."]


def test_a_city_behind_the_filed_name_or_the_listings_is_no_other_employer(made):
    here = {"listing_city": "Springfield", "listing_state": "CO"}
    index = made(("Zubrowka Options, Springfield, Inc.", "CO"), ("Brzozowa Palace", "CO"))
    for said, filed in (
        ("Zubrowka Options", "Zubrowka Options, Springfield, Inc."),
        ("Brzozowa Palace Springfield", "Brzozowa Palace"),
    ):
        found = answer(index, said, **here)
        assert found["filed_names"] == [filed]
        assert "but for its city" in found["evidence"]
    away = answer(index, "Zubrowka Options", listing_city="Denver", listing_state="CO")
    assert away["decision"] != "none"
    assert answer(index, "Springfield Hotel", **here)["decision"] == "none"
    spelled = made(("Colorado Zubrowka Exchange", "CO"), ("Brzozowa Inc", "CO"))
    for said, filed in (
        ("CO Zubrowka Exchange", "Colorado Zubrowka Exchange"),
        ("Brzozowa.ai", "Brzozowa Inc"),
    ):
        assert answer(spelled, said, **here)["filed_names"] == [filed]


def test_a_trade_name_that_the_form_cut_off_is_the_listings_in_its_state(made):
    cut = "Brzozowa County Hospital District dba Zubrowka Mem"
    assert len(cut) == 50
    index = made((cut, "TX"))
    found = answer(index, "Zubrowka Memorial Hospital", listing_state="TX")
    assert (found["filed_names"], found["confidence"]) == ([cut], "likely")
    assert answer(index, "Zubrowka Memorial Hospital", listing_state="NY")["decision"] == "none"
    whole = made(("Brzozowa District dba Zubrowka Mem", "TX"))
    assert answer(whole, "Zubrowka Memorial Hospital", listing_state="TX")["decision"] == "none"


def test_a_name_that_is_a_brands_in_some_states_alone_is_asked_without_a_place(made):
    """The list has Mercy Hospital as Trinity Health's in Michigan, until 2015."""
    filed = ("Mercy Hospital", "MI", {"decision_date": date(2012, 1, 5)})
    index = made(filed, *[("Saint Joseph Mercy Health System", "MI")] * 9)
    assert answer(index, "Mercy Hospital")["decision"] == "choose"
    assert answer(index, "Mercy Hospital", listing_state="MI")["brand_id"] == "trinity-health-mi"


def test_names_in_the_state_that_have_the_first_words_are_a_question(made):
    """Baystate Health files as Baystate Medical Practices: none observed would be false."""
    care, here = {"naics_code": "621111"}, {"listing_state": "CO"}
    index = made(("Zubrowka Medical Practices, Inc.", "CO", care))
    found = answer(index, "Zubrowka Health", **here)
    assert found["decision"] == "choose"
    assert [one["name"] for one in found["candidates"]] == ["Zubrowka Medical Practices, Inc."]
    assert "names in this city or state that have its words" in found["evidence"]
    assert answer(index, "Zubrowka Health", listing_state="NY")["decision"] == "none"
    assert answer(index, "Zubrowka College", **here)["decision"] == "none"  # not its field
    assert answer(index, "Brzozowa Health", **here)["decision"] == "none"


def test_who_alone_is_called_as_a_longer_name_begins_is_a_question(made):
    index = made(
        ("Zubrowka International, Inc.", "CO"), ("Twin City Pharmacy Inc", "CO"),
        ("Brzozowa Inc", "CO"), ("Brzozowa Mills", "TX"), ("Brzozowa Bank", "NY"),
    )  # fmt: skip
    here = {"listing_city": "Springfield", "listing_state": "CO"}
    for said, filed, place in (
        ("Zubrowka Nutrition", "Zubrowka International, Inc.", {}),
        ("Zubrowka Zywiec Nutrition", "Zubrowka International, Inc.", {}),
        ("Twin City Pharmacy & Surgical", "Twin City Pharmacy Inc", here),
    ):
        found = answer(index, said, **place)
        assert found["decision"] == "choose"
        assert [one["name"] for one in found["candidates"]] == [filed]
        assert found["evidence"] == f"a name that ends where this one goes on: {filed}"
    assert answer(index, "Zubrowka Nutrition", listing_state="TX")["decision"] == "none"
    assert answer(index, "Twin City Pharmacy & Surgical")["decision"] == "none"
    assert answer(index, "Brzozowa Nutrition")["decision"] == "none"  # three are called so


def test_words_in_brackets_hide_no_employer(made):
    filed = {"Zubrowka Foundry", "Zubrowka Mills"}
    found = answer(made(*((one, "CO") for one in filed)), "Zubrowka (real estate brokerage)")
    assert found["decision"] == "choose"
    assert {one["name"] for one in found["candidates"]} == filed


def test_a_name_of_the_city_that_has_all_words_of_a_listings_is_a_question(made):
    index = made(("Brzozo's Studio Tents & Canopies, Inc.", "NY"), ("Brzozo Example Corp", "NY"))
    asked = answer(index, "Brzozo's Tents", listing_city="Springfield", listing_state="NY")
    assert asked["decision"] == "choose"
    assert [one["name"] for one in asked["candidates"]] == [
        "Brzozo's Studio Tents & Canopies, Inc."
    ]
    for place in ({"listing_city": "Albany", "listing_state": "NY"}, {}):
        assert answer(index, "Brzozo's Tents", **place)["decision"] == "none"


def test_a_rare_word_anywhere_in_a_name_of_its_city_is_a_question(made):
    index = made(("Brzozowa Zubrowkaing, Inc.", "TX"), ("Brzozowa Example", "TX"))
    there = {"listing_city": "Springfield", "listing_state": "TX"}
    found = answer(index, "Zubrowkaing", **there)
    assert found["decision"] == "choose"
    assert [one["name"] for one in found["candidates"]] == ["Brzozowa Zubrowkaing, Inc."]
    assert answer(index, "Zubrowkaing")["decision"] == "none"
    others = [(f"{one} Zubrowkaing", "TX") for one in ("Alpenrose", "Bluebonnet", "Caraway")]
    many = made(("Brzozowa Zubrowkaing, Inc.", "TX"), *others)
    assert answer(many, "Zubrowkaing", **there)["decision"] == "none"


def test_a_middle_initial_hides_nobody_in_the_state(made):
    index = made(("MARTHA Q ZUBROWKA DDS PC", "TX"), ("Earl Brzozowa Enterprises", "TX"))
    for said, filed in (
        ("Dr. Martha Zubrowka, DDS", "MARTHA Q ZUBROWKA DDS PC"),
        ("Earl L. Brzozowa Enterprises", "Earl Brzozowa Enterprises"),
    ):
        assert answer(index, said, listing_state="TX")["filed_names"] == [filed]
        assert answer(index, said, listing_state="NY")["decision"] != "matched"


def test_letters_that_begin_the_words_of_a_name_in_the_state_are_a_question(made):
    index = made(("Zubrowka University of the Dells", "CO"), ("Zubrowka Dells", "CO"))
    found = answer(index, "ZUD", listing_city="Springfield", listing_state="CO")
    assert found["decision"] == "choose"
    assert [one["name"] for one in found["candidates"]] == ["Zubrowka University of the Dells"]
    assert "a name with these initials" in found["evidence"]
    for name, state in (("ZUD", "NY"), ("ZUD", None), ("Zud", "CO"), ("ZD", "CO")):
        assert answer(index, name, listing_state=state)["decision"] == "none"


@pytest.mark.parametrize("typed", ["Gogle", "Goggle", "Googel"])
def test_a_slip_in_a_name_of_many_cases_is_a_question(made, typed):
    many = made(*[("Google LLC", "CA")] * 60, *[("Google Inc", "CA")] * 60, ("Gogo", "IL"))
    found = answer(many, typed)
    assert found["decision"] == "choose"
    assert found["candidates"][0]["name"] == "Google"
    assert answer(made(("Google LLC", "CA")), typed)["decision"] == "none"


def test_the_board_that_a_listing_was_found_on_is_no_employer(made):
    index = made((NOBODYS, "TX"), *[("LinkedIn Corporation", "CA")] * 20)
    assert answer(index, f"{NOBODYS} via LinkedIn")["filed_names"] == [NOBODYS]
    assert answer(index, "Brzozowa Mills via LinkedIn")["decision"] == "none"
    assert answer(index, "LinkedIn")["brand"] == "LinkedIn"


@pytest.mark.parametrize("between", [" ", " - ", ": "])
def test_a_name_behind_its_own_initials_is_that_name(made, between):
    filed = "Institute for International Solutions"
    index = made((filed, "TX"))
    there = {"listing_city": "Springfield", "listing_state": "TX"}
    assert answer(index, f"IIS{between}{filed}", **there)["filed_names"] == [filed]
    assert answer(index, f"IIST{between}{filed}", **there)["filed_names"] == [filed]
    assert answer(index, f"XYZ{between}{filed}", **there)["decision"] != "matched"
    longer = made((f"{filed} of Zubrowka", "TX"))
    asked = answer(longer, f"IIS - {filed}", **there)
    assert asked["decision"] == "choose"
    assert [one["name"] for one in asked["candidates"]] == [f"{filed} of Zubrowka"]


def test_who_alone_goes_on_from_one_word_is_meant_in_its_city_where_it_files_much(made):
    short, _ = NOBODYS.split()
    filed, here = f"{short} Payroll LLC", {"listing_city": "Springfield", "listing_state": "TX"}
    many = made(*[(filed, "TX")] * 10)
    assert answer(many, short, **here)["filed_names"] == [filed]
    assert answer(many, short, listing_state="TX")["decision"] == "choose"
    assert answer(made((filed, "TX")), short, **here)["decision"] == "choose"


def test_the_word_of_a_field_tells_nobody_among_many_of_the_name(made):
    """Compass Coffee is not the one of dozens of Compasses that keeps canteens."""
    shop, (short, _) = {"naics_code": "722511"}, NOBODYS.split()
    more = "Solutions Systems Services Partners Holdings Consulting Technologies Global".split()
    others = [f"{short} {word}" for word in more]
    index = made((f"{short} Group Inc", "CO", shop), *[(one, "TX") for one in others])
    here = {"listing_city": "Springfield", "listing_state": "CO"}
    assert answer(index, f"{short} Coffee", **here)["decision"] == "choose"
    few = made((f"{short} Group Inc", "CO", shop), (others[0], "TX"))
    assert answer(few, f"{short} Coffee", **here)["filed_names"] == [f"{short} Group Inc"]


def test_a_name_goes_on_though_its_last_word_is_a_plural(made):
    index = made(*[("Zubrowkas Travel Stops Country Stores, Inc.", "OK")] * 4)
    found = answer(index, "Zubrowka's Travel Stop", listing_state="OK")
    assert found["filed_names"] == ["Zubrowkas Travel Stops Country Stores, Inc."]
    farm = made(("Brzozow Farm LLC", "LA", {"naics_code": "111998"}))
    assert answer(farm, "Brzozows")["decision"] == "none"


def test_the_one_that_goes_on_in_this_city_is_meant_and_not_a_smaller_namesake_elsewhere(made):
    short, _ = NOBODYS.split()
    away = {"employer_city": "Fargo", "worksite_city": "Fargo"}
    index = made((f"{short} Inc", "ND", away), *[(f"{short} Management Corp", "TX")] * 3)
    there = answer(index, short, listing_city="Springfield", listing_state="TX")
    assert there["filed_names"] == [f"{short} Management Corp"]
    assert answer(index, short)["decision"] == "choose"


def test_two_telling_words_are_enough_where_one_employer_alone_goes_on_with_them(made):
    filed = f"{NOBODYS} Gustave Moustafa LLP"
    index = made(*[(filed, "TX")] * 10, ("Zubrowka Foods Inc", "NY"))
    assert answer(index, NOBODYS)["filed_names"] == [filed]
    assert answer(index, NOBODYS, listing_state="NY")["decision"] != "matched"
    small = made((filed, "TX"))
    assert answer(small, NOBODYS)["decision"] == "choose"
    assert answer(small, NOBODYS, listing_state="TX")["filed_names"] == [filed]
    assert answer(index, "Zubrowka")["decision"] == "choose"


def test_the_owner_in_brackets_is_a_candidate_beside_the_franchise(made):
    index = made(
        (f"{NOBODYS} Associates", "TX"),
        ("Wu Brothers LLC dba McDonald's", "OR"),
        ("Abc Restaurants LLC dba McDonald's", "NY"),
    )
    found = answer(index, f"McDonald's ({NOBODYS})", listing_city="Springfield", listing_state="TX")
    assert found["decision"] == "choose"
    assert found["candidates"][0]["name"] == f"{NOBODYS} Associates"


def test_the_article_tells_the_college_from_the_fund():
    citadel = brands.called().filter(key="CITADEL")
    told = dict(citadel.select("called", "brand_id").rows())
    assert (told["Citadel"], told["The Citadel"]) == ("citadel", "the-citadel-college")


def test_the_suffix_tells_a_printer_from_a_bank_that_is_called_so_without_it(made):
    index = made(("Merrill Lynch & Co., Inc.", "NY"), ("Datasite LLC", "MN"))
    for said, brand in (("Merrill", "bank-of-america"), ("Merrill Corporation", "datasite")):
        assert answer(index, said)["brand_id"] == brand


def test_a_common_word_in_a_part_of_a_name_is_not_who_is_called_nearly_so(made):
    index = made(("Waters Technologies Corporation", "MA"))
    assert answer(index, "Waters | Milford")["brand_id"] == "waters"
    assert answer(index, "charity: water", listing_state="NY")["decision"] == "none"


def test_what_was_bought_is_asked_for_by_name_where_it_filed_before(made, also_listed):
    bought = {"name": "Zubrowka *", "from": date(2030, 1, 1)}
    also_listed(
        {
            "gradowka": {
                "brand": "Gradowka", "sector": "trade", "called": ["Zubrowka"],
                "filed": ["Gradowka", bought],
            }
        }
    )  # fmt: skip
    index = made(("Zubrowka Therapeutics, Inc.", "CA"), *[("Gradowka Inc", "NY")] * 30)
    found = answer(index, "Zubrowka")
    names = [one["name"] for one in found["candidates"]]
    assert (found["decision"], names) == ("choose", ["Gradowka", "Zubrowka Therapeutics, Inc."])
    assert answer(index, "Gradowka")["decision"] == "matched"


def test_another_word_of_a_field_is_no_way_to_the_owner_by_another_name(made, also_listed):
    listed = {"gradowka": {"brand": "Gradowka", "sector": "trade", "filed": ["Zubrowka Bicycle *"]}}
    also_listed(listed)
    index = made(("Zubrowka Bicycle Corp", "TX", {"naics_code": "336991"}))
    found = answer(index, "Zubrowka Bikes", listing_city="Springfield", listing_state="TX")
    assert found["decision"] == "choose"
    assert [one["brand_id"] for one in found["candidates"]] == ["gradowka"]


def test_outside_the_us_is_not_applicable(made):
    assert answer(made((NOBODYS, "TX")), NOBODYS, outside_us=True)["decision"] == "not-applicable"


@pytest.mark.parametrize(
    "odd", ["", " ", "字节跳动", "😀", '=HYPERLINK("x")', "x" * 10_000, None, "\x00", "(((", "a.*+"]
)
def test_any_text_gets_an_answer(odd, made):
    assert answer(made((NOBODYS, "TX")), odd)["decision"] == "none"


def test_rows_keep_their_order_and_number(made):
    names = ["b", NOBODYS, "a", NOBODYS, None]
    found = match.match(pl.DataFrame({"listing_name": names}), made((NOBODYS, "TX")))
    assert found["decision"].cast(pl.String).to_list() == [
        "none",
        "matched",
        "none",
        "matched",
        "none",
    ]


def test_what_is_typed_finds_names_that_begin_so(made):
    index = made(*[(NOBODYS, "TX")] * 2, ("Zubrowka Breweries", "NY"), (GENERIC, "NY"))
    assert match.beginning("zubro", index)["label"].to_list() == [NOBODYS, "Zubrowka Breweries"]
    assert match.beginning("", index).is_empty()


def test_namesakes_on_the_plain_list_are_told_apart_by_their_filed_names(made, also_listed):
    listed = {
        one: {"brand": "Zubrowka", "sector": brands.PLAIN, "filed": [name], "unnamed": True}
        for one, name in (("zubrowka", "ZUBROWKA MILLS *"), ("zubrowka-2", "ZUBROWKA BANK *"))
    }
    also_listed(listed)
    index = made(("ZUBROWKA MILLS INC", "TX"), ("ZUBROWKA BANK", "NY"), ("Meta Platforms", "CA"))
    offered = answer(index, "Zubrowka")["candidates"]
    assert {one["name"] for one in offered} == {"ZUBROWKA MILLS INC", "ZUBROWKA BANK"}
    assert {one["brand_id"] for one in offered} == set(listed)
    assert answer(index, "Facebook")["brand"] == "Meta"


def test_a_candidate_has_no_number_of_a_program_that_is_not_loaded(made):
    index = made((GENERIC, "TX"), (GENERIC, "NY"))
    joined = match.joined(listings.joined(of_text(GENERIC, "pasted")), index, choices.kept())
    assert {one["perm_cases"] for one in joined["candidates"][0]} == {None}
    (said,) = match.flat(joined)["candidates"]
    assert said.count("1 LCA") == 2
    assert "PERM" not in said


def test_a_table_for_spreadsheets_runs_nothing():
    table = pl.DataFrame(
        {"name": ["=1+1", "@x", "-2", "fine", None], "many": [["=a", "b"], [], None, ["c"], ["d"]]}
    )
    flat = match.flat(table)
    assert flat["name"].to_list() == ["'=1+1", "'@x", "'-2", "fine", None]
    assert flat["many"].to_list()[0] == "'=a|b"


# ---------------------------------------------------------------------------------------- evaluate


def test_the_score_counts_a_stranger_as_wrong_and_names_it(made, tmp_path):
    made((NOBODYS, "TX"), ("Mendl Confectionery", "TX"))
    truth = tmp_path / "truth.csv"
    truth.write_text(
        "listing_name,listing_city,listing_state,filed_name,verdict\n"
        f"Zubrowka Robotics,,,{NOBODYS},different\n"
        "Mendl Confectionery,,,Mendl Confectionery,match\n"
        "Nobody At All,,,,none\n"
    )
    score = evaluate.evaluate(truth, tmp_path / "lake")
    assert (
        score.measures["wrong"] == score.measures["right"] == score.measures["none, rightly"] == 1
    )
    assert score.measures["precision of matches"] == 0.5
    assert score.measures["recall of filings"] == 1.0
    assert any("Zubrowka Robotics" in line for line in score.errors)


def test_agreement_is_known_for_a_known_grouping():
    placed = pl.DataFrame({"group": ["a", "a", "b", "c"], "cluster": ["x", "x", "x", "y"]})
    scores = evaluate.agreement(placed)
    assert scores["pairwise precision"] == 1.0
    assert scores["pairwise recall"] == pytest.approx(1 / 3)
    assert scores["B-cubed precision"] == 1.0
    assert scores["B-cubed recall"] == pytest.approx((2 * 2 / 3 + 1 / 3 + 1) / 4)


def test_spellings_of_an_employer_are_one_group_though_its_brand_bought_it_between_them(
    made, tmp_path
):
    old, new = {"decision_date": date(2012, 1, 5)}, {"decision_date": date(2024, 1, 5)}
    made(("United Supermarkets, LLC", "TX", old), ("UNITED SUPERMARKETS, L.L.C.", "TX", new))
    truth = tmp_path / "truth.csv"
    truth.write_text(
        'filed_name,cluster\n"United Supermarkets, LLC",u\n"UNITED SUPERMARKETS, L.L.C.",u\n'
    )
    assert evaluate.evaluate(truth, tmp_path / "lake").measures["pairwise recall"] == 1.0


def test_a_truth_file_with_another_header_is_refused_by_name(tmp_path, made):
    made((NOBODYS, "TX"))
    path = tmp_path / "odd.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"odd.csv: the header row is a,b"):
        evaluate.evaluate(path, tmp_path / "lake")


def test_a_word_alone_is_no_reviewed_name_that_has_a_suffix_or_an_article(made):
    index = made(
        *[("Southern Company Services, Inc.", "GA")] * 9, ("Southern Zubrowka Wines, LLC", "FL"),
        *[("Standard Insurance Company", "OR")] * 9, ("Standard Brzozowa LLC", "TX"),
    )  # fmt: skip
    for said, whole in (("Southern", "Southern Company"), ("Standard", "The Standard")):
        assert answer(index, said)["decision"] == "choose"
        assert answer(index, whole)["brand"] == whole


def test_a_name_that_two_brands_share_is_a_question_unless_the_place_tells(made):
    index = made(
        *[("Emerson Electric Co.", "MO", {"employer_city": "St. Louis"})] * 40,
        ("Emerson College", "MA", {"employer_city": "Boston"}),
    )
    assert brands.shared() >= {"Emerson"}
    asked = answer(index, "Emerson")
    assert {one["name"] for one in asked["candidates"]} == {"Emerson", "Emerson College"}
    for state, brand in (("MO", "Emerson"), ("MA", "Emerson College")):
        assert answer(index, "Emerson", listing_state=state)["brand"] == brand


def test_one_name_that_the_list_has_under_two_brands_is_two_employers(made):
    index = made(
        *[("Mount Sinai Medical Center", "NY", {"employer_city": "New York"})] * 3,
        ("Mount Sinai Medical Center, Inc.", "FL", {"employer_city": "Miami Beach"}),
    )
    brand = {row["employer_name"]: row["brand_id"] for row in index.names.rows(named=True)}
    assert len(set(brand.values())) == len(set(ids(index).values())) == 2


def test_what_stands_in_brackets_behind_a_suffix_is_a_trade_name(made):
    index = made(
        ("Brzozowa, Inc (Zubrowka Steakhouse)", "AL"), ("Kazimierz LLC (a Wilno Co.)", "AL")
    )
    found = answer(index, "Zubrowka Steakhouse", listing_state="AL")
    assert found["filed_names"] == ["Brzozowa, Inc (Zubrowka Steakhouse)"]
    assert "trade name" in found["evidence"]
    assert answer(index, "Wilno", listing_state="AL")["decision"] == "none"


def test_the_name_of_a_bought_company_asks_for_those_who_filed_by_it_before(made):
    index = made(
        *[("Thermo Fisher Scientific Inc.", "MA")] * 40,
        ("Patheon Pharmaceuticals Inc.", "OH", {"decision_date": date(2015, 1, 5)}),
        ("Patheon Manufacturing Services LLC", "NC", {"decision_date": date(2015, 1, 6)}),
    )
    asked = answer(index, "Patheon")
    assert {one["name"] for one in asked["candidates"]} == {"Thermo Fisher Scientific", "Patheon"}
