"""Forecast: what is expected to sell, and how sure that is."""
