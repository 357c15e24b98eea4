"""What fees go by: the size, weight and cost of each SKU, and whose node it lies at."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.fees.cards import rate_cards
from workbench.fees.sizes import size_tier
from workbench.tables.as_known import known, newest_versions

GOODS = ["sku", "unit_cost", "currency", "referral_rate", "fulfilment_fee_per_unit", "size_tier", "volume_ft3", "weight_lb", "category"]
FBA = "fba-"
_CUBIC_INCHES_A_FOOT = 1728


def goods(items: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return cost, typed fees, size tier, volume, weight and category of each SKU; tier and volume from the sides where not given.

    Parameters
    ----------
    items : table items
    as_of : rows learned later are left out

    Returns
    -------
    sku, unit_cost, cost_currency, referral_rate (0-1), fulfilment_fee_per_unit, size_tier, volume_ft3, weight_lb, category; one row a SKU.
    """
    rows = newest_versions(known(items, as_of), ["sku"])
    length, width, height = (rows[name] for name in ("length_in", "width_in", "height_in"))
    measured = length * width * height / _CUBIC_INCHES_A_FOOT
    tier = pd.Series(size_tier(length, width, height, rows["weight_lb"], as_of), index=rows.index).replace("", np.nan)
    rows = rows.assign(volume_ft3=rows["volume_ft3"].fillna(measured), size_tier=rows["size_tier"].fillna(tier))
    return rows[GOODS].rename(columns={"currency": "cost_currency"})


def places(nodes: pd.DataFrame, locations: pd.Series) -> pd.DataFrame:
    """Return location, kind, marketplace, node_currency and own_rate (storage per ft3 and month) of each location.

    A pool named fba-xx without a row in the table of nodes is the marketplace's pool of country XX.
    """
    rows = nodes.drop_duplicates("node", keep="last").set_index("node").reindex(locations.unique())
    pool = rows.index.str.startswith(FBA)
    country = pd.Series(rows.index.str.removeprefix(FBA).str.upper(), index=rows.index).where(pool)
    marketplace = rows["marketplace"].fillna(country)
    money = rows["currency"].fillna(marketplace.map(lambda code: rate_cards().currency(code) or np.nan, na_action="ignore"))
    kind = rows["kind"].fillna(pd.Series("fba", index=rows.index).where(pool))
    own = rows["storage_rate_per_ft3_month"]
    table = pd.DataFrame({"kind": kind, "marketplace": marketplace.fillna(""), "node_currency": money, "own_rate": own})
    return table.rename_axis("location").reset_index()
