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
        default=0.5, ge=0, le=1, description="share of the day on sale when stock came or was taken out at an unknown hour", json_schema_extra={"unit": "0-1"}
    )
    recover: bool = Field(default=True, description="estimate the demand of days that could not sell; else they keep their sales")
