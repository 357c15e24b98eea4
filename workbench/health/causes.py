"""Why stock is slow: parts of the logarithm of its cover, by family, with what is seen and what cannot be told."""

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.health import batches, keywords, prices, rates, returned
from workbench.health.params import HealthParams
from workbench.health.past import Array, Past
from workbench.health.slowing import Slowing
from workbench.tables.health import CAUSES

FAMILIES = {
    "quality": "listing",
    "listing": "listing",
    "competition": "competitiveness",
    "price": "price",
    "decline": "competitiveness",
    "season": "supply",
    "supply": "supply",
}
"""The four families; a rating is part of the listing, stock beyond a season was ordered against the calendar."""
WITNESSED = ("quality", "competition", "listing")
"""Causes that somebody or something is seen to bring about; in the order in which they count as the root."""
TELLING = ("market", "traffic", "returns", "ads", "listing_texts")
"""Tables that may tell why demand fell, the one that tells most first."""
CLICKS_FELL = 0.2
"""Share of its clicks that the picture in an advertisement must lose."""
VISITS_FELL = 0.25
"""Share of its visits a day that a listing must lose."""
FELL = 0.5
"""Logarithm of a fall of demand that asks for a cause: two fifths."""
OFF_SEASON = -math.log(0.75)
"""Logarithm by which a season lies under the year's mean to count as the root: a quarter."""
LEAST_AGE_DAYS = 120
"""A listing younger than this has no level yet to fall from."""
ROOT_SHARE = 0.10
"""Share of the whole that a cause must have to count as the root."""


def causes(found: Slowing, tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, params: HealthParams, as_of: dt.date) -> dict[str, Any]:
    """Return the share of each cause (0-1, all together 1), the root cause, the reports that are missing, and whether quality fell.

    cover = stock / pace, so log(cover / usual cover) = log(stock / what the usual pace would need) + log(fall of the pace) +
    log(usual season / season now). The first is supply, by what a run of the week before the newest order expected where one is kept, else by
    the usual pace; the last is season; the fall is given to what is seen to have turned:
    rating, returns or a batch that came back (quality), rank, a rival's price, rating or reviews (competition), the main image's
    clicks or the keywords of the text (listing), a raised price; where nothing else is seen the best-seller rank, and of the traffic
    as much as fell there (see `_of_traffic`); and where the market is watched and calm, to decline. Where a fall has no witness
    because nobody watches the channel's market, the cause cannot be told without that report. What is left is unexplained.

    Parameters
    ----------
    found : pace and signals of `rows`
    tables : history, listings, listing_texts, market, traffic, ads, returns, purchase_orders, said_before
    rows : sku, location, on_hand
    """
    seen = _witnesses(found, tables, rows, params, as_of)
    grown = _largest(found, found.past.age_days.astype(float), len(rows)) >= LEAST_AGE_DAYS
    fall = np.where(grown, np.maximum(found.pace.fall[found.pace.sku_row], 0.0), 0.0)
    then = batches.expected_then(tables["said_before"], tables["purchase_orders"], rows, as_of)
    parts = _parts(found, rows, params, fall, seen | {"expected_then": then})
    whole = parts.sum(axis=1)
    share = np.where(whole[:, None] > 0, parts / np.maximum(whole, 1e-12)[:, None], np.nan)
    share[np.isnan(rows["on_hand"].to_numpy(float)) | (rows["on_hand"].to_numpy(float) <= 0)] = np.nan
    root = _root(share, parts)
    lacking = (root == "unexplained") & seen["blind"]
    return {
        **{f"cause_{name}": share[:, at] for at, name in enumerate(CAUSES)},
        "cause": np.where(lacking, "cannot_tell", root),
        "missing_report": _missing(found, tables, lacking, as_of),
        "quality_seen": seen["quality"] > 0,
    }


def _missing(found: Slowing, tables: Mapping[str, pd.DataFrame], lacking: NDArray[np.bool_], as_of: dt.date) -> NDArray[np.object_]:
    """The tables that say nothing of the last half year of each of the rows whose cause cannot be told, joined by commas."""
    made = np.full(len(lacking), "", dtype=object)
    for name in TELLING:
        rows = tables[name]
        lately = rows[(rows["date"] < pd.Timestamp(as_of)) & (rows["date"] >= pd.Timestamp(as_of) - pd.Timedelta(days=rates.HALF_YEAR_DAYS))]
        at, told = found.past.row_of(lately["sku"], lately["channel"].fillna("")), np.zeros(len(found.past.sku))
        told[at[at >= 0]] = 1.0
        bare = lacking & (_largest(found, told, len(lacking)) == 0)
        made[bare] = [f"{before},{name}" if before else name for before in made[bare]]
    return made


def _witnesses(found: Slowing, tables: Mapping[str, pd.DataFrame], rows: pd.DataFrame, params: HealthParams, as_of: dt.date) -> dict[str, Array]:
    """What is seen on the channels of each row: strength of each signal by cause, whether the market is watched, the price step, the fall of traffic."""
    past, signal = found.past, found.signals
    at = past.row_of(signal["sku"], signal["channel"])
    turned, weak = signal["turned"].to_numpy(bool), signal["weak"].to_numpy(bool)
    made = {name: _strengths(signal[turned & ~weak & (signal["cause"] == name).to_numpy()], past) for name in WITNESSED}
    clicks = rates.fell(tables["ads"], "clicks", "impressions", CLICKS_FELL, as_of)
    for own in (clicks, keywords.rewritten(tables["listing_texts"], as_of)):
        made["listing"] = np.maximum(made["listing"], _strengths(own[own["turned"]], past))
    made["quality"] = np.maximum(made["quality"], returned.shares(tables["returns"], past, as_of)[2])
    made["page"], made["visits"] = _of_traffic(tables["traffic"], signal, past, params, as_of)
    step = prices.raised(tables["history"], tables["listings"], past, as_of, prices.RAISED_AND_FELT)
    made["price"] = np.where((step >= prices.RAISED) | (made["page"] > 0), step, 0.0)
    named, priced = np.max([made[name] for name in WITNESSED], axis=0) > 0, made["price"] > 0
    made["watched"] = np.isin(np.arange(len(past.sku)), at[at >= 0]).astype(float)
    made["page"] = np.where(named | ((made["watched"] == 0) & ~priced), 0.0, made["page"])
    made["visits"] = np.where(named | priced | (made["watched"] == 0), 0.0, made["visits"])
    made["competition"] = np.where(named | priced, made["competition"], _strengths(signal[turned & weak], past))
    seen = {name: _largest(found, values, len(rows)) for name, values in made.items()}
    seen["quality"] = np.maximum(seen["quality"], batches.worst(tables, past, found.series_row, rows, as_of))
    by_sku = pd.DataFrame({"known": made["watched"], "turned": np.max([made[name] for name in WITNESSED], axis=0)}).groupby(past.sku).transform("max")
    elsewhere, somewhere = (_largest(found, by_sku[name].to_numpy(), len(rows)) > 0 for name in ("turned", "known"))
    seen["blind"] = (seen["watched"] == 0) & (elsewhere | ~somewhere)
    seen["elsewhere"] = (seen["watched"] == 0) & elsewhere
    return seen


def _of_traffic(traffic: pd.DataFrame, signal: pd.DataFrame, past: Past, params: HealthParams, as_of: dt.date) -> tuple[Array, Array]:
    """Return how far conversion fell, and visits a day, of each series: logarithms, 0 where not beyond chance.

    Visitors who come and do not buy are lost on the page: where the market is watched and neither rival nor rating has moved, that
    is the listing, or the price where it rose. Visits tell of the place in the search, as far as nobody watches the rank itself;
    where it is watched and kept, people look for the product less, which is decline.
    """
    before, now = rates.sums_of_series(traffic, ("sessions", "units_ordered"), past, as_of)
    page = _lost(before, now, "units_ordered", "sessions", params.conversion_fall_share)
    visits = _lost(before, now, "sessions", "days", VISITS_FELL)
    ranked = past.row_of(*(signal.loc[signal["signal"] == "organic_rank", name] for name in ("sku", "channel")))
    visits[ranked[ranked >= 0]] = 0.0
    return page, visits


def _lost(before: pd.DataFrame, now: pd.DataFrame, hits: str, tries: str, limit: float) -> Array:
    """Logarithm of the rate before over the rate now, of none at all as of a tenth; 0 where it did not fall beyond chance."""
    found = rates.judged(before[hits], before[tries], now[hits], now[tries], limit)
    fall = np.log(found["before"] / np.maximum(found["now"], found["before"] / 10))
    return np.where(found["turned"], fall, 0.0)


def _strengths(signal: pd.DataFrame, past: Past) -> Array:
    """The largest strength of the signals of each series, 0 without one."""
    made, at = np.zeros(len(past.sku)), past.row_of(signal["sku"], signal["channel"])
    np.maximum.at(made, at[at >= 0], signal["strength"].to_numpy(float)[at >= 0])
    return made


def _largest(found: Slowing, values: Array, n: int) -> Array:
    made, at = np.zeros(n), found.series_row
    np.maximum.at(made, at[at >= 0], np.nan_to_num(values)[at >= 0])
    return made


def _parts(found: Slowing, rows: pd.DataFrame, params: HealthParams, fall: Array, seen: Mapping[str, Array]) -> Array:
    """The parts of the logarithm of cover (r, causes), none negative."""
    season = np.nan_to_num(found.season_now(), nan=1.0)
    pace = np.maximum(found.pace.expected(0, 30) / 30, 1e-6)
    raised = prices.ELASTICITY * seen["price"]
    usual = np.where(seen["expected_then"] > 0, seen["expected_then"], pace * np.exp(fall + raised) / season)
    usual_days = params.slow_cover_days / 2
    supply = np.log(np.maximum(rows["on_hand"].fillna(0).to_numpy(float), 1e-9) / (usual * usual_days))
    witness = np.column_stack([seen[name] for name in WITNESSED])
    strength = witness.sum(axis=1)
    turned = np.where(strength > 0, np.maximum(fall, FELL), 0.0)
    gone = np.where(strength[:, None] > 0, witness / np.maximum(strength, 1e-12)[:, None], 0.0) * turned[:, None]
    calm = (strength == 0) & ~seen["blind"].astype(bool)
    unnamed = np.where(strength > 0, 0.0, np.where(seen["elsewhere"], np.maximum(fall, FELL), fall))
    page = np.minimum(seen["page"], unnamed)
    unseen = np.minimum(seen["visits"], unnamed - page)
    unnamed, asked = unnamed - page - unseen, seen["price"] > 0
    ageing = np.where(calm & (fall >= FELL), unnamed, 0.0)
    by_cause = {
        "quality": gone[:, 0],
        "competition": gone[:, 1] + unseen,
        "listing": gone[:, 2] + np.where(asked, 0.0, page),
        "price": raised + np.where(asked, page, 0.0),
        "decline": ageing,
        "season": np.maximum(-np.log(season), 0.0),
        "supply": np.nan_to_num(np.maximum(supply, 0.0)),
        "unexplained": unnamed - ageing,
    }
    return np.column_stack([by_cause[name] for name in CAUSES])


def _root(share: Array, parts: Array) -> NDArray[np.object_]:
    """The first of those with a witness, else the largest of what happened to demand, else supply; each with its least share.

    A price that the seller raised is a witness too: it can be taken back, a season cannot. Season and unexplained count only
    where they are large enough to ask for a cause.
    """
    least = np.full(len(CAUSES), 0.0)
    least[CAUSES.index("season")], least[CAUSES.index("unexplained")] = OFF_SEASON, FELL
    counts = (np.nan_to_num(share) >= ROOT_SHARE) & (parts >= least)
    first = [CAUSES.index(name) for name in (*WITNESSED, "price")]
    then = [CAUSES.index(name) for name in ("decline", "season", "unexplained")]
    witnessed, moved = counts[:, first], counts[:, then]
    strongest = np.where(moved, parts[:, then], -1.0).argmax(axis=1)
    supply = counts[:, CAUSES.index("supply")]
    names = np.array(CAUSES, dtype=object)
    found = np.select(
        [np.isnan(share).all(axis=1), witnessed.any(axis=1), moved.any(axis=1), supply],
        ["", names[first][witnessed.argmax(axis=1)], names[then][strongest], "supply"],
        "unexplained",
    )
    return found.astype(object)
