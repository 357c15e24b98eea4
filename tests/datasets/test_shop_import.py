"""The made-up reports take the road of a real seller's: the readers know them, and find the truth in them."""

import datetime as dt

import pandas as pd
import pytest

from workbench import sources
from workbench.datasets.places import DE, UK
from workbench.errors import DataRejected
from workbench.settings import Mapping

KINDS = {
    "all-orders_amazon-uk": "orders",
    "inventory-planning_fba-de": "stock_age",
    "ledger-summary_amazon-uk": "movements",
    "customer-returns_amazon-us": "returns",
    "storage-fees_fba-de": "fees_charged",
    "fee-preview_na": "fee_previews",
    "fee-preview_eu": "fee_previews",
    "sales-and-traffic_amazon-us": "traffic",
    "sponsored-products-advertised_amazon-uk": "ads",
    "shop-orders": "orders",
    "3pl-movements": "movements",
    "3pl-stock": "stock",
    "items": "items",
    "suppliers": "suppliers",
    "purchase_orders": "purchase_orders",
    "inbound": "inbound",
    "channels": "channels",
    "nodes": "nodes",
    "serves": "serves",
    "market": "market",
    "exchange_rates": "exchange_rates",
}


def parsed(inbox, file) -> dict[str, pd.DataFrame]:
    known_at = dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC).replace(tzinfo=None)
    return sources.parse(file, sources.Context(file.name, known_at, [Mapping(**m) for m in inbox.shop.settings["mapping"]])).tables()


def orders_of(inbox, start) -> pd.DataFrame:
    lines = pd.concat([parsed(inbox, file)["orders"] for file in inbox.files(start)])
    return lines.sort_values("known_at", kind="stable").drop_duplicates(["channel", "order_id", "sku", "line"], keep="last")


@pytest.mark.parametrize(("start", "table"), KINDS.items())
def test_readers_know_every_kind_of_file(inbox, start, table):
    file = inbox.files(start)[-1]
    lines = file.read_bytes().count(b"\n") - 1
    made = parsed(inbox, file)[table]
    assert len(made) > 0
    if table in {"orders", "returns", "fees_charged", "fee_previews", "stock", "items", "market", "purchase_orders", "inbound"}:
        assert len(made) == lines


@pytest.mark.parametrize(("start", "channel"), [(f"all-orders_{DE.channel}", DE.channel), ("shop-orders", "shop")])
def test_imported_orders_are_the_true_sales(inbox, start, channel):
    lines = orders_of(inbox, start)
    bought = lines[(lines["kind"] == "normal") & lines["status"].isin(["shipped", "pending"])]
    found = bought.groupby(["sku", "date"])["units"].sum()
    truth = inbox.truth("demand").query("channel == @channel and sold > 0").set_index(["sku", "date"])["sold"].astype(float)
    assert {(str(sku), day): units for (sku, day), units in truth.items()} == found.to_dict()


def test_previewed_fees_are_the_true_ones(inbox):
    """Every offer of every marketplace, to the cent; the parts add up; the American fee is the typed one with the surcharge of 2026."""
    found = pd.concat([parsed(inbox, file)["fee_previews"] for file in inbox.files("fee-preview")]).set_index(["sku", "channel"]).sort_index()
    truth = inbox.truth("fees").set_index(["sku", "channel"]).sort_index()
    assert set(truth.index.get_level_values("channel")) == {"amazon-us", "amazon-uk", "amazon-de"}
    pd.testing.assert_frame_equal(found[list(truth)], truth, check_names=False)
    assert (found[["referral_fee", "closing_fee", "fulfilment_fee"]].sum(axis=1) - found["total_fee"]).abs().max() < 1e-9
    typed = inbox.form("items").set_index("sku")["fulfilment_fee_per_unit"]
    american = truth.xs("amazon-us", level="channel")["fulfilment_fee"]
    assert (american - typed[american.index] * 1.035).abs().max() <= 0.0051


def test_measures_of_a_preview_are_those_of_the_item_in_any_unit(inbox):
    items = inbox.form("items").set_index("sku")
    for file in inbox.files("fee-preview"):
        read = parsed(inbox, file)["items"].set_index("sku")
        for name in ("length_in", "width_in", "height_in", "weight_lb", "volume_ft3"):
            assert read[name].to_numpy() == pytest.approx(items[name][read.index].to_numpy(), rel=0.02, abs=0.01), name


def test_only_the_spoiled_files_are_rejected(hard_inbox):
    faults = pd.read_json(hard_inbox.shop.truth / "faults.json")
    odd = faults.dropna(subset=["file", "expect"])
    for file, expected in odd[["file", "expect"]].drop_duplicates().itertuples(index=False):
        if expected == "quarantined":
            with pytest.raises(DataRejected):
                parsed(hard_inbox, hard_inbox.shop.inbox / file)
        else:
            assert parsed(hard_inbox, hard_inbox.shop.inbox / file)


def test_blanks_and_encodings_do_not_change_what_is_read(hard_inbox):
    skus = set(hard_inbox.form("items")["sku"])
    for place in (UK, DE):
        lines = parsed(hard_inbox, hard_inbox.files(f"all-orders_{place.channel}")[-1])["orders"]
        assert set(lines["sku"]) <= skus and set(lines["channel"]) == {place.channel}
