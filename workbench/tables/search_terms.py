"""What people typed before they saw or clicked an advertisement."""

from workbench.tables.base import Day, Table, Text, column, key


class SearchTerms(Table):
    """What people typed before they saw or clicked an advertisement."""

    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("last day of the row's period")
    campaign: Text = key("campaign and ad group")
    term: Text = key("what was typed, or the product whose page it was")
    match: Text = key("how the keyword was matched, with the keyword or target")
    days: float = key("length of the row's period", "days", ge=1)
    impressions: float = column("times shown", "views", ge=0)
    clicks: float = column("clicks", "clicks", ge=0)
    spend: float = column("advertising cost", "money", ge=0)
    attributed_sales: float = column("sales within seven days of a click", "money")
    attributed_units: float = column("units within seven days of a click", "units", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["channel", "date", "days", "campaign", "term", "match"]
