"""Which way out is best, and why the others are not."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from workbench.clearance.limits import SOLD
from workbench.clearance.params import ClearanceParams
from workbench.clearance.season import DAYS_PER_MONTH

PLACE = ["sku", "location"]
CENT = 0.005
IRREVOCABLE = ("liquidation", "donation", "disposal")
SENDING = ("removal", "liquidation", "disposal")
"""What any marketplace's pool has to offer: while its cost is unknown, nobody knows the least loss."""
RISKS = {
    "hold": "demand_may_fall",
    "next_season": "demand_may_fall,season_may_fail,storage_until_then",
    "price_rise": "sells_slower,demand_estimate",
    "markdown": "brand_price,demand_estimate",
    "markdown_steps": "brand_price,demand_estimate",
    "promotion": "brand_price,ad_cost",
    "outlet": "brand_price,eligibility",
    "offsite_deal": "brand_price,deal_site",
    "bundle": "demand_assumed,cannibalisation",
    "removal": "storage_elsewhere",
    "own_warehouse": "storage_elsewhere,demand_given",
    "transfer": "demand_estimate,customs,stock_there,age_there",
    "supplier_return": "supplier_agrees",
    "liquidation": "irrevocable,low_recovery",
    "donation": "irrevocable,fee_unconfirmed",
    "disposal": "irrevocable",
    "grade_resell": "used_price,fee_unconfirmed",
}
ASSUMED = ("bundle",)
"""Options whose demand is assumed: shown, but chosen only if the user allows it."""
BASIS = {
    **dict.fromkeys(("hold", "next_season", "price_rise", "markdown", "markdown_steps", "outlet", "transfer"), "measured"),
    **dict.fromkeys(("promotion", "offsite_deal", "own_warehouse", "grade_resell"), "given"),
    **dict.fromkeys(ASSUMED, "assumed"),
}
"""What the demand of an option rests on; those that sell nothing have none."""
CONFIDENCE = {
    **dict.fromkeys(("removal", "disposal"), "M"),
    **dict.fromkeys(("own_warehouse", "transfer", "supplier_return", "liquidation", "donation"), "given"),
    "grade_resell": "unconfirmed",
}
"""How sure the exit fee of an option is; see the rate cards."""


def ranked(options: pd.DataFrame, params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return the options with recommendation, reason, recovered share and end date.

    The highest known NPV within the seller's limits is recommended, hold where it is as good; none where it is unknown what holding
    is worth, since there is nothing to beat, and none that loses money while it is unknown what sending the units away would cost.
    `options` has unit_cost, months, exit, cost_of_waiting, worst_month and unknown (a reason code, empty where the NPV is known).
    """
    options = options.assign(npv=options["npv"].where(options["unknown"] == ""), limit_broken=_limits(options, params))
    place = [options[name] for name in PLACE]
    open_npv = options["npv"].where(options["limit_broken"].isna())
    best = open_npv.groupby(place).transform("max")
    held = options["npv"].where(options["option"] == "hold").groupby(place).transform("max")
    order = open_npv.sort_values(ascending=False, kind="stable").index
    at = pd.Series(options.loc[order].groupby(PLACE).cumcount(), index=order).reindex(options.index)
    second = open_npv.where(at == 1).groupby(place).transform("max")
    runner_up = options["option"].where((at == 1) & open_npv.notna()).groupby(place).transform("first")
    trapped = (best < 0) & (options["npv"].isna() & options["option"].isin(SENDING)).groupby(place).transform("any")
    winner = (open_npv == best) & held.notna() & ~trapped
    chosen = winner & ~winner.groupby(place).cumsum().gt(1)
    landed = (options["units"] * options["unit_cost"]).where(options["unit_cost"] > 0)
    days = pd.to_timedelta(np.round(options["months"] * DAYS_PER_MONTH), unit="D").dt.as_unit("us")
    known = options["npv"].notna()
    shown = [name for name in options if name.startswith(("npv_", "fees", "turnover_", "cash_in", "discount"))]
    return options.assign(
        **{name: options[name].where(known) for name in shown},
        end_date=pd.Timestamp(as_of).as_unit("us") + days.where(known),
        recovered_share=options["npv"] / landed,
        recommended=chosen,
        irrevocable=options["option"].isin(IRREVOCABLE),
        exit=options["exit"].astype("str").replace("", np.nan).where(known),
        cost_of_waiting=options["cost_of_waiting"].where(chosen),
        break_even_units_month=options["break_even_units_month"].where(chosen & (options["option"] != "price_rise")),
        runner_up=runner_up.where(chosen),
        risks=options["option"].map(RISKS),
        basis=options["option"].map(BASIS),
        **{name: options[name].astype("str").replace("", np.nan) for name in ("leans_on", "conditions_failed", "conditions_untold")},
        fee_confidence=options["option"].map(CONFIDENCE),
        **_reasons(options, chosen, best, second, held.isna(), trapped, params),
    ).sort_values(PLACE, kind="stable", ignore_index=True)


def _limits(options: pd.DataFrame, params: ClearanceParams) -> pd.Series:
    """Return why each option may not be chosen: a limit of the seller, a demand only assumed, other units than the excess; blank where it may."""
    days = options["months"] * DAYS_PER_MONTH
    late = (days > params.deadline_days + params.removal_days) | days.isna() if params.deadline_days else np.zeros(len(options), bool)
    usual = options["price"] / (1 - options["discount"])
    broken = {
        "floor_price": 1 - options["discount"] < params.floor_price_share - 1e-9,
        "cash": -options["worst_month"] > params.cash_limit,
        "deadline": late,
        "rival_price": options["option"].isin(SOLD) & (options["price"] < options["price_bound"] - CENT) & (usual >= options["price_bound"]),
        "assumed": options["option"].isin(ASSUMED) & (not params.assumed_wins),
        "other_units": options["option"] == "grade_resell",
    }
    return pd.Series(np.select(list(broken.values()), list(broken), ""), index=options.index, dtype="str").replace("", np.nan)


def _reasons(
    options: pd.DataFrame, chosen: pd.Series, best: pd.Series, second: pd.Series, unheld: pd.Series, trapped: pd.Series, params: ClearanceParams
) -> dict[str, object]:
    npv = options["npv"]
    asleep = options["option"].isin(["hold", "markdown", "markdown_steps"]) & (options["units_per_month"] == 0)
    broken, assumed, other = options["limit_broken"].notna(), options["limit_broken"] == "assumed", options["limit_broken"] == "other_units"
    loss = options["option"].isin(SOLD) & (options["price"] < options["fees_of_a_sale"]) & ~chosen
    said: list[tuple[Any, Any, Any, Any]] = [
        (options["unknown"], npv.isna(), np.nan, np.nan),
        ("exit_unknown", trapped, npv, np.nan),
        ("assumed_demand", assumed, npv, best),
        ("other_units", other, npv, options["units"]),
        ("breaks_limit", broken, npv, best),
        ("never_sells", asleep, options["units"], params.horizon_months),
        ("no_comparison", unheld, npv, np.nan),
        ("price_below_fees", loss, options["price"], options["fees_of_a_sale"]),
        ("best_npv", chosen, npv, second),
    ]
    code, holds, value, limit = ([one[at] for one in said] for at in range(4))
    return {
        "reason": np.select(holds, code, "below_best"),
        "reason_value": np.select(holds, value, npv),
        "reason_limit": np.select(holds, limit, best),
    }
