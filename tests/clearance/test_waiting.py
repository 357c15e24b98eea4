"""What waiting costs, and how holding ends: against sums done by hand, and what must hold for any stock."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.clearance import ClearanceParams, compare
from workbench.clearance.branches import Case, Exit, best_ending, leave, marked_down, usual, values
from workbench.clearance.simulation import Carrying
from workbench.clearance.waiting import cost_of_waiting
from workbench.tables import schema

NOVEMBER = dt.date(2026, 11, 1)
MONTH = 365.25 / 12


def case(demand, storage=1.0, units=10.0, excess=10.0, elasticity=0.0, net=3.0, ends=True, layers=None, surcharge=0.0):
    """Units at 10 less 2 of fees, no season, an exit that brings 3 a unit."""
    pace = np.array([demand], float)
    stack = np.array([[units] if layers is None else layers])
    ways = (Exit("liquidation", np.array([net + 1.0]), np.array([1.0])),)
    rows = pd.DataFrame({"price": [10.0], "selling_fees_per_unit": [2.0], "referral_share": [0.1]})
    keeping = Carrying(np.full(pace.shape, storage), np.full((*pace.shape, stack.shape[1]), surcharge))
    return Case(rows, np.array([excess]), pace, stack, keeping, np.array([elasticity]), ways, ways if ends else ())


def waiting(one, days, rate=0.0):
    ways = [
        leave(usual(one), one.exits[0], np.array([0])),
        best_ending(one, usual(one), rate).cash,
        best_ending(one, marked_down(one, np.array([0.5])), rate).cash,
    ]
    return cost_of_waiting(((one, 1.0),), np.max([way.npv(rate) for way in ways], axis=0), (0.5,), rate, days)[0]


def test_holding_is_left_when_the_rest_is_better_sent_away():
    """4 and 4 of 10 units sell: 32 - 8 and 32 - 4. The other 2 are worth 3 each in month 2, and cost 2 a month until month 6."""
    dying = [4.0, 4.0, 0.0, 0.0, 0.0, 0.0]
    ending = best_ending(case(dying), usual(case(dying)), 0.0)
    assert ending.cash.net.tolist() == [[24.0, 28.0, 6.0, 0.0, 0.0, 0.0]] and (ending.month[0], ending.name[0]) == (2, "liquidation")
    to_the_end = best_ending(case(dying, ends=False), usual(case(dying, ends=False)), 0.0)
    assert to_the_end.cash.net.tolist() == [[24.0, 28.0, -2.0, -2.0, -2.0, -2.0]] and to_the_end.name[0] == ""


def test_every_month_of_leaving_by_hand():
    """Storage of 5: months bring 32 - 40, 32 - 20, 16 - 5; 10, 6 and 2 units are left at their starts."""
    found = values(usual(case([4.0, 4.0, 4.0], storage=5.0)), case([1.0]).exits[0], 0.0)
    assert found.tolist() == [[30.0, -8.0 + 18.0, -8.0 + 12.0 + 6.0, -8.0 + 12.0 + 11.0]]
    discounted = values(usual(case([4.0, 4.0, 4.0], storage=5.0)), case([1.0]).exits[0], 0.25)
    assert discounted[0].tolist() == pytest.approx([30.0, -8 + 18 / 1.25, -8 + 12 / 1.25 + 6 / 1.5625, -8 + 12 / 1.25 + 11 / 1.5625])


@pytest.mark.parametrize(("days", "cost"), [(0, 0.0), (MONTH / 2, 7.5), (MONTH, 15.0), (2 * MONTH, 15.0), (3 * MONTH, 15.0)])
def test_waiting_by_hand(days, cost):
    """Liquidated today 30. After a month the best is to sell on: -8 + 12 + 11 = 15. A price cut that sells no more is worth less."""
    assert waiting(case([4.0, 4.0, 4.0], storage=5.0), days) == pytest.approx(cost)


def test_waiting_costs_nothing_where_holding_is_best():
    assert waiting(case([4.0, 4.0, 4.0]), 30) == 0.0


def test_a_later_markdown_counts_as_a_way_to_wait():
    """Half the price sells four times as much. Now: 8 sold at 5 - 1.5. After 2 months of nothing: the same, less 10 + 10 of storage."""
    asleep = case([0.0, 0.0, 10.0, 10.0], elasticity=2.0, net=-50.0)
    assert waiting(asleep, 2 * MONTH) == 0.0  # nobody buys before
    awake = case([2.0, 2.0, 0.0, 0.0], elasticity=2.0, net=-50.0, ends=False)
    now = 8 * 3.5 - 6 + 2 * 3.5 - 1  # 8 then 2 units at the cut price; 10 - 4, then 1 units on the mean
    held = 2 * 8 - 9
    after = held + 8 * 3.5 - 4  # 8 units left, all go in the second month
    assert waiting(awake, MONTH) == pytest.approx(now - after if now > after else 0.0) and now - after == -3.0
    assert waiting(case([2.0, 2.0, 0.0, 0.0], elasticity=2.0, net=-50.0, storage=3.0), MONTH) == pytest.approx((35 - 21) - (16 - 27 + 28 - 12))


def dead(**params):
    """300 units of 0.14 ft3 nobody buys, 200 days old in November: liquidated at $30 x 7.5 % less 15 % less $0.60 they bring $393.75."""
    health = {"sku": "A", "location": "fba-us", "currency": "USD", "on_hand": 300.0, "excess_units": 300.0, "daily_demand": 0.0, "stock_value": 2400.0}
    health |= {"price": 30.0, "selling_fees_per_unit": 10.0, "referral_share": 0.15}
    item = {"sku": "A", "size_tier": "large_standard", "volume_ft3": 0.14, "weight_lb": 1.5}
    received = {"sku": "A", "node": "fba-us", "date": NOVEMBER - dt.timedelta(days=200), "receipts": 300.0, "ending": 300.0}
    given = {"health": health, "items": item, "movements": received}
    tables = {name: schema.conform(name, pd.DataFrame([row]).assign(known_at=pd.Timestamp(NOVEMBER))) for name, row in given.items()}
    return compare(tables, ClearanceParams(**params), NOVEMBER).set_index("option")


def test_dead_stock_to_the_cent_on_the_rate_card_of_2026():
    """A month costs storage at $2.40 and on the 15th, at 214 days, the surcharge of $1.00 a ft3, and $393.75 come a month later at 1.5 %."""
    month = 300 * 0.14 * (2.40 + 1.00) + 393.75 - 393.75 / 1.015
    found = dead(wait_days=30)
    assert found["cost_of_waiting"]["liquidation"] == pytest.approx(month * 30 / MONTH, abs=0.005)
    assert found["npv"]["hold"] == pytest.approx(393.75 - month, abs=0.005) and found["exit"]["hold"] == "liquidation"
    assert found.index[found["cost_of_waiting"].notna()].tolist() == ["liquidation"]


def test_waiting_longer_never_costs_less():
    costs = [dead(wait_days=days)["cost_of_waiting"]["liquidation"] for days in (0, 10, 30, 45, 60, 75, 90)]
    assert costs[0] == 0 and np.all(np.diff(costs) > 0)


@settings(deadline=None, max_examples=60)
@given(
    demand=st.lists(st.floats(0, 8), min_size=5, max_size=8), storage=st.floats(0, 4), surcharge=st.floats(0, 3), net=st.floats(-4, 4),
    layers=st.lists(st.floats(0, 20), min_size=2, max_size=2), share=st.floats(0.1, 1), elasticity=st.floats(0, 4), rate=st.floats(0, 0.05),
)  # fmt: skip
def test_whatever_the_stock(demand, storage, surcharge, net, layers, share, elasticity, rate):
    units = sum(layers)
    one = case(demand, storage, units, share * units, elasticity, net, layers=layers, surcharge=surcharge)
    costs = [waiting(one, days, rate) for days in (0, 15, 30, 60, 90)]
    assert costs[0] == pytest.approx(0, abs=1e-6) and np.all(np.diff(costs) >= -1e-6)
    fees = units * (storage + surcharge) * len(demand)
    assert costs[-1] <= share * units * 10.0 + fees + share * units * max(-net, 0) + 1e-6  # no more than the units sell for, and all that keeping costs
    sold_on, ended = usual(one), best_ending(one, usual(one), rate)
    assert ended.cash.npv(rate)[0] >= sold_on.on.npv(rate)[0] - 1e-6
    months = np.arange(1, len(demand))
    by_month = [leave(sold_on, one.exits[0], np.array([month])).npv(rate)[0] for month in months]
    assert values(sold_on, one.exits[0], rate)[0, 1:-1] == pytest.approx(by_month, abs=1e-6)
    assert np.all(sold_on.left >= -1e-9) and np.all(np.diff(sold_on.left, axis=1) <= 1e-9)


@pytest.mark.parametrize("month", [1, 2, 3])
def test_waiting_and_then_leaving_is_the_path_left_in_that_month(month):
    """The case after some months, its oldest units gone, is worth what is left of the path."""
    one = case([3.0, 2.0, 4.0, 1.0], layers=[6.0, 4.0], excess=7.0, surcharge=0.5)
    waited = usual(one).on.net[0, :month].sum()
    then = one.after(month)
    left = leave(usual(then), then.exits[0], np.array([0])).npv(0.0)[0]
    assert waited + left == pytest.approx(values(usual(one), one.exits[0], 0.0)[0, month])
    assert waited + usual(then).on.npv(0.0)[0] == pytest.approx(usual(one).on.npv(0.0)[0])
