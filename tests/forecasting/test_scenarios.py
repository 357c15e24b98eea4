"""Scenario paths, what-if events, surprises."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.errors import NotEnoughHistory
from workbench.forecasting import ForecastParams, ScenarioParams, SurpriseParams, WhatIf, laid_over, lift_of, moved, scenario_paths, surprises, what_ifs
from workbench.forecasting.scenarios import path
from workbench.tables import schema

END = dt.date(2026, 10, 31)


def history(n=12, length=220, seed=0, change=None):
    rng = np.random.default_rng(seed)
    dates = pd.date_range(end=pd.Timestamp(END), periods=length).as_unit("us")
    units = rng.poisson(np.linspace(4, 30, n)[:, None] * np.where(dates.dayofweek >= 5, 1.5, 0.8)).astype(float)
    if change is not None:
        change(units)
    frame = pd.DataFrame({"sku": np.repeat([f"S{i:02d}" for i in range(n)], length), "channel": "shop", "date": np.tile(dates, n), "units": units.ravel()})
    return schema.conform("history", frame.assign(demand=units.ravel(), exposure=1.0, event=""), lineage=False)


def test_paths_are_coherent_and_in_order():
    from workbench.forecasting.channel_panel import QUANTILES, channel_panels

    table, params = history(), ForecastParams(horizon_days=60)
    made = scenario_paths(table, params, END, "shop")
    assert len(made) == 12 * 60
    sums = made.groupby("sku")[["pessimistic", "neutral", "optimistic"]].cumsum()
    assert (sums["pessimistic"] <= sums["neutral"] + 1e-6).all() and (sums["neutral"] <= sums["optimistic"] + 1e-6).all()
    assert (made[["pessimistic", "neutral", "optimistic"]] >= 0).all().all()
    panel = next(channel_panels(table, params, END))
    totals = panel.forecast(60, params, (28, 60)).sum_quantiles
    for days, k in ((28, 0), (60, 1)):
        reached = made.groupby("sku").head(days).groupby("sku")["optimistic"].sum()
        np.testing.assert_allclose(reached, totals[:, k, QUANTILES.index(0.9)], rtol=1e-5)


def test_a_path_is_narrower_than_the_sum_of_daily_bounds():
    from workbench.forecasting import forecast

    table, params = history(), ForecastParams(horizon_days=60)
    made, daily = scenario_paths(table, params, END, "shop"), forecast(table, params, END)
    assert (made.groupby("sku")["optimistic"].sum() < daily.groupby("sku")["q90"].sum()).all()


def test_a_channel_without_history():
    with pytest.raises(NotEnoughHistory):
        scenario_paths(history(), ForecastParams(), END, "elsewhere")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 50), min_size=4, max_size=40), st.floats(0.1, 3), st.floats(0.1, 3))
def test_a_path_is_never_negative_and_meets_its_last_total(mean, early, late):
    mean = np.array([mean])
    sums, knots = np.cumsum(mean, 1), np.array([2, mean.shape[1]])
    totals = np.sort(np.array([[early * sums[0, 1], late * sums[0, -1]]]))
    made = path(mean, totals, knots)
    assert (made >= -1e-9).all()
    if sums[0, 1] > 1e-6:
        assert made.sum() >= totals[0, -1] - 1e-6 * max(1, totals[0, -1])


def frame(skus=("A", "B"), days=20):
    dates = pd.date_range("2026-11-01", periods=days)
    one = pd.DataFrame({"date": dates, "mean": 2.0, "sd": 1.0, "q05": 0.0, "q50": 2.0, "q95": 5.0})
    return pd.concat([one.assign(sku=sku, channel="shop") for sku in skus], ignore_index=True)


def test_a_promotion_of_300_percent_on_some_skus_and_days():
    made = laid_over(frame(), [WhatIf(4.0, dt.date(2026, 11, 5), dt.date(2026, 11, 7), skus=("A",))])
    hit = (made["sku"] == "A") & made["date"].between("2026-11-05", "2026-11-07")
    assert hit.sum() == 3
    assert (made.loc[hit, ["mean", "sd", "q05", "q50", "q95"]].to_numpy() == [[8, 4, 0, 8, 20]]).all()
    pd.testing.assert_frame_equal(made[~hit], frame()[~hit])


def test_overlapping_what_ifs_multiply_and_channels_are_heeded():
    first, last = dt.date(2026, 11, 1), dt.date(2026, 11, 20)
    assert laid_over(frame(), [WhatIf(2.0, first, last), WhatIf(0.5, first, last), WhatIf(9.0, first, last, channels=("amazon-us",))])["mean"].eq(2).all()


def test_the_form_becomes_what_ifs():
    none = what_ifs(ScenarioParams(), END, 90)
    assert none == []
    said = what_ifs(
        ScenarioParams(promotion_uplift=3, promotion_in_days=2, promotion_runs_days=3, rival_cut=True, rival_cut_loss=0.2, ad_stop=True, ad_stop_loss=0.1),
        END,
        90,
        ("A",),
    )
    assert said[0] == WhatIf(4.0, dt.date(2026, 11, 2), dt.date(2026, 11, 4), ("A",))
    assert [round(w.factor, 6) for w in said[1:]] == [0.8, 0.9] and said[1].last == dt.date(2027, 1, 29)
    assert what_ifs(ScenarioParams(ad_stop=True, ad_stop_loss=0.1), END, 90)[0].skus == ()


def lift(skus=("A", "B")):
    one = pd.DataFrame({"date": pd.date_range("2026-11-01", periods=20), "event": 1.0})
    one.loc[9:10, "event"] = 3.0
    return pd.concat([one.assign(sku=sku) for sku in skus], ignore_index=True)


def test_an_event_moves_with_its_uplift_and_the_sum_stays():
    base = frame()
    base.loc[base["date"].isin(pd.to_datetime(["2026-11-10", "2026-11-11"])), "mean"] = 6.0
    made = moved(base, lift(), 5, skus=("A",)).set_index(["sku", "date"])["mean"]
    assert made["A"]["2026-11-10":"2026-11-11"].tolist() == [2, 2] and made["A"]["2026-11-15":"2026-11-16"].tolist() == [6, 6]
    assert made["A"].sum() == base["mean"][:20].sum() and (made["B"].to_numpy() == base["mean"][20:].to_numpy()).all()


def test_one_event_moves_and_the_others_stay():
    base, uplift = frame(("A",)), lift(("A",))
    uplift.loc[uplift["date"] == "2026-11-04", "event"] = 2.0
    base["mean"] = 2.0 * uplift["event"].to_numpy()
    days = [("early", "2026-11-04", "2026-11-04"), ("late", "2026-11-10", "2026-11-11")]
    calendar = pd.DataFrame([{"event": name, "channel": "all", "kind": "sale", "start_date": first, "end_date": last} for name, first, last in days])
    calendar = schema.conform("events", calendar.astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"}), lineage=False)
    made = moved(base, lift_of("late", uplift, calendar, "shop"), 5).set_index("date")["mean"]
    assert made["2026-11-04"] == 4 and made["2026-11-10":"2026-11-11"].tolist() == [2, 2] and made["2026-11-15":"2026-11-16"].tolist() == [6, 6]


def test_events_ahead_can_be_chosen_and_one_of_another_channel_is_let_go():
    none = pd.DataFrame({"driver": [], "factor": []})
    here, there = (ScenarioParams.measured(none, names) for names in (["prime_day", "xmas"], ["xmas"]))
    with pytest.raises(ValidationError):
        here(event="easter")
    assert here(event="xmas").moved_to(there).event == "xmas" and here(event="prime_day", ad_stop=True).moved_to(there) == there(ad_stop=True)


def test_an_uplift_is_edited():
    base = frame()
    base.loc[base["date"].isin(pd.to_datetime(["2026-11-10", "2026-11-11"])), "mean"] = 6.0
    made = moved(base, lift(), 0, factor=0.5)
    assert made.loc[made["date"] == "2026-11-10", "mean"].tolist() == [4.0, 4.0]
    pd.testing.assert_frame_equal(moved(base, lift(), 0), base)


def found(change=None, **params):
    made = surprises(history(change=change), SurpriseParams(**params), END)
    return {(row.sku, row.kind): row for row in made.itertuples()}


def test_usual_sales_are_no_surprise():
    assert found() == {}


def test_a_spike_a_surge_and_a_slump_are_found():
    def change(units):
        units[3, -6] = 150
        units[5, -6:] *= 3
        units[8, -7:] *= 0.2

    made = found(change)
    assert {("S03", "spike"), ("S05", "surge"), ("S08", "slump")} <= set(made)
    assert made["S03", "spike"].first == made["S03", "spike"].last == pd.Timestamp("2026-10-26")
    assert made["S05", "surge"].last == pd.Timestamp(END) and made["S05", "surge"].ratio > 2
    assert made["S08", "slump"].ratio < 0.4 and made["S08", "slump"].first == pd.Timestamp("2026-10-25")


def test_five_days_in_a_row_are_needed_for_a_slump():
    def change(units):
        units[8, -4:] = 0

    assert ("S08", "slump") not in {key for key, row in found(change).items() if row.first == row.last} and ("S08", "slump") not in found(change, run_days=9)


def test_a_weekend_is_no_spike():
    def change(units):
        units[:, :] = np.where(pd.date_range(end=pd.Timestamp(END), periods=units.shape[1]).dayofweek == 5, 40, 4)

    assert found(change) == {}
