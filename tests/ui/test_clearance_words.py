"""What is said of each way out: runner-up, break-even, evidence, conditions, risks; and that every code has words."""

import pandas as pd
import pytest

from workbench.clearance import ClearanceParams
from workbench.clearance.outlet import UNTOLD
from workbench.clearance.ranking import RISKS
from workbench.i18n import LANGUAGES, catalogue, use
from workbench.tables.clearance import ELASTICITY_REASONS, OPTIONS
from workbench.ui.clearance.summary import FIGURES, LIMITS_SAID, elasticity, figures, months, sayings
from workbench.ui.parameters import parameter_fields

ROW = {
    "option": "outlet", "npv": 10.0, "recommended": True, "runner_up": "markdown", "break_even_units_month": 14.2, "leans_on": "prime_day", "leans_times": 2.1,
    "leans_years": 2.0, "start_date": pd.Timestamp("2026-07-07"), "conditions_failed": None, "conditions_untold": "seller_rating,professional",
    "price_bound": 20.0, "limit_broken": None, "price": 24.0, "discount": 0.2, "currency": "USD", "risks": "brand_price,eligibility",
}  # fmt: skip
NAMES = {"prime_day": "Prime Day"}


def test_what_is_said_of_a_dated_deal():
    said = sayings(ROW, NAMES)
    assert said[:3] == [
        "Runner-up: Markdown.",
        "Holding beats a single price cut and giving up the stock if you sell more than 14.2 a month.",
        "Start on 2026-07-07: Prime Day, x2.1 measured over 2 years.",
    ]
    assert said[3] == "No report tells: a seller rating of 3.5, a Professional account." and said[4].startswith("Risks: buyers learn to wait")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"leans_years": 0.0}, "Start on 2026-07-07: Prime Day, x2.1 as you stated."),
        (
            {"option": "bundle", "leans_on": "B", "leans_times": 100.0},
            "With B, which sells 100.0 a month; how many of its buyers take the bundle is assumed, not measured.",
        ),
        ({"option": "transfer", "leans_on": "fba-uk", "leans_times": 20.0}, "To fba-uk, where 20.0 a month are forecast."),
        ({"option": "next_season", "leans_on": "2026-11"}, "Season from 2026-07-07: its best month sells x2.1 a usual one, measured over 2 years."),
        ({"option": "markdown", "leans_on": None}, "Rivals' prices bound it: no cut goes below $20.00."),
        ({"limit_broken": "floor_price"}, "Limit broken: the brand's lowest price."),
        ({"limit_broken": "deadline"}, "Limit broken: the deadline."),
        ({"conditions_failed": "too_young,low_rating"}, "Not met: more than 10 units lying 90 days, three stars or no reviews."),
    ],
)
def test_what_an_option_leans_on_is_said(change, words):
    assert words in sayings(ROW | change, NAMES)


def test_the_elasticity_is_said_with_whose_word_it_is():
    row = {"elasticity": 1.3, "elasticity_low": 0.5, "elasticity_high": 2.1}
    assert elasticity(row, "typed") == "Elasticity 1.30 (90 %: 0.5 to 2.1), from you: form Items, column own_elasticity."
    assert elasticity(row, "").endswith("from its own prices, drawn to its category's.") and elasticity({"elasticity": float("nan")}, "") == ""


def test_every_figure_and_the_cash_of_each_month_is_shown():
    row = {name: 3.0 for name in FIGURES if name != "end_date"} | {"npv_low": 1.0, "npv_high": 5.0, "fees_aged": -2.0, "currency": "USD"}
    told = figures(row | {"end_date": pd.Timestamp("2027-03-01")})
    assert len(told) == len(FIGURES) + 1 and told[1] == ("10–90 % range", "$1 to $5") and ("End", "2027-03-01") in told
    assert dict(told)["Age surcharge spared, for the units that stay are younger"] == "-$2"
    assert figures(row | {"npv": float("nan")}) == []
    cash = pd.DataFrame({"date": pd.date_range("2026-11-01", periods=4, freq="MS"), "cash": [5.0, 0.0, -2.0, 0.0]})
    assert months(cash, "USD") == [("2026-11", "$5"), ("2026-12", "$0"), ("2027-01", "-$2")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language):
    keys = {f"clearance.risk.{code}" for codes in RISKS.values() for code in codes.split(",")} | {f"clearance.option.{option}" for option in OPTIONS}
    keys |= {f"clearance.limit.{code}" for code in LIMITS_SAID} | {f"screen.elasticity_reason.{code}" for code in (*ELASTICITY_REASONS, "own", "simulated")}
    keys |= {f"clearance.condition.{code}" for code in (*UNTOLD, "needs_pool", "too_young")}
    assert set(RISKS) == set(OPTIONS) and not {key for key in keys if not catalogue.has(key, language)}
    with use(language):
        assert all(sayings(ROW, NAMES))


def test_the_sellers_own_rates_have_fields_that_may_be_empty():
    fields = {field.name: field for field in parameter_fields(ClearanceParams())}
    own = (
        "removal_fee_per_unit",
        "disposal_fee_per_unit",
        "donation_fee_per_unit",
        "transfer_cost_per_unit",
        "transfer_placement_per_unit",
        "grade_fee_per_unit",
    )
    assert {(fields[name].kind, fields[name].value, fields[name].changed) for name in own} == {("number", "", False)}
    typed = {field.name: field for field in parameter_fields(ClearanceParams(donation_fee_per_unit=0.0))}["donation_fee_per_unit"]
    assert typed.changed and typed.value == 0.0 and set(ClearanceParams.model_fields) - set(fields) == {"markdowns"}
