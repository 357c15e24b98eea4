"""Stock in FBA pools as reports tell it: whose pool a row means, which day, and rows of one SKU summed over centres and labels."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces
from workbench.sources.reading.dates import local_days
from workbench.sources.report import Tables
from workbench.sources.rows import Rows

KEY = ["sku", "node", "date"]
_WITHOUT_SHOP = {"CZ": "DE", "SK": "DE", "AT": "DE", "LU": "DE", "XI": "UK", "NI": "UK"}
"""Countries with fulfilment centres and no marketplace of their own: whose pool the units there belong to."""
_CENTRE = re.compile(r"[A-Z]{3}[A-Z0-9]{1,2}")
_GOOD = "sellable"
_NOBODY = frozenset({"unassigned", "none", "n/a", "-", "--"})


def codes(rows: Rows, *names: str) -> pd.Series:
    """Return the country code of each row's pool: of the first column that tells one, else of the seller's home marketplace.

    A fulfilment centre (PHX7) tells no country; a country that nobody knows is a fault.
    """
    found = pd.Series(np.nan, index=range(len(rows)), dtype="str")
    for name in names:
        found = found.fillna(rows.each(name, _pool))
    for name in names:
        rows.blame(name, (found.isna() & rows.each(name, _stranger).notna()).to_numpy(), "a country such as US, UK or DE")
    return found.fillna(rows.home()) if found.isna().any() else found


def _pool(text: str) -> str | None:
    return marketplaces.code_of(_WITHOUT_SHOP.get(text.upper(), text))


def _stranger(text: str) -> str | None:
    return None if _pool(text) or _CENTRE.fullmatch(text) else text


def nodes(code: pd.Series) -> pd.Series:
    """Return the code of the FBA pool of each country code."""
    return "fba-" + code.str.lower()


def today(rows: Rows, code: pd.Series) -> pd.Series:
    """Return the day of a snapshot that carries none: when the file was saved, by the clock of each row's marketplace.

    East of Greenwich that may be tomorrow in UTC; the day is then that of UTC, for no row lies after the day it was known.
    """
    known = np.datetime64(rows.known_at, "us")
    days = {place.code: min(local_days(np.array([known]), place.time_zone)[0], known.astype("datetime64[D]")) for place in marketplaces.named(code)}
    return code.map(days).astype("datetime64[us]")


def days(rows: Rows, name: str, code: pd.Series) -> pd.Series:
    """Return the day of each row by the clock of its marketplace; what is written as midnight is a day and no instant."""
    found = rows.moments(name)
    result = found.days()
    instant = ~np.isnan(found.offset) & (found.written != result)
    for place in marketplaces.named(code) if instant.any() else ():
        here = instant & (code == place.code).to_numpy()
        result[here] = local_days(found.utc(place.time_zone)[here], place.time_zone)
    return pd.Series(result)


def sellable(rows: Rows, name: str) -> np.ndarray:
    """Return which rows are of sellable units; every other disposition is damaged, defective or expired."""
    return (rows.each(name, str.lower) == _GOOD).to_numpy()


def merged(frame: pd.DataFrame, values: Sequence[str], key: Sequence[str] = KEY) -> pd.DataFrame:
    """Return one row a key, where it first stands: units summed, the first that is known of everything else."""
    if not frame.duplicated(list(key)).any():
        return frame
    groups = frame.reset_index(names="at").groupby(list(key), sort=False, dropna=False)
    others = [name for name in frame.columns if name not in {*key, *values}]
    found = pd.concat([groups[["at", *others]].first(), groups[list(values)].sum(min_count=1)], axis=1).reset_index()
    return found.set_index("at").rename_axis(None)[list(frame.columns)]


def summed(rows: Rows, frame: pd.DataFrame, values: Sequence[str], key: Sequence[str] = KEY) -> pd.DataFrame:
    """Return one row a key as `merged` does, and tell how many rows went into others."""
    found = merged(frame, values, key)
    if len(found) < len(frame):
        rows.note("summed", rows=len(frame) - len(found))
    return found


def snapshot(rows: Rows, code: pd.Series, date: pd.Series, **units: pd.Series) -> pd.DataFrame:
    """Return table stock with the units that a report knows, those of a SKU in one pool summed."""
    frame = pd.DataFrame({"sku": rows.text("sku"), "node": nodes(code), "date": date, **units})
    return summed(rows, frame, list(units))


def items(rows: Rows, **more: pd.Series) -> pd.DataFrame:
    """Return table items with what nearly every report tells of a SKU: title, catalogue number and label."""
    told = {"title": rows.text("title"), "product_id": rows.text("asin"), "fulfilment_id": rows.text("fnsku")}
    return pd.DataFrame({"sku": rows.text("sku"), **told, **more}).drop_duplicates("sku")


def offers(rows: Rows, code: pd.Series, date: pd.Series, price: pd.Series, currency: pd.Series, stays: np.ndarray | None = None) -> pd.DataFrame:
    """Return table listings of units that ship from pools: one row a SKU, channel and day of the rows that stay."""
    frame = pd.DataFrame(
        {
            "sku": rows.text("sku"),
            "channel": "amazon-" + code.str.lower(),
            "date": date,
            "product_id": rows.text("asin"),
            "title": rows.text("title"),
            "price": price,
            "currency": currency,
            "fulfilment": "fba",
        }
    )
    return (frame if stays is None else frame[stays]).drop_duplicates(["sku", "channel", "date"])


def supplier(text: str) -> str | None:
    """Return the supplier's name, None where the report has a word for nobody."""
    return None if text.lower() in _NOBODY else text


def places(code: pd.Series) -> Tables:
    """Return built-in rows of the marketplaces, pools and who serves whom that country codes name."""
    used = marketplaces.named(code)
    return {"channels": marketplaces.channel_rows(used), "nodes": marketplaces.node_rows(used), "serves": marketplaces.serves_rows(used)}


NAMES = {"title": ["product-name", "title", "商品名"], "asin": ["asin"], "fnsku": ["fnsku", "fulfillment-channel-sku"]}
"""How reports spell what describes a SKU."""
