"""How a SKU's stock stands: metrics, score and light."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Table, Text, column, key


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
    light: Text = column("traffic light", codes=("red", "amber", "green", "grey"))
    currency: Text = column("ISO 4217 code of the money columns of this row")
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "location"]
