"""New SKUs that sell, until they have sales of their own, like others: those an analyst picked, or those that they resemble."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from workbench.errors import BadParameters
from workbench.forecasting.channel_panel import QUANTILES
from workbench.forecasting.engine.counts import quantiles_of

MODEL = "analogues"
OWN_DAYS = 28
"""Known days after which a SKU's own forecast counts as much as that of the analogues an analyst picked."""
UNITS = ["mean", "sd", *(f"q{round(100 * q):02d}" for q in QUANTILES)]
_MEAN, _SD, _BOUNDS = 0, 1, slice(2, None)

_NONE = pd.Series(dtype="int64")

Picked = Mapping[str, Sequence[str]]
"""SKU, and the SKUs that it is like."""


def from_analogues(forecast: pd.DataFrame, history: pd.DataFrame, analogues: Iterable[tuple[str, Sequence[str]]]) -> pd.DataFrame:
    """Return the forecast with the named SKUs blended from the analogues that an analyst picked, channel by channel.

    A SKU without rows gets them in every channel that an analogue sells in; see `blended`.

    Raises
    ------
    BadParameters
        If a SKU is its own analogue, or no analogue of it has a forecast.
    """
    picked = {sku: tuple(like) for sku, like in analogues}
    known = set(forecast["sku"])
    faults = [f"{sku} is named as its own analogue" for sku, like in picked.items() if sku in like]
    faults += [f"no analogue of {sku} has a forecast, got {', '.join(like)}" for sku, like in picked.items() if not known & set(like)]
    if faults:
        raise BadParameters("analogues", faults)
    seen = history[~history["imputed"] & history["demand"].notna()].groupby(["channel", "sku"]).size()
    parts = [blended(part, seen.get(channel, _NONE), picked, OWN_DAYS) for channel, part in forecast.groupby("channel", sort=True)]
    return pd.concat(parts, ignore_index=True) if parts else forecast


def blended(forecast: pd.DataFrame, seen: Mapping[str, int] | pd.Series, picked: Picked, own_days: float, scale: float = 1.0) -> pd.DataFrame:
    """Return the forecast of a channel with SKUs blended from others.

    own share w = known days / (known days + own_days); mean = w x own + (1 - w) x scale x mean of the others'. The deviations are blended
    alike, and to the variance comes (1 - w)^2 times the variance between the others' means. `model` says `analogues` while w is under a half.

    Parameters
    ----------
    forecast : table forecast, one channel, by sku and day
    seen : known days by sku
    picked : SKUs and those that they are like; of these those count that have a forecast
    own_days : known days after which a SKU's own forecast counts as much as the others'
    """
    place = {sku: row for row, sku in enumerate(forecast["sku"].unique())}
    rows = {sku: [place[one] for one in like if one in place] for sku, like in picked.items()}
    rows = {sku: like for sku, like in rows.items() if like}
    if not rows:
        return forecast
    days = len(forecast) // len(place)
    grid = forecast[UNITS].to_numpy(float).reshape(len(place), days, len(UNITS))
    made = []
    for sku, like in rows.items():
        own, known = place.get(sku), float(seen.get(sku, 0))
        share = known / (known + own_days) if own is not None and known + own_days > 0 else 0.0
        mine = forecast.iloc[days * (own or 0) : days * ((own or 0) + 1)]
        made.append(_rows(mine, sku, grid[own or 0], scale * grid[like], share))
    whole = pd.concat([forecast[~forecast["sku"].isin(list(rows))], *made], ignore_index=True)
    return whole.sort_values(["sku", "date"], kind="stable", ignore_index=True).astype(forecast.dtypes.to_dict())


def _rows(own: pd.DataFrame, sku: str, mine: np.ndarray, others: np.ndarray, share: float) -> pd.DataFrame:
    """A SKU's rows, `mine` (days, k) of its own forecast blended with those of others (m, days, k); with a share of 0 its own do not count."""
    units = share * mine + (1 - share) * others.mean(0)
    variance = units[:, _SD] ** 2 + (1 - share) ** 2 * others[:, :, _MEAN].var(0)
    counts = np.array([bool((others[:, :, _BOUNDS] == np.floor(others[:, :, _BOUNDS])).all())])
    bounds = quantiles_of(units[None, :, _MEAN], variance[None], counts, np.array(QUANTILES))[0]
    told = np.column_stack([units[:, _MEAN], np.sqrt(variance), bounds])
    model = MODEL if share < 0.5 else own["model"]
    return own.assign(sku=sku, model=model, reason="", reason_value=np.nan, **dict(zip(UNITS, told.T, strict=True)))
