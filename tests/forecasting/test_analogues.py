"""Cold start from the SKUs that an analyst picked."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.errors import BadParameters
from workbench.forecasting import ForecastParams, forecast
from workbench.tables import schema

END = dt.date(2026, 10, 31)
BOUNDS = ["q05", "q10", "q25", "q50", "q75", "q90", "q95"]


def history(new_days=0, channel="shop"):
    rng = np.random.default_rng(1)
    days = pd.date_range(end=pd.Timestamp(END), periods=200)
    parts = [pd.DataFrame({"sku": sku, "channel": channel, "date": days, "demand": rng.poisson(level, 200)}) for sku, level in (("big", 30), ("small", 10))]
    parts += [pd.DataFrame({"sku": "new", "channel": channel, "date": days[200 - new_days :], "demand": 5.0})] if new_days else []
    return schema.conform("history", pd.concat(parts, ignore_index=True), lineage=False)


def made(new_days=0, like=("big", "small"), table=None):
    params = ForecastParams(horizon_days=14, analogues=[("new", like)])
    return forecast(history(new_days) if table is None else table, params, END)


def test_a_sku_without_history_sells_like_its_analogues():
    table = made()
    schema.validate("forecast", table.assign(known_at=pd.Timestamp(END), source_file="run:t", source_line=0))
    by = table.pivot(index="date", columns="sku", values="mean")
    np.testing.assert_allclose(by["new"], (by["big"] + by["small"]) / 2, rtol=1e-6)
    new = table[table["sku"] == "new"]
    assert (new["model"] == "analogues").all() and (np.diff(new[BOUNDS].to_numpy(), axis=1) >= 0).all()
    between = np.abs(by["big"] - by["small"]).to_numpy() / 2
    assert (new["sd"].to_numpy() >= between).all()


def test_it_hands_over_to_its_own_sales_as_they_grow():
    means = [made(days).query("sku == 'new'")["mean"].mean() for days in (0, 7, 28, 84, 196)]
    assert means == sorted(means, reverse=True)
    assert means[0] == pytest.approx(20, rel=0.1) and means[2] == pytest.approx(12.5, rel=0.15) and means[-1] == pytest.approx(5 + 15 / 8, rel=0.15)
    assert set(made(84).query("sku == 'new'")["model"]) != {"analogues"}


def test_others_stay_as_they_are_and_no_row_is_lost_or_doubled():
    table = pd.concat([history(28), history(28, "amazon-us").query("sku == 'new'")], ignore_index=True)
    plain, told = forecast(table, ForecastParams(horizon_days=14), END), made(table=table)
    assert len(told) == len(plain) and not told.duplicated(["sku", "channel", "date"]).any()
    rest = [frame[(frame["sku"] != "new") | (frame["channel"] == "amazon-us")].reset_index(drop=True) for frame in (plain, told)]
    pd.testing.assert_frame_equal(*(frame.sort_values(["channel", "sku", "date"], ignore_index=True) for frame in rest))


@pytest.mark.parametrize(("like", "fault"), [(("new", "big"), "own analogue"), (("gone",), "no analogue of new has a forecast"), ((), "no analogue of new")])
def test_what_cannot_be_an_analogue_is_said(like, fault):
    with pytest.raises(BadParameters, match=fault):
        made(like=like)
