"""Order lines as they came, without anything about the buyer."""

from workbench.tables.base import Day, Moment, Table, Text, column, key


class Orders(Table):
    """Order lines as they came, without anything about the buyer."""

    channel: Text = key("marketplace or shop where people buy")
    order_id: Text = key("order number")
    sku: Text = key("stock keeping unit, as the seller writes it")
    line: int = key("line within the order and SKU, from 0")
    date: Day = key("calendar day in the location's time zone")
    ordered_at: Moment = column("instant of purchase", "UTC")
    units: float = column("units ordered; negative on a cancellation line", "units")
    revenue: float = column("price of the line without tax, before discount", "money")
    discount: float = column("promotion discount of the line", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")
    status: Text = column("state of the line", codes=("shipped", "pending", "cancelled", "returned"))
    kind: Text = column("why it was ordered", codes=("normal", "replacement", "free", "vine", "multichannel", "wholesale"))
    fulfilment: Text = column("who ships it", codes=("fba", "wfs", "merchant"))

    class Config(Table.Config):
        unique = ["channel", "order_id", "sku", "line"]
