"""Import of 1,000,000 order lines, against bare pandas.read_csv of the same file."""

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

LINES = 1_000_000
TIMES = 3
HEADER = (  # noqa: SIM905 - a header reads better as words
    "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel order-channel "
    "ship-service-level product-name sku asin item-status quantity currency item-price item-tax shipping-price shipping-tax "
    "gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city ship-state ship-postal-code ship-country "
    "promotion-ids cpf is-business-order purchase-order-number price-designation signature-confirmation-recommended order-item-id"
).split()


def write_orders(file: Path, lines: int) -> None:
    """Write an all-orders report with the header of 2026: 3,000 SKUs, four years, every line an order of its own."""
    rng = np.random.default_rng(5)
    number = np.arange(lines)
    day = np.datetime64("2022-11-01T00:00:00") + np.sort(rng.integers(0, 1460 * 86400, lines)).astype("timedelta64[s]")
    moment = pc.binary_join_element_wise(pa.array(day.astype(str)), "+00:00", "")
    sku = pa.array(np.char.add("SKU-", rng.integers(0, 3000, lines).astype(str)))
    order = pa.array(np.char.add("111-", np.char.zfill(number.astype(str), 14)))
    price = pa.array(np.char.mod("%.2f", rng.uniform(5, 60, lines)))
    fixed = {"order-status": "Shipped", "fulfillment-channel": "Amazon", "sales-channel": "Amazon.com", "ship-service-level": "Standard",
             "product-name": "A product with a name of usual length, blue, 2 pieces", "asin": "B000000000", "item-status": "Shipped", "currency": "USD",
             "item-tax": "0", "ship-city": "SEATTLE", "ship-state": "WA", "ship-postal-code": "98101", "ship-country": "US",
             "is-business-order": "false"}  # fmt: skip
    own = {"amazon-order-id": order, "purchase-date": moment, "last-updated-date": moment, "sku": sku, "item-price": price,
           "quantity": pa.array(rng.integers(1, 4, lines).astype(str)), "order-item-id": pa.array(number.astype(str))}  # fmt: skip
    columns = {name: own[name] if name in own else pa.repeat(fixed.get(name, ""), lines) for name in HEADER}
    csv.write_csv(pa.table(columns), file, csv.WriteOptions(delimiter="\t", quoting_style="none"))


def figures() -> Iterator[Figure]:
    """Return CPU against pandas, peak memory and lines a second."""
    folder = Path(tempfile.mkdtemp())
    try:
        file = folder / "orders.txt"
        write_orders(file, LINES)
        bare = f"import pandas as pd; len(pd.read_csv({str(file)!r}, sep='\\t', low_memory=False))"
        ours, pandas = [], []
        for time in range(TIMES):
            pandas.append(measure(bare, "import pandas"))
            ours.append(measure(_import(folder, file, time), "import workbench.runs, workbench.store, workbench.sources"))
        ratio = statistics.median(a["cpu"] / b["cpu"] for a, b in zip(ours, pandas, strict=True))
        yield Figure("import of 1,000,000 order lines: CPU over pandas.read_csv", "ingest", ratio, "ratio", "<= 4.00", "<= 2.00")
        yield Figure("import of 1,000,000 order lines: CPU", "ingest", statistics.median(o["cpu"] for o in ours), "s")
        yield Figure("pandas.read_csv of the same file: CPU", "ingest", statistics.median(p["cpu"] for p in pandas), "s")
        yield Figure("import of 1,000,000 order lines: peak memory", "ingest", max(o["peak_mb"] for o in ours), "MB", "<= 2000", "<= 1000")
    finally:
        shutil.rmtree(folder)


def _import(folder: Path, file: Path, time: int) -> str:
    place = folder / f"workspace{time}"
    return f"""
import datetime, pathlib, shutil
from workbench.store import Workspace
from workbench.runs import import_inbox
workspace = Workspace.create(pathlib.Path({str(place)!r}))
shutil.copy({str(file)!r}, workspace.inbox)
outcome = import_inbox(workspace, datetime.datetime(2026, 11, 1))
assert not outcome.bad and outcome.rows >= {LINES}, outcome
"""
