"""Groups that a panel falls into by its weekdays and its year, where nobody names any.

Every series is described twice, by the older and the newer half of its past. What they agree on is real, what they differ by is
chance; so the newer half says how well clusters that were learned from the older one foretell it. Less than two years tell of no
season, and clusters of a few weeks' weekdays are chance that looks alike (FreshRetailNet: one per cent worse).
"""

from dataclasses import dataclass

import numpy as np

from workbench.forecasting.engine import season
from workbench.forecasting.engine.dense import NO_LIFT, Panel

_COUNTS = (2, 4, 8, 16)  # of clusters that are tried
_LEAST_MEMBERS = 10  # series a cluster, on average
_ANCHORS = 400  # series that clusters are learned from, those that scatter least
_JUDGES = 600  # series that say how many clusters there are: as good a guide to small sellers as to large
_ROUNDS = 6
_HARMONICS = 2
_LEAN = 0.1  # of the panel's chance that every series is given: its own is measured on few figures
_SURE = 0.5  # a series joins a cluster that is likelier than all others together
_ERRORS = 2.5  # standard errors by which more clusters must foretell the newer half better than fewer


@dataclass(frozen=True)
class _Mixture:
    """Normal clusters: centre (clusters, p), variance within them (p,), share of the series in each (clusters,)."""

    centre: np.ndarray
    within: np.ndarray
    share: np.ndarray

    def chances(self, x: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return how likely each series (n, p) belongs to each cluster, (n, clusters)."""
        log = np.log(self.share) - _distances(x, 1 / (self.within + noise), self.centre) / 2
        chance = np.exp(log - log.max(1, keepdims=True))
        return chance / chance.sum(1, keepdims=True)

    def expected(self, x: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Return what the clusters that each series may belong to let expect of it, (n, p)."""
        return _product(self.chances(x, noise), self.centre)


def found(panel: Panel) -> np.ndarray:
    """Return the number of each series' cluster (n,), 0 for all where clusters foretell one half of the past no better than one group does.

    A mixture of normals is learned from the series that scatter least; those whose cluster is in doubt share the last number.
    """
    one = np.zeros(len(panel.values), np.int64)
    halves = _halves(panel)
    if halves is None:
        return one
    noise, both = _noise(halves), panel.start < panel.periods.length // 2
    able = np.flatnonzero(both & (panel.sold > 0))
    anchors = able[np.argsort(noise[able].mean(1), kind="stable")[:_ANCHORS]]
    judges = able[:: max(len(able) // _JUDGES, 1)]
    count = _best_count(halves, noise, anchors, judges)
    if count == 1:
        return one
    said, noise = np.where(both[:, None], halves.mean(0), halves[1]), noise / np.where(both, 2, 1)[:, None]
    chance = _mixture(said[anchors], noise[anchors], count, _tree(said[anchors], noise[anchors])).chances(said, noise)
    return np.where(chance.max(1) > _SURE, chance.argmax(1), count)


def _halves(panel: Panel) -> np.ndarray | None:
    """Return what describes each series in either half of its past, (2, n, p), as deviations from 1; None with less than two whole years."""
    p, slices = panel.periods, season.whole_years(panel.periods)
    if len(slices) < 2:
        return None
    years = _years(panel, slices)
    if p.n_phase == 1:
        return years
    middle = p.length // 2
    weekdays = [_weekdays(panel, panel.start, middle), _weekdays(panel, np.maximum(panel.start, middle), p.length)]
    return np.concatenate([np.stack(weekdays), years], 2)


def _weekdays(panel: Panel, start: np.ndarray, end: int) -> np.ndarray:
    """Return the weekdays of the periods from start (n,) to end, (n, n_phase)."""
    n, p = len(panel.values), panel.periods
    sales, seen = np.zeros((n, 2, p.n_phase)), np.zeros((n, 2, p.n_phase))
    season.phase_sums(panel.values, panel.observed, start, end, p.phase, p.n_phase, sales, seen)
    sales, seen = sales.sum(1), seen.sum(1)
    level = sales.sum(1, keepdims=True) / np.maximum(seen.sum(1, keepdims=True), 1)
    told = (seen > 0) & (level > 0)
    return np.where(told, sales / np.where(told, seen * level, 1), 1) - 1


def _years(panel: Panel, slices: list[slice]) -> np.ndarray:
    """Return the waves of the two newest years, the older first."""
    n, p = len(panel.values), panel.periods
    bins = int(p.bin[p.length - 1]) + 1
    sales, seen = np.zeros((n, bins), np.float32), np.zeros((n, bins), np.float32)
    flat = np.ones((n, p.n_phase), np.float32)
    season.bin_sums(panel.values, panel.observed, panel.start, panel.rate, flat, p.phase, NO_LIFT, p.bin, sales, seen)
    waves = season.year_waves(p.year_position, _HARMONICS)
    return np.stack([season.measured(sales[:, part], seen[:, part], waves[part], trend=True)[0] for part in (slices[1], slices[0])])


def _noise(halves: np.ndarray) -> np.ndarray:
    """Return the variance of chance in one half, (n, p): how much a series scatters, times how much each figure does in the panel."""
    apart = (halves[0] - halves[1]) ** 2 / 2
    shape = apart.mean(0) + 1e-9
    return ((apart / shape).mean(1, keepdims=True) + _LEAN) * shape


def _best_count(halves: np.ndarray, noise: np.ndarray, anchors: np.ndarray, judges: np.ndarray) -> int:
    """Return the fewest clusters, learned from anchors, that no other number foretells the judges' newer half better than, chance aside."""
    counts = [count for count in _COUNTS if count * _LEAST_MEMBERS <= len(anchors)]
    if not counts:
        return 1
    old, new, chance = (part[judges] for part in (*halves, noise))
    tree, missed = _tree(halves[0, anchors], noise[anchors]), {}
    for k in (1, *counts):
        said = _mixture(halves[0, anchors], noise[anchors], k, tree).expected(old, chance)
        missed[k] = _missed(old - said, new - said, 1 / chance)
    best = min(missed.values(), key=np.sum)
    return next(k for k, each in missed.items() if (each - best).sum() <= _ERRORS * (each - best).std() * np.sqrt(len(each)))


def _missed(old: np.ndarray, new: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return each series' mean squared error (n,), when as much of what stood apart in the older half is expected again as comes again."""
    again = (weight * old * new).sum(0) / np.maximum((weight * old**2).sum(0), 1e-12)
    return (weight * (new - np.clip(again, 0, 1) * old) ** 2).mean(1)


def _mixture(x: np.ndarray, noise: np.ndarray, count: int, tree: np.ndarray) -> _Mixture:
    """Return a mixture of normals fitted to what describes series (n, p), by expectation and maximisation from where the tree is cut."""
    from scipy.cluster.hierarchy import fcluster

    member = fcluster(tree, count, "maxclust")
    centre = np.stack([x[member == number].mean(0) for number in np.unique(member)])
    made = _Mixture(centre, np.zeros(x.shape[1]), np.full(len(centre), 1 / len(centre)))
    for _ in range(_ROUNDS):
        chance, weight = made.chances(x, noise), 1 / (made.within + noise)
        centre = _product(chance.T, weight * x) / np.maximum(_product(chance.T, weight), 1e-12)
        square = x**2 - 2 * x * _product(chance, centre) + _product(chance, centre**2)
        within = np.maximum(((square - noise) * weight**2).sum(0) / (weight**2).sum(0), 0.0)
        made = _Mixture(centre, within, np.maximum(chance.mean(0), 1e-6))
    return made


def _tree(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return by which steps series are joined to ever larger clusters that scatter as little as can be (Ward 1963)."""
    from scipy.cluster.hierarchy import linkage  # late: most forecasts are told their groups

    return linkage(x / np.sqrt(noise.mean(0)), "ward")


def _distances(x: np.ndarray, weight: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """Return the weighted squared distances of series to centres, (n, clusters)."""
    return (weight * x**2).sum(1, keepdims=True) - 2 * _product(weight * x, centre.T) + _product(weight, (centre**2).T)


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a @ b without BLAS, whose threads must not decide the last bit."""
    return np.einsum("ij,jk->ik", a, b)
