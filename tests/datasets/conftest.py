"""One small shop of each difficulty for the tests of the generator, and its files as frames of text."""

from pathlib import Path

import pandas as pd
import pytest

from workbench.datasets import Shop, make_shop
from workbench.datasets.places import PLACES, Place


class Inbox:
    """The files of an inbox, read by what they are called; every cell stays text."""

    def __init__(self, shop: Shop):
        self.shop = shop

    def files(self, start: str) -> list[Path]:
        return sorted(self.shop.inbox.glob(f"{start}*"))

    def read(self, start: str) -> pd.DataFrame:
        files = self.files(start)
        frames = [pd.read_csv(f, sep="," if f.suffix == ".csv" else "\t", dtype=str, keep_default_na=False).assign(file=f.name) for f in files]
        return pd.concat(frames, ignore_index=True)

    def form(self, table: str) -> pd.DataFrame:
        return pd.read_csv(self.shop.inbox / f"{table}.csv")

    def orders(self, place: Place) -> pd.DataFrame:
        """Order lines with their day at the place and units as numbers."""
        lines = self.read(f"all-orders_{place.channel}")
        bought = pd.to_datetime(lines["purchase-date"], utc=True)
        return lines.assign(day=bought.dt.tz_convert(place.time_zone).dt.strftime("%Y-%m-%d"), units=lines["quantity"].astype(int))

    def ledger(self, place: Place) -> pd.DataFrame:
        lines = self.read(f"ledger-summary_{place.channel}")
        return lines.assign(day=pd.to_datetime(lines["Date"], format="%m/%d/%Y").dt.strftime("%Y-%m-%d"))

    def truth(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.shop.truth / f"{name}.parquet")


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Inbox:
    return Inbox(make_shop(seed=11, folder=tmp_path_factory.mktemp("shop"), n_skus=36, months=9))


@pytest.fixture(scope="session")
def hard_inbox(tmp_path_factory: pytest.TempPathFactory) -> Inbox:
    return Inbox(make_shop(seed=11, folder=tmp_path_factory.mktemp("hard_shop"), n_skus=36, months=9, difficulty="hard"))


@pytest.fixture(params=[p for p in PLACES if p.is_fba], ids=lambda p: p.channel)
def marketplace(request: pytest.FixtureRequest) -> Place:
    return request.param
