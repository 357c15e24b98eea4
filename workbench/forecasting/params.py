"""What an analyst may set about forecasts."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.settings import Forecaster


class ForecastParams(BaseModel):
    """Parameters of the forecast step."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizon_days: int = Field(default=90, ge=1, le=400, description="how far ahead to forecast", json_schema_extra={"unit": "days"})
    pool_by: Literal["category", "brand", "none"] = Field(default="category", description="which SKUs share season and event effects")
    use_events: bool = Field(default=True, description="learn what dated events do to demand, and expect it again")
    use_promotions: bool = Field(default=True, description="free past days of what own promotions brought, and expect as many ahead as usual")
    use_rivals: bool = Field(
        default=True, description="expect of a rival that is out of stock or cheaper today what it did before, as far as past cutoffs say it helps"
    )
    use_drivers: bool = Field(
        default=True,
        description="let searches, rivals' prices, ranks, ratings, ads and indicators into the forecast, each as far as past cutoffs say it helps",
    )
    global_model: bool = Field(default=True, description="blend in a model learned over all SKUs, as far as it did better at past origins")
    seed: int = Field(default=0, ge=0, description="of the global model's draws")
    forecaster: Forecaster = Field(
        default_factory=Forecaster, description="forecaster of sktime in place of ours, for the SKUs named or all; not named, that of workbench.toml"
    )
    analogues: tuple[tuple[str, tuple[str, ...]], ...] = Field(
        default=(), description="new SKUs, each with the SKUs that it sells like until it has sales of its own, such as [['NEW', ['A', 'B']]]"
    )
