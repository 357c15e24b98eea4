"""Marketplaces and shops where people buy."""

from workbench.tables.base import Table, column, key


class Channels(Table):
    """Marketplaces and shops where people buy."""

    channel: str = key("marketplace or shop where people buy")
    name: str = column("name a person recognises")
    kind: str = column("what kind of channel", codes=("amazon", "shop", "walmart", "other"))
    marketplace: str = column("country code of the marketplace: US, UK, DE")
    currency: str = column("ISO 4217 code of the money columns of this row")
    time_zone: str = column("IANA zone whose midnight ends a day")

    class Config(Table.Config):
        unique = ["channel"]
