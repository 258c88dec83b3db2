"""A fault at every step of fetch and build: after each, what was there before, or what is new.

A step is a moment at which something lasting is done: text written, a file put onto the disk or
under its name, a copy made. Each step fails the first time that it comes, its file torn in half.
"""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from loaders import build as building
from loaders import download, lake
from loaders.build import BuildError, build
from loaders.releases import Release
from loaders.storage import sha256
from tests.conftest import as_filed, case, headers_of, layout, write
from tests.test_download import BODY, answering, small_reserve, whole  # noqa: F401 - a fixture


class Killed(BaseException):
    """The end of a process; no `except Exception` holds it up."""


FAULTS = (
    Killed(),
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EIO, "Input/output error"),
)


@pytest.fixture
def failing(monkeypatch) -> Callable[[], list[tuple[str, str]]]:
    """Have each step fail; the steps that have failed so far, as they come.

    Of tables each step fails with one fault after the other, all else with each of them.
    """
    struck = list[tuple[str, str]]()

    def due(step: str, name: str) -> bool:
        table = name.endswith((".parquet", ".making")) and name != "current.making"
        return struck.count((step, name)) < (1 if table else len(FAULTS))

    def once(step: str, name: str) -> None:
        if due(step, name):
            struck.append((step, name))
            raise FAULTS[len(struck) % len(FAULTS)]

    def arm() -> list[tuple[str, str]]:
        sync, rename, copy, text = os.fsync, os.replace, shutil.copyfile, Path.write_text

        def synced(file: int) -> None:
            name = Path(f"/proc/self/fd/{file}").readlink().name
            if due("sync", name):
                os.ftruncate(file, os.fstat(file).st_size // 2)
            once("sync", name)
            sync(file)

        def renamed(source: object, target: object) -> None:
            once("rename", Path(target).name)
            rename(source, target)

        def copied(source: object, target: object) -> object:
            once("copy", Path(target).name)
            return copy(source, target)

        def written(path: Path, content: str, *rest: object) -> int:
            if due("write", path.name):
                text(path, content[: len(content) // 2], *rest)
            once("write", path.name)
            return text(path, content, *rest)

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "replace", renamed)
        monkeypatch.setattr(shutil, "copyfile", copied)
        monkeypatch.setattr(Path, "write_text", written)
        return struck

    return arm


@pytest.fixture(scope="module")
def once_built(tmp_path_factory) -> Path:
    """A raw folder and the lake of its one file."""
    folder, one = tmp_path_factory.mktemp("built"), layout("lca/2020")
    rows = [case(number=n) for n in range(20)]
    write(folder / "raw" / "a.xlsx", headers_of(one), as_filed(one, rows))
    build(folder / "raw", folder / "lake")
    return folder


@pytest.fixture
def built(once_built, tmp_path) -> Path:
    """A copy of them, to be spoiled."""
    shutil.copytree(once_built, tmp_path, dirs_exist_ok=True)
    return tmp_path


def kinds(struck: list[tuple[str, str]]) -> set[str]:
    """The steps that failed, by what they do and to what."""
    return {f"{step} {name.split('-')[0].removesuffix('.parquet')}" for step, name in struck}


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="names open files")


@needs_proc
def test_a_fault_at_any_step_of_a_build_leaves_the_old_lake_or_the_new_one(
    built, workbook, failing
):
    raw, here = built / "raw", built / "lake"
    rows = [case("perm", n, case_number=f"A {n}") for n in range(3)]
    workbook("b.xlsx", "perm/2020", rows + [case("perm", n) for n in range(9)])
    build(raw, built / "whole")
    allowed = [lake.digest(here), lake.digest(built / "whole")]
    struck = failing()
    while True:
        so_far = len(struck)
        try:
            table = build(raw, here)
        except (Killed, BuildError, OSError):
            assert len(struck) > so_far, "it failed without a fault"
        else:
            if len(struck) == so_far:
                break
            assert table["state"].cast(pl.String).is_in(["loaded", "refused"]).all()
        assert lake.digest(here) in allowed
        assert lake.filings(here).collect().height in {20, 29}
    assert lake.digest(here) == allowed[1]
    assert kinds(struck) >= {
        "sync cases", "sync refused", "write facts.json", "rename placed", "sync titles", "sync perm",
        "sync yearly", "sync releases", "sync names", "rename perm", "rename releases",
        "sync current.making", "copy previous.json", "rename current.json",
    }  # fmt: skip
    assert not [p for p in here.rglob("*") if p.name.startswith(".") or p.suffix == ".making"]


@needs_proc
def test_a_fault_at_any_step_of_a_fetch_leaves_the_old_file_or_the_new_one(
    httpserver, tmp_path, failing
):
    answering(httpserver, "/a.xlsx", whole)
    release = Release("LCA", "lca", 2031, 1, (httpserver.url_for("/a.xlsx"),))
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"the old one")
    struck = failing()
    for _ in range(30):
        so_far = len(struck)
        try:
            (outcome,) = download.fetch([release], tmp_path)
        except (Killed, OSError):
            outcome = None
        assert path.read_bytes() in {b"the old one", BODY}
        noted = download.manifest(tmp_path).get("a.xlsx")
        assert noted is None or noted["sha256"] == sha256(path)
        if len(struck) == so_far:
            break
        assert outcome is None or outcome.state == "failed"
    assert outcome.ok
    assert path.read_bytes() == BODY
    assert kinds(struck) == {
        "write .a.xlsx.part.json", "sync .a.xlsx.part", "rename a.xlsx", "write manifest.making",
        "sync manifest.making", "rename manifest.json",
    }  # fmt: skip


def test_a_clock_that_stands_before_the_newest_file_is_said_and_nothing_is_read(
    built, workbook, monkeypatch
):
    before = lake.digest(built / "lake")
    workbook("b.xlsx", "lca/2020", [case(number=50)])
    monkeypatch.setattr(building, "today", lambda: building.newest_quarter().replace(year=1970))
    with pytest.raises(BuildError, match="clock of this machine says 1970-"):
        build(built / "raw", built / "lake")
    assert lake.digest(built / "lake") == before
    assert len([*(built / "lake" / "staged").iterdir()]) == 1


def test_who_reads_while_a_build_publishes_reads_the_old_lake_to_its_end(built, workbook):
    reading, old = lake.filings(built / "lake"), lake.filings(built / "lake").collect()
    workbook("b.xlsx", "lca/2020", [case(number=50)])
    build(built / "raw", built / "lake")
    assert reading.collect().equals(old)
    assert lake.filings(built / "lake").collect().height == old.height + 1


def test_a_file_of_the_lake_that_rotted_is_said_with_the_way_out(built):
    raw, here = built / "raw", built / "lake"
    before = lake.digest(here)
    for damaged in ("identity/*/placed.parquet", "staged/*/cases.parquet"):
        (path,) = here.glob(damaged)
        whole_again = path.read_bytes()
        path.write_bytes(whole_again[:-30])
        with pytest.raises(BuildError, match=r"is damaged .* delete that folder"):
            build(raw, here)
        assert lake.digest(here) == before
        path.write_bytes(whole_again)
    shutil.rmtree(here)
    build(raw, here)
    assert lake.digest(here) == before
