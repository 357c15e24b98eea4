"""Sponsored Products, advertised product: a CSV file a marketplace with a line a day, campaign and SKU that was shown."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from workbench.datasets.places import MARKETPLACES, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.visits import Visits
from workbench.datasets.world import World

HEADER = (
    "Date", "Portfolio name", "Currency", "Campaign Name", "Ad Group Name", "Advertised SKU", "Advertised ASIN", "Impressions", "Clicks",
    "Click-Thru Rate (CTR)", "Cost Per Click (CPC)", "Spend", "7 Day Total Sales", "7 Day Total Orders (#)", "7 Day Total Units (#)",
    "7 Day Conversion Rate", "7 Day Advertised SKU Units (#)", "7 Day Other SKU Units (#)", "7 Day Advertised SKU Sales", "7 Day Other SKU Sales",
)  # fmt: skip
PORTFOLIO = "Always on"


def ads_table(world: World, place: Place, visits: Visits) -> pa.Table:
    """Return the advertising of a place as the report shows it."""
    offers = world.offers_of(place)
    day, at = np.nonzero(visits.impressions[:, offers])
    offer = offers[at]
    item, items, n = world.catalogue.offers["item"].to_numpy()[offer], world.catalogue.items, len(offer)
    clicks, shown, spend, units = (grid[day, offer] for grid in (visits.clicks, visits.impressions, visits.spend_cents, visits.ad_units))
    sales = units * world.prices.charged[visits.first + day, offer]
    per_click = np.divide(spend, clicks, out=np.full(n, np.nan), where=clicks > 0)
    category = text.picked(items["category"], item)
    numbers = {"Impressions": shown, "Clicks": clicks, "7 Day Total Orders (#)": units, "7 Day Total Units (#)": units, "7 Day Advertised SKU Units (#)": units}
    money = {"Spend": spend, "7 Day Total Sales": sales, "7 Day Advertised SKU Sales": sales, "7 Day Other SKU Sales": 0 * sales}
    return text.lines_of(
        HEADER,
        {
            **{name: text.whole(values) for name, values in numbers.items()},
            **{name: text.cents(values) for name, values in money.items()},
            "Date": text.date_text(world.calendar.dates[visits.first + day]),
            "Portfolio name": text.constant(PORTFOLIO, n),
            "Currency": text.constant(place.currency, n),
            "Campaign Name": text.joined(text.constant("SP ", n), category),
            "Ad Group Name": text.joined(category, text.constant(" auto", n)),
            "Advertised SKU": text.picked(items["sku"], item),
            "Advertised ASIN": text.picked(items["product_id"], item),
            "Click-Thru Rate (CTR)": text.joined(text.decimal(100 * clicks / shown, 4), text.constant("%", n)),
            "Cost Per Click (CPC)": text.decimal(per_click / 100, 2),
            "7 Day Conversion Rate": text.joined(text.decimal(100 * units / np.maximum(clicks, 1), 2), text.constant("%", n)),
            "7 Day Other SKU Units (#)": text.constant("0", n),
        },
    )


def write_ads(world: World, visits: Visits, inbox: Path) -> None:
    """Write the advertised product report of every marketplace."""
    dates = world.calendar.dates
    for place in MARKETPLACES:
        if not len(world.offers_of(place)):
            continue
        table = ads_table(world, place, visits)
        if table.num_rows:
            name = f"sponsored-products-advertised_{place.channel}_{dates[visits.first]}_{dates[-1]}.csv"
            text.save(inbox / name, text.delimited(table, ","), world.calendar.saved_at(world.calendar.length - 1))
