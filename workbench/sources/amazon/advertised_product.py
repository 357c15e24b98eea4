"""Sponsored Products, advertised product report by day: what an advertised SKU was shown, clicked, cost and sold.

Sales and units are those within seven days of a click. Rows of one SKU, day, campaign and ad group are summed. A period of
several days cannot be laid on a day and is refused. Rows without article, of other kinds of advertising, go into no table.
"""

import pandas as pd

from workbench.sources.amazon import advertising, marketplaces
from workbench.sources.lookup import skus
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

KEY = ["sku", "channel", "date", "campaign"]


def make(rows: Rows) -> Tables:
    """Return tables ads and channels."""
    code = advertising.codes(rows)
    first, last = advertising.period(rows)
    rows.blame("date", (first < last).to_numpy(), "one day a row; ask for the report by day")
    lines = pd.DataFrame(
        {
            "sku": skus(rows, "asin", "product_id").str.replace(r'^="(.*)"$', r"\1", regex=True),
            "channel": "amazon-" + code.str.lower(),
            "date": first,
            "campaign": advertising.campaign(rows),
            **{name: rows.number(name) for name in advertising.VALUES},
            "currency": rows.text("currency"),
        }
    )
    stays = rows.drop(lines["sku"].isna(), "without_sku")
    return {"ads": advertising.summed(rows, lines[stays], KEY), "channels": marketplaces.channel_rows(marketplaces.named(code))}


REPORT = Report(
    name="SP_ADVERTISED_PRODUCT_REPORT",
    needed={
        "date": ["Date", "Date range", "Start Date"],
        "sku": ["Advertised SKU", "Advertised product SKU"],
        "campaign": ["Campaign Name"],
        "impressions": ["Impressions"],
        "clicks": ["Clicks"],
        "spend": ["Spend", "Total cost"],
        "currency": ["Currency", "Budget currency"],
    },
    optional={
        "end": ["End Date"],
        "asin": ["Advertised ASIN", "Advertised product ID"],
        "ad_group": ["Ad Group Name"],
        "country": ["Advertised product marketplace", "Country"],
        "attributed_sales": ["7 Day Total Sales", "14 Day Total Sales", "Sales"],
        "attributed_units": ["7 Day Total Units (#)", "14 Day Total Units (#)", "Units sold"],
    },
    former=frozenset({"end", "country"}),
    telling=frozenset({"sku", "impressions", "spend"}),
    together=("sku", "date"),
    filled=("date", "campaign"),
    make=make,
    silent=silent(
        """Portfolio name, Portfolio ID, Campaign ID, Ad group ID, Click-Thru Rate (CTR), CTR, Cost Per Click (CPC), CPC, Retailer,
        Total Advertising Cost of Sales (ACOS), Total Return on Advertising Spend (ROAS), ACOS, ROAS, Purchases, Cost per purchase, Purchase rate,
        7 Day Total Orders (#), 7 Day Conversion Rate, 7 Day Advertised SKU Units (#), 7 Day Other SKU Units (#), Ad product, Ad ID, Search term,
        7 Day Advertised SKU Sales, 7 Day Other SKU Sales, Advertiser account ID, Advertiser account name, Placement Name, Placement size,
        Placement classification, Site or app, Target value, Target match type, Matched target, Purchases (promoted), Sales (promoted),
        Units sold (promoted), Program Type, Country, Long-term sales, Manager account"""
    ),
)
