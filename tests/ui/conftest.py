"""Small tables that every screen can be built from: three SKUs, two places, two currencies, sixty days."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.datasets import make_tables
from workbench.pipeline import STEPS
from workbench.tables import TABLES, schema
from workbench.ui.meta import Meta

AS_OF = dt.date(2026, 11, 22)
AGES = ("age_0_90", "age_91_180", "age_181_270", "age_271_365", "age_366_plus")


def table(name: str, **columns: object) -> pd.DataFrame:
    return schema.conform(name, pd.DataFrame(columns), lineage=False)


def health() -> pd.DataFrame:
    return table(
        "health",
        sku=["A<1>", "B", "C", "D"], location=["fba-us", "fba-uk", "fba-us", "fba-us"], on_hand=[400.0, 80.0, 5.0, 10.0],
        daily_demand=[2.0, 2.0, 1.0, np.nan], cover_days=[200.0, 40.0, 5.0, np.nan], score=[41.0, 88.0, 70.0, np.nan],
        light=["red", "green", "amber", "grey"], currency=["USD", "GBP", "USD", "USD"], reason=["cover_above", "healthy", "stockout_risk_above", ""],
        reason_value=[200.0, 88.0, 0.4, np.nan], reason_limit=[60.0, 75.0, 0.2, np.nan],
        excess_units=[220.0, 0.0, 0.0, np.nan], excess_value=[1100.0, 0.0, 0.0, np.nan], stock_value=[2000.0, 400.0, 25.0, np.nan],
        storage_month=[30.0, 4.0, 0.5, np.nan], surcharge_month=[12.0, 0.0, 0.0, np.nan], stockout_risk=[0.0, 0.1, 0.4, np.nan],
        lost_margin_30=[0.0, 0.0, 55.0, np.nan], margin_per_unit=[4.0, 5.0, -1.5, np.nan], sell_through=[0.4, 2.0, 3.0, np.nan],
        loss_cover=[20.0, 0.0, 0.0, np.nan], loss_excess=[19.0, 0.0, 0.0, np.nan], loss_age=[8.0, 2.0, 0.0, np.nan],
        loss_storage=[12.0, 0.0, 5.0, np.nan], loss_stockout=[0.0, 10.0, 25.0, np.nan],
        **{age: [80.0, 16.0, 1.0, 2.0] for age in AGES},
    )  # fmt: skip


def plan() -> pd.DataFrame:
    return table(
        "plan",
        sku=["A<1>", "C"], location=["fba-us", "fba-us"], order_units=[0.0, 120.0], order_date=[pd.NaT, pd.Timestamp("2026-11-24")],
        arrival_date=[pd.NaT, pd.Timestamp("2026-12-30")], currency=["USD", "USD"], reason=["order_later", "order_due"],
        reason_value=[400.0, 5.0], reason_limit=[60.0, 44.0],
    )  # fmt: skip


def clearance() -> pd.DataFrame:
    options = ["hold", "markdown", "removal", "liquidation"]
    return table(
        "clearance",
        sku=["A<1>"] * 4 + ["B"] * 4, location=["fba-us"] * 4 + ["fba-uk"] * 4, option=options * 2, units=[220.0] * 4 + [30.0] * 4,
        npv=[-524.0, 940.0, -681.0, 394.0, 300.0, 200.0, np.nan, 10.0], npv_low=[-600.0, 700.0, -700.0, 300.0, 250.0, 150.0, np.nan, 5.0],
        npv_high=[-400.0, 1200.0, -650.0, 450.0, 400.0, 260.0, np.nan, 12.0], recovered_share=[-0.1, 0.2, -0.1, 0.1, 0.5, 0.4, np.nan, 0.1],
        price=[30.0, 21.0, 0.0, 2.25, 20.0, 14.0, np.nan, 1.0], cash_in=[900.0, 1500.0, 0.0, 500.0, 400.0, 300.0, np.nan, 20.0],
        fees=[1424.0, 560.0, 681.0, 106.0, 80.0, 60.0, np.nan, 10.0], end_date=pd.to_datetime(["2027-11-01", "2027-02-01"] * 4),
        recommended=[False, True, False, False, True, False, False, False], irrevocable=[False, False, True, True] * 2,
        currency=["USD"] * 4 + ["GBP"] * 4, reason=["below_best", "best_npv", "below_best", "below_best"] * 2,
        reason_value=[-524.0, 940.0, -681.0, 394.0, 300.0, 200.0, np.nan, 10.0], reason_limit=[940.0, 394.0, 940.0, 940.0, 200.0, 300.0, np.nan, 300.0],
    )  # fmt: skip


def history(days: int = 60) -> pd.DataFrame:
    dates = pd.date_range(end="2026-11-21", periods=days)
    parts = []
    for sku, level in (("A<1>", 4.0), ("B", 2.0)):
        censored = np.zeros(days, bool)
        censored[10:15] = sku == "A<1>"
        units = np.where(censored, 0.0, level)
        parts.append(
            pd.DataFrame(
                {
                    "sku": sku, "channel": "amazon-us", "date": dates, "units": units, "demand": level, "demand_low": level * 0.5, "demand_high": level * 2,
                    "exposure": np.where(censored, 0.0, 1.0), "censored": censored, "imputed": censored,
                    "event": np.where(np.arange(days) == 30, "prime_day", ""), "price": 20.0,
                }
            )
        )  # fmt: skip
    return schema.conform("history", pd.concat(parts, ignore_index=True), lineage=False)


def forecast() -> pd.DataFrame:
    dates = pd.date_range("2026-11-22", periods=90)
    quantiles = {"q05": 0.2, "q10": 0.3, "q25": 0.7, "q50": 1.0, "q75": 1.3, "q90": 1.7, "q95": 2.0}
    parts = [
        pd.DataFrame(
            {"sku": sku, "channel": "amazon-us", "cutoff": pd.Timestamp("2026-11-21"), "date": dates, "mean": level, "sd": 1.0, "model": "level"}
        ).assign(**{q: level * share for q, share in quantiles.items()})
        for sku, level in (("A<1>", 6.0), ("B", 1.0))
    ]
    return schema.conform("forecast", pd.concat(parts, ignore_index=True), lineage=False)


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    items = table("items", sku=["A<1>", "B"], title=["Bottle <b>750</b> ml", "保温杯"])
    sales = history().loc[lambda f: f["units"].notna(), ["sku", "channel", "date", "units"]]
    return {
        "items": items,
        "health": health(),
        "plan": plan(),
        "clearance": clearance(),
        "history": history(),
        "forecast": forecast(),
        "sales": schema.conform("sales", sales, lineage=False),
    }


@pytest.fixture
def meta() -> Meta:
    return Meta("Kitchen & Co", AS_OF, "USD", "en", "Sample data", "v1", "run-7", 1)


@pytest.fixture(scope="session")
def published() -> dict[str, pd.DataFrame]:
    """Tables of a made-up shop with its cleaned demand, as on 2026-11-01; treat as read-only."""
    made = {name: schema.empty(name) for name in TABLES} | make_tables(seed=3, n_skus=8, days=150)
    return made | STEPS["cleaning"].run(made, STEPS["cleaning"].params(), dt.date(2026, 11, 1))
