"""Inventory ledger detail: every event of a day in a fulfilment centre; the summary tells the balances."""

from workbench.sources.amazon import movements, pools
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables movements and items, and the places they name."""
    code = pools.codes(rows, "country", "store")
    units = movements.by_kind(rows, "event", rows.number("quantity"))
    return movements.tables(rows, code, rows.day("date"), units, movements.sellable_rows(rows, "disposition"))


REPORT = Report(
    name="GET_LEDGER_DETAIL_VIEW_DATA",
    needed={
        "date": ["Date"],
        "sku": ["MSKU", "Merchant SKU"],
        "event": ["Event Type"],
        "quantity": ["Quantity"],
        "disposition": ["Disposition"],
    },
    optional={"country": ["Country"], "store": ["Store"], "title": ["Title"], "asin": ["ASIN"], "fnsku": ["FNSKU"]},
    telling=frozenset({"event", "quantity", "disposition"}),
    filled=("date", "sku", "event", "disposition"),
    make=make,
    silent=silent("Reference ID, Fulfillment Center, Reason, Reconciled Quantity, Unreconciled Quantity, Date and Time"),
    former=frozenset({"country", "store"}),
    together=("sku", "date"),
)
