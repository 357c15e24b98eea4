"""Season covers that an analyst sets are written into workbench.toml, used by the next run, and refused where they do not fit."""

import datetime as dt

import pytest

from workbench.errors import BadParameters
from workbench.notebook import open_page
from workbench.replenishment import PlanParams
from workbench.runs.season_covers import SeasonCovers
from workbench.runs.workspaces import create
from workbench.settings import FILE, SeasonCover, load

BBQ = SeasonCover("BBQ", 90, 150, dt.date(2026, 4, 1), dt.date(2026, 8, 31))


def test_what_is_taken_is_what_the_plan_uses(tmp_path):
    workspace = create(tmp_path / "shop")
    before = (workspace.root / FILE).read_text(encoding="utf-8")
    SeasonCovers(workspace).take((BBQ,))
    kept = load(workspace.root).plan.season_cover
    assert kept == (BBQ,) == SeasonCovers(workspace).in_force() == PlanParams(season_cover=kept).season_cover
    after = (workspace.root / FILE).read_text(encoding="utf-8")
    assert all(line in after.splitlines() for line in before.splitlines() if line.startswith("#"))
    SeasonCovers(workspace).take(())
    assert load(workspace.root).plan.season_cover == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"sku": " "}, "no_sku"),
        ({"usual_days": 0}, "days"),
        ({"season_days": 366}, "days"),
        ({"season_days": 90}, "no_more"),
        ({"last": dt.date(2026, 3, 31)}, "order"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(tmp_path, change, fault):
    workspace = create(tmp_path / "shop")
    before = (workspace.root / FILE).read_bytes()
    wrong = BBQ._replace(**change)
    assert wrong.faults() == [fault]
    with pytest.raises(BadParameters, match=fault):
        SeasonCovers(workspace).take((BBQ, wrong))
    assert (workspace.root / FILE).read_bytes() == before


def test_the_health_page_takes_them_unless_it_is_given_some(tmp_path, monkeypatch):
    workspace = create(tmp_path / "shop")
    SeasonCovers(workspace).take((BBQ,))
    monkeypatch.setenv("WORKBENCH_WORKSPACE", str(workspace.root))
    assert open_page("03_health", {"as_of": "2026-11-01"}).params.season_cover == (BBQ,)
    own = [["TEA", 30, 60, "2026-10-01", "2026-12-31"]]
    assert [cover.sku for cover in open_page("03_health", {"as_of": "2026-11-01", "season_cover": own}).params.season_cover] == ["TEA"]
    assert open_page("02_forecast", {"as_of": "2026-11-01"}).params.forecaster.name == ""
