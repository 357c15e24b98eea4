"""What to do about each SKU and place: one action with units, money and a day, the root cause before its symptoms."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from workbench import fees
from workbench.health.params import HealthParams

SLOW_ACTIONS = {
    "competition": "answer_rival",
    "listing": "renew_listing",
    "price": "take_back_price",
    "decline": "run_down",
    "season": "compare_season",
    "supply": "clear_excess",
    "cannot_tell": "get_report",
    "unexplained": "clear_excess",
}
STORAGE_SHARE = 0.30
"""Storage above this share of the margin is too much: the 30 % rule."""
REPORT_DAYS = 7


def prescriptions(rows: pd.DataFrame, params: HealthParams, as_of: dt.date) -> dict[str, Any]:
    """Return prescription, its units, money at stake and day, a row each.

    A bad batch or a falling rating comes before restocking and before any discount, also where nothing is left to sell. Stock that
    turns too seldom on the forecast is promoted before it is slow. What does not sell within
    `slow_cover_days` is at stake at its landed cost; a stockout at the margin it loses in 30 days; a loss on every unit at
    the loss of 30 days; storage at what it costs a month. The day is that of the order, the day before the next aged
    inventory surcharge where there is one to avoid, else today.

    Parameters
    ----------
    rows : the health table with quality_seen (whether the rating fell or a batch came back), order_units and order_date
    params : slow risk limit, turns on forecast and thresholds of the light
    as_of : today
    """
    number = {name: rows[name].to_numpy(float) for name in _NUMBERS}
    slow, soon = number["slow_risk"] >= params.slow_risk_limit, number["slow_risk_ahead"] >= params.slow_risk_limit
    cause = rows["cause"].to_numpy(object)
    stuck = number["on_hand"] * (1 - number["keep_share"])
    unit_cost = np.divide(number["stock_value"], number["on_hand"], out=np.full(len(rows), np.nan), where=number["on_hand"] > 0)
    short = (number["stockout_risk"] >= params.stockout_amber_risk) & (number["order_units"] > 0)
    today = np.datetime64(as_of, "D")
    before_charge = np.where(number["surcharge_month"] > 0, np.datetime64(fees.next_snapshot(as_of + dt.timedelta(days=1)), "D") - 1, today)
    stuck_value = stuck * unit_cost
    wanted = np.minimum(number["demand_30"], np.nan_to_num(number["on_hand"]))
    soon |= number["turnover_ahead"] < params.promote_below_turnover
    waiting, wait_value = np.fmax(stuck, number["excess_units"]), np.fmax(stuck_value, number["excess_value"])
    quality = rows["quality_seen"].to_numpy(bool) & (slow | soon | short)
    held = np.where(number["on_hand"] > 0, number["on_hand"], number["order_units"])
    cases: list[tuple[str, Any, Any, Any, Any]] = [
        ("check_batch", quality, held, np.fmax(number["stock_value"], number["lost_margin_30"]), today),
        ("restock", short & ~slow, number["order_units"], number["lost_margin_30"], _days(rows["order_date"], today)),
        ("stop_loss", (number["margin_per_unit"] < 0) & (number["demand_30"] > 0), wanted, -number["margin_per_unit"] * wanted, today),
        *((action, slow & (cause == name), stuck, stuck_value, _day_of(action, before_charge, today)) for name, action in SLOW_ACTIONS.items()),
        ("promote_early", soon & ~slow, waiting, wait_value, today),
        ("move_storage", number["storage_share"] > STORAGE_SHARE, number["on_hand"], number["storage_month"] + number["surcharge_month"], before_charge),
    ]
    holds = [np.asarray(case[1], dtype=bool) for case in cases]
    known = ~np.isnan(number["score"])
    days = np.select(holds, [np.broadcast_to(case[4], len(rows)) for case in cases], np.datetime64("NaT", "D"))
    return {
        "prescription": np.where(known | np.any(holds, axis=0), np.select(holds, [case[0] for case in cases], "none"), ""),
        "prescription_units": np.floor(np.select(holds, [case[2] for case in cases], np.nan)),
        "prescription_value": np.select(holds, [case[3] for case in cases], np.nan),
        "prescription_date": pd.Series(days.astype("datetime64[us]"), index=rows.index),
    }


_NUMBERS = (
    "on_hand", "keep_share", "slow_risk", "slow_risk_ahead", "stock_value", "stockout_risk", "order_units", "lost_margin_30", "margin_per_unit", "demand_30",
    "storage_share", "storage_month", "surcharge_month", "score", "turnover_ahead", "excess_units", "excess_value",
)  # fmt: skip


def _days(dates: pd.Series, otherwise: np.datetime64) -> np.ndarray:
    days = dates.to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), otherwise, days)


def _day_of(action: str, before_charge: np.ndarray, today: np.datetime64) -> Any:
    return today + REPORT_DAYS if action == "get_report" else before_charge if action in ("clear_excess", "run_down") else today
