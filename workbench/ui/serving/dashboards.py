"""The dashboards' server: Voila with our template and pages, and nothing that a reader does not need.

Voila's own application is used rather than its server extension: it has no file browser and no terminals, and it lets
a browser send only widget messages to a kernel, so that whoever holds the token can look but cannot run code.
"""

import os
import socket
import threading
import webbrowser
from pathlib import Path
from typing import Any, Self

import plotly
import tornado.web
from jupyter_server import DEFAULT_STATIC_FILES_PATH
from jupyter_server.utils import url_path_join
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.app import Voila
from voila.paths import collect_static_paths, collect_template_paths
from voila.static_file_handler import AllowListFileHandler
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from workbench import settings, ui
from workbench.i18n import catalogue, t
from workbench.settings import shipped
from workbench.ui.serving.dress import dress
from workbench.ui.serving.handlers import DashboardHandler, DoorHandler, FrontHandler, MissingHandler, PageHandler
from workbench.ui.serving.kernels import DashboardKernels, room
from workbench.ui.serving.rendering import install

ADDRESS = "127.0.0.1"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")
"""All that our dashboards need: one missing leaves the page blank, each one more makes it slower or throws."""
IDLE_SECONDS, INTERVAL_SECONDS = 900, 60
UNWANTED = (AllowListFileHandler, VoilaContentsHandler, TornadoVoilaHandler, TornadoVoilaTreeHandler)


def look() -> dict[str, Any]:
    """Return what makes Voila ours, here and inside JupyterLab: the template, the extensions, no tracebacks."""
    return {
        "template": "workbench",
        "extension_allowlist": list(EXTENSIONS),
        "extension_denylist": [],
        "show_tracebacks": False,
        "strip_sources": True,
        "file_allowlist": [],
    }


def configuration(workspace: Path, token: str) -> Config:
    """Return all that Voila is told; nothing is read from or written to the user's own Jupyter configuration."""
    space = room()
    return Config(
        Voila={
            "ip": ADDRESS,
            "token": token,
            "root_dir": str(workspace / "notebooks"),
            "config_file_paths": [],
            "log_level": "WARN",
            "tornado_settings": {"allow_remote_access": False, "local_hostnames": ["localhost"]},
        },
        VoilaConfiguration={
            **look(),
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "prelaunch_hook": dress,
            "multi_kernel_manager_class": DashboardKernels,
        },
        MappingKernelManager={"cull_idle_timeout": IDLE_SECONDS, "cull_interval": INTERVAL_SECONDS, "cull_connected": True},
        # a kernel begun anew would know nothing of its page; other users of the machine can reach its ports, but not read along
        KernelManager={"autorestart": False, "transport_encryption": "auto"},
        DashboardKernels={"workspace": str(workspace), "most": space.most, "warm": space.warm},
        IdentityProvider={"cookie_options": {"samesite": "Lax"}},
    )


class Dashboards(Voila):
    """One process that serves a workspace: overview, static pages, dashboards."""

    name = "voila"

    @classmethod
    def at(cls, workspace: Path, port: int, token: str, open_browser: bool = False, **config: dict[str, Any]) -> Self:
        """Return the server of a workspace, ready to run; `config` adds to the configuration, section by section."""
        place = workspace.resolve()
        chosen = settings.load(place)
        told = configuration(place, token)
        told.merge(Config(config))
        made = cls.instance(config=told, port=port or _free_port())
        made.workspace, made.chosen, made.opens = place, chosen, open_browser
        os.environ["WORKBENCH_WORKSPACE"] = str(place)
        catalogue.choose(chosen.language)
        install()
        made.initialize([])
        made.log.addFilter(lambda record: not record.getMessage().endswith(" trusted"))
        return made

    def run(self) -> None:
        """Serve until interrupted."""
        self.start()

    def setup_template_dirs(self) -> None:
        """Find our template and its parts in the package, the rest where Voila and nbconvert keep theirs."""
        template, parts = shipped("templates") / "voila" / "workbench", [shipped("templates") / "pages", Path(ui.__file__).parent]
        self.template_paths = [str(template), *collect_template_paths(["voila", "nbconvert"], "lab", prune=True), *map(str, parts)]
        self.static_paths = [*collect_static_paths(["voila", "nbconvert"], "lab"), DEFAULT_STATIC_FILES_PATH]

    def init_settings(self) -> dict[str, Any]:
        """Add what the pages need to know."""
        known = {"workbench_workspace": self.workspace, "workbench_settings": self.chosen, "default_handler_class": MissingHandler}
        return super().init_settings() | known

    def init_handlers(self) -> list[Any]:
        """Return our routes, then those of Voila that a dashboard needs."""
        pages = {"path": str(self.workspace / "pages")}
        script = {"path": str(Path(plotly.__file__).parent / "package_data")}
        notebooks = {"template_paths": self.template_paths, "config": self.config, "voila_configuration": self.voila_configuration}
        ours: list[tuple[str, type, dict[str, Any]]] = [
            (r"/", FrontHandler, {}),
            (r"/login", DoorHandler, {}),
            (r"/pages/(.*\.html)", PageHandler, pages),
            (r"/voila/labextensions/inventory-workbench/static/(plotly\.min\.js)", tornado.web.StaticFileHandler, script),
            (r"/voila/render/(.*)", DashboardHandler, notebooks),
        ]
        routes = [(url_path_join(self.server_url, path), handler, given) for path, handler, given in ours]
        return routes + [route for route in super().init_handlers() if route[1] not in UNWANTED]

    def launch_browser(self) -> None:
        """Say where the pages are, once the port is bound; open them if asked."""
        IOLoop.current().add_callback(self.kernel_manager.fill)
        address = f"http://{ADDRESS}:{self.port}{self.base_url}?token={self.token}"
        print(t("serving.running", url=address), flush=True)
        if self.opens:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return probe.getsockname()[1]
