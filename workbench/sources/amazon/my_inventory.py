"""Manage FBA inventory: what the pool holds of each SKU, and what is on the way, as of now.

The report of all inventory and that of inventory without suppressed listings have one header and cannot be told apart: both
are read as the latter. The price stands without currency; it is that of the marketplace. Volumes stand without unit, which
is the cubic foot in the United States and not known elsewhere. Units that the seller ships from elsewhere are not in a pool.
"""

from workbench.sources.amazon import marketplaces, pools
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

_IN_CUBIC_FEET = "US"
_NO = "no"


def make(rows: Rows) -> Tables:
    """Return tables stock, listings, items, and the places they name."""
    code = pools.codes(rows, "store")
    date = pools.today(rows, code)
    in_pool = (rows.each("fba", str.lower) != _NO).to_numpy()
    available, reserved = rows.number("available"), rows.number("reserved")
    stock = pools.snapshot(
        rows,
        code,
        date,
        on_hand=available + reserved,
        available=available,
        reserved_transfer=rows.number("transfers"),
        unfulfillable=rows.number("unsellable"),
        inbound_working=rows.number("working"),
        inbound_shipped=rows.number("shipped"),
        inbound_receiving=rows.number("receiving"),
    )
    price = rows.number("price")
    currency = code.map({place.code: place.currency for place in marketplaces.named(code)}).astype("str")
    volume = rows.number("volume").where(code == _IN_CUBIC_FEET)
    return {
        "stock": stock[in_pool[stock.index]],
        "listings": pools.offers(rows, code, date, price, currency.where(price.notna()), in_pool),
        "items": pools.items(rows, volume_ft3=volume.where(volume > 0)),
        **pools.places(code),
    }


REPORT = Report(
    name="GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA",
    needed={
        "sku": ["sku", "seller-sku"],
        "available": ["afn-fulfillable-quantity"],
        "unsellable": ["afn-unsellable-quantity"],
        "reserved": ["afn-reserved-quantity"],
    },
    optional={
        "fba": ["afn-listing-exists"],
        "price": ["your-price"],
        "volume": ["per-unit-volume"],
        "working": ["afn-inbound-working-quantity"],
        "shipped": ["afn-inbound-shipped-quantity"],
        "receiving": ["afn-inbound-receiving-quantity"],
        "transfers": ["afn-fc-transfer-quantity"],
        "store": ["store"],
        **pools.NAMES,
    },
    telling=frozenset({"available", "reserved"}),
    filled=("sku",),
    make=make,
    silent=silent(
        """condition, mfn-listing-exists, mfn-fulfillable-quantity, afn-warehouse-quantity, afn-total-quantity, afn-researching-quantity,
        afn-reserved-future-supply, afn-future-supply-buyable, afn-onhand-buyable-quantity, afn-fulfillable-quantity-local,
        afn-fulfillable-quantity-remote"""
    ),
    former=frozenset({"transfers", "store", "working", "shipped", "receiving"}),
    together=("sku",),
)
