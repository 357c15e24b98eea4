"""The statistical engine fitted to a panel: week, year and drivers pooled, lanes weighed, the mean they give."""

from dataclasses import dataclass, replace

import numpy as np

from workbench.forecasting.engine import clusters, lanes, lifts
from workbench.forecasting.engine.dense import NO_LIFT, Multipliers, Panel, describe, learn_multipliers, learn_profile
from workbench.forecasting.engine.periods import Periods

ZERO, POOLED, UNKNOWN = "zero", "pooled", "unknown"


@dataclass(frozen=True)
class Fit:
    """The statistical engine fitted to a panel.

    Attributes
    ----------
    weights : (lanes, n) of the models; rate : (n,) mean rate, filled in where a series says nothing itself; model : (n,) codes
    mean : (n, horizon)
    """

    panel: Panel
    multipliers: Multipliers
    followed: lanes.Followed
    weights: np.ndarray
    rate: np.ndarray
    model: np.ndarray
    mean: np.ndarray


@dataclass(frozen=True)
class Start:
    """A panel with what is learned of it before its level: weekday (n, n_phase) and what events multiply demand by (n or 1, T + H or 1)."""

    panel: Panel
    profile: np.ndarray
    lift: np.ndarray


def fit_panel(values, observed, periods: Periods, groups, X=None, prior=None, stated=None, given=None) -> Fit:
    """Return the statistical engine fitted to a panel: multipliers, lanes, weights and mean; `given` (n, T + H) multiplies demand too."""
    return follow(begin(values, observed, periods, groups, X, prior, stated), given)


def begin(values, observed, periods: Periods, groups, X=None, prior=None, stated=None) -> Start:
    """Return a panel with its weekdays and the lifts of drivers learned; `groups` (n,) None are found."""
    panel = describe(values, observed, periods, groups)
    if groups is None:
        panel = replace(panel, groups=clusters.found(panel))
    profile = learn_profile(panel)
    return Start(panel, profile, NO_LIFT if X is None or X.shape[2] == 0 else lifts.learn_lift(panel, profile, X, prior, stated)[0])


def follow(start: Start, given: np.ndarray | None = None) -> Fit:
    """Return the engine fitted from where it began; `given` (n, T + H) multiplies demand too."""
    panel = start.panel
    multipliers = learn_multipliers(panel, start.profile, start.lift if given is None else start.lift * given)
    followed = lanes.follow(panel, multipliers)
    weights = lanes.weigh(followed, panel.seen)
    model = lanes.names(weights, int((followed.grid[:, 2] == 0).sum())).astype(object)
    rate, model = _stand_ins(panel, model)
    return Fit(panel, multipliers, followed, weights, rate, model, followed.mean(weights) * rate[:, None].astype(np.float32))


def _stand_ins(panel: Panel, model: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rates and model codes with the series that say nothing themselves filled in."""
    rate = np.where(panel.sold > 0, panel.rate, 0.0)
    model[panel.sold == 0] = ZERO
    unseen = panel.seen == 0
    for g in np.unique(panel.groups[unseen]):
        told = ~unseen & ((panel.groups == g) if (~unseen & (panel.groups == g)).any() else True)
        mine = unseen & (panel.groups == g)
        rate[mine] = np.median(rate[told]) if told.any() else 0.0
        model[mine] = POOLED if told.any() else UNKNOWN
    return rate, model
