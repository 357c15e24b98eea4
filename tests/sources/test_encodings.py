"""Which encoding a file is in, from all its bytes; a byte that fits none is never lost."""

import pytest

from workbench.errors import UnreadableFile
from workbench.sources.reading.content import Content
from workbench.sources.reading.encoding import Utf8, encoding_of

WORDS = {
    "cp1252": ["Müller & Söhne", "Größe", "café à la carte", "12 €", "It’s", "“quoted”", "señor niño", "ü", "50 °C ± 2"],
    "cp932": ["注文品目総数", "商品名", "セッション数 - 合計", "水筒 ステンレス製ボトル", "出品者SKU", "（子）ASIN"],
    "gb18030": ["产品名称", "库存龄 0-90 天", "会话数 - 总计", "不锈钢保温杯 500毫升 黑色", "已订购商品数量"],
}


def content(tmp_path, data: bytes) -> Content:
    file = tmp_path / "x"
    file.write_bytes(data)
    return Content(file)


@pytest.mark.parametrize(("encoding", "word"), [(encoding, word) for encoding, words in WORDS.items() for word in words])
def test_one_word_tells(tmp_path, encoding, word):
    text = "sku,name\n" + "A,plain\n" * 60_000 + f"B,{word}\n"
    found = content(tmp_path, text.encode(encoding))
    assert encoding_of(found) == encoding
    with Utf8(found, encoding) as stream:
        assert stream.read().decode() == text
    assert stream.line_ends == 60_002


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_with_and_without_mark(tmp_path, encoding):
    text = "sku\tname\nA\t産品 Müller\n" * 50
    found = content(tmp_path, text.encode(encoding))
    with Utf8(found, encoding_of(found)) as stream:
        assert stream.read().decode() == text


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"sku,name\n" + "A,Müller\n".encode() * 3000 + b"B,M\xfcller\n", 3002),
        (b"sku,name\nA,x\x00y\n", 2),
        (b"sku,name\n" + b"A,b\n" * 9 + b"\xff\xfe\xfd\x81\x8d\n", 11),
        ("sku,name\nA,産\n".encode("utf-16-le") * 30 + b"\x00\xd8\n\x00", 61),
    ],
    ids=["one line of UTF-8 is none", "NUL", "no text at all", "half a UTF-16 pair"],
)
def test_bytes_that_are_no_text_are_refused_by_line(tmp_path, data, line):
    with pytest.raises(UnreadableFile) as caught:
        encoding_of(content(tmp_path, data))
    assert caught.value.row == line
