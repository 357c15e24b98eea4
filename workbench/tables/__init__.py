"""The nouns: canonical tables as pandera models, each with key, units and meanings.

`TABLES` maps a table's name to its model, in the order in which the data flow.
"""

from workbench.tables.ads import Ads
from workbench.tables.alerts import Alerts
from workbench.tables.base import LINEAGE, Table
from workbench.tables.channels import Channels
from workbench.tables.clearance import Clearance
from workbench.tables.events import Events
from workbench.tables.exchange_rates import ExchangeRates
from workbench.tables.fees_charged import FeesCharged
from workbench.tables.forecast import Forecast
from workbench.tables.health import Health
from workbench.tables.history import History
from workbench.tables.inbound import Inbound
from workbench.tables.items import Items
from workbench.tables.listings import Listings
from workbench.tables.market import Market
from workbench.tables.movements import Movements
from workbench.tables.nodes import Nodes
from workbench.tables.orders import Orders
from workbench.tables.plan import Plan
from workbench.tables.purchase_orders import PurchaseOrders
from workbench.tables.returns import Returns
from workbench.tables.sales import Sales
from workbench.tables.serves import Serves
from workbench.tables.stock import Stock
from workbench.tables.stock_age import StockAge
from workbench.tables.suppliers import Suppliers
from workbench.tables.traffic import Traffic

FACTS: dict[str, type[Table]] = {
    "items": Items,
    "listings": Listings,
    "orders": Orders,
    "sales": Sales,
    "stock": Stock,
    "movements": Movements,
    "stock_age": StockAge,
    "inbound": Inbound,
    "purchase_orders": PurchaseOrders,
    "suppliers": Suppliers,
    "channels": Channels,
    "nodes": Nodes,
    "serves": Serves,
    "returns": Returns,
    "fees_charged": FeesCharged,
    "traffic": Traffic,
    "ads": Ads,
    "events": Events,
    "market": Market,
    "exchange_rates": ExchangeRates,
}
RESULTS: dict[str, type[Table]] = {
    "history": History,
    "forecast": Forecast,
    "plan": Plan,
    "health": Health,
    "clearance": Clearance,
    "alerts": Alerts,
}
TABLES: dict[str, type[Table]] = {**FACTS, **RESULTS}

__all__ = ["FACTS", "LINEAGE", "RESULTS", "TABLES", "Table"]
