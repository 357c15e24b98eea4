"""An sktime forecaster in place of ours for the SKUs it was chosen for, and what stands in where it fails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from workbench.forecasting.channel_panel import ChannelPanel
from workbench.forecasting.engine.counts import quantiles_of
from workbench.forecasting.engine.panel import PanelForecast
from workbench.forecasting.sktime_models.crew import answers
from workbench.forecasting.sktime_models.naming import ENGINE, make, short
from workbench.forecasting.sktime_models.single import Answer, Task
from workbench.settings import Forecaster


@dataclass(frozen=True)
class Instead:
    """A channel's forecast with another forecaster's rows in it.

    Attributes
    ----------
    result : the forecast; `model` names what made each row
    asked : (n,) whether the forecaster was asked for this SKU
    reason : (n,) why the fallback stands in, empty where it does not
    seconds : (n,) seconds that the forecaster took; NaN where it was not asked
    said : (n,) what it said when it failed
    """

    result: PanelForecast
    asked: np.ndarray
    reason: np.ndarray
    seconds: np.ndarray
    said: np.ndarray


def is_chosen(forecaster: Forecaster) -> bool:
    """Return whether another forecaster than ours was chosen."""
    return forecaster.name not in ("", ENGINE)


def instead(panel: ChannelPanel, ours: PanelForecast, forecaster: Forecaster, quantiles: Sequence[float]) -> Instead:
    """Return our forecast of a channel with the chosen forecaster's in place of it, SKU by SKU.

    It sees the demand of one SKU and nothing else. A forecaster without bounds gets ours: a day's variance over its mean stays.

    Parameters
    ----------
    forecaster : which one, for which SKUs, seconds a SKU, how it is run, and the fallback
    quantiles : those of `ours`

    Raises
    ------
    BadParameters
        If there is no such forecaster, or a setting does not fit; the fallback's too.
    """
    for name in (forecaster.name, forecaster.fallback):
        if name != ENGINE:
            make(name)
    asked = np.isin(panel.sku, forecaster.skus) if forecaster.skus else np.ones(len(panel.sku), bool)
    rows = np.flatnonzero(asked)
    first = _ask(panel, ours, rows, forecaster.name, forecaster, quantiles)
    failed = [place for place, found in enumerate(first) if found.fault]
    second = dict(zip(failed, _second(panel, ours, rows[failed], forecaster, quantiles), strict=True))
    made = _Laid(ours, quantiles)
    text = {name: np.full(len(asked), "", object) for name in ("reason", "said")}
    seconds = np.full(len(asked), np.nan)
    for place, row in enumerate(rows):
        found = first[place]
        seconds[row], text["reason"][row], text["said"][row] = found.seconds, found.fault, found.said
        name = forecaster.fallback if found.fault else forecaster.name
        made.put(int(row), second.get(place, found), short(name))
    return Instead(made.result(), asked, text["reason"].astype(str), seconds, text["said"].astype(str))


def _second(panel, ours, rows, forecaster, quantiles) -> list[Answer]:
    """Answers of the fallback; ours is one that changes nothing."""
    return [Answer(fault=ENGINE)] * len(rows) if forecaster.fallback == ENGINE else _ask(panel, ours, rows, forecaster.fallback, forecaster, quantiles)


def _ask(panel, ours, rows, name, forecaster, quantiles) -> list[Answer]:
    day, horizon = panel.calendar[0].date(), ours.mean.shape[1]
    values = np.where(panel.observed[rows], panel.values[rows], np.nan)
    tasks = [Task(name, value, day, horizon, tuple(quantiles), forecaster.budget_seconds) for value in values]
    return answers(tasks, backend=forecaster.backend, workers=forecaster.workers)


class _Laid:
    """Copies of our arrays that rows are put into."""

    def __init__(self, ours: PanelForecast, quantiles: Sequence[float]):
        self._ours, self._levels = ours, np.asarray(quantiles, float)
        self._mean, self._sd, self._quantiles = ours.mean.copy(), ours.sd.copy(), ours.quantiles.copy()
        self._model = ours.model.astype(object)

    def put(self, row: int, found: Answer, name: str) -> None:
        """Put an answer into a row; one without a mean leaves ours."""
        if found.mean is None:
            return
        before = self._ours.mean[row].astype(float)
        ratio = np.divide(self._ours.sd[row].astype(float) ** 2, before, out=np.ones_like(before), where=before > 0)
        variance = found.mean * ratio
        bounds = found.quantiles
        if bounds is None:
            bounds = quantiles_of(found.mean[None], variance[None], np.array([False]), self._levels)[0]
        else:
            width = (bounds[:, -1] - bounds[:, 0]) / _width(self._levels)
            variance = width**2
        self._mean[row], self._sd[row], self._quantiles[row], self._model[row] = found.mean, np.sqrt(variance), bounds, name

    def result(self) -> PanelForecast:
        return replace(self._ours, mean=self._mean, sd=self._sd, quantiles=self._quantiles, model=self._model.astype(str))


def _width(levels: np.ndarray) -> float:
    """Standard deviations between the outermost quantiles of a normal distribution."""
    from scipy.special import ndtri

    return float(ndtri(levels[-1]) - ndtri(levels[0]))
