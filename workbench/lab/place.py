"""Where the workspace lies for a JupyterLab server, seen from the folder that the server shows."""

import os
from dataclasses import dataclass
from pathlib import Path

from workbench import settings
from workbench.errors import WorkbenchError


@dataclass(frozen=True, slots=True)
class Place:
    """The folder that the server shows, and the workspace in force, if there is one."""

    root: Path
    workspace: Path | None

    @property
    def notebooks(self) -> str:
        """The workspace's notebooks as the server names them: relative to its root, with slashes."""
        if self.workspace is None or not self.workspace.is_relative_to(self.root):
            return "notebooks"
        return (self.workspace / "notebooks").relative_to(self.root).as_posix()

    def language(self) -> str:
        """The workspace's language; English where there is no workspace or its settings do not fit."""
        if self.workspace is None:
            return "en"
        try:
            return settings.load(self.workspace).language
        except WorkbenchError:
            return "en"


def find_place(root_dir: str) -> Place:
    """Return the place of a server: the folder that it shows if that is a workspace, else $WORKBENCH_WORKSPACE."""
    root = Path(root_dir).expanduser().resolve()
    named = os.environ.get("WORKBENCH_WORKSPACE")
    candidates = [root, *([Path(named).expanduser().resolve()] if named else [])]
    return Place(root, next((folder for folder in candidates if (folder / settings.FILE).exists()), None))
