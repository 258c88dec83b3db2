"""Every parser on every input of nasty.toml, and on what comes of joining and breaking them.

A parser of ours answers, or says in the error that it promises why it does not: nothing else.
"""

import io
import re
import tempfile
import time
import zipfile
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics import counts
from loaders import (
    atlas,
    board,
    choices,
    clean,
    download,
    facts,
    lake,
    layouts,
    listings,
    markup,
    match,
    name_lists,
    names,
    pay,
    places,
    releases,
    roles,
    soc,
    workbook,
)  # fmt: skip
from loaders.index import Index
from loaders.listing_files import of_text
from loaders.listings import LISTING, ListingsError
from loaders.sample import lake_in_use
from loaders.schema import SENIORITIES, SOC_MAPS
from loaders.workbook import UnreadableFileError
from pages.parts import address, plain, upload
from tests.conftest import CORPUS, NASTY, as_filed, case, headers_of, layout, write

LONG = [piece * (10_000 // len(piece)) for piece in CORPUS["repeated"]]
ANY = st.lists(st.sampled_from(NASTY) | st.text(max_size=40), min_size=1, max_size=3).map("".join)


def fits(made: pay.Pay | None) -> bool:
    amounts = [one for one in (made.low, made.high) if one is not None] if made else []
    return all(0 <= one < float("inf") for one in amounts)


def refused(parse, text: str, error: type[Exception], says: str = "") -> object:
    """What a parser makes of text; where it refuses it, its reason."""
    try:
        return parse(text)
    except error as reason:
        return says in str(reason) and str(reason)


def parsed(text: str) -> object:
    made = refused(
        lambda one: listings.joined(of_text(one, "pasted")), text, ListingsError, "pasted"
    )
    return made if isinstance(made, str) else made.schema == LISTING and made.height > 0


def named(text: str) -> bool:
    name = refused(upload.bare_name, text, ValueError, "none of xlsx, csv, zip")
    inner = Path("raw", name)
    return "none of" in name or (inner.parent == Path("raw") and not set(name) & set('\\:\0<>"|?*'))


def shown(text: str) -> bool:
    """Whether markdown has every mark of a text behind a backslash."""
    return re.search(r"(?<!\\)[<>\[\]*_`$]", plain.plain(text).replace("\\\\", "")) is None


# What a parser of one text promises of what it makes.
PARSERS = {
    "pay in a cell": lambda text: fits(pay.in_cell(text)),
    "pay in prose": lambda text: fits(pay.in_prose(text)),
    "places in a cell": lambda text: all(one.label for one in places.in_cell(text)),
    "places in prose": lambda text: all(one.label for one in places.in_prose(text)),
    "country": lambda text: atlas.country(text) is None or len(atlas.country(text)) == 2,
    "title of a posting": lambda text: board.title(text) != "",
    "employer of a posting": lambda text: board.employer(text) != "",
    "postings of a board": lambda text: all(map(dict, board.records(text, "x"))),
    "names, one a line": lambda text: all(one["source"] for one in name_lists.records([text], "x")),
    "text of a page": lambda text: isinstance(markup.text(text), str),
    "postings of a page": lambda text: all(map(dict, markup.postings(text))),
    "listings": parsed,
    "header": lambda text: re.fullmatch(r"[A-Z0-9_]*", layouts.normalised(text)) is not None,
    "header row": lambda text: refused(layouts.recognise, [text, text, None], layouts.LayoutError),
    "fiscal years": lambda text: refused(releases.fiscal_years, text, ValueError, "write 2024"),
    "file name": lambda text: releases.release_of(text, "") is None,
    "occupation code": lambda text: soc.code_2018(text)[1] in SOC_MAPS,
    "words of a search": lambda text: all(counts.terms(text)) or not counts.terms(text),
    "name of an upload": named,
    "text on a page": shown,
    "address": lambda text: address.asked({text: [text]}, {}) == {text: [text]},
    "choices": lambda text: refused(lambda one: choices.read(one.encode()), text, ValueError),
}  # fmt: skip


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_keeps_its_promise_on_every_nasty_text(name):
    broken = [text for text in NASTY if PARSERS[name](text) is False]
    assert broken == []


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_takes_little_time_for_a_long_text(name):
    start = time.perf_counter()
    broken = [text[:20] for text in LONG if PARSERS[name](text) is False]
    assert broken == []
    assert time.perf_counter() - start < 10  # under 1 on an idle machine


@given(st.sampled_from(sorted(PARSERS)), ANY)
@settings(max_examples=200)
def test_a_parser_keeps_its_promise_on_any_text(name, text):
    assert PARSERS[name](text) is not False


def typed(texts: list[str]) -> pl.DataFrame:
    """Rows of which every field of a file says the same."""
    fields = dict.fromkeys(clean.FIELDS, texts)
    frame = pl.DataFrame(fields | {"row": range(len(texts)), "worksite_block": 0})
    return frame.lazy().pipe(clean.typed).collect()


def within(made: pl.DataFrame) -> None:
    years = facts.rules()["dates"]
    for name, column in made.to_dict(as_series=True).items():
        if column.dtype == pl.Date:
            assert (
                column.dt.year()
                .drop_nulls()
                .is_between(years["first_year"], years["last_year"])
                .all()
            ), name
        if column.dtype == pl.Float64:
            assert (column.drop_nulls().is_finite() & (column.drop_nulls() >= 0)).all(), name
    for name, form in {
        "employer_state": "^[A-Z]{2}$", "employer_postal_code": "^[0-9]{5}$", "employer_fein": "^[0-9]{9}$",
        "soc_code_filed": r"^[0-9]{2}-[0-9]{4}(\.[0-9]{2})?$", "naics_code": "^[0-9]{2,6}$|^[0-9]{2}-[0-9]{2}$",
    }.items():  # fmt: skip
        assert made[name].drop_nulls().str.contains(form).all(), name


def test_every_column_of_a_file_keeps_its_bounds_on_every_nasty_cell():
    within(typed([*NASTY, *LONG]))


@given(st.lists(ANY, min_size=1, max_size=30))
@settings(max_examples=6)
def test_every_column_of_a_file_keeps_its_bounds_on_any_cell(texts):
    within(typed(texts))


@given(st.lists(ANY, min_size=1, max_size=60))
@settings(max_examples=3)
def test_names_and_titles_of_any_text_have_a_key_and_a_role(texts):
    x = pl.col("x")
    keyed = pl.DataFrame({"x": texts}).select(
        names.key(x).alias("key"), names.full(x).alias("full"), names.trade_key(x).alias("trade"),
        loose=names.loose(names.key(x)), common=names.is_common(names.key(x)),
    )  # fmt: skip
    for column in ("key", "full", "trade"):
        assert not keyed[column].drop_nulls().str.contains(r"^$|^ | $|  |[^\p{L}\p{N} ]").any()
    told = roles.told(pl.DataFrame({"job_title": texts, "soc_code": texts[::-1]}))
    assert told["seniority"].cast(pl.String).is_in(SENIORITIES).all()
    assert told["role"].is_in([*roles.roles(), roles.OTHER]).all()
    found = counts.matching(pl.LazyFrame({"job_title": texts}), words=texts[0]).collect()
    assert found.height <= len(texts)


def test_no_nasty_name_of_a_listing_breaks_the_match_or_the_search():
    index = Index(lake_in_use().path)
    said = [*NASTY, *(text[:200] for text in LONG)]
    asked = pl.DataFrame({"listing_name": said, "listing_city": said, "listing_state": said})
    decided = match.match(asked, index)
    assert decided.height == len(said)
    assert decided["decision"].cast(pl.String).is_in(match.DECISIONS).all()
    for text in NASTY:
        assert match.beginning(text, index).height <= 8


def test_nasty_cells_are_read_from_a_workbook_and_from_csv_as_they_are(tmp_path):
    one = layout("perm/2020")
    texts = [
        text
        for text in NASTY
        if text.strip() and not re.search(r"[\x00-\x1f\uffff]|_x000D_|^[-+=\d.eE_x]+$", text)
    ]
    rows = as_filed(one, [case("perm", n, employer_name=text) for n, text in enumerate(texts)])
    write(tmp_path / "raw/a.xlsx", headers_of(one), rows)
    frame = pl.DataFrame(rows, strict=False).cast(pl.String)
    (tmp_path / "raw/b.csv").write_bytes(frame.write_csv().encode())
    column = next(source for source, field in one.sources if field == "employer_name")
    for name in ("a.xlsx", "b.csv"):
        with workbook.opened(tmp_path / "raw" / name) as (table,):
            read = workbook.read(table, 0, [table.top[0].index(column)])
        cells = pl.concat(read.frames).drop("row").to_series()
        assert cells.to_list() == texts, name


# ------------------------------------------------------------------------------------ broken files


@cache
def good() -> dict[str, bytes]:
    """A workbook, a CSV and a zip of both, as they should be."""
    one = layout("perm/2020")
    rows = as_filed(one, [case("perm", n, employer_name=f"Example {n} Inc") for n in range(9)])
    with tempfile.TemporaryDirectory() as folder:
        book = write(Path(folder) / "a.xlsx", headers_of(one), rows).read_bytes()
    text = pl.DataFrame(rows).cast(pl.String).write_csv().encode()
    both = io.BytesIO()
    with zipfile.ZipFile(both, "w") as archive:
        archive.writestr("a.csv", text)
        archive.writestr("../b.xlsx", book)
    return {"xlsx": book, "csv": text, "zip": both.getvalue()}


def read_whole(path: Path) -> int:
    """How many rows a file has; every cell of it is read."""
    rows = 0
    for member in workbook.members(path) or [None]:
        with workbook.opened(path, member) as tables:
            for table in tables:
                rows += workbook.read(table, 0, range(len(table.top[0]) if table.top else 0)).rows
    return rows


def read_or_refused(path: Path) -> int | None:
    """The rows of a file; null where it is refused with a reason, and any other error as it is."""
    try:
        return read_whole(path)
    except UnreadableFileError:
        return None


@given(
    st.sampled_from(["xlsx", "csv", "zip"]),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from("flip cut drop splice".split()), st.binary(min_size=1, max_size=8)),
             min_size=1, max_size=4),
)  # fmt: skip
def test_a_file_with_broken_bytes_is_read_or_refused_with_a_reason(tmp_path_factory, kind, breaks):
    content = good()[kind]
    for share, how, what in breaks:
        at = int(share * len(content))
        content = {
            "flip": content[:at] + what + content[at + len(what) :],
            "cut": content[: max(at, 1)],
            "drop": content[:at] + content[at + 40 * len(what) :],
            "splice": content[:at] + what * 9 + content[at:],
        }[how]
    path = tmp_path_factory.getbasetemp() / f"broken.{kind}"
    path.write_bytes(content)
    rows = read_or_refused(path)
    assert kind == "csv" or rows in {None, 9, 18}, "a checksum tells broken cells"


PARTS = (
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)


@given(
    st.sampled_from(PARTS), st.floats(0, 1), st.integers(0, 40),
    st.sampled_from([b"", b"<", b"&", b"\xff", b"</row>", b'r="A1048577"', b'<row r="0">', b"<c>", b't="s"><v>99999999<', b"\x00", b"]]>", b"&#0;"]),
)  # fmt: skip
@example(part="xl/worksheets/sheet1.xml", share=0.09375, gone=0, put=b"</row>")
def test_a_workbook_with_broken_xml_is_read_or_refused_with_a_reason(
    tmp_path_factory, part, share, gone, put
):
    path = tmp_path_factory.getbasetemp() / "xml.xlsx"
    with zipfile.ZipFile(io.BytesIO(good()["xlsx"])) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            xml, at = old.read(name), int(share * len(old.read(name)))
            new.writestr(name, xml[:at] + put + xml[at + gone :] if name == part else xml)
    read_or_refused(path)


@given(
    st.sampled_from(
        ["", "{", "[]", "1", "null", '"x"', "{}", '{"format": 4}', '{"a.xlsx": 1}', "\x00"]
    )
    | st.text(max_size=20)
)
def test_a_damaged_manifest_is_an_error_that_names_it(tmp_path_factory, text):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    for name in ("manifest.json", "current.json"):
        (folder / name).write_text(text, "utf-8")
    made = refused(
        lambda _: download.manifest(folder), text, ValueError, "manifest.json is damaged"
    )
    assert isinstance(made, str) or all(isinstance(one, dict) for one in made.values())
    with pytest.raises(lake.NoLakeError, match=r"current\.json is damaged|made by another version"):
        lake.manifest(folder)
