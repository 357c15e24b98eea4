"""The engine: a dense panel in, means and quantiles out. NumPy and numba, no pandas but for calendars."""
