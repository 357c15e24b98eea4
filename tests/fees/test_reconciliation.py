"""Fees computed again beside those that reports name: the made-up shop agrees to the cent, a doctored file does not, and the line is named."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from workbench import fees, sources
from workbench.datasets import make_shop
from workbench.fees.reconciliation import nearest_split
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)
STARTS = ("storage-fees_", "fee-preview_", "inventory-planning_fba-", "items")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make_shop(seed=5, folder=tmp_path_factory.mktemp("fees"), n_skus=30, months=14)


def imported(inbox, changed=None):
    """The tables of the shop's fee reports; `changed` takes the place of files of the same name."""
    found: dict[str, list[pd.DataFrame]] = {}
    for start in STARTS:
        files = sorted(inbox.glob(f"{start}*"))
        for file in files if not start.startswith("inv") else [f for f in files if f.name.endswith(f"{files[-1].name[-14:]}")]:
            taken = (changed or {}).get(file.name, file)
            known_at = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC).replace(tzinfo=None)
            for name, frame in sources.parse(taken, sources.Context(file.name, known_at, [])).tables().items():
                found.setdefault(name, []).append(frame.assign(known_at=pd.Timestamp(known_at)))
    return {name: schema.conform(name, pd.concat(frames, ignore_index=True)) for name, frames in found.items()}


def test_the_made_up_shop_agrees_to_the_cent(shop):
    lines = fees.reconciled(imported(shop.inbox), TODAY)
    sums = fees.in_total(lines).set_index(["kind", "told", "currency"])
    american = sums.xs("USD", level="currency")
    assert set(american.index) == {("storage", "charged"), ("aged_inventory", "foreseen"), ("referral", "foreseen"), ("fulfilment", "foreseen")}
    assert (american["error"] == 0).all() and (american["unknown"] == 0).all() and (american["charged"] > 0).all()
    assert sums.loc[("storage", "charged", "GBP"), ["unknown", "why"]].tolist() == [(lines["kind"] == "storage")[lines["currency"] == "GBP"].sum(), "no_card"]
    assert (fees.by_sku(lines)["error"] == 0).all()


def test_a_doctored_file_shows_the_cent(shop, tmp_path):
    file = next(iter(sorted(shop.inbox.glob("storage-fees_fba-us*"))))
    rows = pd.read_csv(file, sep="\t", dtype=str, keep_default_na=False)
    rows.loc[3, "estimated_monthly_storage_fee"] = f"{float(rows.loc[3, 'estimated_monthly_storage_fee']) + 0.01:.2f}"
    rows.to_csv(tmp_path / file.name, sep="\t", index=False)
    lines = fees.reconciled(imported(shop.inbox, {file.name: tmp_path / file.name}), TODAY)
    assert lines[["sku", "error", "explained"]].iloc[0].tolist() == [rows.loc[3, "sku"], 0.01, "surcharge"] and (lines["error"].iloc[1:].fillna(0) == 0).all()
    first = fees.by_sku(lines).iloc[0]
    assert [first["sku"], first["error"], first["kind"]] == [rows.loc[3, "sku"], 0.01, "storage"]
    assert fees.in_total(lines).set_index(["kind", "currency"])["error"]["storage", "USD"] == 0.01


def table(name, *rows):
    return schema.conform(name, pd.DataFrame([{"known_at": pd.Timestamp("2026-10-31"), **row} for row in rows]))


ITEM = {"sku": "A", "size_tier": "large_standard", "volume_ft3": 0.5, "weight_lb": 1.5, "unit_cost": 5.0, "currency": "USD", "referral_rate": 0.15}
STORED = {
    "sku": "A", "node": "fba-us", "date": "2026-09-01", "kind": "storage", "line": 0, "units": 10.0, "volume_ft3": 5.0, "rate": 0.78, "amount": 3.9,
    "currency": "USD",
}  # fmt: skip
AGED = {**STORED, "kind": "aged_inventory", "date": "2026-10-15", "rate": 5.45, "amount": 27.25}
SENT = {
    "order_id": "R1", "sku": "A", "disposition": "sellable", "node": "fba-us", "kind": "return", "updated_date": "2026-10-01", "units_shipped": 10.0,
    "fee": 22.7, "currency": "USD",
}  # fmt: skip


PLACED = {**STORED, "kind": "inbound_placement", "units": 10.0, "rate": 0.40, "amount": 4.0}
LOW = {**STORED, "kind": "low_inventory", "date": "2026-10-01", "units": 1000.0, "rate": 0.70, "amount": 700.0}
BEYOND = {"node": "fba-us", "storage_type": "standard", "date": "2026-07-05", "overage_ft3": 100.0, "overage_fee": 32.26, "currency": "USD"}


@pytest.mark.parametrize(
    ("name", "row", "error", "explained"),
    [
        ("fees_charged", STORED, 0.0, "agrees"),
        ("fees_charged", {**STORED, "volume_ft3": 6.0, "amount": 4.68}, 0.78, "basis"),
        ("fees_charged", {**STORED, "rate": 0.56, "amount": 2.8}, -1.1, "size"),
        ("fees_charged", {**STORED, "rate": 0.80, "amount": 4.0}, 0.1, "rate"),
        ("fees_charged", {**STORED, "amount": 6.1}, 2.2, "surcharge"),
        ("fees_charged", {**STORED, "amount": 3.0}, -0.9, "discount"),
        ("fees_charged", {**STORED, "node": "fba-uk", "currency": "GBP"}, np.nan, "no_card"),
        ("fees_charged", {**STORED, "sku": "fnsku:X"}, np.nan, "no_size"),
        ("fees_charged", {**STORED, "currency": "EUR"}, np.nan, "other_currency"),
        ("fees_charged", AGED, 0.0, "agrees"),
        ("fees_charged", {**AGED, "rate": 5.5, "amount": 27.5}, 0.25, "rate"),
        ("fees_charged", {**AGED, "volume_ft3": 0.2, "sku": "small", "rate": 6.9, "amount": 3.0}, 0.0, "agrees"),  # ten units of 0.02 ft3: the floor per unit
        ("fees_charged", PLACED, 0.0, "agrees"),  # within the range of a minimal split
        ("fees_charged", {**PLACED, "rate": 0.80, "amount": 8.0}, 0.7, "rate"),  # over every range: held against its end, 0.73
        ("fees_charged", {**PLACED, "rate": np.nan, "amount": 0.0}, 0.0, "agrees"),
        ("fees_charged", {**PLACED, "rate": np.nan, "units": np.nan}, np.nan, "no_measure"),
        ("fees_charged", LOW, 0.0, "agrees"),
        ("fees_charged", {**LOW, "rate": 0.75, "amount": 750.0}, 50.0, "rate"),
        ("capacity", BEYOND, 0.0, "agrees"),  # a day of July: 100 ft3 at a 31st of $10
        ("capacity", {**BEYOND, "overage_fee": 1000.0}, 0.0, "agrees"),  # a whole month of them
        ("capacity", {**BEYOND, "overage_fee": 1200.0}, 200.0, "rate"),
        ("removals", SENT, 0.0, "agrees"),
        ("removals", {**SENT, "fee": 25.0}, 2.3, "rate"),
    ],
)
def test_the_line_that_explains_it(name, row, error, explained):
    items = table("items", ITEM, {**ITEM, "sku": "small", "volume_ft3": 0.02})
    found = fees.reconciled({"items": items, name: table(name, row)}, TODAY)
    assert found["error"].tolist() == pytest.approx([error], nan_ok=True) and found["explained"].tolist() == [explained]


@pytest.mark.parametrize(
    ("ratio", "surcharge", "error", "explained"), [(28.57, 3.8, 0.0, "agrees"), (28.57, 5.8, 2.0, "rate"), (np.nan, 3.8, np.nan, "no_measure")]
)
def test_a_split_storage_bill_is_held_against_its_two_parts(ratio, surcharge, error, explained):
    row = {**STORED, "amount": 3.9 + surcharge, "surcharge": surcharge, "surcharge_volume_ft3": 5.0, "utilisation_ratio_weeks": ratio}
    found = fees.reconciled({"items": table("items", ITEM), "fees_charged": table("fees_charged", row)}, TODAY).set_index("kind")
    assert found.loc["storage", ["error", "explained"]].tolist() == [0.0, "agrees"]
    line = found.loc["storage_utilisation"]
    assert line["error"] == pytest.approx(error, nan_ok=True) and line["explained"] == explained


def test_commission_and_fulfilment_of_a_payout_are_held_against_the_sellers_own_rates():
    sold = {"settlement_id": "S", "channel": "amazon-us", "date": "2026-10-02", "order_id": "O", "sku": "A", "transaction": "Order", "currency": "USD"}
    amounts = [("Principal", 40.0, 2.0), ("Commission", -6.1, np.nan), ("FBAPerUnitFulfillmentFee", -11.38, np.nan)]
    lines = [{**sold, "line": at, "kind": kind, "amount": amount, "units": units} for at, (kind, amount, units) in enumerate(amounts)]
    items = table("items", {**ITEM, "fulfilment_fee_per_unit": 5.5})
    found = fees.reconciled({"items": items, "settlements": table("settlements", *lines)}, TODAY).set_index("kind")
    assert found["computed"].to_dict() == {"referral": 6.0, "fulfilment": 11.38} and found["error"].to_dict() == {"referral": 0.1, "fulfilment": 0.0}


@pytest.mark.parametrize(("units", "told"), [(7, 3.5), (40, 61.11), (5, 0.0)])
def test_the_nearest_split_is_one(units, told):
    rates = np.array([0.1, 0.55, 2.0])
    every = [a * 0.1 + b * 0.55 + (units - a - b) * 2.0 for a in range(units + 1) for b in range(units + 1 - a)]
    assert abs(nearest_split(units, rates, told) - told) == pytest.approx(min(abs(each - told) for each in every), abs=0.011)


def test_no_report_has_no_lines():
    lines = fees.reconciled({}, TODAY)
    assert lines.empty and fees.by_sku(lines).empty and fees.in_total(lines).empty
