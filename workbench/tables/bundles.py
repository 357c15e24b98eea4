"""What a bundle holds."""

from workbench.tables.base import Table, Text, column, key


class Bundles(Table):
    """What a bundle holds."""

    sku: Text = key("SKU of the bundle, as the seller writes it")
    component: Text = key("SKU inside it")
    units: float = column("units of the component in one bundle", "units", nullable=False, gt=0)

    class Config(Table.Config):
        unique = ["sku", "component"]
