"""Import of order lines against bare pandas.read_csv of the same file, of five million lines, and of a big planning report.

With BENCH_LONG=1 also of twenty million lines, which takes some minutes and 10 GB of disk.
"""

import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
from figures import Figure, measure

from workbench.datasets.reports.planning_header import HEADER as PLANNING

LINES = 1_000_000
MANY, MOST = 5_000_000, 20_000_000
SKUS = 100_000
TIMES = 3
PART = 1_000_000
HEADER = (  # noqa: SIM905 - a header reads better as words
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel order-channel "
    "ship-service-level product-name sku asin item-status quantity currency item-price item-tax shipping-price shipping-tax "
    "gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city ship-state ship-postal-code ship-country "
    "promotion-ids cpf is-business-order purchase-order-number price-designation signature-confirmation-recommended order-item-id"
).split()


def write_orders(file: Path, lines: int) -> None:
    """Write an all-orders report with the header of 2026: 3,000 SKUs, four years, every line an order of its own."""
    with file.open("wb") as opened:
        for first in range(0, lines, PART):
            part = _orders(np.arange(first, min(first + PART, lines)), lines)
            csv.write_csv(part, opened, csv.WriteOptions(delimiter="\t", quoting_style="none", include_header=first == 0))


def _orders(number: np.ndarray, lines: int) -> pa.Table:
    rng, count = np.random.default_rng(5 + int(number[0])), len(number)
    day = np.datetime64("2022-11-01T00:00:00") + (np.sort(rng.random(count)) * count / lines * 1460 * 86400 + number[0] / lines * 1460 * 86400).astype(
        "timedelta64[s]"
    )
    moment = pc.binary_join_element_wise(pa.array(day.astype(str)), "+00:00", "")
    sku = pa.array(np.char.add("SKU-", rng.integers(0, 3000, count).astype(str)))
    order = pa.array(np.char.add("111-", np.char.zfill(number.astype(str), 14)))
    price = pa.array(np.char.mod("%.2f", rng.uniform(5, 60, count)))
    fixed = {"order-status": "Shipped", "fulfillment-channel": "Amazon", "sales-channel": "Amazon.com", "ship-service-level": "Standard",
             "product-name": "A product with a name of usual length, blue, 2 pieces", "asin": "B000000000", "item-status": "Shipped", "currency": "USD",
             "item-tax": "0", "ship-city": "SEATTLE", "ship-state": "WA", "ship-postal-code": "98101", "ship-country": "US",
             "is-business-order": "false"}  # fmt: skip
    own = {"amazon-order-id": order, "purchase-date": moment, "last-updated-date": moment, "sku": sku, "item-price": price,
           "quantity": pa.array(rng.integers(1, 4, count).astype(str)), "order-item-id": pa.array(number.astype(str))}  # fmt: skip
    return pa.table({name: own[name] if name in own else pa.repeat(fixed.get(name, ""), count) for name in HEADER})


def write_planning(file: Path, skus: int) -> None:
    """Write an inventory planning report with the header of 2026."""
    rng = np.random.default_rng(6)
    fixed = {"snapshot-date": "2026-10-31", "currency": "USD", "marketplace": "US", "product-name": "A product with a name of usual length, blue",
             "condition": "New", "volume-unit-measurement": "cubic feet", "product-group": "Home", "alert": "", "supplier": "Acme"}  # fmt: skip
    number = np.arange(skus)
    own = {name: np.char.add(mark, number.astype(str)) for name, mark in (("sku", "SKU-"), ("fnsku", "X00"), ("asin", "B0"))}
    money = {name: np.char.mod("%.2f", rng.uniform(5, 60, skus)) for name in ("your-price", "sales-price", "item-volume")}
    columns = own | money | {name: pa.repeat(text, skus) for name, text in fixed.items()}
    table = {name: pa.array(columns[name]) if name in columns else pa.array(rng.integers(0, 90, skus).astype(str)) for name in PLANNING}
    csv.write_csv(pa.table(table), file, csv.WriteOptions(delimiter="\t", quoting_style="none"))


def figures() -> Iterator[Figure]:
    """Return CPU against pandas, CPU of a planning report, and peak memory by size."""
    folder = Path(tempfile.mkdtemp())
    try:
        file = folder / "orders.txt"
        write_orders(file, LINES)
        bare = f"import pandas as pd; len(pd.read_csv({str(file)!r}, sep='\\t', low_memory=False))"
        ours, pandas = [], []
        for time in range(TIMES):
            pandas.append(measure(bare, "import pandas"))
            ours.append(measure(_import(folder / str(time), file, LINES), SETUP))
        ratio = statistics.median(a["cpu"] / b["cpu"] for a, b in zip(ours, pandas, strict=True))
        yield Figure("import of 1,000,000 order lines: CPU over pandas.read_csv", "ingest", ratio, "ratio", "<= 4.00", "<= 2.00")
        yield Figure("import of 1,000,000 order lines: CPU", "ingest", statistics.median(o["cpu"] for o in ours), "s")
        yield Figure("pandas.read_csv of the same file: CPU", "ingest", statistics.median(p["cpu"] for p in pandas), "s")
        yield Figure("import of 1,000,000 order lines: peak memory", "ingest", max(o["peak_mb"] for o in ours), "MB", "<= 1000")
        yield from _big(folder, file, MANY)
        if os.environ.get("BENCH_LONG"):
            yield from _big(folder, file, MOST)
        write_planning(file, SKUS)
        planning = [measure(_import(folder / f"planning{time}", file, SKUS), SETUP) for time in range(TIMES)]
        yield Figure("import of a planning report of 100,000 SKUs: CPU", "ingest", statistics.median(p["cpu"] for p in planning), "s", "<= 5.00")
        yield Figure("import of a planning report of 100,000 SKUs: peak memory", "ingest", max(p["peak_mb"] for p in planning), "MB", "<= 1000")
    finally:
        shutil.rmtree(folder)


SETUP = "import workbench.runs, workbench.store, workbench.sources"


def _big(folder: Path, file: Path, lines: int) -> Iterator[Figure]:
    write_orders(file, lines)
    place = folder / f"orders{lines}"
    found = measure(_import(place, file, lines), SETUP)
    shutil.rmtree(place)
    yield Figure(f"import of {lines:,} order lines: CPU (once)", "ingest", found["cpu"], "s")
    yield Figure(f"import of {lines:,} order lines: peak memory", "ingest", found["peak_mb"], "MB", "<= 1000")


def _import(place: Path, file: Path, rows: int) -> str:
    return f"""
import datetime, pathlib, os
from workbench.store import Workspace
from workbench.runs import import_inbox
workspace = Workspace.create(pathlib.Path({str(place)!r}))
os.link({str(file)!r}, workspace.inbox / "report.txt")
outcome = import_inbox(workspace, datetime.datetime(2026, 11, 1))
assert not outcome.bad and outcome.rows == {rows}, [file.line() for file in outcome.files]
"""
