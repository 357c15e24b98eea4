"""Spikes, surges and slumps: sales of the last days against what had been foretold for them, weekday, season and events included."""

import datetime as dt

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from workbench.forecasting.channel_panel import ChannelPanel, channel_panels
from workbench.forecasting.params import ForecastParams

SPIKE, SURGE, SLUMP = "spike", "surge", "slump"
_COLUMNS = ["sku", "channel", "kind", "first", "last", "units", "expected", "ratio"]


class SurpriseParams(BaseModel):
    """When sales of the last days count as a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_days: int = Field(default=14, ge=5, le=60, description="last days looked at", json_schema_extra={"unit": "days"})
    spike_share: float = Field(
        default=3.0, ge=0.5, description="how much a day must lie above what was expected: 3 is +300 %", json_schema_extra={"unit": "ratio"}
    )
    run_days: int = Field(default=5, ge=2, le=30, description="days in a row under, or over, what was expected", json_schema_extra={"unit": "days"})
    surge_ratio: float = Field(
        default=1.5, ge=1, description="sales of a run over what was expected, from where it is a surge", json_schema_extra={"unit": "ratio"}
    )
    slump_ratio: float = Field(
        default=0.7, gt=0, le=1, description="sales of a run over what was expected, up to where it is a slump", json_schema_extra={"unit": "ratio"}
    )
    sure: float = Field(default=2.0, ge=0, description="standard deviations by which sales must miss what was expected", json_schema_extra={"unit": "ratio"})


def surprises(
    history: pd.DataFrame,
    params: SurpriseParams,
    as_of: dt.date,
    *,
    items: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the SKUs whose sales of the last days are out of the ordinary, the largest gap first.

    Each day is held against the forecast made before the first of them, so that weekends, seasons and known events are no
    surprise. Days out of stock count neither way.

    Returns
    -------
    sku, channel; kind: spike (one day), surge or slump (days in a row up to the last known); first, last day; units and
    expected units of these days, and their ratio.
    """
    made = []
    ahead = ForecastParams(horizon_days=params.window_days, global_model=False)
    for panel in channel_panels(history, ahead, as_of, items=items, events=events):
        length = len(panel.calendar) - params.window_days
        if length >= params.window_days:
            made += _of_channel(panel, length, ahead, params)
    table = pd.DataFrame(made, columns=_COLUMNS)
    gap = (table["units"] - table["expected"]).abs()
    return table.loc[gap.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _of_channel(panel: ChannelPanel, length: int, ahead: ForecastParams, params: SurpriseParams) -> list[tuple]:
    told = panel.until(length, params.window_days).forecast(params.window_days, ahead)
    came, known, days = panel.values[:, length:], panel.seen[:, length:], panel.calendar[length:]
    made = []
    for row in range(len(panel.sku)):
        at = np.flatnonzero(known[row])
        one = (came[row, at].astype(float), told.mean[row, at].astype(float), told.sd[row, at].astype(float))
        for kind, first, last in _found(*one, params):
            units, expected = float(one[0][first : last + 1].sum()), float(one[1][first : last + 1].sum())
            ratio = units / expected if expected > 0 else np.nan
            made.append((str(panel.sku[row]), panel.channel, kind, days[at[first]], days[at[last]], units, expected, ratio))
    return made


def _found(came: np.ndarray, mean: np.ndarray, sd: np.ndarray, params: SurpriseParams) -> list[tuple[str, int, int]]:
    """Return kind, first and last place of what stands out among known days."""
    if not len(came):
        return []
    high = (came >= (1 + params.spike_share) * mean) & (came > mean + params.sure * np.maximum(sd, 1.0))
    found = [(SPIKE, int(np.argmax(np.where(high, came - mean, -np.inf))), int(np.argmax(np.where(high, came - mean, -np.inf))))] if high.any() else []
    for kind, side in ((SURGE, came > mean), (SLUMP, came < mean)):
        run = len(side) if side.all() else int(np.argmin(side[::-1]))
        if run >= params.run_days and _out_of_the_ordinary(kind, came[-run:], mean[-run:], sd[-run:], params):
            found.append((kind, len(side) - run, len(side) - 1))
    return found


def _out_of_the_ordinary(kind: str, came: np.ndarray, mean: np.ndarray, sd: np.ndarray, params: SurpriseParams) -> bool:
    units, expected, doubt = float(came.sum()), float(mean.sum()), params.sure * float(np.sqrt((sd**2).sum()))
    if kind == SURGE:
        return units >= params.surge_ratio * expected and units > expected + doubt
    return units <= params.slump_ratio * expected and units < expected - doubt
