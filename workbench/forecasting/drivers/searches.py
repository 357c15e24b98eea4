"""Keywords that are searched ever more often, where sales have followed searches before."""

import datetime as dt

import numpy as np
import pandas as pd

KEY = ["sku", "channel"]
_LONGEST_WEEKS = 8
_LEAST_PAIRS = 20  # weeks that a correlation must rest on
_SURE = 3.1  # standard errors above 0: one chance in twenty over nine lags (2.5), and changes of neighbouring weeks go against each other (1.22, Bartlett 1946)


def keyword_surges(market: pd.DataFrame, history: pd.DataFrame, as_of: dt.date, *, weeks: int = 4, growth: float = 0.15) -> pd.DataFrame:
    """Return the SKUs to stock early: searched more in every one of the last weeks, and whose sales have followed searches before.

    Parameters
    ----------
    market : table market, with search_volume
    history : table history of the same SKUs; only days whose demand was seen count
    weeks : steps from week to week that must all grow
    growth : least growth of every step, as a share; growth at a steady rate is an exponential rise

    Returns
    -------
    sku, channel; growth_week, mean growth a week; doubling_days; searches of the last week; lead_weeks and correlation, as in
    `search_lead`; the largest rise first. A surge whose lead was not seen, or that sales go along with, is not told: the forecast
    follows those sales by itself.
    """
    weekly = _weekly(market, "search_volume", as_of)
    near = weekly.reindex(columns=range(weeks + 1))
    steps = np.stack([near[w] / near[w + 1].where(near[w + 1] > 0) for w in range(weeks)], 1) if len(near) else np.zeros((0, weeks))
    rising = (steps >= 1 + growth).all(axis=1)
    rate = np.prod(steps[rising], axis=1) ** (1 / weeks)
    found = near[rising].index.to_frame(index=False)
    told = found.assign(growth_week=rate - 1, doubling_days=7 * np.log(2) / np.log(rate), searches=near[rising][0].to_numpy() if len(found) else [])
    mine = history.merge(found, on=KEY) if len(found) else history.head(0)
    led = told.merge(search_lead(market, mine, as_of), on=KEY)
    return led[led["lead_weeks"] >= 1].sort_values("growth_week", ascending=False, ignore_index=True)


def search_lead(market: pd.DataFrame, history: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return by how many weeks the sales of each SKU follow its searches.

    The lag, 0 to 8 weeks, at which changes from week to week of the logarithm of searches and of sales correlate most; changes,
    since levels of anything that has a season or grows correlate at every lag.

    Returns
    -------
    sku, channel, lead_weeks, correlation. A SKU is left out where fewer than 20 weeks can be compared, or where the correlation is
    not so far above 0 (3.1 / sqrt(n)) that the best of nine lags gets there by chance one time in twenty.
    """
    seen = history[~history["imputed"].astype(bool)]
    searches, sales = _weekly(market, "search_volume", as_of), _weekly(seen, "demand", as_of)
    rows = []
    for key in searches.index.intersection(sales.index):
        x, y = (-np.diff(np.log1p(part.loc[key].reindex(range(part.columns.max() + 1)).to_numpy(float))) for part in (searches, sales))
        best = max((_correlated(x, y, lag) for lag in range(_LONGEST_WEEKS + 1)), key=lambda found: found[1])
        if np.isfinite(best[1]):
            rows.append((*key, *best))
    return pd.DataFrame(rows, columns=[*KEY, "lead_weeks", "correlation"])


def _correlated(x: np.ndarray, y: np.ndarray, lag: int) -> tuple[int, float]:
    """Return the lag and the correlation of changes of searches with those of sales so many weeks later; -inf where it may be chance. Newest first."""
    n = min(len(x) - lag, len(y))
    if n < _LEAST_PAIRS:
        return lag, -np.inf
    a, b = x[lag : lag + n], y[:n]
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < _LEAST_PAIRS or a[both].std() == 0 or b[both].std() == 0:
        return lag, -np.inf
    found = float(np.corrcoef(a[both], b[both])[0, 1])
    return lag, found if found * np.sqrt(both.sum()) > _SURE else -np.inf


def _weekly(table: pd.DataFrame, column: str, as_of: dt.date) -> pd.DataFrame:
    """Return means by week, one row a SKU and channel, one column a week back from `as_of`, the newest first."""
    rows = table[(table["date"] <= pd.Timestamp(as_of)) & table[column].notna()]
    week = ((pd.Timestamp(as_of) - rows["date"]).dt.days // 7).rename("week")
    return rows.groupby([rows["sku"], rows["channel"], week])[column].mean().unstack("week").sort_index(axis=1)
