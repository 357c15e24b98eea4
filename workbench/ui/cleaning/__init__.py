"""Cleaning: what would have sold, beside what did."""
