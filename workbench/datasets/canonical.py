"""Canonical tables of a large made-up assortment on one channel, without report files: for benchmarks."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.datasets.calendar import LAST_DAY, SAVED_AT_SECOND, Calendar
from workbench.datasets.catalogue import Catalogue, make_catalogue
from workbench.datasets.demand import DIFFICULTIES, make_demand
from workbench.datasets.lead_times import make_lead_times
from workbench.datasets.movements import units_by_age
from workbench.datasets.operations import BadBatch, Ledger, simulate
from workbench.datasets.places import US
from workbench.datasets.policy import make_policy
from workbench.datasets.prices import Prices, make_prices
from workbench.datasets.seeds import Seeds
from workbench.datasets.story import landed_costs, make_story
from workbench.errors import BadParameters
from workbench.tables import schema

BLOCK_SKUS = 2_000
WARM_UP_DAYS = 150
UNITS_PER_SKU_DAY = 1.9
LEVEL_SPREAD = 1.25
SOURCE = "made-up tables"
AGE_TIERS = ((0, 90.0), (91, 180.0), (181, 270.0), (271, 365.0), (366, np.nan))


@dataclass(frozen=True, slots=True)
class Block:
    """Some thousand SKUs and what happened to them."""

    number: int
    catalogue: Catalogue
    calendar: Calendar
    prices: Prices
    ledger: Ledger
    minimum: np.ndarray
    launch: np.ndarray

    @property
    def first_item(self) -> int:
        """Number of the block's first SKU."""
        return self.number * BLOCK_SKUS


def make_tables(seed: int, n_skus: int, days: int = 365, difficulty: str = "normal") -> dict[str, pd.DataFrame]:
    """Return canonical tables, lineage included, of one channel: sales by day, stock, ages, purchase orders and what they refer to.

    Every row is known at six in the morning after its day; the last day is 2026-10-31. Sales have a row a day with sales; stock has a row a day
    without stock, the first day with stock after it, and the last day.

    Parameters
    ----------
    seed : which assortment
    n_skus : number of SKUs, 1 to 100,000
    days : days of history, 1 to 1,500
    difficulty : ``normal`` or ``hard`` (half the signal, more noise)

    Raises
    ------
    BadParameters
        Lists every argument that does not fit.

    Examples
    --------
    >>> made = make_tables(seed=3, n_skus=20, days=60)
    >>> len(made["items"]), int(made["stock"]["date"].max().day), str(made["sales"]["channel"].iloc[0])
    (20, 31, 'amazon-us')
    """
    _check(seed, n_skus, days, difficulty)
    sizes = [min(BLOCK_SKUS, n_skus - begin) for begin in range(0, n_skus, BLOCK_SKUS)]
    parts = [_tables_of(_block(seed, number, size, days, difficulty)) for number, size in enumerate(sizes)]
    made = {name: pd.concat([part.pop(name) for part in parts], ignore_index=True) for name in list(parts[0])}
    return {name: _stamped(name, frame) for name, frame in {**made, **_places(days)}.items()}


def _check(seed: int, n_skus: int, days: int, difficulty: str) -> None:
    limits = (("seed", seed, 0, 2**63), ("n_skus", n_skus, 1, 100_000), ("days", days, 1, 1_500))
    faults = [f"{name}: expected {low} to {high}, got {value}" for name, value, low, high in limits if not low <= value <= high]
    if difficulty not in DIFFICULTIES:
        faults.append(f"difficulty: expected one of {', '.join(DIFFICULTIES)}, got {difficulty!r}")
    if faults:
        raise BadParameters("make_tables", faults)


def _block(seed: int, number: int, size: int, days: int, difficulty: str) -> Block:
    seeds, grade, calendar = Seeds(seed, number), DIFFICULTIES[difficulty], Calendar(days, WARM_UP_DAYS)
    catalogue = make_catalogue(seeds, size, places=1, spread=LEVEL_SPREAD)
    _number(catalogue, number)
    story = make_story(seeds, catalogue, calendar, grade.signal)
    catalogue.items["unit_cost"] = landed_costs(catalogue.items, story)
    prices = make_prices(seeds, catalogue, story, calendar, grade.signal)
    demand = make_demand(seeds, catalogue, story, prices, calendar, grade, UNITS_PER_SKU_DAY)
    lead_times = make_lead_times(seeds, catalogue.suppliers, calendar, grade.noise)
    policy = make_policy(seeds, catalogue, demand, lead_times, story, calendar)
    rates = catalogue.per_offer("return_rate")
    ledger = simulate(seeds, demand.units, None, rates, policy, lead_times, calendar, BadBatch(-1, 0, 0.0))
    catalogue.items["launch_date"] = calendar.dates[np.minimum(story.launch, calendar.length - 1)]
    return Block(number, catalogue, calendar, prices, ledger, policy.minimum_of_item, story.launch)


def _number(catalogue: Catalogue, number: int) -> None:
    """Give SKUs and suppliers names that no other block uses."""
    first = number * BLOCK_SKUS
    codes = catalogue.items["sku"].str[:3]
    catalogue.items["sku"] = [f"{code}-{first + k + 1:06d}" for k, code in enumerate(codes)]
    catalogue.items["parent"] = "P-" + catalogue.items["sku"]
    catalogue.items["fulfilment_id"] = [f"X{first + k:09d}" for k in range(len(codes))]
    catalogue.items["product_id"] = [f"B{first + k:09d}" for k in range(len(codes))]
    for column in ("supplier", "backup_supplier"):
        named = catalogue.suppliers[column] != ""
        catalogue.suppliers[column] = (f"S{number:02d}-" + catalogue.suppliers[column]).where(named, "")


def _tables_of(block: Block) -> dict[str, pd.DataFrame]:
    return {
        "items": _items(block),
        "suppliers": schema.conform("suppliers", block.catalogue.suppliers, lineage=False),
        "listings": _listings(block),
        "sales": _sales(block),
        "stock": _stock(block),
        "stock_age": _stock_age(block),
        "purchase_orders": _purchase_orders(block),
    }


def _items(block: Block) -> pd.DataFrame:
    items = block.catalogue.items
    supplier = block.catalogue.suppliers["supplier"].to_numpy()[items["supplier_row"]]
    return schema.conform("items", items.assign(supplier=supplier, currency=US.currency, minimum_order_units=block.minimum), lineage=False)


def _listings(block: Block) -> pd.DataFrame:
    items, last = block.catalogue.items, block.calendar.length - 1
    frame = items[["sku", "product_id", "title"]].assign(
        channel=US.channel,
        date=block.calendar.dates[last],
        price=block.prices.asked[last] / 100,
        currency=US.currency,
        status="active",
        fulfilment="fba",
        open_date=items["launch_date"],
    )
    return schema.conform("listings", frame, lineage=False)


def _sales(block: Block) -> pd.DataFrame:
    shown = block.calendar.shown
    day, item = np.nonzero(block.ledger.sold[shown])
    cell = day + shown.start, item
    units = block.ledger.sold[cell].astype(float)
    price, coupon = block.prices.charged[cell] / 100, np.rint(block.prices.asked[cell] * block.prices.coupon[cell]) / 100
    frame = {
        "sku": _texts(block.catalogue.items["sku"], item),
        "channel": _same(US.channel, len(item)),
        "date": block.calendar.dates[cell[0]].astype("datetime64[us]"),
        "units": units,
        "revenue": (price - coupon) * units,
        "discount": coupon * units,
        "order_count": np.maximum(np.rint(units * 0.85), 1),
        "price": price,
        "currency": _same(US.currency, len(item)),
    }
    return schema.conform("sales", pd.DataFrame(frame), lineage=False)


def _stock(block: Block) -> pd.DataFrame:
    on_hand = block.ledger.on_hand[block.calendar.shown]
    told = on_hand == 0
    told[1:] |= (on_hand[1:] > 0) & told[:-1]
    told[[0, -1]] = True
    told &= np.arange(block.calendar.warm_up, block.calendar.length)[:, None] >= block.launch
    day, item = np.nonzero(told)
    units = on_hand[day, item].astype(float)
    frame = pd.DataFrame(
        {
            "sku": _texts(block.catalogue.items["sku"], item),
            "node": _same(US.node, len(item)),
            "date": block.calendar.dates[day + block.calendar.warm_up].astype("datetime64[us]"),
            "on_hand": units,
            "available": units,
        }
    )
    return schema.conform("stock", frame, lineage=False)


def _stock_age(block: Block) -> pd.DataFrame:
    last, n = block.calendar.length - 1, len(block.catalogue.items)
    bounds = [int(top) for _, top in AGE_TIERS[:-1]]
    younger = units_by_age(block.ledger, block.ledger.on_hand, np.arange(n), last, bounds)
    units = np.diff(np.column_stack([np.zeros(n), younger, block.ledger.on_hand[last]]), axis=1)
    frame = pd.DataFrame(
        {
            "sku": np.repeat(block.catalogue.items["sku"].to_numpy(), len(AGE_TIERS)),
            "node": US.node,
            "date": block.calendar.dates[last],
            "age_from_days": np.tile([low for low, _ in AGE_TIERS], n),
            "age_to_days": np.tile([high for _, high in AGE_TIERS], n),
            "units": units.ravel(),
            "currency": US.currency,
        }
    )
    return schema.conform("stock_age", frame, lineage=False)


def _purchase_orders(block: Block) -> pd.DataFrame:
    calendar, items = block.calendar, block.catalogue.items
    orders = block.ledger.orders
    orders = orders[orders["last"] >= calendar.warm_up].sort_values(["ordered", "offer"], kind="stable")
    item, closed = orders["offer"].to_numpy(), (orders["last"] < calendar.length).to_numpy()
    supplier = items["supplier_row"].to_numpy()[item]
    number = orders.assign(supplier=supplier).groupby(["ordered", "supplier"], sort=True).ngroup()
    arrived = np.where(orders["arrives"] < calendar.length, orders["shipped"] - orders["second"], 0)
    frame = pd.DataFrame(
        {
            "purchase_order": [f"PO-{block.number:02d}-{k:06d}" for k in number],
            "sku": items["sku"].to_numpy()[item],
            "supplier": block.catalogue.suppliers["supplier"].to_numpy()[supplier],
            "node": US.node,
            "ordered_date": calendar.dates[0] + orders["ordered"].to_numpy(),
            "promised_date": calendar.dates[0] + orders["promised"].to_numpy(),
            "received_date": np.where(closed, calendar.dates[0] + orders["last"].to_numpy(), np.datetime64("NaT")),
            "units_ordered": orders["units"].to_numpy(float),
            "units_received": np.where(closed, orders["shipped"], arrived).astype(float),
            "unit_cost": items["unit_cost"].to_numpy()[item],
            "currency": US.currency,
            "status": np.where(closed, "received", "sent"),
        }
    )
    return schema.conform("purchase_orders", frame, lineage=False)


def _places(days: int) -> dict[str, pd.DataFrame]:
    channel = {"channel": US.channel, "name": US.name, "kind": "amazon", "marketplace": US.marketplace, "currency": US.currency, "time_zone": US.time_zone}
    node = {"node": US.node, "name": US.node_name, "kind": "fba", "marketplace": US.marketplace, "currency": US.currency}
    dates = Calendar(days, 0).dates.astype("datetime64[us]")
    frames = {
        "channels": pd.DataFrame([channel]),
        "nodes": pd.DataFrame([node]),
        "serves": pd.DataFrame([{"channel": US.channel, "node": US.node, "priority": 1}]),
        "exchange_rates": pd.DataFrame({"date": dates, "currency": "EUR", "base": "USD", "rate": 1.08}),
    }
    return {name: schema.conform(name, frame, lineage=False) for name, frame in frames.items()}


def _stamped(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with lineage: rows of a day are known the morning after it, the rest from before the first day on."""
    morning = np.timedelta64(SAVED_AT_SECOND + 86_400, "s")
    if "date" in frame:
        known = frame["date"] + morning
    elif table == "purchase_orders":
        # an open order is known from its date, a received one as it stands since it came in
        known = frame["received_date"].fillna(frame["ordered_date"]) + morning
    else:
        known = pd.Series(np.datetime64(LAST_DAY - dt.timedelta(days=1_500), "us"), index=frame.index)
    frame["known_at"] = known.astype("datetime64[us]")
    frame["source_file"] = _same(SOURCE, len(frame))
    frame["source_line"] = np.arange(2, len(frame) + 2)
    return frame


def _texts(texts: pd.Series, at: np.ndarray) -> pd.Series:
    return _as_series(pa.array(texts, pa.large_string()).take(pa.array(at)))


def _same(text: str, n: int) -> pd.Series:
    return _as_series(pa.repeat(pa.scalar(text, pa.large_string()), n))


def _as_series(values: pa.Array) -> pd.Series:
    """Return text as pandas keeps it, without a Python object a row."""
    return pd.Series(pd.StringDtype(na_value=np.nan).__from_arrow__(values))
