"""What the panel shows, as one JSON-able answer: freshness, lights, first alerts, last run, notebooks."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.i18n import catalogue, day, money, t
from workbench.lab.place import Place
from workbench.store import Workspace
from workbench.ui.overview.frame import NOTEBOOKS
from workbench.ui.reasons import reason

LIGHTS = ("red", "amber", "green", "grey")
FIRST_ALERTS = 5
SCREENS = dict.fromkeys(("excess", "aged", "negative_margin", "plan_behind"), "clearance") | dict.fromkeys(("event", "surge", "slump"), "forecast")
"""Where an alert is acted on, if not on the health screen."""
RUN_FIELDS = ("name", "status", "stage", "message", "started", "finished")


def describe(place: Place, language: str, dashboards: bool) -> dict[str, Any]:
    """Return the state of a server's workspace; `workspace` is None where there is none.

    Raises
    ------
    BadParameters
        If workbench.toml has settings that do not fit.
    """
    with catalogue.use(language):
        return {
            "language": language,
            "dashboards": dashboards,
            "notebooks": [_notebook(place, name) for name in NOTEBOOKS.values()],
            "workspace": _opened(place.workspace) if place.workspace else None,
        }


def _notebook(place: Place, name: str) -> dict[str, Any]:
    path = f"{place.notebooks}/{name}.ipynb"
    return {"name": name, "path": path, "present": (place.root / path).exists()}


def _opened(folder: Path) -> dict[str, Any]:
    """The workspace's part of the answer; every question opens and closes it, for its settings may have changed."""
    workspace = Workspace(folder)
    try:
        return _workspace(workspace)
    finally:
        workspace.state.engine.dispose()


def _workspace(workspace: Workspace) -> dict[str, Any]:
    health = workspace.read("health", columns=["light", "known_at"])
    runs = workspace.state.runs()[:1]
    return {
        "shop": workspace.settings.shop,
        "watermark": workspace.settings.watermark,
        "version": workspace.version(),
        "through": _day(workspace.files()["last_date"].max()),
        "known": _instant(workspace.newest_known()),
        "results": _day(health["known_at"].max()),
        "lights": _lights(health["light"]),
        "alerts": _alerts(workspace.read("alerts")),
        "run": _run(runs[0]) if runs else None,
    }


def _lights(light: pd.Series) -> list[dict[str, Any]]:
    """Number of SKUs at each light, worst first; nothing before the first results."""
    counts = light.value_counts()
    return [{"light": name, "word": t(f"light.{name}"), "count": int(counts.get(name, 0))} for name in LIGHTS] if len(light) else []


def _alerts(alerts: pd.DataFrame) -> dict[str, Any]:
    """The first alerts in the order in which they were published: by money at stake in one currency."""
    return {"total": len(alerts), "first": [_alert(row) for row in alerts.head(FIRST_ALERTS).to_dict("records")]}


def _alert(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "sku": row["sku"],
        "location": row["location"],
        "kind": row["kind"],
        "notebook": NOTEBOOKS[SCREENS.get(row["kind"], "health")],
        "money": money(row["money_at_stake"], row["currency"]),
        "sentence": reason(row),
        "due": _day(row["due_date"]),
    }


def _run(record: dict[str, Any]) -> dict[str, Any]:
    """The record's public part, its times marked as UTC."""
    shown = {field: record.get(field) for field in RUN_FIELDS}
    return shown | {field: _instant(shown[field]) for field in ("started", "finished")}


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else day(pd.Timestamp(value))


def _instant(value: str | dt.datetime | None) -> str | None:
    """A UTC time without zone, as the store keeps it, in the form that browsers read."""
    return None if value is None else f"{pd.Timestamp(value):%Y-%m-%dT%H:%M:%SZ}"
