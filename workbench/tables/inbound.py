"""Shipments on the way to a node."""

from workbench.tables.base import Day, Table, Text, column, key


class Inbound(Table):
    """Shipments on the way to a node."""

    shipment_id: Text = key("shipment number")
    sku: Text = key("stock keeping unit, as the seller writes it")
    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    purchase_order: Text = column("purchase order that the units belong to")
    units_shipped: float = column("units sent", "units", ge=0)
    units_received: float = column("units received so far", "units", ge=0)
    status: Text = column("how far it is", codes=("working", "shipped", "receiving", "received", "cancelled"))
    shipped_date: Day = column("day it left")
    expected_date: Day = column("day it is expected")
    received_date: Day = column("day the last unit was received")

    class Config(Table.Config):
        unique = ["shipment_id", "sku"]
