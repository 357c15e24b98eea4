"""Clean demand: what would have sold, beside what did."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key


class History(Table):
    """Clean demand: what would have sold, beside what did."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    units: float = column("units sold, raw; empty while the listing was not live", "units", ge=0)
    demand: float = column("units that would have sold", "units", ge=0)
    demand_low: float = column("5 % bound of the demand", "units", ge=0)
    demand_high: float = column("95 % bound of the demand", "units", ge=0)
    stocked_demand: float = column("demand of the day had it been one of those in stock from first hour to last; forecasts learn from it", "units", ge=0)
    base_demand: float = column("demand without what the day's event and promotion brought", "units", ge=0)
    exposure: float = column("share of the day that the SKU could be bought", "0-1", ge=0, le=1)
    censored: bool = column("stock ended demand on this day, wholly or in part", nullable=False)
    imputed: bool = column("demand is estimated, not sold", nullable=False)
    event: Text = column("event code of the day, empty for none")
    promotion: Text = column("promotion of the day, empty for none", codes=("", "price_cut", "coupon", "ad_burst"))
    price: float = column("mean price paid for one unit", "money", ge=0)
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
