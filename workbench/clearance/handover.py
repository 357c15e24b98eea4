"""Files that hand chosen ways out, or plans taken on, over to a person, who checks and uploads them: nothing is sent.

JSON_LISTINGS_FEED (patches of purchasable_offer) for prices, by the schema v2 that Amazon publishes of it; POST_FLAT_FILE_FBA_CREATE_REMOVAL
for removals, by the names and the order of its fields in several public clients. No upload format of a promotion, Outlet deal,
liquidation or donation is known to us: promotions are a plain list to work by, the others are left out.
"""

import csv
import datetime as dt
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from workbench.clearance import courses
from workbench.clearance.timeline import DEALS, PLACE

ORDER = ["sku", "location", "option", "start_date", "end_date", "units", "price", "currency"]
REPRICED = ("price_rise", "markdown", "markdown_steps")
PROMOTED = ("promotion", "outlet", "offsite_deal", "bundle")
REMOVED = {"removal": "Return", "own_warehouse": "Return", "disposal": "Disposal"}
"""What becomes of the units, in the feed's words."""
_ADDRESS = (
    "AddressName", "AddressFieldOne", "AddressFieldTwo", "AddressFieldThree", "AddressCity", "AddressCountryCode", "AddressStateOrRegion",
    "AddressPostalCode", "ContactPhoneNumber",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandOver:
    """One file: its name, its text, how many orders it holds, those that it cannot hold, and the day to upload it, where that is yet to come."""

    name: str
    text: str
    rows: int
    left_out: tuple[str, ...] = ()
    day: dt.date | None = None


def orders_of_choice(chosen: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return what the chosen ways out order: a row for every price, deal and removal, with its days; takes rows of table clearance, one a position."""
    found = [order for row in chosen.to_dict("records") for order in _ordered(row, pd.Timestamp(as_of))]
    return pd.DataFrame(found, columns=ORDER)


def _ordered(row: Mapping[Any, Any], today: pd.Timestamp) -> Iterator[dict[str, Any]]:
    same = {name: row[name] for name in ("sku", "location", "option", "units", "currency")}
    asked = courses.read(row.get("price_steps")) or [(today, row["price"])]
    if row["option"] in DEALS and len(asked) > 1:
        (begins, price), (over, _) = asked[-2:]
        yield same | {"start_date": begins, "end_date": over, "price": price}
        return
    for (begins, price), (over, _) in pairwise([*asked, (row["end_date"], 0.0)]):
        yield same | {"start_date": begins, "end_date": over, "price": price}


def orders_of_plans(steps: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return what the plans in force still order: prices and deals that are on or to come, and removals whose day has come; takes steps, see `timeline.STEPS`.

    What stands by is not ordered. Units are those that the plan clears, of a removal its own.
    """
    due = steps[~steps["if_needed"].astype(bool)].sort_values([*PLACE, "step"])
    price, option = due["price"].round(2).fillna(0.0), due["option"]
    turns = (option != option.shift()) | (price != price.shift()) | (due[PLACE] != due[PLACE].shift()).any(axis=1)
    cleared = due.groupby(PLACE)["units_start"].transform("first") - due.groupby(PLACE)["units_target"].transform("last")
    own = due["units_start"] - due["units_target"]
    due = due.assign(_turn=turns.cumsum(), units=cleared.where(~option.isin(list(REMOVED)), own))
    first = due.drop_duplicates("_turn")
    found = first.assign(end_date=due.drop_duplicates("_turn", keep="last")["end_date"].to_numpy())
    today = pd.Timestamp(as_of)
    on = (found["end_date"] >= today) & (~found["option"].isin(list(REMOVED)) | (found["start_date"] <= today))
    return found.loc[on, ORDER].reset_index(drop=True)


def price_changes(orders: pd.DataFrame, marketplaces: Mapping[str, str], as_of: dt.date, seller_id: str = "") -> list[HandOver]:
    """Return a price feed for each place and day on which prices change: one to upload now, and one for each later day, named by it.

    Parameters
    ----------
    orders : see `orders_of_choice`, `orders_of_plans`
    marketplaces : the marketplace's own id by location; places without one are not of a marketplace and get no file
    seller_id : merchant token; without it a person must fill it in before the upload
    """
    rows = orders[orders["option"].isin(REPRICED)]
    rows = rows.assign(day=rows["start_date"].clip(lower=pd.Timestamp(as_of)))
    made = []
    for key, part in rows.groupby(["location", "day"], sort=True):
        place, day = str(key[0]), pd.Timestamp(str(key[1])).date()
        if place not in marketplaces:
            continue
        priced = part[part["price"] > 0]
        messages = [_price(at, row, marketplaces[place]) for at, row in enumerate(priced.to_dict("records"), 1)]
        feed = {"header": {"sellerId": seller_id, "version": "2.0", "issueLocale": "en_US"}, "messages": messages}
        gone = tuple(part.loc[~part["sku"].isin(priced["sku"]), "sku"])
        later = day if day > as_of else None
        name = f"price-changes-{place}{f'-{later.isoformat()}' if later else ''}.json"
        made.append(HandOver(name, json.dumps(feed, indent=1, ensure_ascii=False), len(messages), gone, later))
    return made


def _price(number: int, row: Mapping[str, object], marketplace: str) -> dict[str, object]:
    offer = {
        "marketplace_id": marketplace,
        "audience": "ALL",
        "currency": row["currency"],
        "our_price": [{"schedule": [{"value_with_tax": round(float(str(row["price"])), 2)}]}],
    }
    patch = {"op": "merge", "path": "/attributes/purchasable_offer", "value": [offer]}  # a replace would take off sale, business and lowest prices
    return {"messageId": number, "sku": row["sku"], "operationType": "PATCH", "productType": "PRODUCT", "patches": [patch]}


def removal_orders(orders: pd.DataFrame, marketplaces: Mapping[str, str], order_id: str, address: Mapping[str, str] | None = None) -> list[HandOver]:
    """Return a removal order for each marketplace's pool and fate of the units: whole sellable units only.

    Parameters
    ----------
    order_id : the seller's own number, to which place and fate are added
    address : where units are sent back to, by the feed's field names; what is missing is left blank for a person to fill in
    """
    rows = orders[orders["option"].isin(list(REMOVED))].assign(fate=orders["option"].map(REMOVED))
    made = []
    for key, part in rows.groupby(["location", "fate"], sort=True):
        place, fate = str(key[0]), str(key[1])
        if place not in marketplaces:
            continue
        whole = part[part["units"] >= 1]
        number = f"{order_id}-{place}-{fate.lower()}"
        head = [("MerchantRemovalOrderID", number), ("RemovalDisposition", fate)]
        head += [(name, (address or {}).get(name, "")) for name in _ADDRESS] if fate == "Return" else []
        lines = ["\t".join(pair) for pair in [*head, ("ShippingNotes", "")]]
        lines += ["", "MerchantSKU\tSellableQuantity\tUnsellableQuantity"]
        lines += [f"{row['sku']}\t{math.floor(row['units'] + 1e-9)}\t0" for row in whole.to_dict("records")]
        gone = tuple(part.loc[~part["sku"].isin(whole["sku"]), "sku"])
        made.append(HandOver(f"removal-{place}-{fate.lower()}.txt", "\n".join(lines) + "\n", len(whole), gone))
    return made


def promotion_list(orders: pd.DataFrame) -> HandOver:
    """Return the promotions to set up by hand, from the first day to the last: a plain list, for no upload format of them is known to us."""
    rows = orders[orders["option"].isin(PROMOTED)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["sku", "location", "option", "price", "currency", "units", "start_date", "end_date"])
    for row in rows.to_dict("records"):
        start, end = ("" if pd.isna(row[name]) else f"{row[name]:%Y-%m-%d}" for name in ("start_date", "end_date"))
        writer.writerow([row["sku"], row["location"], row["option"], f"{row['price']:.2f}", row["currency"], math.floor(row["units"] + 1e-9), start, end])
    return HandOver("promotions.csv", text.getvalue(), len(rows))


def hand_over(orders: pd.DataFrame, marketplaces: Mapping[str, str], order_id: str, as_of: dt.date, seller_id: str = "") -> list[HandOver]:
    """Return every file of the orders that holds at least one of them."""
    made = [*price_changes(orders, marketplaces, as_of, seller_id), *removal_orders(orders, marketplaces, order_id), promotion_list(orders)]
    return [file for file in made if file.rows]
