"""What a whole portfolio of slow stock is held to, and what each way out of each excess adds to it by the day it counts."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from workbench.clearance.season import DAYS_PER_MONTH
from workbench.errors import BadParameters
from workbench.fees import Exchange

Array = NDArray[np.float64]
KEPT = ("hold", "next_season")
"""Ways out that change nothing for now: no work, and the cover sells before the excess."""
SOLD = (*KEPT, "price_rise", "markdown", "markdown_steps", "promotion", "outlet", "offsite_deal", "bundle")
"""Ways out that sell the units one by one; by all others the units leave together."""
IN_HAND = ("removal", "own_warehouse", "transfer", "supplier_return", "bundle")
"""Ways out whose units go through the seller's own hands."""
ADVERTISED = ("promotion", "offsite_deal")
"""Ways out that buy attention: what they pay for it counts as advertising."""
AT_LEAST = ("cash", "space_ft3")
AT_MOST = ("ad_budget", "labour_hours")
LIMITS = (*AT_LEAST, *AT_MOST)


class PortfolioParams(BaseModel):
    """Limits that all positions are under together; None where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cash: float | None = Field(default=None, ge=0, description="cash to have raised by `cash_by`, fees taken off", json_schema_extra={"unit": "money"})
    cash_by: dt.date | None = Field(default=None, description="day the cash is needed")
    space_ft3: float | None = Field(default=None, ge=0, description="storage to have freed by `space_by`", json_schema_extra={"unit": "ft3"})
    space_by: dt.date | None = Field(default=None, description="day of the snapshot or of the capacity cut")
    space_at: str = Field(default="", max_length=80, description="place whose storage is to be freed; empty counts every place")
    ad_budget: float | None = Field(default=None, ge=0, description="most to spend on advertising", json_schema_extra={"unit": "money"})
    labour_hours: float | None = Field(default=None, ge=0, description="most hours of work", json_schema_extra={"unit": "hours"})
    currency: str = Field(default="USD", min_length=3, max_length=3, description="currency that all money is counted in")
    order_frees: bool = Field(
        default=False, description="units ordered out count as freed from the day of the order, as for the aged surcharge; if not, from the day they are gone"
    )
    liquidation_paid_days: int = Field(default=90, ge=0, le=180, description="days until a liquidator's money is there", json_schema_extra={"unit": "days"})
    hours_per_position: float = Field(
        default=0.25, ge=0, le=40, description="work to set up any way out but holding: an assumption", json_schema_extra={"unit": "hours"}
    )
    minutes_per_unit: float = Field(
        default=2.0, ge=0, le=600, description="work on a unit that goes through the seller's own hands: an assumption", json_schema_extra={"unit": "minutes"}
    )
    gap: float = Field(default=0.001, ge=0, le=0.01, description="how far the choice may be from its bound", json_schema_extra={"unit": "0-1"})

    @model_validator(mode="after")
    def _dated(self) -> "PortfolioParams":
        for amount, day in (("cash", "cash_by"), ("space_ft3", "space_by")):
            if getattr(self, amount) is not None and getattr(self, day) is None:
                raise ValueError(f"{amount} needs {day}: the day it is to be reached")
        return self

    def limits(self) -> dict[str, float]:
        """Return the limits in force by name."""
        return {name: float(value) for name in LIMITS if (value := getattr(self, name)) is not None}


def contributions(options: pd.DataFrame, items: pd.DataFrame, rates: pd.DataFrame, params: PortfolioParams, as_of: dt.date) -> pd.DataFrame:
    """Return what each option adds: the rows with worth, cash, space_ft3, ad_budget and labour_hours.

    `worth` is the NPV in the one currency, NaN where it or the exchange rate is unknown. Units that are sold leave at an even
    pace that ends on the option's last day, the excess behind its cover; all others leave together on that day. Cash comes in
    as the units go, a liquidator's later. What is not known to free space or to bring cash by the day adds none.

    Parameters
    ----------
    options : table clearance
    items, rates : tables items (volume_ft3) and exchange_rates

    Raises
    ------
    BadParameters
        If a day lies before `as_of`.
    """
    days = {name: getattr(params, name) for name in ("cash_by", "space_by")}
    late = [f"{name}: expected {as_of} or later, got {day}; a deadline that has passed cannot be kept" for name, day in days.items() if day and day < as_of]
    if late:
        raise BadParameters("portfolio", late)
    money = Exchange(rates, params.currency, as_of)
    volume = options["sku"].map(items.drop_duplicates("sku", keep="last").set_index("sku")["volume_ft3"])
    ads = options["fees_other"].where(options["option"].isin(ADVERTISED), 0.0)
    freed = gone_share(options, params.space_by, as_of, order_frees=params.order_frees) * options["units"] * volume
    freed = freed.where(options["location"] == params.space_at, 0.0) if params.space_at else freed
    paid = np.where(options["option"] == "liquidation", _after(params.cash_by, as_of, params.liquidation_paid_days), gone_share(options, params.cash_by, as_of))
    received = money.convert((options["cash_in"] - options["fees"]) * paid, options["currency"])
    return options.assign(
        worth=money.convert(options["npv"], options["currency"]),
        cash=received.fillna(0.0),
        space_ft3=freed.fillna(0.0),
        ad_budget=money.convert(ads, options["currency"]).fillna(0.0),
        labour_hours=_hours(options, params),
    )


def gone_share(options: pd.DataFrame, by: dt.date | None, as_of: dt.date, *, order_frees: bool = False) -> pd.Series:
    """Return the share of each option's units that have left by a day; all of them where there is no day.

    >>> sold = {"option": "markdown", "units": 60.0, "units_per_month": 30.0, "end_date": pd.Timestamp("2027-01-01"), "exit": float("nan")}
    >>> float(gone_share(pd.DataFrame([sold]), dt.date(2026, 12, 1), dt.date(2026, 11, 1)).round(3)[0])
    0.491
    """
    if by is None:
        return pd.Series(1.0, options.index)
    sold = options["option"].isin(SOLD)
    last = (options["end_date"] - pd.Timestamp(as_of)).dt.days / DAYS_PER_MONTH
    until = (by - as_of).days / DAYS_PER_MONTH
    pace = options["units_per_month"].where(options["units_per_month"] > 0)
    units = options["units"].where(options["units"] > 0)
    begins = (last - units / pace).clip(lower=0)
    share = ((until - begins) * pace / units).clip(0, 1)
    unsure = options["option"].isin(KEPT) & options["exit"].notna()  # the cover sells first: no telling how much of the excess by then
    share = share.where(sold & ~unsure, 0.0).fillna(0.0)
    return share.where(~((last <= until) | (~sold & order_frees)), 1.0)


def _after(by: dt.date | None, as_of: dt.date, days: int) -> float:
    return float(by is None or (by - as_of).days >= days)


def _hours(options: pd.DataFrame, params: PortfolioParams) -> Array:
    acted = ~options["option"].isin(KEPT)
    handled = options["option"].isin(IN_HAND) * options["units"].fillna(0.0) * params.minutes_per_unit / 60
    return (acted * params.hours_per_position + handled).to_numpy(float)
