"""What the panel shows, as one JSON-able answer: freshness, lights, first alerts, last run, notebooks."""

import datetime as dt
from typing import Any

import pandas as pd

from workbench.i18n import catalogue, day, money, t
from workbench.lab.place import Place
from workbench.settings import shipped
from workbench.store import Workspace

LIGHTS = ("red", "amber", "green", "grey")
FIRST_ALERTS = 5
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
            "dashboards": dashboards,
            "notebooks": [_notebook(place, name) for name in sorted(file.stem for file in shipped("notebooks").glob("*.ipynb"))],
            "workspace": _workspace(Workspace(place.workspace)) if place.workspace else None,
        }


def _notebook(place: Place, name: str) -> dict[str, Any]:
    path = f"{place.notebooks}/{name}.ipynb"
    return {"name": name, "path": path, "present": (place.root / path).exists()}


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
    first = alerts.sort_values("money_at_stake", ascending=False, na_position="last").head(FIRST_ALERTS)
    return {"total": len(alerts), "first": [_alert(row) for row in first.to_dict("records")]}


def _alert(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "sku": row["sku"],
        "location": row["location"],
        "level": row["level"],
        "money": money(row["money_at_stake"], row["currency"]),
        "sentence": t(f"reason.{row['reason']}", value=row["reason_value"], limit=row["reason_limit"]),
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
