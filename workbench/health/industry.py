"""The seller's categories beside what is usual in the industry, where the seller has a source for that."""

import datetime as dt

import pandas as pd

from workbench import stock
from workbench.health.params import HealthParams
from workbench.health.targets import targets

FIGURES = ("turnover_year", "sell_through", "in_stock_rate", "storage_share", "slow_share")


def newest_benchmarks(benchmarks: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the newest figures of each category of the industry, by category; no rows where the seller gave none."""
    rows = stock.known(benchmarks, as_of).sort_values("date", kind="stable").drop_duplicates("category", keep="last")
    return rows.set_index("category")[[*FIGURES, "source"]]


def by_category(
    health: pd.DataFrame, items: pd.DataFrame, benchmarks: pd.DataFrame, params: HealthParams, currency: str, rates: pd.DataFrame, as_of: dt.date
) -> pd.DataFrame:
    """Return each category's figures as they are here, and beside each what is usual in the industry (NaN where nobody said).

    Parameters
    ----------
    health : table health, any part of it
    items : table items, which names the category of each SKU; SKUs without one are left out
    benchmarks : table benchmarks
    params, currency, rates : see `targets`

    Returns
    -------
    One row a category, by name: category, positions, each of FIGURES, each as `<figure>_industry`, source.
    """
    category = health["sku"].map(items.drop_duplicates("sku").set_index("sku")["category"])
    own = [
        {"category": name, "positions": len(part)} | targets(part, params, currency, rates, as_of).set_index("figure")["value"][list(FIGURES)].to_dict()
        for name, part in health.groupby(category)
    ]
    usual = newest_benchmarks(benchmarks, as_of).rename(columns={name: f"{name}_industry" for name in FIGURES})
    return pd.DataFrame(own, columns=["category", "positions", *FIGURES]).merge(usual, left_on="category", right_index=True, how="left")
