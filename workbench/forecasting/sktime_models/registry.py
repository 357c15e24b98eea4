"""Which forecasters sktime has: name, family, what they can do, what they need. Loads all of sktime: some seconds, once."""

import warnings
from functools import cache
from typing import Any

import pandas as pd

from workbench.forecasting.sktime_models.naming import needed

_TAGS = {
    "gives_bounds": "capability:pred_int",
    "takes_unknown_days": "capability:missing_values",
    "takes_drivers": "capability:exogenous",
}
_FAMILIES = {
    "naive": "repeats", "exp_smoothing": "smoothing", "ets": "smoothing", "theta": "smoothing", "statsforecast": "statistical", "arima": "arima", "arar":
    "arima", "sarimax": "arima", "auto_reg": "arima", "ardl": "arima", "arch": "volatility", "croston": "intermittent", "trend": "trend", "stl": "trend",
    "bats": "seasonal", "tbats": "seasonal", "fbprophet": "trend", "prophetverse": "trend", "structural": "state_space", "dynamic_factor": "state_space",
    "varmax": "many_series", "var": "many_series", "vecm": "many_series", "compose": "built_of_others", "model_selection": "built_of_others",
    "online_learning": "built_of_others", "reconcile": "built_of_others", "base": "built_of_others", "foundation": "neural", "tsb": "intermittent",
    "stream": "built_of_others", "conformal": "built_of_others", "enbpi": "built_of_others", "boxcox": "built_of_others", "residual": "built_of_others",
    "squaring": "built_of_others", "arps": "trend", "autots": "learned", "mapa": "smoothing", "dummy": "repeats", "pyfable": "arima", "greykite": "trend",
    "neuralforecast": "neural", "pytorchforecasting": "neural", "darts": "learned", "regression": "learned", "reduction": "learned", "ltsf": "neural",
    "chronos": "neural", "moirai": "neural", "ttm": "neural", "timesfm": "neural", "hf": "neural",
}  # fmt: skip
READY_MADE = {"moving_average": 'NaiveForecaster(strategy="mean", window_length=30)', "stl": "STLForecaster(sp=7)"}
"""Names that are more than a class: what analysts call them, and how they are written."""
_NETWORKS = ("torch", "transformers", "tensorflow", "keras", "neuralforecast")
_OTHER = "other"


@cache
def _all() -> pd.DataFrame:
    from sktime.registry import all_estimators

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = all_estimators("forecaster")
        every = pd.DataFrame([_row(name, kind) for name, kind in found]).set_index("name", drop=False)
    ready = every.loc[[written.split("(")[0] for written in READY_MADE.values()]].assign(name=list(READY_MADE.values()), about=list(READY_MADE))
    return pd.concat([ready, every], ignore_index=True)


def forecasters() -> pd.DataFrame:
    """Return every forecaster that sktime has, one row a name, after those that are ready made.

    Returns
    -------
    name; family, by the place it has in sktime; about, its own first line (English), of one that is ready made its key in
    `READY_MADE`; gives_bounds, takes_unknown_days and takes_drivers, whether it can; packages that it needs; ready, whether they
    are installed; needs, the settings that it cannot do without.
    """
    return _all().copy()


def _row(name: str, kind: Any) -> dict[str, Any]:
    packages = _flat(kind.get_class_tag("python_dependencies", None) or [])
    about = next((line.strip() for line in (kind.__doc__ or "").splitlines() if line.strip()), "")
    return {
        "name": name,
        "family": "neural" if any(name.startswith(_NETWORKS) for name in packages) else family(kind.__module__),
        "about": about,
        **{column: bool(kind.get_class_tag(tag, False)) for column, tag in _TAGS.items()},
        "packages": ", ".join(packages),
        "ready": _ready(kind),
        "needs": ", ".join(needed(kind)),
    }


def family(module: str) -> str:
    """Return what kind of forecaster a module of sktime holds.

    >>> family("sktime.forecasting.naive"), family("sktime.forecasting.some_new_place")
    ('repeats', 'other')
    """
    for part in module.split(".")[2:]:
        plain = part.strip("_")
        start = next((key for key in sorted(_FAMILIES, key=len, reverse=True) if plain == key or plain.startswith(f"{key}_")), "")
        if start:
            return _FAMILIES[start]
    return _OTHER


def _flat(packages: Any) -> list[str]:
    return [packages] if isinstance(packages, str) else [name for part in packages for name in _flat(part)]


def _ready(kind: Any) -> bool:
    from sktime.utils.dependencies import _check_estimator_deps

    return bool(_check_estimator_deps(kind, severity="none"))
