"""What to order, how many and when."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key


class Plan(Table):
    """What to order, how many and when."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    location: Text = key("node that the numbers are about")
    on_hand: float = column("sellable now or soon", "units", ge=0)
    on_order: float = column("ordered or on the way, not yet sellable", "units", ge=0)
    inventory_position: float = column("on hand plus on order", "units")
    daily_demand: float = column("mean forecast demand over lead time and review period", "units/day", ge=0)
    daily_demand_sd: float = column("standard deviation of a day's demand", "units/day", ge=0)
    lead_time_days: float = column("production, transit and receiving", "days", ge=0)
    lead_time_sd_days: float = column("standard deviation of the lead time", "days", ge=0)
    review_period_days: float = column("days between two orders", "days", ge=0)
    lead_time_demand: float = column("expected demand over the lead time", "units", ge=0)
    safety_stock: float = column("buffer against demand and lead time that vary", "units", ge=0)
    reorder_point: float = column("order when the inventory position falls to this", "units", ge=0)
    order_up_to: float = column("level that an order fills up to", "units", ge=0)
    order_units: float = column("units to order, in whole cartons and at least the minimum", "units", ge=0)
    order_date: Day = column("day to order")
    arrival_date: Day = column("day the order could be sold")
    stockout_date: Day = column("day the stock on hand and on order runs out on forecast; empty beyond the horizon")
    cover_days: float = column("days that the stock on hand lasts on forecast", "days", ge=0)
    order_value: float = column("landed cost of the order", "money")
    currency: Text = column("ISO 4217 code of the money columns of this row")
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "location"]
