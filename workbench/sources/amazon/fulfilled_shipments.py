"""Amazon-fulfilled shipments: one line an item of a parcel that left FBA for a customer, of the marketplace or of another shop.

The day is that of the channel's own clock. Names, addresses, telephones, e-mails and tracking numbers are not read.
"""

import pandas as pd

from workbench.sources.amazon import marketplaces, order_lines
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows


def make(rows: Rows) -> Tables:
    """Return tables shipments, channels and nodes."""
    channel = rows.each("sales_channel", order_lines.channel)
    sold = rows.each("sales_channel", marketplaces.code_of)
    pool = _pool(rows, sold)
    shipped_at = rows.moments("shipment_date").utc("UTC")
    shipments = pd.DataFrame(
        {
            "order_id": rows.text("order_id"),
            "sku": rows.text("sku"),
            "date": order_lines.days(shipped_at, pool),
            "channel": channel,
            "node": "fba-" + pool.str.lower(),
            "shipped_at": shipped_at,
            "units": rows.number("units"),
            "revenue": rows.number("item_price") - order_lines.tax_inside(rows, pool),
            "discount": rows.number("discount").abs(),
            "currency": rows.text("currency"),
            "kind": pd.Series("normal", index=channel.index).mask(order_lines.outside(channel), "multichannel"),
        }
    )
    shipments = shipments.assign(line=rows.line_numbers(shipments["order_id"], shipments["sku"], shipments["date"]))
    return {
        "shipments": shipments,
        "channels": marketplaces.channel_rows(marketplaces.named(sold)),
        "nodes": marketplaces.node_rows(marketplaces.named(pool)),
    }


def _pool(rows: Rows, sold: pd.Series) -> pd.Series:
    """The country of the pool that a parcel left: that of its marketplace; for other shops, the one named, else where the money is used, else home."""
    found = sold.fillna(rows.each("sales_channel", order_lines.clock))
    found = found.fillna(rows.each("currency", lambda text: getattr(marketplaces.by_currency(text.upper()), "code", None)))
    return found.fillna(rows.home()) if found.isna().any() else found


REPORT = Report(
    name="GET_AMAZON_FULFILLED_SHIPMENTS_DATA_GENERAL",
    needed={
        "order_id": ["amazon-order-id"],
        "shipment_date": ["shipment-date"],
        "sku": ["sku"],
        "units": ["quantity-shipped"],
    },
    optional={
        "sales_channel": ["sales-channel"],
        "currency": ["currency"],
        "item_price": ["item-price"],
        "item_tax": ["item-tax"],
        "discount": ["item-promotion-discount"],
    },
    telling=frozenset({"order_id", "shipment_date", "units"}),
    filled=("order_id", "shipment_date", "sku"),
    make=make,
    silent=silent(
        """merchant-order-id, shipment-id, shipment-item-id, amazon-order-item-id, merchant-order-item-id, purchase-date, payments-date,
        reporting-date, buyer-email, buyer-name, buyer-phone-number, product-name, shipping-price, shipping-tax, gift-wrap-price, gift-wrap-tax,
        ship-service-level, recipient-name, ship-address-1, ship-address-2, ship-address-3, ship-city, ship-state, ship-postal-code,
        ship-country, ship-phone-number, bill-address-1, bill-address-2, bill-address-3, bill-city, bill-state, bill-postal-code, bill-country,
        ship-promotion-discount, carrier, tracking-number, estimated-arrival-date, fulfillment-center-id, fulfillment-channel,
        points-granted, is-business-order, purchase-order-number, price-designation, is-amazon-invoiced, invoice-business-legal-name"""
    ),
)
