"""A workspace folder: settings, inbox, files kept as found, tables, runs and decisions."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from workbench import settings as settings_file
from workbench.errors import NoSuchFile
from workbench.store import durable, gates, manifest, query, raw, results, toml, twins
from workbench.store.account import Kept, Reason, Status
from workbench.store.manifest import Manifest
from workbench.store.part import Covers, Part
from workbench.store.raw import Copy, RawFile
from workbench.store.reported import reported_days
from workbench.store.staging import Staging, checked
from workbench.store.state import State
from workbench.tables import RESULTS, schema
from workbench.tables.account import Account

FOLDERS = ("inbox", "raw", "tables", "runs")
_LEAST_HASH = 6


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

    def look(self, file: Path, now: dt.datetime, name: str = "", saved: dt.datetime | None = None) -> RawFile:
        """Return what is to be known of a file where it lies: known since it was saved (UTC), never later than `now`."""
        return raw.look(Path(file), now, name, saved)

    def keep(self, file: RawFile, write: Copy = durable.copy) -> RawFile:
        """Return the copy of a file in raw/, byte-exact unless `write` leaves something out.

        The same bytes are kept once, under the name they first came with.
        """
        return raw.keep(self.root, file, write)

    def scratch(self) -> AbstractContextManager[Path]:
        """Return a folder for what is unpacked on the way, gone after the `with` block."""
        return durable.scratch(self.root)

    def raw_of(self, sha256: str) -> RawFile:
        """Return the kept copy of a file under the name that its rows are traced to.

        Raises
        ------
        NoSuchFile
            If it was never seen, or was not kept.
        """
        kept, found = self.kept(sha256), raw.find(self.root, sha256)
        if kept is None or found is None:
            raise NoSuchFile(sha256, "kept")
        return replace(found, name=kept.name, known_at=kept.known_at)

    def has(self, sha256: str) -> bool:
        """Say whether a file was dealt with for good; one in quarantine or refused may be tried again."""
        kept = self.kept(sha256)
        return kept is not None and kept.status not in ("quarantined", "refused")

    def kept(self, sha256: str) -> Kept | None:
        """Return what became of a file, None if it was never seen."""
        return self._manifest().files.get(sha256)

    def files(self) -> pd.DataFrame:
        """Return what became of each file, in the order in which they became known.

        Columns: sha256, name, report, known_at, status, rows, kept, dropped, drift, notes, faults, fault_count, reasons,
        first_date, last_date; `dropped` is a dictionary by reason, drift, notes, faults and reasons are lists.
        """
        found = [{"sha256": sha256, **dict(kept)} for sha256, kept in self._manifest().files.items()]
        table = pd.DataFrame(found, columns=["sha256", *Kept.model_fields]).astype({"rows": "int64", "kept": "int64", "fault_count": "int64"})
        times = {name: pd.to_datetime(table[name]).astype("datetime64[us]") for name in ("known_at", "first_date", "last_date")}
        lists = {name: table[name].map(list) for name in ("drift", "notes", "faults", "reasons")}
        return table.assign(**times, **lists).sort_values(["known_at", "name"], ignore_index=True)

    def staging(self, raw: RawFile, report: str, covers: Covers = "days") -> Staging:
        """Return where the tables of a file are laid ready, block by block; to be used in a `with` block and ended by `take`."""
        return Staging(self.root, raw, report, covers, lambda table, content: self._manifest().holds(table, content))

    def take(self, staging: Staging, account: Account | None = None) -> bool:
        """Make all that was staged visible at once; False if the file was imported before, which then stays as it is.

        Parameters
        ----------
        staging
            Tables of the file, closed.
        account
            What the reader says of its rows.

        Raises
        ------
        DiskFull
            If there is no room; nothing is changed.
        """
        file = staging.raw.sha256
        with self.state.exclusive():
            now = self._manifest()
            if _is_imported(now, file):
                return False
            parts: dict[str, Part] = {}
            for table, staged in staging.parts.items():
                parts[table] = staging.part(table, _free_name(now, table, file))
                if not now.holds(table, parts[table].content):
                    staged.close()
                    staged.partial.place(self.root / parts[table].file)
            said = account or Account(rows=sum(part.rows for part in parts.values()), kept=sum(part.rows for part in parts.values()))
            self._replace(now.with_file(file, _became(staging.raw, staging.report, "imported", said, parts=parts), parts))
        return True

    def add(self, tables: Mapping[str, pd.DataFrame] | Iterable[Mapping[str, pd.DataFrame]], raw: RawFile, report: str, account: Account | None = None) -> None:
        """Make the facts of one file visible, all tables at once; a file that was added before changes nothing.

        Parameters
        ----------
        tables
            Fact tables by name, with lineage, one row a key; or blocks of them, read to the end before anything is seen.
        raw
            The kept file that they came from.
        report
            Which report it was.
        account
            What the reader says of its rows.

        Raises
        ------
        InvalidTable
            If a frame is no fact table, lacks a key or lineage, or holds another dtype.
        DiskFull
            If there is no room; nothing is changed.
        """
        if self._is_imported(raw.sha256):
            return
        with self.staging(raw, report) as staging:
            for block in [tables] if isinstance(tables, Mapping) else tables:
                staging.write(block)
            staging.close()
            self.take(staging, account)

    def suspicions(self, staging: Staging) -> list[Reason]:
        """Return why a file that lies ready should not be believed without a look at it; see `gates`."""
        return gates.reasons(staging, self._manifest(), self.root, self.settings.gates.of(staging.report))

    def twin(self, staging: Staging) -> str:
        """Return the name of an imported file that brought the very same rows; empty if there is none."""
        return twins.find(staging, self._manifest(), self.root)

    def refuse(self, raw: RawFile, report: str, account: Account) -> None:
        """Record that a file cannot be used and why; the last good data stay."""
        self._decide(raw, _became(raw, report, "refused", account))

    def quarantine(self, raw: RawFile, report: str, account: Account, reasons: Sequence[Reason], parts: Mapping[str, Part]) -> None:
        """Record that a file can be read but is suspicious; the last good data stay until somebody releases it."""
        self._decide(raw, _became(raw, report, "quarantined", account, reasons, parts))

    def undo(self, sha256: str) -> Kept:
        """Return what is now said of a file that is taken back: its rows are gone and what they replaced is seen again.

        Raises
        ------
        NoSuchFile
            If no such file is imported.
        """
        with self.state.exclusive():
            now = self._manifest()
            if not _is_imported(now, sha256):
                raise NoSuchFile(sha256, "imported")
            kept = now.files[sha256].model_copy(update={"status": "undone"})
            after = now.without_file(sha256, kept)
            self._replace(after)
            for file in now.listed() - after.listed():
                (self.root / file).unlink(missing_ok=True)
        return kept

    def find_file(self, name: str, statuses: Sequence[Status]) -> str:
        """Return the SHA-256 of a file by its name or the start of its SHA-256; of several, the one that became known last.

        Raises
        ------
        NoSuchFile
            If there is no such file with one of the statuses.
        """
        files = self._manifest().files
        found = [(kept.known_at, sha256) for sha256, kept in files.items() if kept.status in statuses and _is_called(name, sha256, kept)]
        if not found:
            raise NoSuchFile(name, ", ".join(statuses))
        return max(found)[1]

    def _is_imported(self, sha256: str) -> bool:
        return _is_imported(self._manifest(), sha256)

    def _decide(self, raw: RawFile, kept: Kept) -> None:
        with self.state.exclusive():
            now = self._manifest()
            if now.files.get(raw.sha256) != kept and not _is_imported(now, raw.sha256):
                self._replace(now.with_file(raw.sha256, kept, {}))

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        as_of: dt.date | None = None,
        run_id: str | None = None,
        since: dt.date | None = None,
        **among: Sequence[str],
    ) -> pd.DataFrame:
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
        since
            Rows of an earlier date are left out.
        among
            Values that a text column must have one of, such as ``sku=["A", "B"]``.
        """

        def found() -> pd.DataFrame:
            if since is None and not among:
                return query.frame(self._sql(table, columns, as_of, run_id))
            return query.frame(query.part_of(self._sql(table, None, as_of, run_id), columns, since, among))

        try:
            return found()
        except duckdb.IOException:  # published anew and the old file cleared away since the manifest was read
            return found()

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
        results.stage(self.root, run_id, table, checked(table, stamped, RESULTS, f"run {run_id}"), as_of)

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

    def earlier(self, table: str) -> pd.DataFrame:
        """Return a result table as the last run before the published one that made rows of it; without rows where there was none."""
        published = next(iter(self._manifest().tables.get(table, ())), None)
        ended = [run["id"] for run in self.state.runs() if run["status"] == "ok"] if published else []
        runs = (run_id for run_id in sorted(ended, reverse=True) if published and run_id < published.source)
        files = ((run_id, results.staged(self.root, run_id, table)) for run_id in runs)
        found = next((file for run_id, file in files if file.exists() and results.part(self.root, run_id, file).rows), None)
        return schema.empty(table) if found is None else schema.conform(table, pd.read_parquet(found))

    def reported_days(self) -> pd.DataFrame:
        """Return which days the imported files tell of, by table, report and place; see `reported.reported_days`."""
        return reported_days(self._manifest().tables)

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


def _is_imported(now: Manifest, sha256: str) -> bool:
    return sha256 in now.files and now.files[sha256].status == "imported"


def _is_called(name: str, sha256: str, kept: Kept) -> bool:
    return kept.name == name or (len(name) >= _LEAST_HASH and sha256.startswith(name.lower()))


def _free_name(now: Manifest, table: str, sha256: str) -> str:
    """A file that was taken back and comes again must not change a part that others still use."""
    names = (f"tables/{table}/{sha256[:32]}{suffix}.parquet" for suffix in ("", *(f"-{number}" for number in range(2, 1000))))
    listed = now.listed()
    return next(name for name in names if name not in listed)


def _became(raw: RawFile, report: str, status: Status, account: Account, reasons: Sequence[Reason] = (), parts: Mapping[str, Part] | None = None) -> Kept:
    found = (parts or {}).values()
    return Kept(
        **dict(account),
        name=raw.name,
        report=report,
        known_at=raw.known_at,
        status=status,
        reasons=tuple(reasons),
        first_date=min((part.first_date for part in found if part.first_date), default=None),
        last_date=max((part.last_date for part in found if part.last_date), default=None),
    )
