"""What one unit of a currency is worth in another, by day."""

from workbench.tables.base import Day, Table, Text, column, key


class ExchangeRates(Table):
    """What one unit of a currency is worth in another, by day."""

    date: Day = key("calendar day in the location's time zone")
    currency: Text = key("ISO 4217 code that is converted")
    base: Text = key("ISO 4217 code it is converted to")
    rate: float = column("base money for one unit of currency", "ratio", nullable=False, gt=0)

    class Config(Table.Config):
        unique = ["date", "currency", "base"]
