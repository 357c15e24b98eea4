"""Made-up shops for the benchmark of health: imported from their files, looked at today and as they stood sixty days ago."""

import datetime as dt
import shutil
import tempfile
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

N_SKUS, MONTHS = 1_000, 36
DAYS_AHEAD = 60
PRICE_DAYS = 30
IMPORTED_AT = dt.datetime(2026, 11, 1, 12)
DAILY = ("orders", "sales", "stock", "stock_age", "movements", "returns", "traffic", "ads", "market", "exchange_rates")
"""Tables of dated facts: sixty days ago each fact is taken to have been known the morning after its day."""
FORMS = ("items", "suppliers", "channels", "nodes", "serves", "fee_previews")
"""Forms are saved on the last morning only; they did not change."""


@dataclass(frozen=True, slots=True)
class Shop:
    """Tables of a shop as imported, and what is true of each SKU and place on the last day."""

    tables: Mapping[str, pd.DataFrame]
    truth: pd.DataFrame
    as_of: dt.date


def imported(seed: int, difficulty: str, n_skus: int = N_SKUS, months: int = MONTHS) -> Shop:
    """Return a made-up shop after its files were imported the way a seller's own are."""
    from workbench.runs import workspaces
    from workbench.runs.ingest import import_inbox
    from workbench.store import Tables

    folder = Path(tempfile.mkdtemp())
    try:
        place = workspaces.create(folder / "shop", sample={"seed": seed, "n_skus": n_skus, "months": months, "difficulty": difficulty})
        import_inbox(place, IMPORTED_AT)
        as_of = dt.date(2026, 11, 1)
        read = Tables(place, as_of)
        tables = {name: read[name] for name in read if name != "files"}
        return Shop(tables, _truth(place.root / "truth"), as_of)
    finally:
        shutil.rmtree(folder)


def _truth(folder: Path) -> pd.DataFrame:
    """Return what is true of each SKU and place, with the logarithm of what its price rose since its cause began (NaN without one)."""
    truth = pd.read_parquet(folder / "skus.parquet").rename(columns={"node": "location"})
    paid = pd.read_parquet(folder / "demand.parquet", columns=["sku", "channel", "date", "price"])
    paid = paid.astype({"sku": "str", "channel": "str"}).merge(truth.loc[truth["role"] == "price", ["sku", "channel", "cause_date"]], on=["sku", "channel"])
    back, since = (paid["date"].max() - paid["date"]).dt.days, (paid["cause_date"] - paid["date"]).dt.days
    now = paid[back < PRICE_DAYS].groupby(["sku", "channel"])["price"].mean()
    before = paid[(since > 0) & (since <= PRICE_DAYS)].groupby(["sku", "channel"])["price"].mean()
    return truth.merge(np.log(now / before).rename("price_rise").reset_index(), on=["sku", "channel"], how="left")


def computed(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> Mapping[str, pd.DataFrame]:
    """Return the tables with history, forecast, plan and health made from them, parameters at their defaults."""
    from workbench.pipeline import STEPS

    made: dict[str, pd.DataFrame] = {}
    for name in ("cleaning", "forecast", "health"):
        made |= STEPS[name].run(ChainMap(made, tables), STEPS[name].params(), as_of)  # type: ignore[arg-type]
    return ChainMap(made, tables)  # type: ignore[arg-type]


def as_it_stood(shop: Shop, days_ago: int = DAYS_AHEAD) -> Shop:
    """Return the shop's tables as they stood some days before its last: no later row, and open orders as they were."""
    as_of = shop.as_of - dt.timedelta(days=days_ago)
    day = pd.Timestamp(as_of)
    tables = dict(shop.tables)
    for name in DAILY:
        frame = tables[name]
        known_at = (frame["date"] + pd.Timedelta(days=1, hours=6)).astype("datetime64[us]")
        tables[name] = frame.assign(known_at=frame["known_at"].where(frame["known_at"] < known_at, known_at))[frame["date"] < day]
    for name in FORMS:
        tables[name] = tables[name].assign(known_at=day)
    tables["listings"] = tables["listings"][tables["listings"]["date"] < day]
    tables["purchase_orders"] = _as_open(tables["purchase_orders"], day, "ordered_date", "sent")
    tables["inbound"] = _as_open(tables["inbound"], day, "shipped_date", "shipped")
    return Shop(tables, shop.truth, as_of)


def _as_open(rows: pd.DataFrame, day: pd.Timestamp, begun: str, status: str) -> pd.DataFrame:
    """Orders or shipments that had begun before a day; those that were not received by then stand open, with nothing received."""
    known = rows[rows[begun] < day]
    is_open = ~(known["received_date"] < day)
    return known.assign(
        known_at=day,
        status=known["status"].where(~is_open, status),
        received_date=known["received_date"].where(~is_open),
        units_received=known["units_received"].where(~is_open, 0.0),
    )
