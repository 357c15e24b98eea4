"""What reports of advertising have in common: the period of a row, its marketplace, and rows that stand for one and the same."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.sources.amazon import marketplaces
from workbench.sources.reading.dates import moments
from workbench.sources.report import silent
from workbench.sources.rows import Rows

VALUES = ("impressions", "clicks", "spend", "attributed_sales", "attributed_units")
PERIOD = "a day, or two with a dash between them"
_BETWEEN = r"\s+(?:-|–|—|~|to|bis)\s+"


def period(rows: Rows) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last day of each row, from two columns, or from one with a day or with two days in it."""
    if rows.has("end"):
        return rows.day("date"), rows.day("end")
    said = rows.text("date").str.split(_BETWEEN, regex=True, n=1).astype("object")  # of no text at all pandas makes numbers
    first, last = (_days(said.str[at]) for at in (0, -1))
    rows.blame("date", (np.isnat(first) | np.isnat(last)) & rows.text("date").notna().to_numpy(), PERIOD)
    return pd.Series(first), pd.Series(last)


def _days(texts: pd.Series) -> np.ndarray:
    return moments(pa.array(texts.astype("str").str.strip(), pa.string(), from_pandas=True)).days()


def codes(rows: Rows) -> pd.Series:
    """Return the country code of each row's marketplace; the new console writes it AMAZON_FR, and with a stray U before it."""
    stated = rows.each("country", lambda text: marketplaces.code_of(text) or marketplaces.code_of(text.upper().removeprefix("U").removeprefix("AMAZON_")))
    by_money = marketplaces.codes(rows, "no_country") if stated.isna().any() else stated
    return stated.fillna(by_money)


def bare(rows: Rows, name: str) -> pd.Series:
    """Return a column of text without the armour that keeps spreadsheets from reading a number: ="123"."""
    return rows.text(name).str.replace(r'^="(.*)"$', r"\1", regex=True)


def campaign(rows: Rows) -> pd.Series:
    """Return campaign and ad group."""
    return rows.text("campaign") + " / " + rows.text("ad_group").fillna("-")


def summed(rows: Rows, lines: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return one row a key, where it first stands.

    The new console splits what one advertisement did into a row of traffic and one of the sales that followed.
    """
    again = lines.duplicated(list(key))
    if not again.any():
        return lines
    rows.note("summed", rows=int(again.sum()))
    first = lines.reset_index(names="at").drop_duplicates(list(key)).set_index(list(key))
    sums = lines.groupby(list(key), sort=False)[list(VALUES)].sum(min_count=1)
    found = first.assign(**{name: sums[name] for name in VALUES}).reset_index()
    return found.drop(columns="at").set_index(pd.Index(found["at"].to_numpy(dtype=np.int64)))


NEEDED = {
    "date": ["Date", "Date range", "Start Date", "Datum", "Startdatum", "日期", "开始日期"],
    "campaign": ["Campaign Name", "Kampagnen-Name", "Kampagnenname", "广告活动名称"],
    "impressions": ["Impressions", "Impressionen", "展示量"],
    "clicks": ["Clicks", "Klicks", "点击量"],
    "spend": ["Spend", "Total cost", "Ausgaben", "花费", "总成本"],
    "currency": ["Currency", "Budget currency", "Währung", "货币"],
}
OPTIONAL = {
    "end": ["End Date", "Enddatum", "结束日期"],
    "ad_group": ["Ad Group Name", "Anzeigengruppenname", "广告组名称"],
    "country": ["Advertised product marketplace", "Country", "Land", "国家/地区"],
    "attributed_sales": ["7 Day Total Sales", "14 Day Total Sales", "Sales", "7 Tage, Umsatz gesamt", "7天总销售额", "销售额"],
    "attributed_units": ["7 Day Total Units (#)", "14 Day Total Units (#)", "Units sold", "7Tage, Einheiten gesamt (#)", "7天总销售量(#)"],
}
SILENT = silent(
    """Portfolio name, Portfolio ID, Campaign ID, Ad group ID, Click-Thru Rate (CTR), CTR, Cost Per Click (CPC), CPC, Retailer, Country,
    Total Advertising Cost of Sales (ACOS), Total Return on Advertising Spend (ROAS), ACOS, ROAS, Purchases, Cost per purchase, Purchase rate,
    7 Day Total Orders (#), 7 Day Conversion Rate, 7 Day Advertised SKU Units (#), 7 Day Other SKU Units (#), 7 Day Advertised SKU Sales,
    7 Day Other SKU Sales, Advertiser account ID, Advertiser account name, Manager account, Purchases (promoted), Sales (promoted),
    Units sold (promoted), Ad product, Ad ID, Placement Name, Placement size, Placement classification, Site or app, Search term, Target value,
    Target match type, Matched target, Target ID, Advertised product ID, Program Type, Long-term sales, Portfolioname, Klickrate (CTR),
    Kosten pro Klick (CPC), Gesamtumsatzkosten für Werbung (ACOS), 7 Tage Aufträge gesamt (#), 7-Tage-Konversionsrate,
    Gesamtrendite von Werbeausgaben (Return on Advertising Spend ROAS), 7Tage Beworbene SKU-Einheiten (#), 7-Tage Andere SKU-Einheiten (#),
    7Tage Beworbene SKU-Umsätze, 7-Tage Andere SKU-Umsätze, 广告组合名称, 零售商, 点击率 (CTR), 单次点击成本 (CPC),
    广告投入产出比 (ACOS) 总计, 总广告投资回报率 (ROAS), 7天总订单数(#), 7天的转化率, 7天内广告SKU销售量(#), 7天内其他SKU销售量(#),
    7天内广告SKU销售额, 7天内其他SKU销售额"""
)
