"""What is on offer: price and status of a SKU on a channel, as of a day."""

from workbench.tables.base import Day, Table, Text, column, key


class Listings(Table):
    """What is on offer: price and status of a SKU on a channel, as of a day."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    product_id: Text = column("the marketplace's catalogue number")
    title: Text = column("listing title")
    price: float = column("asking price of one unit", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")
    status: Text = column("whether people can buy it", codes=("active", "inactive", "suppressed"))
    fulfilment: Text = column("who ships it", codes=("fba", "merchant"))
    open_date: Day = column("first day of the listing")

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
