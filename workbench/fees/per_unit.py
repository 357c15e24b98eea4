"""What one unit costs to sell and to keep at each node, and whose word that is.

The surest source wins: what the marketplace previews, then what it last charged, then what the seller typed, then the rate card.
Rows have sku, location, channel, kind, marketplace, node_currency, own_rate, cost_currency, referral_rate, fulfilment_fee_per_unit,
size_tier, volume_ft3 (see `goods` and `places`); money is in the node's currency.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.fees.selling import fulfilment, referral
from workbench.fees.storage import awd_month, storage_month
from workbench.fees.tariff import Floats

PLACE = ["sku", "location"]
SOURCES = ("preview", "charged", "typed", "card")
"""Whose word a fee is, the surest first."""


def selling_fees(rows: pd.DataFrame, previews: pd.DataFrame, charges: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return what selling one unit at `rows.price` costs: referral and fulfilment; own shops pay none of them.

    Parameters
    ----------
    rows : with `price`, besides what the module's text names
    previews : see `newest_previews`; the fulfilment fee goes as stated, the referral fee as its share of the price
    charges : see `newest_charges`
    as_of : day of the rate card

    Returns
    -------
    referral_share (0-1), selling_fees_per_unit (money, NaN where a part is unknown), fee_source (of its parts the least sure; blank
    where nothing is charged or a part is unknown), in the order of `rows`.
    """
    marketplace, price = rows["marketplace"].to_numpy(), rows["price"].to_numpy(float)
    shown = rows[["sku", "channel", "node_currency"]].merge(previews, on=["sku", "channel"], how="left")
    typed = rows["referral_rate"].to_numpy(float)
    share, share_source = _surest(shown["previewed_share"], np.nan, typed, referral(1, price, as_of, marketplace, rounded=False) / price)
    fee = rows["fulfilment_fee_per_unit"].where(rows["cost_currency"] == rows["node_currency"]).to_numpy(float)
    fee = fulfilment(1, fee, as_of, marketplace, rounded=False)
    previewed = shown["previewed_fee"].where(shown["previewed_in"] == shown["node_currency"])
    shipping, shipping_source = _surest(previewed, charged_per_unit(rows, charges, "fulfilment"), fee, np.nan)
    pool = (rows["kind"] == "fba").to_numpy()
    sold_there = pool | rows["channel"].str.startswith("amazon", na=False).to_numpy()
    share, shipping = np.where(sold_there, share, 0.0), np.where(pool, shipping, 0.0)
    total = price * share + shipping
    least = np.maximum(np.where(sold_there, share_source, 0), np.where(pool, shipping_source, 0))
    source = np.where(sold_there & ~np.isnan(total), np.array([*SOURCES, ""], dtype=object)[least], "")
    return pd.DataFrame({"referral_share": share, "selling_fees_per_unit": total, "fee_source": _blank(source)}, index=rows.index)


def _surest(*candidates: object) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return of one candidate a source the first that is known, and the number of its source; past the last where none is."""
    stacked = np.stack(np.broadcast_arrays(*(np.asarray(c, dtype="float64") for c in candidates)))
    there = ~np.isnan(stacked)
    first = np.where(there.any(axis=0), there.argmax(axis=0), len(stacked))
    return np.concatenate([stacked, np.full((1, stacked.shape[1]), np.nan)])[first, np.arange(stacked.shape[1])], first


def _blank(source: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    return pd.Series(source, dtype="str").replace("", np.nan).to_numpy(object)


def storage_per_unit(rows: pd.DataFrame, charges: pd.DataFrame, dates: Sequence[dt.date]) -> tuple[Floats, npt.NDArray[np.object_]]:
    """Return the storage of one unit for the month of each date, shape (n, dates), and its source (card, charged or typed).

    By rate card in a marketplace's pool; where none is known, what was last charged per unit is carried on, else the node's own rate
    is taken. In AWD the node's own rate, else that of the card's base programme. Elsewhere by the node's own rate.
    """
    volume, pool = rows["volume_ft3"].to_numpy(float)[:, None], (rows["kind"] == "fba").to_numpy()
    days = np.array(dates, dtype="datetime64[D]")[None, :]
    tier, place = rows["size_tier"].to_numpy(object)[:, None], rows["marketplace"].to_numpy(object)[:, None]
    by_card = storage_month(volume, 1, days, place, tier, rounded=False)
    last = charged_per_unit(rows, charges, "storage")
    own = volume * rows["own_rate"].to_numpy(float)[:, None]
    awd = (rows["kind"] == "awd").to_numpy()
    distant = np.where(awd[:, None] & np.isnan(own), awd_month(volume, 1, days, place, rounded=False), own)
    charged = np.where(np.isnan(last)[:, None], own, last[:, None])
    cost = np.where(pool[:, None], np.where(np.isnan(by_card), charged, by_card), distant)
    without = np.where(np.isnan(last), "typed", "charged")
    typed = np.where(awd & np.isnan(own).all(axis=1), "card", "typed")
    source = np.where(pool, np.where(np.isnan(by_card).all(axis=1), without, "card"), typed)
    return cost, _blank(np.where(np.isnan(cost).any(axis=1), "", source))


def charged_per_unit(rows: pd.DataFrame, charges: pd.DataFrame, kind: str) -> Floats:
    """Return what the node last charged for one unit of each row, in the node's currency; NaN where it charged nothing."""
    one = charges[charges["kind"] == kind].drop_duplicates(PLACE)
    one = one.assign(each=one["amount"] / one["units"].where(one["units"] > 0), charged_in=one["currency"])
    found = rows[[*PLACE, "node_currency"]].merge(one[[*PLACE, "each", "charged_in"]], on=PLACE, how="left")
    return found["each"].where(found["charged_in"] == found["node_currency"]).to_numpy(float)
