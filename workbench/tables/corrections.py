"""Every change that cleaning made to a day's units, with the rule behind it."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key


class Corrections(Table):
    """Every change that cleaning made to a day's units, with the rule behind it."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    reason: Text = key(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)
    old_units: float = column("units of the day before this change", "units", ge=0)
    new_units: float = column("units of the day after it", "units", ge=0)

    class Config(Table.Config):
        unique = ["sku", "channel", "date", "reason"]
