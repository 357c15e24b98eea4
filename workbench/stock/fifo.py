"""First in, first out: which receipts the units on hand come from, and how old they are."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.stock.rows import Places, day_numbers, pick
from workbench.tables.as_known import known

Floats = npt.NDArray[np.float64]


def fifo_layers(receipts: Floats, outflows: Floats, opening: Floats | None = None) -> Floats:
    """Return the units of each day's receipt that are still on hand after the last day, first in first out.

    What is on hand under FIFO is always the newest units received: with S units on hand at the end,
    layer_t = clip(S - (receipts after t), 0, receipts_t). Receipts of a day come before its outflows; an outflow
    larger than the stock empties it and no more. A negative outflow (a return, units found) is new on its day: so no age
    ever grows by more than a day a day, as it would if an old layer that had sold out came back.

    Parameters
    ----------
    receipts, outflows : units by SKU and day (n, T)
    opening : units on hand before the first day (n,), of unknown age: they count as received on the first day

    Returns
    -------
    layers (n, T); each row sums to the units on hand.

    >>> import numpy as np
    >>> fifo_layers(np.array([[10.0, 0, 5]]), np.array([[3.0, 4, 1]])).tolist()
    [[2.0, 0.0, 5.0]]
    >>> fifo_layers(np.array([[10.0, 0, 0]]), np.array([[4.0, -2, 0]])).tolist()
    [[6.0, 2.0, 0.0]]
    """
    gone = np.asarray(outflows, dtype="float64")
    came = np.asarray(receipts, dtype="float64") + np.maximum(-gone, 0)
    if opening is not None:
        came[:, :1] += np.asarray(opening, dtype="float64")[:, None]
    return _newest_units(came, on_hand_after(came, np.maximum(gone, 0)))


def on_hand_after(receipts: Floats, outflows: Floats) -> Floats:
    """Return the units on hand after the last day (n,), never negative: S_t = max(S_t-1 + receipts_t - outflows_t, 0)."""
    walk = np.cumsum(receipts - outflows, axis=1)
    if not walk.shape[1]:
        return np.zeros(walk.shape[0])
    return walk[:, -1] - np.minimum(walk.min(axis=1), 0)


def _newest_units(came: Floats, on_hand: Floats) -> Floats:
    later = np.cumsum(came[:, ::-1], axis=1)[:, ::-1] - came
    layers = np.clip(on_hand[:, None] - later, 0, came)
    if came.shape[1]:  # more on hand than ever received: found, or there before the first day
        layers[:, 0] += np.maximum(on_hand - came.sum(axis=1), 0)
    return layers


def layers(movements: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the units on hand of each SKU and node by age, from the ledger, first in first out.

    On hand is the ledger's newest ending balance. Receipts arrive, and so do units that came back or were found: the
    marketplace takes what left by first in first out from the oldest, so what returns is nobody's old layer and its
    clock starts again. Units that nothing explains were there before the ledger begins: they are shown at the age of
    its first row, the youngest they can be.

    Parameters
    ----------
    movements : table movements, one row a SKU, node and day with events (days without any may be absent)
    as_of : rows dated or learned later are left out

    Returns
    -------
    sku, location, age_days, units, opening (true where the age is only a lower bound); youngest first.

    Source: the marketplace ages units network-wide, first in first out, whatever unit was shipped.
    """
    return layers_by_place(movements, as_of)[0]


def layers_by_place(movements: pd.DataFrame, as_of: dt.date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the layers, and every SKU and node that the ledger knows, those without units included."""
    rows = known(movements, as_of)
    places, day = Places(rows), day_numbers(rows["date"])
    on_hand = _ledger_on_hand(rows, places)
    came = _receipts(rows, places, day)
    today = np.datetime64(as_of, "D").astype("int64")
    taken = np.clip(on_hand[came["place"]] - came["later"], 0, came["units"])
    first = np.full(len(places), today)
    np.minimum.at(first, places.of_row, day)
    rest = on_hand - np.bincount(came["place"], taken, len(places))
    table = pd.DataFrame(
        {
            "place": np.concatenate([came["place"], np.arange(len(places))]),
            "age_days": np.concatenate([today - came["day"], today - first]),
            "units": np.concatenate([taken, rest]),
            "opening": np.repeat([False, True], [len(taken), len(rest)]),
        }
    )
    table = table[table["units"] > 1e-9].sort_values(["place", "age_days"], ignore_index=True)
    return pd.concat([places.table.iloc[table.pop("place")].reset_index(drop=True), table], axis=1), places.table


def _ledger_on_hand(rows: pd.DataFrame, places: Places) -> Floats:
    """Return the newest ending balance (n,); where it is blank, start plus everything that moved."""
    every = np.ones(len(rows), dtype=bool)
    newest = places.newest(rows, every)
    ending = pick(rows["ending"], newest)
    if not np.isnan(ending).any():
        return np.maximum(ending, 0)
    day = rows["date"].to_numpy()
    first = places.newest(rows.assign(date=day.max() - (day - day.min())), every)
    moved = sum(places.total(rows[c]) for c in ("receipts", "shipments", "returns", "adjustments"))
    return np.maximum(np.where(np.isnan(ending), np.nan_to_num(pick(rows["starting"], first)) + moved, ending), 0)


def _receipts(rows: pd.DataFrame, places: Places, day: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return every arrival (received, returned, found) with the units that arrived after it at the same place."""
    units = np.nan_to_num(rows[["receipts", "returns", "adjustments"]].to_numpy(dtype="float64")).clip(min=0).sum(axis=1)
    at = np.flatnonzero(units > 0)
    came = pd.DataFrame({"place": places.of_row[at], "day": day[at], "units": units[at]})
    came = came.sort_values(["place", "day"], ascending=[True, False], ignore_index=True)
    return came.assign(later=came.groupby("place")["units"].cumsum() - came["units"])
