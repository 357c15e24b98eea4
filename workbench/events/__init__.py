"""Dated event calendar: Prime Day, Black Friday, factory closures, national holidays, aligned by event day."""

from workbench.events.calendar import (
    DEMAND_KINDS,
    EVERYWHERE,
    calendar,
    event_days,
    label_days,
    last_year_days,
    next_occurrence,
    overlaps,
    undated_years,
    unknown_dates,
)
from workbench.events.dated import Occurrence, channel_of, lunar_new_year, nth_weekday, occurrences
from workbench.events.lifts import lifts_in_force, with_lifts

__all__ = [
    "DEMAND_KINDS",
    "EVERYWHERE",
    "Occurrence",
    "calendar",
    "channel_of",
    "event_days",
    "label_days",
    "last_year_days",
    "lifts_in_force",
    "lunar_new_year",
    "next_occurrence",
    "nth_weekday",
    "occurrences",
    "overlaps",
    "undated_years",
    "unknown_dates",
    "with_lifts",
]
