"""What every screen knows: its tables, ONE params object, the result, what went wrong. No widgets here."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import pandas as pd
import traitlets as tl
from pydantic import BaseModel, ValidationError

from workbench import cleaning, events
from workbench.cleaning.one_name import Merged
from workbench.fees.exchange import Exchange
from workbench.i18n import t
from workbench.store.tables import Tables
from workbench.tables import TABLES, schema
from workbench.tables.selection import some_of
from workbench.ui.meta import Meta
from workbench.ui.problem import Problem

_EVERY_CHANNEL = "all"
_SHOWN_KINDS = ("sale", "promotion")
_NOTEBOOK = "workbench.notebook"
_OF_THE_NOTEBOOK = ("as_of", "interactive", "language")


class ScreenState(tl.HasTraits):
    """State of one screen.

    Parameters
    ----------
    tables : canonical tables by name; a missing one counts as empty
    params : parameter model of the step (or of its notebook)
    meta : what the header says
    chosen : what the address asked for: sku, location or channel, and values of filters
    """

    name: ClassVar[str]
    table: ClassVar[str]
    notebook: ClassVar[str]
    key: ClassVar[tuple[str, ...]] = ("sku", "location")
    filterable: ClassVar[tuple[str, ...]] = ("location",)
    names_as_told: ClassVar[bool] = False
    """Whether SKUs stand under the names that reports tell; else those that an analyst merged are one, as in the results."""

    tables = tl.Any()
    meta = tl.Instance(Meta)
    params = tl.Instance(BaseModel)
    result = tl.Instance(pd.DataFrame)
    listing = tl.Instance(pd.DataFrame)
    selected = tl.Dict()
    filters = tl.Dict()
    language = tl.Unicode()
    error = tl.Instance(Problem, allow_none=True)
    busy = tl.Bool(False)
    desk = tl.Any(allow_none=True)

    def __init__(self, tables: Mapping[str, pd.DataFrame], params: BaseModel, meta: Meta, chosen: Mapping[str, str] | None = None):
        asked = dict(chosen or {})
        super().__init__(tables=tables if self.names_as_told else cleaning.merged(tables, meta.as_of), params=params, meta=meta, language=meta.language)
        self.exchange = Exchange(self.read("exchange_rates"), meta.currency, meta.as_of)
        self.filters = {name: asked[name] for name in self.filterable if asked.get(name)}
        self.result = self.published()
        self.selected = self._asked(asked)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.result.empty

    def published(self) -> pd.DataFrame:
        """Return what the screen is about, as the last run made it."""
        return self.read(self.table)

    def read(self, table: str) -> pd.DataFrame:
        """Return a table, empty where the host has none."""
        found = self.tables.get(table)
        return schema.empty(table) if found is None else found

    def read_part(self, table: str, columns: Sequence[str] | None = None, since: dt.date | None = None, **among: Sequence[str]) -> pd.DataFrame:
        """Return some rows and columns of a table, without reading the rest where the host can do so; see `store.Tables.part`."""
        if isinstance(self.tables, Tables | Merged):
            return self.tables.part(table, columns, since, **among)
        return some_of(self.read(table), columns, since, **among)

    def read_past(
        self, table: str, columns: Sequence[str], wanted: Callable[[dt.date], bool] | None = None, **among: Sequence[str]
    ) -> Iterable[tuple[dt.date, pd.DataFrame]]:
        """Return day and rows of what earlier runs said in a result table, newest first; nothing where the host keeps none."""
        return self.tables.past(table, columns, wanted, **among) if isinstance(self.tables, Tables) else ()

    def update(self, **changes: Any) -> None:
        """Take other parameter values; those that do not fit are said in `error` and change nothing."""
        try:
            params = type(self.params).model_validate(self.params.model_dump() | changes)
        except ValidationError as caught:
            self.error = Problem.of(caught, self.name, self.meta)
            return
        self.error, self.params = None, params

    def reset(self, name: str) -> None:
        """Put a parameter back to its default."""
        self.update(**{name: _default(type(self.params), name)})

    def toggle(self, name: str, value: str) -> None:
        """Set a filter, or take it off when it is set already."""
        rest = {k: v for k, v in self.filters.items() if k != name}
        self.filters = rest if not value or self.filters.get(name) == value else rest | {name: value}

    def speak(self, language: str) -> None:
        """Show the screen in another language."""
        self.language = language

    def choose(self, keys: Any) -> None:
        """Open one row, by the values of its key."""
        if isinstance(keys, list | tuple) and len(keys) == len(self.key):
            self.selected = dict(zip(self.key, keys, strict=True))

    def row(self) -> pd.Series | None:
        """Return the opened row of the listing, if any."""
        mine = self.of_selected(self.listing)
        return None if mine.empty else mine.iloc[0]

    def of_selected(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table that are about the opened row."""
        for column, value in self.selected.items():
            if column in frame:
                frame = frame[frame[column] == value]
        return frame if self.selected else frame.iloc[:0]

    def of_sku(self, *names: str) -> dict[str, pd.DataFrame]:
        """Return the named tables with the rows of the opened SKU only."""
        return {name: self.read_part(name, sku=[self.selected.get("sku", "")]) for name in names}

    def shown(self) -> pd.DataFrame:
        """Return the listing under the filters in force."""
        frame = self.listing
        for column, value in self.filters.items():
            frame = self.kept(frame, column, value)
        return frame

    def kept(self, frame: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
        """Return the rows that one filter leaves."""
        return frame[frame[column] == value]

    def counts(self, column: str) -> dict[str, int]:
        """Return how many rows each value of a column would leave, the other filters staying."""
        frame = self.listing
        for other, value in self.filters.items():
            frame = frame if other == column else self.kept(frame, other, value)
        found = {str(value): int(n) for value, n in frame[column].value_counts().sort_index().items()}
        codes = next((c.codes for c in schema.columns(self.table) if c.name == column), ()) if self.table in TABLES else ()
        return {code: found[code] for code in codes if code in found} or found

    def link(self) -> str:
        """Return the part of the address that brings a reader back to this view."""
        from urllib.parse import urlencode

        return urlencode({"lang": self.language, **dict.fromkeys(self.filterable, ""), **self.filters, **self.selected})

    def call(self) -> str:
        """Return the Python call that gives this result."""
        made = {"as_of": self.meta.as_of.isoformat()} | self.changed()
        lines = [f"from {_NOTEBOOK} import open_page", "", f'page = open_page("{self.notebook}", {made!r})', f'page.step()["{self.table}"]']
        return "\n".join(lines)

    def changed(self) -> dict[str, Any]:
        """Return the parameters that are not at their defaults."""
        fields = type(self.params).model_fields
        values = {n: getattr(self.params, n) for n in fields if n not in _OF_THE_NOTEBOOK}
        return {n: _plain(v) for n, v in values.items() if v != _default(type(self.params), n)}

    def notes(self) -> dict[str, str]:
        """Return what an exported file says of itself."""
        filters = "; ".join(f"{t(f'columns.{n}')}: {v}" for n, v in self.filters.items())
        said = {"as_of": self.meta.as_of.isoformat(), "currency": self.meta.currency, "run": self.meta.run_id}
        return {self.meta.shop: self.meta.watermark, t("ui.filters_of_screen"): filters or "–"} | {t(f"ui.note.{n}"): v or "–" for n, v in said.items()}

    def file_name(self, what: str = "") -> str:
        """Return what an exported file is called: view and as-of date."""
        return "-".join(part for part in (self.name, what, self.meta.as_of.isoformat()) if part)

    def compute(self) -> pd.DataFrame:
        """Return the result under the params in force."""
        raise NotImplementedError

    def list_rows(self) -> pd.DataFrame:
        """Return the rows of the screen's list, most urgent first."""
        raise NotImplementedError

    @tl.observe("result")
    def _list_again(self, _change: Any) -> None:
        self.listing = self.list_rows().reset_index(drop=True)

    @tl.observe("params")
    def _recompute(self, change: Any) -> None:
        if isinstance(change.old, BaseModel):
            self.attempt(self._take)

    def _take(self) -> None:
        self.result = self.compute()

    def attempt(self, work: Callable[[], None]) -> None:
        """Do some computing; while it lasts the screen is busy, and what fails is said in `error`."""
        self.busy = True
        try:
            work()
        except Exception as caught:
            self.error = Problem.of(caught, self.name, self.meta)
        finally:
            self.busy = False

    def _asked(self, asked: Mapping[str, str]) -> dict[str, str]:
        """The row that the address asks for, else the first."""
        wanted = {column: asked[column] for column in self.key if asked.get(column)}
        found = self.listing
        for column, value in wanted.items():
            found = found[found[column] == value]
        first = found if wanted and len(found) else self.shown()
        return {} if first.empty else {column: str(first.iloc[0][column]) for column in self.key}


def _default(model: type[BaseModel], name: str) -> Any:
    return model.model_fields[name].get_default(call_default_factory=True)


def _plain(value: Any) -> Any:
    """A parameter's value as one writes it in a call."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


class SkuState(ScreenState):
    """State of a screen whose what-if is about the opened SKU alone: the published result stays, `what_if` stands beside it."""

    key = ("sku", "channel")

    what_if = tl.Instance(pd.DataFrame, allow_none=True)
    _kept: Mapping[tuple[str, ...], pd.DataFrame] = MappingProxyType({})

    def again(self) -> pd.DataFrame | None:
        """Return the result of the opened SKU under the params in force; None where it has no rows to compute from."""
        raise NotImplementedError

    def of_opened(self) -> pd.DataFrame:
        """Return the rows of the opened SKU and channel: the what-if where there is one, else as published."""
        return self.of_selected(self.result if self.what_if is None else self.what_if)

    def of_key(self, table: str) -> pd.DataFrame:
        """Return the rows of a table about the opened SKU and channel, kept until another one is opened."""
        if not self.selected:
            return schema.empty(table)
        key = (table, *self.selected.values())
        if key not in self._kept:
            same = {kept: rows for kept, rows in self._kept.items() if kept[1:] == key[1:]}
            self._kept = same | {key: self.read_part(table, None, None, **{column: [value] for column, value in self.selected.items()})}
        return self._kept[key]

    def compute(self) -> pd.DataFrame:
        """Compute the what-if of the opened SKU, and return the published result."""
        self.what_if = self.again() if self.changed() else None
        return self.result

    def event_days(self, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
        """Return the sales and promotions of the opened channel that touch a window, ours and the seller's."""
        marketplace = self.selected.get("channel", "").rpartition("-")[2].upper()
        known = events.calendar(first, last, (marketplace,), extra=self.read("events"), as_of=self.meta.as_of)
        return known[known["kind"].isin(_SHOWN_KINDS) & known["channel"].isin([_EVERY_CHANNEL, self.selected.get("channel", "")])]

    @tl.observe("selected")
    def _another(self, change: Any) -> None:
        if self.what_if is not None and change.new.get("sku") != (change.old or {}).get("sku"):
            self.attempt(self._take)
