"""Who makes the goods and how long it takes."""

from workbench.tables.base import Table, Text, column, key


class Suppliers(Table):
    """Who makes the goods and how long it takes."""

    supplier: Text = key("supplier code")
    name: Text = column("name a person recognises")
    production_days: float = column("days from order to ready", "days", ge=0)
    transit_days: float = column("days on the way", "days", ge=0)
    receiving_days: float = column("days from arrival to sellable", "days", ge=0)
    lead_time_sd_days: float = column("standard deviation of the lead time", "days", ge=0)
    review_period_days: float = column("days between two orders", "days", ge=0)
    order_cost: float = column("fixed cost of one order", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")
    backup_supplier: Text = column("who else can make it")

    class Config(Table.Config):
        unique = ["supplier"]
