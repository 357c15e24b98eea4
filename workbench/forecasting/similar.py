"""Which SKUs a new one is like: the words of its title, its category, brand and family, and its price."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from workbench.forecasting.analogues import UNITS, blended
from workbench.forecasting.channel_panel import ChannelPanel

NEW_DAYS = 90
"""Known days from which a SKU is new no longer, and may be what others are like."""
NEIGHBOURS, LEAST = 10, 3
LEAST_LAUNCHES = 10
"""Past launches with fewer prove nothing; a new SKU's own sales then speak alone."""
_OWN_DAYS = (0.0, 3.5, 7.0, 14.0, 28.0, 56.0)
_AGES, _AHEAD_DAYS, _MOST_SCALE, _MOST_LAUNCHES = (3, 7, 14, 28), 28, 4.0, 500
_BLOCK = 256
_ABOUT = ("category", "brand", "parent")
_LETTERS, _SHORTEST = re.compile(r"[^\W\d_]+"), 3
_WIDE = 0x2E80
"""Scripts from here on are written without blanks: two letters on end stand for a word."""


@dataclass(frozen=True)
class Launches:
    """What a channel's past launches say of the SKUs that they were like.

    Attributes
    ----------
    cases : launches and ages that it rests on
    own_days : known days after which a new SKU's own sales told as much as the others'; 0 where these told nothing
    scale : what launches sold over what the others did
    """

    cases: int = 0
    own_days: float = 0.0
    scale: float = 1.0


def from_similar(forecast: pd.DataFrame, panel: ChannelPanel, items: pd.DataFrame, offered: pd.DataFrame, leave: Iterable[str] = ()) -> pd.DataFrame:
    """Return the forecast of a channel with new SKUs blended from the ten that they are most like, as far as past launches of the channel say; see `blended`.

    A new listing that has never sold gets rows, too, with no demand before its first day.

    Parameters
    ----------
    forecast : table forecast of the channel
    panel : the channel's history
    items : titles, categories, brands, families
    offered : as from `offered`
    leave : SKUs that are left as they are, for an analyst picked their analogues
    """
    here = offered[offered["channel"] == panel.channel].set_index("sku")
    known = pd.Series(panel.seen.sum(1), index=panel.sku)
    unsold = here.index[here["first"].notna() & ~here.index.isin(panel.sku)]
    told = launches(panel, items, here["price"])
    new = [*(known.index[(known > 0) & (known < NEW_DAYS)] if told.own_days else ()), *unsold]
    left = set(leave)
    picked = similar([sku for sku in new if sku not in left], known.index[known >= NEW_DAYS].tolist(), items, here["price"])
    return _from_first_day(blended(forecast, known, picked, told.own_days, told.scale), here["first"])


def like_of(sku: str, history: pd.DataFrame, items: pd.DataFrame, listings: pd.DataFrame, as_of: dt.date) -> list[str]:
    """Return the SKUs of a channel that one is most like, nearest first; none where too few share a word with it.

    Parameters
    ----------
    history : table history of one channel
    """
    known = history[~history["imputed"] & history["demand"].notna()].groupby("sku").size()
    old = known.index[(known >= NEW_DAYS) & (known.index != sku)].tolist()
    offer = offered(items, listings, as_of)
    here = offer[offer["channel"].isin(history["channel"].unique())].drop_duplicates("sku")
    return similar([sku], old, items, here.set_index("sku")["price"]).get(sku, [])


def launches(panel: ChannelPanel, items: pd.DataFrame, price: pd.Series) -> Launches:
    """Return what past launches of a channel say: had it been better to expect of them what the SKUs that they are like sold, and for how long?

    At 3, 7, 14 and 28 days after each launch, the mean of the four weeks that came is held against the mean of its own days so far,
    the mean of the others' last four weeks, and blends of both.
    """
    first = np.where(panel.seen.any(1), panel.seen.argmax(1), panel.seen.shape[1])
    new, old = np.flatnonzero((first >= NEW_DAYS) & (first + min(_AGES) + _AHEAD_DAYS <= panel.seen.shape[1])), np.flatnonzero(first < NEW_DAYS)
    new = new[np.argsort(first[new], kind="stable")][-_MOST_LAUNCHES:]
    like = similar(panel.sku[new].tolist(), panel.sku[old].tolist(), items, price)
    place = {sku: row for row, sku in enumerate(panel.sku)}
    mean, cases = _means(panel), []
    for sku, others in like.items():
        row, rows = place[sku], [place[one] for one in others]
        for age in _AGES:
            at = int(first[row]) + age
            if at + _AHEAD_DAYS <= panel.seen.shape[1]:
                theirs = np.nan_to_num(mean(rows, at - _AHEAD_DAYS, at)).mean()
                cases.append((age, mean([row], first[row], at)[0], theirs, mean([row], at, at + _AHEAD_DAYS)[0]))
    days, own, theirs, came = np.array([case for case in cases if np.isfinite(case).all()]).reshape(-1, 4).T
    if len(like) < LEAST_LAUNCHES or theirs.sum() <= 0 or came.sum() <= 0:
        return Launches(len(days))
    scale = float(np.clip(came.sum() / theirs.sum(), 1 / _MOST_SCALE, _MOST_SCALE))
    errors = [np.abs((days * own + weight * scale * theirs) / (days + weight) - came).sum() for weight in _OWN_DAYS]
    return Launches(len(days), _OWN_DAYS[int(np.argmin(errors))], scale)


def _means(panel: ChannelPanel) -> Callable[[Sequence[int], int, int], np.ndarray]:
    """What gives the mean of the seen days from one day to another of some rows, NaN where none was seen."""
    zero = np.zeros((len(panel.sku), 1))
    total = np.concatenate([zero, np.cumsum(np.where(panel.seen, panel.values, 0), 1, dtype=float)], 1)
    days = np.concatenate([zero, np.cumsum(panel.seen, 1, dtype=float)], 1)

    def mean(rows: Sequence[int], start: int, stop: int) -> np.ndarray:
        count = days[rows, stop] - days[rows, max(start, 0)]
        return np.where(count > 0, (total[rows, stop] - total[rows, max(start, 0)]) / np.maximum(count, 1), np.nan)

    return mean


def similar(new: list[str], old: list[str], items: pd.DataFrame, price: pd.Series) -> dict[str, list[str]]:
    """Return the old SKUs that each new one is most like, at most ten, nearest first; no entry where fewer than three share a word with it.

    Likeness = cosine of the words' weights (square root of the log of how rare a word is) x the lower price over the higher.

    Parameters
    ----------
    items : sku, title, category, brand, parent
    price : by sku; where one is unknown, prices are taken to be the same

    Examples
    --------
    >>> titles = {"N": "red lunch bag", "A": "blue lunch bag", "B": "lunch box", "C": "paper lunch bag", "D": "garden lamp"}
    >>> items = pd.DataFrame({"sku": titles.keys(), "title": titles.values()})
    >>> similar(["N"], ["A", "B", "C", "D"], items, pd.Series({"N": 2.0, "A": 1.0, "C": 2.0}))
    {'N': ['C', 'A', 'B']}
    """
    if not new or len(old) < LEAST:
        return {}
    weights = _weights([*new, *old], items)
    cost = np.log(pd.to_numeric(price).where(lambda one: one > 0).reindex([*new, *old]).to_numpy(float))
    theirs = weights[len(new) :].T.tocsc()
    found = {}
    for a in range(0, len(new), _BLOCK):
        b = min(a + _BLOCK, len(new))
        like = (weights[a:b] @ theirs).toarray() * np.exp(-np.nan_to_num(np.abs(cost[a:b, None] - cost[None, len(new) :])))
        nearest = np.argsort(-like, axis=1, kind="stable")[:, :NEIGHBOURS]
        for row, places in enumerate(nearest):
            kept = places[like[row, places] > 0]
            if len(kept) >= LEAST:
                found[new[a + row]] = [old[place] for place in kept]
    return found


def _weights(skus: list[str], items: pd.DataFrame) -> sparse.csr_matrix:
    """One row a SKU, one column a word; rows of length one, or of zeros."""
    told = items.drop_duplicates("sku").set_index("sku").reindex(skus)
    bags = [set(words(title)) for title in told["title"].fillna("").astype(str)] if "title" in told else [set() for _ in skus]
    for name in (name for name in _ABOUT if name in told):
        for bag, value in zip(bags, told[name], strict=True):
            bag.update([f"{name}:{value}"] if pd.notna(value) and value else [])
    count = Counter(word for bag in bags for word in bag)
    column = {word: number for number, word in enumerate(sorted(count))}
    rare = np.sqrt(np.log(len(skus) / np.array([count[word] for word in column], float)))
    places = [(row, column[word]) for row, bag in enumerate(bags) for word in sorted(bag)]
    row, at = np.array(places, np.int64).reshape(-1, 2).T
    made = sparse.csr_matrix((rare[at], (row, at)), shape=(len(skus), max(len(column), 1)))
    length = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    return sparse.diags(1 / np.where(length > 0, length, 1)) @ made


def words(title: str) -> list[str]:
    """Return the words of a title: of three letters or more, or two letters on end where a script has no blanks.

    >>> words("Lunch BAG x2, 午餐包")
    ['lunch', 'bag', '午餐', '餐包']
    """
    found = []
    for run in _LETTERS.findall(title.lower()):
        if ord(run[0]) >= _WIDE:
            found += [run[at : at + 2] for at in range(max(len(run) - 1, 1))]
        elif len(run) >= _SHORTEST:
            found.append(run)
    return found


def offered(items: pd.DataFrame | None, listings: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Return what people can buy, or soon can: sku, channel, price, and the first day of listings opened in the last 90 days or to be opened."""
    if listings is None or listings.empty:
        return pd.DataFrame({"sku": [], "channel": [], "price": [], "first": []}).astype({"sku": "str", "channel": "str", "first": "datetime64[us]"})
    known = listings[listings["date"] <= pd.Timestamp(as_of)]
    newest = known.sort_values("date", kind="stable").drop_duplicates(["sku", "channel"], keep="last")
    first = newest["open_date"].astype("datetime64[us]")
    if items is not None and "launch_date" in items:
        launch = items.drop_duplicates("sku").set_index("sku")["launch_date"].reindex(newest["sku"])
        first = first.fillna(pd.Series(launch.to_numpy(), newest.index))
    new = (first > pd.Timestamp(as_of) - pd.Timedelta(days=NEW_DAYS)) & (newest["status"].isna() | (newest["status"] == "active"))
    return newest.assign(first=first.where(new))[["sku", "channel", "price", "first"]]


def _from_first_day(forecast: pd.DataFrame, first: pd.Series) -> pd.DataFrame:
    """The forecast without demand before a SKU can be bought."""
    early = forecast["date"].to_numpy() < first.reindex(forecast["sku"]).to_numpy()
    return forecast.assign(**{name: forecast[name].mask(early, 0.0) for name in UNITS}) if early.any() else forecast
