"""The forecaster of the daily run, as an analyst chose it at the screen."""

from workbench.forecasting.sktime_models.naming import ENGINE, make
from workbench.runs.sections import take_section
from workbench.settings import Forecaster
from workbench.store import Workspace


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
        take_section(self._workspace, "forecaster", choice)
