"""How much of a listing's title and bullets is made of the words that people search for, and whether a rewrite lost them."""

import datetime as dt
import re

import pandas as pd

from workbench import stock
from workbench.health.rates import HALF_YEAR_DAYS

LIMIT = 1 / 3
"""Share of its density that a text must lose."""


def density(text: str, keywords: str) -> float:
    """Return the share of a text's letters that belong to one of the keywords (parted by semicolons), 0-1; NaN without either.

    Letters and not words are counted, so that languages without spaces are told as well.

    >>> round(density("Steel garlic press, rust free", "garlic press; stainless"), 3)
    0.458
    """
    letters = [at for at, sign in enumerate(text) if sign.isalnum()]
    wanted = [word.strip().casefold() for word in keywords.split(";") if word.strip()]
    if not letters or not wanted:
        return float("nan")
    held: set[int] = set()
    for word in wanted:
        edge = r"\b" if word.isascii() else ""
        for found in re.finditer(edge + re.escape(word).replace(r"\ ", r"\s+") + edge, text.casefold()):
            held.update(range(*found.span()))
    return sum(at in held for at in letters) / len(letters)


def rewritten(texts: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Return the keyword density of each listing's text beside that of the text before it, both against the newest list.

    Parameters
    ----------
    texts : table listing_texts; a row that names no keywords is held against those of the last row that did

    Returns
    -------
    sku, channel, before (NaN for a first text), now, strength (fall over a third), turned (fell by a third within half a year).
    """
    rows = stock.known(texts[texts["date"] < pd.Timestamp(as_of)], as_of).sort_values("date", kind="stable")
    rows = rows.assign(said=rows["title"].fillna("") + " " + rows["bullets"].fillna(""))
    made = [_compared(sku, channel, part, as_of) for (sku, channel), part in rows.groupby(["sku", "channel"])]
    found = pd.DataFrame(made, columns=["sku", "channel", "before", "now", "strength", "turned"])
    return found.dropna(subset="now").astype({"before": float, "now": float, "strength": float, "turned": bool}).reset_index(drop=True)


def _compared(sku: str, channel: str, rows: pd.DataFrame, as_of: dt.date) -> tuple[str, str, float, float, float, bool]:
    lists = rows["keywords"].dropna()
    wanted = lists.iloc[-1] if len(lists) else ""
    now = density(rows["said"].iloc[-1], wanted)
    before = density(rows["said"].iloc[-2], wanted) if len(rows) > 1 else float("nan")
    strength = (1 - now / before) / LIMIT if before > 0 else 0.0
    lately = (pd.Timestamp(as_of) - rows["date"].iloc[-1]).days <= HALF_YEAR_DAYS
    return sku, channel, before, now, strength, bool(strength >= 1 and lately)
