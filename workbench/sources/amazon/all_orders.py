"""All orders: one line an order line, by purchase instant in UTC; the day is that of the channel's own clock.

Cancelled lines stay, marked as such. In VAT countries the line price holds the tax and the tax stands beside it, so
that revenue is the difference; in North America the price comes without tax. Nothing about the buyer is read.
"""

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.order_words import fulfilment, line_status, status
from workbench.sources.reading.dates import local_days
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows, pick

KINDS = ("normal", "free", "vine", "replacement", "multichannel")
_OUTSIDE = "non-amazon"


def make(rows: Rows) -> Tables:
    """Return tables orders and channels."""
    channel = rows.each("sales_channel", _channel)
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
            "date": _days(bought, codes),
            "ordered_at": bought,
            "units": units,
            "revenue": price - _tax_inside(rows, codes),
            "discount": rows.number("discount").abs(),
            "currency": rows.text("currency"),
            "status": state,
            "kind": pick(KINDS, _kinds(rows, channel, units, price, state)),
            "fulfilment": rows.each("fulfilment", fulfilment),
        }
    )
    _tell(rows, channel, codes)
    return {"orders": orders, "channels": marketplaces.channel_rows(marketplaces.named(codes))}


def _channel(text: str) -> str:
    place = marketplaces.find(text)
    return place.channel if place else "-".join(text.lower().split())


def _days(bought: np.ndarray, codes: pd.Series) -> np.ndarray:
    days = bought.astype("datetime64[D]").astype("datetime64[us]")
    for place in marketplaces.named(codes):
        here = (codes == place.code).to_numpy()
        days[here] = local_days(bought[here], place.time_zone)
    return days


def _tax_inside(rows: Rows, codes: pd.Series) -> pd.Series:
    """The tax that a line price holds: none where prices come without, none where the report tells none."""
    including = [place.code for place in marketplaces.MARKETPLACES if place.tax_included]
    return rows.number("item_tax").fillna(0.0).where(codes.isin(including), 0.0)


def _kinds(rows: Rows, channel: pd.Series, units: pd.Series, price: pd.Series, state: pd.Series) -> np.ndarray:
    kinds = np.zeros(len(rows), dtype="int64")
    kinds[((price == 0) & (units > 0) & (state != "cancelled")).to_numpy()] = KINDS.index("free")
    kinds[rows.holds("promotion_ids", "vine.")] = KINDS.index("vine")
    kinds[rows.flag("is_replacement").to_numpy()] = KINDS.index("replacement")
    kinds[channel.str.startswith(_OUTSIDE).fillna(False).to_numpy(dtype=bool)] = KINDS.index("multichannel")
    return kinds


def _tell(rows: Rows, channel: pd.Series, codes: pd.Series) -> None:
    strange = channel[codes.isna()].value_counts()
    for name, count in strange.items():
        rows.note("multichannel" if str(name).startswith(_OUTSIDE) else "unknown_channel", rows=count, channel=name)


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
    },
    telling=frozenset({"order_id", "purchase_date", "order_status", "sales_channel", "item_price"}),
    filled=("order_id", "purchase_date", "sales_channel", "sku"),
    make=make,
    silent=silent(
        """merchant-order-id, last-updated-date, order-channel, url, ship-service-level, product-name, asin, shipping-price, shipping-tax,
        gift-wrap-price, gift-wrap-tax, ship-promotion-discount, ship-city, ship-state, ship-postal-code, ship-country, cpf,
        is-business-order, purchase-order-number, price-designation, signature-confirmation-recommended, is-sold-by-ab, order-item-id"""
    ),
)
