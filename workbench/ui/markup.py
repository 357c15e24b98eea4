"""HTML of the parts: values in, one template rendered, everything escaped."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from workbench import i18n
from workbench.charts.palette import ICONS


@cache
def _templates() -> jinja2.Environment:
    folder = jinja2.FileSystemLoader(Path(__file__).parent / "html")
    env = jinja2.Environment(loader=folder, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    env.globals |= {"t": i18n.t, "icons": ICONS}
    env.filters |= {"number": i18n.number, "money": i18n.money, "percent": i18n.percent, "day": i18n.day}
    return env


def render(template: str, **values: Any) -> Markup:
    """Return the HTML of a part, in the language in force."""
    return Markup(_templates().get_template(f"{template}.html").render(**values))
