"""What the made-up marketplaces charge to sell a unit: the reports preview it, the truth tells it, nothing else reads it.

US: the item's fulfilment fee with the fuel and logistics surcharge of 2026; UK and DE fees are made up, because no card for them is known.
"""

import numpy as np
import pandas as pd

from workbench.datasets.places import MARKETPLACES, Place
from workbench.datasets.world import World

FUEL_SURCHARGE = 0.035
FULFILMENT = {"US": 1 + FUEL_SURCHARGE, "UK": 0.68, "DE": 0.82}
"""fulfilment fee in local money, over the item's own in US dollars"""


def selling_fees(world: World, place: Place) -> pd.DataFrame:
    """Return the fees of one unit of each offer of a marketplace on the last day, in cents of its money.

    offer, price (as charged), referral, closing, fulfilment.
    """
    offers, last = world.offers_of(place), world.calendar.length - 1
    price = world.prices.charged[last, offers]
    share, fulfilment = (world.catalogue.per_offer(name)[offers] for name in ("referral_rate", "fulfilment_fee_per_unit"))
    fees = {"referral": price * share, "closing": 0.0 * share, "fulfilment": 100 * fulfilment * FULFILMENT[place.marketplace]}
    return pd.DataFrame({"offer": offers, "price": price, **{name: np.floor(cents + 0.5).astype(np.int64) for name, cents in fees.items()}})


def every_fee(world: World) -> pd.DataFrame:
    """Return the fees of all marketplaces in money: SKU, channel, price, referral_fee, closing_fee, fulfilment_fee, currency."""
    parts = []
    for place in MARKETPLACES:
        fees = selling_fees(world, place)
        item = world.catalogue.offers["item"].to_numpy()[fees["offer"]]
        money = {f"{name}_fee": fees[name] / 100 for name in ("referral", "closing", "fulfilment")}
        sku = world.catalogue.items["sku"].to_numpy()[item]
        parts.append(pd.DataFrame({"sku": sku, "channel": place.channel, "price": fees["price"] / 100, **money, "currency": place.currency}))
    return pd.concat(parts, ignore_index=True)
