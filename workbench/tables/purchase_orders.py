"""What was ordered from suppliers, with promised and actual dates."""

from workbench.tables.base import Day, Table, Text, column, key


class PurchaseOrders(Table):
    """What was ordered from suppliers, with promised and actual dates."""

    purchase_order: Text = key("purchase order number")
    sku: Text = key("stock keeping unit, as the seller writes it")
    supplier: Text = column("who makes it")
    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    ordered_date: Day = column("day of the order")
    promised_date: Day = column("day the supplier promised delivery")
    received_date: Day = column("day it could be sold; empty while open")
    units_ordered: float = column("units ordered", "units", ge=0)
    units_received: float = column("units received so far", "units", ge=0)
    unit_cost: float = column("price of one unit", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")
    batch: Text = column("production batch")
    status: Text = column("state of the order", codes=("draft", "approved", "sent", "received", "cancelled"))

    class Config(Table.Config):
        unique = ["purchase_order", "sku"]
