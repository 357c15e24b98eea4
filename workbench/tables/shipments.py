"""Units that left a node for customers."""

from workbench.tables.base import Day, Moment, Table, Text, column, key


class Shipments(Table):
    """Units that left a node for customers."""

    order_id: Text = key("order number")
    sku: Text = key("stock keeping unit, as the seller writes it")
    date: Day = key("day it left, in the location's time zone")
    line: int = key("line within order, SKU and day, from 0")
    channel: Text = column("channel it was bought on, where told")
    node: Text = column("place it left, where told")
    shipped_at: Moment = column("instant it left", "UTC")
    units: float = column("units shipped", "units", ge=0)
    revenue: float = column("price of the line without tax, before discount", "money")
    discount: float = column("promotion discount of the line", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")
    kind: Text = column("why it was sent", codes=("normal", "replacement", "multichannel"))

    class Config(Table.Config):
        unique = ["order_id", "sku", "date", "line"]
