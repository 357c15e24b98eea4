"""Sales and traffic reports: a JSON file a marketplace and day, because rows by SKU carry no date of their own."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.datasets.places import MARKETPLACES, US, Place
from workbench.datasets.reports import columns as text
from workbench.datasets.visits import Visits
from workbench.datasets.world import World

DAYS = {US.channel: 90}
OTHER_DAYS = 14
BROWSER_SHARE = 0.38


def write_traffic(world: World, visits: Visits, inbox: Path) -> None:
    """Write the sales and traffic reports of the last days."""
    for place in MARKETPLACES:
        offers = world.offers_of(place)
        first = max(world.calendar.length - DAYS.get(place.channel, OTHER_DAYS), visits.first)
        for day in range(first, world.calendar.length) if len(offers) else ():
            name = f"sales-and-traffic_{place.channel}_{world.calendar.dates[day]}.json"
            content = report(world, place, visits, offers, day).encode()
            text.save(inbox / name, content, world.calendar.saved_at(day, delay_days=1))


def report(world: World, place: Place, visits: Visits, offers: np.ndarray, day: int) -> str:
    """Return one day's report as JSON text."""
    at, date = day - visits.first, str(world.calendar.dates[day])
    head = {
        "reportSpecification": {
            "reportType": "GET_SALES_AND_TRAFFIC_REPORT",
            "reportOptions": {"dateGranularity": "DAY", "asinGranularity": "SKU"},
            "dataStartTime": date,
            "dataEndTime": date,
            "marketplaceIds": [place.marketplace_id],
        },
        "salesAndTrafficByDate": [_by_date(world, place, visits, offers, at, date)],
    }
    seen = offers[visits.sessions[at, offers] > 0]
    rows = ",\n".join(_by_sku(world, place, visits, seen, at).to_pylist()) if len(seen) else ""
    return json.dumps(head)[:-1] + ', "salesAndTrafficByAsin": [\n' + rows + "\n]}\n"


def _by_date(world: World, place: Place, visits: Visits, offers: np.ndarray, at: int, date: str) -> dict[str, Any]:
    units, lines, cents = (int(grid[at, offers].sum()) for grid in (visits.units, visits.lines, visits.sales_cents))
    sessions, views = int(visits.sessions[at, offers].sum()), int(visits.page_views[at, offers].sum())
    day = at + visits.first
    refunded = int((world.ledger.returned + world.ledger.returned_unsellable)[day, offers].sum())
    shipped = int(world.shipments[day, offers].sum())
    browser, browser_views = round(BROWSER_SHARE * sessions), round(BROWSER_SHARE * views)
    box = float((visits.buy_box[at, offers] * visits.page_views[at, offers]).sum()) / max(views, 1)
    sales = {
        "orderedProductSales": _amount(cents / 100, place), "unitsOrdered": units, "totalOrderItems": lines,
        "averageSalesPerOrderItem": _amount(cents / 100 / max(lines, 1), place), "averageUnitsPerOrderItem": round(units / max(lines, 1), 2),
        "averageSellingPrice": _amount(cents / 100 / max(units, 1), place), "unitsRefunded": refunded,
        "refundRate": round(100 * refunded / max(units, 1), 2), "claimsGranted": 0, "claimsAmount": _amount(0.0, place),
        "shippedProductSales": _amount(cents / 100, place), "unitsShipped": shipped, "ordersShipped": min(lines, shipped),
    }  # fmt: skip
    traffic = {
        "browserPageViews": browser_views, "mobileAppPageViews": views - browser_views, "pageViews": views, "browserSessions": browser,
        "mobileAppSessions": sessions - browser, "sessions": sessions, "buyBoxPercentage": round(100 * box, 2),
        "orderItemSessionPercentage": round(100 * lines / max(sessions, 1), 2), "unitSessionPercentage": round(100 * units / max(sessions, 1), 2),
        "averageOfferCount": len(offers), "averageParentItems": len(offers), "feedbackReceived": 0, "negativeFeedbackReceived": 0,
        "receivedNegativeFeedbackRate": 0.0,
    }  # fmt: skip
    return {"date": date, "salesByDate": sales, "trafficByDate": traffic}


def _amount(value: float, place: Place) -> dict[str, Any]:
    return {"amount": round(value, 2), "currencyCode": place.currency}


def _by_sku(world: World, place: Place, visits: Visits, offers: np.ndarray, at: int) -> pa.Array:
    """Return one JSON object an offer, put together a piece at a time for all offers at once."""
    item = world.catalogue.offers["item"].to_numpy()[offers]
    items, sessions, views = world.catalogue.items, visits.sessions[at, offers], visits.page_views[at, offers]
    units, browser, browser_views = visits.units[at, offers], np.rint(BROWSER_SHARE * sessions), np.rint(BROWSER_SHARE * views)
    share, view_share = 100 * sessions / max(sessions.sum(), 1), 100 * views / max(views.sum(), 1)
    asin, two = text.picked(items["product_id"], item), 2
    pieces: list[tuple[str, pa.Array]] = [
        ('{"parentAsin": "', asin),
        ('", "childAsin": "', asin),
        ('", "sku": "', text.picked(items["sku"], item)),
        ('", "salesByAsin": {"unitsOrdered": ', text.whole(units)),
        (', "orderedProductSales": {"amount": ', text.cents(visits.sales_cents[at, offers])),
        (f', "currencyCode": "{place.currency}"}}, "totalOrderItems": ', text.whole(visits.lines[at, offers])),
        ('}, "trafficByAsin": {"browserSessions": ', text.whole(browser)),
        (', "mobileAppSessions": ', text.whole(sessions - browser)),
        (', "sessions": ', text.whole(sessions)),
        (', "browserSessionPercentage": ', text.decimal(share, two)),
        (', "mobileAppSessionPercentage": ', text.decimal(share, two)),
        (', "sessionPercentage": ', text.decimal(share, two)),
        (', "browserPageViews": ', text.whole(browser_views)),
        (', "mobileAppPageViews": ', text.whole(views - browser_views)),
        (', "pageViews": ', text.whole(views)),
        (', "browserPageViewsPercentage": ', text.decimal(view_share, two)),
        (', "mobileAppPageViewsPercentage": ', text.decimal(view_share, two)),
        (', "pageViewsPercentage": ', text.decimal(view_share, two)),
        (', "buyBoxPercentage": ', text.decimal(100 * visits.buy_box[at, offers], two)),
        (', "unitSessionPercentage": ', text.decimal(100 * units / np.maximum(sessions, 1), two)),
    ]
    n = len(offers)
    parts = [part for words, values in pieces for part in (text.constant(words, n), values)]
    return text.joined(*parts, text.constant("}}", n))
