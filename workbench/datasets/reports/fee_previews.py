"""Fee previews: a tab-delimited file a region, a line a SKU and store, as on the last day."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from workbench.datasets.places import DE, UK, US, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.selling_fees import selling_fees
from workbench.datasets.world import World

_ABOUT = ("sku", "fnsku", "asin", "amazon-store", "product-name", "product-group", "brand", "fulfilled-by")
_MEASURES = (
    "your-price", "sales-price", "longest-side", "median-side", "shortest-side", "length-and-girth", "unit-of-dimension", "item-package-weight",
    "unit-of-weight",
)  # fmt: skip
_FEES = ("currency", "estimated-fee-total", "estimated-referral-fee-per-unit", "estimated-variable-closing-fee")
AMERICAN = (
    *_ABOUT, *_MEASURES, "product-size-tier", *_FEES, "estimated-order-handling-fee-per-order", "estimated-pick-pack-fee-per-unit",
    "estimated-weight-handling-fee-per-unit", "expected-fulfillment-fee-per-unit",
    "estimated-future-fee (Current Selling on Amazon + Future Fulfillment fees)", "estimated-future-order-handling-fee-per-order",
    "estimated-future-pick-pack-fee-per-unit", "estimated-future-weight-handling-fee-per-unit", "expected-future-fulfillment-fee-per-unit",
)  # fmt: skip
CROSS_BORDER = ("uk", "de", "fr", "it", "es", "se")
EUROPEAN = (
    *_ABOUT, "has-local-inventory", *_MEASURES, "product-size-weight-band", *_FEES, "expected-domestic-fulfilment-fee-per-unit",
    *(f"expected-efn-fulfilment-fee-per-unit-{country}" for country in CROSS_BORDER),
)  # fmt: skip
REGIONS = {"na": (AMERICAN, (US,)), "eu": (EUROPEAN, (UK, DE))}
TIERS = {"small_standard": "Small standard-size", "large_standard": "Large standard-size", "small_bulky": "Small bulky"}
BANDS = {"small_standard": "Small envelope", "large_standard": "Standard parcel", "small_bulky": "Small oversize"}
CM_PER_IN, KG_PER_LB = 2.54, 0.45359237


def preview_table(world: World, place: Place, header: tuple[str, ...]) -> pa.Table:
    """Return the fee preview of a store as the report shows it; metric measures and a band of size and weight in Europe."""
    fees, american = selling_fees(world, place), header is AMERICAN
    items = world.catalogue.items.iloc[world.catalogue.offers["item"].to_numpy()[fees["offer"]]]
    n, every = len(fees), np.arange(len(fees))
    longest, median, shortest = (items[name].to_numpy() * (1 if american else CM_PER_IN) for name in ("length_in", "width_in", "height_in"))
    names = {"sku": "sku", "fnsku": "fulfilment_id", "asin": "product_id", "product-name": "title", "product-group": "category", "brand": "brand"}
    fixed = {
        "amazon-store": place.country, "fulfilled-by": "Amazon", "currency": place.currency,
        "unit-of-dimension": "inches" if american else "centimeters", "unit-of-weight": "pounds" if american else "kilograms",
    }  # fmt: skip
    sides = {"longest-side": longest, "median-side": median, "shortest-side": shortest, "length-and-girth": longest + 2 * (median + shortest)}
    money = {
        "your-price": world.prices.asked[world.calendar.length - 1, fees["offer"]], "sales-price": fees["price"],
        "estimated-fee-total": fees[["referral", "closing", "fulfilment"]].sum(axis=1),
        "estimated-referral-fee-per-unit": fees["referral"], "estimated-variable-closing-fee": fees["closing"],
        "expected-fulfillment-fee-per-unit" if american else "expected-domestic-fulfilment-fee-per-unit": fees["fulfilment"],
    }  # fmt: skip
    band = "product-size-tier" if american else "product-size-weight-band"
    unknown = {} if american else {name: "--" for name in header if "-efn-" in name} | {"has-local-inventory": "Yes"}
    cells = {name: text.picked(items[column], every) for name, column in names.items()}
    cells |= {name: text.constant(value, n) for name, value in (fixed | unknown).items()}
    cells |= {name: text.decimal(values, 2) for name, values in sides.items()} | {name: text.cents(values) for name, values in money.items()}
    cells[band] = text.picked([(TIERS if american else BANDS)[tier] for tier in items["size_tier"]], every)
    cells["item-package-weight"] = text.decimal(items["weight_lb"].to_numpy() * (1 if american else KG_PER_LB), 3)
    return text.lines_of(header, cells)


def write_fee_previews(world: World, inbox: Path) -> None:
    """Write the fee preview of each region, all its stores in one file."""
    last = world.calendar.length - 1
    for region, (header, stores) in REGIONS.items():
        tables = [preview_table(world, place, header) for place in stores if len(world.offers_of(place))]
        if tables:
            name = f"fee-preview_{region}_{world.calendar.dates[last]}.txt"
            text.save(inbox / name, text.delimited(pa.concat_tables(tables)), world.calendar.saved_at(last))
