"""What makes a file suspicious that can be read: it is held against the last good file of the same report and place.

A snapshot (one day of stock, listings or ages) is compared with the snapshot before it: rows, SKUs, and SKUs out of stock.
A dated file is compared with what it would replace. Changes by a few rows are no reason: small shops change like that.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from workbench.settings import Limits
from workbench.store.account import Reason
from workbench.store.coverage import Piece, pieces
from workbench.store.manifest import Manifest
from workbench.store.part import Part, Span, place_column
from workbench.store.query import frame, shown, text_of
from workbench.store.staging import Staging
from workbench.tables import schema

SNAPSHOTS = {"stock": "coalesce(available, on_hand)", "listings": "CAST(NULL AS DOUBLE)", "stock_age": "units"}
"""Tables that a snapshot fills, the most telling first, and what tells that a SKU is out of stock."""


def reasons(staging: Staging, now: Manifest, root: Path, limits: Limits) -> list[Reason]:
    """Return why a staged file should be held back; nothing if it fits what is known."""
    if limits.off:
        return []
    staged = staging.described()
    table = next((table for table in SNAPSHOTS if table in staged), "")
    found: list[Reason] = []
    if table and all(span.first == span.last for span in staged[table].spans):
        found += [reason for span in staged[table].spans for reason in _of_snapshot(table, staged[table], span, now, root, limits)]
    elif not staging.parts.keys() & SNAPSHOTS.keys():
        found += _of_nothing(staging, now, limits)
    dated = [name for name, part in staged.items() if part.covers == "days" and (name not in SNAPSHOTS or part.first_date != part.last_date)]
    return found + [reason for name in dated for reason in _of_days(name, staged[name], now, root, limits)]


def _before(table: str, new: Part, now: Manifest) -> list[Part]:
    """Parts of the same report that were known when the file was."""
    mine = new.known_at or new.known_last
    return [part for part in now.tables.get(table, ()) if part.report == new.report and part.source != new.source and part.age[0] <= mine]


def last_good(table: str, new: Part, span: Span, now: Manifest) -> tuple[Part, dt.date] | None:
    """Return the part that holds the snapshot before a new one at a place, and its day; of later days only if there is none earlier."""
    held = [(old, part) for part in _before(table, new, now) for old in part.covered() if old.place == span.place]
    if not held:
        return None
    earlier = [pair for pair in held if pair[0].last <= span.last]
    found = max(earlier, key=lambda pair: (pair[0].last, pair[1].age)) if earlier else min(held, key=lambda pair: (pair[0].last, pair[1].age))
    return found[1], found[0].last


def _of_snapshot(table: str, new: Part, span: Span, now: Manifest, root: Path, limits: Limits) -> Iterator[Reason]:
    good = last_good(table, new, span, now)
    if good is None:
        return
    part, day = good
    seen = frame(_comparison(table, _one_day(table, root / new.file, span.place, span.last), _one_day(table, root / part.file, span.place, day))).iloc[0]
    at = {"table": table, "place": span.place}
    if _fell(seen.old_rows, seen.new_rows, limits.rows_fall, limits.least_rows):
        yield Reason(code="rows_fell", value=seen.new_rows, limit=seen.old_rows * (1 - limits.rows_fall), before=seen.old_rows, **at)
    if seen.new_rows - seen.old_rows >= limits.least_rows and seen.new_rows > seen.old_rows * limits.rows_grow:
        yield Reason(code="rows_grew", value=seen.new_rows, limit=seen.old_rows * limits.rows_grow, before=seen.old_rows, **at)
    if seen.lost >= limits.least_rows and seen.lost > seen.old_skus * limits.skus_lost:
        yield Reason(code="skus_lost", value=seen.lost, limit=seen.old_skus * limits.skus_lost, before=seen.old_skus, **at)
    if _zeros_left_out(seen, limits):
        yield Reason(code="zeros_lost", value=seen.lost_zeros, limit=seen.old_zeros * limits.zeros_lost, before=seen.old_zeros, **at)


def _zeros_left_out(seen: pd.Series, limits: Limits) -> bool:
    """Nearly all SKUs at zero are missing, nearly none else is, and no SKU is at zero any more."""
    many = seen.lost_zeros * 2 >= limits.least_rows and seen.lost_zeros > seen.old_zeros * limits.zeros_lost
    return bool(many and seen.new_zeros == 0 and seen.lost_zeros > seen.lost * limits.zeros_lost)


def _of_nothing(staging: Staging, now: Manifest, limits: Limits) -> Iterator[Reason]:
    """A file without rows after a snapshot that had some; it names no place, so the newest of the report counts."""
    for table in SNAPSHOTS:
        held = [part for part in now.tables.get(table, ()) if part.report == staging.report and part.age[0] <= staging.raw.known_at]
        if not held:
            continue
        good = max(held, key=lambda part: part.age)
        if good.covers == "days" and good.first_date == good.last_date and good.rows >= limits.least_rows:
            yield Reason(code="empty", value=0, limit=good.rows * (1 - limits.rows_fall), before=good.rows, table=table)
        return


def _of_days(table: str, new: Part, now: Manifest, root: Path, limits: Limits) -> Iterator[Reason]:
    """What a dated file says of the days that it replaces, against what is said of them now."""
    replaced = [cut for span in new.spans for cut in _inside(table, span, pieces(table, _before(table, new, now)))]
    if not replaced:
        return
    same = [Piece(new, cut.place, cut.low, cut.high, False) for cut in replaced]
    old_rows, old_skus = _counts(table, replaced, root)
    new_rows, new_skus = _counts(table, same, root)
    if _fell(old_rows, new_rows, limits.days_fall, limits.least_rows):
        yield Reason(code="days_rows_fell", value=new_rows, limit=old_rows * (1 - limits.days_fall), before=old_rows, table=table)
    elif _fell(old_skus, new_skus, limits.days_fall, limits.least_rows):
        yield Reason(code="days_skus_fell", value=new_skus, limit=old_skus * (1 - limits.days_fall), before=old_skus, table=table)


def _inside(table: str, span: Span, found: Sequence[Piece]) -> list[Piece]:
    low, high = span.bounds(table)
    here = [(piece, max(low, piece.low), min(high, piece.high)) for piece in found if piece.place == span.place]
    return [Piece(piece.part, piece.place, start, end, False) for piece, start, end in here if start < end]


def _fell(before: float, after: float, share: float, least: int) -> bool:
    return before - after >= least and after < before * (1 - share)


def _counts(table: str, found: Sequence[Piece], root: Path) -> tuple[int, int]:
    skus = "count(DISTINCT sku)" if "sku" in schema.key(table) else "0"
    seen = frame(f"SELECT count(*) AS rows, {skus} AS skus FROM {shown(table, found, root)}").iloc[0]
    return int(seen["rows"]), int(seen["skus"])


def _one_day(table: str, file: Path, place: str, day: dt.date) -> str:
    where = f"{place_column(table)} = {text_of(place)} AND date = TIMESTAMP '{day:%Y-%m-%d}'"
    return f"SELECT sku, count(*) AS rows, sum({SNAPSHOTS[table]}) AS level FROM read_parquet([{text_of(str(file))}]) WHERE {where} GROUP BY sku"


def _comparison(table: str, new: str, old: str) -> str:
    return f"""
        WITH new AS ({new}), old AS ({old}), gone AS (SELECT * FROM old WHERE sku NOT IN (SELECT sku FROM new))
        SELECT (SELECT coalesce(sum(rows), 0)::BIGINT FROM new) AS new_rows, (SELECT coalesce(sum(rows), 0)::BIGINT FROM old) AS old_rows,
               (SELECT count(*) FROM old) AS old_skus, (SELECT count(*) FROM gone) AS lost,
               (SELECT count(*) FROM old WHERE level = 0) AS old_zeros, (SELECT count(*) FROM gone WHERE level = 0) AS lost_zeros,
               (SELECT count(*) FROM new WHERE level = 0) AS new_zeros"""
