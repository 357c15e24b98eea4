"""What a seller may set for the health score."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


def _share(default: float, description: str, **bounds: Any) -> Any:
    return Field(default=default, description=description, json_schema_extra={"unit": "0-1"}, **(bounds or {"ge": 0, "le": 1}))


def _points(default: float, description: str, **bounds: Any) -> Any:
    return Field(default=default, description=description, json_schema_extra={"unit": "points"}, **(bounds or {"ge": 0, "le": 100}))


def _days(default: float, description: str, **bounds: Any) -> Any:
    return Field(default=default, description=description, json_schema_extra={"unit": "days"}, **bounds)


class HealthParams(BaseModel):
    """Parameters of the health score: limits, weights of the five losses, thresholds of the light."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cover_good_days: float = _days(60.0, "cover up to which no points are lost", ge=1, le=365)
    cover_bad_days: float = _days(180.0, "cover from which all points for cover are lost", ge=2, le=730)
    excess_cover_days: float = _days(90.0, "units beyond this cover on forecast are excess", ge=1, le=365)
    excess_bad_share: float = _share(0.5, "share of excess from which all points for it are lost", gt=0, le=1)
    storage_good_share: float = _share(0.10, "storage cost as a share of the margin of 30 days up to which no points are lost")
    storage_bad_share: float = _share(0.30, "storage cost as a share of the margin of 30 days from which all points for it are lost", gt=0, le=2)
    stockout_good_risk: float = _share(0.05, "stockout risk up to which no points are lost")
    stockout_bad_risk: float = _share(0.5, "stockout risk from which all points for it are lost and the light is red", gt=0, le=1)
    stockout_amber_risk: float = _share(0.2, "stockout risk from which the light is at least amber", gt=0, le=1)
    lookahead_days: float = _days(30.0, "days ahead to look for a stockout where no lead time is known", ge=1, le=180)
    overdue_arrival_days: float = _days(7.0, "days from now after which an overdue delivery is counted on", ge=0, le=90)
    slow_cover_days: float = _days(180.0, "cover above which a SKU is slow", ge=30, le=730)
    slow_ahead_days: int = _days(60, "how far ahead slow stock is forecast", ge=1, le=180)
    slow_risk_limit: float = _points(45.0, "slow risk from which a SKU is called slow", ge=1, le=99)
    promote_below_turnover: float = Field(default=3.0, ge=0, le=50, description="turns a year on forecast below which stock is promoted before it is slow")
    few_units: float = Field(default=5.0, ge=0, le=1000, description="sales of 30 days below which stock over 90 days old is slow")
    few_sales: Literal["sum", "each_day", "both"] = Field(default="sum", description="whether few sales means their sum or each day of the 30")
    baseline_fall_share: float = _share(0.25, "fall of turnover under the SKU's own year that is slow", gt=0, lt=1)
    quarter_share: float = _share(0.30, "sales of 90 days over the year's average below which a SKU is slow", gt=0, lt=1)
    conversion_fall_share: float = _share(0.20, "fall of conversion in a month that is told", gt=0, lt=1)
    ads_rise_share: float = _share(0.20, "rise of advertising in a month that must bring sales", gt=0, le=10)
    sales_weight_7: float = _share(0.2, "weight of the last 7 days in the weighted sales rate")
    sales_weight_14: float = _share(0.2, "weight of the last 14 days in the weighted sales rate")
    sales_weight_30: float = _share(0.3, "weight of the last 30 days in the weighted sales rate")
    sales_weight_60: float = _share(0.2, "weight of the last 60 days in the weighted sales rate")
    sales_weight_90: float = _share(0.1, "weight of the last 90 days in the weighted sales rate")
    class_a_share: float = _share(0.70, "share of a place's revenue that class A brings", gt=0, lt=1)
    class_b_share: float = _share(0.25, "share of a place's revenue that class B brings", gt=0, lt=1)
    steady_variation: float = Field(default=0.5, gt=0, le=5, description="variation of weekly sales up to which they are class X")
    varied_variation: float = Field(default=1.0, gt=0, le=10, description="variation of weekly sales up to which they are class Y")
    target_slow_share: float = _share(0.10, "target: slow stock as a share of stock value, at most")
    target_stockout_share: float = _share(0.05, "target: days out of stock as a share, at most")
    target_storage_share: float = _share(0.30, "target: storage and surcharge as a share of the margin, at most", ge=0, le=2)
    target_turnover_year: float = Field(default=6.0, ge=0, le=100, description="target: times a year that the stock turns, at least")
    weight_cover: float = _points(20.0, "points for cover")
    weight_excess: float = _points(20.0, "points for excess")
    weight_age: float = _points(20.0, "points for age")
    weight_storage: float = _points(15.0, "points for storage cost")
    weight_stockout: float = _points(25.0, "points for stockout risk")
    amber_below: float = _points(75.0, "a score below this is amber")
    red_below: float = _points(50.0, "a score below this is red")

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
