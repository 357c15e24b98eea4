"""On what terms units are kept, sold, sent back or liquidated at each node: money per unit, NaN where unknown."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import fees
from workbench.clearance.layers import AGES, PLACE
from workbench.clearance.params import ClearanceParams
from workbench.clearance.season import snapshots, storage_shares
from workbench.clearance.simulation import Carrying
from workbench.tables.as_known import known

Array = NDArray[np.float64]
Tables = Mapping[str, pd.DataFrame]
OUTLET_LEAST_DAYS, OUTLET_MORE_THAN = 90, 10
"""An Outlet deal takes what has lain so many days, if that is more than so many units."""
OUTLET_LEAST_RATING = 3.0


def with_terms(health: pd.DataFrame, given: Tables, as_of: dt.date) -> pd.DataFrame:
    """Return health rows with the unit_cost, and with what fees depend on: size, weight, category, whose pool."""
    goods, places = fees.goods(given["items"], as_of).drop(columns="unit_cost"), fees.places(given["nodes"], health["location"])
    rows = health.merge(goods, on="sku", how="left").merge(places, on="location", how="left")
    return rows.assign(pool=rows["kind"] == "fba", unit_cost=rows["stock_value"] / rows["on_hand"])


def carrying(rows: pd.DataFrame, ages: Array, given: Tables, params: ClearanceParams, as_of: dt.date) -> Carrying:
    """Return storage and surcharge per unit and month of the rows, whose layers are of some mean ages in days, (n, layers).

    Storage goes by the days of each calendar month and holds the surcharge on utilisation, where its ratio is known. Only a
    marketplace's pool charges for age: on each 15th, at the age of that day, by rate card, where none is known by its own estimates.
    """
    days, shares = storage_shares(as_of, params.horizon_months)
    storage, _ = fees.storage_per_unit(rows, fees.newest_charges(given["fees_charged"], as_of), days)
    storage = storage + _on_utilisation(rows, utilisation_ratio(rows, given["fees_charged"], params.utilisation_ratio_weeks, as_of), days)
    counted, passed = snapshots(as_of, params.horizon_months)
    older = np.array([(day - as_of).days for day in counted])[None, :, None]
    age, place = np.unique(np.rint(ages).astype(int), return_inverse=True)
    at = place.reshape(ages.shape)[:, None, :]
    volume, pool = rows["volume_ft3"].to_numpy(float)[:, None, None], rows["pool"].to_numpy()[:, None, None]
    by_card = _surcharge_by_card(rows, volume, age[None, None, :] + older, at, np.array(counted, dtype="datetime64[D]"))
    rates = fees.AgeRates(given["stock_age"], fees.goods(given["items"], as_of), as_of)
    estimated = rates.per_ft3(rows["location"].to_numpy(object)[:, None, None], age[at] + older)
    aged = np.where(pool, np.where(np.isnan(by_card), estimated * volume, by_card), 0.0)
    return Carrying(storage @ shares.T, aged, passed, *_scarce(rows, as_of))


def _scarce(rows: pd.DataFrame, as_of: dt.date) -> tuple[Array, Array]:
    """What a unit costs more that a pool ships while little lies there, by days of supply, and from how many units a week on; none where no card tells."""
    place, size, category = (rows[name].fillna("").to_numpy(object) for name in ("marketplace", "size_tier", "category"))
    fee, least = fees.low_inventory_schedule(as_of, place, size, rows["weight_lb"].to_numpy(float), category)
    return np.nan_to_num(fee), np.where(rows["pool"].to_numpy(bool), least, np.inf)


def utilisation_ratio(rows: pd.DataFrame, fees_charged: pd.DataFrame, own: float | None, as_of: dt.date) -> Array:
    """Return the storage utilisation ratio in weeks that each row's pool goes by: the seller's own, else the newest that a storage report names."""
    if own is not None:
        return np.where(rows["pool"].to_numpy(bool), own, np.nan)
    told = known(fees_charged, as_of)
    told = told[told["utilisation_ratio_weeks"].notna()].sort_values("date", kind="stable").rename(columns={"node": "location"})
    found = rows[PLACE].merge(told.drop_duplicates(PLACE, keep="last")[[*PLACE, "utilisation_ratio_weeks"]], on=PLACE, how="left")
    return found["utilisation_ratio_weeks"].to_numpy(float)


def _on_utilisation(rows: pd.DataFrame, ratio: Array, days: list[dt.date]) -> Array:
    """The surcharge on utilisation of one unit and month; none where the ratio is not known, and units of the last 30 days are not told apart."""
    given = {name: rows[name].to_numpy(object)[:, None] for name in ("marketplace", "size_tier")}
    added = fees.amount(
        "storage_utilisation", np.array(days, dtype="datetime64[D]")[None, :], **given, volume_ft3=rows["volume_ft3"].to_numpy(float)[:, None],
        ratio_weeks=ratio[:, None], rounded=False,
    )  # fmt: skip
    return np.nan_to_num(added)


def _surcharge_by_card(rows: pd.DataFrame, volume: Array, age: NDArray[np.int64], at: NDArray[np.int64], dates: NDArray[np.datetime64]) -> Array:
    """Surcharge per unit, month and layer: the greater of rate x volume and the floor, both looked up once a marketplace, category and age.

    `age` are the ages that there are (1, months, ages), `at` says which of them a layer has (n, 1, layers).
    """
    codes, unique = pd.factorize(rows["marketplace"] + "|" + rows["category"].fillna(""))
    place, category = (np.array([kind.split("|", 1)[i] for kind in unique], dtype=object)[:, None, None] for i in (0, 1))
    rate, floor = (fees.aged_surcharge(1, age, ft3, dates[None, :, None], place, category, rounded=False) for ft3 in (1.0, 0.0))
    which = codes[:, None, None], np.arange(len(dates))[None, :, None], at
    return np.maximum(rate[which] * volume, floor[which])


def removal_fee(rows: pd.DataFrame, as_of: dt.date, own: float | None = None) -> Array:
    """Return the fee for sending one unit back, from a marketplace's pool: the seller's own, else by rate card."""
    fee = fees.removal(1, rows["weight_lb"].to_numpy(float), as_of, rows["marketplace"].to_numpy(), rows["size_tier"].to_numpy(), rounded=False)
    return np.where(rows["pool"], fee if own is None else own, np.nan)


def liquidation(rows: pd.DataFrame, as_of: dt.date, share: float, fee_per_unit: float) -> Array:
    """Return what liquidating one unit brings after fees, from a marketplace's pool."""
    price, place = rows["price"].to_numpy(float), rows["marketplace"].to_numpy()
    net = fees.liquidation_proceeds(1, price, as_of, place, recovery_share=share, processing_fee_per_unit=fee_per_unit, rounded=False)
    return np.where(rows["pool"], net, np.nan)


def disposal_fee(rows: pd.DataFrame, as_of: dt.date, own: float | None = None) -> Array:
    """Return the fee for having one unit destroyed, from a marketplace's pool: the seller's own, else by rate card."""
    fee = fees.disposal(1, rows["weight_lb"].to_numpy(float), as_of, rows["marketplace"].to_numpy(), rows["size_tier"].to_numpy(), rounded=False)
    return np.where(rows["pool"], fee if own is None else own, np.nan)


def grading_fee(rows: pd.DataFrame, as_of: dt.date, own: float | None) -> Array:
    """Return the fee for having one returned unit graded and listed as used: the seller's own, else by rate card."""
    rate = np.nan if own is None else own
    fee = fees.amount("grade_resell", as_of, rows["marketplace"].to_numpy(), size_tier=rows["size_tier"].to_numpy(), rate=rate, rounded=False)
    return np.where(rows["pool"], fee, np.nan)


def unknown_terms(rows: pd.DataFrame, layers: Array, keeping: Carrying, params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return sku, location, option and unknown: the reason code of the number that an option lacks, empty where it lacks none."""
    sized, unstored = rows["volume_ft3"].notna() & (rows["size_tier"].notna() | ~rows["pool"]), np.isnan(keeping.storage).any(axis=1)
    kept = [
        ("no_size", unstored & ~sized),
        ("no_storage_rate", unstored),
        ("no_age", np.isnan(layers).any(axis=1)),
        ("no_age_rate", np.isnan(keeping.surcharge).any(axis=(1, 2))),
    ]
    priced, every = ("no_price", rows["price"].isna()), np.ones(len(rows), bool)
    sold = [priced, ("no_selling_fees", rows["selling_fees_per_unit"].isna()), *kept]
    back, destroyed = (
        _unsent(rows, fee, code)
        for fee, code in (
            (removal_fee(rows, as_of, params.removal_fee_per_unit), "no_removal_rate"),
            (disposal_fee(rows, as_of, params.disposal_fee_per_unit), "no_disposal_rate"),
        )
    )
    needs = {
        **dict.fromkeys(("hold", "markdown", "markdown_steps"), sold),
        "price_rise": [*sold, ("no_sure_rise", rows["rise"] == 0)],
        "promotion": [*sold, ("no_ad_lift", every & (params.ad_lift == 0))],
        "next_season": [*sold, ("no_season", rows["season_from"].isna()), ("sold_before_season", rows["sold_before"])],
        "outlet": [("outlet_needs_pool", ~rows["pool"]), *sold, *((f"outlet_{name}", failed) for name, failed in outlet_conditions(rows, layers).items())],
        "offsite_deal": [*sold, ("no_offsite_terms", every & (None in (params.offsite_fee_share, params.offsite_lift)))],
        "bundle": [*sold, ("no_partner", rows["partner"].isna()), ("no_own_sales", ~(rows["daily_demand"] > 0))],
        "transfer": [*_unsold_there(rows, params, back), *kept],
        "grade_resell": [
            ("outlet_needs_pool", ~rows["pool"]),
            ("no_unsellable", ~(rows["unsellable_units"] >= 1)),
            *sold[:2],
            ("no_used_price", every & (params.grade_price_share == 0)),
            ("no_grading_fee", np.isnan(grading_fee(rows, as_of, params.grade_fee_per_unit))),
        ],
        "removal": [*back, *kept, ("no_cost", rows["unit_cost"].isna())],
        "own_warehouse": [
            ("nowhere_else", every & (params.elsewhere_price_share == 0)),
            ("no_pace_elsewhere", every & (params.elsewhere_units_month is None)),
            priced,
            *back,
            *kept,
        ],
        "supplier_return": [("no_refund", every & (params.supplier_refund_share == 0)), *back, *kept, ("no_cost", rows["unit_cost"].isna())],
        "liquidation": [priced, ("no_liquidation", np.isnan(liquidation(rows, as_of, 0.1, 0.0))), *kept],
        "donation": [("no_donation_fee", every & (params.donation_fee_per_unit is None)), *kept],
        "disposal": [*destroyed, *kept],
    }
    first = {name: np.select([np.asarray(missing) for _, missing in lacks], [code for code, _ in lacks], "") for name, lacks in needs.items()}
    return pd.concat([rows[PLACE].assign(option=name, unknown=codes) for name, codes in first.items()], ignore_index=True)


def _unsold_there(rows: pd.DataFrame, params: ClearanceParams, back: list[tuple[str, NDArray[np.bool_]]]) -> list[tuple[str, Any]]:
    """What selling in another marketplace lacks."""
    there = {f"no_{name}_there": rows[f"there_{name}"].isna() for name in ("price", "fees", "storage", "placement")}
    unsent = np.full(len(rows), params.transfer_cost_per_unit is None)
    return [("no_sale_there", rows["there"].isna()), ("no_transfer_cost", unsent), *back, *there.items()]


def outlet_conditions(rows: pd.DataFrame, layers: Array) -> dict[str, NDArray[np.bool_]]:
    """Return which rows fail each condition of an Outlet deal that reports tell of: units lying long enough, sales of the last year, reviews."""
    old = layers[:, np.array(AGES) > OUTLET_LEAST_DAYS].sum(axis=1) > OUTLET_MORE_THAN
    return {"too_young": ~old, "no_sales": (rows["revenue_year"] <= 0).to_numpy(), "low_rating": (rows["rating"] < OUTLET_LEAST_RATING).to_numpy()}


def _unsent(rows: pd.DataFrame, fee: Array, code: str) -> list[tuple[str, NDArray[np.bool_]]]:
    """What a fee by size and weight lacks: one of the two, else its rate."""
    unknown, pool = np.isnan(fee), rows["pool"].to_numpy(bool)
    lacks = {"no_weight": rows["weight_lb"], "no_size": rows["size_tier"]}
    return [*((name, unknown & pool & column.isna().to_numpy()) for name, column in lacks.items()), (code, unknown)]
