"""On what terms units are kept, sold, sent back or liquidated at each node: money per unit, NaN where unknown."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import fees, stock
from workbench.clearance.layers import AGES
from workbench.clearance.season import months_ahead
from workbench.clearance.simulation import Carrying
from workbench.tables import schema

Array = NDArray[np.float64]
Tables = Mapping[str, pd.DataFrame]
PLACE = ["sku", "location"]
GOODS = ["sku", "referral_rate", "size_tier", "volume_ft3", "weight_lb", "category"]
AGE_STEP_DAYS = 30


def with_terms(rows: pd.DataFrame, tables: Tables, as_of: dt.date) -> pd.DataFrame:
    """Return health rows with price, unit_cost, referral_share and selling_fees of one unit, and what fees depend on."""
    items = stock.known(tables.get("items", schema.empty("items")), as_of).drop_duplicates("sku", keep="last")
    sides = items[["length_in", "width_in", "height_in"]].prod(axis=1, skipna=False) / 1728
    tier = pd.Series(fees.size_tier(items["length_in"], items["width_in"], items["height_in"], items["weight_lb"], as_of), index=items.index)
    goods = items.assign(volume_ft3=items["volume_ft3"].fillna(sides), size_tier=items["size_tier"].fillna(tier))[GOODS]
    nodes = tables.get("nodes", schema.empty("nodes")).drop_duplicates("node", keep="last").rename(columns={"node": "location"})
    rows = rows.merge(goods, on="sku", how="left").merge(nodes[["location", "kind", "marketplace"]], on="location", how="left")
    rows = rows.merge(asking_prices(tables, as_of), on=PLACE, how="left")
    pool = rows["location"].str.startswith("fba-")
    country = rows["location"].str.removeprefix("fba-").str.upper().where(pool, "")
    rows = rows.assign(pool=(rows["kind"] == "fba") | (rows["kind"].isna() & pool), marketplace=rows["marketplace"].fillna(country))
    cost = rows["stock_value"] / rows["on_hand"]
    price = rows["price"].where(rows["price_currency"] == rows["currency"])
    commission = fees.referral(1, 1.0, as_of, rows["marketplace"].to_numpy(), rate=rows["referral_rate"].to_numpy(float), rounded=False)
    share = np.where(rows["pool"] | rows["channel"].str.startswith("amazon", na=False), commission, 0.0)
    return rows.assign(price=price, unit_cost=cost, referral_share=share, selling_fees=price - cost - rows["margin_per_unit"])


def asking_prices(tables: Tables, as_of: dt.date) -> pd.DataFrame:
    """Return sku, location, channel, price and price_currency: the newest asking price, else the newest price paid."""
    money = tables.get("channels", schema.empty("channels")).drop_duplicates("channel").set_index("channel")["currency"]
    paid = stock.known(tables.get("history", schema.empty("history")), as_of)
    paid = paid.loc[paid["price"] > 0, ["sku", "channel", "date", "price"]]
    listed = stock.known(tables.get("listings", schema.empty("listings")), as_of)
    listed = listed.loc[listed["price"] > 0, ["sku", "channel", "date", "price", "currency"]].assign(asked=True)
    both = pd.concat([paid.assign(currency=paid["channel"].map(money), asked=False), listed]).sort_values(["asked", "date"], kind="stable")
    nodes = stock.serving_nodes(both["channel"].unique().tolist(), tables.get("serves", schema.empty("serves")))
    newest = both.assign(location=both["channel"].map(nodes).astype("str")).drop_duplicates(PLACE, keep="last")
    return newest.rename(columns={"currency": "price_currency"})[[*PLACE, "channel", "price", "price_currency"]]


def carrying(rows: pd.DataFrame, as_of: dt.date, months: int) -> Carrying:
    """Return storage and surcharge per unit and month of the rows.

    Storage by rate card; where none is known, that of the health table's coming month is carried on. Only a marketplace's
    pool charges for age; without its card that is unknown.
    """
    days = months_ahead(as_of, months)
    volume, pool = rows["volume_ft3"].to_numpy(float)[:, None], rows["pool"].to_numpy()[:, None]
    dates = np.array(days, dtype="datetime64[D]")[None, :]
    tier, place = rows["size_tier"].to_numpy(object)[:, None], rows["marketplace"].to_numpy(object)[:, None]
    by_card = fees.storage_month(volume, 1, dates, place, tier, rounded=False)
    storage = np.where(pool & ~np.isnan(by_card), by_card, _storage_now(rows)[:, None])
    return Carrying(storage, _surcharge(rows, dates[0]) * np.where(pool, 1.0, 0.0)[:, :, None])


def _storage_now(rows: pd.DataFrame) -> Array:
    """The health table's storage of the coming month, per unit: it is charged on the mean units left, sold at the daily demand."""
    on_hand, sold = rows["on_hand"].to_numpy(float), 30 * rows["daily_demand"].to_numpy(float)
    mean_units = np.where(sold <= on_hand, on_hand - sold / 2, on_hand**2 / (2 * np.maximum(sold, 1e-9)))
    return rows["storage_month"].to_numpy(float) / mean_units


def _surcharge(rows: pd.DataFrame, dates: NDArray[np.datetime64]) -> Array:
    """Surcharge per unit, month and layer: the greater of rate x volume and the floor, both looked up once a marketplace and category."""
    months = np.arange(len(dates))
    age = np.array(AGES)[None, :] + AGE_STEP_DAYS * months[:, None]
    kinds = rows["marketplace"] + "|" + rows["category"].fillna("")
    codes, unique = pd.factorize(kinds)
    place = np.array([kind.split("|")[0] for kind in unique], dtype=object)[:, None, None]
    category = np.array([kind.split("|", 1)[1] for kind in unique], dtype=object)[:, None, None]
    rate, floor = (fees.aged_surcharge(1, age[None], volume, dates[None, :, None], place, category, rounded=False)[codes] for volume in (1.0, 0.0))
    return np.maximum(rate * rows["volume_ft3"].to_numpy(float)[:, None, None], floor)


def removal_fee(rows: pd.DataFrame, as_of: dt.date) -> Array:
    """Return the fee for sending one unit back, from a marketplace's pool."""
    fee = fees.removal(1, rows["weight_lb"].to_numpy(float), as_of, rows["marketplace"].to_numpy(), rows["size_tier"].to_numpy(), rounded=False)
    return np.where(rows["pool"], fee, np.nan)


def liquidation(rows: pd.DataFrame, as_of: dt.date, share: float, fee_per_unit: float) -> Array:
    """Return what liquidating one unit brings after fees, from a marketplace's pool."""
    price, place = rows["price"].to_numpy(float), rows["marketplace"].to_numpy()
    net = fees.liquidation_proceeds(1, price, as_of, place, recovery_share=share, processing_fee_per_unit=fee_per_unit, rounded=False)
    return np.where(rows["pool"], net, np.nan)


def unknown_terms(rows: pd.DataFrame, layers: Array, keeping: Carrying, as_of: dt.date) -> pd.DataFrame:
    """Return sku, location, option and unknown: the reason code of the number that an option lacks, empty where it lacks none."""
    kept = [
        ("no_storage_rate", np.isnan(keeping.storage).any(axis=1)),
        ("no_age", np.isnan(layers).any(axis=1)),
        ("no_age_rate", np.isnan(keeping.surcharge).any(axis=(1, 2))),
    ]
    sold = [("no_price", rows["price"].isna()), ("no_margin", rows["selling_fees"].isna())]
    needs = {
        "hold": [*sold, *kept],
        "markdown": [*sold, *kept],
        "removal": [("no_removal_rate", np.isnan(removal_fee(rows, as_of))), *kept, ("no_cost", rows["unit_cost"].isna())],
        "liquidation": [("no_price", rows["price"].isna()), ("no_liquidation", np.isnan(liquidation(rows, as_of, 0.1, 0.0))), *kept],
    }
    first = {name: np.select([np.asarray(missing) for _, missing in lacks], [code for code, _ in lacks], "") for name, lacks in needs.items()}
    return pd.concat([rows[PLACE].assign(option=name, unknown=codes) for name, codes in first.items()], ignore_index=True)
