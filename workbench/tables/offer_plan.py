"""What the seller means to do in days to come: price, promotion, advertising."""

from workbench.tables.base import Day, Table, Text, column, key


class OfferPlan(Table):
    """What the seller means to do in days to come: price, promotion, advertising."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    start_date: Day = key("first day")
    end_date: Day = column("last day", nullable=False)
    price: float = column("price of one unit on these days", "money", ge=0)
    promotion: Text = column("promotion of these days, empty for none", codes=("price_cut", "coupon", "ad_burst"))
    spend_day: float = column("advertising cost a day over all campaigns; 0 is a stop", "money", ge=0)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "channel", "start_date"]
