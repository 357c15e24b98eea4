"""The typed parameters of each notebook: one model, checked before a kernel starts, written into the notebook's cell."""

import datetime as dt
import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, field_validator

from workbench.errors import BadParameters
from workbench.pipeline import STEPS, Step


class RunParams(BaseModel):
    """What every notebook takes, whatever its step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: dt.date | None = Field(default=None, description="day of the decision as YYYY-MM-DD; empty takes the newest day in the data")
    interactive: bool = Field(default=True, description="widgets when true, figures and tables when false")
    language: Literal["", "en", "zh"] = Field(default="", description="en or zh; empty takes the language of the workspace")

    @field_validator("as_of", mode="before")
    @classmethod
    def _empty_day(cls, value: object) -> object:
        return None if value == "" else value


@dataclass(frozen=True, slots=True)
class Notebook:
    """One shipped notebook: its file name without ending, the step it runs and its parameter model."""

    name: str
    step: Step
    model: type[RunParams]


def _notebook(name: str, step: str) -> Notebook:
    params = STEPS[step].params
    bases: Any = (RunParams, params)
    return Notebook(name, STEPS[step], create_model(f"{step.capitalize()}Notebook", __base__=bases, __doc__=params.__doc__))


NOTEBOOKS = {
    notebook.name: notebook
    for notebook in (
        _notebook("01_data_cleaning", "cleaning"),
        _notebook("02_forecast", "forecast"),
        _notebook("03_health", "health"),
        _notebook("04_clearance", "clearance"),
    )
}
DAILY = "daily"


def find(name: str) -> list[Notebook]:
    """Return the notebooks that a run name stands for: all of them for `daily`, else the one of that name.

    Raises
    ------
    BadParameters
        If no notebook has that name.
    """
    if name == DAILY:
        return list(NOTEBOOKS.values())
    if name not in NOTEBOOKS:
        known = ", ".join([DAILY, *NOTEBOOKS])
        raise BadParameters("run", [f"notebook: expected one of {known}, got {name!r}{_nearest(name, NOTEBOOKS)}"])
    return [NOTEBOOKS[name]]


def check(name: str, given: Mapping[str, Any], model: type[RunParams] | None = None) -> RunParams:
    """Return the parameters of a notebook as typed values; text (from a command line) is converted by the field's type.

    Raises
    ------
    BadParameters
        Lists every parameter that is unknown, of a wrong type or out of range.
    """
    wanted = model or (RunParams if name == DAILY else find(name)[0].model)
    unknown = [f"{key}: unknown parameter{_nearest(key, wanted.model_fields)}" for key in given if key not in wanted.model_fields]
    known = {key: _decoded(value) for key, value in given.items() if key in wanted.model_fields}
    try:
        params = wanted.model_validate(known)
    except ValidationError as caught:
        raise BadParameters(name, unknown + [_fault(error) for error in caught.errors()]) from None
    if unknown:
        raise BadParameters(name, unknown)
    return params


def _decoded(value: Any) -> Any:
    """Lists and mappings arrive from a command line as JSON text."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def _fault(error: Any) -> str:
    return f"{'.'.join(map(str, error['loc'])) or 'together'}: {error['msg']}, got {error['input']!r}"


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def cell(notebook: Notebook) -> str:
    """Return the source of the notebook's parameters cell, as its model declares it.

    `papermill --help-notebook` prints these lines as the manual of the notebook.
    """
    first = list(RunParams.model_fields)
    names = first + [name for name in notebook.model.model_fields if name not in first]
    return "\n".join(_line(name, notebook.model) for name in names)


def _line(name: str, model: type[BaseModel]) -> str:
    field = model.model_fields[name]
    default = getattr(model.model_construct(), name)
    value = default.model_dump(mode="json", exclude_defaults=True) if isinstance(default, BaseModel) else model.model_construct().model_dump(mode="json")[name]
    shown = "" if value is None and name == "as_of" else value
    unit = (field.json_schema_extra or {}).get("unit", "") if isinstance(field.json_schema_extra, dict) else ""
    comment = f"{field.description or name}{f' ({unit})' if unit else ''}".replace("=", "is").replace("#", "no.")
    return f"{name}: {_kind(shown)} = {json.dumps(shown) if isinstance(shown, str) else repr(shown)}  # {comment}"


def _kind(value: object) -> str:
    return "object" if value is None else type(value).__name__
