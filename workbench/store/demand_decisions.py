"""What analysts decided about corrections of demand: a row a decision, never changed and never erased."""

from typing import Any

import pandas as pd
from sqlalchemy import Column, Date, DateTime, Float, Integer, String, Table, Text, insert, inspect, select

from workbench.store.decisions import metadata
from workbench.store.state import State

correction_decisions = Table(
    "correction_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sku", String(200), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("date", Date),
    Column("reason", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("old", Float),
    Column("new", Float),
    Column("other", String(200)),
    Column("who", String(200), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("why", Text, nullable=False),
)


def record(state: State, **values: Any) -> None:
    """Write a decision down: sku, channel, date, reason, action, old, new, other, who, at, as_of, why; see `cleaning.in_force`."""
    with state.engine.begin() as connection:
        correction_decisions.create(connection, checkfirst=True)
        connection.execute(insert(correction_decisions).values(values))


def recorded(state: State) -> pd.DataFrame:
    """Return every decision ever made, oldest first; those that were taken back too."""
    columns = [column.name for column in correction_decisions.columns]
    rows: list[Any] = []
    if inspect(state.engine).has_table(correction_decisions.name):
        with state.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            rows = list(connection.execute(select(correction_decisions).order_by(correction_decisions.c.id)))
    found = pd.DataFrame(rows, columns=columns).drop(columns="id")
    days = {name: pd.to_datetime(found[name]).astype("datetime64[us]") for name in ("date", "at", "as_of")}
    return found.assign(**days).astype({"old": float, "new": float})
