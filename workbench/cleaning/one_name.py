"""Every table with merged SKUs under the name they go on as, for the steps and screens that follow cleaning."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from workbench.cleaning.identity import relatives, renamed
from workbench.cleaning.overrides import merges
from workbench.tables import FACTS, schema
from workbench.tables.selection import some_of

_BALANCES = frozenset({"stock", "movements", "stock_age"})
"""Tables of what lies there at the end of a day: it lies there until the next row of its name."""
_COUNTED = _BALANCES | {"traffic", "ads", "inbound", "purchase_orders", "stranded", "removals"}
"""Tables that count: what two names of one SKU have in a row of one key adds up. In others the row of the name that stays tells."""
_COUNTS = frozenset({"units", "money", "visits", "views", "clicks"})
_OF_ONE = frozenset({"price", "unit_cost"})
"""Money of one unit, which does not add up."""
_FLOWS = ("receipts", "shipments", "returns", "adjustments")
_ANNOUNCED = ("inbound_working", "inbound_shipped", "inbound_receiving")
_LINES = "line"
"""Part of the key of tables whose rows each stand for themselves."""


class Merged(Mapping[str, pd.DataFrame]):
    """Tables whose facts are told under the last name of each SKU; a table is read and renamed when it is first asked for.

    Parameters
    ----------
    tables : canonical tables by name; results stand as they are, for cleaning has given them their names
    new_names : old SKU -> new SKU
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], new_names: Mapping[str, str]):
        self._tables = tables
        self._names = new_names
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = self._merge(name, self._tables[name])
        return self._made[name]

    def _merge(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        told = name in FACTS and "sku" in frame and frame["sku"].isin(set(self._names)).any()
        return one_row_a_key(name, frame, self._names) if told else frame

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    __eq__ = object.__eq__  # a mapping's own would read every table to compare it
    __hash__ = object.__hash__

    def part(self, name: str, columns: Sequence[str] | None = None, since: dt.date | None = None, **among: Sequence[str]) -> pd.DataFrame:
        """Return some rows and columns of a table, as `store.Tables.part`; of named SKUs only their rows and those of their old names are read."""
        inner: Any = self._tables
        if name in self._made or name not in FACTS or "sku" not in among or not hasattr(inner, "part"):
            return some_of(self[name], columns, since, **among)
        names = sorted({old for sku in among["sku"] for old in relatives(sku, schema.empty("bundles"), self._names)})
        return some_of(self._merge(name, inner.part(name, sku=names)), columns, since, **among)


def merged(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> Mapping[str, pd.DataFrame]:
    """Return the tables with SKUs that an analyst merged as one, so that stock, age, orders and fees of the old name count for the new one."""
    names = merges(tables.get("decisions"), as_of)
    return Merged(tables, names) if names else tables


def one_row_a_key(name: str, frame: pd.DataFrame, new_names: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of facts under the new names; where both names have a row of one key, what tables count adds up, and the new name's row tells the rest.

    Examples
    --------
    >>> day = pd.Timestamp("2026-10-01")
    >>> stock = pd.DataFrame({"sku": ["OLD", "NEW"], "node": "fba-us", "date": day, "on_hand": [2.0, 3.0], "days_of_supply_reported": [9.0, 4.0]})
    >>> one = one_row_a_key("stock", schema.conform("stock", stock, lineage=False), {"OLD": "NEW"})
    >>> one[["sku", "on_hand", "days_of_supply_reported"]].values.tolist()
    [['NEW', 5.0, 4.0]]
    """
    key = list(schema.key(name))
    made = renamed(frame, new_names)
    if _LINES in key:
        return made
    if name == "availability":  # it can be bought as long as one of its names can
        return made.sort_values("on_sale", ascending=False, kind="stable").drop_duplicates(key)
    made = made.assign(told_as=frame["sku"], old=frame["sku"].isin(set(new_names)))
    made = (_lasting(made) if name in _BALANCES else made).sort_values("old", kind="stable")
    counts = [c.name for c in schema.columns(name) if name in _COUNTED and c.unit in _COUNTS and c.name in made and c.name not in _OF_ONE]
    first = made.drop_duplicates(key)[list(frame.columns)]
    if not counts or len(first) == len(made):
        return first
    return first.drop(columns=counts).merge(made.groupby(key, as_index=False)[counts].sum(min_count=1), on=key)[list(frame.columns)]


def _lasting(made: pd.DataFrame) -> pd.DataFrame:
    """Return balances with a row of each name on every day that another name of its SKU has one, as its last row before left them."""
    place = ["sku", "node"]
    several = made["sku"].isin(made.loc[made["old"], "sku"])
    rows = made[several].sort_values("date", kind="stable")
    days = rows[["told_as", *place]].drop_duplicates().merge(rows[[*place, "date"]].drop_duplicates(), on=place).sort_values("date")
    told = rows[["told_as", "node", "date"]].drop_duplicates().assign(told=lambda frame: frame["date"])
    last = pd.merge_asof(days, told, on="date", by=["told_as", "node"]).dropna(subset="told")
    full = last.merge(rows.drop(columns="sku").rename(columns={"date": "told"}), on=["told_as", "node", "told"])
    full = _as_left(full, full.pop("told") != full["date"])
    return pd.concat([made[~several], full[list(made.columns)]], ignore_index=True)


def _as_left(rows: pd.DataFrame, carried: pd.Series) -> pd.DataFrame:
    """Return rows of which those carried on from an earlier day say that nothing moved, and nothing of what was announced then.

    Where one name tells what is available and the other what is on hand, each stands for the other, so that both can be summed.
    """
    changed = {name: rows[name].mask(carried, 0.0) for name in _FLOWS if name in rows}
    changed |= {name: rows[name].mask(carried) for name in _ANNOUNCED if name in rows}
    if "starting" in rows:
        changed["starting"] = rows["starting"].mask(carried, rows["ending"])
    if "available" in rows:
        changed |= {"available": rows["available"].fillna(rows["on_hand"]), "on_hand": rows["on_hand"].fillna(rows["available"])}
    return rows.assign(**changed)
