"""What the tables say around the SKUs of a channel day by day, as drivers of demand: searches, rivals' prices, ranks, ratings, indicators.

Each is told relative to what is usual: of a SKU's own past, and for SKUs beside what all of their category do on the day, which
season and level know already. A value holds until the next is told. Ahead it is what is planned; else it is carried on and fades
towards the usual as fast as it did in its own past.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.forecasting.channel_panel import ChannelPanel

LEARNED_DAYS = 730
"""Days before a cutoff that a driver is learned from."""
INDICATOR = "indicator:"
MARKET = ("search_volume", "competitor_price", "organic_rank", "best_seller_rank", "rating")
HOLDS_DAYS, _INDICATOR_HOLDS_DAYS = 35, 100
_INDICATOR_DAYS = 730  # with less an indicator cannot be told from the season
_LEAST_DAYS = 56  # that a driver must be known for, over the panel
_REACH = 4.0  # standard deviations beyond which a value is an error of its file
_MOST = 1e12  # larger numbers are errors of their file
_WEEK, _MONTH = 7, 28
_LEAN_SKUS = 5  # of all, that a category's day is given

Tables = Mapping[str, pd.DataFrame | None]
"""market, ads, offer_plan, indicators; None or absent where there are none."""


@dataclass(frozen=True)
class Fade:
    """How far a driver, whose last `span_days` are away from the usual, still is h days later: `first` of it times `daily` to the power h."""

    first: float
    daily: float
    span_days: int

    def ahead(self, days: int) -> np.ndarray:
        """Return the shares (days,) that are left."""
        return self.first * self.daily ** np.arange(1, days + 1)

    @property
    def half_days(self) -> float:
        """Days until half is left; infinite where it never comes to that."""
        if self.first <= 0.5:
            return 1.0
        return float(np.log(0.5 / self.first) / np.log(self.daily)) if self.daily < 1 else np.inf


@dataclass(frozen=True)
class Driver:
    """What one column says around each SKU.

    Attributes
    ----------
    said : (n, T) as told, (1, T) where it is the same for all; NaN where unknown
    form : what is compared: log, rank (lower is better), plain, or spend (relative to the SKU's own mean)
    late_days : days before the end after which nothing was told; at earlier cutoffs it is taken to have come as late
    plan : row, first and last day, day from which it was known (days counted from the first of the calendar) and value, in the order
        in which they overrule each other; None where nothing can be planned
    own : whether it is the seller's own doing, which counts also where he does it to all at once
    """

    name: str
    said: np.ndarray
    form: str
    late_days: int
    plan: pd.DataFrame | None = None
    own: bool = False

    @property
    def signed(self) -> bool:
        """Whether more of it can only mean more demand."""
        return not self.name.startswith(INDICATOR)

    def of(self, rows: np.ndarray) -> "Driver":
        """Return what is said around some of the SKUs, given by number."""
        if len(self.said) == 1 and self.plan is None:
            return self
        plan = self.plan
        if plan is not None:
            mine = plan[plan["row"].isin(rows)]
            plan = mine.assign(row=np.searchsorted(rows, mine["row"]))
        return replace(self, said=self.said[rows], plan=plan)

    def at(self, length: int, horizon: int, groups: np.ndarray) -> "Known":
        """Return what was known after so many days; `groups` (n,) are categories."""
        raw = self.said[:, max(length - LEARNED_DAYS, 0) : length].astype(np.float32)
        told = raw.shape[1] - self.late_days
        raw[:, max(told, 0) :] = raw[:, told - 1 : told] if told > 0 else np.nan
        shape = _Shape(self.form, raw)
        usual = _mean(shape.of(raw))
        away = shape.of(raw) - usual
        common = _common(away, groups) if self.signed and not self.own else np.zeros_like(away)
        away -= common
        reach = _REACH * float(np.sqrt(_mean(away.reshape(1, -1) ** 2)[0, 0]))
        away = np.clip(away, -reach, reach)
        fade = learn_fade(away)
        left = fade.ahead(horizon)
        meant = np.clip(shape.of(self._planned(length, horizon)) - usual - _newest(common, fade.span_days) * left, -reach, reach)
        planned = np.isfinite(meant)
        return Known(np.concatenate([away, np.where(planned, meant, _newest(away, fade.span_days) * left)], 1).astype(np.float32), fade, planned.any(1))

    def _planned(self, length: int, horizon: int) -> np.ndarray:
        made = np.full((len(self.said), horizon), np.nan, np.float32)
        if self.plan is not None:
            for row in self.plan[(self.plan["known"] < length) & (self.plan["last"] >= length)].itertuples():
                made[row.row, max(row.first - length, 0) : row.last - length + 1] = row.value
        return made


@dataclass(frozen=True)
class Known:
    """What was known of a driver at a cutoff.

    Attributes
    ----------
    x : (n or 1, days and days ahead) how far it stands from its usual, NaN where unknown; the days are the newest LEARNED_DAYS at most
    fade : how it went back to the usual; planned : (n or 1,) whether any day ahead is planned
    """

    x: np.ndarray
    fade: Fade
    planned: np.ndarray

    def later(self, days: int) -> np.ndarray:
        """Return x so many days later, for demand that follows it."""
        return np.pad(self.x, ((0, 0), (days, 0)), constant_values=np.nan)[:, : self.x.shape[1]]

    def moves(self, horizon: int) -> bool:
        """Whether there is anything to learn from it."""
        past = self.x[:, :-horizon]
        known = np.isfinite(past)
        return bool(known.any(0).sum() >= _LEAST_DAYS and past[known].std() > 1e-4)


@dataclass(frozen=True)
class _Shape:
    """The form in which a column's values are compared; `past` is what they were."""

    form: str
    past: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.form == "log":
                return np.where(values > 0, np.log(values), np.nan)
            if self.form == "rank":
                return np.where(values > 0, -np.log(values), np.nan)
            if self.form == "spend":
                return np.where(values >= 0, np.log1p(values / np.where(self._mean > 0, self._mean, np.nan)), np.nan)
            return np.where(np.isfinite(values), values, np.nan)

    @property
    def _mean(self) -> np.ndarray:
        return _mean(np.where(self.past >= 0, self.past, np.nan))


def _mean(values: np.ndarray) -> np.ndarray:
    """Return means of what is known by row (n, 1), NaN where nothing is."""
    known = np.isfinite(values)
    days = known.sum(1, keepdims=True)
    return np.where(days > 0, np.where(known, values, 0).sum(1, keepdims=True, dtype=float) / np.maximum(days, 1), np.nan)


def _common(away: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return what the SKUs of a category do together each day, (n, T); a small category leans to all, and a lone SKU to itself by a sixth."""
    known = np.isfinite(away)
    filled = np.where(known, away, 0)
    every = filled.sum(0) / (known.sum(0) + _LEAN_SKUS)
    made = np.empty_like(away)
    for group in np.unique(groups):
        mine = groups == group
        made[mine] = (filled[mine].sum(0) + _LEAN_SKUS * every) / (known[mine].sum(0) + _LEAN_SKUS)
    return made


def _newest(away: np.ndarray, span: int) -> np.ndarray:
    """Return the mean of the last days, (n, 1); 0 where the last one is unknown."""
    return np.where(np.isfinite(away[:, -1:]), _mean_of(away, np.array([away.shape[1] - 1]), span), 0)


def learn_fade(away: np.ndarray) -> Fade:
    """Return how values (n, T) go back to their usual, 0: what is left a week and four weeks after days of the week such as the last.

    Examples
    --------
    What is drawn anew each day is gone at once, what halves in ten days is 0.933 of it a day later:

    >>> noise = np.random.default_rng(0).normal(size=(200, 400))
    >>> float(learn_fade(noise).ahead(1)[0]) < 0.1
    True
    >>> slow = noise.copy()
    >>> for t in range(1, 400):
    ...     slow[:, t] += 0.5**0.1 * slow[:, t - 1]
    >>> round(learn_fade(slow).daily, 2)
    0.94
    """
    at = np.arange(away.shape[1] - 1 - _MONTH, _WEEK - 2, -_WEEK)
    known = np.isfinite(away)
    both = known[:, at] & known[:, at + _WEEK] & known[:, at + _MONTH]
    later = [np.where(both, away[:, at + gap], 0).astype(float) for gap in (_WEEK, _MONTH)]
    return max((_fade(np.where(both, _mean_of(away, at, span), 0), later, span) for span in (1, _WEEK)), key=lambda found: found[0])[1]


def _fade(now: np.ndarray, later: list[np.ndarray], span: int) -> tuple[float, Fade]:
    """Return how much of a week later is foretold by the mean of so many days, and the fade that does it."""
    square = float((now**2).sum())
    week, month = (float((now * part).sum()) / max(square, 1e-12) for part in later)
    if week <= 2 / np.sqrt(max(int(np.count_nonzero(now)), 1)):  # no more than chance
        return 0.0, Fade(0.0, 0.0, span)
    # where it is all gone after a month but not after a week, the week counts
    daily = min(max((max(month, 0.0) / week) ** (1 / (_MONTH - _WEEK)), week ** (1 / _WEEK)), 1.0)
    return week**2 * square, Fade(min(week / daily**_WEEK, 1.0), daily, span)


def _mean_of(away: np.ndarray, at: np.ndarray, span: int) -> np.ndarray:
    """Return means of the known of so many days up to each of some, (n, days); 0 where none is."""
    some = away[:, np.maximum(at - np.arange(span)[:, None], 0)]
    known = np.isfinite(some)
    return np.where(known, some, 0).sum(1, dtype=float) / np.maximum(known.sum(1), 1)


def drivers_of(panel: ChannelPanel, tables: Tables, as_of: dt.date) -> list[Driver]:
    """Return every driver that market and indicators tell of a channel by `as_of`, and that was told lately enough to count today."""
    made = _market(panel, tables.get("market"), as_of)
    if len(panel.calendar) >= _INDICATOR_DAYS:
        made += _indicators(panel, tables.get("indicators"), as_of)
    return made


def of_channel(rows: pd.DataFrame, panel: ChannelPanel, as_of: dt.date) -> pd.DataFrame:
    """Return the rows of a channel that were known; what was seen after the last day of the history, up to today, is the state of that day."""
    last, today = panel.calendar[-1], pd.Timestamp(as_of)
    mine = rows[(rows["channel"] == panel.channel) & (rows["date"] <= today)]
    if "known_at" in mine:
        mine = mine[~(mine["known_at"] >= today + pd.Timedelta(days=1))]
    newest = mine.sort_values("date").assign(date=lambda rows: rows["date"].where(rows["date"] <= last, last))
    return newest.drop_duplicates(["sku", "date", *(["campaign"] if "campaign" in newest else [])], keep="last")


def _market(panel: ChannelPanel, market: pd.DataFrame | None, as_of: dt.date) -> list[Driver]:
    if market is None or market.empty:
        return []
    mine = of_channel(market, panel, as_of)
    made = []
    for name in MARKET:
        told = mine[mine[name].notna()]
        found = held(told["sku"], told["date"], told[name], panel, HOLDS_DAYS)
        if found is not None:
            form = "rank" if name.endswith("_rank") else "plain" if name == "rating" else "log"
            made.append(Driver(name, found[0], form, found[1]))
    return made


def _indicators(panel: ChannelPanel, indicators: pd.DataFrame | None, as_of: dt.date) -> list[Driver]:
    if indicators is None or indicators.empty:
        return []
    known = indicators[indicators["value"].abs() < _MOST]
    if "known_at" in known:
        known = known[known["known_at"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)]
    made = []
    for name, rows in known[known["date"] <= panel.calendar[-1]].sort_values("date").groupby("series"):
        days = rows.drop_duplicates("date", keep="last").set_index("date")["value"].astype(float)
        before = days.index.union(panel.calendar)
        said = days.reindex(before).ffill(limit=_INDICATOR_HOLDS_DAYS).reindex(panel.calendar).to_numpy()[None, :]
        late = (panel.calendar[-1] - days.index[-1]).days
        if late <= _INDICATOR_HOLDS_DAYS:
            form = "log" if (days > 0).all() else "plain"
            made.append(Driver(f"{INDICATOR}{name}", said, form, late))
    return made


def held(sku: pd.Series, date: pd.Series, value: pd.Series, panel: ChannelPanel, days: int) -> tuple[np.ndarray, int] | None:
    """Return values (n, T), each held for so many days or until the next, and how many days before the end the newest is from; None where there is none."""
    at = panel.calendar.get_indexer(pd.DatetimeIndex(date))
    amount = value.to_numpy(float)
    mine = sku.isin(panel.sku).to_numpy() & (at >= 0) & (np.abs(amount) < _MOST)
    if not mine.any():
        return None
    made = np.full((len(panel.sku), len(panel.calendar)), np.nan, np.float32)
    made[np.searchsorted(panel.sku, sku.to_numpy(dtype=object).astype(str)[mine]), at[mine]] = amount[mine]
    late = len(panel.calendar) - 1 - int(at[mine].max())
    return pd.DataFrame(made.T).ffill(limit=days).to_numpy().T if days else made, late
