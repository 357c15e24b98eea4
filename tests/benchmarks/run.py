"""`make bench [ONLY=area]`: JSON lines on stdout, docs/performance.md, exit 1 if a must fails."""

import argparse
import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from figures import Figure  # noqa: E402 - the folder of this file is not a package

AREAS = ("ingest", "cleaning", "forecasting", "health", "clearance", "runs", "ui")
STORE = HERE.parents[1] / "docs" / "performance.json"
PAGE = HERE.parents[1] / "docs" / "performance.md"
INTRODUCTION = """# Performance

Written by `make bench`; do not edit. CPU seconds are user plus system; ratios compare two programs in one run on the
same machine; medians of three or more unless the name says otherwise. `must` fails the benchmark, `aim` does not.

| area | figure | value | unit | must | aim | ok |
| --- | --- | ---: | --- | --- | --- | --- |
"""


def measurable() -> list[str]:
    """Return the areas that have figures."""
    return [area for area in AREAS if (HERE / f"bench_{area}.py").exists()]


def figures_of(area: str) -> list[Figure]:
    """Measure one area, printing each figure as it comes."""
    found = []
    for figure in importlib.import_module(f"bench_{area}").figures():
        print(figure.line(), flush=True)
        found.append(figure)
    return found


def write_page(measured: dict[str, list[dict[str, object]]]) -> None:
    """Write docs/performance.md from the newest figures of every area."""
    rows = [
        f"| {f['area']} | {f['name']} | {f['value']:,} | {f['unit']} | {f['must'] or ''} | {f['aim'] or ''} | {'yes' if f['ok'] else '**no**'} |"
        for area in AREAS
        for f in measured.get(area, [])
    ]
    PAGE.write_text(INTRODUCTION + "\n".join(rows) + "\n", encoding="utf-8")


def keep(area: str, found: list[Figure]) -> None:
    """Put the figures of an area in place of its older ones; those of the others stay as they are now, whoever measured them meanwhile."""
    measured = json.loads(STORE.read_text(encoding="utf-8")) if STORE.exists() else {}
    measured[area] = [json.loads(figure.line()) for figure in found]
    STORE.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    write_page(measured)


def main() -> int:
    """Measure the areas asked for; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=AREAS, help="one area")
    only = parser.parse_args().only
    if only and only not in measurable():
        print(f"area {only} has no figures yet; those with figures: {', '.join(measurable())}", file=sys.stderr)
        return 2
    failed = False
    for area in [only] if only else measurable():
        found = figures_of(area)
        keep(area, found)
        failed |= not all(figure.ok for figure in found)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
