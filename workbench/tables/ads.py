"""Advertising per SKU, campaign and day."""

from workbench.tables.base import Day, Table, Text, column, key


class Ads(Table):
    """Advertising per SKU, campaign and day."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    campaign: Text = key("campaign and ad group")
    impressions: float = column("times shown", "views", ge=0)
    clicks: float = column("clicks", "clicks", ge=0)
    spend: float = column("advertising cost", "money", ge=0)
    attributed_sales: float = column("sales within seven days of a click", "money")
    attributed_units: float = column("units within seven days of a click", "units", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "channel", "date", "campaign"]
