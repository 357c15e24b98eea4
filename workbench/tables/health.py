"""How a SKU's stock stands: metrics, score and light."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key

CAUSES = ("quality", "competition", "listing", "price", "decline", "season", "supply", "unexplained")
"""Why stock is slow; in the order in which a cause that is seen counts as the root."""
PRESCRIPTIONS = (
    "check_batch", "restock", "stop_loss", "answer_rival", "renew_listing", "take_back_price", "run_down", "compare_season", "clear_excess",
    "get_report", "promote_early", "move_storage", "none",
)  # fmt: skip
"""What may be done about a SKU."""


STAGES = ("new", "growth", "mature", "decline")
"""Where a SKU stands in its life."""


class Health(Table):
    """How a SKU's stock stands: metrics, score and light."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    location: Text = key("node that the numbers are about")
    on_hand: float = column("sellable now or soon", "units", ge=0)
    daily_sales: float = column("mean units sold a day, last 30 days", "units/day", ge=0)
    daily_sales_7: float = column("mean units sold a day, last 7 days (history.units; days off sale are left out, as in all of them)", "units/day", ge=0)
    daily_sales_14: float = column("mean units sold a day, last 14 days (history.units)", "units/day", ge=0)
    daily_sales_60: float = column("mean units sold a day, last 60 days (history.units)", "units/day", ge=0)
    daily_sales_90: float = column("mean units sold a day, last 90 days (history.units)", "units/day", ge=0)
    daily_sales_weighted: float = column("mean of the sales rates over 7, 14, 30, 60 and 90 days by the weights of the parameters", "units/day", ge=0)
    daily_demand: float = column("mean forecast demand of the next 30 days", "units/day", ge=0)
    cover_days: float = column("days that the stock on hand lasts on forecast", "days", ge=0)
    sell_through: float = column("units shipped in 90 days over mean units on hand", "ratio", ge=0)
    cover_days_7: float = column("units on hand over the sales rate of 7 days", "days", ge=0)
    cover_days_30: float = column("units on hand over the sales rate of 30 days", "days", ge=0)
    cover_days_90: float = column("units on hand over the sales rate of 90 days", "days", ge=0)
    turnover_year: float = column("times a year that the stock turns: units shipped in 90 days over mean units on hand (ledger), times 365 / 90", "ratio")
    turnover_days: float = column("days to turn the mean stock once at the pace of the last 90 days: 90 over sell-through", "days")
    sell_through_category: float = column("median sell-through of the category at this place, the baseline", "ratio")
    weeks_of_cover_30: float = column("mean units on hand over units shipped of the last 30 days (ledger), times 4", "weeks")
    weeks_of_cover_90: float = column("mean units on hand over units shipped of the last 90 days (ledger), times 12", "weeks")
    in_stock_rate: float = column("share of the last 90 days that the SKU could be bought (history.exposure)", "0-1", ge=0, le=1)
    supply_days_30: float = column("historical days of supply: mean units on hand over mean units shipped a day, last 30 days (ledger)", "days")
    supply_days_90: float = column("historical days of supply: mean units on hand over mean units shipped a day, last 90 days (ledger)", "days")
    low_inventory_month: float = column("low-inventory-level fee of the demand of 30 days at the days of supply of today, by rate card", "money", ge=0)
    storage_ratio_weeks: float = column(
        "storage utilisation: mean units on hand over units shipped a day, 13 weeks, over 7; fees go by the whole account", "weeks"
    )
    stranded_units: float = column("units that nobody can buy for want of a listing, newest stranded report", "units", ge=0)
    age_0_90: float = column("units 0-90 days old", "units", ge=0)
    age_91_180: float = column("units 91-180 days old", "units", ge=0)
    age_181_270: float = column("units 181-270 days old", "units", ge=0)
    age_271_365: float = column("units 271-365 days old", "units", ge=0)
    age_366_plus: float = column("units over 365 days old", "units", ge=0)
    age_source: Text = column("whose word the ages are: the marketplace's report, or first in first out from the ledger", codes=("reported", "fifo"))
    age_gap_units: float = column("units that the report and first in first out from the ledger put into different age tiers", "units", ge=0)
    excess_units: float = column("units beyond the cover limit on forecast", "units", ge=0)
    excess_value: float = column("landed cost of the excess", "money")
    stock_value: float = column("landed cost of the stock on hand", "money")
    stock_share: float = column("stock value as a share of the stock value at this place", "0-1", ge=0)
    capital_value: float = column("landed cost of the units on hand and on order", "money")
    gmroi: float = column(
        "gross margin of a year over mean stock at cost: (price - cost) x units shipped in 90 days x 365 / 90 over mean units x cost", "ratio"
    )
    revenue_year: float = column("units sold in 52 weeks at the price of today", "money")
    abc: Text = column("class by revenue at this place: A the first 70 %, B the next 25 %, C the rest", codes=("", "A", "B", "C"))
    sales_variation: float = column("standard deviation of weekly sales over their mean, 52 weeks or since the first sale", "ratio", ge=0)
    xyz: Text = column("class by variation of weekly sales: X up to 0.5, Y up to 1, Z more", codes=("", "X", "Y", "Z"))
    stage: Text = column(
        "stage of life: new under 90 days on sale, decline where the pace fell by 30 % and goes on, growth under a year, else mature", codes=("", *STAGES)
    )
    on_sale_days: float = column("days since the first day on sale, at most two years and a month", "days", ge=0)
    pace_change: float = column("pace now over the pace before its last break or decline, less 1, over the last year", "ratio")
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
    ad_spend_30: float = column("advertising of the last 30 days", "money", ge=0)
    contribution_30: float = column("margin of 30 days after all fees: margin x demand less storage, surcharge, low-inventory fee and advertising", "money")
    stockout_risk: float = column("chance to run out within the lead time", "0-1", ge=0, le=1)
    lost_margin_30: float = column("expected margin lost to stockouts in 30 days", "money")
    lost_margin_60: float = column("expected margin lost to stockouts in 60 days", "money")
    lost_margin_90: float = column("expected margin lost to stockouts in 90 days", "money")
    stockout_risk_30: float = column("chance to run out within 30 days, deliveries on their way included", "0-1", ge=0, le=1)
    stockout_risk_60: float = column("chance to run out within 60 days, deliveries on their way included", "0-1", ge=0, le=1)
    stockout_risk_90: float = column("chance to run out within 90 days, deliveries on their way included", "0-1", ge=0, le=1)
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
