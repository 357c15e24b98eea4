"""The same rows in every kind of file: encodings, delimiters, quotes, Excel, Parquet."""

import openpyxl
import pandas as pd
import pytest

from workbench.errors import UnreadableFile

HEADER = ["supplier", "name", "production_days"]
ROWS = [["acme", "Müller & Söhne", "30"], ["bolt", 'Bolt, 12" pans', "21.5"], ["none", "-", ""]]


def suppliers(parsed):
    return parsed.tables()["suppliers"][["supplier", "name", "production_days", "source_line"]].astype(object).fillna("").to_numpy().tolist()


EXPECTED = [["acme", "Müller & Söhne", 30.0, 2], ["bolt", 'Bolt, 12" pans', 21.5, 3], ["none", "-", "", 4]]


def quoted(rows):
    return [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le-bom"])
@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends(write, parse, encoding, delimiter, end):
    rows = ROWS if delimiter == "\t" else quoted(ROWS)
    if encoding == "utf-16-le-bom":
        file = write(HEADER, *rows, delimiter=delimiter, end=end)
        file.write_bytes(b"\xff\xfe" + file.read_bytes().decode().encode("utf-16-le"))
    else:
        file = write(HEADER, *rows, delimiter=delimiter, encoding=encoding, end=end)
    assert suppliers(parse(file)) == EXPECTED


def test_a_stray_byte_far_down_does_not_spoil_the_file(write, parse):
    many = [[f"s{n}", "plain", "1"] for n in range(20_000)]
    file = write(HEADER, *many, ["last", "Müller", "2"], delimiter=",", encoding="cp1252")
    assert suppliers(parse(file))[-1] == ["last", "Müller", 2.0, 20_002]


def test_quotes_in_tab_delimited_text_are_text(write, parse):
    file = write(HEADER, ["a", '12" pan', "1"], ["b", '"a ""b"" c"', "2"], ["c", '"', "3"])
    assert [row[1] for row in suppliers(parse(file))] == ['12" pan', 'a "b" c', '"']


def test_tab_delimited_text_with_every_cell_in_quotes(write, parse):
    assert suppliers(parse(write(*quoted([HEADER, *ROWS])))) == EXPECTED


def test_cells_may_hold_line_breaks_and_delimiters(write, parse):
    file = write(HEADER, ["a", '"two\nlines, one cell"', "1"], ["b", "x", "2"], delimiter=",")
    assert [row[1] for row in suppliers(parse(file))] == ["two\nlines, one cell", "x"]


def test_blank_lines_are_skipped_and_lines_counted_on(write, parse):
    file = write(HEADER, ["a", "x", "1"], [""], ["", "", ""], ["b", "y", "2"], [""], delimiter=",")
    assert [row[3] for row in suppliers(parse(file))] == [2, 5]


@pytest.mark.parametrize("content", ["supplier,name", "supplier,name\n", "supplier,name\r\n\r\n"])
def test_a_header_alone_is_a_valid_empty_file(tmp_path, parse, content):
    file = tmp_path / "x"
    file.write_text(content, newline="")
    assert suppliers(parse(file)) == []


def test_decimal_commas_follow_the_semicolon(write, parse):
    file = write(["supplier", "order_cost"], ["a", "1,250"], delimiter=";")
    assert parse(file).tables()["suppliers"]["order_cost"].tolist() == [1.25]


def test_excel(tmp_path, parse):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Suppliers")
    sheet.append([])
    for row in (HEADER, ["acme", "Müller & Söhne", 30], ["bolt", 'Bolt, 12" pans', 21.5], ["none", "-"]):
        sheet.append(row)
    file = tmp_path / "x.txt"
    book.save(file)
    assert suppliers(parse(file)) == [[*row[:3], row[3] + 1] for row in EXPECTED]


def test_excel_dates_and_numbers_that_look_like_text(tmp_path, parse):
    book = openpyxl.Workbook()
    for row in (["sku", "channel", "date", "units"], [1001, "shop", pd.Timestamp("2026-06-01"), 2], [1002.0, "shop", "2026-06-02", 1.5]):
        book.active.append(row)
    file = tmp_path / "x"
    book.save(file)
    found = parse(file).tables()["sales"]
    assert found["sku"].tolist() == ["1001", "1002"]
    assert found["date"].tolist() == [pd.Timestamp("2026-06-01"), pd.Timestamp("2026-06-02")]


def test_parquet(tmp_path, parse):
    frame = pd.DataFrame(
        {"sku": [1001, 1002], "channel": pd.Categorical(["shop", "shop"]), "date": pd.to_datetime(["2026-06-01", "2026-06-02"]), "units": [2, 1]}
    )
    frame.to_parquet(tmp_path / "x")
    found = parse(tmp_path / "x").tables()["sales"]
    assert found[["sku", "units", "source_line"]].to_numpy().tolist() == [["1001", 2.0, 1], ["1002", 1.0, 2]]


def test_broken_files_are_told_as_such(tmp_path, parse):
    whole = tmp_path / "whole"
    pd.DataFrame({"sku": ["A"]}).to_parquet(whole)
    cut = tmp_path / "cut"
    cut.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(UnreadableFile, match="Parquet"):
        parse(cut)
