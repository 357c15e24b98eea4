"""Every mistake the workbench knows by name, under one root.

A message says what happened, where, what was expected, what was found and what to do.
Each class builds its message in its constructor, so that the words live in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell or row; row 0 is the file as a whole, a blank column the whole row."""

    row: int = 0
    column: str = ""
    expected: str = ""
    got: str = ""

    def __str__(self) -> str:
        where = ", ".join(([f"line {self.row}"] if self.row else []) + ([f"column {self.column}"] if self.column else []))
        said = f"expected {self.expected}, got {self.got}" if self.expected else self.got
        return f"{where}: {said}" if where else said


class WorkbenchError(Exception):
    """Root of every error that is the workbench's own."""

    exit_code = 1


class BadParameters(WorkbenchError):
    """Parameters that do not fit; raised before anything starts."""

    exit_code = 2

    def __init__(self, name: str, faults: Sequence[str]):
        self.faults = list(faults)
        super().__init__(f"{name}: {len(self.faults)} parameter(s) do not fit\n" + "\n".join(f"  {f}" for f in self.faults))


class DataRejected(WorkbenchError):
    """Data that must not be used; the last good data stay."""

    exit_code = 3


class InvalidTable(DataRejected):
    """A table that breaks its model; lists every fault at once."""

    def __init__(self, table: str, faults: Sequence[Fault], source: str = ""):
        self.table, self.faults = table, list(faults)
        where = f" of {source}" if source else ""
        super().__init__(f"table {table}{where}: {len(self.faults)} fault(s)\n" + "\n".join(f"  {f}" for f in self.faults))


class UnknownReport(DataRejected):
    """A file that no reader recognises."""

    def __init__(self, file: str, header: Sequence[str], nearest: str = ""):
        hint = f"; nearest is {nearest}" if nearest else ""
        shown = ", ".join(name[:60] for name in list(header)[:8]) or "nothing readable"
        todo = "Map its columns in workbench.toml under [[mapping]], or fill in one of our forms: workbench forms writes them"
        super().__init__(f"{file}: no reader knows this header ({shown}){hint}. {todo}")


class UnreadableFile(DataRejected):
    """A file that breaks off, is damaged, or is no report at all by its size or its bytes."""

    def __init__(self, file: str, expected: str, got: str, row: int = 0):
        self.row, self.expected, self.got = row, expected, got
        where = f"{file}: line {row}" if row else file
        super().__init__(f"{where}: expected {expected}, got {got}. Nothing of it was taken; export or download it again")


class MissingColumns(DataRejected):
    """A recognised report without columns that it cannot do without."""

    def __init__(self, file: str, report: str, missing: Sequence[str], found: Sequence[str]):
        self.missing = list(missing)
        super().__init__(
            f"{file}: {report} needs column(s) {', '.join(missing)}; found {', '.join(list(found)[:12])}. Export the report again with these columns"
        )


class NotAWorkspace(WorkbenchError):
    """A folder without workbench.toml."""

    exit_code = 2

    def __init__(self, folder: object):
        super().__init__(f"{folder} is not a workspace (no workbench.toml). Make one with: workbench init {folder}")


class ChangedWhileRead(DataRejected):
    """A file that somebody wrote to while it was being read."""

    def __init__(self, file: str):
        super().__init__(f"{file}: changed while it was read. Nothing of it was taken; import it again when it is written to the end")


class NoSuchFile(WorkbenchError):
    """A file that was named but is not among those of the workspace, or not in the state that was asked for."""

    exit_code = 2

    def __init__(self, name: str, wanted: str):
        super().__init__(f"{name}: no file of this name or SHA-256 is {wanted}. The page 01_data_cleaning lists every file")


class DiskFull(WorkbenchError):
    """No space left while something was written; what was there before is untouched."""

    def __init__(self, what: str):
        super().__init__(f"the disk is full while writing {what}. Nothing was changed; make room and run again")


class NoData(DataRejected):
    """A step that finds none of the rows it needs."""

    def __init__(self, table: str, needed_by: str, todo: str):
        super().__init__(f"{needed_by} needs rows in table {table}, found none. {todo}")


class NotEnoughHistory(WorkbenchError):
    """A series too short for what was asked."""

    def __init__(self, found: int, needed: int):
        super().__init__(f"not enough data: {found} of {needed} periods")


class StaleRateCard(WorkbenchError):
    """A day past the last day that a rate card covers."""

    def __init__(self, kind: str, marketplace: str, date: object, last: object):
        super().__init__(f"no {kind} rate for {marketplace} on {date}: the newest card ends {last}. Add a dated card or type your own rate")
