"""New SKUs that sell, until they have sales of their own, like the SKUs an analyst picked for them."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from workbench.errors import BadParameters

MODEL = "analogues"
OWN_DAYS = 28
"""Known days after which a SKU's own forecast counts as much as its analogues'."""
_UNITS = ["mean", "sd", "q05", "q10", "q25", "q50", "q75", "q90", "q95"]


def from_analogues(forecast: pd.DataFrame, history: pd.DataFrame, analogues: Iterable[tuple[str, Sequence[str]]]) -> pd.DataFrame:
    """Return the forecast with the named SKUs blended from their analogues, channel by channel.

    own share w = known days / (known days + 28); mean and quantiles = w x own + (1 - w) x mean of the analogues'. To the variance
    comes (1 - w)^2 times the variance between the analogues' means. `model` says `analogues` while w is under a half.

    Parameters
    ----------
    forecast : table forecast; a SKU without rows gets them in every channel that an analogue sells in
    history : table history; days whose demand was seen are a SKU's own
    analogues : SKU, and the SKUs that it is like

    Raises
    ------
    BadParameters
        If a SKU is its own analogue, or no analogue of it has a forecast.
    """
    picked = [(sku, tuple(like)) for sku, like in analogues]
    known = set(forecast["sku"])
    faults = [f"{sku} is named as its own analogue" for sku, like in picked if sku in like]
    faults += [f"no analogue of {sku} has a forecast, got {', '.join(like)}" for sku, like in picked if not known & set(like)]
    if faults:
        raise BadParameters("analogues", faults)
    seen = history[~history["imputed"] & history["demand"].notna()].groupby(["sku", "channel"]).size()
    named = [sku for sku, _ in picked]
    made = [_blended(forecast, sku, like, seen) for sku, like in picked]
    whole = pd.concat([forecast[~forecast["sku"].isin(named)], *made, *_elsewhere(forecast, picked)], ignore_index=True)
    return whole.sort_values(["channel", "sku", "date"], kind="stable", ignore_index=True)


def _elsewhere(forecast: pd.DataFrame, picked: Sequence[tuple[str, tuple[str, ...]]]) -> list[pd.DataFrame]:
    """A named SKU's own rows in channels where no analogue sells."""
    rows = []
    for sku, like in picked:
        channels = forecast[forecast["sku"].isin(like)]["channel"].unique()
        rows.append(forecast[(forecast["sku"] == sku) & ~forecast["channel"].isin(channels)])
    return rows


def _blended(forecast: pd.DataFrame, sku: str, like: tuple[str, ...], seen: pd.Series) -> pd.DataFrame:
    others = forecast[forecast["sku"].isin(like)]
    days = others.groupby(["channel", "cutoff", "date"], sort=False)
    theirs = days[_UNITS].mean().assign(between=days["mean"].var(ddof=0)).reset_index().assign(sku=sku)
    own = forecast[forecast["sku"] == sku].set_index(["channel", "date"])
    place = pd.MultiIndex.from_frame(theirs[["channel", "date"]])
    mine = own[[*_UNITS, "model"]].reindex(place).reset_index(drop=True)
    told = theirs["channel"].map(lambda channel: seen.get((sku, channel), 0)).to_numpy(float)
    share = np.where(mine["mean"].notna(), told / (told + OWN_DAYS), 0.0)
    made = theirs.copy()
    for name in _UNITS:
        made[name] = share * mine[name].fillna(0.0) + (1 - share) * theirs[name]
    made["sd"] = np.sqrt(made["sd"] ** 2 + (1 - share) ** 2 * theirs["between"])
    made["model"] = np.where(share < 0.5, MODEL, mine["model"].fillna(MODEL))
    return made.drop(columns="between").assign(reason="").reindex(columns=forecast.columns).astype(forecast.dtypes.to_dict())
