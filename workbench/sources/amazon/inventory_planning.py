"""FBA inventory planning (Manage FBA Inventory): a snapshot of stock, its age, offers and what Amazon knows of the item.

Age tiers that do not overlap are taken; surcharges by finer tiers are summed into them. The header grew over the
years: one tier above 365 days became two, reserved units were split by kind.
"""

from collections.abc import Sequence

import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.amazon.measures import to_cubic_feet
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

TIERS: tuple[tuple[int, float, tuple[str, ...]], ...] = (
    (0, 90, ()),
    (91, 180, ()),
    (181, 270, ("181-210", "211-240", "241-270")),
    (271, 365, ("271-300", "301-330", "331-365")),
    (366, 455, ("366-455",)),
    (456, float("nan"), ("456-plus",)),
)
OLD_LAST_TIER = (366, float("nan"), ("365-plus",))
_STOCK = {
    "available": "available",
    "reserved_customer_order": "reserved_customer_order",
    "reserved_transfer": "reserved_transfer",
    "reserved_processing": "reserved_processing",
    "reserved_staging": "reserved_staging",
    "unfulfillable": "unfulfillable",
    "inbound_working": "inbound_working",
    "inbound_shipped": "inbound_shipped",
    "inbound_receiving": "inbound_received",
    "pending_removal": "pending_removal",
    "order_units_reported": "ship_in_units",
}


def make(rows: Rows) -> Tables:
    """Return tables stock, stock_age, listings, items, and the places they name."""
    code = marketplaces.codes(rows, "marketplace")
    place = pd.DataFrame({"sku": rows.text("sku"), "code": code.str.lower(), "date": rows.day("snapshot_date")})
    used = marketplaces.named(code)
    return {
        "stock": _stock(rows, place),
        "stock_age": _stock_age(rows, place),
        "listings": _listings(rows, place),
        "items": _items(rows, place),
        "channels": marketplaces.channel_rows(used),
        "nodes": marketplaces.node_rows(used),
        "serves": marketplaces.serves_rows(used),
    }


def _at_node(place: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"sku": place["sku"], "node": "fba-" + place["code"], "date": place["date"]})


def _stock(rows: Rows, place: pd.DataFrame) -> pd.DataFrame:
    columns = {ours: rows.number(theirs) for ours, theirs in _STOCK.items()}
    reserved = rows.number("reserved")
    parts = columns["reserved_customer_order"] + columns["reserved_transfer"] + columns["reserved_processing"]
    on_hand = columns["available"] + reserved.fillna(parts)
    return _at_node(place).assign(on_hand=on_hand, **columns, days_of_supply_reported=rows.number("days_of_supply", open_ended=True))


def _stock_age(rows: Rows, place: pd.DataFrame) -> pd.DataFrame:
    tiers = TIERS if rows.has("age_366") else (*TIERS[:4], OLD_LAST_TIER)
    currency = rows.text("currency")
    parts = []
    for start, end, finer in tiers:
        name = f"age_{start}" if (start, end, finer) != OLD_LAST_TIER else "age_old"
        part = _at_node(place).assign(
            age_from_days=start,
            age_to_days=end,
            units=rows.number(name),
            surcharge_units=_sum(rows, "ais_units", finer),
            surcharge_estimated=_sum(rows, "ais_money", finer),
            currency=currency,
        )
        parts.append(part[part["units"].notna()])
    return pd.concat(parts)


def _sum(rows: Rows, what: str, finer: Sequence[str]) -> pd.Series:
    """Over finer tiers; unknown where the report tells none of them."""
    columns = [rows.number(f"{what}_{tier}") for tier in finer]
    return pd.concat(columns, axis=1).sum(axis=1, min_count=1) if columns else pd.Series(float("nan"), index=range(len(rows)))


def _listings(rows: Rows, place: pd.DataFrame) -> pd.DataFrame:
    sale, usual = rows.number("sales_price"), rows.number("your_price")
    return pd.DataFrame(
        {
            "sku": place["sku"],
            "channel": "amazon-" + place["code"],
            "date": place["date"],
            "product_id": rows.text("asin"),
            "title": rows.text("title"),
            "price": sale.where(sale > 0, usual),
            "currency": rows.text("currency"),
            "fulfilment": "fba",
        }
    )


def _items(rows: Rows, place: pd.DataFrame) -> pd.DataFrame:
    """One row a SKU; a SKU of several marketplaces is described by its first row."""
    items = pd.DataFrame(
        {
            "sku": place["sku"],
            "title": rows.text("title"),
            "product_id": rows.text("asin"),
            "fulfilment_id": rows.text("fnsku"),
            "category": rows.text("category"),
            "volume_ft3": to_cubic_feet(rows, "volume", "volume_unit"),
            "supplier": rows.text("supplier"),
        }
    )
    return items.drop_duplicates("sku")


def _ages() -> dict[str, list[str]]:
    spelled = {f"age_{start}": [f"{start}-to-{end:.0f}-days" if end == end else f"{start}-plus-days"] for start, end, _ in TIERS}
    spelled["age_old"] = ["365-plus-days"]
    return {name: [f"{prefix}-age-{tail}" for prefix in ("inv", "inventory") for tail in tails] for name, tails in spelled.items()}


def _surcharges() -> dict[str, list[str]]:
    finer = [tier for _, _, tiers in (*TIERS, OLD_LAST_TIER) for tier in tiers]
    units = {f"ais_units_{tier}": [f"quantity-to-be-charged-ais-{tier}-days"] for tier in finer}
    return units | {f"ais_money_{tier}": [f"estimated-ais-{tier}-days"] for tier in finer}


REPORT = Report(
    name="GET_FBA_INVENTORY_PLANNING_DATA",
    needed={
        "snapshot_date": ["snapshot-date"],
        "sku": ["sku", "merchant-sku", "msku"],
        "available": ["available"],
        "age_0": _ages()["age_0"],
    },
    optional={
        "marketplace": ["marketplace"],
        "currency": ["currency"],
        "fnsku": ["fnsku"],
        "asin": ["asin"],
        "title": ["product-name", "产品名称", "商品名称"],
        "category": ["product-group"],
        "supplier": ["supplier"],
        "your_price": ["your-price"],
        "sales_price": ["sales-price"],
        "volume": ["item-volume"],
        "volume_unit": ["volume-unit-measurement"],
        "reserved": ["Total Reserved Quantity", "reserved-quantity"],
        "reserved_transfer": ["fc-transfer", "Reserved FC Transfer"],
        "reserved_processing": ["Reserved FC Processing"],
        "reserved_customer_order": ["Reserved Customer Order"],
        "reserved_staging": ["Reserved Staging"],
        "unfulfillable": ["unfulfillable-quantity"],
        "inbound_working": ["inbound-working"],
        "inbound_shipped": ["inbound-shipped"],
        "inbound_received": ["inbound-received", "inbound-receiving"],
        "pending_removal": ["pending-removal-quantity"],
        "days_of_supply": ["days-of-supply"],
        "ship_in_units": ["Recommended ship-in quantity"],
        **{name: spelled for name, spelled in _ages().items() if name != "age_0"},
        **_surcharges(),
    },
    telling=frozenset({"snapshot_date", "available", "age_0"}),
    filled=("snapshot_date", "sku"),
    make=make,
    silent=silent(
        """condition, units-shipped-t7, units-shipped-t30, units-shipped-t60, units-shipped-t90, alert, lowest-price-new-plus-shipping,
        lowest-price-used, recommended-action, healthy-inventory-level, DEPRECATED healthy-inventory-level, recommended-sales-price,
        recommended-sale-duration-days, recommended-removal-quantity, estimated-cost-savings-of-recommended-actions, sell-through,
        storage-type, storage-volume, sales-rank, estimated-excess-quantity, weeks-of-cover-t30, weeks-of-cover-t90, featuredoffer-price,
        sales-shipped-last-7-days, sales-shipped-last-30-days, sales-shipped-last-60-days, sales-shipped-last-90-days,
        inv-age-0-to-30-days, inv-age-31-to-60-days, inv-age-61-to-90-days, inv-age-181-to-330-days, inv-age-331-to-365-days,
        estimated-storage-cost-next-month, inbound-quantity, no-sale-last-6-months, qty-to-be-charged-ltsf-9-mo, projected-ltsf-9-mo,
        qty-to-be-charged-ltsf-12-mo, estimated-ltsf-next-charge, historical-days-of-supply, fba-minimum-inventory-level,
        fba-inventory-level-health-status, Recommended ship-in date, Last updated date for Historical Days of Supply,
        Exempted from Low-Inventory-Level fee?, Exempted from Low-Inventory cost coverage Fee?,
        Low-Inventory-Level fee applied in current week?, Short term historical days of supply, Long term historical days of supply,
        Inventory age snapshot date, Inventory Supply at FBA, Total Days of Supply (including units from open shipments),
        is-seasonal-in-next-3-months, season-name, season-start-date, season-end-date, Fulfillment Service and Programs"""
    ),
)
