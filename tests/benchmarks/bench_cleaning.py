"""Cleaning held against demand that is known: hidden days, cut days, training, tags, spikes, time and memory."""

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hidden_days as hidden
import numpy as np
from figures import Figure, measure

SEEDS = (1, 2, 3)
DIFFICULTIES = ("normal", "hard")
ORIGINS = (48, 55, 62, 69, 76, 83)
HORIZON = 7
SHARED = Path(os.environ.get("WORKBENCH_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
SIZES = (1_000, 10_000, 100_000)
DAYS = 730


def figures() -> Iterator[Figure]:
    """Return every number of the table in docs/cleaning.md, the naive one beside it."""
    for difficulty in DIFFICULTIES:
        panels, means = zip(*(pair for seed in SEEDS for pair in hidden.shop_panels(seed, difficulty)), strict=True)
        yield from whole_days(f"make_shop {difficulty}", panels, means)
        yield from cut_days(f"make_shop {difficulty}", panels)
        del panels, means
        yield from tags(difficulty)
    yield from seasons()
    if SHARED.exists():
        real = hidden.real_panel(SHARED)
        yield from whole_days("FreshRetailNet", [real], None)
        yield from cut_days("FreshRetailNet", [real])
        yield from training(real)
    yield from speed()


def whole_days(name: str, panels, means) -> Iterator[Figure]:
    """Hide full days whole: 10, 30, 50 % of days, single days and runs of ten."""
    from workbench.cleaning import recover_demand

    real, worst = means is None, []
    for run in (1, hidden.RUN_DAYS):
        for share in (0.1, 0.3, 0.5):
            rng = np.random.default_rng(7)
            total = dict.fromkeys(
                ("truth", "ours", "drop", "blend", "true_mean", "demand", "held", "days", "loose", "loose_held", "drop_sum", "blend_sum"), 0.0
            )
            for k, panel in enumerate(panels):
                gone = hidden.hidden_whole(panel, share, run, rng)
                demand, low, high = recover_demand(np.where(gone, 0, panel.sales), np.where(gone, 0, panel.exposure), panel.calendar)
                _add(total, panel, gone, demand, low, high, None if real else means[k])
            yield from _whole(f"{name}, {share:.0%} of full days hidden, {'single days' if run == 1 else 'runs'}", total, real)
            worst.append(total)


def _add(total, panel, gone, demand, low, high, mean) -> None:
    truth, seen = panel.sales, panel.full & ~gone
    simple = {"drop": hidden.dropped(np.nan_to_num(truth), seen), "blend": hidden.blended(np.nan_to_num(truth), seen)}
    simple |= {"ours": demand} | ({} if mean is None else {"true_mean": mean})
    for key, made in simple.items():
        total[key] += float(np.abs(made - truth)[gone].sum())
    held, loose = (truth >= low - 1e-5) & (truth <= high + 1e-5), gone & (high > 0) & ((low > 0) | (high >= 1) | (truth != np.floor(truth)))
    sums = {"truth": truth[gone], "demand": demand[gone], "held": held[gone], "days": gone, "loose": loose, "loose_held": held & loose}
    sums |= {"drop_sum": simple["drop"][gone], "blend_sum": simple["blend"][gone]}
    for key, part in sums.items():
        total[key] += float(part.sum())


def _whole(name: str, total, real: bool) -> Iterator[Figure]:
    bias = 100 * (total["demand"] / total["truth"] - 1)
    yield Figure(
        f"{name}: bias, absolute (naive: 100; drop the days {_off(total, 'drop_sum')}; blend {_off(total, 'blend_sum')})",
        "cleaning",
        abs(bias),
        "%",
        "<= 2",
        "<= 1",
    )
    bars = {"drop": (">= 10", ">= 18"), "blend": (">= 5", ">= 12")}
    for key, words in (("drop", "drop the days"), ("blend", "before/after blend")):
        # of a made-up shop even the true mean cannot reach the bar: it stands beside the figure
        bound = "" if real else f" (the true mean: {100 * (1 - total['true_mean'] / total[key]):.1f})"
        must, aim = bars[key] if real else (None, None)
        yield Figure(f"{name}: error below {words}{bound}", "cleaning", 100 * (1 - total["ours"] / total[key]), "%", must, aim)
    yield Figure(f"{name}: intervals of 80 % that hold the truth", "cleaning", 100 * total["held"] / total["days"], "%", ">= 76" if real else None)
    if real:
        yield Figure(f"{name}: the same, upper limit", "cleaning", 100 * total["held"] / total["days"], "%", "<= 84", "<= 82")
    else:
        yield Figure(f"{name}: the same, of days whose interval is not just 0", "cleaning", 100 * total["loose_held"] / total["loose"], "%")


def _off(total, key: str) -> str:
    return f"{100 * (total[key] / total['truth'] - 1):+.1f}"


def cut_days(name: str, panels) -> Iterator[Figure]:
    """Cut 30 % of full days at random hours."""
    from workbench.cleaning import recover_demand

    rng, real = np.random.default_rng(8), panels[0].hourly is not None
    truth = demand = sold = ours = divided = floored = held = days = 0.0
    for panel in panels:
        cut, sales, share = hidden.thinned(panel, 0.3, rng)
        made, low, high = recover_demand(sales, share, panel.calendar)
        told = panel.sales[cut]
        truth, demand, sold = truth + told.sum(), demand + made[cut].sum(), sold + sales[cut].sum()
        ours += np.abs(made[cut] - told).sum()
        divided += np.abs(sales[cut] / np.maximum(share[cut], 1e-3) - told).sum()
        floored += np.abs(sales[cut] / np.maximum(share[cut], 0.2) - told).sum()
        held, days = held + ((told >= low[cut] - 1e-5) & (told <= high[cut] + 1e-5)).sum(), days + cut.sum()
    name = f"{name}, 30 % of full days cut by the hour"
    yield Figure(f"{name}: bias, absolute (naive: {100 * (1 - sold / truth):.0f})", "cleaning", float(abs(100 * (demand / truth - 1))), "%", "<= 2", "<= 1")
    yield Figure(
        f"{name}: error below dividing by exposure", "cleaning", float(100 * (1 - ours / divided)), "%", ">= 10" if real else None, ">= 20" if real else None
    )
    yield Figure(f"{name}: error below dividing by exposure, at least 0.2", "cleaning", float(100 * (1 - ours / floored)), "%")
    yield Figure(f"{name}: intervals of 80 % that hold the truth", "cleaning", float(100 * held / days), "%", ">= 76" if real else None)


def training(panel: hidden.Panel) -> Iterator[Figure]:
    """Forecast seven days from six weekly origins, trained on each kind of history; scored on days in stock."""
    from workbench.cleaning import recover
    from workbench.forecasting import forecast_panel

    runs: dict[str, list[tuple[float, float]]] = {"what a day in stock would sell": [], "raw sales": [], "days in stock only": [], "all demand": []}
    for origin in ORIGINS:
        past, ahead = slice(0, origin), slice(origin, origin + HORIZON)
        made = recover(panel.sales[:, past], panel.exposure[:, past], panel.calendar[past])
        every, full = np.ones_like(panel.full[:, past]), panel.full[:, past]
        trained = (made.stocked, every), (panel.sales[:, past], every), (panel.sales[:, past], full), (made.demand, every)
        scored, truth = panel.full[:, ahead], panel.sales[:, ahead]
        for found, (values, observed) in zip(runs.values(), trained, strict=True):
            mean = forecast_panel(values, observed, panel.calendar[past], HORIZON, [0.5]).mean
            found.append((mean[scored].sum() / truth[scored].sum() - 1, np.abs(mean - truth)[scored].sum() / truth[scored].sum()))
    ours, raw = (np.array(runs[key]) for key in ("what a day in stock would sell", "raw sales"))
    for name, found in runs.items():
        each = ", ".join(f"{100 * bias:+.1f}" for bias, _ in found)
        bias, error = np.array(found).mean(0)
        judged = found is runs["what a day in stock would sell"]
        title = f"FreshRetailNet, six origins, trained on {name}"
        yield Figure(
            f"{title}: mean bias on days in stock, absolute (each: {each})",
            "cleaning",
            float(abs(100 * bias)),
            "%",
            *(("<= 3", "<= 2") if judged else (None, None)),
        )
        yield Figure(f"{title}: error", "cleaning", float(100 * error), "% of sales")
    yield Figure(
        "FreshRetailNet, six origins: error below training on raw sales", "cleaning", float(100 * (1 - ours[:, 1].mean() / raw[:, 1].mean())), "%", None, "> 0"
    )


def tags(difficulty: str) -> Iterator[Figure]:
    """Hold promotion and event tags of days with sales against what was on."""
    from workbench import events
    from workbench.cleaning import CleaningParams, promotions
    from workbench.datasets.calendar import occasions
    from workbench.datasets.world import make_world

    hit = tagged = true = event_hit = event_tagged = event_true = live = 0
    for seed in SEEDS:
        world = make_world(seed, 1_000, hidden.SHOP_MONTHS, difficulty)
        sales, on, cells = hidden.sales_of(world)
        found = promotions(sales, CleaningParams(), dt.date(2027, 1, 1))
        mine = hidden.spans(found, world)
        sold, length = np.zeros(mine.shape, bool), mine.shape[1]
        sold[cells] = True
        hit, tagged, true = hit + (mine & on & sold).sum(), tagged + (mine & sold).sum(), true + (on & sold).sum()
        live += on.sum()
        days = world.calendar.dates[world.calendar.shown]
        told = events.calendar(days[0], days[-1], ("US",))
        label = events.label_days(days, told[told["kind"] == "sale"], "amazon-us") != ""
        real = np.zeros(length, bool)
        for occasion in occasions(world.calendar):
            real |= (days >= occasion.start) & (days <= occasion.end)
        event_hit, event_tagged, event_true = event_hit + (label & real).sum(), event_tagged + label.sum(), event_true + real.sum()
    bars = {"normal": (">= 0.90", ">= 0.95"), "hard": (">= 0.75", ">= 0.85")}[difficulty]
    name = f"make_shop {difficulty}"
    yield Figure(f"{name}: promotion tags, days with sales: precision", "cleaning", float(hit / tagged), "share", *bars)
    yield Figure(f"{name}: promotion tags, days with sales: recall", "cleaning", float(hit / true), "share", *bars)
    yield Figure(f"{name}: promotion tags, recall over all days (without a sale no price is seen)", "cleaning", float(hit / live), "share")
    yield Figure(f"{name}: event days: precision", "cleaning", float(event_hit / event_tagged), "share", *bars)
    yield Figure(f"{name}: event days: recall", "cleaning", float(event_hit / event_true), "share", *bars)


def seasons() -> Iterator[Figure]:
    """Plant spikes that recur each year, and bulk orders that do not, in made-up series."""
    from workbench.cleaning.anomalies import one_offs

    flagged = planted = found = false = 0
    for seed in SEEDS:
        panel = max((p for p, _ in hidden.shop_panels(seed, "normal")), key=lambda p: len(p.sales))
        units = np.nan_to_num(panel.sales).astype(float)
        orders = np.where(units > 0, np.maximum(np.rint(units * 0.85), 1), np.nan)
        rng = np.random.default_rng(seed)
        day = rng.integers(20, 340, len(units))
        size = np.maximum(60, 40 * units.mean(1)).astype(int)
        rows = np.arange(len(units))
        season = rows % 2 == 0
        for year in (0, 1):
            at = day + 365 * year + rng.integers(-4, 5, len(units))
            units[rows[season], at[season]] += size[season]
        units[rows[~season], day[~season]] += size[~season]
        orders[rows[~season], day[~season]] = np.nan_to_num(orders[rows[~season], day[~season]]) + 1
        orders[rows[season], :] = np.nan  # nothing but the calendar can tell
        odd = one_offs(units, orders, np.zeros(units.shape, bool), 1e-8, 12)
        flagged, planted = flagged + season[odd.row].sum(), planted + (~season).sum()
        right = ~season[odd.row] & (odd.day == day[odd.row])
        found, false = found + right.sum(), false + (~season[odd.row] & ~right).sum()
    yield Figure("recurring season flagged as anomaly", "cleaning", float(flagged), "days", "<= 0", "<= 0")
    yield Figure("one-off bulk orders found", "cleaning", float(found / planted), "share")
    yield Figure("other days flagged beside them", "cleaning", float(false), "days")


def speed() -> Iterator[Figure]:
    """Clean canonical tables of growing size, 730 days, in a process of its own; CPU of clean_demand alone."""
    taken = {}
    for size in SIZES:
        days = DAYS if size < 100_000 else DAYS // 10
        done = once(size, days)
        taken[size] = done["extra"]["cpu"] / days
        bars = ("<= 60", "<= 20") if size == 10_000 else (None, None)
        yield Figure(f"{size:,} SKUs x {days} days: CPU", "cleaning", done["extra"]["cpu"], "s", *bars)
        if size == 10_000:
            yield Figure(f"{size:,} SKUs x {days} days: peak memory", "cleaning", done["peak_mb"], "MB", "<= 3000", "<= 2000")
    yield Figure("growth from 1,000 to 10,000 SKUs (1 is linear)", "cleaning", float(np.log10(taken[10_000] / taken[1_000])), "exponent", "<= 1.1")
    yield Figure("growth from 10,000 to 100,000 SKUs, per day (1 is linear)", "cleaning", float(np.log10(taken[100_000] / taken[10_000])), "exponent", "<= 1.1")


def once(size: int, days: int) -> dict:
    """Make the tables in one process, clean them in another; return what the second took."""
    with tempfile.TemporaryDirectory() as folder:
        make = f"""
from workbench import datasets
made = datasets.make_tables(seed=3, n_skus={size}, days={days})
for name in ("sales", "stock", "listings", "serves"):
    made[name].to_parquet({folder!r} + "/" + name)
"""
        measure(make)
        setup = f"""
import os; os.environ["NUMBA_CACHE_DIR"] = {folder!r}
import datetime as dt, pandas as pd
from workbench import cleaning, datasets, events
from workbench.cleaning import CleaningParams, clean_demand
warm = datasets.make_tables(seed=1, n_skus=30, days=60)
told = events.calendar("2024-01-01", "2026-10-31")
AS_OF = dt.date(2026, 11, 1)
clean_demand(warm["sales"], warm["stock"], told, CleaningParams(), AS_OF, listings=warm["listings"], serves=warm["serves"])
made = {{name: pd.read_parquet({folder!r} + "/" + name) for name in ("sales", "stock", "listings", "serves")}}
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
"""
        body = """
before = cpu()
history = clean_demand(made["sales"], made["stock"], told, CleaningParams(), AS_OF, listings=made["listings"], serves=made["serves"])
extra = {"cpu": cpu() - before, "rows": len(history)}
"""
        return measure(body, setup)
