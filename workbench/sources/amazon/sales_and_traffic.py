"""Sales and traffic by SKU (JSON), one request a day: rows by ASIN or SKU are sums over the whole request.

A request of several days cannot be laid on days and is refused with what to ask for instead. Shares come in percent.
The line of a row is its place in the list of ASINs.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.errors import UnknownReport
from workbench.sources.amazon import marketplaces
from workbench.sources.answer import Answer, Context
from workbench.sources.lookup import skus
from workbench.sources.report import Parsed, Tables, alone
from workbench.sources.rows import Rows

NAME = "GET_SALES_AND_TRAFFIC_REPORT"
_ROWS, _ABOUT = "salesAndTrafficByAsin", "reportSpecification"
_PATHS = {
    "sku": ("sku",),
    "asin": ("childAsin",),
    "sessions": ("trafficByAsin", "sessions"),
    "page_views": ("trafficByAsin", "pageViews"),
    "buy_box": ("trafficByAsin", "buyBoxPercentage"),
    "conversion": ("trafficByAsin", "unitSessionPercentage"),
    "units": ("salesByAsin", "unitsOrdered"),
    "revenue": ("salesByAsin", "orderedProductSales", "amount"),
    "currency": ("salesByAsin", "orderedProductSales", "currencyCode"),
}


def load(file: Path) -> dict[str, Any] | None:
    """Return the content of a sales-and-traffic report, None if the file is something else."""
    with file.open("rb") as opened:
        if opened.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"{":
            return None
    try:
        content = json.loads(file.read_bytes().decode("utf-8-sig"))
    except ValueError as fault:
        raise UnknownReport(file.name, [f"JSON that breaks off: {fault}"]) from None
    return content if isinstance(content, dict) and _ROWS in content and _ABOUT in content else None


def parse(content: dict[str, Any], context: Context) -> Parsed:
    """Return the tables of a report; a request of several days or marketplaces and rows by parent are faults of the whole file."""
    entries = content[_ROWS]
    columns = {name: pa.array([_text(_dig(entry, path)) for entry in entries], pa.string()) for name, path in _PATHS.items()}
    names = {name: ".".join(path) for name, path in _PATHS.items()}
    rows = Rows(context, names, pa.table(columns), np.arange(1, len(entries) + 1), Answer(NAME))
    return alone(NAME, lambda rows: _make(rows, content[_ABOUT]), rows)


def _make(rows: Rows, about: dict[str, Any]) -> Tables:
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
    return {"traffic": traffic, "channels": marketplaces.channel_rows([place] if place else [])}


def _check(rows: Rows, about: dict[str, Any]) -> None:
    """What the request as a whole must be like; a fault of line 0 is one of the whole file."""
    first, last = (str(about.get(name, ""))[:10] for name in ("dataStartTime", "dataEndTime"))
    if not first or first != last:
        rows.fault(_ABOUT, "one day a request", f"{first} to {last}; ask for each day by itself")
    granularity = about.get("reportOptions", {}).get("asinGranularity", "PARENT")
    if granularity == "PARENT" and len(rows):
        rows.fault(f"{_ABOUT}.asinGranularity", "SKU or CHILD", granularity)


def _place(rows: Rows, about: dict[str, Any]) -> marketplaces.Marketplace | None:
    stated = about.get("marketplaceIds", [])
    place = marketplaces.find(stated[0]) if len(stated) == 1 else None
    if place is None:
        rows.fault(f"{_ABOUT}.marketplaceIds", "one known marketplace", str(stated))
    return place


def _dig(entry: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
