import json
from pathlib import Path

import pytest

from loaders.clean import FIELDS
from loaders.layouts import COMPANION, LayoutError, layouts, normalised, recognise
from tests.conftest import headers_of, layout

OURS = [one for one in layouts() if one.program != COMPANION]


@pytest.mark.parametrize("one", layouts(), ids=lambda one: one.id)
def test_every_layout_is_recognised_by_its_own_header_row(one):
    assert recognise(headers_of(one)).layout.id == one.id


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.id)
def test_every_field_of_a_layout_is_one_that_we_type(one):
    assert set(one.fields) <= {*FIELDS, "worksite_block"}


@pytest.mark.parametrize("one", OURS, ids=lambda one: one.id)
def test_no_layout_loads_names_phones_or_mails_of_people(one):
    mapped = [source for source, field in one.sources if field]
    people = ("_POC_", "PHONE", "EMAIL", "LAST_NAME", "FIRST_NAME", "ATTORNEY_NAME", "PREPARER")
    assert not [source for source in mapped if any(word in source for word in people)]


@pytest.mark.shared
@pytest.mark.parametrize("program", ["lca", "perm"])
def test_every_header_row_known_of_dol_is_recognised_with_its_fields(shared: Path, program):
    rows = json.loads((shared / f"reference/layouts/{program}_headers.json").read_text("utf-8"))
    for file, header in rows.items():
        match = recognise(header)
        assert match.layout.program == program, file
        year = int(match.layout.name[:4])
        assert year <= int(file[2:6]), file
        assert all(columns for columns in match.columns.values()), file
        assert not [name for name in match.added if "LISTED_IN" not in name], file


def test_header_spellings_are_one_name():
    spelled = {"H-1B_DEPENDENT", "H_1B_DEPENDENT", "h-1b dependent ", "H 1B  Dependent"}
    assert {normalised(name) for name in spelled} == {"H_1B_DEPENDENT"}


def test_a_missing_column_is_named_with_its_likely_new_name():
    header = [
        h if h != "WAGE_UNIT_OF_PAY" else "WAGE_UNIT_OF_PAYMENT"
        for h in headers_of(layout("lca/2020"))
    ]
    with pytest.raises(
        LayoutError, match=r"lacks the column WAGE_UNIT_OF_PAY.*WAGE_UNIT_OF_PAYMENT"
    ):
        recognise(header)


def test_an_added_column_is_drift_and_not_an_error():
    match = recognise([*headers_of(layout("lca/2020")), "SOMETHING_NEW"])
    assert match.added == ("SOMETHING_NEW",)


def test_the_order_of_columns_does_not_matter():
    header = headers_of(layout("perm/2020"))
    match = recognise(header[::-1])
    assert match.layout.id == "perm/2020"
    assert match.columns["case_number"] == [len(header) - 1 - header.index("CASE_NUMBER")]


def test_a_header_row_that_occurs_twice_takes_the_first_column():
    header = headers_of(layout("perm/2016"))
    header += ["JOB_INFO_ALT_COMBO_ED_EXP", "CASE_NUMBER"]
    assert recognise(header).columns["case_number"] == [header.index("CASE_NUMBER")]


@pytest.mark.parametrize("header", [[], [None, None], ["A", "B"], ["Country", "Year", "Value"]])
def test_any_other_table_is_an_unknown_layout(header):
    with pytest.raises(LayoutError, match="unknown layout"):
        recognise(header)


def test_a_field_that_the_form_did_not_ask_is_known_as_such():
    assert "visa_class" not in layout("lca/2010").fields
    assert "visa_class" in layout("lca/2011").fields
    assert "wage_level" not in layout("perm/2025").fields
