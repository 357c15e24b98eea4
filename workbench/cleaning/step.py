"""The whole cleaning step: names, days, time on sale, demand, the analyst's decisions, and the list of every change."""

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd

from workbench.cleaning.changes import BEFORE_DAYS, corrections
from workbench.cleaning.daily import daily_sales, known_by
from workbench.cleaning.history import clean_demand
from workbench.cleaning.identity import relatives, relisted, renamed, under_one_name
from workbench.cleaning.one_name import one_row_a_key
from workbench.cleaning.overrides import apply_overrides, merges, rejections
from workbench.cleaning.params import CleaningParams
from workbench.tables import schema
from workbench.tables.as_known import newest_versions

DECISIONS = "decisions"
"""The analyst's decisions among the tables, see `overrides.in_force`; there need be none."""
_CLOSED = ("received", "cancelled")


def cleaned(
    tables: Mapping[str, pd.DataFrame], params: CleaningParams, as_of: dt.date, events_since: Callable[[dt.date], pd.DataFrame | None]
) -> dict[str, pd.DataFrame]:
    """Return tables history and corrections: what would have sold, and every change from order lines to there.

    Parameters
    ----------
    tables : canonical tables by name; `decisions` holds what an analyst decided
    as_of : rows dated or learned later are not used
    events_since : gives table events from a day on
    """
    decisions = tables.get(DECISIONS)
    names, spared = merges(decisions, as_of), rejections(decisions, as_of)
    days = daily_sales(tables["orders"], tables["sales"], as_of, returns=tables["returns"], spared=spared)
    sold, moved = under_one_name(days, known_by(tables["bundles"], as_of, date=""), names, _as_bundles(tables, names, spared, as_of))
    history = clean_demand(
        sold,
        renamed(tables["stock"], names),
        events_since(sold["date"].min()),
        params,
        as_of,
        **{name: renamed(tables[name], names) for name in ("movements", "ads", "orders")},
        availability=one_row_a_key("availability", tables["availability"], names),
        listings=relisted(tables["listings"], names),
        serves=tables["serves"],
        channels=tables["channels"],
        coming=_coming(tables, names, as_of),
        living=spared,
    )
    changes = corrections(history, tables["orders"], as_of, returns=tables["returns"], sales=days, moved=moved, spared=spared)
    decided = apply_overrides(history, decisions, as_of)
    return {"history": decided, "corrections": changes if decided is history else _decided(changes, decided)}


def feeding(tables: Mapping[str, pd.DataFrame], sku: str, as_of: dt.date) -> list[str]:
    """Return the SKUs whose rows make the history of one SKU: itself, its old names, and bundles that hold it."""
    bundles = tables.get("bundles")
    return relatives(sku, schema.empty("bundles") if bundles is None else bundles, merges(tables.get(DECISIONS), as_of))


def _decided(changes: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return the changes with those of the days that an analyst decided about in place of what the rules made of them."""
    keys = ["sku", "channel", "date"]
    mine = history[history["reason"] == "analyst"]
    of_day = ~changes["reason"].isin(BEFORE_DAYS)
    replaced = of_day & pd.MultiIndex.from_frame(changes[keys]).isin(pd.MultiIndex.from_frame(mine[keys]))
    return schema.conform("corrections", pd.concat([changes[~replaced], corrections(mine, None, dt.date.max)], ignore_index=True), lineage=False)


def _as_bundles(tables: Mapping[str, pd.DataFrame], names: dict[str, str], spared: pd.DataFrame, as_of: dt.date) -> set[str]:
    """Return the bundles that are packed before they are sold, so that they lie in stock, and those that an analyst wants left whole."""
    stock = known_by(tables["stock"], as_of)
    lying = renamed(stock.loc[(stock["on_hand"] > 0) | (stock["available"] > 0), ["sku"]].drop_duplicates(), names)["sku"]
    whole = spared.loc[spared["reason"] == "bundle_exploded", "sku"]
    return set(lying) | (set(tables["bundles"]["sku"]) if (whole == "all").any() else set(whole))


def _coming(tables: Mapping[str, pd.DataFrame], names: dict[str, str], as_of: dt.date) -> set[str]:
    """Return the SKUs of which a shipment or purchase order is open, by their final name."""
    found: set[str] = set()
    for name, key, day in (("inbound", "shipment_id", "shipped_date"), ("purchase_orders", "purchase_order", "ordered_date")):
        rows = newest_versions(known_by(tables[name], as_of, date=""), [key, "sku"])
        over = rows["status"].isin(_CLOSED) | (rows["received_date"] <= pd.Timestamp(as_of)) | (rows[day] > pd.Timestamp(as_of))
        found |= set(renamed(rows.loc[~over, ["sku"]], names)["sku"])
    return found
