"""Shopify's orders export: one line an article of an order, the order's own cells on its first line only.

- The day is the day as written: the export writes the shop's own clock with its offset, summer time and all.
- Discounts of lines stand on the lines; what the whole order was reduced by beyond that (gross less subtotal; shipping
  that was waived is none of it) is spread over the lines by value.
- Whether prices hold the tax is told by the order's sums: total = subtotal + shipping if they do, with the taxes added
  if they do not. Held tax is spread by value over taxable lines and shipping, and taken off.
- Cancelled, voided and expired orders are cancelled; refunded ones that were shipped came back; of a partial refund the
  export does not tell the articles, so its lines stay as they were and are counted.
- Gift cards, tips and other lines without SKU that need no shipping are no goods; test orders, and orders that an app
  copied here from Amazon or Walmart (whose own reports tell them), are no demand of this shop. They are left out, counted.

Nothing about the buyer is read: no name, address, e-mail, phone, note or tag.
"""

import numpy as np
import pandas as pd

from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows
from workbench.sources.shops import articles, places
from workbench.sources.shops.shares import WHOLE_MONEY, spread

_VOID = ("voided", "expired")
_COPIED = ("amazon", "walmart")
_TEST = "bogus"
"""The gateway that Shopify takes the payments of test orders with."""
_NO_GOODS = ("gift card", "tip")
_CENT = 0.005


def make(rows: Rows) -> Tables:
    """Return tables orders, items and channels."""
    lines = _lines(rows)
    lines = _with_money(lines.assign(order=pd.factorize(lines["order_id"].fillna(""))[0]))[_sorted_out(rows, lines)]
    line = rows.line_numbers(lines["order_id"], lines["sku"])
    orders = lines.assign(line=line, channel=places.CHANNEL, fulfilment="merchant", status=_status(lines), kind=_kind(lines))
    _tell(rows, orders)
    names = ["channel", "order_id", "sku", "line", "date", "ordered_at", "units", "revenue", "discount", "currency", "status", "kind", "fulfilment"]
    return {"orders": orders[names], "items": _items(orders), "channels": _channel(lines)}


def _lines(rows: Rows) -> pd.DataFrame:
    """Every line with what its order says; a later line takes it from the first."""
    created = rows.moments("created_at")
    title = rows.text("title")
    of_order = pd.DataFrame(
        {
            "date": created.days(),
            "ordered_at": created.utc("UTC"),
            "currency": rows.text("currency").str.upper(),
            **{name: rows.text(name).str.lower() for name in ("financial", "fulfilled", "source", "gateway")},
            "cancelled_at": rows.text("cancelled_at"),
            **{name: _figure(rows, name) for name in ("subtotal", "shipping", "taxes", "total", "order_discount", "refunded")},
        }
    )
    order_id = rows.text("order_id")
    told = of_order.groupby(order_id.fillna(""), sort=False).transform("first")
    unread = rows.faulty()
    rows.blame("created_at", (told["date"].isna() & order_id.notna()).to_numpy() & ~unread, "a date on the first line of the order")
    return told.assign(
        order_id=order_id,
        title=title,
        sku=articles.skus(rows, title),
        stated_sku=rows.text("sku"),
        units=_figure(rows, "quantity"),
        price=_figure(rows, "price"),
        line_discount=_figure(rows, "line_discount").fillna(0.0).abs(),
        line_fulfilled=rows.text("line_fulfilled").str.lower(),
        ships=rows.flag("ships") | rows.text("ships").isna(),
        taxable=rows.flag("taxable") | rows.text("taxable").isna(),
        brand=rows.text("brand"),
    )


def _figure(rows: Rows, name: str) -> pd.Series:
    """A column of numbers; one beyond all measure is a fault already, and blank here."""
    return rows.number(name).where(np.isfinite)


def _sorted_out(rows: Rows, lines: pd.DataFrame) -> np.ndarray:
    """Which lines are demand of this shop for goods; the others are counted by reason."""
    name = lines["title"].str.lower()
    named = name.str.contains(_NO_GOODS[0], regex=False, na=False) | (name == _NO_GOODS[1])
    stays = rows.drop((lines["units"].isna() & lines["title"].isna()).to_numpy(), "no_line")
    for gone, reason in (
        (lines["gateway"].str.contains(_TEST, regex=False, na=False), "test_order"),
        (lines["source"].str.contains("|".join(_COPIED), na=False), "copied_order"),
        (~lines["ships"] & (named | lines["stated_sku"].isna()), "no_goods"),
    ):
        stays &= rows.drop(gone.to_numpy(dtype=bool) & stays, reason)
    return stays


def _with_money(lines: pd.DataFrame) -> pd.DataFrame:
    """Revenue before discount and discount of each line, both without tax; the sums of the order hold to the cent."""
    unit = np.where(lines["currency"].isin(WHOLE_MONEY), 1.0, 0.01)
    order = lines["order"].to_numpy()
    gross = (lines["units"] * lines["price"]).to_numpy()
    own = np.minimum(lines["line_discount"].to_numpy(), np.nan_to_num(gross))
    left = np.nan_to_num(gross) - own
    discount = own + spread(_of_whole_order(lines, left), left, order, unit)
    net = gross - discount
    tax = _tax_inside(lines, np.nan_to_num(net), unit)
    share = np.divide(tax, net, out=np.zeros_like(net), where=net > 0)
    without = np.round(discount * (1 - share) / unit) * unit
    return lines.assign(revenue=np.round(net - tax + without, 2), discount=np.round(without, 2))


def _of_whole_order(lines: pd.DataFrame, left: np.ndarray) -> np.ndarray:
    """What the order was reduced by beyond its lines' own discounts.

    Gross less subtotal tells it; where that lies outside what the order states as its discount (the order was edited, or
    the file names no subtotal) the stated discount is taken.
    """
    value = _sum(left, lines["order"].to_numpy())
    stated = lines["order_discount"].fillna(0.0).abs().to_numpy()
    found = np.round(value - lines["subtotal"].to_numpy(), 2)
    fits = (found > -_CENT) & (found < stated + _CENT)
    return np.clip(np.where(fits, found, np.minimum(stated, value)), 0.0, None)


def _tax_inside(lines: pd.DataFrame, net: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """The tax that each line's price holds: none where the order's total adds the taxes."""
    taxes, shipping = lines["taxes"].fillna(0.0).to_numpy(), lines["shipping"].fillna(0.0).to_numpy()
    order = lines["order"].to_numpy()
    bare = lines["subtotal"].fillna(pd.Series(_sum(net, order), index=lines.index)).to_numpy() + shipping
    total = lines["total"].to_numpy()
    held = (taxes > 0) & (np.abs(total - bare) < np.abs(total - bare - taxes))
    taxed = np.where(lines["taxable"], np.maximum(net, 0.0), 0.0)
    value = _sum(taxed, order)
    of_goods = np.divide(taxes * value, value + shipping, out=np.zeros_like(value), where=value > 0)
    return spread(np.where(held, of_goods, 0.0), taxed, order, unit)


def _sum(values: np.ndarray, order: np.ndarray) -> np.ndarray:
    return np.bincount(order, values)[order] if len(order) else values


def _status(lines: pd.DataFrame) -> np.ndarray:
    line = lines["line_fulfilled"].fillna(lines["fulfilled"])
    void = lines["cancelled_at"].notna() | lines["financial"].isin(_VOID)
    shipped = line.isin(["fulfilled", "partial"])
    refunded = lines["financial"] == "refunded"
    taken_back = line == "restocked"
    return np.select([void | ((refunded | taken_back) & ~shipped), refunded, shipped], ["cancelled", "returned", "shipped"], "pending")


def _kind(lines: pd.DataFrame) -> np.ndarray:
    given = (lines["units"] > 0) & (lines["price"].notna()) & (lines["revenue"] - lines["discount"] < _CENT)
    return np.where(given, "free", "normal")


def _tell(rows: Rows, orders: pd.DataFrame) -> None:
    partly = (orders["financial"] == "partially_refunded") & (orders["status"] != "cancelled")
    if partly.any():
        rows.note("partly_refunded", rows=int(partly.sum()), count=int(orders.loc[partly, "order_id"].nunique()))
    drafts = orders["source"] == "shopify_draft_order"
    if drafts.any():
        rows.note("drafts", rows=int(drafts.sum()))


def _items(orders: pd.DataFrame) -> pd.DataFrame:
    """Names of the articles, as the last line says."""
    return orders[["sku", "title", "brand"]].drop_duplicates("sku", keep="last")


def _channel(lines: pd.DataFrame) -> pd.DataFrame:
    row = places.tables([])["channels"]
    currencies = lines["currency"].dropna().unique()
    return row.assign(currency=currencies[0]) if len(currencies) == 1 else row


REPORT = Report(
    name="SHOPIFY_ORDERS",
    needed={
        "order_id": ["Name"],
        "created_at": ["Created at"],
        "sku": ["Lineitem sku"],
        "title": ["Lineitem name"],
        "quantity": ["Lineitem quantity"],
        "price": ["Lineitem price"],
    },
    optional={
        "financial": ["Financial Status"],
        "fulfilled": ["Fulfillment Status"],
        "line_fulfilled": ["Lineitem fulfillment status"],
        "cancelled_at": ["Cancelled at", "Canceled at"],
        "currency": ["Currency"],
        "subtotal": ["Subtotal"],
        "shipping": ["Shipping"],
        "taxes": ["Taxes"],
        "total": ["Total"],
        "order_discount": ["Discount Amount"],
        "line_discount": ["Lineitem discount"],
        "refunded": ["Refunded Amount"],
        "ships": ["Lineitem requires shipping"],
        "taxable": ["Lineitem taxable"],
        "gateway": ["Payment Method"],
        "source": ["Source"],
        "brand": ["Vendor"],
    },
    telling=frozenset({"order_id", "created_at", "sku", "title", "quantity", "price"}),
    filled=("order_id",),
    adjacent="order_id",
    about={"items": "last"},
    make=make,
    silent=silent(
        """Email, Paid at, Fulfilled at, Fulfillment Date, Accepts Marketing, Discount Code, Shipping Method, Lineitem compare at price,
        Lineitem compare-at price, Billing Name, Billing Street, Billing Address1, Billing Address2, Billing Company, Billing City, Billing Zip,
        Billing Province, Billing Country, Billing Phone, Shipping Name, Shipping Street, Shipping Address1, Shipping Address2,
        Shipping Company, Shipping City, Shipping Zip, Shipping Province, Shipping Country, Shipping Phone, Notes, Note Attributes,
        Payment Reference, Payment Reference (deprecated), Outstanding Balance, Employee, Location, Device ID, Id, Tags, Risk Level,
        Tax 1 Name, Tax 1 Value, Tax 2 Name, Tax 2 Value, Tax 3 Name, Tax 3 Value, Tax 4 Name, Tax 4 Value, Tax 5 Name, Tax 5 Value,
        Phone, Receipt Number, Duties, Billing Province Name, Shipping Province Name, Payment ID, Payment Terms Name, Payment terms,
        Next Payment Due At, Payment References"""
    ),
)
