"""Numbers and dates as reports write them."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources.reading.dates import local_days, moments
from workbench.sources.reading.numbers import numbers


@pytest.mark.parametrize(
    ("texts", "decimal_comma", "expected"),
    [
        (["1", "-2.5", None, "3e2"], False, [1, -2.5, np.nan, 300]),
        (["1,234.50", "12"], False, [1234.5, 12]),
        (["1,234", "5,000,000"], False, [1234, 5_000_000]),
        (["1,234", "12"], True, [1.234, 12]),
        (["1,5", "1,234"], False, [1.5, 1.234]),
        (["5.255,61 €", "1.000"], False, [5255.61, 1000]),
        (["$1,234.50", "￥4,907,860", "EUR 7", "7 GBP"], False, [1234.5, 4907860, 7, 7]),
        (["(5.25)", "−3"], False, [-5.25, -3]),
        (["--", "n/a", "N/A", "-", "nan"], False, [np.nan] * 5),
        (["1 234,5", "1'234.5"], False, [1234.5, 1234.5]),
        (["1 234,50 €", "1\u00a0234,50 €", "1\u202f234,50\u00a0€"], False, [1234.5] * 3),
        (["5.255,61 EUR", "CA$5", "US$ 12.50", "Rs. 7", "499 kr", "円 12"], False, [5255.61, 5, 12.5, 7, 499, 12]),
        (["５，２５５", "￥1,200", "（1,200）"], False, [5255, 1200, -1200]),
        (["5.25-", "(1,234.00)", "▲1,234", "−3"], False, [-5.25, -1234, -1234, -3]),
        (["1,23,456.50", "12,34,567"], False, [123456.5, 1234567]),
        (["1.234"], False, [1.234]),
        (["1.234", "1.000"], True, [1234, 1000]),
        (["1.234", "5,6"], False, [1234, 5.6]),
        (["1.234", "12.50"], True, [1.234, 12.5]),
        (["0.125"], True, [0.125]),
        (["none", "无", "なし", "－", "#N/A"], False, [np.nan] * 5),
        (["1e5", "1,5e2"], False, [100000, 150]),
    ],
)
def test_numbers(texts, decimal_comma, expected):
    found, _ = numbers(pa.array(texts, pa.string()), decimal_comma)
    assert np.array_equal(found, np.array(expected, dtype=float), equal_nan=True)


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("12 apples", True),
        ("1.2.3", True),
        ("inf", True),
        ("12%", True),
        ("--", False),
        ("365+", True),
        ("1-2", True),
        ("12 LBS", True),
        ("1,2,3", True),
        ("#REF!", True),
        ("1.2,3.4", True),
    ],
)
def test_what_is_no_number_is_told(text, bad):
    assert numbers(pa.array([text, "1"]))[1].tolist() == [bad, False]


def test_open_ended_numbers_count_as_their_bound():
    found, bad = numbers(pa.array(["365+", "12", "none"]), open_ended=True)
    assert np.array_equal(found, [365, 12, np.nan], equal_nan=True)
    assert not bad.any()


@given(st.lists(st.floats(-1e9, 1e9).map(lambda x: round(x, 2)), min_size=1, max_size=8), st.sampled_from([",.", ".,", " ,"]))
def test_numbers_in_any_style_come_back(values, style):
    """A column with thousands marks and two decimals tells its style by itself."""
    texts = [f"{value:,.2f}".translate(str.maketrans(",.", style)) for value in values]
    assert numbers(pa.array(texts))[0].tolist() == values


@pytest.mark.parametrize(
    ("texts", "day_first", "expected"),
    [
        (["2026-05-03", None], False, ["2026-05-03", None]),
        (["20260503"], False, ["2026-05-03"]),
        (["05/13/2026", "05/03/2026"], False, ["2026-05-13", "2026-05-03"]),
        (["13/05/2026", "03/05/2026"], False, ["2026-05-13", "2026-05-03"]),
        (["03/05/2026"], False, ["2026-03-05"]),
        (["03/05/2026"], True, ["2026-05-03"]),
        (["03.05.2026"], False, ["2026-05-03"]),
        (["04-30-22", "04-01-22"], False, ["2022-04-30", "2022-04-01"]),
        (["May 3, 2026", "Jun 13, 2026"], False, ["2026-05-03", "2026-06-13"]),
        (["3 May 2026", "03-May-2026"], False, ["2026-05-03", "2026-05-03"]),
        (["12/1/2010 8:26", "12/13/2010 17:05"], False, ["2010-12-01T08:26", "2010-12-13T17:05"]),
        (["5/3/2026 12:05 AM", "5/30/2026 12:05 PM"], False, ["2026-05-03T00:05", "2026-05-30T12:05"]),
        (["2024-05-01 09:58:12.25"], False, ["2024-05-01T09:58:12.250"]),
        (["31.12.2025"], False, ["2025-12-31"]),
        (["2025/12/31", "2025年12月31日", "２０２５/１２/３１"], False, ["2025-12-31"] * 3),
        (["31/12/2025", "31.12.2025"], False, ["2025-12-31"] * 2),
        (["12/31/25", "1/2/25"], False, ["2025-12-31", "2025-01-02"]),
        (["31. Dezember 2025", "3. Mai 2026", "12. März 2026", "1. Jän. 2026"], False, ["2025-12-31", "2026-05-03", "2026-03-12", "2026-01-01"]),
        (["3 janv. 2026", "1er mai 2026", "3 août 2026", "juin 3, 2026"], False, ["2026-01-03", "2026-05-01", "2026-08-03", "2026-06-03"]),
        (["3 de enero de 2026", "ago 3, 2026", "3 gennaio 2026", "03-Jan-26"], False, ["2026-01-03", "2026-08-03", "2026-01-03", "2026-01-03"]),
        (["2025年1月3日 下午1:02:03", "2025/01/03 午後1:02:03", "3 de enero de 2025 1:02:03 p. m."], False, ["2025-01-03T13:02:03"] * 3),
    ],
)  # fmt: skip
def test_dates_as_written(texts, day_first, expected):
    found = moments(pa.array(texts, pa.string()), day_first)
    assert np.array_equal(found.written, np.array(expected, dtype="datetime64[us]"), equal_nan=True)
    assert not found.bad.any()


@pytest.mark.parametrize("texts", [["13/13/2026"], ["2026-02-30"], ["soon"], ["30/04/2026", "04/30/2026"], ["00:00"], ["23-Jan"], ["ju 3, 2026"], ["may"]])
def test_what_is_no_date_is_told(texts):
    assert moments(pa.array(texts)).bad.any()


@pytest.mark.parametrize(("text", "ambiguous"), [("03/05/2026", True), ("05/05/2026", False), ("03.05.2026", False), ("2026-03-05", False)])
def test_a_date_that_could_be_two_is_told(text, ambiguous):
    assert moments(pa.array([text])).ambiguous is ambiguous


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-05-01T00:00:00+00:00", "2026-05-01T00:00"),
        ("2026-05-01T00:00:00Z", "2026-05-01T00:00"),
        ("2026-05-01 00:00:00 -0700", "2026-05-01T07:00"),
        ("2026-05-01 02:00:00 UTC", "2026-05-01T02:00"),
        ("Jan 3, 2026 1:02:03 AM PST", "2026-01-03T09:02:03"),
        ("Jul 3, 2026 1:02:03 PM PDT", "2026-07-03T20:02:03"),
        ("2026/01/03 10:11:12 JST", "2026-01-03T01:11:12"),
        ("12. März 2026 13:05 MEZ", "2026-03-12T12:05"),
        ("2026-01-03 10:11:12 GMT+9", "2026-01-03T01:11:12"),
        ("2026-05-01 00:00", "2026-04-30T22:00"),
        ("2026-10-25 02:30", "2026-10-25T01:30"),
        ("2026-03-29 02:30", "2026-03-29T01:00"),
    ],
    ids=[
        "offset",
        "Z",
        "offset without colon",
        "UTC",
        "PST",
        "PDT",
        "JST",
        "MEZ",
        "GMT+9",
        "clock of the zone",
        "hour that comes twice",
        "hour that is skipped",
    ],
)
def test_instants(text, utc):
    assert moments(pa.array([text, None])).utc("Europe/Berlin")[0] == np.datetime64(utc)


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        ("America/Los_Angeles", "2026-03-08T07:59", "2026-03-07"),
        ("America/Los_Angeles", "2026-03-08T08:00", "2026-03-08"),
        ("America/Los_Angeles", "2026-03-09T06:59", "2026-03-08"),
        ("America/Los_Angeles", "2026-03-09T07:00", "2026-03-09"),
        ("America/Los_Angeles", "2026-11-02T07:59", "2026-11-01"),
        ("America/Los_Angeles", "2026-11-02T08:00", "2026-11-02"),
        ("Europe/London", "2026-03-28T23:59", "2026-03-28"),
        ("Europe/London", "2026-03-29T23:00", "2026-03-30"),
    ],
)
def test_days_follow_summer_time(zone, utc, day):
    assert local_days(np.array([utc], dtype="datetime64[us]"), zone)[0] == np.datetime64(day)


@given(
    st.lists(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2030, 1, 1)), min_size=1),
    st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo"]),
)
def test_local_days_agree_with_pandas(instants, zone):
    stamps = pd.DatetimeIndex(instants).as_unit("us")
    expected = stamps.tz_localize("UTC").tz_convert(zone).tz_localize(None).normalize()
    assert (local_days(stamps.to_numpy(), zone) == expected.to_numpy()).all()


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_typed_files_need_no_reading(unit):
    found = moments(pa.array([dt.datetime(2026, 5, 1, 8, 26), None], pa.timestamp(unit)))
    assert found.days()[0] == np.datetime64("2026-05-01")
    assert np.isnat(found.written[1])
