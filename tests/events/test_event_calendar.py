"""Event dates, merging, labels, alignment by event day."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import events
from workbench.tables import schema

ALL = events.calendar("2022-01-01", "2027-12-31", ("US", "UK", "DE"))


def spans(event, channel="amazon-us"):
    rows = ALL[(ALL["event"] == event) & ALL["channel"].isin([channel, "all"])]
    return {row.start_date.year: (f"{row.start_date:%m-%d}", f"{row.end_date:%m-%d}") for row in rows.itertuples()}


def test_prime_days():
    known = {2022: ("07-12", "07-13"), 2023: ("07-11", "07-12"), 2024: ("07-16", "07-17"), 2025: ("07-08", "07-11"), 2026: ("06-23", "06-26")}
    assert spans("prime_day") == known
    assert spans("fall_prime") == {2022: ("10-11", "10-12"), 2023: ("10-10", "10-11"), 2024: ("10-08", "10-09"), 2025: ("10-07", "10-08")}


def test_what_is_not_known_is_named_and_left_out():
    unknown = {(o.event, o.year) for o in events.unknown_dates(2026, 2027) if o.kind == "sale"}
    assert unknown == {("fall_prime", 2026), ("fall_prime", 2027), ("prime_day", 2027)}
    assert not {(e, d.year) for e, d in zip(ALL["event"], ALL["start_date"], strict=True)} & unknown
    assert events.next_occurrence("prime_day", "2026-06-27", ALL) is None


@pytest.mark.parametrize(
    ("year", "friday", "monday"),
    [
        (2022, "11-25", "11-28"),
        (2023, "11-24", "11-27"),
        (2024, "11-29", "12-02"),
        (2025, "11-28", "12-01"),
        (2026, "11-27", "11-30"),
        (2027, "11-26", "11-29"),
    ],
)
def test_black_friday_and_cyber_monday(year, friday, monday):
    assert spans("black_friday")[year][0] == friday
    assert spans("cyber_monday")[year] == (monday, monday)
    labels = events.label_days(pd.date_range(f"{year}-{friday}", periods=5), ALL, "shop").tolist()
    assert labels == ["black_friday"] * 3 + ["cyber_monday", ""]


@pytest.mark.parametrize(("year", "day"), [(2022, "02-01"), (2023, "01-22"), (2024, "02-10"), (2025, "01-29"), (2026, "02-17"), (2027, "02-06")])
def test_chinese_new_year(year, day):
    assert f"{events.lunar_new_year(year):%m-%d}" == day
    closed = ALL[(ALL["event"] == "chinese_new_year") & (ALL["start_date"].dt.year == year)].iloc[0]
    assert closed["start_date"] < pd.Timestamp(f"{year}-{day}") < closed["end_date"] and closed["kind"] == "factory"


@pytest.mark.parametrize(("event", "day"), [("mid_year_618", "06-18"), ("singles_day", "11-11"), ("golden_week", "10-01"), ("christmas_deadline", "12-18")])
def test_events_of_every_year(event, day):
    assert {year: span[0] for year, span in spans(event, "amazon-cn").items()} == dict.fromkeys(range(2022, 2028), day)


def test_inbound_deadlines():
    assert spans("prime_day_inbound_deadline") == {2022: ("06-20", "06-20"), 2026: ("06-05", "06-05")}
    assert spans("prime_day_inbound_deadline_minimal") == {2026: ("05-27", "05-27")}
    assert spans("black_friday_inbound_deadline") == {2022: ("11-02", "11-02"), 2025: ("10-30", "10-30")}


def test_holidays_belong_to_their_marketplace():
    assert spans("independence_day")[2026] == ("07-04", "07-04") and spans("german_unity_day", "amazon-de")[2026] == ("10-03", "10-03")
    assert spans("german_unity_day") == {}
    assert set(events.calendar("2026-01-01", "2026-12-31", ("GB",))["channel"]) == {"amazon-uk", "amazon-cn", "all"}


def test_calendar_has_the_shape_of_the_table_and_only_touched_days():
    few = events.calendar("2026-06-26", "2026-06-26", ("US",))
    assert few["event"].tolist() == ["prime_day"]
    pd.testing.assert_series_equal(few.dtypes, schema.conform("events", few, lineage=False).dtypes)
    stored = few.assign(known_at=pd.Timestamp("2026-01-01"), source_file="run:x", source_line=0)
    schema.validate("events", stored)
    assert not ALL.duplicated(["event", "channel", "start_date"]).any()


def own(rows):
    frame = pd.DataFrame(rows, columns=["event", "channel", "start_date", "end_date", "kind", "known_at"])
    for column in ("start_date", "end_date", "known_at"):
        frame[column] = pd.to_datetime(frame[column])
    return schema.conform("events", frame.assign(source_file="events.csv", source_line=2))


def test_the_sellers_rows_win_year_by_year():
    extra = own(
        [("prime_day", "all", "2026-07-07", "2026-07-08", "sale", "2026-05-01"), ("my_sale", "shop", "2026-08-01", "2026-08-03", "promotion", "2026-05-01")]
    )
    merged = events.calendar("2025-01-01", "2026-12-31", ("US", "UK"), extra=extra)
    assert merged.loc[merged["event"] == "prime_day", "start_date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-07-08", "2025-07-08", "2026-07-07"]
    assert events.label_days(["2026-08-02"], merged, "shop").tolist() == ["my_sale"]
    assert events.label_days(["2026-08-02"], merged, "amazon-us").tolist() == [""]
    early = events.calendar("2026-01-01", "2026-12-31", ("US",), extra=extra, as_of=dt.date(2026, 4, 30))
    assert "my_sale" not in set(early["event"]) and early.loc[early["event"] == "prime_day", "start_date"].dt.month.tolist() == [6]


def test_promotion_over_sale_over_holiday_and_no_label_for_deadlines():
    extra = own([("coupon", "amazon-us", "2026-11-25", "2026-11-28", "promotion", "2026-01-01")])
    table = events.calendar("2026-11-01", "2026-12-31", ("US",), extra=extra)
    days = ["2026-11-24", "2026-11-26", "2026-11-28", "2026-11-29", "2026-12-18", "2026-12-25"]
    assert events.label_days(days, table, "amazon-us").tolist() == ["", "coupon", "coupon", "black_friday", "", "christmas_day"]


def test_event_day_counts_from_the_first_day():
    days = events.event_days(pd.date_range("2026-06-22", "2026-06-27"), ALL, "amazon-us")
    assert days["event_day"].tolist() == [0, 1, 2, 3, 4, 0]


def test_last_year_is_aligned_by_event_day():
    dates = ["2026-06-23", "2026-06-26", "2025-07-10", "2026-11-27", "2026-07-08", "2022-07-12"]
    before = events.last_year_days(dates, ALL, "amazon-us").astype(str).tolist()
    # 2024 had two days, so the third day of 2025 compares with the second; the plain 2026-07-08 may not meet Prime Day 2025
    assert before == ["2025-07-08", "2025-07-11", "2024-07-17", "2025-11-28", "2025-07-02", "NaT"]


@settings(max_examples=40, deadline=None)
@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)))
def test_plain_days_compare_with_plain_days_of_the_same_weekday(day):
    label = events.label_days([day], ALL, "amazon-us")[0]
    before = events.last_year_days([day], ALL, "amazon-us")[0].astype(dt.date)
    assert events.label_days([before], ALL, "amazon-us")[0] == label
    assert label or before.weekday() == day.weekday()


def test_next_occurrence():
    assert events.next_occurrence("prime_day", dt.date(2026, 6, 24), ALL) == (dt.date(2026, 6, 23), dt.date(2026, 6, 26))
    assert events.next_occurrence("black_friday", dt.date(2026, 12, 1), ALL, "shop") == (dt.date(2027, 11, 26), dt.date(2027, 11, 28))


def test_years_without_dates_are_named_until_the_seller_dates_them():
    assert events.undated_years(2027, 2027).values.tolist() == [["fall_prime", "amazon-us", 2027], ["prime_day", "amazon-us", 2027]]
    extra = own([("prime_day", "all", "2027-07-06", "2027-07-09", "sale", "2027-05-01")])
    assert events.undated_years(2027, 2027, extra=extra)["event"].tolist() == ["fall_prime"]


def test_rows_of_an_event_that_overlap_are_named():
    rows = [("x", "all", "2026-07-01", "2026-07-04", "sale", "2026-01-01"), ("x", "all", "2026-07-03", "2026-07-05", "sale", "2026-01-01"),
            ("x", "shop", "2026-07-03", "2026-07-05", "sale", "2026-01-01"), ("y", "all", "2026-07-03", "2026-07-05", "sale", "2026-01-01")]  # fmt: skip
    found = events.overlaps(own(rows))
    assert found[["event", "start_date", "other_start"]].values.tolist() == [["x", pd.Timestamp("2026-07-03"), pd.Timestamp("2026-07-01")]]
    assert events.overlaps(ALL).empty


def test_no_dates_and_no_events():
    none = np.array([], dtype="datetime64[D]")
    assert events.label_days(none, ALL, "amazon-us").shape == (0,) and events.last_year_days(none, ALL, "amazon-us").shape == (0,)
    assert events.label_days(["2026-11-27"], schema.empty("events"), "amazon-us").tolist() == [""]
    assert len(events.calendar("2026-01-01", "2026-12-31", ("ZZ",), extra=schema.empty("events"))) == 7
