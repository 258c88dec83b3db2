"""Tables as files: CSV, Excel, Parquet. A small one as bytes, any number of filings on disk.

Text from DOL's files stays text in every one of them: no spreadsheet runs it as a formula.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import IO

import polars as pl

from loaders.listings import inert
from loaders.schema import Filing

EXCEL_ROWS = 1_048_576
"""What a sheet of Excel holds, with its header."""
_OF_PEOPLE = ("country_of_citizenship", "class_of_admission")
ROWS = tuple(name for name in Filing.column_names() if name not in _OF_PEOPLE)
"""The columns of filings that leave the dashboard: nothing that is of the worker."""

_KINDS = {
    "rate": r"(\w+_)?(rate|share)(_\w+)?|(\w+_)?percentile",
    "ratio": r"(\w+_)?ratio|from|score(_\w+)?|volume|consistency|recency|certification|pay|perm",
    "whole": r"(\w+_)?(p\d\d|median)(_days)?|annual_\w+",
}
_EXCEL = {"year": "0", "rate": "0.0%", "ratio": "0.00", "whole": "#,##0", "count": "#,##0"}
_LITERAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@cache
def kind(name: str, values: pl.DataType) -> str:
    """What a column's numbers are, by its name, for whoever shows or writes them.

    `year`, `rate` (read as per cent), `ratio` (two decimals, a score too), `whole` (dollars or
    days), `count`; `given` is shown as it stands: a listing's own pay, and what is no number.
    """
    if values.is_integer():
        return "year" if name == "fiscal_year" else "count"
    if not values.is_float() and values != pl.Null:
        return "given"
    return next((one for one, names in _KINDS.items() if re.fullmatch(names, name)), "given")


def csv(table: pl.DataFrame) -> bytes:
    """The table as CSV, rounded; text that a spreadsheet would run begins with an apostrophe."""
    return _flat(table).with_columns(inert(pl.col(pl.String))).write_csv().encode()


def parquet(table: pl.DataFrame, about: Mapping[str, str] | None = None) -> bytes:
    """The table as Parquet, with what is said about it as metadata of the file."""
    file = io.BytesIO()
    table.write_parquet(file, metadata=dict(about or {}))
    return file.getvalue()


def xlsx(
    table: pl.DataFrame,
    columns: Mapping[str, str] | None = None,
    about: Mapping[str, str] | None = None,
    *,
    sheet: str = "Numbers",
) -> bytes:
    """The table as a workbook: the named columns, or all, and a sheet of what is said of it.

    Text cells are text whatever they begin with; rates stay numbers and read as per cent. Numbers
    are rounded as in a CSV.
    """
    import xlsxwriter  # noqa: PLC0415 - a tenth of a second of every start

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _LITERAL | {"in_memory": True}) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        page = book.add_worksheet(sheet)
        said = columns or dict.fromkeys(table.columns)
        flat = _flat(table.select(one for one in said if one in table.columns))
        for at, (name, values) in enumerate(flat.schema.items()):
            form = book.add_format({"num_format": _format(name, table.schema[name])})
            page.write_string(0, at, said[name] or name, bold)
            page.set_column(at, at, _width(flat[name], said[name] or name), form)
            if values == pl.String:
                for row, value in enumerate(flat[name], start=1):
                    if value is not None:
                        page.write_string(row, at, value)
            else:
                page.write_column(1, at, [_finite(one) for one in flat[name]], form)
        page.freeze_panes(1, 0)
        if about:
            told = book.add_worksheet("About")
            told.set_column(0, 0, 16, bold)
            told.set_column(1, 1, 110, wrap)
            for row, (name, value) in enumerate(about.items()):
                told.write_string(row, 0, name)
                told.write_string(row, 1, value)
    return file.getvalue()


def _flat(table: pl.DataFrame) -> pl.DataFrame:
    """Numbers rounded; lists as text, closed sets of values too: no sheet has them otherwise."""
    table = table.with_columns(_rounded(one) for one in table if one.dtype.is_float())
    nested = [name for name, values in table.schema.items() if values.is_nested()]
    closed = [name for name, one in table.schema.items() if one in {pl.Enum, pl.Categorical}]
    lists = (
        pl.col(name).cast(pl.List(pl.String)).list.join(", ")
        if table.schema[name] == pl.List
        else pl.col(name).struct.json_encode()
        for name in nested
    )
    return table.with_columns(*lists, pl.col(closed).cast(pl.String))


def _rounded(numbers: pl.Series) -> pl.Series:
    """Dollars and days whole, rates and ratios to four decimals."""
    of = kind(numbers.name, numbers.dtype)
    if of == "whole":
        return numbers.round().cast(pl.Int64, strict=False)
    return numbers if of == "given" else numbers.round(4)


def _finite(value: object) -> object:
    return None if isinstance(value, float) and value - value != 0 else value


def _format(name: str, values: pl.DataType) -> str:
    return "yyyy-mm-dd" if values.is_temporal() else _EXCEL.get(kind(name, values), "General")


def _width(values: pl.Series, header: str) -> int:
    longest = values.str.len_chars().max() if values.dtype == pl.String else 10
    return min(60, max(len(header), int(longest or 0) if isinstance(longest, int) else 0) + 2)


# --------------------------------------------------------------------------- all rows, on disk


def write_csv(filings: pl.LazyFrame, path: Path) -> None:
    """All rows to a CSV, streamed; a zip of one where the name of the path ends so."""
    safe = filings.with_columns(inert(pl.col(pl.String)))
    if path.suffix != ".zip":
        safe.sink_csv(path)
        return
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as folder,
        folder.open(path.stem, "w", force_zip64=True) as file,
    ):
        safe.sink_csv(file)


def write_parquet(filings: pl.LazyFrame, path: Path) -> None:
    """All rows to a Parquet, streamed."""
    filings.sink_parquet(path)


def write_xlsx(filings: pl.LazyFrame, path: Path) -> None:
    """The rows to a workbook of one sheet, up to the end of what Excel holds, streamed.

    Written as text by Polars: a library that visits each cell takes minutes for a year of LCAs.
    """
    schema = filings.collect_schema()
    head = "".join(_text(name) for name in schema)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in _BOOK.items():
            book.writestr(name, content)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"{_SHEET}<sheetData><row>{head}</row>".encode())
            _write_rows(sheet, filings.head(EXCEL_ROWS - 1).collect_batches(), schema)
            sheet.write(b"</sheetData></worksheet>")


def _write_rows(sheet: IO[bytes], batches: Iterable[pl.DataFrame], schema: pl.Schema) -> None:
    cells = [_cell(name, values) for name, values in schema.items()]
    for batch in batches:
        lines = batch.select(pl.concat_str(pl.lit("<row>"), *cells, pl.lit("</row>"))).to_series()
        sheet.write("".join(lines).encode())


def _cell(name: str, values: pl.DataType) -> pl.Expr:
    """The cell of a column; an empty one where there is no value."""
    value = pl.col(name)
    if values.is_temporal():
        days = (value.cast(pl.Date) - pl.date(1899, 12, 30)).dt.total_days()
        cell = pl.format('<c s="1"><v>{}</v></c>', days)
    elif values == pl.Boolean:
        cell = pl.format('<c t="b"><v>{}</v></c>', value.cast(pl.Int8))
    elif values.is_numeric():
        finite = value.is_finite() if values.is_float() else pl.lit(value=True)
        cell = pl.when(finite).then(pl.format("<c><v>{}</v></c>", value))
    else:
        text = value.cast(pl.String).str.replace_all(_ILLEGAL, "").str.head(_CELL)
        safe = text.str.replace_many(list(_ENTITIES), list(_ENTITIES.values()))
        cell = pl.format('<c t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>', safe)
    return cell.fill_null("<c/>")


def _text(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


_ILLEGAL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]"
_CELL = 32_767
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OF = "http://schemas.openxmlformats.org"
_MAIN = f"{_OF}/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LINK = f"{_OF}/officeDocument/2006/relationships"
_SHEET = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews>"
)
_BOOK = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_OF}/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_OF}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}">'
    '<sheets><sheet name="Filings" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_OF}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_LINK}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINK}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}  # fmt: skip
