"""Tables of the state database: run records and what people decided."""

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

locks = Table("locks", metadata, Column("name", String(64), primary_key=True), Column("holder", String(128), nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("params", JSON),
    Column("started", String(32), nullable=False),
    Column("finished", String(32)),
    Column("status", String(20), nullable=False),
    Column("exit_code", Integer),
    Column("stage", String(200)),
    Column("done", Integer),
    Column("total", Integer),
    Column("message", Text),
    Column("inputs", JSON),
    Column("versions", JSON),
    Column("pid", Integer),
    Column("host", String(255)),
    Column("mark", String(64)),
    Column("extra", JSON),
    Index("runs_by_start", "started"),
)

alert_acknowledgements = Table(
    "alert_acknowledgements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sku", String(200), nullable=False),
    Column("location", String(64), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("who", String(200), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("until", Date),
    Column("note", Text),
)

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

event_lifts = Table(
    "event_lifts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("start_date", Date, nullable=False),
    Column("old", Float),
    Column("new", Float),
    Column("who", String(200), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("why", Text, nullable=False),
)

clearance_plans = Table(
    "clearance_plans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sku", String(200), nullable=False),
    Column("location", String(64), nullable=False),
    Column("step", Integer, nullable=False),
    Column("option", String(32), nullable=False),
    Column("start_date", Date),
    Column("end_date", Date),
    Column("units_start", Float),
    Column("units_target", Float),
    Column("units_stop", Float),
    Column("if_needed", Boolean),
    Column("price", Float),
    Column("currency", String(3)),
    Column("who", String(200), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("why", Text, nullable=False),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("screen", String(32), nullable=False),
    Column("name", String(64), nullable=False),
    Column("view", JSON),
    Column("who", String(200), nullable=False),
    Column("at", DateTime, nullable=False),
)

figures = Table(
    "figures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("place", String(64), nullable=False),
    Column("date", Date, nullable=False),
    Column("value", Float, nullable=False),
    Column("unit", String(32)),
    Column("who", String(200), nullable=False),
    Column("at", DateTime, nullable=False),
)
