"""Which node ships for which channel, first choice first."""

from workbench.tables.base import Table, Text, key


class Serves(Table):
    """Which node ships for which channel, first choice first."""

    channel: Text = key("marketplace or shop where people buy")
    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    priority: int = key("1 ships first", ge=1)

    class Config(Table.Config):
        unique = ["channel", "node"]
