"""The tables of one file on their way in: block after block into Parquet, seen by nobody until the manifest names them."""

import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import InvalidTable
from workbench.store.durable import ROWS_PER_GROUP, Partial, room
from workbench.store.manifest import shape
from workbench.store.part import DATED_BY_KEY, Covers, Part, covers, place_column
from workbench.store.raw import RawFile
from workbench.store.spans import Spans
from workbench.tables import FACTS, LINEAGE, schema

FEW_ROWS = 20


class StagedPart:
    """One table of a file while it grows."""

    def __init__(self, table: str, raw: RawFile, root: Path):
        self.table, self.raw = table, raw
        self.partial = Partial(root)
        self.rows = 0
        self._known: list[pd.Timestamp] = []
        self._spans = Spans(place_column(table), DATED_BY_KEY.get(table, ""), "date" in _dtypes(table))
        self._few: list[pd.DataFrame] = []
        self._waiting: list[pa.Table] = []
        self._form = pa.Schema.from_pandas(schema.empty(table), preserve_index=False).remove_metadata()
        self._writer: pq.ParquetWriter | None = None

    def write(self, frame: pd.DataFrame) -> None:
        """Add the rows of a block."""
        self.rows += len(frame)
        self._known = [min([*self._known[:1], frame["known_at"].min()]), max([*self._known[1:], frame["known_at"].max()])]
        self._spans.add(frame)
        self._few = [*self._few, frame] if self.rows <= FEW_ROWS else []
        self._waiting.append(pa.Table.from_pandas(frame, schema=self._form, preserve_index=False))
        if sum(len(rows) for rows in self._waiting) >= ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        with room(str(self.partial.path)):
            self._writer = self._writer or pq.ParquetWriter(self.partial.path, self._form, compression="zstd")
            if self._waiting:
                self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=ROWS_PER_GROUP)
        self._waiting = []

    def close(self) -> None:
        """Make the file whole and durable; nothing can be added then."""
        self._flush()
        assert self._writer is not None
        with room(str(self.partial.path)):
            self._writer.close()
            self.partial.sync()

    def abandon(self) -> None:
        """Stop writing; the file is thrown away."""
        if self._writer is not None and self._writer.is_open:
            self._writer.close()

    def part(self, file: str, report: str, said: Covers) -> Part:
        """Return the manifest's line for the finished file under a name."""
        spans, what = self._spans.found(), covers(self.table, report, said)
        return Part(
            file=file,
            rows=self.rows,
            source=self.raw.sha256,
            columns=shape(self._form.names),
            known_first=self._known[0].to_pydatetime(),
            known_last=self._known[1].to_pydatetime(),
            first_date=min((span.first for span in spans), default=None),
            last_date=max((span.last for span in spans), default=None),
            places=tuple(span.place for span in spans if span.place),
            content=self._content(report if what == "days" else ""),
            report=report,
            known_at=self.raw.known_at,
            covers=what,
            spans=spans,
        )

    def _content(self, report: str) -> str:
        """A hash of a few rows and when they became known, whatever file brought them; empty for many rows.

        Most files bring the same built-in rows of channels and nodes, which need to be kept once.
        """
        if not self._few:
            return ""
        text = pd.concat(self._few).drop(columns=["source_file", "source_line"]).to_csv(index=False)
        return hashlib.sha256(f"{report}\n{text}".encode()).hexdigest()[:32]


class Staging:
    """All tables of one file on their way in; gone after the `with` block unless the workspace has taken them.

    Parameters
    ----------
    root
        Folder of the workspace.
    raw
        The kept file that the tables come from.
    report
        Which report it is; may be told more exactly until the parts are taken.
    covers
        "days" if the file holds all there is for its days, "keys" if it only changes what it names; as `report`.
    """

    def __init__(self, root: Path, raw: RawFile, report: str, covers: Covers = "days"):
        self.root, self.raw, self.report, self.covers = root, raw, report, covers
        self.parts: dict[str, StagedPart] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        try:
            for part in self.parts.values():
                part.abandon()
        finally:
            self._stack.close()

    def write(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Add a block: fact tables by name, with lineage.

        Raises
        ------
        InvalidTable
            If a frame is no fact table, lacks a key or lineage, or holds another dtype.
        DiskFull
            If there is no room.
        """
        for table, frame in tables.items():
            if not len(frame):
                continue
            checked_frame = checked(table, frame, FACTS, self.raw.name)
            if table not in self.parts:
                self.parts[table] = StagedPart(table, self.raw, self.root)
                self._stack.enter_context(self.parts[table].partial)
            self.parts[table].write(checked_frame)

    def close(self) -> None:
        """Make all parts whole and durable."""
        for part in self.parts.values():
            part.close()

    def described(self) -> dict[str, Part]:
        """Return the manifest's lines of the parts as they lie ready, under the names that they have now."""
        return {table: self.part(table, staged.partial.path.relative_to(self.root).as_posix()) for table, staged in self.parts.items()}

    def part(self, table: str, file: str) -> Part:
        """Return the manifest's line of a part under the name that it will have."""
        return self.parts[table].part(file, self.report, self.covers)


@cache
def _dtypes(table: str) -> dict[str, object]:
    return schema.empty(table).dtypes.to_dict()


def checked(table: str, frame: pd.DataFrame, allowed: Mapping[str, object], source: str) -> pd.DataFrame:
    """Return the frame in the table's form; the store does not judge values, only what would make the file unreadable.

    Raises
    ------
    InvalidTable
        If the table is not one of those allowed, lacks a key or lineage, or holds another dtype.
    """
    if table not in allowed:
        raise InvalidTable(table, [f"expected one of {', '.join(allowed)}"], source)
    wanted = _dtypes(table)
    shaped = frame if list(frame.dtypes.items()) == list(wanted.items()) else schema.conform(table, frame)
    faults = [f"column {name}: expected {wanted[name]}, got {shaped[name].dtype}" for name in shaped if shaped[name].dtype != wanted[name]]
    faults += [f"column {name}: expected a value in every row" for name in (*schema.key(table), *LINEAGE) if shaped[name].isna().any()]
    if faults:
        raise InvalidTable(table, faults, source)
    return shaped
