"""The next cut of a storage limit that what lies there will not fit under."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbench import fees, stock
from workbench.stock.on_order import open_shipments
from workbench.tables import schema
from workbench.tables.as_known import known

_HELD = ("stock", "inbound", "purchase_orders", "items")
_TYPE = ["node", "storage_type"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A limit of a place that is announced for a day: what is allowed from then on, what counts against it now, and what is too much, ft3."""

    node: str
    date: dt.date
    limit_ft3: float
    used_ft3: float

    @property
    def over_ft3(self) -> float:
        """Storage to free before the day."""
        return self.used_ft3 - self.limit_ft3


def coming_cut(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> Cut | None:
    """Return the first announced limit that is exceeded by what counts now; None where there is none.

    What counts is what the announcement says is in use, else what lies there and is on its way there, where the place has one kind of
    storage, else the newest use that a report named. Kinds of storage of one place and day are taken together, each by what it is over.
    Sales until then are not taken off.

    Parameters
    ----------
    tables : capacity, stock, inbound, purchase_orders, items; a missing one counts as empty
    """
    table = tables.get("capacity", schema.empty("capacity"))
    told = known(table.drop(columns="date"), as_of).join(table["date"])
    ahead = told[(told["date"] > pd.Timestamp(as_of)) & told["limit_ft3"].notna()]
    if ahead.empty:
        return None
    past = told[(told["date"] <= pd.Timestamp(as_of)) & told["used_ft3"].notna()].sort_values("date")
    reported = ahead[_TYPE].merge(past.drop_duplicates(_TYPE, keep="last")[[*_TYPE, "used_ft3"]], on=_TYPE, how="left")["used_ft3"]
    alone = ahead.groupby("node")["storage_type"].transform("nunique") == 1
    lying = ahead["node"].map(_in_use(tables, as_of)).where(alone)
    used = ahead["used_ft3"].fillna(lying).fillna(reported.set_axis(ahead.index))
    over = ahead.assign(used_ft3=used)[used > ahead["limit_ft3"]]
    if over.empty:
        return None
    sums = over.groupby(["date", "node"])[["limit_ft3", "used_ft3"]].sum().reset_index()
    first = sums.assign(over=sums["used_ft3"] - sums["limit_ft3"]).sort_values(["date", "over"], ascending=[True, False]).iloc[0]
    return Cut(str(first["node"]), first["date"].date(), float(first["limit_ft3"]), float(first["used_ft3"]))


def _in_use(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.Series:
    """Volume by place of what lies there, sellable or not, and of open shipments there: both count against a limit."""
    given = {name: tables.get(name, schema.empty(name)) for name in _HELD}
    held = stock.positions(given["stock"], given["inbound"], given["purchase_orders"], as_of)
    lying = held.assign(units=held["on_hand"].fillna(0.0) + held["unfulfillable"].fillna(0.0))[["sku", "location", "units"]]
    coming = open_shipments(given["inbound"], as_of)[["sku", "location", "units"]]
    every = pd.concat([lying, coming], ignore_index=True)
    volume = every["sku"].map(fees.goods(given["items"], as_of).set_index("sku")["volume_ft3"])
    return (every["units"] * volume).groupby(every["location"]).sum(min_count=1)
