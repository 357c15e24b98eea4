"""What the imported reports tell and what they leave open: freshness, missing days, sources that disagree, events without dates."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench import events
from workbench.i18n import day, number, t
from workbench.stock import disagreeing, unbalanced
from workbench.stock.ledger import EVENTS, KEY
from workbench.store.words import report_name
from workbench.ui.event_names import event_names
from workbench.ui.files.state import FilesState

LATE_DAYS = 3
"""A report is late when its newest day is older than this and than two of its usual steps, of a month where one day alone is told; a form never is."""
MONTH_DAYS = 31
_TOLD = ("reach", "report", "contents", "place", "first_date", "last_date", "days_old", "missing_days", "repeated_days", "rhythm_days")
_AHEAD_DAYS = 400


def reach(state: FilesState) -> pd.DataFrame:
    """Return which days each report tells of each place, in the reader's words: those that are late first, then those with days missing."""
    found = state.reported_days()
    old = (pd.Timestamp(state.meta.as_of) - found["last_date"]).dt.days.astype("float64").clip(lower=0)
    kept_by_hand = found["report"].str.startswith("FORM:")
    late = ~kept_by_hand & (old > np.maximum(LATE_DAYS, 2 * found["rhythm_days"].fillna(MONTH_DAYS)))
    state_of = np.select([late, found["missing_days"] > 0], ["late", "gaps"], "whole")
    words = {
        "report": found["report"].map(report_name),
        "contents": found["table"].map(lambda table: t(f"files.table.{table}")),
        "reach": [t(f"files.reach.{code}") for code in state_of],
    }
    rank = pd.Series(state_of).map({"late": 0, "gaps": 1, "whole": 2})
    order = found.assign(days_old=old, rank=rank, **words).sort_values(["rank", "missing_days", "report", "place"], ascending=[True, False, True, True])
    return order[list(_TOLD)].reset_index(drop=True)


def notices(state: FilesState) -> list[str]:
    """Return what an analyst should know before trusting the numbers, one sentence each; of stock only once it was checked."""
    return [*_events(state), *(_stock(state) if state.stock_checked else ())]


def _events(state: FilesState) -> Iterator[str]:
    """Years of sale events that nobody has dated, and rows of an event that overlap."""
    own, names = state.read("events"), event_names(state.read("events"))
    marketplaces = tuple(sorted(set(state.read("channels")["marketplace"].dropna())))
    last = (pd.Timestamp(state.meta.as_of) + pd.Timedelta(days=_AHEAD_DAYS)).year
    open_years = events.undated_years(state.meta.as_of.year, last, marketplaces, extra=own)
    for (event, year), rows in open_years.groupby(["event", "year"], sort=True):
        yield t("files.notice.undated", event=names[str(event)], year=str(year), channels=", ".join(sorted(rows["channel"])))
    for row in events.overlaps(own).to_dict("records"):
        yield t("files.notice.overlap", event=names[row["event"]], channel=row["channel"], first=day(row["start_date"]), other=day(row["other_start"]))


def _stock(state: FilesState) -> Iterator[str]:
    """Days on which a snapshot and the ledger, or two files of the ledger, do not fit together."""
    moved = state.read_part("movements", [*KEY, "starting", *EVENTS, "ending"])
    if moved.empty:
        yield t("files.notice.no_ledger")
        return
    apart = disagreeing(state.read_part("stock", [*KEY, "on_hand"]), moved)
    wrong = unbalanced(moved)
    for key, rows, told in (("disagree", apart, "on_hand"), ("unbalanced", wrong, "expected")):
        if len(rows):
            worst = rows.iloc[0]
            worst_of = {"sku": worst["sku"], "node": worst["node"], "day": day(worst["date"]), "told": number(worst[told]), "ending": number(worst["ending"])}
            yield t(f"files.notice.{key}", count=len(rows), **worst_of)
    if apart.empty and wrong.empty:
        yield t("files.notice.agree")
