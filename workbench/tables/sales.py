"""Units sold per SKU, channel and day: daily sums of orders, or a daily report."""

from workbench.tables.base import Day, Table, Text, column, key


class Sales(Table):
    """Units sold per SKU, channel and day: daily sums of orders, or a daily report."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    units: float = column("units sold", "units", ge=0)
    revenue: float = column("sales without tax, after discount", "money")
    discount: float = column("promotion discount given", "money")
    order_count: float = column("orders with this SKU", "orders", ge=0)
    price: float = column("mean price paid for one unit, before discount", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
