"""Drivers that are tested: what rivals do today, and what the tables say around each SKU. Those that helped before are in the forecast, by name.

Rivals are tried first; the others over them. A driver counts only where at earlier cutoffs of the same history the forecast was
better with it, and not by chance; of several the best is taken first, and a further one only where it still adds something.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from workbench.forecasting.channel_panel import ChannelPanel, one_channel
from workbench.forecasting.drivers.effects import categories
from workbench.forecasting.drivers.offers import offers, planned_promotions
from workbench.forecasting.drivers.outside import INDICATOR, Driver, Tables, drivers_of, of_channel
from workbench.forecasting.drivers.pushes import Push, Pushes
from workbench.forecasting.drivers.rivals import RIVALS, Rivals, rivals_of
from workbench.forecasting.drivers.surroundings import Told, told
from workbench.forecasting.drivers.trials import AHEAD_DAYS, NEVER, Given, Origin, Trial, back_test, origins
from workbench.forecasting.engine.fit import Start, begin
from workbench.forecasting.engine.periods import dated
from workbench.forecasting.params import ForecastParams
from workbench.tables import schema

USED, HELPS_NOT, ADDS_NOTHING, UNTRIED = "used", "helps_not", "adds_nothing", "untried"
_MOST_SKUS = 120  # of those that rivals touched, and of all others, that the back-test runs over
_MOST_INDICATORS = 5  # those that the past before the first cutoff speaks for most
_TOLD = (
    "driver", "kind", "verdict", "used", "skus", "factor", "spells", "median_days", "by_age", "low", "high", "lag_days", "half_days", "planned",
    "cases", "error", "error_with",
)  # fmt: skip


@dataclass(frozen=True)
class Tested:
    """What tested drivers do to the forecasts of a channel.

    Attributes
    ----------
    rivals, others : (n, T + H) of demand, for the SKUs of the channel's panel; None where nothing is used
    planned : (n, H) days ahead that are planned to be on promotion, as in `ChannelPanel`
    told : one row a driver: driver, kind (rival, sku, indicator), verdict (used, helps_not, adds_nothing, untried), used, skus with it today; of rivals factor
        (median that it multiplies their demand by), spells that ended, median_days that they last, by_age; of the others low and
        high (10 and 90 % of what it multiplies tomorrow's demand by), lag_days by which demand follows, half_days until half of what is unusual
        today is gone, planned SKUs; cases, and error and error_with of 14-day totals in the back-test, shares of what sold
    """

    rivals: np.ndarray | None
    others: np.ndarray | None
    told: pd.DataFrame
    planned: np.ndarray | None = None

    def on(self, panel: ChannelPanel) -> ChannelPanel:
        """Return the channel's panel with what they do."""
        return replace(panel, rivals=self.rivals, others=self.others, planned=self.planned)


NOTHING = Tested(None, None, pd.DataFrame(columns=list(_TOLD)))
"""Where nothing is told, or it is not to be used."""


def tested_drivers(
    panel: ChannelPanel, history: pd.DataFrame, params: ForecastParams, as_of: dt.date, tables: Tables, *, items: pd.DataFrame | None = None
) -> Tested:
    """Return what the drivers that proved to help do to a channel's forecasts, what came of every driver, and the promotions that are planned.

    Parameters
    ----------
    panel : the channel's, of `history`
    tables : market, ads, offer_plan, indicators; nothing later than `as_of` is used
    items : table items, for the categories
    """
    planned = planned_promotions(panel, tables, as_of, params.horizon_days) if params.use_drivers and panel.promoted is not None else None
    return replace(_tested(replace(panel, planned=planned), history, params, as_of, tables, items=items), planned=planned)


def _tested(panel: ChannelPanel, history: pd.DataFrame, params: ForecastParams, as_of: dt.date, tables: Tables, *, items: pd.DataFrame | None = None) -> Tested:
    category, length = categories(panel.sku, items), len(panel.calendar)
    around = _around(panel, history, tables, as_of) if params.use_rivals else None
    now = None if around is None else rivals_of(around.until(length, category), category)
    others = [*offers(panel, history, tables, as_of), *drivers_of(panel, tables, as_of)] if params.use_drivers else []
    if not others and (now is None or not now.touched.any()):
        return NOTHING if now is None else Tested(None, None, _told([_row(name, UNTRIED, NEVER, now.told(name)) for name in RIVALS]))
    rows = _sample(len(panel.sku), now, others)
    cutoffs = list(origins(panel.of(rows)))
    then = {}
    if around is not None and now is not None and now.touched.any():
        small = around.of(rows)
        then = {origin.length: rivals_of(small.until(origin.length, category[rows]), category[rows]) for origin in cutoffs}
    kept, came = _rivals(now, then, cutoffs)
    made = now.multipliers(kept, length, params.horizon_days) if now is not None else None
    base = {cut: known.multipliers(kept, cut, AHEAD_DAYS) for cut, known in then.items()}
    found = _others(Pushes({driver.name: driver.of(rows) for driver in others}, category[rows]), cutoffs, base)
    if not found.used:
        return Tested(made, None, _told([*came, *found.rows()]))
    whole = Pushes({driver.name: driver for driver in others}, category, {name: found.pushes.lag(name) for name in found.used})
    pushed = whole.push(_beginning(panel, params.horizon_days), found.used, made)
    return Tested(made, pushed.lift, _told([*came, *found.rows(whole, pushed)]))


def channel_drivers(
    history: pd.DataFrame, params: ForecastParams, as_of: dt.date, channel: str, tables: Tables, *, items: pd.DataFrame | None = None, events=None
) -> Tested:
    """Return what `tested_drivers` says of one channel of a history.

    Raises
    ------
    NotEnoughHistory
        If the channel has no history by `as_of`.
    """
    panel = one_channel(history, params, as_of, channel, items=items, events=events)
    return tested_drivers(panel, history, params, as_of, tables, items=items)


def _around(panel: ChannelPanel, history: pd.DataFrame, tables: Tables, as_of: dt.date) -> Told | None:
    """What is told day by day; None where nothing is known of rivals."""
    market, ads = tables.get("market"), tables.get("ads")
    if market is None:
        return None
    mine = of_channel(market, panel, as_of)
    if mine[["competitor_price", "competitor_in_stock"]].isna().all(axis=None):
        return None
    history = history[(history["channel"] == panel.channel) & history["sku"].isin(panel.sku)]
    return told(history, mine, schema.empty("ads") if ads is None else ads, panel.calendar)


def _sample(n: int, now: Rivals | None, others: list[Driver]) -> np.ndarray:
    """The numbers of the SKUs to back-test: those that rivals touched, that others say something of, and the rest, each evenly thinned out where many."""
    touched = np.zeros(n, bool) if now is None else now.touched
    known = np.any([np.broadcast_to(np.isfinite(driver.said).any(1), (n,)) for driver in others], axis=0) if others else np.zeros(n, bool)
    parts = [np.flatnonzero(part) for part in (touched, known & ~touched, ~known & ~touched)]
    return np.sort(np.concatenate([rows[:: max(-(-len(rows) // _MOST_SKUS), 1)] for rows in parts]))


def _beginning(panel: ChannelPanel, horizon: int) -> Start:
    values, known = np.ascontiguousarray(panel.values), np.ascontiguousarray(panel.observed)
    start = begin(values, known, dated(panel.calendar, horizon), panel.groups, panel.X, panel.prior, panel.stated)
    return start if panel.promotions is None else replace(start, lift=start.lift * panel.promotions)


def _rivals(now: Rivals | None, then: dict[int, Rivals], cutoffs: list[Origin]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return which doings of rivals count, and what came of each."""
    if now is None:
        return [], []

    def at(origin: Origin) -> tuple[None, dict[str, Given]]:
        known = then[origin.length]
        return None, {name: (known.multipliers([name], origin.length, AHEAD_DAYS), known.on[name][:, -1]) for name in RIVALS}

    trials = back_test(cutoffs, at) if then else {}
    rows = [(name, trials.get(name, NEVER)) for name in RIVALS]
    return [name for name, trial in rows if trial.better], [_row(name, _verdict(trial, trial.better), trial, now.told(name)) for name, trial in rows]


@dataclass(frozen=True)
class _Found:
    """What came of the other drivers."""

    pushes: Pushes
    trials: dict[str, Trial]
    used: list[str]

    def rows(self, whole: Pushes | None = None, pushed: Push | None = None) -> list[dict[str, Any]]:
        """Return what is told of each."""
        return [self._row(name, self.trials.get(name, NEVER), whole, pushed) for name in self.pushes.drivers]

    def _row(self, name: str, trial: Trial, whole: Pushes | None, pushed: Push | None) -> dict[str, Any]:
        if whole is None or pushed is None or name not in self.used:
            return _row(name, ADDS_NOTHING if trial.helps else _verdict(trial, False), trial, {})
        known, lag = whole.newest(name)
        now = np.broadcast_to(np.isfinite(known.x[:, -1]), (len(pushed.lift),))
        low, high = np.quantile(pushed.tomorrow[name][now], (0.1, 0.9)) if now.any() else (np.nan, np.nan)
        planned = int(known.planned.sum())
        more = {"skus": int(now.sum()), "low": low, "high": high, "lag_days": lag, "half_days": known.fade.half_days, "planned": planned}
        return _row(name, USED, trial, more)


def _others(pushes: Pushes, cutoffs: list[Origin], base: dict[int, np.ndarray | None]) -> _Found:
    """Try each of the other drivers by itself over what rivals do, then the ones that help together, the best first."""
    names = _promising(pushes, cutoffs)

    def tried(names: list[list[str]], over: list[str]) -> dict[str, Trial]:
        def at(origin: Origin) -> tuple[np.ndarray | None, dict[str, Given]]:
            rivals = base.get(origin.length)
            plain = pushes.given(origin.start, over, rivals)
            return plain, {some[-1]: (pushes.given(origin.start, some, rivals), pushes.told(origin.start, some[-1])) for some in names}

        return back_test(cutoffs, at)

    trials = tried([[name] for name in names], [])
    helping = sorted((name for name, trial in trials.items() if trial.helps), key=lambda name: -trials[name].gain)
    used = helping[:1]
    for name in helping[1:]:
        together = tried([[*used, name]], used)
        used = [*used, name] if together[name].gain > 0 else used
    return _Found(pushes, trials, used)


def _promising(pushes: Pushes, cutoffs: list[Origin]) -> list[str]:
    """The drivers to try: of indicators, of which there may be many, those that the past before the first cutoff speaks for most."""
    if not cutoffs:
        return []
    some = [name for name in pushes.drivers if name.startswith(INDICATOR)]
    best = some if len(some) <= _MOST_INDICATORS else sorted(some, key=lambda name: -pushes.evidence(name, cutoffs[-1].start))[:_MOST_INDICATORS]
    return [name for name in pushes.drivers if name not in some or name in best]


def _verdict(trial: Trial, used: bool) -> str:
    return USED if used else HELPS_NOT if trial.tried else UNTRIED


def _row(name: str, verdict: str, trial: Trial, more: dict[str, Any]) -> dict[str, Any]:
    error, error_with = trial.errors
    kind = "rival" if name in RIVALS else "indicator" if name.startswith(INDICATOR) else "sku"
    known = {"driver": name.removeprefix(INDICATOR), "kind": kind, "verdict": verdict}
    return {**known, "used": verdict == USED, "skus": 0, "cases": trial.cases, "error": error, "error_with": error_with, **more}


def _told(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=list(_TOLD))
