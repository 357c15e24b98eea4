"""Tables and pages of a made-up shop, and a server of them."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from workbench.ui.meta import Meta
from workbench.ui.overview import write_pages


def beside(name: str) -> ModuleType:
    """Load the module beside this file: tests are imported without a search path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SHOP, SERVED = beside("shop_tables"), beside("served")


@pytest.fixture(scope="session")
def shop() -> dict[str, pd.DataFrame]:
    """Canonical tables of a shop with three places and two currencies."""
    return SHOP.shop_tables()


@pytest.fixture(scope="session")
def meta() -> Meta:
    """Whose shop, which day."""
    return Meta(shop="Sunny <Goods>", as_of=SHOP.AS_OF, currency="USD", watermark="Sample data", run_id="run-7")


@pytest.fixture(scope="session")
def served_workspace(tmp_path_factory: pytest.TempPathFactory, shop: dict[str, pd.DataFrame], meta: Meta) -> Path:
    """A folder with settings, pages and small notebooks."""
    folder = SERVED.workspace(tmp_path_factory.mktemp("served") / "workspace")
    write_pages(folder / "pages", shop, meta)
    return folder


@pytest.fixture(scope="session")
def front_door(served_workspace: Path) -> Iterator[str]:
    """A server with one seat, no warm kernel, and little patience."""
    patience = {"cull_idle_timeout": 10, "cull_interval": 1}
    with SERVED.served(served_workspace, served_workspace / "serve.log", DashboardKernels={"most": 1, "warm": 0}, MappingKernelManager=patience) as url:
        yield url


@pytest.fixture
def stranger(front_door: str):
    """Somebody without a token."""
    return SERVED.Client(front_door)


@pytest.fixture
def reader(front_door: str):
    """Somebody who has shown the token."""
    return SERVED.Client(front_door).enter()
