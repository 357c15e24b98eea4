"""The only place that touches disk or database: a workspace folder, its Parquet tables and its decisions."""

from workbench.store.account import Kept, Reason
from workbench.store.raw import RawFile
from workbench.store.staging import Staging
from workbench.store.state import State
from workbench.store.tables import Tables
from workbench.store.workspace import Workspace

__all__ = ["Kept", "RawFile", "Reason", "Staging", "State", "Tables", "Workspace"]
