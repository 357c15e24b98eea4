"""What was looked at for the causes of one position: each input with what it was and is, and the report that is missing where none tells."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench import stock
from workbench.health import keywords, prices, rates, returned
from workbench.health.batches import FORECAST_DAYS, batches, said_before
from workbench.health.causes import CLICKS_FELL, VISITS_FELL
from workbench.health.params import HealthParams
from workbench.health.past import Past, past
from workbench.health.rates import HALF_YEAR_DAYS, MONTH_DAYS
from workbench.health.signals import SIGNALS, Signal, market_signals

PRICE_GAP = Signal("price_gap", "price", 1.0, 0.10)
"""The own price over the nearest competitor's, risen by a tenth."""


class Input(NamedTuple):
    """One thing that is looked at: its family, the unit of its values, and the table that tells of it."""

    family: str
    unit: str
    table: str


INPUTS = {
    "organic_rank": Input("competitiveness", "rank", "market"),
    "best_seller_rank": Input("competitiveness", "rank", "market"),
    "review_gap": Input("competitiveness", "ratio", "market"),
    "competitor_rating": Input("competitiveness", "1-5", "market"),
    "competitor_price": Input("competitiveness", "money", "market"),
    "visits": Input("competitiveness", "visits/day", "traffic"),
    "rating": Input("listing", "1-5", "market"),
    "returns": Input("listing", "0-1", "returns"),
    "batch": Input("listing", "0-1", "purchase_orders"),
    "keyword_density": Input("listing", "0-1", "listing_texts"),
    "image_click_through": Input("listing", "0-1", "market"),
    "ad_click_through": Input("listing", "0-1", "ads"),
    "conversion": Input("listing", "units/visit", "traffic"),
    "own_price": Input("price", "money", "history"),
    "price_gap": Input("price", "ratio", "market"),
    "order": Input("supply", "days", "purchase_orders"),
}
"""In the order in which they are told."""


def evidence(
    tables: Mapping[str, pd.DataFrame], place: Mapping[str, Any], said: Iterable[tuple[dt.date, pd.DataFrame]], params: HealthParams, as_of: dt.date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the receipts of one SKU at a place, and every input of the attribution: before, now, whether it turned, or the table that is missing.

    Of several channels the one on which an input moved most is told. An order turned against the stock where it was to last
    longer, at what was expected on its day, than the limit for slow stock.

    Parameters
    ----------
    tables : market, traffic, ads, listing_texts, returns, purchase_orders, history, listings, serves; those of the SKU are enough
    place : sku, location, on_hand
    said : decision day of earlier runs and the health that each made of the SKU (PACE), see `told_of`
    params : cover above which stock is slow, and the fall of conversion that is told

    Returns
    -------
    See `batches`; and input (see INPUTS), family, unit, channel, before, now, turned, missing (name of the table, empty where it tells).
    """
    sold = past(tables["history"], as_of)
    nodes = stock.serving_nodes(sorted(set(sold.channel.tolist())), tables["serves"])
    channels = [channel for channel, node in nodes.items() if node == place["location"]]
    told = said_before(said)
    told = told[(told["location"] == place["location"]) & told["daily_demand"].notna()]
    receipts = batches(tables, sold, place, channels, told, as_of)
    return receipts, _told(tables, sold, channels, receipts, params, as_of)


def told_of(orders: pd.DataFrame, day: dt.date) -> bool:
    """Say whether the forecast of a day speaks for one of the orders."""
    after = (orders["ordered_date"] - pd.Timestamp(day)).dt.days
    return bool(((after >= 0) & (after < FORECAST_DAYS)).any())


def _told(
    tables: Mapping[str, pd.DataFrame], sold: Past, channels: Sequence[str], receipts: pd.DataFrame, params: HealthParams, as_of: dt.date
) -> pd.DataFrame:
    found = pd.concat([*_of_market(tables, as_of), *_of_listing(tables, sold, params, as_of)], ignore_index=True)
    found = pd.concat([found[found["channel"].isin(list(channels))], *_of_receipts(receipts, params.slow_cover_days)], ignore_index=True)
    best = found.sort_values("strength", ascending=False, kind="stable").drop_duplicates("input").set_index("input")
    told = best.reindex(list(INPUTS))[["channel", "before", "now", "turned"]].rename_axis("input").reset_index()
    about = pd.DataFrame(list(INPUTS.values()), columns=["family", "unit", "missing"])
    missing = about["missing"].where(told["now"].isna(), "")
    return pd.concat([told[["input"]], about[["family", "unit"]], told[["channel", "before", "now"]]], axis=1).assign(
        turned=told["turned"].fillna(False).astype(bool), missing=missing
    )


def _of_market(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> list[pd.DataFrame]:
    market = tables["market"]
    own = _paid(tables["history"], as_of)[["channel", "date", "price"]].sort_values("date")
    priced = pd.merge_asof(market.sort_values("date"), own, on="date", by="channel") if len(own) and len(market) else market.assign(price=np.nan)
    priced = priced.assign(price_gap=priced["price"] / priced["competitor_price"])
    return [market_signals(priced, as_of, (*SIGNALS, PRICE_GAP)).rename(columns={"signal": "input"})]


def _paid(history: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    return history[(history["date"] < pd.Timestamp(as_of)) & (history["units"] > 0) & (history["price"] > 0)]


def _of_listing(tables: Mapping[str, pd.DataFrame], sold: Past, params: HealthParams, as_of: dt.date) -> list[pd.DataFrame]:
    traffic = tables["traffic"].assign(days=1.0)
    back, usual, times = returned.shares(tables["returns"], sold, as_of)
    raised = prices.raised(tables["history"], tables["listings"], sold, as_of)
    series = pd.DataFrame({"sku": sold.sku, "channel": sold.channel})
    paid = _paid(tables["history"], as_of)
    days = (pd.Timestamp(as_of) - paid["date"]).dt.days
    spans = {"now": days <= MONTH_DAYS, "before": (days > MONTH_DAYS) & (days <= HALF_YEAR_DAYS)}
    price = pd.DataFrame({name: paid[kept].groupby("channel")["price"].mean() for name, kept in spans.items()})
    priced = series.assign(strength=raised, turned=raised > 0).merge(price, left_on="channel", right_index=True)
    made = {
        "visits": rates.fell(traffic, "sessions", "days", VISITS_FELL, as_of),
        "conversion": rates.fell(traffic, "units_ordered", "sessions", params.conversion_fall_share, as_of),
        "ad_click_through": rates.fell(tables["ads"], "clicks", "impressions", CLICKS_FELL, as_of),
        "keyword_density": keywords.rewritten(tables["listing_texts"], as_of),
        "returns": series.assign(before=usual, now=back, strength=times, turned=times > 0) if len(tables["returns"]) else series.iloc[:0],
        "own_price": priced,
    }
    return [frame.assign(input=name) for name, frame in made.items()]


def _of_receipts(receipts: pd.DataFrame, slow_cover_days: float) -> list[pd.DataFrame]:
    """The receipt of which most came back, and the order of units on hand that was to last longest."""
    share = receipts["returned"] / receipts["sold"].where(receipts["sold"] > 0)
    every = receipts["returned"].sum() / max(receipts["sold"].sum(), 1)
    back = pd.DataFrame(
        {"input": "batch", "channel": "", "before": every, "now": share, "strength": receipts["bad"] + share.fillna(-1), "turned": receipts["bad"] > 0}
    )
    order = pd.DataFrame({"input": "order", "channel": "", "before": np.nan, "now": receipts["order_days"], "strength": receipts["order_days"].fillna(-1)})
    return [back, order[receipts["units"] > 0].assign(turned=lambda rows: rows["now"] > slow_cover_days)]
