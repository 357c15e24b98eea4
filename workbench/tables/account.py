"""What is said of the rows of a file: how many are kept, why the others are not, what was assumed and what is wrong."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from workbench.errors import Fault


@dataclass(frozen=True, slots=True)
class Note:
    """What was assumed or left out: a code and its values; counts and tallies by name (such as skus={"POST": 2}) add up."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


class Account(BaseModel):
    """What a reader says of the rows of a file; rows == kept + sum(dropped)."""

    model_config = ConfigDict(frozen=True)

    rows: int = 0
    kept: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)
    drift: tuple[dict[str, str], ...] = ()
    notes: tuple[Note, ...] = ()
    faults: tuple[Fault, ...] = ()
    fault_count: int = 0
