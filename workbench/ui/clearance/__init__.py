"""Clearance: the best way out of each excess, in money."""
