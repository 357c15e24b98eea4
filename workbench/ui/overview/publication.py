"""Static pages on disk: written by a run when it publishes, served and read ever after without a kernel."""

import json
import os
from pathlib import Path

from workbench.i18n import LANGUAGES, use
from workbench.ui.meta import Meta
from workbench.ui.overview.figures import Tables
from workbench.ui.overview.frame import FACTS, NOTEBOOKS, page_name
from workbench.ui.overview.page import overview
from workbench.ui.overview.source import source
from workbench.ui.overview.stills import still


def write_pages(folder: Path, tables: Tables, meta: Meta) -> list[Path]:
    """Write the overview and a still page of each dashboard, in every language; return the files.

    Each file is written aside and renamed, so that a reader sees the old page or the new one.

    Parameters
    ----------
    folder : Path
        The workspace's folder `pages`; made if it does not exist.
    tables : mapping
        Canonical tables by name; a missing one counts as empty.
    meta : Meta
        Shop, decision day, currency, watermark; its language is not looked at.
    """
    folder.mkdir(parents=True, exist_ok=True)
    given = source(tables, meta)
    written = []
    for language in LANGUAGES:
        with use(language):
            written.append(_write(folder / page_name("overview", language), overview(given)))
            written += [_write(folder / page_name(screen, language), still(screen, given)) for screen in NOTEBOOKS]
    facts = {"shop": meta.shop, "as_of": f"{meta.as_of:%Y-%m-%d}", "version": meta.version, "run": meta.run_id}
    return [*written, _write(folder / FACTS, json.dumps(facts))]


def _write(file: Path, text: str) -> Path:
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(file)
    return file
