"""The dated steps of a plan and how it stands, in words; pure."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench import charts
from workbench.clearance.timeline import DEALS
from workbench.i18n import day, money, number, t
from workbench.ui.markup import render

_DATED = (*DEALS, "next_season")
_LIGHT = {"overdue": "red", "behind": "amber", "unknown": "grey", "on_track": "green", "ahead": "green", "done": "green"}


def tracker(sku: str, steps: pd.DataFrame, standing: pd.Series | None, ads: pd.DataFrame, *, writable: bool, said: str) -> Markup:
    """Return the steps of one position, how its plan stands, and what is proposed where it lags.

    Parameters
    ----------
    standing : its row of `timeline.track`; None where it has no plan in force
    ads : its row of `advertising.ad_slots`, or none
    """
    planned = standing is not None
    return render(
        "clearance_track",
        heading=t("clearance.track.title", sku=sku),
        note=t("clearance.track.in_force", day=day(standing["plan_date"])) if standing is not None else t("clearance.track.proposed"),
        ads=[_ads(row) for row in ads.to_dict("records")] if len(steps) else [],
        steps=[_step(row, dated=steps["option"].isin(_DATED).any()) for row in steps.to_dict("records")],
        planned=planned,
        writable=writable,
        said=said,
        state=state_name(standing["state"]) if standing is not None else "",
        light=_LIGHT[standing["state"]] if standing is not None else "",
        stands=_stands(standing),
        replan=replan(standing),
    )


def tracked(standings: pd.DataFrame) -> Markup:
    """Return every plan in force and how it stands; takes rows of `timeline.track`, those behind first."""
    rows = [
        {
            "place": f"{row['sku']} · {row['location']}",
            "light": _LIGHT[row["state"]],
            "state": state_name(row["state"]),
            "said": " ".join(text for text in (_stands(row), replan(row)) if text),
        }
        for _, row in standings.iterrows()
    ]
    return render("clearance_tracked", rows=rows)


def state_name(state: str) -> str:
    """Return the words for how a plan stands."""
    return t(f"clearance.track.state.{state}")


def _step(row: dict[str, Any], *, dated: bool) -> dict[str, str]:
    """One step; in a plan that waits for a day, holding is what is done until then and after."""
    sold = row["price"] == row["price"]
    rule = "if_needed" if row["if_needed"] else "sell" if sold and row["units_stop"] > row["units_target"] else "exit"
    return {
        "start": day(row["start_date"]),
        "end": day(row["end_date"]),
        "name": t("clearance.track.usual") if dated and row["option"] == "hold" else charts.option_name(row["option"]),
        "price": money(row["price"], row["currency"], 2) if sold else "",
        "target": number(row["units_target"]),
        "rule": t(f"clearance.track.stop.{rule}", units=number(row["units_stop"])),
    }


def _ads(row: dict[str, Any]) -> dict[str, str]:
    """The slot of ads: what to do with them, and whether the last unit's cost is known or the average's alone."""
    amounts = {name: money(row[f"{name}_per_unit"], row["currency"], 2) for name in ("most", "margin", "spared", "cost", "marginal")}
    spend = {"spend": money(row["spend"], row["currency"], 2), "lower": money(row["lower_spend"], row["currency"], 2), "units": number(row["units"])}
    basis = "average" if row["marginal_per_unit"] != row["marginal_per_unit"] else "marginal"
    said = [row["advice"], basis] if row["cost_per_unit"] == row["cost_per_unit"] and row["advice"] in ("keep", "reduce", "stop") else [row["advice"]]
    return {
        "start": day(row["start_date"]),
        "end": day(row["end_date"]),
        "said": t("clearance.ads.and").join(t(f"clearance.ads.{key}", **amounts, **spend) for key in said),
    }


def _stands(standing: pd.Series | None) -> str:
    if standing is None or standing["state"] == "unknown":
        return ""
    return t("clearance.track.stands", planned=number(standing["units_planned"]), actual=number(standing["units_actual"]))


def replan(standing: pd.Series | None) -> str:
    """Return what is proposed for a plan that lags: another way out, or the same from today on; empty where it does not."""
    if standing is None or standing["state"] not in ("behind", "overdue") or not standing["proposal"]:
        return ""
    other = standing["gain"] == standing["gain"] and standing["gain"] > 0
    words = {"option": charts.option_name(standing["proposal"]), "gain": money(standing["gain"], standing["currency"])}
    return t("clearance.track.replan_other" if other else "clearance.track.replan_same", **words)
