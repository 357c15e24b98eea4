"""State of the files page: every file with its account, the opened one, and what the analyst does with it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import pandas as pd
import traitlets as tl

from workbench.i18n import t
from workbench.settings import Mapping as ColumnMapping
from workbench.ui.columns import column_label
from workbench.ui.state import ScreenState

ORDER = ("quarantined", "refused", "imported", "undone")
"""Files that wait for somebody come first."""


class Desk(Protocol):
    """What may be done with a file that was imported or turned away; each returns what the file is afterwards."""

    def files(self) -> pd.DataFrame:
        """Return what became of each file."""

    def reported_days(self) -> pd.DataFrame:
        """Return which days each report tells of."""

    def universe(self) -> pd.DataFrame:
        """Return every SKU that any report names, and which of them do."""

    def release(self, sha256: str) -> str:
        """Let a quarantined file in."""

    def undo(self, sha256: str) -> str:
        """Take an imported file back."""

    def again(self, sha256: str) -> str:
        """Read a file again that was refused or taken back."""

    def columns(self, sha256: str) -> Mapping[str, list[str]]:
        """Return the columns of a file with their first values."""

    def open_columns(self, mapping: ColumnMapping) -> tuple[list[str], list[str]]:
        """Return the columns that a mapping's table may have, and those of them that the mapping must still fill."""

    def remap(self, sha256: str, mapping: ColumnMapping) -> str:
        """Remember what the columns of a file mean, and read it by that."""


class FilesState(ScreenState):
    """Every file with its account; without a desk it can only be looked at."""

    name = "files"
    table = "files"
    notebook = "01_data_cleaning"
    key = ("sha256",)
    filterable = ("status",)
    names_as_told = True

    said = tl.Unicode()
    stock_checked = tl.Bool(False)
    target = tl.Unicode("orders")
    meanings = tl.Dict()
    constants = tl.Dict()

    @classmethod
    def beside(cls, host: ScreenState) -> "FilesState":
        """Return the files as another screen's tables and desk know them, in that screen's language."""
        made = cls(host.tables, host.params, host.meta)
        made.desk = host.desk
        tl.dlink((host, "language"), (made, "language"))
        return made

    def list_rows(self) -> pd.DataFrame:
        """Return one row a file, those that wait for somebody first, then the newest."""
        rank = self.result["status"].map({status: at for at, status in enumerate(ORDER)})
        dropped = self.result["dropped"].map(lambda counts: float(sum(counts.values())))
        listed = self.result.assign(rank=rank, dropped_rows=dropped, kept=self.result["kept"].astype("float64"), rows=self.result["rows"].astype("float64"))
        return listed.sort_values(["rank", "known_at", "name"], ascending=[True, False, True]).drop(columns="rank")

    def reported_days(self) -> pd.DataFrame:
        """Return which days each report tells of each place, as it stands now where files can be dealt with."""
        return self.desk.reported_days() if self.desk else self.tables["reported_days"]

    def universe(self) -> pd.DataFrame:
        """Return every SKU with the reports that leave it out and its first and last day, those left out most often first."""
        found = self.desk.universe()
        flags = [name for name in found if name.startswith("in_")]
        missing = [", ".join(column_label(name) for name in flags if not row[name]) for row in found[flags].to_dict("records")]
        listed = found.assign(left_out_of=missing, often=(~found[flags]).sum(axis=1)).sort_values(["often", "sku"], ascending=[False, True])
        return listed[["sku", "left_out_of", "first_date", "last_date"]].reset_index(drop=True)

    def check_stock(self) -> None:
        """Have the reports of stock held against each other, which takes a look at all of them."""
        self.stock_checked = True

    def columns(self) -> Mapping[str, list[str]]:
        """Return the columns of the opened file with their first values; none where it cannot be opened as rows."""
        return self.desk.columns(self.selected["sha256"]) if self.desk and self.selected else {}

    def release(self) -> None:
        """Let the opened file in although it looks odd."""
        self._do(lambda desk, sha256: desk.release(sha256))

    def undo(self) -> None:
        """Take the opened file back."""
        self._do(lambda desk, sha256: desk.undo(sha256))

    def again(self) -> None:
        """Read the opened file again."""
        self._do(lambda desk, sha256: desk.again(sha256))

    def mean(self, column: str, meaning: str) -> None:
        """Say what a column of the opened file means; an empty meaning takes it back."""
        rest = {name: said for name, said in self.meanings.items() if name != column and said != meaning}
        self.meanings = rest | {column: meaning} if meaning else rest

    def settle(self, meaning: str, value: str) -> None:
        """Say a value that holds for every row; an empty one takes it back."""
        rest = {name: said for name, said in self.constants.items() if name != meaning}
        self.constants = rest | {meaning: value} if value else rest

    def mapping(self, name: str = "draft") -> ColumnMapping:
        """Return what has been said of the opened file's columns."""
        found: dict[str, str | list[str]] = {meaning: column for column, meaning in self.meanings.items()}
        return ColumnMapping(name=name, table=self.target, columns=found, constants=dict(self.constants))

    def remap(self, name: str) -> None:
        """Read the opened file by the meanings that were given, and remember them under a name."""
        self._do(lambda desk, sha256: desk.remap(sha256, self.mapping(name)))

    def _do(self, action: Callable[[Desk, str], str]) -> None:
        if self.desk is None or not self.selected:
            return
        self.error, self.said = None, ""
        self.attempt(lambda: self._act(action))

    def _act(self, action: Callable[[Desk, str], str]) -> None:
        row = self.row()
        status = action(self.desk, self.selected["sha256"])
        self.result = self.desk.files()
        self.said = t(f"files.did.{status}", file="" if row is None else row["name"])

    @tl.observe("selected")
    def _another(self, _change: Any) -> None:
        self.meanings, self.constants, self.said = {}, {}, ""
