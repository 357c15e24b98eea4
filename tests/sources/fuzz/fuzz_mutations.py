"""Every way a file can be broken: in its cells, its columns, its rows, its delimiters and quotes, its encoding, its packing, its bytes."""

import datetime as dt
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import openpyxl

HOSTILE = [
    *("99999999999999999999999999", "1e308", "-1e309", "NaN", "inf", "-inf", "-5", "-0", "1e-320", "0x1F", "1_000", "1,2,3", "1.2.3", "12,5", "(5)", "5-", "٣"),
    *("0000-00-00", "9999-12-31", "31.02.2026", "2026-13-01", "1677-01-01", "2262-04-12", "02/30/2026", "2026-09-01T25:00:00Z", "now", "44926", "24:00"),
    *("=cmd()", '=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "-2+3", "<script>alert(1)</script>", "'; DROP TABLE stock; --", "${jndi:x}", "{{7*7}}"),
    *(
        "\x00",
        "a\x00b",
        "\x1a",
        "\x07\x1b[31m",
        "\ufeff",
        "\ud800",
        "a\udfffb",
        "\u200b",
        "\u202eevil",
        "شحن",
        "🎈📦",
        "\U0001f469\u200d\U0001f680",
        "é" * 300,
        "a\tb",
        "a,b;c",
        'a"b',
        "a\nb",
    ),
    *(
        "",
        " ",
        "\u00a0",
        "--",
        "none",
        "N/A",
        "#REF!",
        "23-Jan",
        "1.23E+12",
        "365+",
        "null",
        "true",
        "../../etc/passwd",
        "%s%n",
        "\\",
        "\\N",
        "true ",
        "$",
        "€ 1.234,56",
    ),
]
MEGABYTE = 1 << 20
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp932", "gb18030", "utf-32", "utf-7", "koi8-r", "cp037")
DELIMITERS = ("\t", ",", ";", "|", " ", ":")
BOMB = 64 << 20


@dataclass
class Case:
    """A broken file: its bytes, what was done to it, and whether its rows can still be read with a plain CSV reader."""

    name: str
    content: bytes
    done: list[str]
    kind: str
    delimiter: str
    plain: bool = True


Change = Callable[[random.Random, object], None]


# --- cells, columns, rows -------------------------------------------------------------------------------------------


def hostile_cells(rng, sheet):
    for _ in range(rng.choice([1, 1, 2, 5]) if sheet.rows else 0):
        row = rng.choice(sheet.rows)
        if row:
            row[rng.randrange(len(row))] = rng.choice(HOSTILE)


def hostile_column(rng, sheet):
    at, word = rng.randrange(len(sheet.header)), rng.choice(HOSTILE)
    for row in sheet.rows:
        if at < len(row):
            row[at] = word


def swapped_cells(rng, sheet):
    if sheet.rows:
        one, other = rng.choice(sheet.rows), rng.choice(sheet.rows)
        a, b = rng.randrange(len(one)), rng.randrange(len(other))
        one[a], other[b] = other[b], one[a]


def giant_cell(rng, sheet):
    if sheet.rows:
        row = rng.choice(sheet.rows)
        row[rng.randrange(len(row))] = rng.choice(["x", "9", "\u4e2d", '"', "="]) * MEGABYTE


def shuffled_columns(rng, sheet):
    order = rng.sample(range(len(sheet.header)), len(sheet.header))
    sheet.header = [sheet.header[at] for at in order]
    sheet.rows = [[row[at] if at < len(row) else "" for at in order] for row in sheet.rows]


def renamed_column(rng, sheet):
    at = rng.randrange(len(sheet.header))
    spell = rng.choice(
        [
            str.upper,
            str.title,
            lambda name: f" {name}  ",
            lambda name: name.replace("-", "_"),
            lambda name: name[::-1],
            lambda name: "",
            lambda name: "Unnamed: 22",
        ]
    )
    sheet.header[at] = spell(sheet.header[at])


def dropped_column(rng, sheet):
    if len(sheet.header) > 1:
        at = rng.randrange(len(sheet.header))
        del sheet.header[at]
        for row in sheet.rows:
            del row[at : at + 1]


def doubled_column(rng, sheet):
    at = rng.randrange(len(sheet.header))
    sheet.header.insert(at, sheet.header[at])
    for row in sheet.rows:
        row.insert(at, row[at] if at < len(row) and rng.random() < 0.7 else rng.choice(HOSTILE))


def added_column(rng, sheet):
    at = rng.randrange(len(sheet.header) + 1)
    sheet.header.insert(at, rng.choice(["new thing", "", "quantity", "sku", "<b>", "\x00"]))
    for row in sheet.rows:
        row.insert(at, rng.choice(HOSTILE))


def many_columns(rng, sheet):
    more = rng.choice([300, 2500])
    sheet.header += [f"extra {number}" for number in range(more)]
    for row in sheet.rows:
        row += ["1"] * more


def ragged_rows(rng, sheet):
    for row in sheet.rows:
        if rng.random() < 0.3:
            if rng.random() < 0.5:
                del row[rng.randrange(1, len(row) + 1) :]
            else:
                row += ["more"] * rng.randrange(1, 4)


def shifted_row(rng, sheet):
    if sheet.rows:
        rng.choice(sheet.rows).insert(0, "")


def doubled_rows(rng, sheet):
    if sheet.rows:
        sheet.rows += [[*rng.choice(sheet.rows)] for _ in range(rng.choice([1, 3, 10]))]


def doubled_file(rng, sheet):
    sheet.rows += [[*row] for row in sheet.rows]


def shuffled_rows(rng, sheet):
    rng.shuffle(sheet.rows)


def blank_rows(rng, sheet):
    sheet.rows.insert(rng.randrange(len(sheet.rows) + 1), [rng.choice(["", " "])] * len(sheet.header))


def header_again(rng, sheet):
    sheet.rows.insert(rng.randrange(len(sheet.rows) + 1), [*sheet.header])


def titles_above(rng, sheet):
    sheet.rows.insert(0, sheet.header)
    sheet.header = [f"Report of {rng.randrange(99)}"]


def total_below(rng, sheet):
    sheet.rows.append(["Total", *["9"] * (len(sheet.header) - 1)])


def header_only(rng, sheet):
    sheet.rows = []


def no_header(rng, sheet):
    sheet.header = sheet.rows.pop(0) if sheet.rows else [""]


def blank_column(rng, sheet):
    at = rng.randrange(len(sheet.header))
    for row in sheet.rows:
        if at < len(row):
            row[at] = ""


IN_TABLE: list[Change] = [
    hostile_cells, hostile_cells, hostile_cells, hostile_column, swapped_cells, giant_cell, shuffled_columns, renamed_column, dropped_column, doubled_column,
    added_column, many_columns, ragged_rows, shifted_row, doubled_rows, doubled_file, shuffled_rows, blank_rows, header_again, titles_above, total_below,
    header_only, no_header, blank_column,
]  # fmt: skip
TELLING_OFF = {"header_again", "titles_above", "no_header", "doubled_column", "added_column", "renamed_column", "giant_cell", "many_columns"}
"""After these a plain reader no longer sees the columns that ours may see."""


# --- text -----------------------------------------------------------------------------------------------------------


def as_it_is(rng, sheet, other):
    return sheet.text()


def other_delimiter(rng, sheet, other):
    return sheet.text(rng.choice(DELIMITERS))


def mixed_delimiters(rng, sheet, other):
    lines = sheet.text().split("\n")
    return "\n".join(line.replace(sheet.delimiter, rng.choice(DELIMITERS)) if rng.random() < 0.4 else line for line in lines)


def open_quote(rng, sheet, other):
    text = sheet.text()
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(['"', '"""', "'"]) + text[at:]


def odd_line_ends(rng, sheet, other):
    end = rng.choice(["\r\n", "\r", "\n\n", "\r\n\n", "\u2028", "\x0b", "\n\r"])
    return sheet.text().replace("\n", end)


def no_last_end(rng, sheet, other):
    return sheet.text().rstrip("\n")


def stacked(rng, sheet, other):
    gap = rng.choice(["", "\n", "\n\n\nSecond table\n"])
    return sheet.text() + gap + (other.text(sheet.delimiter) if rng.random() < 0.7 else other.text())


def side_by_side(rng, sheet, other):
    width = len(sheet.header)
    wide = sheet.copy()
    for at in range(max(len(sheet.rows), len(other.rows))):
        if at == len(wide.rows):
            wide.rows.append([""] * width)
        wide.rows[at] += ["", *(other.rows[at] if at < len(other.rows) else [""] * len(other.header))]
    wide.header = [*wide.header, "", *other.header]
    return wide.text()


TEXTS = [*[as_it_is] * 8, other_delimiter, mixed_delimiters, open_quote, odd_line_ends, no_last_end, stacked, side_by_side]


# --- bytes ----------------------------------------------------------------------------------------------------------


def cut(rng, content):
    return content[: rng.randrange(len(content) + 1)]


def flipped(rng, content):
    changed = bytearray(content)
    for _ in range(rng.choice([1, 3, 20]) if changed else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def inserted(rng, content):
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice([b"\x00" * 50, b"\xff\xfe", b"\xef\xbb\xbf", bytes(range(256)), b"\xed\xa0\x80", b"\x80"]) + content[at:]


def doubled_piece(rng, content):
    at, to = sorted((rng.randrange(len(content) + 1), rng.randrange(len(content) + 1)))
    return content[:to] + content[at:to] + content[to:]


def half_in_another(rng, content):
    at = rng.randrange(len(content) + 1)
    return content[:at] + content[at:].decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace")


def empty(rng, content):
    return rng.choice([b"", b"\n", b"\xef\xbb\xbf", b" \n \n", b"\xff\xfe", b"\x00" * 100])


def junk_below_header(rng, content):
    return content.split(b"\n")[0] + b"\n" + rng.randbytes(rng.choice([100, 5000]))


def packed_gzip(rng, content):
    return gzip.compress(content, mtime=0)


def cut_gzip(rng, content):
    packed = gzip.compress(content, mtime=0)
    return packed[: rng.randrange(len(packed))] if rng.random() < 0.5 else flipped(rng, packed)


def twice_gzip(rng, content):
    return gzip.compress(gzip.compress(content, mtime=0), mtime=0)


def zipped(content: bytes, name: str = "report.txt", **more: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, inside in {name: content, **more}.items():
            archive.writestr(zipfile.ZipInfo(each, (2026, 9, 1, 0, 0, 0)), inside, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def packed_zip(rng, content):
    return zipped(
        content, rng.choice(["report.txt", "../../evil.txt", "/etc/passwd", "a/b/c.csv", "C:\\x.csv", "日本.csv", ".hidden", "__MACOSX/x", "x" * 300])
    )


def zip_in_zip(rng, content):
    return zipped(zipped(content), "inner.zip", **{"beside.txt": content})


def cut_zip(rng, content):
    packed = zipped(content)
    return packed[: rng.randrange(len(packed))] if rng.random() < 0.5 else flipped(rng, packed)


@lru_cache
def _bombs() -> tuple[bytes, bytes]:
    return zipped(bytes(BOMB)), gzip.compress(bytes(BOMB), mtime=0)


def bomb(rng, content):
    return rng.choice(_bombs())


def gzip_bomb_below_header(rng, content):
    return gzip.compress(content, mtime=0) + _bombs()[1]


BYTES = [
    cut, cut, flipped, flipped, inserted, doubled_piece, half_in_another, empty, junk_below_header, packed_gzip, cut_gzip, twice_gzip, packed_zip, zip_in_zip,
    cut_zip, bomb, gzip_bomb_below_header,
]  # fmt: skip


# --- workbooks and JSON ---------------------------------------------------------------------------------------------


def workbook(rng: random.Random, sheet, other) -> bytes:
    """The sheet as an Excel workbook, perhaps with a second sheet; numbers and days in cells of their own type."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = dt.datetime(2026, 9, 1)
    for page, each in [(book.active, sheet), *([(book.create_sheet("Other"), other)] if rng.random() < 0.3 else [])]:
        for row in [each.header, *each.rows]:
            page.append([_typed(rng, cell) for cell in row[:300]])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _typed(rng: random.Random, cell: str):
    clean = "".join(sign for sign in cell[:30_000] if sign.isprintable() or sign == "\n")
    if clean.isdigit() and rng.random() < 0.5:
        return int(clean) if len(clean) < 16 else clean
    return clean


def broken_xml(rng, content):
    """A workbook one of whose parts is cut, emptied, missing or made of nested or hostile XML."""
    held, parts = io.BytesIO(), {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(parts))
    inside = parts[name]
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    change = rng.choice(["cut", "empty", "gone", "flip", "deep", "entities", "text"])
    parts[name] = {
        "cut": inside[: len(inside) // 2], "empty": b"", "gone": inside, "flip": flipped(rng, inside), "deep": b"<a>" * 50_000,
        "entities": inside.replace(b"?>", b"?>" + entities, 1), "text": b"not xml at all",
    }[change]  # fmt: skip
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, inside in parts.items():
            if not (each == name and change == "gone"):
                archive.writestr(zipfile.ZipInfo(each, (2026, 9, 1, 0, 0, 0)), inside, zipfile.ZIP_DEFLATED)
    return held.getvalue()


BOOK = [lambda rng, content: content, lambda rng, content: content, broken_xml, broken_xml, cut, flipped, packed_gzip, packed_zip]
JUNK = [None, True, 0, -1, 1e308, float("nan"), float("inf"), "", "x", "\x00", "\ud800", [], {}, [[[]]], {"a": {}}, "2026-09-01", 10**40, "<script>"]


def broken_json(rng, content):
    """JSON with values, keys or whole branches replaced."""
    document = json.loads(content)
    for _ in range(rng.choice([1, 2, 4])):
        node = document
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = rng.choice(keys)
            if isinstance(node[key], dict | list) and node[key] and rng.random() < 0.75:
                node = node[key]
                continue
            if rng.random() < 0.25 and isinstance(node, dict):
                del node[key]
            else:
                node[key] = rng.choice(JUNK)
            break
    return json.dumps(document).encode("utf-8")


def deep_json(rng, content):
    return b'{"salesAndTrafficByAsin":' + b"[" * 100_000 if rng.random() < 0.5 else b"[" * 5000 + content + b"]" * 5000


JSONS = [broken_json, broken_json, broken_json, broken_json, deep_json, cut, flipped, lambda rng, content: content, packed_gzip]


def case(number: int, seed: int, files) -> Case:
    """The broken file of a number: the same for the same seed."""
    rng = random.Random(f"{seed}/{number}")
    name = f"case{number:05d}"
    form = rng.random()
    if form < 0.04:
        change = rng.choice(JSONS)
        return Case(name, change(rng, files.traffic(rng)), ["json", change.__name__], "GET_SALES_AND_TRAFFIC_REPORT", "", False)
    sheet = files.any_sheet(rng)
    kind, changes = sheet.kind, rng.choices(IN_TABLE, k=rng.choice([0, 1, 1, 1, 2, 3]))
    for change in changes:
        change(rng, sheet)
        sheet.header, sheet.rows = sheet.header or [""], [row or [""] for row in sheet.rows]  # an empty line is one empty cell
    done = [change.__name__ for change in changes]
    other = files.any_sheet(rng)
    if form < 0.12:
        change = rng.choice(BOOK)
        return Case(name, change(rng, workbook(rng, sheet, other)), [*done, "workbook", change.__name__], kind, "", False)
    write = rng.choice(TEXTS)
    encoding = rng.choice(ENCODINGS) if rng.random() < 0.15 else "utf-8"
    content = write(rng, sheet, other).encode(encoding, rng.choice(["replace", "surrogatepass"]) if encoding == "utf-8" else "replace")
    breaks = [rng.choice(BYTES)] if rng.random() < 0.3 else []
    for change in breaks:
        content = change(rng, content)
    plain = write in (as_it_is, no_last_end) and encoding in ("utf-8", "utf-8-sig") and not breaks and not TELLING_OFF.intersection(done)
    return Case(name, content, [*done, write.__name__, encoding, *(change.__name__ for change in breaks)], kind, sheet.delimiter, plain)
