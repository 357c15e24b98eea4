"""Fee preview: what the marketplace foresees to charge for one unit of each SKU, and the measures that it goes by.

The report carries no date: it holds for the day the file was known. The fulfilment fee is the domestic one; a SKU without
stock in the store's own country is shipped from another, at the cross-border fee of that store. Two dashes are a fee that
is not known. Only the North American size tier describes the item; a European band of size and weight stays with the preview.
"""

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.amazon.measures import to_inches, to_pounds
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

_CROSS_BORDER = ("uk", "de", "fr", "it", "es", "se")
_TIERED = ("US", "CA", "MX")
_CUBIC_INCHES_A_FOOT = 1728


def make(rows: Rows) -> Tables:
    """Return tables fee_previews, items and channels."""
    code = marketplaces.codes(rows, "store")
    sku, channel = rows.text("sku"), "amazon-" + code.str.lower()
    sale, usual = rows.number("sales_price"), rows.number("your_price")
    previews = pd.DataFrame(
        {
            "sku": sku,
            "channel": channel,
            "date": np.datetime64(rows.known_at.date(), "us"),
            "price": sale.where(sale > 0, usual),
            "referral_fee": rows.number("referral_fee"),
            "closing_fee": rows.number("closing_fee"),
            "fulfilment_fee": _fulfilment_fee(rows, code),
            "total_fee": rows.number("total_fee"),
            "size_tier": rows.text("size_tier"),
            "currency": rows.text("currency"),
        }
    )
    stays = rows.drop(rows.line_numbers(sku, channel) > 0, "repeated")
    return {
        "fee_previews": previews[stays],
        "items": _items(rows, code)[stays].sort_values("size_tier", kind="stable").drop_duplicates("sku"),
        "channels": marketplaces.channel_rows(marketplaces.named(code)),
    }


def _fulfilment_fee(rows: Rows, code: pd.Series) -> pd.Series:
    """What it costs to ship one unit to this store's buyers, from its own country or from where the stock is."""
    domestic = rows.number("fulfilment_fee")
    abroad = pd.Series(np.nan, index=domestic.index)
    for country in _CROSS_BORDER:
        abroad = abroad.where(code != country.upper(), rows.number(f"cross_border_{country}"))
    elsewhere = rows.text("has_local_inventory").str.lower().str.startswith("n").fillna(False).astype(bool)
    return domestic.where(~(elsewhere & abroad.notna()), abroad).fillna(abroad)


def _items(rows: Rows, code: pd.Series) -> pd.DataFrame:
    length, width, height = (to_inches(rows, side, "side_unit") for side in ("longest", "median", "shortest"))
    return pd.DataFrame(
        {
            "sku": rows.text("sku"),
            "title": rows.text("title"),
            "product_id": rows.text("asin"),
            "fulfilment_id": rows.text("fnsku"),
            "category": rows.text("category"),
            "brand": rows.text("brand"),
            "size_tier": rows.text("size_tier").where(code.isin(_TIERED)),
            "length_in": length,
            "width_in": width,
            "height_in": height,
            "weight_lb": to_pounds(rows, "weight", "weight_unit"),
            "volume_ft3": length * width * height / _CUBIC_INCHES_A_FOOT,
        }
    )


def _spelled(kind: str, tail: str = "") -> list[str]:
    """A fee of now before one announced; British and American spelling."""
    return [f"expected-{when}{kind}{word}-fee-per-unit{tail}" for when in ("", "future-") for word in ("fulfilment", "fulfillment")]


REPORT = Report(
    name="GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA",
    needed={
        "sku": ["sku", "seller-sku", "merchant-sku"],
        "currency": ["currency"],
        "referral_fee": ["estimated-referral-fee-per-unit"],
        "fulfilment_fee": [*_spelled("domestic-"), *_spelled("")],
    },
    optional={
        "store": ["amazon-store", "marketplace", "store"],
        "fnsku": ["fnsku"],
        "asin": ["asin"],
        "title": ["product-name"],
        "category": ["product-group"],
        "brand": ["brand"],
        "has_local_inventory": ["has-local-inventory"],
        "your_price": ["your-price"],
        "sales_price": ["sales-price"],
        "longest": ["longest-side"],
        "median": ["median-side"],
        "shortest": ["shortest-side"],
        "side_unit": ["unit-of-dimension"],
        "weight": ["item-package-weight"],
        "weight_unit": ["unit-of-weight"],
        "size_tier": ["product-size-tier", "product-size-weight-band"],
        "total_fee": ["estimated-fee-total"],
        "closing_fee": ["estimated-variable-closing-fee"],
        **{f"cross_border_{country}": _spelled("efn-", f"-{country}") for country in _CROSS_BORDER},
    },
    telling=frozenset({"sku", "referral_fee"}),
    filled=("sku",),
    make=make,
    former=frozenset({"store", "has_local_inventory", *(f"cross_border_{country}" for country in _CROSS_BORDER)}),
    silent=silent(
        """fulfilled-by, length-and-girth, estimated-order-handling-fee-per-order, estimated-pick-pack-fee-per-unit,
        estimated-weight-handling-fee-per-unit, estimated-future-fee, estimated-future-order-handling-fee-per-order,
        estimated-future-fee (Current Selling on Amazon + Future Fulfillment fees), estimated-future-pick-pack-fee-per-unit,
        estimated-future-weight-handling-fee-per-unit"""
    ),
)
