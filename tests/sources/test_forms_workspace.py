"""`workbench forms`: what is known goes out on forms; untouched they change nothing, edited they say what was edited."""

import datetime as dt

import pandas as pd
import pytest
from typer.testing import CliRunner

from workbench.cli import app
from workbench.runs import import_inbox
from workbench.settings import shipped
from workbench.store import Workspace
from workbench.tables import LINEAGE

TABLES = ("items", "suppliers", "purchase_orders", "channels", "nodes", "serves", "sales", "exchange_rates")
INBOX = {
    "items": "sku,title,unit_cost,length_cm,supplier\nA,=Kettle,4.1,30.1,S1\n007,Mug,,,S1\n",
    "sales": "sku,channel,date,units\nA,shop,2026-06-01,3\nGHOST,shop,2026-06-02,1\n",
    "purchase_orders": "purchase_order,sku,node,ordered_date,units_ordered,status\nPO-1,A,3pl-us,2026-06-01,100,sent\nPO-0,A,3pl-us,2026-01-01,10,received\n",
    "exchange_rates": "date,currency,base,rate\n2026-06-01,EUR,USD,1.1\n2026-06-02,EUR,USD,1.1234567890123456\n",
    "serves": "channel,node,priority\nshop,3pl-us,1\n",
}


@pytest.fixture
def shop(tmp_path):
    workspace = Workspace.create(tmp_path / "shop")
    fill(workspace, {f"{name}.csv": text.encode() for name, text in INBOX.items()})
    return workspace


def fill(workspace, files):
    for name, content in files.items():
        (workspace.inbox / name).write_bytes(content)
    import_inbox(workspace, dt.datetime.now(dt.UTC).replace(tzinfo=None))


def known(workspace):
    found = {table: workspace.read(table).drop(columns=list(LINEAGE)) for table in TABLES}
    return {table: frame.sort_values(list(frame.columns), ignore_index=True) for table, frame in found.items()}


def command(workspace, *words):
    return CliRunner().invoke(app, ["forms", *words, "--workspace", str(workspace.root)], catch_exceptions=False)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_untouched_forms_change_nothing(shop, ending):
    before = known(shop)
    for file in shop.inbox.iterdir():
        file.unlink()
    command(shop, *TABLES, "--to", str(shop.inbox), *(["--xlsx"] if ending == "xlsx" else []))
    assert {file.name for file in shop.inbox.iterdir()} == {f"{table}.{ending}" for table in TABLES}
    import_inbox(shop, dt.datetime.now(dt.UTC).replace(tzinfo=None))
    after = known(shop)
    for table in TABLES:
        pd.testing.assert_frame_equal(before[table], after[table], check_exact=True)


def test_every_sku_is_listed_and_what_is_added_is_known(shop, tmp_path):
    command(shop, "items", "--to", str(tmp_path))
    filled = pd.read_csv(tmp_path / "items.csv", dtype=str, encoding="utf-8-sig")
    assert filled["sku"].tolist() == ["007", "A", "GHOST"] and filled["title"].tolist()[:2] == ["Mug", "'=Kettle"]
    filled.loc[2, "unit_cost"] = "9.5"
    fill(shop, {"edited.csv": filled.to_csv(index=False).encode()})
    items = shop.read("items").set_index("sku")
    assert items["unit_cost"].to_dict() == {"A": 4.1, "007": pytest.approx(float("nan"), nan_ok=True), "GHOST": 9.5}
    assert items.loc["A", "title"] == "=Kettle"


def test_orders_that_are_open_and_suppliers_that_are_named(shop, tmp_path):
    command(shop, "purchase_orders", "suppliers", "--to", str(tmp_path))
    assert pd.read_csv(tmp_path / "purchase_orders.csv")["purchase_order"].tolist() == ["PO-1"]
    assert pd.read_csv(tmp_path / "suppliers.csv")["supplier"].tolist() == ["S1"]


def test_a_form_that_was_filled_stays(shop):
    folder = shop.root / "forms"
    folder.mkdir()
    empty = shipped("templates/inbox/items.csv").read_bytes()
    (folder / "items.csv").write_bytes(empty)
    (folder / "suppliers.csv").write_text("supplier,name\nS9,Mine\n")
    said = command(shop, "items", "suppliers").output
    assert (folder / "items.csv").read_bytes() != empty, "an empty form gives way"
    assert (folder / "suppliers.csv").read_text() == "supplier,name\nS9,Mine\n" and "left as it is" in said
    command(shop, "suppliers", "--force")
    assert "S1" in (folder / "suppliers.csv").read_text(encoding="utf-8-sig")


def test_a_table_without_form_is_told(shop):
    from workbench.errors import BadParameters

    with pytest.raises(BadParameters, match="no form of socks; there are forms of items, suppliers"):
        command(shop, "socks")
