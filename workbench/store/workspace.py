"""A workspace folder: settings, inbox, files kept as found, tables, runs and decisions."""

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from workbench import settings as settings_file
from workbench.errors import InvalidTable
from workbench.store import durable, manifest, query, raw, results, toml
from workbench.store.manifest import Kept, Manifest, Part
from workbench.store.raw import RawFile
from workbench.store.state import State
from workbench.tables import FACTS, LINEAGE, RESULTS, schema

FOLDERS = ("inbox", "raw", "tables", "runs")


class Workspace:
    """An existing workspace folder.

    Parameters
    ----------
    root
        The folder; it must hold workbench.toml.
    arguments
        Settings that overrule those of the file.

    Raises
    ------
    NotAWorkspace
        If the folder has no workbench.toml.
    """

    def __init__(self, root: Path, **arguments: Any):
        self.root = Path(root).resolve()
        self.settings = settings_file.load(self.root, **arguments)
        for name in FOLDERS:
            (self.root / name).mkdir(exist_ok=True)
        durable.sweep(self.root)
        self._seen: tuple[object, Manifest] = (None, Manifest())

    @classmethod
    def create(cls, root: Path, **settings: Any) -> "Workspace":
        """Return a new workspace, its settings written; a settings file that exists already stays as it is."""
        file = Path(root) / settings_file.FILE
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            durable.write_bytes(file.parent, file, toml.text(settings).encode())
        return cls(root)

    @property
    def inbox(self) -> Path:
        """Where report files are dropped."""
        return self.root / "inbox"

    @property
    def raw(self) -> Path:
        """Where files are kept as found."""
        return self.root / "raw"

    @property
    def runs(self) -> Path:
        """Where each run has its folder."""
        return self.root / "runs"

    @cached_property
    def state(self) -> State:
        """Run records and decisions."""
        return State(self.settings.state_url or f"sqlite:///{self.root / 'state.db'}")

    def keep(self, file: Path, now: dt.datetime) -> RawFile:
        """Return the byte-exact copy of a file, known since the file was saved (UTC), never later than `now`.

        The same bytes are kept once, under the name they first came with.
        """
        return raw.keep(self.root, Path(file), now)

    def has(self, sha256: str) -> bool:
        """Say whether a file was dealt with for good; one in quarantine may be tried again."""
        kept = self._manifest().files.get(sha256)
        return kept is not None and kept.status != "quarantined"

    def files(self) -> pd.DataFrame:
        """Return what became of each file: sha256, name, report, known_at, status, rows, faults, first_date, last_date."""
        found = [{"sha256": sha256, **kept.model_dump(), "faults": list(kept.faults)} for sha256, kept in self._manifest().files.items()]
        table = pd.DataFrame(found, columns=["sha256", *Kept.model_fields]).astype({"rows": "int64"})
        times = {name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in ("known_at", "first_date", "last_date")}
        return table.assign(**times).sort_values(["known_at", "name"], ignore_index=True)

    def add(self, tables: Mapping[str, pd.DataFrame], raw: RawFile, report: str) -> None:
        """Make the facts of one file visible, all tables at once; a file that was added before changes nothing.

        Parameters
        ----------
        tables
            Fact tables by name, with lineage, one row a key.
        raw
            The kept file that they came from.
        report
            Which report it was.

        Raises
        ------
        InvalidTable
            If a frame is no fact table, lacks a key or lineage, or holds another dtype.
        DiskFull
            If there is no room; nothing is changed.
        """
        if self.has(raw.sha256):
            return
        filled = {table: _checked(table, frame, FACTS, raw.name) for table, frame in tables.items() if len(frame)}
        parts = {table: manifest.describe(table, frame, raw.sha256, f"tables/{table}/{raw.sha256[:32]}.parquet") for table, frame in filled.items()}
        parts = {table: part for table, part in parts.items() if not self._manifest().holds(table, part.content)}
        with ExitStack() as stack:
            partials = {table: stack.enter_context(durable.Partial(self.root)) for table in parts}
            for table, partial in partials.items():
                durable.write_parquet(partial, pa.Table.from_pandas(filled[table], preserve_index=False))
            with self.state.exclusive():
                now = self._manifest()
                if not _is_imported(now, raw):
                    for table, partial in partials.items():
                        partial.place(self.root / parts[table].file)
                    self._replace(now.with_file(raw.sha256, _imported(raw, report, parts), parts))

    def reject(self, raw: RawFile, report: str, faults: Sequence[str]) -> None:
        """Record that a file is in quarantine and why; the last good data stay."""
        self._decide(raw, Kept(name=raw.name, report=report, known_at=raw.known_at, status="quarantined", faults=tuple(faults)))

    def ignore(self, raw: RawFile, report: str = "", duplicate: bool = False) -> None:
        """Record that a file holds nothing for us, or nothing that another did not bring."""
        self._decide(raw, Kept(name=raw.name, report=report, known_at=raw.known_at, status="duplicate" if duplicate else "ignored"))

    def _decide(self, raw: RawFile, kept: Kept) -> None:
        with self.state.exclusive():
            now = self._manifest()
            if now.files.get(raw.sha256) != kept and not _is_imported(now, raw):
                self._replace(now.with_file(raw.sha256, kept, {}))

    def read(self, table: str, columns: Sequence[str] | None = None, as_of: dt.date | None = None, run_id: str | None = None) -> pd.DataFrame:
        """Return a table as known at the end of a day, one row a key; without rows if there is nothing.

        Facts: where files tell different things of one key, each column has the value that became known last;
        a later blank never erases. Results: what the run has staged, else what was published last.

        Parameters
        ----------
        table
            Name of a canonical table.
        columns
            Columns wanted, in this order; all with lineage if None.
        as_of
            Rows known later, and facts of a later date, are left out; None takes all.
        run_id
            Run whose own staged results go before the published ones.
        """
        try:
            return query.frame(self._sql(table, columns, as_of, run_id))
        except duckdb.IOException:  # published anew and the old file cleared away since the manifest was read
            return query.frame(self._sql(table, columns, as_of, run_id))

    def relation(self, con: duckdb.DuckDBPyConnection, table: str, as_of: dt.date | None = None) -> duckdb.DuckDBPyRelation:
        """Return a table as a DuckDB relation, for pages of a grid: sorted and filtered without reading it whole."""
        return con.sql(self._sql(table, None, as_of, None))

    def stage(self, run_id: str, table: str, frame: pd.DataFrame, as_of: dt.date) -> None:
        """Lay a result table ready in the run's folder, stamped with its origin; nobody else sees it before `publish`.

        Raises
        ------
        InvalidTable
            If it is no result table, a key column is blank, or a column has another dtype.
        """
        stamped = frame.assign(known_at=pd.Timestamp(as_of), source_file=f"run:{run_id}", source_line=0)
        results.stage(self.root, run_id, table, _checked(table, stamped, RESULTS, f"run {run_id}"), as_of)

    def publish(self, run_id: str) -> None:
        """Make all tables that the run has staged current, all at once."""
        staged = results.all_staged(self.root, run_id)
        if not staged:
            return
        with self.state.exclusive():
            now = self._manifest()
            after = now.with_results({table: results.link(self.root, run_id, table, file) for table, file in staged.items()})
            self._replace(after)
            results.sweep(self.root, after.listed() | now.listed())

    def newest_known(self) -> dt.datetime | None:
        """Return when the newest fact became known, UTC; None before the first import."""
        return self._manifest().newest_known()

    def version(self) -> str:
        """Return a short hash that changes with every import and publication."""
        return manifest.version(self.root)

    def _manifest(self) -> Manifest:
        """The manifest as it stands, parsed again only when it was replaced."""
        stamp = manifest.stamp(self.root)
        if self._seen[0] != stamp:
            self._seen = (stamp, manifest.load(self.root))
        return self._seen[1]

    def _replace(self, after: Manifest) -> None:
        """Put a new manifest in place; only while the lock is held."""
        manifest.save(self.root, after)
        self._seen = (manifest.stamp(self.root), after)

    def _sql(self, table: str, columns: Sequence[str] | None, as_of: dt.date | None, run_id: str | None) -> str:
        own = results.staged(self.root, run_id, table) if run_id and table in RESULTS else None
        parts: Sequence[Part] = [results.part(self.root, run_id or "", own)] if own and own.exists() else self._manifest().tables.get(table, ())
        return query.select(table, parts, self.root, columns, as_of)


def _is_imported(now: Manifest, raw: RawFile) -> bool:
    return raw.sha256 in now.files and now.files[raw.sha256].status == "imported"


def _imported(raw: RawFile, report: str, parts: Mapping[str, Part]) -> Kept:
    return Kept(
        name=raw.name,
        report=report,
        known_at=raw.known_at,
        status="imported",
        rows=sum(part.rows for part in parts.values()),
        first_date=min((part.first_date for part in parts.values() if part.first_date), default=None),
        last_date=max((part.last_date for part in parts.values() if part.last_date), default=None),
    )


@cache
def _dtypes(table: str) -> dict[str, object]:
    return schema.empty(table).dtypes.to_dict()


def _checked(table: str, frame: pd.DataFrame, allowed: Mapping[str, object], source: str) -> pd.DataFrame:
    """The frame in the table's form; the store does not judge values, only what would make the file unreadable."""
    if table not in allowed:
        raise InvalidTable(table, [f"expected one of {', '.join(allowed)}"], source)
    wanted = _dtypes(table)
    shaped = frame if list(frame.dtypes.items()) == list(wanted.items()) else schema.conform(table, frame)
    faults = [f"column {name}: expected {wanted[name]}, got {shaped[name].dtype}" for name in shaped if shaped[name].dtype != wanted[name]]
    faults += [f"column {name}: expected a value in every row" for name in (*schema.key(table), *LINEAGE) if shaped[name].isna().any()]
    if faults:
        raise InvalidTable(table, faults, source)
    return shaped
