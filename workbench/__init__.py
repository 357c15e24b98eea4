"""Inventory workbench: stock decisions that can be explained to the cent, on your own machine."""

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "lab/labextension", "dest": "inventory-workbench"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "workbench.lab.server"}]


def _load_jupyter_server_extension(server_app: object) -> None:
    from workbench.lab.server import _load_jupyter_server_extension as load

    load(server_app)
