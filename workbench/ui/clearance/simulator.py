"""What the simulator moves for one position, and a plan as it stands beside others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, create_model

from workbench.clearance import ClearanceParams

_MOVED = (
    "capital_rate_month", "horizon_months", "wait_days", "elasticity", "liquidation_share", "removal_days", "promotion_discount", "ad_days", "ad_lift",
    "ad_cost_share", "bundle_partner", "bundle_attach_share", "bundle_cost_per_unit", "bundle_cannibalised_share", "transfer_cost_per_unit",
    "floor_price_share", "minimum_stock_units", "cash_limit", "deadline_days",
)  # fmt: skip
"""Parameters of the comparison that the simulator moves, in the order shown."""
_MODULE, _CLEANING = "workbench.clearance", "workbench.cleaning"


class Simulation(BaseModel):
    """Values of the simulator: the price cut, and the parameters of the comparison that it moves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    discount: float = Field(default=0.0, ge=0, le=0.9, description="the one price cut to try; 0 tries them all", json_schema_extra={"unit": "0-1"})


@cache
def _model() -> type[Simulation]:
    fields = ClearanceParams.model_fields
    return create_model("Simulation", __base__=Simulation, **{name: (fields[name].annotation, fields[name]) for name in _MOVED})  # type: ignore[call-overload,no-any-return]


def simulation_of(params: BaseModel) -> Simulation:
    """Return the simulator as the parameters of the screen set it."""
    model = _model()
    return model(**{name: getattr(params, name) for name in _MOVED})


def changes(simulation: BaseModel) -> dict[str, Any]:
    """Return the parameters of the comparison that the simulator's values stand for."""
    values = simulation.model_dump()
    cut = values.pop("discount")
    return values | ({"markdowns": (cut,)} if cut else {})


def call(params: ClearanceParams, selected: Mapping[str, str]) -> str:
    """Return the Python call that compares one position under these parameters: every one that is not at its default is told."""
    fields = ClearanceParams.model_fields
    given = ", ".join(f"{name}={value!r}" for name, value in params if value != fields[name].default)
    position = ", ".join(f"{name}={value!r}" for name, value in selected.items())
    names = {_CLEANING: "merged", _MODULE: "ClearanceParams, compare"}
    imports = "\n".join(f"from {module} import {name}" for module, name in names.items())
    return f"\n\n{imports}\n\ncompare(merged(page.tables, page.as_of), ClearanceParams({given}), page.as_of, {position})"


@dataclass(frozen=True)
class Plan:
    """One way out under given parameters: the option, what was changed, its row, its cash by month."""

    option: str
    changed: dict[str, Any]
    row: dict[str, Any]
    flow: pd.DataFrame = field(compare=False)

    @property
    def key(self) -> str:
        """What tells plans apart: the option and what was changed."""
        return "|".join([self.option, *(f"{name}={value}" for name, value in sorted(self.changed.items()))])
