"""Dated rate cards and the functions that charge by them.

`charge` explains one fee line by line; the other functions price whole columns at once.
Unknown is NaN, never zero: no card, no rate, or a measure that is missing.
"""

from workbench.fees.aged import aged_surcharge, next_snapshot
from workbench.fees.cards import CardStatus, RateCards, card_status, rate_cards
from workbench.fees.charges import Charge, Line, charge
from workbench.fees.exchange import Exchange, converted
from workbench.fees.exits import disposal, liquidation_proceeds, removal
from workbench.fees.imported import AgeRates, newest_charges, newest_previews, newest_prices
from workbench.fees.per_unit import selling_fees, storage_per_unit
from workbench.fees.reconciliation import by_sku, in_total, reconciled
from workbench.fees.selling import fulfilment, inbound_placement, low_inventory, low_inventory_schedule, low_price_discount, referral
from workbench.fees.sizes import size_tier, tier_code
from workbench.fees.storage import awd_month, mean_overage, overage_month, storage_month, utilisation_ratio
from workbench.fees.subjects import goods, places
from workbench.fees.tariff import amount, half_up

__all__ = [
    "AgeRates",
    "CardStatus",
    "Charge",
    "Exchange",
    "Line",
    "RateCards",
    "aged_surcharge",
    "amount",
    "awd_month",
    "by_sku",
    "card_status",
    "charge",
    "converted",
    "disposal",
    "fulfilment",
    "goods",
    "half_up",
    "in_total",
    "inbound_placement",
    "liquidation_proceeds",
    "low_inventory",
    "low_inventory_schedule",
    "low_price_discount",
    "mean_overage",
    "newest_charges",
    "newest_previews",
    "newest_prices",
    "next_snapshot",
    "overage_month",
    "places",
    "rate_cards",
    "reconciled",
    "referral",
    "removal",
    "selling_fees",
    "size_tier",
    "storage_month",
    "storage_per_unit",
    "tier_code",
    "utilisation_ratio",
]
