"""Everything that an analyst may do at a screen."""

import datetime as dt

from workbench.runs.chosen_forecaster import ChosenForecaster
from workbench.runs.clearance_plans import ClearancePlans
from workbench.runs.corrections import Corrections
from workbench.runs.desk import Desk
from workbench.runs.event_lifts import EventLifts
from workbench.runs.saved_views import SavedViews
from workbench.runs.season_covers import SeasonCovers
from workbench.store import Workspace


class AnalystDesk(Desk):
    """What an analyst may do at a screen: deal with files, decide about corrections, events and season covers, plan clearance, choose forecasters."""

    def __init__(self, workspace: Workspace, as_of: dt.date):
        super().__init__(workspace)
        self.corrections = Corrections(workspace, as_of)
        self.event_lifts = EventLifts(workspace, as_of)
        self.clearance = ClearancePlans(workspace, as_of)
        self.forecaster = ChosenForecaster(workspace)
        self.season_covers = SeasonCovers(workspace)
        self.views = SavedViews(workspace)
