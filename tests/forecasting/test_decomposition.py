"""The parts of a forecast multiply up to its mean, and say what was put into the demand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.errors import NotEnoughHistory
from workbench.forecasting import ForecastParams, components, forecast
from workbench.tables import schema

END = dt.date(2026, 10, 31)


@pytest.fixture(scope="module")
def history():
    rng = np.random.default_rng(3)
    dates = pd.date_range(end=pd.Timestamp(END), periods=760).as_unit("us")
    event = np.where(((dates.month == 3) & (dates.day <= 4)) | ((dates.month == 12) & (dates.day == 9)), "sale_days", "")
    shape = np.where(dates.dayofweek == 5, 2.0, 1.0) * np.where(dates.month == 12, 2.5, 1.0) * np.where(event != "", 3.0, 1.0)
    units = rng.poisson(4.0 * shape, (20, len(dates))).astype(float)
    frame = pd.DataFrame({"sku": np.repeat([f"S{i:02d}" for i in range(20)], len(dates)), "channel": "shop", "date": np.tile(dates, 20)})
    return schema.conform("history", frame.assign(units=units.ravel(), demand=units.ravel(), exposure=1.0, event=np.tile(event, 20)), lineage=False)


def known(history):
    rows = [("sale_days", "all", "2026-12-09", "2026-12-09", "sale")]
    dated = history.loc[history["event"] != "", "date"].drop_duplicates()
    rows += [("sale_days", "all", str(day.date()), str(day.date()), "sale") for day in dated]
    made = pd.DataFrame(rows, columns=["event", "channel", "start_date", "end_date", "kind"])
    return schema.conform("events", made.astype({"start_date": "datetime64[us]", "end_date": "datetime64[us]"}), lineage=False)


def test_parts_multiply_up_to_the_published_mean(history):
    params = ForecastParams(horizon_days=60)
    made = components(history, params, END, "shop", events=known(history))
    said = forecast(history, params, END, events=known(history))
    for sku in ("S00", "S07"):
        np.testing.assert_allclose(made.of(sku)["mean"], said.loc[said["sku"] == sku, "mean"], rtol=1e-5)
        assert (made.of(sku)["date"].to_numpy() == said.loc[said["sku"] == sku, "date"].to_numpy()).all()


def test_parts_are_what_was_put_in(history):
    mine = components(history, ForecastParams(horizon_days=60), END, "shop", events=known(history)).of("S03").set_index("date")
    by_day = mine.groupby(mine.index.dayofweek)["weekday"].first()
    assert by_day[5] / by_day[1] == pytest.approx(2.0, rel=0.15)
    assert mine.loc["2026-12-15":"2026-12-22", "season"].mean() / mine.loc["2026-11-02":"2026-11-15", "season"].mean() == pytest.approx(2.5, rel=0.15)
    assert mine.loc["2026-12-09", "event"] == pytest.approx(3.0, rel=0.15)
    assert (mine.drop(pd.Timestamp("2026-12-09"))["event"] == 1).all()
    assert mine["level"].iloc[0] * mine["season"].iloc[0] == pytest.approx(4.0 * 8 / 7, rel=0.15)


def test_an_unknown_sku_has_no_parts_and_an_unknown_channel_is_a_fault(history):
    assert components(history, ForecastParams(horizon_days=5), END, "shop").of("nobody").empty
    with pytest.raises(NotEnoughHistory):
        components(history, ForecastParams(), END, "amazon-us")
