"""A report as slides: native charts that PowerPoint edits, a picture where a figure is more."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from textwrap import shorten, wrap
from typing import Any

import polars as pl
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_PATTERN
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from charts import drawn, export, theme
from charts.report import DOL, METHOD, SAMPLE, Report, View, definitions_of, shown
from loaders import tables

_INK, _MUTED = theme.INK["light"], theme.MUTED["light"]
_DENIED = "#C2410C"
_LEFT, _WIDE = Inches(0.5), Inches(12.333)
_CHART_TOP, _CHART_HIGH = Inches(1.75), Inches(4.6)
_ONE_LINE = 70
"""Letters of a headline that are surely one line."""
_ROWS, _COLUMNS = 14, 9
"""Of a table, what a slide has room for."""
_TITLE_ONLY = 5


def pptx(report: Report) -> bytes:
    """The report as PowerPoint, 16:9: a title, a slide a view in their order, the method.

    Bars, stacked bars and lines are native charts with the numbers in them; other figures are
    pictures where there is a Chromium, and the table behind them where there is none.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    properties = deck.core_properties
    properties.title, properties.author = report.question, "Filing History"
    properties.created = properties.modified = datetime.now(UTC)
    _first(deck, report)
    pictures = _pictures(report.views)
    for view in report.views:
        _one(deck, view, pictures.get(view.id))
    for number, lines in enumerate(_sheets(_method(report))):
        _told(deck, "Method" if number == 0 else "Method, continued", lines, sample=report.sample)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _pictures(views: Sequence[View]) -> dict[str, bytes]:
    """The figures that no native chart can be, as PNG, where there is a browser."""
    more = [one for one in views if not drawn.panels(one.figure)]
    if not more or export.browser() is None:
        return {}
    made = export.pictures([one.figure for one in more], "png")
    return {one.id: picture for one, picture in zip(more, made, strict=True)}


# ---------------------------------------------------------------------------------------- slides


def _slide(deck: Any, title: str, *, sample: bool) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = _LEFT, Inches(0.35), _WIDE, Inches(0.95)
    size = 26 if len(title) < 90 else 20 if len(title) < 190 else 15  # noqa: PLR2004
    _write(head, title, size=size, bold=True, anchor=MSO_ANCHOR.TOP)
    if sample:
        band = _box(slide, (Inches(7.8), Inches(0.06), Inches(5.1), Inches(0.28)), SAMPLE, size=11)
        band.fill.solid()
        band.fill.fore_color.rgb = _rgb(_DENIED)
        band.text_frame.paragraphs[0].runs[0].font.color.rgb = _rgb("#FFFFFF")
        across = _box(
            slide, (Inches(2.2), Inches(3.4), Inches(9), Inches(1.2)), "SAMPLE DATA", size=66,
            colour="#E9ECF0",
        )  # fmt: skip
        across.rotation = -15
        across.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    return slide


def _first(deck: Any, report: Report) -> None:
    slide = _slide(deck, report.question, sample=report.sample)
    head = slide.shapes.title
    head.top, head.height = Inches(2.2), Inches(1.6)
    head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    head.text_frame.paragraphs[0].runs[0].font.size = Pt(34 if len(report.question) < 90 else 24)  # noqa: PLR2004
    _box(slide, (_LEFT, Inches(4.0), _WIDE, Inches(1.5)), *report.heading, size=18, colour=_MUTED)


def _one(deck: Any, view: View, picture: bytes | None) -> None:
    slide = _slide(deck, view.headline, sample=view.sample)
    # A headline of one line leaves room for the answer of the page.
    answer = shorten(view.answer, 260, placeholder="…") if len(view.headline) < _ONE_LINE else ""
    if answer:
        _box(slide, (_LEFT, Inches(0.88), _WIDE, Inches(0.5)), answer, size=14)
    _box(
        slide, (_LEFT, Inches(1.36), _WIDE, Inches(0.36)),
        shorten(view.below, 150, placeholder="…"), size=13, colour=_MUTED,
    )  # fmt: skip
    panels = drawn.panels(view.figure)
    if panels:
        each = _WIDE // len(panels)
        for number, panel in enumerate(panels):
            alt = f"{panel.title}: {view.alt}" if panel.title else view.alt
            at = (_LEFT + each * number, _CHART_TOP, each, _CHART_HIGH)
            _described(_chart(slide, panel, at), alt)
    elif picture:
        _described(_picture(slide, picture), view.alt)
    else:
        _described(_table(slide, view.table, view.columns), view.alt)
    _footer(slide, view, "" if answer == view.answer else view.answer)


def _footer(slide: Any, view: View, answer: str) -> None:
    """The `answer` where it stands nowhere else, source and definition, and the view's link."""
    notes = [one for one in drawn.notes(view.figure) if one]
    told = [shorten(answer, 450, placeholder="…")] if answer else []
    said = " ".join([*told, f"{view.source}.", *notes, view.note, view.counted, view.definition])
    size = 10 if len(said) <= 640 else 8  # noqa: PLR2004 - what four lines of 10 points hold
    box = _box(
        slide, (_LEFT, Inches(6.42), _WIDE, Inches(0.95)), shorten(said, 1_300, placeholder="…"),
        size=size, colour=_MUTED,
    )  # fmt: skip
    if view.link:
        _linked(box.text_frame.add_paragraph(), "Open this view", view.link, size=size)


def _described(shape: Any, alt: str) -> None:
    """The words for those who do not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", drawn.seen(alt))  # noqa: SLF001


def _picture(slide: Any, picture: bytes) -> Any:
    """The picture as large as fits, in the middle."""
    shape = slide.shapes.add_picture(io.BytesIO(picture), _LEFT, _CHART_TOP)
    shrunk = min(_WIDE / shape.width, _CHART_HIGH / shape.height)
    shape.width, shape.height = Emu(int(shape.width * shrunk)), Emu(int(shape.height * shrunk))
    shape.left = Emu((_LEFT * 2 + _WIDE - shape.width) // 2)
    return shape


def _table(slide: Any, table: pl.DataFrame, columns: Mapping[str, str]) -> Any:
    header, rows = shown(table.head(_ROWS), columns)
    cells = [row[:_COLUMNS] for row in [header, *rows]]
    high = Inches(0.3) * len(cells)
    shape = slide.shapes.add_table(len(cells), len(cells[0]), _LEFT, _CHART_TOP, _WIDE, high)
    for at, row in enumerate(cells):
        for column, value in enumerate(row):
            cell = shape.table.cell(at, column)
            cell.text = drawn.seen(value)
            cell.text_frame.paragraphs[0].font.size = Pt(11)
    return shape


# ---------------------------------------------------------------------------------------- charts


def _chart(slide: Any, panel: drawn.Panel, at: tuple[int, int, int, int]) -> Any:
    data = CategoryChartData(number_format=panel.numbers)
    data.categories = panel.categories
    for one in panel.series:
        data.add_series(one.name, one.values)
    shape = slide.shapes.add_chart(_KINDS[panel.kind, panel.stacked], *at, data)
    chart = shape.chart
    chart.part.chart_workbook.update_from_xlsx_blob(_numbers(panel))
    chart.font.size, chart.font.color.rgb = Pt(12), _rgb(_INK)
    chart.has_title = bool(panel.title)
    if panel.title:
        chart.chart_title.text_frame.text = panel.title
        chart.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(13)
    chart.has_legend = len(panel.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _axes(chart, panel)
    plot = chart.plots[0]
    if panel.kind != "lines":
        plot.gap_width = 40
        plot.overlap = 100 if panel.stacked else 0
    if panel.kind == "bars" and len(panel.series) == 1:
        plot.has_data_labels = True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = (
            panel.numbers, False,
        )  # fmt: skip
    for series, one in zip(plot.series, panel.series, strict=True):
        _coloured(series, one, lines=panel.kind == "lines")
    return shape


def _numbers(panel: drawn.Panel) -> bytes:
    """The workbook behind a chart: python-pptx would make formulas of names that begin with =."""
    series = {f"series {n}": one for n, one in enumerate(panel.series)}
    table = pl.DataFrame(
        {"category": panel.categories, **{name: one.values for name, one in series.items()}},
        strict=False,
    )
    said = {"category": "", **{name: one.name for name, one in series.items()}}
    return tables.xlsx(table, said, sheet="Sheet1")


_KINDS = {
    ("columns", True): XL_CHART_TYPE.COLUMN_STACKED,
    ("columns", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("bars", True): XL_CHART_TYPE.BAR_STACKED,
    ("bars", False): XL_CHART_TYPE.BAR_CLUSTERED,
    ("lines", False): XL_CHART_TYPE.LINE_MARKERS,
}
_HATCHES = {
    "/": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "\\": MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL,
    ".": MSO_PATTERN.PERCENT_20,
    "x": MSO_PATTERN.DIAGONAL_CROSS,
}


def _axes(chart: Any, panel: drawn.Panel) -> None:
    numbers, names = chart.value_axis, chart.category_axis
    numbers.tick_labels.number_format, numbers.tick_labels.number_format_is_linked = (
        panel.numbers, False,
    )  # fmt: skip
    known = [value for one in panel.series for value in one.values if value is not None]
    if panel.kind != "lines" or "%" in panel.numbers or not known or min(known) >= 0:
        numbers.minimum_scale = 0
    if "%" in panel.numbers:
        numbers.maximum_scale = 1 if max(known, default=0) > 0.5 or panel.stacked else None  # noqa: PLR2004
    numbers.major_gridlines.format.line.color.rgb = _rgb(theme.GRID["light"])
    numbers.format.line.fill.background()
    numbers.has_title = bool(panel.axis)
    if panel.axis:
        numbers.axis_title.text_frame.text = panel.axis
        run = numbers.axis_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold, run.font.color.rgb = Pt(11), False, _rgb(_MUTED)
    names.format.line.color.rgb = _rgb(_MUTED)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if panel.kind == "bars":
        names.reverse_order = True
        names.tick_labels.font.size = Pt(11)


def _coloured(series: Any, one: drawn.Series, *, lines: bool) -> None:
    if lines:
        series.smooth = False
        series.format.line.color.rgb = _rgb(one.colours[0])
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = _rgb(one.colours[0])
        return
    _fill(series.format, one.colours[0], one.hatch)
    for at, colour in enumerate(one.colours):
        if colour != one.colours[0] and one.values[at] is not None:
            _fill(series.points[at].format, colour, one.hatch)


def _fill(form: Any, colour: str, hatch: str) -> None:
    if hatch in _HATCHES:
        form.fill.patterned()
        form.fill.pattern = _HATCHES[hatch]
        white = colour.upper() == "#FFFFFF"
        form.fill.fore_color.rgb = _rgb("#FFFFFF" if not white else _MUTED)
        form.fill.back_color.rgb = _rgb(colour)
    else:
        form.fill.solid()
        form.fill.fore_color.rgb = _rgb(colour)
    if hatch or min(int(colour[at : at + 2], 16) for at in (1, 3, 5)) > 160:  # noqa: PLR2004 - pale
        form.line.color.rgb = _rgb(_MUTED)
        form.line.width = Pt(0.5)


# ------------------------------------------------------------------------------------------ text


def _method(report: Report) -> list[tuple[str, str]]:
    """Lines of the last slide, each with its link or none."""
    said = [(METHOD, "")]
    said += [(f"{title}: {text}", "") for title, text in definitions_of(report)]
    said += [(f"Files of DOL: {', '.join(report.releases) or 'none'}.", ""), (DOL, DOL)]
    said += [(f"Open: {one.headline}", one.link) for one in report.views if one.link]
    return said


def _sheets(lines: Sequence[tuple[str, str]], most: int = 30) -> Iterator[list[tuple[str, str]]]:
    """The lines in as many slides as they need; one that is too long for a slide is cut in two."""
    cut = [
        (" ".join(wrapped[at : at + most - 2]), link)
        for text, link in lines
        for wrapped in [wrap(text, 165)]
        for at in range(0, len(wrapped), most - 2)
    ]
    sheet = list[tuple[str, str]]()
    high = 0
    for text, link in cut:
        needs = len(wrap(text, 165)) + 1
        if sheet and high + needs > most:
            yield sheet
            sheet = list[tuple[str, str]]()
            high = 0
        sheet.append((text, link))
        high += needs
    yield sheet


def _told(deck: Any, title: str, lines: Sequence[tuple[str, str]], *, sample: bool) -> None:
    slide = _slide(deck, title, sample=sample)
    box = _box(slide, (_LEFT, Inches(1.2), _WIDE, Inches(5.9)))
    for number, (text, link) in enumerate(lines):
        frame = box.text_frame
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(5)
        _linked(paragraph, text, link, size=12)


def _box(
    slide: Any, at: tuple[int, int, int, int], *lines: str, size: int = 12, colour: str = _INK
) -> Any:
    box = slide.shapes.add_textbox(*at)
    box.text_frame.word_wrap = True
    for number, line in enumerate(lines):
        frame = box.text_frame
        _linked(
            frame.paragraphs[0] if number == 0 else frame.add_paragraph(), line, "", size=size,
            colour=colour,
        )  # fmt: skip
    return box


def _linked(paragraph: Any, text: str, link: str, *, size: int, colour: str = _INK) -> None:
    run = paragraph.add_run()
    run.text = drawn.seen(text)
    run.font.size = Pt(size)
    if link:
        run.hyperlink.address = link
    else:
        run.font.color.rgb = _rgb(colour)


def _write(shape: Any, text: str, *, size: int, bold: bool, anchor: Any) -> None:
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, anchor
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    _linked(paragraph, text, "", size=size)
    paragraph.runs[0].font.bold = bold


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())
