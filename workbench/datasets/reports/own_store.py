"""The own store, as Shopify exports its orders, and its 3PL: CSV files read through the column mappings in the settings."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.datasets import movements
from workbench.datasets.order_lines import CANCELLED
from workbench.datasets.places import PLACES, SHOP
from workbench.datasets.reports import columns as text
from workbench.datasets.reports.ledger import ledger_spans, statement_days
from workbench.datasets.world import World

ORDER_HEADER = (
    "Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes",
    "Total", "Discount Code", "Discount Amount", "Shipping Method", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price",
    "Lineitem compare at price", "Lineitem sku", "Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status", "Billing Name",
    "Billing Street", "Billing Address1", "Billing Address2", "Billing Company", "Billing City", "Billing Zip", "Billing Province", "Billing Country",
    "Billing Phone", "Shipping Name", "Shipping Street", "Shipping Address1", "Shipping Address2", "Shipping Company", "Shipping City", "Shipping Zip",
    "Shipping Province", "Shipping Country", "Shipping Phone", "Notes", "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference",
    "Refunded Amount", "Vendor", "Outstanding Balance", "Employee", "Location", "Device ID", "Id", "Tags", "Risk Level", "Source", "Lineitem discount",
    "Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value", "Tax 3 Name", "Tax 3 Value", "Tax 4 Name", "Tax 4 Value", "Tax 5 Name", "Tax 5 Value", "Phone",
    "Receipt Number", "Duties", "Billing Province Name", "Shipping Province Name", "Payment ID", "Payment Terms Name", "Next Payment Due At",
    "Payment References",
)  # fmt: skip
MOVEMENT_HEADER = ("Item", "Day", "Opening", "Received", "Dispatched", "Customer returns", "Corrections", "Closing")
STOCK_HEADER = ("Item", "Counted on", "Units on hand", "Units available")
FULFILMENTS = ("fulfilled", "unfulfilled", "unfulfilled")
PAYMENTS = ("paid", "pending", "voided")
CALLED_OFF_SECONDS = 600
STOCK_WEEKS = 26


def mappings() -> list[dict[str, Any]]:
    """Return the column mappings that read the files of the 3PL, in the shape of `workbench.settings.Mapping`."""
    moved = {
        "sku": "Item", "date": "Day", "starting": "Opening", "receipts": "Received", "shipments": "Dispatched",
        "returns": "Customer returns", "adjustments": "Corrections", "ending": "Closing",
    }  # fmt: skip
    counted = {"sku": "Item", "date": "Counted on", "on_hand": "Units on hand", "available": "Units available"}
    return [
        {"name": "3PL movements", "table": "movements", "columns": moved, "constants": {"node": SHOP.node}},
        {"name": "3PL stock", "table": "stock", "columns": counted, "constants": {"node": SHOP.node}},
    ]


def shop_orders(world: World, lines: pd.DataFrame) -> pa.Table:
    """Return the own store's order lines as Shopify exports them: what is the order's stands on its first line."""
    order, status = lines["order"].to_numpy(), lines["status"].to_numpy()
    first = np.diff(order, prepend=-1) != 0
    item = world.catalogue.offers["item"].to_numpy()[lines["offer"].to_numpy()]
    of_order = {name: text.chosen(first, cells, "") for name, cells in _order_cells(lines, np.cumsum(first) - 1).items()}
    cells = {
        **of_order,
        "Name": text.joined(text.constant("#", len(lines)), text.whole(order + 1000)),
        "Lineitem quantity": text.whole(lines["units"].to_numpy()),
        "Lineitem name": text.picked(world.catalogue.items["title"], item),
        "Lineitem sku": text.picked(world.catalogue.items["sku"], item),
        "Lineitem price": text.cents(lines["price"].to_numpy()),
        "Lineitem requires shipping": text.constant("true", len(lines)),
        "Lineitem taxable": text.constant("true", len(lines)),
        "Lineitem fulfillment status": text.picked(FULFILMENTS, status),
        "Lineitem discount": text.cents(_discount(lines)),
        "Vendor": text.picked(world.catalogue.items["brand"], item),
    }
    return text.lines_of(ORDER_HEADER, cells)


def _discount(lines: pd.DataFrame) -> np.ndarray:
    return np.where(lines["status"] == CANCELLED, 0, lines["discount"].to_numpy())


def _order_cells(lines: pd.DataFrame, number: np.ndarray) -> dict[str, pa.Array]:
    """What the first line of an order says of all of it; `number` counts the orders."""
    n, status, ordered_at = len(lines), lines["status"].to_numpy(), lines["ordered_at"].to_numpy()
    off = np.bincount(number, _discount(lines))[number].astype(np.int64)
    due = np.bincount(number, lines["price"].to_numpy() * lines["units"].to_numpy())[number].astype(np.int64) - off
    called_off = text.instant(ordered_at + CALLED_OFF_SECONDS, "  +0000")
    return {
        "Financial Status": text.picked(PAYMENTS, status),
        "Fulfillment Status": text.picked(FULFILMENTS, status),
        "Currency": text.constant(SHOP.currency, n),
        "Subtotal": text.cents(due),
        "Shipping": text.constant("0.00", n),
        "Taxes": text.constant("0.00", n),
        "Total": text.cents(due),
        "Discount Amount": text.cents(off),
        "Created at": text.instant(ordered_at, "  +0000"),
        "Cancelled at": text.chosen(status == CANCELLED, called_off, ""),
        "Payment Method": text.constant("Shopify Payments", n),
        "Refunded Amount": text.constant("0.00", n),
        "Source": text.constant("web", n),
    }


def write_shop_orders(world: World, inbox: Path) -> None:
    """Write the own store's orders: the last month, and half-years before."""
    lines = world.orders.lines
    lines = lines[lines["place"] == PLACES.index(SHOP)]
    if not len(lines):
        return
    table, day = shop_orders(world, lines), lines["day"].to_numpy()
    for first, last in text.spans(world.calendar, months_each=6, recent_months=1):
        begin, end = np.searchsorted(day, [first, last + 1])
        if end > begin:
            name = f"shop-orders_{world.calendar.dates[first]}_{world.calendar.dates[last]}.csv"
            text.save(inbox / name, text.delimited(table.slice(begin, end - begin), ","), world.calendar.saved_at(last))


def write_third_party(world: World, inbox: Path) -> None:
    """Write the 3PL's movements by quarter, and its weekly counts of the last half-year."""
    if not len(world.offers_of(SHOP)):
        return
    lines = movements.moving_rows(world, SHOP, statement_days(world))
    day, sku = lines["day"].to_numpy(), _skus(world, lines["offer"].to_numpy())
    cells = {
        "Item": sku,
        "Day": text.date_text(world.calendar.dates[day]),
        "Opening": text.whole(lines["starting"].to_numpy()),
        "Received": text.whole(lines["receipts"].to_numpy()),
        "Dispatched": text.whole(lines["shipments"].to_numpy()),
        "Customer returns": text.whole(lines["returns"].to_numpy()),
        "Corrections": text.whole((lines["found"] + lines["lost"] + lines["damaged"]).to_numpy()),
        "Closing": text.whole(lines["ending"].to_numpy()),
    }
    table = text.lines_of(MOVEMENT_HEADER, cells)
    for first, last in ledger_spans(world):
        begin, end = np.searchsorted(day, [first, last + 1])
        if end > begin:
            name = f"3pl-movements_{world.calendar.dates[first]}_{world.calendar.dates[last]}.csv"
            text.save(inbox / name, text.delimited(table.slice(begin, end - begin), ","), world.calendar.saved_at(last, delay_days=1))
    _write_counts(world, inbox)


def _write_counts(world: World, inbox: Path) -> None:
    last, offers = world.calendar.length - 1, world.offers_of(SHOP)
    counted = last - 7 * np.arange(STOCK_WEEKS)[::-1]
    counted = counted[counted >= world.calendar.warm_up]
    day, offer = np.repeat(counted, len(offers)), np.tile(offers, len(counted))
    kept = world.policy.launch[offer] <= day
    day, offer = day[kept], offer[kept]
    units = text.whole(world.balance[day, offer])
    cells = {"Item": _skus(world, offer), "Counted on": text.date_text(world.calendar.dates[day]), "Units on hand": units, "Units available": units}
    table = text.lines_of(STOCK_HEADER, cells)
    text.save(inbox / f"3pl-stock_{world.calendar.dates[-1]}.csv", text.delimited(table, ","), world.calendar.saved_at(last))


def _skus(world: World, offer: np.ndarray) -> pa.Array:
    return text.picked(world.catalogue.items["sku"], world.catalogue.offers["item"].to_numpy()[offer])
