"""Small real workbooks in DOL's own layouts, and the shared real rows where they are at hand."""

import importlib.util
import json
import os
import tomllib
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
import requests
import xlsxwriter
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import StreamlitTheme
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from loaders.build import build
from loaders.layouts import Layout, layouts

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("FILINGS_SHARED", ROOT.parent / "shared"))
"""Where real rows are, beside the checkouts that this is worked on in."""
Row = dict[str, object]

CORPUS = tomllib.loads((ROOT / "tests" / "nasty.toml").read_text("utf-8"))
NASTY = [text for group, texts in CORPUS.items() if group != "repeated" for text in texts]
"""Inputs that every parser is run on."""

settings.register_profile("steady", deadline=None, max_examples=20)  # a busy machine is no finding
settings.load_profile("steady")

# Each AppTest would read the metadata of every installed package anew, for longer than a page runs.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(autouse=True)
def nobodys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees what a person keeps on this machine."""
    for name, where in (("LAKE", "lake"), ("RAW", "raw"), ("CHOICES", "choices.csv")):
        monkeypatch.setenv(f"FILINGS_{name}", str(tmp_path / where))


def layout(layout_id: str) -> Layout:
    return next(one for one in layouts() if one.id == layout_id)


def headers_of(one: Layout) -> list[str]:
    """One spelling of each column, as a file of this layout has it."""
    seen, headers = set[str](), list[str]()
    for source, field in one.sources:
        if field in seen and field != "worksite_block":
            continue
        if source not in headers:
            headers.append(source)
        seen |= {field} - {""}
    return headers


def case(program: str = "lca", number: int = 1, **fields: object) -> Row:
    """A certified case of an invented employer; any field can be replaced."""
    row: Row = {
        "case_number": f"I-200-22300-{number:06d}" if program == "lca" else f"A-22300-{number:05d}",
        "status_raw": "Certified",
        "received_date": date(2022, 10, 20),
        "decision_date": date(2022, 10, 27),
        "visa_class": "H-1B",
        "employer_name": "Example Robotics Inc.",
        "employer_city": "Austin",
        "employer_state": "TX",
        "employer_postal_code": "73301",
        "naics_code": "541511",
        "job_title": "Software Engineer",
        "soc_code_raw": "15-1252.00",
        "soc_title": "Software Developers",
        "worksite_city": "Austin",
        "worksite_state": "TX",
        "wage_from": 120000,
        "wage_unit": "Year",
        "prevailing_wage": 100000,
        "prevailing_wage_unit": "Year",
        "wage_level": "II",
        "total_workers": 1,
    }
    return row | fields


def write(
    path: Path,
    headers: Sequence[str],
    rows: Sequence[Row],
    *,
    padding: int = 0,
    sheet: str = "Data",
    more: dict[str, list[list[object]]] | None = None,
) -> Path:
    """A workbook with these headers; `more` names further sheets and their rows, first of all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "mm/dd/yyyy"})
        blank = book.add_format({"bg_color": "#FFFFFF"})
        for name, cells in (more or {}).items():
            extra = book.add_worksheet(name)
            for number, row in enumerate(cells):
                extra.write_row(number, 0, row)
        data = book.add_worksheet(sheet)
        data.write_row(0, 0, headers)
        for number, row in enumerate(rows, start=1):
            for column, header in enumerate(headers):
                value = row.get(header)
                if isinstance(value, date):
                    data.write_datetime(number, column, value, day)
                elif value is not None:
                    data.write(number, column, value)
        for number in range(padding):
            data.write_blank(len(rows) + 1 + number, 0, None, blank)
    return path


def as_filed(one: Layout, rows: Sequence[Row]) -> list[Row]:
    """Rows of fields as rows of the layout's columns."""
    here = set(headers_of(one))
    return [{s: row[f] for s, f in reversed(one.sources) if f in row and s in here} for row in rows]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write cases as a workbook in one of DOL's layouts, below tmp_path/raw."""

    def write_in(name: str, layout_id: str, rows: Sequence[Row], **options: object) -> Path:
        one = layout(layout_id)
        drop, add = options.pop("drop", ()), options.pop("add", ())
        headers = [h for h in headers_of(one) if h not in drop] + list(add)
        return write(tmp_path / "raw" / name, headers, as_filed(one, rows), **options)

    return write_in


@pytest.fixture(scope="session")
def lake_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A lake of workbooks, each a layout and its rows, for tests that only read it: built once."""
    there = dict[str, Path]()

    def made(*workbooks: tuple[str, Sequence[Row]]) -> Path:
        if (key := repr(workbooks)) not in there:
            folder = tmp_path_factory.mktemp("made")
            for number, (layout_id, rows) in enumerate(workbooks):
                one = layout(layout_id)
                write(folder / f"raw/{number}.xlsx", headers_of(one), as_filed(one, rows))
            build(folder / "raw", folder / "lake")
            there[key] = folder / "lake"
        return there[key]

    return made


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real rows."""
    if not (SHARED / "realdata").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"no real rows in {SHARED}: CI needs them")
        pytest.skip(f"no real rows in {SHARED}")
    return SHARED


def tool(shared: Path) -> ModuleType:
    """The tool of the real rows that writes them as workbooks in DOL's layouts."""
    spec = importlib.util.spec_from_file_location("rehead", shared / "tools/rehead.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_NAMED = r"^(APPLE|PINTEREST|CHILDREN'?S) "
"""Whom the listings of the real rows name, as they file."""


@pytest.fixture(scope="session")
def real_lake(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """4,000 real PERM cases of FY2020 and those of a few names; 2,000 of FY2017 as an LCA year."""
    folder, rehead = tmp_path_factory.mktemp("real"), tool(shared)
    (folder / "raw").mkdir()
    for program, key, year, many in (("perm", "FY2020", 2020, 4000), ("lca", "FY2017", 2017, 2000)):
        of = json.loads((shared / f"reference/layouts/{program}_headers.json").read_text())[key]
        whole = pl.read_parquet(shared / f"realdata/perm/perm_fy{year}.parquet")
        rows = whole.sample(many, seed=year)
        if program == "lca":
            rows = rehead.dressed_as_lca(rows, year, seed=1)
        else:
            named = pl.col("employer_name").str.to_uppercase().str.contains(_NAMED)
            rows = pl.concat([rows, whole.filter(named)]).unique("case_number", maintain_order=True)
        maps = {"perm": rehead.PERM, "lca": rehead.LCA}[program]
        rehead.write(rows, of, maps, folder / "raw" / f"{program}.xlsx", padding=0)
    build(folder / "raw", folder / "lake")
    return folder / "lake"


def of_an_earlier_version(lake: Path) -> Path:
    """The lake as another version of this program would have left it."""
    made = json.loads((lake / "current.json").read_text("utf-8"))
    (lake / "current.json").write_text(json.dumps(made | {"format": made["format"] - 1}), "utf-8")
    return lake


def opened(url_path: str, **params: object) -> AppTest:
    """The page as whoever opens its link sees it; AppTest itself goes by names of files."""
    test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=90)
    for name, value in params.items():
        test.query_params[name] = value
    test._page_hash = calc_hash(url_path)
    test.run()
    assert not test.exception
    return test


@pytest.fixture
def dark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is dark."""
    monkeypatch.setattr(StreamlitTheme, "type", "dark", raising=False)


def words(test: AppTest) -> str:
    """All that a page says, without the backslashes that keep text from being markup."""
    kinds = (
        test.markdown, test.caption, test.info, test.warning, test.error, test.success, test.code,
        test.title, test.subheader,
    )  # fmt: skip
    said = [element.value for kind in kinds for element in kind]
    said += [element.proto.body for element in test.get("html")]
    return "\n".join(said).replace("\\", "")


def figures(test: AppTest) -> list[dict]:
    """The figures of a page, as plotly reads them."""
    return [json.loads(chart.proto.spec) for chart in test.get("plotly_chart")]


def numbers(test: AppTest, name: str) -> pl.DataFrame:
    """The table behind the figure of that name, once its button was pressed."""
    behind = [one for button in test.get("popover") for one in button.get("dataframe")]
    assert not behind  # what nobody opened is not made
    test.session_state[f"numbers_{name}"] = True
    test.run()
    (table,) = (one for button in test.get("popover") for one in button.get("dataframe"))
    return pl.DataFrame(table.value)


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, str]]:
    """The environment of an S3 server on loopback."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - a second to import

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "any",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_REGION": "us-east-1",
    }
    server.stop()


@pytest.fixture
def bucket(s3: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The address of a lake in an empty bucket."""
    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    name = f"b{uuid.uuid4().hex}"
    requests.put(f"{s3['AWS_ENDPOINT_URL']}/{name}", timeout=9).raise_for_status()
    return Path(f"s3://{name}/deep/lake")
