"""Cards: complete, dated, sourced; what happens before, after and without them."""

import datetime as dt
import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from workbench import fees
from workbench.errors import BadParameters, StaleRateCard
from workbench.fees.cards import BASIS, read_card

US = [c for c in fees.rate_cards().cards if c.marketplace == "US"]
LAST = dt.date(2027, 1, 14)


def test_cards_of_a_marketplace_follow_each_other_without_a_gap():
    by_day = sorted(US, key=lambda c: c.first_day)
    assert [c.card for c in by_day] == ["us-2023", "us-2024", "us-2025", "us-2026"]
    for before, after in itertools.pairwise(by_day):
        assert after.first_day == before.last_day + dt.timedelta(days=1)


@pytest.mark.parametrize("card", US, ids=lambda c: c.card)
def test_every_line_has_source_confidence_and_effective_day(card):
    for line in card.lines:
        assert line.source and line.confidence
        assert line.since <= card.last_day, line
        assert line.until is None or line.until >= card.first_day, line
        assert line.high is None or line.high > line.rate


def test_every_kind_of_the_newest_card_is_chargeable_or_documented_as_unknown():
    kinds = {line.kind for line in US[-1].lines}
    assert set(BASIS) - kinds == {"fulfilment", "liquidation_processing", "donation"}  # no published table found; donations are unconfirmed


def test_only_assumption_is_marked_so():
    referral = fees.charge("referral", LAST, price=30.0).lines[0]
    assert (referral.amount, referral.source, referral.confidence) == (4.50, "assumption", "unconfirmed")
    assert not {line.kind for card in US for line in card.lines if line.source == "assumption"} - {"referral"}


def test_inside_after_and_before_the_cards():
    inside, after, before = (fees.card_status(day) for day in (LAST, LAST + dt.timedelta(days=1), dt.date(2022, 12, 1)))
    assert (inside.card, inside.stale, inside.reason, inside.last_day) == ("us-2026", False, "", LAST)
    assert (after.card, after.stale, after.reason, after.last_day) == ("us-2026", True, "after_card", LAST)
    assert (before.card, before.stale, before.reason) == ("", False, "before_card")


def test_after_the_last_card_its_rates_go_on_marked_stale_in_the_month_they_lie_in():
    may, november = (fees.charge("storage", dt.date(2028, m, 1), units=100, volume_ft3=1, size_tier="small_standard").lines[0] for m in (5, 11))
    assert (may.rate, may.stale, may.card) == (0.78, True, "us-2026")
    assert (november.rate, november.stale) == (2.40, True)
    assert not fees.charge("storage", LAST, units=1, volume_ft3=1, size_tier="small_standard").lines[0].stale


def test_strict_refuses_what_no_card_covers():
    given = {"units": 1, "volume_ft3": 1.0, "size_tier": "small_standard"}
    with pytest.raises(StaleRateCard, match="storage rate for US on 2027-01-15: the newest card ends 2027-01-14"):
        fees.charge("storage", dt.date(2027, 1, 15), strict=True, **given)
    with pytest.raises(StaleRateCard, match="UK"):
        fees.charge("storage", LAST, "UK", strict=True, **given)
    assert fees.charge("storage", LAST, strict=True, **given).total == 0.78
    assert fees.charge("storage", dt.date(2030, 1, 1), strict=True, rate=0.5, **given).total == 0.5


@pytest.mark.parametrize("place", ["UK", "GB", "de", "amazon-de", "FR"])
def test_no_card_means_unknown_unless_the_fee_is_given(place):
    assert math.isnan(fees.storage_month(1, 1, LAST, place, "small_standard"))
    assert math.isnan(fees.aged_surcharge(1, 300, 1, LAST, place))
    assert math.isnan(fees.referral(1, 30, LAST, place))
    assert fees.referral(1, 30, LAST, place, rate=0.15) == 4.50
    assert fees.fulfilment(2, 3.10, LAST, place) == 6.20
    fee = fees.charge("removal", LAST, place, weight_lb=1.0, size_tier="small_standard")
    assert math.isnan(fee.total) and fee.lines[0].reason == "no_card"


def test_currency_of_marketplaces_without_rates():
    assert [fees.card_status(LAST, place).currency for place in ("US", "UK", "DE")] == ["USD", "GBP", "EUR"]


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("storage", {"volume_ft3": 1, "size_tier": "envelope"}, "no_rate"),
        ("storage", {"size_tier": "small_standard"}, "missing_measure"),
        ("fulfilment", {}, "no_rate"),
        ("inbound_placement", {"size_tier": "small_standard", "option": "partial"}, "rate_is_range"),
        ("aged_inventory", {"volume_ft3": 1}, "no_rate"),
        ("liquidation_processing", {}, "no_rate"),
    ],
)
def test_unknown_amounts_say_why(kind, given, reason):
    line = fees.charge(kind, LAST, **given).lines[0]
    assert math.isnan(line.amount) and line.reason == reason


def test_before_the_first_card():
    assert fees.charge("storage", dt.date(2022, 6, 1), volume_ft3=1, size_tier="standard").lines[0].reason == "before_card"
    assert math.isnan(fees.low_inventory(10, 5, 5, dt.date(2023, 6, 1), "US", "small_standard"))  # began 2024-04-01


def test_scalar_low_inventory_and_liquidation():
    assert fees.charge("low_inventory", LAST, units=1000, short_days=18, long_days=12, weight_lb=2, size_tier="large_standard").total == 700
    sale = fees.charge("liquidation", LAST, units=300, price=30, processing_fee_per_unit=0.60)
    assert [line.amount for line in sale.lines] == [101.25, 180.00]
    assert math.isnan(fees.charge("liquidation", LAST, units=300, price=30).total)


def test_fulfilment_lines():
    fee = fees.charge("fulfilment", LAST, units=10, rate=5.5)
    assert [(line.kind, line.amount, line.source) for line in fee.lines] == [("fulfilment", 55.0, "given"), ("fuel_surcharge", 1.93, "FU")]
    assert [line.kind for line in fees.charge("fulfilment", LAST, "UK", units=10, rate=5.5).lines] == ["fulfilment"]


def test_mistaken_words_are_refused():
    with pytest.raises(BadParameters, match="kind 'parking'"):
        fees.charge("parking", LAST)
    with pytest.raises(BadParameters, match="colour"):
        fees.charge("storage", LAST, colour="red")


def test_a_sellers_own_card_wins_and_prolongs(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text(
        "{card: mine, marketplace: US, currency: USD, first_day: 2026-06-01, last_day: 2027-12-31, sizes: {standard: [small_standard]},"
        " lines: [{kind: storage, size: [standard], rate: 0.50, since: 2026-06-01, source: contract, confidence: H}]}"
    )
    book = fees.RateCards.load(tmp_path)
    day = np.array(["2026-05-31", "2026-06-01", "2027-12-31"], dtype="datetime64[D]")
    assert fees.storage_month(1, 1, day, "US", "small_standard", cards=book).tolist() == [0.78, 0.50, 0.50]
    assert fees.aged_surcharge(10, 300, 0.1, dt.date(2027, 6, 15), "US", cards=book) == 5.45
    assert not fees.card_status(dt.date(2027, 6, 1), "US", book).stale


def test_a_bad_card_lists_every_fault(tmp_path: Path):
    file = tmp_path / "bad.yaml"
    file.write_text(
        "{card: bad, marketplace: US, currency: USD, lines: [{kind: parking, rate: 1, since: 2026-01-01, source: x, confidence: H}, {kind: storage}]}"
    )
    with pytest.raises(BadParameters) as caught:
        read_card(file)
    assert "parking" in str(caught.value) and "lines.1.rate" in str(caught.value)


@pytest.mark.parametrize(
    ("sides", "weight", "tier"),
    [
        ((15, 12, 0.75), 1.0, "small_standard"),
        ((0.75, 15, 12), 1.0, "small_standard"),
        ((15, 12, 0.75), 1.01, "large_standard"),
        ((18, 14, 8), 20, "large_standard"),
        ((18.1, 14, 8), 20, "bulky"),
        ((59, 20, 10), 49, "extra_large"),  # 85 lb dimensional
        ((97, 5, 5), 10, "overmax"),
        ((60, 30, 10), 10, "overmax"),  # length and girth 140
        ((10, float("nan"), 5), 1, ""),
    ],
)
def test_size_tier_of_2026(sides, weight, tier):
    assert fees.size_tier(*sides, weight, LAST) == tier


def test_size_tier_without_card():
    assert fees.size_tier(1, 1, 1, 1, LAST, "UK") == "" and fees.size_tier(1, 1, 1, 1, dt.date(2020, 1, 1)) == ""
    assert fees.size_tier(30, 20, 10, 20, dt.date(2024, 6, 1)) == "large_bulky"
