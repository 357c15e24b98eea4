"""Cards of the forecast screen: nothing before it is asked for; changes, scenarios, season, accuracy; the chooser in JupyterLab only."""

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import make_tables
from workbench.forecasting import backtest, seasonal_index, summary
from workbench.pipeline import STEPS
from workbench.settings import Forecaster
from workbench.tables import TABLES, schema
from workbench.ui import Chart, Grid, Part, screens
from workbench.ui.forecast import sheets
from workbench.ui.meta import Meta

CARDS = ("changes", "scenarios", "uplifts", "season", "accuracy")


@pytest.fixture(scope="module")
def shop():
    tables = {name: schema.empty(name) for name in TABLES} | make_tables(seed=3, n_skus=8, days=430)
    as_of = (tables["sales"]["date"].max() + pd.Timedelta(days=1)).date()
    for name in ("cleaning", "forecast"):
        tables |= STEPS[name].run(tables, STEPS[name].params(), as_of)
    return tables, Meta("Shop", as_of, "USD")


def opened(shop, language="en", desk=None, **more):
    found = screens.find("forecast")
    state = found.state(shop[0] | more, STEPS["forecast"].params(), shop[1])
    state.language, state.desk = language, desk
    return state, found.view(state)


def tree(widget, kind):
    return [w for w in [widget] if isinstance(w, kind)] + [w for child in getattr(widget, "children", ()) for w in tree(child, kind)]


def html(view):
    return "\n".join(part.html for part in tree(view, Part))


def send(view, event, value=None):
    part = next(part for part in tree(view, Part) if event in part._events)
    part.receive({"type": "event", "name": event, "value": value})


def paths(state):
    skus = state.skus(state.what.applies_to)
    return state.tools.paths(skus, state.selected["channel"], params=state.params, what=state.what, events=state.near())


def sound(state, view):
    text = html(view)
    assert state.error is None and "jp-wb-error" not in text and "[forecasting." not in text and "[charts." not in text
    return text


def test_nothing_is_worked_out_before_it_is_asked_for(shop, monkeypatch):
    from workbench.ui.forecast.tools import Tools

    for name in ("changes", "surprises", "paths", "coming", "season", "accuracy", "tried"):
        monkeypatch.setattr(Tools, name, lambda *_, **__: pytest.fail("worked out unasked"))
    state, view = opened(shop)
    text = sound(state, view)
    assert all(f'data-value="{name}"' in text for name in CARDS)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CARDS)
def test_every_card_opens_in_every_language(shop, name, language):
    state, view = opened(shop, language)
    send(view, "ask", name)
    text = sound(state, view)
    assert f'data-value="{name}"' not in text and text.count("<table") >= (name != "changes")


def test_the_chooser_is_for_jupyterlab_only(shop):
    assert 'data-value="chooser"' not in html(opened(shop)[1]) and 'data-value="chooser"' in html(opened(shop, desk=object())[1])


def test_changes_against_the_run_before(shop):
    before = shop[0]["forecast"].copy()
    first = before["sku"].min()
    before.loc[before["sku"] == first, ["mean", "q50"]] *= 3
    state, view = opened(shop, forecast_before=before)
    send(view, "ask", "changes")
    text = sound(state, view)
    assert first in text and "-67%" in text.replace("−", "-")
    state, view = opened(shop)
    send(view, "ask", "changes")
    assert "no earlier run" in sound(state, view)


def test_scenarios_follow_the_sliders_for_one_sku_or_all(shop):
    state, view = opened(shop)
    send(view, "ask", "scenarios")
    charts = len(tree(view, Chart))
    plain, changed = paths(state)
    pd.testing.assert_frame_equal(plain, changed)
    state.happen(promotion_uplift=3.0, promotion_in_days=1, promotion_runs_days=90)
    plain, changed = paths(state)
    np.testing.assert_allclose(changed["neutral"], 4 * plain["neutral"])
    assert set(plain["sku"]) == {state.selected["sku"]} and charts == 2
    state.happen(applies_to="shown")
    state.filters = {"channel": state.selected["channel"]}
    left = set(state.shown()["sku"])
    assert set(paths(state)[0]["sku"]) == left
    state.happen(applies_to="all", event_shift_days=7)
    plain, changed = paths(state)
    assert plain["sku"].nunique() > 1 and len(plain) == len(changed)
    sound(state, view)
    state.happen(promotion_runs_days=0)
    assert state.said and state.what.promotion_runs_days == 90


def test_measured_effects_stand_on_the_sliders_and_the_reader_may_change_them(shop, monkeypatch):
    from workbench.ui.forecast.tools import Tools

    def effects(_self, channel):
        skus = shop[0]["history"].query("channel == @channel")["sku"].unique()
        one = pd.DataFrame(
            {"driver": ["rival_out", "rival_cut", "ad_stop"], "factor": [1.4, 0.7, np.nan], "low": [1.1, 0.6, np.nan], "high": [1.8, 0.8, np.nan]}
        )
        told = one.assign(own_days=12, days=[90, 60, 5], skus=[9, 4, 1], depth=[np.nan, 0.2, np.nan])
        return pd.concat([told.assign(sku=sku) for sku in skus], ignore_index=True)

    monkeypatch.setattr(Tools, "effects", effects)
    state, view = opened(shop)
    send(view, "ask", "scenarios")
    text = sound(state, view)
    assert "Rests on days: 90, of them of this SKU: 12; SKUs: 9" in text and "Stop of ads: cannot be measured" in text and "by 20%" in text
    assert (state.what.rival_out_gain, state.what.rival_cut_loss) == (0.4, 0.3)
    plain, changed = paths(state)
    pd.testing.assert_frame_equal(plain, changed)
    state.happen(rival_cut=True)
    plain, changed = paths(state)
    np.testing.assert_allclose(changed["neutral"], 0.7 * plain["neutral"])
    state.happen(rival_cut_loss=0.5)
    another = shop[0]["forecast"].query("sku != @state.selected['sku']").iloc[0]
    state.choose([another["sku"], another["channel"]])
    assert state.what.rival_cut and state.what.rival_cut_loss == 0.5 and state.what.rival_out_gain == 0.4
    sound(state, view)


def test_events_are_those_of_the_channel_whichever_sku_is_open(shop):
    history = shop[0]["history"]
    first = history.groupby(["channel", "sku"])["date"].min().reset_index().sort_values("date")
    channel = first["channel"].iloc[-1]
    mine = first[first["channel"] == channel]
    assert mine["date"].iloc[0] < mine["date"].iloc[-1], "one SKU was launched later"
    state, _ = opened(shop)
    found = []
    for sku in (mine["sku"].iloc[-1], mine["sku"].iloc[0], mine["sku"].iloc[-1]):
        state.selected = {"sku": sku, "channel": channel}
        found.append((state.near(), state.uplifts()[["event", "start_date"]], state.parts()))
    assert found[0][0]["start_date"].min() <= mine["date"].iloc[0] + pd.Timedelta(days=60)
    for place in range(2):
        pd.testing.assert_frame_equal(found[0][place].reset_index(drop=True), found[1][place].reset_index(drop=True))
    pd.testing.assert_frame_equal(found[0][2], found[2][2])


def test_the_season_names_the_month_and_the_order_date():
    month = np.arange(1, 13)
    index = pd.DataFrame({"sku": "S", "month": month, "index": np.where(month == 12, 2.65, 0.85), "low": 0.0, "high": 3.0, "years": 2})
    order = pd.DataFrame(
        {"sku": ["S"], "peak_month": [12], "peak_multiple": [2.65], "duration_months": [1], "climb_month": [12], "fall_month": [1]}
        | {"climb_date": [pd.Timestamp("2026-11-01")], "order_by": [pd.Timestamp("2026-09-20")], "days_left": [-10]}
        | {"peak_date": [pd.Timestamp("2026-12-01")], "peak_order_by": [pd.Timestamp("2026-10-20")]}
    )
    told = sheets.season(index, order, pd.DataFrame(), pd.DataFrame({"sku": []}), "S")
    assert told.sentences[0].startswith("Peak in December: ×2.65") and "10 days ago" in told.sentences[2]
    assert told.sentences[3:] == ["For the peak in December it can still be ordered until 2026-10-20.", "This rests on 2 whole years."]
    flat = sheets.season(index, order.assign(duration_months=0, peak_multiple=1.1), pd.DataFrame(), pd.DataFrame({"sku": []}), "S")
    assert len(flat.sentences) == 2 and "×1.10" in flat.sentences[0]
    one = sheets.season(index.assign(years=1), order, pd.DataFrame(), pd.DataFrame({"sku": []}), "S")
    assert one.sentences[-1] == "This rests on one whole year: growth or a new channel in it looks like a season."


def test_the_index_on_the_screen_is_that_of_the_history(shop):
    state, view = opened(shop)
    send(view, "ask", "season")
    mine = seasonal_index(shop[0]["history"])
    value = mine[(mine["sku"] == state.selected["sku"]) & (mine["month"] == 3)]["index"].iloc[0]
    assert f"{value:.2f}" in sound(state, view)


def test_a_forecaster_is_chosen_tried_and_taken(shop, monkeypatch):
    from workbench.forecasting.sktime_models import registry

    some = pd.DataFrame({"name": ["NaiveForecaster", "ThetaForecaster"], "family": ["repeats", "smoothing"], "about": ["a", "b"], "packages": "", "needs": ""})
    monkeypatch.setattr(registry, "forecasters", lambda: some.assign(gives_bounds=True, takes_unknown_days=True, takes_drivers=False, ready=True))
    state, view = opened(shop, desk=object())
    send(view, "ask", "chooser")
    listed = next(grid for grid in tree(view, Grid) if grid.spec.key == ("name",))
    listed.selected = {"name": "NaiveForecaster"}
    assert state.choice.name == "NaiveForecaster"
    send(view, "choice", {"name": "name", "value": "NaiveForecaster(sp=7)"})
    send(view, "choice", {"name": "backend", "value": "here"})
    send(view, "attempt")
    text = sound(state, view)
    sku, channel = state.selected["sku"], state.selected["channel"]
    history = shop[0]["history"]
    asked = state.params.model_copy(update={"forecaster": Forecaster(name="NaiveForecaster(sp=7)", backend="here", skus=(sku,))})
    scores = backtest(history[history["channel"] == channel], asked, shop[1].as_of, items=shop[0]["items"], lead_times=(28,))
    told = summary(scores[scores["sku"] == sku]).set_index("method")
    for method in ("engine", "NaiveForecaster(sp=7)"):
        assert f"{told.loc[method, 'sum_error_share_28']:.0%}" in text
    assert "NaiveForecaster(sp=7)" in text and "[forecaster]" in text
    send(view, "take")
    assert state.error is None and set(state.ahead()["model"]) == {"NaiveForecaster"} and "NaiveForecaster" in state.call()
    send(view, "choice", {"name": "budget_seconds", "value": 0})
    assert state.said and state.choice.budget_seconds == 10
    state.choose_forecaster(name="NoSuch")
    send(view, "attempt")
    assert "NoSuch" in state.error.said
    import tomllib

    assert tomllib.loads(state.settings_text())["forecaster"]["name"] == "NoSuch"


def test_a_choice_is_written_down_for_the_daily_run(shop):
    from types import SimpleNamespace

    taken = []
    state, view = opened(shop, desk=SimpleNamespace(forecaster=SimpleNamespace(take=taken.append)))
    send(view, "ask", "chooser")
    send(view, "choice", {"name": "name", "value": "NaiveForecaster(sp=7)"})
    send(view, "save")
    assert taken == [Forecaster(name="NaiveForecaster(sp=7)", skus=(state.selected["sku"],))]
    assert state.saved == "NaiveForecaster(sp=7)" and "next daily run uses it" in sound(state, view)
    send(view, "choice", {"name": "workers", "value": 3})
    assert not state.saved and "next daily run uses it" not in html(view)
