"""What a planner may set for the order plan."""

from pydantic import BaseModel, ConfigDict, Field

from workbench.settings import SeasonCover


class PlanParams(BaseModel):
    """Parameters of the order plan."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cycle_service_level: float = Field(
        default=0.95, ge=0.5, le=0.999, description="share of order cycles that end without a stockout", json_schema_extra={"unit": "0-1"}
    )
    buffer_days: float = Field(default=0.0, ge=0, le=180, description="least safety stock, in days of mean demand", json_schema_extra={"unit": "days"})
    default_review_period_days: float = Field(
        default=7.0, ge=1, le=90, description="days between two orders, for suppliers that state none", json_schema_extra={"unit": "days"}
    )
    default_lead_time_cv: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="spread of the lead time as a share of it, where neither receipts nor the supplier tell",
        json_schema_extra={"unit": "0-1"},
    )
    overdue_arrival_days: float = Field(
        default=7.0, ge=0, le=90, description="days from now after which an overdue delivery is counted on", json_schema_extra={"unit": "days"}
    )
    season_cover: tuple[SeasonCover, ...] = Field(
        default=(),
        description="SKU, days an order covers, in season too, its first and last day: ['BBQ', 90, 150, '2026-04-01', '2026-08-31']",
    )
