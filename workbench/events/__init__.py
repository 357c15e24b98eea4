"""Dated event calendar: Prime Day, Black Friday, factory closures, national holidays, aligned by event day."""

from workbench.events.calendar import DEMAND_KINDS, calendar, event_days, label_days, last_year_days, next_occurrence, overlaps, undated_years, unknown_dates
from workbench.events.dated import Occurrence, channel_of, lunar_new_year, nth_weekday, occurrences

__all__ = [
    "DEMAND_KINDS",
    "Occurrence",
    "calendar",
    "channel_of",
    "event_days",
    "label_days",
    "last_year_days",
    "lunar_new_year",
    "next_occurrence",
    "nth_weekday",
    "occurrences",
    "overlaps",
    "undated_years",
    "unknown_dates",
]
