"""What the made-up marketplaces charge for storage and for age; the reports print it, nothing else reads it.

US rates are the published ones of 2026; UK and DE rates are made up, because no card for them is known.
"""

import numpy as np

from workbench.datasets.places import Place

MONTHLY = {"US": (0.78, 2.40, 0.56, 1.40), "UK": (0.77, 1.08, 0.54, 0.76), "DE": (0.88, 1.32, 0.61, 0.92)}
"""per ft3: standard January-September, October-December; bulky likewise"""
TIERS = ("181-210", "211-240", "241-270", "271-300", "301-330", "331-365", "366-455", "456-plus")
SURCHARGE = {
    "US": (0.50, 1.00, 1.50, 5.45, 5.70, 5.90, 6.90, 7.90),
    "UK": (0.0, 0.0, 1.18, 3.60, 3.80, 4.00, 4.80, 5.60),
    "DE": (0.0, 0.0, 1.40, 4.20, 4.45, 4.70, 5.60, 6.50),
}
"""per ft3, by tier of age"""
LEAST_PER_UNIT = {("US", "366-455"): 0.30, ("US", "456-plus"): 0.35}


def storage_rate(place: Place, size_tier: np.ndarray, month: int) -> np.ndarray:
    """Return the rate per ft3 of a calendar month, one an item."""
    rates = MONTHLY[place.marketplace]
    bulky = np.isin(size_tier, ["small_bulky", "large_bulky"])
    late = int(month >= 10)
    return np.where(bulky, rates[2 + late], rates[late])


def aged_surcharge(place: Place, tier: str, units: np.ndarray, volume_ft3: np.ndarray) -> np.ndarray:
    """Return the surcharge for units of an age tier."""
    rate = SURCHARGE[place.marketplace][TIERS.index(tier)]
    return units * np.maximum(rate * volume_ft3, LEAST_PER_UNIT.get((place.marketplace, tier), 0.0))
