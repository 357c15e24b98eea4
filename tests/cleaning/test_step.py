"""The whole cleaning step: bundles, renames, the hour at which stock ended, the end of life, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from workbench.cleaning import CleaningParams, cleaned, feeding, quality
from workbench.tables import FACTS, schema

LENGTH = 60
LAST = pd.Timestamp("2026-10-31")
AS_OF = LAST.date()
FIRST = LAST - pd.Timedelta(days=LENGTH - 1)
PARAMS = CleaningParams(end_of_life_days=20)


def day(number):
    return FIRST + pd.Timedelta(days=number)


def table(name, **columns):
    return schema.conform(name, pd.DataFrame(columns), lineage=False)


def orders(rows):
    """Order lines of (sku, day from 0, hour UTC, units, status)."""
    made = [
        {
            "channel": "amazon-us", "order_id": f"O{n}", "sku": sku, "line": 0, "date": day(d), "ordered_at": day(d) + pd.Timedelta(hours=hour),
            "units": float(units), "revenue": 10.0 * units, "discount": 0.0, "currency": "USD", "status": status, "kind": "normal", "fulfilment": "fba",
        }
        for n, (sku, d, hour, units, status) in enumerate(rows)
    ]  # fmt: skip
    return schema.conform("orders", pd.DataFrame(made), lineage=False)


def stock(levels):
    rows = [(sku, "fba-us", day(d), s, s) for sku, v in levels.items() for d, s in enumerate(v) if s is not None]
    return schema.conform("stock", pd.DataFrame(rows, columns=["sku", "node", "date", "on_hand", "available"]), lineage=False)


def decision(action, sku="all", date=pd.NaT, reason="all", new=np.nan, other=None):
    return {"sku": sku, "channel": "all" if sku == "all" else "amazon-us", "date": date, "reason": reason, "action": action, "old": np.nan, "new": new,
            "other": other, "who": "ann", "at": LAST, "as_of": LAST, "why": "seen"}  # fmt: skip


def tables(lines, **others):
    made = {name: schema.empty(name) for name in FACTS} | {"orders": orders(lines)}
    return made | {name: pd.DataFrame(value) if name == "decisions" else value for name, value in others.items()}


def step(given_tables, params=PARAMS, as_of=AS_OF):
    made = cleaned(given_tables, params, as_of, lambda _first: None)
    return made["history"], made["corrections"]


def daily(sku, units=3, first=0, last=LENGTH):
    return [(sku, d, 18, units, "shipped") for d in range(first, last)]


BUNDLES = table("bundles", sku=["SET", "BOX"], component=["CUP", "SET"], units=[2.0, 3.0])


def test_bundles_sell_what_they_hold_even_inside_each_other():
    history, changes = step(tables([*daily("CUP"), ("SET", 4, 1, 1, "shipped"), ("BOX", 4, 2, 1, "shipped")], bundles=BUNDLES))
    assert set(history["sku"]) == {"CUP"}
    assert history.loc[history["date"] == day(4), "units"].item() == 3 + 2 + 6
    listed = changes[changes["date"] == day(4)].set_index("sku")[["reason", "old_units", "new_units", "reason_value"]]
    assert listed.loc["CUP"].tolist() == ["bundle_exploded", 3, 11, 8]
    assert listed.loc["BOX"].tolist() == ["bundle_exploded", 1, 0, 1]


def test_a_bundle_in_stock_or_left_whole_sells_as_itself():
    lines = [*daily("CUP"), *daily("SET", 1)]
    packed, _ = step(tables(lines, bundles=BUNDLES, stock=stock({"SET": [5.0] * LENGTH})))
    assert set(packed["sku"]) == {"CUP", "SET"}
    whole, _ = step(tables(lines, bundles=BUNDLES, decisions=[decision("reject", "SET", reason="bundle_exploded")]))
    assert set(whole["sku"]) == {"CUP", "SET"}


def test_a_rename_is_one_history_and_can_be_taken_back():
    lines = [*daily("OLD", 2, 0, 30), *daily("NEW", 2, 30)]
    merge = decision("merge", "OLD", reason="renamed", other="NEW")
    listed = table("listings", sku=["OLD", "NEW", "OLD"], channel="amazon-us", date=[day(0), day(30), day(40)], status=["active", "active", "inactive"])
    held = stock({"OLD": [9.0] * 30 + [0.0] * 30, "NEW": [None] * 30 + [9.0] * 30})
    one, changes = step(tables(lines, listings=listed, stock=held, decisions=[merge]))
    assert set(one["sku"]) == {"NEW"}
    assert (one["demand"] == 2).all()
    assert not one["imputed"].any()
    moved = changes[changes["reason"] == "renamed"]
    assert moved.groupby("sku")[["old_units", "new_units"]].sum().values.tolist() == [[0, 60], [60, 0]]
    undone = merge | {"action": "undo", "at": LAST + pd.Timedelta(hours=1)}
    two, _ = step(tables(lines, listings=listed, stock=held, decisions=[merge, undone]))
    assert set(two["sku"]) == {"OLD", "NEW"}


def test_the_skus_that_feed_one():
    held = {"bundles": BUNDLES, "decisions": pd.DataFrame([decision("merge", "OLD", reason="renamed", other="CUP")])}
    assert feeding(held, "CUP", AS_OF) == ["BOX", "CUP", "OLD", "SET"]
    assert feeding({}, "CUP", AS_OF) == ["CUP"]


def test_the_last_order_tells_when_stock_ended():
    # a shop that sells one unit every hour, in New York; on day 30 the last of 12 comes at noon
    hours = [("A", d, hour + 4, 1, "shipped") for d in range(LENGTH) if d != 30 for hour in range(20)]
    lines = [*hours, *[("A", 30, 4 + hour, 1, "shipped") for hour in range(13)]]
    left = [500.0] * 29 + [13.0, 0.0] + [500.0] * 29
    channels = table("channels", channel=["amazon-us"], time_zone=["America/New_York"])
    history, _ = step(tables(lines, stock=stock({"A": left}), channels=channels))
    row = history[history["date"] == day(30)].iloc[0]
    assert row["reason"] == "part_of_day"
    assert row["exposure"] == pytest.approx(12 / 20, abs=0.05)
    assert row["demand"] == pytest.approx(20, rel=0.15)
    unknown, _ = step(tables(lines, stock=stock({"A": left})))
    assert unknown.loc[unknown["date"] == day(30), "reason"].item() == "ran_out"


def hours(sku, told, date=30):
    return table("availability", sku=sku, channel="amazon-us", date=day(date), hour=list(told), on_sale=list(told.values()))


@pytest.mark.parametrize(
    ("told", "sold", "exposure"),
    [
        pytest.param(dict.fromkeys(range(12), 1.0) | dict.fromkeys(range(12, 24), 0.0), 12, 0.5, id="half a day, over a stock that says all day"),
        pytest.param(dict.fromkeys(range(6, 20), 1.0) | {20: 0.5}, 20, 14.5 / 15, id="hours that are not told count like the told ones"),
        pytest.param(dict.fromkeys(range(4), 0.0), 24, 1.0, id="a few hours tell nothing of a day: stock does"),
        pytest.param(dict.fromkeys(range(24), 0.0), 24, 1.0, id="a day that sold was on sale"),
        pytest.param(dict.fromkeys(range(24), 0.0), 0, 0.0, id="no hour on sale, no sale"),
    ],
)
def test_hours_on_sale_win_over_stock(told, sold, exposure):
    # a shop that sells one unit an hour, day and night, in UTC
    lines = [("A", d, hour, 1, "shipped") for d in range(LENGTH) for hour in range(24 if d != 30 else sold)]
    channels = table("channels", channel=["amazon-us"], time_zone=["UTC"])
    history, _ = step(tables(lines, stock=stock({"A": [500.0] * LENGTH}), channels=channels, availability=hours("A", told)))
    row = history[history["date"] == day(30)].iloc[0]
    assert row["exposure"] == pytest.approx(exposure, abs=0.01)
    assert row["demand"] == pytest.approx(24, rel=0.15)
    assert row["imputed"] == (exposure < 1)


def ended(**others):
    lines = [*daily("DEAD", 2, 0, 25), *daily("ALIVE", 2)]
    return step(tables(lines, stock=stock({"DEAD": [9.0] * 25 + [0.0] * 35, "ALIVE": [9.0] * LENGTH}), **others))


def test_a_sku_that_ended_wants_nothing_and_says_why():
    history, changes = ended()
    after = history[(history["sku"] == "DEAD") & (history["date"] >= day(25))]
    assert (after["demand"] == 0).all()
    assert not after["imputed"].any()
    row = changes[changes["reason"] == "ended"]
    assert row[["sku", "date", "reason_value", "reason_limit", "old_units", "new_units"]].values.tolist() == [["DEAD", day(25), 35, 20, 0, 0]]


@pytest.mark.parametrize(
    "others",
    [
        {"purchase_orders": table("purchase_orders", purchase_order=["P"], sku=["DEAD"], node=["fba-us"], ordered_date=[day(50)], status=["sent"])},
        {"inbound": table("inbound", shipment_id=["S"], sku=["DEAD"], node=["fba-us"], status=["shipped"], shipped_date=[day(50)])},
        {"decisions": [decision("reject", "DEAD", reason="ended")]},
    ],
    ids=["ordered", "under way", "the analyst knows better"],
)
def test_a_sku_that_comes_back_has_not_ended(others):
    history, changes = ended(**others)
    after = history[(history["sku"] == "DEAD") & (history["date"] >= day(25))]
    assert after["demand"].mean() == pytest.approx(2, rel=0.2)
    assert "ended" not in set(changes["reason"])


def test_a_rule_about_lines_can_be_rejected():
    lines = [*daily("A"), ("A", 10, 1, 40, "cancelled")]
    before, _ = step(tables(lines))
    after, changes = step(tables(lines, decisions=[decision("reject", reason="cancelled")]))
    assert before.loc[before["date"] == day(10), "units"].item() == 3
    assert after.loc[after["date"] == day(10), "units"].item() == 43
    assert "cancelled" not in set(changes["reason"])


ROWS = st.tuples(
    st.sampled_from(["CUP", "SET", "BOX", "OLD", "NEW"]),
    st.integers(0, LENGTH - 1),
    st.integers(0, 23),
    st.integers(-3, 40).filter(bool),
    st.sampled_from(["shipped", "pending", "cancelled"]),
)
DECISIONS = st.lists(
    st.one_of(
        st.builds(decision, st.just("merge"), st.just("OLD"), reason=st.just("renamed"), other=st.just("NEW")),
        st.builds(
            decision, st.just("reject"), st.sampled_from(["CUP", "all"]), reason=st.sampled_from(["cancelled", "taken_back", "off_sale", "one_off", "ended"])
        ),
        st.builds(decision, st.just("edit"), st.just("CUP"), st.integers(0, LENGTH - 1).map(day), new=st.integers(0, 9).map(float)),
        st.builds(decision, st.just("undo"), st.just("CUP"), reason=st.sampled_from(["cancelled", "off_sale"])),
    ),
    max_size=4,
)


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(ROWS, min_size=1, max_size=25), DECISIONS, st.lists(st.sampled_from([0.0, 6.0]), min_size=LENGTH, max_size=LENGTH), st.integers(0, 99))
def test_what_must_always_hold(rows, decided, levels, seed):
    made = tables([*daily("CUP"), *daily("OLD", 1, 0, 30), *rows], bundles=BUNDLES, stock=stock({"CUP": levels}), decisions=decided)
    copies = {name: frame.copy() for name, frame in made.items()}
    history, changes = step(made)
    schema.validate("history", history.assign(known_at=LAST, source_file="run:t", source_line=0))
    schema.validate("corrections", changes.assign(known_at=LAST, source_file="run:t", source_line=0))
    # units are conserved, SKU by SKU and in total
    report = quality(history, changes)
    raw = made["orders"].loc[made["orders"]["units"] > 0].groupby("sku")["units"].sum()
    spared = {row["reason"] for row in decided if row["action"] == "reject"} & {"cancelled", "taken_back"}
    for row in report.itertuples():
        assert row.units_raw + row.units_added - row.units_removed == pytest.approx(row.units_clean, abs=1e-3)
        if row.sku != "all" and not spared:
            assert row.units_raw == pytest.approx(raw.get(row.sku, 0.0), abs=1e-3)
    assert report.iloc[-1]["units_clean"] == pytest.approx(history["demand"].sum(), abs=1e-2)
    # inputs stay, the same again gives the same, and the order of rows does not matter
    for name, frame in copies.items():
        pd.testing.assert_frame_equal(made[name], frame)
    shuffled = {name: frame if name == "decisions" else frame.sample(frac=1, random_state=seed) for name, frame in made.items()}
    again, listed = step(shuffled)
    pd.testing.assert_frame_equal(history, again)
    order = ["sku", "channel", "date", "reason"]
    pd.testing.assert_frame_equal(changes.sort_values(order, ignore_index=True), listed.sort_values(order, ignore_index=True))


def test_nothing_known_after_as_of_has_an_effect():
    end = day(40)
    late = [("CUP", d, 3, 7, "shipped") for d in range(41, LENGTH)]
    early = tables(daily("CUP", last=41), stock=stock({"CUP": [6.0] * 20 + [0.0] * 5 + [6.0] * 16}), decisions=[])
    whole = tables(
        [*daily("CUP", last=41), *late],
        stock=stock({"CUP": [6.0] * 20 + [0.0] * 5 + [6.0] * 16 + [0.0] * 19}),
        bundles=BUNDLES.assign(known_at=LAST),
        decisions=[decision("edit", "CUP", day(22), new=50.0)],
    )
    for one, two in zip(step(early, as_of=end.date()), step(whole, as_of=end.date()), strict=True):
        pd.testing.assert_frame_equal(one, two)
