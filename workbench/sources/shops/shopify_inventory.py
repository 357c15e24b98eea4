"""Shopify's inventory export: what lies of each variant at each location, on the day the file was saved.

Three layouts: a line a variant and location with quantities of every state (since 2024 with `(not editable)` and
`On hand (new)`, which is what a seller types for an upload and is not read), the same with plain names before, and a
line a variant with a column a location that holds the available units only, named after the location.

Committed units are reserved for orders. Unavailable ones (damaged, in quality control, held back as safety stock) are
never counted as sellable. A cell may say `not stocked`: nothing lies there and nothing will. Oversold variants are
negative there; here they have none.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.sources.reading.headers import locate, normal
from workbench.sources.reading.numbers import numbers
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import NUMBER, Rows
from workbench.sources.shops import articles, places

NAME = "SHOPIFY_INVENTORY"
_STATES = {
    "on_hand": "on_hand",
    "available": "available",
    "reserved_customer_order": "committed",
    "unfulfillable": "unavailable",
    "inbound_shipped": "incoming",
}
_NOT_STOCKED = "not stocked"
_OPTIONS = [f"option_{n}" for n in (1, 2, 3)]
_KEY = ["sku", "node", "date"]
_VARIANT = {"handle": ["Handle"], "title": ["Title"], "sku": ["SKU"]}
_OPTION_VALUES = {f"option_{n}": [f"Option{n} Value"] for n in (1, 2, 3)}
_FORMER = frozenset(_OPTION_VALUES)
"""A shop whose articles have fewer options has fewer columns."""
_SILENT = silent("Option1 Name, Option2 Name, Option3 Name, HS Code, COO, Bin name, On hand (new)")


def make(rows: Rows) -> Tables:
    """Return tables stock, items, channels, nodes and serves."""
    location = rows.text("location")
    said = pd.concat([rows.text(name).str.lower() == _NOT_STOCKED for name in set(_STATES.values())], axis=1).any(axis=1)
    stays = rows.drop(said.to_numpy(), "not_stocked")
    stays &= rows.drop(location.map(places.is_pool_of_amazon, na_action="ignore").eq(True).to_numpy() & stays, "pool_of_amazon")
    states = pd.DataFrame({ours: _units(rows, theirs) for ours, theirs in _STATES.items()})
    return _tables(rows, [(location[stays], states[stays])])


def wide(header: Sequence[str]) -> Report | None:
    """Return the reader of the layout with a column a location, None if these columns are of none."""
    wanted = {**_VARIANT, "option_1": ["Option1 Value"], "code": ["HS Code"], "origin": ["COO"]}
    if any(locate(header, names) is None for names in wanted.values()) or locate(header, ["Location"]) is not None:
        return None
    known = {normal(name) for names in (*_VARIANT.values(), *_OPTION_VALUES.values()) for name in names} | _SILENT
    locations = [name.strip() for name in header if normal(name) and normal(name) not in known]
    needed = {**_VARIANT, **{_cell(at): [name] for at, name in enumerate(locations)}}
    return (
        Report(NAME, needed, _OPTION_VALUES, frozenset(needed), partial(_make_wide, locations), silent=_SILENT, former=_FORMER, together=("sku",))
        if locations
        else None
    )


def _cell(at: int) -> str:
    return f"location_{at}"


def _make_wide(locations: list[str], rows: Rows) -> Tables:
    columns = {name: _cell(at) for at, name in enumerate(locations) if not places.is_pool_of_amazon(name)}
    said = pd.DataFrame({name: rows.text(cell).str.lower() for name, cell in columns.items()}, index=range(len(rows)))
    stocked = said.notna() & (said != _NOT_STOCKED)
    rows.drop(~stocked.any(axis=1).to_numpy(), "not_stocked")
    parts = []
    for name, cell in columns.items():
        here = stocked[name].to_numpy()
        units = pd.DataFrame({"available": _units(rows, cell)})[here]
        parts.append((pd.Series(name, index=units.index, dtype="str"), units))
    return _tables(rows, parts)


def _units(rows: Rows, name: str) -> pd.Series:
    """A column of counts; blank where it says that nothing is stocked, none where oversold."""
    said = rows.each(name, lambda text: None if text.lower() == _NOT_STOCKED else text)
    found, bad = numbers(pa.array(said, pa.string(), from_pandas=True))
    if rows.has(name):
        rows.blame(name, bad, NUMBER)
    oversold = found < 0
    if oversold.any():
        rows.note("oversold", rows=int(oversold.sum()), units=float(-found[oversold].sum()), column=rows.names[name])
    return pd.Series(np.where(oversold, 0.0, found))


def _tables(rows: Rows, parts: Sequence[tuple[pd.Series, pd.DataFrame]]) -> Tables:
    title = articles.title_with_options(rows.text("title"), [rows.text(name) for name in _OPTIONS if rows.has(name)])
    sku = articles.skus(rows, title)
    frames = [states.assign(sku=sku.loc[states.index], node=location.map(places.node, na_action="ignore"), date=_day(rows)) for location, states in parts]
    stock = pd.concat(frames) if frames else pd.DataFrame(columns=_KEY)
    used = list(dict.fromkeys(name for location, _ in parts for name in location.dropna()))
    listed = pd.DataFrame({"sku": sku, "title": title, "parent": rows.text("handle")}).loc[sorted(set(stock.index))]
    return {"stock": _summed(rows, stock), "items": listed.drop_duplicates("sku"), **places.tables(used)}


def _day(rows: Rows) -> pd.Timestamp:
    """The file tells no day: it is what lay there when it was saved."""
    return pd.Timestamp(rows.known_at).normalize()


def _summed(rows: Rows, stock: pd.DataFrame) -> pd.DataFrame:
    """One row a SKU and location: two variants may share a SKU."""
    again = stock.duplicated(_KEY)
    if not again.any():
        return stock
    rows.note("summed", rows=int(again.sum()))
    first = stock.reset_index(names="at").groupby(_KEY, sort=False)["at"].first()
    sums = stock.groupby(_KEY, sort=False).sum(min_count=1)
    return sums.reset_index().set_index(pd.Index(first.to_numpy(dtype=np.int64)))


REPORT = Report(
    name=NAME,
    needed={**_VARIANT, "location": ["Location"], "on_hand": ["On hand (current)", "On hand"]},
    optional={
        **_OPTION_VALUES,
        "available": ["Available (not editable)", "Available"],
        "committed": ["Committed (not editable)", "Committed"],
        "unavailable": ["Unavailable (not editable)", "Unavailable"],
        "incoming": ["Incoming (not editable)", "Incoming"],
    },
    telling=frozenset({"handle", "title", "sku", "location", "on_hand"}),
    filled=("location",),
    make=make,
    silent=_SILENT,
    former=_FORMER,
    together=("sku", "location"),
)
