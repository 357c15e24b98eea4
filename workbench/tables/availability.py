"""Whether a SKU could be bought, hour by hour, where a shop or a tool keeps watch."""

from workbench.tables.base import Day, Table, Text, column, key


class Availability(Table):
    """Whether a SKU could be bought, hour by hour, where a shop or a tool keeps watch."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    hour: int = key("hour of that day by the channel's clock", "0-23", ge=0, le=23)
    on_sale: float = column("share of the hour that the SKU could be bought", "0-1", ge=0, le=1)

    class Config(Table.Config):
        unique = ["sku", "channel", "date", "hour"]
