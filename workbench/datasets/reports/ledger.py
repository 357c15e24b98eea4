"""Ledger summaries: a tab-delimited file a marketplace and quarter, a line a day and SKU on which something moved or nothing was left."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.datasets import movements
from workbench.datasets.places import MARKETPLACES, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.world import World

HEADER = (
    "Date", "FNSKU", "ASIN", "MSKU", "Title", "Disposition", "Starting Warehouse Balance", "In Transit Between Warehouses", "Receipts",
    "Customer Shipments", "Customer Returns", "Vendor Returns", "Warehouse Transfer In/Out", "Found", "Lost", "Damaged", "Disposed",
    "Other Events", "Ending Warehouse Balance", "Unknown Events", "Location", "Store",
)  # fmt: skip
NAMES = {
    "Starting Warehouse Balance": "starting", "Receipts": "receipts", "Customer Shipments": "shipments", "Customer Returns": "returns",
    "Found": "found", "Lost": "lost", "Damaged": "damaged", "Disposed": "disposed", "Ending Warehouse Balance": "ending",
}  # fmt: skip
ALWAYS_ZERO = ("In Transit Between Warehouses", "Vendor Returns", "Warehouse Transfer In/Out", "Other Events", "Unknown Events")


def ledger_spans(world: World) -> list[tuple[int, int]]:
    """Return first and last day of each ledger file."""
    first = movements.first_told(world)
    return [(begin, end) for begin, end in text.spans(world.calendar, months_each=3, recent_months=1) if begin >= first]


def statement_days(world: World) -> list[int]:
    """Return the days on which every balance is stated: the first of each file, and once a week."""
    firsts = {first for first, _ in ledger_spans(world)}
    return sorted(firsts | set(range(movements.first_told(world), world.calendar.length, 7)))


def ledger_lines(world: World, place: Place) -> pd.DataFrame:
    """Return the ledger of a place, every disposition, by day and SKU."""
    offers, stated_on = world.offers_of(place), statement_days(world)
    first = movements.first_told(world)
    parts = [movements.moving_rows(world, place, stated_on).assign(state=0)]
    grids = [movements.unsellable(world, offers, state) for state in movements.STATES[1:]]
    # a day that tells of one unsellable state tells of all, so that they can be added up
    told = [movements.moved(grid, stated_on) for grid in grids]
    for number, (grid, own) in enumerate(zip(grids, told, strict=True), start=1):
        stated = own | (np.any(told, axis=0) & (grid.ending > 0))
        parts.append(movements.rows(grid, offers, stated, first).assign(state=number))
    lines = pd.concat(parts, ignore_index=True)
    return lines.sort_values(["day", "offer", "state"], kind="stable", ignore_index=True)


def ledger_table(world: World, place: Place, lines: pd.DataFrame) -> pa.Table:
    """Return ledger lines as the report shows them."""
    item, n = world.catalogue.offers["item"].to_numpy()[lines["offer"].to_numpy()], len(lines)
    about = {"FNSKU": "fulfilment_id", "ASIN": "product_id", "MSKU": "sku", "Title": "title"}
    cells = {name: text.picked(world.catalogue.items[column], item) for name, column in about.items()}
    cells |= {name: text.whole(lines[column].to_numpy()) for name, column in NAMES.items()}
    cells |= {name: text.constant("0", n) for name in ALWAYS_ZERO}
    cells["Date"] = text.date_text(world.calendar.dates[lines["day"].to_numpy()], "%m/%d/%Y")
    cells["Disposition"] = text.picked(movements.STATES, lines["state"].to_numpy())
    cells["Location"] = text.constant(place.country, n)
    return text.lines_of(HEADER, cells)


def write_ledger(world: World, inbox: Path) -> None:
    """Write the ledger summary of every marketplace: the last month, and the eight quarters before."""
    for place in MARKETPLACES:
        if not len(world.offers_of(place)):
            continue
        lines = ledger_lines(world, place)
        table, day = ledger_table(world, place, lines), lines["day"].to_numpy()
        for first, last in ledger_spans(world):
            begin, end = np.searchsorted(day, [first, last + 1])
            if end > begin:
                name = f"ledger-summary_{place.channel}_{world.calendar.dates[first]}_{world.calendar.dates[last]}.txt"
                text.save(inbox / name, text.delimited(table.slice(begin, end - begin)), world.calendar.saved_at(last))
