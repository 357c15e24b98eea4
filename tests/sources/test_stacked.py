"""Several tables in one file: under titles, under one another, side by side, in sheets, in archives."""

import datetime as dt
import zipfile

import openpyxl
import pandas as pd
import pytest

from workbench import sources
from workbench.errors import InvalidTable, UnreadableFile
from workbench.settings import Mapping

STOCK = ["sku", "node", "date", "available"]
SUPPLIERS = ["supplier", "name", "production_days"]
WHOLESALE = Mapping(
    name="wholesale",
    table="orders",
    columns={"sku": "SKU", "date": "DATE", "units": "PCS", "revenue": "GROSS AMT", "order_id": "CUSTOMER"},
    constants={"channel": "wholesale", "currency": "INR"},
)
LEFT = Mapping(name="left", table="stock", columns={"sku": "SKU", "on_hand": "Stock"}, constants={"node": "3pl-in", "date": "2022-05-01"})


@pytest.mark.parametrize("titles", [["Report of June"], ["Shop, Inc.", "", "from 1 June, to 30 June", ""], ["sep=,"], ["a;b;c;d;e;f;g;h"]])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_header_stands_below_titles(tmp_path, parse, titles, delimiter):
    titles = [title.replace("sep=,", f"sep={delimiter}") for title in titles]
    file = tmp_path / "x"
    file.write_text("\n".join([*titles, delimiter.join(STOCK), delimiter.join(["A", "3pl-us", "2026-06-01", "5"]), ""]))
    found = parse(file).tables()["stock"]
    assert found[["sku", "available", "source_line"]].to_numpy().tolist() == [["A", 5.0, len(titles) + 2]]


def test_columns_without_a_name_or_with_one_twice(write, parse):
    parsed = parse(write([*STOCK, "Unnamed: 22", "", "sku "], ["A", "3pl-us", "2026-06-01", "5", "", "", "B"], delimiter=","))
    assert parsed.tables()["stock"]["sku"].tolist() == ["A"]
    assert parsed.answer.drift == []


def test_short_rows_that_lack_only_blank_cells_are_kept(write, parse):
    file = write([*STOCK, "inbound_working", "inbound_shipped"], ["A", "3pl-us", "2026-06-01", "5"], ["B", "3pl-us", "2026-06-01", "5", "1", "", "", ""])
    assert parse(file).tables()["stock"][["sku", "source_line"]].to_numpy().tolist() == [["A", 2], ["B", 3]]


def wholesale(tmp_path):
    """The international sales of amazon_india, as its source has them: a stock table and shifted columns below the first."""
    file = tmp_path / "x"
    rows = [
        ["index", "DATE", "Months", "CUSTOMER", "Style", "SKU", "Size", "PCS", "RATE", "GROSS AMT"],
        ["0", "06-05-21", "Jun-21", "CUST1", "MEN5004", "MEN5004-KR-L", "L", "1", "616.56", "617"],
        ["1", "06-15-21", "Jun-21", "CUST1", "MEN5004", "MEN5004-KR-XL", "XL", "2", "616.56", "1234"],
        ["18635", "SKU", "Stock", "", "", "", "", "", "", ""],
        ["18636", "MEN5004", "43", "", "", "", "", "", "", ""],
        ["18637", "CUSTOMER", "DATE", "Months", "Style", "SKU", "PCS", "RATE", "GROSS AMT", "Stock"],
        ["18638", "CUST2", "12-13-21", "Dec-21", "SET248", "SET248-KR-NP-M", "1", "653", "653", "7"],
    ]
    file.write_text("\n".join(",".join(row) for row in rows) + "\n")
    return file


def test_tables_under_one_another_with_shifted_columns(tmp_path, parse):
    parsed = parse(wholesale(tmp_path), [WHOLESALE, LEFT])
    orders, stock = parsed.tables()["orders"], parsed.tables()["stock"]
    assert orders[["sku", "units", "revenue", "source_line"]].to_numpy().tolist() == [
        ["MEN5004-KR-L", 1.0, 617.0, 2],
        ["MEN5004-KR-XL", 2.0, 1234.0, 3],
        ["SET248-KR-NP-M", 1.0, 653.0, 7],
    ]
    assert stock[["sku", "on_hand", "source_line"]].to_numpy().tolist() == [["MEN5004", 43.0, 5]]
    assert parsed.answer.report == "GENERIC:wholesale+GENERIC:left"
    assert (parsed.answer.rows, parsed.answer.kept) == (4, 4)


UNNAMED = [f"Unnamed: {number}" for number in range(7)]
MANY = [[str(number), f"MEN{number}", "43", *[""] * 7] for number in range(2, 3002)]


@pytest.mark.parametrize("named", [["SKU", "Stock", *UNNAMED], ["SKU", "Stock", *[""] * 7], ["SKU", "Stock"]], ids=["unnamed", "blank", "short"])
@pytest.mark.parametrize("below", [10, 2])
def test_a_table_below_that_no_mapping_knows_is_one_fault(tmp_path, named, below):
    """Thousands of rows below it are no rows of the first table, and no fault each."""
    rows = [
        ["index", "DATE", "Months", "CUSTOMER", "Style", "SKU", "Size", "PCS", "RATE", "GROSS AMT"],
        *[[str(n), "06-15-21", "Jun-21", "CUST1", "MEN5004", f"MEN5004-KR-{n}", "L", "1", "616.56", "617"] for n in range(below)],
        ["1", *named],
        *MANY,
    ]
    file = tmp_path / "x"
    file.write_text("\n".join(",".join(row) for row in rows) + "\n")
    parsed = sources.parse(file, sources.Context("x", dt.datetime(2026, 7, 1), [WHOLESALE]))
    with pytest.raises(InvalidTable):
        parsed.tables()
    assert [(fault.row, fault.expected) for fault in parsed.answer.faults] == [(below + 2, "a header that a report, a mapping or a form has")]
    assert (parsed.answer.fault_count, parsed.answer.kept) == (1, 0)
    found = sources.parse(file, sources.Context("x", dt.datetime(2026, 7, 1), [WHOLESALE, LEFT]))
    assert len(found.tables()["stock"]) == len(MANY)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_side_by_side(tmp_path, parse, kind):
    rows = [
        ["Stock of June", "", "", "", "", "", "", ""],
        [*STOCK, "", *SUPPLIERS],
        ["A", "3pl-us", "2026-06-01", "5", "", "acme", "Acme", "30"],
        ["B", "3pl-us", "2026-06-01", "6", "", "", "", ""],
    ]
    file = tmp_path / "x"
    if kind == "csv":
        file.write_text("\n".join(",".join(row) for row in rows) + "\n")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([cell or None for cell in row])
        book.save(file)
    parsed = parse(file)
    assert parsed.report == "FORM:stock+FORM:suppliers"
    assert parsed.tables()["stock"]["sku"].tolist() == ["A", "B"]
    assert parsed.tables()["suppliers"]["supplier"].tolist() == ["acme"]


def test_every_sheet_that_a_reader_knows(tmp_path, parse):
    book = openpyxl.Workbook()
    book.active.append(["Please fill in"])
    for title, day in (("June", "2026-06-01"), ("July", "2026-06-30")):
        sheet = book.create_sheet(title)
        sheet.append(STOCK)
        sheet.append(["A", "3pl-us", day, 5])
    suppliers = book.create_sheet("S")
    suppliers.append(SUPPLIERS)
    suppliers.append(["acme", "Acme", 30])
    book.save(tmp_path / "x")
    parsed = parse(tmp_path / "x")
    assert parsed.report == "FORM:stock+FORM:suppliers"
    assert parsed.tables()["stock"]["date"].tolist() == [pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-30")]
    assert (parsed.answer.rows, parsed.answer.kept) == (3, 3)


def zipped(tmp_path, files: dict[str, bytes], **named):
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **named) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file


def test_each_file_of_an_archive_is_one_of_its_own(tmp_path):
    names = ["a/../../../evil.txt", "b\\c.csv", "__MACOSX/._b", "sub/.DS_Store", "d\u0007.csv"]
    file = zipped(tmp_path, {name: name.encode() for name in names})
    room = tmp_path / "room"
    room.mkdir()
    assert sources.is_archive(file)
    found = list(sources.members(file, room))
    assert [member.name for member in found] == ["x.zip/evil.txt", "x.zip/c.csv", "x.zip/d.csv"]
    assert sorted(path.name for path in room.iterdir()) == ["0", "1", "2"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["room", "x.zip"]
    assert [member.path.read_text() for member in found] == ["a/../../../evil.txt", "b\\c.csv", "d\u0007.csv"]


def test_a_member_has_the_time_that_it_was_saved_if_the_archive_tells(tmp_path):
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, extra in (("a", b"UT\x05\x00\x01" + int(dt.datetime(2026, 6, 1, tzinfo=dt.UTC).timestamp()).to_bytes(4, "little")), ("b", b"")):
            info = zipfile.ZipInfo(name)
            info.extra = extra
            archive.writestr(info, b"x")
    (tmp_path / "room").mkdir()
    assert [member.saved for member in sources.members(file, tmp_path / "room")] == [dt.datetime(2026, 6, 1), None]


def test_a_workbook_is_no_archive(tmp_path):
    openpyxl.Workbook().save(tmp_path / "x")
    assert not sources.is_archive(tmp_path / "x")


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize("trick", ["bomb", "nested", "link", "cut", "many"])
def test_archives_that_are_a_trap(tmp_path, trick):
    if trick == "bomb":
        file = zipped(tmp_path, {"a": bytes(65 << 20)})
    elif trick == "nested":
        inner = zipped(tmp_path, {"a": b"x"}).read_bytes()
        file = zipped(tmp_path, {"inner.csv": inner})
    elif trick == "link":
        file = tmp_path / "x.zip"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(link("a.csv"), "/etc/passwd")
    elif trick == "cut":
        file = zipped(tmp_path, {"a": b"x" * 1000})
        file.write_bytes(file.read_bytes()[:-30])
    else:
        file = zipped(tmp_path, {str(n): b"" for n in range(1001)})
    room = tmp_path / "room"
    room.mkdir()
    with pytest.raises(UnreadableFile):
        list(sources.members(file, room))
    assert not list(room.iterdir())
