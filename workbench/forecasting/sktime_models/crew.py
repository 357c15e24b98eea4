"""Many SKUs by an sktime forecaster: in processes of their own, each ended when it will not stop by itself.

A process is started as `python -m workbench.forecasting.sktime_models.crew` and spoken to in pickles over its pipes, so that it
needs nothing of the notebook or script that asks.
"""

import atexit
import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from workbench.forecasting.sktime_models.single import FAILED, TOO_SLOW, Answer, Task, answer

GRACE_SECONDS = 2.0
LOAD_SECONDS = 120.0
_ROOT = Path(__file__).resolve().parents[3]

Told = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Report nothing."""


def answers(tasks: Sequence[Task], *, backend: str = "processes", workers: int = 2, told: Told = silent) -> list[Answer]:
    """Return the answers to all tasks, in their order.

    Parameters
    ----------
    backend : processes, each task in one of `workers` processes; here, one after the other in this process
    told : called with how many are done, of how many
    """
    if backend == "here" or not tasks:
        return [_counted(answer(task), done, len(tasks), told) for done, task in enumerate(tasks, 1)]
    hands: queue.SimpleQueue[Hand] = queue.SimpleQueue()
    made = [_IDLE.pop() if _IDLE else Hand() for _ in range(min(workers, len(tasks)))]
    for hand in made:
        hands.put(hand)

    def do(task: Task) -> Answer:
        hand = hands.get()
        try:
            return hand.do(task)
        finally:
            hands.put(hand)

    try:
        with ThreadPoolExecutor(len(made)) as threads:
            found = [_counted(one, done, len(tasks), told) for done, one in enumerate(threads.map(do, tasks), 1)]
    except BaseException:
        for hand in made:
            hand.stop()
        raise
    _IDLE.extend(made)  # the next call does not load sktime again
    return found


@atexit.register
def rest() -> None:
    """End the processes that wait for work."""
    while _IDLE:
        _IDLE.pop().stop()


def _counted(found: Answer, done: int, total: int, told: Told) -> Answer:
    told(done, total)
    return found


_IDLE: "list[Hand]" = []


class Hand:
    """One process at work; one that overran its time is ended and another started for the next task."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def do(self, task: Task) -> Answer:
        """Return the answer to a task; a process that dies, or has to be ended, is an answer, too."""
        process = self._process or self._start()
        late = threading.Event()
        clock = threading.Timer(task.budget_seconds + GRACE_SECONDS, _end, (process, late))
        loading = threading.Timer(LOAD_SECONDS, _end, (process, late))
        try:
            loading.start()
            _say(process.stdin, task)
            _hear(process.stdout)  # everything is loaded
            loading.cancel()
            clock.start()
            found: Answer = _hear(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            self.stop()
            return Answer(fault=TOO_SLOW, seconds=task.budget_seconds + GRACE_SECONDS) if late.is_set() else Answer(fault=FAILED, said="process ended")
        finally:
            loading.cancel()
            clock.cancel()
        if found.fault == TOO_SLOW:
            self.stop()  # what the clock broke into may be left in any state
        return found

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workbench.forecasting.sktime_models.crew"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        return self._process

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]


def _end(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    process.kill()


def _say(pipe: Any, what: object) -> None:
    pickle.dump(what, pipe)
    pipe.flush()


def _hear(pipe: Any) -> Any:
    return pickle.load(pipe)  # written by the process that this one started


def serve() -> None:
    """Answer tasks from the standard input until it ends; what a forecaster prints goes nowhere."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            task = _hear(sys.stdin.buffer)
            _say(out, answer(task, ready=lambda: _say(out, "ready")))


if __name__ == "__main__":
    from workbench.forecasting.sktime_models import crew

    crew.serve()
