"""What a fulfilment network found wrong with shipments that it received."""

from workbench.tables.base import Day, Table, Text, column, key


class InboundProblems(Table):
    """What a fulfilment network found wrong with shipments that it received."""

    shipment_id: Text = key("shipment number")
    sku: Text = key("stock keeping unit, as the seller writes it")
    problem: Text = key("kind of problem in the marketplace's words")
    line: int = key("line within shipment, SKU and problem, from 0")
    date: Day = column("day it was reported")
    units_problem: float = column("units with the problem", "units", ge=0)
    units_expected: float = column("units announced", "units", ge=0)
    units_received: float = column("units received", "units", ge=0)
    fee: float = column("fee for it", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["shipment_id", "sku", "problem", "line"]
