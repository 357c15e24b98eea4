"""Valid files of every report that can be imported: headers as they are known, cells plausible for their column, 0-30 rows."""

import csv
import datetime as dt
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workbench.sources import canonical, forms, mapped, shops
from workbench.sources.recognition import REPORTS

MOST_ROWS = 30
SKUS = [f"SKU-{number:03d}" for number in range(1, 60)]
DAY = dt.date(2026, 9, 1)
Cell = Callable[[random.Random, int], str]


@dataclass
class Sheet:
    """A file of rows before it is written: what it is called, how it is delimited, header and cells."""

    kind: str
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    delimiter: str = "\t"

    def copy(self) -> "Sheet":
        return Sheet(self.kind, [*self.header], [[*row] for row in self.rows], self.delimiter)

    def text(self, delimiter: str = "") -> str:
        written = io.StringIO()
        csv.writer(written, delimiter=delimiter or self.delimiter, lineterminator="\n").writerows([self.header, *self.rows])
        return written.getvalue()


def _one_of(*words: str) -> Cell:
    return lambda rng, at: rng.choice(words)


def _day(rng: random.Random, at: int) -> str:
    return (DAY + dt.timedelta(days=at % 25)).isoformat()


def _instant(rng: random.Random, at: int) -> str:
    return f"{_day(rng, at)}T{rng.randrange(24):02d}:{rng.randrange(60):02d}:00+00:00"


def _units(rng: random.Random, at: int) -> str:
    return str(rng.randrange(50))


def _money(rng: random.Random, at: int) -> str:
    return f"{rng.randrange(10_000) / 100:.2f}"


def _share(rng: random.Random, at: int) -> str:
    return f"{rng.randrange(10_000) / 100:.2f}%"


RULES: list[tuple[str, Cell]] = [
    (r"^(sku|msku|merchantsku|sellersku|advertisedsku|lineitemsku|vendorsellersku)$|出品者sku", lambda rng, at: SKUS[at]),
    (r"^(fnsku|fulfillmentchannelsku|.*fnsku)$", lambda rng, at: f"X00{at:07d}"),
    (r"asin", lambda rng, at: f"B0{at:08d}"),
    (r"^(snapshotdate)$", lambda rng, at: DAY.isoformat()),
    (r"^monthofcharge$", lambda rng, at: "2026-08"),
    (r"currency|^currencyunit$|currencycode", _one_of("USD")),
    (r"^(saleschannel|marketplacename)$", _one_of("Amazon.com")),
    (r"^(country|countrycode|marketplace|amazonstore|store|location)$", _one_of("US")),
    (r"^(orderstatus)$", _one_of("Shipped", "Pending", "Cancelled", "Complete", "Completed")),
    (r"^itemstatus$", _one_of("Shipped", "Unshipped", "Cancelled", "")),
    (r"^(ordertype)$", _one_of("Return", "Disposal")),
    (r"disposition|afnwarehouseconditioncode|warehouseconditioncode", _one_of("SELLABLE", "SELLABLE", "CUSTOMER_DAMAGED")),
    (r"^(eventtype|transactiontype)$", _one_of("Shipments", "Receipts", "CustomerReturns", "Adjustments")),
    (r"^shipmentid$|orderid|^order$|^po$|^name$|reimbursementid|^removalorder", lambda rng, at: f"111-{at // 2:07d}"),
    (r"settlementid", _one_of("15000000001")),
    (r"^line$", lambda rng, at: str(at + 1)),
    (r"dateandtime|purchasedate|lastupdateddate|approvaldate|returndate|requestdate|shipmentdate|posteddate|createdat", _instant),
    (r"date$|日付", _day),
    (r"unitofdimension|dimensionsunit|measurementunits|^unitofmeasure", _one_of("inches")),
    (r"weightunits|unitofweight", _one_of("pounds")),
    (r"volumeunit", _one_of("cubic feet")),
    (r"surchargeagetier", _one_of("181-210 days", "365+")),
    (r"^lineitem(taxable|requiresshipping)$", _one_of("true", "false")),
    (r"^qty", _units),
    (r"percent|率", _share),
    (r"price|amount|spend|sales$|sales[0-9]|cost|fee|tax|rate|ordered product sales|umsatz|売上|销售额|lineitemprice", _money),
    (r"weight|side|volume|girth|ratio", lambda rng, at: f"{rng.randrange(1, 900) / 100:.2f}"),
    (r"^(is|has|eligible|qualifies|isprime|exempted).*", _one_of("true", "false", "")),
    (
        r"qty|quantity|units|impressions|clicks|sessions|sitzungen|views|available|onhand|stock|inventory|inbound|reserved|age|events|receipts|shipments|"
        r"balance|found|lost|damaged|disposed|returns|einheiten|aufrufe|点数|合計|数量|总计|数|reserve|working|transfer|committed|incoming",
        _units,
    ),
    (r"name|title|titel|商品名|标题|タイトル|handle|description|campaign|term", lambda rng, at: f"Thing {at}"),
    (r"status", _one_of("Active", "Active", "Inactive")),
]
"""The first rule that finds its pattern in a normalised column name fills it; what no rule knows stays blank."""
SPECIAL: dict[str, dict[str, Cell]] = {
    "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA": {"status": _one_of("Unit returned to inventory"), "reason": _one_of("UNWANTED_ITEM", "DEFECTIVE")},
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": {"Return request status": _one_of("Approved", "Closed"), "Order date": _day, "Return request date": _day},
    "GET_FBA_FULFILLMENT_REMOVAL_SHIPMENT_DETAIL_DATA": {"removal-order-type": _one_of("Return", "Disposal")},
    "GET_STRANDED_INVENTORY_UI_DATA": {"stranded-reason": _one_of("Listing closed", "Inventory not associated")},
    "GET_FBA_FULFILLMENT_INBOUND_NONCOMPLIANCE_DATA": {"problem-type": _one_of("Missing label", "Overage"), "fba-shipment-id": lambda rng, at: f"FBA{at:06d}"},
    "GET_PAN_EU_OFFER_STATUS": {"Pan EU Status": _one_of("Enrolled", "Ineligible")},
    "GET_FBA_OVERAGE_FEE_CHARGES_DATA": {"storage_type": _one_of("Standard"), "charged_date": _day},
    "GET_MERCHANT_LISTINGS_DATA": {"open-date": lambda rng, at: f"{_day(rng, at)} 10:00:00 PDT", "fulfillment-channel": _one_of("AMAZON_NA", "DEFAULT")},
    "GET_MERCHANT_LISTINGS_ALL_DATA": {"open-date": lambda rng, at: f"{_day(rng, at)} 10:00:00 PDT", "fulfillment-channel": _one_of("AMAZON_NA", "DEFAULT")},
    "SHOPIFY_ORDERS": {"Financial Status": _one_of("paid", "refunded"), "Lineitem quantity": lambda rng, at: str(rng.randrange(1, 5)),
                       "Fulfillment Status": _one_of("fulfilled", ""), "Source": _one_of("web"), "Cancelled at": _one_of("")},
    "SHOPIFY_INVENTORY": {"Location": _one_of("Main store"), "HS Code": _one_of("")},
    "SP_SEARCH_TERM_REPORT": {"Date range": _day},
    "GENERIC:walmart_orders": {"Status": _one_of("Delivered", "Acknowledged", "Cancelled"), "Replacement Order": _one_of("No", "Yes", "")},
    "GENERIC:walmart_inventory": {"Ship Node Name": _one_of("TwoDay_West")},
}  # fmt: skip


def plain(name: str) -> str:
    """A column name without case and signs."""
    return re.sub(r"[\s\-–_#()（）/?,.:'\"]+", "", name).lower()


def _rule(name: str) -> Cell:
    key = plain(name)
    return next((cell for pattern, cell in RULES if re.search(pattern, key)), _one_of(""))


def _filled(kind: str, header: list[str], delimiter: str, count: int, rng: random.Random) -> Sheet:
    special = {plain(name): cell for name, cell in SPECIAL.get(kind, {}).items()}
    cells = [special.get(plain(name)) or _rule(name) for name in header]
    sheet = Sheet(kind, [*header], [[cell(rng, at) for cell in cells] for at in range(count)], delimiter)
    return CONSISTENT.get(kind, lambda sheet: sheet)(sheet)


def _ledger(sheet: Sheet) -> Sheet:
    """The start and all events give the end."""
    place = {plain(name): at for at, name in enumerate(sheet.header)}
    events = ("startingwarehousebalance", "receipts", "customershipments", "customerreturns", "vendorreturns", "warehousetransferinout")
    events += ("found", "lost", "damaged", "disposed", "otherevents")
    for row in sheet.rows:
        row[place["endingwarehousebalance"]] = str(sum(int(row[place[name]]) for name in events))
        if "unknownevents" in place:
            row[place["unknownevents"]] = "0"
    return sheet


def _settlement(sheet: Sheet) -> Sheet:
    """Amounts only where the sum of the payout knows them; it stands in the first row."""
    place = {plain(name): at for at, name in enumerate(sheet.header)}
    amount = "amount" if "amounttype" in place else "priceamount"
    words = {"transactiontype": "Order", "pricetype": "Principal", "amounttype": "ItemPrice", "amountdescription": "Principal"}
    for number, row in enumerate(sheet.rows):
        for name, at in place.items():
            if name.endswith(("amount", "fee")) or (name.endswith("type") and name not in words) or name == "currency":
                row[at] = ""
            row[at] = words.get(name, row[at])
        row[place[amount]] = f"{number}.50"
    if sheet.rows:
        total = sum(float(row[place[amount]]) for row in sheet.rows)
        head = [""] * len(sheet.header)
        head[place["settlementid"]], head[place["totalamount"]], head[place["currency"]] = "15000000001", f"{total:.2f}", "USD"
        for name in ("settlementstartdate", "settlementenddate", "depositdate"):
            if name in place:
                head[place[name]] = f"{DAY.isoformat()} 10:00:00 UTC"
        sheet.rows.insert(0, head)
    return sheet


CONSISTENT: dict[str, Callable[[Sheet], Sheet]] = {
    "GET_LEDGER_SUMMARY_VIEW_DATA": _ledger,
    "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE": _settlement,
    "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2": _settlement,
}


def headers(shared: Path | None) -> list[tuple[str, list[str], str]]:
    """Report, header and delimiter of every generation that is known: ours, and those in the folder of real data if it is there."""
    every = [*REPORTS, *shops.REPORTS, *mapped.shipped()]
    found = [(report.name, [names[0] for names in report.spellings().values()], "\t" if report in REPORTS else ",") for report in every]
    names = [report.name for report in every]
    if shared is not None:
        known = json.loads((shared / "amazon_reports" / "headers.json").read_text(encoding="utf-8"))
        for name, generations in known.items():
            kind = max((each for each in names if f"{name}_".lower().startswith(f"{each}_".lower())), key=len, default=None)
            found += [(kind, each["columns"], "\t" if each["delimiter"] == "tab" else ",") for each in generations if kind and "columns" in each]
    return [*found, *_business(shared)]


def _business(shared: Path | None) -> Iterator[tuple[str, list[str], str]]:
    if shared is None:
        return
    words = json.loads((shared / "amazon_reports" / "localized_headers.json").read_text(encoding="utf-8"))
    for language, delimiter in (("de", ";"), ("ja", ","), ("zh", ",")):
        spelled = {name: said if isinstance(said, str) else said[0] for name, said in words[language].items() if not name.startswith("_")}
        yield "BUSINESS_REPORT", [*spelled.values(), *([] if "SKU" in spelled else ["SKU"]), *([] if "Date" in spelled else ["Date"])], delimiter


def _form_cell(column: canonical.Column) -> Cell:
    if column.codes:
        return _one_of(*column.codes)
    if column.kind == "time":
        return _day
    if column.kind in ("bool", "flag"):
        return _one_of("yes", "no")
    if column.kind == "text":
        return _one_of("USD") if "currency" in column.name else lambda rng, at: f"{column.name[:4]}-{at}"
    return lambda rng, at: str(rng.randrange(2) if column.unit == "0-1" else rng.randrange(1, 5))


def _form(table: str, count: int, rng: random.Random) -> Sheet:
    columns = {column.name: column for column in canonical.own_columns(table)}
    header = forms.header(table)
    return Sheet(f"FORM:{table}", header, [[_form_cell(columns[name])(rng, at) for name in header] for at in range(count)], ",")


def _traffic(count: int, rng: random.Random) -> bytes:
    entry = {
        "trafficByAsin": {"sessions": 12, "pageViews": 30, "buyBoxPercentage": 98.5, "unitSessionPercentage": 8.3},
        "salesByAsin": {"unitsOrdered": 3, "orderedProductSales": {"amount": 29.97, "currencyCode": "USD"}},
    }
    rows = [{"sku": SKUS[at], "childAsin": f"B0{at:08d}", "parentAsin": f"B1{at:08d}", **entry} for at in range(count)]
    about = {"reportType": "GET_SALES_AND_TRAFFIC_REPORT", "dataStartTime": DAY.isoformat(), "dataEndTime": DAY.isoformat()}
    about |= {"reportOptions": {"asinGranularity": "SKU", "dateGranularity": "DAY"}, "marketplaceIds": ["ATVPDKIKX0DER"]}
    total = [{"date": DAY.isoformat(), "salesByDate": {"unitsOrdered": 3 * count}}]
    return json.dumps({"reportSpecification": about, "salesAndTrafficByDate": total, "salesAndTrafficByAsin": rows}, indent=rng.choice([None, 2])).encode()


class Files:
    """Valid files, drawn at random: sheets of every report and form, and the JSON report."""

    def __init__(self, shared: Path | None):
        self.headers = headers(shared)
        self.forms = list(forms.BY_HAND)

    def __len__(self) -> int:
        return len(self.headers) + len(self.forms)

    def sheet(self, at: int, count: int, rng: random.Random) -> Sheet:
        """The file of a kind, by its number."""
        if at < len(self.headers):
            kind, header, delimiter = self.headers[at]
            return _filled(kind, header, delimiter, count, rng)
        return _form(self.forms[at - len(self.headers)], count, rng)

    def any_sheet(self, rng: random.Random) -> Sheet:
        """Any of them."""
        return self.sheet(rng.randrange(len(self)), rng.choice([0, 1, 2, 5, MOST_ROWS]), rng)

    def traffic(self, rng: random.Random) -> bytes:
        """A sales-and-traffic report."""
        return _traffic(rng.choice([0, 1, 5]), rng)
