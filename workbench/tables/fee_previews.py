"""Fees per unit as the marketplace itself foresees them, per SKU and channel."""

from workbench.tables.base import Day, Table, Text, column, key


class FeePreviews(Table):
    """Fees per unit as the marketplace itself foresees them, per SKU and channel."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("day of the preview")
    price: float = column("price that the fees were reckoned at", "money", ge=0)
    referral_fee: float = column("commission on one unit at that price", "money", ge=0)
    closing_fee: float = column("variable closing fee of one unit", "money", ge=0)
    fulfilment_fee: float = column("pick, pack and ship fee of one unit", "money", ge=0)
    total_fee: float = column("all selling fees of one unit as the marketplace adds them up", "money", ge=0)
    size_tier: Text = column("size tier that the fee goes by")
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
