"""What rivals do today, as drivers that are tested: out of stock or cheaper now, by the measured effect, for as long as such spells lasted before.

Days on which a driver was on are freed of its effect before the level is followed, so that a level that rose with the rival's
gap is not taken for the SKU's own; ahead the effect goes on by the chance that the spell does.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.forecasting.drivers.effects import effects_of
from workbench.forecasting.drivers.spells import Spells, spells
from workbench.forecasting.drivers.surroundings import Surroundings

RIVALS = ("rival_out", "rival_cut")


@dataclass(frozen=True)
class Rivals:
    """What is known of rivals at a cutoff; arrays (n, days), the last day is the cutoff."""

    on: dict[str, np.ndarray]
    factor: dict[str, np.ndarray]
    spells: dict[str, Spells]

    @property
    def touched(self) -> np.ndarray:
        """Whether any rival of a SKU ever was out or cheaper, (n,)."""
        return np.any([on.any(1) for on in self.on.values()], axis=0)

    def multipliers(self, drivers: list[str], length: int, horizon: int) -> np.ndarray | None:
        """Return what drivers multiply demand by, (n, length + horizon); None where there are none."""
        made = np.ones((len(self.on[RIVALS[0]]), length + horizon), np.float32)
        for driver in drivers:
            on, factor = self.on[driver][:, -length:], self.factor[driver][:, None]
            made[:, length - on.shape[1] : length] *= np.where(on, factor, 1.0)
            made[:, length:] *= 1 + self.spells[driver].still_on(horizon) * (factor - 1)
        return made if drivers else None

    def told(self, driver: str) -> dict[str, Any]:
        """Return what is said of a driver today."""
        today, lasted = self.on[driver][:, -1], self.spells[driver]
        factor = float(np.median(self.factor[driver][today])) if today.any() else np.nan
        return {"skus": int(today.sum()), "factor": factor, "spells": lasted.ended, "median_days": lasted.median_days, "by_age": lasted.by_age}


def rivals_of(around: Surroundings, category: np.ndarray) -> Rivals:
    """Return what is known of rivals at the last of some days, their effects measured on the days up to it."""
    effect = {name: effects_of(name, around, category)["factor"].fillna(1.0).to_numpy() for name in RIVALS}
    # what was measured the other way round is chance: nobody sells less because the rival has nothing
    factor = {"rival_out": np.maximum(effect["rival_out"], 1.0), "rival_cut": np.minimum(effect["rival_cut"], 1.0)}
    return Rivals({name: around.on[name] for name in RIVALS}, factor, {name: spells(around.on[name]) for name in RIVALS})
