"""The main reason of a row, as a code with its number and limit."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.health.params import HealthParams
from workbench.health.points import LOSSES


def main_reason(rows: pd.DataFrame, parts: pd.DataFrame, params: HealthParams) -> dict[str, Any]:
    """Return reason, reason_value and reason_limit: why there is no score, else the part that lost most, else that all is well."""
    lost = rows[[f"loss_{part}" for part in LOSSES]].fillna(0).to_numpy(float)
    worst = np.array(LOSSES)[lost.argmax(axis=1)]
    cases: list[tuple[str, Any, Any, Any]] = [
        ("no_stock", rows["on_hand"].isna(), np.nan, np.nan),
        ("no_forecast", rows["daily_demand"].isna(), np.nan, np.nan),
        ("no_rate", rows["no_rate"], np.nan, np.nan),
        ("inactive", rows["light"] == "grey", np.nan, np.nan),
        ("out_of_stock", rows["on_hand"] == 0, rows["daily_demand"], np.nan),
        ("healthy", rows["light"] == "green", rows["score"], params.amber_below),
        ("no_demand", (worst == "cover") & np.isinf(parts["cover_days"]), rows["on_hand"], np.nan),
        ("cover_above", worst == "cover", rows["cover_days"], params.cover_good_days),
        ("excess_above", worst == "excess", rows["excess_units"], params.excess_cover_days),
        ("aged_above", worst == "age", rows["aged_units"], 90),
        ("storage_without_margin", (worst == "storage") & np.isinf(parts["storage_share"]), rows["keeping"], np.nan),
        ("storage_share_above", worst == "storage", rows["storage_share"], params.storage_good_share),
    ]
    holds = [np.asarray(case[1]) for case in cases]
    return {
        "reason": np.select(holds, [case[0] for case in cases], "stockout_risk_above"),
        "reason_value": np.select(holds, [case[2] for case in cases], rows["stockout_risk"]),
        "reason_limit": np.select(holds, [case[3] for case in cases], params.stockout_good_risk),
    }
