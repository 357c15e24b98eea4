"""Files that hand a chosen way out over to a person, who checks and uploads them: nothing is sent.

Formats as Amazon's public feed pages name their fields: JSON_LISTINGS_FEED (patches of purchasable_offer) for prices and
POST_FLAT_FILE_FBA_CREATE_REMOVAL for removals. No upload format of a promotion, Outlet deal, liquidation or donation is
known to us: promotions are a plain list to work by, the others are left out.
"""

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

REPRICED = ("markdown", "markdown_steps")
PROMOTED = ("promotion", "outlet", "bundle")
REMOVED = {"removal": "Return", "own_warehouse": "Return", "disposal": "Disposal"}
"""What becomes of the units, in the feed's words."""
_ADDRESS = (
    "AddressName", "AddressFieldOne", "AddressFieldTwo", "AddressFieldThree", "AddressCity", "AddressCountryCode", "AddressStateOrRegion",
    "AddressPostalCode", "ContactPhoneNumber",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandOver:
    """One file: its name, its text, how many rows of the choice it holds, and those that it cannot hold."""

    name: str
    text: str
    rows: int
    left_out: tuple[str, ...] = ()


def price_changes(chosen: pd.DataFrame, marketplaces: Mapping[str, str], seller_id: str = "") -> list[HandOver]:
    """Return a price feed for each place: every position whose way out cuts the price, at its new price.

    Parameters
    ----------
    chosen : rows of table clearance, one a position
    marketplaces : the marketplace's own id by location; places without one are not of a marketplace and get no file
    seller_id : merchant token; without it a person must fill it in before the upload
    """
    rows = chosen[chosen["option"].isin(REPRICED)]
    made = []
    for location, part in rows.groupby("location", sort=True):
        place = str(location)
        if place not in marketplaces:
            continue
        priced = part[part["price"] > 0]
        messages = [_price(at, row, marketplaces[place]) for at, row in enumerate(priced.to_dict("records"), 1)]
        feed = {"header": {"sellerId": seller_id, "version": "2.0", "issueLocale": "en_US"}, "messages": messages}
        gone = tuple(part.loc[~part["sku"].isin(priced["sku"]), "sku"])
        made.append(HandOver(f"price-changes-{place}.json", json.dumps(feed, indent=1, ensure_ascii=False), len(messages), gone))
    return made


def _price(number: int, row: Mapping[str, object], marketplace: str) -> dict[str, object]:
    offer = {
        "marketplace_id": marketplace,
        "currency": row["currency"],
        "our_price": [{"schedule": [{"value_with_tax": round(float(str(row["price"])), 2)}]}],
    }
    patch = {"op": "replace", "path": "/attributes/purchasable_offer", "value": [offer]}
    return {"messageId": number, "sku": row["sku"], "operationType": "PATCH", "productType": "PRODUCT", "patches": [patch]}


def removal_orders(chosen: pd.DataFrame, marketplaces: Mapping[str, str], order_id: str, address: Mapping[str, str] | None = None) -> list[HandOver]:
    """Return a removal order for each marketplace's pool and fate of the units: whole sellable units only.

    Parameters
    ----------
    order_id : the seller's own number, to which place and fate are added
    address : where units are sent back to, by the feed's field names; what is missing is left blank for a person to fill in
    """
    rows = chosen[chosen["option"].isin(list(REMOVED))].assign(fate=chosen["option"].map(REMOVED))
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


def promotion_list(chosen: pd.DataFrame) -> HandOver:
    """Return the promotions to set up by hand: a plain list, for no upload format of them is known to us."""
    rows = chosen[chosen["option"].isin(PROMOTED)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["sku", "location", "option", "price", "currency", "units", "start_date", "end_date"])
    for row in rows.to_dict("records"):
        start, end = ("" if pd.isna(row[name]) else f"{row[name]:%Y-%m-%d}" for name in ("start_date", "end_date"))
        writer.writerow([row["sku"], row["location"], row["option"], f"{row['price']:.2f}", row["currency"], math.floor(row["units"] + 1e-9), start, end])
    return HandOver("promotions.csv", text.getvalue(), len(rows))


def hand_over(chosen: pd.DataFrame, marketplaces: Mapping[str, str], order_id: str, seller_id: str = "") -> list[HandOver]:
    """Return every file of a choice that holds at least one row."""
    made = [*price_changes(chosen, marketplaces, seller_id), *removal_orders(chosen, marketplaces, order_id), promotion_list(chosen)]
    return [file for file in made if file.rows]
