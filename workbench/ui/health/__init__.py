"""Health: which stock positions need attention, and why."""
