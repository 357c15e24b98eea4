"""The season covers of the order plan, as an analyst set them at the screen."""

from workbench.errors import BadParameters
from workbench.runs.sections import take_section
from workbench.settings import Planning, SeasonCover
from workbench.store import Workspace


class SeasonCovers:
    """The key `season_cover` in the section `[plan]` of a workspace's settings."""

    def __init__(self, workspace: Workspace):
        self._workspace = workspace

    def in_force(self) -> tuple[SeasonCover, ...]:
        """Return the season covers of workbench.toml."""
        return self._workspace.settings.plan.season_cover

    def take(self, covers: tuple[SeasonCover, ...]) -> None:
        """Write other season covers down in workbench.toml, all else in it left as it is.

        Raises
        ------
        BadParameters
            If one does not fit, or the file is no TOML; nothing is written then.
        """
        faults = [f"{cover.sku}: {fault}" for cover in covers for fault in cover.faults()]
        if faults:
            raise BadParameters("season_cover", faults)
        take_section(self._workspace, "plan", Planning(season_cover=covers))
