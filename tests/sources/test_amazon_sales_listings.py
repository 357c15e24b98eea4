"""Listings, business report and advertising, in the languages and forms that they come in."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import InvalidTable

LISTING = {
    "item-name": "Kettle",
    "item-description": "<b>boils</b>",
    "listing-id": "0101",
    "seller-sku": "A",
    "price": "24.99",
    "quantity": "",
    "open-date": "2024-03-07 08:12:33 PST",
    "product-id-type": "1",
    "asin1": "B000000001",
    "product-id": "B000000001",
    "fulfillment-channel": "AMAZON_NA",
    "merchant-shipping-group": "Standard",
}
TOLD = ["sku", "channel", "product_id", "price", "currency", "status", "fulfilment"]


def test_active_listings(report):
    parsed = report(LISTING, {**LISTING, "seller-sku": "B", "fulfillment-channel": "DEFAULT"}, LISTING)
    found = parsed.tables()["listings"]
    assert parsed.report == "GET_MERCHANT_LISTINGS_DATA"
    assert found[TOLD].to_numpy().tolist() == [
        ["A", "amazon-us", "B000000001", 24.99, "USD", "active", "fba"],
        ["B", "amazon-us", "B000000001", 24.99, "USD", "active", "merchant"],
    ]
    assert found["date"].iloc[0] == pd.Timestamp("2026-07-01")  # the day the file was known
    assert found["open_date"].iloc[0] == pd.Timestamp("2024-03-07")
    assert parsed.answer.dropped == {"repeated": 1}
    assert parsed.tables()["items"]["title"].tolist() == ["Kettle", "Kettle"]


@pytest.mark.parametrize(("said", "status"), [("Active", "active"), ("Inactive", "inactive"), ("Incomplete", "inactive"), ("Search Suppressed", "suppressed")])
def test_all_listings_tell_whether_people_can_buy(report, said, status):
    parsed = report({**LISTING, "status": said, "product-id": "4006381333931", "product-id-type": "4", "asin1": ""}, home="UK")
    assert parsed.report == "GET_MERCHANT_LISTINGS_ALL_DATA"
    found = parsed.tables()["listings"].iloc[0]
    assert found[["channel", "currency", "status"]].tolist() == ["amazon-uk", "GBP", status]
    assert pd.isna(found["product_id"])  # a bar code is no number of the marketplace


LOCAL = {
    "JP": {
        **{"商品名": "ケトル", "出品ID": "1", "出品者SKU": "A", "価格": "1980", "数量": "", "出品日": "2024/03/07 13:20:10 JST", "商品IDタイプ": "1"},
        **{"商品ID": "B000000001", "フルフィルメント・チャンネル": "AMAZON_JP", "merchant-shipping-group": "x", "ステータス": "Active"},
    },
    "DE": {
        **{"Artikelbezeichnung": "Kessel", "Angebotsnummer": "1", "Händler-SKU": "A", "Preis": "1980,00", "Erstellungsdatum": "07/03/2024 13:20:10 MEZ"},
        **{"Produkt-ID": "B000000001", "Versender": "AMAZON_EU", "Status": "Active"},
    },
    "IT": {
        **{"Nome dell'articolo": "Bollitore", "Numero offerta": "1", "SKU venditore": "A", "Prezzo": "1980,00", "Data di creazione": "07/03/2024 13:20:10 CET"},
        **{"Identificativo del prodotto": "B000000001", "Canale di gestione": "AMAZON_EU", "stato": "Active"},
    },
    "ES": {
        **{"Título del producto": "Hervidor", "SKU del vendedor": "A", "Precio": "1980,00", "Fecha de creación": "07/03/2024", "estado": "Active"},
        **{"Identificador del producto": "B000000001", "Canal de gestión logística": "AMAZON_EU"},
    },
    "FR": {
        **{"nom-produit": "Bouilloire", "id-offre": "1", "sku-vendeur": "A", "prix": "1980,00", "date-ouverture": "07/03/2024 13:20:10 MET"},
        **{"id-produit": "B000000001", "canal-traitement": "AMAZON_EU", "état": "Active"},
    },
}


@pytest.mark.parametrize("code", LOCAL)
def test_listings_in_the_language_of_a_store(report, code):
    found = report(LOCAL[code]).tables()["listings"].iloc[0]
    assert found[["sku", "channel", "product_id", "price", "status", "fulfilment"]].tolist() == [
        *("A", f"amazon-{code.lower()}", "B000000001", 1980, "active", "fba"),
    ]
    assert found["open_date"] == pd.Timestamp("2024-03-07")


CHILD = {
    "(Parent) ASIN": "B0PARENT01",
    "(Child) ASIN": "B0CHILD001",
    "Title": "Kettle",
    "SKU": "A",
    "Sessions - Total": "1,018",
    "Session Percentage - Total": "12.00%",
    "Page Views - Total": "1,543",
    "Featured Offer (Buy Box) Percentage": "95.24%",
    "Units Ordered": "33",
    "Unit Session Percentage": "3.24%",
    "Ordered Product Sales": "$1,234.50",
    "Total Order Items": "30",
}
FIGURES = ["channel", "sessions", "page_views", "units_ordered", "revenue", "currency"]


def business(report, row, day="2026-06-11", **named):
    quoted = {name: f'"{value}"' for name, value in ({"Date": day} | row if day else row).items()}
    return report(quoted, delimiter=",", **named)


def test_a_business_report_with_a_column_for_the_day(report):
    parsed = business(report, CHILD)
    found = parsed.tables()["traffic"].iloc[0]
    assert parsed.report == "BUSINESS_REPORT"
    assert found[FIGURES].tolist() == ["amazon-us", 1018, 1543, 33, 1234.5, "USD"]
    assert found[["buy_box_share", "conversion"]].tolist() == pytest.approx([0.9524, 0.0324])
    assert parsed.tables()["items"][["sku", "product_id", "parent"]].to_numpy().tolist() == [["A", "B0CHILD001", "B0PARENT01"]]


def test_without_a_day_it_tells_of_articles_only_and_says_what_that_leaves_out(report):
    parsed = business(report, CHILD, day="")
    assert parsed.tables()["traffic"].empty
    assert parsed.tables()["items"]["parent"].tolist() == ["B0PARENT01"]
    note = next(note for note in parsed.answer.notes if note.code == "period_unknown")
    assert note.values == {"rows": 1, "units": 33.0, "amount": 1234.5, "currency": "USD"}
    assert (parsed.answer.kept, parsed.answer.dropped) == (1, {})
    nameless = business(report, {name: value for name, value in CHILD.items() if name != "SKU"}, day="")
    assert (nameless.answer.kept, nameless.answer.dropped) == (0, {"period_unknown": 1})


OLD = {
    **{"(Parent) ASIN": "B0PARENT01", "(Child) ASIN": "B0CHILD001", "Title": "Kettle", "SKU": "A", "Sessions": "1018", "Page Views": "1543"},
    **{"Buy Box Percentage": "95.24%", "Units Ordered": "33", "Unit Session Percentage": "3.24%", "Ordered Product Sales": "$1,234.50"},
}
SPLIT = {name: value for name, value in CHILD.items() if name not in ("Sessions - Total", "Page Views - Total")}
SPLIT |= {"Sessions - Mobile App": "1000", "Sessions - Browser": "18", "Page Views - Mobile App": "1500", "Page Views - Browser": "43"}
GERMAN = {
    **{"(Übergeordnete) ASIN": "B0PARENT01", "(Untergeordnete) ASIN": "B0CHILD001", "Titel": "Kessel", "SKU": "A", "Sitzungen – Summe": "1.018"},
    **{"Seitenaufrufe – Summe": "1.543", "Bestellte Einheiten": "33", "Bestellte Einheiten – B2B": "3", "Zahl der Bestellposten": "30"},
    **{"Prozentsatz an Einheiten pro Sitzung": "3,24\u00a0%", "Durch bestellte Produkte erzielter Umsatz": "5.255,61\u00a0€", "Bestellsumme – B2B": "1,00 €"},
}
JAPANESE = {
    **{"（親）ASIN": "B0PARENT01", "（子）ASIN": "B0CHILD001", "タイトル": "ケトル", "SKU": "A", "セッション数 - 合計": "1,018", "注文品目総数": "30"},
    **{"セッション数 - 合計 - B2B": "9", "ページビュー - 合計": "1,543", "おすすめ出品（おすすめ商品）の獲得率": "95.24%", "注文された商品点数": "33"},
    **{"ユニットセッション率": "3.24%", "注文商品の売上額": "￥4,907,860"},
}
CHINESE = {
    **{"（父）ASIN": "B0PARENT01", "（子）ASIN": "B0CHILD001", "标题": "水壶", "SKU": "A", "会话次数 – 总计": "1,018", "页面浏览量 – 总计": "1,543"},
    **{"已订购商品数量": "33", "订单商品总数": "30", "商品会话百分比": "3.24%", "已订购商品销售额": "US$1,234.50", "已订购商品的销售额 – B2B": "US$1.00"},
}


@pytest.mark.parametrize(
    ("row", "home", "channel", "revenue", "currency"),
    [
        (OLD, "US", "amazon-us", 1234.5, "USD"),
        (SPLIT, "US", "amazon-us", 1234.5, "USD"),
        (CHILD, "CA", "amazon-ca", 1234.5, "CAD"),  # a dollar sign is that of home, if home has dollars
        (CHILD, "DE", "amazon-us", 1234.5, "USD"),
        (GERMAN, "US", "amazon-de", 5255.61, "EUR"),
        (GERMAN, "FR", "amazon-fr", 5255.61, "EUR"),
        (JAPANESE, "US", "amazon-jp", 4907860, "JPY"),
        (CHINESE, "CA", "amazon-us", 1234.5, "USD"),
    ],
)
def test_the_business_report_in_several_headers_and_languages(report, row, home, channel, revenue, currency):
    parsed = business(report, row, home=home)
    assert parsed.tables()["traffic"][FIGURES].to_numpy().tolist() == [[channel, 1018, 1543, 33, revenue, currency]]
    assert parsed.tables()["traffic"]["conversion"].tolist() == pytest.approx([0.0324])
    assert [entry for entry in parsed.answer.drift if entry["change"] == "new"] == []


def test_a_hyphen_is_as_good_as_a_dash_and_semicolons_as_commas(report):
    plain = {name.replace("–", "-"): value for name, value in GERMAN.items()}
    found = report({"Datum": "11.06.2026"} | plain, delimiter=";", home="DE").tables()["traffic"]
    assert found[["sessions", "revenue"]].to_numpy().tolist() == [[1018, 5255.61]]
    assert found["date"].tolist() == [pd.Timestamp("2026-06-11")]


def test_days_put_together_and_a_day_twice(report):
    rows = [{"Date": day} | CHILD | {"Sessions - Total": "5"} for day in ("2026-06-11", "2026-06-12", "2026-06-11")]
    parsed = report(*[{name: f'"{value}"' for name, value in row.items()} for row in rows], delimiter=",")
    assert parsed.tables()["traffic"]["date"].dt.day.tolist() == [11, 12]
    assert parsed.answer.dropped == {"repeated": 1}
    assert len(parsed.tables()["items"]) == 1


AD = {
    "Budget currency": "EUR",
    "Date": "Jun 11, 2026",
    "Campaign ID": '="170574860392093"',
    "Campaign name": "Kessel",
    "Ad group name": "exact",
    "Advertised product ID": "B0CHILD001",
    "Advertised product SKU": "A",
    "Advertised product marketplace": "UAMAZON_FR",
    "Ad product": "SPONSORED_PRODUCTS",
    "Impressions": "100",
    "Clicks": "4",
    "CTR": "4.0000%",
    "Total cost": "1.20",
    "Purchases": "",
    "Sales": "",
    "Units sold": "",
}


def ads(report, *rows):
    return report(*[{name: f'"{value}"' if "," in value else value for name, value in row.items()} for row in rows], delimiter=",")


def test_the_console_of_2026_splits_traffic_and_sales(report):
    sold = {**AD, "Impressions": "0", "Clicks": "0", "Total cost": "0", "Sales": "59.98", "Units sold": "2"}
    parsed = ads(report, AD, sold, {**AD, "Advertised product SKU": "", "Advertised product ID": ""}, {**AD, "Advertised product SKU": ""})
    found = parsed.tables()["ads"]
    assert parsed.report == "SP_ADVERTISED_PRODUCT_REPORT"
    assert found[["sku", "channel", "campaign", "impressions", "clicks", "spend"]].to_numpy().tolist() == [
        ["A", "amazon-fr", "Kessel / exact", 100, 4, 1.2],
        ["asin:B0CHILD001", "amazon-fr", "Kessel / exact", 100, 4, 1.2],
    ]
    assert found[["attributed_sales", "attributed_units"]].iloc[0].tolist() == [59.98, 2]
    assert (parsed.answer.rows, parsed.answer.kept, parsed.answer.dropped) == (4, 3, {"without_sku": 1})


def test_advertising_of_several_days_is_no_day(report):
    parsed = ads(report, {**{"Date range": "Jun 11, 2026 - Jun 11, 2026"}, **{name: value for name, value in AD.items() if name != "Date"}})
    assert parsed.tables()["ads"]["date"].tolist() == [pd.Timestamp("2026-06-11")]
    with pytest.raises(InvalidTable, match="one day a row; ask for the report by day"):
        ads(report, {**{"Date range": "Jun 11, 2026 - Jun 14, 2026"}, **{name: value for name, value in AD.items() if name != "Date"}})


TERM = {
    "Start Date": "2026-06-01",
    "End Date": "2026-06-30",
    "Portfolio name": "-",
    "Currency": "USD",
    "Campaign Name": "Kettles",
    "Ad Group Name": "exact",
    "Country": "United States",
    "Targeting": "kettle",
    "Match Type": "EXACT",
    "Customer Search Term": "red kettle",
    "Impressions": "200",
    "Clicks": "8",
    "Spend": "$ 86.48",
    "7 Day Total Sales ": "$ 250.00",
    "Total Advertising Cost of Sales (ACOS) ": "18.7558%",
    "7 Day Total Units (#)": "9",
}


def test_search_terms_keep_the_length_of_their_period(report):
    parsed = report(TERM, {**TERM, "Spend": "1.00"}, {**TERM, "Start Date": "2026-06-30"}, {**TERM, "Customer Search Term": ""}, delimiter=",")
    found = parsed.tables()["search_terms"]
    assert found[["channel", "term", "match", "days", "spend"]].to_numpy().tolist() == [
        ["amazon-us", "red kettle", "EXACT kettle", 30, 87.48],
        ["amazon-us", "red kettle", "EXACT kettle", 1, 86.48],
    ]
    assert set(found["date"]) == {pd.Timestamp("2026-06-30")}
    assert (parsed.answer.kept, parsed.answer.dropped) == (3, {"without_term": 1})
    assert parsed.answer.covers == "keys"
    assert report({**TERM, "Start Date": "2026-06-30"}, delimiter=",").answer.covers == "days"


def test_search_terms_of_the_console_of_2026(report):
    row = {name: value for name, value in AD.items() if not name.startswith("Advertised") and name != "Date"}
    row |= {"Date range": "Apr 30, 2026 - Jun 27, 2026", "Search term": "bouilloire", "Budget currency": "EUR"}
    found = ads(report, row).tables()["search_terms"].iloc[0]
    assert found[["term", "match", "days", "spend", "currency"]].tolist() == ["bouilloire", "-", 59, 1.2, "EUR"]
    assert np.isnan(found["attributed_sales"])


def test_a_period_that_is_none_is_a_fault(report):
    row = {name: value for name, value in AD.items() if name != "Date"} | {"Date range": "last summer"}
    with pytest.raises(InvalidTable, match="column Date range: expected a day, or two with a dash between them, got 'last summer'"):
        ads(report, row)


CHINESE_AD = {
    **{
        "开始日期": "2026-06-11",
        "结束日期": "2026-06-11",
        "广告组合名称": "-",
        "货币": "USD",
        "广告活动名称": "水壶",
        "广告组名称": "精准",
        "国家/地区": "美国",
    },
    **{"广告SKU": "A", "广告ASIN": "B0CHILD001", "展示量": "1,200", "点击量": "12", "花费": "$9.60", "7天总销售额": "$75.00", "7天总销售量(#)": "3"},
}
GERMAN_AD = {
    **{"Datum": "11.06.2026", "Portfolioname": "-", "Währung": "EUR", "Kampagnen-Name": "Kessel", "Anzeigengruppenname": "genau", "Beworbene SKU": "A"},
    **{"Beworbene ASIN": "B0CHILD001", "Impressionen": "1200", "Klicks": "12", "Ausgaben": "9,60 €", "7 Tage, Umsatz gesamt (€)": "75,00 €"},
    **{"7Tage, Einheiten gesamt (#)": "3"},
}


@pytest.mark.parametrize(("row", "channel"), [(CHINESE_AD, "amazon-us"), (GERMAN_AD, "amazon-de")])
def test_advertising_in_other_languages(report, row, channel):
    found = report({f'"{name}"': f'"{value}"' for name, value in row.items()}, delimiter=",").tables()["ads"].iloc[0]
    assert found[["sku", "channel", "impressions", "clicks", "spend", "attributed_sales", "attributed_units"]].tolist() == ["A", channel, 1200, 12, 9.6, 75, 3]
    assert found["date"] == pd.Timestamp("2026-06-11")
