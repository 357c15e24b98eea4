"""Any sktime forecaster in place of ours: found by name, run SKU by SKU under a time budget, with a named fallback."""
