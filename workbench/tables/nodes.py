"""Places where units lie."""

from workbench.tables.base import Table, Text, column, key


class Nodes(Table):
    """Places where units lie."""

    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    name: Text = column("name a person recognises")
    kind: Text = column("what kind of place", codes=("fba", "awd", "wfs", "3pl", "store"))
    marketplace: Text = column("country code whose fees apply: US, UK, DE")
    currency: Text = column("ISO 4217 code of the money columns of this row")
    storage_rate_per_ft3_month: float = column("own storage rate where no rate card applies", "money", ge=0)

    class Config(Table.Config):
        unique = ["node"]
