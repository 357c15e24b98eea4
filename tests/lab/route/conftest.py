"""Fixtures of pytest-jupyter for this folder alone: elsewhere their event loop would get in the way of browsers."""

from pytest_jupyter.jupyter_server import *  # noqa: F403
