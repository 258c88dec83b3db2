"""Files that leave the dashboard: tables, all rows, pictures, reports. Opened again and read."""

import io
import os
import re
import zipfile
from datetime import date
from html import unescape

import fastexcel
import plotly.graph_objects as go
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from pptx import Presentation
from pypdf import PdfReader

from charts import counts, drawn, export, report, roles, slides, theme
from loaders import lake, tables
from loaders.build import build
from loaders.schema import Filing
from tests.conftest import case

HOSTILE = ["<img src=x onerror=alert(1)>", "**X**", "$a$", "=CMD()", "+1", "-1", "@x"]
EMPLOYERS = pl.DataFrame(
    {
        "label": HOSTILE,
        "cases": [90, 80, 70, 60, 50, 40, 30],
        "share": [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, None],
    }
)
COLUMNS = {"label": "Employer", "cases": "Cases", "share": "Share"}
PERIODS = pl.DataFrame(
    {
        "fiscal_year": [2022, 2023, 2022, 2023],
        "quarter": [None] * 4,
        "program": ["lca", "lca", "perm", "perm"],
        "cases": [50, 70, 20, 30],
        "positions": [55, 77, None, None],
    },
    schema_overrides={"quarter": pl.Int32},
)
LINK = "http://localhost:8501/role?role=Nurse&years=FY2022"


@pytest.fixture
def browser() -> str:
    found = export.browser()
    if not found:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: CI needs it")
        pytest.skip("no Chromium on this machine")
    return found


@pytest.fixture
def no_browser(monkeypatch, tmp_path):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))


def bars(*, sample: bool = False, dark: bool = False) -> go.Figure:
    caption = roles.Caption(
        "Employers <b>", (HOSTILE[0], "PERM"), "DOL to 30 Jun 2025", sample=sample, dark=dark
    )
    return roles.bars(EMPLOYERS, labels=HOSTILE, caption=caption)


def stacked(*, sample: bool = False) -> go.Figure:
    return counts.by_period(
        PERIODS, split="program", quarters=False, years=(2021, 2023),
        partial={2023: {"lca": "to 30 Jun 2023", "perm": "to 30 Jun 2023"}}, loaded=[2022, 2023],
        breaks={2023: "LCA: SOC 2018"}, sample=sample,
    )  # fmt: skip


def dots() -> go.Figure:
    spread = pl.DataFrame(
        {"fiscal_year": [2022], "cases": [9], "p10": [1e5], "median": [1.2e5], "p90": [1.4e5]}
    )
    return roles.bands(
        spread, by="fiscal_year", unit="US dollars a year", years=(2021, 2023),
        caption=roles.Caption("Wages"),
    )  # fmt: skip


def view(figure: go.Figure, headline: str, table: pl.DataFrame = EMPLOYERS, **more) -> report.View:
    said = {
        "columns": COLUMNS, "alt": f"Bars of {HOSTILE[0]}", "definition": f"Cases of {HOSTILE[1]}.",
        "counted": "420 cases of 500.", "releases": ("LCA FY2022",),
        "source": "DOL OFLC disclosure data to 30 Jun 2025", "link": LINK,
    }  # fmt: skip
    return report.View(headline, headline, figure, table, **(said | more))


def made(*views: report.View) -> report.Report:
    return report.Report(f"Who is {HOSTILE[0]}?", date(2026, 11, 21), views)


# ------------------------------------------------------------------------------------- tables


def test_no_cell_of_a_csv_is_a_formula_and_its_text_stands_behind_an_apostrophe():
    read = pl.read_csv(tables.csv(EMPLOYERS))
    assert read["label"].to_list() == HOSTILE[:3] + [f"'{one}" for one in HOSTILE[3:]]
    assert read["cases"].to_list() == EMPLOYERS["cases"].to_list()


def test_a_workbook_has_names_as_text_and_numbers_as_numbers_and_says_how_they_were_made():
    book = tables.xlsx(EMPLOYERS, COLUMNS, {"Definition": "=1+1"})
    parts = zipfile.ZipFile(io.BytesIO(book))
    assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    read = fastexcel.read_excel(book)
    sheet = read.load_sheet("Numbers").to_polars()
    assert sheet.columns == list(COLUMNS.values())
    assert sheet["Employer"].to_list() == HOSTILE
    assert sheet["Share"].to_list() == EMPLOYERS["share"].to_list()
    about = read.load_sheet("About", header_row=None).to_polars()
    assert about.rows() == [("Definition", "=1+1")]


def test_dollars_and_days_are_whole_and_rates_have_four_decimals_in_every_file():
    table = pl.DataFrame(
        {"p10": [115500.00000000001, 193611.925], "median_days": [412.5, None],
         "score_pay": [0.8620000000000001, 0.5], "market_percentile": [0.09333333333333334, None],
         "rate": [120.123456, -0.5], "pay_low": [45.255, 12100.5]}
    )  # fmt: skip
    csv = tables.csv(table).decode().splitlines()
    assert csv[1:] == ["115500,412,0.862,0.0933,120.1235,45.255", "193612,,0.5,,-0.5,12100.5"]
    sheet = fastexcel.read_excel(tables.xlsx(table)).load_sheet(0).to_polars()
    assert sheet.rows() == [
        (115500, 412, 0.862, 0.0933, 120.1235, 45.255),
        (193612, None, 0.5, None, -0.5, 12100.5),
    ]


def test_what_a_column_is_tells_its_name_and_not_its_largest_number():
    days = pl.DataFrame({"p10": [45.5], "median": [77.6], "p90": [120.4]})
    assert tables.csv(days).decode().splitlines()[1:] == ["46,78,120"]
    odd = pl.DataFrame({"annual_wage": [99.4], "pay_ratio": [130.22], "rate_lca": [1.5]})
    assert tables.csv(odd).decode().splitlines()[1:] == ["99,130.22,1.5"]


def test_a_rate_is_per_cent_in_excel_by_whichever_name_and_a_ratio_has_two_decimals():
    rates = ("rate", "share_I", "certified_rate", "certification_rate", "withdrawn_share",
             "market_percentile", "rate_perm")  # fmt: skip
    ratios = ("score", "score_pay", "volume", "pay", "ratio", "pay_ratio", "from")
    forms = dict.fromkeys(rates, "0.0%") | dict.fromkeys(ratios, "0.00")
    forms |= {"market_p10": "#,##0", "wait_median": "#,##0", "pay_low": "General"}
    assert {name: tables._format(name, pl.Float64()) for name in forms} == forms


def test_what_is_no_number_leaves_no_file_broken():
    table = pl.DataFrame({"p10": [float("nan"), float("inf"), 500.4], "none": [None] * 3})
    assert tables.csv(table).decode().splitlines()[1:] == [",", ",", "500,"]


def test_a_parquet_is_the_table_itself():
    said = {"Title": "T"}
    file = io.BytesIO(tables.parquet(EMPLOYERS, said))
    assert pl.read_parquet(file).equals(EMPLOYERS)
    assert pl.read_parquet_metadata(file)["Title"] == "T"


def test_lists_and_closed_values_come_out_as_text():
    table = pl.DataFrame(
        {"quarters": [[1, 2]], "status": ["denied"]},
        schema_overrides={"status": pl.Enum(["denied"])},
    )
    assert tables.csv(table).decode() == 'quarters,status\n"1, 2",denied\n'
    assert fastexcel.read_excel(tables.xlsx(table)).load_sheet(0).to_polars().rows() == [
        ("1, 2", "denied")
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=40)))
def test_any_text_makes_a_workbook_that_opens_with_it(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("any") / "x.xlsx"
    tables.write_xlsx(pl.LazyFrame({"name": texts, "n": range(len(texts))}), path)
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    rows = etree.fromstring(sheet).findall(".//{*}row")[1:]
    # XML reads a carriage return as a new line.
    wanted = [re.sub("\r\n?", "\n", re.sub(tables._ILLEGAL, "", one)) for one in texts]
    assert [row.findtext("{*}c/{*}is/{*}t") or "" for row in rows] == wanted


# --------------------------------------------------------------------------------------- rows


@pytest.fixture
def filings(workbook, tmp_path) -> pl.LazyFrame:
    rows = [case(number=n, employer_name=f"={HOSTILE[n % 3]}") for n in range(40)]
    workbook("a.xlsx", "lca/2020", rows)
    build(tmp_path / "raw", tmp_path / "lake")
    return lake.filings(tmp_path / "lake").select(tables.ROWS)


def test_rows_hold_nothing_of_people_and_no_tax_number():
    assert set(Filing.column_names()) - set(tables.ROWS) == {
        "country_of_citizenship",
        "class_of_admission",
    }
    assert not [name for name in tables.ROWS if "fein" in name]


def test_all_rows_are_in_every_file(filings, tmp_path):
    wanted = filings.collect()
    tables.write_parquet(filings, tmp_path / "x.parquet")
    assert pl.read_parquet(tmp_path / "x.parquet").equals(wanted)
    tables.write_csv(filings, tmp_path / "x.csv")
    plain = pl.read_csv(tmp_path / "x.csv", infer_schema=False)
    assert plain["case_number"].to_list() == wanted["case_number"].to_list()
    assert plain["employer_name"].str.starts_with("'=").all()
    tables.write_csv(filings, tmp_path / "x.csv.zip")
    assert zipfile.ZipFile(tmp_path / "x.csv.zip").read("x.csv") == (
        (tmp_path / "x.csv").read_bytes()
    )
    tables.write_xlsx(filings, tmp_path / "x.xlsx")
    sheet = fastexcel.read_excel(tmp_path / "x.xlsx").load_sheet("Filings").to_polars()
    assert sheet.columns == list(tables.ROWS)
    assert sheet["employer_name"].to_list() == wanted["employer_name"].to_list()
    assert sheet["annual_wage"].to_list() == wanted["annual_wage"].to_list()
    assert sheet["decision_date"].cast(pl.Date).to_list() == wanted["decision_date"].to_list()


def test_a_workbook_ends_where_excel_does(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "EXCEL_ROWS", 11)
    tables.write_xlsx(pl.LazyFrame({"n": range(40)}), tmp_path / "x.xlsx")
    sheet = fastexcel.read_excel(tmp_path / "x.xlsx").load_sheet(0).to_polars()
    assert sheet["n"].to_list() == list(range(10))


# ------------------------------------------------------------------------------------- figures


def test_a_stacked_figure_is_read_back_with_its_numbers_gaps_and_partial_years():
    (panel,) = drawn.panels(stacked())
    assert (panel.kind, panel.stacked) == ("columns", True)
    assert panel.categories == ("FY2021 (no file)", "FY2022", "FY2023 (partial)")
    assert [(one.name, one.values) for one in panel.series] == [
        ("LCA", (None, 50, 70)),
        ("PERM", (None, 20, 30)),
    ]
    assert panel.series[0].colours[1] == theme.LOOKS["program"]["lca"][0]
    assert panel.series[0].colours[2] != panel.series[0].colours[1]
    assert drawn.notes(stacked()) == ["LCA: SOC 2018 from FY2023 on."]


def test_a_figure_of_several_programs_is_a_panel_each():
    mix = pl.DataFrame(
        {"program": ["lca", "perm"], "fiscal_year": [2022, 2022], "level": ["II", "II"],
         "cases": [5, 7], "share": [1.0, 1.0]}
    )  # fmt: skip
    found = drawn.panels(roles.levels(mix, years=(2021, 2022), caption=roles.Caption("L")))
    assert [(one.title, one.categories) for one in found] == [
        ("LCA", ("FY2021", "FY2022")),
        ("PERM", ("FY2021", "FY2022")),
    ]


def test_months_without_a_case_keep_their_place_on_the_axis():
    months = pl.DataFrame(
        {"month": [date(2021, 9, 1), date(2022, 1, 1)], "program": ["perm"] * 2, "cases": [5, 7]}
    )
    (panel,) = drawn.panels(roles.by_month(months, split="program", caption=roles.Caption("M")))
    assert panel.categories == ("Sep 2021", "Oct 2021", "Nov 2021", "Dec 2021", "Jan 2022")
    assert panel.series[0].values == (5, None, None, None, 7)


def test_lines_are_lines_and_their_gaps_stay_gaps():
    figure = go.Figure()
    figure.add_scatter(x=[2021, 2023], y=[0.5, 0.7], mode="lines+markers", name="A &amp; B")
    figure.update_xaxes(tickvals=[2021, 2022, 2023], ticktext=["FY2021", "FY2022", "FY2023"])
    (panel,) = drawn.panels(figure)
    assert (panel.kind, panel.series[0].name) == ("lines", "A & B")
    assert panel.series[0].values == (0.5, None, 0.7)


def test_bands_and_dots_are_no_bars():
    assert drawn.panels(dots()) == []


def test_a_figure_as_a_page_fetches_nothing_and_holds_names_as_text():
    page = export.html(bars(), HOSTILE[0]).decode()
    tree = html.document_fromstring(page)
    assert not tree.xpath("//*[@src or self::link or self::iframe]")
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]
    assert tree.findtext(".//title") == HOSTILE[0]


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_there_is_none():
    assert export.browser() is None


@pytest.mark.usefixtures("browser")
@pytest.mark.browser
def test_a_picture_is_a_png_or_an_svg_with_names_as_text():
    (png,) = export.pictures([bars()], "png")
    assert png.startswith(b"\x89PNG")
    (svg,) = export.pictures([bars(sample=True)], "svg")
    said = " ".join(etree.fromstring(svg).itertext())
    for name in HOSTILE:
        assert name in unescape(said)
    assert "SAMPLE DATA" in said
    assert "DOL to 30 Jun 2025" in said


# -------------------------------------------------------------------------------------- slides


def opened(whole: report.Report) -> list:
    return list(Presentation(io.BytesIO(slides.pptx(whole))).slides)


def text(slide) -> str:
    return "\n".join(one.text_frame.text for one in slide.shapes if one.has_text_frame)


def charts_of(slide) -> list:
    return [one for one in slide.shapes if one.has_chart]


def test_slides_have_the_numbers_of_the_table_in_charts_that_can_be_edited():
    first, one, two, last = opened(made(view(bars(), "A"), view(stacked(), "B", PERIODS)))
    assert [each.shapes.title.text_frame.text for each in (first, one, two, last)] == [
        f"Who is {HOSTILE[0]}?", "A", "B", "Method",
    ]  # fmt: skip
    (chart,) = charts_of(one)
    plot = chart.chart.plots[0]
    assert list(plot.categories) == HOSTILE
    assert list(plot.series[0].values) == EMPLOYERS["cases"].to_list()
    plot = charts_of(two)[0].chart.plots[0]
    assert sum(v or 0 for one in plot.series for v in one.values) == PERIODS["cases"].sum()
    assert {one.name: one.values[1] for one in plot.series} == {"LCA": 50, "PERM": 20}


def test_the_answer_of_a_page_stands_once_on_its_slide_below_a_short_headline_or_else_in_the_footer():
    said = "4 of 5 were certified, 80.0% (n = 5)."
    for headline, points in (("A", 14), ("A headline that goes on " * 5, 10)):
        _, slide, _ = opened(made(view(bars(), headline.strip(), answer=said)))
        (box,) = [one for one in slide.shapes if one.has_text_frame and said in one.text_frame.text]
        assert box.text_frame.paragraphs[0].runs[0].font.size.pt == points


def test_the_workbook_behind_a_chart_runs_nothing():
    (chart,) = charts_of(opened(made(view(bars(), "A")))[1])
    blob = chart.chart.part.chart_workbook.xlsx_part.blob
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(blob)).read("xl/worksheets/sheet1.xml")
    sheet = fastexcel.read_excel(blob).load_sheet("Sheet1", header_row=None).to_polars()
    assert sheet.to_series().drop_nulls().to_list()[-7:] == HOSTILE


def test_each_slide_says_source_definition_and_link_and_its_chart_is_described():
    slide = opened(made(view(bars(), "A")))[1]
    said = text(slide)
    assert "DOL OFLC disclosure data to 30 Jun 2025" in said
    assert "Cases of **X**." in said
    assert f"Employers <b> · {HOSTILE[0]} · PERM" in said
    links = [
        run.hyperlink.address
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
    ]
    assert LINK in links
    (chart,) = charts_of(slide)
    assert chart._element.xpath(".//p:cNvPr")[0].get("descr") == f"Bars of {HOSTILE[0]}"


def test_what_stands_below_a_figure_goes_to_its_slide_and_its_page():
    below = "Too few cases to rate: PERM FY2009 & FY2010."
    whole = made(view(bars(), "A", note=below))
    assert below in text(opened(whole)[1])
    assert [one.text for one in html.document_fromstring(report.html(whole)).xpath("//p")].count(
        below
    ) == 1


def test_the_last_slide_has_method_releases_and_links():
    said = text(opened(made(view(bars(), "A"), view(stacked(), "B")))[-1])
    assert "DOL certifies; USCIS approves" in said
    assert "Files of DOL: LCA FY2022." in said
    assert "Open: A" in said
    assert "Open: B" in said


def test_a_long_method_goes_on_over_slides_and_loses_no_word():
    long = " ".join(f"word{n}" for n in range(2000))
    many = opened(made(view(bars(), "A", definition=long)))
    assert len(many) > 3
    told = " ".join(text(slide) for slide in many[2:])
    assert [f"word{n}" for n in range(2000) if f"word{n}" not in told] == []


def test_every_slide_is_wide_and_of_sample_data_every_one_says_so():
    deck = Presentation(io.BytesIO(slides.pptx(made(view(bars(), "A", sample=True)))))
    assert round(deck.slide_width / deck.slide_height, 3) == round(16 / 9, 3)
    assert all(report.SAMPLE in text(slide) for slide in deck.slides)
    real = opened(made(view(bars(), "A")))
    assert not any(report.SAMPLE in text(slide) for slide in real)


@pytest.mark.usefixtures("no_browser")
def test_a_figure_that_no_chart_can_be_is_its_table_where_there_is_no_browser():
    slide = opened(made(view(dots(), "Wages")))[1]
    (table,) = [one.table for one in slide.shapes if one.has_table]
    assert [cell.text for cell in table.rows[0].cells] == list(COLUMNS.values())
    assert [table.cell(n + 1, 0).text for n in range(7)] == HOSTILE
    assert [table.cell(1, n).text for n in (1, 2)] == ["90", "30.0%"]


@pytest.mark.usefixtures("browser")
@pytest.mark.browser
def test_a_figure_that_no_chart_can_be_is_a_picture_with_its_words():
    slide = opened(made(view(dots(), "Wages")))[1]
    (picture,) = [one for one in slide.shapes if one.shape_type == 13]
    assert picture._element.xpath(".//p:cNvPr")[0].get("descr").startswith("Bars of <img")


# ----------------------------------------------------------------------------------- HTML, PDF


def test_the_page_of_a_report_fetches_nothing_and_shows_names_as_they_are():
    page = report.html(made(view(bars(), HOSTILE[0]), view(stacked(), "$a$ **X**"))).decode()
    tree = html.document_fromstring(page)
    assert not tree.xpath("//*[@src or self::link or self::iframe or self::img]")
    assert [one.text_content() for one in tree.xpath("//h2")] == [
        HOSTILE[0], "$a$ **X**", "Method",
    ]  # fmt: skip
    assert [one.text for one in tree.xpath("(//tbody)[1]/tr/td[1]")] == HOSTILE
    assert tree.xpath("//@aria-label")[0] == f"Bars of {HOSTILE[0]}"
    assert LINK in tree.xpath("//footer/a/@href")
    assert report.SAMPLE not in page


def test_a_page_of_sample_data_says_so_at_each_view():
    page = report.html(made(view(bars(), "A", sample=True), view(bars(), "B", sample=True)))
    assert page.decode().count(report.SAMPLE) == 4


def test_only_addresses_of_the_web_become_links():
    page = report.html(made(view(bars(), "A", link="javascript:alert(1)"))).decode()
    assert "javascript:alert" not in page


@pytest.mark.usefixtures("browser")
@pytest.mark.browser
def test_a_pdf_has_a_sheet_a_view_with_its_headline_as_text():
    whole = made(view(bars(sample=True), HOSTILE[0], sample=True), view(stacked(), "$a$ **X**"))
    sheets = PdfReader(io.BytesIO(report.pdf(whole))).pages
    assert len(sheets) == 4
    said = [sheet.extract_text() for sheet in sheets]
    assert f"Who is {HOSTILE[0]}?" in said[0]
    assert HOSTILE[0] in said[1].splitlines()
    assert report.SAMPLE in said[1]
    assert "$a$ **X**" in said[2].splitlines()
    assert "LCA FY2022" in said[3]
    wide, high = sheets[0].mediabox.width, sheets[0].mediabox.height
    assert round(float(wide / high), 2) == 1.78


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_a_pdf_says_how_to_get_one():
    with pytest.raises(FileNotFoundError, match="plotly_get_chrome"):
        report.pdf(made(view(bars(), "A")))


def test_a_browser_that_prints_nothing_is_an_error(monkeypatch, tmp_path):
    idle = tmp_path / "idle"
    idle.write_text("#!/bin/sh\nexit 0\n")
    idle.chmod(0o755)
    monkeypatch.setenv("BROWSER_PATH", str(idle))
    with pytest.raises(RuntimeError, match="printed nothing"):
        report.pdf(made(view(bars(), "A")))


def test_rows_of_a_report_read_as_people_do():
    table = pl.DataFrame(
        {"fiscal_year": [2023], "rate": [None], "cases": [1234], "median": [9.6], "score": [0.71],
         "pay": [None], "ratio": [0.62], "certified_rate": [0.987], "of": [[1, 2]], "all": [True]}
    )  # fmt: skip
    header, rows = report.shown(table, {name: name for name in table.columns})
    assert header == table.columns
    assert rows == [
        ["FY2023", "too few", "1,234", "10", "0.71", "", "0.62", "98.7%", "1, 2", "True"]
    ]
