"""A made-up shop on disk: its report files in an inbox, its truth in a folder apart."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.datasets.calendar import LAST_DAY
from workbench.datasets.demand import DIFFICULTIES
from workbench.datasets.faults import Record, spoil
from workbench.datasets.reports.ads import write_ads
from workbench.datasets.reports.fee_previews import write_fee_previews
from workbench.datasets.reports.forms import write_forms
from workbench.datasets.reports.ledger import write_ledger
from workbench.datasets.reports.orders import write_orders
from workbench.datasets.reports.own_store import mappings, write_shop_orders, write_third_party
from workbench.datasets.reports.planning import write_planning
from workbench.datasets.reports.returns import write_returns
from workbench.datasets.reports.storage_fees import write_storage_fees
from workbench.datasets.reports.traffic import write_traffic
from workbench.datasets.truth import write_truth
from workbench.datasets.visits import make_visits
from workbench.datasets.world import World, make_world
from workbench.errors import BadParameters
from workbench.i18n import t

WRITERS = (write_orders, write_ledger, write_planning, write_returns, write_storage_fees, write_fee_previews, write_shop_orders, write_third_party, write_forms)


@dataclass(frozen=True, slots=True)
class Shop:
    """Where a made-up shop lies, and what its workspace must be told."""

    inbox: Path
    truth: Path
    settings: dict[str, Any]
    as_of: dt.date


def make_shop(seed: int, folder: Path, n_skus: int = 300, months: int = 48, difficulty: str = "normal") -> Shop:
    """Return a made-up shop whose reports lie in `folder/inbox` and whose truth lies in `folder/truth`.

    The same arguments give the same bytes. The last day of trade is fixed, 2026-10-31; the newest reports were saved the morning after.

    Parameters
    ----------
    seed : which shop
    folder : where to; neither subfolder may hold files
    n_skus : number of SKUs, at least 1
    months : whole months of trade, at least 1 and at most 60
    difficulty : ``normal``, or ``hard``: half the signal, more noise, spoiled and missing reports

    Raises
    ------
    BadParameters
        Lists every argument that does not fit.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     shop = make_shop(seed=7, folder=Path(folder), n_skus=4, months=3)
    ...     print(shop.as_of, sorted({file.name.split("_")[0] for file in shop.inbox.glob("*.txt")}))
    2026-11-01 ['all-orders', 'customer-returns', 'fee-preview', 'inventory-planning', 'ledger-summary', 'storage-fees']
    """
    folder = Path(folder)
    inbox, truth = folder / "inbox", folder / "truth"
    _check(seed, n_skus, months, difficulty, (inbox, truth))
    world = make_world(seed, n_skus, months, difficulty)
    for place in (inbox, truth):
        place.mkdir(parents=True, exist_ok=True)
    faults = _write(world, inbox, hard=difficulty == "hard")
    write_truth(world, truth)
    (truth / "faults.json").write_text(json.dumps(faults, indent=1) + "\n", encoding="utf-8")
    as_of = LAST_DAY + dt.timedelta(days=1)
    settings = {"shop": t("datasets.shop"), "currency": "USD", "watermark": t("datasets.watermark"), "as_of": as_of, "mapping": mappings()}
    return Shop(inbox, truth, settings, as_of)


def _check(seed: int, n_skus: int, months: int, difficulty: str, folders: tuple[Path, ...]) -> None:
    limits = (("seed", seed, 0, 2**63), ("n_skus", n_skus, 1, 100_000), ("months", months, 1, 60))
    faults = [f"{name}: expected {low} to {high}, got {value}" for name, value, low, high in limits if not low <= value <= high]
    if difficulty not in DIFFICULTIES:
        faults.append(f"difficulty: expected one of {', '.join(DIFFICULTIES)}, got {difficulty!r}")
    faults += [f"folder: expected no files in {place}" for place in folders if place.exists() and any(place.iterdir())]
    if faults:
        raise BadParameters("make_shop", faults)


def _write(world: World, inbox: Path, hard: bool) -> list[Record]:
    for write in WRITERS:
        write(world, inbox)
    if hard:
        return spoil(world, inbox)
    visits = make_visits(world)
    write_traffic(world, visits, inbox)
    write_ads(world, visits, inbox)
    return []
