"""What changed a node's stock on a day; start plus movements is end."""

from workbench.tables.base import Day, Table, Text, column, key


class Movements(Table):
    """What changed a node's stock on a day; start plus movements is end."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    date: Day = key("calendar day in the location's time zone")
    starting: float = column("sellable units at the start of the day", "units")
    receipts: float = column("units received", "units")
    shipments: float = column("units shipped to customers; negative", "units")
    returns: float = column("units returned sellable", "units")
    adjustments: float = column("found, lost, damaged, disposed, transfers and other events", "units")
    ending: float = column("sellable units at the end of the day", "units")

    class Config(Table.Config):
        unique = ["sku", "node", "date"]
