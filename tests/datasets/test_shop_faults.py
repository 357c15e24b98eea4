"""A hard shop: every fault that the truth names is in the files, and nothing else is lost."""

import json

import pandas as pd
import pytest

from workbench.datasets.places import DE, UK, US


@pytest.fixture
def faults(hard_inbox):
    return pd.DataFrame(json.loads((hard_inbox.shop.truth / "faults.json").read_text(encoding="utf-8")))


def one(faults, kind):
    return faults[faults["fault"] == kind].dropna(axis=1).iloc[0]


def test_a_normal_shop_has_no_faults(inbox):
    assert json.loads((inbox.shop.truth / "faults.json").read_text(encoding="utf-8")) == []


def test_reports_are_missing(hard_inbox, faults):
    missing = faults[faults["fault"] == "missing_report"]
    assert set(missing["report"]) == {"ledger_summary", "sales_and_traffic", "sponsored_products"}
    assert not hard_inbox.files(f"ledger-summary_{DE.channel}")
    assert hard_inbox.files(f"ledger-summary_{UK.channel}")
    assert not hard_inbox.files("sales-and-traffic") and not hard_inbox.files("sponsored")


def test_days_are_missing(hard_inbox, faults):
    gap = one(faults, "missing_days")
    lines, ledger = hard_inbox.orders(US), hard_inbox.ledger(US)
    assert not lines["day"].isin(gap["dates"]).any()
    assert gap["order_lines"] > 0
    assert ledger[ledger["day"].isin(gap["dates"])]["Customer Shipments"].astype(int).sum() < 0
    days = pd.to_datetime(lines["day"].unique())
    assert len(days) == (days.max() - days.min()).days + 1 - 3


def test_lines_come_twice_and_the_later_file_is_right(hard_inbox, faults):
    late = one(faults, "late_corrections")
    lines = hard_inbox.orders(US)
    early = lines[lines["file"] == late["file"]].set_index("order-item-id")
    final = lines[lines["file"] != late["file"]].set_index("order-item-id")
    assert len(early) == one(faults, "duplicated_lines")["order_lines"] and set(early.index) <= set(final.index)
    both = early.join(final, lsuffix=" early")
    changed = both[both["order-status early"] != both["order-status"]]
    assert set(changed["order-status early"]) == {"Pending"}
    assert changed["order-status"].str.lower().value_counts().to_dict() == {k: late[k] for k in ("shipped", "cancelled") if late[k]}
    saved = {name: (hard_inbox.shop.inbox / name).stat().st_mtime for name in lines["file"].unique()}
    assert all(saved[name] > saved[late["file"]] for name in changed["file"].unique())


def test_spoiled_files_are_spoiled(hard_inbox, faults):
    broken = one(faults, "corrupted")
    text = (hard_inbox.shop.inbox / broken["file"]).read_text(encoding="utf-8")
    assert text.count("#REF!") > 3 and "2026-13-45" in text
    assert (hard_inbox.shop.inbox / one(faults, "not_a_report")["file"]).read_bytes().startswith(b"PK\x03\x04")


def test_new_columns_in_another_order(hard_inbox, faults):
    odd = one(faults, "extra_columns")
    table = pd.read_csv(hard_inbox.shop.inbox / odd["file"], sep="\t", dtype=str, keep_default_na=False)
    usual = pd.read_csv(hard_inbox.files(f"inventory-planning_{UK.node}")[0], sep="\t", dtype=str, keep_default_na=False)
    assert list(table.columns) == list(usual.columns)[::-1] + odd["columns"]


def test_blanks_and_encodings(hard_inbox, faults):
    blanks = (hard_inbox.shop.inbox / one(faults, "trailing_blanks")["file"]).read_text(encoding="utf-8").splitlines()
    header = blanks[0].split("\t")
    assert all(name.endswith(" ") for name in header)
    assert sum(line.split("\t")[header.index("sku ")].endswith(" ") for line in blanks[1:]) == one(faults, "trailing_blanks")["skus"] > 0
    for kind in faults[faults["fault"] == "encoding"].itertuples():
        raw = (hard_inbox.shop.inbox / kind.file).read_bytes()
        if kind.encoding == "cp1252":
            assert "Köln" in raw.decode("cp1252")
            with pytest.raises(UnicodeDecodeError):
                raw.decode("utf-8")
        else:
            assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw


def test_the_hard_shop_still_agrees(hard_inbox, faults):
    """Where orders are whole, they are the ledger's shipments."""
    lines, ledger = hard_inbox.orders(US), hard_inbox.ledger(US)
    final = lines.sort_values("file", key=lambda f: f.str.contains("overlap"), ascending=False, kind="stable").drop_duplicates("order-item-id", keep="last")
    shipped = final[final["order-status"] == "Shipped"].groupby("day")["units"].sum()
    gone = -ledger.assign(units=ledger["Customer Shipments"].astype(int)).groupby("day")["units"].sum()
    gone = gone[(gone > 0) & ~gone.index.isin(one(faults, "missing_days")["dates"])]
    assert shipped[shipped > 0].to_dict() == gone.to_dict()
