"""Marketplaces and shops where people buy."""

from workbench.tables.base import Table, Text, column, key


class Channels(Table):
    """Marketplaces and shops where people buy."""

    channel: Text = key("marketplace or shop where people buy")
    name: Text = column("name a person recognises")
    kind: Text = column("what kind of channel", codes=("amazon", "shop", "walmart", "other"))
    marketplace: Text = column("country code of the marketplace: US, UK, DE")
    currency: Text = column("ISO 4217 code of the money columns of this row")
    time_zone: Text = column("IANA zone whose midnight ends a day")

    class Config(Table.Config):
        unique = ["channel"]
