"""The files of a made-up shop: headers as Amazon writes them, the same bytes again, dates that do not run ahead."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest

from workbench.datasets import make_shop
from workbench.datasets.places import PLACES
from workbench.datasets.reports import ads, fee_previews, ledger, orders, own_store, planning, returns, storage_fees
from workbench.datasets.world import make_world
from workbench.errors import BadParameters
from workbench.settings import Mapping, Settings
from workbench.tables import schema

LAST_SAVED = 1_793_512_800  # 2026-11-01T06:00:00Z
HEADERS = [
    ("GET_FLAT_FILE_ALL_ORDERS_DATA", 3, orders.HEADER),
    ("GET_FBA_INVENTORY_PLANNING_DATA_production_2026", 0, planning.HEADER),
    ("GET_LEDGER_SUMMARY_VIEW_DATA", 0, ledger.HEADER),
    ("GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA", 0, returns.HEADER),
    ("GET_FBA_STORAGE_FEE_CHARGES_DATA_exact", 0, storage_fees.HEADER[:-1]),
    ("GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA", 0, fee_previews.AMERICAN),
    ("SP_ADVERTISED_PRODUCT_REPORT_legacy", 0, ads.HEADER),
]


@pytest.mark.real
@pytest.mark.parametrize(("report", "version", "header"), HEADERS, ids=[h[0] for h in HEADERS])
def test_headers_are_amazons(shared_data, report, version, header):
    known = json.loads((shared_data / "amazon_reports" / "headers.json").read_text(encoding="utf-8"))
    assert list(header) == known[report][version]["columns"]


@pytest.mark.parametrize(
    ("start", "header"),
    [
        ("all-orders", orders.HEADER),
        ("inventory-planning", planning.HEADER),
        ("ledger-summary", ledger.HEADER),
        ("customer-returns", returns.HEADER),
        ("storage-fees", storage_fees.HEADER),
        ("fee-preview_na", fee_previews.AMERICAN),
        ("fee-preview_eu", fee_previews.EUROPEAN),
        ("sponsored-products", ads.HEADER),
        ("shop-orders", own_store.ORDER_HEADER),
        ("3pl-movements", own_store.MOVEMENT_HEADER),
        ("3pl-stock", own_store.STOCK_HEADER),
    ],
)
def test_every_file_has_its_header(inbox, start, header):
    files = inbox.files(start)
    assert files
    for file in files:
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        assert first == ("," if file.suffix == ".csv" else "\t").join(header)


@pytest.mark.real
def test_traffic_fits_the_official_schema(shared_data, inbox):
    rules = json.loads((shared_data / "amazon_reports" / "official" / "sellerSalesAndTrafficReport.json").read_text(encoding="utf-8"))
    made = json.loads(inbox.files("sales-and-traffic_amazon-us")[-1].read_text(encoding="utf-8"))
    assert made["salesAndTrafficByAsin"]
    assert not list(_misfits(made, rules, rules["definitions"], "$"))


def _misfits(value, rules, definitions, where):
    """Yield what breaks a JSON schema, as far as this schema goes: required, properties, items, type, enum, minimum, maximum."""
    if "$ref" in rules:
        rules = definitions[rules["$ref"].rsplit("/", 1)[1]]
    types = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
    if "type" in rules and not isinstance(value, types[rules["type"]]):
        yield f"{where}: {value!r} is no {rules['type']}"
        return
    if ("enum" in rules and value not in rules["enum"]) or value_outside(value, rules):
        yield f"{where}: {value!r}"
    if isinstance(value, dict):
        yield from (f"{where}.{name} is missing" for name in rules.get("required", []) if name not in value)
        yield from (f"{where}.{name} is unknown" for name in value if name not in rules["properties"])
        for name, part in value.items():
            yield from _misfits(part, rules["properties"][name], definitions, f"{where}.{name}")
    if isinstance(value, list):
        for part in value:
            yield from _misfits(part, rules["items"], definitions, f"{where}[]")


def value_outside(value, rules):
    return isinstance(value, int | float) and not rules.get("minimum", -np.inf) <= value <= rules.get("maximum", np.inf)


def contents(folder: Path) -> dict[str, tuple[str, int]]:
    files = [f for f in sorted(folder.rglob("*")) if f.is_file()]
    return {str(f.relative_to(folder)): (hashlib.sha256(f.read_bytes()).hexdigest(), int(f.stat().st_mtime) if f.parent.name == "inbox" else 0) for f in files}


@pytest.mark.parametrize("difficulty", ["normal", "hard"])
def test_same_seed_same_bytes(tmp_path, difficulty):
    made = [contents(make_shop(5, tmp_path / name, n_skus=6, months=4, difficulty=difficulty).inbox.parent) for name in ("a", "b")]
    assert made[0] == made[1]
    assert made[0] != contents(make_shop(6, tmp_path / "c", n_skus=6, months=4, difficulty=difficulty).inbox.parent)


@pytest.mark.parametrize(("n_skus", "months", "difficulty"), [(1, 1, "normal"), (1, 1, "hard"), (2, 14, "normal"), (7, 2, "hard")])
def test_every_size_works(tmp_path, n_skus, months, difficulty):
    shop = make_shop(1, tmp_path, n_skus=n_skus, months=months, difficulty=difficulty)
    items = (shop.inbox / "items.csv").read_text(encoding="utf-8").splitlines()
    assert len(items) == n_skus + 1
    assert list(shop.inbox.glob("inventory-planning_fba-us_2026-10-31.txt"))


def test_no_file_was_saved_before_its_last_day_or_after_the_last_morning(inbox):
    saved = {f.name: f.stat().st_mtime for f in inbox.files("")}
    assert max(saved.values()) == LAST_SAVED
    for name, when in saved.items():
        dates = re.findall(r"\d{4}-\d{2}-\d{2}", name)
        if dates:
            assert np.datetime64(int(when), "s") > np.datetime64(dates[-1]) + np.timedelta64(1, "D"), name


def test_no_order_is_younger_than_its_file(inbox, marketplace):
    lines = inbox.orders(marketplace)
    for name, file in lines.groupby("file"):
        saved = np.datetime64(int((inbox.shop.inbox / name).stat().st_mtime), "s")
        assert file["last-updated-date"].max()[:19] <= str(saved)
        assert file["purchase-date"].max() <= file["last-updated-date"].max()


def test_settings_are_settings(inbox):
    made = Settings(**inbox.shop.settings)
    assert (made.currency, made.as_of, made.watermark) == ("USD", inbox.shop.as_of, "sample data")
    by_table = {m.table: m for m in made.mapping}
    for start, table in (("3pl-movements", "movements"), ("3pl-stock", "stock")):
        mapping: Mapping = by_table[table]
        assert set(mapping.columns.values()) <= set(inbox.read(start).columns)
        known = {c.name for c in schema.columns(table)}
        assert set(schema.key(table)) <= set(mapping.columns) | set(mapping.constants) <= known


@pytest.mark.parametrize("table", ["items", "suppliers", "purchase_orders", "inbound", "channels", "nodes", "serves", "market", "exchange_rates"])
def test_forms_are_valid_tables(inbox, table):
    frame = inbox.form(table)
    stamped = frame.assign(known_at=np.datetime64("2026-11-01T06:00:00", "us"), source_file="form", source_line=np.arange(2, len(frame) + 2))
    wanted = [c.name for c in schema.columns(table)]
    assert list(frame.columns) == wanted[: len(frame.columns)]
    assert len(schema.validate(table, stamped)) == len(frame) > 0


def test_bad_arguments_are_all_named(tmp_path):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "file.txt").write_text("mine")
    with pytest.raises(BadParameters) as caught:
        make_shop(-1, tmp_path, n_skus=0, months=0, difficulty="easy")
    assert len(caught.value.faults) == 5
    assert (tmp_path / "inbox" / "file.txt").read_text() == "mine"


def test_the_default_shop_keeps_to_its_size():
    world = make_world(2, 300, 48, "normal")
    lines = world.orders.lines
    assert 180_000 < len(lines) <= 250_000
    assert lines["place"].nunique() == len(PLACES)
    assert str(world.calendar.dates[world.calendar.warm_up]) == "2022-11-01"
    assert str(world.calendar.dates[-1]) == "2026-10-31"
