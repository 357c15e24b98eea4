"""Sponsored Products, advertised product report by day: what an advertised SKU was shown, clicked, cost and sold.

Sales and units are those within seven days of a click. Rows of one SKU, day, campaign and ad group are summed.
"""

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

KEY = ["sku", "channel", "date", "campaign"]
_VALUES = ["impressions", "clicks", "spend", "attributed_sales", "attributed_units"]


def make(rows: Rows) -> Tables:
    """Return tables ads and channels."""
    code = marketplaces.codes(rows, "country")
    lines = pd.DataFrame(
        {
            "sku": rows.text("sku"),
            "channel": "amazon-" + code.str.lower(),
            "date": rows.day("date"),
            "campaign": rows.text("campaign") + " / " + rows.text("ad_group").fillna("-"),
            **{name: rows.number(name) for name in _VALUES},
            "currency": rows.text("currency"),
        }
    )
    return {"ads": _summed(rows, lines), "channels": marketplaces.channel_rows(marketplaces.named(code))}


def _summed(rows: Rows, lines: pd.DataFrame) -> pd.DataFrame:
    again = lines.duplicated(KEY)
    if not again.any():
        return lines
    rows.note("summed", rows=int(again.sum()))
    first = lines.reset_index(names="at").groupby(KEY, sort=False).agg({"at": "first", "currency": "first"})
    sums = lines.groupby(KEY, sort=False)[_VALUES].sum(min_count=1).assign(currency=first["currency"])
    return sums.reset_index().set_index(pd.Index(first["at"].to_numpy(dtype=np.int64)))


REPORT = Report(
    name="SP_ADVERTISED_PRODUCT_REPORT",
    needed={
        "date": ["Date"],
        "sku": ["Advertised SKU"],
        "campaign": ["Campaign Name"],
        "impressions": ["Impressions"],
        "clicks": ["Clicks"],
        "spend": ["Spend", "Total cost"],
        "currency": ["Currency", "Budget currency"],
    },
    optional={
        "ad_group": ["Ad Group Name"],
        "country": ["Country"],
        "attributed_sales": ["7 Day Total Sales", "Sales"],
        "attributed_units": ["7 Day Total Units (#)", "Units sold"],
    },
    telling=frozenset({"sku", "impressions", "spend"}),
    together=("sku", "date"),
    filled=("date", "sku", "campaign"),
    make=make,
    silent=silent(
        """Portfolio name, Portfolio ID, Campaign ID, Ad group ID, Advertised ASIN, Click-Thru Rate (CTR), CTR, Cost Per Click (CPC), CPC, Retailer,
        Total Advertising Cost of Sales (ACOS), Total Return on Advertising Spend (ROAS), ACOS, ROAS, Purchases, Cost per purchase, Purchase rate,
        7 Day Total Orders (#), 7 Day Conversion Rate, 7 Day Advertised SKU Units (#), 7 Day Other SKU Units (#),
        7 Day Advertised SKU Sales, 7 Day Other SKU Sales, Advertiser account ID, Advertiser account name"""
    ),
)
