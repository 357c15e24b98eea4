"""Files that are broken, or made to break things: refused with file and fault named, in bounded time and memory."""

import gzip
import io
import json
import tracemalloc
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from workbench import sources
from workbench.errors import DataRejected, InvalidTable
from workbench.sources.reading import content, delimited, workbook

STOCK = "sku\tnode\tdate\tavailable\n"
LINE = "A{n}\t3pl-us\t2026-06-01\t5\n"
WHOLE = (STOCK + "".join(LINE.format(n=n) for n in range(3000))).encode()


def refused(parse, file) -> str:
    with pytest.raises(DataRejected) as caught:
        parse(file)
    assert file.name in str(caught.value) or isinstance(caught.value, InvalidTable)
    return str(caught.value)


@pytest.fixture
def put(tmp_path):
    def write(data: bytes):
        file = tmp_path / "download"
        file.write_bytes(data)
        return file

    return write


def test_gzip_is_read_as_it_is_unpacked(put, parse):
    assert len(parse(put(gzip.compress(WHOLE))).tables()["stock"]) == 3000


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_half_a_gzip_file(put, parse, part):
    packed = gzip.compress(WHOLE)
    assert "gzip" in refused(parse, put(packed[: int(len(packed) * part)]))


def test_a_gzip_file_with_a_wrong_byte(put, parse):
    packed = bytearray(gzip.compress(WHOLE))
    packed[len(packed) // 2] ^= 0xFF
    assert "gzip" in refused(parse, put(bytes(packed)))


def test_a_bomb_is_not_unpacked(put, parse, monkeypatch):
    monkeypatch.setattr(content, "FREE", 1 << 20)
    bomb = io.BytesIO()
    with gzip.open(bomb, "wb") as stream:
        stream.write(STOCK.encode())
        for _ in range(40):
            stream.write(b"\n" * (1 << 20))
    assert "times its packed size" in refused(parse, put(bomb.getvalue()))


@pytest.mark.parametrize("cut", [1, 3, 8])
def test_a_download_that_was_cut_in_its_last_line(put, parse, cut):
    wide = b"\n".join(line + b"\t1\t2" for line in WHOLE.replace(b"available", b"available\tunfulfillable\tx").splitlines())
    wide = wide.replace(b"x\t1\t2", b"x", 1)
    whole = wide[: wide.rfind(b"\t") - cut]
    assert "line 3001: expected 6 cells, got " in refused(parse, put(whole))


def test_binary_junk_under_the_right_header(put, parse):
    junk = np.random.default_rng(1).integers(0, 256, 100_000, dtype=np.uint8).tobytes()
    assert "line 2: expected text" in refused(parse, put(STOCK.encode() + junk))
    text = np.random.default_rng(1).integers(128, 256, 100_000, dtype=np.uint8).tobytes()
    assert "line 2: expected text in UTF-8, UTF-16" in refused(parse, put(STOCK.encode() + text))


def test_a_quote_that_is_not_closed_swallows_no_lines(put, parse):
    lines = ["sku,node,date,available,title", *[f"A{n},3pl-us,2026-06-01,5,x" for n in range(50)]]
    lines[7] = 'A6,3pl-us,2026-06-01,5,"x'
    assert "closing quote" in refused(parse, put("\n".join(lines).encode()))
    lines[20] = 'A19,3pl-us,2026-06-01,5,"x'
    assert "closing quote" in refused(parse, put("\n".join(lines).encode()))


@pytest.mark.parametrize("name", ["long line", "long cell", "many columns", "long header"])
def test_absurd_lengths(put, parse, monkeypatch, name):
    monkeypatch.setattr(delimited, "PIECE_BYTES", 1 << 18)
    data = {
        "long line": STOCK.encode() + b"A\t3pl-us\t2026-06-01\t5\n" * 9 + b"x" * (8 << 20) + b"\t3pl-us\t2026-06-01\t5\n",
        "long cell": STOCK.encode() + b"x" * 40_000 + b"\t3pl-us\t2026-06-01\t5\n",
        "many columns": "\t".join(f"c{n}" for n in range(100_000)).encode() + b"\n",
        "long header": b"x" * (4 << 20),
    }[name]
    tracemalloc.start()
    refused(parse, put(data))
    assert tracemalloc.get_traced_memory()[1] < 150 << 20
    tracemalloc.stop()


def book(rows) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def with_part(packed: bytes, name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, data if part == name else old.read(part))
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
ROWS = [["sku", "node", "date", "available"], ["A", "3pl-us", "2026-06-01", 5]]


@pytest.mark.parametrize("trick", ["huge sheet", "deep", "entities", "cut", "no directory", "broken", "wide row", "row beyond the last"])
def test_workbooks_that_are_a_trap(put, parse, monkeypatch, trick):
    monkeypatch.setattr(workbook, "MAX_SHEET", 16 << 20)
    packed = book(ROWS)
    cell = b'<c t="inlineStr"><is><t>x</t></is></c>'
    data = {
        "huge sheet": lambda: with_part(packed, SHEET, HEAD + b" " * (20 << 20)),
        "deep": lambda: with_part(packed, SHEET, HEAD + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</sheetData></worksheet>"),
        "entities": lambda: with_part(
            packed,
            SHEET,
            b'<!DOCTYPE x [<!ENTITY a "'
            + b"y" * 1000
            + b'">'
            + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%s;" % (str(n - 1).encode() if n else b"") * 10) for n in range(9))
            + b"]>"
            + HEAD
            + b'<row r="1"><c t="inlineStr"><is><t>&a8;</t></is></c></row></sheetData></worksheet>',
        ),
        "cut": lambda: packed[: len(packed) // 2],
        "no directory": lambda: packed[: packed.rfind(b"PK\x01\x02")],
        "broken": lambda: with_part(packed, SHEET, HEAD + b"<row><c><v>1</v></c></rowww>"),
        "wide row": lambda: with_part(packed, SHEET, HEAD + b"<row>" + cell * 5000 + b"</row></sheetData></worksheet>"),
        "row beyond the last": lambda: with_part(packed, SHEET, HEAD + b'<row r="2000000">' + cell * 4 + b"</row></sheetData></worksheet>"),
    }[trick]()
    said = {"huge sheet": "at most 16 MB", "wide row": "at most 2000 columns", "row beyond the last": "at most 1048576 rows", "deep": "nothing readable"}
    assert said.get(trick, "a whole Excel workbook") in refused(parse, put(data))


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "=1+1", "@SUM(1)", "<script>alert(1)</script>", "Robert'); DROP TABLE items;--", "{0}", "%s"])
def test_formulas_and_scripts_are_text(tmp_path, write, parse, text):
    assert parse(write(["sku", "title"], ["A", text])).tables()["items"]["title"].tolist() == [text]
    made = openpyxl.Workbook()
    for at, row in enumerate((["sku", "title"], ["A", text]), start=1):
        for column, value in enumerate(row, start=1):
            made.active.cell(at, column, value).data_type = "s"
    made.save(tmp_path / "x")
    assert parse(tmp_path / "x").tables()["items"]["title"].tolist() == [text]


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_half_a_json_document(put, parse, part):
    whole = json.dumps({"reportSpecification": {}, "salesAndTrafficByAsin": [{"childAsin": "B0"}] * 50}).encode()
    assert "JSON" in refused(parse, put(whole[: int(len(whole) * part)]))


def test_deep_json(put, parse):
    assert "JSON" in refused(parse, put(b'{"a":' + b"[" * 200_000))


@pytest.mark.parametrize(("start", "word"), [(b"\xd0\xcf\x11\xe0", "2007"), (b"%PDF-1.7", "PDF"), (b"7z\xbc\xaf'\x1c", "7-Zip"), (b"Rar!\x1a\x07", "RAR")])
def test_files_of_other_programs_are_named(put, parse, start, word):
    assert word in refused(parse, put(start + b"\x00" * 500))


def test_a_refusal_is_said_as_faults(put):
    with pytest.raises(DataRejected) as caught:
        sources.parse(put(b"a,\x00\n"), sources.Context("x", pd.Timestamp("2026-01-01")))
    assert [(fault.row, fault.expected, fault.got) for fault in sources.refusal(caught.value)] == [(1, "text", "a NUL byte")]
