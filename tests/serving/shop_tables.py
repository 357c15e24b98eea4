"""Small canonical tables of a made-up shop, for pages: written by hand rules, every number can be recomputed."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.tables import schema

AS_OF = dt.date(2026, 11, 22)
NODES = {"fba-us": ("FBA US", "USD", "amazon-us"), "fba-uk": ("FBA UK", "GBP", "amazon-uk"), "3pl-us": ("3PL New Jersey", "USD", "shop")}
KINDS, MARKETS = ["fba", "fba", "3pl"], ["US", "UK", "US"]
GOODS = ("Ceramic mug 350 ml", "Bamboo cutting board, large, with juice groove and handles", "LED desk lamp", "Yoga mat 6 mm", "Dog leash", "Garlic press")


def shop_tables(n_skus: int = 24, days: int = 200, horizon: int = 90, seed: int = 7) -> dict[str, pd.DataFrame]:
    """Return tables of a shop whose last day of sales is the day before AS_OF; amounts of FBA UK are in pounds."""
    rng = np.random.default_rng(seed)
    skus = [f"WB-{i:03d}" for i in range(n_skus)]
    positions = pd.DataFrame([(sku, node) for sku in skus for node in NODES], columns=["sku", "location"])
    health = _health(positions, rng)
    tables = {
        "items": pd.DataFrame({"sku": skus, "title": [GOODS[i % len(GOODS)] for i in range(n_skus)]}),
        "nodes": pd.DataFrame({"node": list(NODES), "name": [name for name, _, _ in NODES.values()], "kind": KINDS, "marketplace": MARKETS}),
        "exchange_rates": pd.DataFrame(
            {"date": pd.to_datetime(["2026-10-01", "2026-11-20", "2026-11-30"]), "currency": "GBP", "base": "USD", "rate": [1.2, 1.25, 9.0]}
        ),
        "health": health,
        "plan": _plan(positions, rng),
        "clearance": _clearance(health, rng),
        "alerts": _alerts(health),
        **_demand(skus, days, horizon, rng),
    }
    return {name: schema.conform(name, table, lineage=False) for name, table in tables.items()}


def _currency(locations: pd.Series) -> pd.Series:
    return locations.map({node: currency for node, (_, currency, _) in NODES.items()})


def _health(positions: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = len(positions)
    made = positions.assign(on_hand=rng.integers(0, 900, n).astype(float), daily_demand=rng.gamma(2.0, 2.0, n), currency=_currency(positions["location"]))
    cost = rng.uniform(2, 30, n)
    ages = rng.dirichlet([6, 3, 2, 1, 0.7], n) * made["on_hand"].to_numpy()[:, None]
    for tier, column in enumerate(("age_0_90", "age_91_180", "age_181_270", "age_271_365", "age_366_plus")):
        made[column] = ages[:, tier]
    made["daily_sales"] = made["daily_demand"] * 0.9
    made["cover_days"] = made["on_hand"] / made["daily_demand"]
    made["stock_value"] = made["on_hand"] * cost
    made["excess_units"] = (made["on_hand"] - 90 * made["daily_demand"]).clip(lower=0)
    made["excess_value"] = made["excess_units"] * cost
    made["storage_month"], made["surcharge_month"] = made["on_hand"] * 0.1, made["age_366_plus"] * 0.5
    made["margin_per_unit"] = rng.uniform(-1, 12, n)
    made["lost_margin_30"] = (30 * made["daily_demand"] - made["on_hand"]).clip(lower=0) * made["margin_per_unit"].clip(lower=0)
    made["score"] = rng.uniform(5, 100, n)
    made["light"] = np.select([made["score"] < 40, made["score"] < 70], ["red", "amber"], "green")
    made.loc[made.index[-2:], ["light", "stock_value", "score"]] = ["grey", np.nan, np.nan]
    made["reason"], made["reason_value"], made["reason_limit"] = "cover_above", made["cover_days"], 90.0
    return made


def _plan(positions: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    n = len(positions)
    units = rng.integers(0, 4, n) * 48.0
    date = pd.Timestamp(AS_OF) + pd.to_timedelta(rng.integers(-1, 30, n), unit="D")
    return positions.assign(order_units=units, order_date=date, order_value=units * 6.5, currency=_currency(positions["location"]))


def _clearance(health: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    slow = health[health["excess_units"] > 0][["sku", "location", "excess_units", "currency"]]
    made = pd.concat([slow.assign(option=option, npv=slow["excess_units"] * rng.uniform(0, 6, len(slow))) for option in ("hold", "markdown", "removal")])
    best = made.groupby(["sku", "location"])["npv"].transform("max")
    made = made.assign(recommended=made["npv"] == best, irrevocable=made["option"] == "removal", units=made["excess_units"])
    made = made.assign(npv_low=made["npv"] * 0.8, npv_high=made["npv"] * 1.2, fees=made["units"] * 0.6, end_date=pd.Timestamp("2027-02-01"))
    return made.reset_index(drop=True)


def _alerts(health: pd.DataFrame) -> pd.DataFrame:
    short = health[health["lost_margin_30"] > 0].assign(kind="stockout", level="risk", money_at_stake=lambda f: f["lost_margin_30"], reason="runs_out")
    slow = health[health["excess_value"] > 2000].assign(kind="excess", level="slow", money_at_stake=lambda f: f["excess_value"], reason="excess_costs")
    both = pd.concat([short, slow], ignore_index=True).rename(columns={"excess_units": "units"})
    both["action"] = both["kind"].map({"stockout": "order_now", "excess": "mark_down"})
    both["evidence"], both["due_date"] = "health", pd.Timestamp(AS_OF) + pd.Timedelta(days=3)
    both.loc[both.index[0], "money_at_stake"] = np.nan
    return both


def _demand(skus: list[str], days: int, horizon: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    last = pd.Timestamp(AS_OF) - pd.Timedelta(days=1)
    pairs = pd.DataFrame([(sku, channel) for sku in skus for _, _, channel in NODES.values()], columns=["sku", "channel"])
    past = pairs.merge(pd.DataFrame({"date": pd.date_range(last - pd.Timedelta(days=days - 1), last)}), how="cross")
    season = 1 + 0.3 * np.sin(past["date"].dt.dayofyear / 29)
    past["demand"] = rng.poisson(3 * season).astype(float)
    past["exposure"] = np.where(rng.random(len(past)) < 0.08, 0.0, 1.0)
    past["censored"] = past["exposure"] < 1
    past["imputed"] = past["censored"]
    past["units"] = past["demand"] * past["exposure"]
    ahead = pairs.merge(pd.DataFrame({"date": pd.date_range(last + pd.Timedelta(days=1), periods=horizon)}), how="cross")
    ahead["cutoff"], ahead["mean"] = last, 3.3 * (1 + 0.3 * np.sin(ahead["date"].dt.dayofyear / 29))
    ahead["model"] = np.where(ahead["sku"].str[-1].isin(["1", "2"]), "croston", "seasonal smoothing")
    return {"history": past, "forecast": ahead}
