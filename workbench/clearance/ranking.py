"""Which way out is best, and why the others are not."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.clearance.params import ClearanceParams
from workbench.clearance.season import DAYS_PER_MONTH

PLACE = ["sku", "location"]
IRREVOCABLE = ("liquidation",)


def ranked(options: pd.DataFrame, params: ClearanceParams, as_of: dt.date) -> pd.DataFrame:
    """Return the options with recommendation, reason, recovered share and end date.

    The highest known NPV is recommended, hold where it is as good; none where it is unknown what holding is worth, since
    there is nothing to beat, and none that loses money while it is unknown what sending the units away would cost. `options`
    has unit_cost, months, exit, cost_of_waiting and unknown (a reason code, empty where the NPV is known).
    """
    place = [options[name] for name in PLACE]
    best = options["npv"].groupby(place).transform("max")
    held = options["npv"].where(options["option"] == "hold").groupby(place).transform("max")
    second = options["npv"].where(options.sort_values("npv", ascending=False, kind="stable").groupby(PLACE).cumcount() == 1).groupby(place).transform("max")
    trapped = (best < 0) & options["npv"].isna().groupby(place).transform("any")
    winner = (options["npv"] == best) & held.notna() & ~trapped
    chosen = winner & ~winner.groupby(place).cumsum().gt(1)
    landed = (options["units"] * options["unit_cost"]).where(options["unit_cost"] > 0)
    days = pd.to_timedelta(np.round(options["months"] * DAYS_PER_MONTH), unit="D").dt.as_unit("us")
    return options.assign(
        end_date=pd.Timestamp(as_of).as_unit("us") + days.where(options["npv"].notna()),
        recovered_share=options["npv"] / landed,
        recommended=chosen,
        irrevocable=options["option"].isin(IRREVOCABLE),
        exit=options["exit"].astype("str").replace("", np.nan).where(options["npv"].notna()),
        cost_of_waiting=options["cost_of_waiting"].where(chosen),
        **_reasons(options, chosen, best, second, held.isna(), trapped, params),
    ).sort_values(PLACE, kind="stable", ignore_index=True)


def _reasons(
    options: pd.DataFrame, chosen: pd.Series, best: pd.Series, second: pd.Series, unheld: pd.Series, trapped: pd.Series, params: ClearanceParams
) -> dict[str, object]:
    npv = options["npv"]
    asleep = options["option"].isin(["hold", "markdown"]) & (options["units_per_month"] == 0)
    holds = [npv.isna(), trapped, asleep, unheld, chosen]
    return {
        "reason": np.select(holds, [options["unknown"], "exit_unknown", "never_sells", "no_comparison", "best_npv"], "below_best"),
        "reason_value": np.select(holds, [np.nan, npv, options["units"], npv, npv], npv),
        "reason_limit": np.select(holds, [np.nan, np.nan, params.horizon_months, np.nan, second], best),
    }
