"""How a SKU's stock stands: metrics, score and light."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key

CAUSES = ("quality", "competition", "listing", "price", "decline", "season", "supply", "unexplained")
"""Why stock is slow; in the order in which a cause that is seen counts as the root."""
PRESCRIPTIONS = (
    "check_batch", "restock", "stop_loss", "answer_rival", "renew_listing", "take_back_price", "run_down", "compare_season", "clear_excess",
    "get_report", "promote_early", "move_storage", "none",
)  # fmt: skip
"""What may be done about a SKU."""


class Health(Table):
    """How a SKU's stock stands: metrics, score and light."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    location: Text = key("node that the numbers are about")
    on_hand: float = column("sellable now or soon", "units", ge=0)
    daily_sales: float = column("mean units sold a day, last 30 days", "units/day", ge=0)
    daily_demand: float = column("mean forecast demand of the next 30 days", "units/day", ge=0)
    cover_days: float = column("days that the stock on hand lasts on forecast", "days", ge=0)
    sell_through: float = column("units shipped in 90 days over mean units on hand", "ratio", ge=0)
    age_0_90: float = column("units 0-90 days old", "units", ge=0)
    age_91_180: float = column("units 91-180 days old", "units", ge=0)
    age_181_270: float = column("units 181-270 days old", "units", ge=0)
    age_271_365: float = column("units 271-365 days old", "units", ge=0)
    age_366_plus: float = column("units over 365 days old", "units", ge=0)
    excess_units: float = column("units beyond the cover limit on forecast", "units", ge=0)
    excess_value: float = column("landed cost of the excess", "money")
    stock_value: float = column("landed cost of the stock on hand", "money")
    storage_month: float = column("storage fee of the next month", "money")
    surcharge_month: float = column("aged inventory surcharge at the next snapshot", "money")
    storage_share: float = column("storage and surcharge as a share of the SKU's margin of 30 days", "ratio")
    storage_source: Text = column("whose word the storage fee is", codes=("charged", "typed", "card"))
    surcharge_source: Text = column("whose word the surcharge is", codes=("preview", "card"))
    price: float = column("price of one unit: asked, else last paid", "money", ge=0)
    referral_share: float = column("commission as a share of the price", "0-1", ge=0)
    selling_fees_per_unit: float = column("referral and fulfilment fee of one unit sold", "money")
    fee_source: Text = column("whose word the selling fees are; of their parts the least sure", codes=("preview", "charged", "typed", "card"))
    margin_per_unit: float = column("price less cost and fees", "money")
    stockout_risk: float = column("chance to run out within the lead time", "0-1", ge=0, le=1)
    lost_margin_30: float = column("expected margin lost to stockouts in 30 days", "money")
    score: float = column("health, higher is better; 100 less the five losses", "0-100", ge=0, le=100)
    loss_cover: float = column("points lost to too much cover", "points", ge=0)
    loss_excess: float = column("points lost to excess", "points", ge=0)
    loss_age: float = column("points lost to age", "points", ge=0)
    loss_storage: float = column("points lost to storage cost", "points", ge=0)
    loss_stockout: float = column("points lost to stockout risk", "points", ge=0)
    slow_rules: Text = column("rules for slow stock that fired, joined by commas; empty where none did")
    slow_risk: float = column("chance that the stock on hand covers more days than the limit for slow stock", "0-100", ge=0, le=100)
    slow_risk_ahead: float = column("the same on the day looked ahead to, with what arrives until then", "0-100", ge=0, le=100)
    daily_demand_ahead: float = column("pace expected on the day looked ahead to, breaks and declines included", "units/day", ge=0)
    keep_share: float = column("share of the stock on hand that sells within the limit for slow stock", "0-1", ge=0, le=1)
    cause: Text = column("root cause of much cover", codes=("", *CAUSES, "cannot_tell"))
    missing_report: Text = column("table without which the cause cannot be told", codes=("", "market"))
    cause_quality: float = column("share of the cover that falling ratings or returns cause", "0-1", ge=0, le=1)
    cause_competition: float = column("share that a rival's price or place in the search causes", "0-1", ge=0, le=1)
    cause_listing: float = column("share that a listing's own page causes", "0-1", ge=0, le=1)
    cause_price: float = column("share that a raised price causes", "0-1", ge=0, le=1)
    cause_decline: float = column("share of a fall of demand while the market is calm", "0-1", ge=0, le=1)
    cause_season: float = column("share that the season causes", "0-1", ge=0, le=1)
    cause_supply: float = column("share of stock beyond what the usual pace needs", "0-1", ge=0, le=1)
    cause_unexplained: float = column("share of a fall of demand that nothing explains", "0-1", ge=0, le=1)
    prescription: Text = column("what to do first", codes=("", *PRESCRIPTIONS))
    prescription_units: float = column("units that the prescription is about", "units", ge=0)
    prescription_value: float = column("money at stake if it is not done", "money")
    prescription_date: Day = column("day to do it by")
    light: Text = column("traffic light", codes=("red", "amber", "green", "grey"))
    currency: Text = column("ISO 4217 code of the money columns of this row")
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "location"]
