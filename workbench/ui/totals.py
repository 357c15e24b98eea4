"""Sums of money that may be in several currencies: converted by the dated rates on file, shown apart where there is none."""

from dataclasses import dataclass

import pandas as pd

from workbench.fees.exchange import Exchange
from workbench.i18n import money, number, t


@dataclass(frozen=True, slots=True)
class Total:
    """A sum in the shop's currency (NaN when none of it is known), and what could not be converted, by currency."""

    amount: float
    currency: str
    apart: dict[str, float]
    unknown: int

    def words(self) -> str:
        """Return the sum as text, such as $1,200 + £300."""
        return f"{self.main()} {self.rest()}".strip()

    def main(self) -> str:
        """Return the part in the shop's own currency."""
        return money(self.amount, self.currency)

    def rest(self) -> str:
        """Return what could not be converted, such as + £300."""
        return " ".join(f"+ {money(value, code)}" for code, value in self.apart.items())

    def note(self) -> str:
        """Return what a reader must know of the sum: other currencies, and how many rows have no known amount."""
        unknown = t("ui.unknown_rows", n=number(self.unknown)) if self.unknown else ""
        return " · ".join(part for part in (self.rest(), unknown) if part)


def total(frame: pd.DataFrame, column: str, exchange: Exchange) -> Total:
    """Return the sum of a money column over the rows whose amount and currency are known; the others are counted."""
    amount, currency = frame[column], frame["currency"]
    apart = amount[~currency.isin(list(exchange.rates))].groupby(currency).sum(min_count=1).dropna()
    unknown = int((amount.isna() | currency.isna()).sum())
    return Total(exchange.total(amount, currency).value, exchange.currency, {str(code): float(value) for code, value in apart.items() if value}, unknown)
