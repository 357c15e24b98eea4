"""Made-up shops: `make_shop` writes report files and their truth, `make_tables` gives canonical tables for benchmarks."""

from workbench.datasets.canonical import make_tables
from workbench.datasets.shop import Shop, make_shop

__all__ = ["Shop", "make_shop", "make_tables"]
