"""Units of a file as a plain CSV reader sees them, held against what the workbench put into its tables."""

import csv
import io
import math
import re

import pandas as pd

csv.field_size_limit(1 << 24)
UNITS = {
    "GET_FLAT_FILE_ALL_ORDERS_DATA": ("quantity", "orders", ["units"]),
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": ("quantity", "returns", ["units"]),
    "GET_RESERVED_INVENTORY_DATA": ("reserved_customerorders", "stock", ["reserved_customer_order"]),
    "GET_LEDGER_DETAIL_VIEW_DATA": ("Quantity", "movements", ["receipts", "shipments", "returns", "adjustments"]),
    "GET_LEDGER_SUMMARY_VIEW_DATA": ("Ending Warehouse Balance", "stock", ["on_hand", "unfulfillable"]),
    "GET_FBA_FULFILLMENT_INVENTORY_RECEIPTS_DATA": ("quantity", "movements", ["receipts"]),
    "GET_FBA_FULFILLMENT_INVENTORY_ADJUSTMENTS_DATA": ("quantity", "movements", ["adjustments"]),
    "GET_FBA_FULFILLMENT_INVENTORY_SUMMARY_DATA": ("quantity", "movements", ["receipts", "shipments", "returns", "adjustments"]),
    "GET_FBA_REIMBURSEMENTS_DATA": ("quantity-reimbursed-cash", "reimbursements", ["units_cash"]),
    "GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL": ("quantity-shipped", "shipments", ["units"]),
    "GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_SALES_DATA": ("quantity", "shipments", ["units"]),
    "GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA": ("quantity", "shipments", ["units"]),
    "GET_STRANDED_INVENTORY_UI_DATA": ("fulfillable-qty", "stranded", ["units"]),
    "SP_ADVERTISED_PRODUCT_REPORT": ("7 Day Total Units (#)", "ads", ["attributed_units"]),
    "SP_SEARCH_TERM_REPORT": ("7 Day Total Units (#)", "search_terms", ["attributed_units"]),
    "SHOPIFY_ORDERS": ("Lineitem quantity", "orders", ["units"]),
    "SHOPIFY_INVENTORY": ("On hand (current)", "stock", ["on_hand"]),
    "GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT": ("Available", "stock", ["available"]),
    "GET_FBA_INVENTORY_PLANNING_DATA": ("available", "stock", ["available"]),
    "GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA": ("afn-fulfillable-quantity", "stock", ["available"]),
    "GET_FBA_FULFILLMENT_LONGTERM_STORAGE_FEE_CHARGES_DATA": ("qty-charged | qty-charged-6-mo-long-term-storage-fee", "fees_charged", ["units"]),
    "GET_FBA_STORAGE_FEE_CHARGES_DATA": ("average_quantity_on_hand", "fees_charged", ["units"]),
    "GET_FBA_FULFILLMENT_INBOUND_NONCOMPLIANCE_DATA": ("problem-quantity", "inbound_problems", ["units_problem"]),
    "GET_FBA_FULFILLMENT_REMOVAL_ORDER_DETAIL_DATA": ("requested-quantity", "removals", ["units_requested"]),
    "GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA": ("shipped-quantity", "removals", ["units_shipped"]),
    "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE": ("quantity-purchased", "settlements", ["units"]),
    "GENERIC:walmart_orders": ("Qty", "orders", ["units"]),
    "GENERIC:walmart_inventory": ("Input Quantity", "stock", ["on_hand"]),
    "BUSINESS_REPORT": ("Units Ordered", "traffic", ["units_ordered"]),
    "FORM:sales": ("units", "sales", ["units"]),
    "FORM:stock": ("on_hand", "stock", ["on_hand"]),
    "FORM:purchase_orders": ("units_ordered", "purchase_orders", ["units_ordered"]),
}
"""Report: the column of the file that counts units, or two of them, the table they go to, and the columns there that share them."""
ONCE = {"FORM:purchase_orders"}
"""Forms of which several lines say the same number: what was ordered stands beside each receipt."""
_WHOLE = re.compile(r"-?\d{1,9}(\.0+)?")


def _plain(name: str) -> str:
    return re.sub(r"[\s\-_]+", "", name.strip()).lower()


def records(content: bytes, delimiter: str) -> list[tuple[int, list[str]]]:
    """Line and cells of every record that says anything, below the header, which comes first."""
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    found, line = [], 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            found.append((line, cells))
        line = reader.line_num + 1
    return found


def units_by_line(content: bytes, delimiter: str, report: str) -> dict[int, float] | None:
    """Units of each line; None where a plain reader cannot tell."""
    if report not in UNITS:
        return None
    try:
        rows = records(content, delimiter)
    except (csv.Error, UnicodeDecodeError):
        return None
    names = [_plain(name) for name in rows[0][1]] if rows else []
    first, *others = map(_plain, UNITS[report][0].split(" | "))
    if names.count(first) != 1 or any(names.count(other) > 1 for other in others):
        return None
    places = [names.index(name) for name in (first, *others) if name in names]
    found = {line: [cells[at].strip() if at < len(cells) else "" for at in places] for line, cells in rows[1:]}
    if not all(not cell or _WHOLE.fullmatch(cell) for cells in found.values() for cell in cells):
        return None
    return {line: sum(float(cell or 0) for cell in cells) for line, cells in found.items()}


def difference(content: bytes, delimiter: str, outcome, tables: dict[str, list[pd.DataFrame]]) -> str:
    """What is wrong with the account of an imported file; empty if units in are units kept and dropped, or nobody can tell."""
    units = units_by_line(content, delimiter, outcome.report)
    if units is None:
        return ""
    if len(units) != outcome.rows:
        return f"{len(units)} rows by a plain reader, {outcome.rows} told"
    _, table, columns = UNITS[outcome.report]
    frames = [frame[frame["source_line"] > 0] for frame in tables.get(table, [])]
    kept = sum(float(frame.reindex(columns=columns).sum().sum()) for frame in frames)
    traced = {int(line) for frame in frames for line in frame["source_line"]}
    gone = [line for line in units if line not in traced]
    dropped = sum(outcome.dropped.values())
    if not dropped and outcome.report not in ONCE:
        expected = sum(units.values())
    elif len(gone) == dropped or not dropped:
        expected = sum(units[line] for line in traced)
    else:
        return ""  # some rows were summed into others and some dropped: the lines do not tell which
    kept += sum(note.values["units"] for note in outcome.notes if note.code == "period_unknown")  # rows that are told of without a day
    return "" if math.isclose(kept, expected, abs_tol=0.01) else f"{expected:g} units in, {kept:g} kept in {table}.{columns}"
