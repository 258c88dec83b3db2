import polars as pl

from analytics import counts
from loaders.schema import Filing


def filings(*rows: dict[str, object]) -> pl.LazyFrame:
    base = {"program": "lca", "layout": "lca/2020", "fiscal_year": 2023, "decision_date": None, "visa_class": "H-1B", "total_workers": 1}  # fmt: skip
    schema = {name: column.dtype for name, column in Filing.columns().items() if name in base}
    return pl.LazyFrame([base | row for row in rows], schema=schema)


def test_a_visa_class_left_blank_is_not_one_that_the_form_does_not_ask_for():
    frame = filings(
        {},
        {"visa_class": None},
        {"visa_class": None, "layout": "lca/2010"},
        {"visa_class": None, "layout": "perm/2021", "program": "perm"},
    )
    found = counts.by_period(frame, split="visa_class", quarters=False, asking=["lca/2020"])
    assert dict(found.select("visa_class", "cases").collect().rows()) == {
        "H-1B": 1,
        counts.BLANK: 1,
        counts.NOT_ASKED: 2,
    }
