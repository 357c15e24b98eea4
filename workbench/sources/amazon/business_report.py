"""Business report, detail page sales and traffic by child item: a CSV download in the language of the seller's screen.

The report says neither its period nor its marketplace. What it tells of articles (their numbers, families and titles) needs no
period and is kept. Visits and sales are laid on days only where a column with the day was added to the file, as those do who put
daily downloads together; else they go into no table, and a note says how much that is. The marketplace is told by the sign of
the currency, as far as the seller's home uses another. Columns of business buyers only are parts of the others.
"""

import re
from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from workbench.sources.amazon import marketplaces
from workbench.sources.lookup import skus
from workbench.sources.reading.numbers import numbers
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import NUMBER, Rows

NAME = "BUSINESS_REPORT"
_SIGNS: dict[str, tuple[str, ...]] = {
    "£": ("GBP",),
    "€": ("EUR",),
    "₹": ("INR",),
    "¥": ("JPY",),
    "￥": ("JPY",),
    "zł": ("PLN",),
    "kr": ("SEK",),
    "R$": ("BRL",),
}
_SIGNS |= {"US$": ("USD",), "CA$": ("CAD",), "C$": ("CAD",), "AU$": ("AUD",), "A$": ("AUD",), "MX$": ("MXN",), "S$": ("SGD",)}
_SIGNS |= {"$": ("USD", "CAD", "AUD", "MXN", "SGD")}
_CODE = re.compile(r"\b[A-Z]{3}\b")
_THOUSANDS = re.compile(r"(?<=\d)[.,'\s](?=\d{3}(?:\D|$))")
_SIGN = re.compile(r"[A-Z]{1,3}(?=\$)|zł|kr\.?")


def make(rows: Rows) -> Tables:
    """Return tables traffic, items and channels."""
    place = _place(rows)
    sku = skus(rows, "asin", "product_id")
    sessions, views = _total(rows, "sessions"), _total(rows, "page_views")
    units, revenue = _count(rows, "units"), _money(rows, "revenue")
    traffic = pd.DataFrame(
        {
            "sku": sku,
            "channel": place.channel,
            "date": rows.day("date") if rows.has("date") else pd.Series(pd.NaT, index=range(len(rows)), dtype="datetime64[us]"),
            "sessions": sessions,
            "page_views": views,
            "buy_box_share": _share(rows, "buy_box"),
            "units_ordered": units,
            "conversion": _share(rows, "conversion"),
            "revenue": revenue,
            "currency": place.currency,
        }
    )
    dated, told = traffic["date"].notna(), rows.text("sku").notna()
    if not dated.all():
        without = ~dated
        rows.note("period_unknown", rows=int(without.sum()), units=float(units[without].sum()), amount=float(revenue[without].sum()), currency=place.currency)
    rows.drop(~dated & ~told, "period_unknown")
    stays = rows.drop(rows.line_numbers(sku, traffic["date"]) > 0, "repeated")
    return {"traffic": traffic[dated & stays], "items": _items(rows, told & stays), "channels": marketplaces.channel_rows([place] if len(rows) else [])}


def _items(rows: Rows, told: pd.Series) -> pd.DataFrame:
    items = pd.DataFrame({"sku": rows.text("sku"), "title": rows.text("title"), "product_id": rows.text("asin"), "parent": rows.text("parent")})
    return items[told.to_numpy()].drop_duplicates("sku")


def _place(rows: Rows) -> marketplaces.Marketplace:
    """The seller's home if the money is of there, else the first marketplace with that money."""
    used = currencies(rows, "revenue")
    home = marketplaces.find(rows.context.home)
    if home and (not used or home.currency in used):
        return marketplaces.find(rows.home()) or home
    found = marketplaces.by_currency(used[0]) if used else None
    if found is None:
        rows.fault(rows.names.get("revenue", "revenue"), "money of a known marketplace", used[0] if used else "none")
        return marketplaces.MARKETPLACES[0]
    rows.note("marketplace_by_currency", rows=len(rows), codes=found.code)
    return found


def currencies(rows: Rows, name: str) -> tuple[str, ...]:
    """Return the currencies that the signs in a column of money may mean, none where there are no signs."""
    said = rows.column(name).drop_null().unique().cast("string").to_pylist()
    for text in said:
        code = _CODE.search(text)
        if code and marketplaces.by_currency(code[0]):
            return (code[0],)
        sign = next((sign for sign in sorted(_SIGNS, key=len, reverse=True) if sign in text), None)
        if sign:
            return _SIGNS[sign]
    return ()


def _total(rows: Rows, name: str) -> pd.Series:
    """The total, or the sum of application and browser where a file has only these."""
    if rows.has(name):
        return _count(rows, name)
    return pd.concat([_count(rows, f"{name}_app"), _count(rows, f"{name}_browser")], axis=1).sum(axis=1, min_count=1)


def _count(rows: Rows, name: str) -> pd.Series:
    """A column of whole numbers: a mark before three digits is one of thousands, whichever it is."""
    return _read(rows, name, lambda text: _THOUSANDS.sub("", text), NUMBER)


def _money(rows: Rows, name: str) -> pd.Series:
    return _read(rows, name, lambda text: _SIGN.sub("", text), NUMBER)


def _share(rows: Rows, name: str) -> pd.Series:
    """A column of percent as shares; a spreadsheet that stored it as shares already has no percent sign and nothing above one."""
    found = _read(rows, name, lambda text: text.rstrip("%％ \u00a0\u202f"), "a percentage")
    percent = rows.text(name).str.contains("[%％]").fillna(False).any() or (found > 1).any()
    return found / 100 if percent else found


def _read(rows: Rows, name: str, bare: Callable[[str], str], expected: str) -> pd.Series:
    values = pa.array(rows.each(name, bare), pa.string(), from_pandas=True)
    found, bad = numbers(values, lambda told: rows.decimal_comma if told is None else told)
    rows.blame(name, bad, expected)
    return pd.Series(found)


REPORT = Report(
    name=NAME,
    needed={
        "asin": ["(Child) ASIN", "(Untergeordnete) ASIN", "（子）ASIN"],
        "units": ["Units Ordered", "Bestellte Einheiten", "注文された商品点数", "已订购商品数量", "订单商品总数"],
        "revenue": [
            *("Ordered Product Sales", "Gross Product Sales", "Durch bestellte Produkte erzielter Umsatz", "Umsätze – Bestellte Artikel"),
            *("注文商品の売上額", "注文商品売上", "已订购商品销售额"),
        ],
    },
    optional={
        "sku": ["SKU"],
        "parent": ["(Parent) ASIN", "(Übergeordnete) ASIN", "（親）ASIN", "（父）ASIN"],
        "title": ["Title", "Titel", "タイトル", "标题"],
        "date": ["Date", "Datum", "日付", "日期", "Day", "Tag"],
        "sessions": [
            *("Sessions - Total", "Sessions", "Sitzungen – Summe", "Sitzungen – Gesamt", "Sitzungen"),
            *("セッション数 - 合計", "セッション - 合計", "セッション", "会话数 - 总计", "会话次数 – 总计", "会话次数", "会话数"),
        ],
        "sessions_app": ["Sessions - Mobile App", "会话数 - 移动应用", "セッション数 - モバイルアプリ", "Sitzungen – Mobile App"],
        "sessions_browser": ["Sessions - Browser", "会话数 - 浏览器", "セッション数 - ブラウザ", "Sitzungen – Browser"],
        "page_views": [
            *("Page Views - Total", "Page Views", "Seitenaufrufe – Summe", "Seitenaufrufe – Gesamt", "Seitenaufrufe"),
            *("ページビュー - 合計", "ページビュー", "页面浏览量 - 总计", "页面浏览次数", "页面浏览量"),
        ],
        "page_views_app": ["Page Views - Mobile App", "页面浏览量 - 移动应用", "ページビュー - モバイルアプリ", "Seitenaufrufe – Mobile App"],
        "page_views_browser": ["Page Views - Browser", "页面浏览量 - 浏览器", "ページビュー - ブラウザ", "Seitenaufrufe – Browser"],
        "buy_box": [
            *("Featured Offer (Buy Box) Percentage", "Buy Box Percentage", "Prozentsatz Einkaufswagen", "Featured Offer Percentage"),
            *("おすすめ出品（おすすめ商品）の獲得率", "カートボックス獲得率", "推荐报价（推荐报价展示位）百分比", "购买按钮赢得率"),
        ],
        "conversion": ["Unit Session Percentage", "Prozentsatz an Einheiten pro Sitzung", "ユニットセッション率", "商品会话百分比"],
    },
    former=frozenset({"sku", "date", "sessions_app", "sessions_browser", "page_views_app", "page_views_browser"}),
    telling=frozenset({"asin", "units", "revenue"}),
    filled=("asin",),
    make=make,
    silent=silent(
        """Total Order Items, Orders Placed, Zahl der Bestellposten, Bestellposten gesamt, 注文品目総数, 注文商品セッション率,
        Order Item Session Percentage, Session Percentage, Session Percentage - Total, Page Views Percentage, Page Views Percentage - Total,
        セッション率 - 合計, ページビュー率 - 合計, 订单商品总数, 会话百分比 - 总计, 页面浏览量百分比 - 总计, 转化率 - 总计,
        Units Ordered - B2B, Ordered Product Sales - B2B, Total Order Items - B2B, Unit Session Percentage - B2B, Sessions - Total - B2B,
        Session Percentage - Total - B2B, Page Views - Total - B2B, Page Views Percentage - Total - B2B,
        Featured Offer (Buy Box) Percentage - B2B, Buy Box Percentage - B2B, Sessions - Mobile App - B2B, Sessions - Browser - B2B,
        Session Percentage - Mobile App, Session Percentage - Browser, Session Percentage - Mobile App - B2B, Session Percentage - Browser - B2B,
        Page Views - Mobile App - B2B, Page Views - Browser - B2B, Page Views Percentage - Mobile App, Page Views Percentage - Browser,
        Page Views Percentage - Mobile App - B2B, Page Views Percentage - Browser - B2B, Bestellte Einheiten – B2B, Bestellsumme – B2B,
        Sitzungen – Summe – B2B, Seitenaufrufe – Summe – B2B, Zahl der Bestellposten – B2B, セッション数 - 合計 - B2B,
        Units Refunded, Refund Rate, Units Shipped, Orders Shipped, Shipped Product Sales, 会话数 - 总计 - B2B, 页面浏览量 - 总计 - B2B,
        已订购商品数量 - B2B, 已订购商品销售额 - B2B, 已订购商品的销售额 – B2B, 订单商品总数 - B2B, 商品会话百分比 - B2B, 会话 - 总计 - B2B,
        会话百分比 - 总计 - B2B, 页面浏览量百分比 - 总计 - B2B, 推荐报价（推荐报价展示位）百分比 - B2B, 会话次数 – 总计 – B2B"""
    ),
)
