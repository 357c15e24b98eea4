"""Back-test: what the engine would have said at earlier cutoffs, beside two rules anyone can follow."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench.errors import NotEnoughHistory
from workbench.forecasting import losses
from workbench.forecasting.channel_panel import QUANTILES, ChannelPanel, channel_panels
from workbench.forecasting.params import ForecastParams
from workbench.forecasting.pit import fallen
from workbench.forecasting.sktime_models.instead import instead, is_chosen

ENGINE, SEASONAL_NAIVE, MEAN_30 = "engine", "seasonal_naive", "mean_30"
_WEEK, _RECENT = 7, 30


def backtest(
    history: pd.DataFrame,
    params: ForecastParams,
    as_of: dt.date,
    *,
    items: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    origins: int = 3,
    stride_days: int = 28,
    horizon_days: int = 28,
    lead_times: tuple[int, ...] = (7, 14, 28),
) -> pd.DataFrame:
    """Return how wrong the engine, the seasonal naive and the 30-day mean were at earlier cutoffs, per SKU and channel.

    Parameters
    ----------
    history : table history; only days whose demand was seen are scored, and learned from: an estimate knows what came after the cutoff
    origins : how many cutoffs, the newest `horizon_days` before the end of the history
    stride_days : days between cutoffs
    horizon_days : days forecast and scored at each cutoff
    lead_times : days of the totals whose error is given; each at most `horizon_days`

    Returns
    -------
    One row per sku, channel, cutoff and method: mase, rmsse (ratio to the naive errors of the history), bias (units a day),
    pinball (mean of twice the loss over the seven quantiles, in the scale of mase; engine only), cover_05 and cover_95 (share
    of days at or under that quantile), scored_days and pit_05 to pit_95 (see `reliability`; engine only), demand (units seen in
    the horizon), and for each lead time of d days sum_error_d (forecast less actual, units) and sum_cover_95_d (whether the total
    was at or under its 95 % quantile). An sktime forecaster that `params` choose is one more method, under its name, with
    fell_back (whether the fallback stood in) and seconds.

    Raises
    ------
    NotEnoughHistory
        If no channel's history reaches back to a single cutoff.
    """
    ahead = params.model_copy(update={"horizon_days": horizon_days})
    parts, longest = [], 0
    for panel in channel_panels(history, ahead, as_of, items=items, events=events):
        longest = max(longest, len(panel.calendar))
        for length in _cutoffs(len(panel.calendar), origins, stride_days, horizon_days):
            parts += list(_scores(panel, length, ahead, lead_times))
    if not parts:
        raise NotEnoughHistory(longest, 2 * horizon_days)
    return pd.concat(parts, ignore_index=True)


def _cutoffs(length: int, origins: int, stride: int, horizon: int) -> list[int]:
    newest = length - horizon
    return [cut for cut in (newest - k * stride for k in range(origins)) if cut >= horizon]


def _scores(panel: ChannelPanel, length: int, params: ForecastParams, lead_times: tuple[int, ...]) -> Iterator[pd.DataFrame]:
    horizon = params.horizon_days
    past = panel.until(length, horizon)
    actual, known = panel.values[:, length : length + horizon], panel.seen[:, length : length + horizon]
    scales = losses.naive_scales(past.values, past.observed, _WEEK)
    result = past.forecast(horizon, params, lead_times)
    engine = _row(past, ENGINE, actual, known, result.mean, scales, lead_times)
    pinball = [losses.pinball(actual, result.quantiles[:, :, k], q, known) for k, q in enumerate(QUANTILES)]
    engine["pinball"] = 2 * np.mean(pinball, 0) / scales[0]
    engine = engine.assign(**fallen(result.mean, result.sd, actual, known, (past.values == np.floor(past.values)).all(1)))
    for k, q in ((0, "05"), (-1, "95")):
        engine[f"cover_{q}"] = losses.coverage(actual, result.quantiles[:, :, k], known)
    for k, days in enumerate(lead_times):
        whole = known[:, :days].all(1)
        total = np.where(known, actual, 0)[:, :days].sum(1)
        engine[f"sum_cover_95_{days}"] = np.where(whole, total <= result.sum_quantiles[:, k, -1], np.nan)
    yield engine
    yield _row(past, SEASONAL_NAIVE, actual, known, seasonal_naive(past.values, past.observed, horizon), scales, lead_times)
    yield _row(past, MEAN_30, actual, known, recent_mean(past.values, past.observed, horizon), scales, lead_times)
    if is_chosen(params.forecaster):
        yield _chosen(past, params, result, actual, known, scales, lead_times)


def _chosen(past, params, ours, actual, known, scales, lead_times) -> pd.DataFrame:
    """Rows of the forecaster of sktime that was chosen, for its SKUs; where it failed, the fallback's numbers and 1 in `fell_back`."""
    found = instead(past, ours, params.forecaster, QUANTILES)
    rows = _row(past, params.forecaster.name, actual, known, found.result.mean, scales, lead_times)
    pinball = [losses.pinball(actual, found.result.quantiles[:, :, k], q, known) for k, q in enumerate(QUANTILES)]
    covers = {f"cover_{q}": losses.coverage(actual, found.result.quantiles[:, :, k], known) for k, q in ((0, "05"), (-1, "95"))}
    told = rows.assign(pinball=2 * np.mean(pinball, 0) / scales[0], **covers, fell_back=(found.reason != "").astype(float), seconds=found.seconds)
    return told[found.asked]


def _row(panel, method, actual, known, mean, scales, lead_times) -> pd.DataFrame:
    columns = {
        "sku": panel.sku, "channel": panel.channel, "cutoff": panel.calendar[-1], "method": method,
        "mase": losses.absolute_error(actual, mean, known) / scales[0], "rmsse": losses.root_square_error(actual, mean, known) / scales[1],
        "bias": losses.bias(actual, mean, known), "pinball": np.nan, "cover_05": np.nan, "cover_95": np.nan,
        "demand": np.where(known, actual, 0).sum(1).astype(float),
    }  # fmt: skip
    for days in lead_times:
        columns[f"sum_error_{days}"] = losses.sum_error(actual[:, :days], mean[:, :days], known[:, :days])
        columns[f"sum_cover_95_{days}"] = np.nan
    return pd.DataFrame(columns)


def seasonal_naive(values: np.ndarray, observed: np.ndarray, horizon: int, season: int = _WEEK) -> np.ndarray:
    """Return (n, horizon): the newest seen value of the same place in the week; 0 where it was never seen."""
    n, length = values.shape
    columns = []
    for place in range(season):
        at = np.arange(length - season + place, -1, -season)
        at = at[at >= 0]
        seen, value = observed[:, at], np.where(observed[:, at], values[:, at], 0)
        columns.append(np.take_along_axis(value, seen.argmax(1)[:, None], 1)[:, 0] if len(at) else np.zeros(n))
    return np.stack([columns[h % season] for h in range(horizon)], 1)


def recent_mean(values: np.ndarray, observed: np.ndarray, horizon: int, window: int = _RECENT) -> np.ndarray:
    """Return (n, horizon): the mean of the seen values of the last `window` periods; 0 where none was seen."""
    seen = observed[:, -window:]
    mean = np.where(seen, values[:, -window:], 0).sum(1) / np.maximum(seen.sum(1), 1)
    return np.repeat(mean[:, None], horizon, 1)


def summary(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the back-test in total, one row a method.

    mase, rmsse, pinball and covers are means over SKUs; bias and the error of totals are weighted by demand:
    bias_share = sum of errors / demand, and sum_error_share_d = sum of |error of the d-day total| / mean demand of d days.
    """
    days = [int(c.removeprefix("sum_error_")) for c in scores.columns if c.startswith("sum_error_")]
    longest = max(days)
    rows = []
    for method, part in scores.groupby("method", sort=False):
        demand = max(float(part["demand"].sum()), 1e-12)
        row = {"method": method, "series": part[["sku", "channel"]].drop_duplicates().shape[0], "cutoffs": part["cutoff"].nunique()}
        row |= {name: part[name].mean() for name in ("mase", "rmsse", "pinball", "cover_05", "cover_95")}
        if "fell_back" in part:
            row |= {"fell_back_share": part["fell_back"].mean(), "seconds": part["seconds"].mean()}
        row["bias_share"] = part[f"sum_error_{longest}"].sum() / demand
        for d in days:
            row[f"sum_error_share_{d}"] = part[f"sum_error_{d}"].abs().sum() / (demand * d / longest)
            row[f"sum_cover_95_{d}"] = part[f"sum_cover_95_{d}"].mean()
        rows.append(row)
    return pd.DataFrame(rows)


def sales_class(history: pd.DataFrame) -> pd.Series:
    """Return the class of every sku and channel by what it took in the last year: A the first 70 %, B up to 95 %, C the rest.

    Money where prices are known, else units.

    Examples
    --------
    >>> day = pd.Timestamp("2026-10-31")
    >>> rows = [(sku, "shop", day, units, 10.0) for sku, units in (("a", 70.0), ("b", 25.0), ("c", 5.0))]
    >>> sales_class(pd.DataFrame(rows, columns=["sku", "channel", "date", "units", "price"])).tolist()
    ['A', 'B', 'C']
    """
    recent = history[history["date"] > history["date"].max() - pd.Timedelta(days=365)]
    by = [recent["sku"], recent["channel"]]
    taken, units = ((recent["units"] * worth).groupby(by).sum() for worth in (recent["price"], 1.0))
    size = (taken if float(taken.sum()) > 0 else units).sort_values(ascending=False, kind="stable")
    before = (size.cumsum() - size) / max(float(size.sum()), 1e-12)
    return pd.Series(np.select([before < 0.7, before < 0.95], ["A", "B"], "C"), size.index, name="sales_class")


def classed(scores: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return the back-test with the class of sales that each sku and channel had at the cutoff.

    By the sales of the days that are scored, class C would be those that then sold less than they had: every forecast of them is too high.
    """
    parts = [part.merge(sales_class(history[history["date"] <= cutoff]).reset_index(), on=["sku", "channel"]) for cutoff, part in scores.groupby("cutoff")]
    return pd.concat(parts, ignore_index=True) if parts else scores.assign(sales_class="")


def summary_by_class(scores: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return the back-test by class of sales at the cutoff (A, B, C), one row a class and method, columns as in `summary`."""
    return pd.concat([summary(part).assign(sales_class=name) for name, part in classed(scores, history).groupby("sales_class")], ignore_index=True)
