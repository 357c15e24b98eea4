"""Excess -> ways out compared by net present value."""

from workbench.clearance.options import cash_flow, compare, flows
from workbench.clearance.params import ClearanceParams
from workbench.clearance.timeline import standing

__all__ = ["ClearanceParams", "cash_flow", "compare", "flows", "standing"]
