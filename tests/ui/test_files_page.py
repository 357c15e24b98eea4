"""The page of imported files: what became of each, its faults in a table, and the buttons that act on a real workspace."""

import datetime as dt

import pytest

from workbench.cleaning import CleaningParams
from workbench.i18n import use
from workbench.runs import import_inbox
from workbench.runs.desk import Desk
from workbench.store import Tables, Workspace
from workbench.ui.cleaning.view import files as cleaning_files
from workbench.ui.files.quality import notices, reach
from workbench.ui.files.state import FilesState
from workbench.ui.files.view import file_card, files_view, listed, mapping_form
from workbench.ui.markup import render
from workbench.ui.meta import Meta

NOW = dt.datetime(2026, 7, 3, 12)
HEADER = "snapshot-date,sku,marketplace,available,currency,your-price,inv-age-0-to-90-days\n"


def snapshot(day: int, skus: int) -> str:
    return HEADER + "".join(f"2026-07-0{day},S-{n:03},US,5,USD,9.99,5\n" for n in range(skus))


@pytest.fixture
def state(tmp_path):
    """A workspace with a good snapshot, one that lost most of its rows, a till's file that nobody knows, and a faulty one."""
    workspace = Workspace.create(tmp_path / "shop", shop="Test")
    for name, text in (
        ("1-good.csv", snapshot(1, 200)),
        ("2-short.csv", snapshot(2, 60)),
        ("3-till.csv", "Beleg,Artikel,Tag,Menge\n1,S-001,2026-07-01,2\n2,<b>S-002,2026-07-01,1\n"),
        ("4-faulty.csv", snapshot(2, 200).replace("US,5,", "US,five,", 1)),
    ):
        (workspace.inbox / name).write_text(text, encoding="utf-8")
    import_inbox(workspace, NOW)
    made = FilesState(Tables(workspace, dt.date(2026, 7, 3)), CleaningParams(), Meta("Test", dt.date(2026, 7, 3)))
    made.desk = Desk(workspace)
    made.workspace = workspace
    return made


def choose(state: FilesState, name: str) -> None:
    state.choose([state.listing.loc[state.listing["name"] == name, "sha256"].iloc[0]])


def test_files_that_wait_come_first(state):
    assert dict(zip(state.listing["name"], state.listing["status"], strict=True)) == {
        "2-short.csv": "quarantined", "3-till.csv": "refused", "4-faulty.csv": "refused", "1-good.csv": "imported",
    }  # fmt: skip
    assert state.listing["status"].tolist() == ["quarantined", "refused", "refused", "imported"]
    assert len(listed(state)) == 4


def test_release_lets_a_file_in_and_undo_takes_it_back(state):
    choose(state, "2-short.csv")
    assert "60" in file_card(state) and 'data-event="release"' in file_card(state)
    state.release()
    assert state.error is None and state.row()["status"] == "imported" and "is in" in state.said
    state.undo()
    assert state.row()["status"] == "undone" and 'data-event="again"' in file_card(state)
    stock = state.workspace.read("stock")
    assert set(stock["date"].dt.day) == {1}


def test_every_sku_is_listed_with_the_reports_that_leave_it_out(state):
    listed = state.universe().set_index("sku")
    assert len(listed) == 200 and listed["left_out_of"].unique().tolist() == ["ledger, orders"]
    (state.workspace.inbox / "5-orders.txt").write_text(
        "amazon-order-id\tpurchase-date\tlast-updated-date\tsku\tquantity\titem-price\tcurrency\torder-status\titem-status\tsales-channel\n"
        "111-1\t2026-07-01T10:00:00+00:00\t2026-07-01T10:00:00+00:00\tNEW\t2\t9.99\tUSD\tShipped\tShipped\tAmazon.com\n",
        encoding="utf-8",
    )
    import_inbox(state.workspace, NOW)
    assert state.universe()["sku"].iloc[0] == "NEW" and "stock" in state.universe()["left_out_of"].iloc[0]


def test_days_that_reports_tell_and_leave_out(state):
    orders = "amazon-order-id\tpurchase-date\tlast-updated-date\tsku\tquantity\titem-price\tcurrency\torder-status\titem-status\tsales-channel\n"
    line = "111-{n}\t2026-06-{d:02}T10:00:00+00:00\t2026-06-{d:02}T10:00:00+00:00\tS-001\t2\t9.99\tUSD\tShipped\tShipped\tAmazon.com\n"
    for name, days in (("5-early.txt", range(10, 15)), ("6-late.txt", range(17, 20))):
        (state.workspace.inbox / name).write_text(orders + "".join(line.format(n=d, d=d) for d in days), encoding="utf-8")
    import_inbox(state.workspace, NOW)
    told = reach(state).set_index(["contents", "place"])
    sold = told.loc[("order lines", "amazon-us")]
    assert (sold["reach"], sold["days_old"], sold["missing_days"]) == ("late", 14, 2)
    counted = told.loc[("units on hand", "fba-us")]
    assert (counted["reach"], counted["days_old"], counted["missing_days"], counted["repeated_days"]) == ("whole", 2, 0, 0)


@pytest.mark.parametrize(
    ("ledger", "said"),
    [
        ("", "There is no stock ledger to hold the stock reports against."),
        ("date\tsku\tnode\tstarting\treceipts\tshipments\treturns\tadjustments\tending\n2026-07-01\tS-001\tfba-us\t9\t0\t-4\t0\t0\t5\n",
         "The reports of stock agree with each other on every day."),
    ],
)  # fmt: skip
def test_stock_that_was_checked_and_is_in_order(state, ledger, said):
    if ledger:
        (state.workspace.inbox / "5-ledger.txt").write_text(ledger, encoding="utf-8")
        import_inbox(state.workspace, NOW)
    assert said not in notices(state)
    state.check_stock()
    assert notices(state)[-1] == said


def test_what_to_know_before_trusting_the_numbers(state):
    header = "date\tsku\tnode\tstarting\treceipts\tshipments\treturns\tadjustments\tending\n"
    (state.workspace.inbox / "5-ledger.txt").write_text(header + "2026-07-01\tS-001\tfba-us\t30\t0\t-3\t0\t0\t27\n", encoding="utf-8")
    (state.workspace.inbox / "5-stock.csv").write_text("sku,node,date,on_hand\nS-001,fba-us,2026-07-01,5\n", encoding="utf-8")
    (state.workspace.inbox / "6-events.csv").write_text(
        "event,channel,start_date,end_date\nfair,amazon-us,2026-08-01,2026-08-10\nfair,amazon-us,2026-08-05,2026-08-12\n", encoding="utf-8"
    )
    import_inbox(state.workspace, NOW)
    fresh = FilesState(Tables(state.workspace, dt.date(2026, 7, 3)), CleaningParams(), state.meta)
    before = notices(fresh)
    assert any("Prime Day for 2027" in said for said in before)
    assert any("fair on amazon-us" in said for said in before)
    assert 'data-event="check"' in render("files_notices", notices=before, checked=False)
    fresh.check_stock()
    (apart,) = [said for said in notices(fresh) if said not in before]
    assert apart.startswith("Days of a SKU on which a stock report and the ledger disagree: 1; the stock report counts.")
    assert apart.endswith("Worst: S-001 at fba-us on 2026-07-01, 5 units told, 27 in the ledger.")
    with use("zh"):
        assert all(any("\u4e00" <= sign <= "\u9fff" for sign in said) for said in notices(fresh))


def test_a_fault_names_row_column_expected_and_got(state):
    choose(state, "4-faulty.csv")
    card = file_card(state)
    assert all(f"<td>{word}</td>" in card for word in ("2", "available", "a number")) and "five" in card


def test_a_file_that_nobody_knows_is_mapped_once_and_remembered(state):
    choose(state, "3-till.csv")
    assert "S-001" in mapping_form(state) and "<b>" not in mapping_form(state)
    state.set_trait("target", "sales")
    for column, meaning in (("Artikel", "sku"), ("Tag", "date"), ("Menge", "units")):
        state.mean(column, meaning)
    assert "disabled" in mapping_form(state), "the channel is still open"
    state.settle("channel", "shop")
    assert "disabled" not in mapping_form(state)
    state.remap("till")
    assert state.error is None and state.row()["status"] == "imported"
    sales = state.workspace.read("sales")
    assert sales["units"].tolist() == [2.0, 1.0] and set(sales["channel"]) == {"shop"}
    assert [m.name for m in Workspace(state.workspace.root).settings.mapping] == ["till"], "the next file like it needs nobody"


def test_a_mapping_that_does_not_fit_changes_nothing(state):
    choose(state, "3-till.csv")
    before = (state.workspace.root / "workbench.toml").read_bytes()
    state.mean("Artikel", "sku")
    state.remap("till")
    assert state.error is not None and (state.workspace.root / "workbench.toml").read_bytes() == before


def test_without_a_desk_one_may_only_look(state):
    state.desk = None
    choose(state, "2-short.csv")
    assert "data-event" not in file_card(state) and "JupyterLab" in file_card(state) and mapping_form(state) == ""


def test_the_cleaning_screen_ends_with_the_files(state):
    assert [type(page).__name__ for page in cleaning_files(state)] == ["Box"]


def test_the_page_is_drawn_in_both_languages(state):
    page = files_view(state)
    state.speak("zh")
    assert "等待处理" in page.children[0].html
    with use("zh"):
        assert {"已导入", "已拒绝"} <= set(listed(state)["status"])
    assert all(word in page.children[2].html for word in ("已导入", "已拒绝"))
