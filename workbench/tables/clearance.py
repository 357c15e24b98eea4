"""Ways out of excess stock, compared in money."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key

OPTIONS = (
    "hold", "next_season", "price_rise", "markdown", "markdown_steps", "promotion", "outlet", "offsite_deal", "bundle", "removal", "own_warehouse", "transfer",
    "supplier_return", "liquidation", "donation", "disposal", "grade_resell",
)  # fmt: skip
"""Ways out of excess stock."""


ELASTICITY_REASONS = ("few_prices", "price_moved_with_season", "few_sales", "wrong_sign", "typed", "given", "assumed")
"""What an elasticity rests on where it is not the SKU's own prices."""


BASES = ("measured", "given", "assumed")


class Clearance(Table):
    """Ways out of excess stock, compared in money."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    location: Text = key("node that the numbers are about")
    option: Text = key("way out", codes=OPTIONS)
    units: float = column("units to clear", "units", ge=0)
    units_per_month: float = column("units sold or moved in a month", "units/month", ge=0)
    price: float = column("price or recovery per unit", "money")
    price_steps: Text = column("prices by the day from which on they are asked, date=price joined by commas; blank: one price from beginning to end")
    discount: float = column("price cut that the option begins with; under 0 where more is asked", "0-1", ge=-1, le=1)
    turnover_before: float = column("stock turns a year at the usual price and pace", "ratio", ge=0)
    turnover_after: float = column("stock turns a year under the option", "ratio", ge=0)
    start_date: Day = column("day the option begins, where it waits for an event or a season; blank: at once")
    end_date: Day = column("day the last unit is gone")
    exit: Text = column("how the rest leaves where selling it all does not pay; blank: it is sold", codes=OPTIONS)
    cash_in: float = column("undiscounted money received", "money")
    fees: float = column("undiscounted fees paid", "money")
    fees_selling: float = column("of the fees: commission and fulfilment of what is sold", "money")
    fees_storage: float = column("of the fees: storage", "money")
    fees_aged: float = column("of the fees: aged inventory surcharge", "money")
    fees_exit: float = column("of the fees: removal, disposal, liquidation, return or transfer", "money")
    fees_other: float = column("of the fees: advertising and packaging", "money")
    fee_confidence: Text = column("how sure the least sure exit fee is", codes=("H", "M", "L", "unconfirmed", "given"))
    npv: float = column("net present value at the chosen rate; landed cost is sunk", "money")
    npv_low: float = column("10 % bound of the NPV", "money")
    npv_high: float = column("90 % bound of the NPV", "money")
    cost_of_waiting: float = column("NPV lost if nothing is decided until the next decision; of the recommended option", "money", ge=0)
    recovered_share: float = column("NPV over the landed cost of the units", "ratio")
    elasticity: float = column("per cent more units for one per cent less price, as reckoned with", "ratio", ge=0)
    elasticity_low: float = column("5 % bound of the elasticity", "ratio", ge=0)
    elasticity_high: float = column("95 % bound of the elasticity", "ratio", ge=0)
    elasticity_reason: Text = column(
        "what the elasticity rests on; blank: on the SKU's own prices",
        codes=ELASTICITY_REASONS,
    )
    basis: Text = column("what its demand rests on: measured on the seller's own sales, stated by the seller, or assumed", codes=BASES)
    leans_on: Text = column("what it needs: a sale event, a season's first month, a bestseller, another place")
    leans_times: float = column("what that brings: demand over the usual, or the bestseller's and the other place's units a month", "ratio", ge=0)
    leans_years: float = column("years that this was measured over", ge=0)
    conditions_failed: Text = column("conditions that it does not meet, codes joined by commas")
    conditions_untold: Text = column("conditions that no report tells, codes joined by commas")
    price_bound: float = column("lowest price that makes sense against the rival's", "money", ge=0)
    limit_broken: Text = column(
        "why the option may not be chosen: the seller's limit that it breaks, a demand that is only assumed, or units other than the excess; blank: it may",
        codes=("floor_price", "minimum_stock", "cash", "deadline", "rival_price", "assumed", "other_units"),
    )
    runner_up: Text = column("second best option within the limits; of the recommended one", codes=OPTIONS)
    break_even_units_month: float = column("holding is best if more is sold a month; of the recommended option", "units/month", ge=0)
    risks: Text = column("risks of the option, codes joined by commas")
    recommended: bool = column("highest NPV within the limits", nullable=False)
    irrevocable: bool = column("cannot be undone once started", nullable=False)
    currency: Text = column("ISO 4217 code of the money columns of this row")
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "location", "option"]
