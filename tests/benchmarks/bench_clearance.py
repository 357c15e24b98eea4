"""Clearance held against the truth of made-up shops: oracles, elasticities, the recommended way out replayed, time."""

import datetime as dt
import statistics
import time
from collections.abc import Iterator

import clearance_shops as shops
import health_shops
import numpy as np
import pandas as pd
from bench_clearance_portfolio import portfolio_figures
from figures import Figure, measure

SEEDS = (7, 8, 9)
DIFFICULTIES = ("normal", "hard")
ERROR = {"normal": ("<= 0.30", "<= 0.20"), "hard": ("<= 0.50", "<= 0.35")}
BETTER = {"normal": ">= 0.15", "hard": ">= 0.08"}
SIZE = 2_000


def figures() -> Iterator[Figure]:
    """Return every number of the issue's table for the domain, and beside them what was lost where."""
    yield from speed()
    yield from portfolio_figures()
    yield from oracles()
    for difficulty in DIFFICULTIES:
        found, replays = zip(*(judged(seed, difficulty) for seed in SEEDS), strict=True)
        yield from answers(difficulty, pd.concat(found, ignore_index=True))
        yield from policies(difficulty, list(replays))


def judged(seed: int, difficulty: str) -> tuple[pd.DataFrame, shops.Replay]:
    """Return elasticities beside the true ones, and the replay, of one shop."""
    shop, demand = shops.imported(seed, difficulty)
    return scored(health_shops.computed(shop.tables, shop.as_of), shop.truth, demand, shop.as_of)


def scored(tables, truth: pd.DataFrame, demand: pd.DataFrame, as_of: dt.date) -> tuple[pd.DataFrame, shops.Replay]:
    """Return the same of tables that hold history and health."""
    return shops.elasticities(tables, truth, as_of), shops.replayed(tables, truth, demand, as_of)


def answers(difficulty: str, rows: pd.DataFrame) -> Iterator[Figure]:
    """Error and coverage of elasticities."""
    must, aim = ERROR[difficulty]
    error, told = (rows["elasticity"] - rows["true"]).abs(), rows["reason"].isna()
    inside = (rows["true"] >= rows["low"]) & (rows["true"] <= rows["high"])
    name = f"elasticity, {difficulty}, {len(rows):,} SKUs"
    yield _figure(f"{name}: median absolute error", float(error.median()), "ratio", must, aim)
    yield _figure(f"{name}: median absolute error where the SKU's own prices tell ({int(told.sum()):,})", float(error[told].median()), "ratio")
    yield _figure(f"{name}: share in the 90 % interval", float(inside.mean()), "share", ">= 0.85")
    yield _figure(f"{name}: the same, upper bar", float(inside.mean()), "share", "<= 0.95")
    flat = (rows["true"] - 2.0).abs()
    yield _figure(f"elasticity, {difficulty}: median absolute error of 2.0 for all", float(flat.median()), "ratio")


def policies(difficulty: str, found: list[shops.Replay]) -> Iterator[Figure]:
    """Money of every policy on true demand, and how much better the recommended one is than the best fixed one."""
    money = {name: sum(float(one.fixed[name].sum()) for one in found) for name in shops.FIXED}
    names = ("ours", "unraised", "raised", "once", "foretold", "perfect")
    ours, unraised, raised, once, foretold, perfect = (sum(float(getattr(one, name).sum()) for one in found) for name in names)
    best = max(money.values())
    for name, value in money.items():
        yield _figure(f"replay, {difficulty}: always {name.replace('_', ' ')}", value, "$")
    yield _figure(f"replay, {difficulty}: always 10 % more, none of the issue's fixed policies", raised, "$")
    rows = sum(len(one.ours) for one in found)
    yield _figure(f"replay, {difficulty}: recommended options of {rows:,} slow SKUs, decided anew every month", ours, "$")
    yield _figure(f"replay, {difficulty}: those of the first day, never looked at again", once, "$")
    yield _figure(f"replay, {difficulty}: what those promised", foretold, "$")
    yield _figure(f"replay, {difficulty}: recommended over the best fixed policy", (ours - best) / abs(best), "share", BETTER[difficulty])
    yield _figure(f"replay, {difficulty}: the first day's over the best fixed policy", (once - best) / abs(best), "share")
    yield _figure(f"replay, {difficulty}: recommended over the best fixed policy, were more never asked", (unraised - best) / abs(best), "share")
    name = f"replay, {difficulty}: the best single price or exit of each SKU, had all been known, over the best fixed policy"
    yield _figure(name, (perfect - best) / abs(best), "share")


def oracles() -> Iterator[Figure]:
    """Largest error against the published numbers of pricing, in their own last digits."""
    from workbench.clearance.pricing import clearing_price, markdown_recursion, markdown_value, monopoly_price

    closed = [(1, 1, 1.54304, 2.54304), (5, 1, 3.49620, 1.18657), (5, 2, 6.00040, 1.58915), (10, 1, 3.67729, 1.00317)]
    off = max(abs(got - want) for n, t, value, price in closed for got, want in zip(markdown_value(n, t, 10), (value, price), strict=True))
    recursion = max(abs(markdown_recursion(n, t, 10, 2.5e-5)[n] - markdown_value(n, t, 10)[0]) for n, t, *_ in closed[:2])
    prices = [(monopoly_price(6, 3), 9.0), (monopoly_price(6, 1.8), 13.5), (clearing_price(30, 40, 300, 5, 2), 24.49)]
    yield _figure("markdown under uncertainty, closed form, largest error of 8", off, "$", "<= 0.000005")
    yield _figure("markdown under uncertainty, recursion with steps of 2.5e-5, largest error of 2", recursion, "$", "<= 0.00003")
    yield _figure("monopoly and clear-by-date price, largest error of 3", max(abs(got - want) for got, want in prices), "$", "<= 0.005")


MADE = """
import datetime as dt
import numpy as np, pandas as pd
from workbench.clearance import ClearanceParams, compare
from workbench.tables import schema
rng, n, day = np.random.default_rng(1), {size}, dt.date(2026, 11, 1)
sku = [f"S{{k:05d}}" for k in range(n)]
hand, price = rng.integers(40, 400, n).astype(float), rng.uniform(15, 60, n).round(2)
health = {{"location": "fba-us", "currency": "USD", "on_hand": hand, "excess_units": np.floor(hand * 0.7), "daily_demand": rng.uniform(0.05, 1.0, n)}}
health |= {{"stock_value": hand * price * 0.25, "price": price, "selling_fees_per_unit": 0.15 * price + 5, "referral_share": 0.15}}
item = {{"size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5, "category": "Kitchen"}}
moved = {{"node": "fba-us", "date": day - dt.timedelta(days=200), "starting": 0.0, "receipts": hand, "ending": hand}}
given = {{"health": health, "items": item, "movements": moved}}
tables = {{name: schema.conform(name, pd.DataFrame({{"sku": sku, **rows}}).assign(known_at=pd.Timestamp(day))) for name, rows in given.items()}}
"""
COMPARED = "made = compare(tables, ClearanceParams(), day); extra = int(made['npv'].notna().sum())"


def speed() -> Iterator[Figure]:
    """CPU and memory of comparing the options of 2,000 slow SKUs on 1,000 demand paths."""
    from workbench.clearance.paths import PATHS

    runs = [measure(COMPARED, MADE.format(size=SIZE)) for _ in range(3)]
    name = f"{SIZE:,} slow SKUs x all options x {PATHS:,} demand paths: CPU"
    yield _figure(name, statistics.median(run["cpu"] for run in runs), "s", "<= 120", "<= 40")
    yield _figure(f"{SIZE:,} slow SKUs x all options: peak memory", max(run["peak_mb"] for run in runs), "MB")
    yield _figure("demand paths behind the 10-90 % range", PATHS, "paths", ">= 1000")


def _figure(name: str, value: float, unit: str, must: str | None = None, aim: str | None = None) -> Figure:
    return Figure(name, "clearance", float(np.float64(value)), unit, must, aim)


if __name__ == "__main__":
    started = time.perf_counter()
    for figure in figures():
        print(f"{time.perf_counter() - started:6.0f} s", figure.line(), flush=True)
