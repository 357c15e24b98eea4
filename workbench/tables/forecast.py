"""Expected demand by day, with quantiles."""

from workbench.tables.base import REASON_CODE, REASON_LIMIT, REASON_VALUE, Day, Table, Text, column, key

LOOK_AT = ("not_finite", "totals_told_as_days", "few_days_known", "driver_not_told_ahead", "returns_counted_as_none")
"""Reasons that say what of a history was answered by rule, the gravest first; any other says why a fallback made the row."""


class Forecast(Table):
    """Expected demand by day, with quantiles."""

    sku: Text = key("stock keeping unit, as the seller writes it")
    channel: Text = key("marketplace or shop where people buy")
    cutoff: Day = key("last day the forecast has seen")
    date: Day = key("calendar day in the location's time zone")
    mean: float = column("expected demand of the day", "units", ge=0)
    sd: float = column("standard deviation of the day's demand around the mean", "units", ge=0)
    q05: float = column("5 % quantile of a day's demand", "units", ge=0)
    q10: float = column("10 % quantile of a day's demand", "units", ge=0)
    q25: float = column("25 % quantile of a day's demand", "units", ge=0)
    q50: float = column("50 % quantile of a day's demand", "units", ge=0)
    q75: float = column("75 % quantile of a day's demand", "units", ge=0)
    q90: float = column("90 % quantile of a day's demand", "units", ge=0)
    q95: float = column("95 % quantile of a day's demand", "units", ge=0)
    model: Text = column("model that made it")
    reason: Text = column(REASON_CODE)
    reason_value: float = column(REASON_VALUE)
    reason_limit: float = column(REASON_LIMIT)

    class Config(Table.Config):
        unique = ["sku", "channel", "cutoff", "date"]
