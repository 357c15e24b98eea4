"""Drivers that are tested: what searches are worth on drawn channels where sales follow them, and where they belong to other SKUs; what testing costs."""

import datetime as dt
import resource
import statistics
from collections.abc import Iterator

import numpy as np
import pandas as pd
from figures import Figure

from workbench.forecasting import ForecastParams, channel_drivers, forecast
from workbench.tables import schema

END = pd.Timestamp("2026-10-31")
SEEDS = (71, 72, 73)
SKUS, DAYS, AHEAD, LEAD = 100, 800, 28, 14
MANY = 500
PARAMS = ForecastParams(horizon_days=AHEAD, use_events=False)


def channel(seed: int, n: int = SKUS, lead: int = LEAD) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Return history, market with a weekly look at searches, and the true demand of the days ahead (n,): searches wander, sales follow so many days later."""
    rng, length = np.random.default_rng(seed), DAYS + AHEAD
    away = rng.normal(size=(n, length + 60))
    for t in range(1, away.shape[1]):
        away[:, t] = 0.966 * away[:, t - 1] + np.sqrt(1 - 0.966**2) * away[:, t]
    day = np.arange(length)
    season = np.exp(0.3 * np.sin(2 * np.pi * day / 365.25))
    size = 5 * np.exp(rng.normal(0, 0.5, (n, 1)))
    mean = size * season * (1 + 0.2 * (day % 7 == 5)) * np.exp(0.5 * away[:, 60 - lead : 60 - lead + length])
    dates = pd.date_range(end=END + pd.Timedelta(days=AHEAD), periods=length).as_unit("us")
    frame = pd.DataFrame({"sku": np.repeat([f"S{i:04d}" for i in range(n)], length), "channel": "shop", "date": np.tile(dates, n)})
    sold = frame.assign(demand=rng.poisson(mean).astype(float).ravel(), exposure=1.0, event="", promotion="", imputed=False)
    seen = frame.assign(search_volume=np.rint(900 * size * season * np.exp(away[:, 60:])).ravel())
    seen = seen[(seen["date"] <= END) & (seen["date"].dt.dayofweek == 5)]
    history = schema.conform("history", sold[sold["date"] <= END], lineage=False)
    return history, schema.conform("market", seen, lineage=False), mean[:, DAYS:].sum(1)


def figures() -> Iterator[Figure]:
    """Return errors of 28-day totals with over without, and what it costs to test a channel."""
    helped, shuffled = [], []
    for seed in SEEDS:
        history, market, truth = channel(seed)
        plain = _missed(forecast(history, PARAMS, END.date()), truth)
        names = np.sort(market["sku"].unique())
        other = market.assign(sku=market["sku"].map(dict(zip(names, np.roll(names, 7), strict=True))))
        helped.append(_missed(forecast(history, PARAMS, END.date(), market=market), truth) / plain)
        shuffled.append(_missed(forecast(history, PARAMS, END.date(), market=other), truth) / plain)
    yield Figure(
        "drawn channels, sales follow searches: error of 28-day totals with them over without",
        "forecasting",
        statistics.median(helped),
        "ratio",
        "<= 0.80",
    )
    yield Figure("the same with the searches of other SKUs (dropped)", "forecasting", max(shuffled), "ratio", "<= 1.00")
    yield Figure(f"testing rivals and five drivers, {MANY} SKUs x {DAYS} days: CPU a channel", "forecasting", _cost(), "s")


def _missed(made: pd.DataFrame, truth: np.ndarray) -> float:
    return float(np.abs(made.groupby("sku")["mean"].sum().to_numpy() - truth).sum())


def _cost() -> float:
    history, market, _ = channel(SEEDS[0], MANY)
    rng = np.random.default_rng(0)
    noise = {name: rng.uniform(1, 5, len(market)) for name in ("organic_rank", "best_seller_rank", "rating")}
    price = rng.choice([20.0, 18.0], len(market), p=[0.9, 0.1])
    market = market.assign(competitor_price=price, competitor_in_stock=(rng.random(len(market)) > 0.05).astype(float), **noise)
    channel_drivers(history, PARAMS, END.date(), "shop", {"market": market})  # compile
    return statistics.median(_once(history, market, END.date()) for _ in range(3))


def _once(history: pd.DataFrame, market: pd.DataFrame, as_of: dt.date) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    channel_drivers(history, PARAMS, as_of, "shop", {"market": market})
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
