import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import names


def of(make, *texts: str) -> list[str | None]:
    return (
        pl.DataFrame({"t": texts}, schema={"t": pl.String})
        .select(make(pl.col("t")))
        .to_series()
        .to_list()
    )


def key(text: str) -> str | None:
    return of(names.key, text)[0]


@pytest.mark.parametrize(
    "spellings",
    [
        ("META PLATFORMS, INC.", "Meta Platforms Inc", "The Meta Platforms Incorporated", "META  PLATFORMS,INC"),
        ("ERNST&YOUNG LLP", "Ernst & Young L.L.P.", "ERNST AND YOUNG"),
        ("J.P. Morgan Chase & Co.", "J P MORGAN CHASE AND COMPANY", "JP Morgan Chase"),
        ("MACY'S, INC.", "Macys Inc", "Macy’s", "MACY¿S INC"),
        ("NESTLÉ USA, INC.", "NESTL╔ USA INC", "Nestle USA"),
        ("Foo Labs Pvt. Ltd.", "Foo Labs Private Limited", "FOO LABS GmbH"),
        ("ACME INC DBA JOE'S DINER", "Acme, Inc. d/b/a Joe's", "ACME INC. (D.B.A. JOES)", "Acme Inc, doing business as J"),
        ("Zeta Corp (formerly XL Marketing Corp)", "ZETA CORP. F/K/A XL", "Zeta"),
        ("Joseph Farzam Law Firm, A Professional Corporation", "JOSEPH FARZAM LAW FIRM"),
        ("Silfex, Inc., a division of Lam Research Corporation", "SILFEX INC"),
    ],
)  # fmt: skip
def test_spellings_of_one_name_have_one_key(spellings):
    assert len(set(of(names.key, *spellings))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HP Inc.", "HPE Inc."),
        ("AMD", "Amdocs Inc."),
        ("Apple Inc.", "Apple American Group LLC"),
        ("University of Washington", "Washington University"),
        ("AT&T", "ATT Industries"),
        ("Company", "Limited"),
        ("Café 21", "Café 22"),
    ],
)
def test_other_names_have_other_keys(one, other):
    assert key(one) != key(other)


def test_a_name_of_nothing_but_a_suffix_keeps_it():
    assert of(names.key, "The Limited, Inc.", "Company") == ["LIMITED", "COMPANY"]


def test_a_tail_that_is_all_there_is_is_the_name():
    assert key("DBA JOE'S PIZZA") == "JOES PIZZA"


def test_the_trade_name_behind_a_name_is_kept_apart():
    assert of(names.trade_key, "MAPLEBEAR INC. D/B/A INSTACART", "MAPLEBEAR INC.") == [
        "INSTACART",
        None,
    ]
    assert of(names.trade_key, "LIVIA INC. TA IL PIZZICO", "TA ASSOCIATES INC") == [
        "IL PIZZICO",
        None,
    ]


def test_a_note_of_the_owner_is_no_part_of_the_name():
    assert key("Yoh, a Day & Zimmermann Company") == "YOH"
    assert key("NetZero, Inc. (a United Online, Inc. Company)") == "NETZERO"
    assert key("Amentra, Inc. a company of Red Hat") == "AMENTRA"
    assert key("A Better Company") == "A BETTER"


def test_on_behalf_of_is_no_tail_because_what_follows_is_the_name():
    assert (
        key("Regents, on behalf of Example State University")
        == "REGENTS ON BEHALF OF EXAMPLE STATE UNIVERSITY"
    )


@pytest.mark.parametrize(
    "spellings",
    [
        ("CEDARS-SINAI MEDICAL CENTER", "CEDARSSINAI MEDICAL CTR", "Cedars Sinai Medical Centre"),
        ("WILLIAMS-SONOMA, INC.", "WILLIAMSSONOMA INC"),
        ("V3TECH SOLUTIONS", "V3 TECH SOLUTION"),
        ("Saint Mary's Hosp", "ST MARYS HOSPITAL"),
        ("McDonald's", "MC DONALDS", "MCDONALD S"),
    ],
)
def test_loose_keys_forgive_spaces_plurals_and_short_forms(spellings):
    loose = pl.DataFrame({"t": spellings}).select(names.loose(names.key(pl.col("t")))).to_series()
    assert loose.n_unique() == 1


def test_words_that_many_share_tell_nobody_apart():
    keys = ["GOLDEN DRAGON RESTAURANT", "GLOBAL SOLUTIONS", "ABC", "QUALCOMM", "DATABRICKS"]
    common = pl.DataFrame({"k": keys}).select(names.is_common(pl.col("k"))).to_series().to_list()
    assert common == [True, True, True, False, False]


@given(st.text(max_size=300))
def test_any_text_has_a_key_of_plain_words_or_none(text):
    made = key(text)
    assert made is None or (made == made.strip() and "  " not in made and made)


@given(
    st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=40)
)
def test_a_key_is_its_own_key(text):
    made = key(text)
    assert key(made or "") == made


def test_names_in_any_script_have_a_key():
    assert key("字节跳动有限公司") == "字节跳动有限公司"
    assert key("😀") is None
