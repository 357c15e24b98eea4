"""Money of many currencies in one: by the dated rate table. What has no rate, or no currency, is unknown money: counted, never added."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.tables.as_known import known


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of money: NaN when nothing is known, and how many rows could not be counted."""

    value: float
    left_out: int


class Exchange:
    """Rates into one currency, each the newest known on a day.

    Parameters
    ----------
    rates : DataFrame
        Table exchange_rates: date, currency, base, rate.
    currency : str
        ISO 4217 code that amounts are turned into.
    as_of : date
        Rates dated or learned later are not used.

    Examples
    --------
    >>> rates = pd.DataFrame({"date": pd.to_datetime(["2026-11-20"]), "currency": ["GBP"], "base": ["USD"], "rate": [1.25]})
    >>> money = Exchange(rates, "USD", dt.date(2026, 11, 22))
    >>> money.total(pd.Series([100.0, 40.0, 7.0, 5.0]), pd.Series(["USD", "GBP", "SEK", None]))
    Total(value=150.0, left_out=2)
    """

    def __init__(self, rates: pd.DataFrame, currency: str, as_of: dt.date):
        self.currency = currency
        dated = known(rates, as_of).sort_values("date", kind="stable")
        inverse = dated[dated["currency"] == currency].drop_duplicates("base", keep="last")
        direct = dated[dated["base"] == currency].drop_duplicates("currency", keep="last")
        self.rates = dict(zip(inverse["base"], 1.0 / inverse["rate"], strict=True))
        self.rates |= dict(zip(direct["currency"], direct["rate"], strict=True))
        self.rates[currency] = 1.0

    def convert(self, amounts: pd.Series, currencies: pd.Series) -> pd.Series:
        """Return the amounts in the one currency; NaN where amount, currency or rate is unknown."""
        return amounts.astype("float64") * currencies.map(self.rates).astype("float64")

    def total(self, amounts: pd.Series, currencies: pd.Series) -> Total:
        """Return the sum of what is known, and the number of rows that are not."""
        return add(self.convert(amounts, currencies))


def add(converted: pd.Series) -> Total:
    """Return the sum of a column of money in one currency, and the number of rows left out; no rows make no sum."""
    there = converted.to_numpy()[np.isfinite(converted.to_numpy())]
    return Total(float(there.sum()) if len(there) else float("nan"), len(converted) - len(there))


def converted(amounts: pd.Series, given: pd.Series, wanted: pd.Series, rates: pd.DataFrame, as_of: dt.date) -> pd.Series:
    """Return amounts of one currency a row in another a row; NaN where amount, currency or rate is unknown."""
    result = pd.Series(np.nan, index=amounts.index)
    for currency in wanted.dropna().unique():
        here = wanted == currency
        result[here] = Exchange(rates, currency, as_of).convert(amounts[here], given[here])
    return result
