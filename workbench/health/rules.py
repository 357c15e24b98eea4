"""Named rules for slow stock: each fires by itself, and all that fired are told."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import stock
from workbench.health.industry import newest_benchmarks
from workbench.health.metrics import rate
from workbench.health.params import HealthParams
from workbench.health.past import Array, Past
from workbench.stock.outlook import row_numbers

Mask = NDArray[np.bool_]
RULES = (
    "aged_few_sum",
    "aged_few_each_day",
    "below_baseline",
    "below_industry",
    "quarter_below",
    "aged_180",
    "aged_365",
    "conversion_falling",
    "ads_without_sales",
    "cover_slow",
)
"""In the order in which they are told."""
YEAR_DAYS, QUARTER_DAYS, MONTH_DAYS = 365, 90, 30
SURE = 2.0
"""Standard errors that a fall of conversion must be beyond chance."""


def rules_fired(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, sold: Mapping[str, Array], params: HealthParams, as_of: dt.date) -> dict[str, Mask]:
    """Return for every rule whether it fires on each row; a rule whose data are missing does not.

    Parameters
    ----------
    tables : traffic, ads, serves, benchmarks
    sold : see `sales_by_window`
    rows : sku, location, category, on_hand, cover_days, daily_demand, turnover_year, turnover_baseline, the units by age tier
    params : limits of the rules
    as_of : nothing dated on or after it counts
    """
    older = {age: rows[[tier for tier, youngest in _YOUNGEST.items() if youngest >= age]].sum(axis=1).to_numpy(float) for age in (91, 181, 366)}
    stocked = rows["on_hand"].fillna(0).to_numpy(float) > 0
    aged, baseline = older[91] > 0, 1 - params.baseline_fall_share
    cover = rows["cover_days"].to_numpy(float)
    endless = (rows["daily_demand"] == 0).to_numpy()
    made = {
        "aged_few_sum": aged & (sold["units_30"] < params.few_units) & (params.few_sales != "each_day"),
        "aged_few_each_day": aged & (sold["most_30"] < params.few_units) & (params.few_sales != "sum"),
        "below_baseline": _below_own(rows, sold, baseline),
        "below_industry": rows["turnover_year"].to_numpy(float) < baseline * _industry(tables["benchmarks"], rows, as_of),
        "quarter_below": sold["daily_90"] < params.quarter_share * sold["daily_year"],
        "aged_180": older[181] > 0,
        "aged_365": older[366] > 0,
        "conversion_falling": _conversion_falling(tables, rows, params, as_of),
        "ads_without_sales": _ads_without_sales(tables, rows, sold, params, as_of),
        "cover_slow": (cover > params.slow_cover_days) | endless,
    }
    return {name: made[name] & stocked for name in RULES}


_YOUNGEST = {"age_0_90": 0, "age_91_180": 91, "age_181_270": 181, "age_271_365": 271, "age_366_plus": 366}


def named(fired: Mapping[str, Mask]) -> NDArray[np.object_]:
    """Return the codes of the rules that fired on each row, joined by commas; empty where none did.

    >>> named({"aged_180": np.array([True, False]), "cover_slow": np.array([True, False])}).tolist()
    ['aged_180,cover_slow', '']
    """
    names, table = list(fired), np.column_stack([fired[name] for name in fired])
    return np.array([",".join(name for name, hit in zip(names, row, strict=True) if hit) for row in table], dtype=object)


def sales_by_window(past: Past, series_row: NDArray[np.int64], n: int) -> dict[str, Array]:
    """Return of each row units_30, most_30 (its best day), daily_30, daily_90, and daily_year before the last 30 days; NaN where never on sale."""
    spans = {"daily_30": (MONTH_DAYS, 0), "daily_90": (QUARTER_DAYS, 0), "daily_year": (YEAR_DAYS + MONTH_DAYS, MONTH_DAYS)}
    made = {name: rate(*past.sold(*span), series_row, n) for name, span in spans.items()}
    month = past.units[:, past.days - MONTH_DAYS :]
    at = (series_row >= 0) & np.isfinite(month).any(axis=1)
    daily = np.full((n, MONTH_DAYS), np.nan)
    daily[np.unique(series_row[at])] = 0.0
    np.add.at(daily, series_row[at], np.nan_to_num(month[at]))
    return made | {"units_30": daily.sum(axis=1), "most_30": daily.max(axis=1)}


def _below_own(rows: pd.DataFrame, sold: Mapping[str, Array], baseline: float) -> Mask:
    """Turns of 90 days against those of the SKU's own year before; where those are not known, its sales of 30 days against its year."""
    now, before = (rows[name].to_numpy(float) for name in ("turnover_year", "turnover_baseline"))
    return np.where(np.isnan(now + before), sold["daily_30"] < baseline * sold["daily_year"], now < baseline * before)


def _industry(benchmarks: pd.DataFrame, rows: pd.DataFrame, as_of: dt.date) -> Array:
    """Turns a year that are usual in each row's category; NaN where no benchmark is given."""
    return rows["category"].map(newest_benchmarks(benchmarks, as_of)["turnover_year"]).to_numpy(float)


def _of_rows(frame: pd.DataFrame, column: str, rows: pd.DataFrame) -> Array:
    made, at = np.full(len(rows), np.nan), row_numbers(frame, rows)
    made[at[at >= 0]] = frame[column].to_numpy(float)[at >= 0]
    return made


def _months(frame: pd.DataFrame, columns: list[str], tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, as_of: dt.date) -> dict[str, tuple[Array, Array]]:
    """Sums of each column over the last 30 days and over the 30 before, one a row."""
    day = pd.Timestamp(as_of)
    back = (day - frame["date"]).dt.days
    made = []
    for kept in ((back > 0) & (back <= MONTH_DAYS), (back > MONTH_DAYS) & (back <= 2 * MONTH_DAYS)):
        sums = stock.known(frame[kept], as_of).groupby(["sku", "channel"], as_index=False)[columns].sum(min_count=1)
        made.append(stock.to_nodes(sums, tables["serves"], columns))
    return {name: (_of_rows(made[0], name, rows), _of_rows(made[1], name, rows)) for name in columns}


def _conversion_falling(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, params: HealthParams, as_of: dt.date) -> Mask:
    """Units a visit fell by the limit, and by more than chance: Poisson counts against the visits of both months."""
    sums = _months(tables["traffic"], ["sessions", "units_ordered"], tables, rows, as_of)
    (visits, before_visits), (units, before) = sums["sessions"], sums["units_ordered"]
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = before / before_visits * visits
        spread = np.sqrt(usual + before * (visits / before_visits) ** 2)
        return (units <= (1 - params.conversion_fall_share) * usual) & (usual - units > SURE * spread)


def _ads_without_sales(tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, sold: Mapping[str, Array], params: HealthParams, as_of: dt.date) -> Mask:
    spent, before = _months(tables["ads"], ["spend"], tables, rows, as_of)["spend"]
    usual = (3 * sold["daily_90"] - sold["daily_30"]) / 2  # of the two months before the last
    return (before > 0) & (spent >= (1 + params.ads_rise_share) * before) & (sold["daily_30"] <= usual)
