"""What a unit brings and costs at each node: price, landed cost, selling fees, storage, surcharge; NaN where unknown."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import fees, stock
from workbench.health.demand import PLACE, Array
from workbench.tables import schema

Tables = Mapping[str, pd.DataFrame]
GOODS = ["sku", "unit_cost", "currency", "referral_rate", "fulfilment_fee_per_unit", "size_tier", "volume_ft3", "category"]
SIDES = ["length_in", "width_in", "height_in"]
FBA = "fba-"


def places(tables: Tables, locations: pd.Series) -> pd.DataFrame:
    """Return kind, marketplace, node_currency and own storage rate of each location.

    A pool named fba-xx without a row in the table of nodes is the marketplace's pool of country XX.
    """
    nodes = tables.get("nodes", schema.empty("nodes")).drop_duplicates("node", keep="last").set_index("node").reindex(locations.unique())
    pool = nodes.index.str.startswith(FBA)
    country = pd.Series(nodes.index.str.removeprefix(FBA).str.upper(), index=nodes.index).where(pool)
    place = nodes["marketplace"].fillna(country)
    money = nodes["currency"].fillna(place.map(lambda code: fees.rate_cards().currency(code) or np.nan, na_action="ignore"))
    kind = nodes["kind"].fillna(pd.Series("fba", index=nodes.index).where(pool))
    table = pd.DataFrame({"kind": kind, "marketplace": place.fillna(""), "node_currency": money, "own_rate": nodes["storage_rate_per_ft3_month"]})
    return table.rename_axis("location").reset_index()


def goods(tables: Tables, as_of: dt.date) -> pd.DataFrame:
    """Return cost, fees, size tier and volume of each SKU; tier and volume from the sides where they are not given."""
    items = stock.known(tables.get("items", schema.empty("items")), as_of).drop_duplicates("sku", keep="last")
    measured = items[SIDES].prod(axis=1, skipna=False) / 1728
    tier = pd.Series(fees.size_tier(items["length_in"], items["width_in"], items["height_in"], items["weight_lb"], as_of), index=items.index).replace(
        "", np.nan
    )
    return items.assign(volume_ft3=items["volume_ft3"].fillna(measured), size_tier=items["size_tier"].fillna(tier))[GOODS].rename(
        columns={"currency": "cost_currency"}
    )


def prices(tables: Tables, as_of: dt.date) -> pd.DataFrame:
    """Return sku, location, price and price_currency: the newest asking price, else the newest price paid.

    Where a node ships for several channels, the one with the newest price counts.
    """
    listed = stock.known(tables.get("listings", schema.empty("listings")), as_of)
    paid = stock.known(tables.get("history", schema.empty("history")), as_of)
    money = tables.get("channels", schema.empty("channels")).drop_duplicates("channel").set_index("channel")["currency"]
    listed = listed[listed["price"] > 0][["sku", "channel", "date", "price", "currency"]].assign(rank=0)
    paid = paid[paid["price"] > 0][["sku", "channel", "date", "price"]]
    paid = paid.sort_values("date").drop_duplicates(["sku", "channel"], keep="last")
    paid = paid.assign(currency=paid["channel"].map(money), rank=1)
    both = pd.concat([listed, paid]).sort_values(["rank", "date"], ascending=[True, False], kind="stable")
    nodes = stock.serving_nodes(both["channel"].unique().tolist(), tables.get("serves", schema.empty("serves")))
    both = both.assign(location=both["channel"].map(nodes).astype("str")).drop_duplicates(PLACE)
    return both.rename(columns={"currency": "price_currency"})[[*PLACE, "channel", "price", "price_currency"]]


def exchange(tables: Tables, given: pd.Series, wanted: pd.Series, as_of: dt.date) -> Array:
    """Return what one unit of the given currency is worth in the wanted one on the day; NaN where no rate is known."""
    rates = stock.known(tables.get("exchange_rates", schema.empty("exchange_rates")), as_of).sort_values("date")
    forth = rates.groupby(["currency", "base"])["rate"].last()
    table = {(base, currency): 1 / rate for (currency, base), rate in forth.items()} | forth.to_dict()
    pairs = zip(given.astype(object), wanted.astype(object), strict=True)
    return np.array([1.0 if a == b and isinstance(a, str) else table.get((a, b), np.nan) for a, b in pairs])


def selling_fees(rows: pd.DataFrame, charged: pd.DataFrame, as_of: dt.date) -> Array:
    """Return referral and fulfilment fee of one unit sold at its price; own shops pay none of them.

    The fulfilment fee is what was last charged at the node, else the item's, if that is in the node's currency.
    """
    price, marketplace = rows["price"].to_numpy(float), rows["marketplace"].to_numpy()
    sold_there = rows["channel"].str.startswith("amazon", na=False).to_numpy() | (rows["kind"] == "fba").to_numpy()
    referral = fees.referral(1, price, as_of, marketplace, rate=rows["referral_rate"].to_numpy(float), rounded=False)
    preview = rows["fulfilment_fee_per_unit"].where(rows["cost_currency"] == rows["node_currency"])
    shipping = fees.fulfilment(1, preview.to_numpy(float), as_of, marketplace, rounded=False)
    last = _per_unit(rows, charged, "fulfilment")
    shipping = np.where(np.isnan(last), shipping, last)
    return np.where(sold_there, referral, 0.0) + np.where(rows["kind"] == "fba", shipping, 0.0)


def storage_cost(rows: pd.DataFrame, units: Array, charged: pd.DataFrame, date: dt.date) -> Array:
    """Return the storage of `units` for the month of `date`: by rate card in a marketplace's pool, else by the node's own rate.

    Where no card is known, the last storage charged per unit is carried on.
    """
    volume = rows["volume_ft3"].to_numpy(float)
    by_card = fees.storage_month(volume, units, date, rows["marketplace"].to_numpy(), rows["size_tier"].to_numpy(), rounded=False)
    by_card = np.where(np.isnan(by_card), units * _per_unit(rows, charged, "storage"), by_card)
    cost = np.where(rows["kind"] == "fba", by_card, units * volume * rows["own_rate"].to_numpy(float))
    return np.where(units == 0, 0.0, cost)


def _per_unit(rows: pd.DataFrame, charged: pd.DataFrame, kind: str) -> Array:
    one = charged[charged["kind"] == kind]
    one = one.assign(per_unit=one["amount"] / one["units"].where(one["units"] > 0), charged_in=one["currency"])
    found = rows[[*PLACE, "node_currency"]].merge(one.drop_duplicates(PLACE)[[*PLACE, "per_unit", "charged_in"]], on=PLACE, how="left")
    return found["per_unit"].where(found["charged_in"] == found["node_currency"]).to_numpy(float)
