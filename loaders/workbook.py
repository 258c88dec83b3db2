"""Any file in DOL's folder to text tables: xlsx, csv, and zips of either.

The only module that knows file formats. Cells come back as text or null, never as guessed types.
A workbook is read in slices of its sheet's XML, each handed to calamine as a small workbook of
its own: memory stays flat for any number of rows, padding rows cost almost nothing, and two
slices are parsed at once. Shared strings are looked up afterwards, only the ones asked for.
"""

import codecs
import contextlib
import csv
import errno
import html
import io
import posixpath
import re
import shutil
import tempfile
import zipfile
import zlib
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TextIO
from xml.etree import ElementTree as ET

import fastexcel
import polars as pl
import pyarrow as pa
from pyarrow import csv as csv_of_arrow

from loaders.facts import rules

READABLE = (".xlsx", ".xlsm", ".csv", ".zip")
_PASSED_OVER = {".json", ".part", ".making", ".md", ".txt", ".tmp", ".crdownload", ".download"}
SLICE_BYTES = 1 << 23
WORKERS = 2
SHARED = "\x01"  # never in XML text, so it marks a shared string's number

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"
_PARTS = {
    "[Content_Types].xml": (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    ),
    "_rels/.rels": (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        b'<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/styles" Target="styles.xml"/></Relationships>'
    ),
}
_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<workbookPr date1904="{}"/>'
    '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_ANY = re.compile(rb"<c[\s>/]")
_PLACED = re.compile(rb'<c\b[^>]*?\br="[A-Z]+\d')
_FORMULA = re.compile(rb"<c\b([^>]*)>\s*<f\b[^>]*>([^<]*)</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_CELL_BYTES = 1 << 24  # of a CSV file's first rows
_NOTHING = "a zip without a workbook or CSV file in it; a zip in a zip is to be unpacked."
_GAP = 1000  # blank rows that cost nothing
_NO_STYLES = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


class _OddError(Exception):
    """XML that is not written as Excel and DOL write it: the sheet is read whole instead."""


class UnreadableFileError(ValueError):
    """A file that is not a workbook we can read; the message says what it is and the fix."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or CSV file: its name, its first rows, and how to read it.

    `part` is the sheet's XML where it can be read in slices; `sheet` its name in its workbook.
    """

    name: str
    top: tuple[tuple[str | None, ...], ...]
    path: Path
    part: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The cells of a table below its header row, and how many rows there are, blank ones included.

    A frame has `row` (UInt32, as a spreadsheet counts) and columns `c{index}` of text. The rows
    `misaligned` have more cells than the header row, or are pieces of one that a line break parts
    (without quotation marks both): no cell of theirs can be told, and they stand in no frame.
    """

    frames: list[pl.DataFrame]
    rows: int
    misaligned: tuple[int, ...] = ()


def raw_files(raw: Path, lake: Path) -> list[Path]:
    """The files below a folder that a build reads or refuses: not the lake's, not notes beside."""
    return [
        path
        for path in sorted(raw.rglob("*"))
        if path.is_file()
        and not path.name.startswith((".", "~$"))
        and path.suffix.lower() not in _PASSED_OVER
        and lake.resolve() not in path.resolve().parents
    ]


def members(path: Path) -> list[str]:
    """The files in a zip, documents and folders left out; none for a file that is no such zip.

    Raises UnreadableFileError for a zip that cannot be opened or holds nothing to read.
    """
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return []
    with _zip(path) as archive:
        if _is_book(archive):
            return []
        names = [
            info.filename
            for info in archive.infolist()
            if not info.is_dir()
            and not info.filename.startswith("__MACOSX")
            and PurePosixPath(info.filename).suffix.lower() in READABLE
        ]
    if not names:
        raise UnreadableFileError(_NOTHING)
    return names


def unpacked(path: Path) -> int:
    """How many bytes the parts of a workbook have, as it says itself and no part exceeds."""
    with _zip(path) as archive:
        return sum(info.file_size for info in archive.infolist())


def _is_book(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    return "[Content_Types].xml" in names or any(name.startswith("xl/") for name in names)


@contextmanager
def opened(path: Path, member: str | None = None) -> Generator[list[Table]]:
    """The tables of a file, valid while the context lasts; UnreadableFileError if there are none.

    The `member` of a zip is unpacked to a temporary folder, after the declared sizes were
    checked; its path is never used as a path.
    """
    if member:
        with tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder) / f"member{PurePosixPath(member).suffix.lower()}"
            with (
                _zip(path) as archive,
                archive.open(member) as source,
                unpacked.open("wb") as target,
            ):
                shutil.copyfileobj(source, target, 1 << 20)
            with opened(unpacked) as tables:
                yield tables
        return
    if path.stat().st_size == 0:
        raise UnreadableFileError("the file is empty: download it again.")
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_OLE):
        raise UnreadableFileError(_ole_reason(path))
    if start.startswith(b"PK"):
        with _zip(path) as archive:
            if not _is_book(archive):
                raise UnreadableFileError(_NOTHING)
            tables = _sheets(path, archive)
        yield tables
        return
    if start.lstrip()[:1] == b"<":
        raise UnreadableFileError(
            "this is a web page, not a workbook (a site that refuses scripts answers so): "
            "download it in a browser."
        )
    if path.suffix.lower() in {".xlsx", ".xlsm", ".zip"}:
        raise UnreadableFileError(
            f"not a {path.suffix.lower()} file (it does not begin with PK): download it again."
        )
    if b"\0" in start:
        raise UnreadableFileError("not text, not a workbook: take it out of the folder.")
    yield [_csv_table(path)]


def _ole_reason(path: Path) -> str:
    marker = "EncryptedPackage".encode("utf-16-le")
    with path.open("rb") as file:
        if marker in file.read():
            return "password-protected: open it in Excel, remove the password, save it again."
    return "an old .xls workbook: open it in Excel and save it as .xlsx."


@contextmanager
def _zip(path: Path) -> Generator[zipfile.ZipFile]:
    limits = rules()["archive"]
    try:
        with zipfile.ZipFile(path) as archive:
            packed = path.stat().st_size
            unpacked = sum(info.file_size for info in archive.infolist())
            bomb = unpacked > limits["always_allowed"] and unpacked > limits["max_ratio"] * packed
            if bomb or unpacked > limits["max_bytes"]:
                raise UnreadableFileError(
                    f"it would unpack from {packed:,} to {unpacked:,} bytes, more than a DOL "
                    f"workbook does: not opened. If the file is honest, raise the limits under "
                    f"[archive] in data/rules.toml."
                )
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableFileError(f"corrupt or cut short ({error}): download it again.") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the beginning of the file
            raise
        raise UnreadableFileError(
            f"corrupt: its list of parts leads outside of it ({error}): download it again."
        ) from error
    except (ET.ParseError, KeyError, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            f"not a whole workbook ({error}): open it in Excel and save it as .xlsx, "
            f"or download it again."
        ) from error
    except NotImplementedError as error:
        raise UnreadableFileError(
            f"packed in a way we cannot open ({error}): repack it."
        ) from error
    except RuntimeError as error:  # zipfile's word for an encrypted member
        raise UnreadableFileError(f"password-protected ({error}): unpack it first.") from error


# ------------------------------------------------------------------------------------ workbooks


def _sheets(path: Path, archive: zipfile.ZipFile) -> list[Table]:
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - expat bounds entities
    relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {
        one.get("Id"): posixpath.normpath(posixpath.join("/xl", one.get("Target") or ""))[1:]
        for one in relations.findall(".//{*}Relationship")
    }
    sheets = book.findall(".//{*}sheet")
    shown = [sheet for sheet in sheets if sheet.get("state", "visible") == "visible"]
    ids = [
        (sheet.get("name") or "", value)
        for sheet in shown or sheets
        for key, value in sheet.attrib.items()
        if key.endswith("}id")
    ]
    parts = [(name, targets.get(one, "")) for name, one in ids]
    tables = [
        _sheet(path, archive, name, part)
        for name, part in parts
        if part in archive.namelist() and "worksheets" in part
    ]
    if not tables:
        raise UnreadableFileError("a workbook without a sheet: download it again.")
    return tables


def _sheet(path: Path, archive: zipfile.ZipFile, name: str, part: str) -> Table:
    """A sheet, read in slices where its XML is as Excel and DOL write it, else whole."""
    with archive.open(part) as xml:
        start = xml.read(1 << 16)
    if b"<sheetData/>" in start or (b"<sheetData>" in start and _ROW.search(start)):
        try:
            return Table(name, _top(archive, part), path, part, name)
        except _OddError:
            pass
    rows = _whole(path, name, rules()["layout"]["header_rows"]).rows()
    return Table(name, tuple(rows), path, sheet=name)


def _whole(path: Path, sheet: str, rows: int | None = None) -> pl.DataFrame:
    try:
        loaded = fastexcel.read_excel(path).load_sheet(
            sheet, header_row=None, n_rows=rows, dtypes="string"
        )
    except fastexcel.FastExcelError as error:
        raise UnreadableFileError(
            f"sheet {sheet!r} cannot be read ({error}): save the file again in Excel."
        ) from error
    frame = loaded.to_polars()
    frame.columns = [f"c{index}" for index in range(frame.width)]
    return frame


def _top(archive: zipfile.ZipFile, part: str) -> tuple[tuple[str | None, ...], ...]:
    """The first rows of a sheet, as text."""
    wanted = rules()["layout"]["header_rows"]
    head = b""
    with archive.open(part) as sheet:
        while head.count(b"<row ") <= wanted and (block := sheet.read(1 << 16)):
            head += block
    start = head.find(b"<sheetData>")
    if start < 0:
        return ()
    rows = re.findall(rb"<row\b(?:[^>]*/>|.*?</row>)", head[start:], re.DOTALL)[:wanted]
    slice_ = b"".join(row for row in rows if not row.endswith(b"/>") or b"<c" in row)
    if not _ROW.search(slice_):
        return ()
    frame = _cells(slice_, None, _parts(archive))
    text = _resolved([frame], archive)[0]
    return tuple(text.drop("row").rows())


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The parts of a workbook that every slice of it needs: styles and the date system."""
    names = archive.namelist()
    styles = archive.read("xl/styles.xml") if "xl/styles.xml" in names else _NO_STYLES
    old_dates = re.search(rb'date1904="(1|true)"', archive.read("xl/workbook.xml")) is not None
    book = _WORKBOOK.format(int(old_dates)).encode()
    return {**_PARTS, "xl/styles.xml": styles, "xl/workbook.xml": book}


def _slices(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The rows of a sheet's XML in slices that end between rows."""
    rest, started = b"", False
    with archive.open(part) as sheet:
        while block := sheet.read(SLICE_BYTES):
            rest += block
            if not started and (start := rest.find(b"<sheetData>")) >= 0:
                rest, started = rest[start + len(b"<sheetData>") :], True
            end = rest.find(b"</sheetData>") if started else -1
            cut = end if end >= 0 else rest.rfind(b"<row ") if started else 0
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
            if end >= 0:
                break
        else:
            raise UnreadableFileError("the sheet ends in the middle: download the file again.")
        while sheet.read(SLICE_BYTES):  # the archive's checksum is checked at its end
            pass


def _letters(column: int) -> str:
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return letters


def _runs(slice_: bytes) -> Iterator[tuple[int, bytes]]:
    """The slice in runs without wide gaps between row numbers, each with its first number.

    calamine keeps a dense grid, so that one stray cell a million rows below would cost gigabytes.
    """
    rows = list(_ROW.finditer(slice_)) if _has_gap(slice_) else [_ROW.search(slice_)]
    starts = [
        row
        for before, row in zip([None, *rows], rows, strict=False)
        if row and not (before and 0 < int(row[1]) - int(before[1]) < _GAP)
    ]
    ends = [row.start() for row in starts[1:]] + [len(slice_)]
    for row, end in zip(starts, ends, strict=True):
        yield int(row[1]), slice_[row.start() : end]


def _has_gap(slice_: bytes) -> bool:
    first, last = _ROW.search(slice_), _ROW.search(slice_, slice_.rfind(b"<row "))
    if not first or not last:
        return False
    return int(last[1]) - int(first[1]) > slice_.count(b"<row ") + _GAP


def _check_places(slice_: bytes) -> None:
    """_OddError unless every row and every cell says where it stands, as Excel and DOL have it."""
    # Each count reads the whole slice: the precise ones only where the quick ones disagree.
    rows, cells = slice_.count(b"<row"), slice_.count(b"<c")
    if (
        (slice_.count(b'<row r="') != rows and len(_ROW.findall(slice_)) != rows)
        or (
            slice_.count(b'<c r="') != cells
            and len(_PLACED.findall(slice_)) != len(_ANY.findall(slice_))
        )
        or b"<![CDATA[" in slice_
    ):
        raise _OddError


def _cells(slice_: bytes, columns: Sequence[int] | None, parts: dict[str, bytes]) -> pl.DataFrame:
    """The cells of a slice as text; a shared string is still its number behind SHARED.

    `columns` None takes as many as the slice has. Raises UnreadableFileError on broken XML,
    _OddError on XML that only a whole sheet can be read from.
    """
    _check_places(slice_)
    if b"<f" in slice_:
        slice_ = _FORMULA.sub(_said, slice_)
    marked = slice_.replace(b't="s"><v>', b't="str"><v>' + SHARED.encode())
    if b't="s"' in marked:
        marked = re.sub(
            rb'(<c\b[^>]*?)t="s"([^>]*>\s*<v>)', rb'\1t="str"\2' + SHARED.encode(), marked
        )
    frames = [_run(first, run, columns, parts) for first, run in _runs(marked)]
    if not frames:
        return pl.DataFrame()
    frame = pl.concat(frames, how="diagonal")
    return frame.with_columns(_numbered(column) for column in frame.drop("row"))


def _said(cell: re.Match[bytes]) -> bytes:
    """A formula without a value as text: what `="…"` says, any other as it stands.

    DOL's own files hold `="Senior Engineer"`; whoever saved them again may have lost the value.
    """
    attributes, formula = re.sub(rb'\st="\w*"', b"", cell[1]), cell[2].replace(b"&quot;", b'"')
    literal = formula.startswith(b'"') and formula.endswith(b'"') and len(formula) > 1
    text = formula[1:-1].replace(b'""', b'"') if literal else b"=" + formula
    return b'<c%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % (attributes, text)


def _numbered(column: pl.Series) -> pl.Series:
    """A column of nothing but shared strings as their numbers: less to keep, faster to look up."""
    shared = column.str.starts_with(SHARED)
    return _numbers(column) if shared.any() and shared.all() else column


def _numbers(column: pl.Series) -> pl.Series:
    return column.str.strip_prefix(SHARED).cast(pl.UInt32, strict=False)


def _run(
    first: int, run: bytes, columns: Sequence[int] | None, parts: dict[str, bytes]
) -> pl.DataFrame:
    # A row above the run pins its grid to column A and to the full width.
    width = (
        max(columns) if columns else max(map(_index, re.findall(rb'r="([A-Z]+)\d', run)), default=0)
    )
    pin, wanted = first - 1, sorted(set(columns or ()))
    cells = b"".join(b'<c r="%s%d"><v>0</v></c>' % (_letters(c).encode(), pin) for c in {0, width})
    body = (b'<row r="%d">%s</row>' % (pin, cells) if pin else b"") + run
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as small:
        for name, content in parts.items():
            small.writestr(name, content)
        small.writestr("xl/worksheets/sheet1.xml", _HEAD + body + _TAIL)
    try:
        sheet = fastexcel.read_excel(target.getvalue()).load_sheet(
            0,
            header_row=None,
            dtypes="string",
            use_columns=wanted or None,
        )
    except fastexcel.FastExcelError as error:
        raise UnreadableFileError(
            f"the sheet's XML is broken near row {first} ({error}): download the file again."
        ) from error
    frame = sheet.to_polars()
    frame.columns = [f"c{index}" for index in (wanted or range(frame.width))]
    return frame.slice(1 if pin else 0).with_row_index("row", offset=first)


def _index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _shared(archive: zipfile.ZipFile, wanted: pl.Series) -> pl.Series:
    """The shared strings of the wanted numbers (sorted, unique), in their order."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        raise _OddError
    numbers, found = wanted.to_list(), list[str]()
    seen, rest, next_ = 0, b"", 0
    with archive.open("xl/sharedStrings.xml") as strings:
        while block := strings.read(SLICE_BYTES):
            items = (rest + block).replace(b"<si/>", b"<si></si>").split(b"</si>")
            rest = items.pop()
            while next_ < len(numbers) and numbers[next_] < seen + len(items):
                item = items[numbers[next_] - seen]
                if (start := item.find(b"<si>")) < 0 or b"<![CDATA[" in item:
                    raise _OddError
                found.append(item[start + len(b"<si>") :].decode())
                next_ += 1
            seen += len(items)
            if next_ == len(numbers):
                break
    if next_ < len(numbers):
        raise _OddError
    return _text_of(pl.Series(found, dtype=pl.String))


def _text_of(xml: pl.Series) -> pl.Series:
    """The text of string items: phonetic runs and tags off, entities resolved."""
    text = (
        xml.str.replace_all(r"(?s)<rPh\b.*?</rPh>", "")
        .str.replace_all(r"<[^>]*>", "")
        .str.replace_many(["&lt;", "&gt;", "&quot;", "&apos;", "&amp;"], ["<", ">", '"', "'", "&"])
    )
    numeric = xml.str.contains("&#", literal=True)
    if not numeric.any():
        return text
    return text.to_frame("t").select(
        pl.when(pl.lit(numeric))
        .then(pl.col("t").replace({t: html.unescape(t) for t in text.filter(numeric)}))
        .otherwise("t")
    )["t"]


def _resolved(frames: list[pl.DataFrame], archive: zipfile.ZipFile) -> list[pl.DataFrame]:
    """The frames with every shared string's number replaced by its text, all cells as text."""
    wanted = pl.concat(
        [
            numbers.drop_nulls().unique()
            for frame in frames
            for numbers in map(_shared_numbers, frame.drop("row"))
        ]
    )
    wanted = wanted.unique().sort()
    if wanted.is_empty():
        return frames
    strings = _shared(archive, wanted)
    place = pl.zeros(wanted[-1] + 1, pl.UInt32, eager=True).scatter(
        wanted, pl.int_range(len(wanted), dtype=pl.UInt32, eager=True)
    )
    for number, frame in enumerate(frames):
        frames[number] = frame.with_columns(
            _looked_up(column, place, strings) for column in frame.drop("row")
        )
    return frames


def _shared_numbers(column: pl.Series) -> pl.Series:
    """The numbers of a column's shared strings, null for its other cells."""
    if column.dtype == pl.UInt32:
        return column
    if not column.str.starts_with(SHARED).any():
        return pl.Series(column.name, [], pl.UInt32)
    return _numbers(column.set(~column.str.starts_with(SHARED), None))


def _looked_up(column: pl.Series, place: pl.Series, strings: pl.Series) -> pl.Series:
    numbers = _shared_numbers(column)
    if numbers.is_empty():
        return column.cast(pl.String)
    text = strings.gather(place.gather(numbers)).alias(column.name)
    return text if column.dtype == pl.UInt32 else text.zip_with(numbers.is_not_null(), column)


def read(table: Table, header_row: int, columns: Iterable[int]) -> Text:
    """The wanted columns of a table below its header row, as text, in slices.

    Raises UnreadableFileError where the file breaks off or is not what it says.
    """
    wanted = sorted(set(columns))
    if table.sheet is None:
        return _csv_text(table, header_row, wanted)
    if table.part is not None:
        with contextlib.suppress(_OddError):
            return _sliced(table, table.part, header_row, wanted)
    frame = _whole(table.path, table.sheet).with_row_index("row", offset=1)
    frame = frame.slice(header_row + 1).select("row", *(f"c{column}" for column in wanted))
    return Text([frame], frame.height)


def _sliced(table: Table, part: str, header_row: int, wanted: list[int]) -> Text:
    with _zip(table.path) as archive:
        parts = _parts(archive)
        rows, top, frames = 0, list[int](), list[pl.DataFrame]()
        queue = deque[Future[pl.DataFrame]]()
        with ThreadPoolExecutor(WORKERS) as workers:
            for slice_ in _slices(archive, part):
                top = top or [int(row[1]) for row in _ROW.finditer(slice_)]
                rows += slice_.count(b"<row")
                queue.append(workers.submit(_cells, slice_, wanted, parts))
                if len(queue) > WORKERS:
                    frames.append(queue.popleft().result())
            frames.extend(one.result() for one in queue)
        first, *others = _resolved([frame for frame in frames if frame.height], archive)
        header = tuple(table.top[header_row][column] for column in wanted)
        told = first.drop("row").rows()
        if header not in told:  # a tag that nothing opened parts the rows elsewhere
            raise _OddError
        below = told.index(header) + 1
        above = sum(number <= first["row"][below - 1] for number in top)
        return Text([first.slice(below), *others], rows - above)


# ------------------------------------------------------------------------------------- csv files


def _csv_encoding(path: Path) -> str:
    """UTF-8 where all of the file is, else what Excel writes."""
    decoder, plain = codecs.getincrementaldecoder("utf-8")(), True
    with path.open("rb") as file:
        try:
            while block := file.read(SLICE_BYTES):
                plain = decoder.decode(block).isascii() and plain
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and not plain:
                raise UnreadableFileError(
                    "the file ends in the middle of a letter: download it again."
                ) from error
            return "cp1252"
    return "utf-8-sig"


def _csv_separator(file: TextIO) -> str:
    return max(",;\t|", key=file.readline().count)


def _csv_table(path: Path) -> Table:
    with path.open(encoding=_csv_encoding(path), newline="", errors="replace") as file:
        comma = _csv_separator(file)
        file.seek(0)
        rows = csv.reader(file, delimiter=comma)
        csv.field_size_limit(_CELL_BYTES)
        try:
            top = tuple(
                tuple(cell or None for cell in row)
                for row, _ in zip(rows, range(rules()["layout"]["header_rows"]), strict=False)
            )
        except csv.Error as error:
            raise UnreadableFileError(
                f"not a CSV file we can read ({error}): save it again."
            ) from error
    return Table(path.name, top, path)


def _csv_text(table: Table, header_row: int, wanted: list[int]) -> Text:
    encoding, names = (
        _csv_encoding(table.path),
        [f"c{i}" for i in range(len(table.top[header_row]))],
    )
    with table.path.open(encoding=encoding, errors="replace") as file:
        comma = _csv_separator(file)
    invalid = list[csv_of_arrow.InvalidRow]()

    def odd(row: csv_of_arrow.InvalidRow) -> str:
        invalid.append(row)
        return "skip"

    try:
        cells = csv_of_arrow.read_csv(
            table.path,
            csv_of_arrow.ReadOptions(
                use_threads=False,  # else rows go without a number
                column_names=names,
                skip_rows_after_names=header_row + 1,
                encoding="utf8" if encoding == "utf-8-sig" else encoding,
            ),
            csv_of_arrow.ParseOptions(
                delimiter=comma,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=odd,
            ),
            csv_of_arrow.ConvertOptions(
                include_columns=[f"c{index}" for index in wanted],
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            f"not a CSV file we can read ({error}): save it again."
        ) from error
    height = cells.num_rows + len(invalid)
    rows = pl.int_range(header_row + 2, header_row + 2 + height, dtype=pl.UInt32, eager=True)
    odd_rows = {row.number for row in invalid}
    frame = pl.DataFrame(cells).insert_column(0, rows.filter(~rows.is_in(odd_rows)).alias("row"))
    padded = [
        {"row": row.number} | {f"c{n}": text or None for n, text in enumerate(_split(row, comma))}
        for row in _ended_early(invalid)
    ]
    frame = pl.concat([frame, pl.DataFrame(padded, frame.schema)]).sort("row")
    return Text([frame], height, tuple(sorted(odd_rows - {row["row"] for row in padded})))


def _ended_early(invalid: list[csv_of_arrow.InvalidRow]) -> list[csv_of_arrow.InvalidRow]:
    """The rows whose last cells were left out as they are empty, as Excel writes some.

    Two short rows that are one row's cells together are that row, parted by a line break.
    """
    cells = {row.number: row.actual_columns for row in invalid}
    return [
        row
        for row in invalid
        if row.actual_columns < row.expected_columns
        and not any(
            row.actual_columns + cells.get(row.number + step, 0) == row.expected_columns + 1
            for step in (-1, 1)
        )
    ]


def _split(row: csv_of_arrow.InvalidRow, comma: str) -> list[str]:
    return next(csv.reader(io.StringIO(row.text, newline=""), delimiter=comma))
