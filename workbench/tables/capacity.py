"""How much a node lets in: storage limit, use, and what was charged beyond."""

from workbench.tables.base import Day, Table, Text, column, key


class Capacity(Table):
    """How much a node lets in: storage limit, use, and what was charged beyond."""

    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    storage_type: Text = key("kind of storage that the limit is for")
    date: Day = key("day that the limit or charge holds for")
    limit_ft3: float = column("volume allowed", "ft3", ge=0)
    used_ft3: float = column("volume in use", "ft3", ge=0)
    limit_units: float = column("units allowed, where the limit is one of units", "units", ge=0)
    overage_ft3: float = column("volume beyond the limit", "ft3", ge=0)
    overage_rate: float = column("charge per ft3 beyond the limit", "money", ge=0)
    overage_fee: float = column("amount charged for it", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["node", "storage_type", "date"]
