"""The whole stock on the health screen: against the seller's targets and the industry, over past runs, by category and month; pure."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.charts import sparkline
from workbench.charts.palette import ICONS
from workbench.health.industry import FIGURES
from workbench.i18n import day, number, percent, t
from workbench.ui.markup import render

_RATIOS = ("turnover_year", "sell_through")


def missing(found: pd.DataFrame, fees: Sequence[str]) -> Markup:
    """Return what is missing behind the figures: about fees, and what `health.doubts` found; nothing where nothing is."""
    lines = [t(f"screen.doubt.{row['doubt']}", what=row["what"], positions=number(row["positions"])) for row in found.to_dict("records")]
    return render("health_doubts", lines=[*fees, *lines])


def against_targets(found: pd.DataFrame, index: pd.DataFrame, trend: pd.DataFrame | None = None) -> Markup:
    """Return the figures of the whole stock beside the seller's targets, how they came to be, and the index that the seller typed in.

    Parameters
    ----------
    found : see `health.targets`
    index : see `health.newest_index`
    trend : see `health.trend`; None where the rows shown are others than at earlier runs
    """
    rows = [_against(row, trend) for row in found.to_dict("records")]
    lines = [
        t("screen.health.index_read", node=i["node"], day=day(i["date"]), ipi=number(i["ipi"]), threshold=number(i["threshold"]))
        for i in index.to_dict("records")
    ]
    return render("health_targets", rows=rows, note=_note(trend), index=lines or [t("screen.health.index_none")])


def _note(trend: pd.DataFrame | None) -> str:
    if trend is None:
        return t("screen.health.trend_filtered")
    return t("screen.health.trend_of", runs=number(len(trend)), first=day(trend["date"].iloc[0])) if len(trend) > 1 else t("screen.health.trend_none")


def _against(row: dict[str, Any], trend: pd.DataFrame | None) -> dict[str, str]:
    name, value, target, met = row["figure"], row["value"], row["target"], row["met"]
    limit = "at_least" if name == "turnover_year" else "at_most"
    return {
        "name": t(f"screen.health.figure_{name}"),
        "value": _written(name, value),
        "target": t("screen.health.target_none") if target != target else t(f"screen.health.target_{limit}", limit=_written(name, target, 0)),
        "word": "" if met is None else t("screen.health.target_met" if met else "screen.health.target_missed"),
        "sign": ICONS["green" if met else "red"],
        "line": Markup(sparkline(trend[name].astype(float).tolist(), width=96)) if trend is not None else "",
        "then": _written(name, trend[name].iloc[0]) if trend is not None and len(trend) > 1 and pd.notna(trend[name].iloc[0]) else "",
    }


def _written(name: str, value: float, digits: int = 1) -> str:
    return (number if name in _RATIOS else percent)(value, digits)


def by_category(found: pd.DataFrame) -> Markup | str:
    """Return each category's figures, and below each what is usual in the industry where the seller gave it; see `health.by_category`."""
    if found.empty:
        return ""
    rows = []
    for row in found.to_dict("records"):
        cells = [(_written(name, row[name]), "" if (usual := row[f"{name}_industry"]) != usual else _written(name, usual)) for name in FIGURES]
        rows.append({"name": row["category"], "positions": number(row["positions"]), "cells": cells})
    sources = sorted({source for source in found["source"].dropna() if source})
    given = bool(found[[f"{name}_industry" for name in FIGURES]].notna().any(axis=None))
    note = t("screen.health.industry_from", source=", ".join(sources)) if given else t("screen.health.industry_none")
    return render("health_categories", heads=[t(f"screen.health.figure_{name}") for name in FIGURES], rows=rows, note=note)


def seasons(matrix: pd.DataFrame | None) -> Markup:
    """Return demand by category and month over the mean of the year, its peaks shaded; a button until it was asked for."""
    if matrix is None:
        return render("health_seasons", asked=False)
    rows = [
        (str(name), [(number(value, 2), round(min(max(value - 1, 0), 1) * 60) if value == value else 0) for value in values])
        for name, values in matrix.iterrows()
    ]
    return render("health_seasons", asked=True, months=[str(month) for month in matrix.columns], rows=rows)
