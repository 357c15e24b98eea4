"""Files of the plans taken on and of the portfolio for a person to check and upload, handed to the browser; nothing is sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.clearance.handover import HandOver, hand_over, orders_of_choice, orders_of_plans
from workbench.clearance.timeline import PLACE
from workbench.i18n import day, number, t
from workbench.ui.clearance.state import ClearanceState
from workbench.ui.export import File
from workbench.ui.markup import render
from workbench.ui.part import Part
from workbench.ui.screen import part

_MIMES = {"json": "application/json", "txt": "text/tab-separated-values", "csv": "text/csv"}


SOURCES = ("plans", "choice")
"""What files are made of: plans taken on, and the choice of the portfolio for the positions without one."""


def files_card(state: ClearanceState) -> Part:
    """Return the card that offers the files of the plans and of the choice in force."""
    made: Part = part(state, lambda: _drawn(state), ("result", "limits", "plans_made", "desk"), file=lambda name: _give(made, state, name))
    return made


def offered(state: ClearanceState, marketplaces: Mapping[str, str]) -> dict[str, list[HandOver]]:
    """Return the files by what they are made of, see `SOURCES`; their names begin with it."""
    plans, chosen, today = state.in_plan(), state.portfolio().chosen, state.meta.as_of
    places = set(zip(*(plans[name] for name in PLACE), strict=True))
    rest = chosen[[place not in places for place in zip(*(chosen[name] for name in PLACE), strict=True)]] if len(chosen) else chosen
    orders = {"plans": orders_of_plans(plans, today) if len(plans) else None, "choice": orders_of_choice(rest, today) if len(rest) else None}
    return {
        source: [replace(file, name=f"{source}-{file.name}") for file in hand_over(found, marketplaces, f"WB-{today:%Y%m%d}-{source.upper()}", today)]
        for source, found in orders.items()
        if found is not None
    }


def _pools(state: ClearanceState) -> dict[str, str]:
    """The country of each marketplace's pool."""
    nodes = state.read("nodes")
    pools = nodes[(nodes["kind"] == "fba") & nodes["marketplace"].notna()]
    return dict(zip(pools["node"], pools["marketplace"], strict=True))


def _marketplaces(state: ClearanceState) -> dict[str, str]:
    """The marketplace's own id of each pool."""
    from workbench.sources.amazon.marketplaces import find  # readers are heavy: only when a file is made

    found = {node: find(country) for node, country in _pools(state).items()}
    return {node: place.marketplace_id for node, place in found.items() if place is not None}


def _drawn(state: ClearanceState) -> str:
    return render("clearance_files", groups=[_group(source, files) for source, files in offered(state, _pools(state)).items() if files])


def _group(source: str, files: list[HandOver]) -> dict[str, Any]:
    """Files of one source: those to upload now, and those of later days folded away."""
    later = [_row(file) for file in files if file.day]
    now = [_row(file) for file in files if not file.day]
    return {"name": t(f"clearance.files.{source}"), "now": now, "later": later, "more": t("clearance.files.more", count=number(len(later)))}


def _row(file: HandOver) -> dict[str, str]:
    """The line of a file: what it is, from which day on a later one is to be uploaded, how many orders it holds and which it leaves out."""
    kind = t(f"clearance.files.{file.name.split('-')[1].partition('.')[0]}")
    said = [t("clearance.files.rows", count=number(file.rows)), t("clearance.files.left_out", skus=", ".join(file.left_out)) if file.left_out else ""]
    name = t("clearance.files.later", kind=kind, day=day(file.day)) if file.day else kind
    return {"name": file.name, "kind": name, "said": " · ".join(filter(None, said))}


def _give(widget: Part, state: ClearanceState, name: Any) -> None:
    """Hand one file over; it is made anew, so that it is that of the choice in force."""
    for file in (file for files in offered(state, _marketplaces(state)).values() for file in files):
        if file.name == name:
            widget.hand_over(File(f"dry-run-{state.meta.as_of.isoformat()}-{file.name}", _MIMES[file.name.rpartition(".")[2]], file.text.encode("utf-8")))
