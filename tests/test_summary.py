"""The one-screen summary of the demo, recomputed from the published Parquet files by other means."""

import re
import subprocess
import sys

import duckdb
import pytest

from workbench.store import Workspace

DUE = "where order_units > 0 and order_date <= date '2026-11-01'"
FIGURES = {
    "Stock positions": "select count(*) from health",
    "Act now": "select count(*) from health where light = 'red'",
    "Watch": "select count(*) from health where light = 'amber'",
    "Healthy": "select count(*) from health where light = 'green'",
    "No data": "select count(*) from health where light = 'grey'",
    "Cash in stock": "select sum(stock_value * rate) from health join rates using (currency)",
    "Excess stock": "select sum(excess_value * rate) from health join rates using (currency)",
    "Days of cover": "select sum(on_hand) filter (daily_demand is not null) / sum(daily_demand) from health",
    "Orders due today": "select count(*) from plan " + DUE,
    "Value of orders due today": "select sum(order_value * rate) from plan join rates using (currency) " + DUE,
    "Sold, last 30 days": "select sum(units) from history where date > date '2026-10-01'",
    "Forecast, next 30 days": "select sum(mean) from forecast where date <= date '2026-11-30'",
    "Open alerts": "select count(*) from alerts",
}


@pytest.fixture(scope="module")
def printed(demo_workspace):
    command = [sys.executable, "-m", "workbench.cli", "summary", "-w", str(demo_workspace)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(line.strip().split(": ", 1) for line in out.splitlines()[1:] if ": " in line)


@pytest.fixture(scope="module")
def database(demo_workspace):
    workspace, con = Workspace(demo_workspace), duckdb.connect()
    for name in ("health", "plan", "history", "forecast", "alerts", "exchange_rates"):
        workspace.relation(con, name).create(name)
    newest = "select currency, arg_max(rate, date) as rate from exchange_rates where base = 'USD' and date <= date '2026-11-01' group by currency"
    con.sql(f"{newest} union select 'USD', 1 where not exists (select 1 from exchange_rates where currency = 'USD' and base = 'USD')").create("rates")
    return con


@pytest.mark.parametrize("label", FIGURES)
def test_a_printed_figure_can_be_recomputed(printed, database, label):
    expected = database.sql(FIGURES[label]).fetchall()[0][0]
    shown = float(re.sub(r"[^\d.-]", "", printed[label].split(" ")[0]))
    assert shown == pytest.approx(expected, abs=0.51)
