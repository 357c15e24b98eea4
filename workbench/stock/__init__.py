"""Positions, FIFO ageing, lead times, safety stock: what both health and replenishment need."""

from workbench.stock.ages import ages
from workbench.stock.demand import serving_nodes, to_nodes
from workbench.stock.fifo import fifo_layers, layers, on_hand_after
from workbench.stock.lead_times import lead_times
from workbench.stock.positions import positions
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
from workbench.stock.supply import historical_days_of_supply, historical_supply
from workbench.tables.as_known import known

__all__ = [
    "ages",
    "cycle_service_level",
    "fifo_layers",
    "historical_days_of_supply",
    "historical_supply",
    "known",
    "layers",
    "lead_time_demand",
    "lead_time_demand_sd",
    "lead_times",
    "on_hand_after",
    "order_up_to",
    "positions",
    "reorder_point",
    "round_order",
    "safety_stock",
    "service_z",
    "serving_nodes",
    "to_nodes",
]
