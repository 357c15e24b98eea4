"""Pan-European offers: in which countries a SKU that Amazon spreads over Europe is on offer."""

import pandas as pd

from workbench.sources.amazon import marketplaces, pools
from workbench.sources.report import Report, Tables, silent
from workbench.sources.rows import Rows

COUNTRIES = ("UK", "DE", "FR", "IT", "ES", "NL", "PL", "SE", "BE", "IE", "TR")
_NO_OFFER = ("no ", "none", "not ", "n/a", "-")
_OFF = ("inactive", "ended", "closed", "suppressed", "blocked", "incomplete", "ineligible")


def make(rows: Rows) -> Tables:
    """Return tables listings and items, and the channels they name."""
    stays = rows.drop(rows.line_numbers(rows.text("sku")) > 0, "repeated")
    offers = pd.concat([_offers(rows, country) for country in COUNTRIES])
    items = pools.items(rows)
    used = [place for place in marketplaces.MARKETPLACES if rows.has(place.code) and len(rows)]
    return {"listings": offers[stays[offers.index]], "items": items[stays[items.index]], "channels": marketplaces.channel_rows(used)}


def _offers(rows: Rows, country: str) -> pd.DataFrame:
    """One row a SKU that has an offer there."""
    state = rows.each(country, offer_state)
    offers = pd.DataFrame(
        {
            "sku": rows.text("sku"),
            "channel": f"amazon-{country.lower()}",
            "date": pools.today(rows, pd.Series(country, index=range(len(rows)), dtype="str")),
            "product_id": rows.text("asin"),
            "title": rows.text("title"),
            "status": state.where(state.isin(["active", "inactive"])),
            "fulfilment": "fba",
        }
    )
    return offers[(state.notna() & (state != "none")).to_numpy()]


def offer_state(text: str) -> str:
    """Return whether people can buy: active, inactive, none (no offer), or other for a word that is not known.

    >>> [offer_state(text) for text in ("Active", "Inactive", "No listing", "Stranded")]
    ['active', 'inactive', 'none', 'other']
    """
    said = text.lower()
    return "none" if said.startswith(_NO_OFFER) else "inactive" if said.startswith(_OFF) else "active" if said.startswith("active") else "other"


REPORT = Report(
    name="GET_PAN_EU_OFFER_STATUS",
    needed={"sku": ["MerchantSKU", "MSKU"], "status": ["Pan EU Status", "Pan-European Status"]},
    optional={
        **{country: [f"{country} Offer Status"] for country in COUNTRIES},
        "title": ["Title", "product-name"],
        "asin": ["ASIN"],
        "fnsku": ["FnSKU"],
    },
    telling=frozenset({"sku", "status"}),
    filled=("sku",),
    make=make,
    silent=silent(
        ", ".join(
            ("Enrol, Enroll, Enrollment Date, Last Active On, Date Pan EU expires, Product comments", *(f"{country} PanEU Benefits" for country in COUNTRIES))
        )
    ),
    former=frozenset(COUNTRIES),
)
