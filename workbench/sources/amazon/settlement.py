"""Settlement: what a payout is made of, one amount a line, to the cent.

The first row of a payout holds only its period, its total and its currency; it goes into no table, but its total is held
against the sum of the lines. The older form has a column for each sort of amount, so that a row may hold several; the newer
one has a row for each. An instant falls on the day of the marketplace named, else of the one where the currency is used.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench.sources.amazon import marketplaces, order_lines
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

_PAIRS = ("shipment_fee", "order_fee", "price", "item_fee", "promotion", "direct_payment")
_ALONE = {"misc_fee": "MiscFee", "other_fee": "OtherFee"}
_CENT = 0.005
_PROMOTION = "Promotion"
V1, V2 = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE", "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"


def make(rows: Rows) -> Tables:
    """Return tables settlements and channels."""
    payout, total = rows.text("settlement_id"), rows.number("total")
    head = (total.notna() & rows.text("transaction").isna()).to_numpy()
    stays = rows.drop(head, "summary_row")
    currency = rows.text("currency").fillna(payout.map(rows.text("currency").groupby(payout).first()))
    sold = rows.each("marketplace", marketplaces.code_of)
    clock = sold.fillna(rows.each("marketplace", order_lines.clock)).fillna(currency.map(_where_used, na_action="ignore"))
    lines = pd.DataFrame(
        {
            "settlement_id": payout,
            "channel": rows.each("marketplace", order_lines.channel),
            "date": _days(rows, clock),
            "order_id": rows.text("order_id"),
            "sku": rows.text("sku"),
            "transaction": rows.text("transaction"),
            "units": rows.number("units"),
            "currency": currency,
        }
    )
    lines = _amounts(rows, lines[stays])
    _hold_against(rows, payout[head], total[head], lines)
    lines = lines.assign(line=rows.line_numbers(lines["settlement_id"]))
    return {"settlements": lines, "channels": marketplaces.channel_rows(marketplaces.named(sold))}


def _where_used(currency: str) -> str | None:
    return getattr(marketplaces.by_currency(currency.upper()), "code", None)


def _days(rows: Rows, clock: pd.Series) -> np.ndarray:
    """The day of the instant if there is one, else the day as written."""
    found = rows.moments("posted_at" if rows.has("posted_at") else "posted")
    timed = ~np.isnan(found.offset)
    days = np.where(timed, order_lines.days(found.utc("UTC"), clock.astype("str")), found.days())
    return np.where(np.isnat(days), rows.day("posted").to_numpy(), days) if rows.has("posted_at") else days


def _amounts(rows: Rows, lines: pd.DataFrame) -> pd.DataFrame:
    """One line an amount, in the order of the file; the units of a row stand on its first line alone."""
    if lines.empty:  # a frame without rows would take those of what is assigned
        return lines.assign(kind=pd.Series(dtype="str"), amount=pd.Series(dtype="float64"))
    if rows.has("amount"):
        kind = rows.text("description").fillna(rows.text("amount_type"))
        promised = (rows.text("amount_type") == _PROMOTION) & (kind != _PROMOTION)
        return lines.assign(kind=kind.mask(promised, _PROMOTION + " " + kind), amount=rows.number("amount"))
    parts = [lines.assign(kind=kind, amount=amount)[amount[lines.index].notna()] for kind, amount in _columns(rows)]
    filled = pd.concat(parts).sort_index(kind="stable") if parts else lines.iloc[:0].assign(kind="", amount=np.nan)
    bare = lines[~lines.index.isin(filled.index)].assign(kind=pd.Series(dtype="str"), amount=np.nan)
    found = pd.concat([filled, bare]).sort_index(kind="stable") if len(bare) else filled
    return found.assign(units=found["units"].where(~found.index.duplicated()))


def _columns(rows: Rows) -> Iterator[tuple[pd.Series, pd.Series]]:
    for name in _PAIRS:
        kind = rows.text(f"{name}_type")
        yield kind if name != "promotion" else (_PROMOTION + " " + kind.fillna("")).str.strip(), rows.number(f"{name}_amount")
    for name, word in _ALONE.items():
        yield rows.text(f"{name}_reason").fillna(word), rows.number(f"{name}_amount")
    yield rows.text("transaction"), rows.number("other_amount")


def _hold_against(rows: Rows, payouts: pd.Series, totals: pd.Series, lines: pd.DataFrame) -> None:
    """The total that a payout states must be the sum of its lines; where not, the reader is told by how much."""
    sums = lines.groupby("settlement_id")["amount"].sum()
    for payout, total in zip(payouts, totals, strict=True):
        found = float(sums.get(payout, 0.0))
        agrees = abs(found - total) < _CENT * 2
        rows.note("settlement_agrees" if agrees else "settlement_differs", payout=payout, total=f"{total:.2f}", sum=f"{found:.2f}")


_COMMON = {
    "settlement_id": ["settlement-id"],
    "total": ["total-amount"],
    "currency": ["currency"],
    "transaction": ["transaction-type"],
    "posted": ["posted-date"],
}
_OPTIONAL = {
    "order_id": ["order-id"],
    "marketplace": ["marketplace-name"],
    "sku": ["sku"],
    "units": ["quantity-purchased"],
}
_SILENT = silent(
    """settlement-start-date, settlement-end-date, deposit-date, merchant-order-id, adjustment-id, shipment-id, fulfillment-id,
    order-item-code, merchant-order-item-id, merchant-adjustment-item-id, promotion-id"""
)
_PAIRED = {
    "shipment_fee": "shipment-fee",
    "order_fee": "order-fee",
    "price": "price",
    "item_fee": "item-related-fee",
    "promotion": "promotion",
    "direct_payment": "direct-payment",
}
REPORT = Report(
    name=V1,
    needed={**_COMMON, "price_type": ["price-type"], "price_amount": ["price-amount"]},
    optional={
        **_OPTIONAL,
        **{f"{name}_{part}": [f"{spelled}-{part}"] for name, spelled in _PAIRED.items() for part in ("type", "amount") if name != "price"},
        "misc_fee_amount": ["misc-fee-amount"],
        "other_fee_amount": ["other-fee-amount"],
        "other_fee_reason": ["other-fee-reason-description"],
        "other_amount": ["other-amount"],
    },
    telling=frozenset({"settlement_id", "total", "price_amount"}),
    filled=("settlement_id",),
    together=("settlement_id",),
    make=make,
    silent=_SILENT,
)
REPORT_V2 = Report(
    name=V2,
    needed={**_COMMON, "amount_type": ["amount-type"], "description": ["amount-description"], "amount": ["amount"]},
    optional={**_OPTIONAL, "posted_at": ["posted-date-time"]},
    telling=frozenset({"settlement_id", "total", "amount"}),
    filled=("settlement_id",),
    together=("settlement_id",),
    make=make,
    silent=_SILENT,
)
