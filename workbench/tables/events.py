"""Dated events that move demand."""

from workbench.tables.base import Day, Table, Text, column, key


class Events(Table):
    """Dated events that move demand."""

    event: Text = key("event code, the same every year")
    channel: Text = key("channel it is about; all for every channel")
    start_date: Day = key("first day")
    end_date: Day = column("last day", nullable=False)
    kind: Text = column("what kind of event", codes=("sale", "holiday", "factory", "deadline", "promotion"))
    name: Text = column("name a person recognises")
    lift: float = column("demand during the event over demand without it", "ratio", gt=0)

    class Config(Table.Config):
        unique = ["event", "channel", "start_date"]
