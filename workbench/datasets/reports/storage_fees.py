"""Monthly storage fee charges: a tab-delimited file a marketplace and month, a line a SKU and warehouse."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.datasets.places import MARKETPLACES, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.reports.storage_rates import storage_rate
from workbench.datasets.world import World

HEADER = (
    "asin", "fnsku", "product_name", "fulfillment_center", "country_code", "longest_side", "median_side", "shortest_side", "measurement_units",
    "weight", "weight_units", "item_volume", "volume_units", "product_size_tier", "average_quantity_on_hand", "average_quantity_pending_removal",
    "estimated_total_item_volume", "month_of_charge", "storage_rate", "currency", "estimated_monthly_storage_fee", "dangerous_goods_storage_type",
    "eligible_for_inventory_discount", "qualifies_for_inventory_discount", "total_incentive_fee_amount", "breakdown_incentive_fee_amount",
    "average_quantity_customer_orders", "sku",
)  # fmt: skip
"""the exact header, and the column `sku` that some stores have"""
TIERS = {"small_standard": "Small standard-size", "large_standard": "Large standard-size", "small_bulky": "Small bulky"}
SPLIT_ABOVE_UNITS = 40
MONTHS = 6


def storage_lines(world: World, place: Place, month: np.datetime64) -> pd.DataFrame:
    """Return what a month's storage costs: offer, warehouse, mean units on hand, volume, rate and fee."""
    days = np.flatnonzero(world.calendar.dates.astype("datetime64[M]") == month)
    offers = world.offers_of(place)
    units = (world.balance[days][:, offers] + world.ledger.unsellable[days][:, offers]).mean(axis=0).round(2)
    kept = units > 0
    whole = pd.DataFrame({"offer": offers[kept], "centre": offers[kept] % len(place.centres), "units": units[kept]})
    second = whole[whole["units"] > SPLIT_ABOVE_UNITS].assign(centre=lambda f: (f["centre"] + 1) % len(place.centres))
    second["units"] = (second["units"] * 0.4).round(2)
    whole.loc[second.index, "units"] -= second["units"]
    lines = pd.concat([whole, second]).sort_values(["offer", "centre"], kind="stable", ignore_index=True)
    item = world.catalogue.offers["item"].to_numpy()[lines["offer"]]
    lines["volume"] = (lines["units"] * world.catalogue.items["volume_ft3"].to_numpy()[item]).round(4)
    lines["rate"] = storage_rate(place, world.catalogue.items["size_tier"].to_numpy()[item], int(str(month)[5:7]))
    lines["fee"] = np.floor(lines["volume"] * lines["rate"] * 100 + 0.5 + 1e-9) / 100
    return lines


def storage_table(world: World, place: Place, month: np.datetime64) -> pa.Table:
    """Return a month's storage fee charges as the report shows them."""
    lines, n = (found := storage_lines(world, place, month)), len(found)
    item = world.catalogue.offers["item"].to_numpy()[lines["offer"]]
    items = world.catalogue.items.iloc[item]
    about = {"asin": "product_id", "fnsku": "fulfilment_id", "product_name": "title", "sku": "sku"}
    measures = {"longest_side": "length_in", "median_side": "width_in", "shortest_side": "height_in", "weight": "weight_lb"}
    fixed = {
        "country_code": place.country, "measurement_units": "inches", "weight_units": "pounds", "volume_units": "cubic feet",
        "average_quantity_pending_removal": "0.00", "month_of_charge": str(month), "currency": place.currency,
        "dangerous_goods_storage_type": "--", "eligible_for_inventory_discount": "No", "qualifies_for_inventory_discount": "No",
        "total_incentive_fee_amount": "0.00", "average_quantity_customer_orders": "0.00",
    }  # fmt: skip
    cells = {name: text.constant(value, n) for name, value in fixed.items()}
    cells |= {name: text.picked(items[column], np.arange(n)) for name, column in about.items()}
    cells |= {name: text.decimal(items[column].to_numpy(), 2) for name, column in measures.items()}
    cells |= {
        "fulfillment_center": text.picked(place.centres, lines["centre"].to_numpy()),
        "item_volume": text.decimal(items["volume_ft3"].to_numpy(), 4),
        "product_size_tier": text.picked([TIERS[tier] for tier in items["size_tier"]], np.arange(n)),
        "average_quantity_on_hand": text.decimal(lines["units"].to_numpy(), 2),
        "estimated_total_item_volume": text.decimal(lines["volume"].to_numpy(), 4),
        "storage_rate": text.decimal(lines["rate"].to_numpy(), 2),
        "estimated_monthly_storage_fee": text.decimal(lines["fee"].to_numpy(), 2),
    }
    return text.lines_of(HEADER, cells)


def charged_months(world: World) -> list[np.datetime64]:
    """Return the months that have been charged: bills come on the tenth of the month after."""
    months = np.unique(world.calendar.dates[world.calendar.shown].astype("datetime64[M]"))
    return list(months[:-1][-MONTHS:])


def write_storage_fees(world: World, inbox: Path) -> None:
    """Write the storage fee charges of every marketplace and month; the last month has no bill yet."""
    for place in MARKETPLACES:
        for month in charged_months(world) if len(world.offers_of(place)) else ():
            table = storage_table(world, place, month)
            last = world.calendar.index((month + 1).astype("datetime64[D]")) - 1
            if table.num_rows:
                text.save(inbox / f"storage-fees_{place.node}_{month}.txt", text.delimited(table), world.calendar.saved_at(last, delay_days=10))
