"""The files page: figures and filters by status, the list, and the opened file with its faults and what can be done."""

import ipywidgets
import pandas as pd
from markupsafe import Markup

from workbench.i18n import number, t
from workbench.store.words import dropped_name, note_text, reason_text, report_name
from workbench.ui.columns import code_label, column_label
from workbench.ui.files.quality import notices, reach
from workbench.ui.files.state import FilesState
from workbench.ui.grid import GridSpec
from workbench.ui.markup import render
from workbench.ui.screen import columns, grid, part, pills, stack

SHOWN = ("name", "status", "kept", "dropped_rows", "report", "known_at")
REACH = ("reach", "report", "contents", "place", "last_date", "days_old", "missing_days", "repeated_days")
UNIVERSE = ("sku", "left_out_of", "first_date", "last_date")
LIGHTS = {"imported": "green", "quarantined": "amber", "refused": "red"}
FAULTS_SHOWN = 50
ACTIONS = {"quarantined": ("release",), "imported": ("undo",), "refused": ("again",), "undone": ("again",)}
WAITING = ("quarantined", "refused")
MAPPABLE = ("refused",)
TABLES = ("orders", "sales", "stock", "listings", "items", "returns", "purchase_orders", "inbound", "traffic", "ads")
"""What a file of another system may be about."""


def files_view(state: FilesState) -> ipywidgets.Box:
    """Return the files page of a state."""
    spec = GridSpec(table="files", shown=SHOWN, key=state.key, name=state.file_name(), title="files.list", notes=state.notes())
    opened = part(
        state,
        lambda: file_card(state),
        ("selected", "listing", "said", "error"),
        release=lambda _: state.release(),
        undo=lambda _: state.undo(),
        again=lambda _: state.again(),
    )
    mapping = part(
        state,
        lambda: mapping_form(state),
        ("selected", "listing", "target", "meanings", "constants", "error"),
        target=lambda change: state.set_trait("target", change["value"]),
        mean=lambda change: state.mean(change["name"], change["value"]),
        settle=lambda change: state.settle(change["name"], change["value"]),
        remap=lambda _: state.remap(_name(state)),
    )
    head = part(state, lambda: render("files_head", total=len(state.listing), waiting=int(state.listing["status"].isin(WAITING).sum())), ("listing",))
    told = GridSpec(table="reported_days", shown=REACH, key=("report", "place"), name=state.file_name("reports"), title="files.reports", notes=state.notes())
    reports = grid(state, told, lambda: reach(state), ("result", "language"), choose=False)
    known = part(
        state,
        lambda: render("files_notices", notices=notices(state), checked=state.stock_checked),
        ("result", "stock_checked"),
        check=lambda _: state.check_stock(),
    )
    listing = columns(grid(state, spec, lambda: listed(state)), stack(opened, mapping))
    return stack(head, known, pills(state, "status"), listing, reports, *_universe(state))


def _universe(state: FilesState) -> list[ipywidgets.Widget]:
    """Return the list of every SKU that any report names; read where files can be dealt with, for it looks at every table."""
    if state.desk is None:
        return []
    spec = GridSpec(table="universe", shown=UNIVERSE, key=("sku",), name=state.file_name("skus"), title="files.universe", notes=state.notes())
    return [grid(state, spec, state.universe, ("result",), choose=False)]


def listed(state: FilesState) -> pd.DataFrame:
    """Return the rows of the grid, in the reader's words."""
    rows = state.shown()
    words = {column: rows[column].map(say) for column, say in (("status", lambda code: code_label("status", code)), ("report", report_name))}
    return rows[["sha256", *SHOWN]].assign(**words)


def file_card(state: FilesState) -> Markup | str:
    """Return the opened file: what it is, what became of its rows and why, its faults, and the buttons that fit."""
    row = state.row()
    if row is None:
        return ""
    return render(
        "file_card",
        row=row,
        light=LIGHTS.get(row["status"], "grey"),
        status=code_label("status", row["status"]),
        report=report_name(row["report"]),
        counts=[(dropped_name(code), number(count)) for code, count in row["dropped"].items()],
        reasons=[reason_text(reason) for reason in row["reasons"]],
        drift=[t(f"files.drift.{change['change']}", column=change["column"]) for change in row["drift"]],
        notes=[note_text(note) for note in row["notes"]],
        faults=row["faults"][:FAULTS_SHOWN],
        more=max(int(row["fault_count"]) - FAULTS_SHOWN, 0),
        actions=ACTIONS.get(row["status"], ()) if state.desk else (),
        looking=state.desk is None,
        said=state.said,
        problem=state.error.said if state.error else "",
    )


def mapping_form(state: FilesState) -> Markup | str:
    """Return the form that says what each column of a refused file means."""
    row = state.row()
    if row is None or state.desk is None or row["status"] not in MAPPABLE:
        return ""
    found = state.columns()
    if not found:
        return ""
    names, still = state.desk.open_columns(state.mapping())
    offered = {name: column_label(name) for name in names}
    asked = {name: column_label(name) for name in (*still, *state.constants)}
    return render("mapping_form", tables=TABLES, state=state, columns=found, offered=offered, asked=asked, missing=[offered[name] for name in still])


def _name(state: FilesState) -> str:
    row = state.row()
    stem = "" if row is None else str(row["name"]).rpartition(".")[0] or str(row["name"])
    return "_".join("".join(c if c.isalnum() else " " for c in stem.lower()).split())
