"""The forecast engine against its peers: speed, accuracy, quantiles, lead-time totals, scale.

Run alone it takes names of rows: `python tests/benchmarks/bench_forecasting.py autoets coverage`.
"""

import os
import resource
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import drawn_drivers
import estimated_days
import numpy as np
import pandas as pd
import peers
from figures import Figure, measure
from retail_panel import retail_panel

from workbench.forecasting import DemandForecaster, croston, forecast_panel, losses, simple_smoothing, tsb
from workbench.forecasting.evaluation import recent_mean, seasonal_naive

warnings.filterwarnings("ignore", message=".*remember_data.*", category=FutureWarning)
SHARED = Path(os.environ.get("WORKBENCH_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
SEEDS = (7, 11, 23)
DAYS, AHEAD = 730, 28
DECILES = np.arange(1, 10) / 10
LEVELS = np.arange(1, 200) / 200
SUMS, BOUNDS = (7, 14, 30, 60), (0.8, 0.9, 0.95)
COMPARED, SAMPLED = 10_000, 300


def figures(only: Iterable[str] = ()) -> Iterator[Figure]:
    """Return every figure that can be had here, or those of some rows; a row whose peers or data are absent says so and is left out."""
    _ours(retail_panel(64, DAYS, 0, 1), AHEAD)  # compile
    for name in only or ROWS:
        row, needs = ROWS[name]
        missing = [need for need in needs if not THERE[need]()]
        if missing:
            print(f"{name} left out: no {' and no '.join(missing)}", file=sys.stderr)
            continue
        yield from row()


def days_of(length: int) -> pd.DatetimeIndex:
    """Return so many days."""
    return pd.date_range("2023-01-01", periods=length)


def cpu_of(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what the work returns, and the CPU seconds it took."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    result = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return result, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ours(y: np.ndarray, horizon: int, calendar: Any = None, **more: Any) -> Any:
    calendar = days_of(y.shape[1]) if calendar is None else calendar
    return forecast_panel(y, np.isfinite(y), calendar, horizon, more.pop("quantiles", DECILES), **more)


def scaled(past: np.ndarray, future: np.ndarray, mean: np.ndarray, quantiles: np.ndarray | None = None, season: int = 7) -> dict[str, float]:
    """Return mean RMSSE, MASE and scaled quantile loss over the series whose history moves."""
    known = np.ones(future.shape, bool)
    mase, rmsse = losses.naive_scales(past, np.ones(past.shape, bool), season)
    found = {"rmsse": losses.root_square_error(future, mean, known) / rmsse, "mase": losses.absolute_error(future, mean, known) / mase}
    if quantiles is not None:
        found["sql"] = 2 * np.mean([losses.pinball(future, quantiles[:, :, k], q, known) for k, q in enumerate(DECILES)], 0) / mase
    return {name: float(np.nanmean(values)) for name, values in found.items()}


def against_autoets() -> Iterator[Figure]:
    """Return speed and accuracy against statsforecast's AutoETS(7), on three panels."""
    speed, ours_ms, ratios, covers = [], [], [], []
    for seed in SEEDS:
        y = retail_panel(COMPARED, DAYS, AHEAD, seed)
        past, future = np.ascontiguousarray(y[:, :DAYS]), y[:, DAYS:].astype(float)
        runs = [cpu_of(lambda: _ours(past, AHEAD)) for _ in range(3)]  # noqa: B023 - called at once
        ours, each = runs[0][0], statistics.median(cpu for _, cpu in runs) / COMPARED
        made, cpu = peers.statistical(past[:SAMPLED], "AutoETS(season_length=7)", AHEAD, [20, 40, 60, 80])
        names = [f"AutoETS-lo-{k}" for k in (80, 60, 40, 20)] + ["AutoETS"] + [f"AutoETS-hi-{k}" for k in (20, 40, 60, 80)]
        theirs = np.maximum(np.stack([made[name] for name in names], 2), 0)
        one = scaled(past[:SAMPLED], future[:SAMPLED], ours.mean[:SAMPLED], ours.quantiles[:SAMPLED])
        two = scaled(past[:SAMPLED], future[:SAMPLED], np.maximum(made["AutoETS"], 0), theirs)
        ratios.append({name: one[name] / two[name] for name in one})
        speed.append(cpu / SAMPLED / each)
        ours_ms.append(1000 * each)
        covers.append(float((future <= ours.quantiles[:, :, 8]).mean()))
    small = np.ascontiguousarray(past[:1000])
    few = statistics.median(cpu_of(lambda: _ours(small, AHEAD))[1] for _ in range(3))
    yield _figure(f"{COMPARED:,} x {DAYS}, mean and 9 quantiles {AHEAD} ahead: CPU a series", statistics.median(ours_ms), "ms", "<= 0.10")
    yield _figure("1,000 x 730, the same", few, "ms", "<= 0.10")
    yield _figure(f"CPU of AutoETS(7) over ours ({SAMPLED} series x {len(SEEDS)} seeds)", statistics.median(speed), "times", ">= 1000", ">= 5000")
    for name, must, aim in (("rmsse", "<= 1.00", "<= 0.985"), ("mase", "<= 1.00", "<= 0.985"), ("sql", "<= 0.90", "<= 0.83")):
        yield _figure(f"{name} over AutoETS's, same series", statistics.median(r[name] for r in ratios), "ratio", must, aim)
    yield _figure("share of days at or under the 90 % quantile (counts step over it)", statistics.median(covers), "share")


def _figure(name: str, value: float, unit: str, must: str | None = None, aim: str | None = None) -> Figure:
    return Figure(name, "forecasting", value, unit, must, aim)


def against_sktime() -> Iterator[Figure]:
    """Return CPU of sktime's own forecasters over that of DemandForecaster, a series of a panel."""
    from sktime.forecasting.ets import AutoETS
    from sktime.forecasting.exp_smoothing import ExponentialSmoothing
    from sktime.forecasting.naive import NaiveForecaster

    y = retail_panel(COMPARED, DAYS, 0, SEEDS[0])
    steps = np.arange(1, AHEAD + 1)
    whole = frame_of(y, (COMPARED,))
    ours = statistics.median(cpu_of(lambda: DemandForecaster().fit(whole).predict(fh=steps))[1] for _ in range(3)) / COMPARED
    peers_of_sktime = [
        ("AutoETS", AutoETS(auto=True, sp=7, additive_only=True), 10, ">= 4000", ">= 12000"),
        ("ExponentialSmoothing", ExponentialSmoothing(trend="add", damped_trend=True, seasonal="add", sp=7), 10, ">= 2000", ">= 6000"),
        ("NaiveForecaster", NaiveForecaster("last", sp=7), 50, ">= 100", ">= 1000"),
    ]
    for name, forecaster, n, must, aim in peers_of_sktime:
        few = frame_of(y[:n], (n,))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            used = statistics.median(cpu_of(lambda: forecaster.clone().fit(few, fh=steps).predict())[1] for _ in range(3)) / n  # noqa: B023 - called at once
        yield _figure(f"CPU of sktime's {name} over DemandForecaster's, a series", used / ours, "times", must, aim)


def frame_of(y: np.ndarray, shape: tuple[int, ...]) -> pd.DataFrame:
    """Return rows as an sktime panel of names in so many levels."""
    names = [[f"{level}{i:05d}" for i in range(size)] for level, size in zip("ABC", shape, strict=False)]
    index = pd.MultiIndex.from_product([*names, days_of(y.shape[1])], names=[*"abc"[: len(shape)], "date"])
    return pd.DataFrame({"demand": y.ravel().astype(float)}, index=index)


def against_boosting() -> Iterator[Figure]:
    """Return CPU and error of 90-day totals against mlforecast with LightGBM."""
    speed, error = [], []
    for seed in SEEDS:
        y = retail_panel(1000, DAYS, 90, seed)
        past, total = np.ascontiguousarray(y[:, :DAYS]), y[:, DAYS:].sum(1)
        made, cpu = peers.boosted(past, 90)
        ours, used = cpu_of(lambda: _ours(past, 90, global_model=True, quantiles=[0.5]))  # noqa: B023 - called at once
        speed.append(cpu / used)
        error.append(np.abs(ours.mean.sum(1) - total).sum() / np.abs(made["mean"].sum(1) - total).sum())
    yield _figure("global model: CPU of mlforecast + LightGBM over ours (1,000 series x 3 seeds)", statistics.median(speed), "times", ">= 15", ">= 40")
    yield _figure("global model: error of 90-day totals over theirs", statistics.median(error), "ratio", "<= 0.90", "<= 0.80")


def adapter() -> Iterator[Figure]:
    """Return what sktime and the adapter cost beside the engine, 2,000 x 5 x 730 rows."""
    y = retail_panel(COMPARED, DAYS, 0, SEEDS[0])
    whole, steps = frame_of(y, (2000, 5)), np.arange(1, AHEAD + 1)

    def once() -> float:
        _, both = cpu_of(lambda: DemandForecaster().set_config(remember_data=False).fit(whole).predict(fh=steps))
        _, engine = cpu_of(lambda: _ours(y, AHEAD, quantiles=[0.5]))
        return both - engine

    yield _figure(
        "sktime adapter beside the engine, 7.3 million rows, three levels: CPU", statistics.median(once() for _ in range(3)), "s", "<= 0.30", "<= 0.05"
    )


LARGE = """
import numpy as np, pandas as pd
from workbench.forecasting import forecast_panel
y = np.load({place!r})
made = forecast_panel(y, np.ones(y.shape, bool), pd.date_range("2023-01-01", periods=y.shape[1]), 90, np.arange(1, 10) / 10)
assert np.isfinite(made.quantiles[::997]).all()
"""


WARM = """
import numpy as np, pandas as pd
from workbench.forecasting import forecast_panel
forecast_panel(np.ones((9, 400), np.float32), np.ones((9, 400), bool), pd.date_range("2023-01-01", periods=400), 9, [0.5])
"""


def large() -> Iterator[Figure]:
    """Return CPU and peak memory of 100,000 x 1,095 days, and the slope over the last tenfold."""
    here = str(Path(__file__).resolve().parent)
    with tempfile.TemporaryDirectory() as folder:
        used = {}
        for n in (10_000, 100_000):
            place = str(Path(folder) / f"{n}.npy")
            measure(
                f"from retail_panel import retail_panel; np.save({place!r}, retail_panel({n}, 1095, 0, 5))",
                f"import sys; sys.path.insert(0, {here!r}); import numpy as np",
            )
            runs = [measure(LARGE.format(place=place), WARM) for _ in range(3)]
            used[n] = statistics.median(run["cpu"] for run in runs)
        yield _figure("100,000 x 1,095, 90 ahead x 9 quantiles: CPU", used[100_000], "s", "<= 60", "<= 15")
        yield _figure("100,000 x 1,095, 90 ahead x 9 quantiles: peak memory", max(run["peak_mb"] for run in runs), "MB", "<= 2500", "<= 1500")
        yield _figure("slope from 10,000 to 100,000 series (1 is linear)", float(np.log10(used[100_000] / used[10_000])), "exponent")


def fresh_retail() -> Iterator[Figure]:
    """Return in-stock WAPE over AutoETS's, six weekly origins of seven days, 400 series of FreshRetailNet."""
    table = pd.read_parquet(SHARED / "freshretailnet" / "daily.parquet", columns=["dt", "sale_amount", "stock_hour6_22_cnt", "third_category_id"])
    length = 90
    sold = table["sale_amount"].to_numpy(np.float32).reshape(-1, length)
    seen = table["stock_hour6_22_cnt"].to_numpy().reshape(-1, length) == 0
    calendar = pd.DatetimeIndex(pd.to_datetime(table["dt"].to_numpy()[:length]))
    chosen = np.sort(np.random.default_rng(0).permutation(len(sold))[:400])
    ours = theirs = demand = 0.0
    for cut in range(length - 42, length, 7):
        past, known = np.ascontiguousarray(sold[:, :cut]), np.ascontiguousarray(seen[:, :cut])
        made = forecast_panel(past, known, calendar[:cut], 7, [0.5]).mean[chosen]
        other, _ = peers.statistical(past[chosen], "AutoETS(season_length=7)", 7)
        actual, told = sold[chosen, cut : cut + 7], seen[chosen, cut : cut + 7]
        ours += float((np.abs(made - actual) * told).sum())
        theirs += float((np.abs(np.maximum(other["AutoETS"], 0) - actual) * told).sum())
        demand += float((actual * told).sum())
    yield _figure("FreshRetailNet, in-stock WAPE", ours / demand, "share")
    yield _figure("FreshRetailNet, in-stock WAPE over AutoETS's", ours / theirs, "ratio", "<= 0.97", "<= 0.93")


def walmart_weeks() -> tuple[np.ndarray, pd.DatetimeIndex]:
    """Return the weekly sales of every department of a store that has them all."""
    table = pd.read_parquet(SHARED / "walmart_store_sales" / "train.parquet")
    wide = table.pivot_table(index=["Store", "Dept"], columns="Date", values="Weekly_Sales")
    whole = wide[wide.notna().all(axis=1)]
    return whole.to_numpy(np.float32), pd.DatetimeIndex(whole.columns)


def walmart() -> Iterator[Figure]:
    """Return MASE over the best of AutoETS, DOT and last year's week: 13 weeks ahead, three origins, 400 departments of stores."""
    y, calendar = walmart_weeks()
    chosen = np.sort(np.random.default_rng(0).permutation(len(y))[:400])
    models = "AutoETS(season_length=1), DynamicOptimizedTheta(season_length=52), SeasonalNaive(season_length=52)"
    found: dict[str, list[float]] = {}
    for cut in (y.shape[1] - 39, y.shape[1] - 26, y.shape[1] - 13):
        past = np.ascontiguousarray(y[:, :cut])
        made = {"ours": _ours(past, 13, calendar[:cut], quantiles=[0.5]).mean[chosen]} | peers.statistical(past[chosen], models, 13)[0]
        for name, mean in made.items():
            found.setdefault(name, []).append(scaled(past[chosen], y[chosen, cut : cut + 13], mean, season=52)["mase"])
    means = {name: float(np.mean(values)) for name, values in found.items()}
    ours = means.pop("ours")
    yield _figure("Walmart departments, 13 weeks: MASE", ours, "ratio")
    best = min(means, key=lambda name: means[name])
    yield _figure(f"Walmart departments, 13 weeks: MASE over the best of three peers ({best})", ours / means[best], "ratio", "<= 1.00", "<= 0.90")


def vn1() -> Iterator[Figure]:
    """Return the official VN1 score: 13 weeks from 13 weeks, defaults."""
    key = ["Client", "Warehouse", "Product"]
    past = pd.read_parquet(SHARED / "vn1" / "phase1_sales_wide.parquet").set_index(key)
    future = pd.read_parquet(SHARED / "vn1" / "phase2_sales_wide.parquet").set_index(key).loc[past.index].to_numpy(float)
    y = past.to_numpy(np.float32)
    made = _ours(y, 13, pd.DatetimeIndex(pd.to_datetime(list(past.columns))), quantiles=[0.5]).mean
    for name, mean in (("ours", made), ("last week held flat", np.repeat(y[:, -1:], 13, 1))):
        error = mean - future
        yield _figure(f"VN1, 13 weeks from 13 weeks, official score: {name}", float((np.abs(error).sum() + abs(error.sum())) / future.sum()), "score")


def coverage() -> Iterator[Figure]:
    """Return how far bounds of totals are off, with one year of history and with two."""
    for days in (365, 730):
        yield from coverage_after(days)


def coverage_after(days: int) -> Iterator[Figure]:
    """Return how far one-sided bounds of totals are off: worst volume class and level, 2,000 series a class, three origins."""
    y = retail_panel(6000, 730 + 120, 60, 31)
    cuts = (730, 790, 850)
    share = np.zeros((3, len(SUMS), len(BOUNDS)))
    for cut in cuts:
        past = np.ascontiguousarray(y[:, cut - days : cut])
        made = _ours(past, 60, days_of(days), quantiles=LEVELS, sum_horizons=SUMS).sum_quantiles
        volume = np.argsort(np.argsort(past.mean(1), kind="stable"), kind="stable") * 3 // len(y)
        for h, length in enumerate(SUMS):
            fallen = places(y[:, cut : cut + length].sum(1), made[:, h])
            for c in range(3):
                share[c, h] += fallen[volume == c].mean(0) / len(cuts)
    off = 100 * np.abs(share - np.array(BOUNDS)).max((0, 2))
    for length, points in zip(SUMS, off, strict=True):
        yield _figure(f"bounds of {length}-day totals, {days} days of history: worst class and level off by", float(points), "points", "<= 4", "<= 2")


def places(total: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """Return the chance (n, bounds) that a total, spread out within its step, lies at or under each bound, from 199 quantiles."""
    high = (quantiles <= total[:, None]).sum(1) / 200 + 0.0025
    low = np.where(total > 0, (quantiles < total[:, None]).sum(1) / 200 + 0.0025, 0)
    return np.clip((np.array(BOUNDS) - low[:, None]) / np.maximum(high - low, 1e-9)[:, None], 0, 1)


def recursions() -> Iterator[Figure]:
    """Return the largest difference of fixed recursions from statsforecast's."""
    y = retail_panel(40, 200, 0, 3)
    y = np.ascontiguousarray(y[(y > 0).sum(1) > 3]).astype(float)
    models = "SimpleExponentialSmoothing(alpha=0.2), CrostonClassic(), CrostonSBA(), TSB(alpha_d=0.1, alpha_p=0.1), "
    models += "SeasonalNaive(season_length=7), Naive(), WindowAverage(window_size=30)"
    theirs, _ = peers.statistical(y, models, 7)
    seen = np.ones(y.shape, bool)
    each: dict[str, Callable[[np.ndarray], float]] = {
        "SES": lambda row: simple_smoothing(row, 0.2),
        "CrostonClassic": croston,
        "CrostonSBA": lambda row: croston(row, correction="sba"),
        "TSB": lambda row: tsb(row, chance=float(row[0] > 0)),
        "Naive": lambda row: float(row[-1]),
    }
    ours = {name: np.repeat([[rule(row)] for row in y], 7, 1) for name, rule in each.items()}
    ours |= {"SeasonalNaive": seasonal_naive(y, seen, 7), "WindowAverage": recent_mean(y, seen, 7, 30)}
    for name, mean in ours.items():
        yield _figure(f"{name}: largest difference from statsforecast's", float(np.abs(mean - theirs[name]).max()), "units", "<= 1e-06")


def walmart_bounds() -> Iterator[Figure]:
    """Return how far one-sided bounds of 13-week totals are off: all departments of stores, three origins, 80/90/95 %."""
    y, calendar = walmart_weeks()
    cuts = (y.shape[1] - 39, y.shape[1] - 26, y.shape[1] - 13)
    share = np.zeros(len(BOUNDS))
    for cut in cuts:
        made = _ours(np.ascontiguousarray(y[:, :cut]), 13, calendar[:cut], quantiles=LEVELS, sum_horizons=[13]).sum_quantiles[:, 0]
        share += places(y[:, cut : cut + 13].sum(1), made).mean(0) / len(cuts)
    for level, found in zip(BOUNDS, share, strict=True):
        off = 100 * abs(float(found) - level)
        yield _figure(f"Walmart departments, {level:.0%} bound of 13-week totals (holds {found:.1%}): off by", off, "points", "<= 4", "<= 2")


THERE: dict[str, Callable[[], Any]] = {"peers": peers.python, "shared data": SHARED.exists}
ROWS: dict[str, tuple[Callable[[], Iterator[Figure]], tuple[str, ...]]] = {
    "recursions": (recursions, ("peers",)),
    "autoets": (against_autoets, ("peers",)),
    "sktime": (against_sktime, ()),
    "boosting": (against_boosting, ("peers",)),
    "adapter": (adapter, ()),
    "large": (large, ()),
    "fresh_retail": (fresh_retail, ("peers", "shared data")),
    "walmart": (walmart, ("peers", "shared data")),
    "walmart_bounds": (walmart_bounds, ("shared data",)),
    "vn1": (vn1, ("shared data",)),
    "coverage": (coverage, ()),
    "estimates": (estimated_days.figures, ()),
    "drivers": (drawn_drivers.figures, ()),
}


if __name__ == "__main__":
    started = time.perf_counter()
    for figure in figures(sys.argv[1:]):
        print(f"{time.perf_counter() - started:6.0f} s", figure.line(), flush=True)
