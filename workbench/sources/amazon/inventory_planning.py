"""FBA inventory planning (Manage FBA Inventory): a snapshot of stock, its age, offers and what Amazon knows of the item.

Age tiers that do not overlap are taken; surcharges by finer tiers are summed into them. The header grew over the
years: one tier above 365 days became two, reserved units were split by kind, and a name that Amazon gives up is written
with DEPRECATED before it. One export of the same report holds the stock without its age.
"""

from collections.abc import Sequence

import pandas as pd

from workbench.sources.amazon import marketplaces, pools
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
_MONTHS = {0: 30, 31: 60, 61: 90}
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
    "removal_units_reported": "removal_units",
}
_FORMER = "DEPRECATED "


def make(rows: Rows) -> Tables:
    """Return tables stock, stock_age, listings, items, and the places they name."""
    code = marketplaces.codes(rows, "marketplace")
    place = pd.DataFrame({"sku": rows.text("sku"), "node": pools.nodes(code), "date": rows.day("snapshot_date")})
    sale, usual = rows.number("sales_price"), rows.number("your_price")
    return {
        "stock": _stock(rows, place),
        "stock_age": _stock_age(rows, place),
        "listings": pools.offers(rows, code, place["date"], sale.where(sale > 0, usual), rows.text("currency")),
        "items": _items(rows),
        **pools.places(code),
    }


def _stock(rows: Rows, place: pd.DataFrame) -> pd.DataFrame:
    columns = {ours: rows.number(theirs) for ours, theirs in _STOCK.items()}
    reserved = rows.number("reserved")
    parts = columns["reserved_customer_order"] + columns["reserved_transfer"] + columns["reserved_processing"]
    on_hand = columns["available"] + reserved.fillna(parts + columns["reserved_staging"].fillna(0))
    frame = place.assign(on_hand=on_hand, **columns, days_of_supply_reported=rows.number("days_of_supply", open_ended=True))
    return pools.summed(rows, frame, ["on_hand", *columns])


def _stock_age(rows: Rows, place: pd.DataFrame) -> pd.DataFrame:
    tiers = TIERS if rows.has("age_366") or not rows.has("age_old") else (*TIERS[:4], OLD_LAST_TIER)
    currency = rows.text("currency")
    parts = []
    for start, end, finer in tiers:
        name = f"age_{start}" if (start, end, finer) != OLD_LAST_TIER else "age_old"
        part = place.assign(
            age_from_days=start,
            age_to_days=end,
            units=rows.number(name) if start else rows.number(name).fillna(_finer_young(rows)),
            surcharge_units=_sum(rows, "ais_units", finer),
            surcharge_estimated=_sum(rows, "ais_money", finer),
            currency=currency,
        )
        parts.append(pools.merged(part[part["units"].notna()], ["units", "surcharge_units", "surcharge_estimated"]))
    return pd.concat(parts)


def _finer_young(rows: Rows) -> pd.Series:
    """The youngest tier from its three months, known only if all of them are."""
    return sum((rows.number(f"age_month_{start}") for start in _MONTHS), pd.Series(0.0, index=range(len(rows))))


def _sum(rows: Rows, what: str, finer: Sequence[str]) -> pd.Series:
    """Over finer tiers; unknown where the report tells none of them."""
    columns = [rows.number(f"{what}_{tier}") for tier in finer]
    return pd.concat(columns, axis=1).sum(axis=1, min_count=1) if columns else pd.Series(float("nan"), index=range(len(rows)))


def _items(rows: Rows) -> pd.DataFrame:
    """One row a SKU; a SKU of several marketplaces is described by its first row."""
    volume = to_cubic_feet(rows, "volume", "volume_unit")
    return pools.items(rows, category=rows.text("category"), volume_ft3=volume, supplier=rows.each("supplier", pools.supplier))


def _ages() -> dict[str, list[str]]:
    """Age tiers in the words of all generations and languages; 365+ and 366+ are one tier, named either way."""
    found = {}
    for start, end, _ in (*TIERS, OLD_LAST_TIER):
        name = "age_old" if start == OLD_LAST_TIER[0] and end != end else f"age_{start}"
        tails = [f"{start}-to-{end:.0f}-days"] if end == end else ["365-plus-days", "366-plus-days"] if name == "age_old" else [f"{start}-plus-days"]
        chinese = [f"库存龄 {start}-{end:.0f} 天"] if end == end else [f"库存龄 {age} 天以上" for age in ((365, 366) if name == "age_old" else (start,))]
        found[name] = [f"{prefix}-age-{tail}" for prefix in ("inv", "inventory") for tail in tails] + chinese
    for start, end in _MONTHS.items():
        found[f"age_month_{start}"] = [*(f"{prefix}-age-{start}-to-{end}-days" for prefix in ("inv", "inventory")), f"库存龄 {start}-{end} 天"]
    found["age_91"].append("库存龄 90-180 天")
    return found


def _surcharges() -> dict[str, list[str]]:
    found = {}
    for tier in (tier for _, _, tiers in (*TIERS, OLD_LAST_TIER) for tier in tiers):
        chinese = f"AIS {tier.removesuffix('-plus')} 天{'以上' if tier.endswith('plus') else ''}"
        found[f"ais_units_{tier}"] = [f"quantity-to-be-charged-ais-{tier}-days", f"qty-to-be-charged-ais-{tier}-days", f"{chinese}将收取费用数量"]
        found[f"ais_money_{tier}"] = [f"estimated-ais-{tier}-days", f"projected-ais-{tier}-days", f"{chinese}预估费用"]
    return found


def _with_former(spelled: dict[str, list[str]]) -> dict[str, list[str]]:
    """Every name also as Amazon writes it when it gives the column up."""
    return {name: [*names, *(_FORMER + each for each in names)] for name, names in spelled.items()}


_OPTIONAL = {
    "marketplace": ["marketplace", "站点"],
    "currency": ["currency", "货币"],
    "fnsku": ["fnsku"],
    "asin": ["asin"],
    "title": ["product-name", "产品名称", "商品名称"],
    "category": ["product-group", "商品类型"],
    "supplier": ["supplier"],
    "your_price": ["your-price", "your_price", "你的售价"],
    "sales_price": ["sales-price", "sales_price", "销售价"],
    "volume": ["item-volume", "商品体积"],
    "volume_unit": ["volume-unit-measurement", "体积单位"],
    "reserved": ["Total Reserved Quantity", "reserved-quantity", "预留库存总计"],
    "reserved_transfer": ["fc-transfer", "Reserved FC Transfer", "转运预留"],
    "reserved_processing": ["Reserved FC Processing", "fc-processing", "处理预留"],
    "reserved_customer_order": ["Reserved Customer Order", "customer-order", "客户订单预留"],
    "reserved_staging": ["Reserved Staging"],
    "unfulfillable": ["unfulfillable-quantity", "不可售库存"],
    "inbound_working": ["inbound-working", "入库-处理中"],
    "inbound_shipped": ["inbound-shipped", "入库-已发货"],
    "inbound_received": ["inbound-received", "inbound-receiving", "入库-已接收"],
    "pending_removal": ["pending-removal-quantity", "qty-with-removals-in-progress", "待移除库存"],
    "days_of_supply": ["days-of-supply", "供应天数"],
    "ship_in_units": ["Recommended ship-in quantity", "建议补货数量"],
    "removal_units": ["recommended-removal-quantity"],
    **_ages(),
    **_surcharges(),
}
_SILENT = silent(
    """condition, units-shipped-t7, units-shipped-t30, units-shipped-t60, units-shipped-t90, alert, lowest-price-new-plus-shipping,
        lowest-price-used, recommended-action, healthy-inventory-level, recommended-sales-price,
        recommended-sale-duration-days, estimated-cost-savings-of-recommended-actions, sell-through,
        storage-type, storage-volume, sales-rank, estimated-excess-quantity, weeks-of-cover-t30, weeks-of-cover-t90, featuredoffer-price,
        sales-shipped-last-7-days, sales-shipped-last-30-days, sales-shipped-last-60-days, sales-shipped-last-90-days,
        inv-age-181-to-330-days, inv-age-331-to-365-days,
        estimated-storage-cost-next-month, inbound-quantity, no-sale-last-6-months, qty-to-be-charged-ltsf-9-mo, projected-ltsf-9-mo,
        qty-to-be-charged-ltsf-12-mo, estimated-ltsf-next-charge, historical-days-of-supply, fba-minimum-inventory-level,
        fba-inventory-level-health-status, Recommended ship-in date, Last updated date for Historical Days of Supply,
        Exempted from Low-Inventory-Level fee?, Exempted from Low-Inventory cost coverage Fee?,
        Low-Inventory-Level fee applied in current week?, Short term historical days of supply, Long term historical days of supply,
        Inventory age snapshot date, Inventory Supply at FBA, Total Days of Supply (including units from open shipments),
        is-seasonal-in-next-3-months, season-name, season-start-date, season-end-date, Fulfillment Service and Programs,
        lowest_price_new, lowest_price_used, Recommended action, Healthy Inventory Level, Recommended sales price, Recommended sale duration (days),
        qty-to-be-charged-ltsf-6-mo, projected-ltsf-6-mo, projected-ltsf-12-mo, qty-to-be-charged-ltsf-11-mo, projected-ltsf-11-mo,
        units-shipped-last-24-hrs, units-shipped-last-7-days, units-shipped-last-30-days, units-shipped-last-60-days, units-shipped-last-90-days,
        unfulfillable-inv-age-0-to-90-days, cubic-feet, 商品状况, 7天销量, 30天销量, 60天销量, 90天销量, 警告, 全新品最低含运价, 二手最低价, 推荐操作,
        售出率, 存储类型, 存储体积, 销售排名, 预估超量库存, 30天周转周数, 90天周转周数, 特色优惠价, 7天销售额, 30天销售额, 60天销售额, 90天销售额,
        库存龄 181-330 天, 库存龄 331-365 天, 下月预计仓储费, 入库中, 供应周数, 预估超量供应周数,
        建议补货日期, 库存龄快照日期, FBA库存供应, 含在途库存的总供应天数"""
)

REPORT = Report(
    name="GET_FBA_INVENTORY_PLANNING_DATA",
    needed={
        "snapshot_date": ["snapshot-date", "快照日期"],
        "sku": ["sku", "merchant-sku", "msku"],
        "available": ["available", "available-quantity(sellable)", "avaliable-quantity(sellable)", "可用库存"],
    },
    optional=_with_former(_OPTIONAL),
    telling=frozenset({"snapshot_date", "available"}),
    filled=("snapshot_date", "sku"),
    make=make,
    silent=_SILENT | frozenset(f"deprecated{name}" for name in _SILENT),
    former=frozenset(_OPTIONAL) - {"marketplace", "currency", "asin", "title", "unfulfillable", "age_0", "age_91", "age_181", "age_271"},
    together=("sku", "snapshot_date"),
)
