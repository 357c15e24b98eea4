"""The portfolio of 2,000 slow SKUs: within its bound, and what it costs; used by bench_clearance."""

from collections.abc import Iterator

from figures import Figure, measure

SIZE = 2000
SEEDS = (7, 11, 23)
MADE = """
import datetime as dt
import numpy as np, pandas as pd
from workbench.clearance.limits import PortfolioParams
from workbench.clearance.portfolio import frontier, portfolio
from workbench.tables import schema

today, by = dt.date(2026, 11, 1), dt.date(2026, 12, 15)
ways = ["hold", "next_season", "markdown", "promotion", "outlet", "bundle", "removal", "transfer", "liquidation", "donation", "disposal", "supplier_return"]
draw, n, k = np.random.default_rng({seed}), {size}, len(ways)
units, price, pace = draw.integers(20, 400, n).astype(float), draw.uniform(5, 60, n), draw.uniform(1, 60, n)
lift = np.array([1, 1.1, 2.2, 3.0, 2.6, 1.8])
months = np.concatenate([units[:, None] / pace[:, None] / lift, np.ones((n, k - 6))], axis=1)
share = np.concatenate([draw.uniform(-0.1, 0.5, (n, 6)), draw.uniform(-0.15, 0.2, (n, k - 6))], axis=1)
npv = price[:, None] * units[:, None] * share
rows = pd.DataFrame({{"sku": np.repeat([f"S{{i:05d}}" for i in range(n)], k), "location": "fba-us", "option": np.tile(ways, n)}}).assign(
    units=np.repeat(units, k), units_per_month=(np.concatenate([pace[:, None] * lift, np.tile(units[:, None], k - 6)], axis=1)).ravel(),
    npv=npv.ravel(), cash_in=np.maximum(npv, 0).ravel() * 1.3, fees=(np.maximum(npv, 0) * 1.3 - npv).ravel(), currency="USD",
    recommended=(npv == npv.max(axis=1, keepdims=True)).ravel(), irrevocable=False, exit=None,
    end_date=pd.Timestamp(today) + pd.to_timedelta(np.round(months.ravel() * 30.4), unit="D"),
)
rows = schema.conform("clearance", rows, lineage=False)
items = pd.DataFrame({{"sku": rows["sku"].unique(), "volume_ft3": draw.uniform(0.05, 1.5, n)}})
tables = {{"clearance": rows, "items": items, "exchange_rates": schema.empty("exchange_rates")}}
free = portfolio(tables, PortfolioParams(cash=1, cash_by=by, space_ft3=1, space_by=by), today)
most = free.limits.set_index("limit")["most"]
reach = free.limits.set_index("limit")["reached"]
limits = dict(
    cash=float(reach["cash"] + 0.5 * (most["cash"] - reach["cash"])), cash_by=by, labour_hours=0.6 * float(free.chosen["labour_hours"].sum()),
    space_ft3=float(reach["space_ft3"] + 0.3 * (most["space_ft3"] - reach["space_ft3"])), space_by=by,
)
"""
SOLVED = """
found = portfolio(tables, PortfolioParams(**limits), today)
assert found.feasible and len(found.chosen) == {size}
extra = [found.gap, found.npv, found.bound]
"""
FRONTIER = "extra = len(frontier(tables, PortfolioParams(space_by=by), today))"


def portfolio_figures() -> Iterator[Figure]:
    """Return how far from its bound the choice for 2,000 SKUs x 12 options under cash, space and labour is, its CPU and that of the frontier."""
    runs = [measure(SOLVED.format(size=SIZE), MADE.format(seed=seed, size=SIZE)) for seed in SEEDS]
    name = f"portfolio of {SIZE:,} SKUs x 12 options under cash, space and labour"
    yield Figure(f"{name}: distance from its bound, worst of {len(SEEDS)}", "clearance", max(run["extra"][0] for run in runs), "share", "<= 0.01")
    yield Figure(f"{name}: CPU, worst of {len(SEEDS)}", "clearance", max(run["cpu"] for run in runs), "s", "<= 120", "<= 30")
    line = measure(FRONTIER, MADE.format(seed=SEEDS[0], size=SIZE))
    yield Figure(f"frontier of money against space, {line['extra']} points, {SIZE:,} SKUs: CPU", "clearance", line["cpu"], "s")
