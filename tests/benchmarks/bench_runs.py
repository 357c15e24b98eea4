"""The daily run by stage at 300, 3,000 and 30,000 SKUs: canonical tables, one channel, 365 days."""

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from figures import Figure, measure

SIZES = (300, 3_000, 30_000)
TIMES = 3
SETUP = "import workbench.pipeline, workbench.store, workbench.datasets, workbench.notebook"
BODY = """
import datetime, os, pathlib, resource
from workbench import datasets, pipeline
from workbench.notebook import Tables
from workbench.store import Workspace
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
def stages(size, place):
    workspace = Workspace.create(pathlib.Path(place))
    made = datasets.make_tables(seed=3, n_skus=size, days=365)
    marker = workspace.inbox / "canonical.txt"
    marker.write_text("canonical tables, no report")
    workspace.add(made, workspace.keep(workspace.look(marker, datetime.datetime(2100, 1, 1))), "canonical")
    del made
    as_of = workspace.newest_known().date()
    taken = {}
    for step in pipeline.STEPS.values():
        before = cpu()
        for name, table in step.run(Tables(workspace, as_of, "bench"), step.params(), as_of).items():
            workspace.stage("bench", name, table, as_of=as_of)
        taken[step.name] = cpu() - before
    before = cpu()
    workspace.publish("bench")
    taken["publish"] = cpu() - before
    return taken
"""


def figures() -> Iterator[Figure]:
    """Return CPU seconds of each stage at each size, peak memory, and the slope over the last tenfold."""
    totals = []
    for size in SIZES:
        runs = [once(size) for _ in range(TIMES)]
        for stage in runs[0]["extra"]:
            yield Figure(f"daily run, {size:,} SKUs: {stage}, CPU", "runs", statistics.median(run["extra"][stage] for run in runs), "s")
        totals.append(statistics.median(sum(run["extra"].values()) for run in runs))
        yield Figure(f"daily run, {size:,} SKUs: all stages, CPU", "runs", totals[-1], "s")
        yield Figure(f"daily run, {size:,} SKUs: peak memory", "runs", max(run["peak_mb"] for run in runs), "MB")
    slope = float(np.log10(totals[-1] / totals[-2]))
    yield Figure("daily run: slope from 3,000 to 30,000 SKUs (1 is linear)", "runs", slope, "exponent")


def once(size: int) -> dict[str, Any]:
    """Run all steps once in a process of its own, on a new workspace, with the kernels compiled beforehand."""
    folder = tempfile.mkdtemp()
    try:
        warm = f"stages(30, {str(Path(folder) / 'warm')!r})"
        setup = f"import os; os.environ['NUMBA_CACHE_DIR'] = {folder!r}\n{SETUP}\n{BODY}\n{warm}"
        return measure(f"extra = stages({size}, {str(Path(folder) / 'workspace')!r})", setup)
    finally:
        shutil.rmtree(folder)
