"""Routes of the server extension: parse, call, answer. A fault becomes a message and its kind, never a traceback."""

import asyncio

import tornado.web
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler

from workbench.errors import WorkbenchError
from workbench.i18n import LANGUAGES
from workbench.lab.place import find_place


class StatusHandler(APIHandler):
    """`GET /workbench/status?language=zh`: how the workspace stands."""

    auth_resource = "workbench"

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        from workbench.lab.status import describe

        place = find_place(self.settings["server_root_dir"])
        wanted = self.get_query_argument("language", "")
        language = wanted if wanted in LANGUAGES else place.language()
        try:
            answer = await asyncio.to_thread(describe, place, language, self._shows_dashboards())
        except WorkbenchError as fault:
            self._refuse(409, type(fault).__name__, str(fault))
        except Exception as fault:
            self.log.exception("inventory workbench: the status could not be read")
            self._refuse(500, type(fault).__name__, str(fault))
        else:
            self.finish(answer)

    def _shows_dashboards(self) -> bool:
        """Whether Voila is loaded in this server."""
        extensions = self.serverapp.extension_manager.extensions if self.serverapp else {}
        return any(extension.enabled for name, extension in extensions.items() if name.startswith("voila"))

    def _refuse(self, code: int, kind: str, message: str) -> None:
        self.set_status(code)
        self.finish({"message": message, "kind": kind})
