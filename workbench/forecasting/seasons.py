"""What an analyst asks of a season: index by month, peak and its length, when goods for it must be ordered, how much cover to hold."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.errors import BadParameters

MONTHS = range(1, 13)
_HIGH = 1.2  # of a usual month; from here on a month belongs to the peak
_CLIMB = 1.0


def seasonal_index(history: pd.DataFrame, *, by: Sequence[str] = ("sku",), items: pd.DataFrame | None = None, years: int = 3) -> pd.DataFrame:
    """Return each month's demand a day over that of the year, from the last whole years, growth taken out.

    index(m) = mean over years of (demand a day in month m / mean of the year's twelve), x g^((6.5 - m') / 12), rescaled to a mean
    of 1; g is the yearly growth and m' the month's place in its year: the ratio-to-mean method, with the trend as a constant
    yearly growth.

    Parameters
    ----------
    history : table history
    by : columns that name a row: sku, channel, or category (then `items` tells it)
    years : how many of the last whole years, at most

    Returns
    -------
    The columns of `by`; month 1-12; index; low and high, the least and largest year; years it was measured over. Nothing for
    what has no whole year.
    """
    rows = history[["sku", "channel", "date", "demand"]].dropna(subset=["demand"])
    if "category" in by:
        known = items[["sku", "category"]].drop_duplicates("sku") if items is not None else pd.DataFrame({"sku": [], "category": []}, dtype="str")
        rows = rows.merge(known, on="sku", how="left").dropna(subset=["category"])
    keys = list(by)
    if rows.empty:
        return pd.DataFrame(columns=[*keys, "month", "index", "low", "high", "years"])
    month = rows["date"].dt.to_period("M")
    last = _last_whole_month(rows["date"].max())
    daily = rows.groupby([*keys, "date"])["demand"].sum().reset_index()
    of_month = daily.assign(period=daily["date"].dt.to_period("M")).groupby([*keys, "period"])["demand"].mean().unstack("period")
    window = pd.period_range(max(month.min(), last - 12 * years + 1), last, freq="M")
    found = {key: _index_of(one) for key, one in of_month.reindex(columns=window).iterrows()}
    parts = [_named(made, keys, key) for key, made in found.items() if made is not None]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*keys, "month", "index", "low", "high", "years"])


def _named(made: pd.DataFrame, keys: list[str], key: object) -> pd.DataFrame:
    values = key if isinstance(key, tuple) else (key,)
    return made.assign(**dict(zip(keys, values, strict=True)))[[*keys, *made.columns]]


def _last_whole_month(day: pd.Timestamp) -> pd.Period:
    month = pd.Period(day, freq="M")
    return month if day.normalize() == month.end_time.normalize() else month - 1


def _index_of(monthly: pd.Series) -> pd.DataFrame | None:
    """Return the index of one series of months, or None without a whole year of sales."""
    years = [part for part in (monthly.iloc[max(end - 12, 0) : end] for end in range(len(monthly), 0, -12)) if len(part) == 12 and part.notna().all()]
    years = [part for part in years if part.mean() > 0]
    if not years:
        return None
    growth = (years[0].mean() / years[-1].mean()) ** (1 / (len(years) - 1)) if len(years) > 1 else 1.0
    level = growth ** ((6.5 - np.arange(1, 13)) / 12)
    shares = pd.DataFrame([pd.Series((part / part.mean()).to_numpy() * level, part.index.month) for part in years])
    shares = shares.div(shares.mean(axis=1), axis=0)[list(MONTHS)]
    index = shares.mean()
    return pd.DataFrame({"month": list(MONTHS), "index": index / index.mean(), "low": shares.min(), "high": shares.max(), "years": len(years)})


def season_matrix(history: pd.DataFrame, items: pd.DataFrame, years: int = 3) -> pd.DataFrame:
    """Return the category fluctuation matrix: one row a category, one column a month (1-12), the index in it."""
    index = seasonal_index(history, by=("category",), items=items, years=years)
    return index.pivot(index="category", columns="month", values="index").reindex(columns=list(MONTHS)) if len(index) else pd.DataFrame(columns=list(MONTHS))


def peaks(index: pd.DataFrame) -> pd.DataFrame:
    """Return when a season climbs, peaks and falls, one row per name of `seasonal_index`.

    Returns
    -------
    peak_month and peak_multiple (the highest index); months at or above 1.2 around it (duration_months); climb_month, the first
    of the months above 1 that lead up to the peak; fall_month, the first month back at or under 1 after it (0 if none is).
    """
    names = [column for column in index.columns if column not in ("month", "index", "low", "high", "years")]
    rows = []
    for key, part in index.groupby(names, sort=False):
        value = part.set_index("month")["index"].reindex(list(MONTHS)).to_numpy(float)
        top = int(value.argmax())
        back, ahead = _run(value, top, -1, _CLIMB), _run(value, top, 1, _CLIMB)
        high = min(_run(value, top, -1, _HIGH) + _run(value, top, 1, _HIGH) + 1, 12) if value[top] >= _HIGH else 0
        rows.append((*key, top + 1, float(value[top]), high, (top - back) % 12 + 1, (top + ahead + 1) % 12 + 1 if ahead < 11 else 0))
    return pd.DataFrame(rows, columns=[*names, "peak_month", "peak_multiple", "duration_months", "climb_month", "fall_month"])


def _run(value: np.ndarray, top: int, step: int, least: float) -> int:
    """Months beside the peak, in one direction, that lie above a value."""
    for away in range(1, 12):
        if value[(top + step * away) % 12] <= least:
            return away - 1
    return 11


def latest_order_date(needed: dt.date, production_days: float, transit_days: float = 0.0, receiving_days: float = 0.0) -> dt.date:
    """Return the last day on which goods can be ordered to be sellable on the day they are needed.

    needed - (production + transit + receiving), days rounded up.

    Examples
    --------
    Goods for December that begin to climb in September are ordered in June or July:

    >>> latest_order_date(dt.date(2026, 9, 1), production_days=30, transit_days=35, receiving_days=7)
    datetime.date(2026, 6, 21)
    """
    told = {"production_days": production_days, "transit_days": transit_days, "receiving_days": receiving_days}
    faults = [f"{name} must be 0 or more days, got {days}" for name, days in told.items() if not (np.isfinite(days) and days >= 0)]
    if faults:
        raise BadParameters("latest_order_date", faults)
    return needed - dt.timedelta(days=int(np.ceil(sum(told.values()))))


def first_stock(peak: pd.DataFrame, lead_time: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return when to order the first stock of the coming season, scheduled back from the month in which it climbs.

    Parameters
    ----------
    peak : from `peaks`, by sku
    lead_time : sku with lead_time_days, from order to sellable; unknown ones are left out
    as_of : the season is the one whose month of the peak is not over on this day

    Returns
    -------
    sku; climb_date; order_by; peak_date, the first of the month of the peak, and peak_order_by; days_left until order_by (below 0: too
    late for the climb); peak_month, peak_multiple.
    """
    known = peak[peak["peak_multiple"] >= _HIGH].merge(lead_time.dropna(subset=["lead_time_days"]), on="sku")
    rows = []
    for one in known.itertuples():
        climb, peak_date = _season_ahead(int(one.climb_month), int(one.peak_month), as_of)
        order_by, peak_order_by = (latest_order_date(day, one.lead_time_days) for day in (climb, peak_date))
        dates = (pd.Timestamp(day) for day in (climb, order_by, peak_date, peak_order_by))
        rows.append((one.sku, *dates, (order_by - as_of).days, one.peak_month, one.peak_multiple))
    return pd.DataFrame(rows, columns=["sku", "climb_date", "order_by", "peak_date", "peak_order_by", "days_left", "peak_month", "peak_multiple"])


def _season_ahead(climb_month: int, peak_month: int, as_of: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first days of climb and peak of the season that is on or comes next: it is over with the month of its peak."""
    year = as_of.year + (peak_month < as_of.month)
    return dt.date(year - (climb_month > peak_month), climb_month, 1), dt.date(year, peak_month, 1)


def target_cover_days(days: pd.DatetimeIndex, usual: float, peak: float, first: dt.date, last: dt.date, ramp_days: int = 0) -> np.ndarray:
    """Return the target cover of each day: `usual` outside the season, `peak` from its first to its last day, rising over `ramp_days` before.

    Examples
    --------
    >>> april = pd.DatetimeIndex(["2026-03-31", "2026-04-01", "2026-09-30", "2026-10-01"])
    >>> target_cover_days(april, usual=90, peak=150, first=dt.date(2026, 4, 1), last=dt.date(2026, 9, 30)).tolist()
    [90.0, 150.0, 150.0, 90.0]
    """
    before = (pd.Timestamp(first) - days).days.to_numpy()
    share = np.clip(1 - before / ramp_days, 0, 1) if ramp_days else (before <= 0).astype(float)
    return np.where(days <= pd.Timestamp(last), usual + (peak - usual) * share, usual)
