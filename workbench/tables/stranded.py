"""Units in a fulfilment network that nobody can buy, for want of an active listing."""

from workbench.tables.base import Day, Table, Text, column, key


class Stranded(Table):
    """Units in a fulfilment network that nobody can buy, for want of an active listing."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    date: Day = key("day of the report")
    stranded_date: Day = column("day since which it is stranded")
    reason: Text = column("reason in the marketplace's words")
    units: float = column("units that could be sold if listed", "units", ge=0)
    unfulfillable: float = column("damaged, defective or expired", "units", ge=0)
    removal_date: Day = column("day on which the marketplace removes it by itself")

    class Config(Table.Config):
        unique = ["sku", "node", "date"]
