"""The engine as an sktime forecaster: a thin adapter that takes a whole panel at once."""

from typing import Any

import numpy as np
import pandas as pd
from sktime.forecasting.base import BaseForecaster

from workbench.errors import BadParameters
from workbench.forecasting.axis import TimeAxis, instance_rows, regular_grid, stamps_of
from workbench.forecasting.engine.flags import flagged
from workbench.forecasting.engine.panel import PanelForecast, forecast_dense

# the list of types is what switches sktime's loop over series off: what is named here reaches _fit as it is
_TYPES = ["pd.DataFrame", "pd-multiindex", "pd_multiindex_hier"]


class DemandForecaster(BaseForecaster):
    """Forecast of demand for one series, a panel or a hierarchy, the whole panel in one pass.

    Demand that is not known is NaN, or has no row; a zero is a day on which nobody bought. Means are never negative, and
    quantiles are those of a count where all values are whole numbers.

    Parameters
    ----------
    global_model : bool, default=False
        whether to blend in a model learned over the whole panel, as far as it did better at past origins
    random_state : int, default=0
        seed of the global model

    Examples
    --------
    >>> from sktime.utils._testing.panel import _make_panel
    >>> from workbench.forecasting import DemandForecaster
    >>> y = _make_panel(n_instances=3, n_timepoints=30, return_mtype="pd-multiindex")
    >>> forecaster = DemandForecaster().fit(y, fh=[1, 2, 3])
    >>> forecaster.predict().shape
    (9, 1)
    """

    _tags = {  # noqa: RUF012
        "authors": "inventory-workbench",
        "maintainers": "inventory-workbench",
        "y_inner_mtype": _TYPES,
        "X_inner_mtype": _TYPES,
        "capability:multivariate": False,
        "capability:exogenous": True,
        "capability:insample": False,
        "capability:pred_int": True,
        "capability:pred_int:insample": False,
        "capability:missing_values": True,
        "capability:unequal_length": True,
        "capability:update": True,
        "capability:random_state": True,
        "property:randomness": "derandomized",
        "requires-fh-in-fit": False,
        "X-y-must-have-same-index": False,
    }

    def __init__(self, global_model: bool = False, random_state: int = 0):
        self.global_model = global_model
        self.random_state = random_state
        super().__init__()

    def _set_cutoff_from_y(self, y):
        """Read the newest stamp off the index: sktime's own way groups the whole frame, half a second for 10,000 series."""
        index = getattr(y, "index", None)
        if not isinstance(index, pd.MultiIndex) or not len(y):
            super()._set_cutoff_from_y(y)
            cutoff: Any = self.cutoff
            if isinstance(index, pd.DatetimeIndex) and len(y) and cutoff.freq is None:
                cutoff.freq = _step(index)
            return
        times = index.levels[-1]
        last = times[[int(index.codes[-1].max())]]
        if isinstance(last, pd.DatetimeIndex):
            last.freq = times.freq if times.freq is not None else _step(stamps_of(index)[0])
        self._cutoff = last.set_names([index.names[-1]])

    def _fit(self, y, X, fh):
        self._demand, self._drivers = y, X
        self._index()
        return self

    def _update(self, y, X=None, update_params=True):
        self._demand = _newest(self._demand, y)
        self._drivers = _newest(self._drivers, X)
        self._index()
        return self

    def _index(self) -> None:
        """Lay the demand out as a dense panel, by the codes of its index: the labels of all rows are never built."""
        index = self._demand.index
        grid = regular_grid(index)
        value = self._demand.iloc[:, 0].to_numpy()
        if grid is not None:
            self._instances, stamps = grid
            self._axis = TimeAxis.through(stamps)
            column = self._axis.position(stamps)
            shape = (len(self._instances), int(column.max()) + 1)
            laid = value.reshape(len(self._instances), len(stamps)).astype(np.float32)
            self._values = laid if shape == laid.shape else np.full(shape, np.nan, np.float32)
            if self._values is not laid:
                self._values[:, column] = laid
            self._observed = np.isfinite(self._values)
            return
        if isinstance(index, pd.MultiIndex):
            row, self._instances = instance_rows(index)
            stamps, stamp = stamps_of(index)
            self._axis = TimeAxis.through(stamps)
            column = self._axis.position(stamps)[stamp]
        else:
            self._instances, row = None, np.zeros(len(index), np.int64)
            self._axis = TimeAxis.through(index)
            column = self._axis.position(index)
        self._scatter(row, column, value.astype(np.float32))

    @property
    def flags_(self) -> pd.DataFrame:
        """What of each series was answered by rule: flag, empty where nothing was, and periods; see `flagged`."""
        self.check_is_fitted()
        length = self._values.shape[1]
        code, periods = flagged(self._values, self._observed, self._axis.periods(length, 1), None)
        return pd.DataFrame({"flag": code, "periods": periods}, index=self._instances)

    def _scatter(self, row: np.ndarray, column: np.ndarray, value: np.ndarray) -> None:
        shape = (int(row.max()) + 1, int(column.max()) + 1)
        place, told = row * shape[1] + column, np.isfinite(value)
        if not told.all():
            place, value = place[told], value[told]
        values, observed = np.zeros(shape[0] * shape[1], np.float32), np.zeros(shape[0] * shape[1], bool)
        values[place], observed[place] = value, True
        repeated = len(place) - int(np.count_nonzero(observed))
        if repeated:
            raise BadParameters("DemandForecaster", [f"dates must not repeat within a series; {repeated} rows do"])
        self._values, self._observed = values.reshape(shape), observed.reshape(shape)

    def _rows(self, index: pd.MultiIndex) -> np.ndarray:
        return self._instances.get_indexer(index.droplevel(-1))

    def _forecast(self, fh, X, quantiles) -> tuple[PanelForecast, np.ndarray]:
        """Return the engine's forecast far enough ahead, and which steps of it are asked for."""
        asked = fh.to_absolute_index(self.cutoff)
        length = self._values.shape[1]
        ahead = self._axis.position(asked) - length
        horizon = int(ahead.max()) + 1
        result = forecast_dense(
            self._values, self._observed, self._axis.periods(length, horizon), np.asarray(quantiles, float),
            X=self._dense_drivers(X, horizon), groups=None, global_model=self.global_model, seed=self.random_state,
        )  # fmt: skip
        return result, ahead

    def _dense_drivers(self, X, horizon: int) -> np.ndarray | None:
        """Return drivers of history and horizon (n, T + horizon, k); what is not told is NaN."""
        told = _newest(self._drivers, X)
        if told is None or not len(told.columns):
            return None
        out = np.full((len(self._values), self._values.shape[1] + horizon, len(told.columns)), np.nan, np.float32)
        column = self._axis.position(told.index.get_level_values(-1) if isinstance(told.index, pd.MultiIndex) else told.index)
        row = self._rows(told.index) if self._instances is not None else np.zeros(len(told), np.int64)
        inside = (column >= 0) & (column < out.shape[1]) & (row >= 0)
        out[row[inside], column[inside]] = told.to_numpy(np.float32)[inside]
        return out

    def _frame(self, values: np.ndarray, fh, columns) -> pd.DataFrame:
        """Return (n, h, k) values as a container of the demand's own kind."""
        times = fh.to_absolute_index(self.cutoff)
        if self._instances is None:
            return pd.DataFrame(values[0], index=times, columns=columns)
        n, h = values.shape[:2]
        if isinstance(self._instances, pd.MultiIndex):
            levels, codes = list(self._instances.levels), [np.repeat(code, h) for code in self._instances.codes]
        else:
            levels, codes = [self._instances], [np.repeat(np.arange(n), h)]
        index = pd.MultiIndex([*levels, times], [*codes, np.tile(np.arange(h), n)], names=self._demand.index.names, verify_integrity=False)
        return pd.DataFrame(values.reshape(n * h, -1), index=index, columns=columns)

    def _predict(self, fh, X):
        result, ahead = self._forecast(fh, X, [0.5])
        return self._frame(result.mean[:, ahead, None].astype(float), fh, self._get_columns(method="predict"))

    def _predict_quantiles(self, fh, X, alpha):
        order = np.argsort(alpha)
        levels = np.clip(np.asarray(alpha, float)[order], 1e-6, 1 - 1e-6)
        result, ahead = self._forecast(fh, X, np.unique(levels))
        place = np.searchsorted(np.unique(levels), np.clip(np.asarray(alpha, float), 1e-6, 1 - 1e-6))
        columns = self._get_columns(method="predict_quantiles", alpha=alpha)
        return self._frame(result.quantiles[:, ahead][:, :, place].astype(float), fh, columns)

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return settings for sktime's own tests."""
        return [{}, {"random_state": 7}]


def _step(times: pd.DatetimeIndex) -> Any:
    """Return the step of an index of dates: its own, or where days are missing the widest that meets them all."""
    return (pd.infer_freq(times) if len(times) > 2 else None) or (TimeAxis.through(times).offset if len(times) > 1 else None)


def _newest(before: pd.DataFrame | None, after: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return both frames' rows, the later told one where both have a row."""
    if before is None or after is None:
        return before if after is None else after
    return pd.concat([before[~before.index.isin(after.index)], after]).sort_index()
