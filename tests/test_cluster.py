"""A build whose files are read by two worker processes of a Dask cluster."""

from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster

from loaders import cluster, lake, staging
from loaders.build import BuildError, Step, build
from tests.conftest import case


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as started:
        yield started.scheduler_address


@pytest.fixture
def raw(workbook, tmp_path) -> Path:
    """Four files of cases, one of them twice, and two that cannot be read."""
    for year in range(3):
        rows = [case(number=10 * year + n) for n in range(4)]
        workbook(f"{year}.xlsx", "lca/2024", [*rows, case(case_number=None)])
    workbook("again.xlsx", "lca/2024", [case(number=n) for n in range(4)])
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
    assert {step.file for step in told} >= {"0.xlsx", "1.xlsx", "2.xlsx", "perm.xlsx"}


def test_workers_of_another_version_stop_the_build(raw, scheduler, tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "maker", lambda: "another")
    with pytest.raises(BuildError, match=r"workers run another version.* The lake is as it was"):
        build(raw, tmp_path / "lake", scheduler=scheduler)
    assert not lake.published(tmp_path / "lake")


def test_workers_that_do_not_share_the_folder_stop_the_build(scheduler, tmp_path):
    here_alone = cluster.File(tmp_path / "gone.xlsx", None, "0" * 64, "gone.xlsx")
    with pytest.raises(cluster.ClusterError, match=r"a worker does not see gone\.xlsx: .*share"):
        next(cluster.staged([here_alone], tmp_path, scheduler))


def test_a_cluster_that_is_not_there_is_named(raw, tmp_path):
    soon = dask.config.set({"distributed.comm.timeouts.connect": "1s"})
    with soon, pytest.raises(OSError, match=r"tcp://127\.0\.0\.1:9 "):
        build(raw, tmp_path / "lake", scheduler="tcp://127.0.0.1:9")
