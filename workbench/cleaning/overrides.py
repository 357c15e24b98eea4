"""What an analyst decided about corrections, laid over the clean history: the newest decision about a day or rule is in force."""

import datetime as dt

import numpy as np
import pandas as pd

EVERY = "all"
ACTIONS = ("accept", "reject", "edit", "merge", "undo")
COLUMNS = ("sku", "channel", "date", "reason", "action", "old", "new", "other", "who", "at", "as_of", "why")
_KEY = ["sku", "channel", "date", "reason"]
MERGED = "renamed"


def in_force(decisions: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Return the decisions that hold on a day: the newest about each sku, channel, date and rule, unless it was taken back.

    Parameters
    ----------
    decisions : one row a decision: sku, channel (all for every one), date (empty for every day), old, new (units), who, at, why;
        optional reason (rule it is about, empty or all for every one), action (accept, reject, edit, merge, undo; without one a row
        with `new` is an edit, one without takes back), other (SKU that `sku` goes on as, for merge) and as_of (the day that the
        analyst was looking at; without it the day of `at`)
    as_of : decisions about a later state of knowledge are not used
    """
    if decisions is None or not len(decisions):
        return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    made_for = pd.to_datetime(decisions["as_of"] if "as_of" in decisions else decisions["at"])
    known = made_for < pd.Timestamp(as_of) + pd.Timedelta(days=1)
    frame = decisions[known.to_numpy()].sort_values("at", kind="stable")
    frame = frame.assign(reason=_column(frame, "reason"), action=_actions(frame), date=pd.to_datetime(frame["date"]))
    newest = frame.drop_duplicates(_KEY, keep="last")
    return newest[newest["action"] != "undo"].reindex(columns=list(COLUMNS)).reset_index(drop=True)


def merges(decisions: pd.DataFrame | None, as_of: dt.date) -> dict[str, str]:
    """Return the SKUs that go on under another name, as an analyst decided: old SKU -> new SKU."""
    held = in_force(decisions, as_of)
    held = held[(held["action"] == "merge") & held["other"].notna()]
    return dict(zip(held["sku"].astype(str), held["other"].astype(str), strict=True))


def rejections(decisions: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Return the rules that an analyst rejected: sku, channel, date, reason, each `all` (of date: empty) for every one."""
    held = in_force(decisions, as_of)
    return held.loc[held["action"] == "reject", _KEY].reset_index(drop=True)


def apply_overrides(history: pd.DataFrame, overrides: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Return the history with the analyst's decisions: a rejected correction leaves what sold, an edited one the analyst's number.

    Parameters
    ----------
    history : table history
    overrides : decisions, see `in_force`; of two that touch a day the newer counts
    as_of : decisions made later are not used

    Returns
    -------
    The same rows. Days whose demand the analyst set are known, not estimated: reason `analyst`, value new, limit old.
    """
    held = in_force(overrides, as_of)
    if not len(held) or not len(history):
        return history
    new = np.full(len(history), np.nan)
    parts = {name: history[name].to_numpy() for name in _KEY}
    units = history["units"].fillna(0.0).to_numpy(float)
    corrected = (history["reason"].fillna("") != "").to_numpy()
    for row in held.itertuples():
        on = _matched(parts, row)
        if row.action == "reject":
            on &= corrected
        elif row.action == "edit" and pd.isna(row.date):
            continue  # a number is of one day
        new[on] = {"edit": row.new, "reject": units[on], "accept": np.nan}.get(row.action, new[on])
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
    base = made["base_demand"].to_numpy(float)
    lift = np.divide(old, base, out=np.ones(len(old)), where=(old > 0) & (base > 0))
    for name in ("demand", "demand_low", "demand_high", "stocked_demand"):
        made[name] = np.where(on, new, made[name])
    made["base_demand"] = np.where(on, new / lift, base)
    made["imputed"] = made["imputed"] & ~on
    made["reason"] = made["reason"].where(~on, "analyst")
    made["reason_value"], made["reason_limit"] = np.where(on, new, made["reason_value"]), np.where(on, old, made["reason_limit"])
    return made
