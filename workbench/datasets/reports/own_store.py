"""The own store and its 3PL: CSV files of other systems, read through the column mappings in the settings."""

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
    "Name", "Created at", "Fulfillment Status", "Currency", "Lineitem quantity", "Lineitem name", "Lineitem sku", "Lineitem price",
    "Lineitem total", "Lineitem discount", "Source",
)  # fmt: skip
MOVEMENT_HEADER = ("Item", "Day", "Opening", "Received", "Dispatched", "Customer returns", "Corrections", "Closing")
STOCK_HEADER = ("Item", "Counted on", "Units on hand", "Units available")
STATUSES = ("shipped", "pending", "cancelled")
STOCK_WEEKS = 26


def mappings() -> list[dict[str, Any]]:
    """Return the column mappings that read these files, in the shape of `workbench.settings.Mapping`."""
    orders = {
        "order_id": "Name", "ordered_at": "Created at", "sku": "Lineitem sku", "units": "Lineitem quantity",
        "revenue": "Lineitem total", "discount": "Lineitem discount", "currency": "Currency", "status": "Fulfillment Status",
    }  # fmt: skip
    moved = {
        "sku": "Item", "date": "Day", "starting": "Opening", "receipts": "Received", "shipments": "Dispatched",
        "returns": "Customer returns", "adjustments": "Corrections", "ending": "Closing",
    }  # fmt: skip
    counted = {"sku": "Item", "date": "Counted on", "on_hand": "Units on hand", "available": "Units available"}
    store = {"channel": SHOP.channel, "line": 0, "kind": "normal", "fulfilment": "merchant"}
    return [
        {"name": "own store orders", "table": "orders", "columns": orders, "constants": store},
        {"name": "3PL movements", "table": "movements", "columns": moved, "constants": {"node": SHOP.node}},
        {"name": "3PL stock", "table": "stock", "columns": counted, "constants": {"node": SHOP.node}},
    ]


def shop_orders(world: World, lines: pd.DataFrame) -> pa.Table:
    """Return the own store's order lines as its system exports them."""
    n, units = len(lines), lines["units"].to_numpy()
    item = world.catalogue.offers["item"].to_numpy()[lines["offer"].to_numpy()]
    cells = {
        "Name": text.joined(text.constant("#", n), text.whole(lines["order"].to_numpy() + 1000)),
        "Created at": text.instant(lines["ordered_at"].to_numpy(), "  +0000"),
        "Fulfillment Status": text.picked(STATUSES, lines["status"].to_numpy()),
        "Currency": text.constant(SHOP.currency, n),
        "Lineitem quantity": text.whole(units),
        "Lineitem name": text.picked(world.catalogue.items["title"], item),
        "Lineitem sku": text.picked(world.catalogue.items["sku"], item),
        "Lineitem price": text.cents(lines["price"].to_numpy()),
        "Lineitem total": text.cents(lines["price"].to_numpy() * units),
        "Lineitem discount": text.cents(np.where(lines["status"] == CANCELLED, 0, lines["discount"].to_numpy())),
        "Source": text.constant("web", n),
    }
    return text.lines_of(ORDER_HEADER, cells)


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
