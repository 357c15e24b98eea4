"""Cleaning held against demand that is known: hidden days, cut days, training, tags, spikes, time and memory.

Every row of the requirement's table is a line with its must and aim, on real and made-up data, met or missed. A line without
a must says what stands beside it: the naive way, or what the law that made the data could reach at best.
"""

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
CHOICE_ORIGINS = (20, 27, 34, 41)
"""what is forecast from them ends before the first day that is scored"""
HORIZON = 7
SHARED = Path(os.environ.get("WORKBENCH_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
PACES = {"two units a day": 2.0, "ten units a day": 10.0}
"""median of a series; a series of the made-up shop sells one every third day or less"""
SIZES = (1_000, 10_000, 100_000)
DAYS, SHORT_DAYS = 730, 73
STOCKED, DEMAND, RAW, IN_STOCK = "stocked_demand", "demand", "raw sales", "days in stock only"
BARS = {"drop": ("drop the days", ">= 10", ">= 18"), "blend": ("before/after blend", ">= 5", ">= 12")}


def figures() -> Iterator[Figure]:
    """Return every number of the table in docs/cleaning.md, the naive one beside it."""
    for difficulty in DIFFICULTIES:
        panels, laws = zip(*(pair for seed in SEEDS for pair in hidden.shop_panels(seed, difficulty)), strict=True)
        yield from whole_days(f"make_shop {difficulty}", panels, laws)
        yield from cut_days(f"make_shop {difficulty}", panels, laws)
        del panels, laws
        yield from tags(difficulty)
    for pace, units in PACES.items():
        panels, laws = zip(*(hidden.drawn_panel(seed, units) for seed in SEEDS), strict=True)
        yield from whole_days(f"drawn series, {pace}", panels, laws)
        yield from cut_days(f"drawn series, {pace}", panels, laws)
    yield from seasons()
    if SHARED.exists():
        real = hidden.real_panel(SHARED)
        yield from whole_days("FreshRetailNet", [real], [None])
        yield from cut_days("FreshRetailNet", [real], [None])
        yield from training(real)
    yield from speed()


def line(name: str, value: float, unit: str = "%", must: str | None = None, aim: str | None = None) -> Figure:
    """Return a figure of cleaning."""
    return Figure(name, "cleaning", float(value), unit, must, aim)


def intervals(name: str, share: float) -> Iterator[Figure]:
    """Return the share of intervals of 80 % that held the truth, against both ends of what it may be."""
    yield line(f"{name}: intervals of 80 % that hold the truth, at least", 100 * share, "%", ">= 76", ">= 78")
    yield line(f"{name}: intervals of 80 % that hold the truth, at most", 100 * share, "%", "<= 84", "<= 82")


def whole_days(name: str, panels, laws) -> Iterator[Figure]:
    """Hide full days whole: 10, 30, 50 % of days, single days and runs of ten."""
    from workbench.cleaning import recover_demand

    for run in (1, hidden.RUN_DAYS):
        for share in (0.1, 0.3, 0.5):
            rng, total = np.random.default_rng(7), dict[str, float]()
            for panel, law in zip(panels, laws, strict=True):
                gone = hidden.hidden_whole(panel, share, run, rng)
                found = recover_demand(np.where(gone, 0, panel.sales), np.where(gone, 0, panel.exposure), panel.calendar)
                _add(total, panel, gone, found, law)
            yield from _whole(f"{name}, {share:.0%} of full days hidden, {'single days' if run == 1 else 'runs'}", total)


def _add(total: dict[str, float], panel: hidden.Panel, gone, found, law: hidden.Law | None) -> None:
    truth, seen, sales = panel.sales[gone], panel.full & ~gone, np.nan_to_num(panel.sales)
    made = {"ours": found[0], "drop": hidden.dropped(sales, seen), "blend": hidden.blended(sales, seen)} | ({} if law is None else {"mean": law.mean})
    sums = {"truth": truth, "days": np.ones(len(truth)), "held": _held(truth, *(bound[gone] for bound in found[1:]))}
    for key, values in made.items():
        sums |= {f"{key}_units": values[gone], f"{key}_error": np.abs(values[gone] - truth)}
    if law is not None:
        sums["least"] = np.maximum(law.zero(gone), 0.8)
    for key, part in sums.items():
        total[key] = total.get(key, 0.0) + float(part.sum())


def _held(truth, low, high) -> np.ndarray:
    return (truth >= low - 1e-5) & (truth <= high + 1e-5)


def _whole(name: str, total: dict[str, float]) -> Iterator[Figure]:
    off = {key: 100 * (total[f"{key}_units"] / total["truth"] - 1) for key in ("ours", *BARS)}
    error = {key: 100 * total[f"{key}_error"] / total["truth"] for key in ("ours", *BARS)}
    yield line(f"{name}: bias, absolute (raw sales 100; drop {off['drop']:+.1f}; blend {off['blend']:+.1f})", abs(off["ours"]), "%", "<= 2", "<= 1")
    yield line(f"{name}: error of a day (raw sales 100; drop {error['drop']:.1f}; blend {error['blend']:.1f})", error["ours"], "% of demand")
    for key, (words, must, aim) in BARS.items():
        yield line(f"{name}: error below {words}", 100 * (1 - total["ours_error"] / total[f"{key}_error"]), "%", must, aim)
        if "mean_error" in total:
            yield line(f"{name}: bound of error below {words}, by the mean that demand was drawn from", 100 * (1 - total["mean_error"] / total[f"{key}_error"]))
    yield from intervals(name, total["held"] / total["days"])
    if "least" in total:
        yield line(f"{name}: bound, the least that intervals with the likeliest count can hold", 100 * total["least"] / total["days"])


def cut_days(name: str, panels, laws) -> Iterator[Figure]:
    """Cut 30 % of full days at random hours."""
    from workbench.cleaning import recover_demand

    rng, total = np.random.default_rng(8), np.zeros(10)
    for panel, law in zip(panels, laws, strict=True):
        cut, sales, share = hidden.thinned(panel, 0.3, rng)
        made, low, high = (part[cut] for part in recover_demand(sales, share, panel.calendar))
        truth, sold, seen = panel.sales[cut], sales[cut], share[cut]
        guesses = made, sold / np.maximum(seen, 1e-3), sold / np.maximum(seen, 0.2), made if law is None else sold + law.rest(cut, sold, seen)
        errors = [np.abs(guess - truth).sum() for guess in guesses]
        least = 0.0 if law is None else np.maximum(law.rest_zero(cut, sold, seen), 0.8).sum()
        total += [len(truth), truth.sum(), made.sum(), sold.sum(), _held(truth, low, high).sum(), *errors, least]
    days, truth, made, sold, held, ours, divided, floored, best, least = total
    name = f"{name}, 30 % of full days cut by the hour"
    yield line(f"{name}: bias, absolute (raw sales {100 * (1 - sold / truth):.0f})", abs(100 * (made / truth - 1)), "%", "<= 2", "<= 1")
    yield line(f"{name}: error of a day (divide by exposure {100 * divided / truth:.1f})", 100 * ours / truth, "% of demand")
    yield line(f"{name}: error below divide by exposure", 100 * (1 - ours / divided), "%", ">= 10", ">= 20")
    yield line(f"{name}: error below divide by exposure of at least 0.2", 100 * (1 - ours / floored))
    if laws[0] is not None:
        yield line(f"{name}: bound of error below divide by exposure, by the law that demand was drawn from", 100 * (1 - best / divided))
    yield from intervals(name, held / days)
    if laws[0] is not None:
        yield line(f"{name}: bound, the least that intervals with the likeliest count can hold", 100 * least / days)


def training(panel: hidden.Panel) -> Iterator[Figure]:
    """Forecast seven days from weekly origins, trained on each kind of history; scored on days in stock.

    What to train on is chosen on origins whose forecasts end before the first scored day.
    """
    chosen = _trained(panel, CHOICE_ORIGINS)
    for kind, found in chosen.items():
        bias, error = 100 * found.mean(0)
        each = ", ".join(f"{100 * b:+.1f}" for b in found[:, 0])
        yield line(f"FreshRetailNet, choice on earlier origins, trained on {kind}: error (bias {bias:+.1f}; each {each})", error, "% of sales")
    scored = _trained(panel, ORIGINS)
    raw = scored[RAW].mean(0)
    for kind in (STOCKED, DEMAND):
        name, found = f"FreshRetailNet, six origins, trained on {kind}", scored[kind]
        for day, (bias, _), (naive, _) in zip(ORIGINS, found, scored[RAW], strict=True):
            yield line(f"{name}: bias of forecasts from day {day} (raw sales {100 * naive:+.1f})", 100 * bias)
        bias, error = found.mean(0)
        yield line(f"{name}: mean bias on days in stock, absolute (raw sales {100 * raw[0]:+.1f})", abs(100 * bias), "%", "<= 3", "<= 2")
        yield line(f"{name}: error below training on raw sales", 100 * (1 - error / raw[1]), "%", None, "> 0")
    for kind in (RAW, IN_STOCK):
        bias, error = 100 * scored[kind].mean(0)
        yield line(f"FreshRetailNet, six origins, trained on {kind}: error (bias {bias:+.1f})", error, "% of sales")


def _trained(panel: hidden.Panel, origins) -> dict[str, np.ndarray]:
    """Return bias and error (origins, 2) of forecasts, by what they were trained on."""
    from workbench.cleaning import recover
    from workbench.forecasting import forecast_panel

    runs: dict[str, list[tuple[float, float]]] = {STOCKED: [], DEMAND: [], RAW: [], IN_STOCK: []}
    for origin in origins:
        past, ahead = slice(0, origin), slice(origin, origin + HORIZON)
        made = recover(panel.sales[:, past], panel.exposure[:, past], panel.calendar[past])
        every, full = np.ones_like(panel.full[:, past]), panel.full[:, past]
        trained = (made.stocked, every), (made.demand, every), (panel.sales[:, past], every), (panel.sales[:, past], full)
        scored, truth = panel.full[:, ahead], panel.sales[:, ahead]
        for found, (values, observed) in zip(runs.values(), trained, strict=True):
            mean = forecast_panel(values, observed, panel.calendar[past], HORIZON, [0.5]).mean
            found.append((mean[scored].sum() / truth[scored].sum() - 1, np.abs(mean - truth)[scored].sum() / truth[scored].sum()))
    return {kind: np.array(found) for kind, found in runs.items()}


def tags(difficulty: str) -> Iterator[Figure]:
    """Hold promotion and event tags against what was on, day by day."""
    from workbench.cleaning import CleaningParams, promotions
    from workbench.datasets.world import make_world

    promoted, dated, told = np.zeros(7), np.zeros(3), np.zeros(3)
    for seed in SEEDS:
        world = make_world(seed, 1_000, hidden.SHOP_MONTHS, difficulty)
        sales, on, cells = hidden.sales_of(world)
        mine = hidden.spans(promotions(sales, CleaningParams(), dt.date(2027, 1, 1)), world)
        sold = np.zeros(mine.shape, bool)
        sold[cells] = True
        traced = hidden.with_a_sale(world, sold)
        promoted += [part.sum() for part in (mine & on, mine, on, mine & on & sold, mine & sold, on & sold, on & traced)]
        priced = hidden.spans(promotions(sales, CleaningParams(), dt.date(2027, 1, 1), listings=hidden.prices_of(world)), world)
        told += [part.sum() for part in (priced & on, priced, on)]
        dated += _event_days(world)
    bars = {"normal": (">= 0.90", ">= 0.95"), "hard": (">= 0.75", ">= 0.85")}[difficulty]
    name = f"make_shop {difficulty}"
    hit, tagged, true, hit_sold, tagged_sold, true_sold, traced_days = promoted
    yield line(f"{name}: promotion tags: precision", hit / tagged, "share", *bars)
    yield line(f"{name}: promotion tags: recall", hit / true, "share", *bars)
    yield line(f"{name}: bound of recall, days of promotions that sold anything: the others leave no trace", traced_days / true, "share")
    yield line(f"{name}: share of promotion days with a sale: of the others no report tells a price", true_sold / true, "share")
    yield line(f"{name}: promotion tags, days with sales: precision", hit_sold / tagged_sold, "share", *bars)
    yield line(f"{name}: promotion tags, days with sales: recall", hit_sold / true_sold, "share", *bars)
    priced_name = f"{name}: promotion tags where a planning report of every day tells the price (a coupon stands in no price)"
    yield line(f"{priced_name}: precision", told[0] / told[1], "share", *bars)
    yield line(f"{priced_name}: recall", told[0] / told[2], "share", *bars)
    yield line(f"{name}: event tags: precision", dated[0] / dated[1], "share", *bars)
    yield line(f"{name}: event tags: recall", dated[0] / dated[2], "share", *bars)


def _event_days(world) -> np.ndarray:
    """Return how many days are tagged rightly, tagged, and days of a sale event."""
    from workbench import events
    from workbench.datasets.calendar import occasions

    days = world.calendar.dates[world.calendar.shown]
    told = events.calendar(days[0], days[-1], ("US",))
    label = events.label_days(days, told[told["kind"] == "sale"], "amazon-us") != ""
    real = np.zeros(len(days), bool)
    for occasion in occasions(world.calendar):
        real |= (days >= occasion.start) & (days <= occasion.end)
    return np.array([(label & real).sum(), label.sum(), real.sum()], float)


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
    taken: dict[tuple[int, int], float] = {}
    for size, days in ((1_000, DAYS), (10_000, DAYS), *((size, SHORT_DAYS) for size in SIZES)):
        done = once(size, days)
        taken[size, days] = done["extra"]["cpu"]
        name, told = f"{size:,} SKUs x {days} days", (size, days) == (10_000, DAYS)
        yield line(f"{name}: CPU", done["extra"]["cpu"], "s", *(("<= 60", "<= 20") if told else (None, None)))
        yield line(f"{name}: peak memory", done["peak_mb"], "MB", *(("<= 3000", "<= 2000") if told else (None, None)))
    for few, many, days in ((1_000, 10_000, DAYS), (1_000, 10_000, SHORT_DAYS), (10_000, 100_000, SHORT_DAYS)):
        growth = np.log10(taken[many, days] / taken[few, days])
        yield line(f"growth of CPU from {few:,} to {many:,} SKUs, {days} days (1 is linear)", growth, "exponent", "<= 1.1")


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
