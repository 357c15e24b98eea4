"""What a seller may set for the alerts."""

from pydantic import BaseModel, ConfigDict, Field


class AlertParams(BaseModel):
    """Parameters of the alerts: how soon is urgent, and below which amount nobody is bothered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urgent_days: int = Field(
        default=7, ge=0, le=90, description="a stockout or a latest order day within this many days is urgent", json_schema_extra={"unit": "days"}
    )
    stockout_alert_risk: float = Field(
        default=0.2, gt=0, le=1, description="stockout risk within the lead time from which to alert", json_schema_extra={"unit": "0-1"}
    )
    reorder_days: int = Field(default=14, ge=0, le=90, description="order days this many days ahead are announced", json_schema_extra={"unit": "days"})
    stale_stock_days: int = Field(default=3, ge=1, le=60, description="a stock count older than this is a data problem", json_schema_extra={"unit": "days"})
    least_money: float = Field(
        default=10.0, ge=0, description="an excess, age or margin alert about less money than this is left out", json_schema_extra={"unit": "money"}
    )
    ranking_currency: str = Field(default="USD", min_length=3, max_length=3, description="currency that amounts are compared in for the order of the alerts")
