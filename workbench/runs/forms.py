"""Forms of a workspace, filled with what it knows so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import BadParameters
from workbench.i18n import t
from workbench.settings import shipped
from workbench.sources import forms
from workbench.store import Workspace

FOLDER = "forms"
EMPTY = "templates/inbox"


@dataclass(frozen=True, slots=True)
class Written:
    """A form and how many rows it was filled with; None where a file of that name was left as it is."""

    file: Path
    rows: int | None


def write_forms(workspace: Workspace, tables: Sequence[str] = (), folder: Path | None = None, ending: str = "csv", force: bool = False) -> list[Written]:
    """Write the forms of tables, filled with what the workspace knows, and return what became of each.

    Parameters
    ----------
    workspace
        Where the facts are.
    tables
        Tables that a seller fills by hand; all of them if none is named.
    folder
        Where to; the workspace's own folder `forms` if not given.
    ending
        csv or xlsx.
    force
        Write over a file that is there already; an empty form that came with the workspace always gives way.

    Raises
    ------
    BadParameters
        If there is no form of a table.
    """
    unknown = [table for table in tables if table not in forms.BY_HAND]
    if unknown:
        raise BadParameters(FOLDER, [t("forms.unknown", table=table, tables=", ".join(forms.BY_HAND)) for table in unknown])
    room = folder or workspace.root / FOLDER
    room.mkdir(parents=True, exist_ok=True)
    return [_write(workspace, table, room / f"{table}.{ending}", force) for table in tables or forms.BY_HAND]


def _write(workspace: Workspace, table: str, file: Path, force: bool) -> Written:
    if file.exists() and not force and not _is_empty_form(file):
        return Written(file, None)
    rows = forms.rows(table, workspace.read)
    return Written(forms.write(file, table, rows), len(rows))


def _is_empty_form(file: Path) -> bool:
    empty = shipped(EMPTY) / file.name
    return empty.exists() and empty.read_bytes() == file.read_bytes()
