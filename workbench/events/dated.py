"""The built-in event dates: announced ones from the data file, yearly ones by rule, national holidays."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).parent / "dated.yaml"
_COUNTRY = {"UK": "GB"}
_LUNAR = "Chinese New Year (Spring Festival)"


@dataclass(frozen=True)
class Occurrence:
    """One event in one year; without a start its dates are not known."""

    event: str
    name: str
    kind: str
    channel: str
    year: int
    start: dt.date | None
    end: dt.date | None
    source: str
    confidence: str
    note: str = ""

    @property
    def known(self) -> bool:
        """Whether its dates are known."""
        return self.start is not None


@cache
def occurrences(first_year: int, last_year: int, marketplaces: tuple[str, ...]) -> tuple[Occurrence, ...]:
    """Return every built-in occurrence that starts in these years, unknown ones included."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    years = range(first_year, last_year + 1)
    found = [o for event in content["announced"] for o in _announced(event, years, marketplaces)]
    found += [_by_rule(rule, year) for rule in content["yearly"] for year in years]
    found += [o for place in marketplaces for o in _holidays(place, years)]
    return tuple(found)


def channel_of(marketplace: str) -> str:
    """Return the channel code of an Amazon marketplace.

    >>> channel_of("UK")
    'amazon-uk'
    """
    return f"amazon-{'uk' if marketplace.upper() == 'GB' else marketplace.lower()}"


def _announced(event: dict[str, Any], years: range, marketplaces: tuple[str, ...]) -> list[Occurrence]:
    found = []
    for place in (m for m in event["marketplaces"] if m in marketplaces):
        for year, when in event["years"].items():
            start = when.get("start")
            sure = when["confidence"] if place == "US" else "unconfirmed"
            if year in years:
                end = when.get("end", start)
                found.append(
                    Occurrence(event["event"], event["name"], event["kind"], channel_of(place), year, start, end, when["source"], sure, when.get("note", ""))
                )
    return found


def _by_rule(rule: dict[str, Any], year: int) -> Occurrence:
    if rule.get("lunar"):
        base = lunar_new_year(year)
    elif "day" in rule:
        base = dt.date(year, rule["month"], rule["day"])
    else:
        base = nth_weekday(year, rule["month"], rule["weekday"], rule["nth"])
    start = base + dt.timedelta(days=rule.get("after", 0))
    end = start + dt.timedelta(days=rule["days"] - 1)
    return Occurrence(rule["event"], rule["name"], rule["kind"], rule["channel"], year, start, end, "rule", rule.get("confidence", "H"))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date:
    """Return the n-th weekday (0 Monday) of a month.

    >>> nth_weekday(2026, 11, 3, 4)
    datetime.date(2026, 11, 26)
    """
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


@cache
def lunar_new_year(year: int) -> dt.date:
    """Return the first day of the Chinese New Year.

    >>> lunar_new_year(2026)
    datetime.date(2026, 2, 17)
    """
    import holidays

    days = holidays.country_holidays("CN", years=year, observed=False, language="en_US")
    return min(day for day, name in days.items() if name == _LUNAR)


def _holidays(marketplace: str, years: range) -> list[Occurrence]:
    import holidays  # loads country by country: only where asked for

    country = _COUNTRY.get(marketplace, marketplace)
    if country not in holidays.list_supported_countries():
        return []
    days = holidays.country_holidays(country, years=years, observed=False, language=_english(country))
    return [Occurrence(_code(name), name, "holiday", channel_of(marketplace), day.year, day, day, "holidays", "H") for day, name in sorted(days.items())]


def _english(country: str) -> str | None:
    import holidays

    spoken = holidays.list_localized_countries().get(country, [])
    return next((language for language in ("en_US", "en_GB") if language in spoken), None)


def _code(name: str) -> str:
    letters = "".join(c if c.isalnum() else " " for c in name.lower().replace("'", "").replace("’", ""))
    return "_".join(letters.split())
