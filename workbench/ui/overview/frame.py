"""The frame of every page: its bar, its words, and the templates that pages are made from."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jinja2

from workbench import ui
from workbench.i18n import LANGUAGES, catalogue, day, money, number, percent, t
from workbench.settings import shipped

NOTEBOOKS = {"cleaning": "01_data_cleaning", "forecast": "02_forecast", "health": "03_health", "clearance": "04_clearance"}
"""Screen and the notebook that is its dashboard."""
FACTS = "pages.json"
"""The file beside the pages that says of which day they are."""
TONGUES = {"en": "English", "zh": "中文"}
WORDS = ("skip", "pages", "language", "theme", "copy_link", "copied", "age")

PATTERNS = {"days": "{days}"}
"""Values that only the browser knows; it fills them in."""

Place = Literal["pages", "dashboards"]


@dataclass(frozen=True, slots=True)
class About:
    """What the bar says of a shop: its name, the day of its numbers, what is to be known about them."""

    shop: str
    as_of: dt.date | None = None
    watermark: str = ""


def page_name(screen: str, language: str) -> str:
    """Return the file name of a static page.

    >>> page_name("health", "zh")
    'health.zh.html'
    """
    return f"{screen}.{language}.html"


def dashboard_path(screen: str, language: str) -> str:
    """Return where a dashboard is served, seen from a static page."""
    return f"../voila/render/{NOTEBOOKS[screen]}.ipynb?lang={language}"


def frame(about: About, current: str, place: Place) -> dict[str, Any]:
    """Return what the bar of a page or dashboard shows, in the language in force.

    Parameters
    ----------
    about : About
        Shop, decision day, watermark.
    current : str
        The screen that the page is about: overview, cleaning, forecast, health or clearance.
    place : str
        `pages`: links lead to static pages; `dashboards`: to the other dashboards, and home to the overview; a dashboard
        itself says of which day it is.
    """
    language = catalogue.language()
    return {
        "language": language,
        "title": f"{t(f'overview.screen.{current}')} · {about.shop}" if current else about.shop,
        "shop": about.shop,
        "home": page_name("overview", language) if place == "pages" else f"../../?lang={language}",
        "links": [_link(screen, current, place, language) for screen in _screens(place)],
        "languages": [_tongue(code, current, place, language) for code in LANGUAGES],
        "watermark": about.watermark,
        "says_day": place == "pages",
        "as_of": day(about.as_of),
        "as_of_label": t("overview.bar.as_of", day=day(about.as_of)),
        "words": {name: t(f"overview.bar.{name}", **PATTERNS) for name in WORDS},
    }


def _screens(place: Place) -> list[str]:
    return (["overview"] if place == "pages" else []) + list(NOTEBOOKS)


def _link(screen: str, current: str, place: Place, language: str) -> dict[str, Any]:
    href = page_name(screen, language) if place == "pages" else f"{NOTEBOOKS[screen]}.ipynb?lang={language}"
    return {"href": href, "label": t(f"overview.screen.{screen}"), "current": screen == current}


def _tongue(code: str, current: str, place: Place, language: str) -> dict[str, Any]:
    href = page_name(current, code) if place == "pages" else f"?lang={code}"
    return {"code": code, "href": href, "label": TONGUES[code], "current": code == language}


def published_day(folder: Path) -> dt.date | None:
    """Return the decision day of the pages in a folder; None where nothing was published."""
    try:
        return dt.date.fromisoformat(json.loads((folder / FACTS).read_text(encoding="utf-8"))["as_of"])
    except (OSError, ValueError, KeyError):
        return None


@cache
def templates() -> jinja2.Environment:
    """Return the templates of the pages; every value that is filled in is escaped."""
    here = jinja2.FileSystemLoader([shipped("templates") / "pages", Path(ui.__file__).parent])
    made = jinja2.Environment(loader=here, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    made.globals.update(t=t, number=number, money=money, percent=percent, day=day)
    return made
