"""Units that came back."""

from workbench.tables.base import Day, Table, column, key


class Returns(Table):
    """Units that came back."""

    order_id: str = key("order number")
    sku: str = key("stock keeping unit, as the seller writes it")
    date: Day = key("calendar day in the location's time zone")
    line: int = key("line within order, SKU and day, from 0")
    channel: str = column("channel it was bought on")
    node: str = column("node it came back to")
    units: float = column("units returned", "units", ge=0)
    reason: str = column("reason code of the marketplace")
    disposition: str = column("state it came back in")
    batch: str = column("production batch where known")

    class Config(Table.Config):
        unique = ["order_id", "sku", "date", "line"]
