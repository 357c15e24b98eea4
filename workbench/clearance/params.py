"""What a seller may set for the comparison of ways out of excess stock."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, ValidatorFunctionWrapHandler, field_validator
from pydantic_core import PydanticCustomError

SHARE: dict[str, Any] = {"unit": "0-1"}
MONEY: dict[str, Any] = {"unit": "money"}
HINTS = {
    "elasticity": "write it without a minus sign: 2 means 2 % more units for 1 % less price",
    "promotion_discount": "write a share of the price, such as 0.3 for 30 % off",
    "offsite_discount": "write a share of the price, such as 0.3 for 30 % off",
    "floor_price_share": "write a share of the price, such as 0.7 for 70 % of it",
    "deadline_days": "count days from the day of the decision on; a deadline that has passed cannot be kept, 0 sets none",
}
"""What to do about a value that does not fit."""


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
    elasticity_learned: bool = Field(
        default=True, description="take each SKU's elasticity as you typed it, else from its prices and its category's; if not, the one below for all"
    )
    elasticity: float = Field(
        default=2.0, ge=0, le=6, description="per cent more units for one per cent less price, where none is learned", json_schema_extra={"unit": "ratio"}
    )
    elasticity_sd: float = Field(
        default=0.5, ge=0, le=3, description="how unsure the elasticity is, as a standard deviation", json_schema_extra={"unit": "ratio"}
    )
    demand_level_cv: float = Field(
        default=0.45,
        ge=0,
        le=1,
        description="how unsure the demand level of the coming months is, as a share of it; slow SKUs of made-up shops were found 0.45 off",
        json_schema_extra=SHARE,
    )
    demand_dispersion: float = Field(
        default=1.8,
        ge=0,
        le=20,
        description="variance of a month's demand over its mean, beside its level; 1 for single buyers, more where sales come in bunches",
        json_schema_extra={"unit": "ratio"},
    )
    markdowns: tuple[float, ...] = Field(default=(0.1, 0.2, 0.3, 0.4, 0.5), description="price cuts to try; the best one is shown", json_schema_extra=SHARE)
    liquidation_share: float = Field(
        default=0.075, ge=0, le=1, description="what a liquidator pays, as a share of the price; published range 0.05 to 0.10", json_schema_extra=SHARE
    )
    liquidation_share_range: float = Field(
        default=1 / 3, ge=0, le=1, description="how much less or more than that it may be, as a share of it", json_schema_extra=SHARE
    )
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
    donation_fee_per_unit: float | None = Field(
        default=None, ge=0, le=50, description="what donating one unit costs: no fee is confirmed, so it is unknown without yours", json_schema_extra=MONEY
    )
    supplier_refund_share: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="what the supplier pays for a unit sent back, as a share of its landed cost; 0 where none is agreed",
        json_schema_extra=SHARE,
    )
    elsewhere_price_share: float = Field(
        default=0.0,
        ge=0,
        le=2,
        description="price in the own shop or abroad as a share of the price here; 0 where units cannot be sold elsewhere",
        json_schema_extra=SHARE,
    )
    elsewhere_cost_per_unit: float = Field(
        default=0.0, ge=0, le=200, description="freight and selling of one unit sold elsewhere or sent to the supplier", json_schema_extra=MONEY
    )
    elsewhere_units_month: float | None = Field(
        default=None,
        ge=0,
        le=100000,
        description="units of a SKU that sell in the own shop or abroad in a month; unknown without yours",
        json_schema_extra={"unit": "units/month"},
    )
    assumed_wins: bool = Field(
        default=False, description="an option whose demand is assumed, not measured, may be recommended; if not, it is shown but never chosen"
    )
    removal_fee_per_unit: float | None = Field(
        default=None,
        ge=0,
        le=200,
        description="your own removal fee of one unit, in place of the rate card's; needed where no card is known",
        json_schema_extra=MONEY,
    )
    disposal_fee_per_unit: float | None = Field(
        default=None, ge=0, le=200, description="your own disposal fee of one unit, in place of the rate card's", json_schema_extra=MONEY
    )
    utilisation_ratio_weeks: float | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="storage utilisation ratio of your account, in place of the storage report's; without either no surcharge on it",
        json_schema_extra={"unit": "weeks"},
    )
    rival_undercut: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="how far below a rival's price, where one is imported, a clearing price may go; at 1 no rival bounds it",
        json_schema_extra=SHARE,
    )
    bundle_partner: str = Field(default="", max_length=80, description="SKU to bundle with; empty takes the one proposed for each position")
    bundle_attach_share: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="share of the partner's buyers who take the bundle: an assumption; its range is from two fifths of it to twice",
        json_schema_extra=SHARE,
    )
    bundle_discount: float = Field(default=0.2, ge=0, le=0.9, description="price cut of the unit in the bundle", json_schema_extra=SHARE)
    bundle_cost_per_unit: float = Field(default=0.5, ge=0, le=50, description="extra packaging of one bundle: an assumption", json_schema_extra=MONEY)
    bundle_cannibalised_share: float = Field(
        default=0.2, ge=0, le=1, description="share of bundles whose buyer would have bought the unit alone: an assumption", json_schema_extra=SHARE
    )
    transfer_cost_per_unit: float | None = Field(
        default=None, ge=0, le=200, description="freight and customs of one unit to another marketplace; unknown without yours", json_schema_extra=MONEY
    )
    transfer_placement_per_unit: float | None = Field(
        default=None, ge=0, le=50, description="inbound placement of one unit there, in place of the rate card's", json_schema_extra=MONEY
    )
    transfer_days: int = Field(default=45, ge=0, le=360, description="days until transferred units can be sold there", json_schema_extra={"unit": "days"})
    grade_price_share: float = Field(
        default=0.0, ge=0, le=1, description="price of a graded used unit as a share of the price; 0 where unknown", json_schema_extra=SHARE
    )
    grade_fee_per_unit: float | None = Field(
        default=None, ge=0, le=50, description="your own grading fee of one unit, in place of the rate card's", json_schema_extra=MONEY
    )
    offsite_fee_share: float | None = Field(
        default=None, ge=0, le=1, description="what the deal site takes, as a share of the sales while the deal lasts", json_schema_extra=SHARE
    )
    offsite_lift: float | None = Field(
        default=None, ge=0, le=50, description="more units from the deal site's readers, beside the price: 2 is three times as many", json_schema_extra=SHARE
    )
    offsite_discount: float = Field(default=0.2, ge=0.05, le=0.8, description="price cut of a deal on a deal site", json_schema_extra=SHARE)
    offsite_days: int = Field(default=30, ge=1, le=90, description="days that a deal on a deal site lasts", json_schema_extra={"unit": "days"})
    promotion_discount: float = Field(default=0.2, ge=0.05, le=0.8, description="price cut of a promotion with ads", json_schema_extra=SHARE)
    ad_days: int = Field(default=30, ge=1, le=90, description="days that a promotion with ads lasts", json_schema_extra={"unit": "days"})
    ad_lift: float = Field(
        default=0.0, ge=0, le=3, description="more units from the ads of a promotion, beside its price; 0 where unknown", json_schema_extra=SHARE
    )
    ad_cost_share: float = Field(default=0.15, ge=0, le=1, description="cost of those ads as a share of the sales while they run", json_schema_extra=SHARE)
    floor_price_share: float = Field(
        default=0.0, ge=0, le=1, description="lowest price that the brand allows, as a share of the price", json_schema_extra=SHARE
    )
    minimum_stock_units: float = Field(
        default=0.0, ge=0, le=100000, description="units of each SKU that must stay at the node", json_schema_extra={"unit": "units"}
    )
    cash_limit: float = Field(
        default=1e6, ge=0, le=1e9, description="most money that one option may cost in a month over what it brings", json_schema_extra=MONEY
    )
    deadline_days: int = Field(
        default=0, ge=0, le=1800, description="days until which the excess must be gone; 0 where there is no deadline", json_schema_extra={"unit": "days"}
    )

    @field_validator(*HINTS, mode="wrap")
    @classmethod
    def _with_hint(cls, value: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
        try:
            return check(value)
        except ValidationError as caught:
            fault = caught.errors()[0]
            said = {"said": fault["msg"], "todo": HINTS[str(info.field_name)]}
            raise PydanticCustomError("with_hint", "{said}; {todo}", fault.get("ctx", {}) | said) from None

    @field_validator("markdowns")
    @classmethod
    def _each_a_share(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        bad = [f"{cut:g}" for cut in value if not 0 < cut < 1]
        if bad or not value:
            raise ValueError(f"expected at least one price cut over 0 and under 1, got {', '.join(bad) or 'none'}; write shares, such as 0.3 for 30 % off")
        return value

    @property
    def liquidation_ends(self) -> tuple[float, float]:
        """Low and high end of what a liquidator pays, as shares of the price."""
        wide = self.liquidation_share_range
        return self.liquidation_share * (1 - wide), min(self.liquidation_share * (1 + wide), 1.0)

    @property
    def bundle_attach_ends(self) -> tuple[float, float]:
        """Low and high end of the share of buyers who take the bundle: two fifths of it, and twice."""
        return self.bundle_attach_share * 0.4, min(self.bundle_attach_share * 2, 1.0)
