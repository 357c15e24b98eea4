"""What the attack found, each in its smallest form."""

import datetime as dt
import io
import json
import time
from zipfile import ZipFile

import numpy as np
import openpyxl
import pyarrow as pa
import pytest

from workbench import sources
from workbench.errors import UnknownReport, UnreadableFile
from workbench.runs import import_files
from workbench.sources import forms
from workbench.sources.reading.numbers import numbers
from workbench.sources.report import Parsed
from workbench.store import Workspace

NOW = dt.datetime(2026, 11, 1, 6)


@pytest.mark.parametrize("text", ["1e308", "-1e309", "99999999999999999999999999", "inf"])
@pytest.mark.parametrize("beside", ["1", "€ 1"], ids=["plain", "with a sign of money"])
def test_a_number_beyond_all_measure_is_none(text, beside):
    """Times a price it would be infinite, and so would every sum."""
    found, bad = numbers(pa.array([text, beside]))
    assert bad.tolist() == [True, False]
    assert np.isnan(found[0]) and found[1] == 1


def test_a_header_of_one_endless_word_is_told_short(tmp_path):
    (tmp_path / "a.txt").write_text("[" * 6000 + "\nx\n")
    with pytest.raises(UnknownReport) as caught:
        sources.parse(tmp_path / "a.txt", sources.Context("a.txt", NOW))
    assert len(str(caught.value)) < 400


def test_what_fails_after_faults_were_found_is_told_too_and_no_row_counts_as_kept(tmp_path, monkeypatch):
    """A big packed file may have faults in its first rows, and break off far below them."""
    (tmp_path / "a.csv").write_text("supplier,production_days\nacme,x\nbolt,3\n")

    def breaks_off(self, blocks, source):
        yield from blocks
        raise UnreadableFile(source, "a whole file", "one that breaks off")

    monkeypatch.setattr(Parsed, "_checked", breaks_off)
    (outcome,) = import_files(Workspace.create(tmp_path / "shop"), [tmp_path / "a.csv"], NOW).files
    assert (outcome.status, outcome.rows, outcome.kept, outcome.dropped) == ("refused", 2, 0, {"refused": 2})
    assert {fault.got for fault in outcome.faults} == {"'x'", "one that breaks off"}


def test_an_archive_that_points_before_its_own_start_is_refused_and_the_next_file_is_read(tmp_path):
    whole = io.BytesIO()
    with ZipFile(whole, "w") as archive:
        archive.writestr("a.csv", "supplier\nacme\n")
    false = bytearray(whole.getvalue())
    false[false.index(b"PK\x05\x06") + 16] += 40  # where the list of files starts, by its own word
    (tmp_path / "a.zip").write_bytes(false)
    header = forms.header("suppliers")
    (tmp_path / "b.csv").write_text(",".join(header) + "\nacme" + "," * (len(header) - 1) + "\n")
    outcome = import_files(Workspace.create(tmp_path / "shop"), [tmp_path / "a.zip", tmp_path / "b.csv"], NOW).files
    assert [each.status for each in outcome] == ["refused", "imported"]
    assert outcome[0].faults[0].expected == "a whole ZIP file"


def test_a_shopify_line_without_an_order_is_a_fault_of_its_cell(tmp_path):
    names = ["Name", "Created at", "Currency", "Subtotal", "Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem sku"]
    lines = [names, ["#1", "2026-09-01", "USD", "5", "1", "Mug", "5", "A"], ["", "2026-09-01", "USD", "5", "1", "Mug", "5", "B"]]
    (tmp_path / "a.csv").write_text("\n".join(map(",".join, lines)) + "\n")
    (outcome,) = import_files(Workspace.create(tmp_path / "shop"), [tmp_path / "a.csv"], NOW).files
    assert [(fault.row, fault.column, fault.expected, fault.got) for fault in outcome.faults] == [(3, "Name", "a value", "a blank")]


def test_the_encoding_of_a_file_of_one_endless_line_is_told_at_once(tmp_path):
    """A search for lines beyond ASCII once took the square of the length of a line without any."""
    (tmp_path / "a.txt").write_bytes(b"sku " * 250_000 + b"\n\xff\xfe\xfd\n")
    started = time.process_time()
    with pytest.raises((UnknownReport, UnreadableFile)):
        sources.parse(tmp_path / "a.txt", sources.Context("a.txt", NOW))
    assert time.process_time() - started < 2


@pytest.mark.parametrize("sku", ["2026-13-01", "2026-00-10", "0000-00-00", "2026-09-32"])
def test_what_is_no_day_is_a_sku_like_any_other(tmp_path, sku):
    """No spreadsheet makes a thirteenth month of a SKU."""
    (tmp_path / "a.txt").write_text(f"seller-sku\tQuantity Available\n{sku}\t5\n2026-09-01\t7\n")
    (outcome,) = import_files(Workspace.create(tmp_path / "shop"), [tmp_path / "a.txt"], NOW).files
    assert (outcome.status, outcome.kept, outcome.dropped) == ("imported", 1, {"damaged_sku": 1})
    assert [fault.got for fault in outcome.faults] == ["'2026-09-01'"]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_without_one_of_its_parts_is_told_in_plain_words(tmp_path, part):
    book = openpyxl.Workbook()
    book.active.append(["supplier"])
    book.active.append(["acme"])
    book.save(tmp_path / "whole.xlsx")
    with ZipFile(tmp_path / "whole.xlsx") as whole, ZipFile(tmp_path / "a.xlsx", "w") as broken:
        for name in whole.namelist():
            if name != part:
                broken.writestr(name, whole.read(name))
    outcome = import_files(Workspace.create(tmp_path / "shop"), [tmp_path / "a.xlsx"], NOW).files
    assert {each.status for each in outcome} == {"refused"}
    assert not any("Error" in fault.got for each in outcome for fault in each.faults)


def imported(tmp_path, *texts):
    """What becomes of files of these texts, in this order."""
    paths = [tmp_path / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return import_files(Workspace.create(tmp_path / "shop"), paths, NOW).files


def traffic(sessions=2, **about):
    day = "2026-09-01"
    about = {"dataStartTime": day, "dataEndTime": day, "marketplaceIds": ["ATVPDKIKX0DER"], "reportOptions": {"asinGranularity": "SKU"}} | about
    rows = [{"sku": "A", "parentAsin": "\ud800", "salesByAsin": {"unitsOrdered": 1}, "trafficByAsin": {"sessions": sessions}}]
    return json.dumps({"reportSpecification": about, "salesAndTrafficByDate": [], "salesAndTrafficByAsin": rows})


@pytest.mark.parametrize(
    ("about", "column"),
    [
        ({"reportOptions": 5}, "asinGranularity"),
        ({"reportOptions": {"asinGranularity": ["SKU"]}}, "asinGranularity"),
        ({"marketplaceIds": None}, "marketplaceIds"),
        ({"marketplaceIds": 7}, "marketplaceIds"),
        ({"marketplaceIds": [{}]}, "marketplaceIds"),
        ({"marketplaceIds": ["\ud800"]}, "marketplaceIds"),
        ({"reportOptions": {"asinGranularity": "\udfff"}}, "asinGranularity"),
        ({}, ""),
    ],
)
def test_a_request_that_is_not_told_as_a_request_is_a_fault_of_its_place(tmp_path, about, column):
    (outcome,) = imported(tmp_path, traffic(**about))
    assert [fault.column.rpartition(".")[2] for fault in outcome.faults] == ([column] if column else [])
    assert outcome.status == ("refused" if column else "imported")


def test_an_endless_word_where_a_code_belongs_is_told_short(tmp_path):
    header = forms.header("listings")
    row = dict.fromkeys(header, "") | {"sku": "A", "channel": "shop", "date": "2026-09-01", "status": "x" * 5000}
    (outcome,) = imported(tmp_path, ",".join(header) + "\n" + ",".join(row.values()) + "\n")
    assert [len(fault.got) < 300 for fault in outcome.faults if fault.column == "status"] == [True]


def test_a_settlement_of_nothing_but_its_payout_is_imported(tmp_path):
    names = ["settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date", "total-amount", "currency", "transaction-type"]
    names += ["order-id", "sku", "quantity-purchased", "marketplace-name", "posted-date", "price-type", "price-amount", "other-amount"]
    payout = ["1", "2026-09-01 00:00:00 UTC", "2026-09-14 00:00:00 UTC", "2026-09-16 00:00:00 UTC", "0.00", "USD", *[""] * (len(names) - 6)]
    (outcome,) = imported(tmp_path, "\t".join(names) + "\n" + "\t".join(payout) + "\n")
    assert (outcome.status, outcome.faults) == ("imported", ())


def test_days_that_are_all_blank_are_faults_and_no_crash(tmp_path):
    header = "Date,Campaign Name,Ad Group Name,Advertised SKU,Currency,Impressions,Clicks,Spend,7 Day Total Sales,7 Day Total Units (#)"
    (outcome,) = imported(tmp_path, f"{header}\n,c,g,A,USD,1,1,1,1,1\n")
    assert outcome.status == "refused"
    assert {fault.column for fault in outcome.faults} == {"Date"}


def test_the_same_rows_are_known_again_among_others_of_that_shape(tmp_path):
    """Rows that are held already are not written once more, so they are compared where they lie."""
    files = imported(tmp_path, *(traffic(sessions) for sessions in range(2, 9)), traffic() + "\n")
    assert [each.status for each in files] == ["imported"] * 8
    assert [note.values for note in files[-1].notes if note.code == "same_rows"] == [{"file": "0.txt"}]
