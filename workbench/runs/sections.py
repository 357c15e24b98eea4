"""One section of a workspace's settings, as somebody chose it at a screen."""

from pydantic import BaseModel

from workbench import settings
from workbench.store import Workspace, toml
from workbench.store.durable import write_bytes


def take_section(workspace: Workspace, name: str, values: BaseModel) -> None:
    """Write a section down in workbench.toml, all else in it left as it is, and use it from now on.

    Raises
    ------
    BadParameters
        If the file is no TOML; nothing is written then.
    """
    file = workspace.root / settings.FILE
    made = toml.with_section(file.read_bytes().decode(), name, values.model_dump(mode="json"))
    write_bytes(file.parent, file, made.encode())
    workspace.settings = settings.load(workspace.root)
