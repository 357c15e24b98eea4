"""FBA customer returns: a tab-delimited file a marketplace and half-year."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.datasets.operations import DISPOSITIONS
from workbench.datasets.places import MARKETPLACES, PLACES, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.reports.orders import order_ids
from workbench.datasets.world import World

HEADER = (
    "return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id", "detailed-disposition", "reason",
    "status", "license-plate-number", "customer-comments",
)  # fmt: skip
REASONS = (
    ("UNWANTED_ITEM", "ORDERED_WRONG_ITEM", "NO_REASON_GIVEN", "UNWANTED_ITEM", "FOUND_BETTER_PRICE"),
    ("DAMAGED_BY_CARRIER", "NOT_AS_DESCRIBED", "UNWANTED_ITEM", "NOT_COMPATIBLE", "QUALITY_UNACCEPTABLE"),
    ("DEFECTIVE", "QUALITY_UNACCEPTABLE", "DEFECTIVE", "NOT_AS_DESCRIBED", "DEFECTIVE"),
)
"""by disposition"""
COMMENT = "packaging split and contents spoiled"


def return_lines(world: World) -> pd.DataFrame:
    """Return every unit that came back: day, offer, order line, state, and whether it was of the bad batch; by place and day."""
    back, units = world.ledger.came_back, world.units
    unit = back["unit"].to_numpy()
    lines = pd.DataFrame(
        {
            "unit": unit,
            "day": units.return_day[unit],
            "offer": units.offer[unit],
            "line": world.orders.line_of_unit[unit],
            "state": back["state"].to_numpy(),
            "bad": back["bad"].to_numpy(),
        }
    )
    lines["place"] = world.catalogue.offers["place"].to_numpy()[lines["offer"].to_numpy()]
    return lines.sort_values(["place", "day", "unit"], kind="stable", ignore_index=True)


def return_table(world: World, place: Place, lines: pd.DataFrame) -> pa.Table:
    """Return customer returns as the report shows them."""
    n, unit, state = len(lines), lines["unit"].to_numpy(), lines["state"].to_numpy()
    item = world.catalogue.offers["item"].to_numpy()[lines["offer"].to_numpy()]
    order = world.orders.lines["order"].to_numpy()[lines["line"].to_numpy()]
    # seconds of a working day that lie on the same date in UTC and at the place
    seconds = (world.calendar.dates[lines["day"].to_numpy()].astype(np.int64)) * 86_400 + 12 * 3600 + unit * 37 % (8 * 3600)
    about = {"sku": "sku", "asin": "product_id", "fnsku": "fulfilment_id", "product-name": "title"}
    cells = {name: text.picked(world.catalogue.items[column], item) for name, column in about.items()}
    reason = np.where(lines["bad"], 0, unit % 5)
    cells |= {
        "return-date": text.instant(seconds),
        "order-id": order_ids(place, order),
        "quantity": text.constant("1", n),
        "fulfillment-center-id": text.picked(place.centres, unit % len(place.centres)),
        "detailed-disposition": text.picked(DISPOSITIONS, state),
        "reason": text.picked([r for by_state in REASONS for r in by_state], state * 5 + reason),
        "status": text.chosen(state == 0, "Unit returned to inventory", "Reimbursed"),
        "license-plate-number": text.joined(text.constant("LPN", n), text.padded(unit * 7_919 % 10**9, 9)),
        "customer-comments": text.chosen(lines["bad"].to_numpy() & (unit % 3 == 0), COMMENT, ""),
    }
    return text.lines_of(HEADER, cells)


def write_returns(world: World, inbox: Path) -> None:
    """Write the customer returns of every marketplace: the last month, and half-years before."""
    every = return_lines(world)
    for place in MARKETPLACES:
        lines = every[every["place"] == PLACES.index(place)]
        if not len(lines):
            continue
        table, day = return_table(world, place, lines), lines["day"].to_numpy()
        for first, last in text.spans(world.calendar, months_each=6, recent_months=1):
            begin, end = np.searchsorted(day, [first, last + 1])
            if end > begin:
                name = f"customer-returns_{place.channel}_{world.calendar.dates[first]}_{world.calendar.dates[last]}.txt"
                text.save(inbox / name, text.delimited(table.slice(begin, end - begin)), world.calendar.saved_at(last))
