"""What to act on, by money at stake."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key


class Alerts(Table):
    """What to act on, by money at stake."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    location: Text = key("node that the numbers are about")
    kind: Text = key("which alert", codes=("stockout", "reorder", "event", "surge", "slump", "excess", "aged", "negative_margin", "plan_behind", "data"))
    level: Text = column("how soon", codes=("risk", "urgent", "slow", "info"))
    money_at_stake: float = column("money lost if nobody acts", "money")
    currency: Text = column("ISO 4217 code of the money columns of this row")
    units: float = column("units that the alert is about", "units", ge=0)
    due_date: Day = column("day to act by")
    action: Text = column("proposed action, as a code")
    evidence: Text = column("table and column that the alert rests on")
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "location", "kind"]
