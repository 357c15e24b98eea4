"""Sales and traffic (JSON) and the advertised product report."""

import json

import openpyxl
import pandas as pd
import pytest

from workbench.errors import InvalidTable
from workbench.store.words import note_text

ENTRY = {
    "parentAsin": "B000",
    "childAsin": "B001",
    "sku": "A",
    "salesByAsin": {"unitsOrdered": 3, "orderedProductSales": {"amount": 50.37, "currencyCode": "GBP"}, "totalOrderItems": 2},
    "trafficByAsin": {"sessions": 18, "pageViews": 43, "buyBoxPercentage": 95.24, "unitSessionPercentage": 16.67},
}


@pytest.fixture
def traffic(tmp_path, parse):
    def run(*entries, start="2026-06-11", end="2026-06-11", granularity="SKU", places=("A1F83G8C2ARO7P",), days=(), **named):
        about = {"reportType": "GET_SALES_AND_TRAFFIC_REPORT", "reportOptions": {"dateGranularity": "DAY", "asinGranularity": granularity}}
        about |= {"dataStartTime": start, "dataEndTime": end, "marketplaceIds": list(places)}
        file = tmp_path / "report"
        file.write_text(json.dumps({"reportSpecification": about, "salesAndTrafficByDate": list(days), "salesAndTrafficByAsin": list(entries)}))
        return parse(file, **named)

    return run


def test_traffic_of_a_day(traffic):
    found = traffic(ENTRY).tables()["traffic"].iloc[0]
    assert (found["sku"], found["channel"], found["date"]) == ("A", "amazon-uk", pd.Timestamp("2026-06-11"))
    assert found[["sessions", "page_views", "units_ordered", "revenue", "currency"]].tolist() == [18, 43, 3, 50.37, "GBP"]
    assert found[["buy_box_share", "conversion"]].tolist() == pytest.approx([0.9524, 0.1667])
    assert (found["source_file"], found["source_line"]) == ("download.txt", 1)


def test_traffic_tells_the_family_of_a_sku(traffic):
    found = traffic(ENTRY, {**ENTRY, "sku": None, "childAsin": "B002"}).tables()["items"]
    assert found[["sku", "product_id", "parent"]].to_numpy().tolist() == [["A", "B001", "B000"]]


@pytest.mark.parametrize(("total", "told"), [(3, []), (5, [{"units": 3.0, "total": 5.0}])])
def test_rows_are_held_against_the_day_as_a_whole(traffic, total, told):
    parsed = traffic(ENTRY, days=[{"date": "2026-06-11", "salesByDate": {"unitsOrdered": total}}])
    assert [note.values for note in parsed.answer.notes if note.code == "traffic_differs"] == told


def test_what_is_absent_stays_unknown(traffic):
    bare = {**ENTRY, "trafficByAsin": {"sessions": 18}, "salesByAsin": {}}
    found = traffic(bare).tables()["traffic"].iloc[0]
    assert found[["page_views", "buy_box_share", "revenue", "currency"]].isna().all()


def test_rows_by_asin_find_their_sku(traffic):
    child = {key: value for key, value in ENTRY.items() if key != "sku"}
    items = pd.DataFrame({"sku": ["A"], "product_id": ["B001"], "fulfilment_id": ["X001"]})
    assert traffic(child, granularity="CHILD", items=items).tables()["traffic"]["sku"].tolist() == ["A"]
    unknown = traffic(child, granularity="CHILD")
    assert unknown.tables()["traffic"]["sku"].tolist() == ["asin:B001"]
    assert len([note_text(note) for note in unknown.answer.notes]) == 1


def test_a_day_without_rows_is_valid(traffic):
    assert traffic().tables()["traffic"].empty


def test_what_cannot_be_laid_on_a_day_is_refused_with_every_reason(traffic):
    with pytest.raises(InvalidTable) as caught:
        traffic(ENTRY, end="2026-06-14", granularity="PARENT", places=("A1F83G8C2ARO7P", "A1PA6795UKMFR9"))
    assert len(caught.value.faults) == 3
    assert "expected one day a request, got 2026-06-11 to 2026-06-14" in " ".join(map(str, caught.value.faults))


def test_the_published_example_asks_for_four_days(shared_data, tmp_path, parse):
    schema = json.loads((shared_data / "amazon_reports" / "official" / "sellerSalesAndTrafficReport.json").read_text())
    example = schema["examples"][0]
    file = tmp_path / "report"
    file.write_text(json.dumps(example))
    with pytest.raises(InvalidTable, match="2021-06-11 to 2021-06-14"):
        parse(file)
    example["reportSpecification"]["dataEndTime"] = "2021-06-11"
    file.write_text(json.dumps(example), encoding="utf-8-sig")
    found = parse(file).tables()["traffic"]
    assert len(found) == len(example["salesAndTrafficByAsin"])
    assert found["units_ordered"].tolist() == [entry["salesByAsin"]["unitsOrdered"] for entry in example["salesAndTrafficByAsin"]]


AD = {
    "Date": "2026-06-11",
    "Portfolio name": "",
    "Currency": "USD",
    "Campaign Name": "Kettles",
    "Ad Group Name": "exact",
    "Advertised SKU": "A",
    "Advertised ASIN": "B001",
    "Impressions": "1,200",
    "Clicks": "12",
    "Click-Thru Rate (CTR)": "1.0%",
    "Spend": "$9.60",
    "7 Day Total Sales ": "$75.00",
    "7 Day Total Units (#)": "3",
}


def test_ads(report):
    found = report({**AD, "Impressions": '"1,200"'}, delimiter=",").tables()["ads"].iloc[0]
    assert found[["sku", "channel", "campaign", "currency"]].tolist() == ["A", "amazon-us", "Kettles / exact", "USD"]
    assert found[["impressions", "clicks", "spend", "attributed_sales", "attributed_units"]].tolist() == [1200, 12, 9.6, 75, 3]


def test_rows_of_one_ad_group_are_summed(report):
    parsed = report(AD, {**AD, "7 Day Total Sales ": "", "Spend": "1.4"}, {**AD, "Advertised SKU": "B", "7 Day Total Sales ": ""})
    found = parsed.tables()["ads"]
    assert found["spend"].tolist() == [11, 9.6]
    assert found["attributed_sales"].tolist()[0] == 75
    assert pd.isna(found["attributed_sales"].tolist()[1])
    assert [note.values for note in parsed.answer.notes if note.code == "summed"] == [{"rows": 1}]


def test_a_country_goes_before_the_currency(report):
    assert report({**AD, "Currency": "EUR", "Country": "FR"}).tables()["ads"]["channel"].tolist() == ["amazon-fr"]
    assumed = report({**AD, "Currency": "EUR"})
    assert assumed.tables()["ads"]["channel"].tolist() == ["amazon-de"]
    assert [note.code for note in assumed.answer.notes] == ["marketplace_by_currency"]


def test_an_excel_download(tmp_path, parse):
    book = openpyxl.Workbook()
    book.active.append(list(AD))
    book.active.append([pd.Timestamp("2026-06-11"), "", "USD", "Kettles", "exact", 12345, "B001", 1200, 12, 0.01, 9.6, 75.0, 3])
    file = tmp_path / "report"
    book.save(file)
    found = parse(file).tables()["ads"].iloc[0]
    assert found[["sku", "date", "spend", "source_line"]].tolist() == ["12345", pd.Timestamp("2026-06-11"), 9.6, 2]
