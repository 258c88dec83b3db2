"""Files and pasted text to one record a listing, all cells as text.

Tables (CSV, TSV, XLSX, JSON, JSONL) go by their headers, web pages by their schema.org data,
pages of text by the rules of `board`. Nothing in them is run and no address in them is opened.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import polars as pl

from loaders import board, markup, name_lists, places, workbook
from loaders.clean import letters_of
from loaders.facts import rules
from loaders.listing_facts import UNREAD, headers, limit

Record = dict[str, str]
Cells = Sequence[str | None]

_TABLES = (".csv", ".tsv")
_JSON = (".json", ".jsonl", ".ndjson")
_BOOKS = (".xlsx", ".xlsm")
_PAGES = (".html", ".htm", ".xhtml")
_TEXTS = (".txt", ".text", ".md")
READABLE = (*_TABLES, *_JSON, *_BOOKS, *_PAGES, *_TEXTS)

FIX = "Bring a CSV, XLSX or JSON file with a column for the company, or a saved job page."
_LINKS = (
    "links alone, and no address is opened. Paste the text of the job pages, or save each page "
    "from the browser and bring the files."
)
# What listings.inert puts before text that a spreadsheet would run.
_ESCAPED = re.compile(r"^'(?=\s*[=+\-@])")
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff]")


class ListingsError(ValueError):
    """Nothing at all can be read; the message names the file and the fix."""


def of_path(path: Path, source: str) -> list[Record]:
    """The records of one file, which is called `source`; ListingsError where it holds none."""
    suffix = path.suffix.lower()
    if suffix not in READABLE:
        raise ListingsError(
            f"{source}: files of this kind are not read. Save it as {', '.join(READABLE)}."
        )
    if suffix in _BOOKS:
        return _of_book(path, source)
    structured = suffix in _TABLES + _JSON
    most = limit("table_bytes") if structured else 2 * limit("markup_chars")
    with path.open("rb") as file:
        content = file.read(most + 1)
    if not content.strip(b"\0\t\r\n "):
        raise ListingsError(f"{source}: the file is empty. {FIX}")
    if len(content) > most and suffix in _JSON:
        raise ListingsError(f"{source}: larger than {most:,} bytes. Split it.")
    text = _decoded(content[:most])
    if _is_binary(text):
        raise ListingsError(f"{source}: not text. Save it as CSV, XLSX, HTML or text.")
    made = of_text(text, source, suffix)
    if len(content) > most:
        _cut(made, f"{most:,} bytes")
    return made


def _decoded(content: bytes) -> str:
    """Text from UTF-8, UTF-16, the encoding that a web page names, or Windows' own."""
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    start = content[:4000]
    if content.startswith(marks):
        return content.decode("utf-16", "replace")
    zeros = start.count(0)
    if zeros * 3 > len(start):
        even = start[::2].count(0) > zeros / 2
        return content.decode("utf-16-be" if even else "utf-16-le", "replace")
    named = re.search(rb"<[^>]{0,200}charset=[\"']?([\w-]{3,20})", start)
    for name in ("utf-8-sig", named[1].decode() if named else "cp1252", "cp1252"):
        try:
            return content.decode(name)
        except UnicodeDecodeError as error:
            if name == "utf-8-sig" and error.end >= len(content) - 3 and error.start > 0:
                return content.decode(name, "ignore")
        except LookupError:
            continue
    return content.decode("cp1252", "replace")


def _is_binary(text: str) -> bool:
    odd = len(re.findall(r"[\x01-\x08\x0e-\x1f\ufffd]", text[:4000]))
    return (
        text.startswith(("%PDF", "\x89PNG", "PK\x03\x04", "ÐÏ\x11à")) or odd > len(text[:4000]) / 20
    )


def of_text(text: str, source: str, suffix: str = "") -> list[Record]:
    """The records of text in whichever form it is; ListingsError where there are none."""
    text = _ODD.sub("", text)
    start = text[:2000].lstrip()
    if not start and not text.strip():
        raise ListingsError(f"{source}: there is no text. {FIX}")
    if suffix in _JSON or (suffix not in _TABLES and start[:1] in {"{", "["}):
        return _of_json(text, source)
    if suffix in _PAGES or re.match(
        r"(?i)<(?:!doctype|html|head|body|div|\?xml|script|!--)", start
    ):
        return _of_html(text, source)
    if suffix in _TABLES or _is_table(start):
        return _of_csv(text, source)
    return _of_page(text, source)


def _of_page(text: str, source: str) -> list[Record]:
    """A list of names, or a page of listings."""
    shown = text[: limit("text_chars")]
    lines = shown.splitlines()
    filled = (n for n, line in enumerate(lines, start=1) if line.strip())
    last = max(islice(filled, 2 * limit("rows")), default=0)  # more than that is cut anyway
    lines = lines[:last]
    if name_lists.are_links(lines):
        raise ListingsError(f"{source}: {_LINKS}")
    made = _first(name_lists.records(lines, source) or board.records(shown, source))
    if not made:
        raise ListingsError(f"{source}: no job listing and no company can be told in it. {FIX}")
    if len(text) > len(shown):
        _cut(made, f"{len(shown):,} characters")
    return made


def _first(records: Iterable[Record]) -> list[Record]:
    """As many as are read of one file, with a note in each where there are more."""
    most = limit("rows")
    made = list(islice(records, most + 1))
    if len(made) > most:
        made.pop()
        _cut(made, f"{most:,} listings")
    return made


def _cut(made: Iterable[Record], most: str) -> None:
    for record in made:
        _add_note(record, f"{UNREAD} whole: only the first {most} of the file")


def _add_note(record: Record, note: str) -> None:
    """Say in the record what could not be read."""
    record["note"] = "; ".join(filter(None, (record.get("note"), note)))


# ------------------------------------------------------------------------------------------- tables


def _fields(cells: Cells) -> list[str | None]:
    """Our field for each cell of a header row, null where it is none of ours."""
    return [headers().get(letters_of((cell or "")[:100])) for cell in cells]


def _header_row(top: Sequence[Cells]) -> int | None:
    """The row of a table's first rows that names most fields; null where none names a listing."""
    telling = {"name", "title", "url", "place", "city", "text"}
    known = [{one for one in _fields(row) if one} for row in top]
    best = max(range(len(top)), key=lambda n: len(known[n]), default=None)
    return best if best is not None and known[best] & telling else None


def _row(fields: Sequence[str | None], cells: Cells) -> Record:
    """The cells of a row under our fields: of several the first, of description all."""
    made = Record()
    for field, cell in zip(fields, cells, strict=False):
        said = _ESCAPED.sub("", (cell or "").strip())
        if not field or not said:
            continue
        if field == "text" and field in made:
            made[field] += f"\n{said}"
        else:
            made.setdefault(field, said)
    return made


def _is_table(start: str) -> bool:
    """Whether text begins with a row of headers that we know."""
    first = start.splitlines()[0] if start else ""
    return any(len([one for one in _fields(first.split(comma)) if one]) > 1 for comma in ",;\t|")


def _separator(text: str) -> str:
    """The sign between a table's cells: the one that makes most headers of its first lines."""
    lines = text[:20_000].splitlines()[: rules()["layout"]["header_rows"]]

    def known(comma: str) -> tuple[int, int]:
        rows = list(csv.reader(lines, delimiter=comma))
        return max(sum(bool(one) for one in _fields(row)) for row in rows), lines[0].count(comma)

    return max(",;\t|", key=known)


def _of_csv(text: str, source: str) -> list[Record]:
    csv.field_size_limit(limit("table_bytes"))
    whole, text = text, text.lstrip("\r\n")
    before = len(whole[: len(whole) - len(text)].splitlines())
    comma, lined = _separator(text), False
    try:
        table = list(
            _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True))
        )
    except csv.Error:
        table, lined = _by_line(text, comma), True
    table = [(number + before, cells) for number, cells in table]
    top = [cells for _, cells in table[: rules()["layout"]["header_rows"]]]
    header = _header_row(top)
    if header is None:
        return _unheaded(table, source)
    fields = _fields(top[header])
    made = list[Record]()
    for number, cells in table[header + 1 : header + 1 + limit("rows")]:
        if not any(cells):
            continue
        record = {**_row(fields, cells), "source": f"{source} line {number}"}
        if lined and (len(cells) > len(fields) or any('"' in cell for cell in cells)):
            record = {"source": record["source"], **_whole(fields, cells)}
            _add_note(record, "a quotation mark is not closed: the cells of this line are not sure")
        elif any(cells[len(fields) :]):
            if len(joined := _placed(cells)) == len(fields):
                record = {**_row(fields, joined), "source": record["source"]}
            _add_note(record, f"{len(cells)} cells under {len(fields)} headers")
        made.append(record)
    return _some(made, source, len(table) - header - 1)


def _numbered(rows: Any) -> Iterator[tuple[int, list[str]]]:
    before = 0
    for cells in rows:
        yield before + 1, cells
        before = rows.line_num


def _by_line(text: str, comma: str) -> list[tuple[int, list[str]]]:
    """A table whose quotation marks do not close: a row is a line."""
    return [
        (
            number,
            line.split(comma)
            if line.count('"') % 2
            else next(csv.reader([line], delimiter=comma), []),
        )
        for number, line in enumerate(text.splitlines(), start=1)
    ]


def _whole(fields: Sequence[str | None], cells: Sequence[str]) -> Record:
    """A misquoted row: its cells where they can be put under the headers, else its name alone."""
    bare = _requoted(cells)
    if len(bare) > len(fields):
        bare = _placed(bare)
    if len(bare) == len(fields):
        return _row(fields, bare)
    return _row(fields[:1], bare[:1])


def _requoted(cells: Sequence[str]) -> list[str]:
    """Cells of a line that was cut at every comma, those between two quotation marks joined."""
    made, opened = list[str](), None
    for cell in cells:
        said = cell.strip()
        if said.startswith('"'):
            opened = None if len(said) > 1 and said.endswith('"') else len(made)
        elif said.endswith('"') and opened is not None:
            made[opened:] = [", ".join([*made[opened:], said.strip(' "')])]
            opened = None
            continue
        made.append(said.strip(' "'))
    return made


def _placed(cells: Sequence[str]) -> list[str]:
    """Cells with the first two that are "Austin" and "TX" joined."""
    for n, (city, state) in enumerate(pairwise(cells)):
        both = f"{city}, {state}"
        if len(places.surely(both)) == 1 and (places.surely(state) or places.surely(city)):
            return [*cells[:n], both, *cells[n + 2 :]]
    return list(cells)


def _unheaded(table: Sequence[tuple[int, list[str]]], source: str) -> list[Record]:
    """A table without known headers: names, if it is one column, or columns told by their cells."""
    cells = [(n, row) for n, row in table if any(row)]
    if all(len([cell for cell in row if cell.strip()]) == 1 for _, row in cells):
        return _first(
            {"name": next(filter(None, row)).strip(), "source": f"{source} line {n}"}
            for n, row in cells
        )
    if made := name_lists.of_columns(cells[: limit("rows") + 1], source):
        return _first(made)
    said = ", ".join(repr(cell[:30]) for cell in (table[0][1] if table else [])[:8])
    raise ListingsError(
        f"{source}: no header that we know (the first row is {said}). Name the columns company, "
        f"title, location, pay, url, posted, description; a file of names alone has one column."
    )


def _some(made: list[Record], source: str, rows: int) -> list[Record]:
    if not made:
        raise ListingsError(f"{source}: headers, and no row below them. {FIX}")
    if rows > limit("rows"):
        _cut(made, f"{limit('rows'):,} rows")
    return made


def _of_book(path: Path, source: str) -> list[Record]:
    """The rows of every sheet with headers that we know, or of one column of names."""
    made, rows = list[Record](), 0
    try:
        if workbook.unpacked(path) > limit("book_bytes"):
            raise ListingsError(f"{source}: larger than {limit('book_bytes'):,} bytes. Split it.")
        with workbook.opened(path) as tables:
            for table in tables:
                header, fields = _book_header(table.top)
                if not fields:
                    continue
                kept = {n: field for n, field in enumerate(fields) if field}
                text = workbook.read(table, header, kept)
                rows += text.rows
                named = fields == ["name"] and _header_row(table.top) is None
                first = [{"name": table.top[0][0] or "", "source": f"{source} {table.name} row 1"}]
                made += first if named else []
                made += _book_rows(text.frames, kept, f"{source} {table.name}")
    except (workbook.UnreadableFileError, pl.exceptions.PolarsError) as error:
        raise ListingsError(f"{source}: {error}") from error
    if not made:
        raise ListingsError(
            f"{source}: no sheet has a header that we know and a row below it. Name the columns "
            f"company, title, location, pay, url."
        )
    return _some(made[: limit("rows")], source, rows)


def _book_header(top: Sequence[Cells]) -> tuple[int, list[str | None]]:
    header = _header_row(top)
    if header is not None:
        return header, _fields(top[header])
    alone = bool(top) and all(len([cell for cell in row if cell]) <= 1 for row in top)
    return 0, ["name"] if alone and top[0][:1] != (None,) else []


def _book_rows(
    frames: Iterable[pl.DataFrame], kept: dict[int, str], source: str
) -> Iterator[Record]:
    for frame in frames:
        columns = frame.select("row", *(pl.col(f"c{n}").cast(pl.String) for n in kept))
        for number, *cells in columns.iter_rows():
            if any(cells):
                yield {**_row(list(kept.values()), cells), "source": f"{source} row {number}"}


# --------------------------------------------------------------------------------------- json, html


def _loads(text: str) -> Any:
    return json.loads(text, strict=False, parse_int=str, parse_float=str, parse_constant=str)


def _of_json(text: str, source: str) -> list[Record]:
    try:
        data, broken = _loads(text), list[int]()
    except RecursionError as error:
        raise ListingsError(f"{source}: JSON inside JSON too deep to read.") from error
    except ValueError as error:
        data, broken = _json_lines(text)
        if not data:
            raise ListingsError(f"{source}: not JSON ({error}). Export it again.") from error
    made = _first(
        {**record, "source": f"{source} item {n}"}
        for n, record in enumerate(_listed(data), start=1)
    )
    if not made:
        raise ListingsError(f"{source}: JSON without a company or title in it. {FIX}")
    if broken:
        _add_note(made[0], f"{UNREAD}: line {', '.join(map(str, broken[:5]))} is no JSON")
    return made


def _json_lines(text: str) -> tuple[list[Any], list[int]]:
    """The values of JSON lines, and the lines that hold none."""
    made, broken = list[Any](), list[int]()
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            if line.strip():
                made.append(_loads(line))
        except (ValueError, RecursionError):
            broken.append(number)
    return made, broken


def _listed(data: Any) -> Iterator[Record]:
    """The listings anywhere in JSON: job postings, objects with our headers, a list of names."""
    if isinstance(data, list) and data and all(isinstance(one, str) for one in data):
        yield from ({"name": one} for one in data if one.strip())
        return
    waiting = [(data, 0)]
    while waiting:
        one, depth = waiting.pop()
        record = _object(one) if isinstance(one, dict) else None
        if record:
            yield record
        elif depth < limit("depth"):
            waiting += [(item, depth + 1) for item in reversed(markup.inside(one))]


def _object(data: dict[str, Any]) -> Record | None:
    """An object as a listing; null for one that is none, or that holds a list of them."""
    if "JobPosting" in str(data.get("@type")):
        return markup.posting(data)
    inner = [value[0] for value in data.values() if isinstance(value, list) and value]
    if any(isinstance(one, dict) and _object(one) for one in inner):
        return None
    made = Record()
    for name, value in data.items():
        for spelling, said in _flat(name, value):
            field = headers().get(letters_of(spelling[:100]))
            if field and said:
                made.setdefault(field, said)
    return made if made.get("name") or made.get("title") else None


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A value as text under its name; of an object each value under both names."""
    if isinstance(value, dict):
        for inner, one in value.items():
            if markup.inside(one) or one in (None, {}, []):
                continue
            yield f"{name} {inner}", str(one)
            if letters_of(inner) in {"NAME", "LABEL", "TITLE", "TEXT", "DISPLAYNAME", "VALUE"}:
                yield name, str(one)
            elif letters_of(name) in {"LOCATION", "SALARY", "ADDRESS", "COMPENSATION", "PAY"}:
                yield inner, str(one)
    elif isinstance(value, list):
        yield (
            name,
            "; ".join(said for one in value for key, said in _flat(name, one) if key == name),
        )
    elif value is not None:
        yield name, str(value)


def _of_html(text: str, source: str) -> list[Record]:
    shown = text[: limit("markup_chars")]
    made = _first(
        {**record, "source": f"{source} posting {n}"}
        for n, record in enumerate(markup.postings(shown), start=1)
    )
    if not made:
        words_of_page = markup.text(shown)
        if not words_of_page.strip():
            raise ListingsError(f"{source}: a web page without any text. Copy its text instead.")
        made = _first(board.records(words_of_page[: limit("text_chars")], source))
    if not made:
        raise ListingsError(
            f"{source}: no job listing can be told in this web page. Save the page of one job, or "
            f"copy its text."
        )
    if len(text) > len(shown):
        _cut(made, f"{len(shown):,} characters")
    return made
