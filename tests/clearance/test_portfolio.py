"""All slow stock under joint limits: sums, monotone limits, prices checked by re-solving, and what cannot be met."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.clearance.limits import PortfolioParams, contributions, gone_share
from workbench.clearance.portfolio import frontier, portfolio
from workbench.errors import BadParameters
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
SOON = dt.date(2026, 12, 15)
WAYS = ("hold", "markdown", "removal", "liquidation")


def positions(n, seed=0, currency="USD"):
    """Tables of n positions: markdowns mostly pay, removals cost, and free space at once."""
    draw = np.random.default_rng(seed)
    units, price = draw.integers(20, 400, n).astype(float), draw.uniform(5, 60, n)
    pace = draw.uniform(1, 60, n)
    place = {"sku": np.repeat([f"S{i}" for i in range(n)], 4), "location": "fba-us", "option": np.tile(WAYS, n)}
    npv = np.column_stack([price * units * draw.uniform(-0.1, 0.5, n), price * units * draw.uniform(0, 0.5, n), -units * 2.3, units * price * 0.04])
    per_month = np.column_stack([pace, pace * 2.5, units, units])
    months = np.column_stack([units / pace + 1, units / pace / 2.5, np.ones(n), np.ones(n)])
    best = npv == npv.max(axis=1, keepdims=True)
    rows = pd.DataFrame(place).assign(
        units=np.repeat(units, 4), units_per_month=per_month.ravel(), npv=npv.ravel(), cash_in=np.maximum(npv, 0).ravel() * 1.3,
        fees=(np.maximum(npv, 0) * 1.3 - npv).ravel(), recommended=best.ravel(), currency=currency, irrevocable=np.tile([False] * 3 + [True], n),
        end_date=pd.Timestamp(TODAY) + pd.to_timedelta(np.round(months.ravel() * 30.4), unit="D"),
    )  # fmt: skip
    items = pd.DataFrame({"sku": [f"S{i}" for i in range(n)], "volume_ft3": draw.uniform(0.05, 1.5, n)})
    return {
        "clearance": schema.conform("clearance", rows, lineage=False),
        "items": schema.conform("items", items, lineage=False),
        "exchange_rates": schema.empty("exchange_rates"),
    }


def solve(tables, **limits):
    return portfolio(tables, PortfolioParams(**limits), TODAY)


@given(st.integers(0, 10_000), st.integers(1, 25))
@settings(max_examples=15, deadline=None)
def test_without_limits_each_position_takes_its_best_and_the_sum_is_that_of_the_table(seed, n):
    tables = positions(n, seed)
    found = solve(tables, gap=0)
    best = tables["clearance"].groupby("sku")["npv"].max().sum()
    assert len(found.chosen) == n and not found.chosen.duplicated(["sku", "location"]).any()
    assert found.npv == pytest.approx(best, abs=1e-6) and found.npv == pytest.approx(found.chosen["npv"].sum())


@given(st.integers(0, 10_000), st.floats(0.1, 0.95), st.floats(0.1, 0.95))
@settings(max_examples=15, deadline=None)
def test_a_laxer_limit_never_gives_less_money(seed, one, other):
    tables = positions(12, seed)
    uses = contributions(tables["clearance"], tables["items"], tables["exchange_rates"], PortfolioParams(space_ft3=1, space_by=SOON), TODAY)
    most = uses.groupby("sku")["space_ft3"].max().sum()
    strict, lax = sorted((one, other), reverse=True)
    tight = solve(tables, space_ft3=strict * most, space_by=SOON, gap=0)
    loose = solve(tables, space_ft3=lax * most, space_by=SOON, gap=0)
    assert loose.npv >= tight.npv - 1e-6
    assert len(tight.chosen) == 12 and tight.feasible and tight.chosen["space_ft3"].sum() >= strict * most * (1 - 1e-7)
    few, many = solve(tables, labour_hours=lax * 5, gap=0), solve(tables, labour_hours=strict * 5, gap=0)
    assert many.npv >= few.npv - 1e-6 and few.chosen["labour_hours"].sum() <= lax * 5 + 1e-6


def test_the_price_of_a_limit_is_what_moving_it_costs():
    """The marginal is of the relaxation: re-solved with the limit moved, whole choices differ from it by less than one position's worth."""
    tables = positions(400, 3)
    most = float(solve(tables, space_ft3=1, space_by=SOON).limits["most"].iloc[0])
    wanted, step = 0.7 * most, 0.02 * most
    at = solve(tables, space_ft3=wanted, space_by=SOON, gap=0)
    price = at.limits["price"].iloc[0]
    less, more = (solve(tables, space_ft3=wanted + move, space_by=SOON, gap=0) for move in (-step, step))
    assert price > 0
    assert less.npv - at.npv <= price * step + 1 and at.npv - more.npv >= price * step - 1 - (at.bound - at.npv)
    assert (less.npv - more.npv) / (2 * step) == pytest.approx(price, rel=0.15)


def test_a_price_is_checked_by_choosing_anew_under_a_looser_limit():
    """One limit asks for at least, the other for at most; each is re-solved here by hand as well."""
    tables = positions(300, 5)
    free = solve(tables, space_ft3=1, space_by=SOON)
    most, hours = float(free.limits["most"].iloc[0]), float(free.chosen["labour_hours"].sum())
    asked = {"space_ft3": 0.7 * most, "space_by": SOON, "labour_hours": 0.8 * hours}
    found = solve(tables, **asked)
    rows = found.limits.set_index("limit")
    assert rows["step"].to_dict() == pytest.approx({"space_ft3": 0.02 * 0.7 * most, "labour_hours": max(0.02 * 0.8 * hours, 1.0)})
    for name, sign in (("space_ft3", -1), ("labour_hours", 1)):
        moved = solve(tables, **asked | {name: asked[name] + sign * rows["step"][name]})
        assert rows["resolved"][name] == pytest.approx((moved.npv - found.npv) / rows["step"][name], rel=1e-3)
        assert rows["resolved"][name] == pytest.approx(rows["price"][name], rel=0.25)


def test_a_slack_limit_costs_nothing():
    tables = positions(30, 1)
    free = solve(tables, gap=0)
    found = solve(tables, labour_hours=1e6, space_ft3=0.0, space_by=SOON, gap=0)
    assert found.limits.set_index("limit")["price"].to_dict() == {"space_ft3": 0.0, "labour_hours": 0.0}
    assert found.npv == pytest.approx(free.npv)


def test_limits_that_cannot_be_met_say_which_and_by_how_much():
    tables = positions(30, 1)
    most = float(solve(tables, space_ft3=1, space_by=SOON).limits["most"].iloc[0])
    found = solve(tables, space_ft3=most + 100, space_by=SOON)
    row = found.limits.iloc[0]
    assert not found.feasible and row["short"] == pytest.approx(100, rel=1e-4) and row["reached"] == pytest.approx(most, rel=1e-6)
    assert np.isnan(row["price"]) and len(found.chosen) == 30
    both = solve(tables, space_ft3=0.95 * most, space_by=SOON, labour_hours=0.1).limits.set_index("limit")
    assert (both["short"] > 0).any() and (both["reached"] + both["short"])["space_ft3"] >= 0.95 * most * (1 - 1e-6)
    assert both.loc["labour_hours", "reached"] <= 0.1 + both.loc["labour_hours", "short"] + 1e-6


def test_the_choice_lies_within_its_bound():
    found = solve(positions(300, 5), space_ft3=9000, space_by=SOON, labour_hours=200, gap=0.001)
    assert found.npv <= found.bound + 1e-6 and found.gap <= 0.01


def test_the_frontier_gives_up_money_for_space():
    line = frontier(positions(60, 2), PortfolioParams(space_by=SOON, gap=0), TODAY)
    assert len(line) >= 5 and (line["space_ft3"].diff().dropna() > 0).all() and (line["npv"].diff().dropna() <= 1e-6).all()
    best = frontier(positions(60, 2), PortfolioParams(space_by=SOON, gap=0, labour_hours=3), TODAY)
    assert best["npv"].max() <= line["npv"].max() + 1e-6


def test_unknown_money_and_unrecommended_positions_are_left_out_and_counted():
    tables = positions(5, 0)
    options = tables["clearance"]
    options.loc[options["sku"] == "S0", "recommended"] = False
    options.loc[options["sku"] == "S1", "currency"] = "GBP"
    options.loc[(options["sku"] == "S2") & (options["option"] == "removal"), "npv"] = np.nan
    found = solve(tables)
    assert found.left_out == 2 and set(found.chosen["sku"]) == {"S2", "S3", "S4"}
    nothing = portfolio({"clearance": options[options["sku"] == "S0"]}, PortfolioParams(space_ft3=3, space_by=SOON), TODAY)
    assert nothing.chosen.empty and not nothing.feasible and nothing.limits["short"].tolist() == [3.0]


@pytest.mark.parametrize(
    ("option", "by", "share"),
    [
        ("markdown", TODAY, 0.0), ("markdown", dt.date(2026, 12, 1), 0.4908), ("markdown", dt.date(2027, 2, 1), 1.0),
        ("hold", dt.date(2026, 12, 1), 0.0), ("removal", dt.date(2026, 11, 30), 0.0), ("removal", dt.date(2026, 12, 31), 1.0), ("markdown", None, 1.0),
    ],
)  # fmt: skip
def test_units_leave_at_the_pace_of_their_option(option, by, share):
    end = {"markdown": "2027-01-01", "hold": "2027-05-01", "removal": "2026-12-01"}[option]
    row = {"option": option, "units": 60.0, "units_per_month": 60.0 if option == "removal" else 30.0, "end_date": pd.Timestamp(end), "exit": np.nan}
    assert gone_share(pd.DataFrame([row]), by, TODAY)[0] == pytest.approx(share, abs=1e-3)


def test_an_order_may_count_from_its_day():
    row = {"option": "removal", "units": 60.0, "units_per_month": 60.0, "end_date": pd.Timestamp("2026-12-01"), "exit": np.nan}
    assert gone_share(pd.DataFrame([row]), dt.date(2026, 11, 14), TODAY, order_frees=True)[0] == 1.0


def test_a_liquidators_money_comes_later():
    tables = positions(4, 0)
    early, late = (
        contributions(tables["clearance"], tables["items"], tables["exchange_rates"], PortfolioParams(cash=1, cash_by=by), TODAY)
        for by in (TODAY + dt.timedelta(89), TODAY + dt.timedelta(90))
    )
    mine = early["option"] == "liquidation"
    assert (early.loc[mine, "cash"] == 0).all() and (late.loc[mine, "cash"] > 0).all()


@pytest.mark.parametrize("bad", [{"cash": 5.0}, {"space_ft3": 5.0}, {"cash": -1.0, "cash_by": SOON}, {"colour": 1}])
def test_limits_that_make_no_sense_are_refused(bad):
    with pytest.raises(ValidationError):
        PortfolioParams(**bad)


def test_a_deadline_in_the_past_is_refused():
    with pytest.raises(BadParameters, match="cash_by"):
        solve(positions(2), cash=5, cash_by=TODAY - dt.timedelta(1))
