"""How demand answers to price: one elasticity a SKU, drawn to its category's as far as its own prices leave it open."""

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.clearance.levels import Cells
from workbench.clearance.price_cells import PricedDays
from workbench.clearance.shrinkage import SHOP_SD, Moments, Shrunk, shrunk

Array = NDArray[np.float64]
PASSES, TURNS = 3, 5
SHRUNK_UNITS = 20
"""An offer's own dispersion counts as much as the shop's once it sold so many units."""
LEAST_DISPERSION = 0.1
"""Variance over mean of a day's units that no offer is taken to stay under: sales without any chance would claim to know all."""
CLEAR_NOISE, NOISE_FLOOR = 0.5, 0.02
"""How promotions differ is read from those whose log demand chance moves by no more than this variance; under the floor all count alike."""
LEAST_PRICES = 4
SEASON_SHARE = 0.8
"""A price whose logarithm the season explains to such a share moved with the season only."""
Z90 = 1.6448536269514722


def elasticities(history: pd.DataFrame, items: pd.DataFrame, as_of: dt.date, usual: float = 2.0) -> pd.DataFrame:
    """Return the price elasticity of each SKU with its 90 % interval, and what it rests on.

    log(units) = level of the offer - elasticity x log(price) + badge of a promotion + log(pace of the category) for every offer and
    price; season, events and stock are in the pace, in the days left out and in the share of the day on sale (see `PricedDays`).
    The level wanders at random, how far is learned (`levels`), so that prices months apart are compared as far as it lets them.
    Elasticities spread normally around their category's, and those around the shop's (`shrinkage`). What a promotion's badge brings
    beside its price is one number for the shop, from which single promotions deviate. Counts vary more than Poisson's; how much
    more is seen from day to day. A price that answers to demand (a repricer, a price war) still biases the result.

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
    Breslow, Clayton, Approximate inference in generalized linear mixed models, Journal of the American Statistical Association 88 (1993).
    """
    goods = items.drop_duplicates("sku")[["sku", "category"]].fillna({"category": ""})
    codes, categories = pd.factorize(goods["category"])
    days, believed = PricedDays(history, items, as_of), usual
    for _ in range(PASSES):  # the pace of a category holds what its own prices did to it: freed first of the usual effect, then of the one found
        cells = days.cells(believed)
        sku = pd.Index(goods["sku"]).get_indexer(cells["sku"])
        cells = cells.assign(item=sku)[sku >= 0]
        seasonal = _season_share(cells, len(goods)) > SEASON_SHARE
        moments, found = _fitted(cells[~seasonal[cells["item"]]], codes, len(categories), usual)
        believed = float(np.clip(found.slope.mean(), 0, 4))
    slope, sd = found.slope, found.sd
    with np.errstate(divide="ignore", invalid="ignore"):
        own, own_sd = np.nan_to_num((moments.pz - found.badge * moments.pf) / moments.pp), np.where(moments.pp > 0, moments.pp**-0.5, np.inf)
    low, high = np.maximum(slope - Z90 * sd, 0), np.maximum(slope + Z90 * sd, 0)
    table = pd.DataFrame({"sku": goods["sku"], "elasticity": np.maximum(slope, 0), "low": low, "high": high, "sd": sd})
    seen = days.prices_seen().reindex(table["sku"]).fillna(0).to_numpy(int)
    return _reasons(table.assign(prices=seen), cells, seasonal, own + Z90 * own_sd < 0)


def _reasons(table: pd.DataFrame, cells: pd.DataFrame, seasonal: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the table with the reason why a SKU's own prices tell little; blank where they tell."""
    silent = np.bincount(cells["item"], minlength=len(table)) == 0
    why = {"few_prices": table["prices"] < LEAST_PRICES, "price_moved_with_season": seasonal, "few_sales": silent}
    reasons = np.select([*why.values(), wrong], [*why, "wrong_sign"], "")
    return table.assign(reason=pd.Series(reasons, index=table.index, dtype="str").replace("", np.nan))


def _season_share(cells: pd.DataFrame, n: int) -> Array:
    """Return for each SKU the share of its offers' log prices' variance that its category's season explains."""
    item, series, w = cells["item"].to_numpy(), cells["series"].to_numpy(int), cells["expected"].to_numpy(float)
    x, s = (cells[name].to_numpy(float) for name in ("log_price", "log_season"))
    with np.errstate(divide="ignore", invalid="ignore"):
        x, s = (value - (np.bincount(series, w * value) / np.bincount(series, w))[series] for value in (x, s))
        share = np.bincount(item, w * x * s, n) ** 2 / (np.bincount(item, w * x * x, n) * np.bincount(item, w * s * s, n))
    return np.nan_to_num(share)


def _fitted(cells: pd.DataFrame, codes: NDArray[np.int64], n_categories: int, usual: float) -> tuple[Moments, Shrunk]:
    """Return what each SKU's own cells say, and the elasticities drawn from it, by iteratively reweighted least squares."""
    n = len(codes)
    moments, found = Moments(*np.zeros((5, n))), Shrunk(np.full(n, usual), np.full(n, SHOP_SD), 0.0)
    if cells.empty:
        return moments, shrunk(moments, codes, n_categories, usual, usual)
    sums, surprise = Cells(cells), _dispersion(cells)
    level, deviation = sums.first_level(), 0.0
    for _ in range(TURNS):
        log_lift = level.ravel()[sums.at] + found.slope[sums.item] * sums.cheaper + found.badge * sums.promoted
        mean = sums.expected * np.exp(np.clip(log_lift, -20, 20))
        noise, missed = surprise / mean, (sums.units - mean) / mean
        deviation = _deviation(missed, noise, sums.promoted > 0)
        moments, solved = sums.freed(1 / (noise + deviation * sums.promoted), log_lift + missed, found)
        found = shrunk(moments, codes, n_categories, usual, float(found.slope.mean()))
        level = sums.level(solved, found)
    return moments, found


def _dispersion(cells: pd.DataFrame) -> Array:
    """Return for each cell its offer's variance of a day's units over their mean, drawn to the shop's."""
    by_offer = cells.groupby("series")[["surprise", "counted"]].transform("sum")
    shop = cells["surprise"].sum() / max(cells["counted"].sum(), 1e-9)
    return np.maximum((by_offer["surprise"] + SHRUNK_UNITS * shop) / (by_offer["counted"] + SHRUNK_UNITS), LEAST_DISPERSION).to_numpy(float)


def _deviation(missed: Array, noise: Array, promoted: NDArray[np.bool_]) -> float:
    """Return the variance by which single promotions deviate from what they are expected to bring, over what chance explains."""
    clear = promoted & (noise < CLEAR_NOISE)
    weight = 1 / (noise[clear] + NOISE_FLOOR) ** 2
    return max(float((weight * (missed[clear] ** 2 - noise[clear])).sum()) / max(float(weight.sum()), 1e-9), 0.0)
