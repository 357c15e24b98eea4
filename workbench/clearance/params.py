"""What a seller may set for the comparison of ways out of excess stock."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

SHARE: dict[str, Any] = {"unit": "0-1"}


class ClearanceParams(BaseModel):
    """Parameters of the clearance comparison."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    capital_rate_month: float = Field(default=0.015, ge=0, le=0.2, description="what money costs a month; discounts later cash", json_schema_extra=SHARE)
    horizon_months: int = Field(
        default=36, ge=1, le=60, description="months looked at; what is unsold then is worth nothing", json_schema_extra={"unit": "months"}
    )
    leave_later: bool = Field(
        default=True, description="holding and markdowns may end with the best exit, once that is worth more than going on; if not, they run to the end"
    )
    wait_days: int = Field(
        default=30, ge=0, le=90, description="days until the next decision; what waiting so long costs is at stake", json_schema_extra={"unit": "days"}
    )
    elasticity: float = Field(default=2.0, ge=0, le=6, description="per cent more units for one per cent less price", json_schema_extra={"unit": "ratio"})
    elasticity_sd: float = Field(
        default=0.5, ge=0, le=3, description="how unsure the elasticity is, as a standard deviation", json_schema_extra={"unit": "ratio"}
    )
    demand_level_cv: float = Field(
        default=0.25, ge=0, le=1, description="how unsure the demand level of the coming months is, as a share of it", json_schema_extra=SHARE
    )
    markdowns: tuple[float, ...] = Field(default=(0.1, 0.2, 0.3, 0.4, 0.5), description="price cuts to try; the best one is shown", json_schema_extra=SHARE)
    liquidation_share: float = Field(
        default=0.075, ge=0, le=1, description="what a liquidator pays, as a share of the price; published range 0.05 to 0.10", json_schema_extra=SHARE
    )
    liquidation_share_low: float = Field(default=0.05, ge=0, le=1, description="the same, low end", json_schema_extra=SHARE)
    liquidation_share_high: float = Field(default=0.10, ge=0, le=1, description="the same, high end", json_schema_extra=SHARE)
    liquidation_fee_per_unit: float = Field(
        default=0.60,
        ge=0,
        le=50,
        description="processing fee of one liquidated unit: an assumption, no table is published",
        json_schema_extra={"unit": "money"},
    )
    removal_value_share: float = Field(
        default=0.0, ge=0, le=1, description="what a removed unit is worth elsewhere, as a share of its landed cost", json_schema_extra=SHARE
    )
    removal_days: int = Field(
        default=30, ge=0, le=180, description="days until a removal or liquidation order is carried out", json_schema_extra={"unit": "days"}
    )

    @field_validator("markdowns")
    @classmethod
    def _each_a_share(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not value or not all(0 < cut < 1 for cut in value):
            raise ValueError("give at least one price cut, each between 0 and 1")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> "ClearanceParams":
        if not self.liquidation_share_low <= self.liquidation_share <= self.liquidation_share_high:
            raise ValueError("liquidation_share must lie between its low and its high end")
        return self
