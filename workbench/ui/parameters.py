"""A form made from a step's parameter model: label, unit, range, default and meaning come from the model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

import annotated_types
from markupsafe import Markup
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from workbench.i18n import t
from workbench.i18n.catalogue import has, language
from workbench.ui.markup import render

_STEPS = ((60, 1), (5, 0.1), (0.5, 0.01))
_NOT_SAID = ("money", "ratio")
"""Units that a label says better than a unit would."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form, ready to be written as HTML."""

    name: str
    kind: str  # range, number, flag, choice, text
    value: Any
    default: Any
    label: str
    help: str
    unit: str
    low: float | None
    high: float | None
    options: tuple[tuple[Any, str], ...]
    whole: bool = False
    scope: str = ""

    @property
    def id(self) -> str:
        """The id of the control in the page."""
        return "-".join(part for part in ("jp-wb-param", self.scope, self.name) if part)

    @property
    def changed(self) -> bool:
        """Whether the value is not the default."""
        return bool(self.value != self.default)

    @property
    def default_said(self) -> str:
        """The default in the reader's words."""
        if self.kind == "flag":
            return t("ui.switched_on" if self.default else "ui.switched_off")
        return next((text for option, text in self.options if option == self.default), "–" if self.default == "" else str(self.default))

    @property
    def step(self) -> float:
        """The step of the slider: 1 for whole numbers and wide ranges, finer for narrow ones; every default lies on a step."""
        if self.whole or self.low is None or self.high is None:
            return 1
        wide = next((step for span, step in _STEPS if self.high - self.low >= span), 0.001)
        decimals = len(str(self.default).partition(".")[2])
        return min(wide, 10**-decimals)

    @property
    def mark(self) -> float:
        """Where on the slider the default lies, 0-1."""
        if self.low is None or self.high is None or self.high <= self.low or self.default is None:
            return 0.0
        return round((float(self.default) - self.low) / (self.high - self.low), 4)


def parameter_panel(
    params: BaseModel, *, only: Sequence[str] = (), start: BaseModel | None = None, title: str = "", fault: str = "", open: bool = False, scope: str = ""
) -> Markup:
    """Return the form of a parameter model; a change is the event `param`, "reset" the event `reset`.

    Parameters
    ----------
    params : the values in force
    only : names of the fields shown, in this order; empty for all
    start : the values that count as unchanged; without it the model's defaults
    fault : what was wrong with the last change, shown above the fields
    scope : tells two forms of one page apart; the events are then `<scope>_param` and `<scope>_reset`
    """
    fields = [replace(field, scope=scope) for field in parameter_fields(params, only, start)]
    changed = sum(f.changed for f in fields)
    return render("parameters", title=title or t("ui.parameters"), fields=fields, changed=changed, fault=fault, open=open, event=f"{scope}_" if scope else "")


def parameter_fields(params: BaseModel, only: Sequence[str] = (), start: BaseModel | None = None) -> list[Field]:
    """Return the fields of the form; those that are neither number, flag, choice nor text are left to notebooks."""
    declared = type(params).model_fields
    names = [n for n in dict.fromkeys(only) if n in declared] or list(declared)
    made = [_field(name, declared[name], getattr(params, name), declared[name].default if start is None else getattr(start, name)) for name in names]
    return [f for f in made if f is not None]


def _field(name: str, info: FieldInfo, value: Any, default: Any) -> Field | None:
    low, high = _bound(info, "ge", "gt"), _bound(info, "le", "lt")
    options: tuple[tuple[Any, str], ...] = ()
    kinds = {bool: "flag", int: "number", float: "number", str: "text"}
    if get_origin(info.annotation) is Literal:
        kind, options = "choice", tuple((option, _choice(name, option)) for option in get_args(info.annotation))
    elif info.annotation in kinds:
        kind = kinds[info.annotation]
    elif info.annotation == float | None:
        kind, value, default = "number", "" if value is None else value, "" if default is None else default
        low = high = None  # no slider: empty is a value
    else:
        return None
    if kind == "number" and low is not None and high is not None:
        kind = "range"
    return Field(name, kind, _plain(value), _plain(default), parameter_label(name), _help(name, info), _unit(info), low, high, options, info.annotation is int)


def _bound(info: FieldInfo, *names: str) -> float | None:
    for rule in info.metadata:
        if isinstance(rule, annotated_types.Ge | annotated_types.Gt | annotated_types.Le | annotated_types.Lt):
            for name in names:
                if hasattr(rule, name):
                    return getattr(rule, name)
    return None


def parameter_label(name: str) -> str:
    """Return the words for a parameter, in the language in force."""
    return t(f"screen.param.{name}") if has(f"screen.param.{name}") else name.replace("_", " ")


def _help(name: str, info: FieldInfo) -> str:
    """The reader's language where it is written down, else the model's own description."""
    key = f"screen.param_help.{name}"
    text = t(key) if has(key, language()) else info.description or ""
    return text if not text or text[-1] in ".。" else text + ("。" if language() == "zh" else ".")


def _choice(name: str, option: Any) -> str:
    """The words for an option, where there are any; an event has its name."""
    keys = (f"screen.choice.{name}_{option or 'none'}", f"events.name.{option}")
    return next((t(key) for key in keys if has(key)), str(option))


def _unit(info: FieldInfo) -> str:
    unit = info.json_schema_extra.get("unit", "") if isinstance(info.json_schema_extra, dict) else ""
    key = f"columns.unit.{str(unit).replace('/', '_per_')}"
    return "" if unit in _NOT_SAID else t(key) if has(key) else str(unit)


def _plain(value: Any) -> Any:
    """A whole float without its .0, as people write it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
