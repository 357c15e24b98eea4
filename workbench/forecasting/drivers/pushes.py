"""What drivers multiply demand by: their lifts learned by the engine's own machinery for `X` (`lifts.learn_lift`), over what events and rivals do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from workbench.forecasting.drivers.outside import Driver, Known
from workbench.forecasting.engine import lifts
from workbench.forecasting.engine.dense import Panel
from workbench.forecasting.engine.fit import Start
from workbench.forecasting.engine.periods import dated

_LAGS_DAYS = (0, 7, 14, 21, 28)


@dataclass(frozen=True)
class Push:
    """What drivers do: `lift` (n, T + H) multiplies demand; `tomorrow` is each driver's part of the first day ahead, (n,), 1 where it is unknown."""

    lift: np.ndarray
    tomorrow: dict[str, np.ndarray]


@dataclass(frozen=True)
class Pushes:
    """The drivers of a panel's SKUs, told as known at any cutoff.

    Attributes
    ----------
    drivers : by name; groups : (n,) categories
    lags : days by which demand follows each, none what the seller does himself; where not given, those that the past speaks for most
    """

    drivers: Mapping[str, Driver]
    groups: np.ndarray
    lags: Mapping[str, int] = field(default_factory=dict)
    _found: dict[tuple[str, int], tuple[Known, int]] = field(default_factory=dict)

    def known(self, name: str, start: Start, beside: np.ndarray | None = None) -> tuple[Known, int]:
        """Return what was known of a driver where the engine begins, and by how many days demand follows it."""
        periods = start.panel.periods
        if (name, periods.length) not in self._found:
            known = self.drivers[name].at(periods.length, periods.horizon, self.groups)
            lag = 0 if self.drivers[name].own else self.lags[name] if name in self.lags else self._lag(known, start, beside)
            self._found[name, periods.length] = known, lag
        return self._found[name, periods.length]

    def _lag(self, known: Known, start: Start, beside: np.ndarray | None) -> int:
        if not known.moves(start.panel.periods.horizon):
            return 0
        x = _rows(np.stack([known.later(days) for days in _LAGS_DAYS], 2), len(self.groups))
        return _LAGS_DAYS[int(np.argmax(lifts.evidence(*_newest(start, x.shape[1]), x, _beside(start, beside, x.shape[1]))))]

    def evidence(self, name: str, start: Start) -> float:
        """Return how much likelier a driver makes the past."""
        known, lag = self.known(name, start)
        x = _rows(known.later(lag)[:, :, None], len(self.groups))
        return float(lifts.evidence(*_newest(start, x.shape[1]), x, _beside(start, None, x.shape[1]))[0])

    def newest(self, name: str) -> tuple[Known, int]:
        """Return what was known of a driver at the newest cutoff that was asked for."""
        return self._found[name, max(length for known, length in self._found if known == name)]

    def lag(self, name: str) -> int:
        """Return by how many days demand followed a driver at the newest cutoff that was asked for."""
        return self.newest(name)[1]

    def told(self, start: Start, name: str) -> np.ndarray:
        """Return of which SKUs a driver says something where the engine begins, (n,)."""
        known, horizon = self.known(name, start)[0], start.panel.periods.horizon
        return np.broadcast_to(np.isfinite(known.x[:, -horizon - 1]) & known.moves(horizon), (len(self.groups),))

    def given(self, start: Start, names: Sequence[str], beside: np.ndarray | None) -> np.ndarray | None:
        """Return what drivers and what is beside them multiply demand by, None for nothing."""
        if not names:
            return beside
        made = self.push(start, names, beside).lift
        return made if beside is None else made * beside

    def push(self, start: Start, names: Sequence[str], beside: np.ndarray | None = None) -> Push:
        """Return what drivers do; `beside` (n, T + H) multiplies demand besides, events apart."""
        periods, n = start.panel.periods, len(start.panel.values)
        x = _rows(np.stack(_even([known.later(lag) for known, lag in (self.known(name, start, beside) for name in names)]), 2), n)
        least = np.array([0.0 if self.drivers[name].signed else -np.inf for name in names])
        panel, profile = _newest(start, x.shape[1])
        lift, by_group = lifts.learn_lift(panel, profile, x, beside=_beside(start, beside, x.shape[1]), least=least)
        made = np.ones((n, periods.length + periods.horizon), np.float32)
        made[:, made.shape[1] - x.shape[1] :] = lift
        even = lifts.standardised(x, panel.periods.length)
        away = even[:, panel.periods.length] - even[:, : panel.periods.length].mean(1)
        effect = np.exp(np.broadcast_to(by_group, (max(len(by_group), 1), len(names)))[panel.groups if len(by_group) > 1 else np.zeros(n, int)] * away)
        return Push(made, {name: effect[:, place] for place, name in enumerate(names)})


def _even(parts: list[np.ndarray]) -> list[np.ndarray]:
    """What is the same for all SKUs as one row a SKU, where it stands beside what is not."""
    rows = max(len(part) for part in parts)
    return [np.broadcast_to(part, (rows, part.shape[1])) for part in parts]


def _rows(x: np.ndarray, n: int) -> np.ndarray:
    """Return drivers (n, days, k); one row of all is broadcast, which the engine knows by its strides."""
    return np.broadcast_to(x, (n, *x.shape[1:])) if len(x) == 1 else x


def _newest(start: Start, days: int) -> tuple[Panel, np.ndarray]:
    """Return the newest days of a panel, those ahead counted, and its weekdays."""
    p = start.panel.periods
    first = p.length + p.horizon - days
    if not first or p.dates is None:
        return start.panel, start.profile
    values, observed = (np.ascontiguousarray(part[:, first:]) for part in (start.panel.values, start.panel.observed))
    return replace(
        start.panel, values=values, observed=observed, start=np.maximum(start.panel.start - first, 0), periods=dated(p.dates[first:], p.horizon)
    ), start.profile


def _beside(start: Start, given: np.ndarray | None, days: int) -> np.ndarray:
    both = start.lift if given is None else start.lift * given
    return both[:, -days:] if both.shape[1] > 1 else both
