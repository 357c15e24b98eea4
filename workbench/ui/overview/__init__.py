"""Static pages of a shop: the overview and a still picture of each dashboard, from the result tables; no kernel, no network.

`summary` computes the key figures once; `render` and `snapshot` draw them; `write_pages` puts all pages on disk.
"""

from workbench.ui.overview.page import render
from workbench.ui.overview.publication import write_pages
from workbench.ui.overview.snapshot import snapshot
from workbench.ui.overview.summary import lines, summary

__all__ = ["lines", "render", "snapshot", "summary", "write_pages"]
