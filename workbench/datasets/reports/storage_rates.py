"""What the made-up marketplaces charge for storage and for age; the reports print it, nothing else reads it.

US rates are the published ones of 2026; UK and DE rates are made up, because no card for them is known.
"""

import numpy as np

from workbench.datasets.places import Place

MONTHLY = {"US": (0.78, 2.40, 0.56, 1.40), "UK": (0.77, 1.08, 0.54, 0.76), "DE": (0.88, 1.32, 0.61, 0.92)}
"""per ft3: standard January-September, October-December; bulky likewise"""
SURCHARGE = {
    "181-210": (0.50, 0.0), "211-240": (1.00, 0.0), "241-270": (1.50, 0.0), "271-300": (5.45, 0.0), "301-330": (5.70, 0.0),
    "331-365": (5.90, 0.0), "366-455": (6.90, 0.30), "456-plus": (7.90, 0.35),
}  # fmt: skip
"""US: per ft3, and the least per unit"""


def storage_rate(place: Place, size_tier: np.ndarray, month: int) -> np.ndarray:
    """Return the rate per ft3 of a calendar month, one an item."""
    rates = MONTHLY[place.marketplace]
    bulky = np.isin(size_tier, ["small_bulky", "large_bulky"])
    late = int(month >= 10)
    return np.where(bulky, rates[2 + late], rates[late])


def aged_surcharge(place: Place, tier: str, units: np.ndarray, volume_ft3: np.ndarray) -> np.ndarray:
    """Return the surcharge for units of an age tier; unknown outside the US."""
    if place.marketplace != "US":
        return np.full(len(units), np.nan)
    rate, least = SURCHARGE[tier]
    return units * np.maximum(rate * volume_ft3, least)
