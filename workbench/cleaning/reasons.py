"""Why a day's demand is not what sold: one code a day, with the number behind it and what it was held against."""

import numpy as np

from workbench.cleaning.anomalies import OneOffs

CODES = ("", "part_of_day", "ran_out", "off_sale", "listing_closed", "no_report", "ended", "bulk_order", "one_off", "data_error")
"""the later wins"""


def of_days(gaps, off, ran_out, share, imputed, ended, odd: OneOffs) -> np.ndarray:
    """Return the reason of each day (n, T) as a place in CODES.

    Parameters
    ----------
    gaps : (T,) days without any report; off : (n, T) the listing was closed; ran_out, share : as from `exposure.from_stock`
    imputed : (n, T) days whose demand is estimated; others have no reason
    ended : (n, T) days after a SKU's end, whose demand is 0
    """
    why = np.zeros(share.shape, np.int8)
    for code, days in (("part_of_day", share < 1), ("ran_out", ran_out), ("off_sale", share <= 0), ("listing_closed", off)):
        why[days] = CODES.index(code)
    why[:, gaps] = CODES.index("no_report")
    why[~imputed] = 0
    why[ended] = CODES.index("ended")
    why[odd.row, odd.day] = [CODES.index(code) for code in odd.reason]
    return why


def numbers(share: np.ndarray, why: np.ndarray, odd: OneOffs, end_limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Return value and limit behind each day's reason (n, T): share of the day on sale against 1; times the usual day against what chance allows.

    Of a SKU that has ended: days since its end against the days it takes.
    """
    by_stock = (why > 0) & (why <= CODES.index("off_sale"))
    value, limit = np.where(by_stock, share, np.nan), np.where(by_stock, 1.0, np.nan)
    ended = why == CODES.index("ended")
    value, limit = np.where(ended, ended.sum(1, keepdims=True), value), np.where(ended, end_limit, limit)
    value[odd.row, odd.day], limit[odd.row, odd.day] = odd.value, odd.limit
    return value, limit
