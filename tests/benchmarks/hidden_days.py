"""Panels whose true demand is known, ways to hide some of it, and the simple ways to bring it back."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

SHOP_MONTHS = 24
RUN_DAYS = 10
BLEND_DAYS = 7
PROFILE = np.interp(np.arange(25), [0, 6, 8, 12, 14, 18, 20, 22, 24], [0, 0.06, 0.12, 0.35, 0.46, 0.68, 0.82, 0.94, 1.0])
PROFILE = np.diff(PROFILE).astype(np.float32)  # of the made-up shop


@dataclass(frozen=True)
class Panel:
    """Sales and time on sale of one channel (n, T), and the hours of a day (n, T, h) where they are known."""

    name: str
    sales: np.ndarray
    exposure: np.ndarray
    calendar: pd.DatetimeIndex
    hourly: np.ndarray | None = None
    open_hours: np.ndarray | None = None

    @property
    def full(self) -> np.ndarray:
        """Days on sale from first hour to last: there sales are demand."""
        return self.exposure >= 1


@dataclass(frozen=True)
class Law:
    """What a made-up shop's demand was drawn from: mean (n, T), size r of the negative binomial and share of days without any (n, 1)."""

    mean: np.ndarray
    size: np.ndarray
    nothing: np.ndarray

    def zero(self, on: np.ndarray) -> np.ndarray:
        """Return the chance of no demand on days (k,)."""
        mean, size, nothing = self._on(on)
        return nothing + (1 - nothing) * (size / (size + mean)) ** size

    def rest(self, on: np.ndarray, sold: np.ndarray, seen: np.ndarray) -> np.ndarray:
        """Return the demand expected of the unseen part of days (k,) that sold `sold` in the share `seen` of them."""
        mean, size, _ = self._on(on)
        return self._awake(on, sold, seen) * (1 - seen) * mean * (size + sold) / (size + seen * mean)

    def rest_zero(self, on: np.ndarray, sold: np.ndarray, seen: np.ndarray) -> np.ndarray:
        """Return the chance that the unseen part of days (k,) wanted nothing."""
        mean, size, _ = self._on(on)
        awake = self._awake(on, sold, seen)
        return 1 - awake + awake * ((size + seen * mean) / (size + mean)) ** (size + sold)

    def _awake(self, on: np.ndarray, sold: np.ndarray, seen: np.ndarray) -> np.ndarray:
        """Return the chance that a day is none of those without any demand."""
        mean, size, nothing = self._on(on)
        quiet = (1 - nothing) * (size / (size + seen * mean)) ** size
        return np.where(sold > 0, 1.0, quiet / (nothing + quiet))

    def _on(self, on: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        size, nothing = (np.broadcast_to(part, on.shape)[on] for part in (self.size, self.nothing))
        return self.mean[on] / (1 - nothing), size, nothing


def shop_panels(seed: int, difficulty: str, n_skus: int = 1_000) -> list[tuple[Panel, Law]]:
    """Return the channels of a made-up shop with its true exposure, each with the law that its demand was drawn from."""
    from workbench.datasets import truth
    from workbench.datasets.places import PLACES
    from workbench.datasets.world import make_world

    world = make_world(seed, n_skus, SHOP_MONTHS, difficulty)
    shown = world.calendar.shown
    live = (np.arange(world.calendar.length)[:, None] >= world.policy.launch)[shown].T
    sold = np.where(live, truth.sold_to_buyers(world)[shown].T, np.nan).astype(np.float32)
    share = np.where(live, truth.exposure(world)[shown].T, np.nan).astype(np.float32)
    days = pd.DatetimeIndex(world.calendar.dates[shown])
    drawn, rows_of = world.demand, [(place, world.offers_of(place)) for place in PLACES]
    parts = drawn.mean[shown].T.astype(np.float32), drawn.dispersion[:, None], drawn.zero_share[:, None]
    return [(Panel(place.channel, sold[rows], share[rows], days), Law(*(part[rows] for part in parts))) for place, rows in rows_of if len(rows)]


def drawn_panel(seed: int, units_a_day: float, n: int = 1_000, length: int = 500) -> tuple[Panel, Law]:
    """Return series that nothing here was made for: a wandering level, weekdays, a season of the year, and their law.

    Levels are spread over the series as exp(normal); days are negative binomial with the variance mean + mean^2 / 4.
    """
    rng, days = np.random.default_rng(seed), np.arange(length)
    level = units_a_day * np.exp(rng.normal(0, 1, (n, 1)) + np.cumsum(rng.normal(0, 0.02, (n, length)), 1))
    weekday = np.exp(rng.normal(0, 0.25, 7) + rng.normal(0, 0.1, (n, 7)))[:, days % 7]
    season = np.exp(0.3 * np.sin(2 * np.pi * (days / 365 + rng.choice([0.0, 0.2, 0.5], (n, 1)))))
    mean, size = level * weekday * season, np.full((n, 1), 4.0)
    sold = rng.negative_binomial(size, size / (size + mean)).astype(np.float32)
    law = Law(mean.astype(np.float32), size, np.zeros((n, 1)))
    return Panel("drawn", sold, np.ones_like(sold), pd.date_range("2024-01-01", periods=length)), law


def real_panel(shared: Path) -> Panel:
    """Return the 3,000 series of FreshRetailNet: exposure is the share of the hours from 6 to 22 in stock."""
    daily = pd.read_parquet(shared / "freshretailnet" / "daily.parquet", columns=["dt", "sale_amount", "stock_hour6_22_cnt", "stockout_bits"])
    hours = pd.read_parquet(shared / "freshretailnet" / "hourly_sale_milliunits.parquet")
    hourly = hours[[f"h{hour:02d}" for hour in range(24)]].to_numpy(np.float32).reshape(3000, 90, 24) / 1000
    gone = (daily["stockout_bits"].to_numpy().reshape(3000, 90, 1) >> np.arange(24)) & 1
    share = 1 - daily["stock_hour6_22_cnt"].to_numpy(np.float32).reshape(3000, 90) / 16
    sales = daily["sale_amount"].to_numpy(np.float32).reshape(3000, 90)
    return Panel("freshretailnet", sales, share, pd.DatetimeIndex(daily["dt"].iloc[:90]), hourly, gone == 0)


def hidden_whole(panel: Panel, share: float, run: int, rng: np.random.Generator) -> np.ndarray:
    """Return which full days are hidden (n, T): single days or runs of them, whatever lies between."""
    n, length = panel.sales.shape
    starts = np.repeat(rng.random((n, -(-length // run) + 1)) < share, run, axis=1)
    offset = rng.integers(0, run, n)
    return starts[np.arange(n)[:, None], offset[:, None] + np.arange(length)] & panel.full


def thinned(panel: Panel, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which full days are cut (n, T), what sold on them in the hours left, and their share of the day.

    Real hours are taken away where there are any; else each unit is lost with the chance that its hour was not on sale.
    """
    cut = panel.full & (rng.random(panel.sales.shape) < share)
    open_hour = rng.random((*cut.shape, 24), dtype=np.float32) < rng.uniform(0.15, 0.9, (*cut.shape, 1))
    if panel.hourly is None:
        seen = np.where(cut, open_hour @ PROFILE, panel.exposure).astype(np.float32)
        kept = rng.binomial(np.nan_to_num(panel.sales).astype(int), np.where(cut, seen, 1.0))
        return cut, np.where(np.isnan(panel.sales), np.nan, kept).astype(np.float32), seen
    sold = np.where(cut, (panel.hourly * open_hour).sum(2), panel.sales)
    return cut, sold.astype(np.float32), np.where(cut, open_hour[..., 6:22].mean(2), panel.exposure).astype(np.float32)


def dropped(sales: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return each series' mean of its seen days on all days (n, T): what dropping the others means."""
    mean = np.where(seen, sales, 0).sum(1) / np.maximum(seen.sum(1), 1)
    return np.broadcast_to(mean[:, None], sales.shape)


def blended(sales: np.ndarray, seen: np.ndarray, days: int = BLEND_DAYS) -> np.ndarray:
    """Return the linear blend of the means of the last and of the next `days` seen days (n, T), by place in the gap."""
    before, since = _last_mean(sales, seen, days)
    after, until = (part[:, ::-1] for part in _last_mean(sales[:, ::-1], seen[:, ::-1], days))
    weight = until / (since + until)
    both = weight * np.nan_to_num(before) + (1 - weight) * np.nan_to_num(after)
    one = np.where(np.isnan(before), after, np.where(np.isnan(after), before, both))
    return np.where(np.isnan(one), 0, one)


def _last_mean(sales: np.ndarray, seen: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the last `days` seen days before each day, and how long ago the last one was."""
    n, length = sales.shape
    mean, since = np.full((n, length), np.nan), np.ones((n, length))
    total = np.concatenate([np.zeros((n, 1)), np.cumsum(np.where(seen, np.nan_to_num(sales), 0), 1)], 1)
    count = np.concatenate([np.zeros((n, 1), int), np.cumsum(seen, 1)], 1)
    last = np.maximum.accumulate(np.where(seen, np.arange(length), -1), 1)
    for i in range(n):
        sums = total[i, np.concatenate([[0], np.flatnonzero(seen[i]) + 1])]
        told = count[i, :-1]
        have = told > 0
        mean[i, have] = (sums[told] - sums[np.maximum(told - days, 0)])[have] / np.minimum(told, days)[have]
        since[i, 1:] = np.arange(1, length) - last[i, :-1]
    return mean, since


def sales_of(world) -> tuple[pd.DataFrame, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Return table sales as the order lines of a made-up shop tell it, an offer a SKU; the days of promotions (n, T); and where there were sales."""
    from workbench.datasets import truth

    shown, prices = world.calendar.shown, world.prices
    sold = truth.sold_to_buyers(world)[shown]
    day, offer = np.nonzero(sold)
    at = day + shown.start, offer
    units = sold[day, offer].astype(float)
    frame = {
        "sku": pd.array([f"{o:06d}" for o in offer], dtype="str"),
        "channel": pd.array(["amazon-us"] * len(offer), dtype="str"),
        "date": world.calendar.dates[at[0]].astype("datetime64[us]"),
        "units": units,
        "discount": np.rint(prices.asked[at] * prices.coupon[at]) / 100 * units,
        "price": prices.charged[at] / 100,
    }
    return pd.DataFrame(frame), ((prices.cut + prices.coupon) > 0)[shown].T, (offer, day)


def prices_of(world) -> pd.DataFrame:
    """Return table listings as a planning report of every day tells it: the price at which each SKU of `sales_of` could be bought."""
    shown = world.calendar.shown
    charged = world.prices.charged[shown].T / 100
    offer, day = (part.ravel() for part in np.indices(charged.shape))
    frame = {
        "sku": pd.Categorical.from_codes(offer, [f"{o:06d}" for o in range(len(charged))]).astype("str"),
        "channel": "amazon-us",
        "date": world.calendar.dates[shown][day].astype("datetime64[us]"),
        "price": charged.ravel(),
        "status": "active",
    }
    return pd.DataFrame(frame)


def spans(found: pd.DataFrame, world) -> np.ndarray:
    """Return the days of found promotions (n, T) of a shop whose SKUs are named by `sales_of`."""
    shown = world.calendar.shown
    on = np.zeros((world.demand.mean.shape[1], shown.stop - shown.start), bool)
    origin = world.calendar.dates[shown.start]
    first, last = ((found[name].to_numpy().astype("datetime64[D]") - origin).astype(int) for name in ("likely_start", "likely_end"))
    first = np.maximum(first, 0)
    for row, begin, end in zip(found["sku"].astype(int), first, last, strict=True):
        on[row, begin : end + 1] = True
    return on


def with_a_sale(world, sold: np.ndarray) -> np.ndarray:
    """Return the days (n, T) of those promotions that sold anything: the others left no trace in any report."""
    shown, found = world.calendar.shown, np.zeros_like(sold)
    first, end = (np.clip(world.prices.promotions[name].to_numpy() - shown.start, 0, None) for name in ("start", "end"))
    for row, begin, last in zip(world.prices.promotions["offer"], first, end, strict=True):
        found[row, begin : last + 1] = sold[row, begin : last + 1].any()
    return found
