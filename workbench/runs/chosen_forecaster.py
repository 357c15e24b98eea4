"""The forecaster of the daily run, as an analyst chose it at the screen."""

from workbench import settings
from workbench.forecasting.sktime_models.naming import ENGINE, make
from workbench.settings import Forecaster
from workbench.store import Workspace, toml
from workbench.store.durable import write_bytes


class ChosenForecaster:
    """The section `[forecaster]` of a workspace's settings."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace

    def take(self, choice: Forecaster) -> None:
        """Write a choice down in workbench.toml, all else in it left as it is.

        Raises
        ------
        BadParameters
            If there is no such forecaster, or the file is no TOML; nothing is written then.
        """
        for name in (choice.name, choice.fallback):
            if name not in ("", ENGINE):
                make(name)
        file = self._workspace.root / settings.FILE
        made = toml.with_section(file.read_bytes().decode(), "forecaster", choice.model_dump(mode="json"))
        write_bytes(file.parent, file, made.encode())
        self._workspace.settings = settings.load(self._workspace.root)
