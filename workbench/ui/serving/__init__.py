"""Serving: the overview and the dashboards behind a token on 127.0.0.1, and JupyterLab in the workspace."""

import secrets
from pathlib import Path

PORT = 8866


def serve(workspace: Path, port: int = PORT, token: str | None = None, open_browser: bool = False) -> None:
    """Serve the overview and the dashboards of a workspace until interrupted; prints the address with its token.

    Parameters
    ----------
    workspace : Path
        Workspace folder; its pages are published by runs, its dashboards lie in its folder `notebooks`.
    port : int
        Port on 127.0.0.1; 0 takes a free one, a taken one is replaced by one near it.
    token : str, optional
        Secret that opens the pages; a new one is made up each time when none is given.
    open_browser : bool
        Open the printed address in the browser.

    Raises
    ------
    NotAWorkspace
        If the folder has no workbench.toml.
    """
    from workbench.ui.serving.dashboards import Dashboards

    Dashboards.at(workspace, port, token or secrets.token_urlsafe(24), open_browser).run()


def lab(workspace: Path, port: int = 8888, token: str | None = None, open_browser: bool = True) -> None:
    """Open JupyterLab in a workspace until interrupted: no news, no list of extensions, nothing asked of the network.

    Raises
    ------
    NotAWorkspace
        If the folder has no workbench.toml.
    """
    from workbench.ui.serving.analyst import start

    start(workspace, port, token, open_browser)
