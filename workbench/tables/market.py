"""What the market does around a SKU; every column is optional."""

from workbench.tables.base import Day, Table, Text, column, key


class Market(Table):
    """What the market does around a SKU; every column is optional."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    date: Day = key("calendar day in the location's time zone")
    search_volume: float = column("searches for the main keyword", "searches", ge=0)
    competitor_price: float = column("price of the nearest competitor", "money", ge=0)
    competitor_promotion_price: float = column("price of the nearest competitor's promotion on that day", "money", ge=0)
    competitor_in_stock: float = column("whether the nearest competitor can sell: 1 yes, 0 no", "0-1", ge=0, le=1)
    organic_rank: float = column("place in the search results", "rank", ge=1)
    best_seller_rank: float = column("best-seller rank in its category", "rank", ge=1)
    rating: float = column("mean review", "1-5", ge=0, le=5)
    review_count: float = column("number of reviews", "reviews", ge=0)
    competitor_rating: float = column("mean review of the nearest competitor", "1-5", ge=0, le=5)
    competitor_review_count: float = column("number of reviews of the nearest competitor", "reviews", ge=0)
    image_click_through: float = column("clicks per impression of the main image", "0-1", ge=0, le=1)
    currency: Text = column("ISO 4217 code of the money columns of this row")

    class Config(Table.Config):
        unique = ["sku", "channel", "date"]
