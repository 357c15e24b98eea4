"""Excess -> ways out compared by net present value."""

from workbench.clearance.options import compare
from workbench.clearance.params import ClearanceParams

__all__ = ["ClearanceParams", "compare"]
