"""Sponsored Products, advertised product report by day: what an advertised SKU was shown, clicked, cost and sold.

Sales and units are those within seven days of a click. Rows of one SKU, day, campaign and ad group are summed. A period of
several days cannot be laid on a day and is refused. Rows without article, of other kinds of advertising, go into no table.
"""

import pandas as pd

from workbench.sources.amazon import advertising, marketplaces
from workbench.sources.lookup import skus
from workbench.sources.report import Report, Tables
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
    needed={**advertising.NEEDED, "sku": ["Advertised SKU", "Advertised product SKU", "Beworbene SKU", "广告SKU", "推广的商品 SKU"]},
    optional={
        **advertising.OPTIONAL,
        "asin": ["Advertised ASIN", "Advertised product ID", "Beworbene ASIN", "广告ASIN", "推广的商品编号"],
    },
    former=frozenset({"end", "country"}),
    telling=frozenset({"sku", "impressions", "spend"}),
    together=("sku", "date"),
    filled=("date", "campaign"),
    make=make,
    silent=advertising.SILENT,
)
