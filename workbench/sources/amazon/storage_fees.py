"""Monthly storage fees as charged, by item, centre and month, and the item's measures that they rest on.

Most exports name the unit's label (FNSKU) and not the SKU. The SKU is then looked up among the items; where it is not
known there, the row stays under `fnsku:<label>`, so that no charge is lost. The month stands as its first day. Where the report
splits the fee into basic storage and the surcharge on utilisation, the two are held against it; what differs is told.
"""

import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.amazon.measures import to_cubic_feet, to_inches, to_pounds
from workbench.sources.lookup import skus
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

_HALF_CENT = 0.005 + 1e-9


def make(rows: Rows) -> Tables:
    """Return tables fees_charged and items."""
    sku = skus(rows, "fnsku", "fulfilment_id")
    code = marketplaces.codes(rows, "country")
    fees = pd.DataFrame(
        {
            "sku": sku,
            "node": "fba-" + code.str.lower(),
            "date": _month(rows),
            "kind": "storage",
            "units": rows.number("units"),
            "volume_ft3": to_cubic_feet(rows, "total_volume", "volume_unit"),
            "rate": rows.number("base_rate").fillna(rows.number("storage_rate")),
            "amount": rows.number("fee"),
            "surcharge": rows.number("surcharge"),
            "surcharge_volume_ft3": to_cubic_feet(rows, "surcharge_volume", "volume_unit"),
            "utilisation_ratio_weeks": _ratio(rows),
            "currency": rows.text("currency"),
        }
    )
    _hold_against(rows, fees["amount"])
    fees = fees.assign(line=rows.line_numbers(fees["sku"], fees["node"], fees["date"]))
    return {"fees_charged": fees, "items": _items(rows, sku), "nodes": marketplaces.node_rows(marketplaces.named(code))}


def _ratio(rows: Rows) -> pd.Series:
    """The storage utilisation ratio in weeks; unknown where the report has words for it or counts in another unit."""
    weeks = rows.text("ratio_unit").fillna("weeks").str.lower().str.startswith("week")
    return pd.to_numeric(rows.text("ratio"), errors="coerce").where(weeks)


def _hold_against(rows: Rows, fee: pd.Series) -> None:
    """The fee must be its two parts together, to half a cent a line."""
    parts = rows.number("base_fee") + rows.number("surcharge")
    both = parts.notna() & fee.notna()
    if both.any():
        differs = both & ((parts - fee).abs() >= _HALF_CENT)
        code = "storage_fee_differs" if differs.any() else "storage_fee_agrees"
        rows.note(code, rows=int(both.sum()), differing=int(differs.sum()), fee=float(fee[both].sum()), parts=float(parts[both].sum()))


def _month(rows: Rows) -> pd.Series:
    """The first day of a month written as 2026-05, 05/2026 or any day of it."""
    said = rows.text("month")
    whole = said.str.replace(r"^(\d{4})-(\d{1,2})$", r"\1-\2-01", regex=True).str.replace(r"^(\d{1,2})/(\d{4})$", r"\2-\1-01", regex=True)
    found = pd.to_datetime(whole, errors="coerce", format="mixed").astype("datetime64[us]")
    rows.blame("month", (found.isna() & said.notna()).to_numpy(), "expected a month such as 2026-05")
    return found.dt.to_period("M").dt.start_time.astype("datetime64[us]")


def _items(rows: Rows, sku: pd.Series) -> pd.DataFrame:
    items = pd.DataFrame(
        {
            "sku": sku,
            "title": rows.text("title"),
            "product_id": rows.text("asin"),
            "fulfilment_id": rows.text("fnsku"),
            "length_in": to_inches(rows, "longest", "side_unit"),
            "width_in": to_inches(rows, "median", "side_unit"),
            "height_in": to_inches(rows, "shortest", "side_unit"),
            "weight_lb": to_pounds(rows, "weight", "weight_unit"),
            "volume_ft3": to_cubic_feet(rows, "item_volume", "volume_unit"),
            "size_tier": rows.text("size_tier"),
        }
    )
    return items[~items["sku"].str.startswith("fnsku:").fillna(True).to_numpy(dtype=bool)].drop_duplicates("sku")


REPORT = Report(
    name="GET_FBA_STORAGE_FEE_CHARGES_DATA",
    needed={
        "fnsku": ["fnsku"],
        "month": ["month_of_charge"],
        "country": ["country_code"],
        "units": ["average_quantity_on_hand"],
        "total_volume": ["estimated_total_item_volume"],
        "fee": ["estimated_monthly_storage_fee"],
        "currency": ["currency"],
    },
    optional={
        "sku": ["sku"],
        "asin": ["asin"],
        "title": ["product_name"],
        "longest": ["longest_side"],
        "median": ["median_side"],
        "shortest": ["shortest_side"],
        "side_unit": ["measurement_units"],
        "weight": ["weight"],
        "weight_unit": ["weight_units"],
        "item_volume": ["item_volume"],
        "volume_unit": ["volume_units"],
        "size_tier": ["product_size_tier"],
        "base_rate": ["base_rate"],
        "storage_rate": ["storage_rate"],
        "base_fee": ["est_base_msf"],
        "surcharge": ["est_sus"],
        "surcharge_volume": ["est_vol_for_sus"],
        "ratio": ["storage_utilization_ratio"],
        "ratio_unit": ["storage_utilization_ratio_units"],
    },
    telling=frozenset({"month", "fee"}),
    former=frozenset({"sku", "base_rate", "storage_rate", "base_fee", "surcharge", "surcharge_volume", "ratio", "ratio_unit"}),
    filled=("month",),
    make=make,
    silent=silent(
        """fulfillment_center, average_quantity_pending_removal, utilization_surcharge_rate, avg_qty_for_sus, dangerous_goods_storage_type,
        eligible_for_inventory_discount, qualifies_for_inventory_discount, total_incentive_fee_amount, breakdown_incentive_fee_amount,
        average_quantity_customer_orders, category, eligible_for_discount, qualifies_for_discount"""
    ),
)
