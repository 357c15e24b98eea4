"""Sums of money on the screens: what is unknown is counted, never added."""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.fees import Exchange
from workbench.tables import schema
from workbench.ui.totals import total

RATES = schema.conform("exchange_rates", pd.DataFrame([{"date": "2026-10-30", "currency": "GBP", "base": "USD", "rate": 1.25}]), lineage=False)


def test_every_row_is_added_set_apart_or_counted():
    frame = pd.DataFrame({"worth": [100.0, 40.0, 7.0, 5.0, np.nan, np.nan], "currency": ["USD", "GBP", "SEK", None, "USD", None]})
    found = total(frame, "worth", Exchange(RATES, "USD", dt.date(2026, 11, 1)))
    assert (found.amount, found.apart, found.unknown) == (150.0, {"SEK": 7.0}, 3)
    assert Exchange(RATES, "USD", dt.date(2026, 11, 1)).total(frame["worth"], frame["currency"]).left_out == 4  # those set apart as well
