"""Whether a driver really helps: forecasts without and with it at earlier cutoffs of the seller's own history."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import stdtrit

from workbench.forecasting.channel_panel import ChannelPanel
from workbench.forecasting.engine.fit import Start, begin, follow
from workbench.forecasting.engine.periods import dated

AHEAD_DAYS = 14
_ORIGINS = 12  # as far apart as they look ahead, so that no day is scored twice
_LEAST_HISTORY_DAYS = 112  # before a cutoff
_LEAST_CASES = 10  # SKUs and cutoffs with the driver; fewer prove nothing
_CHANCE = 0.01  # of a gain over cutoffs that is none; small, for several drivers are tried

Given = tuple[np.ndarray | None, np.ndarray]
"""What a driver multiplies demand by, (n, days and days ahead), and whether it says anything of each SKU, (n,)."""


@dataclass(frozen=True)
class Origin:
    """An earlier cutoff: what was known, and what came.

    Attributes
    ----------
    length : days up to it; start : the engine's beginning on them
    seen : (n, AHEAD_DAYS) whether demand was told; came : (n,) units of those days
    """

    length: int
    start: Start
    seen: np.ndarray
    came: np.ndarray

    def misses(self, given: np.ndarray | None) -> np.ndarray:
        """Return by how many units each SKU's total is missed, (n,)."""
        mean = follow(self.start, given).mean
        return np.abs(np.where(self.seen, mean, 0).sum(1) - self.came)


@dataclass(frozen=True)
class Trial:
    """What came of a driver at the earlier cutoffs: units missed without and with it (origins, 2), units sold there, SKUs and cutoffs in all."""

    missed: np.ndarray
    sold: float
    cases: int

    @property
    def errors(self) -> tuple[float, float]:
        """Errors of totals without and with it, shares of what sold; NaN where it was never tried."""
        without, with_it = self.missed.sum(0) / self.sold if self.cases and self.sold else (np.nan, np.nan)
        return float(without), float(with_it)

    @property
    def gain(self) -> float:
        """Units that it misses less."""
        return float(self.missed[:, 0].sum() - self.missed[:, 1].sum())

    @property
    def tried(self) -> bool:
        """Whether it was on often enough to be judged."""
        return self.cases >= _LEAST_CASES

    @property
    def better(self) -> bool:
        """Whether it misses less: enough where an effect of known direction was measured on other days before."""
        return self.tried and self.gain > 0

    @property
    def helps(self) -> bool:
        """Whether it misses less by more than chance over the cutoffs (Student 1908)."""
        gain = self.missed[:, 0] - self.missed[:, 1]
        n = len(gain)
        return self.tried and n > 1 and bool(gain.mean() > stdtrit(n - 1, 1 - _CHANCE) * gain.std(ddof=1) / np.sqrt(n))


NEVER = Trial(np.zeros((0, 2)), 0.0, 0)


def origins(panel: ChannelPanel) -> Iterator[Origin]:
    """Yield the earlier cutoffs of a panel, the newest first; an estimate, that knows what came later, counts as unknown."""
    for number in range(1, _ORIGINS + 1):
        length = len(panel.calendar) - number * AHEAD_DAYS
        if length < _LEAST_HISTORY_DAYS:
            return
        past = panel.until(length, AHEAD_DAYS)
        seen = panel.seen[:, length : length + AHEAD_DAYS]
        came = np.where(seen, panel.values[:, length : length + AHEAD_DAYS], 0).sum(1)
        values, known = np.ascontiguousarray(past.values), np.ascontiguousarray(past.observed)
        start = begin(values, known, dated(past.calendar, AHEAD_DAYS), past.groups, past.X, past.prior, past.stated)
        yield Origin(length, start if past.promotions is None else replace(start, lift=start.lift * past.promotions), seen, came)


def back_test(cutoffs: Iterator[Origin] | list[Origin], at: Callable[[Origin], tuple[np.ndarray | None, Mapping[str, Given]]]) -> dict[str, Trial]:
    """Return what came of each driver.

    Parameters
    ----------
    at : says of a cutoff what multiplies demand without any of them, None for nothing, and what with each (all of it, that included)
    """
    missed: dict[str, list[np.ndarray]] = {}
    sold: dict[str, float] = {}
    cases: dict[str, int] = {}
    for origin in cutoffs:
        base, given = at(origin)
        plain = None
        for name, (lift, on) in given.items():
            told = on & origin.seen.any(1)
            if not told.any():
                continue
            plain = origin.misses(base) if plain is None else plain
            missed.setdefault(name, []).append(np.array([plain[told].sum(), origin.misses(lift)[told].sum()]))
            sold[name] = sold.get(name, 0.0) + float(origin.came[told].sum())
            cases[name] = cases.get(name, 0) + int(told.sum())
    return {name: Trial(np.array(missed[name]), sold[name], cases[name]) for name in missed}
