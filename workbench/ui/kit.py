"""What every widget of ours shares: the token sheet (sent once), its messages, files made on the server."""

import logging
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl
from ipywidgets import widget_serialization

from workbench.i18n import language, t, use
from workbench.ui.export import File

HERE = Path(__file__).parent
PIECE = 900_000
log = logging.getLogger("workbench")
_file_ids = count(1)


@cache
def tokens_css() -> str:
    """Return the token sheet; a page that inlines it does so in `<style id="jp-wb-tokens">`."""
    return (HERE / "tokens.css").read_text(encoding="utf-8")


@cache
def script(name: str) -> str:
    """Return the browser side of a widget: what all share, then its own."""
    return "\n".join((HERE / "esm" / f"{part}.js").read_text(encoding="utf-8") for part in ("page", name))


class Sheet(anywidget.AnyWidget):
    """The token sheet as one model that every widget of the page refers to."""

    _esm = "export default {};"
    css = tl.Unicode().tag(sync=True)


_sheets: list[Sheet] = []


def sheet() -> Sheet:
    """Return the page's one sheet; a new one if somebody closed it."""
    if not _sheets or _sheets[-1].comm is None:
        _sheets[:] = [Sheet(css=tokens_css())]
    return _sheets[-1]


class KitWidget(anywidget.AnyWidget):
    """A widget of the kit: message `x` goes to method `on_x`; files are handed over in pieces below 1 MB."""

    sheet = tl.Instance(Sheet).tag(sync=True, **widget_serialization)
    labels = tl.Dict().tag(sync=True)
    language = tl.Unicode()

    def __init__(self, **traits: Any):
        super().__init__(sheet=sheet(), language=language(), **traits)
        self._files: dict[int, File] = {}
        self.on_msg(lambda _widget, content, _buffers: self.receive(content))

    def receive(self, content: dict[str, Any]) -> None:
        """Do what a message from the browser asks; a failure is logged and said, never thrown at the reader."""
        handler = getattr(self, f"on_{content.get('type', '')}", None)
        if handler is None:
            return
        with use(self.language):
            try:
                handler(content)
            except Exception:
                log.exception("%s could not answer %s", type(self).__name__, content.get("type"))
                self.send({"type": "say", "text": t("ui.failed")})

    def hand_over(self, file: File) -> None:
        """Offer a file to the browser, which then asks for its pieces."""
        number = next(_file_ids)
        self._files = {number: file}
        done = t("ui.saved", name=file.name)
        self.send({"type": "file", "id": number, "name": file.name, "mime": file.mime, "size": len(file.data), "done": done})

    def on_piece(self, content: dict[str, Any]) -> None:
        """Send the asked piece of an offered file."""
        file = self._files.get(content["id"])
        if file is None:
            return
        start = int(content["offset"])
        piece = file.data[start : start + PIECE]
        self.send({"type": "piece", "id": content["id"]}, [piece])
        if start + len(piece) >= len(file.data):
            self._files.pop(content["id"], None)


def labels(*names: str) -> dict[str, str]:
    """Return texts of the kit by short name, in the language in force, braces kept for the browser to fill."""
    return {name: t(f"ui.{name}", **{k: f"{{{k}}}" for k in ("a", "b", "n")}) for name in names}


def locale() -> str:
    """Return the browser's name for the language in force."""
    return {"en": "en-US", "zh": "zh-CN"}[language()]
