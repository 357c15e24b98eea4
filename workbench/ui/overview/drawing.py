"""Charts without scripts: numbers to bars and lines that a template can draw, sharp at any width, on screen and on paper.

Lines are drawn in a box of 100 x 100 that is stretched to its place; words and numbers are text beside it, never stretched.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.i18n import number, percent

BOX = 100.0
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it shows, its length as a share of the longest (0-100), its value in words, its colour token."""

    label: str
    length: float
    value: str
    tone: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: name, path in the box, colour token, whether dashed, and where its last point lies (0-100 from the top)."""

    name: str
    path: str
    tone: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines over time with the ticks of both axes, and the same numbers as rows of a table."""

    lines: tuple[Line, ...]
    ticks_y: tuple[tuple[float, str], ...]
    ticks_x: tuple[tuple[float, str], ...]
    split: float | None
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a column of a table is drawn: column, name, colour token, dashed or not."""

    column: str
    name: str
    tone: str
    dashed: bool = False


def bars(values: pd.Series, labels: Callable[[str], str], tones: Callable[[str], str], write: Callable[[float], str]) -> list[Bar]:
    """Return a bar for each value above zero, in the order given, with its share of the sum."""
    top, total = float(values.max()) if len(values) else 0.0, float(values.sum())
    if not top > 0:
        return []
    kept = values[values > 0]
    return [Bar(labels(str(k)), BOX * v / top, write(v), tones(str(k)), _share(v / total)) for k, v in kept.items()]


def _share(part: float) -> str:
    """A share in whole per cent; what is there is never shown as nothing."""
    return "<1%" if 0 < part < 0.005 else percent(part)


def plot(frame: pd.DataFrame, strokes: Sequence[Stroke], day_head: str, split: pd.Timestamp | None = None) -> Plot | None:
    """Return lines over a date index; None when there are fewer than two points.

    Parameters
    ----------
    frame : DataFrame
        One row a point in time, a column for each stroke; NaN breaks the line.
    strokes : sequence of Stroke
        What to draw, the first lowest.
    day_head : str
        Heading of the date column of the table.
    split : Timestamp, optional
        Where what was ends and what is expected begins.
    """
    drawn = [s.column for s in strokes]
    if len(frame) < 2 or not np.isfinite(frame[drawn].to_numpy(dtype="float64")).any():
        return None
    start, span = frame.index[0], frame.index[-1] - frame.index[0]
    across = [BOX * ((at - start) / span) for at in frame.index]
    step, top = scale(float(np.nanmax(frame[drawn].to_numpy(dtype="float64"))))
    return Plot(
        lines=tuple(Line(s.name, _path(across, frame[s.column].to_numpy(dtype="float64") / top), s.tone, s.dashed) for s in strokes),
        ticks_y=tuple((BOX * (1 - k * step / top), number(k * step, 0 if step == int(step) else 2)) for k in range(round(top / step) + 1)),
        ticks_x=tuple((across[i], f"{frame.index[i]:%Y-%m-%d}") for i in _spread(len(across))),
        split=None if split is None else BOX * ((split - start) / span),
        heads=(day_head, *(s.name for s in strokes)),
        rows=tuple((f"{at:%Y-%m-%d}", *(number(float(v)) for v in row)) for at, row in zip(frame.index, frame[drawn].to_numpy(), strict=True)),
    )


def scale(top: float) -> tuple[float, float]:
    """Return the step of the axis and its end: at most four steps, each 1, 2, 2.5 or 5 times a power of ten.

    >>> scale(930.0), scale(12.0)
    ((250.0, 1000.0), (5.0, 15.0))
    """
    if not top > TINY:
        return 1.0, 1.0
    power = 10.0 ** math.floor(math.log10(top))
    step = next(power * m for m in (0.25, 0.5, 1.0, 2.0, 2.5, 5.0) if top / (power * m) <= 4)
    return step, step * math.ceil(top / step)


def _path(across: Sequence[float], heights: np.ndarray) -> str:
    """An SVG path; a gap where the value is unknown."""
    pieces, pen = [], False
    for x, y in zip(across, heights, strict=True):
        known = bool(np.isfinite(y))
        if known:
            pieces.append(f"{'L' if pen else 'M'}{x:.2f} {BOX * (1 - y):.2f}")
        pen = known
    return "".join(pieces)


def _spread(points: int, ticks: int = 4) -> list[int]:
    """Indices of at most four points spread over all of them, first and last among them."""
    return sorted({round(k * (points - 1) / (ticks - 1)) for k in range(ticks)})
