"""What to act on first: every alert with its evidence, action, day and the money at stake."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from workbench import stock
from workbench.alerts import coming, kinds, pace
from workbench.alerts.params import AlertParams
from workbench.fees import Exchange
from workbench.tables import schema

Tables = Mapping[str, pd.DataFrame]
PLACE = ["sku", "location"]
PLANNED = ["on_order", "order_units", "order_date", "stockout_date", "lead_time_days", "review_period_days", "reason", "reason_value", "reason_limit"]
LEVELS = ("urgent", "risk", "slow", "info")


def evaluate(tables: Tables, params: AlertParams, as_of: dt.date) -> pd.DataFrame:
    """Return the alerts of the day, most money at stake first; where the money is unknown they come last, the most urgent first.

    Kinds: stockout, reorder, event, surge, slump, excess, aged, negative_margin, plan_behind, data. A SKU at a node has at most one alert of a kind; one
    that runs out is not told to reorder as well. Amounts stay in the node's currency and are compared in
    `params.ranking_currency`; without an exchange rate they count as unknown.

    Parameters
    ----------
    tables : health, plan, clearance, stock, inbound, purchase_orders, exchange_rates, and plans_standing: how clearance plans that were taken on
        stand; surprises: what sold out of the ordinary, search_surges, forecast and events, with serves; a missing one counts as empty
    params : how soon is urgent, and below which amount nobody is bothered
    as_of : day of the decision

    Returns
    -------
    table alerts (key sku, location, kind) without lineage, in the order in which to act.
    """
    rows = _rows(tables, as_of)
    running_out = kinds.stockout(rows, params, as_of)
    reorder = kinds.reorder(rows[~rows.index.isin(running_out.index)], params, as_of)
    others = [kinds.excess(rows, params, as_of), kinds.aged(rows, params, as_of), kinds.negative_margin(rows, params, as_of), kinds.data(rows, params, as_of)]
    rates = tables.get("exchange_rates", schema.empty("exchange_rates"))
    others += [kinds.plan_behind(tables["plans_standing"], as_of)] if "plans_standing" in tables else []
    others += _coming(rows, tables, as_of) if "surprises" in tables else []
    found = [frame for frame in (running_out, reorder, *others) if len(frame)]
    if not found:
        return schema.conform("alerts", schema.empty("alerts"), lineage=False)
    return schema.conform("alerts", _ranked(pd.concat(found, ignore_index=True), rates, params, as_of), lineage=False)


def _coming(rows: pd.DataFrame, tables: Tables, as_of: dt.date) -> list[pd.DataFrame]:
    """What sold out of the ordinary, is searched ever more, or is about to sell more than there is."""
    seen, serves = pace.at_nodes(tables["surprises"], tables["serves"]), tables["serves"]
    surging = pace.surge(rows, seen, as_of)
    searched = coming.searches(rows, tables["search_surges"], serves, as_of)
    known = pd.MultiIndex.from_frame(surging[PLACE])
    searched = searched[~pd.MultiIndex.from_frame(searched[PLACE]).isin(known)]
    return [surging, searched, pace.slump(rows, seen, as_of), coming.event(rows, tables["forecast"], tables["known_events"], serves, as_of)]


def _rows(tables: Tables, as_of: dt.date) -> pd.DataFrame:
    """Every row of the health table with its plan, its ways out and the day of its stock count."""
    given = {name: tables.get(name, schema.empty(name)) for name in ("health", "plan", "stock", "inbound", "purchase_orders")}
    planned = given["plan"][[*PLACE, *PLANNED]].rename(columns={name: f"plan_{name}" for name in ("reason", "reason_value", "reason_limit")})
    counted = stock.positions(given["stock"], given["inbound"], given["purchase_orders"], as_of)[[*PLACE, "date"]].rename(columns={"date": "counted"})
    rows = given["health"].merge(planned, on=PLACE, how="left").merge(counted, on=PLACE, how="left")
    return rows.merge(_ways_out(tables.get("clearance", schema.empty("clearance"))), on=PLACE, how="left")


def _ways_out(options: pd.DataFrame) -> pd.DataFrame:
    """Return sku, location, option (the recommended one) and cost_of_waiting."""
    return options.loc[options["recommended"], [*PLACE, "option", "cost_of_waiting"]]


def _ranked(alerts: pd.DataFrame, rates: pd.DataFrame, params: AlertParams, as_of: dt.date) -> pd.DataFrame:
    money = Exchange(rates, params.ranking_currency, as_of).convert(alerts["money_at_stake"], alerts["currency"])
    order = alerts.assign(_money=money, _level=alerts["level"].map(LEVELS.index))
    by = ["_money", "_level", "due_date", "sku", "location", "kind"]
    return order.sort_values(by, ascending=[False, True, True, True, True, True], na_position="last", ignore_index=True)
