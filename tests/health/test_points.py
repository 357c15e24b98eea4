"""The score: always adds up, never better when a part gets worse."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.health import HealthParams, points

PARTS = {"cover_days": (0, 800), "excess_share": (0, 1), "aged_share": (0, 1), "storage_share": (0, 5), "stockout_risk": (0, 1)}
ONE = st.fixed_dictionaries({name: st.floats(low, high) | st.just(float("nan")) for name, (low, high) in PARTS.items()})
WEIGHTS = st.lists(st.floats(0, 20), min_size=5, max_size=5)


def scored(parts, params):
    lost = points.losses(pd.DataFrame([parts]), params)
    return points.total(lost, np.array([True]))[0], lost.iloc[0]


@settings(deadline=None)
@given(parts=ONE, weights=WEIGHTS)
def test_it_adds_up_and_stays_within_0_and_100(parts, weights):
    params = HealthParams(**{f"weight_{part}": weight for part, weight in zip(points.LOSSES, weights, strict=True)})
    score, lost = scored(parts, params)
    known = lost.pop("score_known_share")
    if not known:
        assert np.isnan(score)
        return
    assert score == pytest.approx(100 - np.nansum(lost)) and -1e-9 <= score <= 100
    for part, weight in zip(points.LOSSES, weights, strict=True):
        assert np.isnan(lost[f"loss_{part}"]) or 0 <= lost[f"loss_{part}"] <= weight / known + 1e-9


@settings(deadline=None)
@given(parts=ONE, part=st.sampled_from(list(PARTS)), worse=st.floats(0, 1))
def test_a_worse_part_never_scores_better(parts, part, worse):
    low, high = PARTS[part]
    before = parts | {part: low if np.isnan(parts[part]) else parts[part]}
    after = before | {part: before[part] + worse * (high - before[part])}
    params = HealthParams()
    (first, _), (second, _) = scored(before, params), scored(after, params)
    assert second <= first + 1e-9
    order = ["red", "amber", "green"]
    lights = [points.light(np.array([s]), np.array([p["stockout_risk"]]), params)[0] for s, p in ((first, before), (second, after))]
    assert order.index(lights[1]) <= order.index(lights[0])


def test_unbounded_parts_lose_all_their_points():
    score, lost = scored({"cover_days": np.inf, "excess_share": 1.0, "aged_share": 1.0, "storage_share": np.inf, "stockout_risk": 1.0}, HealthParams())
    assert score == 0 and lost.pop("score_known_share") == 1 and lost.sum() == 100


def test_an_unknown_part_is_neither_good_nor_bad_and_no_stock_gives_no_score():
    """Half of the 20 points for cover, of the 80 points that are known: an eighth of 100."""
    lost = points.losses(pd.DataFrame([dict.fromkeys(PARTS, 0.0) | {"aged_share": np.nan, "cover_days": 120.0}]), HealthParams())
    assert lost["loss_age"].isna().all() and lost["score_known_share"][0] == 0.8 and points.total(lost, np.array([True]))[0] == 87.5
    assert np.isnan(points.total(lost, np.array([False]))[0])


@pytest.mark.parametrize(
    ("score", "risk", "light"),
    [
        (np.nan, 0.0, "grey"),
        (49.9, 0.0, "red"),
        (50, 0.0, "amber"),
        (74.9, 0.0, "amber"),
        (75, 0.0, "green"),
        (90, 0.2, "amber"),
        (90, 0.5, "red"),
        (90, np.nan, "green"),
    ],
)
def test_light(score, risk, light):
    assert points.light(np.array([score]), np.array([risk]), HealthParams())[0] == light


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"weight_cover": 60}, "more than 100"),
        ({"cover_good_days": 200}, "cover_good_days"),
        ({"red_below": 80}, "red_below"),
        ({"storage_good_share": 0.4}, "storage_good_share"),
        ({"covergood": 1}, "covergood"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(given, fault):
    with pytest.raises(ValidationError, match=fault):
        HealthParams(**given)
