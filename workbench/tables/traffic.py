"""Visits to a listing per day."""

from workbench.tables.base import Day, Table, Text, column, key


class Traffic(Table):
    """Visits to a listing per day."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    sessions: float = column("visits", "visits", ge=0)
    page_views: float = column("page views", "views", ge=0)
    buy_box_share: float = column("share of page views with the featured offer", "0-1", ge=0, le=1)
    units_ordered: float = column("units ordered", "units", ge=0)
    conversion: float = column("units ordered per session", "units/visit", ge=0)
    revenue: float = column("ordered product sales", "money")
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
