"""The nouns: canonical tables as pandera models, each with key, units and meanings.

`TABLES` maps a table's name to its model, in the order in which the data flow.
"""

from workbench.tables.ads import Ads
from workbench.tables.alerts import Alerts
from workbench.tables.availability import Availability
from workbench.tables.base import LINEAGE, Table
from workbench.tables.benchmarks import Benchmarks
from workbench.tables.bundles import Bundles
from workbench.tables.capacity import Capacity
from workbench.tables.channels import Channels
from workbench.tables.clearance import Clearance
from workbench.tables.corrections import Corrections
from workbench.tables.events import Events
from workbench.tables.exchange_rates import ExchangeRates
from workbench.tables.fee_previews import FeePreviews
from workbench.tables.fees_charged import FeesCharged
from workbench.tables.forecast import Forecast
from workbench.tables.health import Health
from workbench.tables.history import History
from workbench.tables.inbound import Inbound
from workbench.tables.inbound_problems import InboundProblems
from workbench.tables.indicators import Indicators
from workbench.tables.inventory_index import InventoryIndex
from workbench.tables.items import Items
from workbench.tables.listing_texts import ListingTexts
from workbench.tables.listings import Listings
from workbench.tables.market import Market
from workbench.tables.movements import Movements
from workbench.tables.nodes import Nodes
from workbench.tables.offer_plan import OfferPlan
from workbench.tables.orders import Orders
from workbench.tables.plan import Plan
from workbench.tables.purchase_orders import PurchaseOrders
from workbench.tables.reimbursements import Reimbursements
from workbench.tables.removals import Removals
from workbench.tables.returns import Returns
from workbench.tables.sales import Sales
from workbench.tables.search_terms import SearchTerms
from workbench.tables.serves import Serves
from workbench.tables.settlements import Settlements
from workbench.tables.shipments import Shipments
from workbench.tables.stock import Stock
from workbench.tables.stock_age import StockAge
from workbench.tables.stranded import Stranded
from workbench.tables.suppliers import Suppliers
from workbench.tables.traffic import Traffic

FACTS: dict[str, type[Table]] = {
    "items": Items,
    "listings": Listings,
    "listing_texts": ListingTexts,
    "orders": Orders,
    "sales": Sales,
    "stock": Stock,
    "availability": Availability,
    "movements": Movements,
    "stock_age": StockAge,
    "inbound": Inbound,
    "inbound_problems": InboundProblems,
    "capacity": Capacity,
    "inventory_index": InventoryIndex,
    "benchmarks": Benchmarks,
    "stranded": Stranded,
    "purchase_orders": PurchaseOrders,
    "suppliers": Suppliers,
    "bundles": Bundles,
    "channels": Channels,
    "nodes": Nodes,
    "serves": Serves,
    "returns": Returns,
    "shipments": Shipments,
    "removals": Removals,
    "reimbursements": Reimbursements,
    "fees_charged": FeesCharged,
    "fee_previews": FeePreviews,
    "settlements": Settlements,
    "traffic": Traffic,
    "ads": Ads,
    "offer_plan": OfferPlan,
    "search_terms": SearchTerms,
    "events": Events,
    "market": Market,
    "indicators": Indicators,
    "exchange_rates": ExchangeRates,
}
RESULTS: dict[str, type[Table]] = {
    "history": History,
    "corrections": Corrections,
    "forecast": Forecast,
    "plan": Plan,
    "health": Health,
    "clearance": Clearance,
    "alerts": Alerts,
}
TABLES: dict[str, type[Table]] = {**FACTS, **RESULTS}

__all__ = ["FACTS", "LINEAGE", "RESULTS", "TABLES", "Table"]
