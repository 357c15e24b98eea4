"""Forecasters of other people, in an environment of their own: they ask for an older pandas. Arrays go in and out as files."""

import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("statsforecast==2.1.1", "mlforecast==1.1.0", "lightgbm==4.7.0")
RUN = """
import json, os, resource, sys, time, warnings
warnings.filterwarnings("ignore")
os.environ["NIXTLA_ID_AS_COL"] = "1"
import numpy as np, pandas as pd
data = dict(np.load(sys.argv[1]))
def frame(y):
    n, length = y.shape
    day = np.tile(pd.date_range("2023-01-01", periods=length), n)
    return pd.DataFrame({{"unique_id": np.repeat(np.arange(n), length), "ds": day, "y": y.ravel().astype(float)}})
def cpu():
    return sum(r.ru_utime + r.ru_stime for r in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))
{setup}
start = cpu()
result = run(data)
used = cpu() - start
np.savez(sys.argv[2], **{{key: np.asarray(value) for key, value in result.items()}})
print(json.dumps({{"cpu": used}}))
"""
STATISTICAL = """
from statsforecast import StatsForecast
from statsforecast.models import *
MODELS, HORIZON, LEVEL = [{models}], {horizon}, {level}
def run(data):
    made = StatsForecast(models=MODELS, freq="D").forecast(df=frame(data["y"]), h=HORIZON, level=LEVEL)
    n = len(data["y"])
    return {{name: made[name].to_numpy().reshape(n, HORIZON) for name in made.columns if name not in ("unique_id", "ds")}}
run({{"y": data["y"][:2]}})
"""
BOOSTED = """
import lightgbm
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
HORIZON = {horizon}
def run(data):
    model = lightgbm.LGBMRegressor(objective="tweedie", n_estimators=300, learning_rate=0.05, num_leaves=63, verbosity=-1, n_jobs=1)
    means = {{1: [RollingMean(7), RollingMean(28)], 7: [RollingMean(28)]}}
    learner = MLForecast(models=[model], freq="D", lags=[1, 7, 14, 28, 364], lag_transforms=means, date_features=["dayofweek", "dayofyear", "month"])
    learner.fit(frame(data["y"]), static_features=[])
    return {{"mean": np.maximum(learner.predict(HORIZON)["LGBMRegressor"].to_numpy().reshape(len(data["y"]), HORIZON), 0)}}
"""


def place() -> Path:
    """Return the folder of the peers' environment: WORKBENCH_PEERS, or .peers beside the package."""
    return Path(os.environ.get("WORKBENCH_PEERS") or ROOT / ".peers")


def commands(folder: Path) -> list[list[str]]:
    """Return what is run to make the peers' environment, in order; packages come from pip's own index."""
    made = str(folder / "bin" / "python")
    return [[sys.executable, "-m", "venv", str(folder)], [made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]]


@functools.cache
def python() -> Path | None:
    """Return the interpreter of the peers' environment, made when first asked for or half made; None where that cannot be done."""
    folder = place()
    found = folder / "bin" / "python"
    if _complete(found):
        return found
    try:
        for command in commands(folder):
            subprocess.run(command, check=True, stdout=sys.stderr)
    except (subprocess.CalledProcessError, OSError) as fault:
        print(f"no peers: {fault}", file=sys.stderr)
        return None
    return found


def _complete(found: Path) -> bool:
    """Say whether an interpreter is there and has every peer."""
    names = ", ".join(package.partition("==")[0] for package in PACKAGES)
    return found.exists() and subprocess.run([str(found), "-c", f"import {names}"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def statistical(y: np.ndarray, models: str, horizon: int, level: list[int] | None = None) -> tuple[dict[str, np.ndarray], float]:
    """Return what statsforecast's models say of rows of demand, and the CPU seconds they took."""
    return _run(STATISTICAL.format(models=models, horizon=horizon, level=level), y)


def boosted(y: np.ndarray, horizon: int) -> tuple[dict[str, np.ndarray], float]:
    """Return what mlforecast with LightGBM says, day by day from its own forecasts, and the CPU seconds it took."""
    return _run(BOOSTED.format(horizon=horizon), y)


def _run(setup: str, y: np.ndarray) -> tuple[dict[str, np.ndarray], float]:
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "given.npz", Path(folder) / "made.npz"
        np.savez(given, y=y)
        done = subprocess.run([str(python()), "-c", RUN.format(setup=setup), given, made], stdout=subprocess.PIPE, text=True, check=True)
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return dict(np.load(made).items()), float(told["cpu"])
