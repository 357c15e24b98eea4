"""Clearance as it would have been decided months ago in made-up shops, and what came of it on demand that nobody had seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from health_shops import Shop, as_it_stood

N_SKUS, MONTHS = 1_000, 48
DAYS_AGO = 285
REPLAYED_MONTHS = 9
"""The decision falls on 2026-01-20, under the rate card of 2026; the excess must be gone nine months later."""
SLOW = 50.0
MONTH = 365.25 / 12
FIXED = ("hold", "cut_30", "remove", "liquidate")


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of each policy, by SKU: money today of the day of decision; `foretold` is what the recommended option promised."""

    fixed: dict[str, np.ndarray]
    ours: np.ndarray
    foretold: np.ndarray
    perfect: np.ndarray
    """the best single price cut or exit for each SKU, had demand and elasticity been known"""


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
    at the deadline goes by the better of removal and liquidation, under every policy. No policy sees anything after the day of decision.
    """
    from workbench.clearance import ClearanceParams, options, ways

    params = ClearanceParams(horizon_months=REPLAYED_MONTHS + 1, deadline_days=round(REPLAYED_MONTHS * MONTH) + 1)
    given = {name: tables[name] for name in options.GIVEN}
    rows = options._with_excess(given, params, as_of)
    rows = rows[(rows["location"] == "fba-us") & (rows["slow_risk"] >= SLOW) & rows[["price", "selling_fees_per_unit"]].notna().all(axis=1)]
    cases = next(iter(options._blocks(rows.reset_index(drop=True), given, params, as_of)))
    return _compared(cases[0], true_case(cases[0], truth, demand, as_of), ways.plans(cases[0], params), params)


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


def _compared(mean, true, plans, params) -> Replay:
    from workbench.clearance.branches import Plan, best_ending, ended, followed, leave, usual

    rate, n = params.capital_rate_month, len(mean.rows)
    now, last = np.zeros(n, dtype=int), np.full(n, REPLAYED_MONTHS)
    plain = mean.exits[:2]
    rest = np.where(plain[1].net >= plain[0].net, "liquidation", "removal").astype(object)

    def to_the_end(cut):
        path = followed(true, Plan(np.full(true.demand.shape, cut)))
        return np.fmax.reduce([leave(path, way, last).npv(rate) for way in plain])

    at_once = {way.name: (leave(usual(mean), way, now).npv(rate), leave(usual(true), way, now).npv(rate)) for way in mean.exits}
    told, got = [], []
    for name, plan in plans.items():
        if name in ("promotion", "outlet"):
            continue  # what ads bring is not in the truth, nor who is let into an Outlet deal
        ending = best_ending(mean, followed(mean, plan), rate)
        forced = replace(ending, month=np.minimum(ending.month, REPLAYED_MONTHS), name=np.where(ending.name == "", rest, ending.name))
        told.append(ending.cash.npv(rate))
        got.append(ended(true, followed(true, plan), forced).npv(rate))
    every_told = np.nan_to_num(np.stack([*told, *(pair[0] for pair in at_once.values())]), nan=-np.inf)
    pick = every_told.argmax(axis=0)
    fixed = dict(zip(FIXED, (to_the_end(0.0), to_the_end(0.3), at_once["removal"][1], at_once["liquidation"][1]), strict=True))
    known = [best_ending(true, followed(true, Plan(np.full(true.demand.shape, cut))), rate).cash.npv(rate) for cut in (0.0, *params.markdowns)]
    row = np.arange(n)
    perfect = np.fmax.reduce([*known, *fixed.values()])
    return Replay(fixed, np.stack([*got, *(pair[1] for pair in at_once.values())])[pick, row], every_told[pick, row], perfect)
