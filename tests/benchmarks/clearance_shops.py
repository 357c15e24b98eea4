"""Clearance as it would have been decided months ago in made-up shops, and what came of it on demand that nobody had seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from unittest.mock import patch

import numpy as np
import pandas as pd
from health_shops import Shop, as_it_stood

N_SKUS, MONTHS = 1_000, 48
DAYS_AGO = 285
REPLAYED_MONTHS = 9
"""The first decision falls on 2026-01-20, under the rate card of 2026: for earlier days no removal fee is known."""
SLOW = 50.0
MONTH = 365.25 / 12
LEAST = 0.01
UNSEEN = ("promotion", "outlet")
"""What ads bring is not in the truth, nor who is let into an Outlet deal."""
FIXED = ("hold", "cut_30", "remove", "liquidate")


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of each policy, by SKU: money today of the day of decision.

    `ours` decides anew every month, `unraised` as well but never asks more, `once` keeps to the first day's recommendation, `foretold`
    is what that promised, `perfect` the best single price or exit for each SKU, had demand and elasticity been known. `raised` always
    asks a tenth more, which is none of the issue's fixed policies.
    """

    fixed: dict[str, np.ndarray]
    raised: np.ndarray
    ours: np.ndarray
    unraised: np.ndarray
    once: np.ndarray
    foretold: np.ndarray
    perfect: np.ndarray


def imported(seed: int, difficulty: str) -> tuple[Shop, pd.DataFrame]:
    """Return a made-up shop as it stood on the day of decision, and its true demand by SKU, channel and day."""
    import health_shops

    kept: list[pd.DataFrame] = []
    truth_of = health_shops._truth

    def reading(folder):
        kept.append(pd.read_parquet(folder / "demand.parquet", columns=["sku", "channel", "date", "demand", "price"]))
        return truth_of(folder)

    health_shops._truth = reading
    try:
        shop = health_shops.imported(seed, difficulty, N_SKUS, MONTHS)
    finally:
        health_shops._truth = truth_of
    return as_it_stood(shop, DAYS_AGO), kept[0].astype({"sku": "str", "channel": "str"})


def elasticities(tables: Mapping[str, pd.DataFrame], truth: pd.DataFrame, as_of) -> pd.DataFrame:
    """Return the elasticity of each SKU as reckoned with, its 90 % interval, and the true one."""
    from workbench.clearance.elasticity import elasticities as learned

    true = -truth.groupby("sku")["elasticity"].first()
    found = learned(tables["history"], tables["items"], as_of)
    return found.assign(true=found["sku"].map(true)).dropna(subset=["true"])


def replayed(tables: Mapping[str, pd.DataFrame], truth: pd.DataFrame, demand: pd.DataFrame, as_of) -> Replay:
    """Return what each policy brings on true demand, for slow SKUs in the pool of the first marketplace, where all fees are known.

    True demand at another price is what people wanted that day times (price / price of the day)^-(true elasticity). Whatever is left
    in the end goes by the better of removal and liquidation, under every policy. No policy sees anything after its day of decision.
    """
    from workbench.clearance import ClearanceParams, options

    params = ClearanceParams(horizon_months=REPLAYED_MONTHS + 1, deadline_days=round(REPLAYED_MONTHS * MONTH) + 1)
    given = {name: tables[name] for name in options.GIVEN}
    rows = options._with_excess(given, params, as_of)
    rows = rows[(rows["location"] == "fba-us") & (rows["slow_risk"] >= SLOW) & rows[["price", "selling_fees_per_unit"]].notna().all(axis=1)]
    case, _ = next(iter(options._blocks(rows.reset_index(drop=True), given, params, as_of)))
    return compared(case, true_case(case, truth, demand, as_of), params)


def true_case(case, truth: pd.DataFrame, demand: pd.DataFrame, as_of):
    """Return the case with what people really wanted in each month at its price, and how they really answer to price."""
    rows = case.rows[["sku", "location"]].merge(truth[["sku", "channel", "location", "elasticity"]], on=["sku", "location"], how="left")
    rows = rows.assign(row=np.arange(len(rows)), asked=case.price, elasticity=-rows["elasticity"])
    days = demand[demand["date"] >= pd.Timestamp(as_of)].merge(rows[["sku", "channel", "row", "asked", "elasticity"]], on=["sku", "channel"])
    month = ((days["date"] - pd.Timestamp(as_of)).dt.days / MONTH).astype(int)
    days = days[month < case.demand.shape[1]]
    wanted = np.zeros_like(case.demand)
    np.add.at(wanted, (days["row"], month[days.index]), days["demand"] * (days["asked"] / days["price"]) ** -days["elasticity"])
    return replace(case, demand=wanted, elasticity=rows["elasticity"].to_numpy(float))


def compared(mean, true, params) -> Replay:
    """Return what each policy, decided on the expected case, brings in the true one."""
    from workbench.clearance import ways
    from workbench.clearance.branches import Plan, best_ending, followed, leave, usual

    rate, n = params.capital_rate_month, len(mean.rows)
    now, last = np.zeros(n, dtype=int), np.full(n, REPLAYED_MONTHS)
    plain = mean.exits[:2]

    def to_the_end(cut):
        path = followed(true, Plan(np.full(true.demand.shape, cut)))
        return np.fmax.reduce([leave(path, way, last).npv(rate) for way in plain])

    removed, liquidated = (leave(usual(true), way, now).npv(rate) for way in plain)
    fixed = dict(zip(FIXED, (to_the_end(0.0), to_the_end(0.3), removed, liquidated), strict=True))
    prices = (0.0, *params.markdowns, *(-rise for rise in ways.RISES))
    known = [best_ending(true, followed(true, Plan(np.full(true.demand.shape, cut))), rate).cash.npv(rate) for cut in prices]
    told, first = decided(mean, params)
    with patch.object(ways, "RISES", ()):
        unraised = replanned(mean, true, params)
    perfect = np.fmax.reduce([*known, *fixed.values()])
    return Replay(fixed, to_the_end(-0.1), replanned(mean, true, params), unraised, kept_to(mean, true, params, first), told, perfect)


def decided(case, params):
    """Return the worth of the recommended option of each row, and what it does: price cuts (n, months), exit ("" to sell on) and its month."""
    from workbench.clearance import ways

    shape = case.demand.shape
    made = [option for option in ways.options(case, params) if option.name not in UNSEEN]
    worth = np.nan_to_num(np.stack([option.cash.npv(params.capital_rate_month) for option in made]), nan=-np.inf)
    pick, row = worth.argmax(axis=0), np.arange(shape[0])
    cuts = np.stack([np.broadcast_to(option.sold[0].cut if option.sold else 0.0, shape) for option in made])
    names = np.stack([option.sold[1].name if option.sold else np.full(shape[0], option.name, dtype=object) for option in made])
    months = np.stack([option.sold[1].month if option.sold else np.zeros(shape[0], dtype=int) for option in made])
    return worth[pick, row], (cuts[pick, row], names[pick, row], months[pick, row])


def kept_to(mean, true, params, first):
    """Return what the decision of the first day brings if it is never looked at again."""
    cut, name, month = first
    return _money(true, params, cut, np.minimum(month, REPLAYED_MONTHS), np.where(name == "", _rest(mean), name))


class Shelf:
    """The units of a case as they lie there, month by month, on true demand, and what they have brought over the cover by itself, money today."""

    def __init__(self, true, params) -> None:
        from workbench.clearance.simulation import discounts, sell_down

        self.true, self.discount, self.month = true, discounts(true.demand.shape[1], params.capital_rate_month), 0
        self.total = true.layers.sum(axis=1)
        self.stock, self.excess, cover = self.total, true.excess, true.cover.sum(axis=1)
        self.cover = cover[:, None] - np.column_stack([np.zeros(len(cover)), sell_down(true.demand, cover)])
        self.money = -true.covered.net @ self.discount

    @property
    def layers(self) -> np.ndarray:
        """What is left of the layers, the oldest units gone first."""
        from workbench.clearance.simulation import take_oldest

        return take_oldest(self.true.layers, self.total - self.stock)

    def leave(self, name: np.ndarray) -> None:
        """Send the excess away by the exits named; a blank name leaves it."""
        for way in self.true.exits:
            gone = np.where(name == way.name, self.excess, 0.0)
            self.money = self.money + np.where(gone > 0, gone * way.net, 0.0) * self.discount[self.month]
            self.stock, self.excess = self.stock - gone, self.excess - gone

    def sell(self, cut: np.ndarray) -> None:
        """Sell for a month at price cuts; once the excess is gone, the cover sells at the usual price."""
        from workbench.clearance.simulation import carrying_cost, proceeds, sell_reduced

        true, month = self.true, slice(self.month, self.month + 1)
        reduced, every = sell_reduced(true.demand[:, month], self.stock, self.excess, ((1 - cut) ** -true.elasticity)[:, None])
        earned = proceeds(reduced, true.price * (1 - cut), true.fees(cut)) + proceeds(every - reduced, true.price, true.fees())
        kept = carrying_cost(self.layers, every, true.carrying.of(month))
        self.money = self.money + (earned + kept).net[:, 0] * self.discount[self.month]
        self.stock, self.month = self.stock - every[:, 0], self.month + 1
        self.excess = np.maximum(self.stock - self.cover[:, self.month], 0)


def replanned(mean, true, params):
    """Return what deciding anew every month brings: on the stock that there is, and the pace as it was seen to be since the first day.

    What was sold while there was stock draws each level to itself as a gamma prior is drawn by counts; nothing else is learned.
    """
    shelf, n, prior = Shelf(true, params), len(mean.rows), 1 / params.demand_level_cv**2
    sold, foreseen = np.full(n, prior), np.full(n, prior)
    for at in range(REPLAYED_MONTHS):
        here, cut, name = np.flatnonzero(shelf.excess > LEAST), np.zeros(n), np.full(n, "", dtype=object)
        if len(here):
            _, (cuts, away, when) = decided(as_it_is(mean, shelf, here, sold / foreseen), params)
            name[here] = np.where(when == 0, away, "")
            cut[here] = np.where(name[here] == "", cuts[:, 0], 0.0)
        shelf.leave(name)
        shelf.sell(cut)
        seen = shelf.excess > LEAST
        lifts = (1 - cut) ** -np.stack([true.elasticity, mean.elasticity])
        sold += np.where(seen, true.demand[:, at] * lifts[0] / params.demand_dispersion, 0.0)
        foreseen += np.where(seen, mean.demand[:, at] * lifts[1] / params.demand_dispersion, 0.0)
    shelf.leave(_rest(mean))
    while shelf.month < true.demand.shape[1]:
        shelf.sell(np.zeros(n))
    return shelf.money


def as_it_is(mean, shelf: Shelf, here: np.ndarray, factor: np.ndarray):
    """Return the expected case of some rows as they lie there months later, at so many times the pace."""
    at = shelf.month
    keeping = mean.carrying.of(slice(at, None), here)
    exits = tuple(replace(way, received=way.received[here], fee=way.fee[here]) for way in mean.exits)
    return replace(
        mean,
        rows=mean.rows.iloc[here].reset_index(drop=True),
        excess=shelf.excess[here],
        demand=(mean.demand * factor[:, None])[here, at:],
        layers=shelf.layers[here],
        carrying=keeping,
        elasticity=mean.elasticity[here],
        exits=exits,
        ends=exits,
        deadline=mean.deadline - at,
    )


def _rest(case) -> np.ndarray:
    """The better of removal and liquidation, by which the rest goes in the end."""
    return np.where(case.exits[1].net >= case.exits[0].net, "liquidation", "removal").astype(object)


def _money(true, params, cut, month, name) -> np.ndarray:
    from workbench.clearance.branches import Ending, Plan, ended, followed

    path = followed(true, Plan(cut))
    return ended(true, path, Ending(path.on, month, name)).npv(params.capital_rate_month)
