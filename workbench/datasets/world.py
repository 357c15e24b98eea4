"""Everything that is true about a made-up shop: what the reports are written from, and what they are judged by."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workbench.datasets.calendar import LAST_DAY, Calendar, months_before
from workbench.datasets.catalogue import Catalogue, make_catalogue
from workbench.datasets.demand import DIFFICULTIES, Demand, Difficulty, make_demand
from workbench.datasets.lead_times import LeadTimes, make_lead_times
from workbench.datasets.operations import BadBatch, Ledger, simulate
from workbench.datasets.order_lines import OrderLines, make_order_lines
from workbench.datasets.places import PLACES, Place
from workbench.datasets.policy import Policy, make_policy
from workbench.datasets.prices import Prices, make_prices
from workbench.datasets.seeds import Seeds
from workbench.datasets.story import BAD_BATCH_FROM, RETURN_RATE_OF_BAD_BATCH, Story, landed_costs, make_story
from workbench.datasets.units import WantedUnits, wanted_units


@dataclass(frozen=True)
class World:
    """A made-up shop, day by day; arrays of days and offers are (days, offers) on the calendar's axis."""

    seeds: Seeds
    calendar: Calendar
    difficulty: Difficulty
    catalogue: Catalogue
    story: Story
    prices: Prices
    demand: Demand
    lead_times: LeadTimes
    policy: Policy
    units: WantedUnits
    ledger: Ledger
    orders: OrderLines

    @cached_property
    def balance(self) -> np.ndarray:
        """Sellable units in the building at the end of each day, those of open orders included."""
        return self.ledger.on_hand + self.orders.pending

    @cached_property
    def shipments(self) -> np.ndarray:
        """Units that left for customers on each day."""
        waiting = self.orders.pending
        return self.ledger.sold - np.diff(waiting, axis=0, prepend=0)

    def offers_of(self, place: Place) -> np.ndarray:
        """Return the rows of the offers of a place."""
        return np.flatnonzero(self.catalogue.offers["place"].to_numpy() == PLACES.index(place))


def make_world(seed: int, n_skus: int, months: int, difficulty: str) -> World:
    """Return a made-up shop with `months` whole months of trade, up to the fixed last day."""
    seeds, grade = Seeds(seed), DIFFICULTIES[difficulty]
    first = months_before(LAST_DAY, months)
    calendar = Calendar(days=(LAST_DAY - first).days + 1)
    catalogue = make_catalogue(seeds, n_skus)
    story = make_story(seeds, catalogue, calendar, grade.signal)
    catalogue.items["unit_cost"] = landed_costs(catalogue.items, story)
    prices = make_prices(seeds, catalogue, story, calendar, grade.signal)
    demand = make_demand(seeds, catalogue, story, prices, calendar, grade)
    lead_times = make_lead_times(seeds, catalogue.suppliers, calendar, grade.noise)
    policy = make_policy(seeds, catalogue, demand, lead_times, story, calendar)
    units = wanted_units(seeds, demand, calendar)
    bad = BadBatch(story.bad_batch_item, calendar.length - BAD_BATCH_FROM, RETURN_RATE_OF_BAD_BATCH)
    wanted, rates = demand.units + demand.extra, catalogue.per_offer("return_rate")
    ledger = simulate(seeds, wanted, units, rates, policy, lead_times, calendar, bad)
    orders = make_order_lines(seeds, units, ledger.sold, catalogue, prices, calendar)
    return World(seeds, calendar, grade, catalogue, story, prices, demand, lead_times, policy, units, ledger, orders)
