"""The workbench inside JupyterLab: a packaged extension and the one route that it asks."""
