"""The copy that is kept of a file holds nothing about people, and every other cell where it stood."""

import csv
import gzip
import hashlib
import io

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources import recognise, shops, write_copy
from workbench.sources.amazon import REPORTS
from workbench.sources.emptying import Cells, StrayQuote, offsets
from workbench.sources.personal import is_personal, places

RETURNS = ["return-date", "order-id", "sku", "quantity", "fulfillment-center-id", "detailed-disposition", "reason", "status", "license-plate-number"]
RETURNS += ["customer-comments"]
ROW = ["2026-10-01T00:00:00+00:00", "111-1", "SKU-1", "1", "PHX7", "SELLABLE", "UNWANTED_ITEM", "Unit returned", "LPN123", "call me at 555"]


def rows_of(data: bytes, delimiter: str, encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


def copied(tmp_path, content: bytes):
    file, target = tmp_path / "file", tmp_path / "copy"
    file.write_bytes(content)
    reader = recognise(file)
    assert reader is not None
    assert write_copy(file, target, reader.sheets) == hashlib.sha256(content).hexdigest()
    return target.read_bytes()


@pytest.mark.parametrize(
    "name",
    """buyer-name,buyer-email,buyer-phone-number,recipient-name,ship-address-1,ship-address-2,ship-city,ship-postal-code,ship-phone-number,bill-address-1,
    bill-city,bill-postal-code,customer-comments,license-plate-number,tracking-number,Email,Phone,Billing Name,Billing Street,Billing Address1,Billing Zip,
    Shipping Phone,Shipping Company,Notes,Note Attributes,Customer Name,Customer Phone Number,Customer Shipping Address,Ship to Address 1,Ship To City,
    Zip,City,First Name,cpf,gift-message-text,delivery-Instructions,Käufername,Lieferadresse 1,Straße,PLZ,Telefonnummer,Kundenkommentar,購入者のEメール,
    電話番号,配送先住所1,郵便番号,買家姓名,买家邮箱,收件人姓名,收货地址,手机号码,邮政编码,buyer-company-name,Tracking ID,carrier-tracking-number""".replace(
        "\n", ""
    ).split(","),
)
def test_columns_about_people_are_known(name):
    assert is_personal(name.strip())


@pytest.mark.parametrize("report", [*REPORTS, *shops.REPORTS], ids=lambda report: report.name)
def test_no_reader_needs_a_column_about_people(report):
    assert not [name for names in report.spellings().values() for name in names if is_personal(name)]


@pytest.mark.parametrize(
    "name",
    """Name,sku,ship-country,ship-state,ship-service-level,shipping-price,ship-promotion-discount,order-id,product-name,item-name,fulfillment-center-id,
    shipment-id,Shipping,Billing Country,Shipping Method,Vendor,Lineitem name,purchase-order-number,quantity,asin,fnsku,Location,carrier,currency,店舗名,
    商品名,ステータス,数量,商品名称,订单号""".replace("\n", "").split(","),
)
def test_other_columns_stay(name):
    assert not is_personal(name.strip())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", ["\t", ","])
def test_only_these_cells_of_a_text_are_emptied(tmp_path, encoding, line_end, delimiter):
    lines = [RETURNS, ROW, [*ROW[:8], "LPN9", "Müller, see phone"], [*ROW[:8], "", ""]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(lines)
    found = copied(tmp_path, text.getvalue().encode(encoding))
    plain = found.decode("utf-8-sig" if encoding != "utf-16" else "utf-16")
    assert "555" not in plain and "LPN" not in plain and "Müller" not in plain
    assert list(csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter)) == [[*line[:8], "", ""] if line is not RETURNS else line for line in lines]
    assert plain.count(line_end) == 4


def test_lines_of_title_and_quoted_line_ends_keep_their_places(tmp_path):
    quoted = [",".join(RETURNS), ",".join([*ROW[:9], '"first line\nsecond, ""line"" 555"']), ",".join(ROW)]
    found = rows_of(copied(tmp_path, ("Returns of October\n\n" + "\n".join(quoted)).encode()), ",")
    assert found[:3] == [["Returns of October"], [], RETURNS]
    assert [row[:8] for row in found[3:]] == [ROW[:8], ROW[:8]]
    assert [row[8:] for row in found[3:]] == [["", ""], ["", ""]]


def test_a_stray_quote_goes_the_slow_way(tmp_path):
    lines = [",".join(RETURNS), ",".join([*ROW[:2], 'SKU 5" wide', *ROW[3:]]), ",".join(ROW)]
    found = rows_of(copied(tmp_path, "\n".join(lines).encode()), ",")
    assert [row[2] for row in found[1:]] == ['SKU 5" wide', "SKU-1"]
    assert [row[8:] for row in found[1:]] == [["", ""], ["", ""]]


def test_a_packed_file_is_packed_again(tmp_path):
    content = "\n".join("\t".join(row) for row in (RETURNS, ROW)).encode()
    found = gzip.decompress(copied(tmp_path, gzip.compress(content)))
    assert rows_of(found, "\t") == [RETURNS, [*ROW[:8], "", ""]]


def test_a_file_without_such_columns_is_kept_byte_by_byte(tmp_path):
    content = "\n".join("\t".join(row[:8]) for row in (RETURNS, ROW)).encode() + b"\n"
    assert copied(tmp_path, content) == content


def test_a_workbook_keeps_its_rows(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Returns"], [], RETURNS, ROW, [], ["=1+1", *ROW[1:]]):
        sheet.append(row)
    other = book.create_sheet("addresses")
    for row in (["Name", "Email", "Phone"], ["x", "a@b.c", "555"]):
        other.append(row)
    stream = io.BytesIO()
    book.save(stream)
    found = openpyxl.load_workbook(io.BytesIO(copied(tmp_path, stream.getvalue())))
    kept = [[cell.value for cell in row] for row in found.worksheets[0].iter_rows()]
    assert kept[2] == RETURNS and kept[3][:8] == ROW[:8] and kept[3][8:] == [None, None]
    assert kept[5][1] == "111-1" and kept[5][8:] == [None, None]
    assert [cell.value for cell in found.worksheets[1][2]] == ["x", None, None]


def test_a_parquet_file_keeps_its_columns(tmp_path):
    stream = io.BytesIO()
    pd.DataFrame([ROW], columns=RETURNS).to_parquet(stream)
    copied(tmp_path, stream.getvalue())
    found = pq.read_table(tmp_path / "copy").to_pylist()[0]
    assert [found[name] for name in RETURNS] == [*ROW[:8], None, None]


cell = st.text(alphabet='ab" ,\n\r;é', max_size=6)
grid = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8))


@given(grid, st.sets(st.integers(0, 3)), st.integers(1, 9), st.sampled_from(["<u2", "u1"]))
def test_emptying_equals_the_csv_module(rows, gone, size, unit):
    """Oracle: read by the csv module, cells emptied; whatever the blocks that the bytes come in."""
    import numpy as np

    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    encoding = "utf-16-le" if unit == "<u2" else "utf-8"
    data = text.getvalue().encode(encoding)
    cells = Cells(",", True, np.dtype(unit), sorted(gone))
    found = b"".join([*(cells.feed(data[at : at + size]) for at in range(0, len(data), size)), cells.feed(b"", last=True)]).decode(encoding)
    expected = [["" if place in gone else value for place, value in enumerate(row)] for row in rows]
    wanted = [row if row != [""] or 0 not in gone else [] for row in expected]
    assert list(csv.reader(io.StringIO(found, newline=""))) == wanted


def test_a_quote_inside_a_cell_is_told():
    import numpy as np

    with pytest.raises(StrayQuote):
        Cells(",", True, np.dtype("u1"), [1]).feed(b'5" pipe,a\n', last=True)


@given(st.lists(st.sampled_from(["\n", "\r\n", "\r", "ab", "c"]), max_size=30))
def test_offsets_count_lines_as_python_does(parts):
    import numpy as np

    data = "".join(parts).encode()
    lines = data.splitlines(keepends=True)
    wanted = list(range(1, len(lines) + 1))
    found = offsets(io.BytesIO(data), np.dtype("u1"), wanted)
    assert [found[line] for line in wanted] == [sum(map(len, lines[:line])) for line in wanted]


def test_places_of_a_header():
    assert places(["sku", "buyer-name", "quantity", "ship-city"]) == [1, 3]
