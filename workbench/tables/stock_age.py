"""Units on hand by age, per SKU, node and day."""

from workbench.tables.base import Day, Table, Text, column, key


class StockAge(Table):
    """Units on hand by age, per SKU, node and day."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    date: Day = key("calendar day in the location's time zone")
    age_from_days: int = key("youngest age in the tier", "days", ge=0)
    age_to_days: float = column("oldest age in the tier; empty for the last", "days", ge=0)
    units: float = column("units in the tier", "units", ge=0)
    surcharge_units: float = column("units the marketplace will charge for age", "units", ge=0)
    surcharge_estimated: float = column("aged inventory surcharge as the marketplace estimates it", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "node", "date", "age_from_days"]
