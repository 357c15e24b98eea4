"""One notebook through papermill: parameters in, executed notebook out, progress by cell, a deadline for the whole."""

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import papermill
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

ENGINE = "workbench"
SEALED = Config(KernelManager={"transport_encryption": "auto"})
"""What a kernel and its runner say to each other is encrypted: other users of the machine can reach the ports."""
CellDone = Callable[[int, int], None]
"""Called with cells done and cells in all."""


class CountingEngine(NBClientEngine):
    """papermill's own engine, which also counts cells and keeps to a deadline."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *args: Any, cell_done: CellDone, deadline: float, **kwargs: Any) -> Any:
        """Execute the cells, telling `cell_done` after each; no cell may last past `deadline` (monotonic seconds)."""
        complete = nb_man.cell_complete

        def counted(cell: Any, cell_index: int | None = None, **more: Any) -> None:
            complete(cell, cell_index=cell_index, **more)
            cell_done((cell_index or 0) + 1, len(nb_man.nb.cells))

        nb_man.cell_complete = counted
        left = lambda cell: max(1, int(deadline - time.monotonic()))  # noqa: E731 - nbclient asks for a callable
        return super().execute_managed_notebook(nb_man, kernel_name, *args, timeout_func=left, **kwargs)


papermill_engines.register(ENGINE, CountingEngine)


def run_notebook(
    source: Path,
    output: Path,
    params: Mapping[str, Any],
    *,
    folder: Path,
    environment: Mapping[str, str],
    cell_done: CellDone,
    deadline: float,
    log: Path,
) -> None:
    """Execute one notebook in a kernel of its own; the output is saved after every cell, also when one fails."""
    with _environment(environment), _logged(log):
        papermill.execute_notebook(
            source,
            output,
            dict(params),
            engine_name=ENGINE,
            cwd=folder,
            progress_bar=False,
            log_output=True,
            cell_done=cell_done,
            deadline=deadline,
            store_widget_state=False,
            config=SEALED,
        )


@contextlib.contextmanager
def _environment(extra: Mapping[str, str]) -> Iterator[None]:
    """Variables for the kernel, taken back afterwards."""
    before = {name: os.environ.get(name) for name in extra}
    os.environ.update(extra)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _logged(file: Path) -> Iterator[None]:
    """papermill's log and the notebook's output go to the run's own log file."""
    logger = logging.getLogger("papermill")
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        handler.close()
