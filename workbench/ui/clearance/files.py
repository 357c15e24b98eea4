"""Files of the portfolio for a person to check and upload, handed to the browser; nothing is sent."""

from collections.abc import Mapping
from typing import Any

from workbench.clearance.handover import HandOver, hand_over
from workbench.i18n import number, t
from workbench.ui.clearance.whole import Whole
from workbench.ui.export import File
from workbench.ui.markup import render
from workbench.ui.part import Part
from workbench.ui.screen import part

_MIMES = {"json": "application/json", "txt": "text/tab-separated-values", "csv": "text/csv"}


def files_card(state: Whole) -> Part:
    """Return the card that offers the files of the choice in force."""
    made: Part = part(state, lambda: _drawn(state), ("result", "limits"), file=lambda name: _give(made, state, name))
    return made


def of_choice(state: Whole, marketplaces: Mapping[str, str]) -> list[HandOver]:
    """Return the files of the portfolio in force."""
    chosen = state.portfolio().chosen
    return hand_over(chosen, marketplaces, f"WB-{state.meta.as_of:%Y%m%d}") if len(chosen) else []


def _pools(state: Whole) -> dict[str, str]:
    """The country of each marketplace's pool."""
    nodes = state.read("nodes")
    pools = nodes[(nodes["kind"] == "fba") & nodes["marketplace"].notna()]
    return dict(zip(pools["node"], pools["marketplace"], strict=True))


def _marketplaces(state: Whole) -> dict[str, str]:
    """The marketplace's own id of each pool."""
    from workbench.sources.amazon.marketplaces import find  # readers are heavy: only when a file is made

    found = {node: find(country) for node, country in _pools(state).items()}
    return {node: place.marketplace_id for node, place in found.items() if place is not None}


def _drawn(state: Whole) -> str:
    rows = [
        {"name": file.name, "said": t("clearance.files.rows", count=number(file.rows)), "kind": _kind(file.name)} for file in of_choice(state, _pools(state))
    ]
    return render("clearance_files", rows=rows)


def _kind(name: str) -> str:
    return t(f"clearance.files.{name.partition('-')[0].partition('.')[0]}")


def _give(widget: Part, state: Whole, name: Any) -> None:
    """Hand one file over; it is made anew, so that it is that of the choice in force."""
    for file in of_choice(state, _marketplaces(state)):
        if file.name == name:
            widget.hand_over(File(f"dry-run-{state.meta.as_of.isoformat()}-{file.name}", _MIMES[file.name.rpartition(".")[2]], file.text.encode("utf-8")))
