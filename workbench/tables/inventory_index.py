"""Amazon's inventory performance index, as the seller reads it off the screen: it cannot be exported or recomputed."""

from workbench.tables.base import Day, Table, Text, column, key


class InventoryIndex(Table):
    """Amazon's inventory performance index, as the seller reads it off the screen: it cannot be exported or recomputed."""

    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    date: Day = key("day it was read")
    ipi: float = column("inventory performance index", "0-1000", ge=0, le=1000)
    threshold: float = column("index below which capacity is cut", "0-1000", ge=0, le=1000)

    class Config(Table.Config):
        unique = ["node", "date"]
