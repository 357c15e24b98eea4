"""Units that came back."""

from workbench.tables.base import Day, Table, Text, column, key


class Returns(Table):
    """Units that came back."""

    order_id: Text = key("order number")
    sku: Text = key("stock keeping unit, as the seller writes it")
    date: Day = key("calendar day in the location's time zone")
    line: int = key("line within order, SKU and day, from 0")
    channel: Text = column("channel it was bought on")
    node: Text = column("node it came back to")
    units: float = column("units returned", "units", ge=0)
    reason: Text = column("reason code of the marketplace")
    disposition: Text = column("state it came back in")
    batch: Text = column("production batch where known")

    class Config(Table.Config):
        unique = ["order_id", "sku", "date", "line"]
