"""Every file in the folder of real data imports, or is refused with its fault named; what its source wrote as broken CSV is written so again."""

import csv
import datetime as dt
import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from workbench import cli
from workbench.runs import import_files
from workbench.settings import Mapping
from workbench.store import Workspace

pytestmark = pytest.mark.real
NOW = dt.datetime(2026, 11, 1, 6)
LEFT_ALONE = {"WALMART_MARKETPLACE_shipment_upload__v1.csv"}
"""An upload, no export: nobody exports it, and no reader takes it for one."""


@pytest.fixture
def bring(tmp_path):
    """Import a file into a workspace of its own with a mapping: the outcome and the workspace."""

    def run(file, *mappings):
        root = tmp_path / f"shop{len(list(tmp_path.glob('shop*')))}"
        Workspace.create(root)
        workspace = Workspace(root, mapping=list(mappings))
        (outcome,) = import_files(workspace, [file], NOW).files
        assert outcome.rows == outcome.kept + sum(outcome.dropped.values())
        return outcome, workspace

    return run


@pytest.fixture
def rows_of(shared_data):
    """A real file as a table, by its folder and name."""
    return lambda name: pd.read_parquet(shared_data / f"{name}.parquet")


def write_csv(file, *tables, encoding="utf-8"):
    """Write tables one under another as one CSV of the width of the widest, as a spreadsheet does."""
    rows = [row for table in tables for row in ([*table.columns], *table.astype(object).where(table.notna(), "").to_numpy().tolist())]
    width = max(map(len, rows))
    with file.open("w", encoding=encoding, newline="") as opened:
        csv.writer(opened).writerows([*row, *[""] * (width - len(row))] for row in rows)
    return file


def two_formats(days):
    """The first half of a column as 04-30-22, the other as 2022-04-30."""
    half = len(days) // 2
    return [*days.iloc[:half].dt.strftime("%m-%d-%y"), *days.iloc[half:].dt.strftime("%Y-%m-%d")]


# --- Amazon's reports ---------------------------------------------------------------------------------------------------


def test_every_fixture_gets_in_or_is_refused_by_name(shared_data, tmp_path):
    files = sorted((shared_data / "amazon_reports" / "fixtures").iterdir())
    outcome = import_files(Workspace.create(tmp_path / "shop"), files, NOW).files
    assert len(outcome) == len(files) > 40
    assert {each.file for each in outcome if each.status == "refused"} == LEFT_ALONE
    assert {each.status for each in outcome} <= {"imported", "refused", "unchanged"}
    for each in outcome:
        assert each.status != "refused" or (each.faults[0].expected and "PO#" in each.faults[0].got)


def test_schemas_are_no_reports(shared_data, bring):
    for file in sorted((shared_data / "amazon_reports").rglob("*.json")):
        outcome, _ = bring(file)
        assert (outcome.status, len(outcome.faults), outcome.rows) == ("refused", 1, 0), file.name


# --- an apparel seller on Amazon.in ------------------------------------------------------------------------------------

STATES = {
    "Cancelled": "cancelled", "Shipped": "shipped", "Shipped - Delivered to Buyer": "shipped", "Shipped - Returned to Seller": "shipped",
    "Shipped - Picked Up": "shipped", "Pending": "pending", "Pending - Waiting for Pick Up": "pending", "Shipping": "pending",
    "Shipped - Lost in Transit": "shipped", "Shipped - Returning to Seller": "shipped", "Shipped - Rejected by Buyer": "shipped",
}  # fmt: skip
SALES = Mapping(
    name="sale report", table="orders", words={"status": STATES}, time_zone="Asia/Kolkata",
    columns={"order_id": "Order ID", "date": "Date", "sku": "SKU", "units": "Qty", "status": "Status", "title": "Category"},
    optional={"revenue": "Amount", "currency": "currency"}, constants={"channel": "amazon-in"},
)  # fmt: skip


@pytest.fixture
def sale_report(rows_of):
    """The sale report as its source wrote it: order lines of both files under the header with a trailing blank and a column without a name."""
    whole = rows_of("amazon_india/amazon_orders_sample_795_full_columns")
    rest = rows_of("amazon_india/amazon_orders_missing_or_zero_value_10138")
    names = {"Order_ID": "Order ID", "Order_Date": "Date", "Order_Status": "Status", "Product_SKU": "SKU", "Product_Category": "Category"}
    names |= {"Quantity": "Qty", "Currency": "currency", "Sale_Amount": "Amount", "Sales_Channel": "Sales Channel"}
    wanted = [*names.values()]
    first = whole[wanted].assign(Qty=whole["Qty"].astype(int), Amount=whole["Amount"].astype(float), Date=pd.to_datetime(whole["Date"], format="%m-%d-%y"))
    lines = pd.concat([first, rest.rename(columns=names)[wanted]], ignore_index=True)
    written = lines.assign(Date=two_formats(lines["Date"]), **{"Unnamed: 22": "False"}).rename(columns={"Sales Channel": "Sales Channel "})
    return lines, written


def test_sale_report_of_ten_states_and_two_formats_of_days(sale_report, bring, tmp_path):
    """Lines without a day left out beforehand."""
    lines, written = (table[sale_report[0]["Date"].notna()].reset_index(drop=True) for table in sale_report)
    assert lines["Status"].nunique() == 11 and len(lines) == 796 + 10_138 - 4_322
    outcome, workspace = bring(write_csv(tmp_path / "Amazon Sale Report.csv", written), SALES)
    assert (outcome.status, outcome.report, outcome.rows, outcome.dropped, outcome.faults) == ("imported", "GENERIC:sale report", len(lines), {}, ())
    orders = workspace.read("orders").sort_values("source_line")
    assert orders["units"].sum() == lines["Qty"].sum()
    assert orders["revenue"].sum() == pytest.approx(lines["Amount"].sum())
    assert Counter(orders["status"]) == Counter(lines["Status"].map(STATES))
    assert orders["date"].tolist() == lines["Date"].tolist()
    assert orders["source_line"].tolist() == [*range(2, len(lines) + 2)]


def test_order_lines_without_a_day_are_each_a_fault(sale_report, bring, tmp_path):
    outcome, workspace = bring(write_csv(tmp_path / "a.csv", sale_report[1]), SALES)
    assert (outcome.status, outcome.rows, outcome.fault_count) == ("refused", 796 + 10_138, 4_322)
    assert {(fault.column, fault.expected, fault.got) for fault in outcome.faults} == {("Date", "a value", "a blank")}
    assert workspace.read("orders").empty


@pytest.mark.parametrize(("encoding", "word"), [("gb18030", "库尔塔"), ("cp1252", "Túnica"), ("utf-16", "कुर्ता"), ("utf-8-sig", "कुर्ता")])
def test_sale_report_in_an_encoding_of_its_own(sale_report, bring, tmp_path, encoding, word):
    _, written = sale_report
    few = written.head(500).assign(Category=written["Category"].head(500).replace({"kurta": word}))
    outcome, workspace = bring(write_csv(tmp_path / "a.csv", few, encoding=encoding), SALES)
    assert (outcome.status, outcome.kept) == ("imported", 500)
    items = workspace.read("items").set_index("sku")["title"]
    named = few.loc[few["Category"].eq(word) & few["Status"].str.startswith("Shipped"), "SKU"]
    assert len(named) and set(items[named.unique()]) == {word}


def test_sale_report_with_days_that_contradict_each_other_is_refused(sale_report, bring, tmp_path):
    """30-04-2022 has its day first, 04-30-2022 its month: what 04-05-2022 is then, nobody knows."""
    lines, written = (table[sale_report[0]["Date"].notna()] for table in sale_report)
    half = len(lines) // 2
    days = [*lines["Date"].iloc[:half].dt.strftime("%d-%m-%Y"), *lines["Date"].iloc[half:].dt.strftime("%m-%d-%Y")]
    outcome, workspace = bring(write_csv(tmp_path / "a.csv", written.assign(Date=days)), SALES)
    assert outcome.status == "refused" and workspace.read("orders").empty
    assert {(fault.column, fault.expected) for fault in outcome.faults} == {("Date", "a date")}


WHOLESALE = Mapping(
    name="wholesale", table="orders", constants={"channel": "wholesale", "currency": "INR"},
    columns={"order_id": "CUSTOMER", "date": "DATE", "sku": "SKU", "units": "PCS", "revenue": "GROSS AMT"},
)  # fmt: skip
BLOCK = Mapping(name="stock block", table="stock", constants={"node": "own-in"}, columns={"sku": "SKU", "on_hand": "Stock"})
HEADER = {"date": "DATE", "customer": "CUSTOMER", "style": "Style", "sku": "SKU", "size": "Size", "pcs": "PCS", "rate": "RATE", "gross": "GROSS AMT"}


def stacked(sales, stock, file):
    """Three tables in one CSV; the second has two columns, the third those of the first in another order and one less."""
    tables = [sales[sales["block"] == block].assign(date=lambda table: two_formats(table["date"])).rename(columns=HEADER) for block in (1, 3)]
    first, second = tables[0][[*HEADER.values()]], tables[1][["CUSTOMER", "DATE", "Style", "SKU", "PCS", "RATE", "GROSS AMT"]]
    return write_csv(file, first, stock.rename(columns={"sku": "SKU", "stock": "Stock"}), second)


def test_three_tables_in_one_csv(rows_of, bring, tmp_path):
    """Lines without SKU left out beforehand; what a spreadsheet made of 1-23 or JAN23 is named and dropped."""
    sales, stock = rows_of("amazon_india/international_wholesale_sales").dropna(subset="sku"), rows_of("amazon_india/international_stock_block")
    outcome, workspace = bring(stacked(sales, stock, tmp_path / "International sale Report.csv"), WHOLESALE, BLOCK)
    months = stock["sku"].str.fullmatch(r"\d\d-Jan|Jan-\d\d")
    assert months.sum() == 8
    assert (outcome.status, outcome.report, outcome.rows) == ("imported", "GENERIC:wholesale+GENERIC:stock block", len(sales) + len(stock))
    assert outcome.dropped == {"damaged_sku": 8}
    assert {"'23-Jan'", "'22-Jan'"} <= {fault.got for fault in outcome.faults}
    orders = workspace.read("orders")
    assert (len(orders), orders["units"].sum(), orders["revenue"].sum()) == (len(sales), sales["pcs"].sum(), pytest.approx(sales["gross"].sum()))
    assert Counter(orders["date"]) == Counter(sales["date"])
    assert workspace.read("stock")["on_hand"].sum() == stock.loc[~months, "stock"].sum()


def test_lines_without_sku_refuse_all_three_tables(rows_of, bring, tmp_path):
    sales, stock = rows_of("amazon_india/international_wholesale_sales"), rows_of("amazon_india/international_stock_block")
    outcome, workspace = bring(stacked(sales, stock, tmp_path / "a.csv"), WHOLESALE, BLOCK)
    assert outcome.status == "refused" and sales["sku"].isna().sum() == 1434
    assert outcome.fault_count >= 1434 and {("SKU", "a value")} <= {(fault.column, fault.expected) for fault in outcome.faults}
    assert workspace.read("orders").empty and workspace.read("stock").empty


STOCK = Mapping(name="stock", table="stock", constants={"node": "own-in"}, columns={"sku": "SKU Code", "on_hand": "Stock", "category": "Category"})


def test_a_snapshot_with_errors_of_a_spreadsheet(rows_of, bring, tmp_path):
    raw = rows_of("amazon_india/stock_snapshot").rename(columns={"Product_SKU": "SKU Code", "Stock_Level": "Stock", "Product_Category": "Category"})
    written = raw[["index", "SKU Code", "Design_Number", "Stock", "Category"]]
    outcome, workspace = bring(write_csv(tmp_path / "Sale Report.csv", written), STOCK)
    lost = written["SKU Code"].isna() & written[["Stock", "Category"]].notna().any(axis=1)
    assert outcome.status == "refused" and workspace.read("stock").empty
    assert sum(fault.expected == "a value" for fault in outcome.faults) == lost.sum() > 0
    good = written[written["SKU Code"].notna()]
    twins = good.duplicated("SKU Code") & (good["SKU Code"] != "#REF!")
    outcome, workspace = bring(write_csv(tmp_path / "mended.csv", good[~twins]), STOCK)
    assert (outcome.status, outcome.dropped, [fault.got for fault in outcome.faults]) == ("imported", {"damaged_sku": 15}, ["'#REF!'"] * 15)
    stock, kept = workspace.read("stock"), good[~twins & (good["SKU Code"] != "#REF!")]
    assert (len(stock), stock["on_hand"].sum()) == (len(kept), kept["Stock"].sum())


def test_price_lists_through_a_mapping(rows_of, bring, tmp_path):
    """#VALUE! and words where a price belongs are faults by line; without them every SKU gets its cost."""
    raw = rows_of("amazon_india/price_list_may_2022")
    mapping = Mapping(name="prices", table="items", columns={"sku": "Product_SKU", "unit_cost": "Transfer_Price"}, constants={"currency": "INR"})
    outcome, _ = bring(write_csv(tmp_path / "May-2022.csv", raw), mapping)
    cost = pd.to_numeric(raw["Transfer_Price"], errors="coerce")
    assert outcome.status == "refused"
    assert {fault.row for fault in outcome.faults if fault.expected == "a number"} == {place + 2 for place in np.flatnonzero(cost.isna())}
    mended = raw[cost.notna()].drop_duplicates("Product_SKU")
    outcome, workspace = bring(write_csv(tmp_path / "mended.csv", mended), mapping)
    assert (outcome.status, outcome.kept + outcome.dropped.get("damaged_sku", 0)) == ("imported", len(mended))
    assert set(workspace.read("items")["unit_cost"].dropna()) <= set(cost.dropna())


# --- purchase orders, panels, benchmarks ---------------------------------------------------------------------------------

ORDERED = Mapping(
    name="scms", table="purchase_orders", constants={"currency": "USD"},
    columns={"purchase_order": "id", "sku": "item description", "node": "country", "supplier": "vendor", "units_ordered": "line item quantity",
             "promised_date": "scheduled delivery date", "received_date": "delivered to client date", "unit_cost": "pack price"},
)  # fmt: skip


def test_purchase_orders_of_ten_years(shared_data, rows_of, bring):
    file, raw = shared_data / "scms_lead_times" / "scms_delivery_history.parquet", rows_of("scms_lead_times/scms_delivery_history")
    outcome, workspace = bring(file, ORDERED)
    assert (outcome.status, outcome.rows, outcome.kept) == ("imported", 10_324, 10_324)
    found = workspace.read("purchase_orders").sort_values("source_line")
    assert found["units_ordered"].sum() == raw["line item quantity"].sum() == 189_265_090
    assert found["promised_date"].tolist() == raw["scheduled_delivery_date_parsed"].tolist()
    assert (found["received_date"] - found["promised_date"]).dt.days.tolist() == raw["days_late_vs_schedule"].tolist()


def test_words_instead_of_days_are_faults(shared_data, rows_of, bring):
    raw = rows_of("scms_lead_times/scms_delivery_history")
    mapping = ORDERED.model_copy(update={"columns": {**ORDERED.columns, "ordered_date": "po sent to vendor date"}})
    outcome, workspace = bring(shared_data / "scms_lead_times" / "scms_delivery_history.parquet", mapping)
    assert outcome.status == "refused" and workspace.read("purchase_orders").empty
    assert outcome.fault_count == raw["po_sent_to_vendor_date_parsed"].isna().sum() == 5732
    assert {fault.got for fault in outcome.faults} <= {"'N/A - From RDC'", "'Date Not Captured'"}, "the first thousand are told"


def test_daily_sales_of_many_shops(shared_data, rows_of, bring):
    raw = rows_of("freshretailnet/daily")
    mapping = Mapping(name="panel", table="sales", columns={"sku": "product_id", "channel": "store_id", "date": "dt", "units": "sale_amount"})
    outcome, workspace = bring(shared_data / "freshretailnet" / "daily.parquet", mapping)
    assert (outcome.status, outcome.kept) == ("imported", 270_000)
    found = workspace.read("sales", ["sku", "channel", "date", "units"])
    assert found["units"].sum() == pytest.approx(raw["sale_amount"].astype(float).sum())
    assert found[["sku", "channel"]].drop_duplicates().shape[0] == 3000


def test_weekly_money_with_negative_weeks_is_refused_and_the_rest_gets_in(rows_of, bring, tmp_path):
    """Weeks in which more came back than was sold are no units; each is named."""
    raw = rows_of("walmart_store_sales/train").query("Store <= 3")
    mapping = Mapping(name="weeks", table="sales", columns={"sku": "Dept", "channel": "Store", "date": "Date", "units": "Weekly_Sales"})
    raw.to_parquet(tmp_path / "train.parquet", index=False)
    outcome, _ = bring(tmp_path / "train.parquet", mapping)
    below = int((raw["Weekly_Sales"] < 0).sum())
    assert (outcome.status, outcome.fault_count) == ("refused", below) and below > 0
    good = raw[raw["Weekly_Sales"] >= 0]
    outcome, workspace = bring(write_csv(tmp_path / "good.csv", good), mapping)
    assert (outcome.status, outcome.kept) == ("imported", len(good))
    assert workspace.read("sales")["units"].sum() == pytest.approx(good["Weekly_Sales"].sum())


def test_what_no_mapping_reads_is_refused_with_its_header(shared_data, bring):
    """Wide tables, features and instances: no reader knows them, and the header that was seen is told."""
    known = {"daily.parquet", "scms_delivery_history.parquet", "online_retail_2010_2011.parquet"}
    files = [file for file in sorted(shared_data.rglob("*.parquet")) if file.name not in known]
    assert len(files) > 15
    for file in files:
        outcome, _ = bring(file)
        first = pd.read_parquet(file).columns[0]
        assert (outcome.status, len(outcome.faults)) == ("refused", 1) and first in outcome.faults[0].got, file.name


def test_periods_that_are_no_days_are_refused(shared_data, bring):
    mapping = Mapping(name="paths", table="sales", columns={"sku": "instance", "channel": "lead_time_setting", "date": "date", "units": "demand"})
    outcome, _ = bring(shared_data / "inventorybench" / "periods.parquet", mapping)
    assert (outcome.status, outcome.fault_count) == ("refused", 36_000)
    assert (outcome.faults[0].column, outcome.faults[0].got) == ("date", "'Period_1'")


# --- the command line ----------------------------------------------------------------------------------------------------


def test_the_command_line_answers_for_files_of_each_kind(shared_data, tmp_path, monkeypatch, capsys):
    fixtures = shared_data / "amazon_reports" / "fixtures"
    Workspace.create(tmp_path / "shop")

    def call(*names):
        monkeypatch.setattr("sys.argv", ["workbench", "import", *map(str, names), "--json", "-w", str(tmp_path / "shop")])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    good = [fixtures / f"{name}__v1.txt" for name in ("GET_RESERVED_INVENTORY_DATA", "GET_LEDGER_SUMMARY_VIEW_DATA", "GET_FLAT_FILE_ALL_ORDERS_DATA")]
    code, answers = call(*good, fixtures / "SHOPIFY_orders_export__v1.csv")
    assert code == 0 and [answer["status"] for answer in answers] == ["imported"] * 4
    assert sorted(answer["report"] for answer in answers) == [
        "GET_FLAT_FILE_ALL_ORDERS_DATA", "GET_LEDGER_SUMMARY_VIEW_DATA", "GET_RESERVED_INVENTORY_DATA", "SHOPIFY_ORDERS",
    ]  # fmt: skip
    assert all(answer["rows"] == answer["kept"] + sum(answer["dropped"].values()) for answer in answers)
    assert call(*good)[0] == 0
    bad = [shared_data / "vn1" / "phase1_sales_wide.parquet", fixtures / "WALMART_MARKETPLACE_shipment_upload__v1.csv"]
    code, answers = call(*good[:1], *bad)
    assert code == 3 and [answer["status"] for answer in answers] == ["unchanged", "refused", "refused"]
    assert [answer["report"] for answer in answers] == ["GET_RESERVED_INVENTORY_DATA", None, None]
