"""Forms: CSV files whose headers are the canonical columns, as a seller fills them in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.datasets.market import make_market
from workbench.datasets.places import PLACES
from workbench.datasets.reports import columns as text
from workbench.datasets.world import World
from workbench.tables import LINEAGE, schema

RATES = {"GBP": 1.27, "EUR": 1.08}
SHIPMENTS_BACK_DAYS = 120
ORDERS_BEFORE_DAYS = 120
ANNOUNCED_DAYS = 3


def items(world: World) -> pd.DataFrame:
    """Return the rows of the table items."""
    frame = world.catalogue.items.copy()
    frame["supplier"] = world.catalogue.suppliers["supplier"].to_numpy()[frame["supplier_row"]]
    frame["currency"] = "USD"
    frame["minimum_order_units"] = world.policy.minimum_of_item.astype(float)
    launch = world.story.launch
    # what was on sale from the start was launched some time before
    earlier = world.calendar.dates[0] - world.seeds.of("launches").integers(20, 900, len(frame))
    frame["launch_date"] = np.where(launch > 0, world.calendar.dates[np.minimum(launch, world.calendar.length - 1)], earlier)
    return frame


def purchase_orders(world: World) -> pd.DataFrame:
    """Return the rows of the table purchase_orders, with `offer` and the legs of each lead time beside them."""
    calendar, orders = world.calendar, world.ledger.orders
    kept = (orders["last"] >= calendar.warm_up - ORDERS_BEFORE_DAYS).to_numpy()
    orders = orders[kept].sort_values(["ordered", "offer"], kind="stable")
    offers = world.catalogue.offers.iloc[orders["offer"]]
    supplier = world.catalogue.items["supplier_row"].to_numpy()[offers["item"]]
    number = orders.assign(supplier=supplier, place=offers["place"].to_numpy()).groupby(["ordered", "supplier", "place"], sort=True).ngroup().to_numpy()
    last_day, received = calendar.length - 1, orders["shipped"].to_numpy().astype(float)
    arrived, closed = (orders["arrives"] <= last_day).to_numpy(), (orders["last"] <= last_day).to_numpy()
    received = np.select([closed, arrived], [received, received - orders["second"].to_numpy()], 0.0)
    date = {name: calendar.dates[0] + orders[name].to_numpy() for name in ("ordered", "promised", "leaves", "docks", "last")}
    return pd.DataFrame(
        {
            "purchase_order": [f"PO-{k + 1:05d}" for k in number],
            "sku": world.catalogue.items["sku"].to_numpy()[offers["item"]],
            "supplier": world.catalogue.suppliers["supplier"].to_numpy()[supplier],
            "node": np.array([p.node for p in PLACES])[offers["place"]],
            "ordered_date": date["ordered"],
            "promised_date": date["promised"],
            "received_date": np.where(closed, date["last"], np.datetime64("NaT")),
            "units_ordered": orders["units"].to_numpy().astype(float),
            "units_received": received,
            "unit_cost": (world.catalogue.items["unit_cost"].to_numpy()[offers["item"]] * 0.8).round(2),
            "currency": "USD",
            "batch": [f"B{str(day)[2:7].replace('-', '')}-{k % 1000:03d}" for day, k in zip(date["leaves"], number, strict=True)],
            "status": np.where(closed, "received", "sent"),
            "offer": orders["offer"].to_numpy(),
            "row": orders.index.to_numpy(),
            "units_shipped": orders["shipped"].to_numpy().astype(float),
            "shipped_date": date["leaves"],
            "docked_date": date["docks"],
        }
    )


def shipments(world: World, orders: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the table inbound: what of the purchase orders is announced or on the way, and what came in lately."""
    last = world.calendar.dates[-1]
    shipped, docked, received = (orders[name].to_numpy() for name in ("shipped_date", "docked_date", "received_date"))
    kept = (shipped <= last + ANNOUNCED_DAYS) & (orders["ordered_date"].to_numpy() <= last)
    kept &= np.isnat(received) | (received >= last - SHIPMENTS_BACK_DAYS)
    stage = np.select([~np.isnat(received), docked <= last, shipped <= last], ["received", "receiving", "shipped"], "working")
    frame = orders.assign(
        shipment_id=["SHP" + name[3:] for name in orders["purchase_order"]],
        status=stage,
        shipped_date=np.where(shipped <= last, shipped, np.datetime64("NaT")),
        expected_date=orders["promised_date"],
    )
    return frame[kept].reset_index(drop=True)


def channels() -> pd.DataFrame:
    """Return the rows of the table channels."""
    rows = [(p.channel, p.name, "amazon" if p.is_fba else "shop", p.marketplace, p.currency, p.time_zone) for p in PLACES]
    return pd.DataFrame(rows, columns=["channel", "name", "kind", "marketplace", "currency", "time_zone"])


def nodes() -> pd.DataFrame:
    """Return the rows of the table nodes; only the 3PL's own rate is known here."""
    rows = [(p.node, p.node_name, "fba" if p.is_fba else "3pl", p.marketplace, p.currency, np.nan if p.is_fba else 0.65) for p in PLACES]
    return pd.DataFrame(rows, columns=["node", "name", "kind", "marketplace", "currency", "storage_rate_per_ft3_month"])


def serves() -> pd.DataFrame:
    """Return the rows of the table serves: each channel has one node."""
    return pd.DataFrame({"channel": [p.channel for p in PLACES], "node": [p.node for p in PLACES], "priority": 1})


def exchange_rates(world: World) -> pd.DataFrame:
    """Return the rows of the table exchange_rates: every day of trade, into US dollars."""
    rng = world.seeds.of("exchange rates")
    dates = world.calendar.dates[world.calendar.shown]
    parts = []
    for currency, rate in RATES.items():
        path = rate * np.exp(np.cumsum(rng.normal(0, 0.0025, len(dates))).clip(-0.12, 0.12))
        parts.append(pd.DataFrame({"date": dates, "currency": currency, "base": "USD", "rate": path.round(5)}))
    return pd.concat(parts, ignore_index=True)


def form(table: str, frame: pd.DataFrame) -> bytes:
    """Return a form: the table's columns without lineage, blank where nothing is known."""
    shaped = schema.conform(table, frame, lineage=False)
    return text.delimited(pa.table({name: _cells(shaped[name]) for name in shaped.columns if name not in LINEAGE}), ",")


def _cells(column: pd.Series) -> pa.Array:
    values = column.to_numpy()
    if column.dtype.kind == "M":
        return text.each(values.astype("datetime64[D]"), lambda day: "" if day is None else str(day))
    if column.dtype.kind == "f":
        return text.each(values, lambda v: "" if v != v else f"{v:.10g}")
    if column.dtype.kind in "iu":
        return text.whole(values)
    return pa.array(column, pa.string()).fill_null("")


def write_forms(world: World, inbox: Path) -> None:
    """Write the forms that a seller keeps by hand."""
    orders = purchase_orders(world)
    frames = {
        "items": items(world),
        "suppliers": world.catalogue.suppliers,
        "purchase_orders": orders,
        "inbound": shipments(world, orders),
        "channels": channels(),
        "nodes": nodes(),
        "serves": serves(),
        "market": make_market(world),
        "exchange_rates": exchange_rates(world),
    }
    saved = world.calendar.saved_at(world.calendar.length - 1)
    for table, frame in frames.items():
        text.save(inbox / f"{table}.csv", form(table, frame), saved)
