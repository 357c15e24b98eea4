"""Lifts of coming events as an analyst decides them: the newest holds, taking back is a row, an earlier day knows nothing of them."""

import datetime as dt

import pandas as pd
import pytest

from workbench.events import calendar, lifts_in_force, with_lifts

DAY = dt.date(2026, 6, 1)
COLUMNS = ["event", "channel", "start_date", "old", "new", "who", "at", "as_of", "why"]


def decided(*rows):
    made = [(event, channel, start, 1.0, new, "ann", f"2026-06-0{n + 1} 08:00", as_of, "") for n, (event, channel, start, new, as_of) in enumerate(rows)]
    frame = pd.DataFrame(made, columns=COLUMNS).astype({"new": float})
    return frame.assign(**{name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in ("start_date", "at", "as_of")})


PRIME = ("prime_day", "amazon-us", "2026-06-23")


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        ([], []),
        ([(*PRIME, 2.0, "2026-06-01")], [2.0]),
        ([(*PRIME, 2.0, "2026-06-01"), (*PRIME, 3.0, "2026-06-01")], [3.0]),
        ([(*PRIME, 2.0, "2026-06-01"), (*PRIME, None, "2026-06-01")], []),
        ([(*PRIME, 2.0, "2026-06-02")], []),
        ([(*PRIME, 2.0, "2026-06-01"), (*PRIME, None, "2026-06-02")], [2.0]),
    ],
)
def test_the_newest_decision_that_was_made_for_the_day_holds(rows, held):
    assert lifts_in_force(decided(*rows), DAY)["new"].tolist() == held


def test_a_lift_is_that_of_its_event_and_channel_alone():
    known = calendar("2026-06-01", "2026-12-31", ("US", "UK"))
    made = with_lifts(known, decided((*PRIME, 2.5, "2026-06-01")), DAY)
    assert made.dropna(subset=["lift"])[["event", "channel", "lift"]].to_numpy().tolist() == [["prime_day", "amazon-us", 2.5]]
    pd.testing.assert_frame_equal(made.drop(columns="lift"), known.drop(columns="lift"))
    assert with_lifts(known, None, DAY) is known


def test_an_event_of_every_channel_gets_a_row_for_the_channel_decided_about():
    known = calendar("2026-11-01", "2026-11-30")
    friday = known[known["event"] == "black_friday"].iloc[0]
    assert friday["channel"] == "all"
    made = with_lifts(known, decided(("black_friday", "shop", friday["start_date"], 4.0, "2026-06-01")), DAY)
    mine = made[made["event"] == "black_friday"].set_index("channel")
    assert mine.loc["shop", "lift"] == 4.0 and pd.isna(mine.loc["all", "lift"]) and len(made) == len(known) + 1
    assert mine.loc["shop", "end_date"] == friday["end_date"] and mine.loc["shop", "kind"] == "sale"


def test_a_decision_about_an_event_that_is_gone_does_nothing():
    known = calendar("2026-06-01", "2026-06-30")
    pd.testing.assert_frame_equal(with_lifts(known, decided(("prime_day", "amazon-us", "2026-06-20", 2.0, "2026-06-01")), DAY), known)
