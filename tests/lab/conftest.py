"""A workspace with something to tell, and a browser to look at it."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from workbench.store import Workspace
from workbench.tables import schema

AS_OF = dt.date(2026, 11, 1)
MORNING = dt.datetime(2026, 11, 1, 6, 12)
LIGHTS = ["red"] * 2 + ["amber"] + ["green"] * 4
ALERTS = [("SKU-1", "stockout", 1234.5, "2026-11-05"), ("SKU-2", "excess", 99.0, None), *((f"SKU-{i}", "aged", 10.0, None) for i in range(3, 9))]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture
def filled() -> Callable[[Workspace], None]:
    """Fills a workspace: one file with two days of sales, saved at 06:12, and one published run."""

    def fill(workspace: Workspace) -> None:
        _facts(workspace)
        _results(workspace)

    return fill


def _facts(workspace: Workspace) -> None:
    file = workspace.inbox / "sales.csv"
    file.write_text("two days")
    seconds = MORNING.replace(tzinfo=dt.UTC).timestamp()
    os.utime(file, (seconds, seconds))
    raw = workspace.keep(workspace.look(file, dt.datetime(2026, 11, 2)))
    days = pd.to_datetime(["2026-10-30", "2026-10-31"])
    given = {"sku": "SKU-1", "channel": "amazon-us", "date": days, "units": 3.0}
    frame = pd.DataFrame({**given, "known_at": raw.known_at, "source_file": raw.name, "source_line": [2, 3]})
    workspace.add({"sales": schema.conform("sales", frame)}, raw, "sales")


def _results(workspace: Workspace) -> None:
    skus = [f"SKU-{i}" for i in range(1, len(LIGHTS) + 1)]
    health = pd.DataFrame({"sku": skus, "location": "fba-us", "light": LIGHTS, "currency": "USD"})
    sku, kind, money, due = zip(*ALERTS, strict=True)
    told = {"sku": sku, "location": "fba-us", "kind": kind, "level": "urgent", "money_at_stake": money, "currency": "USD"}
    why = {"due_date": pd.to_datetime(list(due)), "reason": "cover_above", "reason_value": 210.0, "reason_limit": 60.0}
    tables = {"health": health, "alerts": pd.DataFrame(told | why)}
    run = {"id": "r1", "name": "daily", "started": "2026-11-01T06:15:00", "finished": "2026-11-01T06:16:30", "status": "ok", "message": ""}
    for name, table in tables.items():
        workspace.stage("r1", name, schema.conform(name, table, lineage=False), as_of=AS_OF)
    workspace.publish("r1")
    workspace.state.save_run(run)


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Chromium without a window: $WORKBENCH_CHROMIUM, else the one on PATH; absent, skipped with the reason, except in CI."""
    from playwright.sync_api import sync_playwright

    found = os.environ.get("WORKBENCH_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium found (set WORKBENCH_CHROMIUM, or use make test)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()
