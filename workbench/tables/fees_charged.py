"""Fees as the marketplace charged them."""

from workbench.tables.base import Day, Table, Text, column, key


class FeesCharged(Table):
    """Fees as the marketplace charged them."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    date: Day = key("calendar day in the location's time zone")
    kind: Text = key(
        "which fee",
        codes=(
            "storage",
            "aged_inventory",
            "low_inventory",
            "fulfilment",
            "referral",
            "removal",
            "disposal",
            "liquidation",
            "inbound_placement",
            "overage",
            "other",
        ),
    )
    line: int = key("line within SKU, node, month and fee, from 0")
    units: float = column("units charged", "units", ge=0)
    volume_ft3: float = column("volume charged", "ft3", ge=0)
    rate: float = column("rate per ft3 or unit", "money")
    amount: float = column("amount charged", "money")
    surcharge: float = column("of the amount, the surcharge on utilisation, where the report splits it", "money")
    surcharge_volume_ft3: float = column("volume that this surcharge was charged on", "ft3", ge=0)
    utilisation_ratio_weeks: float = column("storage utilisation ratio that it went by", "weeks", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "node", "date", "kind", "line"]
