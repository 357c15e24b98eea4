"""How every SKU and node stands: metrics, score, light, main reason."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench import fees, stock
from workbench.health import causes, keeping, metrics, points, prescriptions, risk, rules, slowing, stages
from workbench.health.batches import said_before
from workbench.health.demand import PLACE, Expected, daily_sales
from workbench.health.params import HealthParams
from workbench.health.past import Past, past
from workbench.health.reasons import main_reason
from workbench.tables import schema

Tables = Mapping[str, pd.DataFrame]
GIVEN = (
    "plan", "forecast", "history", "stock", "inbound", "purchase_orders", "movements", "stock_age", "items", "listings", "channels", "nodes", "serves",
    "fee_previews", "fees_charged", "exchange_rates", "market", "traffic", "ads", "returns", "stranded", "benchmarks", "listing_texts",
)  # fmt: skip
READS = {
    "history": ("sku", "channel", "date", "units", "demand", "base_demand", "exposure", "imputed", "promotion", "price"),
    "forecast": ("sku", "channel", "cutoff", "date", "mean", "sd"),
}
"""Columns that are used of the two tables that have a row a day; of the others all are given."""
SAID_BEFORE = "said_before"
"""What earlier runs expected, where the host keeps runs; see `said_before`."""
PLANNED = [*PLACE, "cover_days", "lead_time_days", "lead_time_sd_days", "order_units", "order_date"]
MONTH_DAYS = 30.0
AHEAD_DAYS = (30, 60, 90)


def score(tables: Tables, params: HealthParams, as_of: dt.date) -> pd.DataFrame:
    """Return the health of every SKU and node: metrics, points lost, score, traffic light and the main reason.

    Score = 100 less the points lost to cover, excess, age, storage and stockout risk; each loss is a straight ramp between
    a good and a bad limit. The points of a part that is unknown are shared out among the others (`score_known_share` says how
    much is known). Without a stock count, a forecast or a rate of exchange that its money needs there is no score and the light
    is grey. Cover and lead time are those of the plan; without a lead time the stockout risk is that
    of the next `lookahead_days`. Fees are the marketplace's own word where it is known, see `fees.selling_fees`.

    Beside the score: the rules for slow stock that fired, the risk to be slow now and in `slow_ahead_days` (see `slowing`),
    the causes as shares (see `causes`), what to do first (see `prescriptions`), and the measured figures (see `metrics`).

    Parameters
    ----------
    tables : plan, forecast, history, stock, inbound, purchase_orders, movements, stock_age, items, listings, channels,
        nodes, serves, fee_previews, fees_charged, exchange_rates, said_before; a missing one counts as empty
    params : limits, weights and thresholds
    as_of : day of the decision; nothing known later is used

    Returns
    -------
    table health (key sku, location) without lineage; money in the node's currency.
    """
    given = {name: _given(tables, name) for name in GIVEN} | {SAID_BEFORE: tables.get(SAID_BEFORE, said_before(()))}
    sold = past(given["history"], as_of)
    rows = _rows(given, sold, as_of)
    if rows.empty:
        return schema.conform("health", schema.empty("health"), lineage=False)
    expected = Expected(given["forecast"], given["serves"], rows, as_of)
    rows = _with(rows, _stock_metrics(rows, expected, params))
    charges = fees.newest_charges(given["fees_charged"], as_of)
    rows = _with(rows, _unit_money(rows, given, charges, as_of))
    rows = _with(rows, _keeping(rows, given, expected, charges, as_of))
    coming = risk.waves(stock.arrivals(given["inbound"], given["purchase_orders"], rows, as_of, params.overdue_arrival_days), len(rows))
    rows = _with(rows, {"stockout_risk": risk.stockout_risk(rows, expected, coming, params.lookahead_days), **_outlook(rows, expected, coming)})
    found = slowing.slowing(given, rows, sold, expected, params, as_of)
    rows = _with(rows, _measured(rows, given, found, params, as_of))
    rows = _with(rows, {**metrics.turning(rows), **metrics.earning(rows, given["ads"], given["exchange_rates"], given["serves"], as_of)})
    rows = _judged(_with(rows, _slow(rows, given, found, params, as_of)), params)
    return schema.conform("health", _with(rows, prescriptions.prescriptions(rows, params, as_of)), lineage=False)


def _with(rows: pd.DataFrame, more: Mapping[str, object]) -> pd.DataFrame:
    """The rows with more columns, all at once; one of a name that is there takes its place."""
    return pd.concat([rows.drop(columns=[name for name in more if name in rows]), pd.DataFrame(dict(more), index=rows.index)], axis=1)


def _given(tables: Tables, name: str) -> pd.DataFrame:
    """A table with the columns that are used, and when it was learned where it says so; empty where it is missing."""
    frame = tables.get(name, schema.empty(name))
    return frame[[*READS[name], *(["known_at"] if "known_at" in frame else [])]] if name in READS else frame


def _rows(given: Tables, sold: Past, as_of: dt.date) -> pd.DataFrame:
    """Every SKU and node that has stock, something on order or a plan, with all that is looked up for it."""
    here = stock.positions(given["stock"], given["inbound"], given["purchase_orders"], as_of)
    rows = here.merge(given["plan"][PLANNED], on=PLACE, how="outer")
    lookups = (
        stock.ages(given["movements"], given["stock_age"], as_of),
        stock.age_gap(given["movements"], given["stock_age"], as_of),
        metrics.supply(given, sold, as_of),
        daily_sales(sold, given["serves"]),
        _prices(given, sold, as_of),
    )
    for found in lookups:
        rows = rows.merge(found, on=PLACE, how="left")
    return rows.merge(fees.goods(given["items"], as_of), on="sku", how="left").merge(fees.places(given["nodes"], rows["location"]), on="location", how="left")


def _prices(given: Tables, sold: Past, as_of: dt.date) -> pd.DataFrame:
    """Price of each SKU at each node; where a node ships for several channels, the one with the newest price counts."""
    prices = fees.newest_prices(given["listings"], sold.newest_paid(given["history"]["price"]), given["channels"], as_of)
    nodes = stock.serving_nodes(prices["channel"].unique().tolist(), given["serves"])
    return prices.assign(location=prices["channel"].map(nodes).astype("str")).drop_duplicates(PLACE, keep="last")


def _stock_metrics(rows: pd.DataFrame, expected: Expected, params: HealthParams) -> dict[str, object]:
    on_hand = rows["on_hand"].to_numpy(float)
    month = expected.total(MONTH_DAYS)
    excess = np.floor(np.maximum(on_hand - expected.total(params.excess_cover_days), 0) + 1e-6)  # whole units are cleared
    return {
        "daily_demand": month / MONTH_DAYS,
        "demand_30": month,
        "turnover_ahead": metrics.ratio(expected.total(metrics.QUARTER_DAYS) * metrics.YEAR_DAYS / metrics.QUARTER_DAYS, on_hand),
        "excess_units": excess,
        "excess_share": np.where(on_hand > 0, excess / np.maximum(on_hand, 1e-9), 0.0 * excess),
        "aged_share": points.aged_share(rows),
        "aged_units": rows[list(points.OLD)].sum(axis=1, min_count=1),
    }


def _unit_money(rows: pd.DataFrame, given: Tables, charges: pd.DataFrame, as_of: dt.date) -> dict[str, object]:
    """Price, cost and fees of one unit, all in the node's currency."""
    currency, rates = rows["node_currency"], given["exchange_rates"]
    price = fees.converted(rows["price"], rows["price_currency"], currency, rates, as_of)
    cost = fees.converted(rows["unit_cost"], rows["cost_currency"], currency, rates, as_of)
    selling = fees.selling_fees(rows.assign(price=price), fees.newest_previews(given["fee_previews"], as_of), charges, as_of)
    return {
        **selling,
        "price": price,
        "margin_per_unit": price - cost - selling["selling_fees_per_unit"],
        "unit_cost_here": cost,
        "no_rate": _without_rate(rows["price"], rows["price_currency"], price, currency)
        | _without_rate(rows["unit_cost"], rows["cost_currency"], cost, currency),
        "stock_value": rows["on_hand"] * cost,
        "excess_value": rows["excess_units"] * cost,
        "currency": currency,
    }


def _without_rate(amount: pd.Series, given: pd.Series, here: pd.Series, wanted: pd.Series) -> pd.Series:
    """Whether an amount is known, and so are its currency and the one that it is wanted in, and no rate leads from the one to the other."""
    return amount.notna() & pd.isna(here) & given.notna() & (given != "") & wanted.notna() & (wanted != "")


def _keeping(rows: pd.DataFrame, given: Tables, expected: Expected, charges: pd.DataFrame, as_of: dt.date) -> dict[str, object]:
    """Storage of the coming 30 days, the surcharge of the next snapshot, and their share of the margin."""
    until = fees.next_snapshot(as_of + dt.timedelta(days=1)) - as_of
    layers = stock.age_rows(given["movements"], rows, as_of)
    stored = keeping.storage(rows, charges, as_of)
    aged = keeping.surcharge(rows, layers, fees.AgeRates(given["stock_age"], rows, as_of), expected.total(float(until.days)), as_of)
    margin = (rows["margin_per_unit"] * rows["demand_30"]).to_numpy(float)
    share = np.where(margin > 0, (stored["storage_month"] + aged["surcharge_month"]) / np.where(margin > 0, margin, 1.0), np.nan)
    return {**stored, **aged, "storage_share": share, "margin_30": margin}


def _measured(rows: pd.DataFrame, given: Tables, found: slowing.Slowing, params: HealthParams, as_of: dt.date) -> dict[str, object]:
    """What was sold, how often it could be bought, its classes and stage, and how it compares."""
    series = (found.past, found.series_row)
    return {
        **metrics.velocity(*series, len(rows), params),
        "in_stock_rate": metrics.in_stock_rate(given["history"], *series, len(rows)),
        "low_inventory_month": metrics.low_inventory(rows, as_of),
        "sell_through_category": metrics.beside_category(rows),
        "stranded_units": metrics.stranded_units(given["stranded"], rows, as_of),
        "age_source": rows["source"],
        **metrics.classes(*series, rows, params),
        **stages.stages(found, len(rows)),
    }


def _outlook(rows: pd.DataFrame, expected: Expected, coming: risk.Waves) -> dict[str, object]:
    """Chance to run out, and the margin that is lost by it, in the next 30, 60 and 90 days."""
    margin = rows["margin_per_unit"].clip(lower=0)
    chances = {f"stockout_risk_{days}": risk.out_within(rows, expected, coming, days) for days in AHEAD_DAYS}
    return chances | {f"lost_margin_{days}": risk.units_lost(rows, expected, coming, days) * margin for days in AHEAD_DAYS}


def _slow(rows: pd.DataFrame, given: Tables, found: slowing.Slowing, params: HealthParams, as_of: dt.date) -> dict[str, object]:
    """The rules that fired, the slow risk now and ahead, and why."""
    fired = rules.rules_fired(given, rows, rules.sales_by_window(found.past, found.series_row, len(rows)), params, as_of)
    return {
        "slow_rules": rules.named(fired),
        **slowing.slow_columns(found, rows, params, as_of),
        **causes.causes(found, given, rows, params, as_of),
    }


def _judged(rows: pd.DataFrame, params: HealthParams) -> pd.DataFrame:
    on_hand, demand = rows["on_hand"], rows["daily_demand"]
    keeping = rows["storage_month"] + rows["surcharge_month"]
    parts = pd.DataFrame(
        {
            "cover_days": rows["cover_days"].where(~((demand == 0) & (on_hand > 0)), np.inf),
            "excess_share": rows["excess_share"],
            "aged_share": rows["aged_share"],
            "storage_share": rows["storage_share"].where(~((rows["margin_30"] <= 0) & (keeping > 0)), np.inf),
            "stockout_risk": rows["stockout_risk"],
        }
    )
    known = on_hand.notna() & demand.notna() & ((on_hand > 0) | (demand > 0)) & ~rows["no_rate"]
    lost = points.losses(parts, params)
    total = points.total(lost, known.to_numpy())
    light = points.light(total, parts["stockout_risk"].to_numpy(float), params)
    judged = _with(rows, {**lost, "score": total, "light": light, "keeping": keeping})
    return _with(judged, main_reason(judged, parts, params))
