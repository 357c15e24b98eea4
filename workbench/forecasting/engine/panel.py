"""The forecast engine: a dense panel in, means and count-aware quantiles out, no pandas inside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.errors import BadParameters
from workbench.forecasting.engine import calibration, spread
from workbench.forecasting.engine.counts import quantiles_of
from workbench.forecasting.engine.fit import Fit, fit_panel
from workbench.forecasting.engine.flags import flagged
from workbench.forecasting.engine.periods import Periods, dated

_ROWS = 4096  # series of a block of quantiles


@dataclass(frozen=True)
class PanelForecast:
    """Forecasts of a panel.

    Attributes
    ----------
    mean : (n, horizon) expected demand of each period
    sd : (n, horizon) standard deviation of each period's demand
    quantiles : (n, horizon, q) of each period's demand
    sum_quantiles : (n, len(sum_horizons), q) of the demand over the first so many periods of the horizon
    model : (n,) code of the kind of model that carries most weight: ets, ets_trend, sba, tsb; zero where nothing was ever
        sold; pooled where nothing was observed and the typical series of the group stands in; unknown where no series was
    flag : (n,) code of what was answered by rule, empty where nothing was, and flag_periods (n,) of how many periods; see `flagged`
    """

    mean: np.ndarray
    sd: np.ndarray
    quantiles: np.ndarray
    sum_quantiles: np.ndarray
    model: np.ndarray
    flag: np.ndarray
    flag_periods: np.ndarray


def forecast_panel(
    values: np.ndarray,
    observed: np.ndarray,
    calendar: object,
    horizon: int,
    quantiles: Sequence[float],
    *,
    X: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    sum_horizons: Sequence[int] = (),
    global_model: bool = False,
    seed: int = 0,
) -> PanelForecast:
    """Return mean and quantiles of the demand of every series over the next `horizon` periods.

    Parameters
    ----------
    values : (n, T) float32, demand in units a period; ignored where not observed (even NaN); negative counts as 0
    observed : (n, T) bool, whether the demand of a period is known
    calendar : (T,) dates of the history: daily, weekly on any weekday, monthly, or evenly spaced
    horizon : periods ahead, at least 1
    quantiles : ascending probabilities, each above 0 and below 1
    X : (n, T + horizon, k) float32, drivers known ahead (price, promotion flags); unknown entries count as their mean
    groups : (n,) numbers or names of families that share week, season and lifts; None: clusters that are found in the panel
    sum_horizons : lengths of totals over the first periods of the horizon, such as lead times
    global_model : blend in a boosted model learned over the whole panel, as far as it does better at past origins
    seed : of the global model's draws; the engine itself draws nothing, equal input gives bit-equal output

    Raises
    ------
    BadParameters
        Lists everything that does not fit.

    Notes
    -----
    demand(t) ~ negative binomial (gamma for amounts) with mean rate(t) x weekday x year x drivers. The rate is the
    likelihood-weighted mean of exponential smoothers with and without damped trend, SBA and TSB. Weekday, year and drivers
    are shrunk from series to group to panel by how well they repeat.

    Examples
    --------
    >>> days = np.arange("2026-01-01", "2026-02-26", dtype="datetime64[D]")
    >>> steady = forecast_panel(np.full((1, 56), 4.0, np.float32), np.ones((1, 56), bool), days, 2, [0.1, 0.5, 0.9], sum_horizons=[2])
    >>> steady.mean.round(2)
    array([[4., 4.]], dtype=float32)
    """
    values, observed = np.asarray(values, np.float32), np.asarray(observed, bool)
    groups = None if groups is None else np.asarray(groups)
    levels, sums = np.asarray(quantiles, float), np.asarray(sum_horizons, np.int64).reshape(-1)
    _check(values, observed, np.asarray(calendar), horizon, levels, X, groups, sums)
    periods = dated(calendar, horizon)
    groups = None if groups is None else np.unique(groups, return_inverse=True)[1].astype(np.int64)
    return forecast_dense(values, observed, periods, levels, X=X, groups=groups, sum_horizons=sums, global_model=global_model, seed=seed)


def _check(values, observed, calendar, horizon, levels, X, groups, sums) -> None:
    shape = values.shape
    checks = [
        (values.ndim == 2 and values.size > 0, f"values must be (n, T) with at least one series and period, got {shape}"),
        (observed.shape == shape, f"observed must have the shape of values {shape}, got {observed.shape}"),
        (len(calendar) == shape[-1], f"calendar must have T = {shape[-1]} dates, got {len(calendar)}"),
        (isinstance(horizon, int | np.integer) and horizon >= 1, f"horizon must be a whole number, at least 1, got {horizon}"),
        (levels.ndim == 1 and levels.size > 0 and bool(((levels > 0) & (levels < 1)).all()), f"quantiles must lie between 0 and 1, got {levels}"),
        (bool((np.diff(levels) > 0).all()), f"quantiles must ascend, got {levels}"),
        (
            groups is None or groups.shape == shape[:1],
            f"groups must be (n,) names or numbers, got shape {None if groups is None else groups.shape}",
        ),
        (bool(((sums >= 1) & (sums <= horizon)).all()), f"sum_horizons must lie between 1 and horizon {horizon}, got {sums}"),
        (
            X is None or (X.ndim == 3 and X.shape[:2] == (shape[0], shape[-1] + horizon)),
            f"X must be (n, T + horizon, k) = ({shape[0]}, {shape[-1] + horizon}, k), got {None if X is None else X.shape}",
        ),
    ]
    faults = [words for fits, words in checks if not fits]
    if faults:
        raise BadParameters("forecast_panel", faults)


def forecast_dense(
    values: np.ndarray,
    observed: np.ndarray,
    periods: Periods,
    quantiles: np.ndarray,
    *,
    groups: np.ndarray | None,
    X: np.ndarray | None = None,
    prior: np.ndarray | None = None,
    stated: np.ndarray | None = None,
    given: np.ndarray | None = None,
    sum_horizons: np.ndarray | None = None,
    global_model: bool = False,
    seed: int = 0,
) -> PanelForecast:
    """Return the forecast of a panel on a given time axis; `prior` (k,), `stated` (T + H,) as in `learn_lift`, `given` (n, T + H) multiplies demand."""
    known = observed & np.isfinite(values) if not np.isfinite(values).all() else observed
    fit = fit_panel(values, known, periods, groups, X, prior, stated, given)
    mean = fit.mean
    if global_model:
        from workbench.forecasting.engine.boosting import corrected_mean

        mean = corrected_mean(fit, X, prior, seed, given)
    return _with_quantiles(fit, mean, quantiles, sum_horizons, flagged(values, observed, periods, X))


def _with_quantiles(fit: Fit, mean, quantiles, sums, flags) -> PanelForecast:
    whole, past = fit.panel.whole, fit.followed.past
    said = past.said(fit.weights, fit.followed.damp)
    loss = (fit.weights * fit.followed.loss).sum(0)
    scored = np.where(fit.panel.sold > 0, fit.panel.seen, 0)
    law = spread.learn(fit.rate, loss, scored, whole, (past.rows, past.lengths, said, past.sold, past.ahead), fit.multipliers.year_doubt)
    sd, by_period = _by_period(law, mean, whole, quantiles)
    by_total = np.zeros((len(mean), 0, len(quantiles)), np.float32)
    if sums is not None and len(sums):
        rate = fit.rate[past.rows]
        spread_then = law.of_past(past.rows, said, past.ahead, past.lengths)
        fallen = calibration.learn(rate, whole[past.rows], past.lengths, said * rate, spread_then, past.sold * rate)
        totals = np.cumsum(mean, 1, dtype=np.float64)[:, sums - 1]
        by_total = calibration.quantiles_of_totals(totals, law.of_totals(mean, sums), whole, fallen, quantiles, sums)
    return PanelForecast(mean, sd, by_period, by_total, fit.model.astype(str), *flags)


def _by_period(law: spread.Spread, mean, whole, quantiles) -> tuple[np.ndarray, np.ndarray]:
    """Return standard deviation (n, h) and quantiles (n, h, q) of single periods, block by block: variances are never held at once."""
    sd, found = np.empty(mean.shape, np.float32), np.empty((*mean.shape, len(quantiles)), np.float32)
    for a in range(0, len(mean), _ROWS):
        rows = slice(a, a + _ROWS)
        variance = law.of(rows).of_period(mean[rows])
        sd[rows] = np.sqrt(variance)
        found[rows] = quantiles_of(mean[rows], variance, whole[rows], quantiles)
    return sd, found
