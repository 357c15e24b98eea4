"""Positions, FIFO ageing, lead times, safety stock: what both health and replenishment need."""

from workbench.stock.ages import age_gap, age_rows, ages
from workbench.stock.demand import serving_nodes, to_nodes
from workbench.stock.fifo import fifo_layers, layers, on_hand_after
from workbench.stock.lead_times import lead_times
from workbench.stock.ledger import disagreeing, unbalanced
from workbench.stock.on_order import arrivals
from workbench.stock.outlook import Outlook, node_forecast, outlook
from workbench.stock.positions import positions, sellable
from workbench.stock.projection import days_until, first_short_day, running_total, total_until
from workbench.stock.safety import (
    cycle_service_level,
    lead_time_demand,
    lead_time_demand_sd,
    order_up_to,
    reorder_point,
    round_order,
    safety_stock,
    service_z,
)
from workbench.stock.supply import counted_supply, historical_days_of_supply, historical_supply
from workbench.tables.as_known import known

__all__ = [
    "Outlook",
    "age_gap",
    "age_rows",
    "ages",
    "arrivals",
    "counted_supply",
    "cycle_service_level",
    "days_until",
    "disagreeing",
    "fifo_layers",
    "first_short_day",
    "historical_days_of_supply",
    "historical_supply",
    "known",
    "layers",
    "lead_time_demand",
    "lead_time_demand_sd",
    "lead_times",
    "node_forecast",
    "on_hand_after",
    "order_up_to",
    "outlook",
    "positions",
    "reorder_point",
    "round_order",
    "running_total",
    "safety_stock",
    "sellable",
    "service_z",
    "serving_nodes",
    "to_nodes",
    "total_until",
    "unbalanced",
]
