"""The story of a stock position on the health screen: what to do, what fired, why, from which batch; and what thresholds move."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.charts.earnings import profit_stock
from workbench.i18n import LANGUAGES, t, use
from workbench.pipeline import HealthParams
from workbench.tables import schema
from workbench.tables.health import CAUSES, PRESCRIPTIONS
from workbench.ui import screens
from workbench.ui.health import summary, whole
from workbench.ui.health.story import prescribed, story
from workbench.ui.screen import toggle

NOTHING = (pd.DataFrame(), pd.DataFrame())


@pytest.fixture
def told(tables):
    told = tables["health"].assign(
        slow_rules=["aged_180,cover_slow", "", "", ""], slow_risk=[88.0, 5.0, 1.0, float("nan")], slow_risk_ahead=[91.0, 64.0, 1.0, float("nan")],
        keep_share=[0.3, 1.0, 1.0, float("nan")], cause=["competition", "", "", ""], cause_competition=[0.7, 0, 0, 0], cause_supply=[0.3, 0, 0, 0],
        prescription=["answer_rival", "promote_early", "none", ""], prescription_units=[280.0, 20.0, 0, 0], prescription_value=[1400.0, 60.0, 0, 0],
        prescription_date=pd.to_datetime(["2026-11-22"] * 4),
    )  # fmt: skip
    orders = pd.DataFrame({"purchase_order": ["PO-7"], "sku": "A<1>", "node": "fba-us", "units_received": [500.0], "batch": ["B<2>"]})
    orders = orders.assign(received_date=pd.Timestamp("2026-02-03"), known_at=pd.Timestamp("2026-02-04"))
    return tables | {"health": schema.conform("health", told, lineage=False), "purchase_orders": schema.conform("purchase_orders", orders)}


def opened(told, meta, **asked):
    state = screens.find("health").state(told, HealthParams(), meta, asked)
    return state, screens.find("health").view(state)


def html(widget):
    return "\n".join([getattr(widget, "html", ""), *(html(child) for child in getattr(widget, "children", ()))])


def test_the_opened_position_tells_the_whole_story(told, meta):
    shown = html(opened(told, meta, sku="A<1>")[1])
    for words in (
        "280 units, $1,400 at cost", "Slow risk 88 of 100 today, 91 in 60 days; keep 30% of the stock", "Units older than 180 days",
        "Competitiveness: Competition", "70%", "PO-7 (batch B&lt;2&gt;), received 2026-02-03, 292 days ago: 400 units on hand",
        "Cannot be told without a report", "Form of listing texts: Keyword density of title and bullets",
        "04_clearance.ipynb?lang=en&amp;sku=A%3C1%3E&amp;location=fba-us",
    ):  # fmt: skip
        assert words in shown, words


def test_slow_stock_filters_from_the_strip_and_the_pills(told, meta):
    state, _ = opened(told, meta)
    assert state.listing.set_index("sku")["slow"].to_dict() == {"A<1>": "now", "B": "ahead", "C": "no", "D": "unknown"}
    names = {kpi.name: kpi.value for kpi in summary.kpis(state.listing, state.exchange)}
    assert (names["slow:now"], names["slow:ahead"]) == ("1", "1")
    state.toggle("slow", "ahead")
    assert state.shown()["sku"].tolist() == ["B"]
    state.toggle("prescription", "answer_rival")
    assert state.shown().empty


@pytest.mark.parametrize(("tile", "column"), [("excess", "excess_value"), ("at_stake", "prescription_value"), ("lost", "lost_margin_30")])
def test_every_sum_of_the_strip_leaves_what_it_adds_up_most_first_and_is_taken_off_again(told, meta, tile, column):
    state, view = opened({**told, "health": told["health"].assign(**{column: [5.0, 70.0, 9.0, float("nan")]})}, meta)
    """Of B in pounds there is no rate, so that it stands last; D is not known."""
    assert all(kpi.pressed is False for kpi in summary.kpis(state.listing, state.exchange)), "every tile can be pressed"
    toggle(state, f"counted:{tile}")
    assert state.shown()["sku"].tolist() == ["C", "A<1>", "B"] and state.counts("counted") == {tile: 3}
    assert f'aria-pressed="true" data-event="kpi" data-value="counted:{tile}"' in html(view) and f'data-value="counted:{tile}" data-key="pill' in html(view)
    toggle(state, f"counted:{tile}")
    assert len(state.shown()) == 4 and state.counts("counted") == {}


@settings(deadline=None)
@given(st.lists(st.floats(0, 20), min_size=5, max_size=5))
def test_points_as_written_add_up_to_the_score_as_written(lost):
    score = 100 - sum(lost)
    whole = summary.whole_points(lost, score)
    assert sum(whole) == 100 - round(score) and all(abs(a - b) < 1 + 1e-9 for a, b in zip(whole, lost, strict=True))


def test_each_part_of_the_score_says_its_value_and_limit_and_an_unknown_one_that_it_is(told, meta):
    row = {"cover_days": 210.0, "loss_cover": 18.0, "loss_excess": 0.0, "loss_age": float("nan"), "loss_storage": 0.4, "loss_stockout": 0.0}
    one = told["health"].iloc[0].copy()
    one = pd.Series(one.to_dict() | row | {"score": 81.6, "score_known_share": 0.8})
    with use("en"):
        shown = str(summary.detail(one, None, HealthParams()))
    assert "210 days of cover against 60" in shown and "−18" in shown and "unknown" in shown and "80% of its points" in shown


def test_restocking_is_linked_to_the_line_of_the_order_plan(told, meta):
    restock = told["health"].assign(prescription=["restock", "", "", ""])
    shown = html(opened({**told, "health": restock}, meta, sku="A<1>")[1])
    assert 'href="#jp-wb-order-plan"' in shown and 'id="jp-wb-order-plan"' in shown and "Reorder point" in shown


def test_what_loses_money_after_all_fees_is_listed_by_a_pill(told, meta):
    """Not by the margin of a unit: C sells below cost, and B loses by advertising and storage alone; of D nothing is known."""
    earned = told["health"]["sku"].map({"A<1>": 12.0, "B": -4.0, "C": -30.0})
    state, screen = opened({**told, "health": told["health"].assign(contribution_30=earned)}, meta)
    assert "Loses money after all fees" in html(screen) and state.counts("loses") == {"yes": 2}
    state.toggle("loses", "yes")
    assert state.shown()["sku"].tolist() == ["C", "B"]
    assert all(f"columns.{name}" not in note for name in state.filterable for note in state.notes().values())


def test_other_thresholds_say_how_many_positions_move(told, meta, monkeypatch):
    state, view = opened(told, meta)
    assert "change their light" not in html(view) and "Green from 75" in html(view)
    other = told["health"].assign(light=["red", "amber", "red", "grey"])
    monkeypatch.setattr(type(state), "compute", lambda self: other)
    state.update(amber_below=90.0)
    assert state.error is None
    assert "2 of 4 positions change their light" in html(view) and "Green from 90" in html(view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_prescription_cause_and_rule_has_words(language, told):
    from workbench.health.rules import RULES

    with use(language):
        row = told["health"].iloc[0]
        for code in PRESCRIPTIONS:
            assert "[screen" not in prescribed(row.to_dict() | {"prescription": code}) and "[" not in t(f"screen.prescription.{code}")
        every = row.to_dict() | {f"cause_{name}": 1 / len(CAUSES) for name in CAUSES} | {"slow_rules": ",".join(RULES), "missing_report": "market"}
        assert "[screen" not in story(pd.Series(every), *NOTHING, 60)


def test_a_table_of_an_earlier_version_tells_what_it_knows(tables):
    assert "jp-wb-card" in story(tables["health"].iloc[0], *NOTHING, 60)


def test_figures_against_targets_say_met_or_missed_in_words_and_what_the_seller_typed():
    rows = [("slow_share", 0.33, 0.10, False), ("turnover_year", 7.5, 6.0, True), ("sell_through", 1.2, float("nan"), None)]
    index = pd.DataFrame({"node": ["fba-us"], "date": [pd.Timestamp("2026-10-20")], "ipi": [512.0], "threshold": [400.0]})
    html = str(whole.against_targets(pd.DataFrame(rows, columns=["figure", "value", "target", "met"]), index))
    assert "Missed" in html and "at most 10%" in html and "Met" in html and "at least 6" in html and "no target" in html
    assert "512 against 400" in html
    assert "typed in" in str(whole.against_targets(pd.DataFrame(rows, columns=["figure", "value", "target", "met"]), index.iloc[:0]))


def test_profit_against_stock_share_names_what_loses_money():
    rows = pd.DataFrame({"sku": ["A", "B", "C"], "location": "fba-us", "light": ["green", "red", "grey"], "stock_value": [60.0, 40.0, 0.0]})
    figure = profit_stock(rows.assign(contribution_30=[50.0, -10.0, float("nan")], stock_share=[0.6, 0.4, 0.0]))
    assert "Losing money: 1 of 2 positions, 40% of the stock" in str(figure.layout)
    assert sorted(value for trace in figure.data[:-1] for value in trace.y) == [-0.2, 1.0]


def test_profit_of_the_rows_shown_is_a_share_of_the_whole_place():
    rows = pd.DataFrame({"sku": ["A", "B"], "location": "fba-us", "light": ["green", "red"], "stock_value": [60.0, 40.0]})
    every = rows.assign(contribution_30=[50.0, -10.0], stock_share=[0.6, 0.4])
    figure = profit_stock(every[every["contribution_30"] < 0], every)
    assert [value for trace in figure.data[:-1] for value in trace.y] == [-0.2] and "Losing money: 1 of 1 positions, 40% of the stock" in str(figure.layout)
