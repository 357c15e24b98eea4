"""All-orders reports of the marketplaces: a tab-delimited file a marketplace and month, a quarter each further back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.datasets.order_lines import CANCELLED, PENDING, REPLACEMENT, VINE
from workbench.datasets.places import MARKETPLACES, PLACES, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.world import World

HEADER = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel", "sales-channel",
    "order-channel", "ship-service-level", "product-name", "sku", "asin", "item-status", "quantity", "currency", "item-price", "item-tax",
    "shipping-price", "shipping-tax", "gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city",
    "ship-state", "ship-postal-code", "ship-country", "promotion-ids", "cpf", "is-business-order", "purchase-order-number",
    "price-designation", "signature-confirmation-recommended", "order-item-id",
)  # fmt: skip
STATUSES = ("Shipped", "Pending", "Cancelled")
ITEM_STATUSES = ("Shipped", "Unshipped", "Cancelled")
SALES_TAX, VAT = {"US": 0.07}, {"UK": 0.20, "DE": 0.19}
"""sales tax comes on top of the line's price, value added tax is inside it"""
SERVICES = ("Expedited", "Standard", "SecondDay")
HANDLING_SECONDS = 19 * 3600


def order_ids(place: Place, order: np.ndarray) -> pa.Array:
    """Return order numbers of the marketplace's form, one an order: two one-to-one maps of its number onto seven digits."""
    prefix = text.picked([str(p) for p in place.order_prefixes], order % len(place.order_prefixes))
    middle, last = (order * 7_654_321 + 1_234_567) % 10**7, (order * 6_700_417 + 7_654_321) % 10**7
    dash = text.constant("-", len(order))
    return text.joined(prefix, dash, text.padded(middle, 7), dash, text.padded(last, 7))


def order_table(world: World, place: Place, lines: pd.DataFrame, status: np.ndarray | None = None) -> pa.Table:
    """Return order lines of one place as the report shows them; `status` replaces the lines' own."""
    status = lines["status"].to_numpy() if status is None else status
    n, order = len(lines), lines["order"].to_numpy()
    # most cancelled lines show no quantity and no price, some keep them
    emptied = (status == CANCELLED) & (order % 10 < 7)
    quantity = np.where(emptied, 0, lines["units"].to_numpy())
    cells = {
        **_order(world, place, lines, status),
        **_product(world, lines),
        **_address(place, order),
        **_money(place, lines, quantity, emptied, status),
        "quantity": text.whole(quantity),
        "item-status": text.picked(ITEM_STATUSES, status),
        "signature-confirmation-recommended": text.constant("false", n),
        "order-item-id": text.padded(lines.index.to_numpy() * 7919 % 10**8 + 4_000_000_000_0000, 14),
    }
    return text.lines_of(HEADER, cells)


def _order(world: World, place: Place, lines: pd.DataFrame, status: np.ndarray) -> dict[str, pa.Array]:
    n, order, ordered_at = len(lines), lines["order"].to_numpy(), lines["ordered_at"].to_numpy()
    last = world.calendar.saved_at(world.calendar.length - 1) - 1800
    touched = np.minimum(ordered_at + np.where(status == PENDING, 900, HANDLING_SECONDS + order % 3600), np.maximum(last, ordered_at))
    return {
        "amazon-order-id": order_ids(place, order),
        "purchase-date": text.instant(ordered_at),
        "last-updated-date": text.instant(touched),
        "order-status": text.picked(STATUSES, status),
        "fulfillment-channel": text.constant("Amazon", n),
        "sales-channel": text.constant(place.sales_channel, n),
        "ship-service-level": text.picked(SERVICES, order % 3),
    }


def _product(world: World, lines: pd.DataFrame) -> dict[str, pa.Array]:
    item = world.catalogue.offers["item"].to_numpy()[lines["offer"].to_numpy()]
    names = {"product-name": "title", "sku": "sku", "asin": "product_id"}
    return {name: text.picked(world.catalogue.items[column], item) for name, column in names.items()}


def _address(place: Place, order: np.ndarray) -> dict[str, pa.Array]:
    at = order % len(place.cities)
    names = ("ship-city", "ship-state", "ship-postal-code")
    cells = {name: text.picked([city[k] for city in place.cities], at) for k, name in enumerate(names)}
    business = order % 12 == 0
    return {
        **cells,
        "ship-country": text.constant(place.country, len(order)),
        "is-business-order": text.chosen(business, "true", "false"),
        "price-designation": text.chosen(business, "Business Price", ""),
    }


def _money(place: Place, lines: pd.DataFrame, quantity: np.ndarray, emptied: np.ndarray, status: np.ndarray) -> dict[str, pa.Array]:
    price, discount, kind = lines["price"].to_numpy() * quantity, lines["discount"].to_numpy(), lines["kind"].to_numpy()
    vat = VAT.get(place.marketplace, 0.0)
    share = SALES_TAX.get(place.marketplace, vat / (1 + vat))
    tax = np.rint(np.maximum(price - discount, 0) * share).astype(np.int64)
    filled = {"item-price": price, "item-tax": tax, "item-promotion-discount": discount}
    zero = text.chosen(emptied, "", "0.00")
    cells = {name: text.chosen(emptied, "", text.cents(values)) for name, values in filled.items()}
    cells |= dict.fromkeys(("shipping-price", "shipping-tax", "gift-wrap-price", "gift-wrap-tax", "ship-promotion-discount"), zero)
    coupon = text.chosen((discount > 0) & ~emptied, "Coupon-Save-2026", "")
    return {
        **cells,
        "currency": text.chosen(emptied, "", place.currency),
        "promotion-ids": text.chosen(kind == VINE, "vine.enrollment.3f0c", text.chosen(kind == REPLACEMENT, "", coupon)),
    }


def write_orders(world: World, inbox: Path) -> None:
    """Write the all-orders report of every marketplace: a file a month for half a year, a quarter each before."""
    for place in MARKETPLACES:
        lines = world.orders.lines
        lines = lines[lines["place"] == PLACES.index(place)]
        if len(lines):
            _write_spans(world, place, order_table(world, place, lines), lines["day"].to_numpy(), inbox)


def _write_spans(world: World, place: Place, table: pa.Table, day: np.ndarray, inbox: Path) -> None:
    for first, last in text.spans(world.calendar, months_each=3, recent_months=6):
        begin, end = np.searchsorted(day, [first, last + 1])
        if end > begin:
            content = text.delimited(table.slice(begin, end - begin))
            text.save(inbox / order_file(world, place, first, last), content, world.calendar.saved_at(last))


def order_file(world: World, place: Place, first: int, last: int) -> str:
    """Return the name of an all-orders file."""
    dates = world.calendar.dates
    return f"all-orders_{place.channel}_{dates[first]}_{dates[last]}.txt"
