"""What a seller may set for the health score."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SHARE: dict[str, Any] = {"unit": "0-1"}
DAYS: dict[str, Any] = {"unit": "days"}
POINTS: dict[str, Any] = {"unit": "points"}


class HealthParams(BaseModel):
    """Parameters of the health score: limits, weights of the five losses, thresholds of the light."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cover_good_days: float = Field(default=60.0, ge=1, le=365, description="cover up to which no points are lost", json_schema_extra=DAYS)
    cover_bad_days: float = Field(default=180.0, ge=2, le=730, description="cover from which all points for cover are lost", json_schema_extra=DAYS)
    excess_cover_days: float = Field(default=90.0, ge=1, le=365, description="units beyond this cover on forecast are excess", json_schema_extra=DAYS)
    excess_bad_share: float = Field(default=0.5, gt=0, le=1, description="share of excess from which all points for it are lost", json_schema_extra=SHARE)
    storage_good_share: float = Field(
        default=0.10, ge=0, le=1, description="storage cost as a share of the margin of 30 days up to which no points are lost", json_schema_extra=SHARE
    )
    storage_bad_share: float = Field(
        default=0.30, gt=0, le=2, description="storage cost as a share of the margin of 30 days from which all points for it are lost", json_schema_extra=SHARE
    )
    stockout_good_risk: float = Field(default=0.05, ge=0, le=1, description="stockout risk up to which no points are lost", json_schema_extra=SHARE)
    stockout_bad_risk: float = Field(
        default=0.5, gt=0, le=1, description="stockout risk from which all points for it are lost and the light is red", json_schema_extra=SHARE
    )
    stockout_amber_risk: float = Field(default=0.2, gt=0, le=1, description="stockout risk from which the light is at least amber", json_schema_extra=SHARE)
    lookahead_days: float = Field(
        default=30.0, ge=1, le=180, description="days ahead to look for a stockout where no lead time is known", json_schema_extra=DAYS
    )
    overdue_arrival_days: float = Field(
        default=7.0, ge=0, le=90, description="days from now after which an overdue delivery is counted on", json_schema_extra=DAYS
    )
    slow_cover_days: float = Field(default=180.0, ge=30, le=730, description="cover above which a SKU is slow", json_schema_extra=DAYS)
    slow_ahead_days: int = Field(default=60, ge=1, le=180, description="how far ahead slow stock is forecast", json_schema_extra=DAYS)
    slow_risk_limit: float = Field(default=50.0, ge=1, le=99, description="slow risk from which a SKU is called slow", json_schema_extra=POINTS)
    few_units: float = Field(default=5.0, ge=0, le=1000, description="sales of 30 days below which stock over 90 days old is slow")
    few_sales: Literal["sum", "each_day", "both"] = Field(default="sum", description="whether few sales means their sum or each day of the 30")
    baseline_fall_share: float = Field(default=0.25, gt=0, lt=1, description="fall of turnover under the SKU's own year that is slow", json_schema_extra=SHARE)
    quarter_share: float = Field(
        default=0.30, gt=0, lt=1, description="sales of 90 days over the year's average below which a SKU is slow", json_schema_extra=SHARE
    )
    conversion_fall_share: float = Field(default=0.20, gt=0, lt=1, description="fall of conversion in a month that is told", json_schema_extra=SHARE)
    ads_rise_share: float = Field(default=0.20, gt=0, le=10, description="rise of advertising in a month that must bring sales", json_schema_extra=SHARE)
    sales_weight_7: float = Field(default=0.2, ge=0, le=1, description="weight of the last 7 days in the weighted sales rate", json_schema_extra=SHARE)
    sales_weight_14: float = Field(default=0.2, ge=0, le=1, description="weight of the last 14 days in the weighted sales rate", json_schema_extra=SHARE)
    sales_weight_30: float = Field(default=0.3, ge=0, le=1, description="weight of the last 30 days in the weighted sales rate", json_schema_extra=SHARE)
    sales_weight_60: float = Field(default=0.2, ge=0, le=1, description="weight of the last 60 days in the weighted sales rate", json_schema_extra=SHARE)
    sales_weight_90: float = Field(default=0.1, ge=0, le=1, description="weight of the last 90 days in the weighted sales rate", json_schema_extra=SHARE)
    class_a_share: float = Field(default=0.70, gt=0, lt=1, description="share of a place's revenue that class A brings", json_schema_extra=SHARE)
    class_b_share: float = Field(default=0.25, gt=0, lt=1, description="share of a place's revenue that class B brings", json_schema_extra=SHARE)
    steady_variation: float = Field(default=0.5, gt=0, le=5, description="variation of weekly sales up to which they are class X")
    varied_variation: float = Field(default=1.0, gt=0, le=10, description="variation of weekly sales up to which they are class Y")
    target_slow_share: float = Field(default=0.10, ge=0, le=1, description="target: slow stock as a share of stock value, at most", json_schema_extra=SHARE)
    target_stockout_share: float = Field(default=0.05, ge=0, le=1, description="target: days out of stock as a share, at most", json_schema_extra=SHARE)
    target_storage_share: float = Field(
        default=0.30, ge=0, le=2, description="target: storage and surcharge as a share of the margin, at most", json_schema_extra=SHARE
    )
    target_turnover_year: float = Field(default=6.0, ge=0, le=100, description="target: times a year that the stock turns, at least")
    weight_cover: float = Field(default=20.0, ge=0, le=100, description="points for cover", json_schema_extra=POINTS)
    weight_excess: float = Field(default=20.0, ge=0, le=100, description="points for excess", json_schema_extra=POINTS)
    weight_age: float = Field(default=20.0, ge=0, le=100, description="points for age", json_schema_extra=POINTS)
    weight_storage: float = Field(default=15.0, ge=0, le=100, description="points for storage cost", json_schema_extra=POINTS)
    weight_stockout: float = Field(default=25.0, ge=0, le=100, description="points for stockout risk", json_schema_extra=POINTS)
    amber_below: float = Field(default=75.0, ge=0, le=100, description="a score below this is amber", json_schema_extra=POINTS)
    red_below: float = Field(default=50.0, ge=0, le=100, description="a score below this is red", json_schema_extra=POINTS)

    @model_validator(mode="after")
    def _fit_together(self) -> "HealthParams":
        total = self.weight_cover + self.weight_excess + self.weight_age + self.weight_storage + self.weight_stockout
        pairs = {
            "cover_good_days": (self.cover_good_days, self.cover_bad_days),
            "storage_good_share": (self.storage_good_share, self.storage_bad_share),
            "stockout_good_risk": (self.stockout_good_risk, self.stockout_bad_risk),
            "steady_variation": (self.steady_variation, self.varied_variation),
        }
        faults = [f"{low}: {a} must be below {b}" for low, (a, b) in pairs.items() if a >= b]
        faults += [f"the five weights add up to {total}, more than 100"] if total > 100 + 1e-9 else []
        faults += [f"class_a_share and class_b_share add up to {both}, more than 1"] if (both := self.class_a_share + self.class_b_share) > 1 + 1e-9 else []
        faults += [f"red_below: {self.red_below} must not be above amber_below: {self.amber_below}"] if self.red_below > self.amber_below else []
        if faults:
            raise ValueError("; ".join(faults))
        return self
