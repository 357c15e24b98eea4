"""The truth about a made-up shop, kept apart from its reports: what a tool that reads them should find."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.datasets import movements
from workbench.datasets.categories import CATEGORIES
from workbench.datasets.places import PLACES, US
from workbench.datasets.reports.forms import purchase_orders
from workbench.datasets.selling_fees import every_fee
from workbench.datasets.story import RETURN_RATE_OF_BAD_BATCH, phases
from workbench.datasets.units import BOUGHT_BY, HOURS
from workbench.datasets.world import World

SLOW_COVER_DAYS = 180
OFF_SEASON = 0.75


def names(world: World, offers: np.ndarray) -> dict[str, np.ndarray]:
    """Return SKU, channel and node of offers."""
    table = world.catalogue.offers.iloc[offers]
    place = table["place"].to_numpy()
    return {
        "sku": world.catalogue.items["sku"].to_numpy()[table["item"]],
        "channel": np.array([p.channel for p in PLACES])[place],
        "node": np.array([p.node for p in PLACES])[place],
    }


def demand(world: World) -> pa.Table:
    """Return true demand by SKU, channel and day: mean, what people wanted, what they got, and the share of demand that met an open shop."""
    shown, n = world.calendar.shown, len(world.catalogue.offers)
    day = np.arange(world.calendar.length)[:, None]
    live = (day >= world.policy.launch)[shown]
    offer_at, day_at = np.nonzero(live.T)
    who = names(world, np.arange(n))
    columns = {
        "mean": world.demand.mean[shown].T[live.T].astype(np.float32),
        "demand": world.demand.units[shown].T[live.T],
        "sold": sold_to_buyers(world)[shown].T[live.T].astype(np.int32),
        "exposure": exposure(world)[shown].T[live.T].astype(np.float32),
        "price": (world.prices.paid[shown].T[live.T] / 100).astype(np.float32),
    }
    dates = pa.array(world.calendar.dates[shown][day_at].astype("datetime64[us]"))
    keys = {name: _repeated(who[name], offer_at) for name in ("sku", "channel")}
    return pa.table({**keys, "date": dates, **columns})


def _repeated(values: np.ndarray, at: np.ndarray) -> pa.DictionaryArray:
    distinct, code = np.unique(values, return_inverse=True)
    return pa.DictionaryArray.from_arrays(pa.array(code[at].astype(np.int32)), pa.array(distinct.tolist()))


def sold_to_buyers(world: World) -> np.ndarray:
    """Return units sold (days, offers) without those that were sent free."""
    units = world.units
    free = (units.kind > 0) & (world.orders.line_of_unit >= 0)
    sold = world.ledger.sold.astype(np.int64)
    np.subtract.at(sold, (units.day[free], units.offer[free]), 1)
    return sold


def exposure(world: World) -> np.ndarray:
    """Return the share of each day's demand (days, offers) that came while there was stock."""
    ledger, units = world.ledger, world.units
    share = np.where((ledger.after_sales == 0) & (ledger.sold == 0), 0.0, 1.0)
    last = np.flatnonzero((units.rank + 1 == ledger.sold[units.day, units.offer]) & (ledger.after_sales[units.day, units.offer] == 0))
    share[units.day[last], units.offer[last]] = units.moment[last]
    return share


def stockouts(world: World) -> pd.DataFrame:
    """Return every spell without stock: from when to when (UTC), whole days, and the units that people wanted in vain."""
    launched = np.arange(world.calendar.length)[:, None] >= world.policy.launch
    out = ((world.ledger.after_sales == 0) & launched)[world.calendar.shown]
    begins = out & ~np.concatenate([np.zeros_like(out[:1]), out[:-1]])
    ends = out & ~np.concatenate([out[1:], np.zeros_like(out[:1])])
    offer, first = (a + b for a, b in zip(np.nonzero(begins.T), (0, world.calendar.warm_up), strict=True))
    last = np.nonzero(ends.T)[1] + world.calendar.warm_up
    missed = np.concatenate([np.zeros((1, out.shape[1])), np.cumsum(world.demand.units + world.demand.extra - world.ledger.sold, axis=0)])
    open_share = exposure(world)[first, offer]
    starts, until = _clock(world, first, offer, open_share), _clock(world, last + 1, offer, np.zeros(len(last)))
    frame = pd.DataFrame({**names(world, offer), "start": starts, "end": until, "first_date": world.calendar.dates[first]})
    frame["last_date"] = world.calendar.dates[last]
    frame["whole_days"] = last - first + (open_share == 0)
    frame["units_missed"] = (missed[last + 1, offer] - missed[first, offer]).astype(int)
    return frame.drop(columns="channel").sort_values(["sku", "node", "start"], kind="stable", ignore_index=True)


def _clock(world: World, day: np.ndarray, offer: np.ndarray, moment: np.ndarray) -> np.ndarray:
    midnights = np.stack([world.calendar.midnights(place.time_zone) for place in PLACES])
    place = world.catalogue.offers["place"].to_numpy()[offer]
    begin, end = midnights[place, day], midnights[place, np.minimum(day + 1, world.calendar.length)]
    return (begin + np.interp(moment, BOUGHT_BY, HOURS) * (end - begin)).astype(np.int64).astype("datetime64[s]").astype("datetime64[us]")


def skus(world: World) -> pd.DataFrame:
    """Return one row an offer: stage of life, cause of slowness, price effect, noise, how its stock stands on the last day."""
    story, offers = world.story, world.catalogue.offers
    item, last = offers["item"].to_numpy(), world.calendar.length - 1
    pace = world.demand.mean[-30:].mean(axis=0)
    cover = np.divide(world.balance[last], pace, out=np.full(len(pace), np.inf), where=pace > 0)
    slow = (cover > SLOW_COVER_DAYS) & (world.balance[last] > 0)
    over_180 = world.balance[last] - movements.units_by_age(world.ledger, world.balance, np.arange(len(offers)), last, [180])[:, 0]
    never = world.calendar.length
    return pd.DataFrame(
        {
            **names(world, np.arange(len(offers))),
            "phase": phases(story, world.calendar)[item],
            "slow": slow,
            "cause": np.where(slow, causes(world), ""),
            "role": story.role[item],
            "cause_date": _date_or_never(world, np.minimum(story.slow_start, story.decline_start)[item], never),
            "launch_date": _date_or_never(world, np.where(story.launch[item] > 0, story.launch[item], never), never),
            "stop_ordering_date": _date_or_never(world, story.stop_ordering[item], never),
            "elasticity": world.catalogue.per_offer("elasticity") * world.difficulty.signal,
            "dispersion": world.demand.dispersion,
            "zero_share": world.demand.zero_share,
            "mean_demand_30": pace,
            "on_hand": world.balance[last],
            "on_hand_over_180_days": over_180,
            "cover_days": cover,
            "negative_margin": story.role[item] == "negative_margin",
            "capacity_cut": world.policy.capacity,
        }
    )


def causes(world: World) -> np.ndarray:
    """Return why an offer would be slow: what happened to it, else its season, else that too much was bought."""
    item = world.catalogue.offers["item"].to_numpy()
    role = world.story.role[item]
    season = world.demand.season[:, world.catalogue.per_offer("department")]
    off_season = season[-30:].mean(axis=0) < OFF_SEASON * season[-365:].mean(axis=0)
    known = np.isin(role, ["decline", "competition", "listing", "price", "quality", "oversupply"])
    return np.where(known, role, np.where(off_season, "season", "oversupply"))


def _date_or_never(world: World, day: np.ndarray, never: int) -> np.ndarray:
    dates = world.calendar.dates[0] + np.minimum(day, never)
    return np.where(day >= never, np.datetime64("NaT"), dates)


def lead_times(world: World) -> pd.DataFrame:
    """Return every purchase order's true legs beside the mean that was true when it was placed."""
    orders = purchase_orders(world)
    lane = world.policy.lane[orders["offer"].to_numpy()]
    day = np.maximum(world.ledger.orders["ordered"].to_numpy()[orders["row"]], 0)
    frame = orders[["purchase_order", "sku", "supplier", "node", "ordered_date", "promised_date", "shipped_date", "docked_date"]].copy()
    frame["sellable_date"] = world.calendar.dates[0] + world.ledger.orders["last"].to_numpy()[orders["row"]]
    frame["lead_time_days"] = (frame["sellable_date"] - frame["ordered_date"]).dt.days
    frame["expected_days"] = world.lead_times.expected[day, lane]
    frame["stated_days"] = world.lead_times.stated[lane]
    frame["slowing"] = world.lead_times.slowing[world.catalogue.per_offer("supplier_row")[orders["offer"].to_numpy()]]
    return frame


def events(world: World) -> pd.DataFrame:
    """Return the lift of each sale event by channel and category."""
    frame = world.demand.events
    frame = frame[frame["start_date"] >= world.calendar.dates[world.calendar.warm_up]]
    return pd.DataFrame(
        {
            "event": frame["event"],
            "channel": [PLACES[p].channel for p in frame["place"]],
            "category": [CATEGORIES[d].name for d in frame["department"]],
            "start_date": frame["start_date"],
            "end_date": frame["end_date"],
            "lift": frame["lift"],
        }
    ).reset_index(drop=True)


def promotions(world: World) -> pd.DataFrame:
    """Return every promotion with its share off the price and its true lift."""
    frame = world.prices.promotions
    frame = frame[frame["end"] >= world.calendar.warm_up]
    offer = frame["offer"].to_numpy()
    elasticity = world.catalogue.per_offer("elasticity")[offer] * world.difficulty.signal
    return pd.DataFrame(
        {
            **names(world, offer),
            "start_date": world.calendar.dates[frame["start"]],
            "end_date": world.calendar.dates[frame["end"]],
            "share_off": frame["share"].to_numpy(),
            "kind": np.where(frame["coupon"], "coupon", "price_cut"),
            "lift": np.exp(frame["boost"].to_numpy()) * (1 - frame["share"].to_numpy()) ** elasticity,
        }
    ).drop(columns="node")


def market(world: World) -> pd.DataFrame:
    """Return what the market did to demand: rivals that could not sell, searches that grew."""
    gaps, surge, last = world.story.rival_gaps, world.story.surge, world.calendar.length - 1
    every = pd.concat([gaps.assign(kind="competitor_stockout"), surge.assign(kind="keyword_surge", end=last)], ignore_index=True)
    date = {name: world.calendar.dates[every[name].to_numpy(int)] for name in ("start", "end")}
    sku = world.catalogue.items["sku"].to_numpy()[every["item"].to_numpy(int)]
    return pd.DataFrame({"sku": sku, "channel": US.channel, "kind": every["kind"], "start_date": date["start"], "end_date": date["end"], "lift": every["lift"]})


def batches(world: World) -> pd.DataFrame:
    """Return the bad batch: its purchase order, units, and how many came back."""
    orders = purchase_orders(world)
    found = orders[orders["row"] == world.ledger.bad_order]
    frame = found[["purchase_order", "sku", "node", "batch", "received_date", "units_shipped"]].copy()
    frame["units_returned"] = int(world.ledger.came_back["bad"].sum())
    frame["return_rate"] = RETURN_RATE_OF_BAD_BATCH
    return frame.reset_index(drop=True)


def capacity(world: World) -> pd.DataFrame:
    """Return the offers whose pool took fewer units for a while, and from when to when."""
    offers = np.flatnonzero(world.policy.capacity)
    first, end = (world.calendar.dates[day] for day in world.policy.capacity_window)
    return pd.DataFrame({**names(world, offers), "start_date": first, "end_date": end}).drop(columns="channel")


TABLES = {
    "skus": skus,
    "stockouts": stockouts,
    "lead_times": lead_times,
    "events": events,
    "promotions": promotions,
    "market": market,
    "batches": batches,
    "capacity": capacity,
    "fees": every_fee,
}


def write_truth(world: World, folder: Path) -> None:
    """Write the truth as Parquet files."""
    pq.write_table(demand(world), folder / "demand.parquet", compression="zstd")
    for name, made in TABLES.items():
        pq.write_table(pa.Table.from_pandas(made(world), preserve_index=False), folder / f"{name}.parquet", compression="zstd")
