"""The truth of a made-up shop: it agrees with the reports, and holds what the generator promises."""

import datetime as dt

import numpy as np
import pytest

from workbench.datasets.calendar import Calendar, occasions
from workbench.datasets.order_lines import NORMAL
from workbench.datasets.places import US
from workbench.datasets.story import RETURN_RATE_OF_BAD_BATCH
from workbench.datasets.truth import exposure, promotions, skus
from workbench.datasets.world import World, make_world


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(4, 120, 26, "normal")


@pytest.fixture(scope="module")
def hard_world() -> World:
    return make_world(4, 120, 26, "hard")


@pytest.fixture(scope="module")
def long_world() -> World:
    return make_world(4, 40, 48, "normal")


def test_sold_is_what_the_orders_say(inbox):
    truth = inbox.truth("demand").query("channel == 'amazon-us'")
    lines = inbox.orders(US)
    bought = lines[(lines["order-status"] != "Cancelled") & (lines["item-price"] != "0.00") & ~lines["promotion-ids"].str.contains("vine")]
    sold = truth[truth["sold"] > 0].assign(day=lambda f: f["date"].dt.strftime("%Y-%m-%d"))
    by_truth = {(sku, day): units for sku, day, units in sold[["sku", "day", "sold"]].itertuples(index=False)}
    assert by_truth == bought.groupby(["sku", "day"])["units"].sum().to_dict()


def test_stock_limits_sales_and_nothing_else_does(world):
    ledger, wanted = world.ledger, world.demand.units + world.demand.extra
    missed = wanted - ledger.sold
    assert (missed >= 0).all()
    assert (ledger.after_sales[missed > 0] == 0).all()
    assert (ledger.on_hand >= 0).all()
    share = exposure(world)[world.calendar.shown]
    out = ledger.after_sales[world.calendar.shown] == 0
    assert ((share >= 0) & (share <= 1)).all() and (share[~out] == 1).all() and (share[out] < 1).all()


def test_some_days_are_partly_and_some_wholly_out_of_stock(world):
    launched = np.arange(world.calendar.length)[:, None] >= world.policy.launch
    share = exposure(world)[world.calendar.shown][launched[world.calendar.shown]]
    assert 0.01 < (share == 0).mean() < 0.12
    assert 0.001 < ((share > 0) & (share < 1)).mean() < 0.05


def test_stockouts_list_every_missed_unit(inbox):
    spells, demand = inbox.truth("stockouts"), inbox.truth("demand")
    assert (spells["end"] > spells["start"]).all()
    missed = (demand["demand"] - demand["sold"]).sum()
    # what is sent free may be missed as well, and is no demand
    assert missed <= spells["units_missed"].sum() <= missed * 1.05 + 5


def test_demand_is_noise_around_its_mean(world):
    shown = world.calendar.shown
    mean, units = world.demand.mean[shown], world.demand.units[shown]
    assert units.sum() == pytest.approx(mean.sum(), rel=0.02)
    # variance of extra zeros times a negative binomial with mean m / (1 - z): m + m^2 ((1 + 1/r) / (1 - z) - 1)
    variance = mean + mean**2 * ((1 + 1 / world.demand.dispersion) / (1 - world.demand.zero_share) - 1)
    found = ((units - mean) ** 2).sum() / variance.sum()
    assert found == pytest.approx(1, abs=0.12)
    assert 0.55 < (units[mean > 0] == 0).mean() < 0.9


def test_hard_halves_the_signal(world, hard_world):
    for logs in (
        lambda w: np.log(w.demand.events["lift"]).mean(),
        lambda w: np.log(w.demand.season).std(),
        lambda w: skus(w)["elasticity"].mean(),
        lambda w: w.prices.promotions["boost"].mean(),
    ):
        assert logs(hard_world) / logs(world) == pytest.approx(0.5, abs=0.02)
    assert hard_world.demand.dispersion.mean() < 0.7 * world.demand.dispersion.mean()


@pytest.mark.parametrize(
    ("event", "year", "first", "last"),
    [
        ("prime_day", 2025, "2025-07-08", "2025-07-11"),
        ("prime_day", 2026, "2026-06-23", "2026-06-26"),
        ("fall_prime", 2024, "2024-10-08", "2024-10-09"),
        ("black_friday", 2024, "2024-11-29", "2024-12-01"),
        ("cyber_monday", 2024, "2024-12-02", "2024-12-02"),
        ("black_friday", 2025, "2025-11-28", "2025-11-30"),
        ("cyber_monday", 2025, "2025-12-01", "2025-12-01"),
    ],
)
def test_events_move_with_the_year_and_lift_demand(long_world, event, year, first, last):
    world = long_world
    found = [o for o in occasions(world.calendar) if o.event == event and str(o.start)[:4] == str(year)]
    assert [(str(o.start), str(o.end)) for o in found] == [(first, last)]
    start, end = world.calendar.index(first), world.calendar.index(last)
    us = world.offers_of(US)
    around = np.r_[start - 14 : start - 4, end + 6 : end + 16]
    lift = world.demand.mean[start : end + 1][:, us].sum(1).mean() / world.demand.mean[around][:, us].sum(1).mean()
    assert 1.15 < lift < 4


def test_seasons_and_prices_are_in_the_truth(world):
    """Where a price falls by a known share for a week, the mean rises as elasticity and badge say."""
    gained = promotions(world)["lift"].to_numpy()
    assert (gained > 1).all() and 1.1 < gained.mean() < 2.5
    season = world.demand.season
    assert (season.max(axis=0) / season.min(axis=0) > 1.1).all()
    assert season.max() / season.min() > 3


def test_every_slow_sku_has_a_cause(inbox, world):
    truth = inbox.truth("skus")
    assert ((truth["cause"] != "") == truth["slow"]).all()
    assert (truth.loc[truth["slow"], "cover_days"] > 180).all()
    found = skus(world)
    assert set(found["phase"]) == {"new", "growth", "mature", "decline"}
    assert {"competition", "listing", "price", "oversupply", "decline"} <= set(found["cause"])
    assert 0.05 < found["slow"].mean() < 0.45
    assert (found["on_hand_over_180_days"] > 0).any()


def test_the_bad_batch_comes_back(world):
    back = world.ledger.came_back
    bad = back[back["bad"]]
    order = world.ledger.orders.iloc[world.ledger.bad_order]
    assert len(bad) >= 5
    assert set(world.units.offer[bad["unit"]]) == {world.story.bad_batch_item} == {order["offer"]}
    assert len(bad) / order["shipped"] == pytest.approx(RETURN_RATE_OF_BAD_BATCH, abs=0.15)
    usual = len(back) / (world.units.rank < world.ledger.sold[world.units.day, world.units.offer]).sum()
    assert usual < 0.12


def test_lead_times_drift_and_differ_from_what_was_promised(world):
    lead = world.lead_times
    slow, length = np.repeat(lead.slowing, 4), world.calendar.length
    late, early = lead.expected[length - 60 :].mean(axis=0), lead.expected[length - 460 : length - 400].mean(axis=0)
    assert lead.slowing.any() and (late / early)[slow].mean() > (late / early)[~slow].mean() + 0.1
    orders = world.ledger.orders
    assert (orders["leaves"] >= orders["ordered"]).all() and (orders["docks"] >= orders["leaves"]).all()
    assert (orders["arrives"] >= orders["docks"]).all() and (orders["last"] >= orders["arrives"]).all()


def test_some_items_lose_money_on_every_sale(world):
    items = world.catalogue.items
    margin = items["price"] * (1 - items["referral_rate"]) - items["fulfilment_fee_per_unit"] - items["unit_cost"]
    loses = (world.story.role == "negative_margin") & (margin < 0)
    assert loses.sum() == (world.story.role == "negative_margin").sum() >= 3


def test_the_capacity_cut_bites(world):
    first, end = world.policy.capacity_window
    orders = world.ledger.orders
    during = orders[(orders["ordered"] >= first) & (orders["ordered"] < end)]
    before = orders[(orders["ordered"] >= first - (end - first)) & (orders["ordered"] < first)]
    cut = np.flatnonzero(world.policy.capacity)
    units = [part[part["offer"].isin(cut)]["units"].sum() for part in (before, during)]
    assert len(cut) > 5 and units[1] < 0.9 * units[0]


def test_market_shows_gaps_and_the_surge(inbox):
    market, truth = inbox.form("market"), inbox.truth("market")
    gaps, surge = (truth[truth["kind"] == kind] for kind in ("competitor_stockout", "keyword_surge"))
    assert len(gaps) and len(surge)
    for gap in gaps.itertuples():
        seen = market[(market["sku"] == gap.sku) & (market["date"] >= str(gap.start_date.date())) & (market["date"] <= str(gap.end_date.date()))]
        assert (seen["competitor_in_stock"] == 0).all()
    for rise in surge.itertuples():
        searches = market[market["sku"] == rise.sku].set_index("date")["search_volume"]
        assert searches.iloc[-1] > 2 * searches.iloc[-8:-5].mean()


def test_free_units_are_no_demand(world):
    lines = world.orders.lines
    free = lines[lines["kind"] != NORMAL]
    assert len(free) > 20
    assert (free["price"] * free["units"] - free["discount"] == 0).all()


def test_the_calendar_knows_daylight_saving():
    calendar = Calendar(days=400, warm_up=0, last=dt.date(2026, 10, 31))
    hours = np.diff(calendar.midnights("America/Los_Angeles")) // 3600
    short, long = calendar.dates[hours == 23], calendar.dates[hours == 25]
    assert [str(d) for d in short] == ["2026-03-08"] and [str(d) for d in long] == ["2025-11-02"]
    assert (np.diff(calendar.midnights("Etc/UTC")) == 86_400).all()
