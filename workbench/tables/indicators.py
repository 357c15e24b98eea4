"""Figures of the world outside that demand may follow: prices, employment, weather."""

from workbench.tables.base import Day, Table, Text, column, key


class Indicators(Table):
    """Figures of the world outside that demand may follow: prices, employment, weather."""

    series: Text = key("name of the figure, such as consumer_prices")
    date: Day = key("day that the figure holds from, until the next one")
    value: float = column("the figure", nullable=False)
    source: Text = column("where the figure is from")

    class Config(Table.Config):
        unique = ["series", "date"]
