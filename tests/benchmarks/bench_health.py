"""Health held against the truth of made-up shops: slow stock ahead, causes, ages and fees, the score, time and memory."""

import datetime as dt
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import health_shops as shops
import numpy as np
import pandas as pd
from figures import Figure, measure

SEEDS = (7, 11, 23)
DIFFICULTIES = ("normal", "hard")
AHEAD = {"normal": (">= 0.80", ">= 0.90"), "hard": (">= 0.65", ">= 0.75")}
RIGHT = {"normal": (">= 0.85", ">= 0.95"), "hard": (">= 0.70", ">= 0.80")}
WATCHED = ("competition", "listing", "quality")
"""Causes that only the market table of a channel can show; the made-up shop has it for amazon-us alone."""
PRICE_ROSE = np.log(1.1)
SIZE = 10_000


POOL = "fba-us"
"""The pool whose rate card is known: the made-up charges of the others follow no published table."""
CHARGED_FROM = (181, 211, 241, 271, 301, 331, 366, 456)


class Buckets(NamedTuple):
    """Reported age buckets that first in first out does not give, of how many, and those at places without a ledger."""

    wrong: int
    every: int
    untold: int


class Charges(NamedTuple):
    """Lines that were recomputed and the largest error of each kind, in dollars."""

    storage_lines: int
    storage_off: float
    aged_lines: int
    aged_off: float


class Judged(NamedTuple):
    """Health as said 60 days ago and today beside the truth, buckets and charges of one shop."""

    before: pd.DataFrame
    now: pd.DataFrame
    buckets: Buckets
    charges: Charges


def figures() -> Iterator[Figure]:
    """Return every number of the issue's table, and beside them what a cover on the plain forecast would have said."""
    yield from speed()  # first: the peak of a child counts that of a parent which holds shops
    for difficulty in DIFFICULTIES:
        every = [judged(shops.imported(seed, difficulty)) for seed in SEEDS]
        yield from ahead(difficulty, pd.concat([found.before for found in every], ignore_index=True))
        now = pd.concat([found.now for found in every], ignore_index=True)
        yield from today(difficulty, now)
        yield from attribution(difficulty, now)
        yield from ages(difficulty, [found.buckets for found in every])
        yield from charged(difficulty, [found.charges for found in every])
        yield from accounts(difficulty, now)
    yield from fees_to_the_cent()


def judged(shop: shops.Shop) -> Judged:
    """Return health beside the truth as said 60 days ago and today, and how ages and fees agree with the shop's reports."""
    past = shops.as_it_stood(shop)
    before, after = shops.computed(past.tables, past.as_of), shops.computed(shop.tables, shop.as_of)
    on_sale = ~(shop.truth["launch_date"] >= pd.Timestamp(past.as_of))
    said = _beside(before["health"], shop.truth.assign(on_sale=on_sale))
    return Judged(said, _beside(after["health"], shop.truth), different_buckets(shop.tables), recomputed(shop.tables))


def _beside(health: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    return truth.merge(health, on=["sku", "location"], how="left", suffixes=("_true", ""))


def ahead(difficulty: str, rows: pd.DataFrame) -> Iterator[Figure]:
    """Precision and recall of slow stock 60 days ahead: those on sale when it was said; beside it all, and the plain forecast."""
    must, aim = AHEAD[difficulty]
    name = f"slow in 60 days, {difficulty}"
    said = rows["slow_risk_ahead"] >= _limit()
    yield from _both(f"{name}, SKUs and places on sale when it was said ({int(rows['on_sale'].sum()):,})", rows[rows["on_sale"]], said, must, aim)
    yield from _both(f"{name}, with those launched since ({len(rows):,})", rows, said)
    plain = (rows["on_hand"] - 60 * rows["daily_demand"]).clip(lower=0) > 180 * rows["daily_demand"]
    yield from _both(f"{name}, by the mean of the forecast and what is on hand", rows[rows["on_sale"]], plain)


def today(difficulty: str, rows: pd.DataFrame) -> Iterator[Figure]:
    """Precision and recall of slow stock today."""
    yield from _both(f"slow today, {difficulty}", rows, rows["slow_risk"] >= _limit())


def _limit() -> float:
    """The slow risk from which a SKU is called slow, as a seller finds it set."""
    from workbench.health import HealthParams

    return HealthParams().slow_risk_limit


def _both(name: str, rows: pd.DataFrame, said: pd.Series, must: str | None = None, aim: str | None = None) -> Iterator[Figure]:
    true, told = rows["slow"].astype(bool), said[rows.index].astype(bool)
    yield _figure(f"{name}: precision", float((true & told).sum() / told.sum()), "share", must, aim)
    yield _figure(f"{name}: recall", float((true & told).sum() / true.sum()), "share", must, aim)


def attribution(difficulty: str, rows: pd.DataFrame) -> Iterator[Figure]:
    """Share of root causes that are right where the data contain them, and of "cannot tell" where they do not."""
    must, aim = RIGHT[difficulty]
    slow = rows[rows["slow"].astype(bool)]
    wanted, said = slow["cause_true"].replace({"oversupply": "supply"}), slow["cause"]
    blind = wanted.isin(WATCHED) & (slow["channel"] != "amazon-us")
    unmoved = (wanted == "price") & ~(slow["price_rise"] >= PRICE_ROSE)
    shown = ~blind & ~unmoved
    right = said == wanted
    yield _figure(f"root cause right where the data contain it, {difficulty} ({int(shown.sum()):,})", float(right[shown].mean()), "share", must, aim)
    yield _figure(f'"cannot tell" where they do not, {difficulty} ({int(blind.sum()):,})', float((said == "cannot_tell")[blind].mean()), "share", must, aim)
    for cause in sorted(wanted[shown].unique()):
        of = shown & (wanted == cause)
        yield _figure(f"of these, cause {cause}, {difficulty} ({int(of.sum()):,})", float(right[of].mean()), "share")
    yield _figure(f"price blamed though it hardly rose, left out, {difficulty}", int(unmoved.sum()), "rows")


def different_buckets(tables: Mapping[str, pd.DataFrame]) -> Buckets:
    """Return how the age buckets of the newest day compare with first in first out from the ledger, at places that have a ledger."""
    reported = tables["stock_age"]
    reported = reported[reported["date"] == reported["date"].max()]
    moved = _ledger(tables, reported["date"].max())
    told = reported["node"].isin(moved["node"].unique())
    return Buckets(_wrong(moved, reported[told], reported["date"].max()), int(told.sum()), int((~told).sum()))


def _ledger(tables: Mapping[str, pd.DataFrame], day: pd.Timestamp) -> pd.DataFrame:
    moved = tables["movements"]
    return moved[moved["date"] <= day].drop(columns="known_at")  # the ledger of that day came a day later


def _wrong(moved: pd.DataFrame, reported: pd.DataFrame, day: pd.Timestamp) -> int:
    from workbench import stock

    layers = stock.layers(moved, day.date()).set_index(["sku", "location"]).sort_index()
    groups = {key: (part["age_days"].to_numpy(), part["units"].to_numpy()) for key, part in layers.groupby(level=[0, 1])}
    wrong = 0
    for row in reported.itertuples():
        age, units = groups.get((row.sku, row.node), (np.zeros(0), np.zeros(0)))
        last = row.age_to_days if row.age_to_days == row.age_to_days else np.inf
        wrong += int(abs(units[(age >= row.age_from_days) & (age <= last)].sum() - row.units) > 1e-6)
    return wrong


def ages(difficulty: str, found: list[Buckets]) -> Iterator[Figure]:
    """Age buckets of the planning reports against FIFO layers from the ledger."""
    wrong, every, untold = (sum(getattr(part, name) for part in found) for name in ("wrong", "every", "untold"))
    name = f"FIFO layers against inv-age buckets, {difficulty}: buckets that differ, of {every:,} at places with a ledger"
    yield _figure(name, wrong, "buckets", "<= 0")
    yield _figure(f"buckets at places that the shop has no ledger of, {difficulty}, left out", untold, "buckets")


def charged(difficulty: str, found: list[Charges]) -> Iterator[Figure]:
    """Storage and aged inventory surcharge of the American pool, recomputed line by line, against what its reports say."""
    lines, off = sum(part.storage_lines for part in found), max(part.storage_off for part in found)
    yield _figure(f"storage fees against the reports' charges, {difficulty}: largest error of {lines:,} lines", off, "$", "<= 0.005")
    lines, off = sum(part.aged_lines for part in found), max(part.aged_off for part in found)
    yield _figure(f"aged inventory surcharge on FIFO layers against the reports' estimates, {difficulty}: largest error of {lines:,}", off, "$", "<= 0.005")


def recomputed(tables: Mapping[str, pd.DataFrame]) -> Charges:
    """Return the largest errors of storage fees by the reported volume, and of the surcharge by the ledger's own layers."""
    from workbench import fees

    items = tables["items"].drop_duplicates("sku").set_index("sku")
    lines = tables["fees_charged"]
    lines = lines[(lines["kind"] == "storage") & (lines["node"] == POOL)]
    own = fees.storage_month(1.0, lines["volume_ft3"].to_numpy(), lines["date"].dt.date.to_numpy(), "US", lines["sku"].map(items["size_tier"]).to_numpy())
    aged = _surcharges(tables, items)
    return Charges(len(lines), float(np.abs(own - lines["amount"]).max()), len(aged), float(np.abs(aged["own"] - aged["surcharge_estimated"]).max()))


def _surcharges(tables: Mapping[str, pd.DataFrame], items: pd.DataFrame) -> pd.DataFrame:
    """What each reported bucket from 181 days on is estimated to cost, beside the surcharge of our own layers by finer tier."""
    from workbench import fees, stock

    told = tables["stock_age"]
    day = told["date"].max()
    told = told[(told["date"] == day) & (told["node"] == POOL) & (told["age_from_days"] >= CHARGED_FROM[0])]
    lying = stock.layers(_ledger(tables, day), day.date())
    lying = lying[(lying["location"] == POOL) & (lying["age_days"] >= CHARGED_FROM[0])]
    first, buckets = np.array(CHARGED_FROM), np.sort(told["age_from_days"].unique())
    tier = first[np.searchsorted(first, lying["age_days"], side="right") - 1]
    by_tier = lying.assign(tier=tier).groupby(["sku", "tier"], as_index=False)["units"].sum()
    volume, category = (by_tier["sku"].map(items[name]).to_numpy() for name in ("volume_ft3", "category"))
    own = fees.aged_surcharge(by_tier["units"].to_numpy(), by_tier["tier"].to_numpy(), volume, day.date(), "US", category)
    bucket = buckets[np.searchsorted(buckets, by_tier["tier"], side="right") - 1]
    sums = by_tier.assign(own=own, age_from_days=bucket).groupby(["sku", "age_from_days"], as_index=False)["own"].sum()
    return told.merge(sums, on=["sku", "age_from_days"], how="left").fillna({"own": 0.0, "surcharge_estimated": 0.0})


def accounts(difficulty: str, rows: pd.DataFrame) -> Iterator[Figure]:
    """Whether the parts of every score add up, and the shares of every cause."""
    losses = rows[[f"loss_{part}" for part in ("cover", "excess", "age", "storage", "stockout")]].sum(axis=1)
    yield _figure(f"score plus points lost less 100, largest, {difficulty}", float((rows["score"] + losses - 100).abs().max()), "points", "<= 1e-09")
    shares = rows[[name for name in rows if name.startswith("cause_") and name not in ("cause_true", "cause_date")]]
    total = shares.sum(axis=1)[shares.notna().any(axis=1)]
    yield _figure(f"shares of causes less 1, largest, {difficulty}", float((total - 1).abs().max()), "share", "<= 1e-09")


def fees_to_the_cent() -> Iterator[Figure]:
    """Largest error of storage and aged inventory surcharge against the published amounts of `amazon.md`."""
    from workbench import fees

    storage = [(100, 0.05, dt.date(2026, 6, 1), 3.90), (1, 1.0, dt.date(2026, 6, 1), 0.78), (1, 1.0, dt.date(2026, 11, 1), 2.40)]
    off = max(abs(float(fees.storage_month(volume, units, day, "US", "small_standard")) - money) for units, volume, day, money in storage)
    old = zip((181, 211, 241, 271, 301, 331, 366), (0.15, 0.30, 0.45, 1.14, 1.20, 1.26, 2.07), strict=True)
    aged = [(age, 10, 0.03, dt.date(2023, 6, 15), money) for age, money in old]
    for volume, amounts in ((0.14, (0.07, 0.14, 0.21, 0.763, 0.798, 0.826, 0.966, 1.106)), (0.02, (0.01, 0.02, 0.03, 0.109, 0.114, 0.118, 0.30, 0.35))):
        aged += [(age, 100, volume, dt.date(2026, 6, 15), 100 * money) for age, money in zip((181, 211, 241, 271, 301, 331, 366, 456), amounts, strict=True)]
    aged_off = max(abs(float(fees.aged_surcharge(units, age, volume, day, "US")) - money) for age, units, volume, day, money in aged)
    yield _figure(f"storage fees against published amounts, largest error of {len(storage)}", off, "$", "<= 0.005")
    yield _figure(f"aged inventory surcharge against published amounts, largest error of {len(aged)}", aged_off, "$", "<= 0.005")


MADE = """
import datetime as dt, pathlib
from workbench import datasets, pipeline, replenishment
from workbench.tables import TABLES, schema
made = datasets.make_tables(seed=3, n_skus={size}, days=365)
day = dt.date(2026, 11, 1)
tables = {{name: made.get(name, schema.empty(name)) for name in TABLES}}
for name in ("cleaning", "forecast"):
    tables |= pipeline.STEPS[name].run(tables, pipeline.STEPS[name].params(), day)
tables["plan"] = replenishment.plan(tables, pipeline.HealthParams(), day)
for name, table in tables.items():
    table.to_parquet(pathlib.Path({place!r}) / (name + ".parquet"))
"""
READ = """
import datetime as dt, pathlib
import pandas as pd
from workbench import health, pipeline
from workbench.health.assessment import GIVEN
tables = {{name: pd.read_parquet(pathlib.Path({place!r}) / (name + ".parquet"), columns=health.READS.get(name)) for name in GIVEN}}
"""
SCORED = "assert len(health.score(tables, pipeline.HealthParams(), dt.date(2026, 11, 1))) == {size}"


def speed() -> Iterator[Figure]:
    """CPU and peak memory of scoring 10,000 SKUs, and of sorting and filtering as many rows as the screen does."""
    with tempfile.TemporaryDirectory() as place:
        measure(MADE.format(size=SIZE, place=place))
        runs = [measure(SCORED.format(size=SIZE), READ.format(place=place)) for _ in range(3)]
    yield _figure(f"{SIZE:,} SKUs scored: CPU", statistics.median(run["cpu"] for run in runs), "s", "<= 10", "<= 3")
    yield _figure(f"{SIZE:,} SKUs scored: peak memory, tables included", max(run["peak_mb"] for run in runs), "MB", "<= 1000")
    yield from grid()


def grid() -> Iterator[Figure]:
    """Server CPU of one sort, one search and one filter of 10,000 rows of the health table, a page of 50 back."""
    from workbench.tables import schema
    from workbench.ui.rows import Query, Rows

    rng = np.random.default_rng(1)
    numbers = {c.name: rng.uniform(0, 100, SIZE) for c in schema.columns("health") if c.kind == "number"}
    frame = schema.conform("health", pd.DataFrame({"sku": [f"SKU-{k:05d}" for k in range(SIZE)], "location": "fba-us", **numbers}), lineage=False)
    frame["light"] = rng.choice(["red", "amber", "green"], SIZE)
    rows = Rows(frame, key=("sku", "location"))
    asked = {
        "sort": Query(sort=[("score", "asc")]),
        "search": Query(search="sku-012"),
        "filter": Query(filters={"light": {"in": ["red"]}, "slow_risk": {"min": 50}}, sort=[("prescription_value", "desc")]),
    }
    for name, query in asked.items():
        used = []
        for _ in range(9):
            before = _cpu()
            rows.page(query, list(frame.columns))
            used.append(1000 * (_cpu() - before))
        yield _figure(f"{name} of {SIZE:,} rows: server CPU", statistics.median(used), "ms", "<= 300", "<= 100")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _figure(name: str, value: float, unit: str, must: str | None = None, aim: str | None = None) -> Figure:
    return Figure(name, "health", float(value), unit, must, aim)


if __name__ == "__main__":
    started = time.perf_counter()
    for figure in figures():
        print(f"{time.perf_counter() - started:6.0f} s", figure.line(), flush=True)
