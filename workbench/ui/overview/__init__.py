"""Static pages of a shop: the overview and a still picture of each dashboard, from the result tables; no kernel, no network.

`summary` computes the key figures once, `lines` writes them for a terminal; `render` and `snapshot` draw a page each;
`write_pages` puts all pages on disk. Nothing is imported before it is asked for: a server needs only the frame.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.ui.overview.figures import lines, summary
    from workbench.ui.overview.page import render
    from workbench.ui.overview.publication import write_pages
    from workbench.ui.overview.stills import snapshot

_PLACES = {"lines": "figures", "render": "page", "snapshot": "stills", "summary": "figures", "write_pages": "publication"}
__all__ = ["lines", "render", "snapshot", "summary", "write_pages"]


def __getattr__(name: str) -> Any:
    """Fetch a function when it is first used."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
