"""The sources page and the data dictionary, as a person meets them."""

import io
import shutil
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from loaders import build, lake
from loaders.job import CANCELLED, Job, Missed, State
from loaders.releases import Release, releases
from loaders.sample import SAMPLE_RAW
from loaders.schema import OF_THE_FILE, Filing, Staged
from pages.parts import columns, ledger, loading, plain, upload
from tests.conftest import ROOT, case, words

SOURCES = ROOT / "pages" / "data" / "sources.py"
DICTIONARY = ROOT / "pages" / "data" / "dictionary.py"


@dataclass
class Sent:
    """A file as a browser sends it."""

    name: str
    content: bytes

    def __post_init__(self):
        self._stream = io.BytesIO(self.content)

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(size)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folders, empty, and a server without a job; the folder of the raw files."""
    monkeypatch.setenv("FILINGS_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("FILINGS_LAKE", str(tmp_path / "lake"))
    (tmp_path / "raw").mkdir()
    loading.the_job.clear()
    return tmp_path / "raw"


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Job:
    """The job that the page asks."""
    one = Job()
    monkeypatch.setattr(loading, "the_job", lambda: one)
    return one


def page(path: Path = SOURCES, **query: str) -> AppTest:
    at = AppTest.from_file(str(path), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return ran(at)


def ran(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception, at.exception
    return at


def built(raw: Path, *names: str) -> None:
    for name in names:
        shutil.copy(SAMPLE_RAW / name, raw)
    build.build(raw, raw.parent / "lake")


def ended(job: Job) -> State:
    end = time.monotonic() + 90
    while job.state().running:
        assert time.monotonic() < end
        time.sleep(0.02)
    return job.state()


def test_without_a_lake_the_sample_is_shown_and_named():
    at = page()
    assert "8 files loaded: 8,100 cases, newest decision 30 Jun 2025" in at.markdown[0].value
    assert "These filings are invented" in words(at)
    assert ': loaded"' not in words(at), "sample files are no releases of DOL's"
    assert len(at.dataframe[0].value) == 8


def test_a_refused_file_comes_first_with_why_and_what_to_do(folders: Path):
    (folders / "PERM_FY2011.xlsx").write_text("<!doctype html><p>Access denied</p>", "utf-8")
    built(folders, "sample_perm_fy2021.xlsx", "sample_lca_fy2021_q1.xlsx")
    at = page()
    said = words(at)
    assert "1 file and no row refused" in at.markdown[0].value
    assert len(at.error) == 1
    assert "PERM_FY2011.xlsx" in at.error[0].value.replace("\\", "")
    assert "build again" in at.error[0].value
    assert at.dataframe[0].value["state"].to_list()[0] == "✕ refused"
    assert 'title="FY2011: refused"' in said
    assert 'title="FY2021: 1 of 4"' in said
    assert 'title="FY2021: loaded"' in said
    assert "1,900 rows = 0 padding + 1,900 kept + 0 replaced by a newer row" in said


def test_a_link_opens_one_release_with_its_repairs_in_words(folders: Path):
    built(folders, "sample_perm_fy2021.xlsx", "sample_lca_fy2008.xlsx")
    at = page(release="sample_lca_fy2008")
    assert at.selectbox(key="release").value == "sample_lca_fy2008"
    said = words(at)
    assert "No unit was filed." in said
    assert (
        ledger.row_of(lake.releases(folders.parent / "lake"), "sample_lca_fy2008")["sha256"] in said
    )
    at = page(files_of="PERM")
    assert at.dataframe[0].value["release"].to_list() == ["sample_perm_fy2021"]


def test_refused_rows_stand_under_the_rule_that_they_broke(folders: Path, workbook):
    rows = [case(number=1), case(number=2), case(case_number="Total", employer_name="<b>x</b>")]
    workbook("notes.xlsx", "lca/2020", rows)
    built(folders)
    said = words(page())
    assert "no file and 1 row refused" in said
    assert "case-number-malformed" in said
    assert (
        "A case number has one of the shapes that DOL gives them; a footer or a note has not."
        in said
    )
    assert "3 rows = 0 padding + 2 kept" in said


def test_columns_that_dol_added_are_named(folders: Path, workbook):
    workbook("new.xlsx", "lca/2020", [case()], add=["<I>BRAND_NEW</I>"])
    built(folders)
    assert "New columns" in words(page())
    assert "BRAND_NEW" in words(page())


def test_names_from_files_are_text_and_never_markup(folders: Path):
    (folders / "<img src=x> [a](b) :red[c].xlsx").write_text("<html>", "utf-8")
    built(folders, "sample_perm_fy2021.xlsx")
    at = page()
    assert "<img" not in "".join(element.proto.body for element in at.get("html"))
    assert r"\<img src\=x\> \[a\]\(b\) \:red\[c\]" in at.error[0].value
    at.selectbox(key="release").select_index(0)
    ran(at)
    assert "&lt;img src=x&gt;" in "".join(element.proto.body for element in at.get("html"))


def test_tax_ids_are_nowhere_on_the_page(folders: Path):
    built(folders, "sample_lca_fy2025_q3.xlsx")
    at = page(release="sample_lca_fy2025_q3")
    frames = [set(frame.value.columns) for frame in at.dataframe]
    assert not any("fein" in name for names in frames for name in names)
    assert "fein" not in words(at).lower()
    assert "fein" not in " ".join(Filing.column_names())


def test_the_size_of_a_download_is_said_before_it_starts(job: Job):
    at = page()
    at.segmented_control(key="load_program").set_value("PERM")
    at.select_slider(key="load_years").set_value((2021, 2022))
    ran(at)
    assert any("2 files: " in caption.value.replace("\\", "") for caption in at.caption)
    assert job.state() == State()


def test_the_estimate_counts_known_bytes_and_names_the_rest(tmp_path: Path):
    known = Release("A", "lca", 2024, 1, ("https://www.dol.gov/a.xlsx",), bytes=53_000_000)
    unknown = Release("B", "lca", 2024, 2, ("https://www.dol.gov/b.xlsx",))
    said = loading.estimate([known, unknown], tmp_path)
    assert "2 files: 53 MB, and 1 whose size is not known. Then" in said


def test_the_estimate_says_which_files_are_downloaded_anew(tmp_path: Path):
    at = "https://www.dol.gov"
    pinned = Release("A", "lca", 2024, 1, (f"{at}/a.xlsx",), sha256="0" * 64)
    others = [Release(name, "lca", 2024, 2, (f"{at}/{name}.xlsx",)) for name in "bcd"]
    for name in "abc":
        (tmp_path / f"{name}.xlsx").touch()
    (tmp_path / "manifest.json").write_text('{"b.xlsx": {}}')
    said = loading.estimate([pinned, *others], tmp_path)
    assert "2 in the folder already: downloaded again only if DOL changed them" in said
    assert "1 put into the folder by hand: downloaded anew" in said
    (tmp_path / "manifest.json").write_text("{")
    assert "2 put into the folder by hand" in loading.estimate([pinned, *others], tmp_path)


def test_the_download_button_starts_the_job_for_the_chosen_years(
    folders: Path, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    monkeypatch.setattr(Job, "start", lambda _, *where, **what: asked.append((where, what)))
    at = page()
    at.segmented_control(key="load_program").set_value("LCA")
    at.select_slider(key="load_years").set_value((2019, 2020))
    ran(at)
    at.button(key="load_start").click()
    ran(at)
    assert asked == [((folders, folders.parent / "lake"), {"program": "lca", "years": "2019-2020"})]


def test_building_from_the_folder_replaces_the_sample(job: Job, folders: Path):
    shutil.copy(SAMPLE_RAW / "sample_perm_fy2021.xlsx", folders)
    at = page()
    at.segmented_control(key="load_way").set_value("From the folder")
    ran(at)
    assert str(folders) in words(at)
    at.button(key="load_build").click()
    ran(at)
    assert ended(job).status == 0
    ran(at)
    assert "1 file loaded: 1,000 cases" in at.markdown[0].value
    assert "invented" not in words(at)
    assert "Loaded." in at.success[0].value


def test_the_page_counts_the_files_of_the_folder_that_a_build_would_read(folders: Path):
    for name in ("from DOL without an ending", "~$open.xlsx", "notes.txt", "odd.tsv"):
        shutil.copy(SAMPLE_RAW / "sample_perm_fy2021.xlsx", folders / name)
    at = page()
    at.segmented_control(key="load_way").set_value("From the folder")
    ran(at)
    assert "2 files in it" in words(at)
    built = build.build(folders, folders.parent / "lake")
    assert set(built["file"]) == {"from DOL without an ending", "odd.tsv"}


def test_a_running_job_shows_where_it_is_and_can_be_cancelled(job: Job, folders: Path):
    shutil.copytree(SAMPLE_RAW, folders, dirs_exist_ok=True)
    job.build(folders, folders.parent / "lake")
    at = page()
    assert at.get("progress")
    assert at.button(key="load_start").disabled
    at.button(key="load_cancel").click()
    ran(at)
    assert ended(job).status == CANCELLED
    assert "Cancelled" in words(ran(at))


def test_a_blocked_download_gives_the_links_and_the_folder(
    folders: Path, monkeypatch: pytest.MonkeyPatch
):
    url = "https://www.dol.gov/a/PERM_FY2021.xlsx"
    missed = tuple(
        Missed(name, "blocked", "the site refuses scripts (403)", url) for name in ("A", "B")
    )
    state = State(phase="ended", status=1, missed=missed, error="A: the site refuses scripts (403)")
    monkeypatch.setattr(Job, "state", lambda _: state)
    at = page()
    said = words(at)
    assert "- A, B: the site refuses scripts (403)" in said
    assert f"[A](<{url}>)" in said
    assert str(folders) in said


@pytest.mark.parametrize(
    ("state", "share", "said"),
    [
        (State(phase="start"), 0.0, "Starting"),
        (
            State("download", "X", 2, 4, 5_000_000, 10_000_000, 2_000_000.0, 2.5),
            0.375,
            "Downloading X (file 2 of 4): 5.0 MB of 10 MB, 2.0 MB/s, about 2 s left",
        ),
        (State("download", "X", 1, 1, 5_000_000), 0.0, "Downloading X (file 1 of 1): 5.0 MB"),
        (State("read", "a.xlsx", done=2, total=4), 0.5, "Reading a.xlsx (file 3 of 4)"),
        (State("publish", done=4, total=4), 1.0, "Publishing: the newest decision of each case"),
    ],
)
def test_progress_is_a_share_and_a_sentence(state: State, share: float, said: str):
    assert loading.progress(state) == (share, said)


@pytest.mark.parametrize("name", ["sources", "quality", "method", "dictionary"])
def test_the_dashboard_opens_the_pages_of_the_data(name: str):
    at = page(ROOT / "dashboard.py")
    at.switch_page(f"pages/data/{name}.py")
    ran(at)
    titles = {"method": "Method and glossary", "dictionary": "Data dictionary"}
    assert at.title[0].value == titles.get(name, name.title())


# ---------------------------------------------------------------------------------------- uploads


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("PERM_FY2021.xlsx", "PERM_FY2021.xlsx"),
        ("../../etc/cron.d/x.xlsx", "x.xlsx"),
        (r"C:\Users\me\x.csv", "x.csv"),
        ("..\\..\\x.ZIP", "x.ZIP"),
        ("/absolute/.hidden.xlsx", "hidden.xlsx"),
        ("~$open in excel.xlsx", "open in excel.xlsx"),
        ("a\x00b\n<c>:?.csv", "a_b__c___.csv"),
        ("NUL.xlsx", "_NUL.xlsx"),
        ("con.tar.zip", "_con.tar.zip"),
        ("PERM FY2021 (1).xlsx", "PERM FY2021 (1).xlsx"),
    ],
)
def test_an_uploaded_name_loses_its_path(given: str, name: str):
    assert upload.bare_name(given) == name


@pytest.mark.parametrize(
    "given", ["", "..", "../", ".xlsx", "x", "x.exe", "x.xlsx/..", "manifest.json", "x.xlsx\\"]
)
def test_other_names_are_not_taken(given: str):
    with pytest.raises(ValueError, match="none of xlsx, csv, zip"):
        upload.bare_name(given)


def test_a_long_name_stays_short_enough_for_every_system():
    assert len(upload.bare_name("é" * 400 + ".xlsx").encode()) < 255


def test_a_different_file_is_replaced_only_when_asked(tmp_path: Path):
    raw = tmp_path / "new" / "raw"
    assert upload.save(Sent("x.csv", b"one"), raw).state == "saved"
    assert upload.save(Sent("x.csv", b"one"), raw).state == "there already"
    assert upload.save(Sent("../x.csv", b"two"), raw).state == "name taken"
    assert (raw / "x.csv").read_bytes() == b"one"
    assert upload.save(Sent("x.csv", b"two"), raw, replace=True).state == "replaced"
    assert (raw / "x.csv").read_bytes() == b"two"
    assert [path.name for path in raw.iterdir()] == ["x.csv"]


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path):
    class Broken:
        name = "x.csv"

        def read(self, _: int = -1, /) -> bytes:
            raise OSError("the browser went away")

    with pytest.raises(OSError, match="went away"):
        upload.save(Broken(), tmp_path / "raw")
    assert not list((tmp_path / "raw").iterdir())


def test_uploaded_files_are_saved_and_loaded(job: Job, folders: Path):
    (folders / "taken.xlsx").write_bytes(b"mine")
    at = page()
    at.segmented_control(key="load_way").set_value("Upload files")
    ran(at)
    content = (SAMPLE_RAW / "sample_perm_fy2021.xlsx").read_bytes()
    kind = "application/octet-stream"
    at.file_uploader[0].set_value([("../../up.xlsx", content, kind), ("taken.xlsx", content, kind)])
    ran(at)
    at.button(key="load_upload").click()
    ran(at)
    said = words(at)
    assert "up.xlsx: saved into the folder." in said
    assert "taken.xlsx: not saved: the folder has a different file of that name." in said
    assert ended(job).status == 3, "the folder's own taken.xlsx is no workbook"
    assert (folders / "taken.xlsx").read_bytes() == b"mine"
    assert not (folders.parents[1] / "up.xlsx").exists()
    assert "1 file loaded: 1,000 cases" in ran(at).markdown[0].value


# ---------------------------------------------------------------------------------------- ledgers


def test_every_rule_that_a_row_can_break_is_told_in_words():
    named = [name for name in dir(Staged) if hasattr(getattr(Staged, name), "validation_fn")]
    rules = [name.replace("_", "-") for name in named] + [*OF_THE_FILE]
    assert {"case-number-missing", "row-misaligned"} <= {*rules}
    told = ledger.refusals({"refused_by_rule": [{"name": rule, "count": 1} for rule in rules]})
    assert told["promise"].str.len_chars().min() > 20


def test_coverage_has_a_cell_for_every_program_and_year_of_the_registry():
    cells = ledger.coverage(pl.DataFrame(schema=lake.RELEASES), releases())
    assert {(one.program, one.fiscal_year) for one in releases()} == {
        (cell.program, cell.fiscal_year) for cell in cells
    }
    assert {cell.state for cell in cells} == {"available"}


def test_every_kind_of_repair_has_words():
    kinds = {
        f"{name}: {kind}"
        for name, column in Filing.columns().items()
        if name.endswith("_repair")
        for kind in column.categories
    } | {"worksite_state: no value in the text"}
    row = {"repairs": [{"name": kind, "count": 1} for kind in sorted(kinds)]}
    made = ledger.repairs(row)
    assert made.height == len(kinds)
    assert made["what"].str.len_chars().min() > 10
    assert made["what"].str.ends_with(".").all()


def test_rows_that_are_unaccounted_for_are_said():
    row = {"state": "loaded", "rows": 10, "padding": 1, "kept": 5, "replaced": 1, "refused": 1}
    table = pl.DataFrame([row], schema_overrides=lake.RELEASES)
    assert ledger.account(table).endswith("2 unaccounted for: report this.")


# ------------------------------------------------------------------------------------- dictionary


def test_the_dictionary_has_every_column_with_its_meaning_and_years():
    table = columns.dictionary()
    assert table["column"].to_list() == Filing.column_names()
    assert table.select(pl.exclude("values")).null_count().sum_horizontal().item() == 0
    rows = {row["column"]: row for row in table.rows(named=True)}
    assert rows["received_date"]["perm"] == "FY2015 on"
    assert rows["visa_class"]["lca"] == "FY2008 to FY2009, FY2011 on"
    assert rows["visa_class"]["perm"] == "not asked"
    assert rows["wage_level"]["perm"] == "FY2008 to FY2023, FY2024 (old form)"
    assert rows["annual_wage"]["lca"] == "all years"
    assert rows["wage_level"]["values"] == "I, II, III, IV"


def test_the_search_narrows_the_dictionary_and_can_find_nothing():
    at = page(DICTIONARY, column="prevailing repair")
    said = words(at)
    assert "prevailing_wage_repair" in said
    assert "employer_dba" not in said
    at.text_input(key="column").set_value("<b>no such</b>")
    assert "No column speaks of" in words(ran(at))
    at.text_input(key="column").set_value("")
    count = len(Filing.column_names())
    assert f"{count} of {count} columns" in words(ran(at))


# ------------------------------------------------------------------------------------------ words


def test_bare_addresses_in_text_become_no_links():
    for text in ("www.dol.gov", "https://dol.gov/x", "someone@dol.gov"):
        assert "\u2060" in plain.plain(text)
    assert plain.plain("Example, Inc") == "Example, Inc"


def test_sizes_spans_days_and_counts_read_well():
    assert [plain.size(n) for n in (12, 999_600, 1_234_567, 53_396_442, 999_999_999)] == [
        "12 B", "1.0 MB", "1.2 MB", "53 MB", "1.0 GB",
    ]  # fmt: skip
    assert [plain.span(n) for n in (4, 89, 120, 4000)] == ["4 s", "89 s", "2 min", "1 h 7 min"]
    assert plain.day(date(2025, 6, 3)) == "3 Jun 2025"
    assert [plain.counted(n, "file") for n in (0, 1, 2, 1204)] == [
        "no file", "1 file", "2 files", "1,204 files",
    ]  # fmt: skip
