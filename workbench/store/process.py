"""Which processes still live: a run or a half-written file of a dead one may be cleared away."""

import os
import sys
from functools import cache
from pathlib import Path
from socket import gethostname


@cache
def host() -> str:
    """Return the name of this machine."""
    return gethostname()


def mark_of(pid: int) -> str | None:
    """Return a mark that no other process ever has on this machine, or None if no such process lives.

    On Linux the mark holds the boot and the start tick of the process, so that a reused number does not deceive;
    elsewhere it is empty and only the number counts.
    """
    if sys.platform == "linux":
        return _linux_mark(pid)
    if sys.platform == "win32":
        return _windows_mark(pid)
    try:
        os.kill(pid, 0)
    except PermissionError:
        return ""
    except OSError:
        return None
    return ""


def _linux_mark(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    state, started = fields[0], fields[19]
    return None if state in "ZX" else f"{_boot()}{started}"


@cache
def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text()[:8]


if sys.platform == "win32":
    import ctypes

    def _windows_mark(pid: int) -> str | None:
        """os.kill would end the process here, so its handle is asked instead."""
        kernel, still_active = ctypes.windll.kernel32, 259
        handle = kernel.OpenProcess(0x1000, False, pid)
        code = ctypes.c_ulong()
        alive = bool(handle) and kernel.GetExitCodeProcess(handle, ctypes.byref(code)) and code.value == still_active
        kernel.CloseHandle(handle)
        return "" if alive else None


def is_dead(pid: int, of_host: str, mark: str) -> bool:
    """Say whether a process is surely gone; a process of another machine is never called dead."""
    return of_host == host() and mark_of(pid) != mark
