"""The shop in one screen of numbers: each computed here, once, for the overview, the snapshot pages and the command line."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.fees.exchange import Exchange, Total, add
from workbench.i18n import day, money, number, percent, t
from workbench.tables import schema
from workbench.ui.meta import Meta

Tables = Mapping[str, pd.DataFrame]
WINDOW_DAYS = 30
LIGHTS = ("red", "amber", "green", "grey")
AGES = ("age_0_90", "age_91_180", "age_181_270", "age_271_365", "age_366_plus")
AGED = AGES[2:]
MONEY = ("stock_value", "excess_value", "aged_value", "lost_margin_30", "order_value", "clearance_gain")
SHARES = ("in_stock_rate", "aged_share", "storage_share", "imputed_share")
DAYS = ("cover_days",)
STRIP = ("in_stock_rate", "cover_days", "aged_share", "storage_share", "lost_margin_30")
CASH = ("stock_value", "excess_value", "aged_value")


def table(tables: Tables, name: str) -> pd.DataFrame:
    """Return a table by its canonical name; an empty one where there is none."""
    return tables[name] if name in tables else schema.empty(name)


def exchange(tables: Tables, meta: Meta) -> Exchange:
    """Return the rates into the shop's currency on the decision day; without a chosen one, the currency most rows are in."""
    met = table(tables, "health")["currency"].mode()
    return Exchange(table(tables, "exchange_rates"), meta.currency or (met.iloc[0] if len(met) else ""), meta.as_of)


def summary(tables: Tables, meta: Meta) -> dict[str, Any]:
    """Return the shop's key figures on the decision day, by name; unknown is NaN.

    Money is in the shop's currency by the newest rate up to the decision day; beside each sum of money, `<name>_left_out` counts
    the rows whose amount or rate is unknown. A position is one SKU at one node. The sums run over rows whose terms are all known.

    ================ =========================================================================================== =========
    name             formula                                                                                     unit
    ================ =========================================================================================== =========
    as_of, currency  decision day; currency of all money                                                         date, ISO
    skus, positions  distinct SKUs, rows of health                                                               count
    red ... grey     rows of health with this light                                                              count
    stock_value      sum health.stock_value: landed cost of the stock on hand                                    money
    excess_value     sum health.excess_value: landed cost beyond the cover limit                                 money
    aged_value       sum health.stock_value x (units over 180 days / units of known age): cash at risk           money
    in_stock_rate    sum history.demand x exposure / sum demand, last 30 days of the history                     0-1
    cover_days       sum health.on_hand / sum health.daily_demand                                                days
    aged_share       units over 180 days / units of known age, health                                            0-1
    storage_share    sum health (storage_month + surcharge_month) / sum (margin_per_unit x 30 x daily_sales)     0-1
    lost_margin_30   sum health.lost_margin_30: margin that stockouts are expected to cost in 30 days            money
    orders_due       rows of plan with order_units > 0 and order_date on or before the decision day              count
    order_units      units of those orders                                                                       units
    order_value      landed cost of those orders                                                                 money
    alerts           rows of alerts                                                                              count
    clearance_skus   positions with a recommended option other than hold                                         count
    clearance_gain   sum over them of npv of that option - npv of hold; left out: also positions without advice  money
    series           distinct (SKU, channel) of history                                                          count
    imputed_share    rows of history with estimated demand / rows                                                0-1
    sold_30          sum history.units, last 30 days of the history                                              units
    demand_30        sum history.demand, last 30 days of the history                                             units
    forecast_30      sum forecast.mean, 30 days after the newest cutoff of each SKU and channel                  units
    ================ =========================================================================================== =========
    """
    rates = exchange(tables, meta)
    found = {"as_of": meta.as_of, "currency": rates.currency}
    found |= _condition(table(tables, "health"), rates)
    found |= _demand(table(tables, "history"), table(tables, "forecast"), meta)
    found |= _actions(table(tables, "plan"), table(tables, "clearance"), table(tables, "alerts"), rates, meta)
    return found


def _with(name: str, total: Total) -> dict[str, Any]:
    return {name: total.value, f"{name}_left_out": total.left_out}


def ratio(above: pd.Series, below: pd.Series) -> float:
    """Return the sum of one column over that of another, over rows where both are known; NaN when the lower sum is not above 0."""
    known = above.notna() & below.notna()
    base = below[known].sum()
    return float(above[known].sum() / base) if base > 0 else float("nan")


def aged_share_of_rows(health: pd.DataFrame) -> pd.Series:
    """Return by position the share of units of known age that is older than 180 days; NaN where no age is known."""
    known = health[list(AGES)].sum(axis=1)
    return health[list(AGED)].sum(axis=1).div(known.where(known > 0))


def _condition(health: pd.DataFrame, rates: Exchange) -> dict[str, Any]:
    units = health[list(AGES)]
    worth = rates.convert(health["stock_value"], health["currency"])
    costs = rates.convert(health["storage_month"] + health["surcharge_month"], health["currency"])
    margin = rates.convert(health["margin_per_unit"] * health["daily_sales"] * WINDOW_DAYS, health["currency"])
    stocked = health["on_hand"] > 0
    return {
        "skus": health["sku"].nunique(),
        "positions": len(health),
        **{light: int((health["light"] == light).sum()) for light in LIGHTS},
        **_with("stock_value", add(worth)),
        **_with("excess_value", rates.total(health["excess_value"], health["currency"])),
        **_with("aged_value", add((worth * aged_share_of_rows(health))[stocked])),
        "cover_days": ratio(health["on_hand"], health["daily_demand"]),
        "aged_share": ratio(units[list(AGED)].sum(axis=1), units.sum(axis=1)),
        "storage_share": ratio(costs, margin),
        **_with("lost_margin_30", rates.total(health["lost_margin_30"], health["currency"])),
    }


def recent(history: pd.DataFrame, meta: Meta) -> pd.DataFrame:
    """Return the last 30 days of the history, counted back from its newest day up to the decision day."""
    known = history["date"] <= pd.Timestamp(meta.as_of)
    end = history["date"].where(known).max()
    return history[known & (history["date"] > end - pd.Timedelta(days=WINDOW_DAYS))]


def newest(forecast: pd.DataFrame, meta: Meta) -> pd.DataFrame:
    """Return each SKU and channel's forecast of its newest cutoff up to the decision day; their reports may end on different days."""
    known = forecast[forecast["cutoff"] <= pd.Timestamp(meta.as_of)]
    return known[known["cutoff"] == known.groupby(["sku", "channel"])["cutoff"].transform("max")]


def _demand(history: pd.DataFrame, forecast: pd.DataFrame, meta: Meta) -> dict[str, Any]:
    last, ahead = recent(history, meta), newest(forecast, meta)
    month = ahead[ahead["date"] <= ahead["cutoff"] + pd.Timedelta(days=WINDOW_DAYS)]
    return {
        "series": history[["sku", "channel"]].drop_duplicates().shape[0],
        "imputed_share": float(history["imputed"].mean()) if len(history) else float("nan"),
        "in_stock_rate": ratio(last["demand"] * last["exposure"], last["demand"].where(last["exposure"].notna())),
        "sold_30": _sum(last["units"]),
        "demand_30": _sum(last["demand"]),
        "forecast_30": _sum(month["mean"]),
    }


def _sum(values: pd.Series) -> float:
    return float(values.sum(min_count=1))


def _actions(plan: pd.DataFrame, options: pd.DataFrame, alerts: pd.DataFrame, rates: Exchange, meta: Meta) -> dict[str, Any]:
    due = plan[(plan["order_units"] > 0) & (plan["order_date"] <= pd.Timestamp(meta.as_of))]
    gain = gains(options, rates)
    brought = add(gain["gain"])
    return {
        "orders_due": len(due),
        "order_units": _sum(due["order_units"]),
        **_with("order_value", rates.total(due["order_value"], due["currency"])),
        "clearance_skus": len(gain),
        **_with("clearance_gain", Total(brought.value, brought.left_out + _undecided(options))),
        "alerts": len(alerts),
    }


def _undecided(options: pd.DataFrame) -> int:
    """Positions of which too little is known to recommend a way out."""
    return int((~options.groupby(["sku", "location"])["recommended"].any()).sum())


def gains(options: pd.DataFrame, rates: Exchange) -> pd.DataFrame:
    """Return the recommended ways out other than hold, with `gain`: what each brings above holding, in the shop's currency."""
    best = options[options["recommended"] & (options["option"] != "hold")]
    hold = options[options["option"] == "hold"].set_index(["sku", "location"])["npv"]
    held = hold.reindex(pd.MultiIndex.from_frame(best[["sku", "location"]])).to_numpy()
    return best.assign(gain=rates.convert(best["npv"] - held, best["currency"]))


def figure(name: str, found: Mapping[str, Any]) -> str:
    """Return one figure of a summary as it is written: with currency, per cent or group separators; a dash when unknown."""
    value = found[name]
    if name in MONEY:
        return money(value, found["currency"])
    if name in SHARES:
        return percent(value, 1)
    return day(value) if name == "as_of" else str(value) if isinstance(value, str) else number(value)


def lines(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and value of each figure that a one-screen summary prints, in the language in force."""
    shown = ("positions", *LIGHTS, *CASH, *STRIP, "orders_due", "order_value", "clearance_gain", "sold_30", "forecast_30", "alerts")
    return [(label(name), " · ".join(filter(None, (figure(name, found), left_out_note(name, found))))) for name in shown]


def label(name: str) -> str:
    """Return what a figure is called."""
    return t(f"light.{name}") if name in LIGHTS else t(f"overview.kpi.{name}")


def left_out_note(name: str, found: Mapping[str, Any]) -> str:
    """Return in words how many rows a sum of money leaves out; nothing when it holds all."""
    missing = found.get(f"{name}_left_out", 0)
    return t("overview.left_out", rows=number(missing)) if missing and np.isfinite(found[name]) else ""
