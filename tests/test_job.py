"""Loading jobs as real child processes, against small folders."""

import json
import os
import shutil
import textwrap
import time
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from filelock import FileLock

from loaders import job as jobs
from loaders import lake
from loaders.download import Outcome
from loaders.job import CANCELLED, BusyError, Job, State
from loaders.releases import select
from loaders.sample import SAMPLE_RAW

WAIT = 90.0
FETCHED = """
def fetched(name, state, why=""):
    print(json.dumps({"doing": "fetched", "release": name, "state": state, "why": why,
                      "url": f"https://www.dol.gov/{name}.xlsx", "ok": state == "downloaded"}))
"""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """One of the sample's files, the rest to come."""
    folder = tmp_path / "raw"
    folder.mkdir()
    shutil.copy(SAMPLE_RAW / "sample_perm_fy2021.xlsx", folder)
    return folder


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the children run these lines of Python as `python -m loaders`."""

    def written(code: str) -> None:
        package = tmp_path / "stub" / "loaders"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(
            "import json, sys, time\ncommand = sys.argv[1]\n" + FETCHED + textwrap.dedent(code),
            "utf-8",
        )
        monkeypatch.setattr(jobs, "DATA", tmp_path / "stub" / "data")

    return written


def all_states(job: Job, until: Callable[[State], bool] = lambda at: at.finished) -> list[State]:
    """The states that a watcher sees, up to the first that `until` accepts."""
    states, end = [job.state()], time.monotonic() + WAIT
    while not until(states[-1]):
        assert time.monotonic() < end, f"no such state in {WAIT} s: {states[-1]}"
        time.sleep(0.005)
        if (at := job.state()) != states[-1]:
            states.append(at)
    return states


def test_a_build_reports_each_file_and_publishes_them_all(raw: Path, tmp_path: Path):
    shutil.copytree(SAMPLE_RAW, raw, dirs_exist_ok=True)
    job = Job()
    assert job.state() == State()
    job.build(raw, tmp_path / "lake")
    states = all_states(job)
    read = [at for at in states if at.phase == "read"]
    assert {at.total for at in read} == {8}
    assert [at.done for at in read] == sorted(at.done for at in read)
    assert "sample_lca_fy2014.xlsx" in {at.what for at in read}
    assert any(at.seconds_left is not None for at in read)
    assert states[-1].status == 0
    assert "8,100 cases from 8 files" in states[-1].message
    assert lake.releases(tmp_path / "lake").height == 8


def test_cancelling_midway_leaves_the_published_lake_as_it_was(raw: Path, tmp_path: Path):
    job, here = Job(), tmp_path / "lake"
    job.build(raw, here)
    assert all_states(job)[-1].status == 0
    before = (here / "current.json").read_bytes()
    shutil.copytree(SAMPLE_RAW, raw, dirs_exist_ok=True)
    job.build(raw, here)
    all_states(job, lambda at: at.phase == "read" and at.done > 0)
    job.cancel()
    ended = all_states(job)[-1]
    assert ended.status == CANCELLED
    assert not ended.error
    assert (here / "current.json").read_bytes() == before
    assert lake.filings(here).collect().height == 1000
    job.build(raw, here)
    assert all_states(job)[-1].status == 0
    assert lake.filings(here).collect().height == 8100


def test_a_second_job_is_refused_while_one_runs(raw: Path, tmp_path: Path):
    job = Job()
    job.build(raw, tmp_path / "lake")
    with pytest.raises(BusyError, match="running already"):
        job.build(raw, tmp_path / "lake")
    with pytest.raises(BusyError):
        job.start(raw, tmp_path / "lake", program="perm", years="2021")
    job.cancel()
    assert all_states(job)[-1].status == CANCELLED


def test_a_job_whose_command_says_what_nobody_understands_ends(
    raw: Path, tmp_path: Path, stub, caplog: pytest.LogCaptureFixture
):
    stub("print(json.dumps({'other': 1}))")
    job = Job()
    for _ in range(2):
        caplog.clear()
        job.build(raw, tmp_path / "lake")
        ended = all_states(job)[-1]
        assert ended.status == 1
        assert "broke off" in ended.error
        assert "KeyError: 'file'" in caplog.text


def test_a_refused_file_is_named_and_the_others_are_published(raw: Path, tmp_path: Path):
    (raw / "blocked.xlsx").write_text("<html><body>Access denied</body></html>", "utf-8")
    job = Job()
    job.build(raw, tmp_path / "lake")
    ended = all_states(job)[-1]
    assert ended.status == 3
    assert "blocked.xlsx" in ended.error
    assert "files refused: 1" in ended.message


def test_the_build_of_another_process_is_said_in_plain_words(raw: Path, tmp_path: Path):
    here = tmp_path / "lake"
    here.mkdir()
    with FileLock(here / "build.lock"):
        job = Job()
        job.build(raw, here)
        ended = all_states(job)[-1]
    assert ended.status == 1
    assert "another build is writing" in ended.error
    assert "Traceback" not in ended.error


def test_an_empty_folder_fails_with_what_to_do(tmp_path: Path):
    job = Job()
    job.build(tmp_path / "nowhere", tmp_path / "lake")
    ended = all_states(job)[-1]
    assert ended.status == 1
    assert "nothing to build" in ended.error


def test_an_unknown_year_is_refused_before_anything_starts(tmp_path: Path):
    job = Job()
    with pytest.raises(ValueError, match="no release"):
        job.start(tmp_path / "raw", tmp_path / "lake", program="perm", years="1990")
    assert job.state() == State()


def test_a_download_reports_bytes_rate_and_time_left_then_builds(stub, tmp_path: Path):
    stub("""
        if command == "fetch":
            assert sys.argv[sys.argv.index("--years") + 1] == "2021"
            print(json.dumps({"doing": "fetch", "release": "PERM FY2021", "done": 5, "total": 10,
                              "bytes_per_second": 2.5, "seconds_left": 2.0}), flush=True)
            time.sleep(0.3)
            fetched("PERM FY2021", "downloaded")
        else:
            print("1 case from 1 file published.")
    """)
    job = Job()
    job.start(tmp_path / "raw", tmp_path / "lake", program="perm", years="2021")
    states = all_states(job)
    loading = next(at for at in states if at.phase == "download")
    assert (loading.what, loading.number, loading.of) == ("PERM FY2021", 1, 1)
    assert (loading.done, loading.total, loading.bytes_per_second) == (5, 10, 2.5)
    assert loading.seconds_left is not None
    assert loading.seconds_left <= 2.0
    assert (states[-1].status, states[-1].missed) == (0, ())


def test_blocked_downloads_end_the_job_with_their_links(stub, tmp_path: Path):
    stub("""
        assert command == "fetch"
        for name in ("PERM FY2021", "PERM FY2022"):
            fetched(name, "blocked", "the site refuses scripts (403)")
        sys.exit(1)
    """)
    job = Job()
    job.start(tmp_path / "raw", tmp_path / "lake", program="perm", years="2021-2022")
    ended = all_states(job)[-1]
    assert ended.status == 1
    assert [one.release for one in ended.missed] == ["PERM FY2021", "PERM FY2022"]
    assert ended.missed[0].why == "the site refuses scripts (403)"
    assert ended.missed[0].url.startswith("https://www.dol.gov/")


def test_what_could_be_downloaded_is_built_and_what_could_not_is_named(stub, tmp_path: Path):
    stub("""
        if command == "fetch":
            fetched("PERM FY2021", "downloaded")
            fetched("PERM FY2022", "failed", "the disk said\\nnothing")
            sys.exit(3)
        print("1 case from 1 file published.")
    """)
    job = Job()
    job.start(tmp_path / "raw", tmp_path / "lake", program="perm", years="2021-2022")
    ended = all_states(job)[-1]
    assert ended.status == 3
    (one,) = ended.missed
    assert (one.release, one.why) == ("PERM FY2022", "the disk said\nnothing")
    assert ended.message == "1 case from 1 file published."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise RuntimeError('the moon')", "broke off: RuntimeError: the moon"),
        ("sys.exit(7)", "ended with status 7 and said nothing"),
        ("print('{\"doing\": \"re', flush=True); sys.exit('cut short')", "cut short"),
    ],
)
def test_a_crash_is_told_without_a_traceback(stub, tmp_path: Path, code: str, said: str):
    stub(code)
    job = Job()
    job.build(tmp_path / "raw", tmp_path / "lake")
    ended = all_states(job)[-1]
    assert ended.status not in {None, 0, 3}
    assert said in ended.error
    assert "Traceback" not in ended.error


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_killed_child_is_said_to_be_killed(stub, tmp_path: Path):
    stub("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    job = Job()
    job.build(tmp_path / "raw", tmp_path / "lake")
    assert "is memory short?" in all_states(job)[-1].error


def test_states_are_frozen():
    with pytest.raises(FrozenInstanceError):
        State().done = 1  # ty: ignore


def test_lines_of_progress_from_the_real_commands_are_understood():
    line = json.dumps({"doing": "read", "file": "a.xlsx", "done": 0, "total": 1})
    said: list[str] = []
    (state,) = jobs._steps([line + "\n", "done.\n"], SAMPLE_RAW, said)
    assert (state.phase, state.what, state.total, said) == ("read", "a.xlsx", 1, ["done."])


def test_what_the_real_fetch_says_of_a_release_is_understood():
    (release,) = select(program="perm", years="2021")
    why = "No space left:\na (device)"
    for state, count in (("failed", 1), ("unchanged", 0)):
        outcome = Outcome(release, state, why)
        missed = list[jobs.Missed]()
        lines = [json.dumps({"doing": "fetched", **outcome.as_dict()}) + "\n", "{cut", "prose\n"]
        assert not list(jobs._downloads(lines, [release], missed))
        assert missed == [jobs.Missed(release.release, state, why, release.urls[0])] * count
