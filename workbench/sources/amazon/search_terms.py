"""Sponsored Products, search term report: what people typed before they saw or clicked an advertisement.

A row may be of a day or of a whole period; the table keeps its last day and its length, so that nobody sums periods that
overlap. Rows of one term, target, campaign and period are summed.
"""

import numpy as np
import pandas as pd

from workbench.sources.amazon import advertising, marketplaces
from workbench.sources.report import Report, Tables
from workbench.sources.rows import Rows

KEY = ["channel", "date", "days", "campaign", "term", "match"]


def make(rows: Rows) -> Tables:
    """Return tables search_terms and channels."""
    code = advertising.codes(rows)
    first, last = advertising.period(rows)
    lines = pd.DataFrame(
        {
            "channel": "amazon-" + code.str.lower(),
            "date": last,
            "campaign": advertising.campaign(rows),
            "term": rows.text("term"),
            "match": (rows.text("match").fillna("") + " " + rows.text("target").fillna("")).str.strip().replace("", "-"),
            "days": (last - first) / np.timedelta64(1, "D") + 1,
            **{name: rows.number(name) for name in advertising.VALUES},
            "currency": rows.text("currency"),
        }
    )
    if (lines["days"] > 1).any():
        rows.answer.covers = "keys"  # a period says nothing of other periods that end on its last day
    stays = rows.drop(lines["term"].isna(), "without_term")
    found = advertising.summed(rows, lines[stays], KEY)
    return {"search_terms": found, "channels": marketplaces.channel_rows(marketplaces.named(code))}


REPORT = Report(
    name="SP_SEARCH_TERM_REPORT",
    needed={**advertising.NEEDED, "term": ["Customer Search Term", "Search term", "Suchbegriff des Kunden", "Kundensuchbegriff", "客户搜索词", "搜索词"]},
    optional={
        **advertising.OPTIONAL,
        "target": ["Targeting", "Target value", "Matched target", "Ausrichtung", "投放"],
        "match": ["Match Type", "Target match type", "Übereinstimmungstyp", "匹配类型"],
    },
    former=frozenset({"end", "country", "target", "match"}),
    telling=frozenset({"term", "impressions", "spend"}),
    together=("term", "date"),
    filled=("date", "campaign"),
    make=make,
    silent=advertising.SILENT,
)
