"""Ways out of excess stock, compared in money."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key


class Clearance(Table):
    """Ways out of excess stock, compared in money."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    location: Text = key("node that the numbers are about")
    option: Text = key("way out", codes=("hold", "markdown", "removal", "liquidation"))
    units: float = column("units to clear", "units", ge=0)
    units_per_month: float = column("units sold or moved in a month", "units/month", ge=0)
    price: float = column("price or recovery per unit", "money")
    end_date: Day = column("day the last unit is gone")
    exit: Text = column("how the rest leaves where selling it all does not pay; blank: it is sold", codes=("removal", "liquidation"))
    cash_in: float = column("undiscounted money received", "money")
    fees: float = column("undiscounted fees paid", "money")
    npv: float = column("net present value at the chosen rate; landed cost is sunk", "money")
    npv_low: float = column("10 % bound of the NPV", "money")
    npv_high: float = column("90 % bound of the NPV", "money")
    cost_of_waiting: float = column("NPV lost if nothing is decided until the next decision; of the recommended option", "money", ge=0)
    recovered_share: float = column("NPV over the landed cost of the units", "ratio")
    recommended: bool = column("highest NPV within the limits", nullable=False)
    irrevocable: bool = column("cannot be undone once started", nullable=False)
    currency: Text = column("ISO 4217 code of the money columns of this row")
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "location", "option"]
