"""A line the size of a word."""

import math
from collections.abc import Sequence


def sparkline(values: Sequence[float], *, width: int = 64, height: int = 20) -> str:
    """Return an SVG line of the values, gaps where they are unknown; empty when fewer than two are known.

    It is decoration beside a number that says the same, so screen readers skip it.

    >>> sparkline([1.0])
    ''
    >>> sparkline([0.0, 1.0], width=10, height=4)
    '<svg width="10" height="4" viewBox="0 0 10 4" aria-hidden="true"><path class="jp-wb-spark" d="M1.0,3.0 L9.0,1.0"/></svg>'
    """
    known = [v for v in values if math.isfinite(v)]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = (width - 2) / (len(values) - 1)
    path, pen = [], "M"
    for at, value in enumerate(values):
        if not math.isfinite(value):
            pen = "M"
            continue
        path.append(f"{pen}{1 + at * step:.1f},{height - 1 - (value - low) / span * (height - 2):.1f}")
        pen = "L"
    drawn = " ".join(path)
    return f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true"><path class="jp-wb-spark" d="{drawn}"/></svg>'
