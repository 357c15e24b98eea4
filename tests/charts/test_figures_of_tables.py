"""Charts: titles that state the finding, few traces, few points, colours of the palette, no fall on empty or odd tables."""

import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.charts.palette import LIGHT
from workbench.i18n import use
from workbench.tables import schema

OPTIONS = ("hold", "markdown", "removal", "liquidation")


def history(days=400, channels=1, **changes):
    dates = pd.date_range(end="2026-11-21", periods=days)
    parts = [
        pd.DataFrame({"sku": "A", "channel": f"c{n}", "date": dates, "units": 3.0, "demand": 3.0, "demand_low": 2.0, "demand_high": 5.0, "event": ""}).assign(
            censored=False, imputed=False, **changes
        )
        for n in range(channels)
    ]
    return schema.conform("history", pd.concat(parts, ignore_index=True), lineage=False)


def forecast(level=3.0, days=90):
    dates = pd.date_range("2026-11-22", periods=days)
    frame = pd.DataFrame({"sku": "A", "channel": "c0", "cutoff": pd.Timestamp("2026-11-21"), "date": dates, "mean": level, "model": "level"})
    return schema.conform("forecast", frame.assign(q05=level * 0.3, q25=level * 0.7, q75=level * 1.3, q95=level * 2), lineage=False)


def health(n=40, seed=0):
    rng = np.random.default_rng(seed)
    score = rng.uniform(0, 100, n)
    frame = pd.DataFrame(
        {
            "sku": [f"S{i}" for i in range(n)], "location": rng.choice(["fba-us", "3pl-us"], n), "score": score, "cover_days": rng.gamma(2, 60, n),
            "light": np.select([score < 50, score < 75], ["red", "amber"], "green"), "stock_value": rng.uniform(0, 900, n), "on_hand": 10.0,
            **{age: rng.integers(0, 50, n).astype(float) for age in ("age_0_90", "age_91_180", "age_181_270", "age_271_365", "age_366_plus")},
        }
    )  # fmt: skip
    return schema.conform("health", frame, lineage=False)


def options(**changes):
    frame = pd.DataFrame({"sku": "A", "location": "fba-us", "option": OPTIONS, "npv": [-524.0, 940.0, -681.0, 394.0], "currency": "USD"})
    frame = frame.assign(npv_low=frame["npv"] - 100, npv_high=frame["npv"] + 200, recommended=frame["option"] == "markdown").assign(**changes)
    return schema.conform("clearance", frame, lineage=False)


def cash():
    dates = pd.date_range("2026-12-01", periods=6, freq="MS")
    return pd.concat([pd.DataFrame({"option": o, "date": dates, "cash": 100.0 / (1 + i)}) for i, o in enumerate(OPTIONS)], ignore_index=True)


def empty(name):
    return schema.conform(name, schema.empty(name), lineage=False)


MADE = {
    "demand_history": lambda: charts.demand_history(history(1461), sku="A", days=2000),
    "demand_history_of_channels": lambda: charts.demand_history(history(300, channels=3), sku="A"),
    "forecast_fan": lambda: charts.forecast_fan(history(), forecast(), sku="A"),
    "score_distribution": lambda: charts.score_distribution(health()),
    "age_distribution": lambda: charts.age_distribution(health()),
    "cover_score": lambda: charts.cover_score(health(6000), cover_limit_days=90),
    "lights_bar": lambda: charts.lights_bar(health()),
    "clearance_options": lambda: charts.clearance_options(options(), sku="A"),
    "cash_flow": lambda: charts.cash_flow(cash(), sku="A", currency="USD"),
    "forecast_parts": lambda: charts.forecast_parts([("Saturday", 1.2), ("December <b>", 2.9), ("Wednesday", 0.8)], sku="A"),
    "empty_forecast_parts": lambda: charts.forecast_parts([], sku="A"),
    "empty_demand_history": lambda: charts.demand_history(empty("history"), sku="A"),
    "empty_forecast_fan": lambda: charts.forecast_fan(empty("history"), empty("forecast"), sku="A"),
    "empty_score_distribution": lambda: charts.score_distribution(empty("health")),
    "empty_age_distribution": lambda: charts.age_distribution(empty("health")),
    "empty_cover_score": lambda: charts.cover_score(empty("health")),
    "empty_lights_bar": lambda: charts.lights_bar(empty("health")),
    "empty_clearance_options": lambda: charts.clearance_options(empty("clearance")),
    "empty_cash_flow": lambda: charts.cash_flow(cash().head(0)),
}


@pytest.mark.parametrize(("name", "language"), list(itertools.product(MADE, ("en", "zh"))))
def test_every_chart_keeps_the_house_rules(name, language):
    with use(language):
        figure = MADE[name]()
    assert len(figure.data) <= charts.MAX_TRACES
    assert sum(len(trace.x) for trace in figure.data if trace.x is not None) <= charts.MAX_POINTS
    words = [figure.layout.title.text, figure.layout.title.subtitle.text, figure.layout.meta["summary"]]
    assert all(words) and not any("[" in w or "nan" in w or "None" in w for w in words)
    codes = set(re.findall(r'"(#[0-9a-f]{6})"', figure.to_json()))
    assert codes <= set(LIGHT.values())
    assert not json.loads(figure.to_json())["layout"]["template"].get("layout"), "plotly's own template is 7 KB of defaults"


def censored_history():
    frame = history(100)
    cut = np.zeros(100, bool)
    cut[50:60] = True
    return frame.assign(units=np.where(cut, 1.0, 3.0), censored=cut, event=np.where(np.arange(100) // 2 == 10, "prime_day", ""))


def test_demand_history_says_what_stockouts_hid():
    figure = charts.demand_history(censored_history(), sku="A")
    assert figure.layout.title.text == "A: stockouts hid about 20 units; days cut short: 10"
    hatched = [trace for trace in figure.data if trace.type == "bar"]
    assert len(hatched) == 1 and hatched[0].marker.pattern.shape == "/" and len(hatched[0].x) == 10


def ticks(figure):
    return [list(trace.text) for trace in figure.select_traces({"type": "scatter"}) if "markers" in trace.mode]


def test_an_event_of_two_days_is_one_tick_with_its_name():
    figure = charts.demand_history(censored_history(), sku="A", event_names={"prime_day": "Prime Day <3"})
    assert ticks(figure) == [["Prime Day &lt;3"]] and figure.layout.annotations[0].text == "Prime Day &lt;3"


def test_events_to_come_stand_on_the_forecast_and_names_do_not_overlap():
    days = pd.to_datetime(["2026-07-01", "2026-11-26", "2026-11-30", "2027-01-20", "2029-01-01"])
    events = pd.DataFrame({"event": ["old", "black_friday", "cyber_monday", "late", "never"], "start_date": days, "end_date": days})
    figure = charts.forecast_fan(history(), forecast(), sku="A", days=60, events=events)
    assert ticks(figure) == [["black_friday", "cyber_monday", "late"]]
    assert [note.text for note in figure.layout.annotations] == ["black_friday", "late"]


def test_channels_are_added_up_and_unknown_stays_unknown():
    frame = history(30, channels=2)
    frame.loc[frame["date"] == frame["date"].min(), "units"] = np.nan
    sold = next(trace for trace in charts.demand_history(frame).data if trace.name == "Sold")
    assert np.isnan(sold.y[0]) and sold.y[1] == 6.0


@pytest.mark.parametrize(
    ("level", "words"),
    [(6.0, "about 180 units in the next 30 days, 100 % more"), (1.5, "45 units in the next 30 days, 50 % fewer"), (3.0, "as in the last 30")],
)
def test_forecast_fan_says_where_it_goes(level, words):
    assert words in charts.forecast_fan(history(), forecast(level), sku="A").layout.title.text


def test_forecast_fan_without_a_past_compares_with_nothing():
    assert charts.forecast_fan(history(5), forecast(), sku="A").layout.title.text == "A: about 90 units in the next 30 days"


def test_clearance_names_the_best_and_the_next_best():
    assert charts.clearance_options(options(), sku="A").layout.title.text == "A: Markdown is worth most, $940; Liquidation $394"
    assert charts.clearance_options(options(recommended=False), sku="A").layout.title.text == "A: no option can be recommended"


def test_ways_out_of_unknown_worth_are_no_bars():
    figure = charts.clearance_options(options(npv=[-524.0, 940.0, float("nan"), 394.0]))
    assert list(figure.data[0].x) == [-524.0, 394.0, 940.0]
    assert "–" not in figure.layout.meta["summary"]


def test_cover_score_of_many_keeps_the_most_valuable_and_says_so():
    rows = health(6000)
    figure = charts.cover_score(rows, cover_limit_days=90)
    shown = {key[0] for trace in figure.data for key in trace.customdata}
    assert len(shown) == charts.MAX_POINTS - 2 and rows.nlargest(100, "stock_value")["sku"].isin(shown).all()
    assert "4,998 of 6,000 shown" in figure.layout.title.subtitle.text


def test_age_distribution_shares_add_up():
    rows = health()
    figure = charts.age_distribution(rows)
    drawn = sum(float(np.sum(trace.x)) for trace in figure.data)
    assert drawn == pytest.approx(rows[[c for c in rows if c.startswith("age_") and c[4].isdigit()]].to_numpy().sum())


def test_sellers_text_is_shown_as_written():
    assert "&lt;b&gt;" in charts.clearance_options(options(), sku="<b>").layout.title.text


@pytest.mark.parametrize(("values", "moves"), [([1, 2, 3], 1), ([1, 2, float("nan"), 3, 4], 2), ([2, 2, 2], 1), ([float("nan")] * 3, 0), ([], 0)])
def test_sparkline_breaks_at_unknown_values(values, moves):
    assert charts.sparkline(values).count("M") == moves
