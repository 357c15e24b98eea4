"""What an analyst decided about corrections, laid over the clean history: the newest decision about a day or rule is in force."""

import datetime as dt

import numpy as np
import pandas as pd

EVERY = "all"
ACTIONS = ("accept", "reject", "edit", "undo")


def apply_overrides(history: pd.DataFrame, overrides: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Return the history with the analyst's decisions: a rejected correction leaves what sold, an edited one the analyst's number.

    Parameters
    ----------
    history : table history
    overrides : one row a decision, oldest first where `at` is equal: sku, channel (all for every one), date (empty for every day),
        old, new (units), who, at, why; optional reason (rule it is about, empty or all for every one) and
        action (accept, reject, edit, undo), without which a row with `new` is an edit and one without takes decisions back
    as_of : decisions made later are not used

    Returns
    -------
    The same rows. Days whose demand the analyst set are known, not estimated: reason `analyst`, value new, limit old.
    """
    if overrides is None or not len(overrides) or not len(history):
        return history
    frame = overrides[pd.to_datetime(overrides["at"]) < pd.Timestamp(as_of) + pd.Timedelta(days=1)].sort_values("at", kind="stable")
    frame = frame.assign(reason=_column(frame, "reason"), action=_actions(frame))
    new = np.full(len(history), np.nan)
    parts = {name: history[name].to_numpy() for name in ("sku", "channel", "date", "reason")}
    units = history["units"].fillna(0.0).to_numpy(float)
    corrected = (history["reason"].fillna("") != "").to_numpy()
    for row in frame.itertuples():
        on = _matched(parts, row)
        if row.action == "reject":
            on &= corrected
        new[on] = {"edit": row.new, "reject": units[on]}.get(row.action, np.nan)
    return _with(history, new)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].fillna(EVERY).replace("", EVERY) if name in frame else pd.Series(EVERY, index=frame.index)


def _actions(frame: pd.DataFrame) -> pd.Series:
    by_value = pd.Series(np.where(frame["new"].notna(), "edit", "undo"), index=frame.index)
    return frame["action"].fillna(by_value) if "action" in frame else by_value


def _matched(parts, row) -> np.ndarray:
    on = np.ones(len(parts["sku"]), bool)
    for name in ("sku", "channel", "reason"):
        if getattr(row, name) != EVERY:
            on &= parts[name] == getattr(row, name)
    return on if pd.isna(row.date) else on & (parts["date"] == np.datetime64(pd.Timestamp(row.date)))


def _with(history: pd.DataFrame, new: np.ndarray) -> pd.DataFrame:
    """Return the history with the units that an analyst set (n,), NaN where none did."""
    on = np.isfinite(new)
    if not on.any():
        return history
    made = history.copy()
    old = made["demand"].to_numpy(float)
    lift = np.where(old > 0, old / np.where(made["base_demand"] > 0, made["base_demand"], old), 1.0)
    for name in ("demand", "demand_low", "demand_high", "stocked_demand"):
        made[name] = np.where(on, new, made[name])
    made["base_demand"] = np.where(on, new / np.where(on, np.where(lift > 0, lift, 1.0), 1.0), made["base_demand"])
    made["imputed"] = made["imputed"] & ~on
    made["reason"] = made["reason"].where(~on, "analyst")
    made["reason_value"], made["reason_limit"] = np.where(on, new, made["reason_value"]), np.where(on, old, made["reason_limit"])
    return made
