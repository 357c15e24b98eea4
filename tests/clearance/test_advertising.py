"""Ads are kept while margin and carrying spared exceed what a unit costs; landed cost is sunk."""

import datetime as dt

import pandas as pd
import pytest

from workbench.clearance.advertising import ad_slots
from workbench.clearance.timeline import TimelineParams
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
WAY = {
    "sku": "A", "location": "fba-us", "option": "markdown", "units": 100.0, "price": 24.0, "end_date": "2027-03-01", "npv": 900.0, "fees_storage": 150.0,
    "fees_aged": 50.0, "currency": "USD", "recommended": True, "irrevocable": False,
}  # fmt: skip
HELD = {"sku": "A", "location": "fba-us", "price": 30.0, "selling_fees_per_unit": 10.0, "referral_share": 0.15}
SEEN = {"sku": "A", "channel": "amazon-us", "campaign": "C", "currency": "USD", "attributed_units": 1.0}


def table(name, *rows):
    return schema.conform(name, pd.DataFrame([{"known_at": pd.Timestamp(TODAY), **row} for row in rows])) if rows else schema.empty(name)


def slot(*ads, way=WAY):
    given = {"ads": table("ads", *ads), "health": table("health", HELD)}
    return ad_slots(table("clearance", way), given, TimelineParams(), TODAY)


MOST = 24.0 - (10.0 - 0.15 * 6.0) + 2.0  # price less fees at that price, and 200 of storage and surcharge over 100 units


@pytest.mark.parametrize(
    ("spend", "units", "advice"),
    [(MOST - 0.01, 1.0, "keep"), (MOST + 0.01, 1.0, "stop"), (2 * MOST - 0.01, 2.0, "keep"), (1.0, 0.0, "stop"), (0.0, 0.0, "try")],
)
def test_ads_are_kept_while_they_bring_more_than_they_cost(spend, units, advice):
    found = slot({**SEEN, "date": "2026-10-20", "spend": spend, "attributed_units": units}).iloc[0]
    assert found["most_per_unit"] == pytest.approx(MOST) and found["advice"] == advice
    assert [found["start_date"], found["end_date"]] == [pd.Timestamp("2026-11-01"), pd.Timestamp("2026-12-01")]


def test_only_ads_of_the_last_month_in_the_rows_own_money_and_place_count():
    others = [{**SEEN, "date": "2026-09-20"}, {**SEEN, "date": "2026-10-20", "channel": "amazon-uk"}, {**SEEN, "date": "2026-10-20", "currency": "EUR"}]
    found = slot(*({**row, "spend": 99.0} for row in others))
    assert found["advice"].tolist() == ["try"]


def test_where_no_position_lies_in_a_marketplaces_pool_no_ads_are_its_own():
    given = {"ads": table("ads", {**SEEN, "date": "2026-10-20", "spend": 99.0}), "health": table("health", {**HELD, "location": "3pl-us"})}
    found = ad_slots(table("clearance", {**WAY, "location": "3pl-us"}), given, TimelineParams(), TODAY)
    assert found["advice"].tolist() == ["try"] and found["spend"].isna().all()


def test_a_unit_that_loses_more_than_it_spares_is_not_advertised():
    assert slot(way={**WAY, "price": 3.0})["advice"].tolist() == ["unpaid"]
    assert slot(way={**WAY, "price": None})["advice"].tolist() == ["unknown"]


@pytest.mark.parametrize(
    ("way", "days"), [({"start_date": "2026-11-27"}, ("2026-11-27", "2026-12-27")), ({"end_date": "2026-11-09"}, ("2026-11-01", "2026-11-09"))]
)
def test_ads_run_with_the_way_out_and_no_longer(way, days):
    found = slot(way=WAY | way).iloc[0]
    assert [found["start_date"], found["end_date"]] == [pd.Timestamp(each) for each in days]


def test_units_that_leave_together_need_no_ads():
    assert slot(way={**WAY, "option": "removal"}).empty


def weeks(*levels):
    """Twelve weeks of ads that go back and forth between levels of (spend, units) a week."""
    days = [pd.Timestamp(TODAY) - pd.Timedelta(days=7 * at + 1) for at in range(12)]
    return [{**SEEN, "date": day, "spend": spend, "attributed_units": units} for day, (spend, units) in zip(days, levels * 6, strict=True)]


@pytest.mark.parametrize(
    ("levels", "marginal", "advice"),
    [
        ([(100.0, 20.0), (300.0, 40.0)], 10.0, "keep"),
        ([(100.0, 20.0), (300.0, 28.0)], 25.0, "reduce"),  # 8.3 a unit on average, but 25 the last one, which may cost 16.9
        ([(100.0, 6.0), (300.0, 20.0)], 200 / 14, "keep"),
        ([(200.0, 20.0), (220.0, 21.0)], None, "keep"),  # too near to each other: the average decides
        ([(100.0, 20.0), (300.0, 20.5)], None, "keep"),  # more by chance
        ([(400.0, 10.0), (900.0, 60.0)], 10.0, "stop"),  # the last unit is cheap, yet all of them together cost more than they bring
    ],
)
def test_the_last_unit_counts_where_levels_of_spend_tell_what_it_cost(levels, marginal, advice):
    found = slot(*weeks(*levels)).iloc[0]
    if marginal is None:
        assert pd.isna(found["marginal_per_unit"])
    else:
        assert found["marginal_per_unit"] == pytest.approx(marginal) and found["lower_spend"] == pytest.approx(levels[0][0] / 7)
    assert found["advice"] == advice, (found["cost_per_unit"], found["most_per_unit"])


def test_a_few_weeks_of_ads_tell_the_average_alone():
    assert pd.isna(slot(*weeks((100.0, 20.0), (300.0, 28.0))[:7])["marginal_per_unit"].item())
