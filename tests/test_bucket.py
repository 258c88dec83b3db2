"""A lake on object storage, against an S3 server on loopback."""

import json
import sys
from pathlib import Path

import polars as pl
import pytest

from loaders import bucket as publishing
from loaders import evaluate, lake, storage
from loaders.__main__ import app
from loaders.build import BuildError, Step, build
from loaders.sample import lake_in_use
from tests.conftest import as_filed, case, headers_of, layout, opened, words, write


def run(*arguments: object) -> int:
    return app([str(one) for one in arguments], result_action="return_value")


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A lake of one file with one case, and one of two files with two."""
    folder, one = tmp_path_factory.mktemp("works"), layout("lca/2024")
    for number, name in enumerate(("a.xlsx", "b.xlsx")):
        rows = as_filed(one, [case(number=number, employer_fein="46-8130579")] * (number + 1))
        write(folder / "raw" / name, headers_of(one), rows)
        build(folder / "raw", folder / str(number))
    return [folder / "0", folder / "1"]


def objects(at: Path) -> set[str]:
    return storage.names(at) | {f"parts/{name}" for name in storage.names(at / "parts")}


def parts(at: Path) -> set[str]:
    return {name for table in lake.TABLES for name in lake.manifest(at)[table]}


def test_every_command_reads_an_address_as_it_reads_a_folder(workbook, bucket, tmp_path, capsys):
    workbook("a.xlsx", "lca/2024", [case(number=n) for n in range(3)])
    other = workbook("b.xlsx", "perm/2020", [case("perm")])
    (tmp_path / "listings.csv").write_text("company,title\nExample Robotics,Software Engineer\n")
    said, matches = list[str](), list[str]()
    at, work = storage.address(bucket), tmp_path / "work"
    there = ("--raw", tmp_path / "raw", "--lake", at, "--work", work)
    assert run("build", *there) == 0
    assert f"4 cases from 2 files published in {at}" in capsys.readouterr().out
    for where in (at, work):
        assert run("status", "--lake", where) == 0
        run("check", "--lake", where)
        out = tmp_path / f"{len(said)}.csv"
        assert run("match", tmp_path / "listings.csv", "--lake", where, "--out", out) == 0
        said.append(capsys.readouterr().out.replace(str(where), "HERE").replace(str(out), "OUT"))
        matches.append(out.read_text())
    assert said[0] == said[1]
    assert "1 matched" in said[0]
    assert matches[0] == matches[1]
    other.unlink()  # gone with a word: its own builder knows of it
    assert run("build", *there) == 0
    assert "1 files are no longer in the folder" in capsys.readouterr().out
    states = lake.releases(bucket).select("file", pl.col("state").cast(pl.String))
    assert dict(states.rows()) == {"a.xlsx": "loaded", "b.xlsx": "set aside"}


def test_every_table_is_the_same_at_its_address(works, bucket):
    publishing.publish(works[1], bucket)
    for table in (
        lake.filings, lake.by_employer, lake.refused, lake.names, lake.employers, lake.aliases,
        lake.brands, lake.titles,
    ):  # fmt: skip
        assert table(bucket).collect().equals(table(works[1]).collect())
    assert lake.releases(bucket).equals(lake.releases(works[1]))
    assert lake.periods(bucket) == [("lca", 2023)]


def test_nothing_is_uploaded_but_parts_and_what_names_them(works, bucket):
    publishing.publish(works[1], bucket)
    assert evaluate.tax_numbers(works[1]) is not None
    assert evaluate.tax_numbers(bucket) is None
    assert objects(bucket) == {"current.json"} | {f"parts/{name}" for name in parts(bucket)}
    for name in parts(bucket):
        part = pl.read_parquet(storage.address(bucket / "parts" / name))
        assert "468130579" not in part.write_json().replace("-", ""), name
    assert str(works[1].parent) not in storage.text(bucket / "current.json")


def test_a_second_builder_is_told_at_once_and_the_next_one_may(workbook, bucket, tmp_path):
    workbook("a.xlsx", "lca/2024", [case()])
    told = r"another build has been writing s3://b\w+/deep/lake since 20\d\d-.*: wait"
    with storage.alone(bucket), pytest.raises(BuildError, match=told):
        publishing.build(tmp_path / "raw", bucket, tmp_path / "work")
    assert not (tmp_path / "work").exists()
    assert objects(bucket) == set()
    with pytest.raises(BuildError, match="nothing to build"):
        publishing.build(tmp_path / "none", bucket, tmp_path / "work")
    with storage.alone(bucket):
        assert objects(bucket) == {"build.lock"}


def test_an_upload_that_breaks_off_leaves_the_lake_as_it_was(works, bucket, monkeypatch):
    publishing.publish(works[0], bucket)
    uploaded, put = list[str](), storage.put

    def breaks_off(content: bytes | Path, to: Path) -> None:
        if to.name == "current.json":
            raise OSError("the line is dead")
        uploaded.append(to.name)
        put(content, to)

    monkeypatch.setattr(storage, "put", breaks_off)
    with pytest.raises(OSError, match="the line is dead"):
        publishing.publish(works[1], bucket)
    assert uploaded
    assert set(uploaded) <= storage.names(bucket / "parts")
    assert lake.filings(bucket).collect().height == 1
    monkeypatch.setattr(storage, "put", put)
    publishing.publish(works[1], bucket)
    assert lake.filings(bucket).collect().height == 2


def test_who_reads_the_lake_before_this_one_reads_it_to_the_end(works, bucket):
    publishing.publish(works[0], bucket)
    held, first = lake.filings(bucket), parts(bucket)
    publishing.publish(works[1], bucket)
    assert held.collect().height == 1
    assert storage.names(bucket / "parts") == first | parts(bucket)
    publishing.publish(works[1], bucket)
    assert storage.names(bucket / "parts") == parts(bucket)
    assert first - parts(bucket)


def test_a_part_that_is_there_is_not_uploaded_again(works, bucket):
    told = list[Step]()
    publishing.publish(works[0], bucket, told.append)
    publishing.publish(works[0], bucket, told.append)
    assert [step.file for step in told] == sorted(parts(bucket))


def test_a_lake_of_an_earlier_version_keeps_its_readers_and_is_not_replaced_unasked(works, bucket):
    publishing.publish(works[1], bucket)
    made, held = json.loads(storage.text(bucket / "current.json")), parts(bucket)
    storage.put(json.dumps(made | {"format": made["format"] - 1}).encode(), bucket / "current.json")
    with pytest.raises(BuildError, match=r"made by another builder and would lose 1 files \(b"):
        publishing.publish(works[0], bucket)
    publishing.publish(works[0], bucket, replace=True)
    assert held
    assert held <= storage.names(bucket / "parts")


def test_a_lake_is_not_replaced_unasked_by_one_that_never_had_its_files(works, bucket):
    publishing.publish(works[1], bucket)
    with pytest.raises(BuildError, match=r"made by another builder and would lose 1 files \(b"):
        publishing.publish(works[0], bucket)
    assert lake.releases(bucket).height == 2
    publishing.publish(works[0], bucket, replace=True)
    assert lake.releases(bucket)["file"].to_list() == ["a.xlsx"]


def test_the_dashboard_opens_on_an_address_and_sees_each_new_lake(works, bucket, monkeypatch):
    publishing.publish(works[0], bucket)
    monkeypatch.setenv("FILINGS_LAKE", storage.address(bucket))
    first = lake_in_use().version
    assert not lake_in_use().is_sample
    assert first == lake_in_use().version
    assert "1 LCA case," in words(opened("filing-counts"))
    publishing.publish(works[1], bucket)
    assert lake_in_use().version != first
    assert "2 LCA cases" in words(opened("filing-counts"))
    sources = opened("data-sources")
    assert f"python -m loaders build --lake {storage.address(bucket)}" in words(sources)
    assert not [one for one in sources.button if one.key == "load_start"]


def test_an_empty_bucket_has_no_lake_and_a_missing_one_is_named(bucket):
    assert not lake.published(bucket)
    with pytest.raises(lake.NoLakeError, match=r"no lake in s3://b\w+/deep/lake"):
        lake.manifest(bucket)
    with pytest.raises(OSError, match=r"^s3://nowhere/lake: .*not found"):
        storage.put(b"", Path("s3://nowhere/lake/x"))


def test_without_the_extra_an_address_names_what_to_install(bucket, monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(OSError, match=r"needs obstore: python -m pip install"):
        lake.published(bucket)
