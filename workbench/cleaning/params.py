"""What an analyst may set about cleaning."""

from pydantic import BaseModel, ConfigDict, Field


class CleaningParams(BaseModel):
    """Parameters of the cleaning step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    exposure_floor: float = Field(
        default=0.2, ge=0.02, le=1, description="least share of the day that sales of a partial day are divided by", json_schema_extra={"unit": "0-1"}
    )
    stock_valid_days: int = Field(
        default=7, ge=0, le=60, description="how long a stock snapshot speaks for the days after it", json_schema_extra={"unit": "days"}
    )
    partial_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="share of the day on sale when stock came or went at an unknown hour, until sales of such days tell",
        json_schema_extra={"unit": "0-1"},
    )
    recover: bool = Field(default=True, description="estimate the demand of days that could not sell; else they keep their sales")
    promotion_drop: float = Field(
        default=0.07, ge=0.01, le=0.9, description="least share below the usual price that counts as a price cut", json_schema_extra={"unit": "0-1"}
    )
    promotion_days: int = Field(
        default=21, ge=1, le=120, description="a lower price or coupon that lasts longer is no promotion", json_schema_extra={"unit": "days"}
    )
    coupon_share: float = Field(
        default=0.03, ge=0.01, le=0.9, description="least discount beside the price that counts as a coupon", json_schema_extra={"unit": "0-1"}
    )
    ad_burst: float = Field(
        default=3.0, ge=1, le=100, description="advertising cost of a day over its usual one that counts as a burst", json_schema_extra={"unit": "ratio"}
    )
    one_off_rarity: int = Field(
        default=8,
        ge=3,
        le=15,
        description="zeros of how many days chance would need to sell as much once; rarer days may be one-off orders",
        json_schema_extra={"unit": ""},
    )
    one_off_units: float = Field(default=12, ge=2, le=1e6, description="days with fewer units are never one-offs", json_schema_extra={"unit": "units"})
    end_of_life_days: int = Field(
        default=120,
        ge=14,
        le=1000,
        description="without sale and stock or open listing for so long and nothing on the way, a SKU has ended and its demand is 0",
        json_schema_extra={"unit": "days"},
    )
