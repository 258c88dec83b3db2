from collections import Counter

import polars as pl
import pytest

from loaders.facts import DATA
from loaders.releases import (
    Release,
    absent_parts,
    fiscal_years,
    name_in,
    release_of,
    releases,
    select,
)
from loaders.schema import PROGRAMS, STATUSES

PINNED = [release for release in releases() if release.sha256]
COUNTED = [release for release in releases() if release.rows]
ELSEWHERE = [release for release in releases() if len(release.urls) > 1]


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_fiscal_year_is_missing_between_the_first_and_the_newest(program):
    years = {release.fiscal_year for release in releases() if release.program == program}
    assert years == set(range(min(years), max(years) + 1))


def test_every_word_of_a_published_total_is_told_in_our_statuses():
    counted = pl.read_csv(DATA / "counted_as.csv")
    words = pl.read_csv(DATA / "expected_counts.csv").filter(pl.col("status") != "any")
    by = ["program", "status"]
    assert words.height
    assert words.join(
        counted, left_on=by, right_on=["program", "counted_as"], how="anti"
    ).is_empty()
    assert set(counted["status"]) <= set(STATUSES)
    assert not counted.select(by).is_duplicated().any()


def test_a_release_is_named_once_after_its_program_year_and_quarter():
    assert max(Counter(release.release for release in releases()).values()) == 1
    for release in releases():
        quarter = f" Q{release.quarter}" if release.quarter else ""
        name = f"{release.program.upper()} FY{release.fiscal_year}{quarter}"
        assert release.release.startswith(name)
        assert release.program in PROGRAMS


@pytest.mark.shared
def test_the_registry_says_what_was_measured_on_the_real_files(shared):
    measured = pl.read_csv(shared / "reference" / "layouts" / "dol_raw_manifest.csv")
    registered = {release.file_name: release for release in releases()}
    rows = measured.filter(pl.col("kind").is_in(PROGRAMS)).rows(named=True)
    assert rows
    for row in rows:
        release = registered[row["file"]]
        assert (release.program, release.fiscal_year) == (row["kind"], row["fiscal_year"])
        assert (release.quarter, release.rows) == (row["quarter"], row["data_rows"])
        assert (release.bytes, release.sha256) == (row["bytes"], row["sha256"])


def test_a_registry_of_ones_own_is_read_with_its_blanks(tmp_path):
    path = tmp_path / "releases.csv"
    path.write_text(
        "release,program,fiscal_year,quarter,url,alternatives,bytes,rows,sha256\n"
        "PERM FY2031,perm,2031,,https://a.invalid/P%20M.xlsx,https://a.invalid/b.xlsx https://a.invalid/c.xlsx,,,\n"
    )
    (release,) = releases(path)
    urls = tuple(f"https://a.invalid/{name}.xlsx" for name in ("P%20M", "b", "c"))
    assert release == Release("PERM FY2031", "perm", 2031, None, urls)
    assert release.file_name == "P M.xlsx"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2024", {2024}),
        ("2022-2024", {2022, 2023, 2024}),
        ("2019,2022-2023", {2019, 2022, 2023}),
        (" 2019 , 2022 - 2023 ", {2019, 2022, 2023}),
        ("2024-2024", {2024}),
    ],
)
def test_years_are_read_as_they_are_written(text, years):
    assert fiscal_years(text) == years


@pytest.mark.parametrize(
    "text", ["", "soon", "24", "2024-2022", "2024,", "2022-", "2022-2023-2024"]
)
def test_what_are_no_years_is_an_error_that_shows_how_to_write_them(text):
    with pytest.raises(ValueError, match="write 2024, 2022-2026"):
        fiscal_years(text)


def test_all_is_selected_where_nothing_is_asked():
    assert select() == releases()


def test_an_unknown_program_is_an_error_in_plain_words():
    with pytest.raises(ValueError, match="no release of eb5 in any year"):
        select(program="eb5")


@pytest.mark.parametrize("release", PINNED, ids=lambda release: release.release)
def test_a_pinned_file_is_known_by_its_digest_under_any_name(release):
    assert release_of("renamed by hand.xlsx", release.sha256) == release


@pytest.mark.parametrize("release", releases(), ids=lambda release: release.release)
def test_a_file_is_known_by_its_name_however_a_browser_saved_it(release):
    stem, kind = release.file_name.rsplit(".", 1)
    for name in (f"{stem}.{kind}", f"{stem} (1).{kind}", f"{stem}(12).{kind}"):
        assert release_of(name, "") == release
        assert release_of(name.upper(), "") == release


@pytest.mark.parametrize("release", ELSEWHERE, ids=lambda release: release.release)
def test_a_file_is_known_by_the_names_of_its_other_addresses(release):
    assert {release_of(url.rsplit("/", 1)[1], "") for url in release.urls} == {release}


def test_a_year_of_which_one_forms_file_is_loaded_lacks_the_others():
    forms = {
        (one.program, one.fiscal_year): sorted(
            other.release for other in releases()
            if (other.program, other.fiscal_year) == (one.program, one.fiscal_year)
        )
        for one in releases() if one.quarter is None
    }  # fmt: skip
    year, files = next((year, files) for year, files in forms.items() if len(files) > 1)
    assert absent_parts(files[:1]).rows() == [(*year, files[1:])]
    assert absent_parts(files).is_empty()
    assert absent_parts(
        ["LCA of nobody", *(one.release for one in releases() if one.quarter)]
    ).is_empty()


def test_the_digest_says_more_than_the_name():
    first, second = PINNED[:2]
    assert release_of(first.file_name, second.sha256) == second


@pytest.mark.parametrize("release", COUNTED, ids=lambda release: release.release)
def test_a_file_whose_rows_are_known_is_told_by_them_under_any_name(release):
    holds = release.program, release.fiscal_year, release.rows
    assert release_of("renamed by hand.csv", "", holds=holds) == release
    assert release_of("renamed by hand.csv", "", holds=(*holds[:2], release.rows - 1)) is None
    assert release_of(PINNED[0].file_name, "", holds=holds) == PINNED[0]


@pytest.mark.parametrize("name", ["", "notes.xlsx", "LCA_Worksites.xlsx"])
def test_any_other_file_is_no_release(name):
    assert release_of(name, "0" * 64) is None


@pytest.mark.parametrize(
    "url", ["https://a.invalid/..%2F..%2Fx.xlsx", "https://a.invalid/b/%2Fetc%2Fx.xlsx?y=/z"]
)
def test_an_address_names_a_file_and_never_a_folder(url):
    assert name_in(url) == "x.xlsx"
