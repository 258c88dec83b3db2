"""What a person chose is kept, changed, undone and carried to another machine."""

import os
from datetime import date

import polars as pl
import pytest

from loaders import choices, kept_listings
from loaders.listings import LISTING

OLD = (
    "listing_name,listing_state,brand_id,employer_id\nDelta,,delta-air-lines,\nMesa,AZ,,mesa-air\n"
)


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    path = tmp_path / "choices.csv"
    monkeypatch.setenv("FILINGS_CHOICES", str(path))
    return path


def test_a_file_without_dates_still_loads(file):
    file.write_text(OLD)
    assert choices.kept()["brand_id"].to_list() == ["delta-air-lines", None]
    assert choices.kept()["chosen_date"].null_count() == 2
    choices.choose("Acme", None, None, "acme")
    assert choices.kept().height == 3
    assert isinstance(choices.of("ACME, Inc.", None, choices.kept())["chosen_date"], date)


def test_a_choice_is_of_one_name_in_one_state(file):
    file.write_text(OLD)
    kept = choices.kept()
    assert choices.of("MESA", "Arizona", kept)["employer_id"] == "mesa-air"
    assert choices.of("Mesa", None, kept) is None
    assert choices.of("!!!", None, kept) is None


def test_a_second_choice_for_a_spelling_of_the_name_replaces_the_first(file):
    file.write_text(OLD)
    choices.choose("DELTA, INC.", None, "delta-electronics", None)
    found = choices.kept().filter(pl.col("listing_state").is_null())
    assert found["brand_id"].to_list() == ["delta-electronics"]


def test_a_choice_that_is_undone_is_gone_and_the_others_stay(file):
    file.write_text(OLD)
    choices.forget("delta", None)
    choices.forget("Mesa", "NV")
    assert choices.kept()["listing_name"].to_list() == ["Mesa"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_a_person_keeps_is_on_the_disk_whole_or_stays_as_it_was(file, step, monkeypatch):
    one = {name: ["x"] if name == "listing_name" else [None] for name in LISTING}
    choices.choose("Aurora", "CA", "aurora", None)
    kept_listings.keep(pl.DataFrame(one, LISTING))
    before = {path.name: path.read_bytes() for path in file.parent.glob("*.[cp]*")}
    assert before.keys() == {"choices.csv", "listings.parquet"}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    for change in (
        lambda: choices.forget("Aurora", "CA"),
        lambda: kept_listings.keep(pl.DataFrame(one | {"listing_name": ["y"]}, LISTING)),
    ):
        with pytest.raises(OSError, match="No space"):
            change()
    there = {path.name: path.read_bytes() for path in file.parent.iterdir() if path.is_file()}
    assert {name: held for name, held in there.items() if not name.endswith(".lock")} == before


def test_exported_choices_can_be_taken_in_elsewhere(file):
    choices.choose("Aurora", "CA", "aurora", None, "Aurora Labs")
    content = file.read_bytes()
    file.unlink()
    choices.choose("Aurora", "CA", None, "aurora-bakery")
    choices.take(choices.read(content))
    (row,) = choices.kept().rows(named=True)
    assert (row["brand_id"], row["unit"], row["employer_id"]) == ("aurora", "Aurora Labs", None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"\x00\xff",
        OLD.replace("_id\n", "_id,chosen_date\n").encode() + b"A,,,,soon\n",
    ],
)
def test_another_table_is_refused_with_the_reason(content):
    with pytest.raises(ValueError, match=r"\w"):
        choices.read(content)
