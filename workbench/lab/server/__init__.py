"""The server half of the JupyterLab extension: one route, and what the page must know before it asks."""

from typing import Any

from jupyter_server.utils import url_path_join

from workbench.lab.place import find_place
from workbench.lab.server.handlers import StatusHandler

ROUTES = {"status": StatusHandler}


def _load_jupyter_server_extension(server_app: Any) -> None:
    web_app = server_app.web_app
    base = web_app.settings["base_url"]
    web_app.add_handlers(".*$", [(url_path_join(base, "workbench", name), handler) for name, handler in ROUTES.items()])
    place = find_place(server_app.root_dir)
    page = web_app.settings.setdefault("page_config_data", {})
    page.update(workbenchLanguage=place.language(), workbenchNotebooks=place.notebooks)
    server_app.log.info("inventory workbench: %s", place.workspace or "no workspace here")
