"""All orders: one line an order line, by purchase instant in UTC; the day is that of the channel's own clock.

Cancelled lines stay, marked as such. In VAT countries the line price holds the tax and the tax stands beside it, so
that revenue is the difference; in North America the price comes without tax. Nothing about the buyer is read.
"""

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces, order_lines
from workbench.sources.order_words import fulfilment, line_status, status
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows, pick

REACH = np.timedelta64(2, "D")
"""What is bought ships a day or two later: so far orders reach back before the first update, and updates beyond the last order, either way."""
KINDS = ("normal", "free", "vine", "replacement", "multichannel")


def make(rows: Rows) -> Tables:
    """Return tables orders and channels."""
    channel = rows.each("sales_channel", order_lines.channel)
    codes = rows.each("sales_channel", marketplaces.code_of)
    bought = rows.moments("purchase_date").utc("UTC")
    state = line_status(rows.each("order_status", status), rows.each("item_status", status))
    units, price = rows.number("quantity"), rows.number("item_price")
    order_id, sku = rows.text("order_id"), rows.text("sku")
    orders = pd.DataFrame(
        {
            "channel": channel,
            "order_id": order_id,
            "sku": sku,
            "line": rows.line_numbers(channel, order_id, sku),
            "date": order_lines.days(bought, codes.fillna(rows.each("sales_channel", order_lines.clock)) if codes.isna().any() else codes),
            "ordered_at": bought,
            "units": units,
            "revenue": price - order_lines.tax_inside(rows, codes),
            "discount": rows.number("discount").abs(),
            "currency": rows.text("currency"),
            "status": state,
            "kind": pick(KINDS, _kinds(rows, channel, units, price, state)),
            "fulfilment": rows.each("fulfilment", fulfilment),
        }
    )
    _tell(rows, channel, codes)
    _tell_coverage(rows, bought)
    return {"orders": orders, "channels": marketplaces.channel_rows(marketplaces.named(codes))}


def _kinds(rows: Rows, channel: pd.Series, units: pd.Series, price: pd.Series, state: pd.Series) -> np.ndarray:
    kinds = np.zeros(len(rows), dtype="int64")
    kinds[((price == 0) & (units > 0) & (state != "cancelled")).to_numpy()] = KINDS.index("free")
    kinds[rows.holds("promotion_ids", "vine.")] = KINDS.index("vine")
    kinds[rows.flag("is_replacement").to_numpy()] = KINDS.index("replacement")
    kinds[order_lines.outside(channel)] = KINDS.index("multichannel")
    return kinds


def _tell(rows: Rows, channel: pd.Series, codes: pd.Series) -> None:
    strange = channel[codes.isna()].value_counts()
    for name, count in strange.items():
        rows.note("multichannel" if str(name).startswith(order_lines.OUTSIDE) else "unknown_channel", rows=count, channel=name)


def _tell_coverage(rows: Rows, bought: np.ndarray) -> None:
    """Whether the file was asked by purchase, and holds all orders of its time, or by last update, and holds those that changed.

    Asked by purchase, orders begin together and their updates trail off; asked by update, updates end together and the
    orders reach back. So the time from the first order to the first update is the longer one only in the second case. An
    export of the last days has both short, and may be either: it holds all orders since its first update whichever it is.
    """
    orders = rows.carry.widen("purchase_date", bought)
    updates = rows.carry.widen("updated", rows.moments("updated").utc("UTC"))
    if orders and updates:
        before, after = updates[0] - orders[0], updates[1] - orders[1]
        rows.answer.covers = "keys" if before > max(after, REACH) else "days"
        rows.answer.since = updates[0].astype("datetime64[us]").item() if after <= REACH else None


REPORT = Report(
    name="GET_FLAT_FILE_ALL_ORDERS_DATA",
    needed={
        "order_id": ["amazon-order-id"],
        "purchase_date": ["purchase-date"],
        "order_status": ["order-status"],
        "sales_channel": ["sales-channel"],
        "sku": ["sku"],
        "quantity": ["quantity"],
        "item_price": ["item-price"],
    },
    optional={
        "item_status": ["item-status"],
        "fulfilment": ["fulfillment-channel", "fulfilment-channel"],
        "currency": ["currency"],
        "item_tax": ["item-tax"],
        "discount": ["item-promotion-discount"],
        "promotion_ids": ["promotion-ids"],
        "is_replacement": ["is-replacement-order"],
        "updated": ["last-updated-date"],
    },
    former=frozenset({"is_replacement"}),
    telling=frozenset({"order_id", "purchase_date", "order_status", "sales_channel", "item_price"}),
    filled=("order_id", "purchase_date", "sales_channel", "sku"),
    make=make,
    silent=silent(
        """merchant-order-id, order-channel, url, ship-service-level, product-name, asin, shipping-price, shipping-tax,
        gift-wrap-price, gift-wrap-tax, ship-promotion-discount, ship-city, ship-state, ship-postal-code, ship-country, cpf,
        is-business-order, purchase-order-number, price-designation, signature-confirmation-recommended, is-sold-by-ab, order-item-id"""
    ),
)
