"""Which encoding a text file is in, told from all its bytes; and its text as UTF-8, block by block.

A file without a byte that UTF-8 forbids is UTF-8. Otherwise it is Windows-1252, Shift-JIS (cp932) or GB 18030: the one in
which all of the file can be read and whose text looks most like words. A file of which most is UTF-8 and some is not is
damaged, and refused with the first line of it: read otherwise, its umlauts would turn into two signs each.
"""

import codecs
import io
from collections.abc import Iterator

from workbench.errors import UnreadableFile
from workbench.sources.reading.content import HEAD, Content

_CHUNK = 1 << 22
_SAMPLE = 4000
"""Lines beyond ASCII that are looked at to tell encodings apart."""
_LONG = 1 << 16
"""Bytes of such a line that are looked at."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LEGACY = ("cp1252", "cp932", "gb18030")


def encoding_of(content: Content) -> str:
    """Return the encoding of a text file, as Python names it.

    Raises
    ------
    UnreadableFile
        If it is no text in any of the encodings; names the first line that is not.
    """
    marked = next((name for mark, name in _MARKS if content.head.startswith(mark)), None)
    name = marked or _unmarked_utf16(content.head)
    if name is None or name == "utf-8-sig":
        fault = _first_fault(content, "utf-8")
        if fault is None:
            return "utf-8-sig"
        name = _legacy(content, fault)
    else:
        fault = _first_fault(content, name)
        if fault is not None:
            raise UnreadableFile(content.file.name, f"text in {name.upper()}", "bytes that are none", fault)
    return name


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of separators, digits and line ends is zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    least = max(len(head) // 20, 2)
    if odd >= least and even * 10 < odd:
        return "utf-16-le"
    return "utf-16-be" if even >= least and odd * 10 < even else None


def _chunks(content: Content) -> Iterator[bytes]:
    with content.open() as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _first_fault(content: Content, name: str) -> int | None:
    """The line of the first byte that the encoding forbids, or None; a NUL is none of a text."""
    decoder, line, pending = codecs.getincrementaldecoder(name)(), 1, False
    wide = name.startswith("utf-16")
    for chunk in _chunks(content):
        try:
            if not (chunk.isascii() and not pending and not wide):
                text = decoder.decode(chunk)
                pending = bool(decoder.getstate()[0])
                if wide and "\0" in text:
                    return line + text[: text.index("\0")].count("\n")
        except UnicodeDecodeError as fault:
            return line + fault.object[: fault.start].count(b"\n")
        if not wide and b"\0" in chunk:
            raise UnreadableFile(content.file.name, "text", "a NUL byte", line + chunk[: chunk.index(b"\0")].count(b"\n"))
        line += chunk.count(b"\n")
    return line if pending else None


def _legacy(content: Content, fault: int) -> str:
    lines = _strange_lines(content)
    whole = sum(_reads(line, "utf-8") for line in lines)
    if whole * 2 > len(lines):
        raise UnreadableFile(content.file.name, "text in UTF-8, as in most of its lines", "bytes that are none", fault)
    ranked = sorted(_LEGACY, key=lambda name: _looks(lines, name), reverse=True)
    found = next((name for name in ranked if _looks(lines, name) > 0 and _first_fault(content, name) is None), None)
    if found is None:
        raise UnreadableFile(content.file.name, "text in UTF-8, UTF-16, Windows-1252, Shift-JIS or GB 18030", "bytes that are none of them", fault)
    return found


def _strange_lines(content: Content) -> list[bytes]:
    """The first lines that are not ASCII, from all of the file."""
    found: list[bytes] = []
    rest = b""
    for chunk in _chunks(content):
        if chunk.isascii() and rest.isascii():
            rest = chunk[chunk.rfind(b"\n") + 1 :][-_LONG:]
            continue
        data = rest + chunk
        end = data.rfind(b"\n") + 1
        found += [line[:_LONG] for line in data[:end].split(b"\n") if not line.isascii()]
        rest = data[end:][-_LONG:]
        if len(found) >= _SAMPLE:
            return found[:_SAMPLE]
    return found + ([rest] if not rest.isascii() else [])


def _reads(line: bytes, name: str) -> bool:
    try:
        line.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _looks(lines: list[bytes], name: str) -> float:
    """How much the text beyond ASCII looks like words in an encoding: 1 all of it, 0 none."""
    good = bad = 0
    for line in lines:
        text = line.decode(name, errors="replace")
        for at, sign in enumerate(text):
            if sign > "\x7f":
                fits = _FITS[name](sign, text[at - 1 : at], text[at + 1 : at + 2])
                good, bad = good + fits, bad + (not fits)
    return good / (good + bad) if good else 0.0


def _western(sign: str, before: str, after: str) -> bool:
    """A letter with an accent beside ASCII, a sign of money, a typographic quote; several in a row are no word."""
    letters = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽž"
    if sign in letters:
        return not (before > "\x7f" and after > "\x7f")
    return sign in "€£¥¢§°²³¹µ®™©«»‹›–—…’‘“”„‚•·½¼¾×÷±¬¦†‡¶´\xa0ºª¿¡"


def _japanese(sign: str, before: str, after: str) -> bool:
    return "\u3000" <= sign <= "\u30ff" or "\uff01" <= sign <= "\uff5e" or sign in "￥℃㎝①②③" or _level_one(sign, "cp932", 0x88, 0x97)


def _chinese(sign: str, before: str, after: str) -> bool:
    return "\u3000" <= sign <= "\u3015" or "\uff01" <= sign <= "\uff5e" or sign in "￥“”‘’…—·℃×" or _level_one(sign, "gb18030", 0xB0, 0xD7)


def _level_one(sign: str, name: str, first: int, last: int) -> bool:
    """A sign among the few thousand that a language uses every day: standards put them first."""
    try:
        code = sign.encode(name)
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and first <= code[0] <= last


_FITS = {"cp1252": _western, "cp932": _japanese, "gb18030": _chinese}


class Utf8(io.RawIOBase):
    """The text of a file as UTF-8; counts the line ends that went through."""

    def __init__(self, content: Content, name: str):
        self._stream = content.open()
        self._decoder = None if name == "utf-8-sig" else codecs.getincrementaldecoder(name)()
        self._ready = b""
        self._start = True
        self.line_ends = 0
        self.last = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most so many bytes of UTF-8, all that is left if negative; empty at the end."""
        while len(self._ready) < size or size < 0:
            more = self._stream.read(max(size, HEAD))
            if not more:
                break
            self._ready += more if self._decoder is None else self._decoder.decode(more).encode()
        if self._start:
            self._ready, self._start = self._ready.removeprefix(codecs.BOM_UTF8), False
        found, self._ready = (self._ready, b"") if size < 0 else (self._ready[:size], self._ready[size:])
        self.line_ends += found.count(b"\n")
        self.last = found[-1:] or self.last
        return found

    def close(self) -> None:
        """Close the file too."""
        self._stream.close()
        super().close()
