"""What a benchmark measures: one figure, its bar, and how CPU time and memory are taken."""

import json
import operator
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

OPERATORS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
MEASURE = """
import json, resource, sys, time
{setup}
start = resource.getrusage(resource.RUSAGE_SELF)
wall = time.perf_counter()
extra = None
{body}
end = resource.getrusage(resource.RUSAGE_SELF)
cpu = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
# what getrusage tells of memory counts the process that started this one as well
told = dict(line.split(":") for line in open("/proc/self/status")) if sys.platform == "linux" else {{}}
peak_kb = int(told["VmHWM"].split()[0]) if told else end.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
print(json.dumps({{"cpu": cpu, "wall": time.perf_counter() - wall, "peak_mb": peak_kb / 1024, "extra": extra}}))
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: `must` and `aim` are strings such as "<= 4.00", or None."""

    name: str
    area: str
    value: float
    unit: str
    must: str | None = None
    aim: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the value meets its must; true where there is none."""
        return holds(self.value, self.must)

    def line(self) -> str:
        """Return the figure as one line of JSON."""
        return json.dumps({**asdict(self), "value": round(self.value, 4), "ok": self.ok})


def holds(value: float, bar: str | None) -> bool:
    """Say whether a value meets a bar such as "<= 4.00"."""
    if bar is None:
        return True
    sign, limit = bar.split()
    return bool(OPERATORS[sign](value, float(limit)))


def measure(body: str, setup: str = "") -> dict[str, Any]:
    """Run Python code in a process of its own; return CPU seconds, wall seconds, peak memory in MB and `extra`."""
    done = subprocess.run([sys.executable, "-c", MEASURE.format(setup=setup, body=body)], stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def median(times: int, once: Callable[[], float]) -> float:
    """Return the median of several measurements."""
    return statistics.median(once() for _ in range(times))
