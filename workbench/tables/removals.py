"""Removal, disposal and liquidation orders of units in a fulfilment network."""

from workbench.tables.base import Day, Table, Text, column, key


class Removals(Table):
    """Removal, disposal and liquidation orders of units in a fulfilment network."""

    order_id: Text = key("number of the removal order")
    sku: Text = key("stock keeping unit, as the seller writes it")
    disposition: Text = key("sellable or in which way not")
    node: Text = column("place where the units lay, where known")
    kind: Text = column("what becomes of the units", codes=("return", "disposal", "liquidation", "donation", "other"))
    status: Text = column("state of the order", codes=("planning", "pending", "processing", "completed", "cancelled"))
    requested_date: Day = column("day it was asked for")
    updated_date: Day = column("day of its last change")
    shipped_date: Day = column("day of the last parcel")
    units_requested: float = column("units asked for", "units", ge=0)
    units_cancelled: float = column("units called off", "units", ge=0)
    units_disposed: float = column("units destroyed or given away", "units", ge=0)
    units_shipped: float = column("units sent out", "units", ge=0)
    units_in_process: float = column("units still being worked on", "units", ge=0)
    fee: float = column("fee of the line", "money")
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["order_id", "sku", "disposition"]
