"""What is usual in a category of the industry, from a source that the seller trusts."""

from workbench.tables.base import Day, Table, Text, column, key


class Benchmarks(Table):
    """What is usual in a category of the industry, from a source that the seller trusts."""

    category: Text = key("product group, as the items name it")
    date: Day = key("day that the figures hold from")
    turnover_year: float = column("times a year that the stock turns", "ratio", ge=0)
    sell_through: float = column("units shipped in 90 days over mean units on hand", "ratio", ge=0)
    in_stock_rate: float = column("share of days that a SKU can be bought", "0-1", ge=0, le=1)
    storage_share: float = column("storage and surcharge as a share of the margin of 30 days", "ratio", ge=0)
    slow_share: float = column("slow stock as a share of stock value", "0-1", ge=0, le=1)
    source: Text = column("where the figures are from")

    class Config(Table.Config):
        unique = ["category", "date"]
