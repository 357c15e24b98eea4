"""What people decided and what runs did: a database through SQLAlchemy, SQLite unless another URL is given."""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, RowMapping, Select, Table, create_engine, event, insert, select, update

from workbench.store import decisions
from workbench.store.process import host, is_dead, mark_of

_WAIT_SECONDS = 60
_MANIFEST = "manifest"


class State:
    """Run records, acknowledgements, corrections of demand, lifts of events, clearance plans, saved views and figures typed in by hand."""

    def __init__(self, url: str):
        self.engine = create_engine(url)
        if self.engine.dialect.name == "sqlite":
            _tune_sqlite(self.engine)
        with self.engine.begin() as connection:
            decisions.metadata.create_all(connection)
            if not connection.execute(select(decisions.locks)).first():
                connection.execute(insert(decisions.locks).values(name=_MANIFEST, holder=""))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let one process at a time replace the manifest; the database frees the lock if the holder dies."""
        with self.engine.begin() as connection:
            connection.execute(update(decisions.locks).where(decisions.locks.c.name == _MANIFEST).values(holder=f"{host()} {os.getpid()}"))
            yield

    def save_run(self, record: dict[str, Any]) -> None:
        """Add a run record, or change the fields that are given of an existing one.

        Parameters
        ----------
        record
            At least `id`; when new also `name` and `started`. Fields without a column of their own are kept as well.
        """
        with self.engine.begin() as connection:
            found = connection.execute(select(decisions.runs).where(decisions.runs.c.id == record["id"])).mappings().first()
            row = _row(record, dict(found["extra"] or {}) if found else {})
            if found:
                connection.execute(update(decisions.runs).where(decisions.runs.c.id == record["id"]).values(row))
            else:
                _bury(connection)
                connection.execute(insert(decisions.runs).values({**_writer(record), "status": "running", **row}))

    def runs(self) -> list[dict[str, Any]]:
        """Return all run records, newest first; a running one whose process is gone has died."""
        with self.engine.begin() as connection:
            _bury(connection)
            found = connection.execute(select(decisions.runs).order_by(decisions.runs.c.started.desc(), decisions.runs.c.id.desc())).mappings()
            return [_record(row) for row in found]

    def run(self, run_id: str) -> dict[str, Any] | None:
        """Return one run record, None if there is none."""
        return next((record for record in self.runs() if record["id"] == run_id), None)

    def acknowledge_alert(self, sku: str, location: str, kind: str, *, who: str, at: dt.datetime, note: str = "", until: dt.date | None = None) -> None:
        """Record that somebody took notice of an alert, and until when it shall rest."""
        self._add(decisions.alert_acknowledgements, sku=sku, location=location, kind=kind, who=who, at=at, note=note, until=until)

    def alert_acknowledgements(self) -> pd.DataFrame:
        """Return the newest acknowledgement of every alert: sku, location, kind, who, at, until, note."""
        return self._newest(decisions.alert_acknowledgements, ["sku", "location", "kind"])

    def decide_correction(self, **values: Any) -> None:
        """Write a decision about corrections of demand down: sku, channel, date, reason, action, old, new, other, who, at, as_of, why."""
        self._add(decisions.correction_decisions, **values)

    def correction_decisions(self) -> pd.DataFrame:
        """Return every decision about corrections of demand ever made, oldest first; those that were taken back too."""
        found = self._frame(select(decisions.correction_decisions).order_by(decisions.correction_decisions.c.id))
        days = {name: pd.to_datetime(found[name]).astype("datetime64[us]") for name in ("date", "at", "as_of")}
        return found.assign(**days).astype({"old": float, "new": float})

    def decide_event_lift(self, **values: Any) -> None:
        """Write down what a coming event is expected to multiply demand by: event, channel, start_date, old, new, who, at, as_of, why."""
        self._add(decisions.event_lifts, **values)

    def event_lifts(self) -> pd.DataFrame:
        """Return every decision about lifts of events ever made, oldest first; one without `new` takes back."""
        found = self._frame(select(decisions.event_lifts).order_by(decisions.event_lifts.c.id))
        days = {name: pd.to_datetime(found[name]).astype("datetime64[us]") for name in ("start_date", "at", "as_of")}
        return found.assign(**days).astype({"old": float, "new": float})

    def plan_clearance(self, steps: pd.DataFrame, *, who: str, at: dt.datetime, as_of: dt.date, why: str = "") -> None:
        """Write the steps of clearance plans down; a row whose option is empty withdraws the plan of its position."""
        said = {"who": who, "at": at, "as_of": as_of, "why": why}
        rows = [{name: None if pd.isna(value) else value for name, value in row.items()} | said for row in steps.to_dict("records")]
        if rows:
            with self.engine.begin() as connection:
                connection.execute(insert(decisions.clearance_plans), rows)

    def clearance_plans(self) -> pd.DataFrame:
        """Return the steps of every clearance plan ever made, oldest first; withdrawn ones too."""
        found = self._frame(select(decisions.clearance_plans).order_by(decisions.clearance_plans.c.id))
        days = {name: pd.to_datetime(found[name]).astype("datetime64[us]") for name in ("start_date", "end_date", "at", "as_of")}
        numbers = dict.fromkeys(("units_start", "units_target", "units_stop", "price"), float)
        return found.assign(**days, if_needed=found["if_needed"].fillna(False).astype(bool)).astype(numbers)

    def save_view(self, screen: str, name: str, view: dict[str, Any] | None, *, who: str, at: dt.datetime) -> None:
        """Keep how a screen shows its list under a name, in place of what was kept under it; None deletes it."""
        self._add(decisions.saved_views, screen=screen, name=name, view=view, who=who, at=at)

    def saved_views(self) -> pd.DataFrame:
        """Return the views that are kept, by screen and name: screen, name, view, who, at."""
        newest = self._newest(decisions.saved_views, ["screen", "name"])
        return newest[newest["view"].notna()].sort_values(["screen", "name"], ignore_index=True)

    def record_figure(self, name: str, value: float, *, date: dt.date, who: str, at: dt.datetime, place: str = "", unit: str = "") -> None:
        """Record a number that no report holds, such as the inventory performance index, as it stood on a day."""
        self._add(decisions.figures, name=name, value=value, date=date, who=who, at=at, place=place, unit=unit)

    def figures(self, name: str) -> pd.DataFrame:
        """Return the figures of a name by place and day, the last one typed for each: name, place, date, value, unit, who, at."""
        newest = self._newest(decisions.figures, ["name", "place", "date"])
        return newest[newest["name"] == name].sort_values(["place", "date"], ignore_index=True)

    def _add(self, table: Table, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(table).values(values))

    def _newest(self, table: Table, key: list[str]) -> pd.DataFrame:
        return self._frame(select(table).order_by(table.c.id)).drop_duplicates(key, keep="last", ignore_index=True)

    def _frame(self, query: Select[Any]) -> pd.DataFrame:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            found = connection.execute(query)
            return pd.DataFrame(found.fetchall(), columns=list(found.keys())).drop(columns="id")


def _tune_sqlite(engine: Engine) -> None:
    """Write-ahead log, and a write lock from the first statement on, so that two writers wait instead of failing."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout = {_WAIT_SECONDS * 1000}", "journal_mode = WAL", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _row(record: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """The record by columns; what has no column goes into `extra`."""
    columns = set(decisions.runs.columns.keys()) - {"extra"}
    row = {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in record.items() if name in columns}
    return {**row, "extra": extra | {name: value for name, value in record.items() if name not in columns}}


def _writer(record: dict[str, Any]) -> dict[str, Any]:
    """Who writes a new record: this machine's process unless the record says otherwise."""
    pid = record.get("pid") or os.getpid()
    return {"pid": pid, "host": host(), "mark": mark_of(pid) or ""}


def _record(row: RowMapping) -> dict[str, Any]:
    plain = {name: value for name, value in row.items() if name not in ("extra", "mark")}
    return plain | dict(row["extra"] or {})


def _bury(connection: Connection) -> None:
    """Mark running records whose process is gone as died."""
    table = decisions.runs
    running = connection.execute(select(table.c.id, table.c.pid, table.c.host, table.c.mark).where(table.c.status == "running")).all()
    dead = [row.id for row in running if is_dead(row.pid, row.host, row.mark)]
    if dead:
        connection.execute(update(table).where(table.c.id.in_(dead)).values(status="died"))
