"""Small report files for the tests of the readers."""

import datetime as dt
from pathlib import Path

import pytest

from workbench import sources

KNOWN = dt.datetime(2026, 7, 1, 6)


@pytest.fixture
def write(tmp_path):
    """Write rows of cells to a delimited file under a name that tells nothing."""

    def make(header: list[str], *rows: list, delimiter: str = "\t", encoding: str = "utf-8", end: str = "\n") -> Path:
        file = tmp_path / "download"
        lines = [delimiter.join(map(str, row)) for row in (header, *rows)]
        file.write_bytes((end.join(lines) + end).encode(encoding))
        return file

    return make


@pytest.fixture
def parse():
    """Parse a file as if saved on the first of July 2026, and read it to its end."""

    def run(file: Path, mappings=(), items=None, home="US") -> sources.Parsed:
        parsed = sources.parse(file, sources.Context("download.txt", KNOWN, list(mappings), items, home))
        parsed.tables()
        answer = parsed.answer
        assert answer.rows == answer.kept + sum(answer.dropped.values())
        return parsed

    return run


@pytest.fixture
def report(write, parse):
    """Write rows given by column name and parse them."""

    def run(*rows: dict, delimiter: str = "\t", **named) -> sources.Parsed:
        header = list(dict.fromkeys(name for row in rows for name in row))
        return parse(write(header, *[[row.get(name, "") for name in header] for row in rows], delimiter=delimiter), **named)

    return run
