"""The four places of the made-up shop: three marketplaces with their FBA pools, and an own store with a 3PL."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A channel and the one node that ships for it."""

    channel: str
    node: str
    name: str
    node_name: str
    country: str
    marketplace: str
    currency: str
    time_zone: str
    sales_channel: str
    marketplace_id: str
    order_prefixes: tuple[int, ...]
    centres: tuple[str, ...]
    cities: tuple[tuple[str, str, str], ...]
    listed_share: float
    """share of SKUs on sale here"""
    volume: float
    """demand here over demand on the first place"""
    price_factor: float
    """asking price here, in local money, over the price in US dollars"""
    transit_extra_days: int

    @property
    def is_fba(self) -> bool:
        """Whether the marketplace ships from its own pool."""
        return bool(self.sales_channel)


US = Place(
    "amazon-us", "fba-us", "Amazon US", "FBA US", "US", "US", "USD", "America/Los_Angeles", "Amazon.com", "ATVPDKIKX0DER",
    (111, 112, 113, 114), ("PHX7", "FTW1", "ONT8", "MDW2"),
    (("Seattle", "WA", "98101"), ("Austin", "TX", "78701"), ("Columbus", "OH", "43004"), ("Tampa", "FL", "33602"), ("Boise", "ID", "83702")),
    1.0, 1.0, 1.0, 0,
)  # fmt: skip
UK = Place(
    "amazon-uk", "fba-uk", "Amazon UK", "FBA UK", "GB", "UK", "GBP", "Europe/London", "Amazon.co.uk", "A1F83G8C2ARO7P",
    (202, 203, 204, 206), ("LBA1", "BHX4", "EDI4"),
    (("Leeds", "West Yorkshire", "LS1 4AP"), ("Bristol", "Avon", "BS1 5TR"), ("Dundee", "Angus", "DD1 3BA")),
    0.36, 0.42, 0.80, 3,
)  # fmt: skip
DE = Place(
    "amazon-de", "fba-de", "Amazon DE", "FBA DE", "DE", "DE", "EUR", "Europe/Berlin", "Amazon.de", "A1PA6795UKMFR9",
    (302, 303, 304, 305), ("LEJ1", "DTM2", "HAM2"),
    (("Köln", "", "50667"), ("Leipzig", "", "04109"), ("Ulm", "", "89073")),
    0.36, 0.48, 0.92, 2,
)  # fmt: skip
SHOP = Place(
    "shop", "3pl-us", "Own store", "3PL US", "US", "US", "USD", "Etc/UTC", "", "",
    (), (), (("Denver", "CO", "80202"),), 0.45, 0.35, 1.0, -2,
)  # fmt: skip
PLACES = (US, UK, DE, SHOP)
MARKETPLACES = tuple(place for place in PLACES if place.is_fba)
