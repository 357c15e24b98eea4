"""The clearance screen: slow stock with the money at stake, the options of the opened position, plans side by side, the whole portfolio."""

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from workbench import charts
from workbench.clearance import ClearanceParams
from workbench.i18n import day, t
from workbench.ui.cards import kpi_strip
from workbench.ui.clearance import summary, wording
from workbench.ui.clearance.fee_card import fee_card
from workbench.ui.clearance.fee_check import charged_card
from workbench.ui.clearance.files import files_card
from workbench.ui.clearance.state import PLANS, ClearanceState
from workbench.ui.clearance.tracker import tracked, tracker
from workbench.ui.event_names import event_names
from workbench.ui.fee_notices import fee_notices
from workbench.ui.grid import Derived, GridSpec
from workbench.ui.markup import render
from workbench.ui.parameters import parameter_panel
from workbench.ui.part import Part
from workbench.ui.reasons import reason
from workbench.ui.screen import RUN_DAILY, chart, columns, grid, parameters, part, pills, places, screen, stack, toggle

SHOWN = ("sku", "option", "gain", "location", "units", "npv", "hold_npv", "recovered_share", "end_date", "why")
CHOSEN = ("sku", "option", "npv", "location", "units", "price", "end_date", "cash_in", "fees")
OPENED = ("selected", "result", "simulation")
WHAT_IF = tuple(ClearanceParams.model_fields)
CALLED_ON = ("simulation", "limits", "plans_made", "fees_asked", "terms_asked", "selected")
EMPTY = {"title": "screen.clearance.empty", "why": "screen.clearance.empty_why", "command": RUN_DAILY}


def clearance_view(state: ClearanceState) -> ipywidgets.Widget:
    """Return the clearance screen of a state."""
    return screen(state, lambda: summary.headline(state.listing, state.exchange), lambda: _rows(state), EMPTY, CALLED_ON)


def _rows(state: ClearanceState) -> list[ipywidgets.Widget]:
    spec = GridSpec(
        table="clearance",
        shown=SHOWN,
        name=state.file_name(),
        title="screen.clearance.list",
        currency=state.meta.currency,
        derived={"why": Derived(lambda row: reason(row), ("reason", "reason_value", "reason_limit"))},
        notes=state.notes(),
    )
    options = part(state, lambda: _options(state), (*OPENED, "beside"), keep=state.keep)
    figure = chart(state, lambda: _options_figure(state), "options", OPENED, rows=state.options)
    left = stack(grid(state, spec, state.shown), chart(state, lambda: _cash_figure(state), "cash", (*OPENED, "beside")))
    return [
        part(state, lambda: summary_notices(state), ()),
        part(state, lambda: _strip(state), ("listing", "filters"), kpi=lambda value: toggle(state, value)),
        pills(state, "option", "location"),
        columns(left, stack(figure, options)),
        _simulator(state),
        part(state, lambda: _plans(state), (*OPENED, "beside"), drop=state.drop),
        _tracker(state),
        part(state, lambda: tracked(state.tracked()), ("result", "plans_made", "desk")),
        *_whole(state),
        fee_card(state),
        charged_card(state),
        parameters(state, WHAT_IF),
    ]


def _simulator(state: ClearanceState) -> Part:
    """Return the sliders that compare the opened position again."""
    return part(
        state,
        lambda: parameter_panel(
            state.sliders(),
            start=state.start(),
            title=t("clearance.plans.simulator", sku=state.selected.get("sku", "")),
            scope="simulator",
            fault=state.simulation_fault,
        ),
        ("selected", "simulation", "params", "simulation_fault"),
        simulator_param=lambda change: state.simulate(change["name"], change["value"]),
        simulator_reset=state.simulate_reset,
    )


def _tracker(state: ClearanceState) -> Part:
    """Return the dated steps of the opened position and how its plan stands."""
    return part(
        state,
        lambda: _track(state),
        (*OPENED, "plans_made", "said", "desk"),
        take_on=state.take_on,
        withdraw=state.withdraw,
    )


def _track(state: ClearanceState) -> str:
    mine = state.of_selected(state.tracked()) if state.has_plan() else pd.DataFrame()
    standing = mine.iloc[0] if len(mine) else None
    return tracker(state.selected.get("sku", ""), state.steps(), standing, state.ads(), writable=state.writable, said=state.said)


def _whole(state: ClearanceState) -> list[ipywidgets.Widget]:
    """Return the portfolio: its limits and choice beside money against space, and the list of what was chosen."""
    drawn = ("result", "limits", "limit_fault")
    spec = GridSpec(table="clearance", shown=CHOSEN, name=state.file_name("portfolio"), title="clearance.portfolio.list", notes=state.notes())
    card = part(
        state,
        lambda: wording.whole(state.portfolio(), state.in_force(), state.meta.as_of, state.cut(), places(state), state.limit_fault),
        drawn,
        limit=lambda change: state.limit(change["name"], change["value"]),
    )
    line = chart(state, lambda: _frontier_figure(state), "frontier", drawn, rows=state.frontier)
    chosen = grid(state, spec, lambda: state.portfolio().chosen, drawn, choose=False)
    return [columns(card, line), chosen, files_card(state)]


def _options(state: ClearanceState) -> str:
    names = event_names(state.read("events"))
    full = len(state.beside) >= PLANS
    return summary.option_table(state.options(), names, state.flow(), state.elasticity_source(), full=full) if len(state.options()) else ""


def _plans(state: ClearanceState) -> str:
    return wording.plans(state.plans(), state.selected.get("sku", ""), len(state.beside), PLANS)


def _frontier_figure(state: ClearanceState) -> go.Figure:
    found, asked = state.portfolio(), state.in_force()
    chosen = (float(found.chosen["space_ft3"].sum()), found.npv) if len(found.chosen) else None
    return charts.money_space(state.frontier(), chosen=chosen, currency=found.currency, by=day(asked.space_by))


def _strip(state: ClearanceState) -> str:
    return kpi_strip(summary.kpis(state.listing, state.exchange, state.filters.get("option", "")))


def _options_figure(state: ClearanceState) -> go.Figure:
    return charts.clearance_options(state.options(), sku=state.selected.get("sku", ""))


def _cash_figure(state: ClearanceState) -> go.Figure:
    plans = state.plans()
    names = {plan.key: wording.plan_name(plan) for plan in plans}
    currency = str(plans[0].row["currency"]) if plans else ""
    return charts.cash_flow(state.cash(), sku=state.selected.get("sku", ""), currency=currency, names=names)


def summary_notices(state: ClearanceState) -> str:
    """Return what is to be known about the fees: rate cards past their end, marketplaces without one."""
    return render("health_doubts", lines=fee_notices(state.read("nodes"), state.meta.as_of))


def summary_figures(state: ClearanceState) -> list[go.Figure]:
    """Return the screen's charts, for a page without widgets."""
    return [] if state.options().empty else [_options_figure(state), _cash_figure(state), _frontier_figure(state)]


def summary_table(state: ClearanceState, rows: int = 25) -> pd.DataFrame:
    """Return the positions with most to gain, with the reason in words."""
    head = state.shown().head(rows)
    return head.assign(why=[reason(row) for row in head.to_dict("records")])[[*SHOWN, "currency"]]
