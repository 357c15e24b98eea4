"""The only place that touches disk or database: a workspace folder, its Parquet tables and its decisions."""

from workbench.store.raw import RawFile
from workbench.store.state import State
from workbench.store.tables import Tables
from workbench.store.workspace import Workspace

__all__ = ["RawFile", "State", "Tables", "Workspace"]
