"""The dashboards' kernels: a warm one ready before it is needed, a limit by free memory, the reader's language."""

import asyncio
import datetime as dt
import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import psutil
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Integer, Unicode

from workbench.i18n import LANGUAGES

KERNEL_MB = 250
SPARED_MB = 1000
MOST_KERNELS = 24
REFILL_SECONDS = 10
KERNEL = "python3"
WARM_CODE = "__import__('workbench.notebook')"


@dataclass(frozen=True, slots=True)
class Room:
    """How many kernels may run at once, and how many of them wait warm."""

    most: int
    warm: int


def room(free_mb: float | None = None) -> Room:
    """Return how many kernels the free memory holds.

    Parameters
    ----------
    free_mb : float, optional
        Free memory, MB; measured when not given. A dashboard's kernel takes 120-250 MB.

    >>> room(free_mb=1200), room(free_mb=4000)
    (Room(most=2, warm=0), Room(most=12, warm=1))
    """
    free = psutil.virtual_memory().available / 2**20 if free_mb is None else free_mb
    most = int(min(MOST_KERNELS, max(2, (free - SPARED_MB) // KERNEL_MB)))
    return Room(most, 1 if most >= 6 else 0)


class DashboardKernels(AsyncMappingKernelManager):
    """Kernels of dashboards. A warm kernel has its imports done; the notebook itself runs only for its reader, on fresh data."""

    workspace = Unicode(help="workspace folder").tag(config=True)
    most = Integer(8, help="kernels of readers at once").tag(config=True)
    warm = Integer(0, help="kernels that wait with their imports done").tag(config=True)

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.waiting: list[str] = []
        self.tasks: set[asyncio.Task] = set()

    async def is_full(self) -> bool:
        """Say whether one reader more would be too many; a kernel that died takes no seat."""
        taken = [kernel_id for kernel_id in self.list_kernel_ids() if kernel_id not in self.waiting and not await self._has_died(kernel_id)]
        return len(taken) >= self.most

    async def _has_died(self, kernel_id: str) -> bool:
        """Whether a kernel was started and its process is gone."""
        if kernel_id not in self:
            return True
        kernel: Any = self.get_kernel(kernel_id)
        return kernel.ready.done() and not await ensure_async(kernel.is_alive())

    async def start_kernel(self, *, kernel_id: str | None = None, path: Any = None, **given: Any) -> str:  # type: ignore[override]
        """Return a kernel for a reader: the warm one if there is one, else a new one."""
        given["env"] = self._environment(given.get("env") or dict(os.environ))
        taken = await self._take(path, given["env"]) if given.get("kernel_name", KERNEL) == KERNEL else None
        return taken or await super().start_kernel(kernel_id=kernel_id, path=path, **given)

    def _environment(self, env: dict[str, str]) -> dict[str, str]:
        """The workspace, and the language that the reader's address asks for."""
        asked = parse_qs(env.get("QUERY_STRING", "")).get("lang", [""])[-1]
        tongue = {"WORKBENCH_LANG": asked} if asked in LANGUAGES else {}
        return {**env, "WORKBENCH_WORKSPACE": self.workspace, **tongue}

    async def _take(self, path: Any, env: dict[str, str]) -> str | None:
        """Hand out a warm kernel, with the request's environment and folder."""
        while self.waiting:
            kernel_id = self.waiting.pop(0)
            self.fill(after=REFILL_SECONDS)
            if kernel_id not in self or not await ensure_async(self.get_kernel(kernel_id).is_alive()):
                continue
            news = {name: value for name, value in env.items() if os.environ.get(name) != value}
            await self._tell(kernel_id, f"import os\nos.environ.update({json.dumps(news)})\nos.chdir({self.cwd_for_path(path or '')!r})")
            vars(self.get_kernel(kernel_id))["last_activity"] = dt.datetime.now(dt.UTC)
            return kernel_id
        return None

    def fill(self, after: float = 0.0) -> None:
        """Start warm kernels until as many wait as should, after some seconds: a page that loads needs the machine first."""
        if self.warm > len(self.waiting):
            task = asyncio.get_running_loop().create_task(self._fill(after))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _fill(self, after: float) -> None:
        await asyncio.sleep(after)
        while len(self.waiting) < self.warm:
            kernel_id = await super().start_kernel(kernel_name=KERNEL, env=self._environment(dict(os.environ)))
            await self._tell(kernel_id, WARM_CODE)
            self.waiting.append(kernel_id)

    async def _tell(self, kernel_id: str, code: str) -> None:
        """Run code of ours in a kernel and wait until it is done."""
        client: Any = self.get_kernel(kernel_id).client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            await client.execute_interactive(code, silent=True, store_history=False, timeout=60, output_hook=lambda _: None)
        finally:
            client.stop_channels()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Stop a kernel that nobody used for a while, and forget one that died at work; those that wait warm are not idle."""
        if await self._has_died(kernel_id):
            await self.shutdown_kernel(kernel_id, now=True)
        elif kernel_id not in self.waiting:
            await super().cull_kernel_if_idle(kernel_id)
