"""What a rival out of stock, a rival's price cut and a stop of advertising have done to demand, measured from the seller's own history.

On days with it, in stock and without event or promotion of one's own, demand is held against what the days without it around them let
expect. The logarithm of the ratio is shrunk from the SKU to its category to all by how much of the differences is chance (random
effects: DerSimonian and Laird 1986).
"""

import datetime as dt

import numpy as np
import pandas as pd

from workbench.forecasting.drivers.surroundings import Surroundings, surroundings

NEAR_DAYS = 42
"""Days before and after that say what to expect."""
LEAST_DAYS, LEAST_UNITS = 28, 20
"""Fewer days with it over all SKUs, or fewer units expected on them: it cannot be measured."""
LEAST_DIFFERENCE = 0.2
"""SKUs are taken to differ by a fifth at least: a few of them cannot show that they do not, and one large SKU would speak for all."""
_LEAST_AROUND = 7  # days without it that must lie around a day with it
_BOUND = 1.645  # standard deviations of the 90 % range


def measured_effects(history: pd.DataFrame, market: pd.DataFrame, ads: pd.DataFrame, as_of: dt.date, *, items: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what each driver multiplies the demand of each SKU of a channel by, with its range and what that rests on.

    Parameters
    ----------
    history : table history of one channel
    market, ads : tables market and ads; rows of other channels and SKUs are passed over
    items : table items, for the categories

    Returns
    -------
    sku; driver (rival_out, rival_cut, ad_stop); factor, low and high (90 % range), all NaN where it cannot be measured; own_days with
    it that the SKU was measured on, days and skus of all of the channel; depth, mean share that rivals' prices were cut by.
    """
    category = categories(np.sort(history["sku"].unique().astype(str)), items)
    around = surroundings(history, market, ads, as_of, category)
    parts = [effects_of(driver, around, category) for driver in around.on]
    return pd.concat(parts, ignore_index=True)


def categories(sku: np.ndarray, items: pd.DataFrame | None) -> np.ndarray:
    """Return the number of each SKU's category (n,)."""
    if items is None or items.empty:
        return np.zeros(len(sku), np.int64)
    known = items.drop_duplicates("sku").set_index("sku")["category"].reindex(sku).fillna("")
    return np.unique(known.to_numpy(dtype=object).astype(str), return_inverse=True)[1]


def effects_of(driver: str, around: Surroundings, category: np.ndarray) -> pd.DataFrame:
    """Return one driver's effect on every SKU."""
    on, sold, expected, weight = _compared(around, driver)
    own = on.sum(1)
    days = int(own.sum())
    made = pd.DataFrame({"sku": around.sku, "driver": driver, "own_days": own, "days": days, "skus": int((own > 0).sum())})
    made["depth"] = float(around.depth[on].mean()) if driver == "rival_cut" and days else np.nan
    if days < LEAST_DAYS or expected.sum() < LEAST_UNITS:
        return made.assign(factor=np.nan, low=np.nan, high=np.nan)
    factor, unsure = shrunk_to_groups(sold * weight, expected * weight, category)
    reach = np.exp(_BOUND * np.sqrt(np.log1p(unsure)))
    return made.assign(factor=factor, low=factor / reach, high=factor * reach)


def _compared(around: Surroundings, driver: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the days compared (n, T), and by SKU units sold on them, units expected on them, and how many units one unit tells as much as."""
    off = around.usable & around.off[driver]
    near_sold, near_usual, near_days = (_around(np.where(off, part, 0.0)) for part in (around.demand, around.common, np.ones(off.shape)))
    on = around.usable & around.on[driver] & (near_days >= _LEAST_AROUND) & (near_sold > 0)
    let_expect = near_sold / np.maximum(near_usual, 1e-9) * around.common
    sold, expected = (np.where(on, part, 0.0).sum(1) for part in (around.demand, let_expect))
    beside = np.where(off & (_around(on.astype(float)) > 0), around.demand, 0.0).sum(1)
    counted = off & (let_expect > 0)
    surprise = np.divide((around.demand - let_expect) ** 2, let_expect, out=np.zeros(off.shape), where=counted)
    scatter = np.maximum(surprise.sum(1) / np.maximum(counted.sum(1), 1), 1.0)
    return on, sold, expected, 1 / (scatter * (1 + expected / np.maximum(beside, 1.0)))


def _around(values: np.ndarray) -> np.ndarray:
    """Return sums over the days at most NEAR_DAYS away, (n, T)."""
    total = np.pad(np.cumsum(values, 1), ((0, 0), (1, 0)))
    day = np.arange(values.shape[1])
    return total[:, np.minimum(day + NEAR_DAYS + 1, values.shape[1])] - total[:, np.maximum(day - NEAR_DAYS, 0)]


def shrunk_to_groups(sold: np.ndarray, expected: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what each row sold over what was expected, shrunk to its group and this to all, and the relative variance of it.

    Parameters
    ----------
    sold, expected : (n,) units, in counts as sure as a Poisson's; expected 0 is nothing measured
    group : (n,) numbers of groups

    Examples
    --------
    Rows lean to what they have in common; the last, of which nothing is known, gets just that:

    >>> shrunk_to_groups(np.array([61.0, 59, 0]), np.array([40.0, 40, 0]), np.zeros(3, int))[0].round(2).tolist()
    [1.52, 1.48, 1.5]
    """
    all_of_them = max(sold.sum(), 0.5) / expected.sum()
    differ = max(_beyond_chance(sold / all_of_them - expected, expected, expected / all_of_them), LEAST_DIFFERENCE**2)
    weight = 1 / (1 + differ * all_of_them * expected)
    all_of_them = max((weight * sold).sum(), 0.5) / (weight * expected).sum()
    mass = all_of_them * weight * expected
    numbers, place = np.unique(group, return_inverse=True)
    sold_g, expected_g, chance_g = (np.bincount(place, part) for part in (weight * sold, weight * expected, mass))
    known = np.maximum(expected_g, 1e-9)
    away, chance = sold_g / (all_of_them * known) - 1, chance_g / np.maximum(all_of_them * known, 1e-9) ** 2
    between = _beyond_chance(away * expected_g, expected_g, chance * expected_g**2) if len(numbers) > 1 else 0.0
    belief = np.where(expected_g > 0, between / np.maximum(between + chance, 1e-12), 0.0)
    centre = (all_of_them * (1 + belief * away))[place]
    unsure = ((1 - belief) ** 2 * (chance_g.sum() / mass.sum() ** 2 + between) + belief**2 * chance)[place]
    noise = 1 / np.maximum(centre * expected, 1e-9)
    own = differ / (differ + noise)
    ratio = np.divide(sold, expected, out=centre.copy(), where=expected > 0)
    return centre + own * (ratio - centre), (1 - own) ** 2 * (unsure + differ) + own**2 * np.where(own > 0, noise, 0.0)


def _beyond_chance(away: np.ndarray, expected: np.ndarray, chance: np.ndarray) -> float:
    """Return the relative variance by which rows differ more than by chance (Marshall 1991); all in units expected."""
    return float(max((away**2 - chance).sum() / max((expected**2).sum(), 1e-9), 0.0))
