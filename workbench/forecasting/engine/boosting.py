"""A boosted model over the whole panel that corrects the engine's means, week by week of the horizon.

It learns from earlier origins of the same history: at each the engine is fitted to what was known, and the model is asked
what the weeks after it sold over what the engine had said. How much of the correction is taken is decided at the two newest of
those origins that have no day in common, each by a model that has seen nothing of what came then: what helped once may have
been chance. Where there are no two to judge by, nothing is corrected.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from workbench.forecasting.engine.fit import Fit, fit_panel
from workbench.forecasting.engine.periods import DAYS_PER_YEAR, Periods
from workbench.forecasting.engine.season import whole_years

ORIGINS = 6
MAX_ROWS = 250_000
BINS = 64  # of a feature; finding the bounds of weighted bins costs more than the trees
_SHARES = np.linspace(0, 1, 11)
_LARGEST = 4.0  # a correction beyond is a fault
_LEAST_SEEN = 0.5  # share of a week's periods that must be seen for its total to count


@dataclass(frozen=True)
class Origin:
    """What an origin shows: features (rows, f), the engine's total (n, weeks), and where known what came (n, weeks)."""

    features: np.ndarray
    said: np.ndarray
    came: np.ndarray | None
    trust: np.ndarray


def corrected_mean(fit: Fit, X: np.ndarray | None, prior: np.ndarray | None, seed: int, given: np.ndarray | None = None) -> np.ndarray:
    """Return the engine's means (n, horizon) times the correction, as far as it did better at both origins that judge it."""
    periods = fit.panel.periods
    lengths = np.array(_origin_lengths(periods))
    before = [np.flatnonzero(lengths + periods.horizon <= length) for length in lengths]  # which origins an origin knows the outcome of
    if not len(lengths) or not len(before[0]) or not len(before[before[0][0]]):
        return fit.mean
    past = [_past_origin(fit, int(length), X, prior, given) for length in lengths]
    judges = 0, before[0][0]
    share = np.min([_share(past[j], _predict(_train([past[k] for k in before[j]], seed), past[j])) for j in judges], axis=0)
    if not share.any():
        return fit.mean
    ratio = 1 + share * (_predict(_train(past, seed), _origin(fit, None)) - 1)
    week = np.arange(periods.horizon) // _week(periods)
    return (fit.mean * ratio[:, week]).astype(np.float32)


def _week(periods: Periods) -> int:
    return max(1, min(periods.month // 4, periods.horizon))


def _origin_lengths(periods: Periods) -> list[int]:
    """Return lengths of history to learn from, newest first.

    An origin whose engine knew fewer whole years than today's is left out: its misses are of a season that today's engine
    has learned, and to correct them again would count the season twice.
    """
    newest = periods.length - periods.horizon
    least = max(periods.month, periods.horizon, periods.length // 3)
    stride = max(periods.horizon // 2, periods.month // 4, 1)
    lengths = [length for length in (newest - k * stride for k in range(ORIGINS)) if length >= least]
    years = len(whole_years(periods))
    return [length for length in lengths if len(whole_years(periods.until(length))) == years]


def _past_origin(fit: Fit, length: int, X, prior, given) -> Origin:
    panel, horizon = fit.panel, fit.panel.periods.horizon
    values, observed = np.ascontiguousarray(panel.values[:, :length]), np.ascontiguousarray(panel.observed[:, :length])
    if given is not None:  # what came of it was not known then: as much as is expected now
        given = np.concatenate([given[:, :length], np.repeat(given[:, -horizon:].mean(1, keepdims=True), horizon, 1)], 1)
    X = None if X is None else X[:, : length + horizon]
    then = fit_panel(values, observed, panel.periods.until(length), panel.groups, X, prior, given=given)
    ahead = slice(length, length + horizon)
    return _origin(then, (panel.values[:, ahead], panel.observed[:, ahead]))


def _origin(fit: Fit, ahead: tuple[np.ndarray, np.ndarray] | None) -> Origin:
    starts = np.arange(0, fit.panel.periods.horizon, _week(fit.panel.periods))
    said = np.add.reduceat(fit.mean, starts, axis=1).astype(float)
    unit = np.maximum(fit.rate, 1e-12)[:, None]
    trust = 1 / (np.maximum(fit.panel.scatter[:, None] * unit / np.maximum(said, 1e-12), 0) + 0.1)
    trust = np.where((said > 0) & (fit.panel.sold > 0)[:, None], trust, 0.0)
    if ahead is None:
        return Origin(_features(fit, said, starts), said, None, trust)
    values, observed = ahead
    full = np.add.reduceat(observed.astype(float), starts, axis=1)
    size = np.diff([*starts, values.shape[1]])
    # what was not seen of a week is taken to have sold as the engine said, so that a gap is no miss
    came = np.add.reduceat(np.where(observed, np.maximum(values, 0), fit.mean).astype(float), starts, axis=1)
    return Origin(_features(fit, said, starts), said, came, np.where(full >= _LEAST_SEEN * size, trust, 0.0))


def _features(fit: Fit, said: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return what the correction may hang on (n * weeks, f): sizes only as ratios, so that no scale matters."""
    panel, p = fit.panel, fit.panel.periods
    n, weeks = said.shape
    year = round(DAYS_PER_YEAR / p.days / 7) * 7 if p.days == 1 else (round(DAYS_PER_YEAR / p.days) if p.days else 0)
    total = np.concatenate([np.zeros((n, 1)), np.cumsum(np.where(panel.observed, np.maximum(panel.values, 0), 0), 1, dtype=float)], 1)
    seen = np.concatenate([np.zeros((n, 1)), np.cumsum(panel.observed, 1)], 1)
    unit = np.maximum(fit.rate, 1e-12)
    own = [_rate(total, seen, p.length - span, p.length) / unit for span in (p.month // 4 or 1, p.month, 3 * p.month, 12 * p.month)]
    own += [np.log(unit / np.median(unit)), np.log(panel.scatter + 0.01), panel.sold / np.maximum(panel.seen, 1), np.full(n, 0.0) + panel.seen]
    size = _week(p)
    before = _rate(total, seen, p.length - year - p.month, p.length - year) if year else np.full(n, np.nan)
    last_year = [_rate(total, seen, p.length - year + s, p.length - year + s + size) / np.maximum(before, 0.05 * unit) for s in starts] if year else []
    pace = said / np.maximum(unit[:, None] * np.diff([*starts, p.horizon]), 1e-12)
    by_week = [pace, np.stack(last_year, 1) if year else np.full((n, weeks), np.nan), np.broadcast_to(np.arange(weeks), (n, weeks))]
    place = p.year_position[p.bin[p.length + starts]] if p.days else np.zeros(weeks)
    by_week += [np.broadcast_to(place, (n, weeks)), np.broadcast_to(panel.groups[:, None], (n, weeks))]
    columns = [np.repeat(column, weeks) for column in own] + [column.ravel() for column in by_week]
    return np.stack(columns, 1).astype(np.float32)


def _rate(total: np.ndarray, seen: np.ndarray, start: int, stop: int) -> np.ndarray:
    """Return the mean of the seen periods from start to stop, NaN where there are none."""
    a, b = max(start, 0), max(stop, 0)
    count = seen[:, min(b, seen.shape[1] - 1)] - seen[:, min(a, seen.shape[1] - 1)]
    sold = total[:, min(b, seen.shape[1] - 1)] - total[:, min(a, seen.shape[1] - 1)]
    return np.where(count > 0, sold / np.maximum(count, 1), np.nan)


def _train(origins: list[Origin], seed: int) -> HistGradientBoostingRegressor | None:
    """Return the model of what came over what was said, by Poisson loss; None where nothing can be learned."""
    features = np.concatenate([o.features for o in origins])
    ratio = np.concatenate([(o.came / np.maximum(o.said, 1e-12)).ravel() for o in origins if o.came is not None])
    trust = np.concatenate([o.trust.ravel() for o in origins])
    rows = np.flatnonzero(trust > 0)
    if len(rows) > MAX_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MAX_ROWS, replace=False))
    if len(rows) < 200 or ratio[rows].sum() <= 0:
        return None
    model = HistGradientBoostingRegressor(
        loss="poisson", learning_rate=0.06, max_iter=120, max_leaf_nodes=15, min_samples_leaf=100, l2_regularization=5.0, max_bins=BINS, random_state=seed
    )
    told = features[rows]
    told[:, np.isnan(told).all(0)] = 0.0  # the learner cannot bin a column that is never known
    # one thread: several processes may forecast at once, and no sum may depend on how many threads there are
    with threadpool_limits(1, user_api="openmp"):
        return model.fit(told, np.minimum(ratio[rows], 20.0), sample_weight=trust[rows])


def _predict(model: HistGradientBoostingRegressor | None, origin: Origin) -> np.ndarray:
    """Return the correction (n, weeks)."""
    if model is None:
        return np.ones(origin.said.shape)
    with threadpool_limits(1, user_api="openmp"):
        told = np.clip(model.predict(origin.features), 1 / _LARGEST, _LARGEST).reshape(origin.said.shape)
    return np.where(origin.trust > 0, told, 1.0) if origin.came is None else told


def _share(judged: Origin, ratio: np.ndarray) -> np.ndarray:
    """Return for each week of the horizon (weeks,) the share of the correction that errs least, smoothed over the weeks."""
    assert judged.came is not None
    weight = judged.trust / np.maximum(judged.said, 1e-12) ** 2
    error = np.stack([(weight * (judged.said * (1 + a * (ratio - 1)) - judged.came) ** 2).sum(0) for a in _SHARES])
    spread = np.stack([np.convolve(row, np.ones(5), mode="same") for row in error]) if error.shape[1] >= 5 else error.sum(1, keepdims=True) + 0 * error
    return _SHARES[spread.argmin(0)]
