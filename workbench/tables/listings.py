"""What is on offer: price and status of a SKU on a channel, as of a day."""

from workbench.tables.base import Day, Table, column, key


class Listings(Table):
    """What is on offer: price and status of a SKU on a channel, as of a day."""

    sku: str = key("stock keeping unit, as the seller writes it")
    channel: str = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    product_id: str = column("the marketplace's catalogue number")
    title: str = column("listing title")
    price: float = column("asking price of one unit", "money", ge=0)
    currency: str = column("ISO 4217 code of the money columns of this row")
    status: str = column("whether people can buy it", codes=("active", "inactive", "suppressed"))
    fulfilment: str = column("who ships it", codes=("fba", "merchant"))
    open_date: Day = column("first day of the listing")

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
