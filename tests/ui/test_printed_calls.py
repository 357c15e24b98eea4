"""The Python calls that the clearance screen prints, run in a fresh Python on a finished workspace: the screen's numbers to the cent."""

import json
import subprocess
import sys

import pytest

from workbench.pipeline import ClearanceParams
from workbench.runs import decision_day
from workbench.store import Tables, Workspace
from workbench.ui.clearance.state import ClearanceState
from workbench.ui.meta import Meta

FRESH = """
import ast, json, sys
told, scope = [], {}
for part in ast.parse(sys.stdin.read()).body:
    if isinstance(part, ast.Expr):
        told.append(eval(compile(ast.Expression(part.value), "call", "eval"), scope))
    else:
        exec(compile(ast.Module([part], []), "call", "exec"), scope)
every, opened, whole, line = told
chosen, prices = [[row.sku, row.location, row.option] for row in whole.chosen.itertuples()], whole.limits["price"].round(2).fillna(-1).tolist()
print(json.dumps({
    "every": [[row.sku, row.location, row.option, round(row.npv, 2)] for row in every.dropna(subset="npv").itertuples()],
    "opened": [[row.option, round(row.npv, 2), round(row.npv_low, 2), round(row.npv_high, 2)] for row in opened.dropna(subset="npv").itertuples()],
    "whole": [round(whole.npv, 2), chosen, prices],
    "line": line.round(2).to_numpy().tolist(),
}))
"""


@pytest.fixture
def state(demo_workspace):
    workspace = Workspace(demo_workspace)
    as_of = decision_day(workspace)
    made = ClearanceState(Tables(workspace, as_of), ClearanceParams(), Meta("Test", as_of, "USD", "en"))
    made.simulate("capital_rate_month", 0.03)
    made.limit("labour_hours", "0.4")
    assert made.error is None and not made.limit_fault
    return made


def test_option_table_simulator_and_portfolio_come_out_to_the_cent(state, demo_workspace):
    ran = subprocess.run([sys.executable, "-c", FRESH], input=state.call(), capture_output=True, text=True, cwd=demo_workspace, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    listed, opened, whole = state.result.dropna(subset="npv"), state.options().dropna(subset="npv"), state.portfolio()
    assert sorted(told["every"]) == sorted([row.sku, row.location, row.option, round(row.npv, 2)] for row in listed.itertuples())
    ranges = [[row.option, round(row.npv, 2), round(row.npv_low, 2), round(row.npv_high, 2)] for row in opened.itertuples()]
    assert sorted(told["opened"]) == sorted(ranges) and len(ranges) > 1
    assert told["line"] == state.frontier().round(2).to_numpy().tolist()
    chosen = [[row.sku, row.location, row.option] for row in whole.chosen.itertuples()]
    assert told["whole"] == [round(whole.npv, 2), chosen, whole.limits["price"].round(2).fillna(-1).tolist()]
