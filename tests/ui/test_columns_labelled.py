"""Every column of every canonical table has a short label in both languages."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench.health import HealthParams
from workbench.health.trend import COLUMNS as TREND
from workbench.i18n import LANGUAGES, catalogue, use
from workbench.replenishment import PlanParams
from workbench.tables import TABLES, schema
from workbench.tables.formulas import FUNCTIONS, PLAIN
from workbench.ui.columns import column_help, column_label, column_spec, written

EVERY = sorted({c.name for table in TABLES for c in schema.columns(table)} | set(TREND))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_a_label(language):
    known = catalogue.messages("columns", language)
    assert not [name for name in EVERY if name not in known]
    assert not [name for name in EVERY if len(known[name]) > 24]


def test_chinese_labels_are_chinese():
    known = catalogue.messages("columns", "zh")
    latin = [name for name in EVERY if not re.search(r"[\u4e00-\u9fff]", known[name])]
    assert set(latin) <= {"sku", "q05", "q10", "q25", "q50", "q75", "q90", "q95"}


def test_labels_of_one_table_are_distinct():
    for language in LANGUAGES:
        with use(language):
            for table in TABLES:
                labels = [column_label(c.name) for c in schema.columns(table)]
                assert len(set(labels)) == len(labels), f"{table} in {language}"


def test_labels_of_the_trend_are_distinct():
    for language in LANGUAGES:
        with use(language):
            assert len({column_label(name) for name in TREND}) == len(TREND)


def test_help_falls_back_to_the_tables_own_meaning_in_english_only():
    assert column_help("batch", "orders") == "" or column_help("batch", "purchase_orders")
    with use("zh"):
        assert column_help("batch", "purchase_orders") == ""


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("cover_days", 41.2, "41 days"), ("cover_days", np.nan, "–"), ("margin_per_unit", -1.5, "-$1.50"), ("excess_value", 1234.4, "$1,234"),
        ("stockout_risk", 0.126, "13%"), ("storage_share", 0.44, "44%"), ("daily_demand", 2.04, "2.0"), ("sell_through", 1.236, "1.24"),
        ("sku", "x", "x"), ("sku", np.nan, "–"), ("end_date", pd.Timestamp("2026-01-02"), "2026-01-02"), ("end_date", pd.NaT, "–"), ("gain", 20.0, "$20"),
    ],
)  # fmt: skip
def test_values_carry_their_unit(name, value, text):
    assert written(name, value, "USD") == text


def test_an_undeclared_column_is_written_by_its_dtype():
    frame = pd.DataFrame({"novel": [1.0], "novel_flag": [True], "novel_day": pd.to_datetime(["2026-01-01"])})
    assert [column_spec(c, frame).kind for c in frame] == ["number", "flag", "time"]
    assert column_spec("novel", frame).label == "novel"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_health_says_its_formula_and_sources_on_hover(language):
    given = {"reason_value", "reason_limit", "pace_change", "daily_demand_ahead", "prescription_units"}
    figures = [c for c in schema.columns("health") if c.kind == "number" and not c.name.startswith("cause_") and c.name not in given]
    with use(language):
        assert len(figures) > 60 and not [c.name for c in figures if not c.formula or c.formula not in column_help(c.name, "health")]
        assert "history.units" in column_help("daily_sales_7", "health") and "-7 d" in column_help("daily_sales_7", "health")


def unknown_words(formula):
    """Words of a formula that are no column, table, parameter or code, and no function that is called."""
    columns = {table: [c.name for c in schema.columns(table)] for table in TABLES}
    codes = {code for c in schema.columns("health") for code in c.codes} | {code for c in schema.columns("nodes") for code in c.codes}
    known = {*EVERY, *TABLES, *HealthParams.model_fields, *PlanParams.model_fields, *codes, "x", "d", "as_of"}
    known |= {f"{table}.{name}" for table, names in columns.items() for name in names}
    words = re.findall(r"[^\W\d][\w.]*\(?", formula)
    return [word for word in words if (word[:-1] not in {*FUNCTIONS, *PLAIN} if word.endswith("(") else word not in known)]


def test_formulas_are_columns_numbers_and_signs_so_that_they_need_no_translation():
    found = {f"{table}.{c.name}": unknown_words(c.formula) for table in TABLES for c in schema.columns(table) if c.formula}
    assert len(found) > 60 and not {name: words for name, words in found.items() if words}


@pytest.mark.parametrize(
    "prose", ["demand of forecast.mean", "sum(forecast.mean), next 30 d", "days until on_hand", "half of movements.ending", "forecast.units / 2"]
)
def test_prose_in_a_formula_is_found(prose):
    assert unknown_words(prose)


def test_functions_of_formulas_are_told_in_words_of_both_languages():
    english, chinese = (catalogue.messages("columns", language) for language in ("en", "zh"))
    assert {name: english[f"function.{name}"] for name in FUNCTIONS} == FUNCTIONS
    with use("zh"):
        told = column_help("surcharge_month", "health")
        assert all(f"{name}(): {chinese[f'function.{name}']}" in told for name in ("left", "layers", "first_known", "rate_card", "snapshot"))
        every = [column_help(c.name, "health") for c in schema.columns("health")]
    assert not [text for text in every if re.search(r"[a-z]+ (of|the|until|or|over|next|less) [a-z]+", text)]
