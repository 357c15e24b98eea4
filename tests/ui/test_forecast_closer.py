"""The closer look at a forecast: its parts in words, its back-test beside two rules, by SKU and by class."""

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import make_tables
from workbench.pipeline import STEPS
from workbench.tables import TABLES, schema
from workbench.ui import Chart, Part, screens
from workbench.ui.event_names import event_names
from workbench.ui.forecast import words
from workbench.ui.meta import Meta


@pytest.fixture(scope="module")
def shop():
    tables = {name: schema.empty(name) for name in TABLES} | make_tables(seed=3, n_skus=12, days=200)
    as_of = (tables["sales"]["date"].max() + pd.Timedelta(days=1)).date()
    for name in ("cleaning", "forecast"):
        tables |= STEPS[name].run(tables, STEPS[name].params(), as_of)
    return tables, Meta("Shop", as_of, "USD")


def opened(shop, language="en", **asked):
    found = screens.find("forecast")
    state = found.state(shop[0], STEPS["forecast"].params(), shop[1], asked)
    state.language = language
    return state, found.view(state)


def parts_of(widget):
    return [widget, *(part for child in getattr(widget, "children", ()) for part in parts_of(child))]


def closer_of(view) -> Part:
    return next(part for part in parts_of(view) if isinstance(part, Part) and "closer" in part._events)


def ask(view) -> str:
    closer = closer_of(view)
    closer.receive({"type": "event", "name": "closer", "value": None})
    return closer.html


def test_nothing_is_worked_out_before_it_is_asked_for(shop, monkeypatch):
    monkeypatch.setattr("workbench.forecasting.evaluation.backtest", lambda *_, **__: pytest.fail("worked out unasked"))
    state, view = opened(shop)
    assert 'data-event="closer"' in closer_of(view).html and state.error is None


def test_the_table_is_the_back_test_of_the_opened_sku(shop):
    from workbench.forecasting import ForecastParams, backtest, summary

    state, view = opened(shop)
    html = ask(view)
    history = shop[0]["history"]
    mine = history[history["channel"] == state.selected["channel"]]
    scores = backtest(mine, ForecastParams(), shop[1].as_of, items=shop[0]["items"], lead_times=(28,))
    own = summary(scores[scores["sku"] == state.selected["sku"]]).set_index("method")
    for method in ("engine", "seasonal_naive", "mean_30"):
        assert f"{own.loc[method, 'sum_error_share_28']:.0%}" in html
        assert f"{own.loc[method, 'mase']:.2f}" in html and f"{own.loc[method, 'rmsse']:.2f}" in html
    assert html.count("✓") == 1 + state.in_the_past()[1]["sales_class"].nunique()
    assert f"{own.loc['engine', 'pinball']:.2f}" in html
    assert state.error is None and "jp-wb-error" not in html


def test_another_sku_is_told_without_asking_again(shop, monkeypatch):
    state, view = opened(shop)
    first = ask(view)
    monkeypatch.setattr("workbench.forecasting.evaluation.backtest", lambda *_, **__: pytest.fail("worked out twice"))
    same = state.listing[state.listing["channel"] == state.selected["channel"]].iloc[-1]
    state.choose([same["sku"], same["channel"]])
    again = closer_of(view).html
    assert again != first and str(same["sku"]) in again


def test_bars_are_drawn_once_asked_of_what_the_words_say(shop):
    state, view = opened(shop)
    charts = [found for found in parts_of(view) if isinstance(found, Chart)]
    ask(view)
    drawn = next(found for found in parts_of(view) if isinstance(found, Chart) and found not in charts)
    named = words.bars(state.parts(), state.near(), event_names(state.read("events")))
    bar = drawn.figure["data"][0]
    assert named and list(bar["y"]) == [name for name, _ in named][::-1]
    assert [1 + value for value in bar["x"]] == pytest.approx([factor for _, factor in named][::-1])


@pytest.mark.parametrize(
    ("row", "stage", "said"),
    [
        ({"kind": "smooth", "interval_days": 1.1, "cv2": 0.2}, "", ["Class smooth: a sale every 1.1 days, sizes alike (CV² 0.20)"]),
        (
            {"kind": "lumpy", "interval_days": 4.0, "cv2": 0.9}, "decline",
            ["Class lumpy: a sale only every 4.0 days, sizes that vary (CV² 0.90)", "Stage of life: Decline"],
        ),
        ({"kind": "none", "interval_days": np.nan, "cv2": np.nan}, "new", ["Stage of life: New"]),
    ],
)  # fmt: skip
def test_how_a_sku_sells_is_said_with_the_numbers_behind_it(row, stage, said):
    assert words.kind(row, stage) == said
    assert words.kind(row, stage, ["A", "B"]) == [*said, "Until it has sales of its own it is expected to sell like A, B"]


def test_class_of_the_opened_sku_counts_only_days_whose_sales_are_known(shop):
    state, view = opened(shop)
    mine = state.past()
    known = mine[~mine["imputed"].fillna(False).astype(bool)]["units"]
    told = state.tools.kind(**state.selected)
    assert told["interval_days"] == pytest.approx(len(known) / (known > 0).sum())
    assert state.kind()[0] in ask(view).replace("&#39;", "'")


def test_two_events_of_the_same_lift_are_both_told():
    date = pd.date_range("2026-11-09", periods=28)
    event = np.where(date.isin(pd.to_datetime(["2026-11-11", "2026-11-30"])), 2.0, 1.0)
    parts = pd.DataFrame({"date": date, "event": event, "weekday": 1.0, "season": 1.0})
    near = pd.DataFrame({"event": ["veterans_day", "cyber_monday"], "start_date": pd.to_datetime(["2026-11-11", "2026-11-30"])})
    near["end_date"] = near["start_date"]
    told = words.effects(parts, near, {"veterans_day": "Veterans Day", "cyber_monday": "Cyber Monday"})
    assert told == [("Veterans Day from 2026-11-11", 2.0), ("Cyber Monday from 2026-11-30", 2.0)]


def test_chinese(shop):
    _, view = opened(shop, "zh")
    html = ask(view)
    assert "日均" in html and "引擎本身" in html and "[forecasting." not in html


def test_words_say_level_weekday_month_and_event():
    date = pd.date_range("2026-11-16", periods=28)
    weekday, season = np.where(date.dayofweek == 5, 1.2, 0.97), np.where(date.month == 12, 2.9, 1.0)
    event = np.where(date == "2026-11-27", 3.0, 1.0)
    parts = pd.DataFrame({"date": date, "level": np.linspace(12, 12.1, 28), "weekday": weekday, "season": season, "event": event})
    parts = parts.assign(promotion=1.0, rival=1.0, driver=1.0, mean=1.0)
    near = pd.DataFrame({"event": ["black_friday"], "start_date": [pd.Timestamp("2026-11-27")], "end_date": [pd.Timestamp("2026-11-28")]})
    said = words.sentences(parts, near, {"black_friday": "Black Friday"})
    assert said == [
        "Level 12.0 a day, steady over 28 days",
        "Saturday ×1.20",
        "December ×2.90",
        "Black Friday from 2026-11-27 ×3.00",
    ]
    assert words.sentences(parts.iloc[:0], near, {}) == []
    told = words.sentences(parts.assign(published=1.1), near, {"black_friday": "Black Friday"})
    assert told[-1].endswith("×1.10") and "other SKUs" in told[-1] and told[:-1] == said
    running = words.sentences(parts.assign(promotion=np.linspace(1.8, 1.1, 28)), near, {"black_friday": "Black Friday"})
    assert running[:-1] == said and "×1.80 at first, ×1.10 by 2026-12-13" in running[-1]
    drawn = words.bars(parts.assign(rival=1.4), near, {"black_friday": "Black Friday"})
    assert drawn[-1] == ("Rival today", 1.4) and drawn[:-1] == words.effects(parts, near, {"black_friday": "Black Friday"})
    out = words.sentences(parts.assign(rival=np.linspace(1.4, 1.02, 28)), near, {"black_friday": "Black Friday"})[-1]
    assert out.startswith("Rival out of stock today ×1.40, fading to ×1.02 by ")
    pushed = words.sentences(parts.assign(driver=np.linspace(1.2, 1.01, 28)), near, {"black_friday": "Black Friday"})[-1]
    assert pushed.startswith("searches, ads and other drivers ×1.20 at first, ×1.01 by ")
    falling = parts.assign(level=np.linspace(2.0, 0.5, 28), weekday=1.0, season=1.0, event=1.0)
    assert words.sentences(falling, near, {}) == ["Level 2.0 a day, falling to 0.50 in 28 days"]
