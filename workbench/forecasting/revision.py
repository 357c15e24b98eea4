"""Where the forecast changed most since the run before, and why."""

import numpy as np
import pandas as pd

KEY = ["sku", "channel"]
_LOOK_BACK_DAYS = 90
_CORRECTED = 0.05  # share of the demand of the days looked back on that a correction must reach to count as the cause
_SURPRISE = 1.0  # standard deviations by which sales must miss what was foretold
_ON_EVENTS = 0.5  # share of the change that must lie on days of events


def changes(
    now: pd.DataFrame,
    before: pd.DataFrame,
    history: pd.DataFrame,
    *,
    history_before: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how the units expected over the days that both forecasts cover have changed, the largest change first.

    Parameters
    ----------
    now, before : table forecast of this run and of the run before
    history : table history of this run
    history_before : table history of the run before; without it corrections of the past are not seen
    events : table events of the days ahead

    Returns
    -------
    One row per sku and channel that either forecast has: now_units, before_units and change_units over days `first` to `last`,
    change_share (of before_units), and why as reason, reason_value, reason_limit, the first of these that holds:

    - forecast_new, forecast_gone: only one of the forecasts has it
    - forecast_history_changed: demand of the last 90 days, now and as it stood before
    - forecast_sold_more, forecast_sold_less: units of the days since, and those that had been foretold for them
    - forecast_event: change on days of events, and the whole change
    - forecast_model: another model carries most weight
    - forecast_others: none of these: season, events and pace of its group, or of the panel
    """
    new, old = _newest(now), _newest(before)
    both = new[[*KEY, "date", "mean", "model", "cutoff"]].merge(old[[*KEY, "date", "mean", "model", "cutoff"]], on=[*KEY, "date"], suffixes=("", "_before"))
    table = _sums(both)
    table["on_events"] = _on_events(both, events).reindex(table.index).fillna(0.0)
    table = table.join(_sold(history, old, both))
    table = table.join(_corrected(history, history_before, both)) if history_before is not None else table.assign(past=np.nan, past_before=np.nan)
    made = pd.concat([_explained(table).reset_index(), _single(new, old, "forecast_new"), _single(old, new, "forecast_gone")], ignore_index=True)
    order = made["change_units"].abs().sort_values(ascending=False, kind="stable").index
    return made.loc[order].reset_index(drop=True)


def _newest(forecast: pd.DataFrame) -> pd.DataFrame:
    return forecast[forecast["cutoff"] == forecast.groupby(KEY)["cutoff"].transform("max")] if len(forecast) else forecast


def _sums(both: pd.DataFrame) -> pd.DataFrame:
    table = both.groupby(KEY).agg(
        now_units=("mean", "sum"), before_units=("mean_before", "sum"), first=("date", "min"), last=("date", "max"),
        model=("model", "first"), model_before=("model_before", "first"),
    )  # fmt: skip
    table["change_units"] = table["now_units"] - table["before_units"]
    table["change_share"] = table["change_units"] / table["before_units"].where(table["before_units"] > 0)
    return table


def _on_events(both: pd.DataFrame, events: pd.DataFrame | None) -> pd.Series:
    """Units of the change that lie on days of events."""
    if events is None or events.empty or both.empty:
        return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []], names=KEY))
    days = np.zeros(len(both), bool)
    for event in events.itertuples():
        here = np.ones(len(both), bool) if event.channel == "all" else (both["channel"] == event.channel).to_numpy()
        days |= here & both["date"].between(event.start_date, event.end_date).to_numpy()
    return (both["mean"] - both["mean_before"]).where(days, 0.0).groupby([both[k] for k in KEY]).sum()


def _sold(history: pd.DataFrame, old: pd.DataFrame, both: pd.DataFrame) -> pd.DataFrame:
    """Demand of the days between the two cutoffs as far as it was seen, and what had been foretold for the same days."""
    seen = history[~history["imputed"] & history["demand"].notna()]
    ends = both.groupby(KEY)["cutoff"].first()
    told = old[[*KEY, "date", "mean", "sd"]].merge(seen[[*KEY, "date", "demand"]], on=[*KEY, "date"]).join(ends, on=KEY)
    told = told[told["date"] <= told["cutoff"]]
    return told.assign(variance=told["sd"] ** 2).groupby(KEY).agg(sold=("demand", "sum"), foretold=("mean", "sum"), variance=("variance", "sum"))


def _corrected(history: pd.DataFrame, history_before: pd.DataFrame, both: pd.DataFrame) -> pd.DataFrame:
    """Demand of the last days before the older cutoff, as it stands now and as it stood then."""
    ends = both.groupby(KEY)["cutoff_before"].first()
    parts = {}
    for name, table in (("past", history), ("past_before", history_before)):
        rows = table[[*KEY, "date", "demand"]].join(ends, on=KEY)
        near = rows[(rows["date"] <= rows["cutoff_before"]) & (rows["date"] > rows["cutoff_before"] - pd.Timedelta(days=_LOOK_BACK_DAYS))]
        parts[name] = near.groupby(KEY)["demand"].sum(min_count=1)
    return pd.DataFrame(parts)


def _explained(table: pd.DataFrame) -> pd.DataFrame:
    up = np.sign(table["change_units"])
    fixed, off = table["past"] - table["past_before"], table["sold"] - table["foretold"]
    surprise = off.abs() / np.sqrt(table["variance"]).clip(lower=1.0)
    conditions = [
        (fixed.abs() > _CORRECTED * table["past_before"].abs()) & (np.sign(fixed) == up),
        (surprise > _SURPRISE) & (np.sign(off) == up),
        (table["on_events"] * up > _ON_EVENTS * table["change_units"].abs()) & (up != 0),
        table["model"] != table["model_before"],
        (np.sign(off) == up) & (up != 0),
    ]
    sold = pd.Series(np.where(off > 0, "forecast_sold_more", "forecast_sold_less"), table.index)
    codes = ["forecast_history_changed", sold, "forecast_event", "forecast_model", sold]
    values = [table["past"], table["sold"], table["on_events"], np.nan, table["sold"]]
    limits = [table["past_before"], table["foretold"], table["change_units"], np.nan, table["foretold"]]
    picked = [condition.fillna(False).to_numpy(bool) for condition in conditions]
    return table.assign(
        reason=np.select(picked, codes, "forecast_others"), reason_value=np.select(picked, values, np.nan), reason_limit=np.select(picked, limits, np.nan)
    )[["now_units", "before_units", "change_units", "change_share", "first", "last", "reason", "reason_value", "reason_limit"]]


def _single(has: pd.DataFrame, lacks: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Rows of the SKUs that only one forecast has."""
    keys = has[KEY].drop_duplicates().merge(lacks[KEY].drop_duplicates(), on=KEY, how="left", indicator=True)
    alone = has.merge(keys[keys["_merge"] == "left_only"][KEY], on=KEY)
    table = alone.groupby(KEY, as_index=False).agg(units=("mean", "sum"), first=("date", "min"), last=("date", "max"))
    new = reason == "forecast_new"
    sums = {"now_units": table["units"] if new else np.nan, "before_units": np.nan if new else table["units"]}
    return table.drop(columns="units").assign(
        **sums, change_units=table["units"] if new else -table["units"], change_share=np.nan, reason=reason, reason_value=table["units"], reason_limit=np.nan
    )
