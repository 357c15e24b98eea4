"""Fees as computed against fees as charged or foreseen by the marketplace: how far apart, per SKU and in all, and which line explains it."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.fees.cards import card_status, country
from workbench.fees.imported import newest_previews
from workbench.fees.selling import fulfilment
from workbench.fees.storage import storage_month
from workbench.fees.subjects import goods, places
from workbench.fees.tariff import Floats, amount, half_up, match
from workbench.tables import schema
from workbench.tables.as_known import known

CENT = 0.005
LINES = (
    "sku", "location", "kind", "told", "date", "basis_told", "basis_own", "rate_told", "rate_own", "charged", "computed", "error", "explained", "currency",
)  # fmt: skip
EXPLAINED = ("agrees", "basis", "size", "rate", "surcharge", "discount", "no_card", "no_size", "no_rate", "no_measure", "other_currency")
"""What explains the difference of a line; the last five say why there is nothing to hold it against."""
_TABLES = ("fees_charged", "capacity", "stock_age", "fee_previews", "removals", "settlements", "items", "nodes")
_TIERS = (0, 181, 211, 241, 271, 301, 331, 366, 456)
"""Ages, days, at which some card's rate changes."""
_SETTLED = ("Principal", "Commission", "FBAPerUnitFulfillmentFee")
_MOST_SPLIT = 300
"""More units than this are split in any share: every cent between the lowest and the highest rate can then be reached."""
_BY_UNIT: Mapping[str, tuple[dict[str, object], ...]] = {
    "inbound_placement": ({"option": "optimised"}, {"option": "partial"}, {"option": "minimal"}),
    "low_inventory": tuple({"days_of_supply": days} for days in (0.0, 14.0, 21.0, 28.0)),
}
"""Fees of a unit, and the cases that a charge of theirs may be one of."""
_OTHER_SIZES = (("small_standard", ""), ("small_bulky", ""), ("small_standard", "dangerous_goods"), ("small_bulky", "dangerous_goods"))


def reconciled(tables: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Return every fee that a report names beside what the rate cards and the seller's own rates make of it, the largest difference first.

    computed = basis x rate, rounded half-up; charged - computed = (basis told - basis own) x rate own + basis told x (rate told - rate own) +
    (charged - basis told x rate told). The largest of the three explains the difference: basis (another volume), rate (or size, where
    it is another size's rate of the card), or what stands beside the rate: a surcharge or a discount.

    Parameters
    ----------
    tables : fees_charged, capacity (overage), stock_age (estimates of its newest day), fee_previews (the newest), removals, settlements, items, nodes
    as_of : rows dated or learned later are left out

    Returns
    -------
    Columns `LINES`; told is charged or foreseen; basis is ft3, units or money by the kind of fee; error is charged less computed, NaN
    where nothing can be computed; explained is one of `EXPLAINED`.
    """
    given = {name: tables.get(name, schema.empty(name)) for name in _TABLES}
    about = goods(given["items"], as_of).drop_duplicates("sku").set_index("sku")
    charged = _storage, _utilisation, _aged_charged, _aged_foreseen, _by_unit, _previewed, _removed, _settled
    parts = [*(part(given, about, as_of) for part in charged), _overage(given, as_of)]
    made = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else pd.DataFrame(columns=[*LINES, "short", "unknown"])
    lines = _explained(made)
    order = lines["error"].abs().fillna(-1.0).sort_values(ascending=False, kind="stable").index
    return lines.loc[order, list(LINES)].reset_index(drop=True)


def by_sku(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the error of each SKU, location and currency over all its lines that can be computed, and the line that explains most of it.

    sku, location, currency, charged, computed, error, lines, unknown (lines without a computed fee), kind, told, date, explained (of the
    line with the largest difference); the largest error first.
    """
    place = ["sku", "location", "currency"]
    told = lines.assign(unknown=lines["error"].isna(), charged=lines["charged"].where(lines["error"].notna()))
    sums = told.groupby(place, dropna=False).agg(
        charged=("charged", "sum"), computed=("computed", "sum"), error=("error", "sum"), lines=("kind", "size"), unknown=("unknown", "sum")
    )
    worst = lines.drop_duplicates(place).set_index(place)[["kind", "told", "date", "explained"]]
    found = sums.join(worst).reset_index().assign(error=lambda made: made["error"].round(2))
    return found.sort_values(["error", "sku"], key=lambda column: -column.abs() if column.name == "error" else column, ignore_index=True)


def in_total(lines: pd.DataFrame) -> pd.DataFrame:
    """Return charged and computed money in total: a row for each kind of fee, whether charged or foreseen, and currency.

    kind, told, currency, lines, charged, computed, error (of the lines that can be computed), unknown (lines that cannot), unknown_charged
    (their money), why (the reason of most of them).
    """
    kind = ["kind", "told", "currency"]
    there = lines["error"].notna()
    charged, why = lines["charged"], lines["explained"].where(~there)
    rows = lines.assign(known_charged=charged.where(there), unknown=~there, unknown_charged=charged.where(~there), why=why)
    found = rows.groupby(kind, dropna=False, sort=True).agg(
        lines=("sku", "size"),
        charged=("known_charged", "sum"),
        computed=("computed", "sum"),
        error=("error", "sum"),
        unknown=("unknown", "sum"),
        unknown_charged=("unknown_charged", "sum"),
        why=("why", lambda said: said.mode().iloc[0] if said.notna().any() else np.nan),
    )
    return found.reset_index().assign(error=lambda made: made["error"].round(2))


def _explained(made: pd.DataFrame) -> pd.DataFrame:
    """The lines with computed, error and explained."""
    if made.empty:
        return made.reindex(columns=[*LINES])
    rate_told = made["rate_told"].fillna(made["rate_own"])
    computed = pd.Series(half_up(made["basis_own"] * made["rate_own"]), index=made.index)
    error = (made["charged"] - computed).round(6)
    parts = {
        "basis": (made["basis_told"] - made["basis_own"]) * made["rate_own"],
        "rate": made["basis_told"] * (rate_told - made["rate_own"]),
        "beside": made["charged"] - made["basis_told"] * rate_told,
    }
    largest = np.array([*parts])[np.nan_to_num(np.abs(np.stack([part.to_numpy(float) for part in parts.values()]))).argmax(axis=0)]
    beside = np.where(error > 0, "surcharge", "discount")
    why = np.select(
        [error.isna() & (made["unknown"] != ""), error.isna(), error.abs() < CENT, largest == "beside", (largest == "rate") & made["short"].to_numpy(bool)],
        [made["unknown"], "no_rate", "agrees", beside, "size"],
        largest,
    )
    return made.assign(computed=computed, error=error.where(error.abs() >= CENT, error * 0), explained=why)


def _line(rows: pd.DataFrame, kind: object, told: str, location: object, place: pd.Series, **columns: object) -> pd.DataFrame:
    """Rows as lines; unknown says what a line lacks: a card, else what the caller found missing."""
    found = pd.DataFrame({"sku": rows["sku"], "location": location, "kind": kind, "told": told, "date": rows["date"], "currency": rows["currency"]})
    found = found.assign(short=False, unknown="", rate_told=np.nan).assign(**columns)
    status = {(code, day): card_status(day.date(), code) for code, day in set(zip(place, found["date"], strict=True))}
    state = [status[key] for key in zip(place, found["date"], strict=True)]
    uncarded = np.array([each.reason in ("no_card", "before_card") for each in state], dtype=bool)
    money = np.array([each.currency for each in state], dtype=object)
    other = (money != "") & (money != found["currency"].to_numpy(object))
    unknown = np.select([uncarded & found["rate_own"].isna().to_numpy(), other], ["no_card", "other_currency"], found["unknown"])
    return found.assign(unknown=unknown, rate_own=found["rate_own"].where(~other))


def _about(rows: pd.DataFrame, about: pd.DataFrame, name: str) -> pd.Series:
    return rows["sku"].map(about[name])


def _where(rows: pd.DataFrame, nodes: pd.DataFrame) -> pd.Series:
    """The marketplace of each row's node."""
    return rows["node"].map(places(nodes, rows["node"]).set_index("location")["marketplace"]).fillna("")


def _volume(rows: pd.DataFrame, about: pd.DataFrame) -> pd.Series:
    """Our own volume where it differs from the told one by more than reports round; else the told one."""
    each = _about(rows, about, "volume_ft3")
    own, slack = rows["units"] * each, rows["units"] * 5e-5 + each * 5e-3 + 1e-4
    return own.where((own - rows["volume_ft3"]).abs() > slack, rows["volume_ft3"]).fillna(rows["volume_ft3"])


def _storage(given: Mapping[str, pd.DataFrame], about: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    rows = known(given["fees_charged"], as_of)
    rows = rows[rows["kind"] == "storage"]
    place, tier, days = _where(rows, given["nodes"]), _about(rows, about, "size_tier"), rows["date"].to_numpy()
    rate = storage_month(1.0, 1, days, place.to_numpy(object), tier.to_numpy(object), rounded=False)
    other = [storage_month(1.0, 1, days, place.to_numpy(object), size, option=option, rounded=False) for size, option in _OTHER_SIZES]
    short = np.any([np.abs(each - rows["rate"].to_numpy(float)) < 1e-6 for each in other], axis=0)
    unknown = np.where(tier.isna(), "no_size", "no_rate")
    return _line(
        rows, "storage", "charged", rows["node"], place, basis_told=rows["volume_ft3"], basis_own=_volume(rows, about),
        rate_told=rows["rate"], rate_own=rate, charged=rows["amount"] - rows["surcharge"].fillna(0), short=short, unknown=unknown,
    )  # fmt: skip


def _utilisation(given: Mapping[str, pd.DataFrame], about: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Surcharges on utilisation that the storage report splits off, by the ratio that it names; what the surcharge leaves out is the report's word."""
    rows = known(given["fees_charged"], as_of)
    rows = rows[(rows["kind"] == "storage") & (rows["surcharge"] > 0)]
    place, tier = _where(rows, given["nodes"]), _about(rows, about, "size_tier")
    measures = {"size_tier": tier.to_numpy(object), "ratio_weeks": rows["utilisation_ratio_weeks"].to_numpy(float)}
    rate = amount("storage_utilisation", rows["date"].to_numpy(), place.to_numpy(object), volume_ft3=1.0, rounded=False, **measures)
    volume = rows["surcharge_volume_ft3"].fillna(rows["volume_ft3"])
    unknown = np.select([tier.isna(), rows["utilisation_ratio_weeks"].isna()], ["no_size", "no_measure"], "no_rate")
    return _line(
        rows, "storage_utilisation", "charged", rows["node"], place, basis_told=volume, basis_own=volume, rate_told=rows["surcharge"] / volume,
        rate_own=rate, charged=rows["surcharge"], unknown=unknown,
    )  # fmt: skip


def _overage(given: Mapping[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Charges beyond the limit, of the account: no SKU. A bill that goes by the day is held against a day's share of the month's rate."""
    rows = known(given["capacity"], as_of)
    rows = rows[rows["overage_fee"].notna() & rows["overage_ft3"].notna()].assign(sku="")
    place, told = _where(rows, given["nodes"]), rows["overage_fee"] / rows["overage_ft3"].where(rows["overage_ft3"] > 0)
    month = amount("overage", rows["date"].to_numpy(), place.to_numpy(object), volume_ft3=1.0, rounded=False)
    rate = np.where(told < month / 2, month / rows["date"].dt.days_in_month, month)
    volume = rows["overage_ft3"]
    return _line(
        rows, "overage", "charged", rows["node"], place, basis_told=volume, basis_own=volume, rate_told=told, rate_own=rate, charged=rows["overage_fee"]
    )


def _by_unit(given: Mapping[str, pd.DataFrame], about: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Charges of units that name no measure of their own, placement and low stock: held against the nearest rate of the unit's size on the card."""
    rows = known(given["fees_charged"], as_of)
    rows = rows[rows["kind"].isin(list(_BY_UNIT))]
    if rows.empty:
        return rows
    place, tier = _where(rows, given["nodes"]), _about(rows, about, "size_tier")
    told = (rows["rate"].fillna(rows["amount"] / rows["units"])).to_numpy(float)
    weight, kinds, rate = _about(rows, about, "weight_lb").to_numpy(float), rows["kind"].to_numpy(object), np.full(len(rows), np.nan)
    for kind, cases in _BY_UNIT.items():
        for case in cases:
            found = match(kind, rows["date"].to_numpy(), place.to_numpy(object), {"size_tier": tier.to_numpy(object), "weight_lb": weight, **case})
            low, high = found.value("rate"), found.value("high")
            near = np.clip(told, low, np.where(np.isnan(high), low, high))
            rate = np.where((kinds == kind) & ~np.isnan(near) & ~(np.abs(near - told) >= np.abs(rate - told)), near, rate)
    unknown = np.select([tier.isna(), np.isnan(told)], ["no_size", "no_measure"], "no_rate")
    return _line(
        rows, rows["kind"], "charged", rows["node"], place, basis_told=rows["units"], basis_own=rows["units"], rate_told=told, rate_own=rate,
        charged=rows["amount"], unknown=unknown,
    )  # fmt: skip


def _aged_charged(given: Mapping[str, pd.DataFrame], about: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Lines of the aged surcharge do not name the age: the tier is read off the rate, and must be one of the card of that day."""
    rows = known(given["fees_charged"], as_of)
    rows = rows[rows["kind"] == "aged_inventory"]
    place, category = _where(rows, given["nodes"]), _about(rows, about, "category").fillna("")
    each = (rows["volume_ft3"] / rows["units"]).to_numpy(float)
    told = (rows["rate"].fillna(rows["amount"] / rows["volume_ft3"])).to_numpy(float)
    ages = np.array(_TIERS)[None, :]
    found = match(
        "aged_inventory", rows["date"].to_numpy()[:, None], place.to_numpy(object)[:, None], {"age_days": ages, "category": category.to_numpy(object)[:, None]}
    )
    rates, floors = found.value("rate"), np.nan_to_num(found.value("per_unit"))
    effective = np.maximum(rates, floors / each[:, None])
    near = np.argmin(np.nan_to_num(np.abs(rates - told[:, None]), nan=np.inf), axis=1) if len(rows) else np.zeros(0, int)
    rate = effective[np.arange(len(rows)), near]
    floored = np.where(np.abs(rates[np.arange(len(rows)), near] - told) < 1e-6, rate, told)  # the floor belongs to the rate told
    return _line(
        rows, "aged_inventory", "charged", rows["node"], place, basis_told=rows["volume_ft3"], basis_own=_volume(rows, about),
        rate_told=floored, rate_own=rate, charged=rows["amount"],
    )  # fmt: skip


def _aged_foreseen(given: Mapping[str, pd.DataFrame], about: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Estimates of the next surcharge; where a tier of the report spans several of the card, units are split over them as comes nearest to the estimate."""
    rows = known(given["stock_age"], as_of)
    rows = rows[rows["surcharge_estimated"].notna() & (rows["date"] == rows.groupby("node")["date"].transform("max"))]
    rows = rows.assign(units=rows["surcharge_units"].fillna(rows["units"]))
    rows = rows[(rows["units"] > 0) | (rows["surcharge_estimated"] > 0)]
    place, volume, category = _where(rows, given["nodes"]), _about(rows, about, "volume_ft3"), _about(rows, about, "category").fillna("")
    days, codes, ft3, words = (np.asarray(each)[:, None] for each in (rows["date"], place.astype(object), volume.astype(float), category.astype(object)))
    first, last = rows["age_from_days"].to_numpy(float), rows["age_to_days"].fillna(np.inf).to_numpy(float)
    ages = np.maximum(np.array(_TIERS)[None, :], first[:, None])
    each = amount("aged_inventory", days, codes, volume_ft3=ft3, age_days=ages, category=words, rounded=False)
    each = np.where((np.array([*_TIERS[1:], np.inf])[None, :] > first[:, None]) & (ages <= last[:, None]), each, np.nan)
    told, units = rows["surcharge_estimated"].to_numpy(float), rows["units"].to_numpy(float)
    near = [nearest_split(n, rates[~np.isnan(rates)], aim) for n, rates, aim in zip(units, each, told, strict=True)]
    unknown = np.where(volume.isna(), "no_size", "no_rate")
    return _line(
        rows, "aged_inventory", "foreseen", rows["node"], place, basis_told=np.maximum(units, 1), basis_own=np.maximum(units, 1),
        rate_own=np.array(near, dtype=float) / np.maximum(units, 1), charged=rows["surcharge_estimated"], unknown=unknown,
    )  # fmt: skip


def nearest_split(units: float, rates: Floats, told: float) -> float:
    """Return what units come to when split over tiers of several rates, each tier to the cent, as near to a told amount as a split can be.

    >>> nearest_split(10, np.array([0.1, 0.2]), 1.3), nearest_split(10, np.array([0.1, 0.2]), 2.5)
    (1.3, 2.0)
    """
    rates = np.unique(rates)
    if not len(rates):
        return float("nan")
    if len(rates) == 1 or units > _MOST_SPLIT or units % 1:
        return float(half_up(np.clip(told, units * rates[0], units * rates[-1])))
    sums, left = np.zeros(1), np.array([units])
    for rate in rates[:-1]:
        taken = np.arange(units + 1)[None, :]
        fits = taken <= left[:, None]
        sums, left = (sums[:, None] + half_up(taken * rate))[fits], (left[:, None] - taken)[fits]
    totals = sums + half_up(left * rates[-1])
    return float(totals[np.abs(totals - told).argmin()].round(2))


def _selling(rows: pd.DataFrame, kind: str, told: str, basis: pd.Series, charged: pd.Series, rate: Floats) -> pd.DataFrame:
    rows = rows.assign(rate=rate)
    place = rows["channel"].map(country)
    return _line(rows, kind, told, rows["channel"], place, basis_told=basis, basis_own=basis, rate_told=charged / basis, rate_own=rows["rate"], charged=charged)


def _referral_rate(rows: pd.DataFrame, about: pd.DataFrame) -> Floats:
    """The seller's own commission, else the card's."""
    place = rows["channel"].map(country).to_numpy(object)
    return amount("referral", rows["date"].to_numpy(), place, price=1.0, rate=_about(rows, about, "referral_rate").to_numpy(float), rounded=False)


def _fulfilment_rate(rows: pd.DataFrame, about: pd.DataFrame) -> Floats:
    """The seller's own fee of one unit with the fuel surcharge of the day, where it is in the money of the report."""
    own = _about(rows, about, "fulfilment_fee_per_unit").where(_about(rows, about, "cost_currency") == rows["currency"])
    return fulfilment(1, own.to_numpy(float), rows["date"].to_numpy(), rows["channel"].map(country).to_numpy(object))


def _previewed(given: Mapping[str, pd.DataFrame], about: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    rows = known(given["fee_previews"], as_of)
    rows = rows[rows["date"] == rows.groupby(["sku", "channel"])["date"].transform("max")]
    one = pd.Series(1.0, index=rows.index)
    return pd.concat(
        [
            _selling(rows, "referral", "foreseen", rows["price"], rows["referral_fee"], _referral_rate(rows, about)),
            _selling(rows, "fulfilment", "foreseen", one, rows["fulfilment_fee"], _fulfilment_rate(rows, about)),
        ]
    )


def _removed(given: Mapping[str, pd.DataFrame], about: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    rows = given["removals"]
    rows = known(rows.assign(date=rows["updated_date"].fillna(rows["requested_date"])), as_of)
    rows = rows[rows["fee"].notna() & rows["kind"].isin(["return", "disposal"])]
    kind = np.where(rows["kind"] == "return", "removal", "disposal")
    units = rows["units_shipped"].fillna(0) + rows["units_disposed"].fillna(0)
    place = _where(rows.assign(node=rows["node"].fillna("")), given["nodes"])
    weight, tier = _about(rows, about, "weight_lb"), _about(rows, about, "size_tier")
    given_terms = {"weight_lb": weight.to_numpy(float), "size_tier": tier.to_numpy(object), "rounded": False}
    back, destroyed = (amount(each, rows["date"].to_numpy(), place.to_numpy(object), **given_terms) for each in ("removal", "disposal"))
    rate = np.where(kind == "removal", back, destroyed)
    unknown = np.where(weight.isna() | tier.isna(), "no_size", "no_rate")
    return _line(
        rows, kind, "charged", rows["node"], place, basis_told=units, basis_own=units, rate_told=rows["fee"] / units, rate_own=rate,
        charged=rows["fee"], unknown=unknown,
    )  # fmt: skip


def _settled(given: Mapping[str, pd.DataFrame], about: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Commission and fulfilment of each order line; what a unit costs to send is as the seller typed, else as last previewed."""
    rows = known(given["settlements"], as_of)
    rows = rows[(rows["transaction"] == "Order") & rows["sku"].notna() & rows["channel"].notna()]
    line = ["settlement_id", "order_id", "sku", "channel", "date", "currency"]
    money = rows.pivot_table(index=line, columns="kind", values="amount", aggfunc="sum").reindex(columns=list(_SETTLED))
    sold = money.join(rows.groupby(line)["units"].sum()).reset_index()
    preview = newest_previews(given["fee_previews"], as_of).set_index(["sku", "channel"])["previewed_fee"]
    sent = sold[sold["FBAPerUnitFulfillmentFee"].notna()]
    own = pd.Series(_fulfilment_rate(sent, about), index=sent.index)
    foreseen = pd.Series(preview.reindex(pd.MultiIndex.from_frame(sent[["sku", "channel"]])).to_numpy(float), index=sent.index)
    commission = sold[sold["Commission"].notna()]
    return pd.concat(
        [
            _selling(commission, "referral", "charged", commission["Principal"], -commission["Commission"], _referral_rate(commission, about)),
            _selling(sent, "fulfilment", "charged", sent["units"], -sent["FBAPerUnitFulfillmentFee"], own.fillna(foreseen).to_numpy(float)),
        ]
    )
