"""Every fee that the ways out of one position go by: rate, whose word it is, how sure, from when to when; or unknown, and where the seller's own goes."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from workbench import events, fees
from workbench.clearance import elsewhere, terms
from workbench.clearance.params import ClearanceParams
from workbench.clearance.season import months_ahead
from workbench.tables import schema
from workbench.tables.as_known import known

TERMS = (
    "kind", "applies", "used", "rate", "rate_high", "basis", "currency", "source", "confidence", "card", "since", "until", "reason", "own",
)  # fmt: skip
SOURCES = ("preview", "charged", "estimated", "typed", "parameter")
"""Whose word a rate is where it is no card's: the marketplace's preview, its bill, its estimate; the seller's list of items, a parameter."""
USED = ("selling", "storage", "aged", "exit", "apart")
"""Where a fee is in the worth of a way out (as in table clearance); apart: in none, since it is one of the account."""
OWN_RATES = (
    "removal_fee_per_unit", "disposal_fee_per_unit", "donation_fee_per_unit", "grade_fee_per_unit", "liquidation_fee_per_unit", "transfer_placement_per_unit",
    "utilisation_ratio_weeks",
)  # fmt: skip
"""Parameters by which the seller states a rate or a measure of his own."""
_DAYS = (0, 14, 21)
_AWD = ("base", "smart", "managed")
_TABLES = ("health", "items", "nodes", "fee_previews", "fees_charged", "stock_age", "exchange_rates")
Row = dict[str, Any]


def fee_terms(tables: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date, sku: str, location: str) -> pd.DataFrame:
    """Return every fee line that the ways out of a position go by, one row a line.

    Parameters
    ----------
    tables : health, items, nodes, fee_previews, fees_charged, stock_age, exchange_rates; a missing one counts as empty
    params : the seller's own rates among them win over the cards

    Returns
    -------
    Columns `TERMS`: kind (of fee), applies (to which months, ages, days of supply or programme; blank: to all), used (see `USED`), rate
    to rate_high (where a range is published) on basis, source (of the card, or one of `SOURCES`), confidence, card, since and until
    (blank: no end announced), reason (why it is unknown), own (parameter or column by which the seller states his own).
    """
    given = {name: tables.get(name, schema.empty(name)) for name in _TABLES}
    health = given["health"]
    mine = health[(health["sku"] == sku) & (health["location"] == location)].head(1)
    if mine.empty:
        return pd.DataFrame(columns=list(TERMS))
    row = terms.with_terms(mine.drop(columns=["reason", "reason_value", "reason_limit"]), given, as_of).iloc[0]
    there = elsewhere.siblings(row.to_frame().T.infer_objects(), given, params, as_of)["there"].iloc[0]
    parts = (_selling, _storage, _aged, _leaving, _account)
    made = [line for part in parts for line in part(row, given, params, as_of)] + _placement(row, str(there), given, params, as_of)
    return pd.DataFrame(made, columns=list(TERMS)).astype({"since": "datetime64[us]", "until": "datetime64[us]"})


def _lines(row: pd.Series, as_of: dt.date, kind: str, used: str, own: str = "", applies: str = "", **given: Any) -> list[Row]:
    """The lines of a charge for one unit of the row; a fee of a unit at its amount, all others at their rate."""
    size = {"size_tier": row["size_tier"], "weight_lb": row["weight_lb"], "volume_ft3": row["volume_ft3"], "category": row["category"]}
    told = {name: value for name, value in size.items() if isinstance(value, str) or value == value}
    made = fees.charge(kind, as_of, row["marketplace"], **{"units": 1.0, **told, **given})
    return [_row(line, row, used, own, applies) for line in made.lines]


def _row(line: fees.Line, row: pd.Series, used: str, own: str, applies: str) -> Row:
    rate = line.amount if line.basis == "unit" and not math.isnan(line.amount) else line.rate
    found = {"kind": line.kind, "applies": applies, "used": used, "rate": rate, "rate_high": line.high, "basis": line.basis, "own": own}
    source = "parameter" if line.source == "given" else line.source
    dated = {"since": line.since or pd.NaT, "until": line.until or pd.NaT}
    reason = _lack(line, row) if math.isnan(rate) else ""
    return {**found, "currency": line.currency, "source": source, "confidence": line.confidence, "card": line.card, "reason": reason, **dated}


def _lack(line: fees.Line, row: pd.Series) -> str:
    if line.reason == "no_rate" and line.kind in ("removal", "disposal") and (pd.isna(row["weight_lb"]) or pd.isna(row["size_tier"])):
        return "missing_measure"
    return line.reason or "no_rate"


def _told(kind: str, used: str, rate: float, basis: str, row: pd.Series, source: str, since: object, own: str, applies: str = "") -> Row:
    """A rate that a report or the seller tells: its word is the marketplace's own, or the seller's."""
    sure = "given" if source in ("typed", "parameter") else "H"
    found = {"kind": kind, "applies": applies, "used": used, "rate": rate, "rate_high": math.nan, "basis": basis, "currency": row["node_currency"]}
    return {**found, "source": source, "confidence": sure, "card": "", "since": since, "until": pd.NaT, "reason": "", "own": own}


def _selling(row: pd.Series, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Iterable[Row]:
    """Commission and fulfilment: previewed, else charged, else typed, else of the card."""
    if not row["pool"]:
        return
    previews = known(given["fee_previews"], as_of)
    mine = previews[(previews["sku"] == row["sku"]) & (previews["channel"] == events.channel_of(row["marketplace"]))]
    day = mine["date"].max()
    shown = fees.newest_previews(mine, as_of)
    share, fee = (float(shown[name].iloc[0]) if len(shown) else math.nan for name in ("previewed_share", "previewed_fee"))
    charged = _charged(row, given, as_of, "fulfilment")
    if share == share:
        yield _told("referral", "selling", share, "share", row, "preview", day, "items.referral_rate")
    elif row["referral_rate"] == row["referral_rate"]:
        yield _told("referral", "selling", row["referral_rate"], "share", row, "typed", pd.NaT, "items.referral_rate")
    else:
        yield from _lines(row, as_of, "referral", "selling", "items.referral_rate", price=1.0)
    if fee == fee:
        yield _told("fulfilment", "selling", fee, "unit", row, "preview", day, "items.fulfilment_fee_per_unit", "with_surcharge")
    elif charged is not None:
        yield _told("fulfilment", "selling", charged[0], "unit", row, "charged", charged[1], "items.fulfilment_fee_per_unit", "with_surcharge")
    elif row["fulfilment_fee_per_unit"] == row["fulfilment_fee_per_unit"] and row["cost_currency"] == row["node_currency"]:
        yield _told("fulfilment", "selling", row["fulfilment_fee_per_unit"], "unit", row, "typed", pd.NaT, "items.fulfilment_fee_per_unit")
    else:
        yield _lines(row, as_of, "fulfilment", "selling", "items.fulfilment_fee_per_unit")[0]
    within = fee == fee or charged is not None
    yield from _lines(row, as_of, "fuel_surcharge", "selling", "", "in_fulfilment" if within else "on_fulfilment", price=1.0, option="fba")


def _charged(row: pd.Series, given: Mapping[str, pd.DataFrame], as_of: dt.date, kind: str) -> tuple[float, pd.Timestamp] | None:
    """What the place last charged for a unit, and the month of it."""
    newest = fees.newest_charges(given["fees_charged"], as_of)
    mine = newest[(newest["sku"] == row["sku"]) & (newest["location"] == row["location"]) & (newest["kind"] == kind)]
    mine = mine[(mine["units"] > 0) & (mine["currency"] == row["node_currency"])]
    return None if mine.empty else (float(mine["amount"].iloc[0] / mine["units"].iloc[0]), mine["month"].iloc[0])


def _storage(row: pd.Series, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Iterable[Row]:
    """Storage of the coming twelve months, each rate with its months; outside a pool the place's own."""
    own = "nodes.storage_rate_per_ft3_month"
    if not row["pool"]:
        typed = row["own_rate"] == row["own_rate"]
        yield _told("storage", "storage", row["own_rate"], "ft3_month", row, "typed" if typed else "", pd.NaT, own) | (
            {} if typed else {"reason": "no_rate", "confidence": ""}
        )
        return
    by_month = {day.month: _lines(row, day, "storage", "storage", own)[0] for day in months_ahead(as_of, 12)}
    rates = {(line["rate"], line["card"]): line for line in by_month.values()}
    charged = _charged(row, given, as_of, "storage") if any(line["reason"] for line in rates.values()) else None
    if charged is not None:
        yield _told("storage", "storage", charged[0], "unit_month", row, "charged", charged[1], own)
        return
    for line in rates.values():
        months = sorted(month for month, other in by_month.items() if (other["rate"], other["card"]) == (line["rate"], line["card"]) or line["reason"])
        yield line | {"applies": "months:" + ",".join(map(str, months)) if len(months) < 12 else ""}
        if line["reason"]:
            return


def _aged(row: pd.Series, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Iterable[Row]:
    """The aged surcharge by age; where no card is known by the marketplace's own estimates. Only a pool charges for age."""
    if not row["pool"]:
        return
    ends = [f"{after - 1}" for after in elsewhere.AGED_FROM[1:]] + [""]
    tiers = [(age, f"ages:{age}-{end}") for age, end in zip(elsewhere.AGED_FROM, ends, strict=True)]
    lines = [_lines(row, fees.next_snapshot(as_of), "aged_inventory", "aged", "", applies, age_days=float(age))[0] for age, applies in tiers]
    estimates = fees.AgeRates(given["stock_age"], fees.goods(given["items"], as_of), as_of)
    told = [float(estimates.per_ft3(row["location"], age)) if line["reason"] else math.nan for (age, _), line in zip(tiers, lines, strict=True)]
    found = [
        line if math.isnan(rate) else _told("aged_inventory", "aged", rate, "ft3_month", row, "estimated", pd.NaT, "", line["applies"])
        for line, rate in zip(lines, told, strict=True)
    ]
    yield from _joined(found)


def _joined(tiers: list[Row]) -> Iterable[Row]:
    """Neighbouring tiers of one rate as one line; all of them as one where the rate is unknown."""
    if tiers[0]["reason"]:
        yield tiers[0] | {"applies": ""}
        return
    for _, part in groupby(tiers, lambda line: (line["rate"], line["confidence"])):
        same = list(part)
        first, last = (at["applies"].removeprefix("ages:").split("-") for at in (same[0], same[-1]))
        yield same[0] | {"applies": f"ages:{first[0]}-{last[1]}"}


def _leaving(row: pd.Series, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Iterable[Row]:
    """What it costs to send units away or have them gone."""
    if not row["pool"]:
        return
    own = {"removal": "removal_fee_per_unit", "disposal": "disposal_fee_per_unit", "donation": "donation_fee_per_unit", "grade_resell": "grade_fee_per_unit"}
    for kind, name in own.items():
        rate = getattr(params, name)
        yield from _lines(row, as_of, kind, "exit", name, rate=np.nan if rate is None else rate)
    yield from _lines(row, as_of, "liquidation_recovery", "exit", "liquidation_share", price=1.0)
    yield from _lines(row, as_of, "liquidation_referral", "exit", price=1.0, recovery_share=1.0)
    assumed = params.liquidation_fee_per_unit == ClearanceParams().liquidation_fee_per_unit
    line = _lines(row, as_of, "liquidation_processing", "exit", "liquidation_fee_per_unit", processing_fee_per_unit=params.liquidation_fee_per_unit)[0]
    yield line | ({"source": "assumption", "confidence": "unconfirmed"} if assumed else {})
    yield from _lines(row, as_of, "outlet_deal", "exit")


def _placement(row: pd.Series, there: str, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> list[Row]:
    """Inbound placement in the pool that a transfer would go to; by card where it is free, a range or unknown otherwise."""
    place = fees.places(given["nodes"], pd.Series([there])).iloc[0]
    if place["kind"] != "fba" or not row["pool"]:
        return []
    own, at = params.transfer_placement_per_unit, row.copy()
    at["marketplace"] = place["marketplace"]
    name = "transfer_placement_per_unit"
    if own is not None:
        return _lines(at, as_of, "inbound_placement", "exit", name, f"place:{there}", rate=own)
    found = []
    for split, used in (("optimised", "exit"), ("partial", "apart"), ("minimal", "apart")):  # the value takes the free split
        found += _lines(at, as_of, "inbound_placement", used, name, f"split:{split}:{there}", option=split)
        if found[-1]["reason"] == "no_card":
            break
    return found


def _account(row: pd.Series, given: Mapping[str, pd.DataFrame], params: ClearanceParams, as_of: dt.date) -> Iterable[Row]:
    """Fees that go by measures of the account or of sales: in the worth of a way out as far as it is known what they go by."""
    if not row["pool"]:
        return
    ratio = float(terms.utilisation_ratio(row.to_frame().T, given["fees_charged"], params.utilisation_ratio_weeks, as_of)[0])
    measured: dict[str, Any] = {} if math.isnan(ratio) else {"ratio_weeks": ratio}
    line = _lines(row, as_of, "storage_utilisation", "storage" if measured else "apart", "utilisation_ratio_weeks", **measured)[0]
    yield line if measured else line | {"reason": line["reason"].replace("no_rate", "missing_measure")}
    yield from _lines(row, as_of, "overage", "apart", volume_ft3=1.0)
    for days, end in zip(_DAYS, ("14", "21", "28"), strict=True):
        made = _lines(row, as_of, "low_inventory", "selling", "", f"supply:{days}-{end}", short_days=float(days), long_days=float(days))[0]
        yield made
        if made["reason"]:
            break
    for kind in ("awd_storage", "awd_processing", "awd_transport"):
        for option in ("",) if kind == "awd_processing" else _AWD:
            made = _lines(row, as_of, kind, "apart", "", f"awd:{option}" if option else "", volume_ft3=1.0, option=option)[0]
            yield made
            if made["reason"]:
                return
