"""FBA inventory planning: one snapshot a file and marketplace, at the ends of the last months, then by week, then the last day."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from workbench.datasets import movements
from workbench.datasets.places import MARKETPLACES, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.reports.planning_header import HEADER
from workbench.datasets.reports.storage_rates import aged_surcharge, storage_rate
from workbench.datasets.world import World

AGES = (30, 60, 90, 180, 210, 240, 270, 300, 330, 365, 455)
AGE_BUCKETS = {
    "inv-age-0-to-90-days": (None, 90), "inv-age-91-to-180-days": (90, 180), "inv-age-181-to-270-days": (180, 270),
    "inv-age-271-to-365-days": (270, 365), "inv-age-366-to-455-days": (365, 455), "inv-age-456-plus-days": (455, None),
    "inv-age-0-to-30-days": (None, 30), "inv-age-31-to-60-days": (30, 60), "inv-age-61-to-90-days": (60, 90),
    "inv-age-181-to-330-days": (180, 330), "inv-age-331-to-365-days": (330, 365),
}  # fmt: skip
SURCHARGE_BUCKETS = {
    "181-210": (180, 210), "211-240": (210, 240), "241-270": (240, 270), "271-300": (270, 300), "301-330": (300, 330),
    "331-365": (330, 365), "366-455": (365, 455), "456-plus": (455, None),
}  # fmt: skip
WINDOWS = (7, 30, 60, 90)
MONTHS_BACK = 6
WEEKS_BACK = 4


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Stock of the offers of a place at the end of a day, one value an offer."""

    day: int
    offers: np.ndarray
    balance: np.ndarray
    customer_order: np.ndarray
    processing: np.ndarray
    transfer: np.ndarray
    unfulfillable: np.ndarray
    inbound: dict[str, np.ndarray]
    shipped: dict[int, np.ndarray]
    revenue_cents: dict[int, np.ndarray]
    aged: np.ndarray
    """(offers, AGES) units at most so many days old"""

    @property
    def available(self) -> np.ndarray:
        """Units that can be bought and shipped now."""
        return self.balance - self.reserved

    @property
    def reserved(self) -> np.ndarray:
        """Units of open orders, between buildings, or being worked on."""
        return self.customer_order + self.processing + self.transfer

    def between(self, older: int | None, up_to: int | None) -> np.ndarray:
        """Return the units older than `older` days and at most `up_to` days old."""
        below = np.zeros(len(self.offers), np.int64) if older is None else self.aged[:, AGES.index(older)]
        return (self.balance if up_to is None else self.aged[:, AGES.index(up_to)]) - below


def snapshot(world: World, place: Place, day: int) -> Snapshot:
    """Return how the stock of a place stood at the end of a day."""
    offers = world.offers_of(place)
    ledger, shipments = world.ledger, world.shipments
    balance, waiting, free = (grid[day, offers].astype(np.int64) for grid in (world.balance, world.orders.pending, ledger.on_hand))
    fresh, recent = (ledger.receipts[max(day - back, 0) : day + 1, offers].sum(axis=0) for back in (1, 8))
    processing = np.minimum(free, np.rint(0.20 * fresh).astype(np.int64))
    transfer = np.minimum(free - processing, np.rint(0.15 * recent).astype(np.int64))
    windows = {back: slice(max(day - back + 1, 0), day + 1) for back in WINDOWS}
    price = world.prices.charged
    return Snapshot(
        day=day,
        offers=offers,
        balance=balance,
        customer_order=waiting,
        processing=processing,
        transfer=transfer,
        unfulfillable=ledger.unsellable[day, offers].astype(np.int64),
        inbound=inbound(world, offers, day),
        shipped={back: shipments[window, offers].sum(axis=0) for back, window in windows.items()},
        revenue_cents={back: (shipments[window, offers] * price[window, offers]).sum(axis=0) for back, window in windows.items()},
        aged=movements.units_by_age(ledger, world.balance, offers, day, list(AGES)),
    )


def inbound(world: World, offers: np.ndarray, day: int) -> dict[str, np.ndarray]:
    """Return the units on the way to each offer's node at the end of a day: announced, under way, being counted."""
    orders = world.ledger.orders
    due = orders["shipped"].to_numpy() - np.where(orders["arrives"] <= day, orders["shipped"] - orders["second"], 0)
    leaves, docks, last, ordered = (orders[name].to_numpy() for name in ("leaves", "docks", "last", "ordered"))
    stages = {
        "working": (ordered <= day) & (day < leaves) & (day >= leaves - 3),
        "shipped": (leaves <= day) & (day < docks),
        "receiving": (docks <= day) & (day < last),
    }
    size = len(world.catalogue.offers)
    return {name: np.bincount(orders["offer"].to_numpy()[at], due[at], size)[offers].astype(np.int64) for name, at in stages.items()}


def planning_table(world: World, place: Place, day: int) -> pa.Table:
    """Return the planning report of one day: offers with stock, units on the way or sales within 90 days."""
    now = snapshot(world, place, day)
    arriving = sum(now.inbound.values())
    kept = np.flatnonzero((now.balance > 0) | (arriving > 0) | (now.shipped[90] > 0) | (now.unfulfillable > 0))
    cells = {
        **_about(world, place, now),
        **_stock(now),
        **_ages(now),
        **_sales(now),
        **_surcharges(world, place, now),
        **_advice(world, place, now),
    }
    return text.lines_of(HEADER, cells).take(pa.array(kept))


def _about(world: World, place: Place, now: Snapshot) -> dict[str, pa.Array]:
    items, n = world.catalogue.items, len(now.offers)
    item = world.catalogue.offers["item"].to_numpy()[now.offers]
    names = {"sku": "sku", "fnsku": "fulfilment_id", "asin": "product_id", "product-name": "title", "product-group": "category"}
    asked, charged = world.prices.asked[now.day, now.offers], world.prices.charged[now.day, now.offers]
    bulky = np.isin(items["size_tier"].to_numpy()[item], ["small_bulky", "large_bulky"])
    volume = items["volume_ft3"].to_numpy()[item]
    return {
        **{name: text.picked(items[column], item) for name, column in names.items()},
        "snapshot-date": text.constant(str(world.calendar.dates[now.day]), n),
        "Inventory age snapshot date": text.constant(str(world.calendar.dates[now.day]), n),
        "condition": text.constant("New", n),
        "currency": text.constant(place.currency, n),
        "marketplace": text.constant(place.country, n),
        "your-price": text.cents(asked),
        "sales-price": text.cents(charged),
        "featuredoffer-price": text.cents(charged),
        "lowest-price-new-plus-shipping": text.cents(charged),
        "item-volume": text.decimal(volume, 4),
        "volume-unit-measurement": text.constant("cubic feet", n),
        "storage-type": text.chosen(bulky, "Oversize", "Standard"),
        "storage-volume": text.decimal(volume * now.balance, 4),
        "sales-rank": text.whole(900_000 // (1 + now.shipped[30]) + item),
        "is-seasonal-in-next-3-months": text.chosen(np.isin(items["category"].to_numpy()[item], ["Toys", "Seasonal decor"]), "Yes", "No"),
        "Fulfillment Service and Programs": text.constant("FBA", n),
    }


def _stock(now: Snapshot) -> dict[str, pa.Array]:
    zero = text.constant("0", len(now.offers))
    arriving = sum(now.inbound.values())
    numbers = {
        "available": now.available, "fc-transfer": now.transfer, "Total Reserved Quantity": now.reserved,
        "Reserved FC Processing": now.processing, "Reserved Customer Order": now.customer_order, "unfulfillable-quantity": now.unfulfillable,
        "inbound-quantity": arriving, "inbound-working": now.inbound["working"], "inbound-shipped": now.inbound["shipped"],
        "inbound-received": now.inbound["receiving"], "Inventory Supply at FBA": now.balance - now.customer_order + arriving,
    }  # fmt: skip
    return {name: text.whole(values) for name, values in numbers.items()} | {"pending-removal-quantity": zero, "Reserved Staging": zero}


def _ages(now: Snapshot) -> dict[str, pa.Array]:
    return {name: text.whole(now.between(*bounds)) for name, bounds in AGE_BUCKETS.items()}


def _sales(now: Snapshot) -> dict[str, pa.Array]:
    cells = {f"units-shipped-t{back}": text.whole(now.shipped[back]) for back in WINDOWS}
    return cells | {f"sales-shipped-last-{back}-days": text.cents(now.revenue_cents[back]) for back in WINDOWS}


def _surcharges(world: World, place: Place, now: Snapshot) -> dict[str, pa.Array]:
    item = world.catalogue.offers["item"].to_numpy()[now.offers]
    volume, exempt = world.catalogue.items["volume_ft3"].to_numpy()[item], world.catalogue.items["category"].to_numpy()[item] == "Apparel"
    cells = {}
    for name, bounds in SURCHARGE_BUCKETS.items():
        units = now.between(*bounds)
        charge = aged_surcharge(place, name, units, volume)
        cells[f"quantity-to-be-charged-ais-{name}-days"] = text.whole(units)
        cells[f"estimated-ais-{name}-days"] = text.money(np.where(exempt & ((bounds[1] or 999) <= 270), 0 * charge, charge))
    return cells


def _advice(world: World, place: Place, now: Snapshot) -> dict[str, pa.Array]:
    pace = now.shipped[30] / 30
    supply = _days(now.balance, pace)
    with_open = _days(now.balance + sum(now.inbound.values()), pace)
    excess = np.maximum(np.floor(now.balance - 90 * pace), 0)
    out, low = (now.balance == 0) & (pace > 0), (supply < 28) & (pace > 0)
    mean_stock = world.balance[max(now.day - 89, 0) : now.day + 1, now.offers].mean(axis=0)
    next_month = world.calendar.dates[now.day].astype("datetime64[M]") + 1
    item = world.catalogue.offers["item"].to_numpy()[now.offers]
    items = world.catalogue.items
    rate = storage_rate(place, items["size_tier"].to_numpy()[item], int(str(next_month)[5:7]))
    short, long = (_days(mean_stock, now.shipped[back] / back) for back in (30, 90))
    return {
        "alert": text.chosen(out, "Out of stock", text.chosen(low, "Low stock", text.chosen(excess > 0, "Excess", ""))),
        "recommended-action": text.chosen(low, "Go to Restock", text.chosen(excess > 0, "Create sale", "No action required")),
        "days-of-supply": _supply_text(supply),
        "Total Days of Supply (including units from open shipments)": _supply_text(with_open),
        "estimated-excess-quantity": text.whole(excess),
        "sell-through": text.decimal(np.divide(now.shipped[90], mean_stock, out=np.zeros(len(pace)), where=mean_stock > 0), 2),
        "weeks-of-cover-t30": text.decimal(np.minimum(_days(mean_stock, now.shipped[30] / 30) / 7, 999), 1),
        "weeks-of-cover-t90": text.decimal(np.minimum(_days(mean_stock, now.shipped[90] / 90) / 7, 999), 1),
        "estimated-storage-cost-next-month": text.money(rate * items["volume_ft3"].to_numpy()[item] * now.balance),
        "no-sale-last-6-months": text.whole(np.where(world.shipments[max(now.day - 181, 0) : now.day + 1, now.offers].sum(axis=0) == 0, now.balance, 0)),
        "Short term historical days of supply": text.decimal(np.minimum(short, 999), 1),
        "Long term historical days of supply": text.decimal(np.minimum(long, 999), 1),
        "historical-days-of-supply": text.decimal(np.minimum(np.maximum(short, long), 999), 1),
        "fba-minimum-inventory-level": text.whole(np.ceil(28 * pace)),
        "fba-inventory-level-health-status": text.chosen(low, "Low", text.chosen(excess > 0, "Excess", "Healthy")),
        "Recommended ship-in quantity": text.whole(np.maximum(np.ceil(60 * pace - now.balance - sum(now.inbound.values())), 0)),
        "Last updated date for Historical Days of Supply": text.constant(str(world.calendar.dates[now.day]), len(pace)),
        "Exempted from Low-Inventory-Level fee?": text.chosen(now.shipped[7] < 20, "Yes", "No"),
        "Low-Inventory-Level fee applied in current week?": text.chosen((now.shipped[7] >= 20) & (short < 28) & (long < 28), "Yes", "No"),
    }


def _days(units: np.ndarray, pace: np.ndarray) -> np.ndarray:
    """Return how many days units last at a pace; endless without sales, nothing without units."""
    return np.where(units <= 0, 0.0, np.divide(units, pace, out=np.full(len(pace), 1e9), where=pace > 0))


def _supply_text(days: np.ndarray) -> pa.Array:
    return text.chosen(days > 365, "365+", text.whole(np.minimum(days, 365)))


def snapshot_days(world: World) -> list[int]:
    """Return the days of the snapshots: ends of the last months, the last weeks, the last day."""
    dates, last = world.calendar.dates, world.calendar.length - 1
    month_ends = np.flatnonzero(np.diff(dates.astype("datetime64[M]").astype(np.int64)) > 0)[-MONTHS_BACK:]
    weeks = last - 7 * np.arange(WEEKS_BACK)
    return sorted({int(day) for day in (*month_ends, *weeks) if day >= world.calendar.warm_up})


def write_planning(world: World, inbox: Path) -> None:
    """Write the planning snapshots of every marketplace."""
    for place in MARKETPLACES:
        for day in snapshot_days(world) if len(world.offers_of(place)) else ():
            name = f"inventory-planning_{place.node}_{world.calendar.dates[day]}.txt"
            text.save(inbox / name, text.delimited(planning_table(world, place, day)), world.calendar.saved_at(day, delay_days=1))
