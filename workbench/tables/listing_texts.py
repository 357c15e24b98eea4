"""What a listing says, and the words that people search for."""

from workbench.tables.base import Day, Table, Text, column, key


class ListingTexts(Table):
    """What a listing says, and the words that people search for."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("day from which the listing says so")
    title: Text = column("listing title")
    bullets: Text = column("bullet points, one after the other")
    keywords: Text = column("words and phrases that people search for, parted by semicolons")

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
