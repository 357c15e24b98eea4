"""Clean demand: what would have sold, beside what did."""

from workbench.tables.base import Day, Table, Text, column, key


class History(Table):
    """Clean demand: what would have sold, beside what did."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    units: float = column("units sold, raw; empty while the listing was not live", "units", ge=0)
    demand: float = column("units that would have sold", "units", ge=0)
    demand_low: float = column("5 % bound of the demand", "units", ge=0)
    demand_high: float = column("95 % bound of the demand", "units", ge=0)
    exposure: float = column("share of the day that the SKU could be bought", "0-1", ge=0, le=1)
    censored: bool = column("stock ended demand on this day, wholly or in part", nullable=False)
    imputed: bool = column("demand is estimated, not sold", nullable=False)
    event: Text = column("event code of the day, empty for none")
    price: float = column("mean price paid for one unit", "money", ge=0)

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
