"""Elasticities drawn to their category's, those of categories to the shop's, as far as what each SKU's own cells say leaves them open."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SHARES = np.geomspace(0.05, 0.8, 9)
"""Standard deviations of elasticities within a category, and of categories' around the shop's, as shares of the shop's: weighed against each other."""
SPREAD_SHARE, SPREAD_SD = 0.2, 0.15
"""Median of such a share and the spread of its logarithm, before anything is known (chosen on seeds 21, 22, 31, 32 and 101 to 103).

A shop's own sales hardly tell a spread: two halves of the same sales put its square within 0.03, which is what it is in a shop of small elasticities.
"""
LEAST_LEVEL = 0.5
"""Spreads are shares of at least this elasticity."""
SHOP_SD = 1.0


@dataclass(frozen=True, slots=True)
class Moments:
    """What each SKU's cells say, weighted and freed of their levels: p price, f promotion, z demand; one value a SKU."""

    pp: Array
    pf: Array
    ff: Array
    pz: Array
    fz: Array


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Elasticity of each SKU, its standard deviation, and the effect of a promotion's badge, one number for the shop."""

    slope: Array
    sd: Array
    badge: float


def shrunk(given: Moments, codes: NDArray[np.int64], n_categories: int, usual: float, level: float) -> Shrunk:
    """Return elasticities, averaged over the spreads within and between categories by how well each explains the sales (empirical Bayes).

    Parameters
    ----------
    codes : category of each SKU, from 0
    usual : elasticity around which the shop's is assumed to lie
    level : elasticity of the shop as far as known, of which spreads are shares

    References
    ----------
    Rossi, Allenby, McCulloch, Bayesian Statistics and Marketing (2005), ch. 3.
    """
    spreads = SHARES * max(level, LEAST_LEVEL)
    found = [_given_spreads(given, codes, n_categories, usual, within, between) for within in spreads for between in spreads]
    rare = (np.log(SHARES / SPREAD_SHARE) / SPREAD_SD) ** 2 / 2
    chance = np.array([fit for _, fit in found]) - np.add.outer(rare, rare).ravel()
    weight = np.exp(chance - chance.max())
    weight /= weight.sum()
    slopes, sds = np.stack([one.slope for one, _ in found]), np.stack([one.sd for one, _ in found])
    slope = weight @ slopes
    return Shrunk(slope, np.sqrt(weight @ (sds**2 + (slopes - slope) ** 2)), float(weight @ [one.badge for one, _ in found]))


def _given_spreads(given: Moments, codes: NDArray[np.int64], n_categories: int, usual: float, spread: float, between: float) -> tuple[Shrunk, float]:
    """Mixed model: elasticity = category's + own part of variance spread^2; category's around the shop's of variance between^2; flat effect of the badge."""
    keep = 1 / (1 + given.pp * spread**2)
    k = n_categories
    info, right = np.zeros((k + 2, k + 2)), np.zeros(k + 2)  # categories, the badge, the shop
    at = np.arange(k)
    info[at, at] = np.bincount(codes, given.pp * keep, k) + between**-2
    info[at, k] = info[k, at] = np.bincount(codes, given.pf * keep, k)
    info[k, k] = (given.ff - given.pf**2 * spread**2 * keep).sum() + 1.0  # badge: within a factor e of none
    info[at, k + 1] = info[k + 1, at] = -(between**-2)
    info[k + 1, k + 1] = k * between**-2 + SHOP_SD**-2
    right[at] = np.bincount(codes, given.pz * keep, k)
    right[k] = (given.fz - given.pf * given.pz * spread**2 * keep).sum()
    right[k + 1] = usual * SHOP_SD**-2
    cover = np.linalg.inv(info)
    found = cover @ right
    centre, badge = found[:k][codes], float(found[k])
    slope = centre + spread**2 * keep * (given.pz - given.pp * centre - given.pf * badge)
    sd = np.sqrt(spread**2 * keep + keep**2 * np.diag(cover)[:k][codes])
    fit = -k * float(np.log(between)) + 0.5 * float(np.log(keep).sum()) + 0.5 * float(right @ found) + 0.5 * float((spread**2 * keep * given.pz**2).sum())
    return Shrunk(slope, sd, badge), fit - 0.5 * float(np.linalg.slogdet(info)[1])
