"""Cards of the forecast screen that are worked out when they are asked for, and the chooser of sktime's forecasters."""

from collections.abc import Callable, Sequence

import ipywidgets

from workbench import charts
from workbench.i18n import number, t, use
from workbench.settings import MOST_COVER_DAYS
from workbench.ui.event_names import event_names
from workbench.ui.forecast import sheets
from workbench.ui.forecast.asking import SCOPES
from workbench.ui.forecast.state import ForecastState
from workbench.ui.forecast.uplifts import LEAST, MOST, YEAR_DAYS
from workbench.ui.grid import Grid, GridSpec
from workbench.ui.markup import render
from workbench.ui.parameters import parameter_panel
from workbench.ui.screen import chart, grid, part, stack

_KNOWN = ("name", "family", "gives_bounds", "takes_unknown_days", "ready", "needs", "about")


def cards(state: ForecastState) -> list[ipywidgets.Widget]:
    """Return the cards: changes, scenarios, events, season, accuracy, and in JupyterLab the chooser."""
    made = [
        _card(state, "changes", lambda: sheets.changes(state.tools.changes(state.result, state.near()), state.tools.surprises(state.near())), ()),
        _card(state, "scenarios", lambda: _happens(state), ("selected", "what"), lambda: _scenario_parts(state)),
        _card(state, "uplifts", lambda: _coming(state), ("selected",), lambda: [_uplifts(state)]),
        _card(state, "season", lambda: _season(state), ("selected",), lambda: [_covers(state)]),
        _card(state, "accuracy", lambda: _accurate(state), ("selected",), lambda: [_reliability(state)]),
    ]
    return made if state.desk is None else [*made, _chooser(state)]


def _card(
    state: ForecastState,
    name: str,
    tell: Callable[[], sheets.Told],
    names: Sequence[str],
    more: Callable[[], list[ipywidgets.Widget]] = list,
) -> ipywidgets.Box:
    """Return a card that is a button until it is asked for; `more` makes what stands below it then."""
    head = part(state, lambda: render("forecast_card", name=name, told=tell() if name in state.asked else None), (*names, "asked", "result"), ask=state.ask)
    box = stack(head)

    def opened(_change: object) -> None:
        if name in state.asked and len(box.children) == 1:
            with use(state.language):
                box.children = (head, *more())

    state.observe(opened, "asked")
    return box


def _paths(state: ForecastState) -> tuple:
    skus = state.skus(state.what.applies_to)
    return state.tools.paths(skus, state.selected["channel"], params=state.params, what=state.what, events=state.near())


def _happens(state: ForecastState) -> sheets.Told:
    about = _about(state)
    said = [*sheets.effects(state.effects()), *sheets.drivers(state.tools.tested(state.selected["channel"], state.params, state.near()).told)]
    return sheets.Told(t("forecasting.scenarios.title", what=about), said, [sheets.scenarios(*_paths(state))], t("forecasting.scenarios.note"))


def _about(state: ForecastState) -> str:
    if state.what.applies_to == "opened":
        return state.selected["sku"]
    count = len(state.skus(state.what.applies_to)) or state.listing["channel"].eq(state.selected["channel"]).sum()
    return t("forecasting.scenarios.all", count=number(count), channel=state.selected["channel"])


def _scenario_parts(state: ForecastState) -> list[ipywidgets.Widget]:
    """The running sums as a chart, and the sliders of what might happen where an analyst may move them."""
    drawn = chart(state, lambda: charts.scenario_paths(*_paths(state), what=_about(state)), "scenarios", ("selected", "what"), rows=lambda: _paths(state)[1])
    form = part(
        state,
        lambda: parameter_panel(state.what, title=t("forecasting.scenarios.sliders"), fault=state.said, open=True),
        ("what", "said"),
        param=lambda change: state.happen(**{change["name"]: change["value"]}),
        reset=lambda name: state.happen(**{name: type(state.what).model_fields[name].default}),
    )
    return [drawn, form]


def _coming(state: ForecastState) -> sheets.Told:
    said = sheets.undated(state.undated(YEAR_DAYS), event_names(state.read("events")))
    return sheets.Told(t("forecasting.uplifts.title", **state.selected), said, (), t("forecasting.uplifts.note"))


def _uplifts(state: ForecastState) -> ipywidgets.Widget:
    """The coming events, with a field for the analyst's own lift where it can be written down."""

    def draw() -> str:
        rows = sheets.uplifts(state.uplifts(), event_names(state.read("events")))
        return render("forecast_uplifts", rows=rows, writable=state.sets_lifts, why=state.lift_why, said=state.lift_said, least=LEAST, most=MOST)

    return part(
        state,
        draw,
        ("selected", "params", "lifts_made", "lift_said", "lift_why", "desk"),
        lift=state.set_lift,
        unlift=state.take_lift_back,
        lift_why=lambda change: state.set_trait("lift_why", change["value"]),
    )


def _season(state: ForecastState) -> sheets.Told:
    return sheets.season(*state.tools.season(), state.tools.surges(), state.selected["sku"])


def _covers(state: ForecastState) -> ipywidgets.Widget:
    """The form of the opened SKU's season cover, all that are in force, and the plan with and without."""

    def draw() -> str:
        own, fields = state.own_cover(), state.cover_fields()
        tables = sheets.covers(state.covers_made) + ([sheets.covered(state.cover_effect())] if own else [])
        told = {"writable": state.sets_covers, "own": own, "said": state.cover_said, "undoable": state.covers_before is not None, "most": MOST_COVER_DAYS}
        note = t("forecasting.covers.note") if own else ""
        return render("forecast_covers", sku=state.selected["sku"], fields=fields, tables=tables, note=note, **told)

    return part(
        state,
        draw,
        ("selected", "covers_made", "covers_before", "cover_said", "desk", "result"),
        cover=state.type_cover,
        cover_take=lambda _: state.take_cover(),
        cover_drop=lambda _: state.drop_cover(),
        cover_undo=lambda _: state.undo_cover(),
    )


def _accurate(state: ForecastState) -> sheets.Told:
    return sheets.accuracy(state.tools.accuracy(state.selected["channel"], state.params)[0], state.selected["channel"])


def _reliability(state: ForecastState) -> ipywidgets.Widget:
    def table() -> object:
        return state.tools.accuracy(state.selected["channel"], state.params)[1]

    return chart(state, lambda: charts.reliability(table()), "reliability", ("selected",), rows=table)


def _chooser(state: ForecastState) -> ipywidgets.Box:
    """Return the chooser: a searchable list of what sktime has, how to run the chosen one, and its back-test beside ours."""
    return _card(state, "chooser", lambda: sheets.Told(t("forecasting.chooser.list"), (), (), t("forecasting.chooser.note")), (), lambda: _choosing(state))


def _choosing(state: ForecastState) -> list[ipywidgets.Widget]:
    from workbench.forecasting.sktime_models.registry import READY_MADE, forecasters

    known = forecasters()
    own_words = known["about"].isin(list(READY_MADE))

    def rows() -> object:
        with use(state.language):
            about = [t(f"forecasting.ready_made.{text}") if own else text for text, own in zip(known["about"], own_words, strict=True)]
            return known.assign(family=[t(f"forecasting.family.{code}") for code in known["family"]], about=about)

    spec = GridSpec(shown=_KNOWN, key=("name",), name=state.file_name("forecasters"), title="forecasting.chooser.list", notes=state.notes())
    listed: Grid = grid(state, spec, rows, ("language",), choose=False)
    listed.observe(lambda change: state.choose_forecaster(name=change.new["name"]), "selected")
    form = part(
        state,
        lambda: _choice(state),
        ("choice", "scope", "tried", "said", "saved", "selected"),
        choice=lambda change: state.choose_forecaster(**{change["name"]: change["value"]}),
        scope=lambda change: state.set_trait("scope", change["value"]),
        attempt=lambda _: state.attempt_choice(),
        take=lambda _: state.take_choice(),
        save=lambda _: state.save_choice(),
    )
    return [listed, form]


def _choice(state: ForecastState) -> str:
    told = sheets.tried(state.tried[0]) if state.tried else None
    fell = sheets.fell_back(state.tried[1], state.choice.fallback) if state.tried else ""
    scopes = {scope: t(f"forecasting.chooser.scope_{scope}", sku=state.selected["sku"], count=len(state.skus("shown"))) for scope in SCOPES}
    words = {"told": told, "fell": fell, "said": state.said, "saved": state.saved, "settings": state.settings_text()}
    return render("forecast_choice", choice=state.choice, scope=state.scope, scopes=scopes, **words)
