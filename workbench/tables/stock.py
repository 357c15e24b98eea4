"""Where units lie: on hand and on the way, per SKU, node and day."""

from workbench.tables.base import Day, Table, Text, column, key


class Stock(Table):
    """Where units lie: on hand and on the way, per SKU, node and day."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    node: Text = key("place where units lie: FBA pool, AWD, 3PL, own store")
    date: Day = key("calendar day in the location's time zone")
    on_hand: float = column("units in the building at the end of the day, sellable or reserved", "units", ge=0)
    available: float = column("units that can be sold now", "units", ge=0)
    reserved_customer_order: float = column("reserved for an order: will leave, never counted as sellable", "units", ge=0)
    reserved_transfer: float = column("moving between buildings: sellable soon", "units", ge=0)
    reserved_processing: float = column("being worked on: sellable soon", "units", ge=0)
    reserved_staging: float = column("staged for a programme", "units", ge=0)
    unfulfillable: float = column("damaged, defective or expired", "units", ge=0)
    inbound_working: float = column("announced, not yet shipped", "units", ge=0)
    inbound_shipped: float = column("shipped, not yet arrived", "units", ge=0)
    inbound_receiving: float = column("arrived, being counted", "units", ge=0)
    pending_removal: float = column("asked to be removed", "units", ge=0)
    days_of_supply_reported: float = column("days of supply as the marketplace states it", "days", ge=0)
    order_units_reported: float = column("order quantity that the marketplace recommends", "units", ge=0)
    removal_units_reported: float = column("units that the marketplace recommends to remove", "units", ge=0)

    class Config(Table.Config):
        unique = ["sku", "node", "date"]
