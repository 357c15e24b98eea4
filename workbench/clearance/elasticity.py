"""How demand answers to price: one elasticity a SKU, drawn to its category's as far as its own prices leave it open."""

import datetime as dt
import weakref
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance.price_cells import price_cells, prices_seen

Array = NDArray[np.float64]
SPREADS = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3])
"""Standard deviations of elasticities within a category that are weighed against each other."""
SPREAD_SCALE = 0.3
CATEGORY_SD = 0.5
BADGE_SD = 0.07
"""How far the effect of a promotion's badge may be off beyond chance: price and badge mostly move together, and no day shows them apart."""
SHOP_SD = 1.0
TURNS = 6
SHRUNK_CELLS = 10
"""A SKU's own dispersion counts as much as the shop's once it has so many cells."""
LEAST_PRICES = 4
SEASON_SHARE = 0.8
"""A price whose logarithm the season explains to such a share moved with the season only."""
Z90 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Moments:
    """What each SKU's cells say, weighted and freed of their blocks' levels: p price, f promotion, z demand; one value a SKU."""

    pp: Array
    pf: Array
    ff: Array
    pz: Array
    fz: Array


def elasticities(history: pd.DataFrame, items: pd.DataFrame, as_of: dt.date, usual: float = 2.0) -> pd.DataFrame:
    """Return the price elasticity of each SKU with its 90 % interval, and what it rests on.

    log(units) = level of the block - elasticity x log(price) + promotion + log(pace of the category) for every offer and eight
    weeks; season, events and stock are in the pace, in the days left out and in the share of the day on sale (see `price_cells`).
    Elasticities spread normally around their category's, and those around the shop's (empirical Bayes: the spread is
    learned). What a promotion's badge brings beside its price is one number for the shop. Counts vary more than Poisson's; how
    much more is learned, too. A free level for every eight weeks takes out whatever moves slowly; a price that answers to demand
    within weeks (a repricer, a price war) still biases the result.

    Parameters
    ----------
    history, items : tables of these names
    as_of : rows dated or learned later are left out
    usual : elasticity around which the shop's is assumed to lie before anything is known

    Returns
    -------
    sku, elasticity, low, high (5 % and 95 % bound), sd, prices (number of different prices seen), reason (code: few_prices,
    price_moved_with_season, few_sales, wrong_sign; blank where the SKU's own prices tell), one row a SKU of items.

    References
    ----------
    Rossi, Allenby, McCulloch, Bayesian Statistics and Marketing (2005), ch. 3; Wooldridge, Econometric Analysis (2010), 18.7.
    """
    goods = items.drop_duplicates("sku")[["sku", "category"]].fillna({"category": ""})
    codes, categories = pd.factorize(goods["category"])
    believed = usual
    for _ in range(2):  # the pace of a category holds what its own prices did to it: freed first of the usual effect, then of the one found
        cells = price_cells(history, items, as_of, believed)
        sku = pd.Index(goods["sku"]).get_indexer(cells["sku"])
        cells = cells.assign(item=sku)[sku >= 0]
        seasonal = _season_share(cells, len(goods)) > SEASON_SHARE
        used = cells[~seasonal[cells["item"]]]
        slope, sd, badge, moments = _fitted(used, codes, len(categories), usual)
        believed = float(np.clip(slope.mean(), 0, 4))
    sd = np.hypot(sd, BADGE_SD * _mixed(moments, codes)[codes])
    with np.errstate(divide="ignore", invalid="ignore"):
        own, own_sd = np.nan_to_num((moments.pz - badge * moments.pf) / moments.pp), np.where(moments.pp > 0, moments.pp**-0.5, np.inf)
    low, high = np.maximum(slope - Z90 * sd, 0), np.maximum(slope + Z90 * sd, 0)
    table = pd.DataFrame({"sku": goods["sku"], "elasticity": np.maximum(slope, 0), "low": low, "high": high, "sd": sd})
    seen = prices_seen(history, as_of).reindex(table["sku"]).fillna(0).to_numpy(int)
    return _reasons(table.assign(prices=seen), cells, seasonal, own + Z90 * own_sd < 0)


class Learned:
    """The elasticities of the history asked about last, kept while it lives: a what-if asks about the same one again and again."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._table = pd.DataFrame()

    def of(self, history: pd.DataFrame, items: pd.DataFrame, as_of: dt.date, usual: float) -> pd.DataFrame:
        """Return `elasticities` of the tables."""
        alive = bool(self._key) and all(ref() is table for ref, table in zip(self._key[:2], (history, items), strict=True))  # type: ignore[operator]
        if not alive or self._key[2:] != (as_of, usual):
            self._table, self._key = elasticities(history, items, as_of, usual), (weakref.ref(history), weakref.ref(items), as_of, usual)
        return self._table


def _reasons(table: pd.DataFrame, cells: pd.DataFrame, seasonal: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the table with the reason why a SKU's own prices tell little; blank where they tell."""
    silent = np.bincount(cells["item"], minlength=len(table)) == 0
    why = {"few_prices": table["prices"] < LEAST_PRICES, "price_moved_with_season": seasonal, "few_sales": silent}
    reasons = np.select([*why.values(), wrong], [*why, "wrong_sign"], "")
    return table.assign(reason=pd.Series(reasons, index=table.index, dtype="str").replace("", np.nan))


def _season_share(cells: pd.DataFrame, n: int) -> Array:
    """Return for each SKU the share of its log prices' variance that its category's season explains."""
    item, w = cells["item"].to_numpy(), cells["expected"].to_numpy(float)
    x, s = (cells[name].to_numpy(float) for name in ("log_price", "log_season"))
    total = np.bincount(item, w, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        x, s = (value - (np.bincount(item, w * value, n) / total)[item] for value in (x, s))
        share = np.bincount(item, w * x * s, n) ** 2 / (np.bincount(item, w * x * x, n) * np.bincount(item, w * s * s, n))
    return np.nan_to_num(share)


def _mixed(given: Moments, codes: NDArray[np.int64]) -> Array:
    """Return by how much each category's elasticity errs where the effect of a promotion's badge errs by one: most low prices are promotions."""
    keep = 1 / (1 + given.pp * SPREAD_SCALE**2)
    info = np.bincount(codes, given.pp * keep)
    return np.bincount(codes, np.abs(given.pf) * keep) / np.maximum(info, 1e-9)


def _fitted(cells: pd.DataFrame, codes: NDArray[np.int64], n_categories: int, usual: float) -> tuple[Array, Array, float, Moments]:
    """Return elasticity, its sd, the promotion's effect and what each SKU's own cells say, by iteratively reweighted least squares."""
    n, item, block = len(codes), cells["item"].to_numpy(), pd.factorize(cells["block"])[0]
    x, f, units, log_e = (
        -cells["log_price"].to_numpy(float),
        cells["promoted"].to_numpy(float),
        cells["units"].to_numpy(float),
        np.log(cells["expected"].to_numpy(float)),
    )
    y, dispersion = units, np.full(n, 1.5)
    slope, sd, badge = np.full(n, usual), np.full(n, SHOP_SD), 0.0
    moments = Moments(*np.zeros((5, n)))
    for _ in range(TURNS if len(cells) else 1):
        if len(cells):
            eta = slope[item] * x + badge * f + log_e
            eta += (np.log(np.bincount(block, y)) - np.log(np.bincount(block, np.exp(eta))))[block]
            mean = np.exp(eta)
            y = np.where(f > 0, units * _chance_seen(mean, dispersion[item]), units)
            dispersion = _noise(y, mean, item, n, len(y) / max(len(y) - block.max() - 1, 1))
            moments = _moments(mean / dispersion[item], eta - log_e + (y - mean) / mean, x, f, block, item, slope)
        slope, sd, badge = _weighed(moments, codes, n_categories, usual)
    return slope, sd, badge, moments


def _chance_seen(mean: Array, dispersion: Array) -> Array:
    """Return the chance that a promotion sold at all, by the negative binomial: one that did not is not in the cells.

    Multiplying units by it gives the estimating equation of counts that are cut off at zero.
    """
    return 1 - np.exp(-mean * np.log(np.maximum(dispersion, 1.01)) / np.maximum(dispersion - 1, 0.01))


def _noise(y: Array, mean: Array, item: NDArray[np.int64], n: int, free: float) -> Array:
    """Return each SKU's dispersion, variance over mean of its cells, drawn to that of the shop; never under that of counts."""
    surprise = free * (y - mean) ** 2 / np.maximum(mean, 0.5)
    shop = float(surprise.mean())
    return np.maximum((np.bincount(item, surprise, n) + SHRUNK_CELLS * shop) / (np.bincount(item, minlength=n) + SHRUNK_CELLS), 1.0)


def _moments(w: Array, z: Array, x: Array, f: Array, block: NDArray[np.int64], item: NDArray[np.int64], fitted: Array) -> Moments:
    total, n = np.bincount(block, w), len(fitted)
    x, f, z, left = (value - (np.bincount(block, w * value) / total)[block] for value in (x, f, z, z - fitted[item] * x))
    left = left - f * (np.sum(w * f * left) / max(np.sum(w * f * f), 1e-9))
    # what a promotion or a drift adds to all days of a block is seen in how far the blocks' scores spread beyond their information
    spread = max(float((np.bincount(block, w * x * left) ** 2).sum() / max(np.sum(w * x * x), 1e-9)), 1.0)
    return Moments(*(np.bincount(item, w * a * b, n) / spread for a, b in ((x, x), (x, f), (f, f), (x, z), (f, z))))


def _weighed(given: Moments, codes: NDArray[np.int64], n_categories: int, usual: float) -> tuple[Array, Array, float]:
    """Return elasticity, its sd and the promotion's effect, averaged over the spreads by how well each explains the sales."""
    found = [_given_spread(given, codes, n_categories, usual, spread) for spread in SPREADS]
    chance = np.array([one[3] for one in found]) - (SPREADS / SPREAD_SCALE) ** 2 / 2 + np.log(np.gradient(SPREADS))
    weight = np.exp(chance - chance.max())
    weight /= weight.sum()
    slopes, sds = np.stack([one[0] for one in found]), np.stack([one[1] for one in found])
    slope = weight @ slopes
    return slope, np.sqrt(weight @ (sds**2 + (slopes - slope) ** 2)), float(weight @ [one[2] for one in found])


def _given_spread(given: Moments, codes: NDArray[np.int64], n_categories: int, usual: float, spread: float) -> tuple[Array, Array, float, float]:
    """Mixed model: elasticity = category's + own part of variance spread^2; category's around the shop's; flat effect of the badge."""
    keep = 1 / (1 + given.pp * spread**2)
    k = n_categories
    info, right = np.zeros((k + 2, k + 2)), np.zeros(k + 2)  # categories, the badge, the shop
    at = np.arange(k)
    info[at, at] = np.bincount(codes, given.pp * keep, k) + CATEGORY_SD**-2
    info[at, k] = info[k, at] = np.bincount(codes, given.pf * keep, k)
    info[k, k] = (given.ff - given.pf**2 * spread**2 * keep).sum() + 1.0  # badge: within a factor e of none
    info[at, k + 1] = info[k + 1, at] = -(CATEGORY_SD**-2)
    info[k + 1, k + 1] = k * CATEGORY_SD**-2 + SHOP_SD**-2
    right[at] = np.bincount(codes, given.pz * keep, k)
    right[k] = (given.fz - given.pf * given.pz * spread**2 * keep).sum()
    right[k + 1] = usual * SHOP_SD**-2
    cover = np.linalg.inv(info)
    found = cover @ right
    centre, badge = found[:k][codes], float(found[k])
    left = given.pz - given.pp * centre - given.pf * badge
    slope = centre + spread**2 * keep * left
    sd = np.sqrt(spread**2 * keep + keep**2 * np.diag(cover)[:k][codes])
    fit = 0.5 * float(np.log(keep).sum()) + 0.5 * float(right @ found) + 0.5 * float((spread**2 * keep * given.pz**2).sum())
    return slope, sd, badge, fit - 0.5 * float(np.linalg.slogdet(info)[1])
