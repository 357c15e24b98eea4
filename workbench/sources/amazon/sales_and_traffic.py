"""Sales and traffic by SKU (JSON), one request a day: rows by ASIN or SKU are sums over the whole request.

A request of several days cannot be laid on days and is refused with what to ask for instead. Shares come in percent.
The report also states the units of the whole day: what its rows hold less is told. The line of a row is its place in the
list of ASINs.
"""

import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import UnreadableFile
from workbench.sources.amazon import marketplaces
from workbench.sources.answer import Answer, Context
from workbench.sources.lookup import skus
from workbench.sources.reading.content import Content
from workbench.sources.report import Parsed, Tables, alone
from workbench.sources.rows import Rows

NAME = "GET_SALES_AND_TRAFFIC_REPORT"
MAX_BYTES = 256 << 20
"""A day of 200,000 SKUs; JSON is read as a whole."""
_ROWS, _DAYS, _ABOUT = "salesAndTrafficByAsin", "salesAndTrafficByDate", "reportSpecification"
_HALF_A_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
"""JSON may spell half of a sign, which is no text and cannot be written anywhere; it becomes the sign for a lost one."""
_PATHS = {
    "sku": ("sku",),
    "asin": ("childAsin",),
    "parent": ("parentAsin",),
    "sessions": ("trafficByAsin", "sessions"),
    "page_views": ("trafficByAsin", "pageViews"),
    "buy_box": ("trafficByAsin", "buyBoxPercentage"),
    "conversion": ("trafficByAsin", "unitSessionPercentage"),
    "units": ("salesByAsin", "unitsOrdered"),
    "revenue": ("salesByAsin", "orderedProductSales", "amount"),
    "currency": ("salesByAsin", "orderedProductSales", "currencyCode"),
}


def load(content: Content) -> dict[str, Any] | None:
    """Return the content of a sales-and-traffic report, None if the file is something else.

    Raises
    ------
    UnreadableFile
        If it is JSON that breaks off, or more than any report has.
    """
    if content.head[:64].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"{":
        return None
    try:
        text = content.whole(MAX_BYTES, "a JSON document").decode("utf-8-sig")
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise UnreadableFile(content.file.name, "a whole JSON document", f"one that breaks off or is no JSON ({fault})") from None
    if _HALF_A_PAIR.search(text):
        found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return found if isinstance(found, dict) and isinstance(found.get(_ROWS), list) and isinstance(found.get(_ABOUT), dict) else None


def parse(content: dict[str, Any], context: Context) -> Parsed:
    """Return the tables of a report; a request of several days or marketplaces and rows by parent are faults of the whole file."""
    entries = content[_ROWS]
    columns = {name: pa.array([_text(_dig(entry, path)) for entry in entries], pa.string()) for name, path in _PATHS.items()}
    names = {name: ".".join(path) for name, path in _PATHS.items()}
    rows = Rows(context, names, pa.table(columns), np.arange(1, len(entries) + 1), Answer(NAME))
    return alone(NAME, lambda rows: _make(rows, content[_ABOUT], content.get(_DAYS)), rows)


def _make(rows: Rows, about: dict[str, Any], days: Any) -> Tables:
    place = _place(rows, about)
    day = pd.to_datetime(str(about.get("dataStartTime", ""))[:10], errors="coerce")
    _check(rows, about)
    rows.blame(
        "asin",
        (rows.column("sku").is_null().to_numpy(zero_copy_only=False) & rows.column("asin").is_null().to_numpy(zero_copy_only=False)),
        "expected an ASIN or SKU",
    )
    traffic = pd.DataFrame(
        {
            "sku": skus(rows, "asin", "product_id"),
            "channel": place.channel if place else "",
            "date": day,
            "sessions": rows.number("sessions"),
            "page_views": rows.number("page_views"),
            "buy_box_share": rows.number("buy_box") / 100,
            "units_ordered": rows.number("units"),
            "conversion": rows.number("conversion") / 100,
            "revenue": rows.number("revenue"),
            "currency": rows.text("currency"),
        }
    )
    _hold_against(rows, traffic["units_ordered"], days)
    return {"traffic": traffic, "items": _items(rows), "channels": marketplaces.channel_rows([place] if place else [])}


def _items(rows: Rows) -> pd.DataFrame:
    """The family of each SKU; rows that name only the marketplace's number describe no item."""
    items = pd.DataFrame({"sku": rows.text("sku"), "product_id": rows.text("asin"), "parent": rows.text("parent")})
    return items[items["sku"].notna()].drop_duplicates("sku")


def _hold_against(rows: Rows, units: pd.Series, days: Any) -> None:
    """The units of the day as a whole; articles that are no longer on sale may lack among the rows."""
    stated = [_dig(day, ("salesByDate", "unitsOrdered")) for day in days] if isinstance(days, list) and len(days) == 1 else []
    total = stated[0] if stated else None
    if isinstance(total, int | float) and len(rows) and total != units.sum():
        rows.note("traffic_differs", units=float(units.sum()), total=float(total))


def _check(rows: Rows, about: dict[str, Any]) -> None:
    """What the request as a whole must be like; a fault of line 0 is one of the whole file."""
    first, last = (str(about.get(name, ""))[:10] for name in ("dataStartTime", "dataEndTime"))
    if not first or first != last:
        rows.fault(_ABOUT, "one day a request", f"{first} to {last}; ask for each day by itself")
    granularity = _dig(about, ("reportOptions", "asinGranularity")) or "PARENT"
    if granularity not in ("SKU", "CHILD") and len(rows):
        rows.fault(f"{_ABOUT}.asinGranularity", "SKU or CHILD", str(granularity))


def _place(rows: Rows, about: dict[str, Any]) -> marketplaces.Marketplace | None:
    stated = about.get("marketplaceIds")
    place = marketplaces.find(str(stated[0])) if isinstance(stated, list) and len(stated) == 1 else None
    if place is None:
        rows.fault(f"{_ABOUT}.marketplaceIds", "one known marketplace", str(stated))
    return place


def _dig(entry: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
