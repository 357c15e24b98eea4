"""Order lines of any system, by a mapping; what tills and invoices write besides sales is told apart.

What the rules are, with what they find in UCI Online Retail (541,909 lines):

- Lines of SKUs that are no goods (`drop_skus`: postage, fees, vouchers, bad debt) are left out.
- A line with negative units and a price above zero is a cancellation or return: it stays, negative, with status
  `cancelled`, so that the sums of a day net it (an order of 80,995 units taken back after twelve minutes vanishes).
- A line with negative units and no price is a write-off of damaged or lost stock, not a sale: left out (1,336 there).
- A line with a negative price is a correction of books: left out.
- A line with units and a price of zero left the building but was not bought: it stays, with kind `free`.
- Equal lines of one invoice all stay. There, 5,268 lines equal another in every column, but 10,502 lines repeat the
  article of an earlier line of their invoice and half of these with another quantity: repeating an article is how
  that till works. Were an export doubled, whole invoices would be equal; 6 of 25,900 are. Either way it is 0.25 % of units.
- What a later line of an order leaves blank (day, currency, state) is taken from its first line, as Shopify writes it.
"""

import numpy as np
import pandas as pd

from workbench.settings import Mapping
from workbench.sources.mapped_rows import frame
from workbench.sources.reading.dates import local_days
from workbench.sources.report import Tables
from workbench.sources.rows import Rows
from workbench.sources.skus import without_non_goods

ABOUT_ITEM = ("title", "category", "brand", "product_id")
_OF_THE_ORDER = ("channel", "date", "ordered_at", "currency", "status", "kind", "fulfilment")


def order_tables(mapping: Mapping, rows: Rows) -> Tables:
    """Return tables orders and, where the mapping names articles, items."""
    zone = mapping.time_zone or "UTC"
    lines = _filled_down(rows, mapping, _timed(rows, mapping, frame(mapping, rows), zone))
    unit_price = rows.number("unit_price") if rows.has("unit_price") else None
    if unit_price is not None and not rows.has("revenue"):
        lines = lines.assign(revenue=lines["units"] * unit_price)
    price = unit_price if unit_price is not None else _price(lines)
    kept = _sorted_out(rows, without_non_goods(rows, lines, mapping.drop_skus), price)
    if "line" not in kept:
        kept = kept.assign(line=rows.line_numbers(kept["channel"], kept["order_id"], kept["sku"]))
    if mapping.known_at == "row":
        kept = kept.assign(known_at=kept["date"])
    return {"orders": kept, "items": _items(rows, mapping, kept)}


def _timed(rows: Rows, mapping: Mapping, lines: pd.DataFrame, zone: str) -> pd.DataFrame:
    """The instant from a day that was written with a time, the day from an instant."""
    if "ordered_at" in lines and "date" not in lines:
        known = lines["ordered_at"].notna().to_numpy()
        days = np.full(len(lines), np.datetime64("NaT", "us"))
        days[known] = local_days(lines["ordered_at"].to_numpy()[known], zone)
        return lines.assign(date=days)
    if rows.has("date") and "ordered_at" not in lines:
        found = rows.moments("date", mapping.day_first)
        timed = ~np.isnat(found.written) & (found.written != found.written.astype("datetime64[D]"))
        return lines.assign(ordered_at=found.utc(zone)) if timed.any() else lines
    return lines


def _filled_down(rows: Rows, mapping: Mapping, lines: pd.DataFrame) -> pd.DataFrame:
    for name in _OF_THE_ORDER:
        if name in lines and name not in mapping.constants and lines[name].isna().any():
            lines = lines.assign(**{name: lines.groupby("order_id", sort=False)[name].ffill()})
    for name in ("date", "channel"):
        shown = name if rows.has(name) else "ordered_at"
        if rows.has(shown):
            rows.blame(shown, lines[name].isna().to_numpy() & ~rows.faulty(), "a value")
    return lines


def _price(lines: pd.DataFrame) -> pd.Series:
    """Price of one unit from the line's revenue; unknown where there is none."""
    if "revenue" not in lines:
        return pd.Series(np.nan, index=lines.index)
    return lines["revenue"] / lines["units"].where(lines["units"] != 0)


def _sorted_out(rows: Rows, lines: pd.DataFrame, price: pd.Series) -> pd.DataFrame:
    """Sales, cancellations and gifts; no write-offs and corrections of books."""
    price = price.reindex(lines.index)
    back = lines["units"] < 0
    write_off, correction = back & (price == 0), price < 0
    free = (lines["units"] > 0) & (price == 0)
    for name, which in (
        ("write_offs", write_off & ~correction),
        ("corrections", correction),
        ("cancellations", back & ~write_off & ~correction),
        ("free", free),
    ):
        if which.any():
            rows.note(name, rows=int(which.sum()), units=float(lines.loc[which, "units"].abs().sum()))
    again = lines[~write_off & ~correction].duplicated()
    if again.any():
        rows.note("repeated", rows=int(again.sum()))
    state = lines["status"] if "status" in lines else pd.Series("shipped", index=lines.index, dtype="str")
    kind = lines["kind"].fillna("normal") if "kind" in lines else pd.Series("normal", index=lines.index, dtype="str")
    marked = lines.assign(status=state.mask(back, "cancelled"), kind=kind.mask(free & (kind == "normal"), "free"))
    for name, which in (("write_offs", write_off & ~correction), ("corrections", correction)):
        rows.drop(np.isin(np.arange(len(rows)), lines.index[which]), name)
    return marked[~write_off & ~correction]


def _items(rows: Rows, mapping: Mapping, lines: pd.DataFrame) -> pd.DataFrame:
    """What names the article, as the last sale of it says."""
    named = [name for name in ABOUT_ITEM if rows.has(name)]
    if not named:
        return pd.DataFrame({"sku": pd.Series(dtype="str")}, index=pd.Index([], dtype="int64"))
    sold = lines.loc[(lines["status"] != "cancelled") & (lines["kind"] == "normal"), ["sku"]]
    about = sold.assign(**{name: rows.text(name).reindex(sold.index) for name in named})
    at = sold.reset_index(names="at").groupby("sku", sort=False)["at"].last()
    last = about.groupby("sku", sort=False).last()
    if mapping.known_at == "row":
        last = last.assign(known_at=lines["date"].loc[at].to_numpy())
    return last.reset_index().set_index(pd.Index(at.to_numpy(dtype=np.int64)))
