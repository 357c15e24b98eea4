"""Lines of the marketplace's payouts: what was sold, refunded and charged, to the cent."""

from workbench.tables.base import Day, Table, Text, column, key


class Settlements(Table):
    """Lines of the marketplace's payouts: what was sold, refunded and charged, to the cent."""

    settlement_id: Text = key("number of the payout")
    line: int = key("line within the payout, from 0")
    channel: Text = column("marketplace it was earned on, where told")
    date: Day = column("day it was posted")
    order_id: Text = column("order number where it is about one")
    sku: Text = column("stock keeping unit where it is about one")
    transaction: Text = column("what happened, in the marketplace's words, such as Order, Refund or ServiceFee")
    kind: Text = column("what the amount is, in the marketplace's words, such as Principal, Commission or FBAPerUnitFulfillmentFee")
    units: float = column("units it is about", "units")
    amount: float = column("amount; positive for the seller", "money")
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["settlement_id", "line"]
