"""What the seller means to spend on advertising in days to come."""

from workbench.tables.base import Day, Table, Text, column, key


class AdPlan(Table):
    """What the seller means to spend on advertising in days to come."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    start_date: Day = key("first day")
    end_date: Day = column("last day", nullable=False)
    spend_day: float = column("advertising cost a day over all campaigns; 0 is a stop", "money", nullable=False, ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "channel", "start_date"]
