"""JupyterLab for the analyst: opened in the workspace, asking nothing of the network."""

import os
from pathlib import Path

from workbench import settings
from workbench.settings import shipped
from workbench.ui.serving.dashboards import look

FOLDER = ".jupyterlab"


def arguments(workspace: Path, port: int, token: str | None, open_browser: bool) -> list[str]:
    """Return the command line of JupyterLab: everything is said here, nothing is written to the user's configuration."""
    voila = [f"--VoilaConfiguration.{name}={item}" for name, value in look().items() for item in (value if isinstance(value, list) else [value])]
    return [
        f"--ServerApp.root_dir={workspace}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={open_browser}",
        *([f"--IdentityProvider.token={token}"] if token else []),
        *(["--ServerApp.allow_root=True"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
        "--KernelManager.transport_encryption=auto",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        f"--LabApp.workspaces_dir={workspace / FOLDER / 'workspaces'}",
        *voila,
    ]


def environment(workspace: Path) -> dict[str, str]:
    """Return the environment of JupyterLab: the workspace, and a shipped folder of settings searched before the user's.

    Which plugins are off cannot be said on the command line: those that ask for news, and the list of extensions.
    """
    searched = [str(shipped("templates") / "jupyterlab"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {"WORKBENCH_WORKSPACE": str(workspace), "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, searched))}


def start(workspace: Path, port: int, token: str | None, open_browser: bool) -> None:
    """Open JupyterLab in a workspace and stay until it is stopped."""
    from jupyterlab.labapp import LabApp

    place = workspace.resolve()
    settings.load(place)
    os.environ |= environment(place)
    os.chdir(place)
    LabApp.launch_instance(arguments(place, port, token, open_browser))
