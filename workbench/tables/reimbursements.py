"""What the fulfilment network paid or gave back for units that it lost or damaged."""

from workbench.tables.base import Day, Table, Text, column, key


class Reimbursements(Table):
    """What the fulfilment network paid or gave back for units that it lost or damaged."""

    reimbursement_id: Text = key("number of the reimbursement")
    sku: Text = key("stock keeping unit, as the seller writes it")
    line: int = key("line within reimbursement and SKU, from 0")
    date: Day = column("day it was approved")
    order_id: Text = column("order number where it is about one")
    reason: Text = column("reason code of the marketplace")
    units_cash: float = column("units paid in money; negative when taken back", "units")
    units_inventory: float = column("units replaced by units; negative when taken back", "units")
    amount: float = column("amount paid; negative when taken back", "money")
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["reimbursement_id", "sku", "line"]
