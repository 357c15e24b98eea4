"""A dashboard's stream of cells that always ends: what goes wrong between two cells is said to the reader, not waited for."""

from collections.abc import AsyncIterator
from typing import Any

from voila import handler
from voila.notebook_renderer import NotebookRenderer

BROKEN = "<script>wbBroken()</script></body></html>"


class EndingRenderer(NotebookRenderer):
    """Voila's renderer, whose errors outside of cells (a kernel that dies while it starts) would be lost with its task."""

    async def generate_content_generator(self, kernel_id: str | None = None, kernel_future: Any = None) -> AsyncIterator[tuple[str, Any]]:  # type: ignore[override]
        """Yield the page piece by piece; after an error the piece that makes the page say so."""
        try:
            async for piece in super().generate_content_generator(kernel_id, kernel_future):
                yield piece
        except Exception:
            self.log.exception("%s could not be finished", self.notebook_path)
            yield BROKEN, {}


def install() -> None:
    """Let Voila's handler, in this process, use the renderer that ends: it takes no class from its configuration."""
    handler.NotebookRenderer = EndingRenderer
