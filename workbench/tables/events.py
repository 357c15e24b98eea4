"""Dated events that move demand."""

from workbench.tables.base import Day, Table, column, key


class Events(Table):
    """Dated events that move demand."""

    event: str = key("event code, the same every year")
    channel: str = key("channel it is about; all for every channel")
    start_date: Day = key("first day")
    end_date: Day = column("last day", nullable=False)
    kind: str = column("what kind of event", codes=("sale", "holiday", "factory", "deadline", "promotion"))
    name: str = column("name a person recognises")
    lift: float = column("demand during the event over demand without it", "ratio", gt=0)

    class Config(Table.Config):
        unique = ["event", "channel", "start_date"]
