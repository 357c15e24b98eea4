"""Time on sale by the hour: not every hour of a day sells alike."""

import numpy as np
import numpy.typing as npt
import pandas as pd

_EVEN_UNITS = 24.0


def hour_profile(orders: pd.DataFrame | None, time_zone: str | None) -> npt.NDArray[np.float64]:
    """Return the share of a day's units that each hour sells (24,), by the clock of the marketplace, daylight saving included.

    Parameters
    ----------
    orders : table orders; lines without an instant tell nothing
    time_zone : IANA zone of the channel; without it, or without orders, every hour sells the same

    Examples
    --------
    >>> noon = pd.DataFrame({"ordered_at": pd.to_datetime(["2026-07-01 19:30"] * 100), "units": 1.0})
    >>> int(hour_profile(noon, "America/Los_Angeles").argmax())
    12
    """
    if orders is None or not time_zone:
        return np.full(24, 1 / 24)
    told = orders[orders["ordered_at"].notna() & (orders["units"] > 0)]
    hour = told["ordered_at"].dt.tz_localize("UTC").dt.tz_convert(time_zone).dt.hour.to_numpy()
    sold = np.bincount(hour, told["units"].to_numpy(float), 24)
    # few orders are drawn to an even day
    share = (sold + _EVEN_UNITS / 24) / (sold.sum() + _EVEN_UNITS)
    return np.asarray(share, np.float64)


def hourly_exposure(on_sale: npt.ArrayLike, profile: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Return the share of each day's demand that could buy (n, T), from the hours on sale.

    Parameters
    ----------
    on_sale : (n, T, 24) whether, or what share of the hour, the item could be bought; NaN unknown, which makes the day unknown
    profile : (24,) share of a day's units that each hour sells, as from `hour_profile`

    Examples
    --------
    Sold out at 18:00, in a shop that sells half of its day before:

    >>> profile = np.repeat([0.5 / 18, 0.5 / 6], [18, 6])
    >>> hourly_exposure(np.repeat([1.0, 0.0], [18, 6])[None, None], profile).round(3).tolist()
    [[0.5]]
    """
    weight = np.asarray(profile, float)
    return (np.asarray(on_sale, float) @ (weight / weight.sum())).astype(np.float32)
