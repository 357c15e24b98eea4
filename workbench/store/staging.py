"""The tables of one file on their way in: block after block into Parquet, seen by nobody until the manifest names them."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import Fault, InvalidTable
from workbench.store.durable import ROWS_PER_GROUP, Partial, room
from workbench.store.manifest import shape
from workbench.store.part import DATED_BY_KEY, Covers, Part, covers, place_column
from workbench.store.raw import RawFile
from workbench.store.spans import Spans
from workbench.tables import FACTS, LINEAGE, schema

FEW_ROWS = 20
Held = Callable[[str, str], bool]


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
        self._form, self._fingerprint = _form(table), ""
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
        if self._writer is not None and not self._writer.is_open:
            return
        self._flush()
        assert self._writer is not None
        with room(str(self.partial.path)):
            self._writer.close()
            self.partial.sync()

    def abandon(self) -> None:
        """Stop writing; the file is thrown away."""
        if self._writer is not None and self._writer.is_open:
            self._writer.close()

    def part(self, file: str, report: str, said: Covers, since: dt.datetime | None = None) -> Part:
        """Return the manifest's line for the finished file under a name."""
        spans, what = self._spans.found(since), covers(self.table, report, said)
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
            content=self.content(report, said),
            report=report,
            known_at=self.raw.known_at,
            covers=what,
            spans=spans,
        )

    def content(self, report: str, said: Covers) -> str:
        """Return a hash of a few rows and when they became known, whatever file brought them; empty for many rows.

        Most files bring the same built-in rows of channels and nodes, which need to be kept once.
        """
        if not self._few:
            return ""
        if not self._fingerprint:
            text = pd.concat(self._few).drop(columns=["source_file", "source_line"]).to_csv(index=False)
            self._fingerprint = hashlib.sha256(text.encode()).hexdigest()
        owner = report if covers(self.table, report, said) == "days" else ""
        return hashlib.sha256(f"{owner}\n{self._fingerprint}".encode()).hexdigest()[:32]


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
    held
        Says whether a table has a part with the same few rows, which is then not written again.
    """

    def __init__(self, root: Path, raw: RawFile, report: str, covers: Covers = "days", held: Held = lambda table, content: False):
        self.root, self.raw, self.report, self.covers, self._held = root, raw, report, covers, held
        self.since: dt.datetime | None = None
        """Instant from which on the file surely holds all there is, where it tells one."""
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
        """Make all parts whole and durable; few rows that are held already are left out."""
        for table, part in self.parts.items():
            if not self._held(table, part.content(self.report, self.covers)):
                part.close()

    def described(self) -> dict[str, Part]:
        """Return the manifest's lines of the parts that lie ready, under the names that they have now."""
        return {table: part for table, part in self.all_described().items() if (self.root / part.file).exists()}

    def all_described(self) -> dict[str, Part]:
        """Return the manifest's lines of all parts, those too that were left out because they are held already."""
        return {table: self.part(table, staged.partial.path.relative_to(self.root).as_posix()) for table, staged in self.parts.items()}

    def part(self, table: str, file: str) -> Part:
        """Return the manifest's line of a part under the name that it will have."""
        return self.parts[table].part(file, self.report, self.covers, self.since)


@cache
def _form(table: str) -> pa.Schema:
    return pa.Schema.from_pandas(schema.empty(table), preserve_index=False).remove_metadata()


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
        raise InvalidTable(table, [Fault(expected=f"one of {', '.join(allowed)}", got=table)], source)
    wanted = _dtypes(table)
    shaped = frame if list(frame.dtypes.items()) == list(wanted.items()) else schema.conform(table, frame)
    faults = [Fault(0, name, str(wanted[name]), str(shaped[name].dtype)) for name in shaped if shaped[name].dtype != wanted[name]]
    faults += [Fault(0, name, "a value in every row", "a blank") for name in (*schema.key(table), *LINEAGE) if shaped[name].isna().any()]
    if faults:
        raise InvalidTable(table, faults, source)
    return shaped
