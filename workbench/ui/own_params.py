"""The parameters that one step knows, out of those that a notebook or a screen holds."""

from typing import TypeVar

from pydantic import BaseModel

Params = TypeVar("Params", bound=BaseModel)


def own_params(model: type[Params], given: BaseModel) -> Params:
    """Return the parameters of a step's model that are among the given ones; the rest is at its defaults."""
    return model(**{name: getattr(given, name) for name in model.model_fields if hasattr(given, name)})
