"""A grid whose rows stay in Python: the browser gets one page, and every filtered row can be exported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import traitlets as tl

from workbench.i18n import number, t, use
from workbench.ui.columns import ColumnSpec, column_spec, json_values
from workbench.ui.export import XLSX_ROWS, export
from workbench.ui.kit import KitWidget, labels, locale, script
from workbench.ui.rows import Query, Rows

_WORDS = (
    "search", "filter", "clear", "columns", "export", "csv", "xlsx", "parquet", "xlsx_big", "making", "showing", "nothing",
    "narrow", "of_all", "back", "on", "rows", "any", "from", "to", "contains",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Derived:
    """A text column written from other columns of the row, such as a reason in words."""

    write: Callable[[Mapping[str, Any]], str]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridSpec:
    """Which columns a grid offers and shows first, what identifies a row, and what its files are called."""

    table: str = ""
    shown: tuple[str, ...] = ()
    key: tuple[str, ...] = ("sku", "location")
    name: str = "rows"
    title: str = ""
    currency: str = ""
    derived: Mapping[str, Derived] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


class Grid(KitWidget):
    """Rows as pages of at most 500; `selected` holds the key of the row last chosen.

    Parameters
    ----------
    source : DataFrame, Parquet path(s) or DuckDB relation
    spec : columns, key and names
    query : search, filters, sort, offset and limit to start with
    """

    _esm = script("grid")
    columns: tl.List[dict[str, Any]] = tl.List().tag(sync=True)
    shown: tl.List[str] = tl.List().tag(sync=True)
    query = tl.Dict().tag(sync=True)
    page = tl.Dict().tag(sync=True)
    selected = tl.Dict().tag(sync=True)
    title = tl.Unicode().tag(sync=True)
    locale = tl.Unicode().tag(sync=True)
    currency = tl.Unicode().tag(sync=True)
    xlsx_rows = tl.Int(XLSX_ROWS).tag(sync=True)

    def __init__(self, source: Any, spec: GridSpec | None = None, *, query: Mapping[str, Any] | None = None, selected: Mapping[str, Any] | None = None):
        self.spec = spec or GridSpec()
        self._rows = Rows(source, key=self.spec.key)
        start = {"search": "", "filters": {}, "sort": [], "offset": 0, "limit": 50} | dict(query or {})
        super().__init__(query=start, currency=self.spec.currency, selected=dict(selected or {}))
        self.shown = [n for n in self.spec.shown or self._names() if n in self._names()]
        self.relabel()
        self.observe(lambda _: self.turn(), ["query", "shown"])

    @property
    def total(self) -> int:
        """How many rows the filters leave."""
        return int(self.page["total"])

    def show(self, source: Any) -> None:
        """Take other rows; search, filters and order stay."""
        self._rows = Rows(source, key=self.spec.key)
        self.query = {**self.query, "offset": 0}
        self.turn()

    def relabel(self) -> None:
        """Write every label again, in the language in force."""
        with self.hold_sync():
            self.labels, self.locale = labels(*_WORDS), locale()
            self.title = t(self.spec.title) if self.spec.title else self.spec.name
            self.columns = [spec.state() for spec in self._specs(self._names())]
            self.turn()

    def turn(self) -> None:
        """Fetch the page that `query` and `shown` ask for."""
        with use(self.language):
            query = Query.of(self.query)
            frame, total = self._rows.page(query, [*self._wanted(self.shown), *self._rows.key, "currency"])
            if frame.empty and total and query.offset:
                self.query = {**self.query, "offset": 0}
                return
            self.page = self._page(frame, total, query)

    def on_export(self, content: Mapping[str, Any]) -> None:
        """Make a file of all filtered rows and hand it over."""
        names = list(self.shown)
        frame = self._filled(self._rows.frame(Query.of(self.query), self._wanted(names)), names)
        notes = {t("ui.sheet_view"): self.title} | dict(self.spec.notes) | self._asked() | {t("ui.rows_in_file"): number(len(frame))}
        self.hand_over(export(frame, content["kind"], self.spec.name, self._specs(names), notes))

    def _page(self, frame: pd.DataFrame, total: int, query: Query) -> dict[str, Any]:
        filled = self._filled(frame, self.shown)
        currency = json_values(frame["currency"]) if "currency" in frame and set(frame["currency"].dropna()) - {self.currency} else None
        return {
            "names": list(filled.columns),
            "rows": [list(row) for row in zip(*(json_values(filled[n]) for n in filled.columns), strict=True)],
            "key": list(self._rows.key),
            "keys": [list(row) for row in zip(*(json_values(frame[n]) for n in self._rows.key), strict=True)],
            "offset": query.offset,
            "total": total,
            "all": self._rows.count,
            "shown_total": number(total),
            "shown_all": number(self._rows.count),
            "currency": currency,
        }

    def _filled(self, frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
        written = {n: d for n, d in self.spec.derived.items() if n in names}
        records = frame.to_dict("records") if written else []
        return pd.DataFrame({n: pd.Series([written[n].write(r) for r in records], dtype="str") if n in written else frame[n] for n in names})

    def _names(self) -> list[str]:
        return [*(n for n in self._rows.types if n not in ("known_at", "source_file", "source_line")), *self.spec.derived]

    def _wanted(self, names: Sequence[str]) -> list[str]:
        derived = self.spec.derived
        return [c for n in names for c in (derived[n].needs if n in derived else (n,))]

    def _specs(self, names: Sequence[str]) -> list[ColumnSpec]:
        sample, _ = self._rows.page(Query(limit=1), list(self._rows.types))
        return [
            ColumnSpec(n, t(f"columns.{n}"), filter=False) if n in self.spec.derived else column_spec(n, sample, self.spec.table)
            for n in names
        ]  # fmt: skip

    def _asked(self) -> dict[str, str]:
        filters = "; ".join(f"{t(f'columns.{n}')}: {', '.join(f'{k} {v}' for k, v in w.items())}" for n, w in self.query["filters"].items())
        sort = ", ".join(f"{t(f'columns.{n}')} {way}" for n, way in self.query["sort"])
        return {t("ui.search"): self.query["search"] or "–", t("ui.filter"): filters or "–", t("ui.sorted"): sort or "–"}
