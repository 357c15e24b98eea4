"""Sponsored Products, search term report: what people typed before they saw or clicked an advertisement.

A row may be of a day or of a whole period; the table keeps its last day and its length, so that nobody sums periods that
overlap. Rows of one term, target, campaign and period are summed.
"""

import numpy as np
import pandas as pd

from workbench.sources.amazon import advertising, marketplaces
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

KEY = ["channel", "date", "days", "campaign", "term", "match"]


def make(rows: Rows) -> Tables:
    """Return tables search_terms and channels."""
    code = advertising.codes(rows)
    first, last = advertising.period(rows)
    lines = pd.DataFrame(
        {
            "channel": "amazon-" + code.str.lower(),
            "date": last,
            "campaign": advertising.campaign(rows),
            "term": rows.text("term"),
            "match": (rows.text("match").fillna("") + " " + rows.text("target").fillna("")).str.strip().replace("", "-"),
            "days": (last - first) / np.timedelta64(1, "D") + 1,
            **{name: rows.number(name) for name in advertising.VALUES},
            "currency": rows.text("currency"),
        }
    )
    stays = rows.drop(lines["term"].isna(), "without_term")
    found = advertising.summed(rows, lines[stays], KEY)
    return {"search_terms": found, "channels": marketplaces.channel_rows(marketplaces.named(code))}


REPORT = Report(
    name="SP_SEARCH_TERM_REPORT",
    needed={
        "date": ["Date", "Date range", "Start Date"],
        "term": ["Customer Search Term", "Search term"],
        "campaign": ["Campaign Name"],
        "impressions": ["Impressions"],
        "clicks": ["Clicks"],
        "spend": ["Spend", "Total cost"],
        "currency": ["Currency", "Budget currency"],
    },
    optional={
        "end": ["End Date"],
        "ad_group": ["Ad Group Name"],
        "country": ["Advertised product marketplace", "Country"],
        "target": ["Targeting", "Target value", "Matched target"],
        "match": ["Match Type", "Target match type"],
        "attributed_sales": ["7 Day Total Sales", "14 Day Total Sales", "Sales"],
        "attributed_units": ["7 Day Total Units (#)", "14 Day Total Units (#)", "Units sold"],
    },
    former=frozenset({"end", "country", "target", "match"}),
    telling=frozenset({"term", "impressions", "spend"}),
    together=("term", "date"),
    filled=("date", "campaign"),
    make=make,
    silent=silent(
        """Portfolio name, Portfolio ID, Campaign ID, Ad group ID, Click-Thru Rate (CTR), CTR, Cost Per Click (CPC), CPC, Retailer,
        Total Advertising Cost of Sales (ACOS), Total Return on Advertising Spend (ROAS), ACOS, ROAS, Purchases, Cost per purchase, Purchase rate,
        7 Day Total Orders (#), 7 Day Conversion Rate, 7 Day Advertised SKU Units (#), 7 Day Other SKU Units (#), 7 Day Advertised SKU Sales,
        7 Day Other SKU Sales, Advertiser account ID, Advertiser account name, Purchases (promoted), Sales (promoted), Units sold (promoted),
        Ad product, Ad ID, Placement Name, Placement size, Placement classification, Site or app, Target value, Matched target, Target ID,
        Advertised product ID, Program Type, Long-term sales"""
    ),
)
