"""Safety stock, reorder point, order-up-to level and whole orders: one vocabulary, arrays in and out.

L lead time, R review period (days); d mean and s standard deviation of a day's demand; sL standard deviation of the
lead time (days); z the normal quantile of the cycle service level. d, s and L, sL share the same time unit.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]


def service_z(cycle_service_level: Any) -> Floats:
    """Return the normal quantile of a cycle service level (0-1).

    >>> round(float(service_z(0.95)), 3)
    1.645
    """
    return ndtri(np.asarray(cycle_service_level, dtype="float64"))


def lead_time_demand(daily_demand: Any, lead_time_days: Any) -> Floats:
    """Return the demand expected over the lead time: d L.

    >>> float(lead_time_demand(50, 7))
    350.0
    """
    return np.asarray(daily_demand, dtype="float64") * np.asarray(lead_time_days, dtype="float64")


def lead_time_demand_sd(daily_demand: Any, daily_demand_sd: Any, lead_time_days: Any, lead_time_sd_days: Any = 0.0) -> Floats:
    """Return the standard deviation of lead-time demand: sqrt(L s^2 + d^2 sL^2).

    Source: Chopra & Meindl, Supply Chain Management, chapter on safety inventory.
    """
    d, s, lead, lead_sd = (np.asarray(v, dtype="float64") for v in (daily_demand, daily_demand_sd, lead_time_days, lead_time_sd_days))
    return np.sqrt(lead * s**2 + d**2 * lead_sd**2)


def safety_stock(daily_demand: Any, daily_demand_sd: Any, lead_time_days: Any, lead_time_sd_days: Any = 0.0, *, z: Any, buffer_days: Any = 0.0) -> Floats:
    """Return the safety stock: max(z sqrt(L s^2 + d^2 sL^2), d x buffer days).

    For periodic review give the protection interval L + R as the lead time.

    Parameters
    ----------
    daily_demand, daily_demand_sd : units/day
    lead_time_days, lead_time_sd_days : days
    z : normal quantile of the cycle service level, see `service_z`
    buffer_days : days of demand that the safety stock holds at least

    >>> round(float(safety_stock(30, 3, 7, 4, z=1.28)), 2)
    153.94
    """
    spread = np.asarray(z, dtype="float64") * lead_time_demand_sd(daily_demand, daily_demand_sd, lead_time_days, lead_time_sd_days)
    return np.maximum(spread, np.asarray(daily_demand, dtype="float64") * np.asarray(buffer_days, dtype="float64"))


def reorder_point(daily_demand: Any, lead_time_days: Any, safety_units: Any) -> Floats:
    """Return the inventory position at which to order under continuous review: d L + safety stock.

    >>> float(reorder_point(50, 7, 50))
    400.0
    """
    return lead_time_demand(daily_demand, lead_time_days) + np.asarray(safety_units, dtype="float64")


def order_up_to(daily_demand: Any, lead_time_days: Any, review_period_days: Any, safety_units: Any) -> Floats:
    """Return the level that an order fills the inventory position up to: d (L + R) + safety stock."""
    protected = np.asarray(lead_time_days, dtype="float64") + np.asarray(review_period_days, dtype="float64")
    return lead_time_demand(daily_demand, protected) + np.asarray(safety_units, dtype="float64")


def cycle_service_level(position: Any, daily_demand: Any, daily_demand_sd: Any, lead_time_days: Any, lead_time_sd_days: Any = 0.0) -> Floats:
    """Return the chance (0-1) that the position covers lead-time demand: Phi((position - d L) / sd of lead-time demand).

    >>> round(float(cycle_service_level(6000, 2500, 500, 2)), 4)
    0.9214
    """
    over = np.asarray(position, dtype="float64") - lead_time_demand(daily_demand, lead_time_days)
    spread = lead_time_demand_sd(daily_demand, daily_demand_sd, lead_time_days, lead_time_sd_days)
    with np.errstate(divide="ignore", invalid="ignore"):
        certain = np.where(over >= 0, 1.0, 0.0) + 0 * over + 0 * spread  # no spread: covered or not; NaN stays NaN
        return np.where(spread == 0, certain, ndtr(over / spread))


def round_order(need: Any, minimum: Any = 0.0, case_pack: Any = 1.0) -> Floats:
    """Return an order in whole cartons, at least the supplier's minimum; nothing where nothing is needed.

    Rounding comes after netting: `need` is what is short of the order-up-to level.

    Parameters
    ----------
    need : units short; zero or less orders nothing
    minimum : smallest order the supplier takes, units; NaN means none
    case_pack : units in a carton; NaN or 0 means single units

    >>> round_order([0, 1, 130], minimum=100, case_pack=24).tolist()
    [0.0, 120.0, 144.0]
    """
    short = np.asarray(need, dtype="float64")
    least, pack = np.nan_to_num(np.asarray(minimum, dtype="float64")), np.nan_to_num(np.asarray(case_pack, dtype="float64"))
    pack = np.where(pack > 0, pack, 1.0)
    cartons = np.ceil(np.maximum(short, least) / pack - 1e-9)
    return np.where(np.isnan(short), np.nan, np.where(short > 0, cartons * pack, 0.0))
