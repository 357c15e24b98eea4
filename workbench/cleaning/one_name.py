"""Every table with merged SKUs under the name they go on as, for the steps that follow cleaning."""

import datetime as dt
from collections.abc import Iterator, Mapping

import pandas as pd

from workbench.cleaning.identity import relatives, renamed
from workbench.cleaning.overrides import merges
from workbench.tables import FACTS, schema

_COUNTED = frozenset({"stock", "movements", "stock_age", "traffic", "ads"})
"""Tables that count: what two names of one SKU have in a row of one key adds up. In others the row of the name that stays tells."""
_COUNTS = frozenset({"units", "money", "visits", "views", "clicks"})
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
            frame = self._tables[name]
            told = name in FACTS and frame["sku"].isin(set(self._names)).any() if "sku" in frame else False
            self._made[name] = one_row_a_key(name, frame, self._names) if told else frame
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    __eq__ = object.__eq__  # a mapping's own would read every table to compare it
    __hash__ = object.__hash__


def merged(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> Mapping[str, pd.DataFrame]:
    """Return the tables with SKUs that an analyst merged as one, so that stock, age, orders and fees of the old name count for the new one."""
    names = merges(tables.get("decisions"), as_of)
    return Merged(tables, names) if names else tables


def names_of(tables: Mapping[str, pd.DataFrame], sku: str, as_of: dt.date) -> list[str]:
    """Return a SKU and the old names that go on as it."""
    return relatives(sku, schema.empty("bundles"), merges(tables.get("decisions"), as_of))


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
    if _LINES in key or not made.duplicated(key).any():
        return made
    stays_first = frame["sku"].isin(set(new_names)).argsort(kind="stable")
    made = made.iloc[stays_first]
    counts = [column.name for column in schema.columns(name) if name in _COUNTED and column.unit in _COUNTS and column.name in made]
    if not counts:
        return made.drop_duplicates(key)
    summed = made.groupby(key, as_index=False)[counts].sum(min_count=1)
    return made.drop_duplicates(key).drop(columns=counts).merge(summed, on=key)[list(frame.columns)]
