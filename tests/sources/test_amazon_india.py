"""A real seller's sales as its source has them: three tables under one another with shifted columns, damaged SKUs, Windows-1252."""

import datetime as dt

import pandas as pd
import pytest

from workbench import sources
from workbench.errors import InvalidTable
from workbench.settings import Mapping

pytestmark = pytest.mark.real
SALES = Mapping(
    name="wholesale",
    table="orders",
    columns={"order_id": "CUSTOMER", "sku": "SKU", "date": "DATE", "units": "PCS", "revenue": "GROSS AMT"},
    constants={"channel": "wholesale", "currency": "INR"},
)
STOCK = Mapping(name="left", table="stock", columns={"sku": "SKU", "on_hand": "Stock"}, constants={"node": "3pl-in", "date": "2022-05-01"})
FIRST = ["index", "DATE", "Months", "CUSTOMER", "Style", "SKU", "Size", "PCS", "RATE", "GROSS AMT"]
LAST = ["index", "CUSTOMER", "DATE", "Months", "Style", "SKU", "PCS", "RATE", "GROSS AMT", "Stock"]


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "amazon_india"


@pytest.fixture(scope="module")
def sold(folder):
    rows = pd.read_parquet(folder / "international_wholesale_sales.parquet")
    return rows.assign(day=rows["date"].dt.strftime("%m-%d-%y"), month=rows["date"].dt.strftime("%b-%y"), customer="Café " + rows["customer"])


def stacked(sold: pd.DataFrame, left: pd.DataFrame) -> str:
    first, last = sold[sold["block"] == 1], sold[sold["block"] == 3]
    tables = [
        first.reindex(columns=["day", "month", "customer", "style", "sku", "size", "pcs", "rate", "gross"]).set_axis(FIRST[1:], axis=1),
        left.set_axis(["SKU", "Stock"], axis=1).reindex(columns=["SKU", "Stock", *[f"Unnamed: {n}" for n in range(7)]]),
        last.reindex(columns=["customer", "day", "month", "style", "sku", "pcs", "rate", "gross", "stock"]).set_axis(LAST[1:], axis=1),
    ]
    return "".join(table.to_csv(index_label="index", lineterminator="\r\n") for table in tables)


def test_three_tables_in_one_file(tmp_path, folder, sold, parse):
    left = pd.read_parquet(folder / "international_stock_block.parquet").dropna()
    known = sold[sold["sku"].notna()]
    file = tmp_path / "x"
    file.write_bytes(stacked(known, left).encode("cp1252"))
    parsed = parse(file, [SALES, STOCK])
    orders, stock = parsed.tables()["orders"], parsed.tables()["stock"]
    assert parsed.answer.report == "GENERIC:wholesale+GENERIC:left"
    assert (len(orders), orders["units"].sum(), orders["revenue"].sum()) == (len(known), known["pcs"].sum(), pytest.approx(known["gross"].sum()))
    assert orders["date"].tolist() == known.sort_values("block", kind="stable")["date"].tolist()
    assert orders["order_id"].str.startswith("Café CUST").all()
    damaged = left["sku"].str.fullmatch(r"\d\d-Jan|Jan-\d\d")
    assert stock["on_hand"].sum() == left.loc[~damaged, "stock"].sum()
    assert parsed.answer.dropped == {"damaged_sku": damaged.sum()} == {"damaged_sku": 8}
    assert sorted(fault.got for fault in parsed.answer.faults) == sorted(map(repr, left.loc[damaged, "sku"]))


def test_a_table_among_them_that_no_mapping_knows_is_one_fault(tmp_path, folder, sold):
    """Its nine thousand rows are no faults of the table above."""
    left = pd.read_parquet(folder / "international_stock_block.parquet").dropna()
    known = sold[sold["sku"].notna()]
    file = tmp_path / "x"
    file.write_bytes(stacked(known, left).encode("cp1252"))
    parsed = sources.parse(file, sources.Context("x", dt.datetime(2022, 6, 1), [SALES]))
    with pytest.raises(InvalidTable):
        parsed.tables()
    assert [fault.row for fault in parsed.answer.faults] == [int((known["block"] == 1).sum()) + 2]
    assert "SKU, Stock" in parsed.answer.faults[0].got and parsed.answer.fault_count == 1
