"""What an analyst may do with files that were imported or turned away: let in, take back, read again, say what columns mean."""

import pandas as pd

from workbench import settings, sources
from workbench.errors import BadParameters, NoSuchFile
from workbench.runs.ingest import read_again, release, undo
from workbench.settings import Mapping
from workbench.store import RawFile, Workspace, toml
from workbench.store.durable import digest, write_bytes
from workbench.tables import schema
from workbench.tables.universe import FOUND_IN, universe


class Desk:
    """The files of a workspace, for the page that shows them; each action returns what the file is afterwards."""

    def __init__(self, workspace: Workspace):
        self.workspace = workspace

    def files(self) -> pd.DataFrame:
        """Return what became of each file."""
        return self.workspace.files()

    def reported_days(self) -> pd.DataFrame:
        """Return which days each report tells of."""
        return self.workspace.reported_days()

    def universe(self) -> pd.DataFrame:
        """Return every SKU that any report names, and which of them do."""
        naming = [table for tables in FOUND_IN.values() for table in tables]
        asked = {table: [column.name for column in schema.columns(table) if column.name in ("sku", "date")] for table in naming}
        return universe({table: self.workspace.read(table, columns) for table, columns in asked.items()})

    def release(self, sha256: str) -> str:
        """Let a quarantined file in."""
        return release(self.workspace, sha256).status

    def undo(self, sha256: str) -> str:
        """Take an imported file back."""
        return undo(self.workspace, sha256).status

    def again(self, sha256: str) -> str:
        """Read a file again that was refused or taken back."""
        return read_again(self.workspace, self._file(sha256)).status

    def columns(self, sha256: str) -> dict[str, list[str]]:
        """Return the columns of a file with their first values; none if it cannot be opened as rows or is gone."""
        try:
            return sources.columns(self._file(sha256).path)
        except Exception:  # whatever is wrong with the file was said when it was read
            return {}

    def open_columns(self, mapping: Mapping) -> tuple[list[str], list[str]]:
        """Return the columns that a mapping's table may have, and those of them that the mapping must still fill."""
        offered = list(sources.offered(mapping.table))
        return offered, [name for name in sources.still_open(mapping) if name in offered]

    def remap(self, sha256: str, mapping: Mapping) -> str:
        """Write down in workbench.toml what the columns of a file mean, and read the file by that.

        Raises
        ------
        BadParameters
            If the mapping leaves a column open that its table cannot do without; nothing is written.
        """
        open_columns = sources.still_open(mapping)
        if open_columns:
            raise BadParameters(f"mapping {mapping.name}", [f"columns.{name}: table {mapping.table} cannot do without it" for name in open_columns])
        file = self.workspace.root / settings.FILE
        before = file.read_bytes()
        write_bytes(file.parent, file, before.rstrip() + b"\n\n" + toml.row("mapping", mapping.model_dump(exclude_defaults=True)).encode())
        try:
            self.workspace.settings = settings.load(self.workspace.root)
            return self.again(sha256)
        except BadParameters:
            write_bytes(file.parent, file, before)
            self.workspace.settings = settings.load(self.workspace.root)
            raise

    def _file(self, sha256: str) -> RawFile:
        """The kept copy of a file, else the file itself where it still lies in the inbox."""
        try:
            return self.workspace.raw_of(sha256)
        except NoSuchFile:
            kept = self.workspace.kept(sha256)
            found = [path for path in self.workspace.inbox.rglob(kept.name if kept else "") if path.is_file() and digest(path) == sha256]
            if kept is None or not found:
                raise
            return self.workspace.look(found[0], kept.known_at, kept.name)
