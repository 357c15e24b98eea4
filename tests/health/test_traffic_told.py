"""What a fall of visits or of conversion is the cause of: only where the rest of the data show it."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench.health import HealthParams, score
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)


def shaped(name, rows):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(TODAY)))


def shop(visits=(40.0, 40.0), conversion=(0.10, 0.10), price=(20.0, 20.0), market=None, back=30):
    """A listing whose visits, conversion and price go from the first to the second value on one day."""
    dates = pd.date_range(end="2026-10-31", periods=400)
    late = np.arange(400) >= 400 - back
    sessions = np.where(late, visits[1], visits[0])
    units = np.random.default_rng(1).poisson(sessions * np.where(late, conversion[1], conversion[0])).astype(float)
    here = {"sku": "A", "channel": "amazon-us", "date": dates}
    sold = {**here, "units": units, "demand": units, "base_demand": units, "price": np.where(late, price[1], price[0]), "promotion": ""}
    weeks = {"sku": "A", "channel": "amazon-us", "date": pd.Timestamp("2026-10-31") - pd.to_timedelta(7 * np.arange(26)[::-1], unit="D")}
    return {
        "history": shaped("history", sold).assign(imputed=False),
        "traffic": shaped("traffic", {**here, "sessions": sessions, "units_ordered": units}).iloc[-182:],
        "market": schema.empty("market") if market is None else shaped("market", weeks | market),
        "stock": shaped("stock", [{"sku": "A", "node": "fba-us", "date": "2026-10-31", "available": 900.0}]),
        "plan": shaped("plan", [{"sku": "A", "location": "fba-us", "cover_days": 100.0, "lead_time_days": 30.0, "order_units": 0.0}]),
        "items": shaped("items", [{"sku": "A", "unit_cost": 10.0, "currency": "USD", "category": "Kitchen"}]),
    }


RANK, RATING = {"organic_rank": 5.0}, {"rating": 4.5}


@pytest.mark.parametrize(
    ("given", "cause", "missing"),
    [
        ({"conversion": (0.1, 0.03), "market": RANK}, "listing", ""),
        ({"conversion": (0.1, 0.03), "market": RANK, "price": (20.0, 22.0)}, "price", ""),
        ({"conversion": (0.1, 0.03), "price": (20.0, 22.0)}, "price", ""),
        ({"conversion": (0.1, 0.03)}, "cannot_tell", "market,returns,ads,listing_texts"),
        ({"visits": (40.0, 12.0), "market": RATING}, "competition", ""),
        ({"visits": (40.0, 12.0), "market": RANK}, "decline", ""),
        ({"visits": (40.0, 12.0)}, "cannot_tell", "market,returns,ads,listing_texts"),
    ],
)
def test_visits_and_conversion_are_a_cause_where_the_rest_shows_which(given, cause, missing):
    row = score(shop(**given), HealthParams(), TODAY).iloc[0]
    assert (row["cause"], row["missing_report"]) == (cause, missing)
    shares = [row[name] for name in row.index if name.startswith("cause_")]
    assert sum(shares) == pytest.approx(1)


def test_what_fell_on_the_page_is_no_more_than_fell_there():
    """Conversion lost half and visits lost half: the page has its half of the fall, the rest is decline."""
    row = score(shop(conversion=(0.1, 0.05), visits=(80.0, 40.0), market=RANK), HealthParams(), TODAY).iloc[0]
    assert row["cause_listing"] == pytest.approx(row["cause_decline"], rel=0.3) and row["cause_listing"] > 0.1


def test_a_steady_listing_has_no_cause_in_its_traffic():
    row = score(shop(market=RANK), HealthParams(), TODAY).iloc[0]
    assert row["cause_listing"] == 0 and row["cause_competition"] == 0
