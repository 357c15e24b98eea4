"""The routes that are ours: front door, static pages, dashboards, and a friendly page when something is amiss."""

from pathlib import Path
from typing import Any

import tornado.web
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler
from voila.tornado.handler import TornadoVoilaHandler

from workbench.i18n import LANGUAGES, catalogue, t
from workbench.ui.overview.frame import About, page_name, published_day, templates

STATIC_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'self'"
LIVE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src blob:; frame-ancestors 'self'"
)
"""No host but our own, whatever a notebook's output asks for; widgets are modules made from blobs."""


class Reader(JupyterHandler):
    """What every page of ours knows: the workspace, the reader's language, how to say that something is amiss."""

    policy = STATIC_POLICY

    @property
    def content_security_policy(self) -> str:
        """Where this page may load from."""
        return self.policy

    @property
    def tongue(self) -> str:
        """The reader's language: ?lang=, else the workspace's."""
        asked = self.get_query_argument("lang", "")
        return asked if asked in LANGUAGES else self.settings["workbench_settings"].language

    @property
    def pages(self) -> Path:
        """The folder of static pages."""
        return self.settings["workbench_workspace"] / "pages"

    def about(self) -> About:
        """What the bar says: the newest published facts, under the name that the shop has now."""
        chosen = self.settings["workbench_settings"]
        return About(chosen.shop, published_day(self.pages), chosen.watermark)

    def notice(self, name: str, **values: Any) -> str:
        """Return a page with one message: what happened, why, what to do."""
        with catalogue.use(self.tongue):
            said: dict[str, Any] = {part: t(f"serving.{name}_{part}", **values) for part in ("title", "cause", "next")}
            said["links"] = [{"href": f"{self.base_url}?lang={self.tongue}", "label": t("serving.home")}]
            return templates().get_template("notice.html.j2").render(page=self.cover(said["title"]), notice=said)

    def cover(self, title: str) -> dict[str, Any]:
        """Return the frame of a page that shows nothing of the shop."""
        return {"language": self.tongue, "title": title}

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with a friendly page; what went wrong is in the log."""
        if self._headers_written:
            return
        name = {404: "missing", 403: "forbidden"}.get(status_code, "failed")
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(self.notice(name, status=status_code))


class FrontHandler(Reader):
    """The address that is printed: it turns the token into a cookie and leads to the overview."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Lead to the overview in the reader's language."""
        name = page_name("overview", self.tongue)
        if not (self.pages / name).exists():
            self.finish(self.notice("empty"))
            return
        theme = self.get_query_argument("theme", "")
        self.redirect(f"{self.base_url}pages/{name}" + (f"?theme={theme}" if theme in ("light", "dark") else ""))


class MissingHandler(Reader):
    """Any address that leads nowhere."""

    @tornado.web.authenticated
    def get(self) -> None:
        """Say so."""
        raise tornado.web.HTTPError(404)


class PageHandler(Reader, tornado.web.StaticFileHandler):
    """A page that a run has published; the browser asks each time whether there is a newer one."""

    @tornado.web.authenticated
    async def get(self, path: str, include_body: bool = True) -> None:  # type: ignore[override]
        """Send the page."""
        await tornado.web.StaticFileHandler.get(self, path, include_body)

    def set_extra_headers(self, path: str) -> None:
        """Let the browser keep the page but ask before it shows it again."""
        self.set_header("Cache-Control", "private, no-cache")


class DashboardHandler(Reader, TornadoVoilaHandler):
    """A notebook as a dashboard, while there is room for one more kernel."""

    policy = LIVE_POLICY

    @tornado.web.authenticated
    async def get(self, path: str = "") -> None:
        """Run the notebook and send its cells as they are done."""
        if not path.endswith(".ipynb") or not await ensure_async(self.contents_manager.file_exists(path)):
            raise tornado.web.HTTPError(404)
        kernels: Any = self.kernel_manager
        if await kernels.is_full():
            self.set_status(503)
            self.set_header("Retry-After", "60")
            self.finish(self.notice("full", most=kernels.most))
            return
        self.xsrf_token  # noqa: B018 - asking for it sets the cookie without which a closing page could not give its kernel back
        await TornadoVoilaHandler.get(self, path)


class DoorHandler(Reader, LoginFormHandler):
    """Where a reader without token or cookie is led: one field, one button."""

    def _render(self, message: Any = None) -> None:
        with catalogue.use(self.tongue):
            said: dict[str, Any] = {part: t(f"serving.door_{part}") for part in ("title", "cause", "next")}
            if message:
                said["next"] = t("serving.door_wrong")
            said["form"] = {"label": t("serving.door_label"), "button": t("serving.door_button"), "mark": self.xsrf_token.decode()}
            self.finish(templates().get_template("notice.html.j2").render(page=self.cover(said["title"]), notice=said))

    @allow_unauthenticated
    def get(self) -> None:
        """Ask for the token."""
        super().get()

    @allow_unauthenticated
    def post(self) -> None:
        """Take the token."""
        super().post()
