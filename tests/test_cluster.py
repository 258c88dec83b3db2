"""A build whose files are read by two worker processes of a Dask cluster."""

import sys
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster

from loaders import cluster, lake, staging, storage
from loaders.build import BuildError, Step, build
from tests.conftest import case


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as started:
        yield started.scheduler_address


@pytest.fixture
def raw(workbook, tmp_path) -> Path:
    """Three files of cases, one of them twice, and two that cannot be read."""
    workbook("a.xlsx", "lca/2024", [case(number=1), case(number=2), case(case_number=None)])
    workbook("b.xlsx", "lca/2024", [case(number=2), case(number=3)])
    workbook("perm.xlsx", "perm/2020", [case("perm")])
    folder = tmp_path / "raw"
    (folder / "copy.xlsx").write_bytes((folder / "perm.xlsx").read_bytes())
    (folder / "broken.xlsx").write_bytes(b"PK is all that it has of a workbook")
    (folder / "notes.xlsb").write_bytes(b"no workbook at all")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {"current.json", "build.lock"}
    }


def test_the_lake_of_a_cluster_is_that_of_one_machine_bit_for_bit(
    raw, scheduler, tmp_path, monkeypatch
):
    one = build(raw, tmp_path / "one")
    told, read_here, read = list[Step](), list[str](), staging._read
    monkeypatch.setattr(
        staging, "_read", lambda path, *more: (read_here.append(path.name), read(path, *more))[1]
    )
    many = build(raw, tmp_path / "many", told.append, scheduler=scheduler)
    assert many.equals(one)
    assert read_here == ["broken.xlsx"]  # once more, to say why it is refused
    assert contents(tmp_path / "many") == contents(tmp_path / "one")
    made, alike = (lake.manifest(tmp_path / name) for name in ("one", "many"))
    assert made | {"built_at": None} == alike | {"built_at": None}
    assert {step.file for step in told} >= {"a.xlsx", "b.xlsx", "broken.xlsx"}


def asked(path: Path) -> cluster.File:
    return cluster.File(path, None, storage.sha256(path) if path.exists() else "0", path.name)


def test_workers_that_see_other_folders_or_run_other_code_are_not_believed(
    workbook, scheduler, tmp_path, monkeypatch
):
    with pytest.raises(cluster.ClusterError, match=r"a worker does not see gone\.xlsx: .*share"):
        next(cluster.staged([asked(tmp_path / "gone.xlsx")], tmp_path, scheduler))
    file = asked(workbook("a.xlsx", "lca/2024", [case()]))
    monkeypatch.setattr(staging, "maker", lambda: "another")
    with pytest.raises(cluster.ClusterError, match="workers run another version"):
        next(cluster.staged([file], tmp_path, scheduler))


def test_a_build_without_its_cluster_stops_and_leaves_the_lake(raw, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BuildError, match=r"--scheduler needs Dask.* The lake is as it was"):
        build(raw, tmp_path / "lake", scheduler="tcp://127.0.0.1:9")
    monkeypatch.undo()
    soon = dask.config.set({"distributed.comm.timeouts.connect": "100ms"})
    with soon, pytest.raises(OSError, match=r"tcp://127\.0\.0\.1:9 "):
        build(raw, tmp_path / "lake", scheduler="tcp://127.0.0.1:9")
