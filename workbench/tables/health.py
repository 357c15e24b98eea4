"""How a SKU's stock stands: metrics, score and light."""

from typing import Any

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


_COMING = "forecast.mean, forecast.sd, on_hand, inbound, purchase_orders"


def _sold(days: int, meaning: str) -> Any:
    return column(meaning, "units/day", ge=0, formula=f"sum(sum(history.units, -{days} d) / days(history.units, -{days} d), serves.channel)")


def _share(meaning: str, formula: str) -> Any:
    return column(meaning, "0-1", ge=0, le=1, formula=formula)


def _shipped(days: int, until: str = "") -> str:
    return f"sum(first_known(-movements.shipments, history.units), -{days} d{until})"


def _held(days: int, until: str = "") -> str:
    return f"mean(first_known(movements.ending, stock.on_hand), -{days} d{until})"


def _weeks(days: int, weeks: int) -> Any:
    meaning = f"mean units on hand over units shipped of the last {days} days (ledger, else counts and units sold), times {weeks}"
    return column(meaning, "weeks", formula=f"{weeks} x {_held(days)} / {_shipped(days)}")


def _supply(days: int) -> Any:
    meaning = f"historical days of supply: mean units on hand over mean units shipped a day, last {days} days or since the first row of the ledger"
    known = f"days(first_known(movements.ending, stock.on_hand), -{days} d)"
    return column(meaning, "days", formula=f"{_held(days)} / ({_shipped(days)} / {known})")


def _out(days: int, meaning: str) -> Any:
    return column(meaning, "0-1", ge=0, le=1, formula=f"chance_short({_COMING}, +{days} d)")


def _lost(days: int, meaning: str) -> Any:
    return column(meaning, "money", ge=0, formula=f"units_short({_COMING}, +{days} d) x max(0, margin_per_unit)")


class Health(Table):
    """How a SKU's stock stands: metrics, score and light."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    location: Text = key("node that the numbers are about")
    on_hand: float = column(
        "sellable now or soon",
        "units",
        ge=0,
        formula="newest(first_known(stock.available + stock.reserved_transfer + stock.reserved_processing, stock.on_hand))",
    )
    daily_sales: float = _sold(30, "mean units sold a day, last 30 days")
    daily_sales_7: float = _sold(7, "mean units sold a day, last 7 days (history.units; days off sale are left out, as in all of them)")
    daily_sales_14: float = _sold(14, "mean units sold a day, last 14 days (history.units)")
    daily_sales_60: float = _sold(60, "mean units sold a day, last 60 days (history.units)")
    daily_sales_90: float = _sold(90, "mean units sold a day, last 90 days (history.units)")
    daily_sales_weighted: float = column(
        "mean of the sales rates over 7, 14, 30, 60 and 90 days by the weights of the parameters",
        "units/day",
        ge=0,
        formula=(
            "(sales_weight_7 x daily_sales_7 + sales_weight_14 x daily_sales_14 + sales_weight_30 x daily_sales + sales_weight_60 x daily_sales_60 + "
            "sales_weight_90 x daily_sales_90) / (sales_weight_7 + sales_weight_14 + sales_weight_30 + sales_weight_60 + sales_weight_90)"
        ),
    )
    daily_demand: float = column("mean forecast demand of the next 30 days", "units/day", ge=0, formula="sum(forecast.mean, +30 d) / 30")
    cover_days: float = column("days that the stock on hand lasts on forecast", "days", ge=0, formula="plan.cover_days")
    sell_through: float = column("units shipped in 90 days over mean units on hand", "ratio", ge=0, formula=f"{_shipped(90)} / {_held(90)}")
    supply_source: Text = column(
        "whose word the units shipped and the mean units on hand are: the ledger, or stock counts and units sold", codes=("ledger", "counts")
    )
    cover_days_7: float = column("units on hand over the sales rate of 7 days", "days", ge=0, formula="on_hand / daily_sales_7")
    cover_days_30: float = column("units on hand over the sales rate of 30 days", "days", ge=0, formula="on_hand / daily_sales")
    cover_days_90: float = column("units on hand over the sales rate of 90 days", "days", ge=0, formula="on_hand / daily_sales_90")
    turnover_year: float = column(
        "times a year that the stock turns: units shipped in 90 days over mean units on hand (ledger, else counts and units sold), times 365 / 90",
        "ratio",
        formula="sell_through x 365 / 90",
    )
    turnover_baseline: float = column(
        "times a year that the stock turned in the year before these 90 days: the SKU's own baseline",
        "ratio",
        formula=f"{_shipped(455, ', -90 d')} x 365 / days(first_known(movements.ending, stock.on_hand), -455 d, -90 d) / {_held(455, ', -90 d')}",
    )
    turnover_ahead: float = column(
        "times a year that the stock on hand will turn on the forecast of 90 days", "ratio", ge=0, formula="sum(forecast.mean, +90 d) x 365 / 90 / on_hand"
    )
    turnover_days: float = column("days to turn the mean stock once at the pace of the last 90 days: 90 over sell-through", "days", formula="90 / sell_through")
    sell_through_category: float = column(
        "median sell-through of the category at this place, the baseline", "ratio", formula="median(sell_through, location, items.category)"
    )
    weeks_of_cover_30: float = _weeks(30, 4)
    weeks_of_cover_90: float = _weeks(90, 12)
    in_stock_rate: float = column(
        "share of the last 90 days that the SKU could be bought (history.exposure)", "0-1", ge=0, le=1, formula="mean(history.exposure, -90 d)"
    )
    supply_days_30: float = _supply(30)
    supply_days_90: float = _supply(90)
    low_inventory_month: float = column(
        "low-inventory-level fee of the demand of 30 days at the days of supply of today, by rate card",
        "money",
        ge=0,
        formula="if(nodes.kind = fba, daily_demand x 30 x rate_card(items.size_tier, items.weight_lb, supply_days_30, supply_days_90), 0)",
    )
    storage_ratio_weeks: float = column(
        "storage utilisation: mean units on hand over units shipped a day, 13 weeks, over 7; fees go by the whole account",
        "weeks",
        formula=f"{_held(90)} / ({_shipped(90)} / 90) / 7",
    )
    stranded_units: float = column(
        "units that nobody can buy for want of a listing, newest stranded report", "units", ge=0, formula="sum(newest(stranded.units))"
    )
    age_0_90: float = column("units 0-90 days old", "units", ge=0, formula="layers(stock_age.units, movements)")
    age_91_180: float = column("units 91-180 days old", "units", ge=0, formula="layers(stock_age.units, movements)")
    age_181_270: float = column("units 181-270 days old", "units", ge=0, formula="layers(stock_age.units, movements)")
    age_271_365: float = column("units 271-365 days old", "units", ge=0, formula="layers(stock_age.units, movements)")
    age_366_plus: float = column("units over 365 days old", "units", ge=0, formula="layers(stock_age.units, movements)")
    age_source: Text = column("whose word the ages are: the marketplace's report, or first in first out from the ledger", codes=("reported", "fifo"))
    age_gap_units: float = column(
        "units that the report and first in first out from the ledger put into different age tiers",
        "units",
        ge=0,
        formula="max(sum(max(0, stock_age.units - fifo(movements))), sum(max(0, fifo(movements) - stock_age.units)))",
    )
    excess_units: float = column(
        "units beyond the cover limit on forecast", "units", ge=0, formula="floor(max(0, on_hand - sum(forecast.mean, +excess_cover_days d)))"
    )
    excess_value: float = column("landed cost of the excess", "money", formula="excess_units x items.unit_cost")
    stock_value: float = column("landed cost of the stock on hand", "money", formula="on_hand x items.unit_cost")
    stock_share: float = column("stock value as a share of the stock value at this place", "0-1", ge=0, formula="stock_value / sum(stock_value, location)")
    capital_value: float = column("landed cost of the units on hand and on order", "money", formula="(on_hand + plan.on_order) x items.unit_cost")
    gmroi: float = column(
        "gross margin of a year over mean stock at cost: (price - cost) x units shipped in 90 days x 365 / 90 over mean units x cost",
        "ratio",
        formula=f"(price - items.unit_cost) x {_shipped(90)} x 365 / 90 / ({_held(90)} x items.unit_cost)",
    )
    revenue_year: float = column("units sold in 52 weeks at the price of today", "money", formula="sum(history.units, -364 d) x price")
    abc: Text = column(
        "class by revenue at this place: A the first 70 %, B the next 25 %, C the rest",
        codes=("", "A", "B", "C"),
        formula="share_before(revenue_year, location) < class_a_share: A; < class_a_share + class_b_share: B; >= class_a_share + class_b_share: C",
    )
    sales_variation: float = column(
        "standard deviation of weekly sales over their mean, 52 weeks or since the first sale",
        "ratio",
        ge=0,
        formula="sd(sum(history.units, 7 d), -364 d) / mean(sum(history.units, 7 d), -364 d)",
    )
    xyz: Text = column(
        "class by variation of weekly sales: X up to 0.5, Y up to 1, Z more",
        codes=("", "X", "Y", "Z"),
        formula="sales_variation <= steady_variation: X; <= varied_variation: Y; > varied_variation: Z",
    )
    stage: Text = column(
        "stage of life: new under 90 days on sale, decline where the pace fell by 30 % and goes on, growth where it rose by 30 % beyond chance, else mature",
        codes=("", *STAGES),
        formula=(
            "on_sale_days < 90: new; pace_change <= exp(-0.35) - 1, chance_declining(history.units, -365 d) >= 0.4: decline; pace_rise >= 0.3, "
            "pace_rise_errors >= 2: growth; on_sale_days >= 90: mature"
        ),
    )
    on_sale_days: float = column("days since the first day on sale, at most two years and a month", "days", ge=0, formula="min(760, as_of - min(history.date))")
    pace_change: float = column(
        "pace now over the pace before its last break or decline, less 1, over the last year, at the price of now",
        "ratio",
        formula="pace(history, traffic, market) / pace_before(history, -365 d) - 1",
    )
    pace_rise: float = column(
        "pace of the last 90 days over that of the rest of the year before, less 1, season taken out; under half a year on sale of the last 45 days",
        "ratio",
        formula="without_season(history.demand, -90 d) / without_season(history.demand, -365 d, -90 d) - 1",
    )
    pace_rise_errors: float = column(
        "the same in standard errors of chance: its logarithm over that of counts of so many units",
        "ratio",
        formula="log(1 + pace_rise) / (1.8 x (1 / sum(history.demand, -90 d) + 1 / sum(history.demand, -365 d, -90 d)))^0.5",
    )
    storage_per_unit: float = column(
        "storage fee of one unit in the coming month",
        "money",
        ge=0,
        formula=(
            "if(nodes.kind = fba, first_known(items.volume_ft3 x rate_card(items.size_tier), newest(fees_charged.amount / fees_charged.units)), "
            "items.volume_ft3 x nodes.storage_rate_per_ft3_month)"
        ),
    )
    storage_month: float = column(
        "storage fee of the next month",
        "money",
        formula=(
            "if(daily_demand x 30 <= on_hand, on_hand - daily_demand x 15, on_hand^2 / (daily_demand x 60)) x if(nodes.kind = fba, "
            "first_known(items.volume_ft3 x rate_card(items.size_tier), newest(fees_charged.amount / fees_charged.units)), items.volume_ft3 x "
            "nodes.storage_rate_per_ft3_month)"
        ),
    )
    surcharge_month: float = column(
        "aged inventory surcharge at the next snapshot, on what is left when the units forecast until then are sold, the oldest first; 0 outside "
        "the marketplace's pools",
        "money",
        formula=(
            "if(nodes.kind = fba, sum(left(layers(stock_age.units, movements), sum(forecast.mean, snapshot())) x items.volume_ft3 x "
            "first_known(rate_card(snapshot()), sum(stock_age.surcharge_estimated) / sum(stock_age.units x items.volume_ft3))), 0)"
        ),
    )
    storage_share: float = column(
        "storage and surcharge as a share of the SKU's margin of 30 days",
        "ratio",
        formula="(storage_month + surcharge_month) / (margin_per_unit x daily_demand x 30)",
    )
    storage_source: Text = column("whose word the storage fee is", codes=("charged", "typed", "card"))
    surcharge_source: Text = column("whose word the surcharge is", codes=("preview", "card"))
    price: float = column("price of one unit: asked, else last paid", "money", ge=0, formula="first_known(newest(listings.price), newest(history.price))")
    referral_share: float = column(
        "commission as a share of the price",
        "0-1",
        ge=0,
        formula=(
            "if(on_marketplace(listings.channel, location), first_known(fee_previews.referral_fee / fee_previews.price, items.referral_rate, "
            "rate_card(price) / price), 0)"
        ),
    )
    selling_fees_per_unit: float = column(
        "referral and fulfilment fee of one unit sold",
        "money",
        formula=(
            "price x referral_share + if(nodes.kind = fba, first_known(fee_previews.fulfilment_fee + fee_previews.closing_fee, "
            "newest(fees_charged.amount / fees_charged.units), items.fulfilment_fee_per_unit + rate_card(items.fulfilment_fee_per_unit)), 0)"
        ),
    )
    fee_source: Text = column("whose word the selling fees are; of their parts the least sure", codes=("preview", "charged", "typed", "card"))
    margin_per_unit: float = column("price less cost and fees", "money", formula="price - items.unit_cost - selling_fees_per_unit")
    ad_spend_30: float = column("advertising of the last 30 days", "money", ge=0, formula="sum(ads.spend, -30 d)")
    contribution_30: float = column(
        "margin of 30 days after all fees: margin x demand less storage, surcharge, low-inventory fee and advertising",
        "money",
        formula="margin_per_unit x daily_demand x 30 - storage_month - surcharge_month - low_inventory_month - ad_spend_30",
    )
    stockout_risk: float = _share(
        "chance to run out within the lead time",
        (
            "chance_short(forecast.mean, forecast.sd, plan.lead_time_sd_days, on_hand, inbound, purchase_orders, "
            "+first_known(plan.lead_time_days, lookahead_days) d)"
        ),
    )
    lost_margin_30: float = _lost(30, "expected margin lost to stockouts in 30 days")
    lost_margin_60: float = _lost(60, "expected margin lost to stockouts in 60 days")
    lost_margin_90: float = _lost(90, "expected margin lost to stockouts in 90 days")
    stockout_risk_30: float = _out(30, "chance to run out within 30 days, deliveries on their way included")
    stockout_risk_60: float = _out(60, "chance to run out within 60 days, deliveries on their way included")
    stockout_risk_90: float = _out(90, "chance to run out within 90 days, deliveries on their way included")
    score: float = column(
        "health, higher is better; 100 less the five losses",
        "0-100",
        ge=0,
        le=100,
        formula="100 - loss_cover - loss_excess - loss_age - loss_storage - loss_stockout",
    )
    score_known_share: float = _share(
        "share of the points of the score whose parts are known; those of the others are shared out among them",
        (
            "if(cover_days, weight_cover) + if(excess_units, weight_excess) + if(age_0_90, weight_age) + if(storage_share, weight_storage) + "
            "if(stockout_risk, weight_stockout)"
        ),
    )
    loss_cover: float = column(
        "points lost to too much cover", "points", ge=0, formula="weight_cover x ramp(cover_days, cover_good_days, cover_bad_days) / score_known_share"
    )
    loss_excess: float = column(
        "points lost to excess", "points", ge=0, formula="weight_excess x ramp(excess_units / on_hand, 0, excess_bad_share) / score_known_share"
    )
    loss_age: float = column(
        "points lost to age",
        "points",
        ge=0,
        formula=(
            "weight_age x (0.25 x age_91_180 + 0.5 x age_181_270 + 0.75 x age_271_365 + age_366_plus) / (age_0_90 + age_91_180 + age_181_270 + "
            "age_271_365 + age_366_plus) / score_known_share"
        ),
    )
    loss_storage: float = column(
        "points lost to storage cost", "points", ge=0, formula="weight_storage x ramp(storage_share, storage_good_share, storage_bad_share) / score_known_share"
    )
    loss_stockout: float = column(
        "points lost to stockout risk",
        "points",
        ge=0,
        formula="weight_stockout x ramp(stockout_risk, stockout_good_risk, stockout_bad_risk) / score_known_share",
    )
    slow_rules: Text = column("rules for slow stock that fired, joined by commas; empty where none did")
    slow_risk: float = column(
        "chance that the stock on hand covers more days than the limit for slow stock",
        "0-100",
        ge=0,
        le=100,
        formula="100 x chance(on_hand / pace(history, traffic, market, forecast) > slow_cover_days)",
    )
    slow_risk_ahead: float = column(
        "the same on the day looked ahead to, with what arrives until then",
        "0-100",
        ge=0,
        le=100,
        formula=(
            "100 x chance((on_hand + arrivals(inbound, purchase_orders, +slow_ahead_days d) - sum(pace(history, traffic, market, forecast), "
            "+slow_ahead_days d)) / pace(history, traffic, market, forecast, +slow_ahead_days d) > slow_cover_days)"
        ),
    )
    daily_demand_ahead: float = column(
        "pace expected on the day looked ahead to, breaks and declines included",
        "units/day",
        ge=0,
        formula="mean(pace(history, traffic, market, forecast), +slow_ahead_days d)",
    )
    pace_ahead_date: Day = column("middle of the 30 days that this pace is the mean of")
    keep_share: float = _share(
        "share of the stock on hand that sells within the limit for slow stock",
        "min(1, sum(pace(history, traffic, market, forecast), +slow_cover_days d) / on_hand)",
    )
    cause: Text = column("root cause of much cover", codes=("", *CAUSES, "cannot_tell"))
    missing_report: Text = column("tables without which the cause cannot be told, joined by commas; empty where it can")
    cause_quality: float = _share(
        "share of the cover that falling ratings or returns cause",
        "fall_seen(market.rating, returns.units, purchase_orders.batch) / parts()",
    )
    cause_competition: float = _share(
        "share that a rival's price or place in the search causes",
        (
            "fall_seen(market.organic_rank, market.competitor_price, market.competitor_rating, market.competitor_review_count, "
            "market.best_seller_rank) / parts()"
        ),
    )
    cause_listing: float = _share(
        "share that a listing's own page causes",
        "fall_seen(market.image_click_through, ads.clicks / ads.impressions, listing_texts.title, listing_texts.bullets) / parts()",
    )
    cause_price: float = _share(
        "share that a raised price causes",
        "1.8 x price_rise(history.price, listings.price) / parts()",
    )
    cause_decline: float = _share(
        "share of a fall of demand while the market is calm",
        "fall_calm(history.demand, market.organic_rank) / parts()",
    )
    cause_season: float = _share(
        "share that the season causes",
        "max(0, -log(season(history.demand, items.category))) / parts()",
    )
    cause_supply: float = _share(
        "share of stock beyond what the usual pace needs",
        "max(0, log(on_hand / (expected_then(plan.daily_demand, history.demand) x slow_cover_days / 2))) / parts()",
    )
    cause_unexplained: float = _share(
        "share of a fall of demand that nothing explains",
        "1 - cause_quality - cause_competition - cause_listing - cause_price - cause_decline - cause_season - cause_supply",
    )
    prescription: Text = column("what to do first", codes=("", *PRESCRIPTIONS))
    prescription_units: float = column(
        "units that the prescription is about",
        "units",
        ge=0,
        formula=(
            "floor(on_hand x (1 - keep_share)); promote_early: floor(max(on_hand x (1 - keep_share), excess_units)); check_batch: on_hand; restock: "
            "plan.order_units; stop_loss: floor(min(daily_demand x 30, on_hand)); move_storage: on_hand"
        ),
    )
    prescription_value: float = column(
        "money at stake if it is not done",
        "money",
        formula=(
            "stock_value x (1 - keep_share); promote_early: max(stock_value x (1 - keep_share), excess_value); check_batch: "
            "max(stock_value, lost_margin_30); restock: lost_margin_30; stop_loss: -margin_per_unit x min(daily_demand x 30, "
            "on_hand); move_storage: storage_month + surcharge_month"
        ),
    )
    prescription_date: Day = column("day to do it by")
    light: Text = column("traffic light", codes=("red", "amber", "green", "grey"))
    currency: Text = column("ISO 4217 code of the money columns of this row")
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "location"]
