"""Restock recommendations: where the units of a SKU are, how long they last, and what Amazon would send in.

The report carries no day. Supply beyond a year is written 365+; a size of storage may be a word (Small) and then tells no
volume. Headers of the Japanese report are part Japanese, part English.
"""

import pandas as pd

from workbench.sources.amazon import pools
from workbench.sources.amazon.measures import stated_volume
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

_MERCHANT = frozenset({"merchant", "seller", "mfn", "fbm"})


def make(rows: Rows) -> Tables:
    """Return tables stock, listings, items, and the places they name."""
    code = pools.codes(rows, "country")
    stays = rows.drop(rows.each("fulfilled_by", str.lower).isin(_MERCHANT), "merchant_fulfilled")
    date = pools.today(rows, code)
    stock = _stock(rows, code, date, stays)
    items = pools.items(
        rows, supplier=rows.each("supplier", pools.supplier), volume_ft3=rows.text("size").map(stated_volume, na_action="ignore").astype("float64")
    )
    return {
        "stock": stock,
        "listings": pools.offers(rows, code, date, rows.number("price"), rows.text("currency"), stays),
        "items": items[stays[items.index]],
        **pools.places(code[stays]),
    }


def _stock(rows: Rows, code: pd.Series, date: pd.Series, stays: pd.Series) -> pd.DataFrame:
    available = rows.number("available")
    reserved = {name: rows.number(name) for name in ("reserved_customer_order", "reserved_transfer", "reserved_processing")}
    inbound = {name: rows.number(name) for name in ("inbound_working", "inbound_shipped", "inbound_receiving")}
    units = {"on_hand": available + sum(reserved.values()), "available": available, **reserved, **inbound}
    units |= {"unfulfillable": rows.number("unfulfillable"), "order_units_reported": rows.number("order_units")}
    supply = rows.number("supply_days", open_ended=True).fillna(rows.number("total_supply_days", open_ended=True))
    frame = pd.DataFrame({"sku": rows.text("sku"), "node": pools.nodes(code), "date": date, **units, "days_of_supply_reported": supply})
    return pools.summed(rows, frame[stays], list(units))


REPORT = Report(
    name="GET_RESTOCK_INVENTORY_RECOMMENDATIONS_REPORT",
    needed={
        "sku": ["Merchant SKU", "出品者SKU"],
        "available": ["Available", "在庫あり", "在庫にある", "販売可能"],
        "order_units": ["Recommended replenishment qty", "Recommended replenishment quantity", "推奨される在庫補充数", "推奨される在庫補充数量"],
    },
    optional={
        "country": ["Country", "国", "国名"],
        "currency": ["Currency code", "通貨コード"],
        "price": ["Price", "価格"],
        "supplier": ["Supplier", "仕入先"],
        "reserved_transfer": ["FC transfer", "FC移管中"],
        "reserved_processing": ["FC Processing", "入出荷作業中 - FC処理中", "FC処理中"],
        "reserved_customer_order": ["Customer Order", "入出荷作業中 - 出荷待ち", "出荷待ち"],
        "unfulfillable": ["Unfulfillable", "販売不可"],
        "inbound_working": ["Working", "進行中"],
        "inbound_shipped": ["Shipped", "出荷済み"],
        "inbound_receiving": ["Receiving", "受領中"],
        "fulfilled_by": ["Fulfilled by"],
        "supply_days": ["Days of Supply at Amazon Fulfillment Network", "Amazonフルフィルメントセンターでの在庫日数", "Days of Supply"],
        "total_supply_days": ["Total Days of Supply (including units from open shipments)"],
        "size": ["Unit storage size"],
        **pools.NAMES,
    },
    telling=frozenset({"sku", "available", "order_units"}),
    filled=("sku",),
    make=make,
    silent=silent(
        """Condition, コンディション, Supplier part no., Sales last 30 days, 過去30日間の売上, Units Sold Last 30 Days,
        過去30日間に販売されたユニット数, Total Units, Inbound, Alert, 警告, Recommended ship date, 推奨発送日, Recommended action"""
    ),
    former=frozenset({"fulfilled_by", "supply_days", "total_supply_days", "size", "supplier"}),
    together=("sku",),
)
