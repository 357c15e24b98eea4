"""The first cells of a file that no reader knows, so that somebody can say what its columns mean."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from workbench.sources.reading.content import Content
from workbench.sources.reading.sheet import open_sheets

_COLUMNS = 200


def columns(file: Path, values: int = 3) -> dict[str, list[str]]:
    """Return the names of the first table's columns with their first different values, unnamed columns left out.

    Raises
    ------
    DataRejected
        If the file cannot be opened as rows.
    """
    for seen in open_sheets(Content(file)):
        for sheet in seen:
            named = [place for place, name in enumerate(sheet.header[:_COLUMNS]) if name.strip()]
            if named:
                table = next(iter(sheet.blocks(named))).table
                return {sheet.header[place]: list(islice(_values(table.column(str(place))), values)) for place in named}
    return {}


def _values(cells: pa.ChunkedArray) -> Iterator[str]:
    yield from dict.fromkeys(str(cell) for cell in cells.slice(0, 200).to_pylist() if cell is not None and str(cell).strip())
