"""The announced storage limit that the stock does not fit under, and what has to be freed for it."""

import datetime as dt

import pandas as pd
import pytest

from workbench.clearance.capacity import coming_cut
from workbench.clearance.limits import PortfolioParams, contributions
from workbench.tables import schema

TODAY = dt.date(2026, 11, 1)


def shaped(name, rows, known_at=TODAY):
    return schema.conform(name, pd.DataFrame(rows).assign(known_at=pd.Timestamp(known_at)))


def limit(day, allowed, used=None, kind="standard", node="fba-us"):
    return {"node": node, "storage_type": kind, "date": pd.Timestamp(day), "limit_ft3": allowed, "used_ft3": used}


STOCK = [{"sku": "A", "node": "fba-us", "date": pd.Timestamp("2026-10-31"), "on_hand": 100.0, "available": 100.0, "unfulfillable": 4.0}]
SHIPPED = [{"shipment_id": "F1", "sku": "A", "node": "fba-us", "units_shipped": 40.0, "units_received": 10.0, "status": "shipped"}]
ITEMS = [{"sku": "A", "volume_ft3": 0.5}]


def cut(*rows, known_at=TODAY, inbound=(), **more):
    tables = {"capacity": shaped("capacity", list(rows), known_at), "stock": shaped("stock", STOCK), "items": shaped("items", ITEMS)}
    tables |= {"inbound": shaped("inbound", list(inbound))} if inbound else {}
    found = coming_cut(tables | more, TODAY)
    return None if found is None else (found.node, str(found.date), found.limit_ft3, found.used_ft3, round(found.over_ft3, 6))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([limit("2026-12-01", 40.0, 55.0)], ("fba-us", "2026-12-01", 40.0, 55.0, 15.0)),
        ([limit("2026-12-01", 40.0)], ("fba-us", "2026-12-01", 40.0, 52.0, 12.0)),  # 104 units of 0.5 ft3 lie there
        ([limit("2026-12-01", 60.0)], None),
        ([limit("2026-12-01", 60.0), limit("2027-01-01", 30.0), limit("2027-02-01", 10.0)], ("fba-us", "2027-01-01", 30.0, 52.0, 22.0)),
        ([limit("2026-11-01", 10.0)], None),  # in force already
        ([limit("2026-12-01", 40.0, 55.0), limit("2026-12-01", 5.0, 8.0, "oversize")], ("fba-us", "2026-12-01", 45.0, 63.0, 18.0)),
        ([limit("2026-12-01", 40.0), limit("2026-12-01", 5.0, None, "oversize")], None),  # which lies in which kind is not known
        ([limit("2026-10-01", 90.0, 70.0), limit("2026-12-01", 40.0), limit("2026-12-01", 5.0, 4.0, "oversize")], ("fba-us", "2026-12-01", 40.0, 70.0, 30.0)),
    ],
)
def test_the_first_limit_that_is_exceeded(rows, said):
    assert cut(*rows) == said


def test_what_is_on_its_way_counts_against_the_limit():
    assert cut(limit("2026-12-01", 40.0), inbound=SHIPPED) == ("fba-us", "2026-12-01", 40.0, 67.0, 27.0)


def test_what_is_announced_later_is_not_known():
    assert cut(limit("2026-12-01", 40.0, 55.0), known_at=dt.date(2026, 11, 2)) is None
    assert coming_cut({}, TODAY) is None


def test_space_is_freed_at_the_place_that_is_asked_for():
    row = {"option": "removal", "units": 10.0, "units_per_month": 10.0, "npv": -23.0, "cash_in": 0.0, "fees": 23.0, "fees_other": 0.0, "currency": "USD"}
    row |= {"end_date": pd.Timestamp("2026-11-20"), "recommended": True, "irrevocable": False, "sku": "A"}
    options = schema.conform("clearance", pd.DataFrame([row | {"location": place} for place in ("fba-us", "3pl-us")]), lineage=False)
    asked = {"space_ft3": 5.0, "space_by": dt.date(2026, 11, 30)}
    for place, freed in (("", [5.0, 5.0]), ("fba-us", [5.0, 0.0])):
        found = contributions(options, shaped("items", ITEMS), schema.empty("exchange_rates"), PortfolioParams(**asked, space_at=place), TODAY)
        assert found["space_ft3"].tolist() == freed
